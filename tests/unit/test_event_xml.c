/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as XML: one by one, and files of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "cim/event-xml.h"
#include "sink_recorder.h"

#define NS   " xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define GUID "8EB9FA6A-98BF-4B32-A74A-A420AE683997"

#define SYSTEM                                                                                     \
	"<System><Provider Name='Microsoft-Windows-Hyper-V-VMMS' Guid='{x}'/>"                     \
	"<EventID>19100</EventID><Version>0</Version><Level>2</Level>"                             \
	"<TimeCreated SystemTime='2023-11-14T22:13:20.1234567Z'/><EventRecordID>50048</"           \
	"EventRecordID><Channel>Microsoft-Windows-Hyper-V-VMMS-Admin</Channel><Computer>hv01</"    \
	"Computer></System>"
#define EVENT(rest) "<Event" NS ">" SYSTEM rest "</Event>"
#define VML(rest)                                                                                  \
	EVENT("<UserData><VmlEventLog "                                                            \
	      "xmlns='http://www.microsoft.com/Windows/Virtualization/Events'>" rest               \
	      "</VmlEventLog></UserData>")

static struct hv_event parse(struct hv_host *host, const char *xml)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event event;

	hv_host_init(host);
	if (hv_event_xml_parse(host, xml, strlen(xml), &event, &err) < 0)
		fail_msg("%s: %s", xml, err.text);
	return event;
}

static void test_event_reads_system_and_payload(void **state)
{
	HV_AUTO(host) host;
	const struct hv_event e = parse(&host,
		VML("<VmName>a &lt;b&gt; <![CDATA[&c]]></VmName><VmId>{8eb9fa6a-98bf-4b32-a74a-"
		    "a420ae683997}</VmId><ErrorMessage>%%2147942432</ErrorMessage>"
		    "<ErrorCode>0x80070020</ErrorCode>"));

	(void)state;
	assert_string_equal(e.provider, "Microsoft-Windows-Hyper-V-VMMS");
	assert_string_equal(e.channel, "Microsoft-Windows-Hyper-V-VMMS-Admin");
	assert_string_equal(e.computer, "hv01");
	assert_int_equal(e.event_id, 19100);
	assert_int_equal(e.level, 2);
	assert_int_equal(e.record_id, 50048);
	assert_true(e.time == 1700000000123456);
	assert_string_equal(e.vm_name, "a <b> &c");
	assert_string_equal(e.vm_id, GUID);
	assert_true(e.hresult.known && e.hresult.value == 0x80070020);
	assert_null(e.message);
	assert_int_equal(e.field_count, 4);
	assert_string_equal(e.fields[3].name, "ErrorCode");
	assert_string_equal(e.fields[3].value, "0x80070020");
}

/* A rendering with other time format, no namespace, indentation, qualifiers. */
static void test_event_reads_other_renderings(void **state)
{
	HV_AUTO(host) host;
	const struct hv_event e = parse(&host,
		"<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<Event>\n <System>\n  <Provider "
		"Name=\"P\" "
		"/>\n"
		"  <EventID Qualifiers=\"49152\"> 18514\n</EventID>\n  <Level></Level>\n"
		"  <TimeCreated SystemTime=\"2023-08-02 05:47:11.0063997\" />\n"
		"  <Channel>\n   C </Channel>\n </System>\n <UserData>\n  <VmlEventLog>\n"
		"   <VmName> x </VmName>\n  </VmlEventLog>\n </UserData>\n</Event>\n");

	(void)state;
	assert_int_equal(e.event_id, 18514);
	assert_int_equal(e.level, 0);
	assert_int_equal(e.record_id, 0);
	assert_true(e.time == 1690955231006399);
	assert_string_equal(e.channel, "C");
	assert_string_equal(e.computer, "");
	assert_string_equal(e.vm_name, " x ");
	assert_int_equal(e.field_count, 1);
}

static void test_event_reads_event_data(void **state)
{
	HV_AUTO(host) host;
	const struct hv_event e = parse(&host,
		EVENT("<EventData><Data Name='HRESULT'>0x0</Data><Data>plain</Data>"
		      "<Data Name='VolumesInfo'>&lt;x/&gt;</Data><Binary>00FF</Binary></EventData>"
		      "<RenderingInfo Culture='en-US'><Message>All is well</Message>"
		      "<Level>Error</Level><Channel>wrong</Channel></RenderingInfo>"));

	(void)state;
	assert_int_equal(e.field_count, 4);
	assert_string_equal(e.fields[0].name, "HRESULT");
	assert_string_equal(e.fields[1].name, "");
	assert_string_equal(e.fields[1].value, "plain");
	assert_string_equal(e.fields[2].value, "<x/>");
	assert_string_equal(e.fields[3].name, "Binary");
	assert_string_equal(e.message, "All is well");
	assert_int_equal(e.level, 2);
	assert_string_equal(e.channel, "Microsoft-Windows-Hyper-V-VMMS-Admin");
}

#define MESSAGE(text) EVENT("<RenderingInfo><Message>" text "</Message></RenderingInfo>")

static void test_event_finds_the_machine(void **state)
{
	static const struct {
		const char *xml;
		const char *id;
		const char *name;
	} CASES[] = {
		{ VML("<VmId>" GUID "</VmId>"), GUID, NULL },
		{ VML("<VmId> " GUID "\n</VmId><VmName>n</VmName>"), GUID, "n" },
		{ VML("<VmId>none</VmId>"), NULL, NULL },
		{ VML("<Parameter0>sql01</Parameter0><Parameter1>" GUID "</Parameter1>"), GUID,
			"sql01" },
		{ VML("<Parameter0>" GUID "</Parameter0><Parameter1>x</Parameter1>"), GUID, NULL },
		{ VML("<Parameter2>see " GUID "</Parameter2>"), NULL, NULL },
		{ VML("<DeviceId>" GUID "</DeviceId>"), NULL, NULL },
		{ MESSAGE("It failed. (Virtual machine ID " GUID ")"), GUID, NULL },
		{ MESSAGE("It failed. (Virtual machine ID {" GUID "}) More."), GUID, NULL },
		{ MESSAGE("Fehler. (ID des virtuellen Computers: " GUID ").\r\n"), GUID, NULL },
		{ MESSAGE("Device (Instance ID " GUID ") failed"), NULL, NULL },
		{ MESSAGE("No brackets " GUID ")"), NULL, NULL },
		{ MESSAGE("(Virtual machine ID )"), NULL, NULL },
		{ MESSAGE(")"), NULL, NULL },
		{ MESSAGE(""), NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(host) host;
		const struct hv_event e = parse(&host, CASES[i].xml);

		if (CASES[i].id == NULL)
			assert_null(e.vm_id);
		else
			assert_string_equal(e.vm_id, CASES[i].id);
		if (CASES[i].name == NULL)
			assert_null(e.vm_name);
		else
			assert_string_equal(e.vm_name, CASES[i].name);
	}
}

static void test_event_finds_the_hresult(void **state)
{
	static const struct {
		const char *xml;
		bool known;
		uint64_t value;
	} CASES[] = {
		{ VML("<ErrorCode>0x80070002</ErrorCode>"), true, 0x80070002 },
		{ VML("<ErrorCode>0x0</ErrorCode>"), true, 0 },
		{ VML("<ErrorCode>2147942402</ErrorCode>"), true, 0x80070002 },
		{ VML("<ErrorCode>-2147024894</ErrorCode>"), true, 0x80070002 },
		{ VML("<ErrorCode>0x180070002</ErrorCode>"), false, 0 },
		{ VML("<ErrorCode>x</ErrorCode><ErrorMessage>%%2147942405</ErrorMessage>"), true,
			0x80070005 },
		{ VML("<ErrorMessage>why: %%-2147024894.</ErrorMessage>"), true, 0x80070002 },
		{ VML("<ErrorMessage>%%16384</ErrorMessage>"), false, 0 },
		{ VML("<ErrorMessage>%%%%99999999999999999999</ErrorMessage>"), false, 0 },
		{ VML("<Parameter3>%%2147942402</Parameter3>"), true, 0x80070002 },
		{ VML("<Parameter4>0x80070002</Parameter4>"), true, 0x80070002 },
		{ VML("<Parameter4>0x00000012</Parameter4>"), false, 0 },
		{ VML("<Other>%%2147942402</Other>"), false, 0 },
		{ MESSAGE("not found. (0x80070002). (Virtual machine ID " GUID ")"), true,
			0x80070002 },
		{ MESSAGE("odd (0x8007) then (0x80070003)"), true, 0x80070003 },
		{ MESSAGE("code 0x80070002 without brackets"), false, 0 },
		{ MESSAGE("cut (0x8007000"), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(host) host;
		const struct hv_event e = parse(&host, CASES[i].xml);

		assert_int_equal(e.hresult.known, CASES[i].known);
		assert_true(!e.hresult.known || e.hresult.value == CASES[i].value);
	}
}

static void test_event_refuses_what_is_none(void **state)
{
	static const struct {
		const char *xml;
		const char *error;
	} CASES[] = {
		{ "", "empty" },
		{ "text", "not well-formed" },
		{ "<Event>", "not well-formed" },
		{ "<Event/>", "no System" },
		{ "<Incident/>", "expected <Event>, found <Incident>" },
		{ "<Event><System><EventID>1</EventID></System></Event>", "no TimeCreated" },
		{ "<Event><System><TimeCreated "
		  "SystemTime='2023-11-14T22:13:20Z'/></System></Event>",
			"no EventID" },
		{ "<Event><System><TimeCreated/></System></Event>", "no SystemTime" },
		{ "<Event><System><TimeCreated SystemTime='soon'/></System></Event>", "soon" },
		{ "<Event><System><EventID>x</EventID></System></Event>", "EventID" },
		{ "<Event><System><EventID>99999999999</EventID></System></Event>", "EventID" },
		{ "<!DOCTYPE Event [<!ENTITY a 'x'>]><Event>&a;</Event>", "document type" },
		{ "<Event>&undefined;</Event>", "not well-formed" },
		{ "<Event>\xff</Event>", "not well-formed" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		struct hv_event event;
		HV_AUTO(host) host;

		hv_host_init(&host);
		assert_int_equal(
			hv_event_xml_parse(&host, CASES[i].xml, strlen(CASES[i].xml), &event, &err),
			-1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		assert_non_null(strstr(err.text, CASES[i].error));
	}
}

static void expect_format_error(const struct hv_buf *xml, const char *text)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event event;
	HV_AUTO(host) host;

	hv_host_init(&host);
	assert_false(hv_buf_failed(xml));
	assert_int_equal(hv_event_xml_parse(&host, hv_buf_str(xml), xml->len, &event, &err), -1);
	assert_int_equal(err.kind, HV_ERR_FORMAT);
	assert_non_null(strstr(err.text, text));
}

static void test_event_has_limits(void **state)
{
	HV_AUTO(buf) fields;
	HV_AUTO(buf) deep;
	HV_AUTO(buf) large;

	(void)state;
	hv_buf_init(&fields, 1 << 22);
	hv_buf_init(&deep, 1 << 22);
	hv_buf_init(&large, 1 << 22);
	hv_buf_adds(&fields, "<Event>" SYSTEM "<EventData>");
	for (int i = 0; i <= HV_EVENT_MAX_FIELDS; i++)
		hv_buf_adds(&fields, "<Data>x</Data>");
	hv_buf_adds(&fields, "</EventData></Event>");
	expect_format_error(&fields, "more than 1024 fields");
	hv_buf_adds(&deep, "<Event>" SYSTEM);
	for (int i = 0; i <= HV_EVENT_MAX_DEPTH; i++)
		hv_buf_adds(&deep, "<x>");
	expect_format_error(&deep, "nested deeper than 64");
	hv_buf_adds(&large, "<Event>" SYSTEM "<EventData><Data>");
	while (large.len <= HV_EVENT_MAX_XML)
		hv_buf_adds(&large, "0123456789abcdef");
	expect_format_error(&large, "at most 1048576");
}

static void test_event_is_added_only_when_wanted(void **state)
{
	static const struct hv_event_key VMMS[] = {
		{ .channel = "Microsoft-Windows-Hyper-V-VMMS-Admin", .id = 19100, .max_level = 2 },
		{ .channel = NULL },
	};
	static const struct hv_event_key OTHER[] = {
		{ .channel = "Microsoft-Windows-Hyper-V-VMMS-Admin", .id = 1 },
		{ .channel = NULL },
	};
	static const struct {
		const struct hv_event_key *keys;
		hv_usec since;
		bool added;
	} CASES[] = {
		{ NULL, HV_USEC_MIN, true },
		{ VMMS, HV_USEC_MIN, true },
		{ VMMS, 1700000000123456, true },
		{ VMMS, 1700000000123457, false },
		{ OTHER, HV_USEC_MIN, false },
	};
	const char *xml = VML("<VmName>x</VmName>");

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(host) host;
		bool added = !CASES[i].added;

		hv_host_init(&host);
		assert_int_equal(hv_event_xml_add(&host, xml, strlen(xml), CASES[i].keys,
					 CASES[i].since, &added, &err),
			0);
		assert_int_equal(added, CASES[i].added);
		assert_int_equal(host.event_count, CASES[i].added);
	}
}

static void test_event_shares_text_with_the_one_before(void **state)
{
	const char *xml = VML("<VmName>x</VmName>");
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(host) host;

	(void)state;
	hv_host_init(&host);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			hv_event_xml_add(&host, xml, strlen(xml), NULL, HV_USEC_MIN, NULL, &err),
			0);
	assert_ptr_equal(host.events[0].channel, host.events[1].channel);
	assert_ptr_equal(host.events[0].fields[0].value, host.events[1].fields[0].value);
}

#define E(n) "<Event><System><EventID>" #n "</EventID></System></Event>"

static void test_file_is_split_into_events(void **state)
{
	static const struct {
		const char *text;
		const char *log;
	} CASES[] = {
		{ E(1), "event " E(1) "\nevents 1 origin=f\n" },
		{ "<?xml version='1.0'?>\n<Events>" E(1) "\n" E(2) "</Events>\n",
			"event " E(1) "\nevent " E(2) "\nevents 2 origin=f\n" },
		{ E(1) E(2), "event " E(1) "\nevent " E(2) "\nevents 2 origin=f\n" },
		{ "<Events/>", "events 0 origin=f\n" },
		{ "<Events></Events>", "events 0 origin=f\n" },
		{ "<x:Events xmlns:x='u'><x:Event a='>'/></x:Events>",
			"event <x:Event a='>'/>\nevents 1 origin=f\n" },
		/* What looks like a tag in comments, CDATA and payloads. */
		{ "<!-- <Event> --><Event><![CDATA[</Event>]]><!-- </Event> --></Event>",
			"event <Event><![CDATA[</Event>]]><!-- </Event> --></Event>\n"
			"events 1 origin=f\n" },
		{ "<Event><System/><UserData><Event><x/></Event></UserData></Event>",
			"event <Event><System/><UserData><Event><x/></Event></UserData></Event>\n"
			"events 1 origin=f\n" },
		{ "<Event><a b='</Event>'/></Event>",
			"event <Event><a b='</Event>\nevents 1 origin=f damage=1 record could not "
			"be "
			"read, 1 was (first: an event has no beginning)\n" },
		{ "<EventX/>" E(1), "event " E(1) "\nevents 1 origin=f\n" },
		/* Times and channel. */
		{ "<Event><TimeCreated "
		  "SystemTime=\"2023-11-14T22:13:20Z\"/><Channel>C</Channel></Event>"
		  "<Event><TimeCreated "
		  "SystemTime='2023-11-14T22:13:19Z'/><Channel>C</Channel></Event>",
			"event <Event><TimeCreated "
			"SystemTime=\"2023-11-14T22:13:20Z\"/><Channel>C</Channel></Event>\n"
			"event <Event><TimeCreated "
			"SystemTime='2023-11-14T22:13:19Z'/><Channel>C</Channel></Event>\n"
			"events 2 channel=C origin=f oldest=2023-11-14T22:13:19.000000Z "
			"newest=2023-11-14T22:13:20.000000Z\n" },
		{ "<Event><Channel>A</Channel></Event><Event><Channel>B</Channel></Event>",
			"event <Event><Channel>A</Channel></Event>\n"
			"event <Event><Channel>B</Channel></Event>\nevents 2 origin=f\n" },
		/* Damage. */
		{ "<Events>" E(1),
			"event " E(
				1) "\nevents 1 origin=f damage=the file ends early; 1 record was "
				   "read\n" },
		{ E(1) "<Event><System>",
			"event " E(
				1) "\nevents 1 origin=f damage=1 record could not be read, 1 was "
				   "(first: the file ends inside an event)\n" },
		{ "</System></Event>" E(1),
			"event " E(
				1) "\nevents 1 origin=f damage=1 record could not be read, 1 was "
				   "(first: an event has no beginning)\n" },
		{ "<Event><System><torn" E(1),
			"event " E(
				1) "\nevents 1 origin=f damage=1 record could not be read, 1 was "
				   "(first: an event has no end)\n" },
		{ E(1) "<!-- " E(2),
			"event " E(
				1) "\nevents 1 origin=f damage=1 record could not be read, 1 was "
				   "(first: a comment or CDATA section has no end)\n" },
		{ E(1) "<Event><![CDATA[ " E(2),
			"event " E(
				1) "\nevents 1 origin=f damage=1 record could not be read, 1 was "
				   "(first: the file ends inside an event)\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		recorder_init(&r);
		if (hv_event_xml_file((const uint8_t *)CASES[i].text, strlen(CASES[i].text), "f",
			    (struct hv_time){ .known = false }, &r.sink, &err) < 0)
			fail_msg("%s: %s", CASES[i].text, err.text);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
	}
}

static void test_file_is_refused_when_it_holds_no_events(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} CASES[] = {
		{ "", "f: the file is empty" },
		{ " \n", "there is no event in it" },
		{ "no xml", "there is no event in it" },
		{ "<html><body/></html>", "there is no event in it" },
		{ "<Event><System>", "there is no event in it (the file ends inside an event)" },
		{ "<!DOCTYPE x><Events/>", "document type declaration" },
		{ "<Events>\xff</Events>", "f: " },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		recorder_init(&r);
		assert_int_equal(
			hv_event_xml_file((const uint8_t *)CASES[i].text, strlen(CASES[i].text),
				"f", (struct hv_time){ .known = false }, &r.sink, &err),
			-1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		assert_non_null(strstr(err.text, CASES[i].error));
	}
}

static void test_file_may_be_utf16(void **state)
{
	static const char text[] =
		"<?xml version=\"1.0\" encoding=\"UTF-16\"?><Events>" E(1) "</Events>";
	uint8_t bytes[2 * sizeof(text)] = { 0xFF, 0xFE };
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		bytes[2 + 2 * i] = (uint8_t)text[i];
	recorder_init(&r);
	assert_int_equal(hv_event_xml_file(bytes, 2 * sizeof(text), "f",
				 (struct hv_time){ .usec = 0, .known = true }, &r.sink, &err),
		0);
	assert_string_equal(hv_buf_str(&r.log),
		"event " E(1) "\nevents 1 origin=f read_at=1970-01-01T00:00:00.000000Z\n");
}

static void test_file_passes_over_an_event_that_is_too_large(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) text;
	HV_AUTO(recorder) r;

	(void)state;
	recorder_init(&r);
	hv_buf_init(&text, 1 << 22);
	hv_buf_adds(&text, "<Event>");
	while (text.len <= HV_EVENT_MAX_XML)
		hv_buf_adds(&text, "0123456789abcdef");
	hv_buf_adds(&text, "</Event>" E(1));
	assert_int_equal(hv_event_xml_file((const uint8_t *)hv_buf_str(&text), text.len, "f",
				 (struct hv_time){ .known = false }, &r.sink, &err),
		0);
	assert_string_equal(hv_buf_str(&r.log),
		"event " E(
			1) "\nevents 1 origin=f damage=1 record could not be read, 1 was (first: "
			   "an event is too large)\n");
}

/* Texts on which a splitter that looks ahead without a bound takes time that grows with the square.
 */
static void test_file_is_split_in_one_pass(void **state)
{
	static const char *const pieces[] = { "<", "<Event", "<Event>", "<a b=\"", "<!--",
		"<Event a='", "<![CDATA[", "</Event>", "<Event> " };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(pieces); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(buf) text;
		HV_AUTO(recorder) r;

		recorder_init(&r);
		hv_buf_init(&text, 1 << 23);
		hv_buf_adds(&text, "<Events>");
		while (text.len < 1 << 22)
			hv_buf_adds(&text, pieces[i]);
		assert_int_equal(hv_event_xml_file((const uint8_t *)hv_buf_str(&text), text.len,
					 "f", (struct hv_time){ .known = false }, &r.sink, &err),
			0);
		assert_non_null(strstr(hv_buf_str(&r.log), "damage="));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_reads_system_and_payload),
		cmocka_unit_test(test_event_reads_other_renderings),
		cmocka_unit_test(test_event_reads_event_data),
		cmocka_unit_test(test_event_finds_the_machine),
		cmocka_unit_test(test_event_finds_the_hresult),
		cmocka_unit_test(test_event_refuses_what_is_none),
		cmocka_unit_test(test_event_has_limits),
		cmocka_unit_test(test_event_is_added_only_when_wanted),
		cmocka_unit_test(test_event_shares_text_with_the_one_before),
		cmocka_unit_test(test_file_is_split_into_events),
		cmocka_unit_test(test_file_is_refused_when_it_holds_no_events),
		cmocka_unit_test(test_file_may_be_utf16),
		cmocka_unit_test(test_file_passes_over_an_event_that_is_too_large),
		cmocka_unit_test(test_file_is_split_in_one_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
