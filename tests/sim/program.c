/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a command line to a program. */
#include "program.h"

#include <string.h>

#include "base/utf.h"

struct words {
	const char *items[SIM_PROGRAM_MAX_ARGUMENTS];
	size_t count;
	bool has_operator; /* a character that means something to cmd.exe stands outside quotes */
};

/* Blanks part words except between double quotes, which are taken away. */
static bool split(struct words *words, struct hv_arena *arena, const char *line)
{
	HV_AUTO(buf) word;

	hv_buf_init(&word, strlen(line) + 1);
	*words = (struct words){ .count = 0 };
	for (const char *p = line; *p != '\0';) {
		bool quoted = false;

		p += strspn(p, " \t");
		hv_buf_clear(&word);
		for (; *p != '\0' && (quoted || (*p != ' ' && *p != '\t')); p++) {
			words->has_operator =
				words->has_operator || (!quoted && strchr("&|<>^", *p) != NULL);
			if (*p == '"')
				quoted = !quoted;
			else
				hv_buf_addc(&word, *p);
		}
		if (words->count == SIM_PROGRAM_MAX_ARGUMENTS || hv_buf_failed(&word))
			return false;
		words->items[words->count] = hv_arena_strdup(arena, hv_buf_str(&word));
		if (words->items[words->count++] == NULL)
			return false;
	}
	return words->count > 0;
}

/* With or without folder and extension. */
static bool is_program(const char *program, const char *name)
{
	const char *slash = strrchr(program, '\\');
	const char *file = slash != NULL ? slash + 1 : program;
	const size_t len = hv_utf8_caseprefix(file, name);

	return len > 0 && (file[len] == '\0' || hv_utf8_caseeq(file + len, ".exe"));
}

static void complain(struct sim_program_output *output, const char *text, const char *what)
{
	hv_buf_addf(&output->errors, "%s: \"%s\"\r\n", text, what);
	output->exit_code = 1;
}

bool sim_program_run(const struct sim_host *host, struct hv_arena *arena, enum sim_program_via via,
	const char *line, struct sim_program_output *output)
{
	struct words words;

	if (!split(&words, arena, line)) {
		complain(output, "Die Befehlszeile ist ungültig", line);
		return true;
	}
	if (via == SIM_VIA_CMD && words.has_operator) {
		complain(output, "Die Syntax für den Befehl ist falsch", line);
		return true;
	}
	if (is_program(words.items[0], "vssadmin")) {
		sim_vssadmin(host, words.items + 1, words.count - 1, output);
		return true;
	}
	if (is_program(words.items[0], "wevtutil")) {
		sim_wevtutil(host, arena, words.items + 1, words.count - 1, output);
		return true;
	}
	if (via == SIM_DIRECTLY)
		return false;
	complain(output, "Der Befehl wurde nicht gefunden", words.items[0]);
	return true;
}
