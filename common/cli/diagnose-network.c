/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps before the login. One empty request goes the whole way; how far it came tells its time
 * for each part, and the trouble it ended in. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/join.h"
#include "cli/diagnose-steps.h"
#include "wsman/auth.h"

enum {
	BODY_MAX = 1 << 20,
	TEXT_MAX = 512,
	HTTP_OK = 200,
	HTTP_BAD_REQUEST = 400,
	HTTP_UNAUTHORIZED = 401,
	HTTP_SERVER_ERROR = 500,
};

#define LOOK_AT_SERVICES "Get-Service WinRM,Winmgmt,vmms  # one of them does not answer"

/* Kerberos takes no more. [RFC 4120 5.9.1; "Maximum tolerance for computer clock synchronization"]
 */
#define CLOCK_MAX_DIFFERENCE (300 * HV_USEC_PER_SEC)
#define CLOCK_GRAIN          (3 * HV_USEC_PER_SEC) /* the host tells whole seconds */

static enum hv_reach reach_of(const struct hv_walk *walk)
{
	const struct hv_http_times *t = &walk->first.times;

	switch (walk->trouble) {
	case HV_TROUBLE_NONE:
		return HV_REACH_SERVICE;
	case HV_TROUBLE_RESOLVE:
		return HV_REACH_NOTHING;
	case HV_TROUBLE_REFUSED:
	case HV_TROUBLE_UNREACHABLE:
		return HV_REACH_ADDRESS;
	case HV_TROUBLE_TLS_EXPIRED:
	case HV_TROUBLE_TLS_NAME:
	case HV_TROUBLE_TLS_UNKNOWN_CA:
	case HV_TROUBLE_TLS:
		return HV_REACH_PORT;
	case HV_TROUBLE_LOCAL:
	case HV_TROUBLE_TIMEOUT:
	case HV_TROUBLE_BROKEN:
	case HV_TROUBLE_TOO_LARGE:
	case HV_TROUBLE_NO_COMMON_SCHEME:
	case HV_TROUBLE_CREDENTIALS:
	case HV_TROUBLE_NO_TICKET:
	case HV_TROUBLE_CLOCK_SKEW:
	case HV_TROUBLE_UNKNOWN_SERVER:
	case HV_TROUBLE_NO_KDC:
	case HV_TROUBLE_AUTH:
	case HV_TROUBLE_SEALING_DEMANDED:
	case HV_TROUBLE_NOT_SEALED:
	case HV_TROUBLE_BAD_SEAL:
	case HV_TROUBLE_HTTP:
		break;
	}
	if (t->connect == 0)
		return t->lookup == 0 ? HV_REACH_NOTHING : HV_REACH_ADDRESS;
	return walk->patient->tls && t->tls == 0 ? HV_REACH_PORT : HV_REACH_TLS;
}

static void ask_first(struct hv_walk *walk)
{
	const struct hv_http_request nothing = {
		.content_type = "application/soap+xml;charset=UTF-8",
		.body = "",
	};
	const struct hv_patient *p = walk->patient;
	const hv_usec begun = p->now(p->now_state);

	if (walk->asked)
		return;
	walk->asked = true;
	hv_http_answer_init(&walk->first, BODY_MAX);
	if (p->transport->ops->post(p->transport->state, &nothing, &walk->first, &walk->trouble,
		    &walk->reason) == 0)
		walk->trouble = HV_TROUBLE_NONE;
	else if (walk->trouble == HV_TROUBLE_NONE)
		walk->trouble = HV_TROUBLE_LOCAL;
	walk->first_took = hv_usec_sub(p->now(p->now_state), begun);
	walk->reach = reach_of(walk);
	if (walk->first.date != 0)
		walk->clock_offset = hv_usec_sub(walk->first.date, p->wall());
}

void hv_step_advise(struct hv_step_report *report, const struct hv_walk *walk,
	const struct hv_client_failure *failure)
{
	report->advice = failure->advice;
	report->advice_is_local = failure->advice_is_local;
	if (failure->trouble == HV_TROUBLE_TIMEOUT && walk->reach > HV_REACH_ADDRESS) {
		report->advice = LOOK_AT_SERVICES;
		report->advice_is_local = false;
	}
}

/* A step of the way: it succeeded when the question came further. */
static enum hv_step_outcome part_of_way(struct hv_walk *walk, enum hv_reach before, hv_usec from,
	hv_usec until, struct hv_step_report *report)
{
	const struct hv_client_failure failure = {
		.trouble = walk->trouble,
		.advice = hv_trouble_advice(walk->trouble),
		.advice_is_local = hv_trouble_advice_is_local(walk->trouble),
	};

	if (walk->reach > before) {
		report->took = until > from ? until - from : 0;
		return HV_STEP_OK;
	}
	report->took = walk->first_took > from ? walk->first_took - from : 0;
	report->reason = walk->reason;
	hv_step_advise(report, walk, &failure);
	return HV_STEP_FAILED;
}

enum hv_step_outcome hv_step_name(struct hv_walk *walk, struct hv_step_report *report)
{
	ask_first(walk);
	if (walk->patient->host_is_address)
		report->detail = "not needed: an address was given";
	return part_of_way(walk, HV_REACH_NOTHING, 0, walk->first.times.lookup, report);
}

enum hv_step_outcome hv_step_tcp(struct hv_walk *walk, struct hv_step_report *report)
{
	const struct hv_http_times *t = &walk->first.times;

	return part_of_way(walk, HV_REACH_ADDRESS, t->lookup, t->connect, report);
}

enum hv_step_outcome hv_step_tls(struct hv_walk *walk, struct hv_step_report *report)
{
	const struct hv_http_times *t = &walk->first.times;
	const char *trust = walk->patient->trust;

	if (walk->reach > HV_REACH_PORT)
		report->detail = trust ? hv_arena_printf(walk->arena,
						 "certificate verified against %s", trust)
				       : "certificate not verified (--insecure)";
	return part_of_way(walk, HV_REACH_PORT, t->connect, t->tls, report);
}

/* What WinRM answers to an empty request, depending on how one logs in. */
static bool is_status_of_winrm(int status)
{
	return status == HTTP_UNAUTHORIZED || status == HTTP_OK || status == HTTP_BAD_REQUEST ||
	       status == HTTP_SERVER_ERROR;
}

enum hv_step_outcome hv_step_wsman(struct hv_walk *walk, struct hv_step_report *report)
{
	const struct hv_http_times *t = &walk->first.times;
	const hv_usec from = t->tls > t->connect ? t->tls : t->connect;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	if (walk->reach < HV_REACH_SERVICE)
		return part_of_way(walk, HV_REACH_TLS, from, walk->first_took, report);
	report->took = walk->first_took > from ? walk->first_took - from : 0;
	if (!is_status_of_winrm(walk->first.status)) {
		(void)hv_err_set(&report->reason, HV_ERR_FORMAT,
			"HTTP status %d: what answers there is not WS-Management",
			walk->first.status);
		report->advice = hv_trouble_advice(HV_TROUBLE_HTTP);
		return HV_STEP_FAILED;
	}
	hv_buf_addf(&text, "HTTP %d", walk->first.status);
	if (walk->first.status == HTTP_UNAUTHORIZED) {
		hv_buf_adds(&text, ", offers ");
		hv_scheme_list(&text, hv_scheme_offered(hv_buf_str(&walk->first.authenticate)));
	}
	report->detail = hv_arena_buf(walk->arena, &text);
	return HV_STEP_OK;
}

enum hv_step_outcome hv_step_clock(struct hv_walk *walk, struct hv_step_report *report)
{
	const hv_usec offset = walk->clock_offset;
	char text[HV_TIME_TEXT_MAX];

	report->took = HV_STEP_UNTIMED;
	if (walk->first.date == 0) {
		report->detail = "the host does not tell its time";
		return HV_STEP_OK;
	}
	hv_duration_format(llabs(offset), text);
	report->detail =
		llabs(offset) < CLOCK_GRAIN
			? "the same as here"
			: hv_arena_printf(walk->arena, "%s %s", text,
				  offset > 0 ? "ahead of the clock here" : "behind the clock here");
	if (llabs(offset) <= CLOCK_MAX_DIFFERENCE)
		return HV_STEP_OK;
	(void)hv_err_set(&report->reason, HV_ERR_FORMAT,
		"more than 5 minutes apart: Kerberos refuses logins");
	report->advice = hv_trouble_advice(HV_TROUBLE_CLOCK_SKEW);
	report->advice_is_local = hv_trouble_advice_is_local(HV_TROUBLE_CLOCK_SKEW);
	return HV_STEP_WARNING;
}
