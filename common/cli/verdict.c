/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "check/filter.h"
#include "cim/builder.h"
#include "wsman/fault.h"

enum { CLASS_LIST_MAX = 1024, NOTHING_TEXT_MAX = 1024 };

struct verdict {
	const struct hv_check *check;
	const struct hv_common *common;
	const void *config;
	const struct hv_clock *clock;
	struct hv_host *host;
	struct hv_report *report;
};

/* " (needed: Win32_Volume, Win32_MountPoint)": as they are called since Windows Server 2012. */
static void add_classes(struct hv_buf *out, unsigned int section)
{
	const char *before = " (needed: ";

	for (const struct hv_class_info *i = hv_class_infos; i->class_name != NULL; i++) {
		if ((i->sections & section) == 0 || strcmp(i->ns, HV_NS_V1) == 0 ||
			strcmp(i->ns, HV_NS_FILES) == 0)
			continue;
		hv_buf_addf(out, "%s%s", before, i->class_name);
		before = ", ";
	}
	if (strcmp(before, ", ") == 0)
		hv_buf_addc(out, ')');
}

/* "--hostname or --evtx": the options whose sources can tell about the section. */
static void add_sources(struct hv_buf *out, unsigned int section)
{
	const char *before = " or ";

	hv_buf_adds(out, "; give --hostname");

	for (size_t i = 0; i < hv_source_option_count; i++) {
		if ((hv_source_options[i].source->sections & section) == 0)
			continue;
		hv_buf_addf(out, "%s--%s", before, hv_source_options[i].source->name);
	}
}

static void report_not_told(const struct verdict *v, enum hv_section section)
{
	HV_AUTO(buf) text = { .max = CLASS_LIST_MAX };

	hv_buf_addf(&text, "the sources given tell nothing about %s", hv_section_name(section));
	add_classes(&text, HV_SEC(section));
	add_sources(&text, HV_SEC(section));
	hv_report_add(v->report, HV_UNKNOWN, NULL, NULL, "%s", hv_buf_str(&text));
}

/* Sections without which nothing can be judged. Returns whether all of them are there. */
static bool check_needs(const struct verdict *v)
{
	bool complete = true;

	for (int i = 0; i < HV_SECTION_COUNT; i++) {
		enum hv_section section = (enum hv_section)i;
		const struct hv_section_info *info = &v->host->sections[i];

		if ((v->check->needs & HV_SEC(i)) == 0 || info->status == HV_SECTION_PRESENT)
			continue;
		complete = false;
		if (info->status == HV_SECTION_FAILED)
			hv_report_add(v->report, HV_UNKNOWN, NULL, NULL, "section %s: %s",
				hv_section_name(section),
				info->error != NULL ? info->error : "could not be read");
		else
			report_not_told(v, section);
	}
	return complete;
}

/* Sections that would refine the verdict and failed: what they would have said is not known. */
static void check_uses(const struct verdict *v)
{
	for (int i = 0; i < HV_SECTION_COUNT; i++) {
		const struct hv_section_info *info = &v->host->sections[i];

		if ((v->check->uses & ~v->check->needs & HV_SEC(i)) == 0 ||
			info->status != HV_SECTION_FAILED)
			continue;
		hv_report_add(v->report, HV_UNKNOWN, NULL, NULL, "section %s: %s",
			hv_section_name((enum hv_section)i),
			info->error != NULL ? info->error : "could not be read");
	}
}

static void check_damage(const struct verdict *v)
{
	for (int i = 0; i < HV_SECTION_COUNT; i++) {
		const struct hv_section_info *info = &v->host->sections[i];
		const char *name = hv_section_name((enum hv_section)i);
		struct hv_finding *f;

		if (((v->check->needs | v->check->uses) & HV_SEC(i)) == 0 || info->damage == NULL)
			continue;
		f = hv_report_add(v->report, HV_UNKNOWN, name, NULL, "%s", info->damage);
		hv_finding_why(v->report, f, "What was lost of the %s can hide a failure.", name);
		if (i == HV_SECTION_EVENTS)
			hv_finding_remedy(v->report, f,
				"Export the log again on the host (wevtutil epl CHANNEL FILE.evtx) "
				"and judge that file.");
	}
}

/* No row at all, not even the host's own, is how missing rights look: never healthy. Returns
 * whether there is anything to judge. */
static bool check_vms_seen(const struct verdict *v)
{
	bool needed = (v->check->needs & HV_SEC_VMS) != 0;
	bool asked = needed || (v->check->uses & HV_SEC_VMS) != 0;

	if (!asked || !hv_host_has(v->host, HV_SEC_VMS) || v->host->vm_count > 0)
		return true;
	if (!v->host->host_row_seen) {
		struct hv_finding *f = hv_report_add(v->report, HV_UNKNOWN, NULL, NULL,
			"no row at all was readable: the account lacks rights (Hyper-V "
			"Administrators) or the role is absent");

		hv_finding_remedy(v->report, f, "on the host: " HV_ADVICE_HYPERV);
	} else if (needed) {
		hv_report_add(v->report, v->common->nothing_found, NULL, NULL,
			"no virtual machine on this host");
		hv_report_ok_text(v->report, "no virtual machine on this host");
	}
	if (needed)
		hv_report_count(v->report, 0, 0, 0);
	return !needed;
}

static void check_any_judged(const struct verdict *v)
{
	const struct hv_report *r = v->report;
	HV_AUTO(buf) text = { .max = NOTHING_TEXT_MAX };

	if (!r->counted || r->judged > 0)
		return;
	if (r->nothing_text != NULL)
		hv_buf_adds(&text, r->nothing_text);
	else
		hv_buf_addf(&text, "nothing was judged: %" PRIu64 " seen, %" PRIu64 " excluded",
			r->seen, r->excluded);
	hv_report_add(v->report, v->common->nothing_found, NULL, NULL, "%s", hv_buf_str(&text));
	hv_report_ok_text(v->report, "%s", hv_buf_str(&text));
}

static void apply_filters(const struct verdict *v)
{
	const struct hv_filter vms = {
		.include = v->common->include,
		.exclude = v->common->exclude,
	};
	const struct hv_filter volumes = { .include = v->common->volumes };

	hv_filter_vms(&vms, v->host);
	hv_filter_volumes(&volumes, v->host);
}

/* --max-age. Data from the future are as wrong as old ones: a clock is wrong, and they would stay
 * "new" for as long as it was ahead. Returns whether the data may be judged. */
static bool check_age(const struct verdict *v, hv_usec wall)
{
	const struct hv_duration *max = &v->common->max_age;
	const struct hv_time *data = &v->clock->oldest_data;
	char taken[HV_TIME_TEXT_MAX];
	char age[HV_TIME_TEXT_MAX];
	char limit[HV_TIME_TEXT_MAX];

	if (!max->set)
		return true;
	if (!data->known) {
		hv_report_add(v->report, HV_UNKNOWN, NULL, NULL,
			"--max-age: no capture or event log tells how old the data are");
		return false;
	}
	hv_time_format(data->usec, taken);
	hv_duration_format(max->usec, limit);
	if (hv_usec_sub(wall, data->usec) > max->usec) {
		hv_duration_format(hv_usec_sub(wall, data->usec), age);
		hv_report_add(v->report, HV_UNKNOWN, NULL, NULL,
			"the data are %s old (taken %s), more than --max-age %s: does the job that "
			"captures them still run?",
			age, taken, limit);
		return false;
	}
	if (hv_usec_sub(data->usec, wall) > max->usec) {
		hv_report_add(v->report, HV_UNKNOWN, NULL, NULL,
			"the data were taken in the future (%s): the host's clock or this one is "
			"wrong",
			taken);
		return false;
	}
	return true;
}

static void add_notes(const struct verdict *v)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(v->clock->now, time);
	hv_report_note(v->report, "judged as of %s (%s)", time, v->clock->origin);
	for (int i = 0; i < HV_SECTION_COUNT; i++) {
		const struct hv_section_info *info = &v->host->sections[i];

		if (info->status != HV_SECTION_PRESENT)
			continue;
		hv_report_note(v->report, "%s: %zu %s read from %s",
			hv_section_name((enum hv_section)i), info->rows,
			info->rows == 1 ? "row" : "rows",
			info->origin != NULL ? info->origin : "the sources given");
	}
}

bool hv_verdict(const struct hv_check *check, const struct hv_common *common, const void *config,
	const struct hv_clock *clock, hv_usec wall, struct hv_host *host, struct hv_report *report)
{
	const struct verdict v = {
		.check = check,
		.common = common,
		.config = config,
		.clock = clock,
		.host = host,
		.report = report,
	};

	add_notes(&v);
	if (!check_age(&v, wall) || !check_needs(&v))
		return false;
	check_uses(&v);
	check_damage(&v);
	if (!check_vms_seen(&v))
		return false;
	apply_filters(&v);
	check->eval(host, config, clock->now, report);
	check_any_judged(&v);
	return !report->counted || report->judged > 0;
}
