/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/agent-log.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	TEXT_MAX = 8 << 10, /* bytes, before it is cut */
	LINE_MAX_BYTES = 4 * HV_AGENT_LOG_LINE_MAX + 64,
};

bool hv_agent_log_is_journal(const char *journal_stream, int fd)
{
	char own[64];
	struct stat info;
	int len;

	if (!journal_stream || fstat(fd, &info))
		return false;
	len = snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)info.st_dev, (uintmax_t)info.st_ino);
	return len > 0 && (size_t)len < sizeof(own) && strcmp(own, journal_stream) == 0;
}

/* A pipe or socket whose reader stands still: a line is lost rather than hosts kept waiting. A line
 * is never longer than what a pipe that takes anything takes (PIPE_BUF). */
static bool may_write(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) != 0;
}

/* At once, so that lines of other processes do not come between. */
static void put(const struct hv_agent_log *log, int priority, const char *text)
{
	HV_AUTO(buf) line = { .max = LINE_MAX_BYTES };

	if (log->is_journal)
		hv_buf_addf(&line, "<%d>", priority);
	else
		hv_buf_adds(&line, HV_AGENT_NAME ": ");
	hv_output_text(&line, text, HV_AGENT_LOG_LINE_MAX);
	hv_buf_addc(&line, '\n');
	if (!hv_buf_failed(&line) && may_write(log->fd))
		(void)!hv_write_all(log->fd, hv_buf_str(&line), line.len, NULL);
}

void hv_agent_log(const struct hv_agent_log *log, int priority, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	put(log, priority, text);
}

void hv_agent_log_lines(const struct hv_agent_log *log, int priority, const char *text)
{
	while (*text != '\0') {
		const size_t len = strcspn(text, "\n");

		if (len > 0)
			hv_agent_log(log, priority, "%.*s", (int)(len < TEXT_MAX ? len : TEXT_MAX),
				text);
		text += len + (text[len] == '\n');
	}
}
