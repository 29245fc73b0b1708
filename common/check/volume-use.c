/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Volumes that virtual machines use. One pass over the host: VMs are many, and so
 * may volumes be. */
#include "check/volume-use.h"

#include "base/utf.h"

static const char *const use_names[HV_USE_COUNT] = {
	[HV_USE_DISKS] = "disks",
	[HV_USE_SNAPSHOT_FOLDER] = "checkpoint folder",
	[HV_USE_SWAP_FILE] = "smart paging file",
	[HV_USE_CONFIGURATION] = "configuration folder",
	[HV_USE_SHADOW_COPIES] = "shadow copies",
};

static void add_user(struct hv_users *users, const void *user, const char *name)
{
	if (users->last == user)
		return;
	users->last = user;
	if (users->count < HV_USE_MAX_NAMES)
		users->names[users->count] = name;
	users->count++;
}

static void add_unplaced(struct hv_volume_uses *uses, const struct hv_vm *vm, const char *what,
	const struct hv_place *place)
{
	uses->unclear += place->key == NULL;
	if (uses->unplaced_count == HV_USE_MAX_UNPLACED) {
		uses->unplaced_more++;
		return;
	}
	uses->unplaced[uses->unplaced_count++] = (struct hv_unplaced){
		.vm = vm, .what = what, .path = place->path, .understood = place->key != NULL
	};
}

/* The row of the volume that the place names; NULL when there is no room for another. */
static struct hv_missing_volume *find_missing(
	struct hv_volume_uses *uses, const struct hv_place *place)
{
	for (size_t i = 0; i < uses->missing_count; i++)
		if (hv_utf8_caseeq(uses->missing[i].place->key, place->key))
			return &uses->missing[i];
	if (uses->missing_count == HV_USE_MAX_MISSING)
		return NULL;
	uses->missing[uses->missing_count].place = place;
	return &uses->missing[uses->missing_count++];
}

static void add_missing(struct hv_volume_uses *uses, const struct hv_vm *vm, enum hv_use use,
	const struct hv_place *place)
{
	struct hv_missing_volume *missing;

	if (place->key == NULL)
		return;
	missing = find_missing(uses, place);
	if (missing != NULL)
		add_user(&missing->use.users[use], vm, vm->name);
	else
		uses->missing_more++;
}

/* The volume's row, or NULL when the place is on no known volume, which is counted then. */
static struct hv_volume_use *add_place(struct hv_volume_uses *uses, const struct hv_host *host,
	const struct hv_vm *vm, enum hv_use use, const char *what, const struct hv_place *place)
{
	struct hv_volume_use *row;

	if (place->kind == HV_PATH_SMB) {
		uses->smb_files++;
		hv_volume_list_add(&uses->shares, place);
		return NULL;
	}
	if (place->volume == NULL) {
		add_unplaced(uses, vm, what, place);
		add_missing(uses, vm, use, place);
		return NULL;
	}
	row = &uses->of[place->volume - host->volumes];
	add_user(&row->users[use], vm, vm->name);
	return row;
}

static void add_configuration(
	struct hv_volume_uses *uses, const struct hv_host *host, const struct hv_vm *vm)
{
	if (vm->configuration.path != NULL)
		add_place(uses, host, vm, HV_USE_CONFIGURATION, "configuration folder",
			&vm->configuration);
}

static void add_vm(struct hv_volume_uses *uses, const struct hv_host *host, const struct hv_vm *vm)
{
	HV_FOREACH_DISK (disk, vm) {
		struct hv_volume_use *row;

		/* A disk of unknown kind that has a file is taken as one that grows. */
		if (disk->kind != HV_DISK_VHD &&
			(disk->kind != HV_DISK_OTHER || disk->place.path == NULL))
			continue;
		row = add_place(uses, host, vm, HV_USE_DISKS, "virtual hard disk", &disk->place);
		if (row == NULL)
			continue;
		if (row->disk == NULL)
			row->disk = disk;
		row->disk_count++;
	}
	if (vm->snapshot_root.path != NULL)
		add_place(uses, host, vm, HV_USE_SNAPSHOT_FOLDER, "checkpoint folder",
			&vm->snapshot_root);
	else
		uses->no_snapshot_folder++;
	if (vm->swap_file_root.path != NULL)
		add_place(uses, host, vm, HV_USE_SWAP_FILE, "smart paging folder",
			&vm->swap_file_root);
}

bool hv_volume_has_files(const struct hv_volume_use *use)
{
	return use->users[HV_USE_DISKS].count > 0 || use->users[HV_USE_SNAPSHOT_FOLDER].count > 0 ||
	       use->users[HV_USE_SWAP_FILE].count > 0 || use->users[HV_USE_CONFIGURATION].count > 0;
}

bool hv_volume_is_used(const struct hv_volume_use *use)
{
	return hv_volume_has_files(use) || use->users[HV_USE_SHADOW_COPIES].count > 0;
}

/* The volumes that keep the shadow copies of volumes with files of VMs. */
static void add_shadow_copies(struct hv_volume_uses *uses, const struct hv_host *host)
{
	for (size_t i = 0; i < uses->count; i++) {
		const struct hv_volume_use *use = &uses->of[i];
		const struct hv_shadow_storage *storage = use->volume->shadow_storage;

		if (hv_volume_has_files(use) && !use->volume->excluded && storage != NULL &&
			storage->diff_volume != NULL && storage->diff_volume != use->volume)
			add_user(&uses->of[storage->diff_volume - host->volumes]
					  .users[HV_USE_SHADOW_COPIES],
				use->volume, use->volume->title);
	}
}

/* All rows, still without use. */
static bool init_uses(
	struct hv_volume_uses *uses, struct hv_arena *arena, const struct hv_host *host)
{
	*uses = (struct hv_volume_uses){ .count = host->volume_count };

	uses->of = hv_arena_array(arena, uses->count > 0 ? uses->count : 1, sizeof(*uses->of));
	uses->unplaced = hv_arena_array(arena, HV_USE_MAX_UNPLACED, sizeof(*uses->unplaced));
	uses->missing = hv_arena_array(arena, HV_USE_MAX_MISSING, sizeof(*uses->missing));
	if (uses->of == NULL || uses->unplaced == NULL || uses->missing == NULL)
		return false;
	for (size_t i = 0; i < uses->count; i++)
		uses->of[i].volume = &host->volumes[i];
	return true;
}

bool hv_volume_uses_make(
	struct hv_volume_uses *ret, struct hv_arena *arena, const struct hv_host *host)
{
	struct hv_volume_uses uses;

	if (!init_uses(&uses, arena, host))
		return false;
	HV_FOREACH_VM (vm, host)
		add_vm(&uses, host, vm);
	add_shadow_copies(&uses, host);
	*ret = uses;
	return true;
}

bool hv_volume_uses_make_all(
	struct hv_volume_uses *ret, struct hv_arena *arena, const struct hv_host *host)
{
	struct hv_volume_uses uses;

	if (!init_uses(&uses, arena, host))
		return false;
	HV_FOREACH_VM (vm, host) {
		add_vm(&uses, host, vm);
		add_configuration(&uses, host, vm);
	}
	add_shadow_copies(&uses, host);
	*ret = uses;
	return true;
}

static const char *users_text(struct hv_arena *arena, const struct hv_users *users)
{
	const char *text = "";

	for (size_t i = 0; i < users->count && i < HV_USE_MAX_NAMES && text != NULL; i++)
		text = hv_arena_printf(arena, "%s%s%s", text, i > 0 ? ", " : "", users->names[i]);
	if (users->count > HV_USE_MAX_NAMES && text != NULL)
		text = hv_arena_printf(
			arena, "%s and %zu more", text, users->count - HV_USE_MAX_NAMES);
	return text;
}

/* Whether both would read the same. */
static bool same_users(const struct hv_users *a, const struct hv_users *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count && i < HV_USE_MAX_NAMES; i++)
		if (a->names[i] != b->names[i])
			return false;
	return true;
}

/* "disks, checkpoint folder": what the users of `first` use the volume for, when no earlier use has
 * the same users; NULL then, or when memory is short. */
static const char *uses_text(struct hv_arena *arena, const struct hv_volume_use *use, size_t first)
{
	const char *text = use_names[first];

	for (size_t i = 0; i < HV_USE_COUNT && text != NULL; i++) {
		if (i == first || !same_users(&use->users[i], &use->users[first]))
			continue;
		if (i < first)
			return NULL;
		text = hv_arena_printf(arena, "%s, %s", text, use_names[i]);
	}
	return text;
}

const char *hv_volume_use_text(struct hv_arena *arena, const struct hv_volume_use *use)
{
	const char *text = "";

	for (size_t i = 0; i < HV_USE_COUNT && text != NULL; i++) {
		const char *what = use->users[i].count > 0 ? uses_text(arena, use, i) : NULL;
		const char *who = what != NULL ? users_text(arena, &use->users[i]) : NULL;

		if (who != NULL)
			text = hv_arena_printf(
				arena, "%s%s%s of %s", text, *text != '\0' ? "; " : "", what, who);
	}
	return text;
}
