/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drawing of a diagnosed host as SVG. Each text stands in a viewport of its own, which clips
 * it: whatever a font does, texts do not overlap. */
#include "base/parse.h"
#include "output/doctor-html-parts.h"
#include "output/doctor-layout.h"
#include "output/html-text.h"

enum {
	PAD = 16,
	TEXT_HEIGHT = 22,
	BASELINE = 16,
	MARK_SIZE = 18,
	ROW_PAD = 3, /* above and below a row */
	TAG_WIDTH = 78,
	BAR_HEIGHT = 10,
	PERCENT = 100,
};

/* Where a text stands, how it looks and how large it is */
struct label {
	int x, y, width;
	const char *class_name;
	unsigned int size;
	bool ends_right;
};

static const struct label VM_NAME = { .class_name = "name", .size = 16 };
static const struct label BOX_NAME = { .class_name = "name", .size = 15 };
static const struct label SMALL = { .class_name = "small", .size = 13 };
static const struct label REMARK = { .class_name = "small", .size = 13, .ends_right = true };
static const struct label FILE_NAME = { .class_name = "file", .size = 13 };

static struct label at(const struct label *base, int x, int y, int width)
{
	struct label l = *base;

	l.x = x;
	l.y = y;
	l.width = width;
	return l;
}

static void start_label(struct hv_buf *out, const struct label *l)
{
	hv_buf_addf(out,
		"<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"><text class=\"%s\" y=\"%d\"",
		l->x, l->y, l->width, TEXT_HEIGHT, l->class_name, BASELINE);
	if (l->ends_right)
		hv_buf_addf(out, " x=\"%d\" text-anchor=\"end\"", l->width);
	hv_buf_addc(out, '>');
}

static void end_label(struct hv_buf *out)
{
	hv_buf_adds(out, "</text></svg>\n");
}

static void add_fitted(struct hv_buf *out, const struct label *l, const char *s)
{
	start_label(out, l);
	hv_html_fit(out, s, (unsigned int)l->width * PERCENT / l->size);
	end_label(out);
}

static void add_title(struct hv_buf *out, const char *s)
{
	hv_buf_adds(out, "<title>");
	hv_html_text(out, s);
	hv_buf_adds(out, "</title>");
}

static void add_rect(
	struct hv_buf *out, const char *class_name, int x, int y, int width, int height)
{
	hv_buf_addf(out,
		"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n",
		class_name, x, y, width, height, height > BAR_HEIGHT ? 6 : 3);
}

static void add_vm(struct hv_buf *out, const struct hv_drawn_vm *vm)
{
	const struct hv_vm *model = vm->diagnosis->vm;
	struct hv_doctor_look look = hv_doctor_look_outlook(vm->diagnosis->outlook);
	int width = HV_DRAWING_VM_WIDTH - 2 * PAD - 4;
	struct label name = at(&VM_NAME, PAD + 4, vm->y + 8, width);
	struct label line = at(&SMALL, PAD + 4, vm->y + 31, width);

	hv_buf_addf(out, "<g class=\"vm %s\">", look.class_name);
	add_title(out, model->name);
	add_rect(out, "box", 1, vm->y, HV_DRAWING_VM_WIDTH, HV_DRAWING_VM_HEIGHT);
	add_rect(out, "edge", 1, vm->y, 6, HV_DRAWING_VM_HEIGHT);
	add_fitted(out, &name, model->name);
	start_label(out, &line);
	hv_buf_addf(out, "<tspan class=\"state\">%s %s</tspan> \xC2\xB7 ", look.mark,
		hv_outlook_text(vm->diagnosis->outlook));
	if (vm->left_out > 0)
		hv_buf_addf(out, "%zu of ", model->disk_count - vm->left_out);
	hv_doctor_count(out, model->disk_count, "disk", "disks");
	end_label(out);
	hv_buf_adds(out, "</g>\n");
}

static void add_others(struct hv_buf *out, const struct hv_drawing *g)
{
	size_t count = g->good_left_out + g->others_left_out;
	int width = HV_DRAWING_VM_WIDTH - 2 * PAD - 4;
	struct label name = at(&VM_NAME, PAD + 4, g->others_y + 8, width);
	struct label line = at(&SMALL, PAD + 4, g->others_y + 31, width);

	if (count == 0)
		return;
	hv_buf_adds(out, "<g class=\"vm rest\">");
	add_rect(out, "box", 1, g->others_y, HV_DRAWING_VM_WIDTH, HV_DRAWING_VM_HEIGHT);
	start_label(out, &name);
	hv_buf_addf(out, "and %zu other%s", count, count == 1 ? "" : "s");
	end_label(out);
	start_label(out, &line);
	if (g->others_left_out == 0)
		hv_buf_addf(out, HV_MARK_GOOD " %s", hv_outlook_text(HV_OUTLOOK_GOOD));
	else
		hv_buf_addf(out, "%zu of them will back up", g->good_left_out);
	end_label(out);
	hv_buf_adds(out, "</g>\n");
}

static const char *box_title(const struct hv_drawn_box *box)
{
	if (box->title)
		return box->title;
	switch (box->kind) {
	case HV_DRAWN_PHYSICAL:
		return "Physical disks of the host";
	case HV_DRAWN_SHARE:
	case HV_DRAWN_VOLUME:
	case HV_DRAWN_ELSEWHERE:
		break;
	}
	return "Place not known";
}

static const char *box_remark(const struct hv_drawn_box *box)
{
	switch (box->kind) {
	case HV_DRAWN_SHARE:
		return "SMB share: its server knows the fill level";
	case HV_DRAWN_PHYSICAL:
		return "pass-through, without a volume";
	case HV_DRAWN_VOLUME:
		return "fill level not known";
	case HV_DRAWN_ELSEWHERE:
		break;
	}
	return "on no volume that is known";
}

static void add_state(struct hv_buf *out, enum hv_state state)
{
	struct hv_doctor_look look = hv_doctor_look_state(state);

	if (state != HV_OK)
		hv_buf_addf(out, " \xC2\xB7 <tspan class=\"state %s\">%s %s</tspan>",
			look.class_name, look.mark, hv_state_name(state));
}

/* Used bytes of a thousand: 0..1000. */
static int per_mille_used(const struct hv_volume *v)
{
	double used = (double)(v->capacity_bytes.value - v->free_bytes.value);

	return (int)(used * 1000 / (double)v->capacity_bytes.value);
}

static bool knows_level(const struct hv_volume *v)
{
	return v && v->capacity_bytes.known && v->free_bytes.known && v->capacity_bytes.value > 0 &&
	       v->free_bytes.value <= v->capacity_bytes.value;
}

static void add_level(struct hv_buf *out, const struct hv_drawn_box *box)
{
	const struct hv_volume *v = box->volume;
	int x = HV_DRAWING_BOX_X + PAD;
	int width = HV_DRAWING_BOX_WIDTH - 2 * PAD;
	struct label line = at(&SMALL, x, box->y + 48, width);
	char free_text[HV_BYTES_TEXT_MAX];
	char capacity[HV_BYTES_TEXT_MAX];
	int used;

	if (!knows_level(v)) {
		line.y = box->y + 33;
		start_label(out, &line);
		hv_buf_adds(out, box_remark(box));
		add_state(out, box->state);
		end_label(out);
		return;
	}
	used = per_mille_used(v);
	hv_format_bytes(v->free_bytes.value, free_text);
	hv_format_bytes(v->capacity_bytes.value, capacity);
	add_rect(out, "bar", x, box->y + 35, width, BAR_HEIGHT);
	add_rect(out, "used", x, box->y + 35, width * used / 1000, BAR_HEIGHT);
	start_label(out, &line);
	hv_buf_addf(out, "%d.%d %% used \xC2\xB7 %s of %s free", used / 10, used % 10, free_text,
		capacity);
	add_state(out, box->state);
	end_label(out);
}

/* What is to blame says so in words at its right end. */
static void add_tag(struct hv_buf *out, int y)
{
	struct label tag = {
		.x = HV_DRAWING_BOX_X + HV_DRAWING_BOX_WIDTH - PAD - TAG_WIDTH,
		.y = y,
		.width = TAG_WIDTH,
		.class_name = "tag",
	};

	start_label(out, &tag);
	hv_buf_adds(out, HV_MARK_BAD " guilty");
	end_label(out);
}

static void add_box(struct hv_buf *out, const struct hv_drawn_box *box)
{
	int x = HV_DRAWING_BOX_X + PAD;
	int width = HV_DRAWING_BOX_WIDTH - 2 * PAD - (box->guilty ? TAG_WIDTH + PAD : 0);
	int title_width = box->volume ? width / 2 : width;
	struct label name = at(&BOX_NAME, x, box->y + 8, title_width);
	struct label about = at(&REMARK, x + title_width, box->y + 8, width - title_width);

	hv_buf_addf(out, "<g class=\"volume%s\">", box->guilty ? " guilty" : "");
	add_title(out, box_title(box));
	add_rect(out, "box", HV_DRAWING_BOX_X, box->y, HV_DRAWING_BOX_WIDTH, box->height);
	add_fitted(out, &name, box_title(box));
	if (box->volume && box->volume->label && *box->volume->label)
		add_fitted(out, &about, box->volume->label);
	if (box->guilty)
		add_tag(out, box->y + 8);
	add_level(out, box);
	hv_buf_adds(out, "</g>\n");
}

static const char *row_name(const struct hv_drawn_row *row)
{
	const char *name = row->path ? hv_path_file_name(row->path) : "";

	if (*name)
		return name;
	if (row->path)
		return row->path;
	return row->kind == HV_DISK_PASS_THROUGH ? "pass-through disk" : "file not told";
}

static void add_row(struct hv_buf *out, const struct hv_drawn_row *row)
{
	int x = HV_DRAWING_BOX_X + PAD;
	int width = HV_DRAWING_BOX_WIDTH - 2 * PAD;
	int y = row->y + ROW_PAD;
	int room = width - 2 * 10 - (row->guilty ? TAG_WIDTH : 0);
	struct label name = at(&FILE_NAME, x + 10, y + 2, room);

	hv_buf_addf(out, "<g class=\"disk%s\">", row->guilty ? " guilty" : "");
	add_title(out, row->path ? row->path : row_name(row));
	add_rect(out, "box", x, y, width, HV_DRAWING_ROW_HEIGHT - 2 * ROW_PAD);
	add_fitted(out, &name, row_name(row));
	if (row->guilty)
		add_tag(out, y + 2);
	hv_buf_adds(out, "</g>\n");
}

/* From the right edge of the VM, where each line has a place of its own, to the left end of the
 * disk. */
static void add_line(struct hv_buf *out, const struct hv_drawn_line *line)
{
	int x1 = HV_DRAWING_VM_WIDTH + 1;
	int x2 = HV_DRAWING_BOX_X + (line->row ? PAD : 0);
	int y1 = line->vm->y +
		 (int)(line->port + 1) * HV_DRAWING_VM_HEIGHT / (int)(line->vm->lines + 1);
	int y2 = line->row ? line->row->y + HV_DRAWING_ROW_HEIGHT / 2 : line->box->y + 19;
	int middle = (x1 + HV_DRAWING_BOX_X) / 2;
	int half = MARK_SIZE / 2;

	hv_buf_addf(out, "<path class=\"line%s\" d=\"M%d %dC%d %d %d %d %d %dH%d\"/>\n",
		line->guilty ? " guilty" : "", x1, y1, middle, y1, middle, y2, HV_DRAWING_BOX_X, y2,
		x2);
	if (line->guilty)
		hv_buf_addf(out,
			"<g class=\"mark\"><circle cx=\"%d\" cy=\"%d\" r=\"%d\"/><path d=\"M%d %dl8 "
			"8m0 -8l-8 8\"/></g>\n",
			middle, (y1 + y2) / 2, half + 2, middle - 4, (y1 + y2) / 2 - 4);
}

void hv_drawing_svg(const struct hv_drawing *g, struct hv_buf *out)
{
	for (size_t i = 0; i < g->box_count; i++)
		add_box(out, &g->boxes[i]);
	for (size_t i = 0; i < g->row_count; i++)
		add_row(out, &g->rows[i]);
	for (int guilty = 0; guilty < 2; guilty++)
		for (size_t i = 0; i < g->line_count; i++)
			if (g->lines[i].guilty == (guilty == 1))
				add_line(out, &g->lines[i]);
	for (size_t i = 0; i < g->vm_count; i++)
		add_vm(out, &g->vms[i]);
	add_others(out, g);
}
