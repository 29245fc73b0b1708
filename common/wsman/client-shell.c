/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remote commands. A command is ended by a signal also when it is done: else it keeps its place
 * among those that the host allows. [MS-WSMV 3.1.4.5 ff.] */
#include "wsman/client.h"
#include "wsman/exchange.h"

enum { IDS_MAX = 1 << 20 };

/* One program on its way */
struct command {
	struct hv_client_shell *shell;
	struct hv_arena arena;
	const struct hv_client_command *line;
	const char *id; /* in arena */
	struct hv_buf *out;
	struct hv_buf *errors;
	struct hv_answer_output state;
};

int hv_client_shell_open(struct hv_client *c, struct hv_client_shell *ret, struct hv_err *err)
{
	const struct hv_exchange_plan plan = {
		.name = "Create",
		.what = "shell",
		.repeat = HV_REPEAT_NEVER,
		.denied = HV_FAULT_ACCESS_SHELL,
	};
	const char *id = NULL;
	HV_AUTO(exchange) x;

	*ret = (struct hv_client_shell){ .client = c };
	hv_arena_init(&ret->arena, IDS_MAX);
	if (hv_exchange_begin(&x, c, &plan, err) < 0 ||
		hv_soap_shell_create(&x.request, &x.call, err) < 0 ||
		hv_exchange_run(&x, err) < 0 || hv_answer_shell_id(&x.answer, &id, err) < 0)
		return -1;
	ret->id = hv_arena_strdup(&ret->arena, id);
	return ret->id != NULL ? 0 : hv_err_no_memory(err);
}

static void delete_shell(struct hv_client_shell *shell)
{
	const struct hv_exchange_plan plan = {
		.name = "Delete",
		.what = "shell",
		.repeat = HV_REPEAT_SAFE,
		.closing = true,
	};
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, shell->client, &plan, NULL) == 0 &&
		hv_soap_shell_delete(&x.request, &x.call, shell->id, NULL) == 0)
		hv_exchange_close(&x);
}

void hv_client_shell_close(struct hv_client_shell *shell)
{
	if (!shell)
		return;
	if (shell->id != NULL)
		delete_shell(shell);
	shell->id = NULL;
	hv_arena_done(&shell->arena);
}

static struct hv_exchange_plan plan_of(const struct command *command, const char *name)
{
	return (struct hv_exchange_plan){
		.name = name,
		.what = command->line->program,
		.repeat = HV_REPEAT_NEVER,
	};
}

static int start(struct command *command, struct hv_err *err)
{
	const struct hv_client_command *line = command->line;
	const struct hv_exchange_plan plan = plan_of(command, "Command");
	struct hv_client_shell *shell = command->shell;
	const char *id = NULL;
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, shell->client, &plan, err) < 0 ||
		hv_soap_shell_command(&x.request, &x.call, shell->id, HV_SOAP_DIRECTLY,
			line->program, line->arguments, line->argument_count, err) < 0 ||
		hv_exchange_run(&x, err) < 0 || hv_answer_command_id(&x.answer, &id, err) < 0)
		return -1;
	command->id = hv_arena_strdup(&command->arena, id);
	return command->id != NULL ? 0 : hv_err_no_memory(err);
}

static int send(struct command *command, struct hv_err *err)
{
	const struct hv_exchange_plan plan = plan_of(command, "Send");
	const struct hv_client_command *line = command->line;
	struct hv_client_shell *shell = command->shell;
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, shell->client, &plan, err) < 0 ||
		hv_soap_shell_send(&x.request, &x.call, shell->id, command->id, line->input,
			line->input_len, err) < 0 ||
		hv_exchange_run(&x, err) < 0)
		return -1;
	return 0;
}

/* A host whose time is over without output is asked again. */
static int receive(struct command *command, struct hv_err *err)
{
	const struct hv_exchange_plan plan = plan_of(command, "Receive");
	struct hv_client_shell *shell = command->shell;
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, shell->client, &plan, err) < 0 ||
		hv_soap_shell_receive(&x.request, &x.call, shell->id, command->id, err) < 0 ||
		hv_exchange_post(&x, err) < 0)
		return -1;
	if (hv_exchange_is_fault(&x, HV_FAULT_TIMED_OUT))
		return 0;
	if (hv_exchange_check(&x, err) < 0)
		return -1;
	return hv_answer_output(
		&x.answer, command->id, command->out, command->errors, &command->state, err);
}

static int receive_all(struct command *command, struct hv_err *err)
{
	for (int i = 0; i < HV_CLIENT_MAX_PAGES; i++) {
		if (receive(command, err) < 0)
			return -1;
		if (command->state.done)
			return 0;
	}
	return hv_err_set(
		err, HV_ERR_LIMIT, "not done after %d pieces of output", (int)HV_CLIENT_MAX_PAGES);
}

static void terminate(struct command *command)
{
	struct hv_exchange_plan plan = plan_of(command, "Signal");
	struct hv_client_shell *shell = command->shell;
	HV_AUTO(exchange) x;

	plan.repeat = HV_REPEAT_SAFE;
	plan.closing = true;
	if (hv_exchange_begin(&x, shell->client, &plan, NULL) == 0 &&
		hv_soap_shell_terminate(&x.request, &x.call, shell->id, command->id, NULL) == 0)
		hv_exchange_close(&x);
}

int hv_client_shell_run(struct hv_client_shell *shell, const struct hv_client_command *command,
	struct hv_buf *out, struct hv_buf *errors, uint32_t *ret_exit_code, struct hv_err *err)
{
	struct command run = { .shell = shell, .line = command, .out = out, .errors = errors };
	int result;

	hv_arena_init(&run.arena, IDS_MAX);
	result = start(&run, err);
	if (result == 0 && command->input != NULL)
		result = send(&run, err);
	if (result == 0)
		result = receive_all(&run, err);
	if (run.id != NULL)
		terminate(&run);
	if (result == 0)
		*ret_exit_code = run.state.has_exit_code ? run.state.exit_code : 0;
	hv_arena_done(&run.arena);
	return result;
}
