/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a live host is asked for. How it answers is tried against the simulated host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "client-fixture.h"
#include "source/winrm-registry.h"
#include "source/winrm.h"

enum { TEXT_MAX = 1 << 16, MANY = 41, VALUES = 3 };

#define SINCE   HV_USEC_PER_SEC *INT64_C(1763769845) /* 2025-11-22T00:04:05Z */
#define BY_TIME "TimeCreated[@SystemTime>='2025-11-22T00:04:05.000Z']"

static void test_xpath_asks_for_what_is_wanted(void **state)
{
	static const struct hv_event_key levels[] = {
		{ .channel = "A", .max_level = 2 },
		{ .channel = "B", .id = 7 },
		{ .channel = "A", .id = 18012 },
		{ .channel = "A", .id = 16210, .max_level = 3 },
		{ .channel = NULL },
	};
	static const struct hv_event_key everything[] = {
		{ .channel = "A", .id = 4 },
		{ .channel = "A" },
		{ .channel = NULL },
	};
	static const struct {
		const struct hv_event_key *keys;
		const char *channel;
		hv_usec since;
		const char *expected;
	} CASES[] = {
		{ levels, "A", SINCE,
			"*[System[(Level=1 or Level=2 or EventID=18012 or EventID=16210) and " BY_TIME
			"]]\n" },
		{ levels, "B", SINCE, "*[System[(EventID=7) and " BY_TIME "]]\n" },
		{ levels, "B", HV_USEC_MIN, "*[System[(EventID=7)]]\n" },
		{ levels, "C", SINCE, "" },
		{ everything, "A", SINCE, "*[System[" BY_TIME "]]\n" },
		{ everything, "A", HV_USEC_MIN, "*\n" },
		{ NULL, "A", SINCE, "*[System[" BY_TIME "]]\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) out = { .max = TEXT_MAX };

		hv_winrm_event_xpath(&out, CASES[i].keys, CASES[i].channel, CASES[i].since);
		assert_string_equal(hv_buf_str(&out), CASES[i].expected);
	}
}

static size_t count(const char *text, char c)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == c;
	return n;
}

/* Windows refuses queries with more than a score of conditions. */
static void test_xpath_comes_in_pieces(void **state)
{
	struct hv_event_key keys[MANY + 1] = { { .channel = NULL } };
	HV_AUTO(buf) out = { .max = TEXT_MAX };

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		keys[i] = (struct hv_event_key){ .channel = "A", .id = i + 1 };
	hv_winrm_event_xpath(&out, keys, "A", SINCE);
	assert_int_equal(count(hv_buf_str(&out), '\n'), 3);
	for (const char *line = hv_buf_str(&out); *line != '\0'; line = strchr(line, '\n') + 1) {
		HV_AUTO(buf) piece = { .max = TEXT_MAX };

		hv_buf_add(&piece, line, (size_t)(strchr(line, '\n') - line));
		assert_true(count(hv_buf_str(&piece), '=') <= 20);
		assert_non_null(strstr(hv_buf_str(&piece), BY_TIME));
	}
}

#define STDREGPROV "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/StdRegProv"
#define VALUE(method, code, rest)                                                                  \
	OK("<p:" method "_OUTPUT xmlns:p='" STDREGPROV                                             \
	   "' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><p:ReturnValue>" code          \
	   "</p:ReturnValue>" rest "</p:" method "_OUTPUT>")
#define STRING(code, rest) VALUE("GetStringValue", code, rest)
#define DWORD(code, rest)  VALUE("GetDWORDValue", code, rest)
#define NO_STRING          STRING("2", "<p:sValue xsi:nil='true'/>")
#define NO_DWORD           DWORD("2", "<p:uValue xsi:nil='true'/>")
#define BUILD              STRING("0", "<p:sValue>9600</p:sValue>")
#define REVISION           DWORD("0", "<p:uValue>22862</p:uValue>")
#define PRODUCT            STRING("0", "<p:sValue>Windows &lt;S&gt;</p:sValue>")

/* Values that a host does not have are not told; all other codes are a failure of the class. */
static void test_registry_tells_the_build(void **state)
{
	static const struct {
		struct scripted script[VALUES + 1];
		const char *poured, *error; /* error NULL: success */
	} CASES[] = {
		{ { BUILD, REVISION, PRODUCT },
			"{\"CurrentBuildNumber\":\"9600\",\"ProductName\":\"Windows "
			"<S>\",\"UBR\":\"22862\"}\n",
			NULL },
		{ { BUILD, NO_DWORD, NO_STRING }, "{\"CurrentBuildNumber\":\"9600\"}\n", NULL },
		{ { BUILD, DWORD("0", ""), NO_STRING }, "{\"CurrentBuildNumber\":\"9600\"}\n",
			NULL },
		{ { NO_STRING, NO_DWORD, NO_STRING }, NULL, NULL },
		{ { BUILD, DWORD("5", "") }, NULL,
			"access to the value UBR of HKLM\\SOFTWARE\\Microsoft\\Windows "
			"NT\\CurrentVersion was denied (on the host: give the account" },
		{ { BUILD, DWORD("2147749893", "") }, NULL, "(GetDWORDValue returned 2147749893)" },
		{ { OK("<p:GetStringValue_OUTPUT xmlns:p='" STDREGPROV "'/>") }, NULL,
			"expected a ReturnValue" },
		{ { BUILD, FAULT("5") }, NULL, "may not use WinRM" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		static const struct hv_class_info INFO = { .ns = HV_NS_REGISTRY,
			.class_name = HV_CLASS_CURRENT_VERSION };
		struct hv_winrm winrm = { .config.host = "host" };
		struct hv_winrm_reading reading = { .w = &winrm };
		struct hv_winrm_pouring p = { .r = &reading, .info = &INFO };
		struct hv_err err = HV_ERR_INIT;
		struct world w;
		int result;

		world_init(&w, CASES[i].script);
		winrm.client = w.client;
		winrm.config.deadline = w.client.config.deadline;
		reading.sink = &w.recorder.sink;
		result = hv_winrm_ask_current_version(&p, NULL, &err);
		if (result != (CASES[i].error != NULL ? -1 : 0))
			fail_msg("case %zu: %s", i, err.text);
		if (CASES[i].error != NULL && strstr(err.text, CASES[i].error) == NULL)
			fail_msg("case %zu: %s", i, err.text);
		if (CASES[i].poured == NULL)
			assert_string_equal(hv_buf_str(&w.recorder.log), "");
		else if (strstr(hv_buf_str(&w.recorder.log), CASES[i].poured) == NULL)
			fail_msg("case %zu: %s", i, hv_buf_str(&w.recorder.log));
		world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xpath_asks_for_what_is_wanted),
		cmocka_unit_test(test_xpath_comes_in_pieces),
		cmocka_unit_test(test_registry_tells_the_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
