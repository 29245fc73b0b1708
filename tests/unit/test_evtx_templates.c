/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BinXml to XML: every token, templates, nested BinXml, what is left out and what is repeated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "evtx-fixture.h"
#include "evtx/value.h"

enum { TEMPLATE = 77, OTHER_TEMPLATE = 78, ARRAY = HV_EVTX_TYPE_ARRAY };

static struct evtx_writer *begin(void)
{
	struct evtx_writer *w = evtx_writer_new(NULL);

	assert_non_null(w);
	evtx_begin_record(w, 1, 0);
	evtx_put_fragment_header(w);
	return w;
}

static void open_event(struct evtx_writer *w)
{
	evtx_open(w, "Event", -1);
	evtx_close_start(w);
}

static void finish(struct evtx_writer *w, const char *xml)
{
	evtx_end(w);
	evtx_eof(w);
	evtx_end_record(w);
	evtx_expect(w, xml);
}

static void test_elements_without_a_template(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	evtx_open_with_attributes(w, "Event", -1);
	evtx_attribute(w, "xmlns");
	evtx_text(w, "http://example.com/\"ns\"");
	evtx_attribute(w, "b");
	evtx_text(w, "1");
	evtx_text(w, "2");
	evtx_close_start(w);
	evtx_open(w, "A", -1);
	evtx_close_empty(w);
	evtx_open(w, "B", -1);
	evtx_close_start(w);
	evtx_end(w);
	evtx_open(w, "A", -1);
	evtx_close_start(w);
	evtx_text(w, "x < y");
	evtx_end(w);
	finish(w, "<Event xmlns=\"http://example.com/&quot;ns&quot;\" b=\"12\"><A/><B/><A>x &lt; "
		  "y</A></Event>\n");
}

static void test_references_cdata_and_processing_instructions(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	evtx_open_with_attributes(w, "Event", -1);
	evtx_attribute(w, "a");
	evtx_char_ref(w, 0xF6);
	evtx_entity_ref(w, "quot");
	evtx_close_start(w);
	evtx_char_ref(w, '&');
	evtx_char_ref(w, 7);
	evtx_entity_ref(w, "amp");
	evtx_entity_ref(w, "lt");
	evtx_entity_ref(w, "gt");
	evtx_entity_ref(w, "apos");
	evtx_cdata(w, "]]><x>");
	evtx_pi(w, "target", "says nothing");
	finish(w, "<Event "
		  "a=\"\xC3\xB6&quot;\">&amp;\xEF\xBF\xBD&amp;&lt;&gt;']]&gt;&lt;x&gt;</Event>\n");
}

/* <Event><A n="%0">%0</A><B>%1</B></Event>, with the substitutions that put() writes. */
static void define(
	struct evtx_writer *w, void (*put)(struct evtx_writer *w, uint16_t index, uint8_t type))
{
	evtx_put_fragment_header(w);
	open_event(w);
	evtx_open_with_attributes(w, "A", -1);
	evtx_attribute(w, "n");
	put(w, 0, HV_EVTX_TYPE_STRING);
	evtx_close_start(w);
	put(w, 0, HV_EVTX_TYPE_STRING);
	evtx_end(w);
	evtx_open(w, "B", -1);
	evtx_close_start(w);
	put(w, 1, HV_EVTX_TYPE_UINT32);
	evtx_end(w);
	evtx_end(w);
	evtx_eof(w);
}

static void begin_instance(
	struct evtx_writer *w, void (*put)(struct evtx_writer *w, uint16_t index, uint8_t type))
{
	if (evtx_begin_instance(w, TEMPLATE)) {
		define(w, put);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 2);
}

static void end_record(struct evtx_writer *w)
{
	evtx_eof(w);
	evtx_end_record(w);
}

static void test_template_is_shared_by_records(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	begin_instance(w, evtx_substitution);
	evtx_value_text(w, "one");
	evtx_value_u32(w, 1);
	end_record(w);
	evtx_begin_record(w, 2, 0);
	evtx_put_fragment_header(w);
	begin_instance(w, evtx_substitution);
	evtx_value_text(w, "two");
	evtx_value_u32(w, 2);
	end_record(w);
	evtx_expect(w, "<Event><A n=\"one\">one</A><B>1</B></Event>\n<Event><A "
		       "n=\"two\">two</A><B>2</B></Event>\n");
}

static void test_template_may_stand_in_a_later_record(void **state)
{
	HV_AUTO(evtx_writer) w = begin();
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	uint8_t *file;
	size_t len = 0;
	size_t first = HV_EVTX_HEADER_SIZE + 512;
	size_t second;

	(void)state;
	/* The definition that this record has is put out of reach: it refers to that of the next
	 * one. */
	evtx_put_byte(w, 0x0C);
	evtx_put_byte(w, 1);
	for (int i = 0; i < 8; i++)
		evtx_put_byte(w, 0);
	for (int i = 0; i < 4; i++)
		evtx_put_byte(w, 0);
	end_record(w);
	evtx_begin_record(w, 2, 0);
	evtx_put_fragment_header(w);
	begin_instance(w, evtx_substitution);
	evtx_value_text(w, "two");
	evtx_value_u32(w, 2);
	end_record(w);
	file = evtx_writer_finish(w, &len);
	assert_non_null(file);
	second = first + evtx_get(file + first + 4, 4);
	/* Record header, fragment header, token, version, id: then the offset of the definition. */
	evtx_set(file + first + 24 + 4 + 6, evtx_get(file + second + 24 + 4 + 6, 4), 4);
	evtx_reseal(file, len);
	evtx_read(&r, file, len);
	assert_string_equal(hv_buf_str(&r.damage), "");
	assert_string_equal(hv_buf_str(&r.xml),
		"<Event><A n=\"\"/><B/></Event>\n<Event><A n=\"two\">two</A><B>2</B></Event>\n");
}

static void test_optional_substitution_of_null_leaves_out(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	begin_instance(w, evtx_optional_substitution);
	evtx_value_null(w);
	evtx_value_u32(w, 5);
	end_record(w);
	evtx_expect(w, "<Event><B>5</B></Event>\n");
}

static void test_normal_substitution_of_null_is_empty(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	begin_instance(w, evtx_substitution);
	evtx_value_null(w);
	evtx_value_null(w);
	end_record(w);
	evtx_expect(w, "<Event><A n=\"\"/><B/></Event>\n");
}

static void test_optional_substitution_of_an_empty_string_stays(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	begin_instance(w, evtx_optional_substitution);
	evtx_value_text(w, "");
	evtx_value_null(w);
	end_record(w);
	evtx_expect(w, "<Event><A n=\"\"/></Event>\n");
}

static void test_value_that_the_instance_lacks_is_null(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	if (evtx_begin_instance(w, TEMPLATE)) {
		define(w, evtx_optional_substitution);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 0);
	end_record(w);
	evtx_expect(w, "<Event/>\n");
}

/* <Event dep=0><A dep=0>text</A><B dep=1>text</B></Event> */
static void test_element_depends_on_a_value(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		evtx_open(w, "Event", 0);
		evtx_close_start(w);
		evtx_open(w, "A", 0);
		evtx_close_start(w);
		evtx_text(w, "a");
		evtx_end(w);
		evtx_open(w, "B", 1);
		evtx_close_start(w);
		evtx_text(w, "b");
		evtx_end(w);
		evtx_end(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 2);
	evtx_value_null(w);
	evtx_value_u32(w, 1);
	end_record(w);
	evtx_expect(w, "<Event><B>b</B></Event>\n");
}

/* <Event>%0</Event> */
static void begin_outer(struct evtx_writer *w)
{
	if (evtx_begin_instance(w, OTHER_TEMPLATE)) {
		evtx_put_fragment_header(w);
		open_event(w);
		evtx_optional_substitution(w, 0, HV_EVTX_TYPE_BINXML);
		evtx_end(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 1);
}

static void test_nested_elements(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	begin_outer(w);
	evtx_begin_binxml_value(w);
	evtx_open(w, "A", -1);
	evtx_close_start(w);
	evtx_text(w, "a");
	evtx_end(w);
	evtx_open(w, "B", -1);
	evtx_close_empty(w);
	evtx_eof(w);
	evtx_end_binxml_value(w);
	end_record(w);
	evtx_expect(w, "<Event><A>a</A><B/></Event>\n");
}

static void test_nested_template_instance(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	begin_outer(w);
	evtx_begin_binxml_value(w);
	evtx_put_fragment_header(w);
	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		evtx_open(w, "Data", -1);
		evtx_close_start(w);
		evtx_substitution(w, 0, HV_EVTX_TYPE_UINT32);
		evtx_end(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 1);
	evtx_value_u32(w, 42);
	evtx_eof(w);
	evtx_end_binxml_value(w);
	end_record(w);
	evtx_expect(w, "<Event><Data>42</Data></Event>\n");
}

/* <Event><Data n="x">%0</Data><Mixed>items: %0</Mixed></Event> */
static void expect_array(const void *bytes, size_t size, uint8_t type, const char *xml)
{
	HV_AUTO(evtx_writer) w = begin();

	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		open_event(w);
		evtx_open_with_attributes(w, "Data", -1);
		evtx_attribute(w, "n");
		evtx_text(w, "x");
		evtx_close_start(w);
		evtx_substitution(w, 0, type);
		evtx_end(w);
		evtx_open(w, "Mixed", -1);
		evtx_close_start(w);
		evtx_text(w, "items: ");
		evtx_substitution(w, 0, type);
		evtx_end(w);
		evtx_end(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 1);
	evtx_value(w, type, bytes, size);
	end_record(w);
	evtx_expect(w, xml);
}

static void test_array_repeats_its_element(void **state)
{
	(void)state;
	expect_array("a\0\0\0\0\0c\0\0", 10, ARRAY | HV_EVTX_TYPE_STRING,
		"<Event><Data n=\"x\">a</Data><Data n=\"x\"/><Data n=\"x\">c</Data>"
		"<Mixed>items: a  c</Mixed></Event>\n");
	expect_array("\x01\x02", 2, ARRAY | HV_EVTX_TYPE_UINT8,
		"<Event><Data n=\"x\">1</Data><Data n=\"x\">2</Data><Mixed>items: 1 "
		"2</Mixed></Event>\n");
}

static void test_array_without_items_leaves_one_empty_element(void **state)
{
	(void)state;
	expect_array("", 0, ARRAY | HV_EVTX_TYPE_STRING,
		"<Event><Data n=\"x\"/><Mixed>items: </Mixed></Event>\n");
}

static void test_names_of_other_scripts(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	open_event(w);
	evtx_open(w,
		"Gr\xC3\xB6\xC3\x9F"
		"e.1-_:x",
		-1);
	evtx_close_empty(w);
	finish(w, "<Event><Gr\xC3\xB6\xC3\x9F"
		  "e.1-_:x/></Event>\n");
}

/* A record that is not understood is lost, and told; the next one is read. */
static void expect_lost(struct evtx_writer *w, const char *problem)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	HV_AUTO(buf) damage = { .max = 200 };
	const uint8_t *file;
	size_t len = 0;

	evtx_begin_record(w, 2, 0);
	evtx_put_fragment_header(w);
	evtx_open(w, "Event", -1);
	evtx_close_empty(w);
	end_record(w);
	file = evtx_writer_finish(w, &len);
	assert_non_null(file);
	evtx_read(&r, file, len);
	hv_buf_addf(&damage, "chunk 0: record 1: %s; 1 record was read, 1 could not be", problem);
	assert_string_equal(hv_buf_str(&r.damage), hv_buf_str(&damage));
	assert_string_equal(hv_buf_str(&r.xml), "<Event/>\n");
}

static void test_invalid_names_are_refused(void **state)
{
	static const char *const names[] = { "", "a b", "1a", "-a", "a<", "a\"b", "\xC3\x97",
		"a\x01" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		HV_AUTO(evtx_writer) w = begin();

		open_event(w);
		evtx_open(w, names[i], -1);
		evtx_close_empty(w);
		evtx_end(w);
		end_record(w);
		expect_lost(w, "invalid name");
	}
}

static void test_attribute_given_twice_is_refused(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	evtx_open_with_attributes(w, "Event", -1);
	evtx_attribute(w, "a");
	evtx_text(w, "1");
	evtx_attribute(w, "a");
	evtx_text(w, "2");
	evtx_close_empty(w);
	end_record(w);
	expect_lost(w, "attribute given twice");
}

static void test_unknown_entity_is_refused(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	open_event(w);
	evtx_entity_ref(w, "nbsp");
	evtx_end(w);
	end_record(w);
	expect_lost(w, "unknown entity");
}

static void test_second_root_is_refused(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	evtx_open(w, "Event", -1);
	evtx_close_empty(w);
	evtx_open(w, "Event", -1);
	evtx_close_empty(w);
	end_record(w);
	expect_lost(w, "more than one root element");
}

static void test_record_without_an_event_is_refused(void **state)
{
	static const char *const names[] = { "Events", "System" };
	HV_AUTO(evtx_writer) nothing = begin();

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		HV_AUTO(evtx_writer) w = begin();

		evtx_open(w, names[i], -1);
		evtx_close_empty(w);
		end_record(w);
		expect_lost(w, "no Event element");
	}
	end_record(nothing);
	expect_lost(nothing, "no Event element");
}

static void test_wrong_tokens_are_refused(void **state)
{
	static const struct {
		uint8_t token;
		const char *problem;
	} cases[] = {
		{ 0x10, "unknown token or none" },
		{ 0x81, "unknown token or none" },
		{ 0x02, "token in the wrong place" },
		{ 0x03, "token in the wrong place" },
		{ 0x06, "token in the wrong place" },
		{ 0x0B, "token in the wrong place" },
		{ 0x0C, "token in the wrong place" },
		{ 0x0F, "token in the wrong place" },
		{ 0x00, "token in the wrong place" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(evtx_writer) w = begin();

		open_event(w);
		evtx_put_byte(w, cases[i].token);
		evtx_end(w);
		end_record(w);
		expect_lost(w, cases[i].problem);
	}
}

static void test_binxml_in_an_attribute_is_refused(void **state)
{
	HV_AUTO(evtx_writer) w = begin();

	(void)state;
	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		evtx_open_with_attributes(w, "Event", -1);
		evtx_attribute(w, "a");
		evtx_substitution(w, 0, HV_EVTX_TYPE_BINXML);
		evtx_close_empty(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 1);
	evtx_begin_binxml_value(w);
	evtx_open(w, "A", -1);
	evtx_close_empty(w);
	evtx_eof(w);
	evtx_end_binxml_value(w);
	end_record(w);
	expect_lost(w, "BinXml in an attribute");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements_without_a_template),
		cmocka_unit_test(test_references_cdata_and_processing_instructions),
		cmocka_unit_test(test_template_is_shared_by_records),
		cmocka_unit_test(test_template_may_stand_in_a_later_record),
		cmocka_unit_test(test_optional_substitution_of_null_leaves_out),
		cmocka_unit_test(test_normal_substitution_of_null_is_empty),
		cmocka_unit_test(test_optional_substitution_of_an_empty_string_stays),
		cmocka_unit_test(test_value_that_the_instance_lacks_is_null),
		cmocka_unit_test(test_element_depends_on_a_value),
		cmocka_unit_test(test_nested_elements),
		cmocka_unit_test(test_nested_template_instance),
		cmocka_unit_test(test_array_repeats_its_element),
		cmocka_unit_test(test_array_without_items_leaves_one_empty_element),
		cmocka_unit_test(test_names_of_other_scripts),
		cmocka_unit_test(test_invalid_names_are_refused),
		cmocka_unit_test(test_attribute_given_twice_is_refused),
		cmocka_unit_test(test_unknown_entity_is_refused),
		cmocka_unit_test(test_second_root_is_refused),
		cmocka_unit_test(test_record_without_an_event_is_refused),
		cmocka_unit_test(test_wrong_tokens_are_refused),
		cmocka_unit_test(test_binxml_in_an_attribute_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
