/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of one class, as ConvertTo-Json writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/capture-json.h"
#include "sink_recorder.h"

static int read_bytes(struct recorder *r, const void *bytes, size_t len, const char *class_name,
	struct hv_err *err)
{
	recorder_init(r);
	hv_err_clear(err);
	return hv_class_json_read(bytes, len, class_name, "f.json",
		(struct hv_time){ .known = false }, &r->sink, err);
}

#define V2 "root/virtualization/v2:Msvm_ComputerSystem"

static void test_class_file_comes_in_many_shapes(void **state)
{
	static const struct {
		const char *text;
		const char *log;
	} CASES[] = {
		{ "[]", "batch " V2 " origin=f.json\n" },
		{ "null", "batch " V2 " origin=f.json\n" },
		{ "{\"Name\":\"a\"}", "batch " V2 " origin=f.json\nbag " V2 " {\"Name\":\"a\"}\n" },
		{ "\xEF\xBB\xBF[{\"Name\":\"a\"}]",
			"batch " V2 " origin=f.json\nbag " V2 " {\"Name\":\"a\"}\n" },
		{ "[{\"Name\":\"a\"},{\"Name\":\"b\"}]",
			"batch " V2 " origin=f.json\nbag " V2 " {\"Name\":\"a\"}\nbag " V2
			" {\"Name\":\"b\"}\n" },
		{ "{\"value\":[{\"Name\":\"a\"}],\"Count\":1}",
			"batch " V2 " origin=f.json\nbag " V2 " {\"Name\":\"a\"}\n" },
		{ "{\"value\":[],\"Count\":0}", "batch " V2 " origin=f.json\n" },
		/* Values: wrapped arrays and dates, null, nested noise. */
		{ "{\"Name\":\"a\",\"L\":{\"value\":[2,3],\"Count\":2},\"D\":{\"value\":\"\\/"
		  "Date(0)\\/\","
		  "\"DisplayHint\":2,\"DateTime\":\"x\"},\"N\":null,\"R\":{\"CimClass\":{},\"K\":1,"
		  "\"Z\":null},\"W\":[{\"value\":[1],\"Count\":1}],\"V\":{\"value\":1},"
		  "\"X\":{\"value\":null,\"Count\":0}}",
			"batch " V2 " origin=f.json\nbag " V2 " {\"D\":\"/Date(0)/\",\"L\":[2,3],"
			"\"Name\":\"a\",\"R\":{\"K\":1},\"V\":{\"value\":1},\"W\":[[1]]}\n" },
		/* Noise of Get-CimInstance. */
		{ "{\"Name\":\"a\",\"CimClass\":{\"CimSuperClassName\":\"x\"},"
		  "\"CimInstanceProperties\":[],"
		  "\"CimSystemProperties\":{\"Namespace\":\"root/"
		  "virtualization\"},\"PSComputerName\":null,"
		  "\"Path\":\"kept\"}",
			"batch root/virtualization:Msvm_ComputerSystem origin=f.json\n"
			"bag root/virtualization:Msvm_ComputerSystem "
			"{\"Name\":\"a\",\"Path\":\"kept\"}\n" },
		{ "{\"Name\":\"a\",\"CimClass\":\"ROOT/virtualization:Msvm_ComputerSystem\"}",
			"batch root/virtualization:Msvm_ComputerSystem origin=f.json\n"
			"bag root/virtualization:Msvm_ComputerSystem {\"Name\":\"a\"}\n" },
		{ "{\"Name\":\"a\",\"CimClass\":{\"CimSystemProperties\":{\"Namespace\":"
		  "\"ROOT/virtualization\"}}}",
			"batch root/virtualization:Msvm_ComputerSystem origin=f.json\n"
			"bag root/virtualization:Msvm_ComputerSystem {\"Name\":\"a\"}\n" },
		/* Noise of Get-WmiObject. */
		{ "{\"__CLASS\":\"Msvm_ComputerSystem\",\"__NAMESPACE\":\"root\\\\virtualization\","
		  "\"__PATH\":\"p\",\"Name\":\"a\",\"Scope\":{},\"Path\":{},\"Options\":{},"
		  "\"Properties\":[],\"SystemProperties\":[],\"Qualifiers\":[],\"Site\":null}",
			"batch root/virtualization:Msvm_ComputerSystem origin=f.json\n"
			"bag root/virtualization:Msvm_ComputerSystem {\"Name\":\"a\"}\n" },
		/* Looks cut short, but nobody reads it; and names may hold anything. */
		{ "{\"Name\":\"a\",\"OperationalStatus\":\"System.Object[]\","
		  "\"ElementName\":\"a (b = c)\"}",
			"batch " V2 " origin=f.json\nbag " V2 " {\"ElementName\":\"a (b = c)\","
			"\"Name\":\"a\",\"OperationalStatus\":\"System.Object[]\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		if (read_bytes(&r, CASES[i].text, strlen(CASES[i].text), "msvm_computersystem",
			    &err) < 0)
			fail_msg("%s: %s", CASES[i].text, err.text);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
	}
}

static void test_class_file_may_be_utf16(void **state)
{
	static const char text[] = "[{\"Name\":\"a\"}]";
	uint8_t bytes[2 * sizeof(text)] = { 0xFF, 0xFE };
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		bytes[2 + 2 * i] = (uint8_t)text[i];
	assert_int_equal(read_bytes(&r, bytes, sizeof(bytes), "Msvm_ComputerSystem", &err), 0);
	assert_string_equal(
		hv_buf_str(&r.log), "batch " V2 " origin=f.json\nbag " V2 " {\"Name\":\"a\"}\n");
}

static void test_class_file_without_namespace_goes_by_the_class(void **state)
{
	static const struct {
		const char *class_name;
		const char *log;
	} CASES[] = {
		{ "Win32_Volume", "batch root/cimv2:Win32_Volume origin=f.json\n" },
		{ "Msvm_VirtualSystemGlobalSettingData",
			"batch root/virtualization:Msvm_VirtualSystemGlobalSettingData "
			"origin=f.json\n" },
		{ "Msvm_Unheard", "batch root/virtualization/v2:Msvm_Unheard origin=f.json\n" },
		{ "Unheard", "batch root/cimv2:Unheard origin=f.json\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		assert_int_equal(read_bytes(&r, "[]", 2, CASES[i].class_name, &err), 0);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
	}
}

static void test_class_file_errors_say_where_and_what(void **state)
{
	static const struct {
		const char *class_name;
		const char *text;
		const char *error;
	} CASES[] = {
		{ "Win32_Volume", "", "f.json: the file is empty; a class without instances is" },
		{ "Win32_Volume", "\xFF\xFE\r", "f.json: the file is empty" },
		{ "Win32_Volume", "7", "f.json: expected an array of instances of Win32_Volume" },
		{ "Win32_Volume", "[7]", "f.json: [0]: expected an object" },
		{ "Win32_Volume", "[{},null]", "f.json: [1]: expected an object" },
		{ "Win32_Volume", "[{]", "f.json: line 1, column " },
		{ "Win32_Volume", "[{}", "f.json: line 1: the JSON text ends too early" },
		{ "Win32_Volume", "{\"a\":1,\"a\":2}", "duplicate" },
		{ "Win32_ShadowStorage",
			"[{},{\"Volume\":\"Win32_Volume (DeviceID = \\\"x\\\")\"}]",
			"f.json: [1].Volume: the value was cut short" },
		{ "Msvm_StorageAllocationSettingData", "{\"HostResource\":\"System.String[]\"}",
			"f.json: [0].HostResource: the value was cut short" },
		{ "Msvm_StorageAllocationSettingData", "{\"HostResource\":[\"@{a=1}\"]}",
			"f.json: [0].HostResource: the value was cut short" },
		{ "Msvm_KvpExchangeComponent",
			"{\"GuestIntrinsicExchangeItems\":\"<INSTANCE></INSTANCE> "
			"<INSTANCE></INSTANCE>\"}",
			"f.json: [0].GuestIntrinsicExchangeItems: the value was cut short" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		assert_int_equal(read_bytes(&r, CASES[i].text, strlen(CASES[i].text),
					 CASES[i].class_name, &err),
			-1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		if (strstr(err.text, CASES[i].error) == NULL)
			fail_msg("%s: %s, expected %s", CASES[i].text, err.text, CASES[i].error);
	}
}

static void test_class_file_names_the_instance_that_a_sink_refuses(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;

	(void)state;
	recorder_init(&r);
	r.refuse = "Name: expected text";
	assert_int_equal(hv_class_json_read((const uint8_t *)"[{}]", 4, "Win32_Volume", "f.json",
				 (struct hv_time){ .known = false }, &r.sink, &err),
		-1);
	assert_string_equal(err.text, "f.json: [0].Name: expected text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_class_file_comes_in_many_shapes),
		cmocka_unit_test(test_class_file_may_be_utf16),
		cmocka_unit_test(test_class_file_without_namespace_goes_by_the_class),
		cmocka_unit_test(test_class_file_errors_say_where_and_what),
		cmocka_unit_test(test_class_file_names_the_instance_that_a_sink_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
