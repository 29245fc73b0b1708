/* SPDX-License-Identifier: GPL-3.0-or-later */
/* [MS-WSMV 3.1.4.5, 3.1.4.8 to 3.1.4.12] */
#include "shell.h"

#include <string.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "base/utf.h"
#include "call.h"
#include "cim/xml-tree.h"
#include "command.h"
#include "escape.h"
#include "program.h"
#include "wsman/base64.h"
#include "wsman/uri.h"

enum {
	MAX_COMMAND_LINE = 8191, /* characters; cmd.exe takes no more */
	INPUT_MAX = 1 << 20,
};

struct sim_shell {
	struct sim_shell *next;
	char id[SIM_ID_MAX];
	struct sim_command *commands;
	size_t command_count;
};

static void shell_free(struct sim_shell *shell)
{
	while (shell->commands != NULL) {
		struct sim_command *c = shell->commands;

		shell->commands = c->next;
		sim_command_free(c);
	}
	hv_free(shell);
}

void sim_shells_done(struct sim_shells *shells)
{
	while (shells->first != NULL) {
		struct sim_shell *shell = shells->first;

		shells->first = shell->next;
		shell_free(shell);
	}
	*shells = (struct sim_shells){ .count = 0 };
}

/* MaxShellsPerUser and MaxProcessesPerShell. */
static size_t max_shells(const struct sim_host *host)
{
	return host->generation == SIM_2008_R2 ? 5 : 30;
}

static size_t max_commands(const struct sim_host *host)
{
	return host->generation == SIM_2008_R2 ? 15 : 25;
}

static bool may_run(struct sim_call *call)
{
	if (call->host->denied & SIM_DENY_SHELL)
		sim_call_refuse(call, SIM_FAULT_ACCESS_DENIED, "");
	return call->fault == SIM_FAULT_NONE;
}

static bool has_body(struct sim_call *call, const char *name)
{
	if (call->request->body == NULL || !hv_xml_is(call->request->body, HV_URI_RSP, name))
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	return call->fault == SIM_FAULT_NONE;
}

static struct sim_shell *find_shell(struct sim_call *call)
{
	const char *id = sim_pairs_get(&call->request->selectors, "ShellId");
	struct sim_shell *shell = call->host->shells.first;

	while (shell != NULL && (id == NULL || !hv_utf8_caseeq(shell->id, id)))
		shell = shell->next;
	if (shell == NULL || call->request->selectors.count != 1)
		sim_call_refuse(call, SIM_FAULT_NO_SHELL, "");
	return call->fault == SIM_FAULT_NONE ? shell : NULL;
}

static struct sim_command *find_command(
	struct sim_call *call, const struct sim_shell *shell, const struct _xmlNode *element)
{
	const char *id = element != NULL ? hv_xml_node_attr(element, "", "CommandId") : NULL;
	struct sim_command *c = shell->commands;

	while (c != NULL && (id == NULL || !hv_utf8_caseeq(c->id, id)))
		c = c->next;
	if (c == NULL)
		sim_call_refuse(call, SIM_FAULT_NO_SHELL, "");
	return c;
}

static void answer_create(struct sim_call *call, const struct sim_shell *shell)
{
	struct hv_buf *body = &call->body;

	hv_buf_adds(body, "<x:ResourceCreated><a:Address>http://");
	sim_escape(body, call->host->store.computer_name);
	hv_buf_addf(body,
		":5985/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>" HV_URI_SHELL
		"</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ShellId\">%s</w:Selector>"
		"</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>",
		shell->id);
	if (call->host->generation == SIM_2008_R2)
		return;
	hv_buf_addf(body,
		"<rsp:Shell xmlns:rsp=\"" HV_URI_RSP
		"\"><rsp:ShellId>%s</rsp:ShellId><rsp:ResourceUri>" HV_URI_SHELL
		"</rsp:ResourceUri><rsp:Owner>monitor</rsp:Owner>"
		"<rsp:ClientIP>192.0.2.1</rsp:ClientIP><rsp:IdleTimeOut>PT7200.000S"
		"</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
		"<rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
		"<rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime>"
		"<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>",
		shell->id);
}

static bool check_code_page(struct sim_call *call)
{
	const char *text = sim_pairs_get(&call->request->options, "WINRS_CODEPAGE");
	uint64_t number;

	if (text != NULL && hv_parse_u64(text, 1, 65535, &number, NULL) < 0)
		sim_call_refuse(call, SIM_FAULT_CODE_PAGE, "");
	return call->fault == SIM_FAULT_NONE;
}

void sim_shell_create(struct sim_call *call)
{
	struct sim_shells *all = &call->host->shells;
	struct sim_shell *shell;

	call->host->counters.shell_create++;
	if (!may_run(call) || !has_body(call, "Shell") || !check_code_page(call))
		return;
	if ((call->host->denied & SIM_QUOTA_SHELLS) || all->count >= max_shells(call->host)) {
		sim_call_refuse(call, SIM_FAULT_QUOTA_SHELLS, "");
		return;
	}
	shell = hv_alloc(sizeof(*shell));
	if (shell == NULL) {
		call->failed = true;
		return;
	}
	sim_host_id(call->host, "", shell->id);
	shell->next = all->first;
	all->first = shell;
	all->count++;
	answer_create(call, shell);
}

static bool is_option(const struct sim_call *call, const char *name)
{
	const char *value = sim_pairs_get(&call->request->options, name);

	return value != NULL && (hv_utf8_caseeq(value, "TRUE") || strcmp(value, "1") == 0);
}

/* Program and arguments as one line, as the host hands it on. */
static const char *command_line(struct sim_call *call)
{
	struct sim_request *request = call->request;
	HV_AUTO(buf) line;

	hv_buf_init(&line, INPUT_MAX);
	for (const struct _xmlNode *e = hv_xml_first(request->body); e != NULL;
		e = hv_xml_next(e)) {
		const bool is_command = hv_xml_is(e, HV_URI_RSP, "Command");

		if (!is_command && !hv_xml_is(e, HV_URI_RSP, "Arguments"))
			sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		if (is_command != (e == hv_xml_first(request->body)))
			sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		if (!is_command)
			hv_buf_addc(&line, ' ');
		hv_buf_adds(&line, sim_request_text(request, e));
	}
	if (line.len == 0)
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	else if (line.len > MAX_COMMAND_LINE)
		sim_call_refuse(call, SIM_FAULT_COMMAND_LINE, "");
	call->failed = call->failed || (line.failed && !line.overflow);
	return hv_arena_strdup(&request->arena, hv_buf_str(&line));
}

static void start(struct sim_call *call, struct sim_shell *shell, const char *line)
{
	const enum sim_program_via via =
		is_option(call, "WINRS_SKIP_CMD_SHELL") ? SIM_DIRECTLY : SIM_VIA_CMD;
	HV_AUTO(sim_command) c = hv_alloc(sizeof(*c));

	if (c == NULL || line == NULL) {
		call->failed = true;
		return;
	}
	sim_program_output_init(&c->output);
	if (!sim_program_run(call->host, &call->request->arena, via, line, &c->output)) {
		sim_call_refuse(call, SIM_FAULT_NO_PROGRAM, "");
		return;
	}
	call->failed = call->failed || hv_buf_failed(&c->output.out);
	sim_host_id(call->host, "", c->id);
	hv_buf_addf(&call->body,
		"<rsp:CommandResponse><rsp:CommandId>%s</rsp:CommandId></rsp:CommandResponse>",
		c->id);
	c->next = shell->commands;
	shell->commands = hv_take(&c);
	shell->command_count++;
	call->host->shells.command_count++;
}

void sim_shell_command(struct sim_call *call)
{
	struct sim_shell *shell;
	const char *line;

	call->host->counters.shell_command++;
	if (!may_run(call) || !has_body(call, "CommandLine"))
		return;
	shell = find_shell(call);
	if (shell == NULL)
		return;
	if (shell->command_count >= max_commands(call->host)) {
		sim_call_refuse(call, SIM_FAULT_QUOTA_OPERATIONS, "");
		return;
	}
	line = command_line(call);
	if (call->fault == SIM_FAULT_NONE)
		start(call, shell, line);
}

/* What a command is sent is not looked at: no program here reads its input. */
void sim_shell_send(struct sim_call *call)
{
	const struct _xmlNode *stream;
	const struct sim_shell *shell;
	const char *text;
	HV_AUTO(buf) input;

	hv_buf_init(&input, INPUT_MAX);
	call->host->counters.shell_send++;
	if (!may_run(call) || !has_body(call, "Send"))
		return;
	shell = find_shell(call);
	stream = hv_xml_child(call->request->body, HV_URI_RSP, "Stream");
	if (shell == NULL || find_command(call, shell, stream) == NULL)
		return;
	text = sim_request_text(call->request, stream);
	if (!hv_base64_decode(&input, text, strlen(text)))
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	hv_buf_adds(&call->body, "<rsp:SendResponse/>");
}

void sim_shell_receive(struct sim_call *call)
{
	const struct _xmlNode *desired;
	const struct sim_shell *shell;
	struct sim_command *c;

	call->host->counters.shell_receive++;
	if (!may_run(call) || !has_body(call, "Receive"))
		return;
	shell = find_shell(call);
	desired = hv_xml_child(call->request->body, HV_URI_RSP, "DesiredStream");
	c = shell != NULL ? find_command(call, shell, desired) : NULL;
	if (c == NULL)
		return;
	if (!c->was_slow) {
		c->was_slow = true;
		sim_call_refuse(call, SIM_FAULT_TIMED_OUT, "");
		return;
	}
	sim_command_receive(c, &call->body);
}

static bool is_signal(const char *code)
{
	static const char *const codes[] = {
		HV_URI_RSP "/signal/terminate",
		HV_URI_RSP "/signal/ctrl_c",
		HV_URI_RSP "/signal/ctrl_break",
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

/* Whatever the signal: the programs here do not outlive it. */
void sim_shell_signal(struct sim_call *call)
{
	struct sim_shell *shell;
	struct sim_command **link;
	struct sim_command *c;

	call->host->counters.shell_signal++;
	if (!may_run(call) || !has_body(call, "Signal"))
		return;
	shell = find_shell(call);
	c = shell != NULL ? find_command(call, shell, call->request->body) : NULL;
	if (c == NULL)
		return;
	if (!is_signal(sim_request_text(
		    call->request, hv_xml_child(call->request->body, HV_URI_RSP, "Code")))) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	link = &shell->commands;
	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
	shell->command_count--;
	call->host->shells.command_count--;
	sim_command_free(c);
	hv_buf_adds(&call->body, "<rsp:SignalResponse/>");
}

void sim_shell_delete(struct sim_call *call)
{
	struct sim_shells *all = &call->host->shells;
	struct sim_shell **link = &all->first;
	struct sim_shell *shell;

	call->host->counters.shell_delete++;
	if (!may_run(call))
		return;
	if (call->request->body != NULL) {
		sim_call_refuse(call, SIM_FAULT_INVALID_BODY, "");
		return;
	}
	shell = find_shell(call);
	if (shell == NULL)
		return;
	while (*link != shell)
		link = &(*link)->next;
	*link = shell->next;
	all->count--;
	all->command_count -= shell->command_count;
	shell_free(shell);
}
