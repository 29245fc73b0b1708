/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a snapshot tells of the host itself, its volumes and its VMs. */
#include <inttypes.h>

#include "check/backups.h"
#include "mibs/snapshot-maker.h"

enum { SENTENCE_MAX = 16384 }; /* octets: two texts that were cut, and what joins them */

/* "Windows Server 2019 Standard 10.0.17763.6532", as far as it is told */
const char *hv_maker_windows(struct hv_snapshot_maker *m)
{
	const struct hv_version *version = &m->d->host->version;
	const struct hv_build *build = &m->d->host->build;
	HV_AUTO(buf) text = { .max = SENTENCE_MAX };

	hv_buf_adds(&text, hv_maker_name(m, build->product));
	if (version->known)
		hv_buf_addf(&text, "%s%" PRIu32 ".%" PRIu32 ".%" PRIu32, text.len > 0 ? " " : "",
			version->major, version->minor, version->build);
	if (version->known && build->revision.known && build->number.known &&
		build->number.value == version->build)
		hv_buf_addf(&text, ".%" PRIu64, build->revision.value);
	m->failed = m->failed || hv_buf_failed(&text);
	return hv_maker_name(m, hv_buf_str(&text));
}

/* --- Volumes --- */

static size_t count_volumes(const struct hv_diagnosis *d)
{
	size_t count = 0;

	HV_FOREACH_VOLUME (volume, d->host)
		count += !volume->excluded;
	return count;
}

static void fill_volumes(struct hv_snapshot_maker *m, void *rows)
{
	struct hv_snapshot_volume *row = rows;

	HV_FOREACH_VOLUME (volume, m->d->host) {
		if (volume->excluded)
			continue;
		*row++ = (struct hv_snapshot_volume){
			.volume = hv_maker_index(m, volume->title, HV_INDEX_ITEM_MAX),
			.title = hv_maker_name(m, volume->title),
			.label = hv_maker_name(m, volume->label),
			.file_system = hv_maker_name(m, volume->file_system),
			.capacity_bytes = volume->capacity_bytes,
			.free_bytes = volume->free_bytes,
		};
	}
}

static bool rename_volume(struct hv_arena *arena, void *row, uint32_t n)
{
	struct hv_snapshot_volume *volume = row;

	volume->volume = hv_index_numbered(arena, volume->volume, n, HV_INDEX_ITEM_MAX);
	return volume->volume != NULL;
}

const struct hv_snapshot_source hv_snapshot_volume_source = {
	count_volumes,
	fill_volumes,
	rename_volume,
};

/* --- VMs --- */

static size_t count_vms(const struct hv_diagnosis *d)
{
	return d->vm_count;
}

/* Images and floppies are no part of a backup. */
static uint64_t count_disks(const struct hv_vm *vm)
{
	uint64_t count = 0;

	HV_FOREACH_DISK (disk, vm)
		count += disk->kind != HV_DISK_ISO && disk->kind != HV_DISK_FLOPPY;
	return count;
}

static struct hv_time last_backup(const struct hv_vm *vm)
{
	if (!hv_backup_time_is_set(&vm->last_backup) ||
		!hv_snapshot_time_fits(vm->last_backup.usec))
		return (struct hv_time){ .known = false };
	return vm->last_backup;
}

/* "VM 'sql01': ..." */
static const char *finding_text(struct hv_snapshot_maker *m, const struct hv_finding *f)
{
	HV_AUTO(buf) text = { .max = SENTENCE_MAX };

	if (f->item)
		hv_buf_addf(&text, "%s: ", hv_maker_sentence(m, f->item));
	hv_buf_adds(&text, hv_maker_sentence(m, f->text));
	return hv_maker_buffered(m, &text);
}

static void fill_vm(struct hv_snapshot_maker *m, struct hv_snapshot_vm *row,
	const struct hv_vm_diagnosis *diagnosis)
{
	const struct hv_vm *vm = diagnosis->vm;
	const struct hv_finding *f = diagnosis->culprit ? diagnosis->culprit->finding : NULL;

	*row = (struct hv_snapshot_vm){
		.vm = hv_maker_index(m, vm->id, HV_INDEX_VM_MAX),
		.name = hv_maker_name(m, vm->name),
		.state = vm->state,
		.guest = hv_maker_name(m, vm->guest.os_name),
		.disks = count_disks(vm),
		.checkpoints = vm->checkpoint_count,
		.last_backup = last_backup(vm),
		.outlook = diagnosis->outlook,
		.culprit = f ? finding_text(m, f) : "",
		.remedy = hv_maker_lines(m, f ? f->remedy : NULL),
	};
}

static void fill_vms(struct hv_snapshot_maker *m, void *rows)
{
	for (size_t i = 0; i < m->d->vm_count; i++)
		fill_vm(m, (struct hv_snapshot_vm *)rows + i, &m->d->vms[i]);
}

static bool rename_vm(struct hv_arena *arena, void *row, uint32_t n)
{
	struct hv_snapshot_vm *vm = row;

	vm->vm = hv_index_numbered(arena, vm->vm, n, HV_INDEX_VM_MAX);
	return vm->vm != NULL;
}

const struct hv_snapshot_source hv_snapshot_vm_source = {
	count_vms,
	fill_vms,
	rename_vm,
};
