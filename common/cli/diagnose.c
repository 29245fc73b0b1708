/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/diagnose.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "cli/diagnose-steps.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	ARENA_MAX = 1 << 20,
	LINES_MAX_BYTES = 64 << 10, /* of one step */
	TEXT_MAX_CHARS = 1000,      /* of one text in them */
	OUTCOME_WIDTH = 11,
	NAME_WIDTH = 20,
	TIME_WIDTH = 10,
	USEC_PER_TENTH_MS = 100,
};

#define AFTER_LOGIN HV_STEP_BIT(HV_STEP_LOGIN)

const struct hv_connection_step hv_connection_steps[HV_STEP_COUNT] = {
	[HV_STEP_NAME] = { .name = "name resolution", .run = hv_step_name },
	[HV_STEP_TCP] = { .name = "TCP connection",
		.run = hv_step_tcp,
		.needs = HV_STEP_BIT(HV_STEP_NAME) },
	[HV_STEP_TLS] = { .name = "TLS",
		.run = hv_step_tls,
		.needs = HV_STEP_BIT(HV_STEP_TCP),
		.tls = true },
	[HV_STEP_WSMAN] = { .name = "WS-Management",
		.run = hv_step_wsman,
		.needs = HV_STEP_BIT(HV_STEP_TCP) | HV_STEP_BIT(HV_STEP_TLS) },
	[HV_STEP_LOGIN] = { .name = "login",
		.run = hv_step_login,
		.needs = HV_STEP_BIT(HV_STEP_WSMAN) },
	[HV_STEP_CLOCK] = { .name = "clock",
		.run = hv_step_clock,
		.needs = HV_STEP_BIT(HV_STEP_WSMAN) },
	[HV_STEP_WMI] = { .name = "WMI", .run = hv_step_wmi, .needs = AFTER_LOGIN },
	[HV_STEP_HYPERV] = { .name = "Hyper-V", .run = hv_step_hyperv, .needs = AFTER_LOGIN },
	[HV_STEP_EVENTS] = { .name = "event subscription",
		.run = hv_step_events,
		.needs = AFTER_LOGIN },
	[HV_STEP_SHELL] = { .name = "remote shell", .run = hv_step_shell, .needs = AFTER_LOGIN },
};

/* Bits of steps */
struct results {
	unsigned int failed; /* or not tried */
	unsigned int warned;
};

/* --- Telling --- */

static void add_time(struct hv_buf *out, hv_usec took)
{
	const int64_t tenths = took / USEC_PER_TENTH_MS;
	HV_AUTO(buf) text = { .max = TEXT_MAX_CHARS };

	if (took >= 0)
		hv_buf_addf(&text, "%" PRId64 ".%" PRId64 " ms", tenths / 10, tenths % 10);
	hv_buf_addf(out, "%*s", TIME_WIDTH, hv_buf_str(&text));
}

/* A line of its own below the step. */
static void add_remark(struct hv_buf *out, const char *kind, const char *text)
{
	hv_buf_addf(out, "%*s%s", OUTCOME_WIDTH, "", kind);
	hv_output_text(out, text, TEXT_MAX_CHARS);
	hv_buf_addc(out, '\n');
}

static void add_step(struct hv_buf *out, const struct hv_connection_step *step,
	enum hv_step_outcome outcome, const struct hv_step_report *report)
{
	static const char *const words[] = {
		[HV_STEP_OK] = "ok",
		[HV_STEP_WARNING] = "warning",
		[HV_STEP_FAILED] = "failed",
	};

	hv_buf_addf(out, "%-*s%-*s", OUTCOME_WIDTH, words[outcome], NAME_WIDTH, step->name);
	add_time(out, report->took);
	if (report->detail) {
		hv_buf_adds(out, "  ");
		hv_output_text(out, report->detail, TEXT_MAX_CHARS);
	}
	hv_buf_addc(out, '\n');
	if (hv_err_is_set(&report->reason))
		add_remark(out, "", report->reason.text);
	if (outcome != HV_STEP_OK && report->advice)
		add_remark(
			out, report->advice_is_local ? "here: " : "on the host: ", report->advice);
}

static int put(int fd, const struct hv_buf *lines, struct hv_err *err)
{
	if (hv_buf_failed(lines))
		return hv_err_no_memory(err);
	return hv_write_all(fd, hv_buf_str(lines), lines->len, err);
}

/* --- Walking --- */

static enum hv_step_outcome run_step(
	const struct hv_connection_step *step, struct hv_walk *walk, struct hv_step_report *report)
{
	const struct hv_patient *p = walk->patient;
	const hv_usec begun = p->now(p->now_state);
	enum hv_step_outcome outcome;

	*report = (struct hv_step_report){ .took = HV_STEP_MEASURED };
	outcome = step->run(walk, report);
	if (report->took == HV_STEP_MEASURED)
		report->took = hv_usec_sub(p->now(p->now_state), begun);
	return outcome;
}

static void take_step(
	enum hv_step_id id, struct hv_walk *walk, struct results *results, struct hv_buf *lines)
{
	const struct hv_connection_step *step = &hv_connection_steps[id];
	struct hv_step_report report;
	enum hv_step_outcome outcome;

	if (step->needs & results->failed) {
		hv_buf_addf(lines, "%-*s%s\n", OUTCOME_WIDTH, "not tried", step->name);
		results->failed |= HV_STEP_BIT(id);
		return;
	}
	outcome = run_step(step, walk, &report);
	add_step(lines, step, outcome, &report);
	if (outcome == HV_STEP_FAILED)
		results->failed |= HV_STEP_BIT(id);
	if (outcome == HV_STEP_WARNING)
		results->warned |= HV_STEP_BIT(id);
}

static int walk_steps(struct hv_walk *walk, int out_fd, struct results *results, struct hv_err *err)
{
	for (unsigned int id = 0; id < HV_STEP_COUNT; id++) {
		HV_AUTO(buf) lines = { .max = LINES_MAX_BYTES };

		if (hv_connection_steps[id].tls && !walk->patient->tls)
			continue;
		take_step((enum hv_step_id)id, walk, results, &lines);
		if (hv_arena_failed(walk->arena))
			return hv_err_no_memory(err);
		if (put(out_fd, &lines, err))
			return -1;
	}
	return 0;
}

/* Whether event logs can be read in a way that is allowed. */
static bool has_event_logs(const struct hv_patient *patient, unsigned int steps_failed)
{
	const bool subscribes = !(steps_failed & HV_STEP_BIT(HV_STEP_EVENTS));
	const bool runs = !(steps_failed & HV_STEP_BIT(HV_STEP_SHELL));

	switch (patient->events) {
	case HV_WINRM_EVENTS_AUTO:
		return subscribes || runs;
	case HV_WINRM_EVENTS_SUBSCRIBE:
		return subscribes;
	case HV_WINRM_EVENTS_WINRS:
		break;
	}
	return runs;
}

static enum hv_connection_verdict conclude(
	const struct hv_patient *patient, const struct results *results)
{
	const unsigned int either = HV_STEP_BIT(HV_STEP_EVENTS) | HV_STEP_BIT(HV_STEP_SHELL);

	if ((results->failed & ~either) || !has_event_logs(patient, results->failed))
		return HV_DIAGNOSIS_BAD;
	return results->failed || results->warned ? HV_DIAGNOSIS_LIMITED : HV_DIAGNOSIS_GOOD;
}

static int put_heading(const struct hv_patient *patient, int out_fd, struct hv_err *err)
{
	HV_AUTO(buf) line = { .max = LINES_MAX_BYTES };

	hv_buf_addf(&line, "%s\n", patient->url);
	return put(out_fd, &line, err);
}

int hv_diagnose_connection(const struct hv_patient *patient, int out_fd,
	enum hv_connection_verdict *ret, struct hv_err *err)
{
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct hv_walk walk = { .patient = patient, .arena = &arena };
	struct results results = { .failed = 0 };
	int result = put_heading(patient, out_fd, err);

	if (result == 0)
		result = walk_steps(&walk, out_fd, &results, err);
	hv_http_answer_done(&walk.first);
	if (result == 0)
		*ret = conclude(patient, &results);
	return result;
}
