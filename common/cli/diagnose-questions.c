/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The login, and the questions after it: one of each kind that a capture or a check asks. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/join.h"
#include "base/parse.h"
#include "check/known-events.h"
#include "cim/bag.h"
#include "cli/diagnose-steps.h"
#include "wsman/fault.h"

enum {
	TEXT_MAX = 2048,
	OUTPUT_MAX = 1 << 20, /* one event */
};

#define HOUR (3600 * HV_USEC_PER_SEC)

static enum hv_step_outcome failed(const struct hv_walk *walk,
	const struct hv_client_failure *failure, struct hv_step_report *report)
{
	hv_step_advise(report, walk, failure);
	return HV_STEP_FAILED;
}

/* --- Login --- */

static const char *identity_text(
	struct hv_arena *arena, const char *login, const struct hv_answer_identity *identity)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hv_buf_adds(&text, login);
	if (identity->os[0] != '\0')
		hv_buf_addf(&text, ", Windows %s", identity->os);
	if (identity->stack[0] != '\0')
		hv_buf_addf(&text, ", WinRM stack %s", identity->stack);
	return hv_arena_buf(arena, &text);
}

enum hv_step_outcome hv_step_login(struct hv_walk *walk, struct hv_step_report *report)
{
	const struct hv_patient *p = walk->patient;
	struct hv_client_failure failure = { .trouble = HV_TROUBLE_LOCAL };
	struct hv_answer_identity identity;
	const char *login = NULL;

	if (p->log_in(p->log_in_ctx, &walk->client, &login, &failure, &report->reason))
		return failed(walk, &failure, report);
	report->detail = login;
	if (hv_client_identify(walk->client, walk->arena, &identity, &report->reason))
		return failed(walk, &walk->client->failure, report);
	report->detail = identity_text(walk->arena, login, &identity);
	return HV_STEP_OK;
}

/* --- WMI --- */

/* Rows of one class, as far as they are looked at. */
struct rows {
	struct hv_arena *arena;
	const char *caption; /* of the first */
	size_t machines;     /* named by a GUID, as virtual machines are and the host is not */
};

static int take_row(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct rows *rows = ctx;
	char guid[HV_GUID_TEXT_LEN + 1];
	const char *text;

	if (!rows->caption && hv_bag_string(bag, "Caption", &text)) {
		rows->caption = hv_arena_strdup(rows->arena, text);
		if (!rows->caption)
			return hv_err_no_memory(err);
	}
	if (hv_bag_string(bag, "Name", &text) && hv_guid_normalise(text, strlen(text), guid))
		rows->machines++;
	return 0;
}

static int ask_class(struct hv_walk *walk, const char *ns, const char *class_name,
	struct rows *rows, size_t *ret_count, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = rows, .bag = take_row };

	*rows = (struct rows){ .arena = walk->arena };
	return hv_client_enumerate(walk->client, ns, class_name, NULL, &sink, ret_count, err);
}

enum hv_step_outcome hv_step_wmi(struct hv_walk *walk, struct hv_step_report *report)
{
	struct rows rows;
	size_t count = 0;

	if (ask_class(walk, HV_NS_CIMV2, "Win32_OperatingSystem", &rows, &count, &report->reason))
		return failed(walk, &walk->client->failure, report);
	if (count == 0) {
		(void)hv_err_set(&report->reason, HV_ERR_MISSING,
			"the host tells nothing about its operating system: the account sees no "
			"instances");
		report->advice = HV_ADVICE_WINRM;
		return HV_STEP_FAILED;
	}
	report->detail = rows.caption ? rows.caption : "answers";
	return HV_STEP_OK;
}

/* --- Hyper-V --- */

/* A host without the namespace says so in one of these ways. */
static bool is_no_namespace(const struct hv_client_failure *f)
{
	return f->is_fault &&
	       (f->fault == HV_FAULT_INVALID_NAMESPACE || f->fault == HV_FAULT_INVALID_CLASS ||
		       f->fault == HV_FAULT_INVALID_QUERY || f->fault == HV_FAULT_NO_RESOURCE);
}

static int ask_machines(struct hv_walk *walk, const char **ret_ns, struct rows *rows,
	size_t *ret_count, struct hv_err *err)
{
	struct hv_err reason = HV_ERR_INIT;

	*ret_ns = HV_NS_V2;
	if (ask_class(walk, HV_NS_V2, "Msvm_ComputerSystem", rows, ret_count, &reason) == 0)
		return 0;
	if (!is_no_namespace(&walk->client->failure))
		return hv_err_set(err, reason.kind, "%s", reason.text);
	*ret_ns = HV_NS_V1;
	if (ask_class(walk, HV_NS_V1, "Msvm_ComputerSystem", rows, ret_count, err) == 0)
		return 0;
	return hv_err_wrap(err, "neither " HV_NS_V2 " (%.300s) nor " HV_NS_V1, reason.text);
}

enum hv_step_outcome hv_step_hyperv(struct hv_walk *walk, struct hv_step_report *report)
{
	struct rows rows;
	const char *ns;
	size_t count = 0;

	if (ask_machines(walk, &ns, &rows, &count, &report->reason))
		return failed(walk, &walk->client->failure, report);
	report->detail = hv_arena_printf(walk->arena, "%s: %zu virtual machine%s", ns,
		rows.machines, rows.machines == 1 ? "" : "s");
	if (rows.machines > 0)
		return HV_STEP_OK;
	(void)hv_err_set(&report->reason, HV_ERR_MISSING, "%s",
		count == 0 ? "not even the host's own row is told: the account has no rights in "
			     "Hyper-V"
			   : "the host's own row alone: it has no virtual machine, or the account "
			     "may not see them");
	report->advice = HV_ADVICE_HYPERV;
	return count == 0 ? HV_STEP_FAILED : HV_STEP_WARNING;
}

/* --- Event logs --- */

static int take_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	(void)ctx;
	(void)xml;
	(void)len;
	(void)err;
	return 0;
}

enum hv_step_outcome hv_step_events(struct hv_walk *walk, struct hv_step_report *report)
{
	const hv_usec host_time = hv_usec_add(walk->patient->wall(), walk->clock_offset);
	const struct hv_sink sink = { .event = take_event };
	HV_AUTO(buf) xpath = { .max = TEXT_MAX };
	struct hv_soap_event_query query = { .channel = HV_CHANNEL_VMMS };
	size_t count = 0;

	hv_winrm_event_xpath(&xpath, NULL, query.channel, hv_usec_sub(host_time, HOUR));
	if (hv_buf_failed(&xpath)) {
		(void)hv_err_no_memory(&report->reason);
		return HV_STEP_FAILED;
	}
	hv_buf_truncate(&xpath, strcspn(hv_buf_str(&xpath), "\n"));
	query.xpath = hv_buf_str(&xpath);
	if (hv_client_events(walk->client, &query, 1, 0, &sink, &count, &report->reason))
		return failed(walk, &walk->client->failure, report);
	report->detail = hv_arena_printf(walk->arena, "%s: %zu event%s in the last hour",
		query.channel, count, count == 1 ? "" : "s");
	return HV_STEP_OK;
}

static int run_wevtutil(
	struct hv_client *client, uint32_t *ret_status, struct hv_buf *errors, struct hv_err *err)
{
	static const char *const arguments[] = { "qe", HV_CHANNEL_VMMS, "/c:1", "/uni:true" };
	const struct hv_client_command command = {
		.program = "wevtutil",
		.arguments = arguments,
		.argument_count = HV_ARRAY_LEN(arguments),
	};
	HV_AUTO(client_shell) shell = { .id = NULL };
	HV_AUTO(buf) output = { .max = OUTPUT_MAX };

	if (hv_client_shell_open(client, &shell, err))
		return -1;
	return hv_client_shell_run(&shell, &command, &output, errors, ret_status, err);
}

enum hv_step_outcome hv_step_shell(struct hv_walk *walk, struct hv_step_report *report)
{
	HV_AUTO(buf) errors = { .max = OUTPUT_MAX };
	uint32_t status = 0;

	report->detail = walk->patient->events == HV_WINRM_EVENTS_WINRS
				 ? "reads event logs (--event-method=winrs)"
				 : "reads event logs when the host refuses subscriptions, else not "
				   "needed";
	if (run_wevtutil(walk->client, &status, &errors, &report->reason))
		return failed(walk, &walk->client->failure, report);
	if (status == 0)
		return HV_STEP_OK;
	(void)hv_err_set(&report->reason, HV_ERR_IO,
		"wevtutil ended with status %" PRIu32 " (%.*s)", status,
		(int)strcspn(hv_buf_str(&errors), "\r\n"), hv_buf_str(&errors));
	report->advice = HV_ADVICE_EVENTS;
	return HV_STEP_FAILED;
}
