/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Volumes that the user names on the command line: "E:", a mount path, a cluster shared volume's
 * path, a device id or a share; case and a trailing '\' do not matter. */
#ifndef HV_CHECK_VOLUME_SET_H
#define HV_CHECK_VOLUME_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "check/option.h"
#include "model/host.h"

struct hv_volume_set {
	struct hv_volume_set_item {
		const char *text;               /* as the user gave it */
		const char *path;               /* normalised, without a trailing '\' */
		const struct hv_volume *volume; /* NULL: not among the known volumes */
		bool is_share;
	} * items;
	size_t count;
	const char *text; /* "C:, D:" */
};

/* Looks up each name. False when memory is short. */
bool hv_volume_set_make(struct hv_volume_set *ret, struct hv_arena *arena,
	const struct hv_list *names, const struct hv_host *host);

bool hv_volume_set_contains(const struct hv_volume_set *set, const struct hv_place *place);

#endif
