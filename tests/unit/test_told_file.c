/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of what was told: what is written is read again, and nothing that stands in it does any
 * harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/file.h"
#include "mibs/told-file.h"

#define MAGIC "# hyperv_agentx: told, 1\n"

static char folder[] = "/tmp/test_told_file.XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	return snprintf(path, sizeof(path), "%s/told", folder) > 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

/* Hosts hv01 and "a] = [b", each with two checks. */
static void set_up(struct hv_board *board)
{
	static const char *const checks[] = { "layout", "space", NULL };
	const struct hv_board_host_config hosts[] = {
		{ .name = "hv01", .address = "", .checks = checks, .interval = 1 },
		{ .name = "a] = [b", .address = "", .checks = checks, .interval = 1 },
	};
	const struct hv_board_config config = { .hosts = hosts, .host_count = HV_ARRAY_LEN(hosts) };
	const struct hv_moment now = { .wall = 1 };

	hv_board_init(board, &now);
	assert_int_equal(hv_board_configure(board, &config, NULL), 0);
}

static void write_bytes(const char *bytes, size_t len)
{
	assert_int_equal(hv_file_write_atomic(path, bytes, len, 0600, NULL), 0);
}

static struct hv_told_oddities read_good(struct hv_board *board)
{
	struct hv_told_oddities odd;
	struct hv_err err = HV_ERR_INIT;
	const int result = hv_told_file_read(board, path, &odd, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(result, 0);
	return odd;
}

static void expect_file(const struct hv_board *board, const char *text)
{
	HV_AUTO(bytes) bytes = NULL;
	struct stat st;
	size_t len = 0;

	assert_int_equal(hv_told_file_write(board, path, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(hv_file_load(path, 1 << 20, &bytes, &len, NULL, NULL), 0);
	assert_string_equal((const char *)bytes, text);
}

/* Nothing is remembered of any host. */
static void expect_nothing(const struct hv_board *board)
{
	for (size_t i = 0; i < board->host_count; i++) {
		assert_false(board->hosts[i].told_known);
		for (size_t k = 0; k < board->hosts[i].check_count; k++)
			assert_false(board->hosts[i].checks[k].told_known);
	}
}

static void test_what_is_written_is_read_again(void **state)
{
	static const char text[] = MAGIC "[host hv01]\nunreachable = no\n"
					 "space = WARNING\nlayout = UNKNOWN\n"
					 "[host a] = [b]\nunreachable = yes\n"
					 "space = CRITICAL\n";
	HV_AUTO(board) board = { .hosts = NULL };
	HV_AUTO(board) again = { .hosts = NULL };
	struct hv_board_host *host;

	(void)state;
	set_up(&board);
	set_up(&again);
	hv_board_remember_host(&board.hosts[0], false);
	hv_board_remember_check(&board.hosts[0].checks[0], HV_WARNING);
	hv_board_remember_check(&board.hosts[0].checks[1], HV_UNKNOWN);
	hv_board_remember_host(&board.hosts[1], true);
	hv_board_remember_check(&board.hosts[1].checks[0], HV_CRITICAL);
	expect_file(&board, text);
	assert_int_equal(read_good(&again).count, 0);
	host = hv_board_find(&again, "a] = [b");
	assert_true(host->told_known && host->told_unreachable);
	assert_true(host->checks[0].told_known);
	assert_int_equal(host->checks[0].told, HV_CRITICAL);
	assert_false(host->checks[1].told_known);
	expect_file(&again, text);
}

static void test_no_file_is_nothing_to_remember(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	assert_int_equal(read_good(&board).count, 0);
	expect_nothing(&board);
}

static void test_hosts_and_checks_that_are_gone_are_dropped(void **state)
{
	static const char text[] =
		MAGIC "[host gone]\nunreachable = yes\nspace = CRITICAL\n"
		      "[host hv01]\nevents = WARNING\nspac = OK\nspaces = OK\nlayout = OK\n"
		      "[host 123456789-123456789-123456789-12]\nspace = OK\n";
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	write_bytes(text, sizeof(text) - 1);
	assert_int_equal(read_good(&board).count, 0);
	expect_file(&board, MAGIC "[host hv01]\nlayout = OK\n[host a] = [b]\n");
}

static void test_odd_lines_are_passed_over(void **state)
{
	static const char *const LINES[] = {
		"space",
		"space =",
		"space = RED",
		"space = 4",
		"space = -1",
		"space = OK OK",
		"space = CRITICALCRITICALCRITICAL",
		"unreachable",
		"unreachable = maybe",
		"unreachable = YES",
		"unreachable = OK",
		"= OK\xFF",
		"\xFF\xFE\x80",
		"[",
		"[host hv01",
		"[host ",
		"[hosts hv01]",
		"[agent]",
		"[host 123456789-123456789-123456789-123]",
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(LINES); i++) {
		HV_AUTO(board) board = { .hosts = NULL };
		struct hv_told_oddities odd;
		char text[256];
		const int len = snprintf(text, sizeof(text),
			MAGIC "\n[host hv01]\n%s\n[host hv01]\nlayout = critical\n", LINES[i]);

		set_up(&board);
		write_bytes(text, (size_t)len);
		odd = read_good(&board);
		if (odd.count != 1 || odd.first_line != 4)
			fail_msg("%s: %zu, %zu", LINES[i], odd.count, odd.first_line);
		expect_file(&board, MAGIC "[host hv01]\nlayout = CRITICAL\n[host a] = [b]\n");
	}
}

static void test_a_nul_ends_nothing(void **state)
{
	static const char text[] = MAGIC "[host hv01\0]\nspace = OK\n[host hv01]\nspace = OK\0\n"
					 "space\0 = OK\nunreachable = yes\0\n";
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	write_bytes(text, sizeof(text) - 1);
	assert_int_equal(read_good(&board).count, 3);
	expect_nothing(&board);
}

/* Wherever it ends, what is remembered stood there. */
static void test_a_file_may_be_cut_off_anywhere(void **state)
{
	static const char text[] = MAGIC "[host hv01]\nunreachable = yes\nspace = WARNING\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		HV_AUTO(board) board = { .hosts = NULL };
		const struct hv_board_host *host;

		set_up(&board);
		write_bytes(text, len);
		assert_true(read_good(&board).count <= 1);
		host = hv_board_find(&board, "hv01");
		if (host->told_known != (len >= strlen(MAGIC "[host hv01]\nunreachable = yes")) ||
			host->checks[0].told_known != (len >= sizeof(text) - 2))
			fail_msg("%zu bytes", len);
		assert_true(!host->told_known || host->told_unreachable);
		assert_true(!host->checks[0].told_known || host->checks[0].told == HV_WARNING);
	}
}

static void expect_refused(const char *file, const char *why)
{
	HV_AUTO(board) board = { .hosts = NULL };
	struct hv_told_oddities odd;
	struct hv_err err = HV_ERR_INIT;

	set_up(&board);
	assert_int_equal(hv_told_file_read(&board, file, &odd, &err), -1);
	if (!strstr(err.text, why))
		fail_msg("%s", err.text);
	assert_int_equal(odd.count, 0);
	expect_nothing(&board);
}

static void test_what_is_no_such_file_is_refused(void **state)
{
	static const char foreign[] = "[host hv01]\nspace = OK\n";
	static const char other[] = "# hyperv_agentx: told, 2\n[host hv01]\nspace = OK\n";

	(void)state;
	write_bytes(foreign, sizeof(foreign) - 1);
	expect_refused(path, "not written by this program");
	write_bytes(other, sizeof(other) - 1);
	expect_refused(path, "not written by this program");
	write_bytes("\0\0\0\0", 4);
	expect_refused(path, "not written by this program");
	expect_refused(folder, "is a directory");
	expect_refused("/dev/null", "not a regular file");
}

static void test_a_file_that_is_too_large_is_refused(void **state)
{
	(void)state;
	write_bytes(MAGIC, strlen(MAGIC));
	assert_int_equal(truncate(path, HV_TOLD_FILE_MAX_BYTES + 1), 0);
	expect_refused(path, "larger than the limit");
	/* As large as it may be: one line that means nothing, and no section before it. */
	assert_int_equal(truncate(path, HV_TOLD_FILE_MAX_BYTES), 0);
	{
		HV_AUTO(board) board = { .hosts = NULL };

		set_up(&board);
		assert_int_equal(read_good(&board).count, 0);
		expect_nothing(&board);
	}
}

/* The former one stays; nothing else is left in its directory. */
static void test_a_failed_write_changes_nothing(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };
	struct hv_err err = HV_ERR_INIT;
	char none[80];

	(void)state;
	set_up(&board);
	(void)snprintf(none, sizeof(none), "%s/none/told", folder);
	assert_int_equal(hv_told_file_write(&board, none, &err), -1);
	assert_non_null(strstr(err.text, "/none/told: No such file or directory"));
	if (geteuid() == 0)
		return;
	write_bytes(MAGIC, strlen(MAGIC));
	assert_int_equal(chmod(folder, 0500), 0);
	hv_err_clear(&err);
	assert_int_equal(hv_told_file_write(&board, path, &err), -1);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_non_null(strstr(err.text, "Permission denied"));
}

enum { MANY = 10000, MANY_CHECKS = 16 };

/* The largest configuration there may be is within the limit. */
static void test_as_many_hosts_as_there_may_be(void **state)
{
	static char names[MANY][HV_INDEX_HOST_MAX + 1];
	static char check_names[MANY_CHECKS][HV_INDEX_CHECK_MAX + 1];
	static const char *checks[MANY_CHECKS + 1];
	static struct hv_board_host_config hosts[MANY];
	const struct hv_board_config config = { .hosts = hosts, .host_count = MANY };
	const struct hv_moment now = { .wall = 1 };
	HV_AUTO(board) board = { .hosts = NULL };
	HV_AUTO(board) again = { .hosts = NULL };

	(void)state;
	for (size_t i = 0; i < MANY_CHECKS; i++) {
		(void)snprintf(check_names[i], sizeof(check_names[i]), "a-check-%08zu", i);
		checks[i] = check_names[i];
	}
	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%032zu", i);
		hosts[i] = (struct hv_board_host_config){
			.name = names[i], .address = "", .checks = checks, .interval = 1
		};
	}
	hv_board_init(&board, &now);
	hv_board_init(&again, &now);
	assert_int_equal(hv_board_configure(&board, &config, NULL), 0);
	assert_int_equal(hv_board_configure(&again, &config, NULL), 0);
	for (size_t i = 0; i < MANY; i++) {
		hv_board_remember_host(&board.hosts[i], true);
		for (size_t k = 0; k < MANY_CHECKS; k++)
			hv_board_remember_check(&board.hosts[i].checks[k], HV_CRITICAL);
	}
	assert_int_equal(hv_told_file_write(&board, path, NULL), 0);
	assert_int_equal(read_good(&again).count, 0);
	for (size_t i = 0; i < MANY; i++) {
		assert_true(again.hosts[i].told_unreachable);
		for (size_t k = 0; k < MANY_CHECKS; k++)
			assert_int_equal(again.hosts[i].checks[k].told, HV_CRITICAL);
	}
}

int main(void)
{
#define CASE(test) cmocka_unit_test_teardown(test, remove_file)
	const struct CMUnitTest tests[] = {
		CASE(test_what_is_written_is_read_again),
		CASE(test_no_file_is_nothing_to_remember),
		CASE(test_hosts_and_checks_that_are_gone_are_dropped),
		CASE(test_odd_lines_are_passed_over),
		CASE(test_a_nul_ends_nothing),
		CASE(test_a_file_may_be_cut_off_anywhere),
		CASE(test_what_is_no_such_file_is_refused),
		CASE(test_a_file_that_is_too_large_is_refused),
		CASE(test_a_failed_write_changes_nothing),
		CASE(test_as_many_hosts_as_there_may_be),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
