/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the event log reader share: reading a whole log from memory, and short ways to
 * make one. */
#ifndef HV_TESTS_EVTX_FIXTURE_H
#define HV_TESTS_EVTX_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../evtx-writer.h"
#include "base/buf.h"
#include "evtx/evtx.h"

/* A log as it was read. Zero it (and set the inputs) before evtx_read(). */
struct evtx_reading {
	hv_usec since; /* 0: all */
	bool (*wanted)(void *ctx, const struct hv_evtx_head *head);
	void *wanted_ctx;
	size_t fail_at; /* the event() call that fails, from 1; 0: none */

	int rc;
	struct hv_err err;
	size_t count;      /* events got */
	struct hv_buf xml; /* one after the other, each with a newline */
	struct hv_evtx_stats stats;
	struct hv_buf damage; /* "" when the log is sound */
};

void evtx_read(struct evtx_reading *r, const uint8_t *bytes, size_t len);
void evtx_reading_done(struct evtx_reading *r);
#define HV_AUTO_evtx_reading __attribute__((cleanup(evtx_reading_done))) struct evtx_reading

void evtx_writer_free_p(struct evtx_writer **w);
#define HV_AUTO_evtx_writer __attribute__((cleanup(evtx_writer_free_p))) struct evtx_writer *

/* A log with `count` events of the VMMS, ids from 1, one a minute. */
struct evtx_writer *evtx_vmms_log(const struct evtx_writer_options *options, size_t count);
enum { EVTX_VMMS_MINUTE = 60000000 };

/* Ends the writer's log and reads all of it; the log must be sound. */
void evtx_expect(struct evtx_writer *w, const char *xml);

uint64_t evtx_get(const uint8_t *at, size_t size);
void evtx_set(uint8_t *at, uint64_t v, size_t size);

#endif
