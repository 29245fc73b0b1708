/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of updates, in all forms that hosts write them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "cim/installed-on.h"

static void test_installed_on_reads_what_hosts_write(void **state)
{
	static const struct {
		const char *text, *date, *exchanged; /* NULL: none */
		bool day_first;
	} cases[] = {
		{ "3/25/2014", "2014-03-25", NULL, false },
		{ "03/25/2014", "2014-03-25", NULL, false },
		{ "3/4/2014", "2014-03-04", "2014-04-03", false },
		{ "4/4/2014", "2014-04-04", NULL, false },
		{ "25/3/2014", "2014-03-25", NULL, true },
		{ "3/25/2014 12:00:00 AM", "2014-03-25", NULL, false },
		{ "2/29/2024", "2024-02-29", NULL, false },
		{ "04.03.2014", "2014-03-04", NULL, false },
		{ "25.3.2014 13:00", "2014-03-25", NULL, false },
		{ "3-4-2014", "2014-03-04", NULL, false },
		{ "4-3-2014", "2014-03-04", NULL, false },
		{ "25-03-2014", "2014-03-25", NULL, true },
		{ "2014-03-04", "2014-03-04", NULL, false },
		{ "2014/3/4", "2014-03-04", NULL, false },
		{ "20140304", "2014-03-04", NULL, false },
		{ "01cf47c4c34d0000", "2014-03-25", NULL, false },
		{ "01CF47C4C34D0000", "2014-03-25", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_installed_on date;
		char text[HV_TIME_TEXT_MAX];

		if (!hv_installed_on_parse(cases[i].text, &date))
			fail_msg("%s", cases[i].text);
		hv_time_format(date.on, text);
		if (strncmp(text, cases[i].date, strlen(cases[i].date)) != 0)
			fail_msg("%s: %s", cases[i].text, text);
		assert_int_equal(date.day_first, cases[i].day_first);
		assert_int_equal(date.exchanged_on.known, cases[i].exchanged != NULL);
		if (cases[i].exchanged == NULL)
			continue;
		hv_time_format(date.exchanged_on.usec, text);
		assert_memory_equal(text, cases[i].exchanged, strlen(cases[i].exchanged));
	}
}

static void test_installed_on_refuses_everything_else(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"3/25/14",
		"2/30/2014",
		"2/29/2023",
		"13/13/2014",
		"31/4/2014",
		"0/1/2014",
		"3/25/2014x",
		"3/25-2014",
		"3/25/2014/1",
		"3/2014/25",
		"/3/25/2014",
		"-3/25/2014",
		"3/25/1979",
		"20140230",
		"2014030",
		"00000000000000",
		"ffffffffffffffff",
		"0x01cf47c4c34d0000",
		"2014-03-25T10:00:00Z",
		"vorgestern",
		"99999999999999999999999999999999",
	};
	struct hv_installed_on date;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(texts); i++)
		if (hv_installed_on_parse(texts[i], &date))
			fail_msg("'%s' was understood", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_installed_on_reads_what_hosts_write),
		cmocka_unit_test(test_installed_on_refuses_everything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
