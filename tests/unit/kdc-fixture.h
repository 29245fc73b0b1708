/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Kerberos realm that lives as long as a test: a KDC on a port of 127.0.0.1, with its database,
 * keytab and ticket cache in a directory of its own. Needs no rights and no network. */
#ifndef HV_TESTS_KDC_FIXTURE_H
#define HV_TESTS_KDC_FIXTURE_H

#include <stdbool.h>
#include <sys/types.h>

enum { KDC_PATH_MAX = 256 };

#define KDC_REALM    "TEST.INVALID"
#define KDC_HOST     "hv1.test.invalid" /* has the services HTTP and WSMAN */
#define KDC_USER     "monitor@TEST.INVALID"
#define KDC_PASSWORD "correct horse"

struct kdc {
	char directory[KDC_PATH_MAX];
	char user_keytab[KDC_PATH_MAX];
	char ticket_cache[KDC_PATH_MAX]; /* empty until something fills it */
	pid_t pid;                       /* 0: not running */
};

/* Starts the realm and points KRB5_CONFIG, KRB5_KTNAME (the services' keys), KRB5CCNAME and
 * KRB5RCACHEDIR at it. On failure *reason says what is missing; kdc_stop() is due even then. */
bool kdc_start(struct kdc *k, const char **reason);
void kdc_stop(struct kdc *k);

/* Runs a program of the realm without input or output; whether it succeeded. */
bool kdc_run(const char *const *argv);

#endif
