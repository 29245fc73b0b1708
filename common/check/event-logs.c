/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log that was never written to, or that is not the one where failures stand, looks like a host
 * without failures. */
#include "check/event-logs.h"

#include "base/utf.h"
#include "check/known-events.h"

/* What was read of one channel, by all logs that hold it or may hold it. */
struct coverage {
	size_t logs;
	size_t records;
	bool selected; /* by the host, so that no record is no bad sign */
	struct hv_time from;
	bool from_selection; /* else the log itself begins there */
};

/* A log that tells no channel may be any. */
static bool may_hold(const struct hv_event_log *log, const char *channel)
{
	return log->channel == NULL || hv_utf8_caseeq(log->channel, channel);
}

/* From when on one log tells: the log whose coverage reaches back farthest counts. */
static void note_begin(struct coverage *c, const struct hv_event_log *log)
{
	const bool by_selection =
		log->since.known && (!log->oldest.known || log->oldest.usec < log->since.usec);
	const struct hv_time begin = by_selection ? log->since : log->oldest;

	if (!begin.known || (c->from.known && c->from.usec <= begin.usec))
		return;
	c->from = begin;
	c->from_selection = by_selection;
}

static struct coverage cover(const struct hv_host *host, const char *channel)
{
	struct coverage c = { .logs = 0 };

	for (size_t i = 0; i < host->event_log_count; i++) {
		const struct hv_event_log *log = &host->event_logs[i];

		if (!may_hold(log, channel))
			continue;
		c.logs++;
		c.records += log->records;
		c.selected = c.selected || log->since.known;
		note_begin(&c, log);
	}
	return c;
}

static void report_other_logs(struct hv_report *out, const struct hv_host *host)
{
	const char *other = host->event_log_count > 0 ? host->event_logs[0].channel : NULL;
	struct hv_finding *f = hv_report_add(out, HV_UNKNOWN, NULL, NULL,
		"the log " HV_CHANNEL_VMMS " was not read%s%s", other != NULL ? ", only " : "",
		other != NULL ? other : "");

	hv_finding_why(out, f, "Failed checkpoints and merges are written there.");
	hv_finding_remedy(out, f, "wevtutil epl " HV_CHANNEL_VMMS " VMMS-Admin.evtx");
}

bool hv_event_logs_judge(struct hv_report *out, const struct hv_host *host, hv_usec from)
{
	struct coverage c = cover(host, HV_CHANNEL_VMMS);
	char begin[HV_TIME_TEXT_MAX];

	if (c.logs == 0) {
		report_other_logs(out, host);
		return true;
	}
	if (c.records == 0 && !c.selected) {
		hv_report_nothing_text(out,
			"the log " HV_CHANNEL_VMMS
			" holds no record: was it cleared or filtered, or may it not be read?");
		return false;
	}
	if (c.from.known && c.from.usec > from) {
		hv_time_format(c.from.usec, begin);
		hv_report_limit(out, "the VMMS log %s %s",
			c.from_selection ? "was read only from" : "begins only at", begin);
	}
	return true;
}
