/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_capture: puts what a live host tells, and what was recorded on it in whatever form, into
 * one capture file; lists what it holds; or finds out why a host does not answer. */
#include <config.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/capture-each.h"
#include "cli/capture-hosts.h"
#include "cli/capture-merge.h"
#include "cli/capture-options.h"
#include "cli/capture-progress.h"
#include "cli/capture-signals.h"
#include "cli/capture-watch.h"
#include "cli/diagnose.h"
#include "cli/help.h"
#include "cli/live.h"
#include "cli/manual.h"
#include "cli/text.h"
#include "cli/write.h"

#define NAME HV_CAPTURE_NAME

enum {
	OPTIONS_MAX_BYTES = 64 << 20, /* with the hosts of a list, and a line about each */
	TEXT_MAX_BYTES = 64 << 10,    /* help */
};

struct run {
	struct hv_capture_options options;
	struct hv_connection connection;
	struct hv_cli_env env;
	struct hv_arena arena;
	struct hv_progress progress;
};

static void run_done(struct run *run)
{
	hv_connection_done(&run->connection);
	hv_connect_options_done(&run->options.connect);
	hv_arena_done(&run->arena);
}

#define HV_AUTO_run __attribute__((cleanup(run_done))) struct run

struct term {
	const char *term; /* NULL ends a table */
	const char *text;
};

/* What stands around the options in --help. */
static const char introduction[] =
	"Puts what a Hyper-V host tells, and what was recorded on it, into one capture file, or "
	"lists what they hold.\n\nOf a live host everything that a check may read goes into the "
	"capture, of recorded data everything that they hold. Every check reads the capture with "
	"--capture and says the same as on the sources themselves. The account that asks a host "
	"needs to read, never to write.";

static const char values[] = "DURATION: a number with s, m, h, d or w; seconds without.\n"
			     "LIST: words separated by commas.";

static const struct term statuses[] = {
	{ "0", "The capture was written, or listed, and everything in the sources could be read. "
	       "With --diagnose: every step succeeded." },
	{ "1", "It was written, or listed, but a class or an event log in it could not be read, or "
	       "is damaged. Standard error or the list says which; the capture records it, so that "
	       "no check takes what is missing for good. With --diagnose: something failed that "
	       "can be done without, or should be looked at." },
	{ "3", "Wrong arguments, or a host or a source could not be read, or the result could not "
	       "be written. No file was changed. With --diagnose: a step failed that is needed." },
	{ NULL, "With --hosts the worst of all hosts; the captures of the others are written." },
};

static const struct hv_example examples[] = {
	{ "-H hv01.example.org -o hv01.json",
		"A capture of a live host, with the Kerberos ticket at hand." },
	{ "-H hv01.example.org --authfile hv.auth --diagnose",
		"Why does this host not answer, or not tell everything?" },
	{ "--hosts hosts.txt -o captures -j 8 --extra-opts=hyperv@hv.ini",
		"A capture of each host of a list into the directory captures, eight at a time." },
	{ "-H hv01.example.org --redact -o for-a-bug-report.json",
		"One that can be shown to others." },
	{ "--capture hv01 --evtx vmms.evtx -o hv01.json",
		"Joins the directory hv01 of CLASS.json files and an event log." },
	{ "--list --capture hv01.json", "What the capture holds, and when it was read." },
	{ "--list -v --evtx vmms.evtx", "Every record of an event log." },
	{ NULL, NULL },
};

static void put_version(struct hv_buf *out)
{
	hv_buf_adds(out, NAME " " PACKAGE_VERSION " (" PACKAGE_NAME ")\n");
}

static void put_statuses(struct hv_buf *out)
{
	const struct term *t = statuses;

	hv_buf_adds(out, "\nExit status:\n");
	for (; t->term; t++) {
		hv_text_fill(out, t->term, 2);
		hv_text_fill(out, t->text, 8);
	}
	hv_text_fill(out, t->text, 2);
}

static void put_help(struct hv_buf *out)
{
	struct hv_capture_groups groups;

	hv_capture_groups(NULL, &groups);
	put_version(out);
	hv_text_fill(out, introduction, 0);
	hv_buf_adds(out, "\nUsage: " NAME " [OPTION]...\n");
	hv_help_options(groups.items, HV_CAPTURE_GROUPS, out);
	hv_buf_addc(out, '\n');
	hv_text_fill(out, values, 0);
	put_statuses(out);
	hv_buf_adds(out, "\nExamples:\n");
	for (const struct hv_example *e = examples; e->args; e++) {
		hv_buf_addf(out, "  %s %s\n", NAME, e->args);
		hv_text_fill(out, e->text, 8);
	}
}

static const char *const see_also[] = { "hyperv_checkpoint_probe 1", "hyperv_doctor 1",
	"hyperv-capture 5", NULL };

static void put_description(const struct run *run, struct hv_buf *out)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX_BYTES };
	struct hv_capture_groups groups;
	const struct term *t = statuses;
	struct hv_manual manual = {
		.page = { .name = NAME,
			.section = "1",
			.summary = "put what a Hyper-V host tells into a capture file" },
		.introduction = introduction,
		.groups = groups.items,
		.group_count = HV_CAPTURE_GROUPS,
		.values = values,
		.examples = examples,
		.see_also = see_also,
	};

	hv_capture_groups(NULL, &groups);
	for (; t->term; t++)
		hv_buf_addf(&text, "%s: %s\n", t->term, t->text);
	hv_buf_adds(&text, t->text);
	manual.statuses = hv_buf_str(&text);
	hv_manual_describe(
		&manual, run->options.describe, hv_capture_choices, hv_manual_date(&run->env), out);
}

static enum hv_capture_status print(const struct hv_buf *text)
{
	if (hv_buf_failed(text) || hv_write_all(STDOUT_FILENO, hv_buf_str(text), text->len, NULL))
		return HV_CAPTURE_FAILED;
	return HV_CAPTURE_DONE;
}

static enum hv_capture_status fail(const struct hv_err *err)
{
	hv_capture_complain(NULL, "", NULL, err->text);
	return HV_CAPTURE_FAILED;
}

static enum hv_capture_status wrong_arguments(const struct hv_err *err)
{
	HV_AUTO(buf) usage = { .max = TEXT_MAX_BYTES };
	struct hv_capture_groups groups;

	hv_capture_groups(NULL, &groups);
	hv_help_program_usage(NAME, groups.items, HV_CAPTURE_GROUPS, &usage);
	(void)fail(err);
	(void)!hv_write_all(STDERR_FILENO, hv_buf_str(&usage), usage.len, NULL);
	return HV_CAPTURE_FAILED;
}

static struct hv_live live_host(struct run *run)
{
	const struct hv_capture_options *o = &run->options;
	const bool shares_terminal = o->list && o->verbose > 0;

	run->progress = (struct hv_progress){
		.fd = STDERR_FILENO,
		.form = shares_terminal ? HV_PROGRESS_NONE
					: hv_progress_form_of(STDERR_FILENO, o->verbose > 0),
		.label = run->connection.host,
	};
	hv_signals_limit(o->timeout.usec);
	return (struct hv_live){
		.options = &o->connect,
		.connection = &run->connection,
		.env = &run->env,
		.deadline = hv_live_deadline(&run->env, o->timeout.usec),
		.trace = { .line = o->verbose >= HV_CAPTURE_TRACE_LEVEL ? hv_capture_trace : NULL,
			.ctx = &run->progress },
		.progress = hv_progress_tell,
		.progress_ctx = &run->progress,
	};
}

static void warn(const struct hv_capture_options *o)
{
	if (o->connect.insecure)
		hv_capture_complain(NULL, "warning: ", NULL,
			"--insecure: certificates are not verified, so another host may answer");
}

static enum hv_capture_status diagnose(struct run *run, struct hv_err *err)
{
	const struct hv_live live = live_host(run);
	enum hv_connection_verdict verdict;

	if (hv_diagnose_live(&live, STDOUT_FILENO, &verdict, err))
		return fail(err);
	switch (verdict) {
	case HV_DIAGNOSIS_GOOD:
		return HV_CAPTURE_DONE;
	case HV_DIAGNOSIS_LIMITED:
		return HV_CAPTURE_INCOMPLETE;
	case HV_DIAGNOSIS_BAD:
		break;
	}
	return HV_CAPTURE_FAILED;
}

static enum hv_capture_status capture_one(struct run *run, struct hv_err *err)
{
	const struct hv_capture_options *o = &run->options;
	struct hv_live live = { .options = NULL };
	struct hv_capture_outcome outcome = { .problems = 0 };
	struct hv_capture_task task = {
		.options = o,
		.output = o->output,
		.progress = &run->progress,
	};
	const struct hv_client_failure *f = &outcome.failure;

	if (o->connect.hostname) {
		live = live_host(run);
		warn(o);
		task.live = &live;
	}
	if ((o->list ? hv_capture_show : hv_capture_merge)(&task, &outcome, err)) {
		(void)fail(err);
		if (f->advice)
			hv_capture_complain(NULL,
				f->advice_is_local ? "here: " : "on the host: ", NULL, f->advice);
		return HV_CAPTURE_FAILED;
	}
	return outcome.problems > 0 ? HV_CAPTURE_INCOMPLETE : HV_CAPTURE_DONE;
}

/* The first host stands for all when the options are looked at. */
static enum hv_capture_status capture_each(struct run *run, struct hv_err *err)
{
	struct hv_capture_options *o = &run->options;
	enum hv_capture_status status = HV_CAPTURE_FAILED;
	struct hv_capture_hosts hosts;
	const struct hv_capture_each each = {
		.options = o,
		.hosts = &hosts,
		.connection = &run->connection,
		.env = &run->env,
		.arena = &run->arena,
	};

	if (hv_capture_hosts_read(o->hosts, &run->arena, &hosts, err))
		return (void)hv_err_wrap(err, "--hosts"), fail(err);
	o->connect.hostname = hosts.items[0].host;
	if (hv_connect_check(&o->connect, &run->arena, &run->connection, err))
		return wrong_arguments(err);
	warn(o);
	if (hv_capture_each_run(&each, &status, err))
		return fail(err);
	return status;
}

static enum hv_capture_status dispatch(struct run *run, struct hv_err *err)
{
	const struct hv_capture_options *o = &run->options;
	HV_AUTO(buf) text = { .max = TEXT_MAX_BYTES };

	if (o->help) {
		put_help(&text);
		return print(&text);
	}
	if (o->version) {
		put_version(&text);
		return print(&text);
	}
	if (o->describe) {
		if (hv_manual_check_form(o->describe, err))
			return wrong_arguments(err);
		put_description(run, &text);
		return print(&text);
	}
	if (hv_capture_options_check(&run->options, err))
		return wrong_arguments(err);
	if (o->hosts)
		return capture_each(run, err);
	if (hv_connect_check(&run->options.connect, &run->arena, &run->connection, err))
		return wrong_arguments(err);
	return o->diagnose ? diagnose(run, err) : capture_one(run, err);
}

int main(int argc, char **argv)
{
	HV_AUTO(run) run = { .options = { .hosts = NULL } };
	struct hv_err err = HV_ERR_INIT;

	if (hv_cli_fill_descriptors())
		return HV_CAPTURE_FAILED;
	/* A reader that went away is a failed write, not a death without a word. */
	(void)signal(SIGPIPE, SIG_IGN);
	hv_cli_process_env(&run.env);
	hv_arena_init(&run.arena, OPTIONS_MAX_BYTES);
	if (hv_capture_options_parse(&run.options, argc, argv, run.env.env, &run.arena, &err))
		return (int)wrong_arguments(&err);
	return (int)dispatch(&run, &err);
}
