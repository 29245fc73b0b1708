/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the Windows Remote Shell. [MS-WSMV 3.1.4.5, 3.1.4.8 to 3.1.4.12] */
#include "wsman/base64.h"
#include "wsman/envelope.h"
#include "wsman/uri.h"

#define TERMINATE HV_URI_RSP "/signal/terminate"

static struct hv_envelope_head of_shell(const char *action, const struct hv_soap_selector *shell)
{
	return (struct hv_envelope_head){
		.resource = HV_URI_SHELL,
		.action = action,
		.selectors = shell,
		.selector_count = 1,
	};
}

int hv_soap_shell_create(struct hv_buf *out, const struct hv_soap_call *call, struct hv_err *err)
{
	static const struct hv_envelope_option options[] = {
		{ .name = "WINRS_NOPROFILE", .value = "TRUE" },
		{ .name = "WINRS_CODEPAGE", .value = "65001" },
	};
	const struct hv_envelope_head head = {
		.resource = HV_URI_SHELL,
		.action = HV_URI_X "/Create",
		.options = options,
		.option_count = HV_ARRAY_LEN(options),
	};
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
			 "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>");
	return hv_envelope_close(&e, err);
}

int hv_soap_shell_command(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	enum hv_soap_via via, const char *command, const char *const *arguments,
	size_t argument_count, struct hv_err *err)
{
	const struct hv_soap_selector shell = { .name = "ShellId", .value = shell_id };
	const struct hv_envelope_option options[] = {
		{ .name = "WINRS_CONSOLEMODE_STDIN", .value = "TRUE" },
		{ .name = "WINRS_SKIP_CMD_SHELL",
			.value = via == HV_SOAP_DIRECTLY ? "TRUE" : "FALSE" },
	};
	struct hv_envelope_head head = of_shell(HV_URI_RSP "/Command", &shell);
	struct hv_envelope e;

	head.options = options;
	head.option_count = HV_ARRAY_LEN(options);
	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<rsp:CommandLine><rsp:Command>");
	hv_envelope_text(&e, command);
	hv_buf_adds(out, "</rsp:Command>");
	for (size_t i = 0; i < argument_count; i++) {
		hv_buf_adds(out, "<rsp:Arguments>");
		hv_envelope_text(&e, arguments[i]);
		hv_buf_adds(out, "</rsp:Arguments>");
	}
	hv_buf_adds(out, "</rsp:CommandLine>");
	return hv_envelope_close(&e, err);
}

int hv_soap_shell_send(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	const char *command_id, const void *bytes, size_t len, struct hv_err *err)
{
	const struct hv_soap_selector shell = { .name = "ShellId", .value = shell_id };
	const struct hv_envelope_head head = of_shell(HV_URI_RSP "/Send", &shell);
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<rsp:Send><rsp:Stream Name=\"stdin\" CommandId=\"");
	hv_envelope_text(&e, command_id);
	hv_buf_adds(out, "\" End=\"true\">");
	hv_base64_encode(out, bytes, len);
	hv_buf_adds(out, "</rsp:Stream></rsp:Send>");
	return hv_envelope_close(&e, err);
}

int hv_soap_shell_receive(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	const char *command_id, struct hv_err *err)
{
	const struct hv_soap_selector shell = { .name = "ShellId", .value = shell_id };
	const struct hv_envelope_head head = of_shell(HV_URI_RSP "/Receive", &shell);
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<rsp:Receive><rsp:DesiredStream CommandId=\"");
	hv_envelope_text(&e, command_id);
	hv_buf_adds(out, "\">stdout stderr</rsp:DesiredStream></rsp:Receive>");
	return hv_envelope_close(&e, err);
}

int hv_soap_shell_terminate(struct hv_buf *out, const struct hv_soap_call *call,
	const char *shell_id, const char *command_id, struct hv_err *err)
{
	const struct hv_soap_selector shell = { .name = "ShellId", .value = shell_id };
	const struct hv_envelope_head head = of_shell(HV_URI_RSP "/Signal", &shell);
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<rsp:Signal CommandId=\"");
	hv_envelope_text(&e, command_id);
	hv_buf_adds(out, "\"><rsp:Code>" TERMINATE "</rsp:Code></rsp:Signal>");
	return hv_envelope_close(&e, err);
}

int hv_soap_shell_delete(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	struct hv_err *err)
{
	const struct hv_soap_selector shell = { .name = "ShellId", .value = shell_id };
	const struct hv_envelope_head head = of_shell(HV_URI_X "/Delete", &shell);
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	return hv_envelope_close(&e, err);
}
