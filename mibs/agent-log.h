/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the agent logs: lines on a descriptor, each with its priority when the journal reads them
 * (sd-daemon(3)), with the program's name otherwise. */
#ifndef HV_MIBS_AGENT_LOG_H
#define HV_MIBS_AGENT_LOG_H

#include <stdbool.h>

#include "base/attr.h"

#define HV_AGENT_NAME "hyperv_agentx"

enum { HV_AGENT_LOG_LINE_MAX = 1000 }; /* characters of a text */

struct hv_agent_log {
	int fd;
	bool is_journal;
};

/* Whether JOURNAL_STREAM ("device:inode"; NULL: not set) is what fd writes to. */
bool hv_agent_log_is_journal(const char *journal_stream, int fd);

/* One line, whatever the text holds. priority: of syslog(3). A line that cannot be written is lost.
 */
void hv_agent_log(const struct hv_agent_log *log, int priority, const char *fmt, ...)
	HV_PRINTF(3, 4);

/* Each line of text as one of the log. */
void hv_agent_log_lines(const struct hv_agent_log *log, int priority, const char *text);

#endif
