/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of an explanation: filled text for a terminal, Markdown (CommonMark) for a page. */
#include <string.h>

#include "cli/explain-parts.h"
#include "cli/text.h"

enum {
	INDENT = 2,
	FIELD_MAX = 16384, /* one text with its label */
};

/* Of a line of Markdown; what is special only where a line begins does not occur there. */
static void escape(struct hv_buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr("\\`*_{}[]<>#|~&!$", text[i]) != NULL)
			hv_buf_addc(out, '\\');
		hv_buf_addc(out, text[i]);
	}
}

static void markdown(struct hv_buf *out, const char *text)
{
	const char *pos = text;
	struct hv_text_piece line;

	while (hv_text_line_next(&pos, &line)) {
		if (line.literal) {
			hv_buf_adds(out, "    ");
			hv_buf_add(out, line.text, line.len);
		} else {
			escape(out, line.text, line.len);
		}
		hv_buf_adds(out, "\n\n");
	}
}

void hv_explain_heading(struct hv_explain_page *page, const char *id, const char *summary)
{
	if (!page->markdown) {
		if (page->out->len > 0)
			hv_buf_addc(page->out, '\n');
		hv_buf_addf(page->out, "%s\n", id);
		hv_text_fill(page->out, summary, INDENT);
		return;
	}
	hv_buf_addf(page->out, "### <a id=\"%s\"></a>", id);
	escape(page->out, id, strlen(id));
	hv_buf_adds(page->out, "\n\n");
	markdown(page->out, summary);
}

void hv_explain_field(struct hv_explain_page *page, const char *label, const char *text)
{
	HV_AUTO(buf) field = { .max = FIELD_MAX };

	if (text == NULL)
		return;
	if (page->markdown) {
		hv_buf_addf(page->out, "**%s:** ", label);
		markdown(page->out, text);
		return;
	}
	hv_buf_addf(&field, "%s: %s", label, text);
	hv_explain_text(page, hv_buf_str(&field));
	if (hv_buf_failed(&field))
		page->out->failed = true;
}

void hv_explain_remedy(struct hv_explain_page *page, const char *text)
{
	hv_explain_field(page, "What to do", text);
	if (strchr(text, '{') != NULL)
		hv_explain_text(page, "Findings fill in what stands in braces.");
}

void hv_explain_text(struct hv_explain_page *page, const char *text)
{
	if (text == NULL)
		return;
	if (page->markdown) {
		markdown(page->out, text);
		return;
	}
	hv_buf_addc(page->out, '\n');
	hv_text_fill(page->out, text, INDENT);
}

void hv_explain_title(struct hv_explain_page *page, const char *title)
{
	if (page->markdown)
		hv_buf_addf(page->out, "## %s\n\n", title);
	else
		hv_buf_addf(page->out, "%s== %s ==\n", page->out->len > 0 ? "\n" : "", title);
}

void hv_explain_line(struct hv_explain_page *page, const char *id, const char *summary)
{
	if (!page->markdown) {
		hv_buf_addf(page->out, "%s: %s\n", id, summary);
		return;
	}
	hv_buf_adds(page->out, "* [");
	escape(page->out, id, strlen(id));
	hv_buf_addf(page->out, "](#%s): ", id);
	escape(page->out, summary, strlen(summary));
	hv_buf_addc(page->out, '\n');
}
