/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Volumes that the user names, matched with those of the host. */
#include "check/volume-set.h"

#include <string.h>

#include "base/utf.h"

/* Whether two paths name the same volume, apart from case and a trailing '\'. */
static bool same_path(const char *a, const char *b)
{
	size_t len;

	if (a == NULL || b == NULL)
		return false;
	len = hv_utf8_caseprefix(b, a);
	return (len > 0 || *a == '\0') && (b[len] == '\0' || strcmp(b + len, "\\") == 0);
}

/* path has no trailing '\'. */
static const struct hv_volume *find_volume(const struct hv_host *host, const char *path)
{
	HV_FOREACH_VOLUME (volume, host)
		if (same_path(path, volume->name) || same_path(path, volume->device_id) ||
			same_path(path, volume->title))
			return volume;
	for (size_t i = 0; i < host->mount_point_count; i++)
		if (same_path(path, host->mount_points[i].directory))
			return hv_host_volume(host, host->mount_points[i].device_id);
	return NULL;
}

bool hv_volume_set_make(struct hv_volume_set *ret, struct hv_arena *arena,
	const struct hv_list *names, const struct hv_host *host)
{
	struct hv_volume_set set = { .count = names->count, .text = "" };

	set.items = hv_arena_array(arena, names->count > 0 ? names->count : 1, sizeof(*set.items));
	if (set.items == NULL)
		return false;
	for (size_t i = 0; i < names->count; i++) {
		struct hv_volume_set_item *item = &set.items[i];
		const char *path = hv_path_normalise(arena, names->items[i]);
		size_t len, root_len;

		if (path == NULL)
			return false;
		len = strlen(path);
		item->text = names->items[i];
		while (len > 0 && path[len - 1] == '\\')
			len--;
		item->path = hv_arena_strndup(arena, path, len);
		set.text =
			hv_arena_printf(arena, "%s%s%s", set.text, i > 0 ? ", " : "", item->text);
		if (item->path == NULL || set.text == NULL)
			return false;
		item->volume = find_volume(host, item->path);
		item->is_share = hv_path_split(item->path, &root_len) == HV_PATH_SMB;
	}
	*ret = set;
	return true;
}

bool hv_volume_set_contains(const struct hv_volume_set *set, const struct hv_place *place)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct hv_volume_set_item *item = &set->items[i];

		if (item->volume != NULL ? item->volume == place->volume
					 : same_path(item->path, place->root))
			return true;
	}
	return false;
}
