/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/agent-config.h"

#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf.h"
#include "cli/private-file.h"
#include "mibs/agent-config-parts.h"

enum { ARENA_BYTES_MAX = 128 << 20 };

#define AGENT(member, name, arg, def, help)                                                        \
	HV_OPT(struct hv_agent_options, member, 0, name, arg, def, help)

/* A flag with a default is on. */
const struct hv_opt hv_agent_option_table[] = {
	AGENT(agentx_socket, "agentx-socket", "ADDRESS", NULL,
		"Where the master agent listens, as agentXSocket of snmpd.conf: a path, or "
		"tcp:HOST:PORT. The usual one of the SNMP library by default."),
	AGENT(workers, "workers", "COUNT", "32", "Hosts polled at a time, 1 to 256."),
	AGENT(notify_states, "notify-states", "yes|no", "yes",
		"Send a notification when the state of a check changes."),
	AGENT(notify_reachability, "notify-reachability", "yes|no", "yes",
		"Send a notification when a host cannot be reached any more, and when it can "
		"again."),
	AGENT(notify_first, "notify-first", "yes|no", NULL,
		"Send notifications also of what the first poll of a host finds."),
	AGENT(state_file, "state-file", "PATH", NULL,
		"Keep there what was told by notifications, so that the next start neither "
		"repeats nor misses one."),
	HV_OPT_END,
};

#define HOST(member, name, arg, def, help)                                                         \
	HV_OPT(struct hv_agent_host, member, 0, name, arg, def, help)

const struct hv_opt hv_agent_host_option_table[] = {
	HOST(interval, "interval", "DURATION", "5m", "Time from one poll to the next, 10s to 1d."),
	HOST(unreachable_after, "unreachable-after", "COUNT", "2",
		"Polls in a row that must fail before the host counts as unreachable."),
	HOST(checks.skip, "skip", "CHECK", NULL,
		"Leave a check out, by its name or the last word of it. May be given several "
		"times."),
	HV_OPT_END,
};

void hv_agent_host_groups(struct hv_agent_host *host, struct hv_opt_group ret[HV_ALL_GROUPS])
{
	static const struct hv_check agent = {
		.name = "hyperv_agentx",
		.options = hv_agent_host_option_table,
		.config_size = sizeof(struct hv_agent_host),
		.runs_checks = true,
	};

	hv_all_groups(&agent, host, host != NULL ? &host->common : NULL, ret);
}

/* A poll prints nothing and reads no command line. */
bool hv_agent_host_takes(const struct hv_opt *opt)
{
	static const char *const others[] = { "extra-opts", "output", "verbose" };

	if (opt->type == HV_OPT_SECRET || hv_option_is_informational(opt))
		return false;
	for (size_t i = 0; i < HV_ARRAY_LEN(others); i++)
		if (strcmp(others[i], opt->name) == 0)
			return false;
	return true;
}

bool hv_agent_names_a_host(const struct hv_opt *opt)
{
	static const char *const names[] = { "hostname", "capture", "evtx", "vm-config" };

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++)
		if (strcmp(names[i], opt->name) == 0)
			return true;
	return false;
}

void hv_agent_config_init(struct hv_agent_config *c)
{
	*c = (struct hv_agent_config){ .host_count = 0 };
	hv_arena_init(&c->arena, ARENA_BYTES_MAX);
}

void hv_agent_config_done(struct hv_agent_config *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; c->hosts != NULL && i < c->host_count; i++)
		hv_connect_options_done(&c->hosts[i].common.connect);
	hv_arena_done(&c->arena);
	hv_agent_config_init(c);
}

/* --- Errors --- */

int hv_agent_problem_add(
	struct hv_agent_reading *r, size_t line, struct hv_err *problem, struct hv_err *err)
{
	const size_t order = r->problem_count;
	const char *text;

	if (problem->kind == HV_ERR_NO_MEMORY)
		return hv_err_no_memory(err);
	if (order < HV_AGENT_ERRORS_MAX) {
		text = hv_arena_strdup(&r->config->arena, problem->text);
		if (text == NULL)
			return hv_err_no_memory(err);
		r->problems[order] = (struct hv_agent_problem){
			.line = line,
			.order = order,
			.text = text,
		};
	}
	r->problem_count++;
	hv_err_clear(problem);
	return 0;
}

static int compare_problems(const void *a, const void *b)
{
	const struct hv_agent_problem *x = a;
	const struct hv_agent_problem *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void put_printable(struct hv_buf *out, const char *text)
{
	const size_t len = strlen(text);

	for (size_t pos = 0; pos < len;) {
		uint32_t c = 0;
		const size_t decoded = hv_utf8_decode(text + pos, len - pos, &c);

		pos += decoded > 0 ? decoded : 1;
		hv_buf_add_utf8(out, decoded > 0 && hv_printable(c) ? c : '?');
	}
}

static int tell_problems(
	struct hv_agent_reading *r, const char *file, struct hv_buf *errors, struct hv_err *err)
{
	const size_t kept =
		r->problem_count < HV_AGENT_ERRORS_MAX ? r->problem_count : HV_AGENT_ERRORS_MAX;

	if (r->problem_count == 0)
		return 0;
	qsort(r->problems, kept, sizeof(*r->problems), compare_problems);
	for (size_t i = 0; i < kept; i++) {
		hv_buf_addf(errors, "%s:%zu: ", file, r->problems[i].line);
		put_printable(errors, r->problems[i].text);
		hv_buf_addc(errors, '\n');
	}
	if (r->problem_count > kept)
		hv_buf_addf(errors, "%s: %zu more errors\n", file, r->problem_count - kept);
	return hv_err_set(err, HV_ERR_ARGUMENT, "%s: %zu error%s", file, r->problem_count,
		r->problem_count == 1 ? "" : "s");
}

/* --- Reading --- */

int hv_agent_config_read_text(struct hv_agent_config *ret, const char *text, size_t len,
	const char *file, struct hv_buf *errors, struct hv_err *err)
{
	HV_AUTO(agent_config) config;
	struct hv_agent_reading r = { .config = &config };

	hv_agent_config_init(&config);
	if (hv_agent_sections_read(&r, text, len, err) != 0 || hv_agent_hosts_check(&r, err) != 0 ||
		tell_problems(&r, file, errors, err) != 0)
		return -1;
	hv_agent_config_done(ret);
	*ret = config;
	hv_agent_config_init(&config);
	return 0;
}

/* As a file with a secret, because somebody may have put one there in spite of it all. That others
 * may read it is no error. */
int hv_agent_config_read(
	struct hv_agent_config *ret, const char *path, struct hv_buf *errors, struct hv_err *err)
{
	HV_AUTO(private_file) file = { .text = NULL };

	if (hv_private_file_load(&file, path, HV_AGENT_CONFIG_MAX_BYTES, err) != 0)
		return -1;
	return hv_agent_config_read_text(ret, file.text, file.len, path, errors, err);
}
