/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The making of a snapshot, shared by its tables. Used by mibs/snapshot-make*.c alone. */
#ifndef HV_MIBS_SNAPSHOT_MAKER_H
#define HV_MIBS_SNAPSHOT_MAKER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "check/diagnosis.h"
#include "mibs/snapshot-parts.h"

/* Every text is a copy of its own, also where rows share it: so reading what was written never
 * takes more memory than making it. */
struct hv_snapshot_maker {
	struct hv_arena *arena;
	const struct hv_diagnosis *d;
	bool failed; /* memory short, or the snapshot full */
};

/* Where the rows of a table come from. */
struct hv_snapshot_source {
	size_t (*count)(const struct hv_diagnosis *d);
	void (*fill)(struct hv_snapshot_maker *m, void *rows); /* as many, zeroed */
	hv_snapshot_rename_fn *rename;
};
extern const struct hv_snapshot_source hv_snapshot_metric_source;
extern const struct hv_snapshot_source hv_snapshot_volume_source;
extern const struct hv_snapshot_source hv_snapshot_vm_source;

/* Texts that are fit; never NULL. s NULL: "". */
const char *hv_maker_name(struct hv_snapshot_maker *m, const char *s);
const char *hv_maker_sentence(struct hv_snapshot_maker *m, const char *s);
const char *hv_maker_lines(struct hv_snapshot_maker *m, const char *s);
const char *hv_maker_buffered(struct hv_snapshot_maker *m, const struct hv_buf *text);
const char *hv_maker_index(struct hv_snapshot_maker *m, const char *name, size_t max);
/* "layout" */
const char *hv_maker_check(struct hv_snapshot_maker *m, const struct hv_step_result *result);
/* "Windows Server 2019 Standard 10.0.17763.6532", as far as it is told */
const char *hv_maker_windows(struct hv_snapshot_maker *m);

#endif
