/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things stand in the drawing of a host. Boxes are as high as what they hold, so nothing
 * overlaps whatever the host has. */
#include "output/doctor-layout.h"

/* Boxes from top to bottom, those with the guilt first. Returns the height of all. */
static int place_boxes(struct hv_drawing *g)
{
	int y = 1;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < g->box_count; i++) {
			struct hv_drawn_box *box = &g->boxes[i];

			if (box->first != (pass == 0))
				continue;
			box->y = y;
			box->height = HV_DRAWING_BOX_HEAD;
			for (size_t r = 0; r < g->row_count; r++) {
				if (g->rows[r].box != box)
					continue;
				g->rows[r].y = box->y + box->height;
				box->height += HV_DRAWING_ROW_HEIGHT;
			}
			box->height += box->row_count > 0 ? HV_DRAWING_BOX_FOOT : 0;
			y += box->height + HV_DRAWING_GAP;
		}
	}
	return y - HV_DRAWING_GAP + 1;
}

/* VMs from top to bottom, spread along the boxes. */
static int place_vms(struct hv_drawing *g, int height)
{
	bool others = g->good_left_out + g->others_left_out > 0;
	int count = (int)g->vm_count + (others ? 1 : 0);
	int spare = count > 0 ? height / count - HV_DRAWING_VM_HEIGHT : 0;
	int gap = spare < HV_DRAWING_GAP       ? HV_DRAWING_GAP
		  : spare > HV_DRAWING_MAX_GAP ? HV_DRAWING_MAX_GAP
					       : spare;
	int y = 1;

	for (size_t i = 0; i < g->vm_count; i++) {
		g->vms[i].y = y;
		y += HV_DRAWING_VM_HEIGHT + gap;
	}
	g->others_y = y;
	return 1 + count * (HV_DRAWING_VM_HEIGHT + gap) - gap + 1;
}

static int end_of(const struct hv_drawn_line *line)
{
	return line->row ? line->row->y : line->box->y;
}

/* Lines leave a VM in the order in which they arrive, so that they do not cross at its door. */
static void place_ports(struct hv_drawing *g)
{
	for (size_t i = 0; i < g->line_count; i++) {
		for (size_t k = 0; k < g->line_count; k++) {
			int a = end_of(&g->lines[k]);
			int b = end_of(&g->lines[i]);

			if (g->lines[k].vm == g->lines[i].vm && (a < b || (a == b && k < i)))
				g->lines[i].port++;
		}
	}
}

void hv_drawing_place(struct hv_drawing *g)
{
	int boxes = place_boxes(g);
	int vms = place_vms(g, boxes);

	g->height = boxes > vms ? boxes : vms;
	place_ports(g);
}
