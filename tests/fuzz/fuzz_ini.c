/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of --extra-opts. */
#include <stdint.h>
#include <stdlib.h>

#include "base/attr.h"
#include "cli/extra-opts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 22 };

struct config {
	struct hv_range range;
	struct hv_list list;
	struct hv_list extra;
	unsigned char level;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, range, 'w', "warning", "RANGE", "15:", ""),
	HV_OPT(struct config, list, 0, "capture", "PATH", NULL, ""),
	HV_OPT(struct config, extra, 0, HV_EXTRA_OPTS_NAME, "[[SECTION][@FILE]]", NULL, ""),
	HV_OPT(struct config, level, 'v', "verbose", NULL, NULL, ""),
	HV_OPT_END,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	const struct hv_opt_group group = { .title = "", .options = options, .config = &config };
	struct hv_err err = HV_ERR_INIT;
	struct hv_opt_line line;
	HV_AUTO(arena) arena = { .max = ARENA_BYTES };

	if (hv_opt_line_init(&line, &group, 1, NULL, &arena, &err) != 0)
		return 0;
	if (hv_extra_opts_apply_text(&line, (const char *)data, size, "f", "check_x", &err) != 0) {
		if (!hv_err_is_set(&err))
			abort();
	} else if (config.extra.count > 0) {
		abort();
	}
	return 0;
}
