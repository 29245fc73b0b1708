/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of the drawing: what it says to those who cannot see it, and what it leaves out. */
#include "output/doctor-html-parts.h"
#include "output/doctor-layout.h"
#include "output/html-text.h"

static void add_description(struct hv_buf *out, const struct hv_diagnosis *d)
{
	hv_buf_adds(out, "<title id=\"drawing-title\">Virtual machines and their disks</title>\n"
			 "<desc id=\"drawing-text\">Virtual machines on the left, volumes with "
			 "disks on the right, a line from each machine to each of its disks.");
	for (size_t i = 0; i < d->vm_count && i < HV_DRAWING_MAX_VMS; i++) {
		const struct hv_subject *blamed = hv_drawing_blamed(&d->vms[i]);

		if (!blamed)
			continue;
		hv_buf_adds(out, " To blame for ");
		hv_html_text(out, d->vms[i].vm->name);
		hv_buf_adds(out, ": ");
		hv_html_text(out, blamed->path ? blamed->path : blamed->volume);
		hv_buf_adds(out, ".");
	}
	hv_buf_adds(out, "</desc>\n");
}

static void add_vms_left_out(struct hv_buf *out, const struct hv_drawing *g)
{
	if (g->good_left_out + g->others_left_out == 0)
		return;
	hv_buf_adds(out, " Not drawn: ");
	hv_doctor_count(out, g->good_left_out, "virtual machine", "virtual machines");
	hv_buf_adds(out, " that will back up");
	if (g->others_left_out > 0) {
		hv_buf_adds(out, " and ");
		hv_doctor_count(out, g->others_left_out, "other", "others");
	}
	hv_buf_addc(out, '.');
}

static void add_caption(struct hv_buf *out, const struct hv_drawing *g)
{
	size_t disks = 0;

	hv_buf_adds(out,
		"<figcaption>A line leads from each virtual machine to each of its disks. "
		"What is to blame is marked " HV_MARK_BAD " guilty, its line thick and dashed.");
	for (size_t i = 0; i < g->vm_count; i++)
		disks += g->vms[i].left_out;
	add_vms_left_out(out, g);
	if (disks > 0)
		hv_buf_addf(
			out, " Of a machine with many disks %d are drawn.", HV_DRAWING_MAX_DISKS);
	if (g->volumes_left_out > 0) {
		hv_buf_adds(out, " Not drawn: ");
		hv_doctor_count(out, g->volumes_left_out, "volume", "volumes");
		hv_buf_adds(out, " without any of these disks.");
	}
	hv_buf_adds(out, "</figcaption>\n");
}

int hv_doctor_drawing(const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err)
{
	HV_AUTO(drawing) g = { .height = 0 };

	if (hv_drawing_init(&g, d, err))
		return -1;
	hv_buf_addf(out,
		"<figure>\n<div class=\"wide\" role=\"region\" aria-label=\"Drawing\" tabindex=\"0\">\n<svg class=\"drawing\" role=\"img\" "
		"aria-labelledby=\"drawing-title drawing-text\" viewBox=\"0 0 %d %d\">\n",
		HV_DRAWING_WIDTH, g.height);
	add_description(out, d);
	hv_drawing_svg(&g, out);
	hv_buf_adds(out, "</svg>\n</div>\n");
	add_caption(out, &g);
	hv_buf_adds(out, "</figure>\n");
	return 0;
}
