/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-options.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "cli/extra-opts.h"
#include "cli/option-table.h"
#include "model/host.h"

enum { SECTION_TEXT_MAX = 512 };

#define DAY (86400 * HV_USEC_PER_SEC)

#define OPT(member, letter, name, arg, def, help)                                                  \
	HV_OPT(struct hv_capture_options, member, letter, name, arg, def, help)

#define OPT_COMMA_LIST(member, letter, name, arg, def, help)                                       \
	HV_OPT_COMMA_LIST(struct hv_capture_options, member, letter, name, arg, def, help)

static const struct hv_opt reading_options[] = {
	OPT_COMMA_LIST(sections, 0, "sections", "LIST", NULL,
		"Read only these parts of a host, separated by commas: operating-system, volumes, "
		"shadow-copy-storage, virtual-machines, virtual-disks, checkpoints, guests, "
		"integration-services, integration-services-versions, virtual-fibre-channel, "
		"events, jobs, VSS-writers, permissions-of-files (for which virtual-disks are "
		"needed too), installed-updates, build-and-revision. All of them but VSS-writers, "
		"which are costly, when not given."),
	OPT(events, 0, "events", "DURATION", "7d",
		"How far back to read the host's event logs: all events of the Hyper-V VMMS and "
		"Worker logs and that of Windows Server Backup."),
	OPT(timeout, 't', "timeout", "DURATION", "60",
		"Give up on a host when it takes longer than this many seconds (or 5m ...)."),
	OPT(hosts, 0, "hosts", "FILE", NULL,
		"Read each host that this file names, one a line, into a capture of its own: "
		"HOST.json in the directory --output. Empty lines, and what stands behind a #, are "
		"passed over; \"-\" is standard input. The other options go for all of them."),
	OPT(jobs, 'j', "jobs", "COUNT", "4", "Read so many of --hosts at a time, 1 to 64."),
	OPT(diagnose, 0, "diagnose", NULL, NULL,
		"Write no capture; try one step after the other from the host's name to its event "
		"logs and say which fails, why, and what to do."),
	HV_OPT_END,
};

static const struct hv_opt source_options[] = {
	OPT(captures, 0, "capture", "PATH", NULL,
		"Read a capture: a hyperv-capture/1 file, or a directory of CLASS.json files, "
		"events.xml and .evtx files. May be given several times."),
	OPT(vm_configs, 0, "vm-config", "FILE|DIR", NULL,
		"Read virtual machine configuration files (.xml, Windows Server 2008 to 2012 R2), "
		"one or a directory of them. May be given several times."),
	OPT(evtx_files, 0, "evtx", "FILE", NULL,
		"Read an event log: .evtx, or the XML that wevtutil or the Event Viewer writes. "
		"May be given several times."),
	HV_OPT_END,
};

static const struct hv_opt result_options[] = {
	OPT(output, 'o', "output", "FILE", NULL,
		"Write the capture to this file, readable by its owner alone. It is replaced only "
		"when the new one is complete. Standard output when not given, or when it is "
		"\"-\". With --hosts a directory."),
	OPT(redact, 0, "redact", NULL, NULL,
		"Put numbered names in place of those of hosts, virtual machines, accounts, "
		"folders and addresses, so that the capture can be shown to others. Checks come to "
		"the same verdict."),
	OPT(now, 0, "now", "TIME", NULL,
		"When the data were taken (ISO 8601, UTC unless it says otherwise), for sources "
		"that do not tell it. Without it the newest time of the files read."),
	OPT(list, 'l', "list", NULL, NULL,
		"Write no capture; print which classes and event logs the sources hold."),
	OPT(verbose, 'v', "verbose", NULL, NULL,
		"Say on standard error what is being read from a host, thrice (-vvv) each exchange "
		"with it. With --list, also print every event, one a line: record id, event id, "
		"provider, level, time and channel, separated by tabs. These lines come first, in "
		"the order of the log."),
	HV_OPT_END,
};

static const struct hv_opt general_options[] = {
	HV_GENERAL_OPTIONS(struct hv_capture_options),
	OPT(describe, 0, "describe", "man|bash", NULL,
		"Print this help as a manual page, or what bash completes."),
	HV_OPT_END,
};

/* A section of --extra-opts that checks use too may hold them. */
static const char *const for_checks_alone[] = { "unreachable", "cache", NULL };

void hv_capture_groups(struct hv_capture_options *o, struct hv_capture_groups *ret)
{
	const struct hv_opt_group groups[HV_CAPTURE_GROUPS] = {
		{ .title = "Live host",
			.options = &ret->connect[0],
			.config = o ? &o->connect : NULL },
		{ .title = "What to do with live hosts", .options = reading_options, .config = o },
		{ .title = "Recorded data", .options = source_options, .config = o },
		{ .title = "Result", .options = result_options, .config = o },
		{ .title = "General", .options = general_options, .config = o },
	};

	hv_connect_options_in_files(for_checks_alone, ret->connect);
	memcpy(ret->items, groups, sizeof(groups));
}

int hv_capture_options_parse(struct hv_capture_options *o, int argc, char *const *argv,
	const char *(*env)(const char *name), struct hv_arena *arena, struct hv_err *err)
{
	struct hv_capture_groups groups;
	struct hv_opt_line line;

	*o = (struct hv_capture_options){ .hosts = NULL };
	hv_capture_groups(o, &groups);
	if (hv_opt_line_init(&line, groups.items, HV_CAPTURE_GROUPS, NULL, arena, err))
		return -1;
	return hv_extra_opts_parse(&line, argc, argv, HV_CAPTURE_NAME, env, err);
}

bool hv_capture_is_live(const struct hv_capture_options *o)
{
	return o->connect.hostname || o->hosts;
}

/* As it is typed: without blanks. */
static void add_section(struct hv_buf *b, enum hv_section section)
{
	for (const char *p = hv_section_name(section); *p != '\0'; p++)
		hv_buf_addc(b, *p == ' ' ? '-' : *p);
}

void hv_capture_choices(const struct hv_opt *option, struct hv_buf *out)
{
	if (strcmp(option->name, "sections") != 0)
		return;
	for (unsigned int s = 0; s < HV_SECTION_COUNT; s++) {
		add_section(out, (enum hv_section)s);
		hv_buf_addc(out, ' ');
	}
}

static bool find_section(const char *word, unsigned int *ret)
{
	for (unsigned int s = 0; s < HV_SECTION_COUNT; s++) {
		HV_AUTO(buf) name = { .max = SECTION_TEXT_MAX };

		add_section(&name, (enum hv_section)s);
		if (strcasecmp(word, hv_buf_str(&name)) == 0) {
			*ret = HV_SEC(s);
			return true;
		}
	}
	return false;
}

static int unknown_section(const char *word, struct hv_err *err)
{
	HV_AUTO(buf) names = { .max = SECTION_TEXT_MAX };

	for (unsigned int s = 0; s < HV_SECTION_COUNT; s++) {
		hv_buf_adds(&names, s > 0 ? ", " : "");
		add_section(&names, (enum hv_section)s);
	}
	return hv_err_set(err, HV_ERR_ARGUMENT, "--sections: '%.100s' is none of %s", word,
		hv_buf_str(&names));
}

static int check_sections(struct hv_capture_options *o, struct hv_err *err)
{
	unsigned int found;

	o->wanted = (HV_SEC(HV_SECTION_COUNT) - 1) & ~HV_SEC_WRITERS;
	if (o->sections.count == 0)
		return 0;
	if (!hv_capture_is_live(o))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--sections says what to read of a host: it needs --hostname or --hosts");
	o->wanted = 0;
	for (size_t i = 0; i < o->sections.count; i++) {
		if (!find_section(o->sections.items[i], &found))
			return unknown_section(o->sections.items[i], err);
		o->wanted |= found;
		if (found == HV_SEC_WRITERS) /* which are not asked during a backup */
			o->wanted |= HV_SEC_VMS | HV_SEC_JOBS;
	}
	return 0;
}

static int check_limits(const struct hv_capture_options *o, struct hv_err *err)
{
	if (o->timeout.usec <= 0 || o->timeout.usec > HV_CAPTURE_TIMEOUT_MAX_SEC * HV_USEC_PER_SEC)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--timeout: must be above 0 and at most 1d");
	if (o->events.usec <= 0 || o->events.usec > HV_CAPTURE_EVENTS_MAX_DAYS * DAY)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--events: must be above 0 and at most %dd",
			(int)HV_CAPTURE_EVENTS_MAX_DAYS);
	if (o->jobs.value < 1 || o->jobs.value > HV_CAPTURE_JOBS_MAX)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--jobs: must be from 1 to %d",
			(int)HV_CAPTURE_JOBS_MAX);
	return 0;
}

/* Options that exclude each other, each with the reason. */
static int check_combination(const struct hv_capture_options *o, struct hv_err *err)
{
	const bool recorded = o->captures.count + o->vm_configs.count + o->evtx_files.count > 0;
	const struct {
		bool excluded;
		const char *reason;
	} rules[] = {
		{ !hv_capture_is_live(o) && o->diagnose, "--diagnose needs --hostname" },
		{ !hv_capture_is_live(o) && !recorded,
			"nothing to read: give --hostname, --hosts, --capture, --vm-config or "
			"--evtx" },
		{ o->connect.hostname && o->hosts,
			"--hosts names the hosts: it does not go with --hostname" },
		{ o->diagnose && o->hosts,
			"--diagnose asks one host: it does not go with --hosts" },
		{ o->diagnose && o->list, "--diagnose does not go with --list" },
		{ o->diagnose && recorded,
			"--diagnose reads nothing recorded: it does not go with --capture, "
			"--vm-config or --evtx" },
		{ o->diagnose && o->output,
			"--diagnose writes no capture: it does not go with --output" },
		{ o->diagnose && o->redact,
			"--diagnose writes no capture: it does not go with --redact" },
		{ o->list && o->hosts, "--list reads one host: it does not go with --hosts" },
		{ o->list && o->output, "--list writes no capture: it does not go with --output" },
		{ o->list && o->redact, "--list writes no capture: it does not go with --redact" },
		{ o->hosts && recorded,
			"--hosts gives each host a capture of its own: it does not go with "
			"--capture, --vm-config or --evtx" },
		{ o->hosts && (!o->output || strcmp(o->output, "-") == 0),
			"--hosts needs --output: a directory for the captures" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(rules); i++)
		if (rules[i].excluded)
			return hv_err_set(err, HV_ERR_ARGUMENT, "%s", rules[i].reason);
	return 0;
}

static int check_now(struct hv_capture_options *o, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;

	o->now_time = (struct hv_time){ .known = o->now != NULL };
	if (o->now && hv_time_parse_iso(o->now, &o->now_time.usec, &problem))
		return hv_err_set(err, HV_ERR_ARGUMENT, "--now: %s", problem.text);
	return 0;
}

int hv_capture_options_check(struct hv_capture_options *o, struct hv_err *err)
{
	if (check_combination(o, err) || check_sections(o, err) || check_limits(o, err))
		return -1;
	return check_now(o, err);
}
