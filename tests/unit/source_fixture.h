/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of sources: a directory that goes away again, and a sink that writes down what it is
 * given. */
#ifndef HV_TESTS_SOURCE_FIXTURE_H
#define HV_TESTS_SOURCE_FIXTURE_H

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "source/source.h"

struct fixture {
	char dir[256];
	struct hv_buf log;    /* one line a call */
	const char *refuse;   /* events that hold this text are refused as malformed */
	enum hv_err_kind how; /* with this kind */
	struct hv_time taken_at;
	struct hv_sink sink;
	struct hv_err err;
};

static inline int fixture_host(
	void *ctx, const char *name, struct hv_time taken_at, struct hv_err *err)
{
	struct fixture *f = ctx;

	(void)err;
	hv_buf_addf(&f->log, "host %s\n", name ? name : "-");
	if (taken_at.known)
		f->taken_at = taken_at;
	return 0;
}

static inline int fixture_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct fixture *f = ctx;

	(void)err;
	hv_buf_addf(&f->log, "batch %s %s%s%s\n", batch->ns, batch->class_name,
		batch->error ? " failed: " : "", batch->error ? batch->error : "");
	return 0;
}

static inline int fixture_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct fixture *f = ctx;
	const char *name = "-";

	(void)err;
	(void)hv_bag_string(bag, "Name", &name);
	hv_buf_addf(&f->log, "bag %s\n", name);
	return 0;
}

static inline int fixture_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct fixture *f = ctx;

	if (f->refuse && memmem(xml, len, f->refuse, strlen(f->refuse)))
		return hv_err_set(err, f->how, "refused");
	hv_buf_adds(&f->log, "event\n");
	return 0;
}

static inline int fixture_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct fixture *f = ctx;

	(void)err;
	hv_buf_addf(&f->log, "events %zu of %s: %s\n", batch->records,
		batch->channel ? batch->channel : "-", batch->damage ? batch->damage : "whole");
	return 0;
}

static inline int fixture_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct fixture *f = calloc(1, sizeof(*f));
	int n;

	if (!f)
		return -1;
	n = snprintf(f->dir, sizeof(f->dir), "%s/hv-source-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
	if (n < 0 || (size_t)n >= sizeof(f->dir) || !mkdtemp(f->dir)) {
		free(f);
		return -1;
	}
	hv_buf_init(&f->log, 1 << 20);
	f->sink = (struct hv_sink){
		.ctx = f,
		.host = fixture_host,
		.batch = fixture_batch,
		.bag = fixture_bag,
		.event = fixture_event,
		.events = fixture_events,
	};
	*state = f;
	return 0;
}

static inline int fixture_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	(void)nftw(f->dir, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
	hv_buf_done(&f->log);
	free(f);
	return 0;
}

/* Path below the fixture's directory; good until the next call. */
static inline const char *fixture_path(const struct fixture *f, const char *name)
{
	static char path[1024];
	int n = snprintf(path, sizeof(path), "%s/%s", f->dir, name);

	assert_true(n > 0 && (size_t)n < sizeof(path));
	return path;
}

static inline void fixture_mkdir(const struct fixture *f, const char *name)
{
	assert_int_equal(mkdir(fixture_path(f, name), 0700), 0);
}

/* Writes a file whose modification time is `seconds` after 1970. */
static inline void fixture_write(
	const struct fixture *f, const char *name, const void *bytes, size_t len, long seconds)
{
	const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };
	int fd = open(fixture_path(f, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static inline void fixture_text(const struct fixture *f, const char *name, const char *text)
{
	fixture_write(f, name, text, strlen(text), 1000);
}

static inline int fixture_read(struct fixture *f, const struct hv_source *source, const char *name)
{
	const struct hv_source_want want = {
		.sections = HV_SEC(HV_SECTION_COUNT) - 1,
		.events = { .since = HV_USEC_MIN },
	};

	hv_err_clear(&f->err);
	return source->read(
		name[0] == '\0' ? f->dir : fixture_path(f, name), &want, &f->sink, &f->err);
}

/* The reading fails, with this kind and with both texts in the message. */
#define assert_refused(f, source, name, kind_, where, why)                                         \
	do {                                                                                       \
		assert_int_equal(fixture_read(f, source, name), -1);                               \
		assert_int_equal((f)->err.kind, kind_);                                            \
		if (!strstr((f)->err.text, where) || !strstr((f)->err.text, why))                  \
			fail_msg("'%s' lacks '%s' or '%s'", (f)->err.text, where, why);            \
	} while (0)

#define source_test(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

#endif
