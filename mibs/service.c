/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/service.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "base/alloc.h"
#include "mibs/service-parts.h"

enum {
	ERRORS_MAX_BYTES = 1 << 20,
	SIGNALS = 3, /* that come to the service */
};

/* A worker ends by itself when its time is over; what it does then takes a little. */
#define GRACE (5 * HV_USEC_PER_SEC)

struct hv_moment hv_service_now(const struct hv_service *s)
{
	return (struct hv_moment){
		.monotonic = s->plan.env->monotonic(NULL),
		.wall = s->plan.env->clock(),
	};
}

/* --- Reload --- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What cannot be changed while it is in use. */
static void warn_of_restart(const struct hv_service *s, const struct hv_agent_options *options)
{
	if (options->workers.value != s->schedule.workers)
		hv_agent_log(s->plan.log, LOG_WARNING, "workers: changes with the next start");
	if (!same_text(options->agentx_socket, s->socket))
		hv_agent_log(
			s->plan.log, LOG_WARNING, "agentx-socket: changes with the next start");
	if (!same_text(options->state_file, s->state_file))
		hv_agent_log(s->plan.log, LOG_WARNING, "state-file: changes with the next start");
}

static int read_again(struct hv_service *s, struct hv_buf *errors, struct hv_err *err)
{
	HV_AUTO(agent_config) config;

	hv_agent_config_init(&config);
	if (s->plan.read_config(s->plan.ctx, &config, errors, err))
		return -1;
	warn_of_restart(s, &config.options);
	return hv_service_configure(s, &config, err);
}

static void reload(struct hv_service *s)
{
	HV_AUTO(buf) errors = { .max = ERRORS_MAX_BYTES };
	struct hv_err err = HV_ERR_INIT;

	(void)hv_sd_notify_reloading(s->plan.manager, s->plan.env->monotonic(NULL));
	if (read_again(s, &errors, &err)) {
		hv_agent_log_lines(s->plan.log, LOG_ERR, hv_buf_str(&errors));
		hv_agent_log(
			s->plan.log, LOG_ERR, "the configuration stays as it was: %s", err.text);
	} else {
		hv_agent_log(s->plan.log, LOG_NOTICE, "configuration read, hosts: %zu",
			s->config.host_count);
	}
	(void)hv_sd_notify_ready(s->plan.manager);
}

/* --- Events --- */

/* All that are pending, each once: whoever sends them faster than they are followed keeps nothing
 * else waiting. */
static void take_signals(struct hv_service *s)
{
	struct signalfd_siginfo infos[SIGNALS];
	const ssize_t len = read(s->signals, infos, sizeof(infos));
	bool again = false;

	for (size_t i = 0; len > 0 && i < (size_t)len / sizeof(infos[0]); i++) {
		if (infos[i].ssi_signo == SIGHUP)
			again = true;
		else
			s->over = true;
	}
	if (again && !s->over)
		reload(s);
}

static void on_readable(void *ctx)
{
	struct hv_service *s = ctx;

	take_signals(s);
	hv_workers_dispatch(s->workers);
	hv_service_start_polls(s);
	hv_service_send_notices(s);
}

static void tell_manager(struct hv_service *s)
{
	const struct hv_moment now = hv_service_now(s);
	char status[HV_SERVICE_STATUS_MAX];

	if (s->plan.manager->fd < 0)
		return;
	hv_service_status(&s->board, &now, status);
	if (strcmp(status, s->status) != 0 && hv_sd_notify_status(s->plan.manager, status) == 0)
		memcpy(s->status, status, sizeof(status));
	if (s->plan.watchdog > 0 &&
		hv_usec_sub(now.monotonic, s->heard_last) >= s->plan.watchdog - HV_USEC_PER_SEC &&
		hv_sd_notify_watchdog(s->plan.manager) == 0)
		s->heard_last = now.monotonic;
}

static void on_tick(void *ctx)
{
	struct hv_service *s = ctx;

	hv_service_start_polls(s);
	hv_service_send_notices(s);
	hv_service_keep_told(s);
	tell_manager(s);
}

static void tell_now(void *ctx, struct hv_moment *ret)
{
	*ret = hv_service_now(ctx);
}

static void on_log(void *ctx, int priority, const char *line)
{
	const struct hv_service *s = ctx;

	hv_agent_log(s->plan.log, priority, "%s", line);
}

static void on_connected(void *ctx, bool is)
{
	const struct hv_service *s = ctx;

	if (s->over)
		return;
	hv_agent_log(s->plan.log, is ? LOG_NOTICE : LOG_WARNING,
		is ? "connected to the AgentX master"
		   : "no connection to the AgentX master; it is tried again");
}

void hv_service_agentx(struct hv_service *s, struct hv_agentx_plan *ret)
{
	*ret = (struct hv_agentx_plan){
		.socket = s->socket,
		.board = &s->board,
		.now = tell_now,
		.log = on_log,
		.fd = s->epoll,
		.readable = on_readable,
		.tick = on_tick,
		.connected = on_connected,
		.ctx = s,
	};
}

void hv_service_ready(struct hv_service *s)
{
	hv_agent_log(s->plan.log, LOG_INFO, "started, hosts: %zu", s->config.host_count);
	(void)hv_sd_notify_ready(s->plan.manager);
}

bool hv_service_is_over(const struct hv_service *s)
{
	return s->over;
}

void hv_service_end(struct hv_service *s)
{
	s->over = true;
	hv_service_keep_told(s);
}

/* --- Beginning and end --- */

static int add_to_epoll(const struct hv_service *s, int fd, struct hv_err *err)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event)
		       ? hv_err_set_errno(err, errno, "epoll")
		       : 0;
}

static int open_signals(struct hv_service *s, struct hv_err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals < 0 ? hv_err_set_errno(err, errno, "signalfd") : 0;
}

static int open_descriptors(struct hv_service *s, struct hv_err *err)
{
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0)
		return hv_err_set_errno(err, errno, "epoll");
	if (open_signals(s, err) || add_to_epoll(s, s->signals, err))
		return -1;
	return add_to_epoll(s, hv_workers_fd(s->workers), err);
}

static void init(struct hv_service *s, const struct hv_service_plan *plan, size_t workers)
{
	struct hv_moment now;
	uint64_t seed = 0;

	s->plan = *plan;
	s->epoll = -1;
	s->signals = -1;
	now = hv_service_now(s);
	s->heard_last = s->notices_since = now.monotonic;
	hv_agent_config_init(&s->config);
	hv_board_init(&s->board, &now);
	/* That it spreads is all that is wanted of it. */
	(void)plan->env->random(&seed, sizeof(seed));
	hv_schedule_init(&s->schedule, workers, seed);
}

/* The configuration goes, what is in use stays. */
static int keep_text(char **ret, const char *text, struct hv_err *err)
{
	if (!text)
		return 0;
	*ret = hv_strdup(text);
	return *ret ? 0 : hv_err_no_memory(err);
}

struct hv_service *hv_service_new(
	const struct hv_service_plan *plan, struct hv_agent_config *config, struct hv_err *err)
{
	HV_AUTO(service) s = hv_alloc(sizeof(*s));
	const size_t workers = (size_t)config->options.workers.value;
	const struct hv_workers_plan workers_plan = {
		.parallel = workers,
		.result_bytes_max = HV_SNAPSHOT_BYTES_MAX,
		.grace = GRACE,
		.now = plan->env->monotonic,
		.done = hv_service_poll_ended,
		.ctx = s,
	};

	if (!s)
		return (void)hv_err_no_memory(err), NULL;
	init(s, plan, workers);
	if (keep_text(&s->socket, config->options.agentx_socket, err) ||
		keep_text(&s->state_file, config->options.state_file, err))
		return NULL;
	s->workers = hv_workers_new(&workers_plan, err);
	if (!s->workers || open_descriptors(s, err) || hv_service_configure(s, config, err))
		return NULL;
	hv_service_recall_told(s);
	return hv_take(&s);
}

void hv_service_free(struct hv_service *s)
{
	if (!s)
		return;
	hv_workers_free(s->workers);
	hv_service_jobs_free(s->jobs, s->job_count);
	hv_schedule_done(&s->schedule);
	hv_board_done(&s->board);
	hv_agent_config_done(&s->config);
	hv_free(s->socket);
	hv_free(s->state_file);
	if (s->signals >= 0)
		(void)close(s->signals);
	if (s->epoll >= 0)
		(void)close(s->epoll);
	hv_free(s);
}

void hv_service_cleanup(struct hv_service **s)
{
	hv_service_free(*s);
}
