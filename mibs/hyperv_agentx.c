/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_agentx: polls Hyper-V hosts in the background and serves what the checks found of them as
 * HYPERV-BACKUP-MIB, as a subagent of snmpd. */
#include <config.h>
#include <signal.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "check/all-checks.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/write.h"
#include "mibs/agent-config.h"
#include "mibs/agent-log.h"
#include "mibs/agent-manual.h"
#include "mibs/agentx.h"
#include "mibs/poll.h"
#include "mibs/sd-notify.h"
#include "mibs/service.h"

#define NAME HV_AGENT_NAME

enum {
	OPTIONS_MAX_BYTES = 1 << 20,
	TEXT_MAX_BYTES = 1 << 20, /* help, a manual page */
	ERRORS_MAX_BYTES = 1 << 20,
};

enum status {
	DONE = 0,
	FAILED = 1, /* while it ran, or before it could */
	WRONG = 3,  /* arguments or configuration */
};

struct options {
	const char *config;
	bool check_config;
	const char *agentx_socket;
	bool help, version;
	const char *describe;
};

struct run {
	struct options options;
	struct hv_cli_env env;
	struct hv_arena arena;
	struct hv_agent_log log;
	struct hv_sd_notify manager;
	struct hv_service *service;
	struct hv_agentx *agentx;
};

/* The agent shows the service's board until it is gone. */
static void run_done(struct run *run)
{
	hv_agentx_free(run->agentx);
	hv_service_free(run->service);
	hv_sd_notify_done(&run->manager);
	hv_arena_done(&run->arena);
}

#define HV_AUTO_run __attribute__((cleanup(run_done))) struct run

#define OPT(member, letter, name, arg, def, help)                                                  \
	HV_OPT(struct options, member, letter, name, arg, def, help)

static const struct hv_opt option_table[] = {
	OPT(config, 'c', "config", "FILE", SYSCONFDIR "/" NAME ".conf",
		"The configuration: which hosts are polled, how, and with what checks."),
	OPT(check_config, 0, "check-config", NULL, NULL,
		"Read the configuration, print every error in it, and end."),
	OPT(agentx_socket, 0, "agentx-socket", "ADDRESS", NULL,
		"Where snmpd listens for subagents, in place of what the configuration says: a "
		"path, or tcp:HOST:PORT."),
	OPT(help, 'h', "help", NULL, NULL, "Print this help."),
	OPT(version, 'V', "version", NULL, NULL, "Print the version."),
	OPT(describe, 0, "describe", "man|man-conf|bash", NULL,
		"Print this help, or what the configuration may say, as a manual page, or what "
		"bash completes."),
	HV_OPT_END,
};

static const char introduction[] =
	"Polls Hyper-V hosts in the background, each in a process of its own, runs every check of "
	"this suite on what they tell, and serves the results over SNMP as HYPERV-BACKUP-MIB: a "
	"subagent (AgentX, RFC 2741) of snmpd, which needs \"master agentx\" in its "
	"configuration.\n\nIt stays in the foreground and logs to standard error. SIGHUP reads "
	"the configuration again (when it is wrong, the old one stays), SIGTERM ends it.";

static const char statuses[] = "0: it was told to end; the configuration is good.\n"
			       "1: something failed that it cannot go on without.\n"
			       "3: wrong arguments, or a wrong configuration.";

static void put_version(struct hv_buf *out)
{
	hv_buf_adds(out, NAME " " PACKAGE_VERSION " (" PACKAGE_NAME ")\n");
}

static struct hv_opt_group group_of(struct options *o)
{
	return (struct hv_opt_group){
		.title = "Options",
		.options = option_table,
		.config = o,
	};
}

static void put_help(struct hv_buf *out)
{
	const struct hv_opt_group group = group_of(NULL);

	put_version(out);
	hv_text_fill(out, introduction, 0);
	hv_buf_adds(out, "\nUsage: " NAME " [OPTION]...\n");
	hv_help_options(&group, 1, out);
	hv_buf_adds(out, "\nExit status:\n");
	hv_text_fill(out, statuses, 2);
}

static const char files[] = SYSCONFDIR "/" NAME ".conf: the configuration.";

static const char *const see_also[] = { "hyperv_doctor 1", "hyperv_agentx.conf 5", "snmpd.conf 5",
	"snmpd 8", NULL };

static void put_description(const struct run *run, struct hv_buf *out)
{
	const hv_usec date = hv_manual_date(&run->env);
	const struct hv_opt_group group = group_of(NULL);
	const struct hv_manual manual = {
		.page = { .name = NAME,
			.section = "8",
			.summary = "serve the results of Hyper-V backup checks over SNMP" },
		.introduction = introduction,
		.groups = &group,
		.group_count = 1,
		.files = files,
		.statuses = statuses,
		.see_also = see_also,
	};

	if (strcmp(run->options.describe, "man-conf") == 0)
		hv_agent_manual(hv_all_checks, SYSCONFDIR "/" NAME ".conf", date, out);
	else
		hv_manual_describe(&manual, run->options.describe, NULL, date, out);
}

static enum status print(const struct hv_buf *text)
{
	if (hv_buf_failed(text) || hv_write_all(STDOUT_FILENO, hv_buf_str(text), text->len, NULL))
		return FAILED;
	return DONE;
}

static enum status wrong_arguments(const struct run *run, const struct hv_err *err)
{
	HV_AUTO(buf) usage = { .max = TEXT_MAX_BYTES };
	const struct hv_opt_group group = group_of(NULL);

	hv_agent_log(&run->log, LOG_ERR, "%s", err->text);
	hv_help_program_usage(NAME, &group, 1, &usage);
	(void)!hv_write_all(STDERR_FILENO, hv_buf_str(&usage), usage.len, NULL);
	return WRONG;
}

static enum status fail(const struct run *run, const struct hv_err *err)
{
	hv_agent_log(&run->log, LOG_ERR, "%s", err->text);
	return FAILED;
}

/* --- Configuration --- */

static int read_config(
	void *ctx, struct hv_agent_config *ret, struct hv_buf *errors, struct hv_err *err)
{
	const struct options *o = &((const struct run *)ctx)->options;

	if (hv_agent_config_read(ret, o->config, errors, err))
		return -1;
	if (o->agentx_socket)
		ret->options.agentx_socket = o->agentx_socket;
	return 0;
}

static enum status wrong_config(
	const struct run *run, const struct hv_buf *errors, const struct hv_err *err)
{
	hv_agent_log_lines(&run->log, LOG_ERR, hv_buf_str(errors));
	hv_agent_log(&run->log, LOG_ERR, "%s", err->text);
	return WRONG;
}

static enum status tell_good(const struct hv_agent_config *config)
{
	HV_AUTO(buf) out = { .max = TEXT_MAX_BYTES };

	hv_buf_addf(&out, "%zu host%s: configuration is good\n", config->host_count,
		config->host_count == 1 ? "" : "s");
	return print(&out);
}

/* --- Running --- */

static bool notify(void *ctx, const struct hv_notice *notice)
{
	const struct run *run = ctx;

	return run->agentx && hv_agentx_notify(run->agentx, notice);
}

/* A service manager that cannot be told is no reason not to serve. */
static hv_usec meet_manager(struct run *run)
{
	struct hv_err err = HV_ERR_INIT;
	hv_usec watchdog = 0;

	if (hv_sd_notify_init(&run->manager, run->env.env("NOTIFY_SOCKET"), &err) ||
		hv_sd_watchdog_interval(run->env.env("WATCHDOG_USEC"), run->env.env("WATCHDOG_PID"),
			getpid(), &watchdog, &err))
		hv_agent_log(&run->log, LOG_WARNING, "%s", err.text);
	return watchdog;
}

static enum status serve(struct run *run, struct hv_agent_config *config)
{
	const struct hv_service_plan plan = {
		.read_config = read_config,
		.work = hv_poll_work,
		.notify = notify,
		.ctx = run,
		.checks = hv_all_checks,
		.env = &run->env,
		.log = &run->log,
		.manager = &run->manager,
		.watchdog = meet_manager(run),
	};
	struct hv_agentx_plan agentx;
	struct hv_err err = HV_ERR_INIT;

	run->service = hv_service_new(&plan, config, &err);
	if (!run->service)
		return fail(run, &err);
	hv_service_agentx(run->service, &agentx);
	run->agentx = hv_agentx_new(&agentx, &err);
	if (!run->agentx)
		return fail(run, &err);
	hv_service_ready(run->service);
	while (!hv_service_is_over(run->service))
		hv_agentx_run_once(run->agentx);
	hv_service_end(run->service);
	hv_agent_log(&run->log, LOG_INFO, "ends");
	(void)hv_sd_notify_stopping(&run->manager);
	return DONE;
}

static enum status use_config(struct run *run)
{
	HV_AUTO(buf) errors = { .max = ERRORS_MAX_BYTES };
	HV_AUTO(agent_config) config;
	struct hv_err err = HV_ERR_INIT;

	hv_agent_config_init(&config);
	if (read_config(run, &config, &errors, &err))
		return wrong_config(run, &errors, &err);
	return run->options.check_config ? tell_good(&config) : serve(run, &config);
}

static enum status dispatch(struct run *run, int argc, char **argv)
{
	const struct hv_opt_group group = group_of(&run->options);
	HV_AUTO(buf) text = { .max = TEXT_MAX_BYTES };
	struct hv_err err = HV_ERR_INIT;

	if (hv_options_parse(&group, 1, NULL, argc, argv, &run->arena, &err))
		return wrong_arguments(run, &err);
	if (run->options.help) {
		put_help(&text);
		return print(&text);
	}
	if (run->options.version) {
		put_version(&text);
		return print(&text);
	}
	if (run->options.describe) {
		put_description(run, &text);
		return print(&text);
	}
	return use_config(run);
}

int main(int argc, char **argv)
{
	HV_AUTO(run) run = {
		.manager = { .fd = -1 },
		.log = { .fd = STDERR_FILENO },
	};

	if (hv_cli_fill_descriptors())
		return FAILED;
	/* A master that went away is a failed write. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* While it is ignored, ends of workers cannot be waited for. */
	(void)signal(SIGCHLD, SIG_DFL);
	hv_cli_process_env(&run.env);
	hv_arena_init(&run.arena, OPTIONS_MAX_BYTES);
	run.log.is_journal = hv_agent_log_is_journal(run.env.env("JOURNAL_STREAM"), STDERR_FILENO);
	return (int)dispatch(&run, argc, argv);
}
