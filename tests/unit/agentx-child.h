/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subagent in a process of its own, over a tree that the test knows. The library has one state in
 * a process: the program of the test runs itself again for each. */
#ifndef HV_TESTS_AGENTX_CHILD_H
#define HV_TESTS_AGENTX_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* The tree: scalars .1.1 to .1.5, one of each type, and a table .2.1 of four columns. */
enum { TREE_SCALARS = 5, TREE_COLUMNS = 4, TREE_ROWS = 375 };
enum { TREE_OBJECTS = TREE_SCALARS + TREE_COLUMNS * TREE_ROWS };

enum agentx_event {
	AGENTX_CONNECTED = 'C',
	AGENTX_DISCONNECTED = 'D',
	AGENTX_TICK = 'T',
	AGENTX_SENT = 'S', /* a notification */
	AGENTX_NOT_SENT = 'N',
	AGENTX_REFUSED = 'R', /* what its log tells */
	AGENTX_TAKEN = 'K',
	AGENTX_NO_MASTER = 'M',
	AGENTX_CLOSED = '\0', /* it has ended */
};

enum agentx_order {
	AGENTX_NOTIFY_CHECK = '0',
	AGENTX_NOTIFY_GONE,
	AGENTX_NOTIFY_BACK,
	AGENTX_QUIT
};

struct agentx_child {
	pid_t pid;
	int orders, events; /* pipes */
};

/* main() of the test calls it when it was started as a subagent. */
int agentx_child_main(const char *socket);

bool agentx_child_start(struct agentx_child *c, const char *socket);
void agentx_child_order(const struct agentx_child *c, enum agentx_order order);
/* The next event but ticks. */
enum agentx_event agentx_child_next(const struct agentx_child *c);
/* Waits for an event, over all others. */
bool agentx_child_wait(const struct agentx_child *c, enum agentx_event event);
/* Its exit status, after the order to quit; -1: none. */
int agentx_child_end(struct agentx_child *c);

#endif
