/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the drawing of a host shows. */
#include "output/doctor-layout.h"

#include <string.h>

#include "base/utf.h"

enum {
	DRAWING_BYTES_MAX = 64 << 20,
	VM_LINES = HV_DRAWING_MAX_DISKS + 1, /* the other one to a blamed file that is no disk */
};

/* A box as it is looked for */
struct wanted_box {
	enum hv_drawn_box_kind kind;
	const char *key;
	const char *title;
	const struct hv_volume *volume;
};

const struct hv_subject *hv_drawing_blamed(const struct hv_vm_diagnosis *vm)
{
	const struct hv_subject *about = vm->culprit ? &vm->culprit->finding->about : NULL;

	if (!about)
		return NULL;
	/* A volume that is merely a risk has its state in its box. */
	return about->path || (about->volume && vm->outlook == HV_OUTLOOK_BAD) ? about : NULL;
}

static bool is_same(const char *a, const char *b)
{
	return a && b && hv_utf8_caseeq(a, b);
}

static bool is_box(const struct hv_drawn_box *box, const struct wanted_box *wanted)
{
	if (box->volume && box->volume == wanted->volume)
		return true;
	if (box->key || wanted->key)
		return is_same(box->key, wanted->key);
	return !box->volume && !wanted->volume && box->kind == wanted->kind;
}

static struct hv_drawn_box *get_box(struct hv_drawing *g, const struct wanted_box *wanted)
{
	struct hv_drawn_box *box;

	for (size_t i = 0; i < g->box_count; i++)
		if (is_box(&g->boxes[i], wanted))
			return &g->boxes[i];
	box = &g->boxes[g->box_count++];
	*box = (struct hv_drawn_box){
		.kind = wanted->kind,
		.key = wanted->key,
		.title = wanted->title,
		.volume = wanted->volume,
	};
	return box;
}

static struct wanted_box box_of_place(const struct hv_place *place)
{
	return (struct wanted_box){
		.kind = place->kind == HV_PATH_SMB ? HV_DRAWN_SHARE
			: place->key               ? HV_DRAWN_VOLUME
						   : HV_DRAWN_ELSEWHERE,
		.key = place->key,
		.title = place->volume ? place->volume->title : place->root,
		.volume = place->volume,
	};
}

static struct wanted_box box_of_disk(const struct hv_disk *disk)
{
	if (disk->kind == HV_DISK_PASS_THROUGH)
		return (struct wanted_box){ .kind = HV_DRAWN_PHYSICAL };
	return box_of_place(&disk->place);
}

/* A finding names a volume by the key of the files on it: the device id, mostly, which volumes tell
 * with a '\' at its end. */
static bool has_key(const struct hv_volume *volume, const char *key)
{
	size_t len = volume->device_id ? hv_utf8_caseprefix(volume->device_id, key) : 0;

	return is_same(volume->title, key) ||
	       (len > 0 && strcmp(volume->device_id + len, "\\") == 0) ||
	       is_same(volume->device_id, key);
}

static const struct hv_volume *volume_of(const struct hv_host *host, const struct hv_subject *about)
{
	const struct hv_volume *found = NULL;
	size_t longest = 0;

	HV_FOREACH_VOLUME (v, host) {
		size_t len;

		if (about->volume && has_key(v, about->volume))
			return v;
		len = about->path && v->title ? hv_utf8_caseprefix(about->path, v->title) : 0;
		if (!about->volume && len > longest &&
			(about->path[len] == '\\' || about->path[len] == '\0')) {
			longest = len;
			found = v;
		}
	}
	return found;
}

/* Of what is to blame and is none of the VM's disks. */
static struct hv_drawn_box *box_of_blamed(
	struct hv_drawing *g, const struct hv_host *host, const struct hv_subject *about)
{
	const struct hv_volume *volume = volume_of(host, about);
	struct wanted_box wanted = {
		.kind = about->volume || volume ? HV_DRAWN_VOLUME : HV_DRAWN_ELSEWHERE,
		.key = about->volume,
		.title = volume ? volume->title : about->volume,
		.volume = volume,
	};

	return get_box(g, &wanted);
}

/* Several VMs may share a disk. */
static struct hv_drawn_row *get_row(
	struct hv_drawing *g, struct hv_drawn_box *box, const char *path, enum hv_disk_kind kind)
{
	struct hv_drawn_row *row;

	for (size_t i = 0; i < g->row_count; i++)
		if (g->rows[i].box == box && is_same(g->rows[i].path, path))
			return &g->rows[i];
	row = &g->rows[g->row_count++];
	*row = (struct hv_drawn_row){ .box = box, .path = path, .kind = kind };
	box->row_count++;
	return row;
}

static void add_line(struct hv_drawing *g, struct hv_drawn_vm *vm, struct hv_drawn_box *box,
	struct hv_drawn_row *row, bool guilty)
{
	g->lines[g->line_count++] = (struct hv_drawn_line){
		.vm = vm,
		.box = box,
		.row = row,
		.guilty = guilty,
	};
	vm->lines++;
	if (!guilty)
		return;
	box->first = true;
	if (row)
		row->guilty = true;
	else
		box->guilty = true;
}

static bool is_blamed(const struct hv_disk *disk, const struct hv_subject *about)
{
	return about && is_same(disk->place.path, about->path);
}

/* The disks that are to blame, or the others. Returns how many there are. */
static size_t add_disks(
	struct hv_drawing *g, struct hv_drawn_vm *vm, const struct hv_subject *about, bool guilty)
{
	size_t count = 0;

	HV_FOREACH_DISK (disk, vm->diagnosis->vm) {
		struct wanted_box wanted = box_of_disk(disk);
		struct hv_drawn_box *box;

		if (is_blamed(disk, about) != guilty)
			continue;
		count++;
		if (vm->lines == HV_DRAWING_MAX_DISKS) {
			vm->left_out++;
			continue;
		}
		box = get_box(g, &wanted);
		add_line(g, vm, box, get_row(g, box, disk->place.path, disk->kind), guilty);
	}
	return count;
}

static void add_vm(
	struct hv_drawing *g, const struct hv_host *host, const struct hv_vm_diagnosis *diagnosis)
{
	const struct hv_subject *about = hv_drawing_blamed(diagnosis);
	struct hv_drawn_vm *vm = &g->vms[g->vm_count++];

	*vm = (struct hv_drawn_vm){ .diagnosis = diagnosis };
	if (add_disks(g, vm, about, true) == 0 && about) {
		struct hv_drawn_box *box = box_of_blamed(g, host, about);
		struct hv_drawn_row *row =
			about->path ? get_row(g, box, about->path, HV_DISK_OTHER) : NULL;

		add_line(g, vm, box, row, true);
	}
	add_disks(g, vm, about, false);
}

static void add_vms(struct hv_drawing *g, const struct hv_diagnosis *d)
{
	bool all = d->vm_count <= HV_DRAWING_MAX_VMS;

	for (size_t i = 0; i < d->vm_count; i++) {
		const struct hv_vm_diagnosis *vm = &d->vms[i];

		if (all || (vm->outlook != HV_OUTLOOK_GOOD && g->vm_count < HV_DRAWING_MAX_VMS))
			add_vm(g, d->host, vm);
		else if (vm->outlook == HV_OUTLOOK_GOOD)
			g->good_left_out++;
		else
			g->others_left_out++;
	}
}

static bool has_box(const struct hv_drawing *g, const struct hv_volume *volume)
{
	for (size_t i = 0; i < g->box_count; i++)
		if (g->boxes[i].volume == volume)
			return true;
	return false;
}

/* A volume that is known by its device id alone, such as "System Reserved", tells people nothing.
 */
static bool has_name(const struct hv_volume *volume)
{
	return volume->title && strncmp(volume->title, "\\\\?\\", 4) != 0;
}

static void add_empty_volumes(struct hv_drawing *g, const struct hv_host *host)
{
	size_t added = 0;

	HV_FOREACH_VOLUME (v, host) {
		struct wanted_box wanted = { .title = v->title, .volume = v };

		if (v->excluded || has_box(g, v))
			continue;
		if (!has_name(v) || added == HV_DRAWING_MAX_EMPTY) {
			g->volumes_left_out++;
			continue;
		}
		get_box(g, &wanted);
		added++;
	}
}

static void add_state(struct hv_drawing *g, const struct hv_finding *f)
{
	for (size_t i = 0; f->about.volume && i < g->box_count; i++) {
		struct hv_drawn_box *box = &g->boxes[i];

		if (is_same(box->key, f->about.volume) ||
			(box->volume && has_key(box->volume, f->about.volume)))
			box->state = hv_state_worse(box->state, f->state);
	}
}

/* What the steps say about the volumes themselves. */
static void add_states(struct hv_drawing *g, const struct hv_diagnosis *d)
{
	for (size_t i = 0; i < d->host_evidence_count; i++)
		add_state(g, d->host_evidence[i].finding);
	for (size_t i = 0; i < g->vm_count; i++) {
		const struct hv_vm_diagnosis *vm = g->vms[i].diagnosis;

		for (size_t e = 0; e < vm->evidence_count; e++)
			add_state(g, vm->evidence[e].finding);
	}
}

static int reserve(struct hv_drawing *g, const struct hv_diagnosis *d)
{
	size_t vms = d->vm_count < HV_DRAWING_MAX_VMS ? d->vm_count : HV_DRAWING_MAX_VMS;
	size_t lines = vms * VM_LINES + 1;

	g->vms = hv_arena_array(&g->arena, vms + 1, sizeof(*g->vms));
	g->lines = hv_arena_array(&g->arena, lines, sizeof(*g->lines));
	g->rows = hv_arena_array(&g->arena, lines, sizeof(*g->rows));
	g->boxes = hv_arena_array(&g->arena, lines + HV_DRAWING_MAX_EMPTY, sizeof(*g->boxes));
	return hv_arena_failed(&g->arena) ? -1 : 0;
}

int hv_drawing_init(struct hv_drawing *ret, const struct hv_diagnosis *d, struct hv_err *err)
{
	*ret = (struct hv_drawing){ .height = 0 };
	hv_arena_init(&ret->arena, DRAWING_BYTES_MAX);
	if (reserve(ret, d))
		return hv_err_no_memory(err);
	add_vms(ret, d);
	add_empty_volumes(ret, d->host);
	add_states(ret, d);
	hv_drawing_place(ret);
	return 0;
}

void hv_drawing_done(struct hv_drawing *drawing)
{
	hv_arena_done(&drawing->arena);
}
