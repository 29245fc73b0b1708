/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of the agent's log: one each, bounded, and with what their reader understands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "mibs/agent-log.h"

enum { OUT_MAX = 16 << 10 };

struct paper {
	int ends[2];
	struct hv_agent_log log;
};

static void open_paper(struct paper *p, bool is_journal)
{
	assert_int_equal(pipe(p->ends), 0);
	p->log = (struct hv_agent_log){ .fd = p->ends[1], .is_journal = is_journal };
}

/* Closes it. */
static void read_paper(struct paper *p, char ret[OUT_MAX])
{
	ssize_t len;

	close(p->ends[1]);
	len = read(p->ends[0], ret, OUT_MAX - 1);
	assert_true(len >= 0);
	ret[len] = '\0';
	close(p->ends[0]);
}

static void expect(struct paper *p, const char *text)
{
	char out[OUT_MAX];

	read_paper(p, out);
	assert_string_equal(out, text);
}

static void test_lines_bear_the_name_of_the_program(void **state)
{
	struct paper p;

	(void)state;
	open_paper(&p, false);
	hv_agent_log(&p.log, LOG_ERR, "%s: %d", "hv01", 7);
	hv_agent_log(&p.log, LOG_INFO, "second");
	expect(&p, "hyperv_agentx: hv01: 7\nhyperv_agentx: second\n");
}

static void test_lines_for_the_journal_bear_their_priority(void **state)
{
	struct paper p;

	(void)state;
	open_paper(&p, true);
	hv_agent_log(&p.log, LOG_ERR, "first");
	hv_agent_log(&p.log, LOG_INFO, "second");
	expect(&p, "<3>first\n<6>second\n");
}

static void test_foreign_text_stays_one_line(void **state)
{
	struct paper p;

	(void)state;
	open_paper(&p, true);
	hv_agent_log(&p.log, LOG_ERR, "%s", "a\n<0>b\x1b[31m\xff");
	expect(&p, "<3>a?<0>b?[31m?\n");
}

static void test_lines_are_bounded(void **state)
{
	char text[4 * HV_AGENT_LOG_LINE_MAX];
	char out[OUT_MAX];
	struct paper p;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	open_paper(&p, false);
	hv_agent_log(&p.log, LOG_ERR, "%s", text);
	read_paper(&p, out);
	assert_in_range(strlen(out), HV_AGENT_LOG_LINE_MAX, HV_AGENT_LOG_LINE_MAX + 30);
}

static void test_a_text_of_lines_becomes_lines(void **state)
{
	struct paper p;

	(void)state;
	open_paper(&p, true);
	hv_agent_log_lines(&p.log, LOG_ERR, "a:1: one\n\na:2: two\nthree");
	hv_agent_log_lines(&p.log, LOG_ERR, "");
	expect(&p, "<3>a:1: one\n<3>a:2: two\n<3>three\n");
}

/* Lines are lost then; nothing else is. */
static void test_a_reader_that_stands_still_holds_up_nothing(void **state)
{
	struct paper p;
	char text[HV_AGENT_LOG_LINE_MAX + 1];

	(void)state;
	memset(text, 'x', HV_AGENT_LOG_LINE_MAX);
	text[HV_AGENT_LOG_LINE_MAX] = '\0';
	open_paper(&p, false);
	alarm(10); /* it would block for ever */
	for (int i = 0; i < 1000; i++)
		hv_agent_log(&p.log, LOG_NOTICE, "%s", text);
	alarm(0);
	close(p.ends[0]);
	close(p.ends[1]);
}

static void test_the_journal_is_known_by_its_stream(void **state)
{
	char stream[64];
	struct stat info;
	struct paper p;

	(void)state;
	open_paper(&p, false);
	assert_int_equal(fstat(p.log.fd, &info), 0);
	(void)snprintf(
		stream, sizeof(stream), "%ju:%ju", (uintmax_t)info.st_dev, (uintmax_t)info.st_ino);
	assert_true(hv_agent_log_is_journal(stream, p.log.fd));
	assert_false(hv_agent_log_is_journal(NULL, p.log.fd));
	assert_false(hv_agent_log_is_journal("", p.log.fd));
	assert_false(hv_agent_log_is_journal("1:2", p.log.fd)); /* standard error was redirected */
	assert_false(hv_agent_log_is_journal(stream, -1));
	expect(&p, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_bear_the_name_of_the_program),
		cmocka_unit_test(test_lines_for_the_journal_bear_their_priority),
		cmocka_unit_test(test_foreign_text_stays_one_line),
		cmocka_unit_test(test_lines_are_bounded),
		cmocka_unit_test(test_a_text_of_lines_becomes_lines),
		cmocka_unit_test(test_a_reader_that_stands_still_holds_up_nothing),
		cmocka_unit_test(test_the_journal_is_known_by_its_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
