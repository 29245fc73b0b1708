/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which hosts a list names, what their captures are called, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cli/capture-hosts.h"

enum { ARENA_MAX = 1 << 24, OUTPUT_MAX = 1 << 24 };

/* A list, and either its hosts, "line host file" each, or the error. */
static const struct {
	const char *text;
	const char *hosts;
	const char *error;
	size_t len; /* 0: up to the NUL */
} LISTS[] = {
	{ "hv01\n", .hosts = "1 hv01 hv01.json\n" },
	{ "hv01", .hosts = "1 hv01 hv01.json\n" },
	{ "# all\n\n  hv01.example.org \r\n\tHV02\t# rack 3\n",
		.hosts = "3 hv01.example.org hv01.example.org.json\n4 HV02 HV02.json\n" },
	{ "192.0.2.7\n[2001:db8::7]\n",
		.hosts = "1 192.0.2.7 192.0.2.7.json\n2 2001:db8::7 2001-db8--7.json\n" },
	{ "", .error = "list: names no host" },
	{ "# nobody\n\n", .error = "list: names no host" },
	{ "a\nb\n\nA\n", .error = "list:4: A stands in line 1 already" },
	{ "a\n::1\n[::1]\n", .error = "list:3: ::1 stands in line 2 already" },
	{ "a\nb c\n", .error = "list:2: 'b c' is neither a DNS name nor an address" },
	{ "../a\n", .error = "list:1: '../a' has a path" },
	{ "https://a\n", .error = "list:1: 'https://a' is a URL" },
	{ "a:5985\n", .error = "list:1: 'a:5985' has a port" },
	{ "a\0b\n", .error = "list:1: a NUL byte", .len = 4 },
};

static void test_hosts_of_a_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(LISTS); i++) {
		const size_t len = LISTS[i].len ? LISTS[i].len : strlen(LISTS[i].text);
		HV_AUTO(arena) arena = { .max = ARENA_MAX };
		HV_AUTO(buf) found = { .max = OUTPUT_MAX };
		struct hv_err err = HV_ERR_INIT;
		struct hv_capture_hosts hosts = { .count = 0 };
		const int result =
			hv_capture_hosts_parse(LISTS[i].text, len, "list", &arena, &hosts, &err);

		assert_int_equal(result, LISTS[i].error ? -1 : 0);
		if (LISTS[i].error && !strstr(err.text, LISTS[i].error))
			fail_msg("'%s' instead of '%s'", err.text, LISTS[i].error);
		for (size_t h = 0; h < hosts.count; h++)
			hv_buf_addf(&found, "%zu %s %s\n", hosts.items[h].line, hosts.items[h].host,
				hosts.items[h].file);
		if (!LISTS[i].error)
			assert_string_equal(hv_buf_str(&found), LISTS[i].hosts);
	}
}

static void test_hosts_know_addresses(void **state)
{
	static const char LIST[] = "192.0.2.7\nhv01\n::1\n";
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct hv_err err = HV_ERR_INIT;
	struct hv_capture_hosts hosts;

	(void)state;
	assert_int_equal(
		hv_capture_hosts_parse(LIST, strlen(LIST), "list", &arena, &hosts, &err), 0);
	assert_true(hosts.items[0].is_address);
	assert_false(hosts.items[1].is_address);
	assert_true(hosts.items[2].is_address);
}

static int parse_many(size_t count, struct hv_err *err)
{
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	HV_AUTO(buf) text = { .max = OUTPUT_MAX };
	struct hv_capture_hosts hosts;

	for (size_t i = 0; i < count; i++)
		hv_buf_addf(&text, "h%zu\n", i);
	return hv_capture_hosts_parse(hv_buf_str(&text), text.len, "list", &arena, &hosts, err);
}

static void test_hosts_are_bounded(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	assert_int_equal(parse_many(HV_CAPTURE_HOSTS_MAX, &err), 0);
	assert_int_equal(parse_many(HV_CAPTURE_HOSTS_MAX + 1, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_string_equal(err.text, "list: more than 4096 hosts");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts_of_a_list),
		cmocka_unit_test(test_hosts_know_addresses),
		cmocka_unit_test(test_hosts_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
