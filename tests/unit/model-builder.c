/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts for tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/parse.h"
#include "model-builder.h"

static void set_folder(struct hv_place *place, struct hv_host *host, const char *path)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_place_set_folder(place, host, path, &err), 0);
}

static struct hv_u64 number(uint64_t value)
{
	return (struct hv_u64){ .value = value, .known = true };
}

void build_host(struct hv_host *host, const char *version)
{
	hv_host_init(host);
	host->name = "HV01";
	host->version = hv_version_parse(version);
	for (unsigned int i = 0; i < HV_SECTION_COUNT; i++)
		if (i != HV_SECTION_EVENTS)
			hv_host_section_present(host, (enum hv_section)i, "test");
}

void build_vm_folders(struct hv_host *host, const char *id, const char *name, const char *guest,
	const char *configuration, const char *snapshots, const char *swap_file)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_vm *vm = hv_host_add_vm(host, &err);

	assert_non_null(vm);
	vm->id = id;
	vm->name = name;
	vm->listed = true;
	vm->guest.os_version = hv_version_parse(guest);
	vm->guest.is_windows = guest != NULL;
	set_folder(&vm->configuration, host, configuration);
	set_folder(&vm->snapshot_root, host, snapshots);
	set_folder(&vm->swap_file_root, host, swap_file);
}

void build_vm(struct hv_host *host, const char *id, const char *name, const char *guest,
	const char *folder)
{
	build_vm_folders(host, id, name, guest, folder, folder, NULL);
}

void build_disk_kind(
	struct hv_host *host, const char *owner_id, enum hv_disk_kind kind, const char *path)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_disk *disk = hv_host_add_disk(host, &err);

	assert_non_null(disk);
	disk->owner_id = owner_id;
	disk->kind = kind;
	disk->bus = HV_BUS_SCSI;
	disk->controller = number(0);
	disk->slot = number(host->disk_count - 1);
	assert_int_equal(hv_place_set(&disk->place, host, path, &err), 0);
}

void build_disk(struct hv_host *host, const char *owner_id, const char *path)
{
	build_disk_kind(host, owner_id, HV_DISK_VHD, path);
}

void build_checkpoint(
	struct hv_host *host, const char *vm_id, const char *id, enum hv_checkpoint_kind kind)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_checkpoint *checkpoint = hv_host_add_checkpoint(host, &err);

	assert_non_null(checkpoint);
	checkpoint->id = id;
	checkpoint->vm_id = vm_id;
	checkpoint->kind = kind;
}

const char *build_device_id(struct hv_host *host, char id)
{
	const char *text = hv_arena_printf(&host->arena,
		"\\\\?\\Volume{00000000-0000-0000-0000-0000000000%02x}\\", (unsigned char)id);

	assert_non_null(text);
	return text;
}

void build_volume(
	struct hv_host *host, char id, const char *name, uint64_t capacity, uint64_t free_bytes)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_volume *volume = hv_host_add_volume(host, &err);

	assert_non_null(volume);
	volume->device_id = build_device_id(host, id);
	volume->name = name != NULL ? name : volume->device_id;
	volume->capacity_bytes = number(capacity);
	volume->free_bytes = number(free_bytes);
}

void build_shadow_storage(struct hv_host *host, char of, char on, uint64_t used, uint64_t max_bytes)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_shadow_storage *storage = hv_host_add_shadow_storage(host, &err);

	assert_non_null(storage);
	storage->volume_id = build_device_id(host, of);
	storage->diff_volume_id = build_device_id(host, on);
	storage->allocated_bytes = number(used);
	storage->used_bytes = number(used);
	storage->max_bytes = number(max_bytes);
}

void build_end(struct hv_host *host)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_host_link(host, &err), 0);
}

void *config_member(const struct hv_check *check, void *config, const char *option)
{
	for (const struct hv_opt *o = check->options; o->name != NULL; o++)
		if (strcmp(o->name, option) == 0)
			return (char *)config + o->offset;
	fail_msg("no option %s", option);
	return NULL;
}

void config_defaults(const struct hv_check *check, void *config)
{
	struct hv_err err = HV_ERR_INIT;

	memset(config, 0, check->config_size);
	for (const struct hv_opt *o = check->options; o->name != NULL; o++) {
		void *member = (char *)config + o->offset;

		if (o->def == NULL)
			continue;
		if (o->type == HV_OPT_RANGE) {
			assert_int_equal(hv_range_parse(o->def, member, &err), 0);
		} else if (o->type == HV_OPT_BYTES) {
			struct hv_bytes *bytes = member;

			assert_int_equal(hv_parse_bytes(o->def, &bytes->bytes, &err), 0);
			bytes->set = true;
		} else if (o->type == HV_OPT_DURATION) {
			struct hv_duration *duration = member;

			assert_int_equal(hv_duration_parse(o->def, &duration->usec, &err), 0);
			duration->set = true;
		} else {
			fail_msg("default of --%s is of a type that tests do not set", o->name);
		}
	}
}

const struct hv_finding *find_finding(
	const struct hv_report *r, const char *item, const char *rule, unsigned int n)
{
	for (const struct hv_finding *f = r->findings; f != NULL; f = f->next) {
		if (item != NULL && (f->item == NULL || strcmp(f->item, item) != 0))
			continue;
		if (rule != NULL && (f->rule == NULL || strcmp(f->rule, rule) != 0))
			continue;
		if (n-- == 0)
			return f;
	}
	return NULL;
}

const struct hv_metric *find_metric(const struct hv_report *r, const char *label)
{
	for (const struct hv_metric *m = r->metrics; m != NULL; m = m->next)
		if (strcmp(m->label, label) == 0)
			return m;
	return NULL;
}
