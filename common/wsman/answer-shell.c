/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the Windows Remote Shell. [MS-WSMV 2.2.4.36 ff., 3.1.4.5 ff.] */
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cim/xml-tree.h"
#include "wsman/base64.h"
#include "wsman/element.h"
#include "wsman/uri.h"

#define STATE_DONE HV_URI_RSP "/CommandState/Done"

/* The shell's id is a selector; later Windows tells it once more in an element of its own. */
int hv_answer_shell_id(struct hv_answer *a, const char **ret, struct hv_err *err)
{
	const struct _xmlNode *created = NULL;
	const struct _xmlNode *set;
	const char *id = "";

	if (hv_answer_expect(a, HV_URI_X, "ResourceCreated", &created, err) < 0)
		return -1;
	set = hv_xml_child(
		hv_xml_child(created, HV_URI_A, "ReferenceParameters"), HV_URI_W, "SelectorSet");
	for (const struct _xmlNode *s = hv_xml_first(set); s != NULL; s = hv_xml_next(s)) {
		const char *name = hv_xml_node_attr(s, "", "Name");

		if (name != NULL && hv_utf8_caseeq(name, "ShellId") &&
			hv_answer_text(a, s, &id, err) < 0)
			return -1;
	}
	if (id[0] == '\0')
		return hv_err_set(err, HV_ERR_FORMAT, "the new shell has no ShellId");
	*ret = id;
	return 0;
}

int hv_answer_command_id(struct hv_answer *a, const char **ret, struct hv_err *err)
{
	const struct _xmlNode *response = NULL;
	const char *id = "";

	if (hv_answer_expect(a, HV_URI_RSP, "CommandResponse", &response, err) < 0 ||
		hv_answer_text(a, hv_xml_child(response, HV_URI_RSP, "CommandId"), &id, err) < 0)
		return -1;
	if (id[0] == '\0')
		return hv_err_set(err, HV_ERR_FORMAT, "the command has no CommandId");
	*ret = id;
	return 0;
}

static int check_command(const struct _xmlNode *element, const char *command_id, struct hv_err *err)
{
	const char *id = hv_xml_node_attr(element, "", "CommandId");

	if (id == NULL || hv_utf8_caseeq(id, command_id))
		return 0;
	return hv_err_set(
		err, HV_ERR_FORMAT, "<%.64s> belongs to another command", hv_xml_name(element));
}

/* Each element is base64 for itself; together they are the stream. */
static int add_stream(const struct _xmlNode *stream, struct hv_buf *out, struct hv_buf *errors,
	struct hv_err *err)
{
	const char *name = hv_xml_node_attr(stream, "", "Name");
	struct hv_buf *to = NULL;
	HV_AUTO(buf) text;

	hv_buf_init(&text, HV_ANSWER_MAX_BYTES);
	if (name != NULL && strcmp(name, "stdout") == 0)
		to = out;
	else if (name != NULL && strcmp(name, "stderr") == 0)
		to = errors;
	if (to == NULL)
		return hv_err_set(
			err, HV_ERR_FORMAT, "unknown stream \"%.64s\"", name != NULL ? name : "");
	hv_xml_add_text(&text, stream);
	if (hv_buf_failed(&text))
		return hv_err_no_memory(err);
	if (!hv_base64_decode(to, hv_buf_str(&text), text.len))
		return hv_err_set(err, HV_ERR_FORMAT, "%s is not base64", name);
	if (to->overflow)
		return hv_err_set(err, HV_ERR_LIMIT, "the command wrote more than %zu bytes to %s",
			to->max, name);
	return hv_buf_failed(to) ? hv_err_no_memory(err) : 0;
}

static int read_state(struct hv_answer *a, const struct _xmlNode *element,
	struct hv_answer_output *output, struct hv_err *err)
{
	const struct _xmlNode *exit_code = hv_xml_child(element, HV_URI_RSP, "ExitCode");
	const char *state = hv_xml_node_attr(element, "", "State");
	const char *text;
	uint64_t number;

	output->done = state != NULL && strcmp(state, STATE_DONE) == 0;
	if (exit_code == NULL)
		return 0;
	if (hv_answer_text(a, exit_code, &text, err) < 0)
		return -1;
	if (hv_parse_u64(text, 0, UINT32_MAX, &number, err) < 0)
		return hv_err_wrap(err, "ExitCode");
	output->exit_code = (uint32_t)number;
	output->has_exit_code = true;
	return 0;
}

int hv_answer_output(struct hv_answer *a, const char *command_id, struct hv_buf *out,
	struct hv_buf *errors, struct hv_answer_output *ret, struct hv_err *err)
{
	const struct _xmlNode *response = NULL;
	struct hv_answer_output output = { .done = false };

	if (hv_answer_expect(a, HV_URI_RSP, "ReceiveResponse", &response, err) < 0)
		return -1;
	for (const struct _xmlNode *e = hv_xml_first(response); e != NULL; e = hv_xml_next(e)) {
		const bool is_stream = hv_xml_is(e, HV_URI_RSP, "Stream");

		if (!is_stream && !hv_xml_is(e, HV_URI_RSP, "CommandState"))
			continue;
		if (check_command(e, command_id, err) < 0)
			return -1;
		if ((is_stream ? add_stream(e, out, errors, err) : read_state(a, e, &output, err)) <
			0)
			return -1;
	}
	*ret = output;
	return 0;
}
