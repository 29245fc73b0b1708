/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records judged without expanding them: by time, and by the head that a template tells; callbacks
 * that fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "evtx-fixture.h"
#include "evtx/value.h"

enum { TEMPLATE = 77, RECORDS = 300 };

/* What wanted() was asked, and what it says. */
struct question {
	size_t asked;
	uint32_t wanted_id; /* 0: none is wanted */
	struct hv_evtx_head last;
	char provider[100];
	char channel[100];
};

static void keep(char *to, size_t size, const char *text)
{
	assert_true(strlen(text) < size);
	memcpy(to, text, strlen(text) + 1);
}

static bool is_wanted(void *ctx, const struct hv_evtx_head *head)
{
	struct question *q = ctx;

	q->asked++;
	q->last = *head;
	keep(q->provider, sizeof(q->provider), head->provider);
	keep(q->channel, sizeof(q->channel), head->channel);
	return head->event_id == q->wanted_id;
}

static void read_writer(struct evtx_reading *r, struct evtx_writer *w)
{
	size_t len = 0;
	const uint8_t *file = evtx_writer_finish(w, &len);

	assert_non_null(file);
	evtx_read(r, file, len);
	assert_int_equal(r->rc, 0);
}

static bool wants_none(void *ctx, const struct hv_evtx_head *head)
{
	(void)ctx;
	(void)head;
	return false;
}

static void test_head_tells_what_the_event_says(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_vmms_log(NULL, 3);
	struct question q = { .wanted_id = 0 };
	HV_AUTO(evtx_reading) r = { .wanted = is_wanted, .wanted_ctx = &q };

	(void)state;
	read_writer(&r, w);
	assert_int_equal(q.asked, 3);
	assert_int_equal(r.count, 0);
	assert_int_equal(r.stats.records, 3);
	assert_int_equal(q.last.record_id, 3);
	assert_int_equal(q.last.time, 3 * (hv_usec)EVTX_VMMS_MINUTE);
	assert_int_equal(q.last.event_id, 19100);
	assert_int_equal(q.last.level, 2);
	assert_string_equal(q.provider, "Microsoft-Windows-Hyper-V-VMMS");
	assert_string_equal(q.channel, "Microsoft-Windows-Hyper-V-VMMS-Admin");
}

static void test_record_id_is_the_one_of_the_event(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);
	struct question q = { .wanted_id = 0 };
	HV_AUTO(evtx_reading) r = { .wanted = is_wanted, .wanted_ctx = &q };
	const struct evtx_event event = {
		.provider = "volsnap",
		.channel = "System",
		.computer = "HV01",
		.event_id = 36,
		.level = 2,
		.record_id = 2004847,
		.header_id = 1,
	};

	(void)state;
	assert_non_null(w);
	evtx_writer_add(w, &event);
	read_writer(&r, w);
	assert_int_equal(q.last.record_id, 2004847);
}

static void test_provider_too_long_for_a_head_is_expanded(void **state)
{
	char name[HV_EVTX_MAX_HEAD_TEXT + 2] = { 0 };
	struct evtx_event event = {
		.provider = name,
		.channel = "System",
		.computer = "HV01",
		.record_id = 1,
	};

	(void)state;
	for (size_t excess = 0; excess < 2; excess++) {
		HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);
		HV_AUTO(evtx_reading) r = { .wanted = wants_none };

		assert_non_null(w);
		memset(name, 'x', HV_EVTX_MAX_HEAD_TEXT + excess);
		evtx_writer_add(w, &event);
		read_writer(&r, w);
		assert_int_equal(r.count, excess);
	}
}

/* The events of r whose id is the given one, as the filter would have let them through. */
static void select_events(const struct evtx_reading *r, const char *id, struct hv_buf *out)
{
	const char *at = hv_buf_str(&r->xml);

	while (*at) {
		const char *end = strchr(at, '\n');
		const char *found = strstr(at, id);

		assert_non_null(end);
		if (found && found < end)
			hv_buf_add(out, at, (size_t)(end + 1 - at));
		at = end + 1;
	}
}

static void test_filter_equals_expanding_and_filtering(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_vmms_log(NULL, RECORDS);
	struct question q = { .wanted_id = 19100 };
	HV_AUTO(evtx_reading) filtered = { .wanted = is_wanted, .wanted_ctx = &q };
	HV_AUTO(evtx_reading) all = { .rc = 0 };
	HV_AUTO(buf) selected = { .max = 1 << 20 };

	(void)state;
	read_writer(&all, w);
	read_writer(&filtered, w);
	select_events(&all, "<EventID>19100</EventID>", &selected);
	assert_int_equal(filtered.count, RECORDS / 3);
	assert_string_equal(hv_buf_str(&filtered.xml), hv_buf_str(&selected));
	assert_int_equal(q.asked, RECORDS);
	assert_int_equal(filtered.stats.records, RECORDS);
}

static void test_records_before_since_are_counted_and_one_a_chunk_is_shown(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_vmms_log(NULL, 10);
	struct question q = { .wanted_id = 19100 };
	HV_AUTO(evtx_reading) r = {
		.since = 6 * (hv_usec)EVTX_VMMS_MINUTE,
		.wanted = is_wanted,
		.wanted_ctx = &q,
	};

	(void)state;
	read_writer(&r, w);
	assert_int_equal(q.asked, 5 + 1);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.stats.records, 10);
	assert_int_equal(r.stats.oldest, EVTX_VMMS_MINUTE);
}

static void test_time_that_is_none_is_not_before_since(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);
	HV_AUTO(evtx_reading) r = { .since = 1 };

	(void)state;
	assert_non_null(w);
	evtx_begin_record(w, 1, UINT64_MAX);
	evtx_put_fragment_header(w);
	evtx_open(w, "Event", -1);
	evtx_close_empty(w);
	evtx_eof(w);
	evtx_end_record(w);
	read_writer(&r, w);
	assert_string_equal(hv_buf_str(&r.xml), "<Event/>\n");
}

/* -- heads that only expanding tells: the record is given to event() whatever wanted() would say --
 */

static void element(struct evtx_writer *w, const char *name, const char *text)
{
	evtx_open(w, name, -1);
	evtx_close_start(w);
	evtx_text(w, text);
	evtx_end(w);
}

static void substituted(struct evtx_writer *w, const char *name, uint16_t index, int dependency)
{
	evtx_open(w, name, dependency);
	evtx_close_start(w);
	evtx_optional_substitution(w, index, HV_EVTX_TYPE_STRING);
	evtx_end(w);
}

static void provider(struct evtx_writer *w, const char *name)
{
	evtx_open_with_attributes(w, "Provider", -1);
	evtx_attribute(w, "Name");
	evtx_text(w, name);
	evtx_close_empty(w);
}

/* One event whose System holds what put() writes; the instance has one value of the given type. */
struct head_case {
	void (*put)(struct evtx_writer *w);
	uint8_t type;
	const char *bytes;
	size_t size;
	bool asked;
	uint32_t event_id;
};

static void put_literals(struct evtx_writer *w)
{
	provider(w, "volsnap");
	element(w, "EventID", "36");
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

static void put_substituted_id(struct evtx_writer *w)
{
	provider(w, "volsnap");
	substituted(w, "EventID", 0, -1);
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

static void put_dependent_id(struct evtx_writer *w)
{
	provider(w, "volsnap");
	evtx_open(w, "EventID", 0);
	evtx_close_start(w);
	evtx_text(w, "36");
	evtx_end(w);
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

static void put_without_channel(struct evtx_writer *w)
{
	provider(w, "volsnap");
	element(w, "EventID", "36");
	element(w, "Level", "2");
}

static void put_two_ids(struct evtx_writer *w)
{
	put_literals(w);
	element(w, "EventID", "37");
}

static void put_id_in_pieces(struct evtx_writer *w)
{
	provider(w, "volsnap");
	evtx_open(w, "EventID", -1);
	evtx_close_start(w);
	evtx_text(w, "3");
	evtx_text(w, "6");
	evtx_end(w);
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

static void put_id_with_child(struct evtx_writer *w)
{
	provider(w, "volsnap");
	evtx_open(w, "EventID", -1);
	evtx_close_start(w);
	evtx_text(w, "36");
	element(w, "x", "1");
	evtx_end(w);
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

static void put_id_with_reference(struct evtx_writer *w)
{
	provider(w, "volsnap");
	evtx_open(w, "EventID", -1);
	evtx_close_start(w);
	evtx_char_ref(w, '3');
	evtx_end(w);
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

static void put_id_that_is_no_number(struct evtx_writer *w)
{
	provider(w, "volsnap");
	element(w, "EventID", "36x");
	element(w, "Level", "2");
	element(w, "Channel", "System");
}

/* The same names elsewhere say nothing. */
static void put_decoys(struct evtx_writer *w)
{
	put_literals(w);
	evtx_open(w, "Decoy", -1);
	evtx_close_start(w);
	element(w, "EventID", "99");
	provider(w, "decoy");
	evtx_end(w);
}

static void put_two_providers(struct evtx_writer *w)
{
	put_literals(w);
	provider(w, "other");
}

static struct evtx_writer *log_with_head(const struct head_case *c)
{
	struct evtx_writer *w = evtx_writer_new(NULL);

	assert_non_null(w);
	evtx_begin_record(w, 1, evtx_filetime(1000));
	evtx_put_fragment_header(w);
	if (evtx_begin_instance(w, TEMPLATE)) {
		evtx_put_fragment_header(w);
		evtx_open(w, "Event", 0);
		evtx_close_start(w);
		evtx_open(w, "System", -1);
		evtx_close_start(w);
		c->put(w);
		evtx_end(w);
		evtx_end(w);
		evtx_eof(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, 1);
	evtx_value(w, c->type, c->bytes, c->size);
	evtx_eof(w);
	evtx_end_record(w);
	return w;
}

static void test_head_is_found_or_the_record_expanded(void **state)
{
	static const struct head_case cases[] = {
		{ put_literals, HV_EVTX_TYPE_NULL, "", 0, true, 36 },
		{ put_decoys, HV_EVTX_TYPE_NULL, "", 0, true, 36 },
		{ put_substituted_id, HV_EVTX_TYPE_UINT16, "\x24\0", 2, true, 36 },
		{ put_substituted_id, HV_EVTX_TYPE_UINT32, "\x24\0\0\0", 4, true, 36 },
		{ put_substituted_id, HV_EVTX_TYPE_UINT64, "\x24\0\0\0\x01\0\0\0", 8, false, 0 },
		{ put_substituted_id, HV_EVTX_TYPE_INT16, "\xFF\xFF", 2, false, 0 },
		{ put_substituted_id, HV_EVTX_TYPE_STRING,
			"3\0"
			"6\0",
			4, false, 0 },
		{ put_substituted_id, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_dependent_id, HV_EVTX_TYPE_UINT16, "\x24\0", 2, true, 36 },
		{ put_dependent_id, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_without_channel, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_two_ids, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_id_in_pieces, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_id_with_child, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_id_with_reference, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_id_that_is_no_number, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
		{ put_two_providers, HV_EVTX_TYPE_NULL, "", 0, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(evtx_writer) w = log_with_head(&cases[i]);
		struct question q = { .wanted_id = 0 };
		HV_AUTO(evtx_reading) r = { .wanted = is_wanted, .wanted_ctx = &q };

		read_writer(&r, w);
		assert_int_equal(q.asked, cases[i].asked);
		assert_int_equal(q.last.event_id, cases[i].event_id);
		assert_int_equal(r.count, !cases[i].asked);
	}
}

static void test_record_without_a_template_is_expanded(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);
	struct question q = { .wanted_id = 0 };
	HV_AUTO(evtx_reading) r = { .wanted = is_wanted, .wanted_ctx = &q };

	(void)state;
	assert_non_null(w);
	evtx_begin_record(w, 1, 0);
	evtx_put_fragment_header(w);
	evtx_open(w, "Event", -1);
	evtx_close_start(w);
	evtx_open(w, "System", -1);
	evtx_close_start(w);
	put_literals(w);
	evtx_end(w);
	evtx_end(w);
	evtx_eof(w);
	evtx_end_record(w);
	read_writer(&r, w);
	assert_int_equal(q.asked, 0);
	assert_int_equal(r.count, 1);
}

static void test_failing_event_ends_the_reading(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_vmms_log(NULL, 10);
	HV_AUTO(evtx_reading) r = { .fail_at = 4 };
	size_t len = 0;
	const uint8_t *file = evtx_writer_finish(w, &len);

	(void)state;
	evtx_read(&r, file, len);
	assert_int_equal(r.rc, -1);
	assert_int_equal(r.count, 4);
	assert_string_equal(r.err.text, "no more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head_tells_what_the_event_says),
		cmocka_unit_test(test_record_id_is_the_one_of_the_event),
		cmocka_unit_test(test_provider_too_long_for_a_head_is_expanded),
		cmocka_unit_test(test_filter_equals_expanding_and_filtering),
		cmocka_unit_test(test_records_before_since_are_counted_and_one_a_chunk_is_shown),
		cmocka_unit_test(test_time_that_is_none_is_not_before_since),
		cmocka_unit_test(test_head_is_found_or_the_record_expanded),
		cmocka_unit_test(test_record_without_a_template_is_expanded),
		cmocka_unit_test(test_failing_event_ends_the_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
