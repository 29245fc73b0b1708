/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The revision of the host's Windows against what --min-ubr asks for. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "check/updates.h"

enum { BUILD_TEXT_MAX = 12 };

int hv_updates_parse_minimum(
	const char *text, uint32_t *ret_build, uint64_t *ret_minimum, struct hv_err *err)
{
	const size_t len = strcspn(text, "=");
	char digits[BUILD_TEXT_MAX];
	uint64_t build;

	if (text[len] == '\0' || len >= sizeof(digits))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%.100s' is not of the form BUILD=UBR, such as 14393=7515", text);
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (hv_parse_u64(digits, 1, UINT32_MAX, &build, NULL) < 0 ||
		hv_parse_u64(text + len + 1, 0, UINT32_MAX, ret_minimum, NULL) < 0)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%.100s' is not of the form BUILD=UBR, such as 14393=7515: both are whole "
			"numbers",
			text);
	*ret_build = (uint32_t)build;
	return 0;
}

/* Of several for one build the last counts, as with every option. */
static bool find_minimum(const struct hv_updates_job *job, uint32_t build, uint64_t *ret)
{
	const struct hv_list *list = &job->cfg->min_ubr;
	bool found = false;

	for (size_t i = 0; i < list->count; i++) {
		uint64_t minimum = 0;
		uint32_t own = 0;

		if (hv_updates_parse_minimum(list->items[i], &own, &minimum, NULL) < 0 ||
			own != build)
			continue;
		*ret = minimum;
		found = true;
	}
	return found;
}

/* The registry's row may come from another source than the version. */
static struct hv_u64 revision_of(const struct hv_host *host, uint32_t build)
{
	const struct hv_build *told = &host->build;

	if (told->number.known && told->number.value != build)
		return (struct hv_u64){ .known = false };
	return told->revision;
}

static void revision_not_told(const struct hv_updates_job *job, const char *item)
{
	const struct hv_build *told = &job->host->build;

	if (hv_rule_state(&job->cfg->rules, HV_RULE_MIN_UBR, HV_UNKNOWN) == HV_OK)
		return;
	if (told->number.known && told->revision.known)
		hv_report_add(job->out, HV_UNKNOWN, item, HV_RULE_MIN_UBR,
			"not judged, the registry tells the revision of another build, %" PRIu64,
			told->number.value);
	else
		hv_report_add(job->out, HV_UNKNOWN, item, HV_RULE_MIN_UBR,
			"not judged, the host does not tell its revision (UBR)");
}

static void judge_minimum(
	const struct hv_updates_job *job, const char *item, uint64_t revision, uint64_t minimum)
{
	const enum hv_state state = hv_rule_state(&job->cfg->rules, HV_RULE_MIN_UBR, HV_CRITICAL);
	struct hv_finding *f;

	if (revision >= minimum) {
		hv_report_add(job->out, HV_OK, item, HV_RULE_MIN_UBR,
			"revision %" PRIu64 ", at least %" PRIu64 " is asked for", revision,
			minimum);
		return;
	}
	if (state == HV_OK)
		return;
	f = hv_report_add(job->out, state, item, HV_RULE_MIN_UBR,
		"revision %" PRIu64 " is older than %" PRIu64 ", which --min-ubr asks for",
		revision, minimum);
	hv_finding_why(job->out, f,
		"The cumulative update that the minimum stands for is not installed, or the host "
		"has not restarted since.");
	hv_updates_remedy_update(job, f);
	hv_finding_remedy(job->out, f,
		"Which update brings a revision tells the update history of this version of "
		"Windows Server at Microsoft.");
}

void hv_updates_judge_revision(const struct hv_updates_job *job)
{
	const uint32_t build = hv_updates_build(job->host);
	const struct hv_u64 revision = revision_of(job->host, build);
	const char *item = hv_arena_printf(&job->out->arena, "build %" PRIu32, build);
	struct hv_metric *m =
		revision.known ? hv_report_metric(job->out, NULL, "ubr", (double)revision.value, "")
			       : hv_report_metric_unknown(job->out, NULL, "ubr", "");
	uint64_t minimum = 0;

	m->has_min = true;
	if (job->cfg->min_ubr.count == 0)
		return;
	if (build == 0) {
		revision_not_told(job, "host");
	} else if (!find_minimum(job, build, &minimum)) {
		hv_report_limit(job->out, "no --min-ubr for build %" PRIu32, build);
	} else {
		m->crit =
			(struct hv_range){ .start = (double)minimum, .end = INFINITY, .set = true };
		if (revision.known)
			judge_minimum(job, item, revision.value, minimum);
		else
			revision_not_told(job, item);
	}
}
