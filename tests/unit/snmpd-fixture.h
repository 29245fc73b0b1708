/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A master agent that lives as long as a test: snmpd on a port of 127.0.0.1, with its files in a
 * directory of its own. Needs no rights and no network. */
#ifndef HV_TESTS_SNMPD_FIXTURE_H
#define HV_TESTS_SNMPD_FIXTURE_H

#include <stdbool.h>
#include <sys/types.h>

enum { SNMPD_PATH_MAX = 100 }; /* sun_path takes no more */

struct snmpd {
	char directory[SNMPD_PATH_MAX];
	char socket[SNMPD_PATH_MAX]; /* for subagents */
	unsigned int port;           /* udp, communities "public" and "private" (may write) */
	unsigned int trap_port;      /* udp: where it sends notifications */
	pid_t pid;                   /* 0: not running */
};

bool snmpd_is_installed(void);

/* Makes the directory and the configuration; nothing runs yet. snmpd_done() is due even when it
 * fails. */
bool snmpd_prepare(struct snmpd *s);
bool snmpd_start(struct snmpd *s);            /* and waits until subagents can come */
void snmpd_kill(struct snmpd *s, int signal); /* and waits for its end */
void snmpd_done(struct snmpd *s);

#endif
