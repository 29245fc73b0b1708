/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client asks a host for, in which order, what it closes, and why it says that it failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client-fixture.h"

#define TROUBLE(t)                                                                                 \
	{                                                                                          \
		.trouble = (t)                                                                     \
	}
#define TROUBLE_ADVISED(t, local)                                                                  \
	{                                                                                          \
		.trouble = (t), .advice = "", .advice_is_local = (local)                           \
	}
#define BY_FAULT(kind)                                                                             \
	{                                                                                          \
		.is_fault = true, .fault = (kind)                                                  \
	}
#define BY_FAULT_ADVISED(kind)                                                                     \
	{                                                                                          \
		.is_fault = true, .fault = (kind), .advice = ""                                    \
	}

static const struct expectation PAGES[] = {
	{ "all in the first answer", ask_enumerate,
		{ OK(ENUMERATED("<w:Items>" ROW("1") ROW("2") "</w:Items><w:EndOfSequence/>")) },
		"Enumerate\n", .poured = BAG("1") BAG("2"), .count = 2 },
	{ "one in the first answer, each page with a context of its own", ask_enumerate,
		{ OK(ENUMERATED(CONTEXT("c1") "<w:Items>" ROW("1") "</w:Items>")),
			OK(PULLED(CONTEXT("c2") ITEMS(ROW("2") ROW("3")))), OK(LAST(ROW("4"))) },
		"Enumerate\nPull c1\nPull c2\n", .poured = BAG("1") BAG("2") BAG("3") BAG("4"),
		.count = 4 },
	{ "nothing in the first answer", ask_enumerate, { OK(OPENED), OK(LAST(ROW("1"))) },
		"Enumerate\nPull c1\n", .poured = BAG("1"), .count = 1 },
	{ "a context that stays the same", ask_enumerate,
		{ OK(OPENED), OK(PULLED(CONTEXT("c1") ITEMS(ROW("1")))), OK(LAST(ROW("2"))) },
		"Enumerate\nPull c1\nPull c1\n", .poured = BAG("1") BAG("2"), .count = 2 },
	{ "no instances", ask_enumerate, { OK(OPENED), OK(LAST("")) }, "Enumerate\nPull c1\n",
		.count = 0 },
	{ "the answer to another request", ask_enumerate, { STRAY(OPENED) }, "Enumerate\n",
		.error = "belongs to another request" },
	{ "the page of another request", ask_enumerate, { OK(OPENED), STRAY(LAST("")), RELEASED },
		"Enumerate\nPull c1\nRelease c1\n", .error = "belongs to another request" },
	{ "a fault at once", ask_enumerate, { FAULT("2150859013") }, "Enumerate\n",
		.error = "may not read the WMI namespace (fault 0x80338105: words)",
		.failure = BY_FAULT_ADVISED(HV_FAULT_ACCESS_WMI) },
	{ "a fault with HTTP 200", ask_enumerate, { OK(FAULT_BODY("2150858778")) }, "Enumerate\n",
		.error = "no such WMI class", .failure = BY_FAULT_ADVISED(HV_FAULT_INVALID_QUERY) },
	{ "a fault without advice", ask_enumerate, { FAULT("2147749911") }, "Enumerate\n",
		.error = "did not accept the query", .failure = BY_FAULT(HV_FAULT_INVALID_QUERY) },
	{ "a fault amid the pages", ask_enumerate,
		{ OK(OPENED), OK(PULLED(CONTEXT("c2") ITEMS(ROW("1")))), FAULT("2147749907"),
			RELEASED },
		"Enumerate\nPull c1\nPull c2\nRelease c2\n", .poured = BAG("1"),
		.error = "load the provider", .failure = BY_FAULT_ADVISED(HV_FAULT_PROVIDER) },
	{ "the host's time is over", ask_enumerate, { OK(OPENED), FAULT("2150858793"), RELEASED },
		"Enumerate\nPull c1\nRelease c1\n", .error = "in the time allowed",
		.failure = BY_FAULT_ADVISED(HV_FAULT_TIMED_OUT) },
	{ "a row larger than the host allows", ask_enumerate,
		{ OK(OPENED), FAULT("2150858824"), RELEASED }, "Enumerate\nPull c1\nRelease c1\n",
		.error = "larger than the host allows",
		.failure = BY_FAULT_ADVISED(HV_FAULT_ENCODING_LIMIT) },
	{ "HTTP 500 without a fault", ask_enumerate, { { .status = 500, .body = OPENED } },
		"Enumerate\n",
		.error = "HTTP status 500 with <EnumerateResponse> that is no fault" },
	{ "HTTP 400 without SOAP", ask_enumerate, { { .status = 400, .raw = "<html/>" } },
		"Enumerate\n", .error = "HTTP status 400: expected a SOAP 1.2 envelope" },
	{ "not the answer to a Pull", ask_enumerate,
		{ OK(OPENED), OK("<x:GetResponse/>"), RELEASED },
		"Enumerate\nPull c1\nRelease c1\n", .error = "expected <PullResponse>" },
	{ "a sink that takes nothing: the latest context is released", ask_enumerate_in_vain,
		{ OK(OPENED), OK(PULLED(CONTEXT("c2") ITEMS(ROW("1")))), RELEASED },
		"Enumerate\nPull c1\nRelease c2\n", .error = "no room" },
	{ "a sink that takes nothing of the last page: nothing to release", ask_enumerate_in_vain,
		{ OK(OPENED), OK(LAST(ROW("1"))) }, "Enumerate\nPull c1\n", .error = "no room" },
	{ "a release that fails hides nothing", ask_enumerate,
		{ OK(OPENED), FAULT("2147749907"), NO_ANSWER(HV_TROUBLE_BROKEN) },
		"Enumerate\nPull c1\nRelease c1\n", .error = "load the provider",
		.failure = BY_FAULT_ADVISED(HV_FAULT_PROVIDER) },
	{ "nor does one that is refused", ask_enumerate,
		{ OK(OPENED), FAULT("2147749907"), FAULT("2150858779") },
		"Enumerate\nPull c1\nRelease c1\n", .error = "load the provider",
		.failure = BY_FAULT_ADVISED(HV_FAULT_PROVIDER) },
	{ "forgotten before a row came: again", ask_enumerate,
		{ OK(OPENED), FAULT("2150858779"), OK(ENUMERATED(CONTEXT("c9"))),
			OK(LAST(ROW("1"))) },
		"Enumerate\nPull c1\nEnumerate\nPull c9\n", .poured = BAG("1"), .count = 1 },
	{ "aborted at once: again", ask_enumerate, { FAULT("995"), OK(OPENED), OK(LAST(ROW("1"))) },
		"Enumerate\nEnumerate\nPull c1\n", .poured = BAG("1"), .count = 1 },
	{ "aborted before a row came: released, and again", ask_enumerate,
		{ OK(OPENED), FAULT("995"), RELEASED, OK(ENUMERATED(CONTEXT("c9"))),
			OK(LAST(ROW("1"))) },
		"Enumerate\nPull c1\nRelease c1\nEnumerate\nPull c9\n", .poured = BAG("1"),
		.count = 1 },
	{ "but once", ask_enumerate, { FAULT("995"), FAULT("995") }, "Enumerate\nEnumerate\n",
		.error = "ended the operation early", .failure = BY_FAULT(HV_FAULT_ABORTED) },
	{ "another fault the second time", ask_enumerate, { FAULT("995"), FAULT("2147749907") },
		"Enumerate\nEnumerate\n", .error = "load the provider",
		.failure = BY_FAULT_ADVISED(HV_FAULT_PROVIDER) },
	{ "nothing of the first attempt is released by the second", ask_enumerate,
		{ OK(OPENED), FAULT("2150858779"), FAULT("2147749907") },
		"Enumerate\nPull c1\nEnumerate\n", .error = "load the provider",
		.failure = BY_FAULT_ADVISED(HV_FAULT_PROVIDER) },
	{ "forgotten after a row: rows must not come twice", ask_enumerate,
		{ OK(OPENED), OK(PULLED(CONTEXT("c2") ITEMS(ROW("1")))), FAULT("2150858779") },
		"Enumerate\nPull c1\nPull c2\n", .poured = BAG("1"),
		.error = "forgotten the enumeration", .failure = BY_FAULT(HV_FAULT_CONTEXT_LOST) },
	{ "aborted after a row", ask_enumerate,
		{ OK(ENUMERATED(CONTEXT("c1") "<w:Items>" ROW("1") "</w:Items>")), FAULT("995"),
			RELEASED },
		"Enumerate\nPull c1\nRelease c1\n", .poured = BAG("1"),
		.error = "ended the operation early", .failure = BY_FAULT(HV_FAULT_ABORTED) },
	{ "not reached", ask_enumerate, { NO_ANSWER(HV_TROUBLE_REFUSED) }, "Enumerate\n",
		.error = "scripted failure",
		.failure = TROUBLE_ADVISED(HV_TROUBLE_REFUSED, false) },
	{ "not found", ask_enumerate, { NO_ANSWER(HV_TROUBLE_RESOLVE) }, "Enumerate\n",
		.error = "scripted failure", .failure = TROUBLE_ADVISED(HV_TROUBLE_RESOLVE, true) },
	{ "no answer in time: a firewall?", ask_enumerate, { NO_ANSWER(HV_TROUBLE_TIMEOUT) },
		"Enumerate\n", .error = "scripted failure",
		.failure = TROUBLE_ADVISED(HV_TROUBLE_TIMEOUT, false) },
	{ "no answer in time any more: no firewall", ask_enumerate,
		{ OK(OPENED), NO_ANSWER(HV_TROUBLE_TIMEOUT) }, "Enumerate\nPull c1\n",
		.error = "scripted failure", .failure = TROUBLE(HV_TROUBLE_TIMEOUT) },
	{ "a broken connection is not mended to release", ask_enumerate,
		{ OK(OPENED), NO_ANSWER(HV_TROUBLE_BROKEN) }, "Enumerate\nPull c1\n",
		.error = "scripted failure", .failure = TROUBLE(HV_TROUBLE_BROKEN) },
	{ "the last moment before the reserve", ask_enumerate, { OK(OPENED), OK(LAST("")) },
		"Enumerate\nPull c1\n", .begins_at = SECONDS(90) - 1 },
	{ "nothing is begun in the reserve", ask_enumerate, { { .status = 0 } }, "",
		.error = "no time left for Enumerate", .failure = TROUBLE(HV_TROUBLE_TIMEOUT),
		.begins_at = SECONDS(90) },
	{ "nothing is pulled in the reserve, but released", ask_enumerate,
		{ SLOW(90, OPENED), RELEASED }, "Enumerate\nRelease c1\n",
		.error = "no time left for Pull", .failure = TROUBLE(HV_TROUBLE_TIMEOUT) },
	{ "nothing is released after the deadline", ask_enumerate, { SLOW(100, OPENED) },
		"Enumerate\n", .error = "no time left for Pull",
		.failure = TROUBLE(HV_TROUBLE_TIMEOUT) },

};

static const struct expectation OBJECTS[] = {
	{ "identify", ask_identify,
		{ OK("<i:IdentifyResponse><i:ProductVendor>Microsoft</i:ProductVendor>"
		     "<i:ProductVersion>OS: 6.3.9600 SP: 0.0 Stack: 3.0</i:ProductVersion>"
		     "</i:IdentifyResponse>") },
		"Identify\n",
		.poured = "Microsoft|OS: 6.3.9600 SP: 0.0 Stack: 3.0|6.3.9600|3.0\n" },
	{ "identify: a fault", ask_identify, { FAULT("5") }, "Identify\n",
		.error = "may not use WinRM", .failure = BY_FAULT_ADVISED(HV_FAULT_ACCESS_WINRM) },
	{ "identify: something else", ask_identify, { OK("<x:GetResponse/>") }, "Identify\n",
		.error = "expected <IdentifyResponse>" },
	{ "get", ask_get, { OK(ROW("1")) }, "Get\n", .poured = BAG("1") },
	{ "get: no such instance", ask_get, { FAULT("2150858752") }, "Get\n",
		.error = "no such instance", .failure = BY_FAULT_ADVISED(HV_FAULT_NO_RESOURCE) },
	{ "get: nothing", ask_get, { OK("") }, "Get\n", .error = "the body is empty" },
	{ "get: too late", ask_get, { { .status = 0 } }, "", .error = "no time left for Get",
		.failure = TROUBLE(HV_TROUBLE_TIMEOUT), .begins_at = SECONDS(90) },
	{ "invoke", ask_invoke,
		{ OK("<p:Do_OUTPUT xmlns:p='" V2
		     "X'><p:ReturnValue>0</p:ReturnValue></p:Do_OUTPUT>") },
		"Do\n",
		.poured = "bag root/virtualization/v2:Do_OUTPUT {\"ReturnValue\":\"0\"}\n" },
	{ "invoke: aborted, but not repeated", ask_invoke, { FAULT("995") }, "Do\n",
		.error = "ended the operation early", .failure = BY_FAULT(HV_FAULT_ABORTED) },
	{ "invoke: the answer to another request", ask_invoke, { STRAY(ROW("1")) }, "Do\n",
		.error = "another request" },

};

static const struct expectation EVENTS[] = {
	{ "until a page is empty", ask_events,
		{ SUBSCRIBED, OK(PULLED(CONTEXT("c2") ITEMS(EVENT_OF("A") EVENT_OF("B")))),
			OK(PULLED(CONTEXT("c3") "<n:Items/>")), OK("") },
		"Subscribe\nPull c1\nPull c2\nUnsubscribe S1\n", .poured = POURED("A") POURED("B"),
		.count = 2 },
	{ "the first one alone, whatever the page holds", ask_first_event,
		{ SUBSCRIBED, OK(PULLED(CONTEXT("c2") ITEMS(EVENT_OF("A") EVENT_OF("B")))),
			OK("") },
		"Subscribe\nPull c1\nUnsubscribe S1\n", .poured = POURED("A"), .count = 1 },
	{ "what tells of the subscription is no event, but no end either", ask_events,
		{ SUBSCRIBED,
			OK(PULLED(
				CONTEXT("c2") ITEMS(EVENT_OF("Microsoft-Windows-EventForwarder")))),
			OK(PULLED(CONTEXT("c3") ITEMS(EVENT_OF("A")))),
			OK(PULLED(CONTEXT("c4") "<n:Items/>")), OK("") },
		"Subscribe\nPull c1\nPull c2\nPull c3\nUnsubscribe S1\n", .poured = POURED("A"),
		.count = 1 },
	{ "until time is over without an event", ask_events,
		{ SUBSCRIBED, OK(PULLED(CONTEXT("c2") ITEMS(EVENT_OF("A")))), FAULT("2150858793"),
			OK("") },
		"Subscribe\nPull c1\nPull c2\nUnsubscribe S1\n", .poured = POURED("A"),
		.count = 1 },
	{ "until the host says that there are none", ask_events,
		{ SUBSCRIBED, FAULT("2150858780"), OK("") }, "Subscribe\nPull c1\nUnsubscribe S1\n",
		.count = 0 },
	{ "until a page has no context", ask_events,
		{ SUBSCRIBED, OK(PULLED(ITEMS(EVENT_OF("A")))), OK("") },
		"Subscribe\nPull c1\nUnsubscribe S1\n", .poured = POURED("A"), .count = 1 },
	{ "an Unsubscribe that fails is none of the caller's", ask_events,
		{ SUBSCRIBED, OK(PULLED("<n:Items/>")), NO_ANSWER(HV_TROUBLE_BROKEN) },
		"Subscribe\nPull c1\nUnsubscribe S1\n", .count = 0 },
	{ "no such channel", ask_events, { FAULT("15007") }, "Subscribe\n",
		.error = "no such event channel", .failure = BY_FAULT_ADVISED(HV_FAULT_CHANNEL) },
	{ "time is over already at Subscribe", ask_events, { FAULT("2150858793") }, "Subscribe\n",
		.error = "in the time allowed", .failure = BY_FAULT_ADVISED(HV_FAULT_TIMED_OUT) },
	{ "no subscription in the answer", ask_events, { OK("<e:SubscribeResponse/>") },
		"Subscribe\n", .error = "has no identifier" },
	{ "a fault amid the pages", ask_events,
		{ SUBSCRIBED, OK(PULLED(CONTEXT("c2") ITEMS(EVENT_OF("A")))), FAULT("2150858762"),
			OK("") },
		"Subscribe\nPull c1\nPull c2\nUnsubscribe S1\n", .poured = POURED("A"),
		.error = "nothing was pulled", .failure = BY_FAULT(HV_FAULT_CONTEXT_LOST) },
	{ "the page of another request", ask_events, { SUBSCRIBED, STRAY(PULLED("")), OK("") },
		"Subscribe\nPull c1\nUnsubscribe S1\n", .error = "another request" },
	{ "a sink that takes nothing", ask_events_in_vain,
		{ SUBSCRIBED, OK(PULLED(CONTEXT("c2") ITEMS(EVENT_OF("A")))), OK("") },
		"Subscribe\nPull c1\nUnsubscribe S1\n", .error = "no room" },
	{ "a broken connection", ask_events, { SUBSCRIBED, NO_ANSWER(HV_TROUBLE_BROKEN) },
		"Subscribe\nPull c1\n", .error = "scripted failure",
		.failure = TROUBLE(HV_TROUBLE_BROKEN) },
	{ "no time for all: never as if it were all", ask_events,
		{ SUBSCRIBED, SLOW(95, PULLED(CONTEXT("c2") ITEMS(EVENT_OF("A")))), OK("") },
		"Subscribe\nPull c1\nUnsubscribe S1\n", .poured = POURED("A"),
		.error = "no time left for Pull", .failure = TROUBLE(HV_TROUBLE_TIMEOUT) },

};

static const struct expectation COMMANDS[] = {
	{ "a command", ask_run,
		{ SHELL_OPENED, OK(RECEIVED(STREAM("stdout", "C", "aGk=") DONE("C", EXIT("3")))),
			SHELL_CLOSED },
		SHELL_LOG("Receive C\n"), .poured = "hi|\n", .count = 3 },
	{ "a command with input", ask_run_with_input,
		{ CREATED, STARTED("C"), OK("<rsp:SendResponse/>"),
			OK(RECEIVED(DONE("C", EXIT("0")))), OK(""), OK("") },
		"Create\nCommand wevtutil\nSend C\nReceive C\nSignal C\nDelete\n",
		.poured = "|\n" },
	{ "a command that takes no input", ask_run_with_input,
		{ CREATED, STARTED("C"), FAULT("2150858843"), OK(""), OK("") },
		"Create\nCommand wevtutil\nSend C\nSignal C\nDelete\n",
		.error = "does not know the object, shell or command",
		.failure = BY_FAULT(HV_FAULT_SELECTORS) },
	{ "output in pieces, amid a character", ask_run,
		{ SHELL_OPENED,
			OK(RECEIVED(STREAM("stdout", "C", "YcM=") STREAM("stderr", "C", "eA=="))),
			OK(RECEIVED("")),
			OK(RECEIVED(STREAM("stdout", "C", "pA==") DONE("C", EXIT("0")))),
			SHELL_CLOSED },
		SHELL_LOG("Receive C\nReceive C\nReceive C\n"), .poured = "a\xC3\xA4|x\n" },
	{ "no exit code", ask_run, { SHELL_OPENED, OK(RECEIVED(DONE("C", ""))), SHELL_CLOSED },
		SHELL_LOG("Receive C\n"), .poured = "|\n" },
	{ "without output for long: asked again", ask_run,
		{ SHELL_OPENED, FAULT("2150858793"), FAULT("2150858793"),
			OK(RECEIVED(DONE("C", EXIT("1")))), SHELL_CLOSED },
		SHELL_LOG("Receive C\nReceive C\nReceive C\n"), .poured = "|\n", .count = 1 },
	{ "without output till the deadline", ask_run,
		{ SHELL_OPENED,
			{ .status = 500, .body = FAULT_BODY("2150858793"), .takes = SECONDS(60) },
			{ .status = 500, .body = FAULT_BODY("2150858793"), .takes = SECONDS(30) },
			SHELL_CLOSED },
		SHELL_LOG("Receive C\nReceive C\n"), .error = "no time left for Receive",
		.failure = TROUBLE(HV_TROUBLE_TIMEOUT) },
	{ "two commands in one shell", ask_run_twice,
		{ CREATED, STARTED("C"),
			OK(RECEIVED(STREAM("stdout", "C", "aGk=") DONE("C", EXIT("0")))), OK(""),
			STARTED("D"),
			OK(RECEIVED(STREAM("stdout", "D", "aGk=") DONE("D", EXIT("0")))), OK(""),
			OK("") },
		"Create\nCommand hostname\nReceive C\nSignal C\nCommand hostname\nReceive D\n"
		"Signal D\nDelete\n",
		.poured = "hihi|\n" },
	{ "no shell", ask_run, { FAULT("2150859173") }, "Create\n", .error = "too many shells",
		.failure = BY_FAULT_ADVISED(HV_FAULT_QUOTA) },
	{ "no ShellId", ask_run, { OK("<x:ResourceCreated/>") }, "Create\n",
		.error = "no ShellId" },
	{ "no such program", ask_run, { CREATED, FAULT("2147942402"), OK("") },
		"Create\nCommand wevtutil\nDelete\n", .error = "did not find the program",
		.failure = BY_FAULT(HV_FAULT_NO_PROGRAM) },
	{ "a command is not sent twice", ask_run, { CREATED, FAULT("995"), OK("") },
		"Create\nCommand wevtutil\nDelete\n", .error = "ended the operation early",
		.failure = BY_FAULT(HV_FAULT_ABORTED) },
	{ "the command is gone", ask_run, { SHELL_OPENED, FAULT("2150858843"), SHELL_CLOSED },
		SHELL_LOG("Receive C\n"), .error = "does not know the object, shell or command",
		.failure = BY_FAULT(HV_FAULT_SELECTORS) },
	{ "output of another command", ask_run,
		{ SHELL_OPENED, OK(RECEIVED(STREAM("stdout", "D", "aGk="))), SHELL_CLOSED },
		SHELL_LOG("Receive C\n"), .error = "another command" },
	{ "output without end", ask_run,
		{ SHELL_OPENED,
			OK(RECEIVED(STREAM("stdout", "C",
				"YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj"
				"YWJjYWJj"))),
			OK(RECEIVED(STREAM("stdout", "C",
				"YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj"
				"YWJjYWJj"))),
			SHELL_CLOSED },
		SHELL_LOG("Receive C\nReceive C\n"), .error = "more than 64 bytes to stdout" },
	{ "a broken connection: nothing is closed", ask_run,
		{ SHELL_OPENED, NO_ANSWER(HV_TROUBLE_BROKEN) },
		"Create\nCommand wevtutil\nReceive C\n", .error = "scripted failure",
		.failure = TROUBLE(HV_TROUBLE_BROKEN) },
	{ "a Signal that breaks the connection: no Delete", ask_run,
		{ SHELL_OPENED, OK(RECEIVED(DONE("C", EXIT("0")))), NO_ANSWER(HV_TROUBLE_BROKEN) },
		"Create\nCommand wevtutil\nReceive C\nSignal C\n", .poured = "|\n" },
	{ "a Signal that is refused: Delete all the same", ask_run,
		{ SHELL_OPENED, OK(RECEIVED(DONE("C", EXIT("0")))), FAULT("2150858843"), OK("") },
		SHELL_LOG("Receive C\n"), .poured = "|\n" },

};

static void test_client_pages(void **state)
{
	(void)state;
	check_cases(PAGES, HV_ARRAY_LEN(PAGES));
}

static void test_client_objects(void **state)
{
	(void)state;
	check_cases(OBJECTS, HV_ARRAY_LEN(OBJECTS));
}

static void test_client_events(void **state)
{
	(void)state;
	check_cases(EVENTS, HV_ARRAY_LEN(EVENTS));
}

static void test_client_commands(void **state)
{
	(void)state;
	check_cases(COMMANDS, HV_ARRAY_LEN(COMMANDS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client_pages),
		cmocka_unit_test(test_client_objects),
		cmocka_unit_test(test_client_events),
		cmocka_unit_test(test_client_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
