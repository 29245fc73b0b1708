/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wsman/base64.h"
#include "wsman/soap.h"

#define OPEN                                                                                       \
	"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                          \
	" xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                            \
	" xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""                              \
	" xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\""                         \
	" xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""                           \
	" xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\""                              \
	" xmlns:rsp=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell\"><s:Header>"        \
	"<a:To>http://hv01:5985/wsman</a:To>"
#define HEAD(resource, action)                                                                     \
	OPEN "<w:ResourceURI s:mustUnderstand=\"true\">" resource                                  \
	     "</w:ResourceURI><a:ReplyTo><a:Address s:mustUnderstand=\"true\">"                    \
	     "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"         \
	     "</a:ReplyTo><a:Action s:mustUnderstand=\"true\">" action                             \
	     "</a:Action><w:MaxEnvelopeSize s:mustUnderstand=\"true\">512000</w:MaxEnvelopeSize>"  \
	     "<a:MessageID>uuid:A1</a:MessageID>"                                                  \
	     "<w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"                           \
	     "<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"                       \
	     "<w:OperationTimeout>PT30.050S</w:OperationTimeout>"
#define BODY(body)  "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define WMI         "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2"
#define ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define EVENTING    "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define EVENTLOG    "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog"
#define SHELL       "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define OPTIONS     "<w:OptionSet xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
#define EVENT_OPTIONS                                                                              \
	OPTIONS "<w:Option Name=\"SubscriptionName\">monitoring-plugins-hyperv</w:Option>"         \
		"<w:Option Name=\"ContentFormat\">RenderedText</w:Option>"                         \
		"<w:Option Name=\"ReadExistingEvents\" xsi:nil=\"true\"/></w:OptionSet>"
#define OF_SHELL "<w:SelectorSet><w:Selector Name=\"ShellId\">S&lt;1</w:Selector></w:SelectorSet>"

static const struct hv_soap_call call = {
	.to = "http://hv01:5985/wsman",
	.message_id = "uuid:A1",
	.timeout_ms = 30050,
};

struct fixture {
	struct hv_buf out;
	struct hv_err err;
};

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .err = HV_ERR_INIT };
	hv_buf_init(&f.out, HV_SOAP_MAX_REQUEST);
	hv_buf_adds(&f.out, "what was there before");
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hv_buf_done(&f->out);
	return 0;
}

static void test_soap_identify(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(hv_soap_identify(&f->out, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/>"
		"<s:Body><wsmid:Identify xmlns:wsmid="
		"\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"/>"
		"</s:Body></s:Envelope>");
}

static void test_soap_enumerate(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(hv_soap_enumerate(&f->out, &call, "root/virtualization/v2",
				 "SELECT * FROM X WHERE A < 1 & B = \"\xC3\xA4\"", &f->err),
		0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(WMI "/*", ENUMERATION "/Enumerate")
			BODY("<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000"
			     "</w:MaxElements><w:Filter "
			     "Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">"
			     "SELECT * FROM X WHERE A &lt; 1 &amp; B = &quot;\xC3\xA4&quot;"
			     "</w:Filter></n:Enumerate>"));
}

static void test_soap_pull_and_release(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		hv_soap_pull(&f->out, &call, "root/virtualization/v2", "uuid:C<", &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(WMI "/*", ENUMERATION "/Pull")
			BODY("<n:Pull><n:EnumerationContext>uuid:C&lt;</n:EnumerationContext>"
			     "<n:MaxElements>32000</n:MaxElements></n:Pull>"));
	assert_int_equal(
		hv_soap_release(&f->out, &call, "root/virtualization/v2", "uuid:C", &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(WMI "/*", ENUMERATION "/Release")
			BODY("<n:Release><n:EnumerationContext>uuid:C</n:EnumerationContext>"
			     "</n:Release>"));
}

static void test_soap_get(void **state)
{
	static const struct hv_soap_selector keys[] = {
		{ .name = "CreationClassName", .value = "Msvm_ComputerSystem" },
		{ .name = "Na\"me", .value = "a&b" },
	};
	const struct hv_soap_object vm = {
		.ns = "root/virtualization/v2",
		.class_name = "Msvm_ComputerSystem",
		.selectors = keys,
		.selector_count = HV_ARRAY_LEN(keys),
	};
	struct fixture *f = *state;

	assert_int_equal(hv_soap_get(&f->out, &call, &vm, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(WMI "/Msvm_ComputerSystem", TRANSFER
			"/Get") "<w:SelectorSet>"
				"<w:Selector Name=\"CreationClassName\">Msvm_ComputerSystem</w:Selector>"
				"<w:Selector Name=\"Na&quot;me\">a&amp;b</w:Selector>"
				"</w:SelectorSet>" BODY(""));
}

static void test_soap_invoke(void **state)
{
	static const struct hv_soap_selector vm_keys[] = { { .name = "InstanceID", .value = "V" } };
	static const struct hv_soap_parameter parameters[] = {
		{ .name = "RequestedInformation", .value = "0" },
		{ .name = "RequestedInformation", .value = "<1" },
		{ .name = "SettingData",
			.resource_uri = WMI "/Y",
			.selectors = vm_keys,
			.selector_count = 1 },
	};
	const struct hv_soap_object service = {
		.ns = "root/virtualization/v2",
		.class_name = "X",
	};
	struct fixture *f = *state;

	assert_int_equal(hv_soap_invoke(&f->out, &call, &service, "Do", parameters,
				 HV_ARRAY_LEN(parameters), &f->err),
		0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(WMI "/X", WMI "/X/Do")
			BODY("<p:Do_INPUT xmlns:p=\"" WMI "/X\">"
			     "<p:RequestedInformation>0</p:RequestedInformation>"
			     "<p:RequestedInformation>&lt;1</p:RequestedInformation>"
			     "<p:SettingData><a:Address>http://schemas.xmlsoap.org/ws/2004/08/"
			     "addressing/role/anonymous</a:Address><a:ReferenceParameters>"
			     "<w:ResourceURI>" WMI "/Y</w:ResourceURI><w:SelectorSet>"
			     "<w:Selector Name=\"InstanceID\">V</w:Selector></w:SelectorSet>"
			     "</a:ReferenceParameters></p:SettingData></p:Do_INPUT>"));
}

/* The query is XML within XML: its own texts are escaped twice. */
static void test_soap_subscribe(void **state)
{
	static const struct hv_soap_event_query queries[] = {
		{ .channel = "A\"B", .xpath = "*[System[Level<=2]]" },
		{ .channel = "System", .xpath = "*" },
	};
	struct fixture *f = *state;

	assert_int_equal(hv_soap_subscribe(&f->out, &call, queries, 2, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(EVENTLOG, EVENTING "/Subscribe") EVENT_OPTIONS BODY(
			"<e:Subscribe><e:Delivery "
			"Mode=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull\">"
			"<w:Heartbeats>PT60.000S</w:Heartbeats>"
			"<w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
			"<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
			"<w:ContentEncoding>UTF-8</w:ContentEncoding></e:Delivery>"
			"<e:Expires>PT600.000S</e:Expires><w:Filter "
			"Dialect=\"http://schemas.microsoft.com/win/2004/08/events/eventquery\">"
			"&lt;QueryList&gt;&lt;Query Id=&quot;0&quot; "
			"Path=&quot;A&amp;quot;B&quot;&gt;&lt;Select&gt;*[System[Level&amp;lt;=2]]"
			"&lt;/Select&gt;&lt;/Query&gt;&lt;Query Id=&quot;1&quot; "
			"Path=&quot;System&quot;&gt;&lt;Select&gt;*&lt;/Select&gt;&lt;/Query&gt;"
			"&lt;/QueryList&gt;</w:Filter><w:SendBookmarks/></e:Subscribe>"));
}

static void test_soap_pull_events_and_unsubscribe(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(hv_soap_pull_events(&f->out, &call, "uuid:C", 500, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(EVENTLOG, ENUMERATION "/Pull") EVENT_OPTIONS BODY(
			"<n:Pull><n:EnumerationContext>uuid:C</n:EnumerationContext>"
			"<n:MaxElements>500</n:MaxElements></n:Pull>"));
	assert_int_equal(hv_soap_unsubscribe(&f->out, &call, "I&", &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(EVENTLOG, EVENTING "/Unsubscribe") "<e:Identifier>I&amp;</e:Identifier>" BODY(
			"<e:Unsubscribe/>"));
}

static void test_soap_shell(void **state)
{
	static const char *const arguments[] = { "qe", "\"/q:*[a<b]\"" };
	struct fixture *f = *state;

	assert_int_equal(hv_soap_shell_create(&f->out, &call, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out), HEAD(SHELL "/cmd", TRANSFER "/Create") OPTIONS
		"<w:Option Name=\"WINRS_NOPROFILE\">TRUE</w:Option>"
		"<w:Option Name=\"WINRS_CODEPAGE\">65001</w:Option></w:OptionSet>" BODY(
			"<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
			"<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"));
	assert_int_equal(hv_soap_shell_command(&f->out, &call, "S<1", HV_SOAP_VIA_CMD, "wevtutil",
				 arguments, 2, &f->err),
		0);
	assert_string_equal(hv_buf_str(&f->out), HEAD(SHELL "/cmd", SHELL "/Command") OPTIONS
		"<w:Option Name=\"WINRS_CONSOLEMODE_STDIN\">TRUE</w:Option>"
		"<w:Option Name=\"WINRS_SKIP_CMD_SHELL\">FALSE</w:Option>"
		"</w:OptionSet>" OF_SHELL BODY(
			"<rsp:CommandLine><rsp:Command>wevtutil</rsp:Command>"
			"<rsp:Arguments>qe</rsp:Arguments><rsp:Arguments>"
			"&quot;/q:*[a&lt;b]&quot;</rsp:Arguments>"
			"</rsp:CommandLine>"));
	assert_int_equal(
		hv_soap_shell_command(&f->out, &call, "S", HV_SOAP_DIRECTLY, "x", NULL, 0, &f->err),
		0);
	assert_non_null(strstr(hv_buf_str(&f->out), "\"WINRS_SKIP_CMD_SHELL\">TRUE<"));
	assert_int_equal(hv_soap_shell_delete(&f->out, &call, "S<1", &f->err), 0);
	assert_string_equal(
		hv_buf_str(&f->out), HEAD(SHELL "/cmd", TRANSFER "/Delete") OF_SHELL BODY(""));
}

static void test_soap_shell_streams(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		hv_soap_shell_send(&f->out, &call, "S<1", "C\"1", "hi\r\n", 4, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(SHELL "/cmd", SHELL "/Send")
			OF_SHELL BODY("<rsp:Send><rsp:Stream Name=\"stdin\" "
				      "CommandId=\"C&quot;1\" End=\"true\">aGkNCg=="
				      "</rsp:Stream></rsp:Send>"));
	assert_int_equal(hv_soap_shell_receive(&f->out, &call, "S<1", "C", &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(SHELL "/cmd", SHELL "/Receive")
			OF_SHELL BODY("<rsp:Receive><rsp:DesiredStream CommandId=\"C\">stdout "
				      "stderr</rsp:DesiredStream></rsp:Receive>"));
	assert_int_equal(hv_soap_shell_terminate(&f->out, &call, "S<1", "C", &f->err), 0);
	assert_string_equal(hv_buf_str(&f->out),
		HEAD(SHELL "/cmd", SHELL "/Signal")
			OF_SHELL BODY("<rsp:Signal CommandId=\"C\"><rsp:Code>" SHELL
				      "/signal/terminate</rsp:Code></rsp:Signal>"));
}

static void test_soap_refuses_what_xml_cannot_carry(void **state)
{
	static const char *const bad[] = { "a\x01z", "\x7F\xFF", "\xEF\xBF\xBE", "\xED\xA0\x80",
		"\x1B[0m" };
	static const struct hv_soap_event_query query = { .channel = "\x02", .xpath = "*" };
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(bad); i++) {
		hv_err_clear(&f->err);
		assert_int_equal(
			hv_soap_enumerate(&f->out, &call, "root/cimv2", bad[i], &f->err), -1);
		assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	}
	hv_err_clear(&f->err);
	assert_int_equal(hv_soap_subscribe(&f->out, &call, &query, 1, &f->err), -1);
	assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	hv_err_clear(&f->err);
	assert_int_equal(hv_soap_enumerate(&f->out, &call, "root/cimv2",
				 "\t\r\n\x7F\xF0\x9F\x98\x80", &f->err),
		0);
	assert_non_null(strstr(hv_buf_str(&f->out), ">&#9;&#13;&#10;\x7F\xF0\x9F\x98\x80<"));
}

static void test_soap_request_too_large(void **state)
{
	struct fixture *f = *state;

	f->out.max = 600;
	assert_int_equal(hv_soap_enumerate(&f->out, &call, "root/cimv2", "x", &f->err), -1);
	assert_int_equal(f->err.kind, HV_ERR_LIMIT);
}

static void test_base64_both_ways(void **state)
{
	static const struct {
		const char *plain;
		const char *encoded;
	} CASES[] = {
		/* [RFC 4648 10] */
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xFF\xFE\xFB", "//77" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		hv_buf_clear(&f->out);
		hv_base64_encode(&f->out, CASES[i].plain, strlen(CASES[i].plain));
		assert_string_equal(hv_buf_str(&f->out), CASES[i].encoded);
		hv_buf_clear(&f->out);
		assert_true(hv_base64_decode(&f->out, CASES[i].encoded, strlen(CASES[i].encoded)));
		assert_string_equal(hv_buf_str(&f->out), CASES[i].plain);
	}
	hv_buf_clear(&f->out);
	assert_true(hv_base64_decode(&f->out, " Z\ng\t=\r= ", 9));
	assert_string_equal(hv_buf_str(&f->out), "f");
}

static void test_base64_refuses_what_is_none(void **state)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "=", "====", "Z===", "Zg=a",
		"Zg==Zg==", "Zm9v!", "Zm9\xC3\xA4", "Zg===" };
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(bad); i++)
		assert_false(hv_base64_decode(&f->out, bad[i], strlen(bad[i])));
	assert_false(hv_base64_decode(&f->out, "Zm9\0", 4));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_soap_identify),
		TEST(test_soap_enumerate),
		TEST(test_soap_pull_and_release),
		TEST(test_soap_get),
		TEST(test_soap_invoke),
		TEST(test_soap_subscribe),
		TEST(test_soap_pull_events_and_unsubscribe),
		TEST(test_soap_shell),
		TEST(test_soap_shell_streams),
		TEST(test_soap_refuses_what_xml_cannot_carry),
		TEST(test_soap_request_too_large),
		TEST(test_base64_both_ways),
		TEST(test_base64_refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
