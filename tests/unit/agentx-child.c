/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agentx-child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mibs/agentx.h"
#include "mibs/tree.h"

enum { ORDERS_FD = 3, EVENTS_FD = 4, WAIT_MSEC = 30 * 1000 };

/* The tree of the test */

const uint32_t hv_mib_root[] = { 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 5985 };
const size_t hv_mib_root_len = HV_ARRAY_LEN(hv_mib_root);

static const struct hv_mib_value VALUES[TREE_SCALARS] = {
	{ .type = HV_MIB_INTEGER, .number = (uint64_t)(int64_t)-5 },
	{ .type = HV_MIB_UNSIGNED, .number = UINT32_MAX },
	{ .type = HV_MIB_COUNTER32, .number = 7 },
	{ .type = HV_MIB_COUNTER64, .number = UINT64_C(0x123456789ABCDEF0) },
	{ .type = HV_MIB_OCTETS, .bytes = "a\0b", .len = 3 },
};

static struct hv_oid oid_at(size_t i)
{
	size_t cell = i - TREE_SCALARS;

	if (i < TREE_SCALARS)
		return (struct hv_oid){ .ids = { 1, (uint32_t)i + 1, 0 }, .len = 3 };
	return (struct hv_oid){ .ids = { 2, 1, (uint32_t)(cell / TREE_ROWS) + 1,
					(uint32_t)(cell % TREE_ROWS) + 1 },
		.len = 4 };
}

int hv_oid_cmp(const struct hv_oid *a, const struct hv_oid *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++)
		if (a->ids[i] != b->ids[i])
			return a->ids[i] < b->ids[i] ? -1 : 1;
	return (a->len > b->len) - (a->len < b->len);
}

enum hv_tree_status hv_tree_next(const struct hv_tree *tree, const struct hv_oid *oid,
	struct hv_oid *ret_oid, struct hv_mib_value *ret)
{
	(void)tree;
	for (size_t i = 0; i < TREE_OBJECTS; i++) {
		*ret_oid = oid_at(i);
		if (hv_oid_cmp(oid, ret_oid) >= 0)
			continue;
		*ret = VALUES[i < TREE_SCALARS ? i : 0];
		return HV_TREE_FOUND;
	}
	return HV_TREE_END;
}

enum hv_tree_status hv_tree_get(
	const struct hv_tree *tree, const struct hv_oid *oid, struct hv_mib_value *ret)
{
	(void)tree;
	for (size_t i = 0; i < TREE_OBJECTS; i++) {
		const struct hv_oid here = oid_at(i);

		if (hv_oid_cmp(oid, &here) != 0)
			continue;
		*ret = VALUES[i < TREE_SCALARS ? i : 0];
		return HV_TREE_FOUND;
	}
	return oid->len >= 3 && oid->ids[0] == 2 ? HV_TREE_NO_INSTANCE : HV_TREE_NO_OBJECT;
}

bool hv_tree_host_oid(const char *name, const struct hv_board_host *host, struct hv_oid *ret)
{
	(void)host;
	*ret = (struct hv_oid){ .ids = { 8, (uint32_t)strlen(name), 0 }, .len = 3 };
	return true;
}

bool hv_tree_check_oid(const char *name, const struct hv_board_host *host,
	const struct hv_board_check *check, struct hv_oid *ret)
{
	(void)check;
	return hv_tree_host_oid(name, host, ret);
}

/* The subagent */

struct subagent {
	struct hv_agentx *agentx;
	bool quits;
};

static void tell(enum agentx_event event)
{
	const char c = (char)event;

	if (write(EVENTS_FD, &c, 1) != 1)
		_exit(3);
}

static void now(void *ctx, struct hv_moment *ret)
{
	(void)ctx;
	*ret = (struct hv_moment){ .monotonic = 0 };
}

static void take_log(void *ctx, int priority, const char *line)
{
	(void)ctx;
	(void)fprintf(stderr, "%d %s\n", priority, line);
	if (strstr(line, "refuses our objects"))
		tell(AGENTX_REFUSED);
	else if (strstr(line, "has taken our objects"))
		tell(AGENTX_TAKEN);
	else if (strstr(line, "no AgentX master at") && strstr(line, "No such file"))
		tell(AGENTX_NO_MASTER);
}

static void notify(struct subagent *s, enum agentx_order order)
{
	static char text[2000];
	struct hv_board_host host = { .name = "hv1" };
	struct hv_board_check check = { .check = "space" };
	struct hv_notice notice = { .host = &host, .text = text, .state = HV_CRITICAL };

	memset(text, 'x', sizeof(text) - 1);
	if (order == AGENTX_NOTIFY_CHECK)
		notice.check = &check;
	else
		notice.kind =
			order == AGENTX_NOTIFY_GONE ? HV_NOTICE_UNREACHABLE : HV_NOTICE_REACHABLE;
	tell(hv_agentx_notify(s->agentx, &notice) ? AGENTX_SENT : AGENTX_NOT_SENT);
}

static void take_order(void *ctx)
{
	struct subagent *s = ctx;
	char order;

	if (read(ORDERS_FD, &order, 1) != 1 || order == AGENTX_QUIT)
		s->quits = true;
	else
		notify(s, (enum agentx_order)order);
}

static void tick(void *ctx)
{
	(void)ctx;
	tell(AGENTX_TICK);
}

static void take_connection(void *ctx, bool is)
{
	(void)ctx;
	tell(is ? AGENTX_CONNECTED : AGENTX_DISCONNECTED);
}

int agentx_child_main(const char *socket)
{
	struct subagent s = { .quits = false };
	const struct hv_agentx_plan plan = {
		.socket = socket,
		.now = now,
		.log = take_log,
		.fd = ORDERS_FD,
		.readable = take_order,
		.tick = tick,
		.connected = take_connection,
		.ctx = &s,
	};
	struct hv_err err = HV_ERR_INIT;

	(void)signal(SIGPIPE, SIG_IGN);
	s.agentx = hv_agentx_new(&plan, &err);
	if (!s.agentx) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	while (!s.quits)
		hv_agentx_run_once(s.agentx);
	hv_agentx_free(s.agentx);
	return 0;
}

/* Seen from the test */

/* Both are moved out of the way first: either may have the number that the other one is to get. */
static void exec_self(const char *socket, int orders, int events)
{
	orders = fcntl(orders, F_DUPFD, EVENTS_FD + 1);
	events = fcntl(events, F_DUPFD, EVENTS_FD + 1);
	if (dup2(orders, ORDERS_FD) < 0 || dup2(events, EVENTS_FD) < 0)
		_exit(126);
	for (int fd = EVENTS_FD + 1; fd < 64; fd++)
		(void)close(fd);
	(void)execl("/proc/self/exe", "subagent", socket, (char *)NULL);
	_exit(127);
}

bool agentx_child_start(struct agentx_child *c, const char *socket)
{
	int orders[2];
	int events[2];

	*c = (struct agentx_child){ .orders = -1, .events = -1 };
	if (pipe(orders) != 0 || pipe(events) != 0)
		return false;
	c->pid = fork();
	if (c->pid == 0)
		exec_self(socket, orders[0], events[1]);
	(void)close(orders[0]);
	(void)close(events[1]);
	c->orders = orders[1];
	c->events = events[0];
	return c->pid > 0;
}

void agentx_child_order(const struct agentx_child *c, enum agentx_order order)
{
	const char o = (char)order;

	if (write(c->orders, &o, 1) != 1)
		(void)fprintf(stderr, "the subagent takes no orders\n");
}

static enum agentx_event read_event(const struct agentx_child *c)
{
	struct pollfd p = { .fd = c->events, .events = POLLIN };
	char event;

	if (poll(&p, 1, WAIT_MSEC) != 1 || read(c->events, &event, 1) != 1)
		return AGENTX_CLOSED;
	return (enum agentx_event)event;
}

/* Counted in ticks, too, so that what never comes ends the test. */
enum agentx_event agentx_child_next(const struct agentx_child *c)
{
	enum agentx_event event = AGENTX_TICK;

	for (int i = 0; event == AGENTX_TICK && i < WAIT_MSEC / 1000; i++)
		event = read_event(c);
	return event;
}

bool agentx_child_wait(const struct agentx_child *c, enum agentx_event event)
{
	for (int i = 0; i < WAIT_MSEC / 1000; i++) {
		enum agentx_event got = read_event(c);

		if (got == event)
			return true;
		if (got == AGENTX_CLOSED)
			return false;
	}
	return false;
}

int agentx_child_end(struct agentx_child *c)
{
	int status = -1;

	if (c->pid <= 0)
		return -1;
	agentx_child_order(c, AGENTX_QUIT);
	(void)close(c->orders);
	if (waitpid(c->pid, &status, 0) != c->pid)
		status = -1;
	(void)close(c->events);
	*c = (struct agentx_child){ .pid = 0 };
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
