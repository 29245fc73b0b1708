/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated host, asked with the requests that the product builds and with literal ones, its
 * answers read by the product: both sides keep to the same recorded forms, or differ here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf.h"
#include "cim/bag.h"
#include "sim/host.h"
#include "sink_recorder.h"
#include "wsman/answer.h"
#include "wsman/fault.h"
#include "wsman/soap.h"
#include "wsman/uri.h"

#define WMI  "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2"
#define VMMS "Microsoft-Windows-Hyper-V-VMMS-Admin"
/* A virtual machine whose checkpoints are made */
#define VM  "3F2A7C64-0D1B-4E55-9A38-6C1E5B7D9042"
#define EVT "http://schemas.microsoft.com/win/2004/08/events/event"

/* One event, for JSON. */
#define EVENT(id, level, time, record, channel, rest)                                              \
	"\"<Event xmlns='" EVT "'><System><Provider Name='P" #id "'/><EventID>" #id                \
	"</EventID><Level>" #level "</Level><TimeCreated SystemTime='2026-11-21T" time             \
	"Z'/><EventRecordID>" #record "</EventRecordID><Channel>" channel                          \
	"</Channel></System>" rest "</Event>\""
#define CLASS(ns, name, rest) "{\"namespace\":\"" ns "\",\"class\":\"" name "\"," rest "}"
#define ROWS(rows)            "\"instances\":[" rows "]"

static const char capture[] = "{\"format\":\"hyperv-capture/1\",\"computer_name\":\"HV<1>\","
			      "\"taken_at\":\"2026-11-21T22:00:00Z\",\"classes\":["
	/* every kind of value */
	CLASS(HV_NS_CIMV2, "Win32_OperatingSystem",
		ROWS("{\"Version\":\"6.3.9600\",\"b\":true,\"A\":null,\"c\":[1,\"x\"],\"d\":[],"
		     "\"e\":\"<&> \\u00e4\\u0001\",\"f\":18446744073709551615,\"g\":-5,\"h\":1.5,"
		     "\"LastBootUpTime\":\"20261111031244.490000+060\","
		     "\"InstallDate\":\"/Date(1700000000000)/\","
		     "\"i\":\"2026-11-11T03:12:44.5+01:00\",\"j\":\"00000000000140.000000:000\","
		     "\"k\":{\"z\":\"1\",\"y\":2},\"CreationTime\":\"soon\"}")) "," CLASS(HV_NS_CIMV2,
		"Win32_Volume",
		ROWS("{\"DeviceID\":\"V1\",\"DriveType\":3},{\"DeviceID\":\"V2\",\"DriveType\":3},"
		     "{\"DeviceID\":\"V3\",\"DriveType\":5}")) "," CLASS(HV_NS_CIMV2,
		"Win32_MountPoint",
		ROWS("{\"Directory\":{\"Name\":\"C:\\\\\"},\"Volume\":\"Win32_Volume.DeviceID="
		     "\\\"\\\\\\\\\\\\\\\\?\\\\\\\\V\\\\\\\\\\\"\"}")) "," CLASS(HV_NS_CIMV2,
		"Win32_ShadowStorage", "\"error\":\"Falsch & kaputt\"") "," CLASS(HV_NS_CIMV2,
		"Win32_Empty", ROWS("")) "," CLASS(HV_NS_V2, "Msvm_ComputerSystem",
		ROWS("{\"Name\":\"HV1\",\"ElementName\":\"HV1\"},{\"Name\":\"G1\"},"
		     "{\"Name\":\"G1\",\"CreationClassName\":\"Other\"}")) "," CLASS(HV_NS_V2,
		"Msvm_ResourceAllocationSettingData",
		ROWS("{\"InstanceID\":\"R1\",\"Parent\":\"\\\\\\\\HV1\\\\root:X.Y=\\\"1\\\"\"},"
		     "{\"InstanceID\":\"S1\"}")) "," CLASS(HV_NS_V2,
		"Msvm_StorageAllocationSettingData",
		ROWS("{\"InstanceID\":\"S1\",\"HostResource\":[\"D:\\\\a.vhdx\"]}")) "],"
										     "\"event_logs\":[{\"channel\":\"" VMMS
										     "\",\"events\":[" EVENT(
											     30, 2,
											     "21:30:00.5",
											     3,
											     VMMS,
											     "<RenderingInfo Culture='de-DE'><Message>gr\\u00fcn \\ud83d\\ude00</Message>"
											     "</RenderingInfo>") "," EVENT(10,
											     4,
											     "20:00:00",
											     1,
											     VMMS,
											     "") "," EVENT(20,
											     3,
											     "21:00:00",
											     2,
											     VMMS,
											     "") "]},"
												 "{\"channel\":\"System\",\"events\":[" EVENT(
													 7,
													 1,
													 "20:30:00",
													 90,
													 "System",
													 "") "]},"
													     "{\"channel\":\"Empty\",\"events\":[]},{\"channel\":\"Locked\",\"error\":\"denied\"}]}";

static const struct hv_soap_call soap_call = {
	.to = "http://hv01:5985/wsman",
	.message_id = "uuid:Aa-1",
	.timeout_ms = 30000,
};

struct fixture {
	char path[256];
	struct sim_host *host;
	struct hv_buf request;
	struct hv_buf answer;
	struct hv_answer parsed;
	struct recorder recorder;
	struct hv_err err;
	int status;
};

static void start_config(struct fixture *f, const char *text, struct sim_host_config config)
{
	config.capture = f->path;
	sim_host_free(hv_take(&f->host));
	assert_int_equal(hv_file_write_atomic(f->path, text, strlen(text), 0600, &f->err), 0);
	assert_int_equal(sim_host_new(&config, &f->host, &f->err), 0);
}

static void start(struct fixture *f, unsigned int denied)
{
	start_config(
		f, capture, (struct sim_host_config){ .guess_generation = true, .denied = denied });
}

static int set_up(void **state)
{
	static struct fixture f;
	const char *tmp = getenv("TMPDIR");
	int n;

	f = (struct fixture){ .err = HV_ERR_INIT };
	n = snprintf(f.path, sizeof(f.path), "%s/hv-sim-host-%ld.json",
		tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp", (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(f.path))
		return -1;
	hv_buf_init(&f.request, HV_SOAP_MAX_REQUEST);
	hv_buf_init(&f.answer, HV_ANSWER_MAX_BYTES);
	recorder_init(&f.recorder);
	start(&f, 0);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	sim_host_free(f->host);
	(void)unlink(f->path);
	hv_answer_done(&f->parsed);
	hv_buf_done(&f->request);
	hv_buf_done(&f->answer);
	recorder_done(&f->recorder);
	return 0;
}

static void post(struct fixture *f, bool identified, const char *soap, size_t len)
{
	hv_buf_clear(&f->answer);
	hv_answer_done(&f->parsed);
	assert_int_equal(
		sim_host_answer(f->host, identified, soap, len, &f->status, &f->answer, &f->err),
		0);
	assert_int_equal(hv_answer_parse(&f->parsed, (const uint8_t *)f->answer.data, f->answer.len,
				 &f->err),
		0);
}

/* Sends the request that was built, the result of which is given. */
static void ask(struct fixture *f, int built)
{
	assert_int_equal(built, 0);
	post(f, true, hv_buf_str(&f->request), f->request.len);
	assert_string_equal(f->parsed.relates_to, soap_call.message_id);
}

static void ask_literal(struct fixture *f, const char *soap)
{
	post(f, true, soap, strlen(soap));
}

static void assert_fault(struct fixture *f, uint32_t code, const char *subcode)
{
	struct hv_fault fault;
	bool is_fault = false;

	assert_int_equal(hv_fault_read(&f->parsed, &is_fault, &fault, &f->err), 0);
	assert_true(is_fault);
	assert_true(f->status == 500 || f->status == 400);
	assert_int_equal(fault.code_count > 0 ? fault.codes[0] : 0, code);
	assert_string_equal(fault.subcode, subcode);
}

static void assert_kind(struct fixture *f, enum hv_fault_kind kind)
{
	struct hv_fault fault;
	bool is_fault = false;

	assert_int_equal(hv_fault_read(&f->parsed, &is_fault, &fault, &f->err), 0);
	assert_true(is_fault);
	assert_int_equal(fault.kind, kind);
}

static void assert_no_fault(struct fixture *f, const char *action_end)
{
	const size_t len = strlen(f->parsed.action);

	assert_int_equal(f->status, 200);
	assert_true(len >= strlen(action_end));
	assert_string_equal(f->parsed.action + len - strlen(action_end), action_end);
}

static void assert_says(const struct fixture *f, const char *text)
{
	if (strstr(hv_buf_str(&f->answer), text) == NULL)
		assert_string_equal(hv_buf_str(&f->answer), text);
}

static void assert_log(struct fixture *f, const char *log)
{
	assert_string_equal(hv_buf_str(&f->recorder.log), log);
	hv_buf_clear(&f->recorder.log);
}

static struct hv_answer_page instances(struct fixture *f)
{
	struct hv_answer_page page = { .count = 99 };

	assert_int_equal(f->status, 200);
	assert_int_equal(hv_answer_instances(
				 &f->parsed, "asked", "Asked", &f->recorder.sink, &page, &f->err),
		0);
	return page;
}

static void enumerate(struct fixture *f, const char *ns, const char *wql)
{
	ask(f, hv_soap_enumerate(&f->request, &soap_call, ns, wql, &f->err));
}

/* All rows of a query, into the recorder. */
static size_t pull_all(struct fixture *f, const char *ns, const char *wql)
{
	struct hv_answer_page page;
	size_t rows;

	hv_buf_clear(&f->recorder.log);
	enumerate(f, ns, wql);
	page = instances(f);
	rows = page.count;
	while (page.context != NULL) {
		ask(f, hv_soap_pull(&f->request, &soap_call, ns, page.context, &f->err));
		page = instances(f);
		rows += page.count;
	}
	assert_int_equal(sim_host_counters(f->host)->open_enumerations, 0);
	return rows;
}

static void identify(struct fixture *f, bool identified, struct hv_answer_identity *id)
{
	assert_int_equal(hv_soap_identify(&f->request, &f->err), 0);
	post(f, identified, hv_buf_str(&f->request), f->request.len);
	assert_int_equal(hv_answer_identity(&f->parsed, id, &f->err), 0);
}

static void test_sim_identify(void **state)
{
	struct fixture *f = *state;
	struct hv_answer_identity id;

	identify(f, true, &id);
	assert_string_equal(id.version, "OS: 6.3.9600 SP: 0.0 Stack: 3.0");
	identify(f, false, &id);
	assert_string_equal(id.version, "OS: 0.0.0 SP: 0.0 Stack: 3.0");
	start_config(f, "{\"format\":\"hyperv-capture/1\"}",
		(struct sim_host_config){ .generation = SIM_2008_R2, .denied = SIM_DENY_WINRM });
	identify(f, true, &id);
	assert_string_equal(id.version, "OS: 6.1.7601 SP: 1.0 Stack: 2.0");
	assert_string_equal(id.vendor, "Microsoft Corporation");
	assert_int_equal(sim_host_counters(f->host)->identify, 1);
}

static void test_sim_guesses_its_generation(void **state)
{
	static const struct {
		const char *classes;
		const char *stack;
		const char *good_ns;
		const char *bad_ns;
	} CASES[] = {
		{ CLASS(HV_NS_V1, "Msvm_X", ROWS("")), "2.0", HV_NS_V1, HV_NS_V2 },
		{ CLASS(HV_NS_V2, "Msvm_X", ROWS("")), "3.0", HV_NS_V2, HV_NS_V1 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_identity id;
		char text[512];

		assert_true(snprintf(text, sizeof(text),
				    "{\"format\":\"hyperv-capture/1\",\"classes\":[%s]}",
				    CASES[i].classes) < (int)sizeof(text));
		start_config(f, text, (struct sim_host_config){ .guess_generation = true });
		identify(f, true, &id);
		assert_string_equal(id.stack, CASES[i].stack);
		assert_int_equal(pull_all(f, CASES[i].good_ns, "SELECT * FROM Msvm_X"), 0);
		enumerate(f, CASES[i].bad_ns, "SELECT * FROM Msvm_X");
		assert_kind(f, HV_FAULT_INVALID_NAMESPACE);
	}
}

static void test_sim_writes_instances_as_windows_does(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(pull_all(f, HV_NS_CIMV2, "SELECT * FROM Win32_OperatingSystem"), 1);
	assert_log(f, "bag root/cimv2:Win32_OperatingSystem {\"A\":null,\"CreationTime\":\"soon\","
		      "\"InstallDate\":\"2023-11-14T22:13:20Z\","
		      "\"LastBootUpTime\":\"2026-11-11T02:12:44.49Z\",\"Version\":\"6.3.9600\","
		      "\"b\":\"true\",\"c\":[\"1\",\"x\"],\"e\":\"<&> \xC3\xA4\","
		      "\"f\":\"18446744073709551615\",\"g\":\"-5\",\"h\":\"1.5\","
		      "\"i\":\"2026-11-11T02:12:44.5Z\",\"j\":\"P0DT0H1M40S\","
		      "\"k\":{\"y\":\"2\",\"z\":\"1\"}}\n");
	/* the complete answer at once */
	assert_says(f, "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items>"
		       "<p:Win32_OperatingSystem xmlns:xsi=\"" HV_URI_XSI "\" xmlns:p=\"" WMI
		       "/Win32_OperatingSystem\" "
		       "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
		       "xsi:type=\"p:Win32_OperatingSystem_Type\"><p:A xsi:nil=\"true\"/>"
		       "<p:b>true</p:b>");
	assert_says(f, "</w:Items><w:EndOfSequence/></n:EnumerateResponse>");
	assert_says(f, "<cim:Datetime>2026-11-11T02:12:44.49Z</cim:Datetime>");

	assert_int_equal(pull_all(f, HV_NS_CIMV2, "SELECT * FROM Win32_MountPoint"), 1);
	assert_log(f, "bag root/cimv2:Win32_MountPoint {\"Directory\":{\"Name\":\"C:\\\\\"},"
		      "\"Volume\":{\"DeviceID\":\"\\\\\\\\?\\\\V\\\\\"}}\n");
	assert_says(f, "<w:ResourceURI>" WMI "/Win32_Directory</w:ResourceURI><w:SelectorSet>"
		       "<w:Selector Name=\"Name\">C:\\</w:Selector></w:SelectorSet>"
		       "</a:ReferenceParameters></p:Directory>");
}

static void test_sim_understands_wql(void **state)
{
	static const struct {
		const char *wql;
		int rows; /* -1: refused */
	} CASES[] = {
		{ "SELECT * FROM Win32_Volume", 3 },
		{ " select *\tfrom win32_volume ", 3 },
		{ "SELECT * FROM Win32_Volume WHERE DriveType = 3", 2 },
		{ "SELECT * FROM Win32_Volume WHERE drivetype=3 AND DeviceID='v2'", 1 },
		{ "SELECT * FROM Win32_Volume WHERE DeviceID=\"V1\" OR DriveType=3 AND "
		  "DeviceID='V3' OR DeviceID='\\V2'",
			2 },
		{ "SELECT * FROM Win32_Volume WHERE Nothing = 3", 0 },
		{ "SELECT * FROM Win32_OperatingSystem WHERE b = TRUE AND g = -5", 1 },
		{ "SELECT * FROM Win32_OperatingSystem WHERE b = FALSE", 0 },
		{ "SELECT * FROM Win32_Empty", 0 },
		{ "SELECT DeviceID, Nothing FROM Win32_Volume", 3 },
		{ "SELECT FROM Win32_Volume", -1 },
		{ "SELECT * FROM", -1 },
		{ "SELECT * Win32_Volume", -1 },
		{ "SELECT * FROM Win32_Volume x", -1 },
		{ "SELECT * FROM Win32_Volume WHERE", -1 },
		{ "SELECT * FROM Win32_Volume WHERE DeviceID = 'V1", -1 },
		{ "SELECT * FROM Win32_Volume WHERE DeviceID = V1", -1 },
		{ "SELECT * FROM Win32_Volume WHERE DeviceID <> 'V1'", -1 },
		{ "SELECT * FROM Win32_Volume WHERE DeviceID = 'V1' AND", -1 },
		{ "ASSOCIATORS OF {Win32_Volume}", -1 },
		{ "", -1 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		if (CASES[i].rows >= 0) {
			assert_int_equal(
				pull_all(f, HV_NS_CIMV2, CASES[i].wql), (size_t)CASES[i].rows);
			continue;
		}
		enumerate(f, HV_NS_CIMV2, CASES[i].wql);
		assert_fault(f, 2150858778U, "CannotProcessFilter");
		assert_kind(f, HV_FAULT_INVALID_QUERY);
	}
}

static void test_sim_projections_lose_the_class(void **state)
{
	struct fixture *f = *state;

	(void)pull_all(
		f, HV_NS_CIMV2, "SELECT deviceid,Nothing FROM Win32_Volume WHERE DeviceID='V1'");
	assert_log(f, "bag asked:Asked {\"DeviceID\":\"V1\",\"Nothing\":null}\n");
	(void)pull_all(f, HV_NS_CIMV2, "SELECT InstallDate FROM Win32_OperatingSystem");
	assert_says(f, "<w:XmlFragment xmlns:xsi=\"" HV_URI_XSI "\" xmlns:w=\"" HV_URI_W
		       "\"><InstallDate><Datetime>2023-11-14T22:13:20Z</Datetime></InstallDate>"
		       "</w:XmlFragment>");
}

/* One item first, with a context that the next answer replaces. */
static void test_sim_pages(void **state)
{
	struct fixture *f = *state;
	struct hv_answer_page page;
	HV_AUTO(string) first = NULL;
	HV_AUTO(string) second = NULL;

	start_config(
		f, capture, (struct sim_host_config){ .guess_generation = true, .page_chars = 10 });
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	page = instances(f);
	assert_int_equal(page.count, 1);
	first = hv_strdup(page.context);
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, first, &f->err));
	page = instances(f);
	assert_int_equal(page.count, 1);
	second = hv_strdup(page.context);
	assert_string_not_equal(first, second);
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, first, &f->err));
	assert_fault(f, 2150858779U, "InvalidEnumerationContext");
	assert_int_equal(sim_host_counters(f->host)->open_enumerations, 1);
	/* another namespace is another enumeration's */
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_V2, second, &f->err));
	assert_fault(f, 2150858779U, "InvalidEnumerationContext");
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, second, &f->err));
	page = instances(f);
	assert_null(page.context);
	assert_says(f, "</n:Items><n:EndOfSequence/></n:PullResponse>");
	assert_null(strstr(hv_buf_str(&f->answer), "EnumerationContext"));
	assert_int_equal(sim_host_counters(f->host)->open_enumerations, 0);
	assert_int_equal(sim_host_counters(f->host)->enumerate, 1);
	assert_int_equal(sim_host_counters(f->host)->pull, 4);
	/* a page that has room holds what there is */
	start(f, 0);
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	page = instances(f);
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, page.context, &f->err));
	page = instances(f);
	assert_int_equal(page.count, 2);
	assert_null(page.context);
}

static void test_sim_plain_and_endless_enumerations(void **state)
{
	struct fixture *f = *state;
	struct hv_answer_page page;
	size_t i;

	start_config(f, capture,
		(struct sim_host_config){ .guess_generation = true, .plain_enumerate = true });
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	page = instances(f);
	assert_int_equal(page.count, 0);
	assert_non_null(page.context);
	ask(f, hv_soap_release(&f->request, &soap_call, HV_NS_CIMV2, page.context, &f->err));
	assert_no_fault(f, "/ReleaseResponse");
	assert_int_equal(sim_host_counters(f->host)->release, 1);
	assert_int_equal(sim_host_counters(f->host)->open_enumerations, 0);
	assert_int_equal(pull_all(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume"), 3);
	assert_int_equal(pull_all(f, HV_NS_CIMV2, "SELECT * FROM Win32_Empty"), 0);
	assert_says(f, "<n:PullResponse><n:Items></n:Items><n:EndOfSequence/></n:PullResponse>");

	start_config(f, capture,
		(struct sim_host_config){
			.guess_generation = true, .endless = true, .page_chars = 1 });
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	for (i = 0; i < 20; i++) {
		page = instances(f);
		assert_int_equal(page.count, 1);
		assert_non_null(page.context);
		ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, page.context, &f->err));
	}
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Empty");
	page = instances(f);
	assert_int_equal(page.count, 0);
	assert_non_null(page.context);
}

static void get(struct fixture *f, const char *ns, const char *class_name, const char *pairs)
{
	struct hv_soap_selector selectors[4];
	struct hv_soap_object object = {
		.ns = ns,
		.class_name = class_name,
		.selectors = selectors,
	};
	HV_AUTO(string) text = hv_strdup(pairs);
	char *rest = text;
	char *name;

	while ((name = strsep(&rest, "=;")) != NULL && name[0] != '\0')
		selectors[object.selector_count++] = (struct hv_soap_selector){
			.name = name,
			.value = strsep(&rest, "=;"),
		};
	ask(f, hv_soap_get(&f->request, &soap_call, &object, &f->err));
}

static void test_sim_get(void **state)
{
	static const struct {
		const char *ns;
		const char *class_name;
		const char *selectors;
		uint32_t code;
		const char *subcode;
	} REFUSED[] = {
		{ HV_NS_V2, "Msvm_ComputerSystem", "Name=G1", 2150858752U,
			"DestinationUnreachable" },
		{ HV_NS_V2, "Msvm_ComputerSystem", "CreationClassName=Msvm_ComputerSystem;Name=G2",
			2150858752U, "DestinationUnreachable" },
		{ HV_NS_CIMV2, "Win32_Nothing", "A=1", 2150858752U, "DestinationUnreachable" },
		{ HV_NS_CIMV2, "Win32_Volume", "", 2150859002U, "InvalidSelectors" },
		{ HV_NS_CIMV2, "Win32_Volume", "Process=1", 2150858813U, "InvalidSelectors" },
		{ HV_NS_CIMV2, "Win32_ShadowStorage", "", 2150859010U, "InternalError" },
		{ "root/other", "Win32_Volume", "DeviceID=V1", 2150858778U, "CannotProcessFilter" },
	};
	struct fixture *f = *state;

	get(f, HV_NS_V2, "Msvm_ComputerSystem", "CreationClassName=Msvm_ComputerSystem;Name=G1");
	assert_no_fault(f, "/transfer/GetResponse");
	assert_int_equal(hv_answer_instance(&f->parsed, &f->recorder.sink, &f->err), 0);
	assert_log(f, "bag root/virtualization/v2:Msvm_ComputerSystem {\"Name\":\"G1\"}\n");
	get(f, HV_NS_CIMV2, "Win32_OperatingSystem", "");
	assert_no_fault(f, "/transfer/GetResponse");
	for (size_t i = 0; i < HV_ARRAY_LEN(REFUSED); i++) {
		get(f, REFUSED[i].ns, REFUSED[i].class_name, REFUSED[i].selectors);
		assert_fault(f, REFUSED[i].code, REFUSED[i].subcode);
	}
	assert_int_equal(sim_host_counters(f->host)->get, 2 + HV_ARRAY_LEN(REFUSED));
}

static void test_sim_invoke(void **state)
{
	static const struct hv_soap_selector key = { .name = "DeviceID", .value = "V1" };
	const struct hv_soap_object volume = {
		.ns = HV_NS_CIMV2,
		.class_name = "Win32_Volume",
		.selectors = &key,
		.selector_count = 1,
	};
	struct fixture *f = *state;

	ask(f, hv_soap_invoke(&f->request, &soap_call, &volume, "Mount", NULL, 0, &f->err));
	assert_no_fault(f, "/Win32_Volume/MountResponse");
	assert_int_equal(hv_answer_instance(&f->parsed, &f->recorder.sink, &f->err), 0);
	assert_non_null(strstr(hv_buf_str(&f->recorder.log), "{\"ReturnValue\":\"0\"}"));
	ask(f, hv_soap_invoke(&f->request, &soap_call, &volume, "Format", NULL, 0, &f->err));
	assert_fault(f, 2150858771U, "ActionNotSupported");
	assert_int_equal(sim_host_counters(f->host)->invoke, 2);
}

static const char snapshot_capture[] =
	"{\"format\":\"hyperv-capture/1\",\"computer_name\":\"HV1\",\"classes\":[" CLASS(HV_NS_V2,
		"Msvm_ComputerSystem",
		ROWS("{\"Name\":\"" VM "\",\"ElementName\":\"vm\"}")) "," CLASS(HV_NS_V2,
		"Msvm_VirtualSystemSettingData",
		ROWS("{\"InstanceID\":\"Microsoft:" VM "\",\"VirtualSystemIdentifier\":\"" VM
		     "\",\"VirtualSystemType\":\"Microsoft:Hyper-V:System:Realized\"}")) "," CLASS(HV_NS_V2,
		"Msvm_StorageAllocationSettingData",
		ROWS("{\"InstanceID\":\"Microsoft:" VM "\\\\C\\\\0\\\\0\\\\L\",\"ResourceSubType\":"
		     "\"Microsoft:Hyper-V:Virtual Hard Disk\",\"HostResource\":[\"D:\\\\a.vhdx\"]}")) "],"
												      "\"event_logs\":[]}";

#define SNAPSHOT_SERVICE "Msvm_VirtualSystemSnapshotService"

/* CreateSnapshot with a reference of these keys, and a type. */
static void create_snapshot(struct fixture *f, const char *class_name, const char *key,
	const char *value, size_t keys, const char *type)
{
	const struct hv_soap_selector service_keys[] = {
		{ .name = "CreationClassName", .value = SNAPSHOT_SERVICE },
		{ .name = "Name", .value = "vssnapsvc" },
		{ .name = "SystemCreationClassName", .value = "Msvm_ComputerSystem" },
		{ .name = "SystemName", .value = "HV1" },
	};
	const struct hv_soap_object service = {
		.ns = HV_NS_V2,
		.class_name = SNAPSHOT_SERVICE,
		.selectors = service_keys,
		.selector_count = HV_ARRAY_LEN(service_keys),
	};
	const struct hv_soap_selector vm_keys[] = {
		{ .name = key, .value = value },
		{ .name = "CreationClassName", .value = "Msvm_ComputerSystem" },
	};
	char uri[256];
	const struct hv_soap_parameter parameters[] = {
		{ .name = "AffectedSystem",
			.resource_uri = uri,
			.selectors = vm_keys,
			.selector_count = keys },
		{ .name = "SnapshotSettings", .value = "" },
		{ .name = "SnapshotType", .value = type },
	};

	assert_true(snprintf(uri, sizeof(uri),
			    "http://schemas.microsoft.com/wbem/wsman/1/wmi/" HV_NS_V2 "/%s",
			    class_name) > 0);
	ask(f, hv_soap_invoke(&f->request, &soap_call, &service, "CreateSnapshot", parameters,
		       HV_ARRAY_LEN(parameters), &f->err));
	assert_no_fault(f, "/" SNAPSHOT_SERVICE "/CreateSnapshotResponse");
	assert_int_equal(hv_answer_instance(&f->parsed, &f->recorder.sink, &f->err), 0);
}

static size_t checkpoints(struct fixture *f)
{
	return pull_all(f, HV_NS_V2,
		"SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = "
		"'Microsoft:Hyper-V:Snapshot:Realized'");
}

static void test_sim_takes_whole_references_alone(void **state)
{
	static const struct {
		const char *class_name, *key, *value;
		size_t keys;
		const char *type, *returns;
	} CASES[] = {
		{ "Msvm_ComputerSystem", "Name", VM, 1, "2", "\"ReturnValue\":\"32773\"" },
		{ "Msvm_ComputerSystem", "Name", "HV1", 2, "2", "\"ReturnValue\":\"32773\"" },
		{ "Msvm_ComputerSystem", "ElementName", "vm", 2, "2", "\"ReturnValue\":\"32773\"" },
		{ "Msvm_Other", "Name", VM, 2, "2", "\"ReturnValue\":\"32773\"" },
		{ "Msvm_ComputerSystem", "Name", VM, 2, "1", "\"ReturnValue\":\"32773\"" },
		{ "Msvm_ComputerSystem", "Name", VM, 2, "2", "\"ReturnValue\":\"4096\"" },
		{ "Msvm_ComputerSystem", "Name", VM, 2, "2", "\"ReturnValue\":\"32775\"" },
	};
	struct fixture *f = *state;

	start_config(f, snapshot_capture,
		(struct sim_host_config){
			.generation = SIM_2012_R2, .snapshots = { .enabled = true, .polls = 1 } });
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		create_snapshot(f, CASES[i].class_name, CASES[i].key, CASES[i].value, CASES[i].keys,
			CASES[i].type);
		if (strstr(hv_buf_str(&f->recorder.log), CASES[i].returns) == NULL)
			fail_msg("%zu: %s", i, hv_buf_str(&f->recorder.log));
		hv_buf_clear(&f->recorder.log);
	}
	assert_int_equal(sim_host_counters(f->host)->snapshot_create, HV_ARRAY_LEN(CASES));
	assert_int_equal(checkpoints(f), 0);
	assert_int_equal(pull_all(f, HV_NS_V2, "SELECT * FROM Msvm_ConcreteJob"), 1);
	assert_int_equal(checkpoints(f), 0);
	assert_int_equal(pull_all(f, HV_NS_V2, "SELECT * FROM Msvm_ConcreteJob"), 1);
	assert_int_equal(checkpoints(f), 1);
	assert_int_equal(sim_host_counters(f->host)->open_checkpoints, 1);
	hv_buf_clear(&f->recorder.log);
	assert_int_equal(
		pull_all(f, HV_NS_V2, "SELECT * FROM Msvm_StorageAllocationSettingData"), 2);
	assert_non_null(strstr(hv_buf_str(&f->recorder.log), ".avhdx"));
}

/* What a request of each kind is refused with when a right or a part is missing. */
enum asked { ASK_ENUMERATE, ASK_PULL, ASK_GET, ASK_SUBSCRIBE, ASK_SHELL };

static void ask_for(struct fixture *f, enum asked what)
{
	const struct hv_soap_event_query query = { .channel = VMMS, .xpath = "*" };
	struct hv_answer_page page;

	switch (what) {
	case ASK_ENUMERATE:
		enumerate(f, HV_NS_V2, "SELECT * FROM Msvm_ComputerSystem");
		return;
	case ASK_PULL:
		enumerate(f, HV_NS_V2, "SELECT * FROM Msvm_ComputerSystem");
		page = instances(f);
		ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_V2, page.context, &f->err));
		return;
	case ASK_GET:
		get(f, HV_NS_V2, "Msvm_ResourceAllocationSettingData", "InstanceID=R1");
		return;
	case ASK_SUBSCRIBE:
		ask(f, hv_soap_subscribe(&f->request, &soap_call, &query, 1, &f->err));
		return;
	case ASK_SHELL:
		ask(f, hv_soap_shell_create(&f->request, &soap_call, &f->err));
		return;
	}
}

static void test_sim_refuses_what_is_denied(void **state)
{
	static const struct {
		unsigned int bit;
		enum asked what;
		uint32_t code;
		enum hv_fault_kind kind;
		const char *subcode;
	} CASES[] = {
		{ SIM_DENY_WINRM, ASK_ENUMERATE, 5, HV_FAULT_ACCESS_WINRM, "" },
		{ SIM_DENY_WINRM, ASK_SUBSCRIBE, 5, HV_FAULT_ACCESS_WINRM, "" },
		{ SIM_DENY_WINRM, ASK_SHELL, 5, HV_FAULT_ACCESS_WINRM, "" },
		{ SIM_DENY_WMI, ASK_ENUMERATE, 2150859013U, HV_FAULT_ACCESS_WMI, "AccessDenied" },
		{ SIM_DENY_WMI, ASK_GET, 2150859013U, HV_FAULT_ACCESS_WMI, "AccessDenied" },
		{ SIM_DENY_HYPERV, ASK_GET, 2150858752U, HV_FAULT_NO_RESOURCE,
			"DestinationUnreachable" },
		{ SIM_DENY_EVENTS, ASK_SUBSCRIBE, 5, HV_FAULT_ACCESS_WINRM, "" },
		{ SIM_DENY_SHELL, ASK_SHELL, 5, HV_FAULT_ACCESS_WINRM, "" },
		{ SIM_NO_HYPERV, ASK_ENUMERATE, 2150858778U, HV_FAULT_INVALID_NAMESPACE,
			"CannotProcessFilter" },
		{ SIM_NO_SUBSCRIBE, ASK_SUBSCRIBE, 2150858752U, HV_FAULT_NO_RESOURCE,
			"DestinationUnreachable" },
		{ SIM_NO_CHANNEL, ASK_SUBSCRIBE, 5004, HV_FAULT_CHANNEL, "InternalError" },
		{ SIM_QUOTA_OPERATIONS, ASK_ENUMERATE, 2150859174U, HV_FAULT_QUOTA, "QuotaLimit" },
		{ SIM_QUOTA_SHELLS, ASK_SHELL, 2150859173U, HV_FAULT_QUOTA, "QuotaLimit" },
		{ SIM_TIMES_OUT, ASK_ENUMERATE, 2150858793U, HV_FAULT_TIMED_OUT, "TimedOut" },
		{ SIM_PULL_FAILS, ASK_PULL, 2150859010U, HV_FAULT_PROVIDER, "InternalError" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		start(f, CASES[i].bit);
		ask_for(f, CASES[i].what);
		assert_fault(f, CASES[i].code, CASES[i].subcode);
		assert_kind(f, CASES[i].kind);
		assert_int_equal(sim_host_counters(f->host)->faults, 1);
		assert_int_equal(sim_host_counters(f->host)->open_enumerations, 0);
		start(f, 0);
		ask_for(f, CASES[i].what);
		assert_int_equal(f->status, 200);
	}
	start(f, SIM_DENY_HYPERV);
	assert_int_equal(pull_all(f, HV_NS_V2, "SELECT * FROM Msvm_ComputerSystem"), 0);
	assert_int_equal(pull_all(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume"), 3);
	start(f, 0);
	assert_int_equal(pull_all(f, HV_NS_V2, "SELECT * FROM Msvm_ComputerSystem"), 3);
}

static void test_sim_tells_quotas_as_the_old_stack_does(void **state)
{
	struct fixture *f = *state;

	start_config(f, capture,
		(struct sim_host_config){
			.generation = SIM_2008_R2, .denied = SIM_QUOTA_OPERATIONS });
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	assert_fault(f, 2150859174U, "InternalError");
	start_config(f, capture, (struct sim_host_config){ .generation = SIM_2008_R2 });
	for (int i = 0; i < 15; i++) {
		enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
		assert_int_equal(f->status, 200);
	}
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	assert_fault(f, 2150859174U, "InternalError");
	for (int i = 0; i < 5; i++) {
		ask(f, hv_soap_shell_create(&f->request, &soap_call, &f->err));
		assert_no_fault(f, "/CreateResponse");
		assert_null(strstr(hv_buf_str(&f->answer), "<rsp:Shell>"));
	}
	ask(f, hv_soap_shell_create(&f->request, &soap_call, &f->err));
	assert_fault(f, 2150859173U, "InternalError");
}

static void test_sim_a_failed_pull_ends_the_enumeration(void **state)
{
	struct fixture *f = *state;
	struct hv_answer_page page;
	HV_AUTO(string) context = NULL;

	start(f, SIM_PULL_FAILS);
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Volume");
	page = instances(f);
	context = hv_strdup(page.context);
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, context, &f->err));
	assert_fault(f, 2150859010U, "InternalError");
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, context, &f->err));
	assert_fault(f, 2150858884U, "InvalidEnumerationContext");
}

static void test_sim_faults_of_classes(void **state)
{
	struct fixture *f = *state;

	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_Nothing WHERE A = \"<\"");
	assert_fault(f, 2150858778U, "CannotProcessFilter");
	assert_says(f, "<p:ParameterInfo>SELECT * FROM Win32_Nothing WHERE A = &quot;&lt;&quot;"
		       "</p:ParameterInfo>");
	assert_says(f, "Machine=\"HV&lt;1&gt;\"");
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM Win32_ShadowStorage");
	assert_fault(f, 2150859010U, "InternalError");
	assert_says(f, "Falsch &amp; kaputt");
}

#define TO         "<a:To>http://h:5985/wsman</a:To>"
#define REPLY_TO   "<a:ReplyTo><a:Address>" HV_URI_EPR "</a:Address></a:ReplyTo>"
#define ID         "<a:MessageID>uuid:Aa-1</a:MessageID>"
#define ACTION(a)  "<a:Action s:mustUnderstand='true'>" a "</a:Action>"
#define URI(u)     "<w:ResourceURI s:mustUnderstand='true'>" u "</w:ResourceURI>"
#define SIZE(n)    "<w:MaxEnvelopeSize s:mustUnderstand='true'>" n "</w:MaxEnvelopeSize>"
#define TIMEOUT(t) "<w:OperationTimeout>" t "</w:OperationTimeout>"
#define SOAP(header, body)                                                                         \
	"<s:Envelope xmlns:s='" HV_URI_S "' xmlns:a='" HV_URI_A "' xmlns:w='" HV_URI_W             \
	"' xmlns:p='" HV_URI_P "' xmlns:n='" HV_URI_N "' xmlns:e='" HV_URI_E                       \
	"' xmlns:rsp='" HV_URI_RSP "'><s:Header>" header "</s:Header><s:Body>" body                \
	"</s:Body></s:Envelope>"
#define HEAD(uri, action) TO REPLY_TO ID URI(uri) ACTION(action)
#define FILTER                                                                                     \
	"<w:Filter Dialect='http://schemas.microsoft.com/wbem/wsman/1/WQL'>"                       \
	"SELECT * FROM Win32_Volume</w:Filter>"
#define ENUM_HEAD HEAD(WMI "/*", HV_URI_N "/Enumerate")
#define ENUM_BODY "<n:Enumerate>" FILTER "</n:Enumerate>"
#define DEEP16(x)                                                                                  \
	"<x><x><x><x><x><x><x><x><x><x><x><x><x><x><x><x>" x                                       \
	"</x></x></x></x></x></x></x></x></x></x></x></x></x></x></x></x>"

static void test_sim_is_strict(void **state)
{
	static const struct {
		const char *soap;
		uint32_t code; /* 0: good */
		const char *subcode;
	} CASES[] = {
		{ SOAP(ENUM_HEAD, ENUM_BODY), 0, "" },
		{ SOAP(ENUM_HEAD SIZE("8192") TIMEOUT("PT60.000S"), ENUM_BODY), 0, "" },
		{ SOAP(ENUM_HEAD "<q:X xmlns:q='urn:q'/>", ENUM_BODY), 0, "" },
		{ SOAP(ENUM_HEAD "<q:X xmlns:q='urn:q' s:mustUnderstand='true'/>", ENUM_BODY),
			2150858768U, "" },
		{ SOAP(ENUM_HEAD "<w:Locale xml:lang='en-US' s:mustUnderstand='true'/>", ENUM_BODY),
			2150858887U, "UnsupportedFeature" },
		{ SOAP(REPLY_TO ID URI(WMI "/*") ACTION(HV_URI_N "/Enumerate"), ENUM_BODY),
			2150858769U, "MessageInformationHeaderRequired" },
		{ SOAP(TO ID URI(WMI "/*") ACTION(HV_URI_N "/Enumerate"), ENUM_BODY), 2150858769U,
			"MessageInformationHeaderRequired" },
		{ SOAP(TO REPLY_TO URI(WMI "/*") ACTION(HV_URI_N "/Enumerate"), ENUM_BODY),
			2150858769U, "MessageInformationHeaderRequired" },
		{ SOAP(TO REPLY_TO ID ACTION(HV_URI_N "/Enumerate"), ENUM_BODY), 2150858769U,
			"MessageInformationHeaderRequired" },
		{ SOAP(TO REPLY_TO ID URI(WMI "/*"), ENUM_BODY), 2150858769U,
			"MessageInformationHeaderRequired" },
		{ SOAP(TO "<a:ReplyTo><a:Address>http://x/</a:Address></a:ReplyTo>" ID URI(WMI "/*")
				  ACTION(HV_URI_N "/Enumerate"),
			  ENUM_BODY),
			2150858767U, "InvalidMessageInformationHeader" },
		{ SOAP(ENUM_HEAD ID, ENUM_BODY), 2150858767U, "InvalidMessageInformationHeader" },
		{ SOAP(ENUM_HEAD SIZE("8191"), ENUM_BODY), 2150858878U, "EncodingLimit" },
		{ SOAP(ENUM_HEAD SIZE("many"), ENUM_BODY), 2150858767U,
			"InvalidMessageInformationHeader" },
		{ SOAP(ENUM_HEAD TIMEOUT("PT-1S"), ENUM_BODY), 2150858767U,
			"InvalidMessageInformationHeader" },
		{ SOAP(ENUM_HEAD TIMEOUT("-PT1S"), ENUM_BODY), 2150858767U,
			"InvalidMessageInformationHeader" },
		{ SOAP(ENUM_HEAD TIMEOUT("60"), ENUM_BODY), 2150858767U,
			"InvalidMessageInformationHeader" },
		{ SOAP(ENUM_HEAD, ""), 2150858817U, "SchemaValidationError" },
		{ SOAP(ENUM_HEAD, ENUM_BODY ENUM_BODY), 2150858791U, "InvalidBody" },
		{ SOAP(ENUM_HEAD, "<n:Enumerate/>"), 2150858778U, "CannotProcessFilter" },
		{ SOAP(ENUM_HEAD, "<n:Enumerate><w:Filter Dialect='urn:x'>x</w:Filter>"
				  "</n:Enumerate>"),
			2150858777U, "FilterDialectRequestedUnavailable" },
		{ SOAP(ENUM_HEAD, "<n:Enumerate><w:EnumerationMode>EnumerateEPR"
				  "</w:EnumerationMode></n:Enumerate>"),
			2150858886U, "UnsupportedFeature" },
		{ SOAP(HEAD(WMI "/Win32_Volume", HV_URI_N "/Enumerate"), ENUM_BODY), 2150859003U,
			"UnsupportedFeature" },
		{ SOAP(HEAD(WMI "/Win32_Volume", HV_URI_N "/Enumerate"), "<n:Enumerate/>"), 0, "" },
		{ SOAP(HEAD(WMI "/*", HV_URI_N "/Renew"), ""), 2150858771U, "ActionNotSupported" },
		{ SOAP(HEAD("urn:other", HV_URI_N "/Enumerate"), ENUM_BODY), 2150858752U,
			"DestinationUnreachable" },
		{ SOAP(HEAD(WMI "/*", HV_URI_N "/Pull"),
			  "<n:Pull><n:EnumerationContext>uuid:1</n:EnumerationContext></n:Pull>"),
			2150858779U, "InvalidEnumerationContext" },
		{ SOAP(HEAD(WMI "/*", HV_URI_N "/Pull"), "<n:Release/>"), 2150858817U,
			"SchemaValidationError" },
		{ "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'/>", 2150858765U,
			"" },
		{ "<!DOCTYPE x>" SOAP(ENUM_HEAD, ENUM_BODY), 2150858819U, "SchemaValidationError" },
		{ SOAP(ENUM_HEAD, DEEP16(DEEP16(DEEP16(DEEP16("<x/>"))))), 2150858819U,
			"SchemaValidationError" },
		{ "<s:Envelope", 2150858819U, "SchemaValidationError" },
		{ "\xFF\xFF", 2150858819U, "SchemaValidationError" },
		{ "", 2150858819U, "SchemaValidationError" },
		{ "<html/>", 2150858819U, "SchemaValidationError" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		ask_literal(f, CASES[i].soap);
		if (CASES[i].code == 0)
			assert_no_fault(f, "/EnumerateResponse");
		else
			assert_fault(f, CASES[i].code, CASES[i].subcode);
	}
}

static void test_sim_limits_sizes(void **state)
{
	struct fixture *f = *state;
	struct hv_answer_page page;
	char soap[4096];
	HV_AUTO(bytes) large = hv_alloc(512001);

	assert_non_null(large);
	memset(large, ' ', 512000);
	post(f, true, (const char *)large, 512000);
	assert_fault(f, 2150858819U, "SchemaValidationError");
	post(f, true, (const char *)large, 512001);
	assert_fault(f, 2150859025U, "EncodingLimit");
	/* a pull keeps to the size that its enumeration asked for */
	ask_literal(f, SOAP(ENUM_HEAD SIZE("8192"), ENUM_BODY));
	page = instances(f);
	ask(f, hv_soap_pull(&f->request, &soap_call, HV_NS_CIMV2, page.context, &f->err));
	assert_fault(f, 2150859181U, "InvalidParameter");
	/* a pull takes one item at least */
	ask_literal(f, SOAP(ENUM_HEAD, ENUM_BODY));
	page = instances(f);
	assert_true(snprintf(soap, sizeof(soap),
			    SOAP(HEAD(WMI "/*", HV_URI_N "/Pull"),
				    "<n:Pull><n:EnumerationContext>%s</n:EnumerationContext>"
				    "<n:MaxElements>0</n:MaxElements></n:Pull>"),
			    page.context) < (int)sizeof(soap));
	ask_literal(f, soap);
	assert_fault(f, 2150858817U, "SchemaValidationError");
	/* one item when nothing else is said */
	ask_literal(f, SOAP(ENUM_HEAD, ENUM_BODY));
	page = instances(f);
	assert_int_equal(page.count, 0);
	assert_true(snprintf(soap, sizeof(soap),
			    SOAP(HEAD(WMI "/Win32_Volume", HV_URI_N "/Pull"),
				    "<n:Pull><n:EnumerationContext>%s</n:EnumerationContext>"
				    "</n:Pull>"),
			    page.context) < (int)sizeof(soap));
	ask_literal(f, soap);
	page = instances(f);
	assert_int_equal(page.count, 1);
	assert_non_null(page.context);
}

static void test_sim_an_item_may_be_too_large(void **state)
{
	enum { SIZE_OF_VALUE = 80000 };
	static const char before[] = "{\"format\":\"hyperv-capture/1\",\"classes\":[{\"namespace\":"
				     "\"root/cimv2\",\"class\":\"X\",\"instances\":[{\"A\":\"";
	struct fixture *f = *state;
	HV_AUTO(buf) text;

	hv_buf_init(&text, 1 << 20);
	hv_buf_adds(&text, before);
	for (int i = 0; i < SIZE_OF_VALUE; i++)
		hv_buf_addc(&text, 'x');
	hv_buf_adds(&text, "\"}]}]}");
	start_config(f, hv_buf_str(&text), (struct sim_host_config){ .generation = SIM_2008_R2 });
	enumerate(f, HV_NS_CIMV2, "SELECT * FROM X");
	assert_fault(f, 2150858824U, "EncodingLimit");
	start_config(f, hv_buf_str(&text), (struct sim_host_config){ .generation = SIM_2012 });
	assert_int_equal(pull_all(f, HV_NS_CIMV2, "SELECT * FROM X"), 1);
}

static void test_sim_takes_utf16(void **state)
{
	static const char soap[] = "\xEF\xBB\xBF" SOAP(ENUM_HEAD, ENUM_BODY);
	struct fixture *f = *state;
	HV_AUTO(buf) wide;

	hv_buf_init(&wide, 1 << 16);
	hv_buf_add(&wide, "\xFF\xFE", 2);
	for (const char *p = soap + 3; *p != '\0'; p++)
		hv_buf_add(&wide, (const char[]){ *p, '\0' }, 2);
	post(f, true, hv_buf_str(&wide), wide.len);
	assert_no_fault(f, "/EnumerateResponse");
	post(f, true, soap, strlen(soap));
	assert_no_fault(f, "/EnumerateResponse");
	assert_string_equal(f->parsed.relates_to, "uuid:Aa-1");
}

static void test_sim_answers_nobody_who_has_not_logged_in(void **state)
{
	static const char soap[] = SOAP(ENUM_HEAD, ENUM_BODY);
	struct fixture *f = *state;

	post(f, false, soap, strlen(soap));
	assert_fault(f, 5, "");
	assert_int_equal(sim_host_counters(f->host)->enumerate, 0);
}

/* What a pull of events brings: ids of the events, of the recorder's log. */
static struct hv_answer_page events(struct fixture *f, char ids[256])
{
	struct hv_answer_page page = { .count = 99 };
	const char *p;
	HV_AUTO(buf) list;

	hv_buf_init(&list, 255);
	assert_int_equal(f->status, 200);
	hv_buf_clear(&f->recorder.log);
	assert_int_equal(hv_answer_events(&f->parsed, &f->recorder.sink, &page, &f->err), 0);
	p = hv_buf_str(&f->recorder.log);
	while ((p = strstr(p, "<EventID>")) != NULL) {
		p += strlen("<EventID>");
		hv_buf_addf(&list, "%.*s ", (int)strcspn(p, "<"), p);
	}
	memcpy(ids, hv_buf_str(&list), list.len + 1);
	return page;
}

/* Subscribes, pulls until nothing more comes, and unsubscribes. */
static void assert_events(struct fixture *f, const struct hv_soap_event_query *queries,
	size_t count, const char *expected)
{
	struct hv_answer_subscription subscription;
	struct hv_answer_page page;
	HV_AUTO(string) identifier = NULL;
	char ids[256] = "";
	HV_AUTO(buf) all;

	hv_buf_init(&all, 4096);
	ask(f, hv_soap_subscribe(&f->request, &soap_call, queries, count, &f->err));
	assert_no_fault(f, "/SubscribeResponse");
	assert_int_equal(hv_answer_subscribed(&f->parsed, &subscription, &f->err), 0);
	identifier = hv_strdup(subscription.identifier);
	page.context = subscription.context;
	do {
		HV_AUTO(string) context = hv_strdup(page.context);

		ask(f, hv_soap_pull_events(&f->request, &soap_call, context, 2, &f->err));
		page = events(f, ids);
		assert_string_not_equal(page.context, context);
		hv_buf_adds(&all, ids);
	} while (page.count > 0);
	assert_says(f, "<n:Items></n:Items>");
	assert_null(strstr(hv_buf_str(&f->answer), "Bookmark"));
	assert_string_equal(hv_buf_str(&all), expected);
	ask(f, hv_soap_unsubscribe(&f->request, &soap_call, identifier, &f->err));
	assert_no_fault(f, "/UnsubscribeResponse");
	ask(f, hv_soap_unsubscribe(&f->request, &soap_call, identifier, &f->err));
	assert_fault(f, 2150858779U, "InvalidEnumerationContext");
	assert_int_equal(sim_host_counters(f->host)->open_subscriptions, 0);
}

static void test_sim_events_oldest_first(void **state)
{
	static const struct hv_soap_event_query both[] = {
		{ .channel = "microsoft-windows-hyper-v-vmms-admin", .xpath = "*" },
		{ .channel = "System", .xpath = "*[System[Level=1]]" },
	};
	static const struct hv_soap_event_query empty = { .channel = "Empty", .xpath = "*" };
	struct fixture *f = *state;

	assert_events(f, both, HV_ARRAY_LEN(both), "10 7 20 30 ");
	assert_int_equal(sim_host_counters(f->host)->event_pull, 4);
	assert_events(f, &empty, 1, "");
	assert_int_equal(sim_host_counters(f->host)->subscribe, 2);
	assert_int_equal(sim_host_counters(f->host)->unsubscribe, 4);
}

#define COND(c) "*[System[" c "]]"
#define TEN(c)  c " or " c " or " c " or " c " or " c " or " c " or " c " or " c " or " c " or " c

/* The clock of the host stands at 22:00. */
static void test_sim_understands_xpath(void **state)
{
	static const struct {
		const char *xpath;
		const char *ids; /* NULL: refused */
	} CASES[] = {
		{ "*", "10 20 30 " },
		{ COND("EventID=20"), "20 " },
		{ COND("Level=2 or Level=3"), "20 30 " },
		{ COND("Level<=3 and EventID>20"), "30 " },
		{ COND("(Level=4 or Level=2) and (EventID>=10 and EventID<30)"), "10 " },
		{ COND("Level=4 or Level=2 and EventID=20"), "10 " },
		{ COND("EventRecordID>1"), "20 30 " },
		{ COND("EventID != 20"), "10 30 " },
		{ COND(" Provider [ @Name = 'P10' ] "), "10 " },
		{ COND("Provider[@Name=\"P10\" or @Name='P30']"), "10 30 " },
		{ COND("TimeCreated[timediff(@SystemTime) <= 3600000]"), "20 30 " },
		{ COND("TimeCreated[@SystemTime>='2026-11-21T21:00:00Z' and "
		       "@SystemTime<'2026-11-21T21:30:00.500Z']"),
			"20 " },
		{ COND("Level=9"), "" },
		{ COND(TEN("EventID=1") " or " TEN("EventID=20")), "20 " },
		{ COND(TEN("EventID=1") " or " TEN("EventID=20") " or EventID=3"), NULL },
		{ "", NULL },
		{ "*[", NULL },
		{ "*[System[EventID=20]", NULL },
		{ "*[System[EventID=]]", NULL },
		{ "*[System[EventID 20]]", NULL },
		{ "*[System[(EventID=20]]", NULL },
		{ "*[System[EventID=20 and]]", NULL },
		{ "*[System[Provider='x']]", NULL },
		{ "*[System[Provider[@Name<'x']]]", NULL },
		{ "*[System[TimeCreated[@SystemTime='soon']]]", NULL },
		{ "*[System[Task=1]]", NULL },
		{ "*[EventData[Data='x']]", NULL },
		{ "Event[System[EventID=20]]", NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const struct hv_soap_event_query query = {
			.channel = VMMS,
			.xpath = CASES[i].xpath,
		};

		if (CASES[i].ids != NULL) {
			assert_events(f, &query, 1, CASES[i].ids);
			continue;
		}
		ask(f, hv_soap_subscribe(&f->request, &soap_call, &query, 1, &f->err));
		assert_fault(f, 5001, "InternalError");
		assert_kind(f, HV_FAULT_INVALID_QUERY);
	}
}

static void test_sim_knows_its_channels(void **state)
{
	static const struct hv_soap_event_query queries[] = {
		{ .channel = "System", .xpath = "*" },
		{ .channel = "Nowhere", .xpath = "*" },
		{ .channel = "Locked", .xpath = "*" },
	};
	struct fixture *f = *state;

	for (size_t i = 1; i < HV_ARRAY_LEN(queries); i++) {
		ask(f, hv_soap_subscribe(&f->request, &soap_call, &queries[i], 1, &f->err));
		assert_fault(f, 5004, "InternalError");
	}
	ask(f, hv_soap_subscribe(&f->request, &soap_call, queries, HV_ARRAY_LEN(queries), &f->err));
	assert_fault(f, 5004, "InternalError");
	assert_events(f, queries, 1, "7 ");
}

#define SUB_HEAD   HEAD(HV_URI_EVENTLOG, HV_URI_E "/Subscribe")
#define OPTIONS(o) "<w:OptionSet>" o "</w:OptionSet>"
#define EXISTING   "<w:Option Name='ReadExistingEvents'/>"
#define IGNORE     "<w:Option Name='IgnoreChannelError'/>"
#define DELIVERY   "<e:Delivery Mode='http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull'/>"
#define QUERY(list)                                                                                \
	"<w:Filter>\n&lt;QueryList&gt;&lt;Query Path='" VMMS "'&gt;" list                          \
	"&lt;/Query&gt;&lt;/QueryList&gt;\n</w:Filter>"
#define SELECT_ALL         "&lt;Select&gt;*&lt;/Select&gt;"
#define SELECT_OF(channel) "&lt;Select Path='" channel "'&gt;*&lt;/Select&gt;"
#define SUBSCRIBE(options, rest)                                                                   \
	SOAP(SUB_HEAD OPTIONS(options), "<e:Subscribe>" rest "</e:Subscribe>")
#define BOOKMARK(b) "<w:Bookmark>" b "</w:Bookmark>"
#define BOOKMARKS(record)                                                                          \
	BOOKMARK("<BookmarkList><Bookmark Channel='" VMMS "' RecordId='" record                    \
		 "' IsCurrent='true'/></BookmarkList>")
#define EARLIEST "http://schemas.dmtf.org/wbem/wsman/1/wsman/bookmark/earliest"

static void test_sim_subscriptions_begin_where_asked(void **state)
{
	static const struct {
		const char *soap;
		const char *ids;
	} CASES[] = {
		{ SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL)), "" },
		{ SUBSCRIBE(EXISTING, DELIVERY QUERY(SELECT_ALL)), "10 20 30 " },
		{ SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL) BOOKMARK(EARLIEST)), "10 20 30 " },
		{ SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL) BOOKMARKS("2")), "30 " },
		{ SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL SELECT_OF("System")) BOOKMARKS("2")),
			"7 30 " },
		{ SUBSCRIBE(EXISTING IGNORE,
			  DELIVERY QUERY(SELECT_OF("Nowhere") SELECT_OF("System"))),
			"7 " },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_answer_subscription subscription;
		struct hv_answer_page page;
		char ids[256];

		ask_literal(f, CASES[i].soap);
		assert_int_equal(hv_answer_subscribed(&f->parsed, &subscription, &f->err), 0);
		ask(f, hv_soap_pull_events(
			       &f->request, &soap_call, subscription.context, 200, &f->err));
		/* the event about the subscription itself */
		page = events(f, ids);
		assert_int_equal(page.count, 1);
		assert_string_equal(ids, "");
		ask(f, hv_soap_pull_events(&f->request, &soap_call, page.context, 200, &f->err));
		(void)events(f, ids);
		assert_string_equal(ids, CASES[i].ids);
	}
	assert_says(f, "<w:Bookmark><BookmarkList><Bookmark Channel=\"System\" RecordId=\"90\" "
		       "IsCurrent=\"true\"/></BookmarkList></w:Bookmark>");
}

static void assert_first_event(struct fixture *f, bool rendered)
{
	struct hv_answer_subscription subscription;
	struct hv_answer_page page;
	char ids[256];

	assert_int_equal(hv_answer_subscribed(&f->parsed, &subscription, &f->err), 0);
	ask(f, hv_soap_pull_events(&f->request, &soap_call, subscription.context, 1, &f->err));
	page = events(f, ids);
	ask(f, hv_soap_pull_events(&f->request, &soap_call, page.context, 1, &f->err));
	(void)events(f, ids);
	assert_string_equal(ids, "30 ");
	assert_int_equal(strstr(hv_buf_str(&f->recorder.log), "<RenderingInfo") != NULL, rendered);
}

static void test_sim_renders_events_when_asked(void **state)
{
	const struct hv_soap_event_query query = {
		.channel = VMMS,
		.xpath = "*[System[EventID=30]]",
	};
	struct fixture *f = *state;

	ask(f, hv_soap_subscribe(&f->request, &soap_call, &query, 1, &f->err));
	assert_first_event(f, true);
	ask_literal(f, SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL) BOOKMARKS("2")));
	assert_first_event(f, false);
}

static void test_sim_refuses_subscriptions(void **state)
{
	static const struct {
		const char *soap;
		uint32_t code;
		const char *subcode;
	} CASES[] = {
		{ SUBSCRIBE("", QUERY(SELECT_ALL)), 2150859007U,
			"DeliveryModeRequestedUnavailable" },
		{ SUBSCRIBE("", "<e:Delivery Mode='urn:push'/>" QUERY(SELECT_ALL)), 2150859007U,
			"DeliveryModeRequestedUnavailable" },
		{ SUBSCRIBE("", DELIVERY "<e:Expires>never</e:Expires>" QUERY(SELECT_ALL)),
			2150858817U, "SchemaValidationError" },
		{ SUBSCRIBE("", DELIVERY "<w:Filter Dialect='urn:x'>x</w:Filter>"), 2150858777U,
			"FilterDialectRequestedUnavailable" },
		{ SUBSCRIBE("", DELIVERY), 5001, "InternalError" },
		{ SUBSCRIBE("", DELIVERY "<w:Filter>x</w:Filter>"), 5001, "InternalError" },
		{ SUBSCRIBE("", DELIVERY QUERY("")), 5001, "InternalError" },
		{ SUBSCRIBE("", DELIVERY QUERY("&lt;Suppress&gt;*&lt;/Suppress&gt;")), 5001,
			"InternalError" },
		{ SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL) BOOKMARK("latest")), 2150858808U,
			"InvalidBookmark" },
		{ SUBSCRIBE("", DELIVERY QUERY(SELECT_ALL) BOOKMARKS("x")), 2150858808U,
			"InvalidBookmark" },
		{ SUBSCRIBE(IGNORE, DELIVERY QUERY(SELECT_OF("Nowhere"))), 5004, "InternalError" },
		{ SOAP(HEAD(HV_URI_EVENTLOG, HV_URI_N "/Pull"),
			  "<n:Pull><n:EnumerationContext/></n:Pull>"),
			2150858779U, "InvalidEnumerationContext" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		ask_literal(f, CASES[i].soap);
		assert_fault(f, CASES[i].code, CASES[i].subcode);
	}
	assert_int_equal(sim_host_counters(f->host)->open_subscriptions, 0);
}

struct run {
	const char *line;
	enum hv_soap_via via;
	uint32_t exit_code;
	struct hv_buf out, errors;
	size_t receives;
};

static void open_shell(struct fixture *f, char shell_id[64])
{
	const char *id;

	ask(f, hv_soap_shell_create(&f->request, &soap_call, &f->err));
	assert_no_fault(f, "/transfer/CreateResponse");
	assert_int_equal(hv_answer_shell_id(&f->parsed, &id, &f->err), 0);
	assert_true(strlen(id) < 64);
	memcpy(shell_id, id, strlen(id) + 1);
}

static void receive_all(struct fixture *f, const char *shell_id, const char *id, struct run *run)
{
	struct hv_answer_output output = { .done = false };

	ask(f, hv_soap_shell_receive(&f->request, &soap_call, shell_id, id, &f->err));
	assert_fault(f, 2150858793U, "TimedOut");
	for (run->receives = 0; !output.done; run->receives++) {
		ask(f, hv_soap_shell_receive(&f->request, &soap_call, shell_id, id, &f->err));
		assert_no_fault(f, "/ReceiveResponse");
		assert_int_equal(
			hv_answer_output(&f->parsed, id, &run->out, &run->errors, &output, &f->err),
			0);
	}
	assert_true(output.has_exit_code);
	run->exit_code = output.exit_code;
}

static void run_command(struct fixture *f, const char *shell_id, struct run *run)
{
	HV_AUTO(string) id = NULL;
	const char *borrowed;

	hv_buf_init(&run->out, 1 << 20);
	hv_buf_init(&run->errors, 1 << 20);
	ask(f, hv_soap_shell_command(
		       &f->request, &soap_call, shell_id, run->via, run->line, NULL, 0, &f->err));
	assert_no_fault(f, "/CommandResponse");
	assert_int_equal(hv_answer_command_id(&f->parsed, &borrowed, &f->err), 0);
	id = hv_strdup(borrowed);
	assert_int_equal(sim_host_counters(f->host)->open_commands, 1);
	ask(f, hv_soap_shell_send(&f->request, &soap_call, shell_id, id, "x", 1, &f->err));
	assert_no_fault(f, "/SendResponse");
	receive_all(f, shell_id, id, run);
	ask(f, hv_soap_shell_terminate(&f->request, &soap_call, shell_id, id, &f->err));
	assert_no_fault(f, "/SignalResponse");
	assert_int_equal(sim_host_counters(f->host)->open_commands, 0);
	ask(f, hv_soap_shell_receive(&f->request, &soap_call, shell_id, id, &f->err));
	assert_fault(f, 2150858843U, "InvalidSelectors");
}

static void run_done(struct run *run)
{
	hv_buf_done(&run->out);
	hv_buf_done(&run->errors);
}

#define EV(n, rest)                                                                                \
	"<Event xmlns='" EVT "'><System><Provider Name='P" #n "'/><EventID>" #n "</EventID>" rest
#define EV10                                                                                       \
	EV(10, "<Level>4</Level><TimeCreated SystemTime='2026-11-21T20:00:00Z'/>"                  \
	       "<EventRecordID>1</EventRecordID><Channel>" VMMS "</Channel></System></Event>\r\n")
#define EV30_HEAD                                                                                  \
	EV(30, "<Level>2</Level><TimeCreated SystemTime='2026-11-21T21:30:00.5Z'/>"                \
	       "<EventRecordID>3</EventRecordID><Channel>" VMMS "</Channel></System>")

static void test_sim_runs_wevtutil(void **state)
{
	static const struct {
		const char *line;
		uint32_t exit_code;
		const char *out; /* as UTF-8 */
		unsigned int denied;
		bool unicode;
	} CASES[] = {
		{ "wevtutil qe " VMMS " \"/q:*[System[EventID=30]]\" /f:RenderedXml /uni:true", 0,
			EV30_HEAD "<RenderingInfo Culture='de-DE'><Message>gr\xC3\xBCn "
				  "\xF0\x9F\x98\x80</Message></RenderingInfo></Event>\r\n",
			0, true },
		{ "wevtutil qe " VMMS " \"/q:*[System[EventID=30]]\" /f:RenderedXml", 0,
			EV30_HEAD "<RenderingInfo Culture='de-DE'><Message>gr?n ?</Message>"
				  "</RenderingInfo></Event>\r\n",
			0, false },
		{ "WEVTUTIL.exe qe " VMMS " /rd:true /c:1 /f:xml /e:Root", 0,
			"<Root>\r\n" EV30_HEAD "</Event>\r\n</Root>\r\n", 0, false },
		{ "C:\\Windows\\System32\\wevtutil.exe qe " VMMS " /c:1", 0, EV10, 0, false },
		{ "wevtutil qe Empty /uni:true /l:en-US", 0, "", 0, true },
		{ "wevtutil qe Nowhere", 15007, "", 0, false },
		{ "wevtutil qe Locked", 15007, "", 0, false },
		{ "wevtutil qe " VMMS, 15007, "", SIM_NO_CHANNEL, false },
		{ "wevtutil qe " VMMS, 5, "", SIM_DENY_EVENTS, false },
		{ "wevtutil qe " VMMS " /q:x", 15001, "", 0, false },
		{ "wevtutil qe " VMMS " /c:0", 87, "", 0, false },
		{ "wevtutil qe " VMMS " /f:text", 87, "", 0, false },
		{ "wevtutil qe " VMMS " /what:1", 87, "", 0, false },
		{ "wevtutil el", 87, "", 0, false },
		{ "wevtutil", 87, "", 0, false },
		{ "diskpart list volume", 1, "", 0, false },
		/* cmd.exe takes what is not quoted for a redirection */
		{ "wevtutil qe " VMMS " /q:*[System[Level<3]]", 1, "", 0, false },
	};
	struct fixture *f = *state;
	char shell_id[64];

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct run run = { .line = CASES[i].line, .via = HV_SOAP_VIA_CMD };
		HV_AUTO(buf) text;

		hv_buf_init(&text, 1 << 20);
		start(f, CASES[i].denied);
		open_shell(f, shell_id);
		run_command(f, shell_id, &run);
		assert_int_equal(run.exit_code, CASES[i].exit_code);
		if (CASES[i].unicode) {
			assert_memory_equal(hv_buf_str(&run.out), "\xFF\xFE", 2);
			hv_utf16le_to_utf8(
				&text, (const uint8_t *)run.out.data + 2, run.out.len - 2);
		} else {
			hv_buf_add(&text, hv_buf_str(&run.out), run.out.len);
		}
		assert_string_equal(hv_buf_str(&text), CASES[i].out);
		assert_int_equal(run.errors.len > 0, CASES[i].exit_code != 0);
		run_done(&run);
		ask(f, hv_soap_shell_delete(&f->request, &soap_call, shell_id, &f->err));
		assert_no_fault(f, "/transfer/DeleteResponse");
		assert_int_equal(sim_host_counters(f->host)->open_shells, 0);
	}
}

/* Output comes in pieces that end amid characters. */
static void test_sim_streams_are_cut(void **state)
{
	enum { COPIES = 200 };
	struct run run = { .line = "wevtutil qe L /uni:true", .via = HV_SOAP_DIRECTLY };
	struct fixture *f = *state;
	char shell_id[64];
	HV_AUTO(buf) text;
	HV_AUTO(buf) decoded;

	hv_buf_init(&text, 1 << 20);
	hv_buf_init(&decoded, 1 << 20);
	hv_buf_adds(&text, "{\"format\":\"hyperv-capture/1\",\"event_logs\":[{\"channel\":\"L\","
			   "\"events\":[");
	for (int i = 0; i < COPIES; i++)
		hv_buf_addf(&text,
			"%s\"<Event><System><EventID>%d</EventID><EventRecordID>%d"
			"</EventRecordID></System><D>\\u00e4\\u20ac</D></Event>\"",
			i > 0 ? "," : "", i, i + 1);
	hv_buf_adds(&text, "]}]}");
	start_config(f, hv_buf_str(&text), (struct sim_host_config){ .guess_generation = true });
	open_shell(f, shell_id);
	run_command(f, shell_id, &run);
	assert_true(run.receives > 1);
	hv_utf16le_to_utf8(&decoded, (const uint8_t *)run.out.data + 2, run.out.len - 2);
	assert_null(strstr(hv_buf_str(&decoded), "\xEF\xBF\xBD"));
	assert_non_null(strstr(hv_buf_str(&decoded), "<EventID>199</EventID>"));
	run_done(&run);
}

static void test_sim_refuses_in_shells(void **state)
{
	struct fixture *f = *state;
	char shell_id[64];
	char line[9000];

	open_shell(f, shell_id);
	ask(f, hv_soap_shell_command(&f->request, &soap_call, shell_id, HV_SOAP_DIRECTLY,
		       "powershell.exe", NULL, 0, &f->err));
	assert_fault(f, 2147942402U, "InternalError");
	assert_kind(f, HV_FAULT_NO_PROGRAM);
	memset(line, 'x', sizeof(line));
	line[8192] = '\0';
	ask(f, hv_soap_shell_command(
		       &f->request, &soap_call, shell_id, HV_SOAP_VIA_CMD, line, NULL, 0, &f->err));
	assert_fault(f, 2147942606U, "InternalError");
	ask(f, hv_soap_shell_command(&f->request, &soap_call, "no-such-shell", HV_SOAP_VIA_CMD,
		       "wevtutil", NULL, 0, &f->err));
	assert_fault(f, 2150858843U, "InvalidSelectors");
	ask(f, hv_soap_shell_receive(&f->request, &soap_call, shell_id, "no-command", &f->err));
	assert_fault(f, 2150858843U, "InvalidSelectors");
	ask_literal(f, SOAP(HEAD(HV_URI_SHELL, HV_URI_X "/Create")
				       OPTIONS("<w:Option Name='WINRS_CODEPAGE'>x</w:Option>"),
			       "<rsp:Shell/>"));
	assert_fault(f, 2150859072U, "InternalError");
	assert_int_equal(sim_host_counters(f->host)->open_commands, 0);
	assert_int_equal(sim_host_counters(f->host)->open_shells, 1);
}

/* A shell takes its commands with it. */
static void test_sim_deleting_a_shell_ends_its_commands(void **state)
{
	struct fixture *f = *state;
	char shell_id[64];

	open_shell(f, shell_id);
	for (int i = 0; i < 25; i++) {
		ask(f, hv_soap_shell_command(&f->request, &soap_call, shell_id, HV_SOAP_VIA_CMD,
			       "x", NULL, 0, &f->err));
		assert_no_fault(f, "/CommandResponse");
	}
	ask(f, hv_soap_shell_command(
		       &f->request, &soap_call, shell_id, HV_SOAP_VIA_CMD, "x", NULL, 0, &f->err));
	assert_kind(f, HV_FAULT_QUOTA);
	assert_int_equal(sim_host_counters(f->host)->open_commands, 25);
	ask(f, hv_soap_shell_delete(&f->request, &soap_call, shell_id, &f->err));
	assert_int_equal(sim_host_counters(f->host)->open_commands, 0);
	assert_int_equal(sim_host_counters(f->host)->shell_command, 26);
	assert_int_equal(sim_host_counters(f->host)->shell_delete, 1);
}

static void test_sim_refuses_captures_it_cannot_send(void **state)
{
	static const char *const CASES[] = {
		"{",
		"{\"format\":\"hyperv-capture/1\",\"classes\":[{\"namespace\":\"root/cimv2\","
		"\"class\":\"A B\",\"instances\":[]}]}",
		"{\"format\":\"hyperv-capture/1\",\"event_logs\":[{\"channel\":\"L\","
		"\"events\":[\"<Event>\"]}]}",
	};
	struct fixture *f = *state;
	struct sim_host_config config = { .capture = f->path };

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct sim_host *host = NULL;

		hv_err_clear(&f->err);
		assert_int_equal(
			hv_file_write_atomic(f->path, CASES[i], strlen(CASES[i]), 0600, &f->err),
			0);
		assert_int_equal(sim_host_new(&config, &host, &f->err), -1);
		assert_null(host);
		assert_true(hv_err_is_set(&f->err));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sim_identify),
		TEST(test_sim_guesses_its_generation),
		TEST(test_sim_writes_instances_as_windows_does),
		TEST(test_sim_understands_wql),
		TEST(test_sim_projections_lose_the_class),
		TEST(test_sim_pages),
		TEST(test_sim_plain_and_endless_enumerations),
		TEST(test_sim_get),
		TEST(test_sim_invoke),
		TEST(test_sim_takes_whole_references_alone),
		TEST(test_sim_refuses_what_is_denied),
		TEST(test_sim_tells_quotas_as_the_old_stack_does),
		TEST(test_sim_a_failed_pull_ends_the_enumeration),
		TEST(test_sim_faults_of_classes),
		TEST(test_sim_is_strict),
		TEST(test_sim_limits_sizes),
		TEST(test_sim_an_item_may_be_too_large),
		TEST(test_sim_takes_utf16),
		TEST(test_sim_answers_nobody_who_has_not_logged_in),
		TEST(test_sim_events_oldest_first),
		TEST(test_sim_understands_xpath),
		TEST(test_sim_knows_its_channels),
		TEST(test_sim_subscriptions_begin_where_asked),
		TEST(test_sim_renders_events_when_asked),
		TEST(test_sim_refuses_subscriptions),
		TEST(test_sim_runs_wevtutil),
		TEST(test_sim_streams_are_cut),
		TEST(test_sim_refuses_in_shells),
		TEST(test_sim_deleting_a_shell_ends_its_commands),
		TEST(test_sim_refuses_captures_it_cannot_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
