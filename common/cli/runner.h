/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one check: options, sources, filters, eval, output, exit status. The only header of
 * common/cli that plugins use. */
#ifndef HV_CLI_RUNNER_H
#define HV_CLI_RUNNER_H

#include "check/check.h"

struct hv_cli_env;

/* Returns the exit status. Everything is released when it returns. */
int hv_check_run(
	const struct hv_check *check, int argc, char *const *argv, const struct hv_cli_env *env);

/* hv_check_run with the process's own environment, clock and standard output. */
int hv_check_main(const struct hv_check *check, int argc, char **argv);

/* The same for a program that runs otherwise. Returns the exit status. */
typedef int hv_program_fn(
	const struct hv_check *check, int argc, char *const *argv, const struct hv_cli_env *env);
int hv_program_main(const struct hv_check *check, int argc, char **argv, hv_program_fn *run);

/* A weak main, so that the same object links into its own program, into others that run many
 * checks, and into tests. */
#define HV_CHECK_MAIN(check)                                                                       \
	int main(int argc, char **argv) __attribute__((weak));                                     \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return hv_check_main(&(check), argc, argv);                                        \
	}                                                                                          \
	_Static_assert(1, "")

#endif
