/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope and header of requests. [DSP0226 5.4; MS-WSMV 2.2.4, 3.1.4.1] */
#include "request.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/xml-tree.h"
#include "cim/xml.h"
#include "duration.h"
#include "wsman/uri.h"

enum { ARENA_MAX = 64 << 20, TEXT_MAX = 1 << 20, DECODED_MAX = 16 << 20 };

/* Header blocks that Windows understands. */
static const struct {
	const char *uri;
	const char *name;
} understood[] = {
	{ HV_URI_A, "Action" },
	{ HV_URI_A, "FaultTo" },
	{ HV_URI_A, "MessageID" },
	{ HV_URI_A, "ReplyTo" },
	{ HV_URI_A, "To" },
	{ HV_URI_E, "Identifier" },
	{ HV_URI_P, "DataLocale" },
	{ HV_URI_P, "OperationID" },
	{ HV_URI_P, "SequenceId" },
	{ HV_URI_P, "SessionId" },
	{ HV_URI_W, "Locale" },
	{ HV_URI_W, "MaxEnvelopeSize" },
	{ HV_URI_W, "OperationTimeout" },
	{ HV_URI_W, "OptionSet" },
	{ HV_URI_W, "ResourceURI" },
	{ HV_URI_W, "SelectorSet" },
};

const char *sim_request_text(struct sim_request *request, const struct _xmlNode *element)
{
	static const char blanks[] = " \t\r\n";
	HV_AUTO(buf) raw;
	const char *text;
	size_t len;

	hv_buf_init(&raw, TEXT_MAX);
	hv_xml_add_text(&raw, element);
	text = hv_buf_str(&raw);
	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
		len--;
	text = hv_arena_strndup(&request->arena, text, len);
	return text != NULL ? text : "";
}

const char *sim_pairs_get(const struct sim_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (hv_utf8_caseeq(pairs->items[i].name, name))
			return pairs->items[i].value;
	return NULL;
}

static bool is_true(const char *text)
{
	return text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static bool is_understood(const struct _xmlNode *block)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(understood); i++)
		if (hv_xml_is(block, understood[i].uri, understood[i].name))
			return true;
	return false;
}

static bool is_repeated(const struct _xmlNode *block)
{
	for (const struct _xmlNode *next = hv_xml_next(block); next != NULL;
		next = hv_xml_next(next))
		if (hv_xml_is(next, hv_xml_uri(block), hv_xml_name(block)))
			return true;
	return false;
}

static enum sim_fault check_blocks(const struct _xmlNode *header)
{
	for (const struct _xmlNode *b = hv_xml_first(header); b != NULL; b = hv_xml_next(b)) {
		const bool must = is_true(hv_xml_node_attr(b, HV_URI_S, "mustUnderstand"));

		if (must && !is_understood(b))
			return SIM_FAULT_MUST_UNDERSTAND;
		if (must &&
			(hv_xml_is(b, HV_URI_W, "Locale") || hv_xml_is(b, HV_URI_P, "DataLocale")))
			return SIM_FAULT_LOCALE;
		if (is_understood(b) && is_repeated(b))
			return SIM_FAULT_INVALID_HEADER;
	}
	return SIM_FAULT_NONE;
}

static enum sim_fault read_pairs(
	struct sim_request *request, const struct _xmlNode *set, struct sim_pairs *pairs)
{
	for (const struct _xmlNode *e = hv_xml_first(set); e != NULL; e = hv_xml_next(e)) {
		const char *name = hv_xml_node_attr(e, "", "Name");

		if (name == NULL || pairs->count == SIM_REQUEST_MAX_PAIRS)
			return SIM_FAULT_INVALID_HEADER;
		if (sim_pairs_get(pairs, name) != NULL)
			return SIM_FAULT_INVALID_HEADER;
		pairs->items[pairs->count++] = (struct sim_pair){
			.name = name,
			.value = sim_request_text(request, e),
		};
	}
	return SIM_FAULT_NONE;
}

/* A size below the least is refused, one above what the host allows is replaced by that. [MS-WSMV
 * 3.1.4.1.7] */
static enum sim_fault read_max_envelope(
	struct sim_request *request, const struct _xmlNode *element, uint64_t host_max)
{
	uint64_t size;

	request->max_envelope = host_max;
	if (element == NULL)
		return SIM_FAULT_NONE;
	if (hv_parse_u64(sim_request_text(request, element), 0, UINT64_MAX, &size, NULL) < 0)
		return SIM_FAULT_INVALID_HEADER;
	if (size < SIM_MIN_ENVELOPE)
		return SIM_FAULT_ENVELOPE_TOO_SMALL;
	if (size < host_max)
		request->max_envelope = size;
	return SIM_FAULT_NONE;
}

static enum sim_fault read_addressing(struct sim_request *request, const struct _xmlNode *header)
{
	const struct _xmlNode *reply_to = hv_xml_child(header, HV_URI_A, "ReplyTo");
	const struct _xmlNode *to = hv_xml_child(header, HV_URI_A, "To");

	if (request->action[0] == '\0' || request->message_id[0] == '\0' ||
		request->resource[0] == '\0' || to == NULL || reply_to == NULL)
		return SIM_FAULT_MISSING_HEADER;
	if (strcmp(sim_request_text(request, hv_xml_child(reply_to, HV_URI_A, "Address")),
		    HV_URI_EPR) != 0)
		return SIM_FAULT_INVALID_HEADER;
	return SIM_FAULT_NONE;
}

static enum sim_fault read_header(
	struct sim_request *request, const struct _xmlNode *header, uint64_t host_max)
{
	const struct _xmlNode *timeout = hv_xml_child(header, HV_URI_W, "OperationTimeout");
	enum sim_fault fault = check_blocks(header);
	hv_usec duration;

	if (fault == SIM_FAULT_NONE)
		fault = read_addressing(request, header);
	if (fault == SIM_FAULT_NONE)
		fault = read_max_envelope(
			request, hv_xml_child(header, HV_URI_W, "MaxEnvelopeSize"), host_max);
	if (fault == SIM_FAULT_NONE && timeout != NULL &&
		!sim_duration_parse(sim_request_text(request, timeout), &duration))
		fault = SIM_FAULT_INVALID_TIMEOUT;
	if (fault == SIM_FAULT_NONE)
		fault = read_pairs(request, hv_xml_child(header, HV_URI_W, "SelectorSet"),
			&request->selectors);
	if (fault == SIM_FAULT_NONE)
		fault = read_pairs(
			request, hv_xml_child(header, HV_URI_W, "OptionSet"), &request->options);
	return fault;
}

static enum sim_fault read_envelope(struct sim_request *request, uint64_t host_max)
{
	const struct _xmlNode *root = hv_xml_root(request->doc);
	const struct _xmlNode *header = NULL;
	const struct _xmlNode *body = NULL;

	if (root == NULL || strcmp(hv_xml_name(root), "Envelope") != 0)
		return SIM_FAULT_INVALID_XML;
	if (strcmp(hv_xml_uri(root), HV_URI_S) != 0)
		return SIM_FAULT_SOAP_VERSION;
	header = hv_xml_child(root, HV_URI_S, "Header");
	body = hv_xml_child(root, HV_URI_S, "Body");
	request->action = sim_request_text(request, hv_xml_child(header, HV_URI_A, "Action"));
	request->message_id =
		sim_request_text(request, hv_xml_child(header, HV_URI_A, "MessageID"));
	request->resource =
		sim_request_text(request, hv_xml_child(header, HV_URI_W, "ResourceURI"));
	request->identifier =
		sim_request_text(request, hv_xml_child(header, HV_URI_E, "Identifier"));
	if (body == NULL)
		return SIM_FAULT_INVALID_BODY;
	request->body = hv_xml_first(body);
	if (request->body != NULL && hv_xml_next(request->body) != NULL)
		return SIM_FAULT_INVALID_BODY;
	request->is_identify =
		request->body != NULL && hv_xml_is(request->body, HV_URI_ID, "Identify");
	return request->is_identify ? SIM_FAULT_NONE : read_header(request, header, host_max);
}

int sim_request_read(struct sim_request *request, const char *soap, size_t len, uint64_t host_max,
	enum sim_fault *ret_fault, struct hv_err *err)
{
	struct hv_err why = HV_ERR_INIT;
	HV_AUTO(string) text = NULL;
	size_t text_len = 0;

	*request = (struct sim_request){
		.action = "",
		.resource = "",
		.message_id = "",
		.identifier = "",
		.max_envelope = host_max,
	};
	hv_arena_init(&request->arena, ARENA_MAX);
	*ret_fault = SIM_FAULT_INVALID_XML;
	if (len > host_max) {
		*ret_fault = SIM_FAULT_REQUEST_TOO_LARGE;
		return 0;
	}
	if (hv_text_decode((const uint8_t *)soap, len, DECODED_MAX, &text, &text_len, &why) < 0 ||
		hv_xml_tree(text, text_len, SIM_REQUEST_MAX_DEPTH, SIM_REQUEST_MAX_ITEMS,
			&request->doc, &why) < 0)
		return why.kind == HV_ERR_NO_MEMORY ? hv_err_no_memory(err) : 0;
	*ret_fault = read_envelope(request, host_max);
	return hv_arena_failed(&request->arena) ? hv_err_no_memory(err) : 0;
}

void sim_request_done(struct sim_request *request)
{
	hv_xml_tree_free(request->doc);
	request->doc = NULL;
	request->body = NULL;
	hv_arena_done(&request->arena);
}
