/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-each.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/capture-jobs.h"
#include "cli/capture-progress.h"
#include "cli/capture-signals.h"
#include "cli/capture-watch.h"
#include "cli/connect-host.h"
#include "cli/text.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	LINE_MAX_BYTES = 16 << 10,
	TABLE_MAX_BYTES = 32 << 20,
	TEXT_MAX_CHARS = 2000,
	TENTHS_PER_SEC = 10,
};

#define GRACE (5 * HV_USEC_PER_SEC)

struct run {
	const struct hv_capture_each *each;
	struct hv_progress progress;
	const char **lines; /* by host; NULL: memory was short */
	size_t host_width;
	size_t ended;
	enum hv_capture_status worst;
};

/* --- In the process of one host --- */

static int set_host(
	const struct hv_capture_each *each, const struct hv_capture_host *host, struct hv_err *err)
{
	struct hv_connection *c = each->connection;

	c->host = host->host;
	c->host_is_address = host->is_address;
	c->url = hv_connect_url(c->host, c->port, each->options->connect.ssl, each->arena);
	return c->url ? 0 : hv_err_no_memory(err);
}

static int capture_host(const struct hv_capture_each *each, const struct hv_capture_host *host,
	struct hv_capture_outcome *ret, struct hv_err *err)
{
	const struct hv_capture_options *o = each->options;
	struct hv_progress progress = {
		.fd = STDERR_FILENO,
		.form = o->verbose > 0 ? HV_PROGRESS_LINES : HV_PROGRESS_NONE,
		.label = host->host,
	};
	const struct hv_live live = {
		.options = &o->connect,
		.connection = each->connection,
		.env = each->env,
		.deadline = hv_live_deadline(each->env, o->timeout.usec),
		.trace = { .line = o->verbose >= HV_CAPTURE_TRACE_LEVEL ? hv_capture_trace : NULL,
			.ctx = &progress },
		.progress = hv_progress_tell,
		.progress_ctx = &progress,
	};
	const struct hv_capture_task task = {
		.options = o,
		.live = &live,
		.output = hv_arena_printf(each->arena, "%s/%s", o->output, host->file),
		.label = host->host,
		.progress = &progress,
	};

	*ret = (struct hv_capture_outcome){ .problems = 0 };
	if (!task.output || set_host(each, host, err))
		return hv_err_no_memory(err);
	return hv_capture_merge(&task, ret, err);
}

/* Its host stands at the beginning of the line already. */
static const char *without_host(const char *text, const char *host)
{
	const size_t len = strlen(host);

	return strncmp(text, host, len) == 0 && strncmp(text + len, ": ", 2) == 0 ? text + len + 2
										  : text;
}

static void tell(struct hv_job_report *ret, const char *host,
	const struct hv_capture_outcome *outcome, const struct hv_err *err)
{
	const struct hv_client_failure *f = &outcome->failure;
	HV_AUTO(buf) text = { .max = HV_JOB_TEXT_MAX - 1 };

	hv_buf_adds(&text, without_host(err->text, host));
	if (f->advice)
		hv_buf_addf(
			&text, " (%s: %s)", f->advice_is_local ? "here" : "on the host", f->advice);
	memcpy(ret->text, hv_buf_str(&text), text.len + 1);
}

static void work(void *ctx, size_t index, struct hv_job_report *ret)
{
	const struct run *run = ctx;
	const struct hv_capture_host *host = &run->each->hosts->items[index];
	struct hv_capture_outcome outcome;
	struct hv_err err = HV_ERR_INIT;

	hv_signals_limit_silently(run->each->options->timeout.usec);
	if (capture_host(run->each, host, &outcome, &err)) {
		tell(ret, host->host, &outcome, &err);
		return;
	}
	ret->status = outcome.problems > 0 ? HV_CAPTURE_INCOMPLETE : HV_CAPTURE_DONE;
	ret->bytes = outcome.bytes;
	ret->problems = outcome.problems;
}

/* --- In the one that waits for them --- */

static void add_result(struct hv_buf *line, const struct hv_job_report *report, hv_usec took)
{
	const int64_t tenths = took * TENTHS_PER_SEC / HV_USEC_PER_SEC;

	if (report->status == HV_CAPTURE_FAILED) {
		hv_buf_adds(line, "failed   ");
		hv_output_text(line, report->text, TEXT_MAX_CHARS);
		return;
	}
	hv_buf_addf(line, "written  %" PRIu64 " bytes  %" PRId64 ".%" PRId64 " s", report->bytes,
		tenths / TENTHS_PER_SEC, tenths % TENTHS_PER_SEC);
	if (report->problems > 0)
		hv_buf_addf(
			line, "  incomplete: classes or logs not read: %" PRIu64, report->problems);
}

static void show_progress(struct run *run)
{
	HV_AUTO(buf) text = { .max = LINE_MAX_BYTES };

	hv_buf_addf(&text, "%zu of %zu hosts", run->ended, run->each->hosts->count);
	hv_progress_tell(&run->progress, hv_buf_str(&text));
}

static void done(void *ctx, size_t index, const struct hv_job_report *report, hv_usec took)
{
	struct run *run = ctx;
	HV_AUTO(buf) line = { .max = LINE_MAX_BYTES };

	hv_buf_addf(&line, "%-*s  ", (int)run->host_width, run->each->hosts->items[index].host);
	add_result(&line, report, took);
	hv_buf_addc(&line, '\n');
	run->lines[index] =
		hv_buf_failed(&line) ? NULL : hv_arena_strdup(run->each->arena, hv_buf_str(&line));
	if (report->status > (int)run->worst)
		run->worst = (enum hv_capture_status)report->status;
	run->ended++;
	show_progress(run);
}

static int check_directory(const char *path, struct hv_err *err)
{
	struct hv_file_info info;

	if (hv_file_stat(path, &info, err))
		return hv_err_wrap(err, "--output");
	if (!info.is_directory)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--output: %s is no directory, which --hosts needs", path);
	return 0;
}

static int prepare(struct run *run, struct hv_err *err)
{
	const struct hv_capture_hosts *hosts = run->each->hosts;

	run->lines = hv_arena_array(run->each->arena, hosts->count, sizeof(*run->lines));
	if (!run->lines)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < hosts->count; i++)
		if (strlen(hosts->items[i].host) > run->host_width)
			run->host_width = strlen(hosts->items[i].host);
	return 0;
}

/* In the order of the list, whichever ended first. */
static int print_lines(const struct run *run, struct hv_err *err)
{
	HV_AUTO(buf) text = { .max = TABLE_MAX_BYTES };

	for (size_t i = 0; i < run->each->hosts->count; i++) {
		if (!run->lines[i])
			return hv_err_no_memory(err);
		hv_buf_adds(&text, run->lines[i]);
	}
	if (hv_buf_failed(&text))
		return hv_err_no_memory(err);
	return hv_write_all(STDOUT_FILENO, hv_buf_str(&text), text.len, err);
}

int hv_capture_each_run(
	const struct hv_capture_each *each, enum hv_capture_status *ret_status, struct hv_err *err)
{
	struct run run = {
		.each = each,
		.progress = { .fd = STDERR_FILENO,
			.form = hv_progress_form_of(STDERR_FILENO, false),
			.label = HV_CAPTURE_NAME },
		.worst = HV_CAPTURE_DONE,
	};
	const struct hv_job_plan plan = {
		.count = each->hosts->count,
		.parallel = (size_t)each->options->jobs.value,
		.timeout = each->options->timeout.usec,
		.grace = GRACE,
		.failed = HV_CAPTURE_FAILED,
		.now = each->env->monotonic,
		.work = work,
		.done = done,
		.ctx = &run,
	};
	bool interrupted = false;

	if (check_directory(each->options->output, err) || prepare(&run, err) ||
		hv_jobs_run(&plan, &interrupted, err))
		return -1;
	hv_progress_clear(&run.progress);
	*ret_status = run.worst;
	return print_lines(&run, err);
}
