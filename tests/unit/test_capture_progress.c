/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people see who wait: a line that is rewritten and goes away, lines, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "cli/capture-progress.h"

enum { SHOWN_MAX = 1024 };

/* What stands in a pipe after the texts (NULL: cleared) were told. */
static void show(
	enum hv_progress_form form, const char *const *texts, size_t count, char ret[SHOWN_MAX])
{
	struct hv_progress p = { .form = form, .label = "hv01" };
	int ends[2];
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	p.fd = ends[1];
	for (size_t i = 0; i < count; i++) {
		if (texts[i])
			hv_progress_tell(&p, texts[i]);
		else
			hv_progress_clear(&p);
	}
	close(ends[1]);
	len = read(ends[0], ret, SHOWN_MAX - 1);
	assert_true(len >= 0);
	ret[len] = '\0';
	close(ends[0]);
}

static void test_progress_is_shown_in_its_form(void **state)
{
	static const struct {
		enum hv_progress_form form;
		const char *texts[3];
		const char *shown;
	} CASES[] = {
		{ HV_PROGRESS_NONE, { "A", "B", NULL }, "" },
		{ HV_PROGRESS_LINES, { "A", "B", NULL }, "hv01: A\nhv01: B\n" },
		{ HV_PROGRESS_LINES, { "A\n\033[2J", NULL, NULL }, "hv01: A??[2J\n" },
		{ HV_PROGRESS_REWRITTEN, { "ABC", "D", NULL },
			"hv01: ABC...\r            \rhv01: D...\r          \r" },
		{ HV_PROGRESS_REWRITTEN, { "\xC3\xA4", NULL, NULL },
			"hv01: \xC3\xA4...\r          \r" },
		{ HV_PROGRESS_REWRITTEN, { NULL, NULL, NULL }, "" },
	};
	char shown[SHOWN_MAX];

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		show(CASES[i].form, CASES[i].texts, 3, shown);
		assert_string_equal(shown, CASES[i].shown);
	}
}

static void test_progress_stays_on_one_line(void **state)
{
	char text[200] = "";
	const char *const texts[] = { text };
	char shown[SHOWN_MAX];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	show(HV_PROGRESS_REWRITTEN, texts, 1, shown);
	assert_int_equal(strlen(shown), 79);
}

static void test_progress_suits_the_descriptor(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(hv_progress_form_of(ends[1], false), HV_PROGRESS_NONE);
	assert_int_equal(hv_progress_form_of(ends[1], true), HV_PROGRESS_LINES);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_progress_is_shown_in_its_form),
		cmocka_unit_test(test_progress_stays_on_one_line),
		cmocka_unit_test(test_progress_suits_the_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
