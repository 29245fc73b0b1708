/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What faults mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wsman/fault.h"
#include "wsman_fixture.h"

#define FAULT(subcode, detail)                                                                     \
	ENVELOPE("<s:Fault xmlns:f='" HV_URI_F                                                     \
		 "'><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value> " subcode              \
		 "\n</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang=''>outer"            \
		 "</s:Text></s:Reason><s:Detail>" detail "</s:Detail></s:Fault>")
#define WSMAN_FAULT(code, message)                                                                 \
	"<f:WSManFault Code='" code "' Machine='m'><f:Message>" message                            \
	"</f:Message></f:WSManFault>"
#define PROVIDER(path, content)                                                                    \
	"<f:ProviderFault provider='p' path='%systemroot%\\system32\\" path "'>" content           \
	"</f:ProviderFault>"
#define WMI_ERROR(content) "<e:MSFT_WmiError xmlns:e='" HV_URI_ERR "'>" content "</e:MSFT_WmiError>"

struct expected {
	enum hv_fault_kind kind;
	uint32_t code;
	const char *subcode;
	const char *message;
	const char *provider;
};

static void assert_fault(struct hv_answer *answer, const struct expected *expected)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_fault fault;
	bool is_fault = false;

	assert_int_equal(hv_fault_read(answer, &is_fault, &fault, &err), 0);
	assert_true(is_fault);
	assert_int_equal(fault.kind, expected->kind);
	assert_int_equal(fault.code, expected->code);
	assert_string_equal(fault.subcode, expected->subcode);
	assert_string_equal(fault.message, expected->message);
	assert_string_equal(fault.provider, expected->provider);
	assert_int_equal(hv_fault_to_err(&fault, &err), -1);
	assert_non_null(strstr(err.text, expected->message));
}

static void test_fault_is_classified(void **state)
{
	static const struct {
		const char *text;
		struct expected expected;
	} CASES[] = {
		{ FAULT("w:AccessDenied", WSMAN_FAULT("5", "Zugriff verweigert ")),
			{ HV_FAULT_ACCESS_WINRM, 5, "AccessDenied", "Zugriff verweigert", "" } },
		/* The same code of a provider is its own access, whatever the case of its name. */
		{ FAULT("w:AccessDenied", WSMAN_FAULT("5", PROVIDER("WsmWmiPl.dll", "no"))),
			{ HV_FAULT_ACCESS_WMI, 5, "AccessDenied", "no", "WsmWmiPl.dll" } },
		{ FAULT("w:AccessDenied", WSMAN_FAULT("5", PROVIDER("WEVTFWD.DLL", "no"))),
			{ HV_FAULT_ACCESS_EVENTS, 5, "AccessDenied", "no", "WEVTFWD.DLL" } },
		{ FAULT("w:AccessDenied", WSMAN_FAULT("5", PROVIDER("winrscmd.dll", "no"))),
			{ HV_FAULT_ACCESS_SHELL, 5, "AccessDenied", "no", "winrscmd.dll" } },
		{ FAULT("w:AccessDenied", WSMAN_FAULT("5", PROVIDER("other.dll", "no"))),
			{ HV_FAULT_ACCESS_WINRM, 5, "AccessDenied", "no", "other.dll" } },
		{ FAULT("w:AccessDenied", WSMAN_FAULT("2150859013", "no")),
			{ HV_FAULT_ACCESS_WMI, 2150859013U, "AccessDenied", "no", "" } },
		/* A code within tells more than one that is vague. */
		{ FAULT("n:CannotProcessFilter",
			  WSMAN_FAULT("2150858778",
				  PROVIDER("WsmWmiPl.dll", WSMAN_FAULT("2147749902", "ns")))),
			{ HV_FAULT_INVALID_NAMESPACE, 0x8004100E, "CannotProcessFilter", "ns",
				"WsmWmiPl.dll" } },
		{ FAULT("n:CannotProcessFilter",
			  WSMAN_FAULT("2150858778", "HRESULT = 0x80041010.")),
			{ HV_FAULT_INVALID_CLASS, 0x80041010, "CannotProcessFilter",
				"HRESULT = 0x80041010.", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("2150858778", "0x800410100 0x8004101 0x00041010")),
			{ HV_FAULT_INVALID_QUERY, 2150858778U, "Y",
				"0x800410100 0x8004101 0x00041010", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("2150858778",
				       "q") "<f:ExtendedError><StatusCode>"
					    "2147749911</StatusCode></f:ExtendedError>"),
			{ HV_FAULT_INVALID_QUERY, 0x80041017, "Y", "q", "" } },
		/* But not than one that says enough. */
		{ FAULT("w:QuotaLimit", WSMAN_FAULT("2150859174", "0x80041003")),
			{ HV_FAULT_QUOTA, 2150859174U, "QuotaLimit", "0x80041003", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("5", PROVIDER("WsmWmiPl.dll", WSMAN_FAULT("123", "")))),
			{ HV_FAULT_ACCESS_WMI, 5, "Y", "outer", "WsmWmiPl.dll" } },
		{ FAULT("a:DestinationUnreachable", WSMAN_FAULT("2150858752", "r")),
			{ HV_FAULT_NO_RESOURCE, 2150858752U, "DestinationUnreachable", "r", "" } },
		{ FAULT("w:EncodingLimit", WSMAN_FAULT("2150858824", "l")),
			{ HV_FAULT_ENCODING_LIMIT, 2150858824U, "EncodingLimit", "l", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("2150858780", "l")),
			{ HV_FAULT_NO_EVENTS, 2150858780U, "Y", "l", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("15007", "l")),
			{ HV_FAULT_CHANNEL, 15007, "Y", "l", "" } },
		/* MSFT_WmiError with the code as number, and in its MessageID alone. */
		{ FAULT("x:Y",
			  WMI_ERROR("<e:error_Code>2150859173</e:error_Code><e:MessageID>"
				    "HRESULT 0x80041003</e:MessageID><e:Message>m</e:Message>")),
			{ HV_FAULT_QUOTA, 2150859173U, "Y", "m", "" } },
		{ FAULT("x:Y", WMI_ERROR("<e:MessageID>HRESULT 0x803381a5</e:MessageID>")),
			{ HV_FAULT_QUOTA, 2150859173U, "Y", "outer", "" } },
		/* No code: the subcode. */
		{ FAULT("w:TimedOut", ""), { HV_FAULT_TIMED_OUT, 0, "TimedOut", "outer", "" } },
		{ FAULT("TimedOut", WSMAN_FAULT("x", "m")),
			{ HV_FAULT_TIMED_OUT, 0, "TimedOut", "m", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("4294967296", "m")),
			{ HV_FAULT_OTHER, 0, "Y", "m", "" } },
		{ FAULT("x:Y", WSMAN_FAULT("77", "m")), { HV_FAULT_OTHER, 77, "Y", "m", "" } },
		{ FAULT("x:Y", "<WSManFault Code='5'/>"), { HV_FAULT_OTHER, 0, "Y", "outer", "" } },
		{ ENVELOPE("<s:Fault/>"), { HV_FAULT_OTHER, 0, "", "", "" } },
	};
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(answer) answer;

		assert_int_equal(parse_text(&answer, CASES[i].text, &err), 0);
		assert_fault(&answer, &CASES[i].expected);
	}
}

static void test_fault_other_answers_are_none(void **state)
{
	static const char *const texts[] = { ENVELOPE(""), ENVELOPE("<n:PullResponse/>"),
		ENVELOPE("<Fault/>") };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(texts); i++) {
		HV_AUTO(answer) answer;
		struct hv_fault fault;
		bool is_fault = true;

		assert_int_equal(parse_text(&answer, texts[i], &err), 0);
		assert_int_equal(hv_fault_read(&answer, &is_fault, &fault, &err), 0);
		assert_false(is_fault);
		assert_null(fault.info);
	}
}

static void test_fault_takes_a_bounded_number_of_codes(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(answer) answer;
	struct hv_fault fault;
	bool is_fault = false;

	(void)state;
	assert_int_equal(parse_text(&answer,
				 FAULT("x:Y", WSMAN_FAULT("1", "") WSMAN_FAULT("2", "") WSMAN_FAULT(
						      "3", "") WSMAN_FAULT("4", "") WSMAN_FAULT("1",
						      "") WSMAN_FAULT("2", "") WSMAN_FAULT("3", "")
						      WSMAN_FAULT("4", "") WSMAN_FAULT("5", "")),
				 &err),
		0);
	assert_int_equal(hv_fault_read(&answer, &is_fault, &fault, &err), 0);
	assert_int_equal(fault.code_count, HV_FAULT_MAX_CODES);
	assert_int_equal(fault.codes[7], 4);
	assert_int_equal(fault.code, 1);
}

static void test_fault_table_is_complete(void **state)
{
	static const uint32_t codes[] = { 5, 995, 2147943418U, 2147942402U, 2147942606U,
		2150858752U, 2150858754U, 2150858758U, 2150858762U, 2150858763U, 2150858767U,
		2150858777U, 2150858778U, 2150858779U, 2150858884U, 2150858780U, 2150858793U,
		2150858808U, 2150858832U, 2150858859U, 2150858813U, 2150858842U, 2150858843U,
		2150858845U, 2150858823U, 2150858824U, 2150858825U, 2150858878U, 2150859002U,
		2150859003U, 2150859007U, 2150859008U, 2150859010U, 2150859012U, 2150859013U,
		2150859025U, 2150859042U, 2150859072U, 2150859173U, 2150859174U, 2150859175U,
		2150859176U, 2150859179U, 2150859180U, 2150859181U, 2150859236U, 2150859241U,
		0x80041002, 0x80041003, 0x8004100E, 0x80041010, 0x80041013, 0x80041017 };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(codes); i++) {
		const struct hv_fault_info *info = hv_fault_info_find(codes[i]);

		assert_non_null(info);
		assert_int_equal(info->code, codes[i]);
		assert_int_not_equal(info->kind, HV_FAULT_OTHER);
		assert_true(info->meaning[0] != '\0' && info->source[0] != '\0');
	}
	assert_null(hv_fault_info_find(0));
	assert_null(hv_fault_info_find(2150858753U));
	assert_string_equal(hv_fault_info_find(2150859173U)->advice,
		"winrm set winrm/config/winrs '@{MaxShellsPerUser=\"30\"}'");
}

static void test_fault_error_tells_code_and_words(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(answer) answer;
	struct hv_fault fault;
	bool is_fault = false;

	(void)state;
	assert_int_equal(
		parse_text(&answer, FAULT("x:Y", WSMAN_FAULT("2150858779", "weg")), &err), 0);
	assert_int_equal(hv_fault_read(&answer, &is_fault, &fault, &err), 0);
	assert_int_equal(hv_fault_to_err(&fault, &err), -1);
	assert_string_equal(
		err.text, "the host has forgotten the enumeration (fault 0x8033801B: weg)");
	assert_int_equal(err.kind, HV_ERR_MISSING);
}

static enum hv_fault_kind narrowed(const char *text, enum hv_fault_kind denied)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(answer) answer;
	struct hv_fault fault;
	bool is_fault = false;

	assert_int_equal(parse_text(&answer, text, &err), 0);
	assert_int_equal(hv_fault_read(&answer, &is_fault, &fault, &err), 0);
	hv_fault_narrow(&fault, denied);
	assert_non_null(fault.info);
	assert_int_equal(fault.info->kind, fault.kind);
	return fault.kind;
}

static void test_fault_operation_tells_who_denied(void **state)
{
	const char *bare = FAULT("w:AccessDenied", WSMAN_FAULT("5", "no"));
	const char *by_wmi =
		FAULT("w:AccessDenied", WSMAN_FAULT("5", PROVIDER("WsmWmiPl.dll", "no")));

	(void)state;
	assert_int_equal(narrowed(bare, HV_FAULT_OTHER), HV_FAULT_ACCESS_WINRM);
	assert_int_equal(narrowed(bare, HV_FAULT_ACCESS_EVENTS), HV_FAULT_ACCESS_EVENTS);
	assert_int_equal(narrowed(bare, HV_FAULT_ACCESS_SHELL), HV_FAULT_ACCESS_SHELL);
	assert_int_equal(narrowed(by_wmi, HV_FAULT_ACCESS_EVENTS), HV_FAULT_ACCESS_WMI);
	assert_int_equal(
		narrowed(FAULT("x:Y", WSMAN_FAULT("2150858779", "weg")), HV_FAULT_ACCESS_EVENTS),
		HV_FAULT_CONTEXT_LOST);
}

static void test_fault_reads_recorded_ones(void **state)
{
	static const struct {
		const char *name;
		struct expected expected;
	} CASES[] = {
		{ "winrb/soap_fault_v2.xml",
			{ HV_FAULT_INVALID_QUERY, 2150858778U, "CannotProcessFilter",
				"The specified class does not exist in the given namespace.",
				"WsmWmiPl.dll" } },
		{ "winrb/wmi_error_v2.xml",
			{ HV_FAULT_QUOTA, 2150859173U, "QuotaLimit",
				"The WS-Management service cannot process the request. This user is "
				"allowed a maximum number of 30 concurrent shells, which has been "
				"exceeded. Close existing shells or raise the quota for this user.",
				"" } },
		{ "faults/invalid_selectors_shell.xml",
			{ HV_FAULT_SELECTORS, 2150858843U, "InvalidSelectors",
				"The WS-Management service cannot process the request because the "
				"request contained invalid selectors for the resource.",
				"WsmSvc.dll" } },
		{ "faults/invalid_timeout_header_2150858767.xml",
			{ HV_FAULT_REQUEST, 2150858767U, "InvalidMessageInformationHeader",
				"The WS-Management service cannot process the request. The XML "
				"contains an invalid timeout field in the SOAP header: PT-1S.",
				"" } },
		{ "pypsrp/winrs_operation_timeout_03_response.xml",
			{ HV_FAULT_TIMED_OUT, 2150858793U, "TimedOut",
				"The WS-Management service cannot complete the operation within the "
				"time specified in OperationTimeout.",
				"" } },
		{ "pypsrp/winrs_no_cmd_shell_01_response.xml",
			{ HV_FAULT_NO_PROGRAM, 2147942402U, "InternalError",
				"The system cannot find the file specified.", "winrscmd.dll" } },
		{ "pypsrp/winrs_bad_cmd_id_02_response.xml",
			{ HV_FAULT_SELECTORS, 2150858843U, "InvalidSelectors",
				"The Windows Remote Shell received a request to perform an operation "
				"on a command identifier that does not exist. Either the command has "
				"completed execution or the client specified an invalid command "
				"identifier.",
				"" } },
		{ "masterzen/executeCommandResponseWithError.xml",
			{ HV_FAULT_COMMAND_LINE, 2147942606U, "InternalError",
				"The filename or extension is too long.", "winrscmd.dll" } },
		{ "masterzen/operationTimeoutResponse.xml",
			{ HV_FAULT_TIMED_OUT, 2150858793U, "TimedOut",
				"The WS-Management service cannot complete the operation within the "
				"time specified in OperationTimeout.",
				"" } },
	};
	struct hv_err err = HV_ERR_INIT;
	char dir[2048];

	(void)state;
	if (!recorded_dir(dir))
		skip();
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(answer) answer;

		assert_int_equal(parse_recorded(&answer, dir, CASES[i].name, &err), 0);
		assert_fault(&answer, &CASES[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fault_is_classified),
		cmocka_unit_test(test_fault_other_answers_are_none),
		cmocka_unit_test(test_fault_takes_a_bounded_number_of_codes),
		cmocka_unit_test(test_fault_table_is_complete),
		cmocka_unit_test(test_fault_error_tells_code_and_words),
		cmocka_unit_test(test_fault_operation_tells_who_denied),
		cmocka_unit_test(test_fault_reads_recorded_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
