/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/more.h"

#include <string.h>

#include "check/explained.h"

/* Each id that was told stands in a line. */
static bool is_told(const struct hv_buf *told, const char *id)
{
	const size_t len = strlen(id);
	const char *line = hv_buf_str(told);

	while (*line != '\0') {
		const size_t line_len = strcspn(line, "\n");

		if (line_len == len && memcmp(line, id, len) == 0)
			return true;
		line += line_len + 1;
	}
	return false;
}

void hv_more(struct hv_buf *out, struct hv_buf *told, const struct hv_check *check,
	const struct hv_finding *f, const struct hv_more_form *form)
{
	char room[HV_EXPLAINED_ID_MAX];
	const char *id;
	size_t shown = 0;

	for (size_t i = 0; (id = hv_finding_explained(check, f, i, room)) != NULL; i++) {
		if (is_told(told, id))
			continue;
		hv_buf_addf(told, "%s\n", id);
		hv_buf_addf(out, "%shyperv_doctor --explain %s",
			shown++ == 0 ? form->before : form->between, id);
	}
	if (shown > 0)
		hv_buf_adds(out, form->behind);
	if (hv_buf_failed(told))
		out->failed = true;
}
