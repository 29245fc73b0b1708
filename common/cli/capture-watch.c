/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-watch.h"

#include <unistd.h>

#include "base/buf.h"
#include "cli/capture-options.h"
#include "cli/write.h"
#include "output/output.h"

enum { LINE_MAX_BYTES = 64 << 10 };

static void add_part(struct hv_buf *line, const char *text)
{
	if (!text)
		return;
	hv_output_text(line, text, HV_ERR_TEXT_MAX);
	hv_buf_adds(line, ": ");
}

void hv_capture_complain(const char *label, const char *kind, const char *where, const char *what)
{
	HV_AUTO(buf) line = { .max = LINE_MAX_BYTES };

	hv_buf_adds(&line, HV_CAPTURE_NAME ": ");
	add_part(&line, label);
	hv_buf_adds(&line, kind);
	add_part(&line, where);
	hv_output_text(&line, what, HV_ERR_TEXT_MAX);
	hv_buf_addc(&line, '\n');
	/* Where nobody listens nothing can be told; the exit status still is. */
	(void)!hv_write_all(STDERR_FILENO, hv_buf_str(&line), line.len, NULL);
}

void hv_capture_trace(void *progress, const char *text)
{
	struct hv_progress *p = progress;

	hv_progress_clear(p);
	hv_capture_complain(p->label, "", NULL, text);
}

static void note_time(struct hv_capture_watch *w, struct hv_time t)
{
	if (t.known && (!w->newest.known || t.usec > w->newest.usec))
		w->newest = t;
}

static void note_problem(
	struct hv_capture_watch *w, const char *kind, const char *where, const char *what)
{
	if (!what)
		return;
	w->problems++;
	if (w->progress)
		hv_progress_clear(w->progress);
	hv_capture_complain(w->label, kind, where, what);
}

static int watch_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct hv_capture_watch *w = ctx;

	return w->inner.host(w->inner.ctx, computer_name, taken_at, err);
}

static int watch_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct hv_capture_watch *w = ctx;

	note_time(w, batch->read_at);
	note_problem(w, "warning: not read: ", batch->class_name, batch->error);
	return w->inner.batch(w->inner.ctx, batch, err);
}

static int watch_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_capture_watch *w = ctx;

	return w->inner.bag(w->inner.ctx, bag, err);
}

static int watch_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_capture_watch *w = ctx;

	return w->inner.event(w->inner.ctx, xml, len, err);
}

static int watch_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	const char *where = batch->origin ? batch->origin : batch->channel;
	struct hv_capture_watch *w = ctx;

	note_time(w, batch->read_at);
	note_problem(w, "warning: not read: ", where, batch->error);
	note_problem(w, "warning: damaged: ", where, batch->damage);
	return w->inner.events(w->inner.ctx, batch, err);
}

struct hv_sink hv_capture_watch_sink(struct hv_capture_watch *w)
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
