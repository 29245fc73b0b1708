/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs that can be run on a simulated host: wevtutil and vssadmin. */
#ifndef HV_SIM_PROGRAM_H
#define HV_SIM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

struct sim_host;

enum { SIM_PROGRAM_MAX_OUTPUT = 256 << 20, SIM_PROGRAM_MAX_ARGUMENTS = 64 };

struct sim_program_output {
	struct hv_buf out, errors;
	uint32_t exit_code;
};

static inline void sim_program_output_init(struct sim_program_output *output)
{
	hv_buf_init(&output->out, SIM_PROGRAM_MAX_OUTPUT);
	hv_buf_init(&output->errors, SIM_PROGRAM_MAX_OUTPUT);
	output->exit_code = 0;
}

static inline void sim_program_output_done(struct sim_program_output *output)
{
	hv_buf_done(&output->out);
	hv_buf_done(&output->errors);
}

/* Whether cmd.exe interprets the line. */
enum sim_program_via { SIM_VIA_CMD, SIM_DIRECTLY };

/* Runs a command line to its end. arena is for what it needs meanwhile. False when there is no such
 * program and no cmd.exe to say so. */
bool sim_program_run(const struct sim_host *host, struct hv_arena *arena, enum sim_program_via via,
	const char *line, struct sim_program_output *output);

/* "vssadmin" with its arguments. */
void sim_vssadmin(const struct sim_host *host, const char *const *arguments, size_t count,
	struct sim_program_output *output);

/* "wevtutil" with its arguments. */
void sim_wevtutil(const struct sim_host *host, struct hv_arena *arena, const char *const *arguments,
	size_t count, struct sim_program_output *output);

#endif
