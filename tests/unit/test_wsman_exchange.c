/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all requests of a client have in common: repetition, time, MessageIDs, trace; and bounds for
 * a host that has no end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client-fixture.h"
#include "wsman/paging.h"

/* A request is posted again when the connection was lost before it surely came through, but only
 * when that does no harm. */
static void test_client_repeats_what_is_safe(void **state)
{
	static const struct {
		const char *what;
		int (*act)(struct world *w, struct hv_err *err);
		struct scripted script[MAX_ANSWERS];
		const char *log;
	} CASES[] = {
		{ "Identify", ask_identify, { { .lost = true }, FAULT("5") },
			"Identify\nIdentify\n" },
		{ "Enumerate", ask_enumerate, { { .lost = true }, OK(LAST("")) },
			"Enumerate\nEnumerate\n" },
		{ "Get", ask_get, { { .lost = true }, OK(ROW("1")) }, "Get\nGet\n" },
		{ "Subscribe", ask_events, { { .lost = true }, FAULT("5") },
			"Subscribe\nSubscribe\n" },
		{ "Release", ask_enumerate_in_vain,
			{ OK(OPENED), OK(PULLED(CONTEXT("c2") ITEMS(ROW("1")))), { .lost = true },
				RELEASED },
			"Enumerate\nPull c1\nRelease c2\nRelease c2\n" },
		{ "Unsubscribe", ask_events,
			{ SUBSCRIBED, OK(PULLED("")), { .lost = true }, OK("") },
			"Subscribe\nPull c1\nUnsubscribe S1\nUnsubscribe S1\n" },
		{ "Signal and Delete", ask_run,
			{ SHELL_OPENED, OK(RECEIVED(DONE("C", ""))), { .lost = true }, OK(""),
				{ .lost = true }, OK("") },
			"Create\nCommand wevtutil\nReceive C\nSignal C\nSignal C\nDelete\n"
			"Delete\n" },
		{ "Pull", ask_enumerate, { OK(OPENED), { .lost = true } }, "Enumerate\nPull c1\n" },
		{ "Pull of events", ask_events, { SUBSCRIBED, { .lost = true } },
			"Subscribe\nPull c1\n" },
		{ "Invoke", ask_invoke, { { .lost = true } }, "Do\n" },
		{ "Create", ask_run, { { .lost = true } }, "Create\n" },
		{ "Command", ask_run, { CREATED, { .lost = true } }, "Create\nCommand wevtutil\n" },
		{ "Receive", ask_run, { SHELL_OPENED, { .lost = true } },
			"Create\nCommand wevtutil\nReceive C\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		struct world w;

		world_init(&w, CASES[i].script);
		(void)CASES[i].act(&w, &err);
		if (strcmp(hv_buf_str(&w.log), CASES[i].log) != 0)
			fail_msg("%s:\n%s", CASES[i].what, hv_buf_str(&w.log));
		world_done(&w);
	}
}

/* Nothing that is under way, but closed, is worth a login of its own. */
static void test_client_does_not_log_in_to_close(void **state)
{
	static const struct scripted SCRIPT[] = { OK(OPENED), NO_ANSWER(HV_TROUBLE_BROKEN),
		OK(LAST("")), { .status = 0 } };
	struct hv_err err = HV_ERR_INIT;
	struct world w;

	(void)state;
	world_init(&w, SCRIPT);
	assert_int_equal(ask_enumerate(&w, &err), -1);
	assert_int_equal(w.logins, 1);
	/* The next question is. */
	hv_err_clear(&err);
	assert_int_equal(ask_enumerate(&w, &err), 0);
	assert_int_equal(w.logins, 2);
	world_done(&w);
}

static void assert_limit(int (*act)(struct world *w, struct hv_err *err),
	const struct scripted *script, size_t posts, const char *text, const char *last)
{
	struct hv_err err = HV_ERR_INIT;
	struct world w;
	const char *log;

	world_init(&w, script);
	w.client.config.trace.line = NULL;
	assert_int_equal(act(&w, &err), -1);
	assert_string_equal(err.text, text);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_int_equal(w.posts, posts);
	log = hv_buf_str(&w.log);
	assert_true(w.log.len > strlen(last));
	assert_string_equal(log + w.log.len - strlen(last), last);
	world_done(&w);
}

/* A host that would go on for ever, and is not asked for ever. */
static void test_client_ends_what_has_no_end(void **state)
{
	static const struct scripted EMPTY[] = { OK(OPENED),
		{ .status = 200, .body = PULLED(CONTEXT("c1") "<n:Items/>"), .endless = true } };
	static const struct scripted SILENT[] = { SHELL_OPENED,
		{ .status = 200, .body = RECEIVED(""), .endless = true } };

	(void)state;
	assert_limit(ask_enumerate, EMPTY, 9,
		"8 empty pages in a row: the host goes round in circles", "Pull c1\nRelease c1\n");
	assert_limit(ask_run, SILENT, 2 + HV_CLIENT_MAX_PAGES + 2,
		"not done after 100000 pieces of output", "Receive C\nSignal C\nDelete\n");
}

/* Of pages with items there can be many: these are counted without a host. */
static void test_paging_bounds_pages(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(paging) paging;

	(void)state;
	hv_paging_init(&paging);
	assert_int_equal(hv_paging_turn(&paging, "c1", &err), 0);
	for (int i = 1; i < HV_CLIENT_MAX_PAGES; i++)
		assert_int_equal(hv_paging_count(&paging, 1, HV_CLIENT_MAX_ROWS, &err), 0);
	assert_int_equal(hv_paging_count(&paging, 1, HV_CLIENT_MAX_ROWS, &err), -1);
	assert_string_equal(err.text, "more than 100000 pages");
	/* The last page may be the last that is allowed. */
	hv_paging_restart(&paging);
	paging.pages = HV_CLIENT_MAX_PAGES - 1;
	assert_int_equal(hv_paging_count(&paging, 1, HV_CLIENT_MAX_ROWS, NULL), 0);
}

static void test_paging_refuses_half_a_context(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) context = { .max = LOG_MAX };
	HV_AUTO(paging) paging;

	(void)state;
	for (int i = 0; i < 64 << 10; i++)
		hv_buf_addc(&context, 'c');
	hv_paging_init(&paging);
	assert_int_equal(hv_paging_turn(&paging, hv_buf_str(&context), &err), 0);
	assert_true(hv_paging_goes_on(&paging));
	hv_buf_addc(&context, 'c');
	assert_int_equal(hv_paging_turn(&paging, hv_buf_str(&context), &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_false(hv_paging_goes_on(&paging));
}

/* Empty pages count only in a row. */
static void test_client_takes_an_empty_page_now_and_then(void **state)
{
	enum { EMPTY = HV_CLIENT_MAX_EMPTY_PAGES - 1 };
	struct scripted script[2 * EMPTY + 3] = { OK(OPENED) };
	const struct scripted empty = OK(PULLED(CONTEXT("c1") "<n:Items/>"));
	const struct scripted row = OK(PULLED(CONTEXT("c1") ITEMS(ROW("1"))));
	const struct scripted last = OK(LAST(""));
	struct hv_err err = HV_ERR_INIT;
	struct world w;

	(void)state;
	for (size_t i = 1; i < HV_ARRAY_LEN(script) - 2; i++)
		script[i] = i == EMPTY ? row : empty;
	script[HV_ARRAY_LEN(script) - 2] = last;
	world_init(&w, script);
	if (ask_enumerate(&w, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(w.count, 1);
	assert_int_equal(w.posts, HV_ARRAY_LEN(script) - 1);
	world_done(&w);
}

static int count_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	(void)bag;
	(void)err;
	(*(size_t *)ctx)++;
	return 0;
}

static int count_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	(void)xml;
	(void)len;
	(void)err;
	(*(size_t *)ctx)++;
	return 0;
}

static int enumerate_counting(struct world *w, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = &w->count, .bag = count_bag };
	size_t rows = 0;

	return hv_client_enumerate(&w->client, HV_NS_V2, "X", NULL, &sink, &rows, err);
}

static int events_counting(struct world *w, struct hv_err *err)
{
	static const struct hv_soap_event_query QUERY = { .channel = "Log", .xpath = "*" };
	const struct hv_sink sink = { .ctx = &w->count, .event = count_event };
	size_t count = 0;

	return hv_client_events(&w->client, &QUERY, 1, 0, &sink, &count, err);
}

static void test_client_bounds_rows_and_events(void **state)
{
	enum { A_PAGE = 250000 };
	HV_AUTO(buf) rows = { .max = LOG_MAX };
	HV_AUTO(buf) found = { .max = LOG_MAX };
	struct scripted enumeration[] = { OK(OPENED), { .status = 200, .endless = true } };
	struct scripted subscription[] = { SUBSCRIBED, { .status = 200, .endless = true } };

	(void)state;
	hv_buf_adds(&rows, "<n:PullResponse>" CONTEXT("c1") "<n:Items>");
	hv_buf_adds(&found, "<n:PullResponse>" CONTEXT("c1") "<n:Items>");
	for (int i = 0; i < A_PAGE; i++) {
		hv_buf_adds(&rows, "<w:XmlFragment/>");
		hv_buf_adds(&found, "<Event/>");
	}
	hv_buf_adds(&rows, "</n:Items></n:PullResponse>");
	hv_buf_adds(&found, "</n:Items></n:PullResponse>");
	assert_false(hv_buf_failed(&rows) || hv_buf_failed(&found));
	enumeration[1].body = hv_buf_str(&rows);
	subscription[1].body = hv_buf_str(&found);
	assert_limit(enumerate_counting, enumeration, 1 + HV_CLIENT_MAX_ROWS / A_PAGE + 2,
		"more than 1000000 items", "Pull c1\nRelease c1\n");
	assert_limit(events_counting, subscription, 1 + HV_CLIENT_MAX_EVENTS / A_PAGE + 2,
		"more than 1000000 items", "Pull c1\nUnsubscribe S1\n");
}

/* The host is given as long as there is, at most a minute; closing also has the reserve. */
static void test_client_tells_the_host_how_long_it_may_take(void **state)
{
	static const struct scripted SCRIPT[] = { SLOW(60, OPENED), SLOW(20, PULLED(CONTEXT("c2"))),
		{ .status = 200, .body = PULLED(CONTEXT("c3")), .takes = SECONDS(9) + 600000 },
		SLOW(1, PULLED(CONTEXT("c4"))), RELEASED, { .status = 0 } };
	struct hv_err err = HV_ERR_INIT;
	struct world w;

	(void)state;
	world_init(&w, SCRIPT);
	assert_int_equal(ask_enumerate(&w, &err), -1);
	assert_string_equal(
		hv_buf_str(&w.timeouts), "PT60.000S\nPT30.000S\nPT10.000S\nPT0.500S\nPT9.400S\n");
	world_done(&w);
}

static void test_client_gives_each_request_an_id(void **state)
{
	static const struct scripted SCRIPT[] = { OK(ROW("1")), OK(ROW("2")), { .status = 0 } };
	struct hv_err err = HV_ERR_INIT;
	struct world w;

	(void)state;
	world_init(&w, SCRIPT);
	assert_int_equal(ask_get(&w, &err), 0);
	assert_int_equal(ask_get(&w, &err), 0);
	assert_string_equal(hv_buf_str(&w.ids), "uuid:01234567-89AB-4DEF-BEDC-BA9876543210\n"
						"uuid:01234567-89AB-4DEF-BEDC-BA9876543211\n");
	world_done(&w);
}

static void test_client_counts_and_traces(void **state)
{
	static const struct scripted SCRIPT[] = {
		{ .status = 200, .body = ROW("1"), .takes = 12345 },
		FAULT("2150858752"),
		NO_ANSWER(HV_TROUBLE_BROKEN),
		{ .status = 200, .raw = "<html/>" },
		SUBSCRIBED,
		OK(PULLED("")),
		OK(""),
		{ .status = 0 },
	};
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) expected = { .max = LOG_MAX };
	struct world w;
	uint64_t sent;
	size_t read;

	(void)state;
	world_init(&w, SCRIPT);
	assert_int_equal(ask_get(&w, &err), 0);
	sent = w.client.counts.bytes_sent;
	read = w.answer_bytes;
	assert_true(sent > 500 && read > 500);
	assert_int_equal(w.client.counts.bytes_read, read);
	hv_buf_addf(&expected,
		"Get root/virtualization/v2 X: HTTP 200, %ju bytes sent, %zu read, 12 ms\n",
		(uintmax_t)sent, read);
	assert_int_equal(ask_get(&w, &err), -1);
	hv_buf_addf(&expected,
		"Get root/virtualization/v2 X: HTTP 500, %ju bytes sent, %zu read, "
		"0 ms: the host has no such instance, class, namespace or plug-in "
		"(fault 0x80338000: words)\n",
		(uintmax_t)sent, w.answer_bytes);
	assert_int_equal(w.client.counts.bytes_read, read + w.answer_bytes);
	hv_err_clear(&err);
	assert_int_equal(ask_get(&w, &err), -1);
	hv_buf_addf(&expected,
		"Get root/virtualization/v2 X: %ju bytes sent, 0 read, 0 ms: scripted failure\n",
		(uintmax_t)sent);
	assert_int_equal(ask_get(&w, &err), -1);
	hv_buf_addf(&expected,
		"Get root/virtualization/v2 X: HTTP 200, %ju bytes sent, 7 read, 0 ms: "
		"expected a SOAP 1.2 envelope, found <html>\n",
		(uintmax_t)sent);
	assert_string_equal(hv_buf_str(&w.trace), hv_buf_str(&expected));
	assert_int_equal(w.client.counts.requests, 4);
	assert_int_equal(w.client.counts.bytes_sent, 4 * sent);

	hv_buf_clear(&w.trace);
	hv_err_clear(&err);
	assert_int_equal(ask_events(&w, &err), 0);
	assert_non_null(strstr(hv_buf_str(&w.trace), "Subscribe event log Log: HTTP 200, "));
	assert_non_null(strstr(hv_buf_str(&w.trace), "\nPull event log: HTTP 200, "));
	assert_non_null(strstr(hv_buf_str(&w.trace), "\nUnsubscribe event log: HTTP 200, "));
	assert_int_equal(w.client.counts.requests, 7);
	/* A success leaves nothing of the failure before. */
	assert_int_equal(w.client.failure.trouble, HV_TROUBLE_NONE);
	assert_false(w.client.failure.is_fault);
	world_done(&w);
}

static int get_odd(struct world *w, struct hv_err *err)
{
	const struct hv_soap_object odd = { .ns = HV_NS_V2, .class_name = "X\001" };

	return hv_client_get(&w->client, &odd, &w->recorder.sink, err);
}

static void test_client_posts_nothing_that_is_no_request(void **state)
{
	static const struct scripted SCRIPT[] = { FAULT("5"), { .status = 0 } };
	struct hv_err err = HV_ERR_INIT;
	struct world w;

	(void)state;
	world_init(&w, SCRIPT);
	assert_int_equal(ask_get(&w, &err), -1);
	assert_true(w.client.failure.is_fault);
	hv_err_clear(&err);
	assert_int_equal(get_odd(&w, &err), -1);
	assert_int_equal(err.kind, HV_ERR_ARGUMENT);
	assert_int_equal(w.posts, 1);
	/* Not why this one failed. */
	assert_false(w.client.failure.is_fault);
	assert_null(w.client.failure.advice);
	world_done(&w);
}

static void test_client_closes_no_shell_that_was_never_opened(void **state)
{
	struct hv_client_shell shell = { .id = NULL };

	(void)state;
	hv_client_shell_close(&shell);
	hv_client_shell_close(NULL);
	assert_null(shell.id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client_repeats_what_is_safe),
		cmocka_unit_test(test_client_does_not_log_in_to_close),
		cmocka_unit_test(test_client_ends_what_has_no_end),
		cmocka_unit_test(test_paging_bounds_pages),
		cmocka_unit_test(test_paging_refuses_half_a_context),
		cmocka_unit_test(test_client_takes_an_empty_page_now_and_then),
		cmocka_unit_test(test_client_bounds_rows_and_events),
		cmocka_unit_test(test_client_tells_the_host_how_long_it_may_take),
		cmocka_unit_test(test_client_gives_each_request_an_id),
		cmocka_unit_test(test_client_counts_and_traces),
		cmocka_unit_test(test_client_posts_nothing_that_is_no_request),
		cmocka_unit_test(test_client_closes_no_shell_that_was_never_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
