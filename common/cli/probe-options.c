/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/probe-options.h"

#include <assert.h>
#include <string.h>

#include "cli/extra-opts.h"
#include "cli/option-table.h"

#define TIMEOUT_MAX (86400 * HV_USEC_PER_SEC)

#define OPT(member, letter, name, arg, def, help)                                                  \
	HV_OPT(struct hv_probe_options, member, letter, name, arg, def, help)

static const struct hv_opt probe_options[] = {
	OPT(probe.vm, 0, "vm", "NAME|GUID", NULL,
		"The virtual machine, exactly one. When several have the name, its GUID."),
	OPT(permitted, 0, HV_PROBE_PERMISSION, NULL, NULL,
		"Really do it. Without this option nothing is asked of the host."),
	OPT(probe.step_timeout, 0, "step-timeout", "DURATION", "5m",
		"How long the creation, and how long the removal may take."),
	OPT(probe.merge_timeout, 0, "merge-timeout", "DURATION", "1h",
		"How long the merge may take."),
	OPT(probe.timeout, 't', "timeout", "DURATION", "75m",
		"How long everything may take. The removal of what was created is not cut off by "
		"it: its time (--step-timeout, at most half of all) is kept back for it."),
	HV_OPT_END,
};

static const struct hv_opt threshold_options[] = {
	OPT(probe.warn, 'w', "warning", "RANGE", NULL,
		"Seconds of creation, removal and merge together that are not a warning."),
	OPT(probe.crit, 'c', "critical", "RANGE", NULL,
		"Seconds of all of them that are not critical."),
	OPT(probe.space.warn_pct, 0, "free-warning", "RANGE", "15:",
		"Refuse when the percentage free on a volume of the virtual machine is outside; "
		"check_hyperv_space's --warning."),
	OPT(probe.space.crit_pct, 0, "free-critical", "RANGE",
		"5:", "The same; check_hyperv_space's --critical."),
	OPT(probe.space.warn_bytes, 0, "warning-bytes", "SIZE", NULL,
		"Refuse when less than this is free."),
	OPT(probe.space.crit_bytes, 0, "critical-bytes", "SIZE", "2GiB",
		"The same; as in check_hyperv_space."),
	HV_OPT_END,
};

static const struct hv_opt result_options[] = {
	OPT(output, 0, "output", "text|json", "text", "Form of the result."),
	OPT(verbose, 'v', "verbose", NULL, NULL,
		"Say more: thrice (-vvv) each exchange with the host."),
	HV_OPT_END,
};

static const struct hv_opt general_options[] = {
	HV_GENERAL_OPTIONS(struct hv_probe_options),
	OPT(describe, 0, "describe", "man|bash", NULL,
		"Print this help as a manual page, or what bash completes."),
	HV_OPT_END,
};

/* A section of --extra-opts that checks use too may hold them. */
static const char *const for_others_alone[] = { "event-method", "cache", NULL };

void hv_probe_groups(struct hv_probe_options *o, struct hv_probe_groups *ret)
{
	const struct hv_opt_group groups[HV_PROBE_GROUPS] = {
		{ .title = "What to do", .options = probe_options, .config = o },
		{ .title = "Thresholds", .options = threshold_options, .config = o },
		{ .title = "Live host",
			.options = &ret->connect[0],
			.config = o ? &o->connect : NULL },
		{ .title = "Result", .options = result_options, .config = o },
		{ .title = "General", .options = general_options, .config = o },
	};

	hv_connect_options_in_files(for_others_alone, ret->connect);
	memcpy(ret->items, groups, sizeof(groups));
}

int hv_probe_options_parse(struct hv_probe_options *o, int argc, char *const *argv,
	const char *(*env)(const char *name), struct hv_arena *arena, struct hv_err *err)
{
	struct hv_probe_groups groups;
	struct hv_opt_line line;

	*o = (struct hv_probe_options){ .help = false };
	hv_probe_groups(o, &groups);
	if (hv_opt_line_init(&line, groups.items, HV_PROBE_GROUPS, NULL, arena, err))
		return -1;
	return hv_extra_opts_parse(&line, argc, argv, HV_PROBE_NAME, env, err);
}

static int check_time(const char *name, const struct hv_duration *time, struct hv_err *err)
{
	if (time->usec <= 0 || time->usec > TIMEOUT_MAX)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--%s: must be above 0 and at most 1d", name);
	return 0;
}

int hv_probe_options_check(const struct hv_probe_options *o, struct hv_err *err)
{
	const struct hv_probe_config *p = &o->probe;

	if (!o->connect.hostname)
		return hv_err_set(err, HV_ERR_ARGUMENT, "say which host: --hostname");
	if (!p->vm || *p->vm == '\0')
		return hv_err_set(err, HV_ERR_ARGUMENT, "say which virtual machine: --vm");
	if (check_time("step-timeout", &p->step_timeout, err) ||
		check_time("merge-timeout", &p->merge_timeout, err) ||
		check_time("timeout", &p->timeout, err))
		return -1;
	return 0;
}
