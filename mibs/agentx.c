/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subagent of net-snmp's agent library: start, connection, loop, end. */
#include "mibs/agentx.h"

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <net-snmp/agent/agent_callbacks.h>
#include <net-snmp/agent/agent_sysORTable.h>
#include <net-snmp/library/fd_event_manager.h>

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "mibs/agentx-parts.h"
#include "mibs/tree.h"

enum {
	RETRY_SECONDS = 5,       /* to look for a master that is not there, and after one that is */
	ANSWER_SECONDS = 2,      /* of the master: as long it may hold us up */
	BLOCKED_SECONDS = 3,     /* in one call of the system, which is ended then */
	TELL_APART_SECONDS = 30, /* without a master, until that is told */
	LINE_MAX_BYTES = 500,
	SAID_MAX_BYTES = 300, /* of a line by the library */
};

/* The name of the program, as far as the library may want one. */
static const char name[] = "hyperv_agentx";

static void log_line(const struct hv_agentx *a, int priority, const char *fmt, ...) HV_PRINTF(3, 4);

static void log_line(const struct hv_agentx *a, int priority, const char *fmt, ...)
{
	HV_AUTO(buf) line;
	va_list ap;

	hv_buf_init(&line, LINE_MAX_BYTES);
	va_start(ap, fmt);
	hv_buf_vaddf(&line, fmt, ap);
	va_end(ap);
	if (line.len > 0)
		a->plan.log(a->plan.ctx, priority, hv_buf_str(&line));
}

static int length_of(const char *said)
{
	size_t len = strcspn(said, "\n");

	return len < SAID_MAX_BYTES ? (int)len : SAID_MAX_BYTES;
}

/* The library tells it nowhere else that the master has refused a registration. */
static bool is_refusal(const char *line)
{
	static const char said[] = "registering pdu failed";

	return strncmp(line, said, sizeof(said) - 1) == 0;
}

static int take_line(int major, int minor, void *message, void *ctx)
{
	const struct snmp_log_message *m = message;
	struct hv_agentx *a = ctx;

	(void)major;
	(void)minor;
	if (!is_refusal(m->msg)) {
		log_line(a, m->priority, "%.*s", length_of(m->msg), m->msg);
		return SNMP_ERR_NOERROR;
	}
	a->refused = true;
	if (!a->told_refused)
		log_line(a, LOG_ERR,
			"the AgentX master refuses our objects (%.*s): has another process "
			"registered them? Trying again every %d s",
			length_of(m->msg), m->msg, RETRY_SECONDS);
	a->told_refused = true;
	return SNMP_ERR_NOERROR;
}

/* The session to the master is made of the library's default values. */
static int begin_session(int major, int minor, void *session, void *ctx)
{
	struct snmp_session *s = session;

	(void)major;
	(void)minor;
	(void)ctx;
	s->timeout = ANSWER_SECONDS * ONE_SEC;
	s->retries = 0;
	return SNMP_ERR_NOERROR;
}

static void set_master(struct hv_agentx *a, struct snmp_session *master)
{
	bool was = a->master != NULL;

	a->master = master;
	a->refused = false;
	a->told_refused = false;
	a->ticks_apart = 0;
	if (was != (master != NULL))
		a->plan.connected(a->plan.ctx, master != NULL);
}

static int connected(int major, int minor, void *session, void *ctx)
{
	(void)major;
	(void)minor;
	set_master(ctx, session);
	return SNMP_ERR_NOERROR;
}

static int disconnected(int major, int minor, void *session, void *ctx)
{
	(void)major;
	(void)minor;
	(void)session;
	set_master(ctx, NULL);
	return SNMP_ERR_NOERROR;
}

/* Why there is no connection, as the library does not tell: often the socket is for root alone. */
static const char *reason_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	const char *reason = "it does not answer";
	int fd;

	if (len >= sizeof(address.sun_path))
		return strerror(ENAMETOOLONG);
	memcpy(address.sun_path, path, len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return strerror(errno);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		reason = strerror(errno);
	(void)close(fd);
	return reason;
}

static void tell_apart(const struct hv_agentx *a)
{
	const char *socket_name = a->plan.socket ? a->plan.socket : NETSNMP_AGENTX_SOCKET;
	static const char scheme[] = "unix:";
	const char *path = socket_name;

	if (strncmp(path, scheme, sizeof(scheme) - 1) == 0)
		path += sizeof(scheme) - 1;
	log_line(a, LOG_WARNING, "no AgentX master at %s%s%s; trying again every %d s", socket_name,
		path[0] == '/' ? ": " : "", path[0] == '/' ? reason_of(path) : "", RETRY_SECONDS);
}

static void retry_refused(struct hv_agentx *a)
{
	a->refused = false;
	hv_agentx_register_again(a);
	if (!a->refused && a->master) {
		a->told_refused = false;
		log_line(a, LOG_NOTICE, "the AgentX master has taken our objects");
	}
}

/* --- Calls that would not return --- */

static void on_alarm(int signal)
{
	(void)signal;
}

/* The library connects in a way that waits, and a master that stands still lets that wait for ever
 * once its queue is full. An alarm makes the call fail, again and again in case one came too early.
 */
static void limit_blocking(time_t seconds)
{
	const struct itimerval limit = {
		.it_value = { .tv_sec = seconds },
		.it_interval = { .tv_sec = seconds > 0 ? 1 : 0 },
	};

	(void)setitimer(ITIMER_REAL, &limit, NULL);
}

/* Without SA_RESTART: the call is to fail. */
static void take_alarms(void)
{
	struct sigaction interrupt = { .sa_handler = on_alarm };
	sigset_t set;

	sigemptyset(&interrupt.sa_mask);
	(void)sigaction(SIGALRM, &interrupt, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	limit_blocking(BLOCKED_SECONDS);
}

/* --- The loop --- */

static void tick(unsigned int alarm, void *ctx)
{
	struct hv_agentx *a = ctx;

	(void)alarm;
	a->ticks++;
	if (!a->master && ++a->ticks_apart == TELL_APART_SECONDS)
		tell_apart(a);
	if (a->refused && a->ticks % RETRY_SECONDS == 0)
		retry_refused(a);
	a->plan.tick(a->plan.ctx);
}

static void readable(int fd, void *ctx)
{
	const struct hv_agentx *a = ctx;

	(void)fd;
	a->plan.readable(a->plan.ctx);
}

static const struct {
	int major, minor;
	SNMPCallback *call;
} callbacks[] = {
	{ SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, take_line },
	{ SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_SESSION_INIT, begin_session },
	{ SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START, connected },
	{ SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_STOP, disconnected },
};

/* Before the library starts: no files of its own, neither read nor written; no MIB modules, for
 * which there is no switch; no words but through our log. */
static void prepare_library(struct hv_agentx *a)
{
	static const char nowhere[] = "/dev/null";
	char no_modules[] = "[snmp] mibs :";

	snmp_disable_log();
	(void)netsnmp_register_loghandler(NETSNMP_LOGHANDLER_CALLBACK, LOG_NOTICE);
	for (size_t i = 0; i < HV_ARRAY_LEN(callbacks); i++)
		(void)snmp_register_callback(
			callbacks[i].major, callbacks[i].minor, callbacks[i].call, a);
	(void)netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	(void)netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG, 1);
	(void)netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
	(void)netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_NO_ROOT_ACCESS, 1);
	(void)netsnmp_ds_set_boolean(
		NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_NO_CONNECTION_WARNINGS, 1);
	netsnmp_config_remember(no_modules);
	netsnmp_set_mib_directory(nowhere);
	set_configuration_directory(nowhere);
	set_persistent_directory(nowhere);
	if (a->plan.socket)
		(void)netsnmp_ds_set_string(
			NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, a->plan.socket);
}

/* A row of the master's sysORTable. */
static void register_capabilities(void)
{
	oid module[MAX_OID_LEN];

	for (size_t i = 0; i < hv_mib_root_len; i++)
		module[i] = hv_mib_root[i];
	(void)register_sysORTable(module, hv_mib_root_len,
		"The MIB module for the backup of Hyper-V virtual machines.");
}

static int start_library(struct hv_agentx *a, struct hv_err *err)
{
	prepare_library(a);
	take_alarms();
	if (init_agent(name) != 0)
		return hv_err_set(err, HV_ERR_IO, "the library of the SNMP agent does not start");
	/* Not before: its start sets it. */
	(void)netsnmp_ds_set_int(
		NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, RETRY_SECONDS);
	if (hv_agentx_register(a, err) != 0)
		return -1;
	register_capabilities();
	init_snmp(name); /* this connects */
	if (a->plan.fd >= 0 && register_readfd(a->plan.fd, readable, a) != FD_REGISTERED_OK)
		return hv_err_set(err, HV_ERR_LIMIT, "the agent's loop takes no descriptor");
	if (snmp_alarm_register(1, SA_REPEAT, tick, a) == 0)
		return hv_err_no_memory(err);
	if (!a->master)
		tell_apart(a);
	return 0;
}

struct hv_agentx *hv_agentx_new(const struct hv_agentx_plan *plan, struct hv_err *err)
{
	struct hv_agentx *a = hv_alloc(sizeof(*a));

	if (!a) {
		(void)hv_err_no_memory(err);
		return NULL;
	}
	a->plan = *plan;
	if (start_library(a, err) != 0) {
		hv_agentx_free(a);
		return NULL;
	}
	return a;
}

/* The library closes its session in order, which unregisters everything, if there is one. */
void hv_agentx_free(struct hv_agentx *a)
{
	if (!a)
		return;
	if (a->plan.fd >= 0)
		(void)unregister_readfd(a->plan.fd);
	/* Those that are left at the end, the library frees what they were given. */
	for (size_t i = 0; i < HV_ARRAY_LEN(callbacks); i++)
		(void)snmp_unregister_callback(
			callbacks[i].major, callbacks[i].minor, callbacks[i].call, a, 1);
	limit_blocking(BLOCKED_SECONDS);
	snmp_shutdown(name);
	limit_blocking(0);
	hv_free(a);
}

void hv_agentx_run_once(struct hv_agentx *a)
{
	(void)a;
	limit_blocking(BLOCKED_SECONDS);
	(void)agent_check_and_process(1);
}
