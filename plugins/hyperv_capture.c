/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_capture: puts what was recorded on a host, in whatever form, into one capture file, or
 * lists what it holds. */
#include <config.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "cim/capture-json.h"
#include "cli/capture-list.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/write.h"
#include "output/output.h"
#include "source/source.h"

#define NAME "hyperv_capture"

enum status { STATUS_DONE = 0, STATUS_INCOMPLETE = 1, STATUS_FAILED = 3 };

enum {
	OPTIONS_MAX_BYTES = 16 << 20,
	TEXT_MAX_BYTES = 64 << 10, /* help; one message */
};

struct config {
	struct hv_list captures, vm_configs, evtx_files;
	const char *output;
	const char *now;
	bool list;
	unsigned char verbose;
	bool help, version;
};

#define OPT(member, letter, name, arg, help)                                                       \
	HV_OPT(struct config, member, letter, name, arg, NULL, help)

static const struct hv_opt source_options[] = {
	OPT(captures, 0, "capture", "PATH",
		"Read a capture: a hyperv-capture/1 file, or a directory of CLASS.json files, "
		"events.xml and .evtx files. May be given several times."),
	OPT(vm_configs, 0, "vm-config", "FILE|DIR",
		"Read virtual machine configuration files (.xml, Windows Server 2008 to 2012 R2), "
		"one or a directory of them. May be given several times."),
	OPT(evtx_files, 0, "evtx", "FILE",
		"Read an event log: .evtx, or the XML that wevtutil or the Event Viewer writes. "
		"May be given several times."),
	HV_OPT_END,
};

static const struct hv_opt result_options[] = {
	OPT(output, 'o', "output", "FILE",
		"Write the capture to this file, readable by its owner alone. It is replaced only "
		"when the new one is complete. Standard output when not given, or when it is "
		"\"-\"."),
	OPT(now, 0, "now", "TIME",
		"When the data were taken (ISO 8601, UTC unless it says otherwise), for sources "
		"that do not tell it. Without it the newest time of the files read."),
	OPT(list, 'l', "list", NULL,
		"Write no capture; print which classes and event logs the sources hold."),
	OPT(verbose, 'v', "verbose", NULL,
		"With --list, also print every event, one a line: record id, event id, provider, "
		"level, time and channel, separated by tabs. These lines come first, in the order "
		"of the log."),
	HV_OPT_END,
};

static const struct hv_opt general_options[] = {
	OPT(help, 'h', "help", NULL, "Print this help."),
	OPT(version, 'V', "version", NULL, "Print the version."),
	HV_OPT_END,
};

enum { GROUP_COUNT = 3 };

static void all_groups(struct config *config, struct hv_opt_group ret[GROUP_COUNT])
{
	const struct hv_opt_group groups[GROUP_COUNT] = {
		{ .title = "Where to read from", .options = source_options, .config = config },
		{ .title = "Result", .options = result_options, .config = config },
		{ .title = "General", .options = general_options, .config = config },
	};

	memcpy(ret, groups, sizeof(groups));
}

struct term {
	const char *term; /* NULL ends a table */
	const char *text;
};

/* What stands around the options in --help. */
static const char introduction[] =
	"Puts recorded data of a Hyper-V host into one capture file, or lists what they "
	"hold.\n\nEverything that the sources hold goes into the capture, all events too, not only "
	"those that a check knows. Every check reads the capture with --capture and says the same "
	"as on the sources themselves. \n";

static const struct term statuses[] = {
	{ "0", "The capture was written, or listed, and everything in the sources could be read." },
	{ "1", "It was written, or listed, but a class or an event log in it could not be read, or "
	       "is damaged. Standard error or the list says which; the capture records it, so that "
	       "no check takes what is missing for good." },
	{ "3", "Wrong arguments, or a source could not be read, or the result could not be "
	       "written. No file was changed." },
	{ NULL, NULL },
};

static const struct hv_example examples[] = {
	{ "--capture hv01 --evtx vmms.evtx -o hv01.json",
		"Joins the directory hv01 of CLASS.json files and an event log." },
	{ "--list --capture hv01.json", "What the capture holds, and when it was read." },
	{ "--list -v --evtx vmms.evtx", "Every record of an event log." },
	{ NULL, NULL },
};

static void put_help(struct hv_buf *out)
{
	struct hv_opt_group groups[GROUP_COUNT];

	all_groups(NULL, groups);
	hv_buf_adds(out, NAME " " PACKAGE_VERSION " (" PACKAGE_NAME ")\n");
	hv_text_fill(out, introduction, 0);
	hv_buf_adds(out, "\nUsage: " NAME " [OPTION]...\n");
	hv_help_options(groups, GROUP_COUNT, out);
	hv_buf_adds(out, "\nExit status:\n");
	for (const struct term *t = statuses; t->term; t++) {
		hv_text_fill(out, t->term, 2);
		hv_text_fill(out, t->text, 8);
	}
	hv_buf_adds(out, "\nExamples:\n");
	for (const struct hv_example *e = examples; e->args; e++) {
		hv_buf_addf(out, "  %s %s\n", NAME, e->args);
		hv_text_fill(out, e->text, 8);
	}
}

/* A sink that tells on standard error what a source could not read, on the way to the capture's
 * writer. */
struct watch {
	struct hv_sink inner;
	size_t problems;
	struct hv_time newest; /* of the files read */
};

static void complain(const char *kind, const char *where, const char *what)
{
	HV_AUTO(buf) line = { .max = TEXT_MAX_BYTES };

	hv_buf_addf(&line, "%s: %s", NAME, kind);
	if (where) {
		hv_output_text(&line, where, HV_ERR_TEXT_MAX);
		hv_buf_adds(&line, ": ");
	}
	hv_output_text(&line, what, HV_ERR_TEXT_MAX);
	hv_buf_addc(&line, '\n');
	/* Where nobody listens nothing can be told; the exit status still is. */
	(void)!hv_write_all(STDERR_FILENO, hv_buf_str(&line), line.len, NULL);
}

static void note_time(struct watch *w, struct hv_time t)
{
	if (t.known && (!w->newest.known || t.usec > w->newest.usec))
		w->newest = t;
}

static void note_problem(struct watch *w, const char *kind, const char *where, const char *what)
{
	if (!what)
		return;
	w->problems++;
	complain(kind, where, what);
}

static int watch_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct watch *w = ctx;

	return w->inner.host(w->inner.ctx, computer_name, taken_at, err);
}

static int watch_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct watch *w = ctx;

	note_time(w, batch->read_at);
	note_problem(w, "warning: not read: ", batch->class_name, batch->error);
	return w->inner.batch(w->inner.ctx, batch, err);
}

static int watch_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct watch *w = ctx;

	return w->inner.bag(w->inner.ctx, bag, err);
}

static int watch_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct watch *w = ctx;

	return w->inner.event(w->inner.ctx, xml, len, err);
}

static int watch_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	const char *where = batch->origin ? batch->origin : batch->channel;
	struct watch *w = ctx;

	note_time(w, batch->read_at);
	note_problem(w, "warning: not read: ", where, batch->error);
	note_problem(w, "warning: damaged: ", where, batch->damage);
	return w->inner.events(w->inner.ctx, batch, err);
}

static struct hv_sink watch_sink(struct watch *w)
{
	return (struct hv_sink){
		.ctx = w,
		.host = watch_host,
		.batch = watch_batch,
		.bag = watch_bag,
		.event = watch_event,
		.events = watch_events,
	};
}

static int read_places(const struct hv_source *source, const struct hv_list *places,
	struct hv_sink *sink, struct hv_err *err)
{
	const struct hv_source_want want = {
		.sections = HV_SEC(HV_SECTION_COUNT) - 1,
		.events = { .since = HV_USEC_MIN },
	};

	for (size_t i = 0; i < places->count; i++)
		if (source->read(places->items[i], &want, sink, err))
			return hv_err_wrap(err, "--%s", source->name);
	return 0;
}

static int read_sources(const struct config *config, struct hv_sink *sink, struct hv_err *err)
{
	if (read_places(&hv_source_capture, &config->captures, sink, err) ||
		read_places(&hv_source_vmconfig, &config->vm_configs, sink, err) ||
		read_places(&hv_source_evtx, &config->evtx_files, sink, err))
		return -1;
	return 0;
}

static int list_sources(const struct config *config, size_t *ret_problems, struct hv_err *err)
{
	struct hv_capture_list *list = hv_capture_list_new(STDOUT_FILENO, config->verbose > 0, err);
	struct hv_sink sink;
	int result = -1;

	if (!list)
		return -1;
	sink = hv_capture_list_sink(list);
	if (!read_sources(config, &sink, err) && !hv_capture_list_finish(list, ret_problems, err))
		result = 0;
	hv_capture_list_free(list);
	return result;
}

static int write_capture(
	const struct config *config, const struct hv_buf *bytes, struct hv_err *err)
{
	if (!config->output || !strcmp(config->output, "-"))
		return hv_write_all(STDOUT_FILENO, hv_buf_str(bytes), bytes->len, err);
	return hv_file_write_atomic(config->output, hv_buf_str(bytes), bytes->len, 0600, err);
}

static int merge(const struct config *config, struct hv_time now, struct watch *w,
	struct hv_capture_writer *writer, struct hv_err *err)
{
	HV_AUTO(buf) bytes = { .max = HV_CAPTURE_MAX_BYTES };
	struct hv_sink sink = watch_sink(w);

	if (read_sources(config, &sink, err))
		return -1;
	if (!now.known)
		now = w->newest;
	if (hv_capture_writer_finish(writer, NAME " " PACKAGE_VERSION, now, &bytes, err))
		return -1;
	return write_capture(config, &bytes, err);
}

static int merge_sources(
	const struct config *config, struct hv_time now, size_t *ret_problems, struct hv_err *err)
{
	struct hv_capture_writer *writer = hv_capture_writer_new(err);
	struct watch w = { .problems = 0 };
	int result;

	if (!writer)
		return -1;
	w.inner = hv_capture_writer_sink(writer);
	result = merge(config, now, &w, writer, err);
	hv_capture_writer_free(writer);
	if (!result)
		*ret_problems = w.problems;
	return result;
}

/* What no option's type can tell. */
static int validate(const struct config *config, struct hv_time *ret_now, struct hv_err *err)
{
	struct hv_time now = { .known = config->now != NULL };

	if (config->captures.count + config->vm_configs.count + config->evtx_files.count == 0)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"nothing to read: give --capture, --vm-config or --evtx");
	if (config->list && config->output)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--list writes no capture: it does not go with --output");
	if (config->now && hv_time_parse_iso(config->now, &now.usec, err))
		return hv_err_wrap(err, "--now");
	*ret_now = now;
	return 0;
}

static enum status print(const struct hv_buf *text)
{
	if (hv_buf_failed(text) || hv_write_all(STDOUT_FILENO, hv_buf_str(text), text->len, NULL))
		return STATUS_FAILED;
	return STATUS_DONE;
}

static enum status wrong_arguments(const struct hv_err *err)
{
	HV_AUTO(buf) usage = { .max = TEXT_MAX_BYTES };
	struct hv_opt_group groups[GROUP_COUNT];

	complain("", NULL, err->text);
	all_groups(NULL, groups);
	hv_help_program_usage(NAME, groups, GROUP_COUNT, &usage);
	(void)!hv_write_all(STDERR_FILENO, hv_buf_str(&usage), usage.len, NULL);
	return STATUS_FAILED;
}

static enum status run(const struct config *config, struct hv_err *err)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX_BYTES };
	struct hv_time now = { .known = false };
	size_t problems = 0;
	int result;

	if (config->help) {
		put_help(&text);
		return print(&text);
	}
	if (config->version) {
		hv_buf_adds(&text, NAME " " PACKAGE_VERSION " (" PACKAGE_NAME ")\n");
		return print(&text);
	}
	if (validate(config, &now, err))
		return wrong_arguments(err);
	result = config->list ? list_sources(config, &problems, err)
			      : merge_sources(config, now, &problems, err);
	if (result) {
		complain("", NULL, err->text);
		return STATUS_FAILED;
	}
	return problems > 0 ? STATUS_INCOMPLETE : STATUS_DONE;
}

int main(int argc, char **argv)
{
	struct config config = { .list = false };
	struct hv_opt_group groups[GROUP_COUNT];
	HV_AUTO(arena) arena = { .max = OPTIONS_MAX_BYTES };
	struct hv_err err = HV_ERR_INIT;

	/* A reader that went away is a failed write, not a death without a word. */
	(void)signal(SIGPIPE, SIG_IGN);
	all_groups(&config, groups);
	if (hv_options_parse(groups, GROUP_COUNT, NULL, argc, argv, &arena, &err))
		return (int)wrong_arguments(&err);
	return (int)run(&config, &err);
}
