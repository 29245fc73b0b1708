/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows Remote Shell: Create, Command, Send, Receive, Signal and Delete. */
#ifndef HV_SIM_SHELL_H
#define HV_SIM_SHELL_H

#include <stddef.h>

struct sim_call;
struct sim_shell;

struct sim_shells {
	struct sim_shell *first;
	size_t count;
	size_t command_count; /* of all shells */
};

void sim_shells_done(struct sim_shells *shells);

void sim_shell_create(struct sim_call *call);
void sim_shell_command(struct sim_call *call);
void sim_shell_send(struct sim_call *call);
void sim_shell_receive(struct sim_call *call);
void sim_shell_signal(struct sim_call *call);
void sim_shell_delete(struct sim_call *call);

#endif
