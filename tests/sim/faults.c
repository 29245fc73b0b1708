/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault elements in the forms that Windows was recorded with. Codes: wsmerror.h, MS-ERREF, message
 * table of wevtfwd.dll; subcodes: DSP0226 14.6. */
#include "faults.h"

#include "escape.h"
#include "wsman/uri.h"

#define FAULT_W "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define FAULT_A HV_URI_A "/fault"
#define FAULT_N HV_URI_N "/fault"
#define DETAIL  "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
#define WMI_URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
#define CIM     "http://schemas.dmtf.org/wbem/wscim/1/common"
#define BINDING "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"

/* What stands in the message of the outer WSManFault. */
enum form {
	FORM_PLAIN,          /* a text */
	FORM_NESTED,         /* ProviderFault with a WSManFault of its own */
	FORM_NESTED_QUERY,   /* the same with the query that failed */
	FORM_PROVIDER_TEXT,  /* ProviderFault with a text */
	FORM_PROVIDER_ERROR, /* ProviderFault with an element of the event plug-in */
	FORM_QUOTA,          /* a text; of later hosts MSFT_WmiError in place of a WSManFault */
};

struct provider {
	const char *name;
	const char *path;
};

static const struct provider wmi = { "WMI Provider", "%systemroot%\\system32\\WsmWmiPl.dll" };
static const struct provider events = { "Event Forwarding Plugin",
	"%systemroot%\\system32\\wevtfwd.dll" };
static const struct provider shells = { "Shell provider", "%systemroot%\\system32\\WsmSvc.dll" };
static const struct provider cmd = { "Shell cmd plugin", "%systemroot%\\system32\\winrscmd.dll" };

struct fault_row {
	const char *action;
	const char *value;   /* of Code */
	const char *subcode; /* NULL: none */
	const char *text;
	const char *fault_detail; /* NULL: none */
	const struct provider *provider;
	const char *inner_text;
	uint32_t code;
	uint32_t inner_code; /* of the nested WSManFault */
	enum form form;
	int status; /* 0: 500 */
};

#define SENDER   "s:Sender"
#define RECEIVER "s:Receiver"
#define HEADERS  "Die Anforderung enthält ungültige SOAP-Header."
#define FILTER   "Die Datenquelle konnte den Filter nicht verarbeiten."
#define ABSENT   "Die Ressource wurde nicht gefunden."
#define SELECTOR "Die Anforderung enthält für die Ressource ungültige Selektoren."
#define DENIED   "Zugriff verweigert"

#define ROW(a, v, s, c, t) .action = a, .value = v, .subcode = s, .code = c, .text = t
#define INNER(f, p, c, t)  .form = f, .provider = p, .inner_code = c, .inner_text = t

static const struct fault_row rows[] = {
	[SIM_FAULT_INVALID_XML] = { ROW(FAULT_W, SENDER, "w:SchemaValidationError", 2150858819U,
					    "Das XML der Anforderung ist ungültig."),
		.status = 400 },
	[SIM_FAULT_SOAP_VERSION] = { ROW(FAULT_A, "s:VersionMismatch", NULL, 2150858765U,
					     "Diese SOAP-Version wird nicht unterstützt."),
		.status = 400 },
	[SIM_FAULT_MUST_UNDERSTAND] = { ROW(FAULT_A, "s:MustUnderstand", NULL, 2150858768U,
		"Ein mit mustUnderstand gekennzeichneter Header wurde nicht verstanden.") },
	[SIM_FAULT_LOCALE] = { ROW(FAULT_W, SENDER, "w:UnsupportedFeature", 2150858887U,
				       "Das Gebietsschema kann nicht garantiert werden."),
		.fault_detail = DETAIL "Locale" },
	[SIM_FAULT_MISSING_HEADER] = { ROW(FAULT_A, SENDER, "a:MessageInformationHeaderRequired",
		2150858769U, "Der Anforderung fehlen SOAP-Header.") },
	[SIM_FAULT_INVALID_HEADER] = { ROW(
		FAULT_A, SENDER, "a:InvalidMessageInformationHeader", 2150858767U, HEADERS) },
	[SIM_FAULT_INVALID_TIMEOUT] = { ROW(
		FAULT_A, SENDER, "a:InvalidMessageInformationHeader", 2150858767U, HEADERS) },
	[SIM_FAULT_INVALID_BODY] = { ROW(FAULT_W, SENDER, "w:InvalidBody", 2150858791U,
		"Die Anforderung hat keinen gültigen SOAP-Körper.") },
	[SIM_FAULT_SCHEMA] = { ROW(FAULT_W, SENDER, "w:SchemaValidationError", 2150858817U,
		"Das XML der Anforderung entspricht nicht dem Schema.") },
	[SIM_FAULT_ACTION] = { ROW(FAULT_A, SENDER, "a:ActionNotSupported", 2150858771U,
		"Die Aktion wird nicht unterstützt.") },
	[SIM_FAULT_REQUEST_TOO_LARGE] = { ROW(FAULT_W, SENDER, "w:EncodingLimit", 2150859025U,
						  "Die Anforderung ist zu groß."),
		.fault_detail = DETAIL "MaxEnvelopeSize" },
	[SIM_FAULT_ENVELOPE_TOO_SMALL] = { ROW(FAULT_W, SENDER, "w:EncodingLimit", 2150858878U,
						   "Die verlangte Größe der Antwort ist zu klein."),
		.fault_detail = DETAIL "MinimumEnvelopeLimit" },
	[SIM_FAULT_ANSWER_TOO_LARGE] = { ROW(FAULT_W, SENDER, "w:EncodingLimit", 2150858824U,
						 "Die Antwort ist größer als verlangt."),
		.fault_detail = DETAIL "MaxEnvelopeSizeExceeded" },
	[SIM_FAULT_ACCESS_DENIED] = { ROW(FAULT_W, SENDER, NULL, 5, DENIED) },
	[SIM_FAULT_WMI_DENIED] = { ROW(FAULT_W, SENDER, "w:AccessDenied", 2150859013U, DENIED),
		INNER(FORM_NESTED, &wmi, 2147749891U, DENIED) },
	[SIM_FAULT_NO_RESOURCE] = { ROW(FAULT_A, SENDER, "a:DestinationUnreachable", 2150858752U,
					    ABSENT),
		.fault_detail = DETAIL "InvalidResourceURI" },
	[SIM_FAULT_NO_INSTANCE] = { ROW(FAULT_A, SENDER, "a:DestinationUnreachable", 2150858752U,
					    ABSENT),
		.fault_detail = DETAIL "InvalidResourceURI",
		INNER(FORM_NESTED, &wmi, 2150858752U, ABSENT) },
	[SIM_FAULT_NO_NAMESPACE] = { ROW(FAULT_N, SENDER, "n:CannotProcessFilter", 2150858778U,
					     FILTER),
		INNER(FORM_NESTED, &wmi, 2150858778U, "Der Namespace ist ungültig. (0x8004100e)") },
	[SIM_FAULT_NO_CLASS] = { ROW(FAULT_N, SENDER, "n:CannotProcessFilter", 2150858778U, FILTER),
		INNER(FORM_NESTED_QUERY, &wmi, 2150858778U,
			"Die angegebene Klasse ist im Namespace nicht vorhanden.") },
	[SIM_FAULT_INVALID_QUERY] = { ROW(FAULT_N, SENDER, "n:CannotProcessFilter", 2150858778U,
					      FILTER),
		INNER(FORM_NESTED_QUERY, &wmi, 2150858778U,
			"Die Syntax der Abfrage ist ungültig. (0x80041017)") },
	[SIM_FAULT_NO_FILTER] = { ROW(
		FAULT_N, SENDER, "n:CannotProcessFilter", 2150858778U, FILTER) },
	[SIM_FAULT_DIALECT] = { ROW(FAULT_N, SENDER, "n:FilterDialectRequestedUnavailable",
		2150858777U, "Die Abfragesprache wird nicht unterstützt.") },
	[SIM_FAULT_WQL_NEEDS_STAR] = { ROW(FAULT_W, SENDER, "w:UnsupportedFeature", 2150859003U,
		"Für WQL muss der Ressourcen-URI auf * enden.") },
	[SIM_FAULT_ENUMERATION_MODE] = { ROW(FAULT_W, SENDER, "w:UnsupportedFeature", 2150858886U,
						 "Die Art der Aufzählung wird nicht unterstützt."),
		.fault_detail = DETAIL "EnumerationMode" },
	[SIM_FAULT_PROVIDER] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 2150859010U,
					 "Der WMI-Anbieter konnte die Anforderung nicht ausführen."),
		INNER(FORM_NESTED_QUERY, &wmi, 2147749889U, "Allgemeiner Fehler") },
	[SIM_FAULT_TIMED_OUT] = { ROW(FAULT_W, RECEIVER, "w:TimedOut", 2150858793U,
		"Der Vorgang dauerte länger als erlaubt.") },
	[SIM_FAULT_CONTEXT] = { ROW(FAULT_N, RECEIVER, "n:InvalidEnumerationContext", 2150858779U,
		"Der Aufzählungskontext ist ungültig.") },
	[SIM_FAULT_ENUMERATION_DEAD] = { ROW(FAULT_N, RECEIVER, "n:InvalidEnumerationContext",
		2150858884U, "Die Aufzählung endete mit dem vorigen Fehler.") },
	[SIM_FAULT_PULL_DIFFERS] = { ROW(FAULT_W, SENDER, "w:InvalidParameter", 2150859181U,
		"Die Angaben weichen von denen der Aufzählung ab.") },
	[SIM_FAULT_KEYS_MISSING] = { ROW(FAULT_W, SENDER, "w:InvalidSelectors", 2150859002U,
					     "Schlüssel des Objekts fehlen."),
		.fault_detail = DETAIL "InsufficientSelectors",
		INNER(FORM_NESTED, &wmi, 2150859002U, "Schlüssel des Objekts fehlen.") },
	[SIM_FAULT_INVALID_SELECTORS] = { ROW(FAULT_W, SENDER, "w:InvalidSelectors", 2150858813U,
						  SELECTOR),
		.fault_detail = DETAIL "UnexpectedSelectors",
		INNER(FORM_NESTED, &wmi, 2150858813U, SELECTOR) },
	[SIM_FAULT_QUOTA_OPERATIONS] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 2150859174U,
						 "Der Benutzer hat zu viele gleichzeitige Vorgänge."),
		.form = FORM_QUOTA },
	[SIM_FAULT_QUOTA_SHELLS] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 2150859173U,
					     "Der Benutzer hat zu viele gleichzeitige Shells."),
		.form = FORM_QUOTA },
	[SIM_FAULT_DELIVERY_MODE] = { ROW(FAULT_W, SENDER, "e:DeliveryModeRequestedUnavailable",
		2150859007U, "Nur die Zustellung auf Abruf wird unterstützt.") },
	[SIM_FAULT_BOOKMARK] = { ROW(FAULT_W, SENDER, "w:InvalidBookmark", 2150858808U,
					 "Das Lesezeichen ist ungültig."),
		.fault_detail = DETAIL "InvalidFormat" },
	[SIM_FAULT_EVENT_QUERY] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 5001,
					    "Die Ereignisabfrage ist ungültig."),
		INNER(FORM_PROVIDER_ERROR, &events, 0, "Die Ereignisabfrage ist ungültig.") },
	[SIM_FAULT_NO_CHANNEL] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 5004,
					   "Die Abfrage ergibt keinen aktiven Kanal."),
		INNER(FORM_PROVIDER_ERROR, &events, 0,
			"Die Abfrage ergibt keinen aktiven Kanal.") },
	[SIM_FAULT_NO_SHELL] = { ROW(FAULT_W, SENDER, "w:InvalidSelectors", 2150858843U, SELECTOR),
		.fault_detail = DETAIL "UnexpectedSelectors",
		INNER(FORM_NESTED, &shells, 2150858843U, SELECTOR) },
	[SIM_FAULT_NO_PROGRAM] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 2147942402U,
					   "Das System kann die angegebene Datei nicht finden."),
		INNER(FORM_PROVIDER_TEXT, &cmd, 0,
			"Das System kann die angegebene Datei nicht finden.") },
	[SIM_FAULT_COMMAND_LINE] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 2147942606U,
					     "Der Dateiname oder die Erweiterung ist zu lang."),
		INNER(FORM_PROVIDER_TEXT, &cmd, 0,
			"Der Dateiname oder die Erweiterung ist zu lang.") },
	[SIM_FAULT_CODE_PAGE] = { ROW(FAULT_W, RECEIVER, "w:InternalError", 2150859072U,
					  "Die Codepage kann nicht gesetzt werden."),
		INNER(FORM_PROVIDER_TEXT, &cmd, 0, "Die Codepage kann nicht gesetzt werden.") },
};

const char *sim_fault_action(enum sim_fault fault)
{
	return rows[fault].action;
}

int sim_fault_status(enum sim_fault fault)
{
	return rows[fault].status != 0 ? rows[fault].status : 500;
}

static void open_wsman_fault(struct hv_buf *out, uint32_t code, const char *machine)
{
	hv_buf_addf(out, "<f:WSManFault xmlns:f=\"" HV_URI_F "\" Code=\"%u\" Machine=\"", code);
	sim_escape(out, machine);
	hv_buf_adds(out, "\"><f:Message>");
}

static void close_wsman_fault(struct hv_buf *out)
{
	hv_buf_adds(out, "</f:Message></f:WSManFault>");
}

static void open_provider(struct hv_buf *out, const struct provider *provider)
{
	hv_buf_addf(out, "<f:ProviderFault provider=\"%s\" path=\"%s\">", provider->name,
		provider->path);
}

/* What WMI itself says: which query it was. */
static void add_extended_status(struct hv_buf *out, const char *query)
{
	hv_buf_adds(out, "<f:ExtendedError><p:__ExtendedStatus xmlns:xsi=\"" HV_URI_XSI
			 "\" xmlns:p=\"" WMI_URI "__ExtendedStatus\" xmlns:cim=\"" CIM
			 "\" xsi:type=\"p:__ExtendedStatus_Type\"><p:Description xsi:nil=\"true\"/>"
			 "<p:Operation>ExecQuery</p:Operation><p:ParameterInfo>");
	sim_escape(out, query);
	hv_buf_adds(out, "</p:ParameterInfo><p:ProviderName>WinMgmt</p:ProviderName>"
			 "<p:StatusCode xsi:nil=\"true\"/></p:__ExtendedStatus>"
			 "</f:ExtendedError>");
}

static void add_nested(
	struct hv_buf *out, const struct fault_row *row, const struct sim_fault_place *place)
{
	open_provider(out, row->provider);
	open_wsman_fault(out, row->inner_code, place->machine);
	hv_buf_addf(out, "%s ", row->inner_text);
	close_wsman_fault(out);
	if (row->form == FORM_NESTED_QUERY)
		add_extended_status(out, place->detail);
	hv_buf_adds(out, "</f:ProviderFault>");
}

static void add_message(
	struct hv_buf *out, const struct fault_row *row, const struct sim_fault_place *place)
{
	switch (row->form) {
	case FORM_PLAIN:
	case FORM_QUOTA:
		hv_buf_addf(out, "%s ", row->text);
		sim_escape(out, place->detail);
		return;
	case FORM_NESTED:
	case FORM_NESTED_QUERY:
		add_nested(out, row, place);
		return;
	case FORM_PROVIDER_TEXT:
		open_provider(out, row->provider);
		hv_buf_addf(out, "%s </f:ProviderFault>", row->inner_text);
		return;
	case FORM_PROVIDER_ERROR:
		open_provider(out, row->provider);
		hv_buf_addf(out,
			"<t:ProviderError xmlns:t=\"" HV_URI_EVENTLOG
			"\">%s </t:ProviderError></f:ProviderFault>",
			row->inner_text);
		return;
	}
}

static void add_wmi_error(struct hv_buf *out, const struct fault_row *row)
{
	hv_buf_adds(out, "<p:MSFT_WmiError b:IsCIM_Error=\"true\" xmlns:b=\"" BINDING
			 "\" xmlns:cim=\"" CIM "\" xmlns:p=\"" HV_URI_ERR
			 "\" xmlns:xsi=\"" HV_URI_XSI "\" xsi:type=\"p:MSFT_WmiError_Type\">"
			 "<p:CIMStatusCode xsi:type=\"cim:cimUnsignedInt\">27</p:CIMStatusCode>"
			 "<p:ErrorSource xsi:nil=\"true\" xsi:type=\"cim:cimString\"/>");
	hv_buf_addf(out,
		"<p:Message xsi:type=\"cim:cimString\">%s </p:Message>"
		"<p:MessageID xsi:type=\"cim:cimString\">HRESULT 0x%08x</p:MessageID>"
		"<p:error_Category xsi:type=\"cim:cimUnsignedInt\">30</p:error_Category>"
		"<p:error_Code xsi:type=\"cim:cimUnsignedInt\">%u</p:error_Code>"
		"<p:error_Type xsi:type=\"cim:cimString\">HRESULT</p:error_Type>"
		"<p:error_WindowsErrorMessage xsi:type=\"cim:cimString\">%s "
		"</p:error_WindowsErrorMessage></p:MSFT_WmiError>",
		row->text, row->code, row->code, row->text);
}

static void add_codes(struct hv_buf *out, const char *value, const char *subcode)
{
	hv_buf_addf(out, "<s:Fault><s:Code><s:Value>%s</s:Value>", value);
	if (subcode != NULL)
		hv_buf_addf(out, "<s:Subcode><s:Value>%s</s:Value></s:Subcode>", subcode);
	hv_buf_adds(out, "</s:Code>");
}

void sim_fault_add(struct hv_buf *out, enum sim_fault fault, const struct sim_fault_place *place)
{
	const struct fault_row *row = &rows[fault];
	const bool is_wmi_error = row->form == FORM_QUOTA && place->has_wmi_errors;

	if (is_wmi_error)
		add_codes(out, SENDER, "w:QuotaLimit");
	else
		add_codes(out, row->value, row->subcode);
	hv_buf_addf(out,
		"<s:Reason><s:Text xml:lang=\"de-DE\">%s </s:Text></s:Reason>"
		"<s:Detail>",
		row->text);
	if (row->fault_detail != NULL)
		hv_buf_addf(out, "<w:FaultDetail>%s</w:FaultDetail>", row->fault_detail);
	if (is_wmi_error) {
		add_wmi_error(out, row);
	} else {
		open_wsman_fault(out, row->code, place->machine);
		add_message(out, row, place);
		close_wsman_fault(out);
	}
	hv_buf_adds(out, "</s:Detail></s:Fault>");
}
