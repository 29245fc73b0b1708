/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to what they tell: pages, instances, events, shells; and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sink_recorder.h"
#include "wsman_fixture.h"

#define WMI "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
#define V2  WMI "root/virtualization/v2/"
#define EVT "http://schemas.microsoft.com/win/2004/08/events/event"

#define ITEM(content)                                                                              \
	"<p:X xmlns:p='" V2 "X' xmlns:i='" HV_URI_XSI                                              \
	"' xmlns:cim='http://schemas.dmtf.org/wbem/wscim/1/common'>" content "</p:X>"
#define PAGE(content) ENVELOPE("<n:PullResponse>" content "</n:PullResponse>")
#define ITEMS(items)  PAGE("<n:Items>" items "</n:Items>")
#define BAG           "bag root/virtualization/v2:X "

static void assert_pours(const char *text, const char *log)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_answer_page page;
	HV_AUTO(recorder) r;
	HV_AUTO(answer) answer;

	recorder_init(&r);
	assert_int_equal(parse_text(&answer, text, &err), 0);
	assert_int_equal(hv_answer_instances(&answer, "asked", "Asked", &r.sink, &page, &err), 0);
	assert_string_equal(hv_buf_str(&r.log), log);
}

static void test_answer_pages(void **state)
{
	static const struct {
		const char *text;
		const char *context; /* NULL: the end */
		size_t count;
	} CASES[] = {
		/* the two optimised forms */
		{ ENVELOPE(
			  "<n:EnumerateResponse><n:EnumerationContext>uuid:1</n:EnumerationContext>"
			  "<w:Items>" ITEM("") "</w:Items></n:EnumerateResponse>"),
			"uuid:1", 1 },
		{ ENVELOPE("<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>"
			   "<w:Items>" ITEM("")
				   ITEM("") "</w:Items><w:EndOfSequence/></n:EnumerateResponse>"),
			NULL, 2 },
		/* not optimised */
		{ ENVELOPE("<n:EnumerateResponse><n:EnumerationContext> uuid:3\n"
			   "</n:EnumerationContext></n:EnumerateResponse>"),
			"uuid:3", 0 },
		{ PAGE("<n:EnumerationContext>c</n:EnumerationContext><n:Items>" ITEM(
			  "") "</n:Items>"),
			"c", 1 },
		{ PAGE("<w:EnumerationContext>c</w:EnumerationContext><n:Items/>"), "c", 0 },
		{ PAGE("<n:Items>" ITEM("") "</n:Items><n:EndOfSequence/>"), NULL, 1 },
		{ PAGE("<n:EnumerationContext>c</n:EnumerationContext><n:EndOfSequence/>"), NULL,
			0 },
		/* no mark of the end, but nothing to go on with */
		{ PAGE("<n:Items>" ITEM("") "</n:Items>"), NULL, 1 },
		{ PAGE(""), NULL, 0 },
		/* a property is no mark */
		{ PAGE("<n:EnumerationContext>c</n:EnumerationContext><n:Items>" ITEM(
			  "<n:EndOfSequence/>") "</n:Items>"),
			"c", 1 },
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_page page = { .count = 99 };
		HV_AUTO(recorder) r;
		HV_AUTO(answer) answer;

		recorder_init(&r);
		assert_int_equal(parse_text(&answer, CASES[i].text, &err), 0);
		assert_int_equal(hv_answer_instances(&answer, "n", "C", &r.sink, &page, &err), 0);
		assert_int_equal(page.count, CASES[i].count);
		assert_int_equal(page.context == NULL, CASES[i].context == NULL);
		if (page.context != NULL)
			assert_string_equal(page.context, CASES[i].context);
	}
}

static void test_answer_instances_become_bags(void **state)
{
	static const struct {
		const char *item;
		const char *log;
	} CASES[] = {
		{ ITEMS(ITEM("")), BAG "{}\n" },
		{ ITEMS(ITEM("<p:A>1</p:A><p:B i:nil='true'/><p:C i:nil='1'>x</p:C><p:D></p:D>")),
			BAG "{\"A\":\"1\",\"B\":null,\"C\":null,\"D\":\"\"}\n" },
		{ ITEMS(ITEM("<p:A nil='true'>x</p:A><p:B i:nil='false'>y</p:B>")),
			BAG "{\"A\":\"x\",\"B\":\"y\"}\n" },
		{ ITEMS(ITEM(
			  "<p:A>1</p:A><p:B>x</p:B><p:A>2</p:A><p:A i:nil='true'/><p:A>3</p:A>")),
			BAG "{\"A\":[\"1\",\"2\",null,\"3\"],\"B\":\"x\"}\n" },
		{ ITEMS(ITEM("<p:A>a &amp; &#228;<![CDATA[<b>]]></p:A><p:B>\n</p:B>")),
			BAG "{\"A\":\"a & \xC3\xA4<b>\",\"B\":\"\\n\"}\n" },
		{ ITEMS(ITEM("<p:T>\n <cim:Datetime> 2025-12-17T09:55:22.7Z\n</cim:Datetime></p:T>"
			     "<p:I><cim:Interval>P0DT0H1M40S</cim:Interval></p:I>")),
			BAG "{\"I\":\"P0DT0H1M40S\",\"T\":\"2025-12-17T09:55:22.7Z\"}\n" },
		/* the namespace in the answer's own case, the class of the instance */
		{ ITEMS("<q:Derived xmlns:q='HTTP://schemas.microsoft.com/wbem/wsman/1/wmi/"
			"ROOT/CimV2/Derived'><q:A>1</q:A></q:Derived>"),
			"bag root/cimv2:Derived {\"A\":\"1\"}\n" },
		/* a fragment has lost both */
		{ ITEMS("<w:XmlFragment xmlns:i='" HV_URI_XSI
			"'><A>1</A><B i:nil='true'/><T><Datetime>2013-04-15T16:28:44.7884Z"
			"</Datetime></T></w:XmlFragment>"),
			"bag asked:Asked "
			"{\"A\":\"1\",\"B\":null,\"T\":\"2013-04-15T16:28:44.7884Z\"}\n" },
		/* embedded instances, one and several */
		{ ITEMS(ITEM(
			  "<p:E i:type='q:Y'><q:A xmlns:q='u'>1</q:A><q:B xmlns:q='u'>2</q:B></p:E>"
			  "<p:F><A>1</A><A>2</A></p:F><p:F><A/></p:F>")),
			BAG "{\"E\":{\"A\":\"1\",\"B\":\"2\"},\"F\":[{\"A\":[\"1\",\"2\"]},"
			    "{\"A\":\"\"}]}\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_pours(CASES[i].item, CASES[i].log);
}

#define SELECTORS                                                                                  \
	"<w:SelectorSet><w:Selector Name='DeviceID'>\\\\?\\Volume{1}\\</w:Selector>"               \
	"<w:Selector Name='K'>2</w:Selector></w:SelectorSet>"

static void test_answer_references_become_objects_of_their_keys(void **state)
{
	static const char log[] =
		BAG "{\"R\":{\"DeviceID\":\"\\\\\\\\?\\\\Volume{1}\\\\\",\"K\":\"2\"}}\n";

	(void)state;
	assert_pours(ITEMS(ITEM("<p:R><a:Address>anonymous</a:Address><a:ReferenceParameters>"
				"<w:ResourceURI>" V2 "Y</w:ResourceURI>" SELECTORS
				"</a:ReferenceParameters></p:R>")),
		log);
	assert_pours(ITEMS(ITEM("<p:R><a:EndpointReference><a:ReferenceProperties>" SELECTORS
				"</a:ReferenceProperties></a:EndpointReference></p:R>")),
		log);
	assert_pours(ITEMS(ITEM("<p:R><a:ReferenceParameters/></p:R>")), BAG "{\"R\":{}}\n");
}

static int keep_ref(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	char **ret = ctx;

	(void)err;
	assert_true(hv_bag_ref_key(bag, "R", "DeviceID", ret));
	return 0;
}

static void test_answer_reference_keys_are_found_by_the_accessors(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_answer_page page;
	HV_AUTO(string) key = NULL;
	const struct hv_sink sink = { .ctx = &key, .bag = keep_ref };
	HV_AUTO(answer) answer;

	(void)state;
	assert_int_equal(parse_text(&answer,
				 ITEMS(ITEM("<p:R><a:ReferenceParameters>" SELECTORS
					    "</a:ReferenceParameters></p:R>")),
				 &err),
		0);
	assert_int_equal(hv_answer_instances(&answer, "n", "C", &sink, &page, &err), 0);
	assert_string_equal(key, "\\\\?\\Volume{1}\\");
}

static void test_answer_single_instance(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;
	HV_AUTO(answer) answer;
	HV_AUTO(answer) empty;

	(void)state;
	recorder_init(&r);
	assert_int_equal(parse_text(&answer, ENVELOPE(ITEM("<p:A>1</p:A>")), &err), 0);
	assert_int_equal(hv_answer_instance(&answer, &r.sink, &err), 0);
	assert_string_equal(hv_buf_str(&r.log), BAG "{\"A\":\"1\"}\n");
	assert_int_equal(parse_text(&empty, ENVELOPE(""), &err), 0);
	assert_int_equal(hv_answer_instance(&empty, &r.sink, &err), -1);
	assert_int_equal(err.kind, HV_ERR_FORMAT);
}

#define EVENT(provider, rest)                                                                      \
	"<Event xmlns='" EVT "'><System><Provider Name='" provider "'/></System>" rest "</Event>"
#define POURED(provider, rest)                                                                     \
	"event <Event xmlns=\"" EVT "\"><System><Provider Name=\"" provider "\"/></System>" rest   \
	"</Event>\n"

static void test_answer_events_keep_their_content(void **state)
{
	static const struct {
		const char *items;
		const char *log;
		size_t count;
	} CASES[] = {
		{ EVENT("A", "<Data Name='x&quot;y'>a &lt; b&#13;\n</Data>"),
			POURED("A", "<Data Name=\"x&quot;y\">a &lt; b&#13;&#10;</Data>"), 1 },
		/* prefixes and declarations from around it are made good */
		{ "<z:Event xmlns:z='" EVT
		  "'><z:System><z:Provider Name='A'/></z:System><z:UserData>"
		  "<V xmlns='urn:v' z:b='1' c='2'><D xmlns=''/></V></z:UserData></z:Event>",
			POURED("A", "<UserData><V xmlns=\"urn:v\" c=\"2\"><D xmlns=\"\"/></V>"
				    "</UserData>"),
			1 },
		{ "<Event><System><Provider Name='A'/></System></Event>",
			"event <Event><System><Provider Name=\"A\"/></System></Event>\n", 1 },
		/* about the subscription itself */
		{ EVENT("Microsoft-Windows-EventForwarder", "") EVENT("B", ""), POURED("B", ""),
			2 },
		{ "", "", 0 },
	};
	struct hv_err err = HV_ERR_INIT;
	char text[4096];

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_page page;
		HV_AUTO(recorder) r;
		HV_AUTO(answer) answer;

		recorder_init(&r);
		assert_true(snprintf(text, sizeof(text), "%s%s%s",
				    "<s:Envelope xmlns:s='" HV_URI_S "' xmlns:n='" HV_URI_N
				    "'><s:Body><n:PullResponse><n:EnumerationContext>c2"
				    "</n:EnumerationContext><n:Items>",
				    CASES[i].items,
				    "</n:Items></n:PullResponse></s:Body></s:Envelope>") <
			    (int)sizeof(text));
		assert_int_equal(parse_text(&answer, text, &err), 0);
		assert_int_equal(hv_answer_events(&answer, &r.sink, &page, &err), 0);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
		assert_int_equal(page.count, CASES[i].count);
		assert_string_equal(page.context, "c2");
	}
}

/* One character that XML does not know must not cost the page. */
static void test_answer_forbidden_characters_become_blanks(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_answer_page page;
	HV_AUTO(recorder) r;
	HV_AUTO(answer) answer;

	(void)state;
	recorder_init(&r);
	assert_int_equal(parse_text(&answer,
				 ITEMS("<Event>\x01"
				       "a&#2;b&#x1F;c\xEF\xBF\xBF"
				       "d&#65;&#xD800;e&#9;\x1B</Event>"),
				 &err),
		0);
	assert_int_equal(hv_answer_events(&answer, &r.sink, &page, &err), 0);
	assert_string_equal(
		hv_buf_str(&r.log), "event <Event> a    b      c   dA        e&#9; </Event>\n");
}

static void test_answer_subscription(void **state)
{
	static const char *const good[] = { "ReferenceProperties", "ReferenceParameters" };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(good); i++) {
		struct hv_answer_subscription s;
		HV_AUTO(answer) answer;
		HV_AUTO(buf) text = { .max = 4096 };

		hv_buf_addf(&text,
			"<s:Envelope xmlns:s='" HV_URI_S "' xmlns:e='" HV_URI_E
			"' xmlns:a='" HV_URI_A "' xmlns:n='" HV_URI_N
			"'><s:Body><e:SubscribeResponse>"
			"<e:SubscriptionManager><a:%s><e:Identifier>885E</e:Identifier></a:%s>"
			"</e:SubscriptionManager><e:Expires>PT0.000S</e:Expires>"
			"<n:EnumerationContext>uuid:0</n:EnumerationContext></e:SubscribeResponse>"
			"</s:Body></s:Envelope>",
			good[i], good[i]);
		assert_int_equal(parse_text(&answer, hv_buf_str(&text), &err), 0);
		assert_int_equal(hv_answer_subscribed(&answer, &s, &err), 0);
		assert_string_equal(s.identifier, "885E");
		assert_string_equal(s.context, "uuid:0");
	}
}

static void test_answer_subscription_needs_both_names(void **state)
{
	static const char *const bad[] = {
		ENVELOPE("<e:SubscribeResponse><n:EnumerationContext>c</n:EnumerationContext>"
			 "</e:SubscribeResponse>"),
		ENVELOPE("<e:SubscribeResponse><e:SubscriptionManager><a:ReferenceParameters>"
			 "<e:Identifier>i</e:Identifier></a:ReferenceParameters>"
			 "</e:SubscriptionManager></e:SubscribeResponse>"),
		ENVELOPE("<e:UnsubscribeResponse/>"),
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(bad); i++) {
		struct hv_answer_subscription s;
		HV_AUTO(answer) answer;

		assert_int_equal(parse_text(&answer, bad[i], &err), 0);
		assert_int_equal(hv_answer_subscribed(&answer, &s, &err), -1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
	}
}

static void test_answer_identity(void **state)
{
	static const struct {
		const char *version;
		const char *os;
		const char *stack;
	} CASES[] = {
		{ "OS: 6.3.9600 SP: 0.0 Stack: 3.0", "6.3.9600", "3.0" },
		{ "OS: 0.0.0 SP: 0.0 Stack: 2.0", "", "2.0" },
		{ "1.0", "", "" },
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) text = { .max = 4096 };
		struct hv_answer_identity id;
		HV_AUTO(answer) answer;

		hv_buf_addf(&text,
			"<s:Envelope xmlns:s='" HV_URI_S
			"'><s:Body><i:IdentifyResponse xmlns:i='" HV_URI_ID
			"'><i:ProductVendor>V</i:ProductVendor><i:ProductVersion>%s"
			"</i:ProductVersion></i:IdentifyResponse></s:Body></s:Envelope>",
			CASES[i].version);
		assert_int_equal(parse_text(&answer, hv_buf_str(&text), &err), 0);
		assert_int_equal(hv_answer_identity(&answer, &id, &err), 0);
		assert_string_equal(id.vendor, "V");
		assert_string_equal(id.version, CASES[i].version);
		assert_string_equal(id.os, CASES[i].os);
		assert_string_equal(id.stack, CASES[i].stack);
	}
}

#define RECEIVED(content)  ENVELOPE("<rsp:ReceiveResponse>" content "</rsp:ReceiveResponse>")
#define STREAM(name, data) "<rsp:Stream Name='" name "' CommandId='C'>" data "</rsp:Stream>"
#define STATE(name, exit)                                                                          \
	"<rsp:CommandState CommandId='C' State='" HV_URI_RSP "/CommandState/" name "'>" exit       \
	"</rsp:CommandState>"
#define EXIT(code) "<rsp:ExitCode>" code "</rsp:ExitCode>"

static void test_answer_output(void **state)
{
	static const struct {
		const char *text;
		const char *out;
		const char *errors;
		bool done, has_exit_code;
		uint32_t exit_code;
	} CASES[] = {
		{ RECEIVED(STREAM("stdout", "aG") STREAM("stdout", "")), NULL, "", false, false,
			0 },
		{ RECEIVED(STREAM("stdout", "aGk=") STREAM("stderr", "YQ==")
				  STREAM("stdout", "Cg==") STATE("Running", "")),
			"hi\n", "a", false, false, 0 },
		{ RECEIVED(STATE("Done", EXIT("4294967295"))), "", "", true, true, UINT32_MAX },
		{ RECEIVED(STATE("Done", "")), "", "", true, false, 0 },
		{ RECEIVED(STATE("Pending", "")), "", "", false, false, 0 },
		{ RECEIVED(""), "", "", false, false, 0 },
		{ RECEIVED(STREAM("stdin", "")), NULL, "", false, false, 0 },
		{ RECEIVED("<rsp:Stream Name='stdout' CommandId='D'/>"), NULL, "", false, false,
			0 },
		{ RECEIVED(STATE("Done", EXIT("4294967296"))), NULL, "", false, false, 0 },
		{ RECEIVED(STATE("Done", EXIT("-1"))), NULL, "", false, false, 0 },
		{ ENVELOPE("<rsp:SendResponse/>"), NULL, "", false, false, 0 },
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_output output = { .exit_code = 0 };
		HV_AUTO(buf) errors = { .max = 4096 };
		HV_AUTO(buf) out = { .max = 4096 };
		HV_AUTO(answer) answer;
		int result;

		assert_int_equal(parse_text(&answer, CASES[i].text, &err), 0);
		result = hv_answer_output(&answer, "c", &out, &errors, &output, &err);
		assert_int_equal(result, CASES[i].out != NULL ? 0 : -1);
		if (result < 0) {
			assert_int_equal(err.kind, HV_ERR_FORMAT);
			continue;
		}
		assert_string_equal(hv_buf_str(&out), CASES[i].out);
		assert_string_equal(hv_buf_str(&errors), CASES[i].errors);
		assert_int_equal(output.done, CASES[i].done);
		assert_int_equal(output.has_exit_code, CASES[i].has_exit_code);
		assert_int_equal(output.exit_code, CASES[i].exit_code);
	}
}

static void test_answer_output_is_bounded(void **state)
{
	struct hv_answer_output output;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) out = { .max = 2 };
	HV_AUTO(answer) answer;

	(void)state;
	assert_int_equal(parse_text(&answer, RECEIVED(STREAM("stdout", "YWJj")), &err), 0);
	assert_int_equal(hv_answer_output(&answer, "C", &out, &out, &output, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

static void test_answer_relates_to_its_request(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(answer) answer;
	HV_AUTO(answer) silent;

	(void)state;
	assert_int_equal(parse_text(&answer, ENVELOPE(""), &err), 0);
	assert_string_equal(answer.action, "urn:x");
	assert_int_equal(hv_answer_check_relates(&answer, "uuid:A1", &err), 0);
	assert_int_equal(hv_answer_check_relates(&answer, "uuid:a1", &err), -1);
	assert_int_equal(err.kind, HV_ERR_FORMAT);
	assert_int_equal(parse_text(&silent,
				 "<s:Envelope xmlns:s='" HV_URI_S "'><s:Body/></s:Envelope>", &err),
		0);
	assert_int_equal(hv_answer_check_relates(&silent, "uuid:A1", &err), 0);
}

static void test_answer_in_utf16(void **state)
{
	static const char text[] = ENVELOPE("<rsp:CommandResponse><rsp:CommandId>C1</rsp:CommandId>"
					    "</rsp:CommandResponse>");
	uint8_t wide[2 * sizeof(text)] = { 0xFF, 0xFE };
	struct hv_err err = HV_ERR_INIT;
	const char *id = NULL;
	HV_AUTO(answer) answer;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		wide[2 + 2 * i] = (uint8_t)text[i];
	assert_int_equal(hv_answer_parse(&answer, wide, sizeof(wide), &err), 0);
	assert_int_equal(hv_answer_command_id(&answer, &id, &err), 0);
	assert_string_equal(id, "C1");
}

static void test_answer_refuses_what_is_no_envelope(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} CASES[] = {
		{ "", "empty" },
		{ "<html/>", "expected a SOAP 1.2 envelope, found <html>" },
		{ "<Envelope/>", "expected a SOAP 1.2 envelope" },
		{ "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>",
			"expected a SOAP 1.2 envelope" },
		{ "<s:Envelope xmlns:s='" HV_URI_S "'/>", "no body" },
		{ "<s:Envelope xmlns:s='" HV_URI_S "'><s:Body>", "not well-formed" },
		{ "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type declaration" },
		{ "<a>&b;</a>", "not well-formed" },
		{ "\xFF", "not text" },
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(answer) answer;

		assert_int_equal(parse_text(&answer, CASES[i].text, &err), -1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		assert_non_null(strstr(err.text, CASES[i].words));
	}
}

static void test_answer_refuses_items_of_another_kind(void **state)
{
	static const char *const bad[] = { ITEMS("<a:EndpointReference/>"),
		PAGE("<n:Items/><w:Items/>"), ITEMS("<X/>"), ITEMS("<X xmlns='" WMI "X'/>"),
		ITEMS(ITEM("<p:R><a:ReferenceParameters><w:SelectorSet><w:Selector>1</w:Selector>"
			   "</w:SelectorSet></a:ReferenceParameters></p:R>")),
		ENVELOPE("<n:ReleaseResponse/>"), ENVELOPE("<PullResponse/>"), ENVELOPE("") };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(bad); i++) {
		struct hv_answer_page page;
		HV_AUTO(recorder) r;
		HV_AUTO(answer) answer;

		recorder_init(&r);
		assert_int_equal(parse_text(&answer, bad[i], &err), 0);
		assert_int_equal(hv_answer_instances(&answer, "n", "C", &r.sink, &page, &err), -1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		hv_err_clear(&err);
		assert_int_equal(hv_answer_events(&answer, &r.sink, &page, &err), -1);
		assert_string_equal(hv_buf_str(&r.log), "");
	}
}

static void test_answer_sink_may_refuse(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_answer_page page;
	HV_AUTO(recorder) r;
	HV_AUTO(answer) answer;

	(void)state;
	recorder_init(&r);
	r.refuse = "enough";
	assert_int_equal(parse_text(&answer, ITEMS(ITEM("")), &err), 0);
	assert_int_equal(hv_answer_instances(&answer, "n", "C", &r.sink, &page, &err), -1);
	assert_string_equal(err.text, "enough");
}

static void test_answer_is_bounded(void **state)
{
	static const struct {
		const char *piece;
		size_t count;
		enum hv_err_kind kind;
	} CASES[] = {
		{ "<a>", HV_ANSWER_MAX_DEPTH + 1, HV_ERR_FORMAT },
		{ "<a/>", HV_ANSWER_MAX_ITEMS + 1, HV_ERR_LIMIT },
		{ "12345678", HV_ANSWER_MAX_BYTES / 8 + 1, HV_ERR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) text = { .max = 2 * HV_ANSWER_MAX_BYTES };
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(answer) answer;

		hv_buf_adds(&text, "<a>");
		for (size_t n = 0; n < CASES[i].count; n++)
			hv_buf_adds(&text, CASES[i].piece);
		hv_buf_adds(&text, "</a>");
		assert_false(hv_buf_failed(&text));
		assert_int_equal(parse_text(&answer, hv_buf_str(&text), &err), -1);
		assert_int_equal(err.kind, CASES[i].kind);
	}
}

static void test_answer_shell(void **state)
{
	static const struct {
		const char *text;
		const char *id; /* NULL: refused */
	} CASES[] = {
		{ ENVELOPE("<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet>"
			   "<w:Selector Name='Other'>x</w:Selector>"
			   "<w:Selector Name='ShellId'>S1</w:Selector></w:SelectorSet>"
			   "</a:ReferenceParameters></x:ResourceCreated>"),
			"S1" },
		{ ENVELOPE("<x:ResourceCreated/>"), NULL },
		{ ENVELOPE("<rsp:Shell><rsp:ShellId>S1</rsp:ShellId></rsp:Shell>"), NULL },
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(answer) answer;
		const char *id = NULL;

		assert_int_equal(parse_text(&answer, CASES[i].text, &err), 0);
		assert_int_equal(
			hv_answer_shell_id(&answer, &id, &err), CASES[i].id != NULL ? 0 : -1);
		if (CASES[i].id != NULL)
			assert_string_equal(id, CASES[i].id);
		assert_int_equal(hv_answer_command_id(&answer, &id, &err), -1);
	}
}

/* Instances of a real Hyper-V host whose Windows speaks Japanese, and volumes as fragments. */
static void test_answer_reads_recorded_instances(void **state)
{
	static const struct {
		const char *name;
		const char *context;
		const char *log;
	} CASES[] = {
		{ "go-wsman/recorded_computersystem_enumerate.xml",
			"uuid:00000000-0000-4000-8000-000000000003", "" },
		{ "go-wsman/recorded_computersystem_pull_host.xml",
			"uuid:00000000-0000-4000-8000-000000000006",
			"bag root/virtualization/v2:Msvm_ComputerSystem {\"Caption\":\"ホスト "
			"コンピューター システム\",\"CommunicationStatus\":null,\"Crea"
			"tionClassName\":\"Msvm_ComputerSystem\",\"Description\":\"Microsoft ホ"
			"スト コンピューター システム\",\"DetailedStatus\":null,\"El"
			"ementName\":\"scrubbed-1\",\"EnabledDefault\":\"2\",\"EnabledState\":\"2"
			"\",\"EnhancedSessionModeState\":null,\"FailedOverReplicationType\":null,"
			"\"HealthState\":\"5\",\"HwThreadsPerCoreRealized\":null,\"InstallDate\":"
			"null,\"InstanceID\":null,\"LastApplicationConsistentReplicationTime\":nu"
			"ll,\"LastReplicationTime\":null,\"LastReplicationType\":null,\"LastSucce"
			"ssfulBackupTime\":null,\"ManagementVtlImageFileName\":null,\"ManagementV"
			"tlImageVersion\":null,\"Name\":\"scrubbed-1\",\"NameFormat\":null,\"Numb"
			"erOfNumaNodes\":\"1\",\"OnTimeInMilliseconds\":null,\"OperatingStatus\":"
			"null,\"OperationalStatus\":\"2\",\"OtherEnabledState\":null,\"PrimaryOwn"
			"erContact\":null,\"PrimaryOwnerName\":null,\"PrimaryStatus\":null,\"Proc"
			"essID\":null,\"ReplicationHealth\":null,\"ReplicationMode\":null,\"Repli"
			"cationState\":null,\"RequestedState\":\"12\",\"ResetCapability\":\"1\","
			"\"Status\":\"OK\",\"StatusDescriptions\":\"OK\",\"TimeOfLastConfiguratio"
			"nChange\":null,\"TimeOfLastStateChange\":null,\"TransitioningToState\":n"
			"ull}\n" },
		{ "go-wsman/recorded_computersystem_pull_vm_running_c_eos.xml", NULL,
			"bag root/virtualization/v2:Msvm_ComputerSystem {\"Caption\":\"仮想マ"
			"シン\",\"CommunicationStatus\":null,\"CreationClassName\":\"Msvm_Compu"
			"terSystem\",\"Description\":\"Microsoft Virtual Machine\",\"DetailedStat"
			"us\":null,\"ElementName\":\"scrubbed-4\",\"EnabledDefault\":\"2\",\"Enab"
			"ledState\":\"2\",\"EnhancedSessionModeState\":\"6\",\"FailedOverReplicat"
			"ionType\":\"0\",\"HealthState\":\"5\",\"HwThreadsPerCoreRealized\":\"2\""
			",\"InstallDate\":\"2025-12-17T09:55:22.702341Z\",\"InstanceID\":null,\"L"
			"astApplicationConsistentReplicationTime\":\"1601-01-01T00:00:00Z\",\"Las"
			"tReplicationTime\":\"1601-01-01T00:00:00Z\",\"LastReplicationType\":\"0"
			"\",\"LastSuccessfulBackupTime\":null,\"ManagementVtlImageFileName\":null"
			",\"ManagementVtlImageVersion\":null,\"Name\":\"00000000-0000-4000-8000-0"
			"00000000015\",\"NameFormat\":null,\"NumberOfNumaNodes\":\"1\",\"OnTimeIn"
			"Milliseconds\":\"6138293824\",\"OperatingStatus\":null,\"OperationalStat"
			"us\":\"2\",\"OtherEnabledState\":null,\"PrimaryOwnerContact\":null,\"Pri"
			"maryOwnerName\":null,\"PrimaryStatus\":null,\"ProcessID\":\"8748\",\"Rep"
			"licationHealth\":\"0\",\"ReplicationMode\":\"0\",\"ReplicationState\":\""
			"0\",\"RequestedState\":\"5\",\"ResetCapability\":\"1\",\"Status\":\"OK\""
			",\"StatusDescriptions\":\"正常稼働中\",\"TimeOfLastConfigurationCha"
			"nge\":\"2026-07-29T14:11:00.026037Z\",\"TimeOfLastStateChange\":\"2026-0"
			"7-29T14:11:00.019976Z\",\"TransitioningToState\":null}\n" },
		{ "go-wsman/pull_response_xsinil_real.xml",
			"uuid:00000000-0000-0000-0000-000000000003",
			"bag root/virtualization/v2:Msvm_ResourceAllocationSettingData {\"Address"
			"\":null,\"AddressOnParent\":null,\"AllocationUnits\":\"count\",\"Automat"
			"icAllocation\":\"true\",\"AutomaticDeallocation\":\"true\",\"Caption\":"
			"\"物理ディスク ドライブの増分設定\",\"ConsumerVisibility"
			"\":\"2\",\"Description\":\"物理ディスク ドライブ リソース"
			"の増分設定を示します。\",\"ElementName\":null,\"InstanceID\":"
			"\"Microsoft:Definition\\\\00000000-0000-0000-0000-00000000ABCD\\\\Increm"
			"ent\",\"Limit\":\"1\",\"MappingBehavior\":null,\"OtherResourceType\":nul"
			"l,\"Parent\":null,\"PoolID\":\"\\n\",\"Reservation\":\"0\",\"ResourceSub"
			"Type\":\"Microsoft:Hyper-V:Physical Disk Drive\",\"ResourceType\":\"17\""
			",\"TargetVtl\":\"0\",\"VirtualQuantity\":\"1\",\"VirtualQuantityUnits\":"
			"\"count\",\"Weight\":\"0\"}\n" },
		{ "opennms/optimized-enum-response-with-fragments-1.xml",
			"uuid:9BF32A71-F913-4F19-95C9-A642AD4B758F",
			"bag asked:Asked {\"FreeSpace\":null,\"Name\":\"A:\",\"Size\":null}\n" },
		{ "opennms/optimized-enum-response-with-fragments-2.xml", NULL,
			"bag asked:Asked {\"FreeSpace\":\"44395380736\",\"Name\":\"C:\",\"Size\":"
			"\"64412164096\"}\nbag asked:Asked {\"FreeSpace\":\"30545928192\",\"Name"
			"\":\"D:\",\"Size\":\"64421359616\"}\nbag asked:Asked {\"FreeSpace\":null"
			",\"Name\":\"E:\",\"Size\":null}\n" },
	};
	struct hv_err err = HV_ERR_INIT;
	char dir[2048];

	(void)state;
	if (!recorded_dir(dir))
		skip();
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_page page;
		HV_AUTO(recorder) r;
		HV_AUTO(answer) answer;

		recorder_init(&r);
		assert_int_equal(parse_recorded(&answer, dir, CASES[i].name, &err), 0);
		assert_int_equal(
			hv_answer_instances(&answer, "asked", "Asked", &r.sink, &page, &err), 0);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
		assert_int_equal(page.context == NULL, CASES[i].context == NULL);
		if (page.context != NULL)
			assert_string_equal(page.context, CASES[i].context);
	}
}

static void test_answer_reads_recorded_shells(void **state)
{
	static const struct {
		const char *name;
		const char *relates_to;
		const char *id;
	} CASES[] = {
		{ "pypsrp/winrs_standard_00_response.xml",
			"uuid:FC40E3CD-53E9-4315-B486-6D538B25D1F5",
			"4283CBDC-3706-415B-88BD-B385F3E51A53" },
		{ "winrb/open_shell_v1.xml", "uuid:EEF803CE-B9A6-48C1-BF00-90C6F077EC2A",
			"uuid:739990FF-1492-4CDD-80BB-6E07ADB06D85" },
		{ "masterzen/createShellResponse.xml", "uuid:D00059E8-57D6-4035-AD8D-3EDC495DA163",
			"67A74734-DD32-4F10-89DE-49A060483810" },
	};
	struct hv_err err = HV_ERR_INIT;
	char dir[2048];

	(void)state;
	if (!recorded_dir(dir))
		skip();
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(answer) answer;
		const char *id = NULL;

		assert_int_equal(parse_recorded(&answer, dir, CASES[i].name, &err), 0);
		assert_int_equal(hv_answer_check_relates(&answer, CASES[i].relates_to, &err), 0);
		assert_int_equal(hv_answer_shell_id(&answer, &id, &err), 0);
		assert_string_equal(id, CASES[i].id);
	}
}

static void test_answer_reads_a_recorded_command(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(answer) answer;
	const char *id = NULL;
	char dir[2048];

	(void)state;
	answer = (struct hv_answer){ .doc = NULL };
	if (!recorded_dir(dir))
		skip();
	assert_int_equal(
		parse_recorded(&answer, dir, "pypsrp/winrs_standard_01_response.xml", &err), 0);
	assert_int_equal(hv_answer_command_id(&answer, &id, &err), 0);
	assert_string_equal(id, "CF84C20A-0A35-43FA-AF78-0B4711DA5F30");
}

static void test_answer_reads_recorded_output(void **state)
{
	static const struct {
		const char *name;
		const char *command_id;
		const char *out;
		const char *errors;
		bool done;
	} CASES[] = {
		{ "pypsrp/winrs_standard_02_response.xml", "CF84C20A-0A35-43FA-AF78-0B4711DA5F30",
			"hi\r\n", "", true },
		{ "pypsrp/winrs_operation_timeout_02_response.xml",
			"D644AE56-61E5-4C1A-A135-E599B76B3035", "hi\n", "", false },
		{ "pypsrp/winrs_operation_timeout_05_response.xml",
			"D644AE56-61E5-4C1A-A135-E599B76B3035", "hi again\n", "", true },
		{ "pypsrp/winrs_unicode_02_response.xml", "1B922CC0-CE49-4A7E-AC46-B01C472B49A9",
			"\xE3\x81\x93\xE3\x82\x93\xE3\x81\xAB\xE3\x81\xA1\xE3\x81\xAF\n", "",
			true },
		{ "masterzen/outputResponse.xml", "1A6DEE6B-EC68-4DD6-87E9-030C0048ECC4",
			"That's all folks!!!", "This is stderr, I'm pretty sure!", false },
	};
	struct hv_err err = HV_ERR_INIT;
	char dir[2048];

	(void)state;
	if (!recorded_dir(dir))
		skip();
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_output output;
		HV_AUTO(buf) errors = { .max = 4096 };
		HV_AUTO(buf) out = { .max = 4096 };
		HV_AUTO(answer) answer;

		assert_int_equal(parse_recorded(&answer, dir, CASES[i].name, &err), 0);
		assert_int_equal(hv_answer_output(&answer, CASES[i].command_id, &out, &errors,
					 &output, &err),
			0);
		assert_string_equal(hv_buf_str(&out), CASES[i].out);
		assert_string_equal(hv_buf_str(&errors), CASES[i].errors);
		assert_int_equal(output.done, CASES[i].done);
		assert_int_equal(output.has_exit_code, CASES[i].done);
		assert_int_equal(output.exit_code, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer_pages),
		cmocka_unit_test(test_answer_instances_become_bags),
		cmocka_unit_test(test_answer_references_become_objects_of_their_keys),
		cmocka_unit_test(test_answer_reference_keys_are_found_by_the_accessors),
		cmocka_unit_test(test_answer_single_instance),
		cmocka_unit_test(test_answer_events_keep_their_content),
		cmocka_unit_test(test_answer_forbidden_characters_become_blanks),
		cmocka_unit_test(test_answer_subscription),
		cmocka_unit_test(test_answer_subscription_needs_both_names),
		cmocka_unit_test(test_answer_identity),
		cmocka_unit_test(test_answer_output),
		cmocka_unit_test(test_answer_output_is_bounded),
		cmocka_unit_test(test_answer_relates_to_its_request),
		cmocka_unit_test(test_answer_in_utf16),
		cmocka_unit_test(test_answer_refuses_what_is_no_envelope),
		cmocka_unit_test(test_answer_refuses_items_of_another_kind),
		cmocka_unit_test(test_answer_sink_may_refuse),
		cmocka_unit_test(test_answer_is_bounded),
		cmocka_unit_test(test_answer_shell),
		cmocka_unit_test(test_answer_reads_recorded_instances),
		cmocka_unit_test(test_answer_reads_recorded_shells),
		cmocka_unit_test(test_answer_reads_a_recorded_command),
		cmocka_unit_test(test_answer_reads_recorded_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
