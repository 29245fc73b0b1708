/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source "evtx": event log files. A .evtx file is read one chunk at a time, so memory does not grow
 * with the log; event XML is told apart by content. Damage is counted and told; it never ends the
 * reading. */
#include "source/source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "cim/event-xml.h"
#include "evtx/evtx.h"

/* First bytes of an event log file [MS-EVEN6 2.2.18]. */
static const char evtx_magic[8] = "ElfFile";

enum {
	DAMAGE_MAX_BYTES = 4096,
};

/* One event log while it is being read */
struct reading {
	const struct hv_event_want *want;
	struct hv_sink *sink;
	size_t refused;              /* records whose XML the sink could not make sense of */
	struct hv_err first;         /* why the first of them was refused */
	struct hv_channels channels; /* of the records that were looked into */
};

struct open_file {
	const char *path;
	int fd;
	struct hv_file_info info;
};

static void open_file_done(struct open_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
}

#define HV_AUTO_open_file __attribute__((cleanup(open_file_done))) struct open_file

static void reader_done(struct hv_evtx_reader **r)
{
	hv_evtx_reader_free(*r);
}

#define HV_AUTO_reader __attribute__((cleanup(reader_done))) struct hv_evtx_reader *

static bool is_wanted(void *ctx, const struct hv_evtx_head *head)
{
	struct reading *r = ctx;

	hv_channels_note(&r->channels, head->channel, strlen(head->channel));
	return hv_event_wanted(r->want->keys, head->channel, head->event_id, head->level);
}

/* A record that cannot be understood is damage of the log; whatever else goes wrong is not the
 * log's doing. */
static int take_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;
	struct reading *r = ctx;

	if (!r->sink->event(r->sink->ctx, xml, len, &problem))
		return 0;
	if (problem.kind != HV_ERR_FORMAT)
		return hv_err_set(err, problem.kind, "%s", problem.text);
	if (r->refused == 0)
		r->first = problem;
	r->refused++;
	return 0;
}

static bool damage_text(
	const struct hv_evtx_stats *stats, const struct reading *r, struct hv_buf *out)
{
	bool damaged = hv_evtx_damage_text(stats, out);

	if (r->refused > 0)
		hv_buf_addf(out, "%s%zu of its records could not be understood (the first: %s)",
			damaged ? "; " : "", r->refused, r->first.text);
	return damaged || r->refused > 0;
}

static int tell_batch(const struct open_file *f, const struct hv_evtx_stats *stats,
	const struct reading *r, struct hv_err *err)
{
	HV_AUTO(buf) damage = { .max = DAMAGE_MAX_BYTES };
	bool damaged = damage_text(stats, r, &damage);
	struct hv_event_batch batch = {
		.origin = f->path,
		.channel = hv_channels_only(&r->channels),
		.channels = &r->channels,
		.damage = damaged ? hv_buf_str(&damage) : NULL,
		.records = (size_t)stats->records,
		.oldest = { .usec = stats->oldest, .known = stats->records > 0 },
		.newest = { .usec = stats->newest, .known = stats->records > 0 },
		.read_at = { .usec = f->info.modified_at, .known = true },
	};

	if (hv_buf_failed(&damage) && !damage.overflow)
		return hv_err_no_memory(err);
	return r->sink->events(r->sink->ctx, &batch, err);
}

static int too_large(struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_LIMIT, "larger than the limit of %d bytes", HV_EVTX_FILE_MAX);
}

static int read_chunks(const struct open_file *f, struct hv_evtx_reader *reader, struct hv_err *err)
{
	HV_AUTO(bytes) chunk = hv_alloc(HV_EVTX_CHUNK_SIZE);

	if (!chunk)
		return hv_err_no_memory(err);
	/* Counted besides the size that it had, because a log can grow while it is read. */
	for (uint64_t done = 0; done <= HV_EVTX_FILE_MAX; done += HV_EVTX_CHUNK_SIZE) {
		ssize_t n = hv_file_read(f->fd, chunk, HV_EVTX_CHUNK_SIZE, err);

		if (n < 0)
			return -1;
		if (n == 0)
			return 0;
		if (hv_evtx_reader_chunk(reader, chunk, (size_t)n, err))
			return -1;
	}
	return too_large(err);
}

static int read_evtx(const struct open_file *f, const uint8_t *head, size_t head_len,
	struct reading *r, struct hv_err *err)
{
	const struct hv_evtx_callbacks callbacks = {
		.ctx = r,
		.since = r->want->since,
		.wanted = is_wanted,
		.event = take_event,
	};
	HV_AUTO(reader) reader = hv_evtx_reader_new(&callbacks, err);
	uint64_t first_chunk = 0;

	if (!reader)
		return -1;
	if (f->info.size > HV_EVTX_FILE_MAX)
		return too_large(err);
	if (hv_evtx_reader_header(reader, head, head_len, &first_chunk, err))
		return -1;
	if (lseek(f->fd, (off_t)first_chunk, SEEK_SET) < 0)
		return hv_err_set_errno(err, errno, "seek");
	if (read_chunks(f, reader, err))
		return -1;
	return tell_batch(f, hv_evtx_reader_finish(reader), r, err);
}

/* Whether the first character is '<', in UTF-8 or UTF-16, with or without a byte order mark. The
 * parser decides the rest. */
static bool may_be_xml(const uint8_t *bytes, size_t len)
{
	size_t i = 0;

	if (len >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3))
		i = 3;
	else if (len >= 2 && (!memcmp(bytes, "\xFF\xFE", 2) || !memcmp(bytes, "\xFE\xFF", 2)))
		i = 2;
	while (i < len && (bytes[i] == '\0' || strchr(" \t\r\n", bytes[i])))
		i++;
	return i < len && bytes[i] == '<';
}

static int read_xml(const struct open_file *f, struct hv_sink *sink, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	struct hv_time read_at = { .known = true };
	size_t len = 0;

	if (hv_file_load(f->path, HV_EVENT_FILE_MAX, &bytes, &len, &read_at.usec, err))
		return -1;
	return hv_event_xml_file(bytes, len, f->path, read_at, sink, err);
}

static int read_open(struct open_file *f, struct reading *r, struct hv_err *err)
{
	uint8_t head[HV_EVTX_HEADER_SIZE];
	ssize_t n = hv_file_read(f->fd, head, sizeof(head), err);

	if (n < 0)
		return hv_err_wrap(err, "%s", f->path);
	if (n == 0)
		return hv_err_set(err, HV_ERR_FORMAT, "%s: the file is empty", f->path);
	if ((size_t)n >= sizeof(evtx_magic) && !memcmp(head, evtx_magic, sizeof(evtx_magic)))
		return read_evtx(f, head, (size_t)n, r, err) ? hv_err_wrap(err, "%s", f->path) : 0;
	if (!may_be_xml(head, (size_t)n))
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: is neither an event log (.evtx) nor event XML", f->path);
	return read_xml(f, r->sink, err);
}

static int read_log(const char *path, const struct hv_source_want *want, struct hv_sink *sink,
	struct hv_err *err)
{
	HV_AUTO(open_file) f = { .path = path, .fd = -1 };
	struct reading r = { .want = &want->events, .sink = sink };

	if (hv_file_open(path, &f.fd, &f.info, err))
		return -1;
	if (!(want->sections & HV_SEC_EVENTS))
		return 0;
	return read_open(&f, &r, err);
}

const struct hv_source hv_source_evtx = {
	.name = "evtx",
	.sections = HV_SEC_EVENTS,
	.read = read_log,
};
