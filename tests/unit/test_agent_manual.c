/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page of hyperv_agentx.conf has every key that the file may have, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "check/all-checks.h"
#include "cli/doctor-steps.h"
#include "mibs/agent-config.h"
#include "mibs/agent-manual.h"

enum { PAGE_MAX = 1 << 20, LINE_MAX_BYTES = 256 };

/* 2026-11-05T12:00:00Z */
#define DAY ((hv_usec)1793880000 * HV_USEC_PER_SEC)

static int setup(void **state)
{
	static struct hv_buf page;

	hv_buf_init(&page, PAGE_MAX);
	hv_agent_manual(hv_all_checks, "/etc/there.conf", DAY, &page);
	assert_false(hv_buf_failed(&page));
	*state = &page;
	return 0;
}

static int teardown(void **state)
{
	hv_buf_done(*state);
	return 0;
}

static size_t times(const struct hv_buf *page, const char *text)
{
	size_t n = 0;

	for (const char *p = hv_buf_str(page); (p = strstr(p, text)) != NULL; p++)
		n++;
	return n;
}

static void assert_key(const struct hv_buf *page, const struct hv_opt *o, size_t expected)
{
	char line[LINE_MAX_BYTES];

	snprintf(line, sizeof(line), "\n.It Cm %s No = Ar ", o->name);
	if (times(page, line) != expected)
		fail_msg("%s: %zu times", o->name, times(page, line));
}

static void test_every_key_is_told(void **state)
{
	const struct hv_buf *page = *state;
	struct hv_opt_group groups[HV_ALL_GROUPS];
	size_t count = 0;

	for (const struct hv_opt *o = hv_agent_option_table; o->name != NULL; o++, count++)
		assert_key(page, o, 1);
	hv_agent_host_groups(NULL, groups);
	for (size_t g = 0; g < HV_ALL_GROUPS; g++) {
		for (const struct hv_opt *o = groups[g].options; o->name != NULL; o++) {
			assert_key(page, o, hv_agent_host_takes(o) ? 1 : 0);
			count += hv_agent_host_takes(o) ? 1 : 0;
		}
	}
	assert_int_equal(times(page, "\n.It Cm "), count);
}

static void test_options_of_checks_are_told(void **state)
{
	const struct hv_buf *page = *state;
	char line[LINE_MAX_BYTES];

	for (const struct hv_check *const *c = hv_all_checks; *c != NULL; c++) {
		for (const struct hv_opt *o = (*c)->options; o != NULL && o->name != NULL; o++) {
			snprintf(line, sizeof(line), "\n.Cm %s.%s", hv_check_word(*c), o->name);
			assert_true(times(page, line) >= 1);
		}
	}
}

static void test_what_a_key_says(void **state)
{
	const struct hv_buf *page = *state;

	assert_int_equal(times(page, "\n.It Cm ssl No = Ar yes|no\n"), 1);
	assert_int_equal(times(page, "\n.It Cm notify-first No = Ar yes|no\n"), 1);
	assert_non_null(strstr(strstr(hv_buf_str(page), ".It Cm ssl "), ".Ql \"no\\&\" ."));
	assert_int_equal(times(page, "In the section of a host alone.\n"), 4);
	assert_int_equal(times(page, "\n.It Pa /etc/there.conf\n"), 1);
	assert_int_equal(times(page, "\n.Dd November 5, 2026\n.Dt HYPERV_AGENTX.CONF 5\n"), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_key_is_told),
		TEST(test_options_of_checks_are_told),
		TEST(test_what_a_key_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
