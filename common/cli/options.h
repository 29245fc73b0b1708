/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interprets option tables: the command line, --extra-opts, defaults. Several tables make one
 * command line (a check's own options, then the common ones); each fills its own struct. */
#ifndef HV_CLI_OPTIONS_H
#define HV_CLI_OPTIONS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/check.h"
#include "check/option.h"

struct hv_opt_group {
	const char *title; /* heading in help: "Thresholds" */
	const struct hv_opt *options;
	void *config; /* the struct the offsets refer to */
};

/* How to reach the environment; a parameter so that tests need no process of their own. */
struct hv_cli_env {
	const char *(*env)(const char *name); /* getenv */
	hv_usec (*clock)(void);               /* wall clock */
	hv_usec (*monotonic)(void *);         /* clock of deadlines; its argument is not used */
	int (*random)(void *ret, size_t len); /* 0, or -1 */
	int out_fd;                           /* where the result goes */
	/* Ends the process after `limit` from now with this state and a line that says so; limit 0:
	 * the result is being written, end without a line. NULL: no limit. */
	void (*deadline)(void *ctx, hv_usec limit, enum hv_state state);
	void *deadline_ctx;
};

/* That of this process, without a deadline. It will leave no core file. */
void hv_cli_process_env(struct hv_cli_env *ret);

/* Opens those of the three standard descriptors that are closed: a file opened later must not
 * become one and receive what is written there. A result that goes to a standard output that was
 * closed still fails to be written. */
int hv_cli_fill_descriptors(void) HV_MUST_USE;

enum {
	HV_OPT_MAX_ARGS = 4096, /* arguments on one command line, those from files included */
	HV_OPT_MAX_ARG_LEN = 65536,
	HV_OPT_MAX_LIST = 4096,
};

/* Sets every member to its default, then applies argv (argv[0] is the program). Long options may be
 * abbreviated when unambiguous, take "--name=value" or "--name value"; letters may be bundled. No
 * positional arguments. Strings are borrowed from argv or live in arena. rules: for --rule; NULL:
 * none. -1 with HV_ERR_ARGUMENT and a one-line reason. */
int hv_options_parse(const struct hv_opt_group *groups, size_t group_count,
	const struct hv_rule *rules, int argc, char *const *argv, struct hv_arena *arena,
	struct hv_err *err) HV_MUST_USE;

#endif
