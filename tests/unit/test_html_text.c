/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign text in HTML: nothing gets out of its place, and what does not fit is cut at characters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "output/html-text.h"

#define ELLIPSIS "\xE2\x80\xA6"
#define A_UMLAUT "\xC3\xA4"

static const struct {
	const char *text;
	const char *expected;
	bool faithful;
} CASES[] = {
	{ "", "", true },
	{ "VM sql01 | x", "VM sql01 | x", true },
	{ "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", true },
	{ "a\" onload='x' &amp;", "a&#34; onload=&#39;x&#39; &amp;amp;", true },
	{ "]]>", "]]&gt;", true },
	{ A_UMLAUT " \xF0\x9F\x98\x80", A_UMLAUT " \xF0\x9F\x98\x80", true },
	{ "a\nb\tc\x1B[0m\x7F", "a?b?c?[0m?", false },
	{ "a\xC2\x85"
	  "b",
		"a?b", false },
	{ "\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x80\xAE", "?????", false },
	{ "\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", "????", false },
	{ "\xE2\x80\xA8\xE2\x80\xA9", "??", false },
	{ "\xEF\xBF\xBE\xEF\xBF\xBF", "??", false },
	{ "a\xFF\xC3", "a??", false },
	{ "\xED\xA0\x80", "???", false },
};

static void test_html_text_escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		size_t len = strlen(CASES[i].text);
		HV_AUTO(buf) text = { .max = 1000 };
		HV_AUTO(buf) bytes = { .max = 1000 };
		HV_AUTO(buf) fitted = { .max = 1000 };

		hv_html_text(&text, CASES[i].text);
		hv_html_bytes(&bytes, CASES[i].text, len);
		hv_html_fit(&fitted, CASES[i].text, 100000);
		assert_string_equal(hv_buf_str(&text), CASES[i].expected);
		assert_string_equal(hv_buf_str(&bytes), CASES[i].expected);
		assert_string_equal(hv_buf_str(&fitted), CASES[i].expected);
		assert_int_equal(hv_html_is_faithful(CASES[i].text, len), CASES[i].faithful);
	}
}

static void test_html_text_is_bounded(void **state)
{
	HV_AUTO(buf) text = { .max = 1 << 20 };
	HV_AUTO(buf) out = { .max = 1 << 20 };

	(void)state;
	hv_html_text(&out, NULL);
	assert_int_equal(out.len, 0);
	for (size_t i = 0; i < HV_HTML_MAX_TEXT; i++)
		hv_buf_adds(&text, A_UMLAUT);
	hv_html_text(&out, hv_buf_str(&text));
	assert_string_equal(hv_buf_str(&out), hv_buf_str(&text));
	hv_buf_clear(&out);
	hv_buf_addc(&text, 'x');
	hv_html_text(&out, hv_buf_str(&text));
	assert_int_equal(out.len, HV_HTML_MAX_TEXT * strlen(A_UMLAUT) + strlen(ELLIPSIS));
	assert_string_equal(hv_buf_str(&out) + out.len - strlen(ELLIPSIS), ELLIPSIS);
}

static void assert_fit(const char *text, unsigned int width, const char *expected)
{
	HV_AUTO(buf) out = { .max = 1 << 20 };

	hv_html_fit(&out, text, width);
	assert_string_equal(hv_buf_str(&out), expected);
}

/* A small letter is 63 wide, an ideograph 105, the ellipsis 100. */
static void test_html_fit_shortens_the_middle(void **state)
{
	(void)state;
	assert_fit("aaabbb", 6 * 63, "aaabbb");
	assert_fit("aaaabbbb", 100 + 6 * 63, "aaa" ELLIPSIS "bbb");
	assert_fit(A_UMLAUT A_UMLAUT A_UMLAUT A_UMLAUT A_UMLAUT, 100 + 2 * 63,
		A_UMLAUT ELLIPSIS A_UMLAUT);
	assert_fit("\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD", 100 + 2 * 105,
		"\xE4\xB8\xAD" ELLIPSIS "\xE4\xB8\xAD");
	assert_fit("\xFF\xFF\xFF\xFF\xFF\xFF", 100 + 2 * 63, "?" ELLIPSIS "?");
	assert_fit("abcdef", 0, ELLIPSIS);
	assert_fit("", 0, "");
}

int main(void)
{
	static const struct CMUnitTest TESTS[] = {
		cmocka_unit_test(test_html_text_escapes),
		cmocka_unit_test(test_html_text_is_bounded),
		cmocka_unit_test(test_html_fit_shortens_the_middle),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
