/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-progress.h"

#include <unistd.h>

#include "base/buf.h"
#include "cli/text.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	LINE_MAX_CHARS = 76, /* stays on one line of a terminal, with the dots behind it */
	LINE_MAX_BYTES = 1024,
};

enum hv_progress_form hv_progress_form_of(int fd, bool lines)
{
	if (lines)
		return HV_PROGRESS_LINES;
	return isatty(fd) ? HV_PROGRESS_REWRITTEN : HV_PROGRESS_NONE;
}

/* Nobody misses it when it cannot be written. */
static void write_line(const struct hv_progress *p, const struct hv_buf *line)
{
	(void)!hv_write_all(p->fd, hv_buf_str(line), line->len, NULL);
}

void hv_progress_clear(struct hv_progress *p)
{
	HV_AUTO(buf) line = { .max = LINE_MAX_BYTES };

	if (p->columns == 0)
		return;
	hv_buf_addf(&line, "\r%*s\r", (int)p->columns, "");
	write_line(p, &line);
	p->columns = 0;
}

void hv_progress_tell(void *ctx, const char *what)
{
	HV_AUTO(buf) text = { .max = LINE_MAX_BYTES };
	HV_AUTO(buf) line = { .max = LINE_MAX_BYTES };
	struct hv_progress *p = ctx;

	if (p->form == HV_PROGRESS_NONE)
		return;
	hv_buf_addf(&text, "%s: %s", p->label, what);
	hv_output_text(&line, hv_buf_str(&text), LINE_MAX_CHARS);
	if (p->form == HV_PROGRESS_LINES) {
		hv_buf_addc(&line, '\n');
	} else {
		hv_progress_clear(p);
		hv_buf_adds(&line, "...");
		p->columns = hv_text_columns(hv_buf_str(&line), line.len);
	}
	write_line(p, &line);
}
