/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of hyperv_agentx.conf. The file is read twice: what [defaults] says must be known
 * before the first host is read, wherever it stands. */
#include <string.h>

#include "mibs/agent-config-parts.h"

enum kind { KIND_NONE, KIND_OTHER, KIND_AGENT, KIND_DEFAULTS, KIND_HOST };

struct head {
	enum kind kind;
	struct hv_ini_piece name; /* of a host */
};

/* Lines of options, and where they lead. */
struct options {
	struct hv_opt_group groups[HV_ALL_GROUPS];
	struct hv_opt_line line;
};

/* A walk over the file. */
struct walk {
	struct hv_agent_reading *r;
	struct hv_ini_lines lines;
	struct head head; /* of the section that is read */
	struct options agent, defaults, host;
	struct hv_agent_host *at; /* NULL: none */
	size_t given_count;
};

static int check_host_name(struct hv_ini_piece name, struct hv_err *err)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.text[i] < ' ' || name.text[i] > '~')
			return hv_err_set(
				err, HV_ERR_ARGUMENT, "a host's name must be printable ASCII");
	if (name.len == 0 || name.len > HV_INDEX_HOST_MAX)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"a host's name must have 1 to %d characters (hostname may have more)",
			(int)HV_INDEX_HOST_MAX);
	return 0;
}

static bool is_host(struct hv_ini_piece inner)
{
	return inner.len >= 4 && memcmp(inner.text, "host", 4) == 0 &&
	       (inner.len == 4 || inner.text[4] == ' ' || inner.text[4] == '\t');
}

/* "[ name ]"; what is none is of no kind that is known. */
static int read_head(struct hv_ini_piece line, struct head *ret, struct hv_err *err)
{
	struct hv_ini_piece inner;

	*ret = (struct head){ .kind = KIND_OTHER };
	if (memchr(line.text, '\0', line.len) != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "a NUL byte");
	if (line.text[line.len - 1] != ']')
		return hv_err_set(err, HV_ERR_ARGUMENT, "a section's line must end with ']'");
	inner = hv_ini_trim(line.text + 1, line.len - 2);
	if (hv_ini_equals(inner, "agent"))
		ret->kind = KIND_AGENT;
	else if (hv_ini_equals(inner, "defaults"))
		ret->kind = KIND_DEFAULTS;
	else if (!is_host(inner))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"this section is none of [agent], [defaults] and [host NAME]");
	else {
		ret->kind = KIND_HOST;
		ret->name = hv_ini_trim(inner.text + 4, inner.len - 4);
		return check_host_name(ret->name, err);
	}
	return 0;
}

/* --- [agent] and [defaults] --- */

static int start_common_section(struct walk *w, struct hv_ini_piece line, struct hv_err *err)
{
	struct hv_agent_reading *r = w->r;
	const int result = read_head(line, &w->head, err);

	if (w->head.kind == KIND_DEFAULTS && r->defaults_line == 0)
		r->defaults_line = w->lines.number;
	if (w->head.kind != KIND_HOST)
		return result;
	if (r->config->host_count == HV_AGENT_HOSTS_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d hosts", (int)HV_AGENT_HOSTS_MAX);
	r->config->host_count++;
	return result;
}

static int read_common_line(struct walk *w, struct hv_ini_piece line, struct hv_err *err)
{
	struct hv_agent_section section = { .host = NULL };

	if (line.text[0] == '[')
		return start_common_section(w, line, err);
	switch (w->head.kind) {
	case KIND_NONE:
		w->head.kind = KIND_OTHER;
		return hv_err_set(err, HV_ERR_ARGUMENT, "text before the first [section]");
	case KIND_OTHER:
	case KIND_HOST:
		return 0;
	case KIND_AGENT:
		section.options = &w->agent.line;
		break;
	case KIND_DEFAULTS:
		section.options = &w->defaults.line;
		section.host = &w->r->defaults;
		break;
	}
	return hv_agent_key_apply(&section, line, err);
}

/* --- [host NAME] --- */

/* A host is what the defaults are, with the same options given. */
static int start_host(struct walk *w, struct hv_err *err)
{
	struct hv_agent_reading *r = w->r;
	struct hv_agent_host *host = w->at == NULL ? r->config->hosts : w->at + 1;
	bool *given = w->host.line.given;

	if (host == r->config->hosts + r->config->host_count) {
		w->head.kind = KIND_OTHER;
		return 0;
	}
	w->at = host;
	*host = r->defaults;
	host->line = w->lines.number;
	host->name = hv_arena_strndup(&r->config->arena, w->head.name.text, w->head.name.len);
	if (host->name == NULL)
		return hv_err_no_memory(err);
	hv_agent_host_groups(host, w->host.groups);
	w->host.line = w->defaults.line;
	w->host.line.groups = w->host.groups;
	w->host.line.given = given;
	memcpy(given, w->defaults.line.given, w->given_count * sizeof(*given));
	return 0;
}

static int read_host_line(struct walk *w, struct hv_ini_piece line, struct hv_err *err)
{
	const struct hv_agent_section section = {
		.options = &w->host.line,
		.host = w->at,
		.defaults = &w->r->defaults,
	};

	if (line.text[0] == '[') {
		/* Its errors are told already. */
		if (read_head(line, &w->head, NULL) != 0)
			w->head.name.len = 0;
		return w->head.kind == KIND_HOST ? start_host(w, err) : 0;
	}
	return w->head.kind == KIND_HOST ? hv_agent_key_apply(&section, line, err) : 0;
}

/* --- The file --- */

static int walk_file(struct walk *w, const char *text, size_t len,
	int (*read_line)(struct walk *w, struct hv_ini_piece line, struct hv_err *err),
	struct hv_err *err)
{
	struct hv_ini_piece line;

	w->lines = hv_ini_lines_start(text, len);
	w->head = (struct head){ .kind = KIND_NONE };
	while (hv_ini_lines_next(&w->lines, &line)) {
		struct hv_err problem = HV_ERR_INIT;

		if (read_line(w, line, &problem) != 0 &&
			hv_agent_problem_add(w->r, w->lines.number, &problem, err) != 0)
			return -1;
	}
	w->r->last_line = w->lines.number;
	return 0;
}

static int init_options(struct walk *w, struct hv_err *err)
{
	struct hv_agent_config *config = w->r->config;

	w->agent.groups[0] = (struct hv_opt_group){
		.title = "Agent",
		.options = hv_agent_option_table,
		.config = &config->options,
	};
	hv_agent_host_groups(&w->r->defaults, w->defaults.groups);
	if (hv_opt_line_init(&w->agent.line, w->agent.groups, 1, NULL, &config->arena, err) != 0 ||
		hv_opt_line_init(&w->defaults.line, w->defaults.groups, HV_ALL_GROUPS, NULL,
			&config->arena, err) != 0)
		return -1;
	for (size_t g = 0; g < HV_ALL_GROUPS; g++)
		for (const struct hv_opt *o = w->defaults.groups[g].options; o->name != NULL; o++)
			w->given_count++;
	w->host.line.given = hv_arena_array(&config->arena, w->given_count + 1, sizeof(bool));
	return w->host.line.given == NULL ? hv_err_no_memory(err) : 0;
}

int hv_agent_sections_read(
	struct hv_agent_reading *r, const char *text, size_t len, struct hv_err *err)
{
	struct walk w = { .r = r };

	if (init_options(&w, err) != 0 || walk_file(&w, text, len, read_common_line, err) != 0)
		return -1;
	r->config->hosts = hv_arena_array(
		&r->config->arena, r->config->host_count + 1, sizeof(*r->config->hosts));
	if (r->config->hosts == NULL)
		return hv_err_no_memory(err);
	return walk_file(&w, text, len, read_host_line, err);
}
