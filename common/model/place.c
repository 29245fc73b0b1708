/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From paths to volumes. A folder of another volume may be mounted anywhere, so the longest mount
 * path wins [Win32_Volume.Name, Win32_MountPoint.Directory]. */
#include "model/place.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"

const char *hv_volume_name_text(struct hv_arena *arena, const char *path)
{
	const char *text = hv_path_normalise(arena, path);
	size_t len = text ? strlen(text) : 0;

	return len > 1 && text[len - 1] == '\\' ? hv_arena_strndup(arena, text, len - 1) : text;
}

static bool is_told(const char *s)
{
	return s && *s;
}

static void add_name(struct hv_volume_names *names, struct hv_arena *arena, const char *path,
	const char *device_id, const struct hv_volume *volume)
{
	if (!is_told(path))
		return;
	names->items[names->count++] = (struct hv_volume_name){
		.text = hv_volume_name_text(arena, path),
		.device_id = is_told(device_id) ? hv_volume_name_text(arena, device_id) : NULL,
		.volume = volume,
	};
}

/* A path that others may lie below. A volume that is not mounted gives its device id for one. */
static void add_mount(struct hv_volume_names *names, struct hv_arena *arena, const char *path,
	const char *device_id, const struct hv_volume *volume)
{
	size_t len = path ? strlen(path) : 0;
	size_t unused;

	add_name(names, arena, path, device_id, volume);
	if (len > names->longest_mount && hv_path_split(path, &unused) != HV_PATH_VOLUME)
		names->longest_mount = len;
}

/* Names of known volumes stand before others of the same text. */
static int compare_names(const void *a, const void *b)
{
	const struct hv_volume_name *name_a = a;
	const struct hv_volume_name *name_b = b;
	int order = hv_utf8_casecmp(name_a->text, name_b->text);

	return order ? order : (name_a->volume == NULL) - (name_b->volume == NULL);
}

static void sort_names(struct hv_volume_names *names)
{
	if (names->count > 0)
		qsort(names->items, names->count, sizeof(*names->items), compare_names);
}

/* The first of the names with this text; NULL when there is none. */
static const struct hv_volume_name *find_name(
	const struct hv_volume_names *names, const char *text, size_t count)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hv_utf8_casecmp(names->items[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < count && hv_utf8_caseeq(names->items[low].text, text))
		return &names->items[low];
	return NULL;
}

/* Mount points tell a device id; the names of the volumes, sorted already, tell which volume it is.
 */
static void add_mount_points(
	struct hv_volume_names *names, struct hv_host *host, size_t volume_names)
{
	for (size_t i = 0; i < host->mount_point_count; i++) {
		const struct hv_mount_point *mount = &host->mount_points[i];
		const char *device = is_told(mount->device_id)
					     ? hv_volume_name_text(&host->arena, mount->device_id)
					     : NULL;
		const struct hv_volume_name *name =
			device ? find_name(names, device, volume_names) : NULL;

		add_mount(names, &host->arena, mount->directory, mount->device_id,
			name ? name->volume : NULL);
	}
}

int hv_volume_names_init(struct hv_volume_names *names, struct hv_host *host, struct hv_err *err)
{
	size_t count = host->volume_count * 2 + host->mount_point_count;

	*names = (struct hv_volume_names){ .items = hv_alloc_array(count, sizeof(*names->items)) };
	hv_buf_init(&names->scratch, HV_HOST_MAX_BYTES);
	if (!names->items)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < host->volume_count; i++) {
		const struct hv_volume *volume = &host->volumes[i];

		add_mount(names, &host->arena, volume->name, volume->device_id, volume);
		add_name(names, &host->arena, volume->device_id, volume->device_id, volume);
	}
	if (hv_arena_failed(&host->arena))
		return hv_err_no_memory(err);
	sort_names(names);
	add_mount_points(names, host, names->count);
	if (hv_arena_failed(&host->arena))
		return hv_err_no_memory(err);
	sort_names(names);
	return 0;
}

void hv_volume_names_done(struct hv_volume_names *names)
{
	hv_free(names->items);
	hv_buf_done(&names->scratch);
	*names = (struct hv_volume_names){ .count = 0 };
}

const struct hv_volume *hv_volume_names_device(
	struct hv_volume_names *names, struct hv_arena *arena, const char *device_id)
{
	const char *text = is_told(device_id) ? hv_volume_name_text(arena, device_id) : NULL;
	const struct hv_volume_name *name = text ? find_name(names, text, names->count) : NULL;

	return name ? name->volume : NULL;
}

/* Shortens the text by its last component. False when nothing but the first `root_len` bytes is
 * left. */
static bool to_parent(struct hv_buf *path, size_t root_len)
{
	size_t len = path->len;

	while (len > root_len && path->data[len - 1] != '\\')
		len--;
	if (len <= root_len)
		return false;
	hv_buf_truncate(path, len - 1);
	return true;
}

/* The name that is the longest part of the path, down to its syntactic root. So a path below
 * C:\ClusterStorage\Volume1 is never taken for one on C:. *ret_len: bytes of the path that match.
 */
static const struct hv_volume_name *longest_name(struct hv_volume_names *names,
	const struct hv_place *place, size_t root_len, size_t *ret_len)
{
	struct hv_buf *path = &names->scratch;
	const struct hv_volume_name *name = NULL;

	hv_buf_clear(path);
	hv_buf_adds(path, place->path);
	if (hv_buf_failed(path)) {
		names->failed = true; /* the next clear forgets it */
		return NULL;
	}
	if (place->path[path->len - 1] == '\\')
		hv_buf_truncate(path, path->len - 1);
	else if (!place->is_folder)
		(void)to_parent(path, root_len);
	do {
		if (path->len <= names->longest_mount || place->kind == HV_PATH_VOLUME)
			name = find_name(names, hv_buf_str(path), names->count);
	} while (!name && to_parent(path, root_len));
	*ret_len = path->len;
	return name;
}

/* A path by device id says nothing to people; the volume may have a better name. */
static void name_root(struct hv_place *place, struct hv_arena *arena)
{
	if (place->kind == HV_PATH_VOLUME && place->volume)
		place->root = place->volume->title;
	else
		place->root = hv_arena_strndup(arena, place->path, place->root_len);
	place->key = place->root;
}

static bool lies_in_root(const struct hv_place *place)
{
	const char *rest = place->path + place->root_len;

	if (*rest == '\\')
		rest++;
	if (place->is_folder)
		return *rest == '\0';
	return *rest != '\0' && strchr(rest, '\\') == NULL;
}

void hv_place_locate(struct hv_place *place, struct hv_volume_names *names, struct hv_arena *arena)
{
	const struct hv_volume_name *name = NULL;
	size_t name_len;

	if (!place->path)
		return;
	place->kind = hv_path_split(place->path, &place->root_len);
	if (place->kind == HV_PATH_OTHER)
		return;
	if (place->kind != HV_PATH_SMB)
		name = longest_name(names, place, place->root_len, &name_len);
	if (name) {
		place->root_len = name_len;
		place->volume = name->volume;
	}
	name_root(place, arena);
	if (name && name->device_id)
		place->key = name->device_id;
	place->in_root = lies_in_root(place);
}
