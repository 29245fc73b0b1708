/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: the input is an argument vector, one argument a line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "cli/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_BYTES = 65536, MAX_ARGS = 256, ARENA_BYTES = 1 << 22 };

struct config {
	bool flag;
	const char *string;
	const char *choice;
	struct hv_range range;
	struct hv_bytes bytes;
	struct hv_duration duration;
	struct hv_count count;
	enum hv_state state;
	struct hv_list list;
	struct hv_list commas;
	struct hv_list optional;
	struct hv_rule_states rules;
	unsigned char level;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, flag, 'h', "help", NULL, NULL, ""),
	HV_OPT(struct config, string, 's', "string", "TIME", NULL, ""),
	HV_OPT(struct config, choice, 0, "choice", "text|json", "text", ""),
	HV_OPT(struct config, range, 'w', "warning", "RANGE", "15:", ""),
	HV_OPT(struct config, bytes, 'b', "warning-bytes", "SIZE", "2GiB", ""),
	HV_OPT(struct config, duration, 't', "timeout", "DURATION", "10", ""),
	HV_OPT(struct config, count, 'c', "count", "COUNT", NULL, ""),
	HV_OPT(struct config, state, 'n', "nothing-found", "STATE", "unknown", ""),
	HV_OPT(struct config, list, 'l', "capture", "PATH", NULL, ""),
	HV_OPT_COMMA_LIST(struct config, commas, 'e', "elements", "LIST", "a,b", ""),
	HV_OPT(struct config, optional, 'o', "optional", "[[A][@B]]", NULL, ""),
	HV_OPT(struct config, rules, 'r', "rule", "ID=STATE", NULL, ""),
	HV_OPT(struct config, level, 'v', "verbose", NULL, NULL, ""),
	HV_OPT_END,
};

static const struct hv_rule rules[] = { { .id = "root" }, { .id = "vm-folder" }, { .id = NULL } };

/* Cuts the text at its line breaks. */
static int split(char *text, char **argv)
{
	int argc = 0;

	while (argc < MAX_ARGS) {
		argv[argc++] = text;
		text = strchr(text, '\n');
		if (text == NULL)
			break;
		*text++ = '\0';
	}
	return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	const struct hv_opt_group group = { .title = "", .options = options, .config = &config };
	struct hv_err err = HV_ERR_INIT;
	char *argv[MAX_ARGS];
	HV_AUTO(arena) arena = { .max = ARENA_BYTES };
	char *text;

	if (size > MAX_BYTES)
		return 0;
	text = malloc(size + 1);
	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (hv_options_parse(&group, 1, rules, split(text, argv), argv, &arena, &err) != 0) {
		if (err.text[0] == '\0' ||
			(err.kind != HV_ERR_ARGUMENT && err.kind != HV_ERR_NO_MEMORY))
			abort();
	} else {
		for (size_t i = 0; i < config.commas.count; i++) {
			if (config.commas.items[i][0] == '\0')
				abort();
		}
		for (size_t i = 0; i < config.rules.count; i++) {
			if (config.rules.items[i].id == NULL)
				abort();
		}
	}
	free(text);
	return 0;
}
