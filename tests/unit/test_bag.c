/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Property bags: values however they were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/alloc.h"
#include "cim/bag.h"
#include "cim/json.h"

struct bag_fixture {
	json_t *props;
	struct hv_bag bag;
};

static void bag_done(struct bag_fixture *f)
{
	json_decref(f->props);
}
#define HV_AUTO_bag_fixture __attribute__((cleanup(bag_done))) struct bag_fixture

static struct bag_fixture bag_of(const char *json)
{
	struct bag_fixture f = { .props = json_loads(json, 0, NULL) };

	assert_non_null(f.props);
	f.bag = (struct hv_bag){ .ns = HV_NS_V2, .class_name = "X", .props = f.props };
	return f;
}

static void test_bag_string_tells_text_only(void **state)
{
	HV_AUTO(bag_fixture) f =
		bag_of("{\"a\":\"x\",\"e\":\"\",\"n\":null,\"i\":1,\"l\":[\"x\"]}");
	const char *text = NULL;

	(void)state;
	assert_true(hv_bag_string(&f.bag, "a", &text));
	assert_string_equal(text, "x");
	assert_true(hv_bag_string(&f.bag, "e", &text));
	assert_string_equal(text, "");
	assert_false(hv_bag_string(&f.bag, "n", &text));
	assert_false(hv_bag_string(&f.bag, "i", &text));
	assert_false(hv_bag_string(&f.bag, "l", &text));
	assert_false(hv_bag_string(&f.bag, "missing", &text));
}

static void test_bag_told_is_neither_missing_nor_null_nor_empty(void **state)
{
	HV_AUTO(bag_fixture) f = bag_of("{\"a\":0,\"b\":false,\"c\":[],\"n\":null,\"e\":\"\"}");

	(void)state;
	assert_true(hv_bag_told(&f.bag, "a"));
	assert_true(hv_bag_told(&f.bag, "b"));
	assert_true(hv_bag_told(&f.bag, "c"));
	assert_false(hv_bag_told(&f.bag, "n"));
	assert_false(hv_bag_told(&f.bag, "e"));
	assert_false(hv_bag_told(&f.bag, "missing"));
}

static void test_bag_u64_reads_numbers_and_digits(void **state)
{
	static const struct {
		const char *json;
		bool known;
		uint64_t value;
	} CASES[] = {
		{ "{\"v\":0}", true, 0 },
		{ "{\"v\":9223372036854775807}", true, INT64_MAX },
		{ "{\"v\":\"18446744073709551615\"}", true, UINT64_MAX },
		{ "{\"v\":\"18446744073709551616\"}", false, 0 },
		{ "{\"v\":\"42\"}", true, 42 },
		{ "{\"v\":-1}", false, 0 },
		{ "{\"v\":\"-1\"}", false, 0 },
		{ "{\"v\":\" 1\"}", false, 0 },
		{ "{\"v\":\"\"}", false, 0 },
		{ "{\"v\":1.5}", false, 0 },
		{ "{\"v\":true}", false, 0 },
		{ "{\"v\":null}", false, 0 },
		{ "{}", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(bag_fixture) f = bag_of(CASES[i].json);
		uint64_t value = 77;

		assert_int_equal(hv_bag_u64(&f.bag, "v", &value), CASES[i].known);
		assert_true(value == (CASES[i].known ? CASES[i].value : 77));
	}
}

static void test_bag_bool_reads_words_and_digits(void **state)
{
	static const struct {
		const char *json;
		bool known, value;
	} CASES[] = {
		{ "{\"v\":true}", true, true },
		{ "{\"v\":false}", true, false },
		{ "{\"v\":\"TRUE\"}", true, true },
		{ "{\"v\":\"False\"}", true, false },
		{ "{\"v\":1}", true, true },
		{ "{\"v\":\"0\"}", true, false },
		{ "{\"v\":2}", false, false },
		{ "{\"v\":\"yes\"}", false, false },
		{ "{\"v\":null}", false, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(bag_fixture) f = bag_of(CASES[i].json);
		bool value = false;

		assert_int_equal(hv_bag_bool(&f.bag, "v", &value), CASES[i].known);
		assert_int_equal(value, CASES[i].value);
	}
}

static void test_bag_time_reads_every_spelling(void **state)
{
	static const struct {
		const char *json;
		bool known;
		hv_usec usec;
	} CASES[] = {
		{ "{\"v\":\"/Date(1700000000000)/\"}", true, 1700000000000000 },
		{ "{\"v\":\"/Date(1700000000000+0100)/\"}", true, 1700000000000000 },
		{ "{\"v\":\"/Date(-1000)/\"}", true, -1000000 },
		{ "{\"v\":\"/Date(x)/\"}", false, 0 },
		{ "{\"v\":\"/Date(1)\"}", false, 0 },
		{ "{\"v\":\"/Date(99999999999999999999999999)/\"}", false, 0 },
		{ "{\"v\":\"2023-11-14T22:13:20Z\"}", true, 1700000000000000 },
		{ "{\"v\":\"2023-11-14T23:13:20.5+01:00\"}", true, 1700000000500000 },
		{ "{\"v\":\"2023-11-14T22:13:20\"}", true, 1700000000000000 },
		{ "{\"v\":\"20231114231320.000000+060\"}", true, 1700000000000000 },
		{ "{\"v\":\"00000000000000.000000:000\"}", false, 0 },
		{ "{\"v\":\"yesterday\"}", false, 0 },
		{ "{\"v\":1700000000}", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(bag_fixture) f = bag_of(CASES[i].json);
		hv_usec usec = 0;

		assert_int_equal(hv_bag_time(&f.bag, "v", &usec), CASES[i].known);
		assert_true(usec == CASES[i].usec);
	}
}

static void test_bag_array_takes_a_single_value_for_one_element(void **state)
{
	HV_AUTO(bag_fixture) f = bag_of("{\"one\":\"x\",\"list\":[\"x\",null,\"z\"],\"numbers\":[1,"
					"\"2\"],\"none\":[],\"n\":null}");
	const char *text = NULL;
	uint64_t number = 0;

	(void)state;
	assert_int_equal(hv_bag_count(&f.bag, "one"), 1);
	assert_int_equal(hv_bag_count(&f.bag, "list"), 3);
	assert_int_equal(hv_bag_count(&f.bag, "none"), 0);
	assert_int_equal(hv_bag_count(&f.bag, "n"), 0);
	assert_int_equal(hv_bag_count(&f.bag, "missing"), 0);
	assert_true(hv_bag_string_at(&f.bag, "one", 0, &text));
	assert_false(hv_bag_string_at(&f.bag, "one", 1, &text));
	assert_false(hv_bag_string_at(&f.bag, "list", 1, &text));
	assert_true(hv_bag_string_at(&f.bag, "list", 2, &text));
	assert_string_equal(text, "z");
	assert_false(hv_bag_string_at(&f.bag, "list", 3, &text));
	assert_true(hv_bag_u64_at(&f.bag, "numbers", 1, &number));
	assert_int_equal(number, 2);
}

static void test_bag_object_lends_what_is_embedded(void **state)
{
	HV_AUTO(bag_fixture) f = bag_of("{\"o\":{\"k\":\"v\"},\"l\":[{\"k\":\"w\"}],\"t\":\"x\"}");
	struct hv_bag inner;
	const char *text = NULL;

	(void)state;
	assert_true(hv_bag_object(&f.bag, "o", &inner));
	assert_true(hv_bag_string(&inner, "k", &text));
	assert_string_equal(text, "v");
	assert_false(hv_bag_object(&f.bag, "l", &inner));
	assert_true(hv_bag_object_at(&f.bag, "l", 0, &inner));
	assert_true(hv_bag_string(&inner, "k", &text));
	assert_string_equal(text, "w");
	assert_false(hv_bag_object_at(&f.bag, "l", 1, &inner));
	assert_false(hv_bag_object(&f.bag, "t", &inner));
}

#define VOLUME_ID "\\\\?\\Volume{11111111-2222-3333-4444-555555555555}\\"

static void test_bag_ref_key_reads_objects_and_object_paths(void **state)
{
	/* The texts as they are, without the escapes that JSON would need. */
	static const struct {
		const char *ref;
		const char *key;
		const char *value;
	} CASES[] = {
		{ "Win32_Volume.DeviceID=\"\\\\\\\\?\\\\Volume{11111111-2222-3333-4444-"
		  "555555555555}"
		  "\\\\\"",
			"DeviceID", VOLUME_ID },
		{ "\\\\hv01.example.test\\root\\cimv2:Win32_Directory.Name=\"C:\\\\Mount\\\\x\"",
			"Name", "C:\\Mount\\x" },
		{ "Win32_X.A=\"one, two\",B=\"say \\\"hi\\\"\"", "B", "say \"hi\"" },
		{ "Win32_X.A=1,B=2", "B", "2" },
		{ "Win32_X.A=\"\"", "A", "" },
		{ "Win32_X.A=\"a.b=c\",B=\"d\"", "B", "d" },
		{ "Win32_X.A=\"open", "A", NULL },
		{ "Win32_X.A=\"ends with \\", "A", NULL },
		{ "Win32_X.A=\"x\"", "B", NULL },
		{ "Win32_X.A=\"x\"junk", "B", NULL },
		{ "no path", "A", NULL },
		{ "", "A", NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(json) props = json_object();
		const struct hv_bag bag = { .ns = HV_NS_CIMV2, .class_name = "X", .props = props };
		char *value = NULL;

		json_object_set_new(props, "R", json_string(CASES[i].ref));
		assert_int_equal(
			hv_bag_ref_key(&bag, "R", CASES[i].key, &value), CASES[i].value != NULL);
		if (CASES[i].value == NULL)
			assert_null(value);
		else
			assert_string_equal(value, CASES[i].value);
		hv_free(value);
	}
}

static void test_bag_ref_key_reads_an_embedded_object(void **state)
{
	HV_AUTO(bag_fixture) f = bag_of("{\"R\":{\"DeviceID\":\"x\",\"n\":1},\"n\":null}");
	char *value = NULL;

	(void)state;
	assert_true(hv_bag_ref_key(&f.bag, "R", "DeviceID", &value));
	assert_string_equal(value, "x");
	hv_free(value);
	assert_false(hv_bag_ref_key(&f.bag, "R", "n", &value));
	assert_null(value);
	assert_false(hv_bag_ref_key(&f.bag, "n", "DeviceID", &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bag_string_tells_text_only),
		cmocka_unit_test(test_bag_told_is_neither_missing_nor_null_nor_empty),
		cmocka_unit_test(test_bag_u64_reads_numbers_and_digits),
		cmocka_unit_test(test_bag_bool_reads_words_and_digits),
		cmocka_unit_test(test_bag_time_reads_every_spelling),
		cmocka_unit_test(test_bag_array_takes_a_single_value_for_one_element),
		cmocka_unit_test(test_bag_object_lends_what_is_embedded),
		cmocka_unit_test(test_bag_ref_key_reads_objects_and_object_paths),
		cmocka_unit_test(test_bag_ref_key_reads_an_embedded_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
