/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the drawing of a diagnosed host shows, and where: virtual machines on the left, volumes with
 * the disks on them on the right, a line from each VM to each of its disks. Used inside
 * common/output only. */
#ifndef HV_OUTPUT_DOCTOR_LAYOUT_H
#define HV_OUTPUT_DOCTOR_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "check/diagnosis.h"

enum {
	HV_DRAWING_MAX_VMS = 40,   /* a host with more: only those that are not good are drawn */
	HV_DRAWING_MAX_DISKS = 16, /* of one VM; those to blame first */
	HV_DRAWING_MAX_EMPTY = 12, /* volumes without any of these disks */
};

/* Sizes, in units of the drawing. */
enum {
	HV_DRAWING_WIDTH = 960,
	HV_DRAWING_VM_WIDTH = 280,
	HV_DRAWING_VM_HEIGHT = 60,
	HV_DRAWING_BOX_X = 500,
	HV_DRAWING_BOX_WIDTH = HV_DRAWING_WIDTH - HV_DRAWING_BOX_X - 1,
	HV_DRAWING_BOX_HEAD = 76, /* title and fill level */
	HV_DRAWING_ROW_HEIGHT = 32,
	HV_DRAWING_BOX_FOOT = 8,
	HV_DRAWING_GAP = 18,
	HV_DRAWING_MAX_GAP = 44,
};

enum hv_drawn_box_kind {
	HV_DRAWN_VOLUME,
	HV_DRAWN_SHARE,
	HV_DRAWN_PHYSICAL, /* pass-through disks */
	HV_DRAWN_ELSEWHERE,
};

struct hv_drawn_box {
	enum hv_drawn_box_kind kind;
	const char *key;                /* hv_place.key; NULL: none */
	const char *title;              /* foreign; NULL: the kind says it */
	const struct hv_volume *volume; /* NULL: not told */
	bool guilty;                    /* itself, not a file on it */
	bool first;                     /* holds what is guilty */
	enum hv_state state;            /* the worst that a step says about it; OK: nothing */
	size_t row_count;
	int y, height;
};

/* A disk, or another file to blame, in its box */
struct hv_drawn_row {
	struct hv_drawn_box *box;
	const char *path;       /* foreign; NULL: not told */
	enum hv_disk_kind kind; /* OTHER: no disk */
	bool guilty;
	int y;
};

struct hv_drawn_vm {
	const struct hv_vm_diagnosis *diagnosis;
	size_t lines;
	size_t left_out; /* disks */
	int y;
};

struct hv_drawn_line {
	const struct hv_drawn_vm *vm;
	struct hv_drawn_box *box;
	struct hv_drawn_row *row; /* NULL: to the box */
	bool guilty;
	size_t port; /* where it leaves its VM: from 0, top to bottom */
};

struct hv_drawing {
	struct hv_arena arena;
	struct hv_drawn_vm *vms;
	struct hv_drawn_box *boxes;
	struct hv_drawn_row *rows;
	struct hv_drawn_line *lines;
	size_t vm_count, box_count, row_count, line_count;
	size_t good_left_out, others_left_out; /* VMs */
	size_t volumes_left_out;
	int others_y; /* of the box for VMs that are left out */
	int height;
};

int hv_drawing_init(
	struct hv_drawing *ret, const struct hv_diagnosis *d, struct hv_err *err) HV_MUST_USE;
/* Gives everything its place; the last step of hv_drawing_init(). */
void hv_drawing_place(struct hv_drawing *drawing);
void hv_drawing_done(struct hv_drawing *drawing);
#define HV_AUTO_drawing __attribute__((cleanup(hv_drawing_done))) struct hv_drawing

/* The elements of the drawing. */
void hv_drawing_svg(const struct hv_drawing *g, struct hv_buf *out);

/* The file or volume that the VM's culprit blames; NULL: none. */
const struct hv_subject *hv_drawing_blamed(const struct hv_vm_diagnosis *vm);

#endif
