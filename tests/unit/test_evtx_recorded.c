/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader against recorded logs: DIR/evtx/NAME.evtx and the records that two other readers found
 * in it, in DIR/evtx/expected/NAME.tsv. DIR is the argument, else HV_TESTDATA. Without it: exit
 * status 77.
 *
 * A row is: record id, event id, provider, level, time. Rows behind a comment sign are those that
 * one other reader alone found; ours must find them as well. Header-only rows have an id and a
 * time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/file.h"
#include "evtx-fixture.h"

enum { MAX_FILE = 16 << 20, MAX_FILES = 1000, MAX_PATH = 4096, MAX_ROW = 1000, ROW_COLUMNS = 5 };

/* Logs of which more can be read than the other readers read: they pass over a chunk in which the
 * file ends. */
static const struct {
	const char *name;
	size_t count;
} MORE[] = {
	{ "plaso-System2-TRUNCATED-200000", 89 },
};

static size_t more_than_expected(const char *name)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(MORE); i++) {
		if (!strcmp(MORE[i].name, name))
			return MORE[i].count;
	}
	return 0;
}

static const char *load(
	const char *directory, const char *name, const char *suffix, uint8_t **ret, size_t *ret_len)
{
	struct hv_err err = HV_ERR_INIT;
	char path[MAX_PATH];
	hv_usec unused;

	assert_in_range(snprintf(path, sizeof(path), "%s/%s%s", directory, name, suffix), 1,
		sizeof(path) - 1);
	if (hv_file_load(path, MAX_FILE, ret, ret_len, &unused, &err))
		fail_msg("%s", err.text);
	return (const char *)*ret;
}

/* Appends what stands between `before` and the next quote or '<' at or behind xml, up to end. */
static void add_between(struct hv_buf *out, const char *xml, const char *end, const char *before)
{
	const char *at = strstr(xml, before);

	if (!at || at >= end)
		return;
	at += strlen(before);
	hv_buf_add(out, at, strcspn(at, "\"<"));
}

/* The text of a System element that may have attributes. */
static void add_element(struct hv_buf *out, const char *xml, const char *end, const char *name)
{
	HV_AUTO(buf) open = { .max = 100 };
	const char *at;

	hv_buf_addf(&open, "<%s", name);
	at = strstr(xml, hv_buf_str(&open));
	if (!at || at >= end)
		return;
	at = strchr(at, '>');
	if (at && at[-1] != '/')
		hv_buf_add(out, at + 1, strcspn(at + 1, "<"));
}

/* The event as a row. Names of providers in the recorded logs need no unescaping. */
static void add_row(struct hv_buf *out, const char *xml)
{
	const char *end = strstr(xml, "</System>");

	assert_non_null(end);
	add_element(out, xml, end, "EventRecordID");
	hv_buf_addc(out, '\t');
	add_element(out, xml, end, "EventID");
	hv_buf_addc(out, '\t');
	add_between(out, xml, end, "<Provider Name=\"");
	hv_buf_addc(out, '\t');
	add_element(out, xml, end, "Level");
	hv_buf_addc(out, '\t');
	add_between(out, xml, end, " SystemTime=\"");
	hv_buf_addc(out, '\n');
}

static void add_rows(struct hv_buf *out, const char *xml)
{
	for (const char *at = xml; (at = strstr(at, "<Event xmlns=")) != NULL; at++)
		add_row(out, at);
}

/* Rows of text, one a line, walked through in order. */
struct rows {
	const char *at;
};

static bool next_row(struct rows *rows, char ret[MAX_ROW])
{
	size_t len = strcspn(rows->at, "\n");

	if (!*rows->at)
		return false;
	assert_true(len < MAX_ROW);
	memcpy(ret, rows->at, len);
	ret[len] = '\0';
	rows->at += len + (rows->at[len] == '\n');
	return true;
}

static const char *column(const char *row, unsigned int number)
{
	while (number-- > 0) {
		row = strchr(row, '\t');
		assert_non_null(row);
		row++;
	}
	return row;
}

/* The one reader computes times in floating point: compares without the last digits, and lets what
 * is missing match all. */
static bool similar_column(const char *ours, const char *theirs, bool is_time)
{
	size_t len = strcspn(theirs, "\t");
	const size_t to_hundredths = strlen("2020-01-01T00:00:00.00");

	if (len == 0)
		return true;
	if (is_time && len > to_hundredths)
		return !strncmp(ours, theirs, to_hundredths);
	return strcspn(ours, "\t") == len && !strncmp(ours, theirs, len);
}

static bool similar(const char *ours, const char *theirs, bool header_only)
{
	for (unsigned int i = 0; i < ROW_COLUMNS; i++) {
		/* The header's number and time may differ from what the event says. */
		if (header_only && (i == 0 || i == ROW_COLUMNS - 1))
			continue;
		if (!similar_column(column(ours, i), column(theirs, i), i == ROW_COLUMNS - 1))
			return false;
	}
	return true;
}

/* Takes the first row that is similar to theirs out of the list of ours. */
static bool take_similar(char **ours, size_t count, const char *theirs, bool header_only)
{
	for (size_t i = 0; i < count; i++) {
		if (ours[i] && similar(ours[i], theirs, header_only)) {
			hv_free(ours[i]);
			ours[i] = NULL;
			return true;
		}
	}
	return false;
}

static size_t split(const char *text, char ***ret)
{
	struct rows rows = { .at = text };
	size_t capacity = 0;
	size_t count = 0;
	char row[MAX_ROW];

	*ret = NULL;
	while (next_row(&rows, row)) {
		assert_int_equal(hv_grow(ret, &capacity, count + 1, SIZE_MAX, sizeof(**ret)), 0);
		(*ret)[count] = hv_strdup(row);
		assert_non_null((*ret)[count]);
		count++;
	}
	return count;
}

/* Rows both readers agree on: exactly, and in the order of the file. */
static size_t check_agreed(const char *name, const char *expected, char **ours, size_t count)
{
	struct rows rows = { .at = expected };
	char row[MAX_ROW];
	size_t agreed = 0;
	size_t at = 0;

	while (next_row(&rows, row)) {
		if (row[0] == '#' || !strncmp(row, "record_id\t", strlen("record_id\t")))
			continue;
		while (at < count && strcmp(ours[at], row) != 0)
			at++;
		if (at == count)
			fail_msg("%s: not found, or not in order: %s", name, row);
		hv_free(ours[at]);
		ours[at] = hv_strdup("");
		assert_non_null(ours[at]);
		agreed++;
		at++;
	}
	return agreed;
}

static void forget_agreed(char **ours, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ours[i] && !ours[i][0]) {
			hv_free(ours[i]);
			ours[i] = NULL;
		}
	}
}

static size_t check_single(const char *name, const char *expected, char **ours, size_t count)
{
	struct rows rows = { .at = expected };
	char row[MAX_ROW];
	size_t single = 0;

	while (next_row(&rows, row)) {
		bool header_only = !strncmp(row, "#header-only\t", strlen("#header-only\t"));

		if (row[0] != '#' || row[1] == ' ')
			continue;
		if (!take_similar(ours, count, column(row, 1), header_only))
			fail_msg("%s: not found: %s", name, row);
		single++;
	}
	return single;
}

static void check_log(const char *name, const char *expected, const struct evtx_reading *r)
{
	HV_AUTO(buf) text = { .max = MAX_FILE };
	char **ours;
	size_t count;
	size_t agreed;
	size_t single;
	size_t left = 0;

	add_rows(&text, hv_buf_str(&r->xml));
	count = split(hv_buf_str(&text), &ours);
	agreed = check_agreed(name, expected, ours, count);
	forget_agreed(ours, count);
	single = check_single(name, expected, ours, count);
	for (size_t i = 0; i < count; i++) {
		left += ours[i] != NULL;
		hv_free(ours[i]);
	}
	hv_free(ours);
	print_message("%s: %zu records, %zu agreed, %zu of one reader, %zu more%s%s\n", name, count,
		agreed, single, left, r->damage.len > 0 ? "; damage: " : "",
		hv_buf_str(&r->damage));
	assert_int_equal(left, more_than_expected(name));
	assert_int_equal(count, r->count);
}

static void check_name(const char *directory, const char *name)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	HV_AUTO(bytes) log = NULL;
	HV_AUTO(bytes) tsv = NULL;
	HV_AUTO(buf) expected = { .max = MAX_PATH };
	size_t len;
	size_t unused;

	hv_buf_addf(&expected, "%s/expected", directory);
	load(directory, name, ".evtx", &log, &len);
	evtx_read(&r, log, len);
	assert_int_equal(r.rc, 0);
	check_log(name, load(hv_buf_str(&expected), name, ".tsv", &tsv, &unused), &r);
}

static void test_recorded_logs(void **state)
{
	const char *directory = *state;
	struct hv_err err = HV_ERR_INIT;
	char **names;
	size_t count;
	size_t logs = 0;

	if (hv_file_list(directory, MAX_FILES, &names, &count, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < count; i++) {
		char *suffix = strstr(names[i], ".evtx");

		if (!suffix)
			continue;
		*suffix = '\0';
		check_name(directory, names[i]);
		logs++;
	}
	hv_file_list_free(names, count);
	assert_true(logs > 0);
}

static bool is_directory(const char *path)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_file_info info;

	return !hv_file_stat(path, &info, &err) && info.is_directory;
}

int main(int argc, char **argv)
{
	enum { SKIPPED = 77 };
	static char directory[MAX_PATH];
	const char *set = argc > 1 ? argv[1] : getenv("HV_TESTDATA");
	int len = snprintf(directory, sizeof(directory), "%s/evtx", set ? set : "");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_recorded_logs, directory),
	};

	if (len < 0 || (size_t)len >= sizeof(directory))
		return EXIT_FAILURE;
	if (!is_directory(directory)) {
		printf("1..0 # SKIP no recorded logs in %s\n", directory);
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
