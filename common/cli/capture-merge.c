/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-merge.h"

#include <config.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cim/capture-json.h"
#include "cim/redact.h"
#include "cli/capture-list.h"
#include "cli/capture-signals.h"
#include "cli/capture-watch.h"
#include "cli/write.h"
#include "source/source.h"

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

static int read_host(const struct hv_capture_task *task, const struct hv_sink *sink,
	struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const struct hv_live *live = task->live;
	int result;

	if (!live)
		return 0;
	const struct hv_source_want want = {
		.sections = task->options->wanted,
		.events = { .keys = hv_live_all_events,
			.since = hv_usec_sub(live->env->clock(), task->options->events.usec) },
	};

	result = hv_live_read(live, &want, true, sink, ret_failure, err);
	hv_progress_clear(task->progress);
	return result;
}

static int read_sources(const struct hv_capture_task *task, struct hv_sink *sink,
	struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const struct hv_capture_options *o = task->options;

	if (read_places(&hv_source_capture, &o->captures, sink, err) ||
		read_places(&hv_source_vmconfig, &o->vm_configs, sink, err) ||
		read_places(&hv_source_evtx, &o->evtx_files, sink, err))
		return -1;
	return read_host(task, sink, ret_failure, err);
}

static int list_into(struct hv_capture_list *list, const struct hv_capture_task *task,
	struct hv_capture_outcome *ret, struct hv_err *err)
{
	struct hv_sink sink = hv_capture_list_sink(list);

	if (read_sources(task, &sink, &ret->failure, err))
		return -1;
	hv_signals_no_limit();
	return hv_capture_list_finish(list, &ret->problems, err);
}

int hv_capture_show(
	const struct hv_capture_task *task, struct hv_capture_outcome *ret, struct hv_err *err)
{
	struct hv_capture_list *list =
		hv_capture_list_new(STDOUT_FILENO, task->options->verbose > 0, err);
	int result;

	*ret = (struct hv_capture_outcome){ .problems = 0 };
	if (!list)
		return -1;
	result = list_into(list, task, ret, err);
	hv_capture_list_free(list);
	return result;
}

static int write_bytes(const char *output, const struct hv_buf *bytes, struct hv_err *err)
{
	if (!output || strcmp(output, "-") == 0) {
		hv_signals_no_limit();
		return hv_write_all(STDOUT_FILENO, hv_buf_str(bytes), bytes->len, err);
	}
	hv_signals_hold();
	return hv_file_write_atomic(output, hv_buf_str(bytes), bytes->len, 0600, err);
}

static int redact_and_write(const struct hv_capture_task *task, const struct hv_buf *bytes,
	size_t *ret_len, struct hv_err *err)
{
	HV_AUTO(buf) redacted = { .max = HV_CAPTURE_MAX_BYTES };

	if (!task->options->redact) {
		*ret_len = bytes->len;
		return write_bytes(task->output, bytes, err);
	}
	if (hv_redact(hv_buf_str(bytes), bytes->len, &redacted, err))
		return hv_err_wrap(err, "--redact");
	*ret_len = redacted.len;
	return write_bytes(task->output, &redacted, err);
}

static int write_capture(const struct hv_capture_task *task, struct hv_capture_writer *writer,
	struct hv_capture_outcome *ret, struct hv_err *err)
{
	struct hv_capture_watch watch = {
		.inner = hv_capture_writer_sink(writer),
		.label = task->label,
		.progress = task->progress,
	};
	HV_AUTO(buf) bytes = { .max = HV_CAPTURE_MAX_BYTES };
	struct hv_sink sink = hv_capture_watch_sink(&watch);
	struct hv_time now = task->options->now_time;

	if (read_sources(task, &sink, &ret->failure, err))
		return -1;
	if (!now.known)
		now = watch.newest;
	ret->problems = watch.problems;
	if (hv_capture_writer_finish(writer, HV_CAPTURE_NAME " " PACKAGE_VERSION, now, &bytes, err))
		return -1;
	return redact_and_write(task, &bytes, &ret->bytes, err);
}

int hv_capture_merge(
	const struct hv_capture_task *task, struct hv_capture_outcome *ret, struct hv_err *err)
{
	struct hv_capture_writer *writer = hv_capture_writer_new(err);
	int result;

	*ret = (struct hv_capture_outcome){ .problems = 0 };
	if (!writer)
		return -1;
	result = write_capture(task, writer, ret, err);
	hv_capture_writer_free(writer);
	return result;
}
