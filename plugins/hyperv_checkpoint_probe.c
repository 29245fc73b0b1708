/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_checkpoint_probe: creates a checkpoint of one virtual machine, removes it and waits for
 * the merge. The only program of the project that changes something on a host, and only when told
 * so. */
#include <config.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/probe-options.h"
#include "cli/probe-run.h"
#include "cli/text.h"
#include "cli/write.h"
#include "output/output.h"

#define NAME HV_PROBE_NAME

enum {
	OPTIONS_MAX_BYTES = 64 << 20,
	STEPS_SHOWN = 1, /* -v: the steps are what people run it for */
};

struct run {
	struct hv_probe_options options;
	struct hv_connection connection;
	struct hv_cli_env env;
	struct hv_arena arena;
	struct hv_buf out;
};

static void run_done(struct run *run)
{
	hv_buf_done(&run->out);
	hv_connection_done(&run->connection);
	hv_connect_options_done(&run->options.connect);
	hv_arena_done(&run->arena);
}

#define HV_AUTO_run __attribute__((cleanup(run_done))) struct run

static const struct hv_check descriptor = { .name = NAME, .label = HV_PROBE_LABEL };

/* What stands around the options in --help. */
static const char introduction[] =
	"Creates a checkpoint of one virtual machine, removes it and waits until its disks are "
	"merged. When a step fails, backups of the virtual machine fail for the same reason: it is "
	"the checkpoint and not the backup software that has to be repaired.\n\n"
	"THIS CHANGES THE HOST, if only for a while. It is for people who look for a fault, not "
	"for a schedule. Nothing is done without --" HV_PROBE_PERMISSION ". It refuses when a job "
	"runs on the host, when the virtual machine is being backed up, merged or changes its "
	"state, when it has checkpoints of a backup, when a volume has little free space, when "
	"anything of this cannot be found out, and on hosts before Windows Server 2012. Whatever "
	"happens in between, also SIGINT and SIGTERM, it tries to remove what it created; when it "
	"cannot, the first line begins with CHECKPOINT LEFT BEHIND. The account needs to be a "
	"Hyper-V administrator.";

static const char values[] =
	"RANGE: 60 (above), 10: (below), ~:5, @5:7 as in the Monitoring Plugins guidelines.\n"
	"SIZE: a number with KiB, MiB, GiB or TiB.\n"
	"DURATION: a number with s, m, h, d or w; seconds without.";

static const char statuses[] =
	"0: every step went well.\n"
	"1: it took longer than --warning, or something was odd.\n"
	"2: a step failed, it took longer than --critical, a checkpoint is left behind, or the "
	"host could not be reached (--unreachable).\n"
	"3: nothing was done, or what failed says nothing about the virtual machine; wrong "
	"arguments.";

static const struct hv_example examples[] = {
	{ "-H hv01.example.org --vm sql01 --" HV_PROBE_PERMISSION,
		"Can a checkpoint of sql01 be created, removed and merged?" },
	{ NULL, NULL },
};

static void put_version(struct hv_buf *out)
{
	hv_buf_adds(out, NAME " " PACKAGE_VERSION " (" PACKAGE_NAME ")\n");
}

static void put_help(struct hv_buf *out)
{
	struct hv_probe_groups groups;

	hv_probe_groups(NULL, &groups);
	put_version(out);
	hv_text_fill(out, introduction, 0);
	hv_buf_adds(out, "\nUsage: " NAME " -H HOST --vm NAME\n"
			 "        --" HV_PROBE_PERMISSION " [OPTION]...\n");
	hv_help_options(groups.items, HV_PROBE_GROUPS, out);
	hv_buf_addc(out, '\n');
	hv_text_fill(out, values, 0);
	hv_buf_adds(out, "\nExit status:\n");
	hv_text_fill(out, statuses, 2);
	hv_buf_adds(out, "\nExamples:\n");
	for (const struct hv_example *e = examples; e->args; e++) {
		hv_buf_addf(out, "  %s %s\n", NAME, e->args);
		hv_text_fill(out, e->text, 8);
	}
}

static const char *const see_also[] = { "hyperv_capture 1", "hyperv_doctor 1", NULL };

static void put_description(const struct run *run, struct hv_buf *out)
{
	struct hv_probe_groups groups;
	const struct hv_manual manual = {
		.page = { .name = NAME,
			.section = "1",
			.summary = "create, remove and merge a checkpoint of one virtual machine" },
		.introduction = introduction,
		.groups = groups.items,
		.group_count = HV_PROBE_GROUPS,
		.values = values,
		.statuses = statuses,
		.examples = examples,
		.see_also = see_also,
	};

	hv_probe_groups(NULL, &groups);
	hv_manual_describe(&manual, run->options.describe, NULL, hv_manual_date(&run->env), out);
}

static enum hv_state fail(struct run *run, const struct hv_err *err)
{
	struct hv_probe_groups groups;

	hv_buf_clear(&run->out);
	hv_output_line(HV_PROBE_LABEL, HV_UNKNOWN, err->text, &run->out);
	if (err->kind == HV_ERR_ARGUMENT) {
		hv_probe_groups(NULL, &groups);
		hv_help_program_usage(NAME, groups.items, HV_PROBE_GROUPS, &run->out);
	}
	return HV_UNKNOWN;
}

static enum hv_state explain(struct run *run)
{
	hv_output_line(HV_PROBE_LABEL, HV_UNKNOWN,
		"nothing was done: this would create a checkpoint of one virtual machine, remove "
		"it and wait for the merge; give --" HV_PROBE_PERMISSION " to do it",
		&run->out);
	return HV_UNKNOWN;
}

static enum hv_state print(struct run *run, struct hv_report *report)
{
	const struct hv_probe_options *o = &run->options;
	struct hv_err err = HV_ERR_INIT;

	if (strcmp(o->output, "json") != 0)
		hv_output_nagios(report, &descriptor,
			o->verbose > STEPS_SHOWN ? o->verbose : STEPS_SHOWN, &run->out);
	else if (hv_output_json(report, &descriptor, run->env.clock(), &run->out, &err))
		return fail(run, &err);
	return hv_report_state(report);
}

static enum hv_state probe(struct run *run)
{
	HV_AUTO(report) report;

	hv_report_init(&report);
	hv_probe_run_live(&run->options, &run->connection, &run->env, &report);
	return print(run, &report);
}

static enum hv_state dispatch(struct run *run, int argc, char **argv)
{
	struct hv_probe_options *o = &run->options;
	struct hv_err err = HV_ERR_INIT;

	if (hv_probe_options_parse(o, argc, argv, run->env.env, &run->arena, &err))
		return fail(run, &err);
	if (o->help)
		return put_help(&run->out), HV_UNKNOWN;
	if (o->version)
		return put_version(&run->out), HV_UNKNOWN;
	if (o->describe && hv_manual_check_form(o->describe, &err))
		return fail(run, &err);
	if (o->describe)
		return put_description(run, &run->out), HV_UNKNOWN;
	if (hv_probe_options_check(o, &err) ||
		hv_connect_check(&o->connect, &run->arena, &run->connection, &err))
		return fail(run, &err);
	return o->permitted ? probe(run) : explain(run);
}

int main(int argc, char **argv)
{
	HV_AUTO(run) run = { .out = { .max = HV_OUTPUT_MAX_BYTES } };
	enum hv_state state;

	if (hv_cli_fill_descriptors())
		return HV_UNKNOWN;
	/* A reader that went away is a failed write, not a death before the removal. */
	(void)signal(SIGPIPE, SIG_IGN);
	hv_cli_process_env(&run.env);
	hv_arena_init(&run.arena, OPTIONS_MAX_BYTES);
	state = dispatch(&run, argc, argv);
	if (hv_buf_failed(&run.out) ||
		hv_write_all(STDOUT_FILENO, hv_buf_str(&run.out), run.out.len, NULL))
		state = HV_UNKNOWN;
	return (int)state;
}
