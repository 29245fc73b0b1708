/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/common-options.h"

#include <string.h>

#include "cli/option-table.h"

#define COMMON(member, letter, name, arg, def, help)                                               \
	HV_OPT(struct hv_common, member, letter, name, arg, def, help)

static const struct hv_opt source_options[] = {
	COMMON(captures, 0, "capture", "PATH", NULL,
		"Read a capture: a hyperv-capture/1 file, or a directory of CLASS.json files, "
		"events.xml and .evtx files. May be given several times."),
	COMMON(vm_configs, 0, "vm-config", "FILE|DIR", NULL,
		"Read virtual machine configuration files (.xml, Windows Server 2008 to 2012 R2), "
		"one or a directory of them. May be given several times."),
	COMMON(evtx_files, 0, "evtx", "FILE", NULL,
		"Read an event log: .evtx, or the XML that wevtutil or the Event Viewer writes. "
		"May be given several times."),
	HV_OPT_END,
};

static const struct hv_opt clock_options[] = {
	COMMON(now, 0, "now", "TIME", NULL,
		"Judge as of this time (ISO 8601, UTC unless it says otherwise). Without it the "
		"clock is the time a capture was taken, or of the last event when that is later; "
		"without a capture, the newest modification time of the event logs; without those, "
		"that of the configuration files."),
	COMMON(max_age, 0, "max-age", "DURATION", NULL,
		"UNKNOWN when a capture or event log is older than this by the wall clock, so that "
		"a scheduled capture whose job died does not stay OK. No limit by default."),
	HV_OPT_END,
};

static const struct hv_opt filter_options[] = {
	COMMON(include, 0, "include", "PATTERN", NULL,
		"Judge only virtual machines whose name or GUID matches (*, ?, [...]; case does "
		"not matter). May be given several times."),
	COMMON(exclude, 0, "exclude", "PATTERN", NULL,
		"Leave out virtual machines whose name or GUID matches. May be given several "
		"times."),
	COMMON(volumes, 0, "volume", "PATTERN", NULL,
		"Judge only volumes whose drive letter, mount path, label or device id matches. "
		"May be given several times."),
	HV_OPT_END,
};

/* One table for checks, one for programs that run many of them. */
#define RESULT_OPTIONS(outputs, timeout_text)                                                            \
	{                                                                                                \
		COMMON(nothing_found, 0, "nothing-found", "STATE", "unknown",                            \
			"State when there is nothing to judge: no virtual machine on the host, "         \
			"or the filters leave none (ok, warning, critical, unknown)."),                  \
			COMMON(output, 0, "output", outputs, "text", "Form of the result."),             \
			COMMON(verbose, 'v', "verbose", NULL, NULL,                                      \
				"Say more: once for what is OK, reasons, remedies and where to read "    \
				"more, twice for what was read and from where. May be given up to "      \
				"three times."),                                                         \
			COMMON(timeout, 't', "timeout", "DURATION", timeout_text,                        \
				"Give up when the run takes longer than this many seconds (or 1m ...): " \
				"UNKNOWN, with --hostname the state of --unreachable."),                 \
			HV_OPT_END,                                                                      \
	}

static const struct hv_opt result_options[] = RESULT_OPTIONS("text|json", "10");
static const struct hv_opt page_options[] = RESULT_OPTIONS("text|json|html|markdown", "60");

static const struct hv_opt general_options[] = {
	HV_GENERAL_OPTIONS(struct hv_common),
	COMMON(describe, 0, "describe", "man|icinga2|nagios|json|bash", NULL,
		"Print this help as a manual page, an Icinga 2 CheckCommand, a Nagios command, "
		"JSON, or what bash completes."),
	HV_OPT_END,
};

/* Captures first: their clock says how far back event logs are read. */
const struct hv_source_option hv_source_options[] = {
	{
		.source = &hv_source_capture,
		.list_offset = offsetof(struct hv_common, captures),
		.tells_clock = true,
		.is_recorded = true,
	},
	{
		.source = &hv_source_vmconfig,
		.list_offset = offsetof(struct hv_common, vm_configs),
	},
	{
		.source = &hv_source_evtx,
		.list_offset = offsetof(struct hv_common, evtx_files),
		.is_recorded = true,
	},
};
const size_t hv_source_option_count = HV_ARRAY_LEN(hv_source_options);

const struct hv_list *hv_source_places(
	const struct hv_source_option *option, const struct hv_common *common)
{
	return (const void *)((const char *)common + option->list_offset);
}

bool hv_any_source_given(const struct hv_common *common)
{
	if (common->connect.hostname != NULL)
		return true;
	for (size_t i = 0; i < hv_source_option_count; i++) {
		if (hv_source_places(&hv_source_options[i], common)->count > 0)
			return true;
	}
	return false;
}

void hv_all_groups(const struct hv_check *check, void *config, struct hv_common *common,
	struct hv_opt_group ret[HV_ALL_GROUPS])
{
	const struct hv_opt_group groups[HV_ALL_GROUPS] = {
		{ .title = check->runs_checks ? "Checks" : "Options of this check",
			.options = check->options,
			.config = config },
		{ .title = "Live host",
			.options = hv_connect_option_table,
			.config = common != NULL ? &common->connect : NULL },
		{ .title = "Recorded data", .options = source_options, .config = common },
		{ .title = "Clock and age of the data",
			.options = clock_options,
			.config = common },
		{ .title = "What to judge", .options = filter_options, .config = common },
		{ .title = "Result",
			.options = check->runs_checks ? page_options : result_options,
			.config = common },
		{ .title = "General", .options = general_options, .config = common },
	};

	memcpy(ret, groups, sizeof(groups));
}

int hv_common_check(struct hv_common *common, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;
	hv_usec now;

	if (common->timeout.usec <= 0 ||
		common->timeout.usec > HV_TIMEOUT_MAX_SEC * HV_USEC_PER_SEC)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--timeout: must be above 0 and at most 1d");
	if (common->now == NULL)
		return 0;
	if (hv_time_parse_iso(common->now, &now, &problem) != 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--now: %s", problem.text);
	common->now_time = (struct hv_time){ .usec = now, .known = true };
	return 0;
}

bool hv_option_is_informational(const struct hv_opt *opt)
{
	static const char *const names[] = { "help", "version", "describe", "explain" };

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		if (strcmp(opt->name, names[i]) == 0)
			return true;
	}
	return false;
}
