/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command that was started in a shell, with what it wrote. */
#ifndef HV_SIM_COMMAND_H
#define HV_SIM_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "call.h"
#include "program.h"

struct sim_command {
	struct sim_command *next;
	char id[SIM_ID_MAX];
	struct sim_program_output output;
	size_t out_sent, errors_sent;
	bool was_slow; /* the first Receive found nothing */
};

void sim_command_free(struct sim_command *c); /* accepts NULL */
static inline void sim_command_free_p(struct sim_command **p)
{
	sim_command_free(*p);
}
#define HV_AUTO_sim_command __attribute__((cleanup(sim_command_free_p))) struct sim_command *

/* ReceiveResponse with what is left, as far as one answer takes it. */
void sim_command_receive(struct sim_command *c, struct hv_buf *body);

#endif
