/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was told outlives the process, where the configuration names a file for it. */
#include <syslog.h>

#include "mibs/service-parts.h"
#include "mibs/told-file.h"

/* After a failure; everything that is told until then is written at once. */
#define RETRY (60 * HV_USEC_PER_SEC)

void hv_service_recall_told(struct hv_service *s)
{
	struct hv_told_oddities odd;
	struct hv_err err = HV_ERR_INIT;

	if (!s->state_file)
		return;
	if (hv_told_file_read(&s->board, s->state_file, &odd, &err)) {
		hv_agent_log(s->plan.log, LOG_WARNING, "state-file: not used, and not written: %s",
			err.text);
		return;
	}
	if (odd.count > 0)
		hv_agent_log(s->plan.log, LOG_WARNING,
			"state-file: %s:%zu: means nothing; %zu such line%s passed over",
			s->state_file, odd.first_line, odd.count, odd.count == 1 ? "" : "s");
	s->keeps_told = true;
}

static void keep(struct hv_service *s, hv_usec now)
{
	struct hv_err err = HV_ERR_INIT;

	if (hv_told_file_write(&s->board, s->state_file, &err)) {
		if (!s->keeping_fails)
			hv_agent_log(s->plan.log, LOG_ERR, "state-file: %s", err.text);
		s->keeping_fails = true;
		s->keep_next = hv_usec_add(now, RETRY);
		return;
	}
	s->keeping_fails = false;
	s->told_kept = s->board.told_changes;
}

void hv_service_keep_told(struct hv_service *s)
{
	const hv_usec now = hv_service_now(s).monotonic;

	if (s->keeps_told && s->told_kept != s->board.told_changes &&
		(s->over || now >= s->keep_next))
		keep(s, now);
}
