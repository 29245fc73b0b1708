/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_doctor --explain: every row of every table that a finding can name is told, by each of its
 * names, and no id does harm. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "check/all-checks.h"
#include "check/explained.h"
#include "check/known-events.h"
#include "check/known-hresults.h"
#include "check/known-updates.h"
#include "check/vss-writers.h"
#include "cli/explain.h"
#include "cli/text.h"

enum { OUTPUT_MAX = 8 << 20, ID_MAX = 128, LONG_ID = 10240, UNKNOWN_MAX = 400 };

static int setup(void **state)
{
	static struct hv_buf out;

	hv_buf_init(&out, OUTPUT_MAX);
	*state = &out;
	return 0;
}

static int teardown(void **state)
{
	struct hv_buf *out = *state;

	assert_false(hv_buf_failed(out));
	hv_buf_done(out);
	return 0;
}

static const char *explain(struct hv_buf *out, const char *id, const char *form)
{
	struct hv_err err = HV_ERR_INIT;

	hv_buf_clear(out);
	assert_int_equal(hv_explain(hv_all_checks, id, form, out, &err), 0);
	return hv_buf_str(out);
}

static void assert_has(const char *page, const char *text)
{
	if (strstr(page, text) == NULL)
		fail_msg("'%s' is not in:\n%s", text, page);
}

static void assert_lacks(const char *page, const char *text)
{
	if (strstr(page, text) != NULL)
		fail_msg("'%s' is in:\n%s", text, page);
}

static size_t count(const char *page, const char *text)
{
	size_t n = 0;

	for (; (page = strstr(page, text)) != NULL; page += strlen(text))
		n++;
	return n;
}

/* Commands and names without blanks may be wider. */
static void assert_fits(const char *page)
{
	while (*page != '\0') {
		const size_t len = strcspn(page, "\n");
		const char *indented = page + strspn(page, " ");

		if (hv_text_columns(page, len) > HV_TEXT_COLUMNS &&
			memchr(indented, ' ', len - (size_t)(indented - page)) != NULL)
			fail_msg("too wide: %.*s", (int)len, page);
		page += len + (page[len] == '\n');
	}
}

/* A page about this id, and no part of it is empty. */
static void assert_explained(struct hv_buf *out, const char *name, const char *id)
{
	char text[ID_MAX];
	const char *page = explain(out, name, "text");

	assert_lacks(page, "there is no '");
	(void)snprintf(text, sizeof(text), "%s\n  ", id);
	assert_has(page, text);
	assert_has(page, "\n  What to do: ");
	assert_has(page, "\n  Source: ");
	assert_lacks(page, "(null)");
	assert_fits(page);
	page = explain(out, name, "markdown");
	(void)snprintf(text, sizeof(text), "### <a id=\"%s\"></a>", id);
	assert_has(page, text);
	assert_has(page, "\n**What to do:** ");
	assert_has(page, "\n**Source:** ");
	assert_lacks(page, ":** \n");
}

/* --- Every row --- */

static void test_every_rule(void **state)
{
	size_t rules = 0;

	for (const struct hv_check *const *c = hv_all_checks; *c != NULL; c++) {
		for (const struct hv_rule *r = (*c)->rules; r != NULL && r->id != NULL; r++) {
			const char *word = (*c)->name + strlen("check_hyperv_");
			char id[ID_MAX], full[ID_MAX];

			(void)snprintf(id, sizeof(id), "%s.%s", word, r->id);
			(void)snprintf(full, sizeof(full), "%s.%s", (*c)->name, r->id);
			assert_explained(*state, r->id, id);
			assert_explained(*state, id, id);
			assert_explained(*state, full, id);
			assert_has(explain(*state, full, "text"), "\n  To change it: ");
			assert_true(r->summary[0] != '\0' && r->states[0] != '\0');
			assert_true(r->explanation[0] != '\0' && r->source[0] != '\0');
			assert_string_not_equal(r->id, "list");
			assert_string_not_equal(r->id, "all");
			rules++;
		}
	}
	assert_true(rules > 0);
}

static void test_every_event(void **state)
{
	for (const struct hv_known_event *e = hv_known_events; e->channel != NULL; e++) {
		char number[ID_MAX];

		assert_true(e->meaning[0] != '\0' && e->source[0] != '\0');
		assert_explained(*state, e->key, e->key);
		if (e->id == 0)
			continue;
		(void)snprintf(number, sizeof(number), "%" PRIu32, e->id);
		assert_explained(*state, number, e->key);
	}
}

static void test_every_hresult(void **state)
{
	for (const struct hv_known_hresult *h = hv_known_hresults; h->name != NULL; h++) {
		char id[ID_MAX], other[ID_MAX];

		assert_true(h->text[0] != '\0' && h->meaning[0] != '\0');
		assert_true(h->remedy[0] != '\0' && h->source[0] != '\0');
		(void)snprintf(id, sizeof(id), "0x%08" PRIX32, h->code);
		assert_explained(*state, id, id);
		(void)snprintf(other, sizeof(other), "0x%08" PRIx32, h->code);
		assert_explained(*state, other, id);
		assert_explained(*state, other + 2, id);
		(void)snprintf(other, sizeof(other), "%" PRIu32, h->code);
		assert_explained(*state, other, id);
		assert_explained(*state, h->name, id);
	}
}

static void test_every_update(void **state)
{
	char id[ID_MAX];

	for (const struct hv_known_update *u = hv_known_updates; u->number != 0; u++) {
		assert_true(u->source[0] != '\0');
		(void)snprintf(id, sizeof(id), "KB%" PRIu32, u->number);
		assert_explained(*state, id, id);
		assert_explained(*state, id + 2, id);
	}
	for (const struct hv_update_article *a = hv_update_articles; a->number != 0; a++) {
		assert_true(a->about[0] != '\0');
		(void)snprintf(id, sizeof(id), "kb%" PRIu32, a->number);
		assert_has(explain(*state, id, "text"), "no update, but ");
		id[0] = 'K';
		id[1] = 'B';
		assert_explained(*state, id, id);
	}
}

static void test_every_state_of_a_writer(void **state)
{
	uint64_t n = 1;

	assert_null(hv_writer_state_text(0));
	for (; hv_writer_state_text(n) != NULL; n++) {
		char id[ID_MAX];

		(void)snprintf(id, sizeof(id), "writer-state-%" PRIu64, n);
		assert_explained(*state, id, id);
	}
	assert_int_equal(n, 16);
	assert_has(explain(*state, "writer-state-16", "text"), "there is no 'writer-state-16'");
}

static const struct hv_rule shared[] = {
	{ .id = "shared",
		.summary = "Sum * mary",
		.states = "WARNING",
		.explanation = "First <one>.\n\nSecond.\n  literal *",
		.source = "KB1" },
	{ .id = NULL },
};

/* --- What a finding links to --- */

/* A finding of the check that names nothing but its rule, which may be NULL. */
static struct hv_finding *add_finding(struct hv_report *r, const char *rule)
{
	return hv_report_add(r, HV_WARNING, NULL, rule, "text");
}

/* The finding links to this alone, and there it is told. */
static void assert_linked(struct hv_buf *out, const struct hv_check *check,
	const struct hv_finding *f, const char *expected)
{
	char room[HV_EXPLAINED_ID_MAX], other[HV_EXPLAINED_ID_MAX];
	const char *id = hv_finding_explained(check, f, 0, room);

	assert_non_null(id);
	assert_string_equal(id, expected);
	assert_explained(out, id, id);
	assert_null(hv_finding_explained(check, f, 1, other));
}

static void assert_not_linked(const struct hv_check *check, const struct hv_finding *f)
{
	char room[HV_EXPLAINED_ID_MAX];

	assert_null(hv_finding_explained(check, f, 0, room));
}

static void test_every_rule_is_linked(void **state)
{
	HV_AUTO(report) report;

	hv_report_init(&report);
	for (const struct hv_check *const *c = hv_all_checks; *c != NULL; c++) {
		assert_not_linked(*c, add_finding(&report, NULL));
		assert_not_linked(*c, add_finding(&report, "no-such-rule"));
		for (const struct hv_rule *r = (*c)->rules; r != NULL && r->id != NULL; r++) {
			struct hv_finding *f = add_finding(&report, NULL);
			char id[ID_MAX];

			(void)snprintf(id, sizeof(id), "%s.%s",
				(*c)->name + strlen("check_hyperv_"), r->id);
			assert_linked(*state, *c, add_finding(&report, r->id), id);
			/* Named by a finding of another check. */
			hv_finding_names_rule(&report, f, (*c)->name, (*c)->rules, r->id);
			assert_linked(*state, &(struct hv_check){ .name = "other" }, f, id);
		}
	}
}

static void test_everything_named_is_linked(void **state)
{
	static const struct hv_check check = { .name = "check_hyperv_events" };
	char id[ID_MAX];
	struct hv_finding *f;
	HV_AUTO(report) report;

	hv_report_init(&report);
	for (const struct hv_known_event *e = hv_known_events; e->channel != NULL; e++) {
		f = add_finding(&report, NULL);
		hv_finding_names_event(&report, f, e);
		assert_linked(*state, &check, f, e->key);
	}
	for (const struct hv_known_hresult *h = hv_known_hresults; h->name != NULL; h++) {
		f = add_finding(&report, NULL);
		hv_finding_names_hresult(&report, f, h->code);
		(void)snprintf(id, sizeof(id), "0x%08" PRIX32, h->code);
		assert_linked(*state, &check, f, id);
	}
	for (const struct hv_known_update *u = hv_known_updates; u->number != 0; u++) {
		f = add_finding(&report, NULL);
		hv_finding_names_update(&report, f, u->number);
		(void)snprintf(id, sizeof(id), "KB%" PRIu32, u->number);
		assert_linked(*state, &check, f, id);
	}
	for (uint64_t n = 1; hv_writer_state_text(n) != NULL; n++) {
		f = add_finding(&report, NULL);
		hv_finding_names_writer(&report, f, n);
		(void)snprintf(id, sizeof(id), "writer-state-%" PRIu64, n);
		assert_linked(*state, &check, f, id);
	}
	assert_false(hv_report_failed(&report));
}

/* What is not in the tables is no link, nor is anything told twice. */
static void test_no_link_is_dead(void **state)
{
	static const struct hv_check check = { .name = "check_hyperv_vss" };
	char room[HV_EXPLAINED_ID_MAX];
	struct hv_finding *f;
	HV_AUTO(report) report;

	(void)state;
	hv_report_init(&report);
	f = add_finding(&report, "no-such-rule");
	hv_finding_names_event(&report, f, NULL);
	hv_finding_names_hresult(&report, f, 0);
	hv_finding_names_hresult(&report, f, 0x8007FFFF);
	hv_finding_names_hresult(&report, f, UINT64_C(0x180070002));
	hv_finding_names_update(&report, f, 0);
	hv_finding_names_update(&report, f, 1);
	hv_finding_names_writer(&report, f, 0);
	hv_finding_names_writer(&report, f, 16);
	hv_finding_names_rule(&report, f, "check_hyperv_vss", shared, "no-such-rule");
	assert_not_linked(&check, f);
	hv_finding_names_hresult(&report, f, 0x80070002);
	hv_finding_names_hresult(&report, f, 0x80070005);
	hv_finding_names_hresult(&report, f, 0x80070002);
	assert_string_equal(hv_finding_explained(&check, f, 0, room), "0x80070002");
	assert_string_equal(hv_finding_explained(&check, f, 1, room), "0x80070005");
	assert_null(hv_finding_explained(&check, f, 2, room));
}

/* --- What a page says --- */

static void test_rule(void **state)
{
	const char *page = explain(*state, "SPLIT-ROOT", "text");

	assert_has(page, "layout.split-root\n  Disks on two or more volumes");
	assert_has(page, "\n  Told by: check_hyperv_layout, hyperv_doctor\n");
	assert_has(page, "--rule split-root=STATE");
	assert_has(page, "layout.rule=split-root=STATE");
	assert_int_equal(count(page, "Told by:"), 1);
}

static const struct hv_check one = { .name = "check_hyperv_one", .rules = shared };
static const struct hv_check two = { .name = "check_hyperv_two", .rules = shared };
static const struct hv_check bare = { .name = "check_hyperv_bare" };

static void test_rule_of_several_checks(void **state)
{
	const struct hv_check *const checks[] = { &bare, &one, &two, NULL };
	struct hv_buf *out = *state;
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_explain(checks, "shared", "text", out, &err), 0);
	assert_has(hv_buf_str(out), "one.shared\n");
	assert_has(hv_buf_str(out), "\n\ntwo.shared\n");
	hv_buf_clear(out);
	assert_int_equal(hv_explain(checks, "two.shared", "markdown", out, &err), 0);
	assert_lacks(hv_buf_str(out), "one.shared");
	assert_has(hv_buf_str(out), "### <a id=\"two.shared\"></a>two.shared\n\nSum \\* mary\n\n");
	assert_has(hv_buf_str(out), "\n\nFirst \\<one\\>.\n\nSecond.\n\n      literal *\n\n");
}

static void test_event_with_several_rows(void **state)
{
	const char *page = explain(*state, "10103", "text");

	assert_has(page, "vmms-10103-revert\n");
	assert_has(page, "vmms-10103-scsi\n");
	assert_has(page, "vmms-10103\n");
	assert_has(page, "Hosts: Windows Server 2008 R2 SP1 and before\n");
	assert_has(page, "Hosts: Windows Server 2012 R2 and later\n");
	page = explain(*state, "vmms-10103", "text");
	assert_lacks(page, "vmms-10103-scsi");
	page = explain(*state, "vmms-18014", "text");
	assert_has(page, "'checkpoint operation for' or 'snapshot operation for' and 'was");
	assert_has(page, "Counts as: a checkpoint that was cancelled\n");
}

static void test_hresult(void **state)
{
	static const char *const names[] = { "0x80070002", "0X80070002", "80070002", "2147942402",
		"-2147024894", "error_file_not_found" };

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		const char *page = explain(*state, names[i], "text");

		assert_has(page, "0x80070002\n  file not found (ERROR_FILE_NOT_FOUND)\n");
		assert_has(page, "2147942402 in decimal, -2147024894 as a signed number\n");
	}
	assert_has(explain(*state, "0x80070005", "text"), "Findings fill in what stands in");
	assert_has(explain(*state, "32768", "text"), "Also written: 32768 in decimal\n");
}

static void test_update(void **state)
{
	assert_has(explain(*state, "kb2878635", "text"), "(Windows Server 2012)\n");
	assert_has(
		explain(*state, "975695", "text"), "(Windows Server 2008\n  R2 to 2008 R2 SP1)\n");
	assert_has(explain(*state, "KB956697", "text"), "(Windows\n  Server 2008)\n");
}

/* --- All of them --- */

static size_t count_rows(void)
{
	size_t n = 15; /* states of writers */

	for (const struct hv_check *const *c = hv_all_checks; *c != NULL; c++)
		for (const struct hv_rule *r = (*c)->rules; r != NULL && r->id != NULL; r++)
			n++;
	for (const struct hv_known_event *e = hv_known_events; e->channel != NULL; e++)
		n++;
	for (const struct hv_known_hresult *h = hv_known_hresults; h->name != NULL; h++)
		n++;
	for (const struct hv_known_update *u = hv_known_updates; u->number != 0; u++)
		n++;
	for (const struct hv_update_article *a = hv_update_articles; a->number != 0; a++)
		n++;
	return n;
}

static void test_list_and_all(void **state)
{
	const char *page = explain(*state, "list", "text");

	assert_int_equal(count(page, "\n"), count_rows());
	assert_has(page, "layout.split-root: Disks on two");
	assert_has(page, "\n0x80070002: file not found (ERROR_FILE_NOT_FOUND)\n");
	page = explain(*state, "list", "markdown");
	assert_int_equal(count(page, "\n"), count_rows());
	assert_has(page, "* [layout.split-root](#layout.split-root): Disks on two");
	page = explain(*state, "all", "text");
	assert_int_equal(count(page, "\n  What to do: "), count_rows());
	assert_fits(page);
	page = explain(*state, "all", "markdown");
	assert_int_equal(count(page, "\n### "), count_rows());
	assert_lacks(page, "\n\n\n");
}

/* Ids are anchors of the page: each stands there once, and no other. */
static void test_ids_differ(void **state)
{
	char *list = hv_strdup(explain(*state, "list", "text"));
	const char *page = explain(*state, "all", "markdown");

	for (char *line = list; *line != '\0';) {
		char *end = strchr(line, '\n');
		char anchor[ID_MAX];

		(void)snprintf(anchor, sizeof(anchor), "<a id=\"%.*s\">",
			(int)(strstr(line, ": ") - line), line);
		assert_int_equal(count(page, anchor), 1);
		line = end + 1;
	}
	assert_int_equal(count(page, "<a id="), count_rows());
	assert_int_equal(count(page, " id="), count(page, "<a id="));
	hv_free(list);
}

/* --- What there is not --- */

static void test_unknown(void **state)
{
	assert_string_equal(explain(*state, "splitroot", "text"),
		"there is no 'splitroot'; the nearest: layout.split-root; --explain list shows "
		"all\n");
	assert_string_equal(explain(*state, "split-roots", "text"),
		"there is no 'split-roots'; the nearest: layout.split-root; --explain list shows "
		"all\n");
	assert_has(explain(*state, "0x80070004", "text"), "; the nearest: 0x80070002, ");
	assert_has(explain(*state, "18011", "text"), "; the nearest: vmms-18012, vmms-18014;");
	assert_has(explain(*state, "layout.", "text"), "the nearest: layout.split-root, layout.");
	assert_string_equal(
		explain(*state, "~", "text"), "there is no '~'; --explain list shows all\n");
	assert_string_equal(
		explain(*state, "", "text"), "there is no ''; --explain list shows all\n");
	assert_has(explain(*state, "0", "text"), "there is no '0'");
	assert_has(explain(*state, "18446744073709551616", "text"), "there is no '1844");
	assert_has(explain(*state, "KB", "text"),
		"there is no 'KB'; the nearest: updates.required-kb, ");
	assert_has(explain(*state, "2", "text"), "there is no '2'; --explain list");
}

/* Whatever is asked for is told in one short line without a byte that could do harm. */
static void test_hostile_ids(void **state)
{
	static const char *const ids[] = { "%s%n%999999d", "split-root\n\nHYPERV OK", "\x1B[2J",
		"\xE2\x80\xAEtoor-tilps", "\xFF\xFE", "a|b'c=1", "../../etc/passwd",
		"check_hyperv_layout.", "." };
	char longest[LONG_ID + 1];

	memset(longest, 'A', LONG_ID);
	longest[LONG_ID] = '\0';
	for (size_t i = 0; i <= HV_ARRAY_LEN(ids); i++) {
		const char *id = i < HV_ARRAY_LEN(ids) ? ids[i] : longest;
		const char *line = explain(*state, id, "text");

		assert_memory_equal(line, "there is no '", strlen("there is no '"));
		assert_int_equal(count(line, "\n"), 1);
		assert_true(strlen(line) < UNKNOWN_MAX);
		assert_null(strpbrk(line, "\x1B\r\t\xFF|"));
		assert_lacks(line, "\xE2\x80\xAE");
	}
}

static void test_other_forms_are_refused(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_explain(hv_all_checks, "list", "json", *state, &err), -1);
	assert_int_equal(err.kind, HV_ERR_ARGUMENT);
	assert_int_equal(hv_explain(hv_all_checks, "list", "html", *state, &err), -1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_rule),
		TEST(test_every_event),
		TEST(test_every_hresult),
		TEST(test_every_update),
		TEST(test_every_state_of_a_writer),
		TEST(test_every_rule_is_linked),
		TEST(test_everything_named_is_linked),
		TEST(test_no_link_is_dead),
		TEST(test_rule),
		TEST(test_rule_of_several_checks),
		TEST(test_event_with_several_rows),
		TEST(test_hresult),
		TEST(test_update),
		TEST(test_list_and_all),
		TEST(test_ids_differ),
		TEST(test_unknown),
		TEST(test_hostile_ids),
		TEST(test_other_forms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
