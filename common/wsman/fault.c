/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults: the numbers in them, and which of these decides. */
#include "wsman/fault.h"

#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cim/xml-tree.h"
#include "wsman/element.h"
#include "wsman/uri.h"

/* Who denied access shows in whose provider failed; the code is the same. */
static const struct {
	const char *file;
	struct hv_fault_info info;
} denying[] = {
	{ "wsmwmipl.dll",
		{ 5, HV_FAULT_ACCESS_WMI, false, "the account may not read the WMI namespace",
			HV_ADVICE_HYPERV, "MS-WSMV 3.1.4.1" } },
	{ "wevtfwd.dll", { 5, HV_FAULT_ACCESS_EVENTS, false, "the account may not read event logs",
				 HV_ADVICE_EVENTS, "MS-WSMV 3.1.4.6" } },
	{ "winrscmd.dll",
		{ 5, HV_FAULT_ACCESS_SHELL, false, "the account may not run commands",
			"winrm configSDDL http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd",
			"MS-WSMV 3.1.4.5" } },
};

/* Subcodes, for faults without any code; each with a code of that meaning [DSP0226 14.6]. */
static const struct {
	const char *subcode;
	uint32_t code;
} subcodes[] = {
	{ "AccessDenied", 5 },
	{ "CannotProcessFilter", 2150858778U },
	{ "DestinationUnreachable", 2150858752U },
	{ "EncodingLimit", 2150858824U },
	{ "InvalidEnumerationContext", 2150858779U },
	{ "InvalidSelectors", 2150858843U },
	{ "QuotaLimit", 2150859174U },
	{ "TimedOut", 2150858793U },
};

struct reader {
	struct hv_answer *answer;
	struct hv_fault *fault;
	struct hv_err *err;
};

static void add_code(struct hv_fault *fault, uint64_t code)
{
	if (code != 0 && code <= UINT32_MAX && fault->code_count < HV_FAULT_MAX_CODES)
		fault->codes[fault->code_count++] = (uint32_t)code;
}

static void add_decimal(struct hv_fault *fault, const char *text)
{
	uint64_t code;

	if (text != NULL && hv_parse_u64(text, 0, UINT32_MAX, &code, NULL) == 0)
		add_code(fault, code);
}

/* The HRESULTs of failures that a text names: "... 0x8004100e ...". */
static void add_hresults(struct hv_fault *fault, const char *text)
{
	enum { DIGITS = 8 };

	for (const char *p = strstr(text, "0x"); p != NULL; p = strstr(p + 2, "0x")) {
		char digits[DIGITS + 1] = "";
		uint64_t code;

		if (strspn(p + 2, "0123456789abcdefABCDEF") != DIGITS || p[2] != '8')
			continue;
		memcpy(digits, p + 2, DIGITS);
		if (hv_parse_hex_u64(digits, UINT32_MAX, &code, NULL) == 0)
			add_code(fault, code);
	}
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '\\');

	return slash != NULL ? slash + 1 : path;
}

/* A message replaces the one of the level above, unless it is empty. */
static int take_message(struct reader *r, const struct _xmlNode *element)
{
	const char *text;

	if (hv_answer_text(r->answer, element, &text, r->err) < 0)
		return -1;
	if (text[0] != '\0')
		r->fault->message = text;
	return 0;
}

/* MSFT_WmiError: its code as a number, or in the text of its MessageID. */
static int read_wmi_error(struct reader *r, const struct _xmlNode *error)
{
	const char *code;
	const char *id;

	if (hv_answer_text(
		    r->answer, hv_xml_child(error, HV_URI_ERR, "error_Code"), &code, r->err) < 0 ||
		hv_answer_text(
			r->answer, hv_xml_child(error, HV_URI_ERR, "MessageID"), &id, r->err) < 0)
		return -1;
	add_decimal(r->fault, code);
	if (r->fault->code_count == 0)
		add_hresults(r->fault, id);
	return take_message(r, hv_xml_child(error, HV_URI_ERR, "Message"));
}

/* Everything below Detail, outer before inner. The depth of answers bounds the recursion. */
static int read_detail(struct reader *r, const struct _xmlNode *parent)
{
	for (const struct _xmlNode *e = hv_xml_first(parent); e != NULL; e = hv_xml_next(e)) {
		const char *text;
		int result = 0;

		if (hv_xml_is(e, HV_URI_F, "WSManFault")) {
			add_decimal(r->fault, hv_xml_node_attr(e, "", "Code"));
		} else if (hv_xml_is(e, HV_URI_F, "ProviderFault")) {
			text = hv_xml_node_attr(e, "", "path");
			if (text != NULL)
				r->fault->provider = file_name(text);
			result = take_message(r, e);
		} else if (hv_xml_is(e, HV_URI_F, "Message")) {
			result = take_message(r, e);
		} else if (hv_xml_is(e, HV_URI_ERR, "MSFT_WmiError")) {
			result = read_wmi_error(r, e);
		} else if (strcmp(hv_xml_name(e), "StatusCode") == 0) {
			result = hv_answer_text(r->answer, e, &text, r->err);
			if (result == 0)
				add_decimal(r->fault, text);
		} else if (strcmp(hv_xml_uri(e), HV_URI_EVENTLOG) == 0) {
			result = take_message(r, e);
		}
		if (result < 0 || read_detail(r, e) < 0)
			return -1;
	}
	return 0;
}

static const struct hv_fault_info *by_subcode(const char *subcode)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(subcodes); i++)
		if (strcmp(subcodes[i].subcode, subcode) == 0)
			return hv_fault_info_find(subcodes[i].code);
	return NULL;
}

static const struct hv_fault_info *by_provider(const char *provider)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(denying); i++)
		if (hv_utf8_caseeq(provider, denying[i].file))
			return &denying[i].info;
	return NULL;
}

/* The outermost code that says enough, else the outermost known one, else the subcode. */
static void decide(struct hv_fault *fault)
{
	const struct hv_fault_info *vague = NULL;
	const struct hv_fault_info *info = NULL;

	for (size_t i = 0; i < fault->code_count && (info == NULL || info->vague); i++) {
		info = hv_fault_info_find(fault->codes[i]);
		if (info != NULL && vague == NULL)
			vague = info;
	}
	if (info == NULL || info->vague)
		info = vague;
	fault->code = info != NULL ? info->code : fault->code_count > 0 ? fault->codes[0] : 0;
	if (info == NULL)
		info = by_subcode(fault->subcode);
	if (info != NULL && info->kind == HV_FAULT_ACCESS_WINRM &&
		by_provider(fault->provider) != NULL)
		info = by_provider(fault->provider);
	fault->info = info;
	fault->kind = info != NULL ? info->kind : HV_FAULT_OTHER;
}

int hv_fault_read(
	struct hv_answer *answer, bool *ret_is_fault, struct hv_fault *ret, struct hv_err *err)
{
	struct hv_fault fault = { .subcode = "", .message = "", .provider = "" };
	struct reader r = { .answer = answer, .fault = &fault, .err = err };
	const struct _xmlNode *body = answer->body;
	const struct _xmlNode *code;
	const char *colon;

	*ret_is_fault = body != NULL && hv_xml_is(body, HV_URI_S, "Fault");
	*ret = fault;
	if (!*ret_is_fault)
		return 0;
	code = hv_xml_child(hv_xml_child(body, HV_URI_S, "Code"), HV_URI_S, "Subcode");
	if (hv_answer_text(answer, hv_xml_child(code, HV_URI_S, "Value"), &fault.subcode, err) <
			0 ||
		take_message(&r,
			hv_xml_child(hv_xml_child(body, HV_URI_S, "Reason"), HV_URI_S, "Text")) < 0)
		return -1;
	colon = strchr(fault.subcode, ':');
	if (colon != NULL)
		fault.subcode = colon + 1;
	if (read_detail(&r, hv_xml_child(body, HV_URI_S, "Detail")) < 0)
		return -1;
	add_hresults(&fault, fault.message);
	decide(&fault);
	*ret = fault;
	return 0;
}

void hv_fault_narrow(struct hv_fault *fault, enum hv_fault_kind denied)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(denying); i++) {
		if (fault->kind != HV_FAULT_ACCESS_WINRM || denying[i].info.kind != denied)
			continue;
		fault->kind = denied;
		fault->info = &denying[i].info;
	}
}

int hv_fault_to_err(const struct hv_fault *fault, struct hv_err *err)
{
	const char *meaning = fault->info != NULL ? fault->info->meaning : "the host refused";
	const enum hv_err_kind kind =
		fault->kind == HV_FAULT_REQUEST ? HV_ERR_UNSUPPORTED : HV_ERR_MISSING;

	if (fault->code == 0)
		return hv_err_set(err, kind, "%s (%s: %s)", meaning,
			fault->subcode[0] != '\0' ? fault->subcode : "fault", fault->message);
	return hv_err_set(err, kind, "%s (fault 0x%08X: %s)", meaning, fault->code, fault->message);
}
