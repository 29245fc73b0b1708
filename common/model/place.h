/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which volume a path lies on, by the longest mount path that it begins with. Used inside
 * common/model only. */
#ifndef HV_MODEL_PLACE_H
#define HV_MODEL_PLACE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/host.h"

/* One name of a volume: its device id or a path it is mounted at. */
struct hv_volume_name {
	const char *text;               /* normalised, without a '\' at the end */
	const char *device_id;          /* normalised likewise; NULL when not told */
	const struct hv_volume *volume; /* NULL: mounted there, but not among the volumes */
};

/* All names of all volumes of a host, sorted. */
struct hv_volume_names {
	struct hv_volume_name *items; /* owned */
	size_t count;
	size_t longest_mount; /* bytes of the longest mount path */
	struct hv_buf scratch;
	bool failed; /* memory was short at some place */
};

/* A mount path or device id as names are compared and shown: normalised, without a '\' at the end
 * ("D:"). In the arena; NULL when memory is short. */
const char *hv_volume_name_text(struct hv_arena *arena, const char *path);

/* The volumes must not move any more. */
int hv_volume_names_init(
	struct hv_volume_names *names, struct hv_host *host, struct hv_err *err) HV_MUST_USE;
void hv_volume_names_done(struct hv_volume_names *names);
#define HV_AUTO_volume_names __attribute__((cleanup(hv_volume_names_done))) struct hv_volume_names

/* The volume of this device id, in any spelling; NULL when there is none. */
const struct hv_volume *hv_volume_names_device(
	struct hv_volume_names *names, struct hv_arena *arena, const char *device_id);

/* Computes a place from its path. Short memory shows in the arena and in names->failed. */
void hv_place_locate(struct hv_place *place, struct hv_volume_names *names, struct hv_arena *arena);

#endif
