/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope and header of requests, and the escaping of texts. */
#include "wsman/envelope.h"

#include "base/utf.h"
#include "wsman/uri.h"

#define MUST " s:mustUnderstand=\"true\""
#define MAY  " s:mustUnderstand=\"false\""

/* Char of XML 1.0 [2.2]. */
static bool is_xml_char(uint32_t c)
{
	return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

/* Blanks other than the space would become spaces in an attribute, and a CR would become a LF. */
static const char *reference(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	}
	return NULL;
}

bool hv_soap_escape(struct hv_buf *b, const char *text, size_t len)
{
	bool good = true;

	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		const size_t n = hv_utf8_decode(text + i, len - i, &c);
		const char *escaped;

		if (n == 0 || !is_xml_char(c)) {
			good = false;
			i += n > 0 ? n : 1;
			continue;
		}
		escaped = reference(c);
		if (escaped != NULL)
			hv_buf_adds(b, escaped);
		else
			hv_buf_add(b, text + i, n);
		i += n;
	}
	return good;
}

void hv_envelope_text(struct hv_envelope *e, const char *text)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	if (!hv_soap_escape(e->out, text, len))
		e->bad = true;
}

void hv_envelope_uri(struct hv_envelope *e, const struct hv_envelope_head *head)
{
	hv_buf_adds(e->out, head->resource);
	if (head->ns != NULL)
		hv_envelope_text(e, head->ns);
	if (head->name != NULL) {
		hv_buf_addc(e->out, '/');
		hv_envelope_text(e, head->name);
	}
}

void hv_envelope_selectors(
	struct hv_envelope *e, const struct hv_soap_selector *selectors, size_t count)
{
	hv_buf_adds(e->out, "<w:SelectorSet>");
	for (size_t i = 0; i < count; i++) {
		hv_buf_adds(e->out, "<w:Selector Name=\"");
		hv_envelope_text(e, selectors[i].name);
		hv_buf_adds(e->out, "\">");
		hv_envelope_text(e, selectors[i].value);
		hv_buf_adds(e->out, "</w:Selector>");
	}
	hv_buf_adds(e->out, "</w:SelectorSet>");
}

static void add_options(
	struct hv_envelope *e, const struct hv_envelope_option *options, size_t count)
{
	hv_buf_adds(e->out, "<w:OptionSet xmlns:xsi=\"" HV_URI_XSI "\">");
	for (size_t i = 0; i < count; i++) {
		hv_buf_adds(e->out, "<w:Option Name=\"");
		hv_envelope_text(e, options[i].name);
		if (options[i].value == NULL) {
			hv_buf_adds(e->out, "\" xsi:nil=\"true\"/>");
			continue;
		}
		hv_buf_adds(e->out, "\">");
		hv_envelope_text(e, options[i].value);
		hv_buf_adds(e->out, "</w:Option>");
	}
	hv_buf_adds(e->out, "</w:OptionSet>");
}

static void add_action(struct hv_envelope *e, const struct hv_envelope_head *head)
{
	hv_buf_adds(e->out, "<a:Action" MUST ">");
	if (head->method != NULL) {
		hv_envelope_uri(e, head);
		hv_buf_addc(e->out, '/');
		hv_envelope_text(e, head->method);
	} else {
		hv_buf_adds(e->out, head->action);
	}
	hv_buf_adds(e->out, "</a:Action>");
}

/* [DSP0226 5.4; MS-WSMV 2.2.4] */
static void add_header(
	struct hv_envelope *e, const struct hv_soap_call *call, const struct hv_envelope_head *head)
{
	struct hv_buf *out = e->out;

	hv_buf_adds(out, "<a:To>");
	hv_envelope_text(e, call->to);
	hv_buf_adds(out, "</a:To><w:ResourceURI" MUST ">");
	hv_envelope_uri(e, head);
	hv_buf_adds(out, "</w:ResourceURI><a:ReplyTo><a:Address" MUST ">" HV_URI_EPR
			 "</a:Address></a:ReplyTo>");
	add_action(e, head);
	hv_buf_addf(out, "<w:MaxEnvelopeSize" MUST ">%d</w:MaxEnvelopeSize><a:MessageID>",
		(int)HV_SOAP_MAX_ANSWER);
	hv_envelope_text(e, call->message_id);
	hv_buf_adds(out, "</a:MessageID><w:Locale xml:lang=\"en-US\"" MAY "/>"
			 "<p:DataLocale xml:lang=\"en-US\"" MAY "/>");
	hv_buf_addf(out, "<w:OperationTimeout>PT%u.%03uS</w:OperationTimeout>",
		call->timeout_ms / 1000, call->timeout_ms % 1000);
	if (head->identifier != NULL) {
		hv_buf_adds(out, "<e:Identifier>");
		hv_envelope_text(e, head->identifier);
		hv_buf_adds(out, "</e:Identifier>");
	}
	if (head->option_count > 0)
		add_options(e, head->options, head->option_count);
	if (head->selector_count > 0)
		hv_envelope_selectors(e, head->selectors, head->selector_count);
}

void hv_envelope_open(struct hv_envelope *e, struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_envelope_head *head)
{
	*e = (struct hv_envelope){ .out = out };
	hv_buf_clear(out);
	hv_buf_adds(out, "<s:Envelope xmlns:s=\"" HV_URI_S "\" xmlns:a=\"" HV_URI_A
			 "\" xmlns:w=\"" HV_URI_W "\" xmlns:p=\"" HV_URI_P "\" xmlns:n=\"" HV_URI_N
			 "\" xmlns:e=\"" HV_URI_E "\" xmlns:rsp=\"" HV_URI_RSP "\"><s:Header>");
	add_header(e, call, head);
	hv_buf_adds(out, "</s:Header><s:Body>");
}

int hv_envelope_close(struct hv_envelope *e, struct hv_err *err)
{
	hv_buf_adds(e->out, "</s:Body></s:Envelope>");
	if (e->bad)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"a text of the request holds a character that XML cannot carry");
	if (e->out->overflow)
		return hv_err_set(
			err, HV_ERR_LIMIT, "a request of more than %zu bytes", e->out->max);
	return hv_buf_failed(e->out) ? hv_err_no_memory(err) : 0;
}
