/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits of the event log reader, and work that is asked for again and again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "evtx-fixture.h"
#include "evtx/value.h"

enum { TEMPLATE = 77, AT_OFFSET = 6 /* of a template instance: the definition's place */ };

static struct evtx_writer *begin(void)
{
	struct evtx_writer *w = evtx_writer_new(NULL);

	assert_non_null(w);
	evtx_begin_record(w, 1, 0);
	evtx_put_fragment_header(w);
	return w;
}

static void open_element(struct evtx_writer *w, const char *name)
{
	evtx_open(w, name, -1);
	evtx_close_start(w);
}

static void end_record(struct evtx_writer *w)
{
	evtx_eof(w);
	evtx_end_record(w);
}

static void expect_problem(struct evtx_writer *w, const char *problem)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	HV_AUTO(buf) damage = { .max = 200 };
	size_t len = 0;
	const uint8_t *file = evtx_writer_finish(w, &len);

	assert_non_null(file);
	evtx_read(&r, file, len);
	assert_int_equal(r.rc, 0);
	hv_buf_addf(&damage, "chunk 0: record 1: %s; 0 records were read, 1 could not be", problem);
	assert_string_equal(hv_buf_str(&r.damage), hv_buf_str(&damage));
}

static void expect_readable(struct evtx_writer *w)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	size_t len = 0;
	const uint8_t *file = evtx_writer_finish(w, &len);

	assert_non_null(file);
	evtx_read(&r, file, len);
	assert_string_equal(hv_buf_str(&r.damage), "");
	assert_int_equal(r.stats.records, 1);
}

static struct evtx_writer *nested_elements(unsigned int depth)
{
	struct evtx_writer *w = begin();

	open_element(w, "Event");
	for (unsigned int i = 1; i < depth; i++)
		open_element(w, "A");
	for (unsigned int i = 0; i < depth; i++)
		evtx_end(w);
	end_record(w);
	return w;
}

static void test_depth_of_elements(void **state)
{
	/* The record is a level of its own. */
	HV_AUTO(evtx_writer) deep = nested_elements(HV_EVTX_MAX_DEPTH - 1);
	HV_AUTO(evtx_writer) too_deep = nested_elements(HV_EVTX_MAX_DEPTH);

	(void)state;
	expect_readable(deep);
	expect_problem(too_deep, "nested deeper than the limit");
}

static struct evtx_writer *many_attributes(unsigned int count)
{
	struct evtx_writer *w = begin();

	evtx_open_with_attributes(w, "Event", -1);
	for (unsigned int i = 0; i < count; i++) {
		char name[16];

		assert_in_range(snprintf(name, sizeof(name), "a%u", i), 2, sizeof(name) - 1);
		evtx_attribute(w, name);
		evtx_text(w, "");
	}
	evtx_close_empty(w);
	end_record(w);
	return w;
}

static void test_number_of_attributes(void **state)
{
	HV_AUTO(evtx_writer) most = many_attributes(HV_EVTX_MAX_ATTRIBUTES);
	HV_AUTO(evtx_writer) too_many = many_attributes(HV_EVTX_MAX_ATTRIBUTES + 1);

	(void)state;
	expect_readable(most);
	expect_problem(too_many, "more attributes than the limit");
}

static struct evtx_writer *long_name(size_t len)
{
	struct evtx_writer *w = begin();
	char name[HV_EVTX_MAX_NAME + 2];

	memset(name, 'x', len);
	name[len] = '\0';
	open_element(w, "Event");
	evtx_open(w, name, -1);
	evtx_close_empty(w);
	evtx_end(w);
	end_record(w);
	return w;
}

static void test_length_of_names(void **state)
{
	HV_AUTO(evtx_writer) longest = long_name(HV_EVTX_MAX_NAME);
	HV_AUTO(evtx_writer) too_long = long_name(HV_EVTX_MAX_NAME + 1);

	(void)state;
	expect_readable(longest);
	expect_problem(too_long, "damaged token");
}

static struct evtx_writer *many_values(uint32_t count)
{
	struct evtx_writer *w = begin();

	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		evtx_open(w, "Event", -1);
		evtx_close_empty(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, count);
	end_record(w);
	return w;
}

static void test_number_of_values(void **state)
{
	HV_AUTO(evtx_writer) most = many_values(HV_EVTX_MAX_VALUES);
	HV_AUTO(evtx_writer) too_many = many_values(HV_EVTX_MAX_VALUES + 1);

	(void)state;
	expect_readable(most);
	expect_problem(too_many, "damaged template instance");
}

/* <Event>%0%0%0...</Event> with a value of `size` bytes of text */
static struct evtx_writer *repeated_text(unsigned int times, size_t size)
{
	HV_AUTO(string) text = hv_alloc(size + 1);
	struct evtx_writer *w = begin();

	assert_non_null(text);
	memset(text, 'x', size);
	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		open_element(w, "Event");
		for (unsigned int i = 0; i < times; i++)
			evtx_substitution(w, 0, HV_EVTX_TYPE_STRING);
		evtx_end(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 1);
	evtx_value_text(w, text);
	end_record(w);
	return w;
}

static void test_size_of_the_event(void **state)
{
	const size_t size = 20000;
	/* <Event></Event> */
	const unsigned int most = (unsigned int)((HV_EVTX_MAX_XML - 15) / size);
	HV_AUTO(evtx_writer) largest = repeated_text(most, size);
	HV_AUTO(evtx_writer) too_large = repeated_text(most + 1, size);

	(void)state;
	expect_readable(largest);
	expect_problem(too_large, "larger than the limit");
}

/* A value of BinXml that is a template instance whose definition holds a substitution of the very
 * same kind, over and over: each level doubles the work. */
static struct evtx_writer *doubling(unsigned int levels)
{
	struct evtx_writer *w = begin();

	for (unsigned int i = 0; i < levels; i++) {
		if (evtx_begin_instance(w, TEMPLATE + (i > 0))) {
			evtx_put_fragment_header(w);
			open_element(w, "Event");
			evtx_substitution(w, 0, HV_EVTX_TYPE_BINXML);
			evtx_substitution(w, 0, HV_EVTX_TYPE_BINXML);
			evtx_substitution(w, 0, HV_EVTX_TYPE_BINXML);
			evtx_end(w);
			evtx_eof(w);
			evtx_end_definition(w);
		}
		evtx_begin_values(w, 1);
		evtx_begin_binxml_value(w);
	}
	evtx_open(w, "A", -1);
	evtx_close_empty(w);
	for (unsigned int i = 0; i < levels; i++) {
		evtx_eof(w);
		evtx_end_binxml_value(w);
	}
	end_record(w);
	return w;
}

static void test_work_that_multiplies_is_limited_by_tokens(void **state)
{
	HV_AUTO(evtx_writer) some = doubling(5);
	HV_AUTO(evtx_writer) too_much = doubling(10);

	(void)state;
	expect_readable(some);
	expect_problem(too_much, "more tokens than the limit");
}

static void test_template_that_contains_itself(void **state)
{
	HV_AUTO(evtx_writer) w = begin();
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	size_t instance = HV_EVTX_HEADER_SIZE + 512 + 24 + 4;
	size_t len = 0;
	uint8_t *file;

	(void)state;
	/* The definition's tokens are an instance that refers to that definition. */
	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		assert_true(!evtx_begin_instance(w, TEMPLATE));
		evtx_begin_values(w, 0);
		evtx_eof(w);
	}
	end_record(w);
	file = evtx_writer_finish(w, &len);
	assert_non_null(file);
	assert_int_equal(evtx_get(file + instance + AT_OFFSET, 4) + HV_EVTX_HEADER_SIZE,
		instance + AT_OFFSET + 4);
	/* Its size, which the writer does not know. */
	evtx_set(file + instance + AT_OFFSET + 4 + 20, 4 + 10 + 4 + 1, 4);
	evtx_reseal(file, len);
	evtx_read(&r, file, len);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.stats.records, 0);
	assert_int_equal(r.stats.lost_records, 1);
	assert_true(r.damage.len > 0);
}

static bool never(void *ctx, const struct hv_evtx_head *head)
{
	(void)ctx;
	(void)head;
	return false;
}

/* Many records that each expand one large template: the chunk has its budget, too. */
static void test_work_of_a_chunk_is_limited(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	const unsigned int records = 400;
	const unsigned int tokens = 9000;
	size_t len = 0;
	const uint8_t *file;

	(void)state;
	assert_non_null(w);
	for (unsigned int i = 1; i <= records; i++) {
		evtx_begin_record(w, i, 0);
		evtx_put_fragment_header(w);
		if (evtx_begin_instance(w, TEMPLATE)) {
			evtx_put_fragment_header(w);
			open_element(w, "Event");
			for (unsigned int j = 0; j < tokens; j++)
				evtx_substitution(w, 0, HV_EVTX_TYPE_STRING);
			evtx_end(w);
			evtx_eof(w);
			evtx_end_definition(w);
		}
		evtx_begin_values(w, 1);
		evtx_value_text(w, "x");
		end_record(w);
	}
	file = evtx_writer_finish(w, &len);
	assert_non_null(file);
	assert_int_equal(len, HV_EVTX_HEADER_SIZE + HV_EVTX_CHUNK_SIZE);
	evtx_read(&r, file, len);
	assert_int_equal(r.stats.records + r.stats.lost_records, records);
	assert_in_range(r.stats.records, 1, HV_EVTX_MAX_CHUNK_TOKENS / tokens);
	assert_non_null(strstr(hv_buf_str(&r.damage), "more tokens than the limit"));
}

/* More templates than are looked through for heads: their records are read all the same. */
static void test_number_of_templates_of_a_chunk(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);
	HV_AUTO(evtx_reading) r = { .wanted = never };
	const unsigned int count = HV_EVTX_MAX_TEMPLATES + 50;
	size_t len = 0;
	const uint8_t *file;

	(void)state;
	assert_non_null(w);
	for (unsigned int i = 1; i <= count; i++) {
		evtx_begin_record(w, i, 0);
		evtx_put_fragment_header(w);
		assert_true(evtx_begin_instance(w, TEMPLATE + i));
		evtx_put_fragment_header(w);
		evtx_open(w, "Event", -1);
		evtx_close_empty(w);
		evtx_eof(w);
		evtx_end_definition(w);
		evtx_begin_values(w, 0);
		end_record(w);
	}
	file = evtx_writer_finish(w, &len);
	assert_non_null(file);
	assert_int_equal(len, HV_EVTX_HEADER_SIZE + HV_EVTX_CHUNK_SIZE);
	evtx_read(&r, file, len);
	assert_string_equal(hv_buf_str(&r.damage), "");
	assert_int_equal(r.count, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth_of_elements),
		cmocka_unit_test(test_number_of_attributes),
		cmocka_unit_test(test_length_of_names),
		cmocka_unit_test(test_number_of_values),
		cmocka_unit_test(test_size_of_the_event),
		cmocka_unit_test(test_work_that_multiplies_is_limited_by_tokens),
		cmocka_unit_test(test_template_that_contains_itself),
		cmocka_unit_test(test_work_of_a_chunk_is_limited),
		cmocka_unit_test(test_number_of_templates_of_a_chunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
