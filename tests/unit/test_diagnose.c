/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a diagnosis tells of hosts that fail in different places: which step, why, what to do, what
 * was not tried, and how it is summed up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/diagnose.h"
#include "client-fixture.h"

enum { TEXT_MAX = 1 << 16, ANSWERS_MAX = 24 };

/* 2026-11-22T03:00:00Z */
#define WALL ((hv_usec)1795316400 * HV_USEC_PER_SEC)

#define CIMV2 "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
#define V1    "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/"

#define IDENTITY                                                                                   \
	OK("<i:IdentifyResponse><i:ProductVendor>Microsoft</i:ProductVendor><i:ProductVersion>"    \
	   "OS: 6.3.9600 SP: 0.0 Stack: 3.0</i:ProductVersion></i:IdentifyResponse>")
#define WINDOWS                                                                                    \
	OK(OPENED), OK(LAST("<p:Win32_OperatingSystem xmlns:p='" CIMV2 "Win32_OperatingSystem'>"   \
			    "<p:Caption>Windows | Server</p:Caption></p:Win32_OperatingSystem>"))
#define COMPUTER(uri, name)                                                                        \
	"<p:Msvm_ComputerSystem xmlns:p='" uri "Msvm_ComputerSystem'><p:Name>" name                \
	"</p:Name></p:Msvm_ComputerSystem>"
#define OWN       COMPUTER(V2, "HV01")
#define MACHINE_A "564D0000-0000-0000-0000-00000000000A"
#define MACHINE_B "564D0000-0000-0000-0000-00000000000B"
#define MACHINES  OK(OPENED), OK(LAST(OWN COMPUTER(V2, MACHINE_A) COMPUTER(V2, MACHINE_B)))
#define EVENTS    SUBSCRIBED, OK(PULLED(ITEMS(EVENT_OF("A") EVENT_OF("B")))), OK("")
#define SHELL(code)                                                                                \
	SHELL_OPENED, OK(RECEIVED(STREAM("stderr", "C", "bm8NCg==") DONE("C", EXIT(code)))),       \
		SHELL_CLOSED

/* The first question, by which the network is judged. */
struct network {
	int status;
	const char *authenticate;
	hv_usec ahead; /* the host's clock */
	bool tells_time;
	struct hv_http_times times;
	enum hv_trouble trouble;
};

struct bed {
	struct world world;
	const struct network *network;
	struct hv_transport transport;
	enum hv_trouble no_login; /* why there is none */
	size_t questions;
};

#define REACHED                                                                                    \
	{                                                                                          \
		.lookup = 400, .connect = 900                                                      \
	}
#define ANSWERS                                                                                    \
	.status = 401, .authenticate = "Negotiate\nBasic realm=x\n", .tells_time = true,           \
	.times = REACHED

static const struct network GOOD = { ANSWERS };

static int first_post(void *state, const struct hv_http_request *request,
	struct hv_http_answer *ret, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct bed *bed = state;
	const struct network *n = bed->network;

	assert_int_equal(request->body_len, 0);
	assert_null(request->authorization);
	bed->questions++;
	ret->times = n->times;
	if (n->trouble != HV_TROUBLE_NONE) {
		*ret_trouble = n->trouble;
		return hv_err_set(err, HV_ERR_IO, "network\nfailure");
	}
	ret->status = n->status;
	ret->date = n->tells_time ? WALL + n->ahead : 0;
	hv_buf_adds(&ret->authenticate, n->authenticate ? n->authenticate : "");
	return 0;
}

static const struct hv_transport_ops FIRST = { .post = first_post };

static hv_usec wall(void)
{
	return WALL;
}

static hv_usec no_time(void *unused)
{
	(void)unused;
	return 0;
}

static int log_in(void *ctx, struct hv_client **ret_client, const char **ret_login,
	struct hv_client_failure *ret_failure, struct hv_err *err)
{
	struct bed *bed = ctx;

	if (bed->no_login != HV_TROUBLE_NONE) {
		*ret_failure = (struct hv_client_failure){
			.trouble = bed->no_login,
			.advice = "kinit",
			.advice_is_local = true,
		};
		return hv_err_set(err, HV_ERR_ARGUMENT, "no ticket");
	}
	*ret_client = &bed->world.client;
	*ret_login = "Kerberos";
	return 0;
}

struct diagnosis_case {
	const char *name;
	const struct network *network;
	enum hv_trouble no_login;
	bool address, tls, insecure;
	enum hv_winrm_events events;
	enum hv_connection_verdict verdict;
	struct scripted script[ANSWERS_MAX];
	const char *expected[16]; /* lines that have to be there */
	const char *absent;       /* and what must not; NULL: nothing */
};

static void read_back(FILE *file, struct hv_buf *ret)
{
	char part[512];
	size_t n;

	rewind(file);
	while ((n = fread(part, 1, sizeof(part), file)) > 0)
		hv_buf_add(ret, part, n);
}

static enum hv_connection_verdict diagnose(const struct diagnosis_case *c, struct hv_buf *ret)
{
	struct bed bed = { .network = c->network ? c->network : &GOOD, .no_login = c->no_login };
	const struct hv_patient patient = {
		.url = "http://hv01:5985/wsman",
		.host_is_address = c->address,
		.tls = c->tls,
		.trust = c->insecure ? NULL : "ca.pem",
		.events = c->events,
		.wall = wall,
		.now = no_time,
		.transport = &bed.transport,
		.log_in = log_in,
		.log_in_ctx = &bed,
	};
	enum hv_connection_verdict verdict = HV_DIAGNOSIS_GOOD;
	struct hv_err err = HV_ERR_INIT;
	FILE *file = tmpfile();

	assert_non_null(file);
	bed.transport = (struct hv_transport){ .ops = &FIRST, .state = &bed };
	world_init(&bed.world, c->script);
	assert_int_equal(hv_diagnose_connection(&patient, fileno(file), &verdict, &err), 0);
	assert_int_equal(bed.questions, 1);
	read_back(file, ret);
	fclose(file);
	world_done(&bed.world);
	return verdict;
}

static void check(const struct diagnosis_case *c)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX };
	const enum hv_connection_verdict verdict = diagnose(c, &text);

	for (size_t i = 0; i < HV_ARRAY_LEN(c->expected) && c->expected[i]; i++) {
		HV_AUTO(buf) line = { .max = TEXT_MAX };

		hv_buf_addf(&line, "\n%s\n", c->expected[i]);
		if (!strstr(hv_buf_str(&text), hv_buf_str(&line)))
			fail_msg("%s: no line '%s' in\n%s", c->name, c->expected[i],
				hv_buf_str(&text));
	}
	if (c->absent && strstr(hv_buf_str(&text), c->absent))
		fail_msg("%s: '%s' in\n%s", c->name, c->absent, hv_buf_str(&text));
	if (verdict != c->verdict)
		fail_msg("%s: verdict %d", c->name, (int)verdict);
}

static void check_all(const struct diagnosis_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&cases[i]);
}

static const struct network NO_NAME = { .trouble = HV_TROUBLE_RESOLVE };
static const struct network REFUSED = { .trouble = HV_TROUBLE_REFUSED, .times = { .lookup = 400 } };
static const struct network SILENT = { .trouble = HV_TROUBLE_TIMEOUT, .times = { .lookup = 400 } };
static const struct network MUTE = { .trouble = HV_TROUBLE_TIMEOUT, .times = REACHED };
static const struct network NO_DNS_SERVER = { .trouble = HV_TROUBLE_TIMEOUT };
static const struct network NO_WSMAN = { .status = 404, .times = REACHED };
static const struct network UNKNOWN_CA = { .trouble = HV_TROUBLE_TLS_UNKNOWN_CA, .times = REACHED };
static const struct network SLOW_TLS = { .trouble = HV_TROUBLE_TIMEOUT, .times = REACHED };
static const struct network OVER_TLS = {
	.status = 401,
	.authenticate = "Negotiate\n",
	.times = { .lookup = 400, .connect = 900, .tls = 9900 },
};
static const struct network AHEAD = { ANSWERS, .ahead = 301 * HV_USEC_PER_SEC };
static const struct network ALMOST_AHEAD = { ANSWERS, .ahead = 300 * HV_USEC_PER_SEC };
static const struct network BEHIND = { ANSWERS, .ahead = -3601 * HV_USEC_PER_SEC };
static const struct network TIMELESS = { .status = 401, .times = REACHED };

#define ALL_ANSWER IDENTITY, WINDOWS, MACHINES, EVENTS, SHELL("0")
#define NOT_TRIED                                                                                  \
	"not tried  login", "not tried  clock", "not tried  WMI", "not tried  Hyper-V",            \
		"not tried  event subscription", "not tried  remote shell"

static void test_diagnose_a_host_that_answers(void **state)
{
	static const struct diagnosis_case CASE = {
		"all is well",
		.script = { ALL_ANSWER },
		.verdict = HV_DIAGNOSIS_GOOD,
	};
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	(void)state;
	assert_int_equal(diagnose(&CASE, &text), HV_DIAGNOSIS_GOOD);
	assert_string_equal(hv_buf_str(&text),
		"http://hv01:5985/wsman\n"
		"ok         name resolution         0.4 ms\n"
		"ok         TCP connection          0.5 ms\n"
		"ok         WS-Management           0.0 ms  HTTP 401, offers Negotiate, Basic\n"
		"ok         login                   0.0 ms  Kerberos, Windows 6.3.9600, WinRM "
		"stack 3.0\n"
		"ok         clock                           the same as here\n"
		"ok         WMI                     0.0 ms  Windows \xC2\xA6 Server\n"
		"ok         Hyper-V                 0.0 ms  root/virtualization/v2: 2 virtual "
		"machines\n"
		"ok         event subscription      0.0 ms  Microsoft-Windows-Hyper-V-VMMS-Admin: "
		"2 events in the last hour\n"
		"ok         remote shell            0.0 ms  reads event logs when the host refuses "
		"subscriptions, else not needed\n");
}

static void test_diagnose_the_network(void **state)
{
	static const struct diagnosis_case CASES[] = {
		{ "no such name", &NO_NAME, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     name resolution         0.0 ms",
				"           network?failure", "           here: getent hosts NAME",
				"not tried  TCP connection", "not tried  WS-Management",
				NOT_TRIED },
			.absent = "TLS" },
		{ "no name server answers", &NO_DNS_SERVER, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     name resolution         0.0 ms",
				"not tried  TCP connection" } },
		{ "nothing listens", &REFUSED, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "ok         name resolution         0.4 ms",
				"failed     TCP connection          0.0 ms",
				"not tried  WS-Management", NOT_TRIED } },
		{ "a firewall", &SILENT, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     TCP connection          0.0 ms" },
			.absent = "one of them does not answer" },
		{ "an address", &REFUSED, .verdict = HV_DIAGNOSIS_BAD, .address = true,
			.expected = { "ok         name resolution         0.4 ms  not needed: an "
				      "address was given" } },
		{ "connected, but no answer", &MUTE, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "ok         TCP connection          0.5 ms",
				"failed     WS-Management           0.0 ms",
				"           on the host: Get-Service WinRM,Winmgmt,vmms  # one of "
				"them does not answer",
				NOT_TRIED },
			.absent = "Firewall" },
		{ "something else listens", &NO_WSMAN, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     WS-Management           0.0 ms",
				"           HTTP status 404: what answers there is not "
				"WS-Management",
				NOT_TRIED } },
	};

	(void)state;
	check_all(CASES, HV_ARRAY_LEN(CASES));
}

static void test_diagnose_tls(void **state)
{
	static const struct diagnosis_case CASES[] = {
		{ "trusted", &OVER_TLS, .tls = true, .script = { ALL_ANSWER },
			.verdict = HV_DIAGNOSIS_GOOD,
			.expected = { "ok         TLS                     9.0 ms  certificate "
				      "verified against ca.pem" } },
		{ "not verified", &OVER_TLS, .tls = true, .insecure = true,
			.script = { ALL_ANSWER }, .verdict = HV_DIAGNOSIS_GOOD,
			.expected = { "ok         TLS                     9.0 ms  certificate not "
				      "verified (--insecure)" } },
		{ "not trusted", &UNKNOWN_CA, .tls = true, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "ok         TCP connection          0.5 ms",
				"failed     TLS                     0.0 ms",
				"not tried  WS-Management", NOT_TRIED } },
		{ "no end to the handshake", &SLOW_TLS, .tls = true, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     TLS                     0.0 ms",
				"not tried  WS-Management" } },
	};

	(void)state;
	check_all(CASES, HV_ARRAY_LEN(CASES));
}

static void test_diagnose_the_clock(void **state)
{
	static const struct diagnosis_case CASES[] = {
		{ "more than Kerberos takes", &AHEAD, .script = { ALL_ANSWER },
			.verdict = HV_DIAGNOSIS_LIMITED,
			.expected = { "warning    clock                           5m 1s ahead of "
				      "the clock here",
				"           more than 5 minutes apart: Kerberos refuses logins" } },
		{ "less than that", &ALMOST_AHEAD, .script = { ALL_ANSWER },
			.verdict = HV_DIAGNOSIS_GOOD,
			.expected = { "ok         clock                           5m ahead of the "
				      "clock here" } },
		{ "behind", &BEHIND, .script = { ALL_ANSWER }, .verdict = HV_DIAGNOSIS_LIMITED,
			.expected = { "warning    clock                           1h behind the "
				      "clock here" } },
		{ "not told", &TIMELESS, .script = { ALL_ANSWER }, .verdict = HV_DIAGNOSIS_GOOD,
			.expected = { "ok         clock                           the host does "
				      "not tell its time" } },
		{ "told also when the login fails", &AHEAD, .no_login = HV_TROUBLE_NO_TICKET,
			.verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     login                   0.0 ms",
				"warning    clock                           5m 1s ahead of the "
				"clock here" } },
	};

	(void)state;
	check_all(CASES, HV_ARRAY_LEN(CASES));
}

static void test_diagnose_the_login(void **state)
{
	static const struct diagnosis_case CASES[] = {
		{ "not prepared", .no_login = HV_TROUBLE_NO_TICKET, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     login                   0.0 ms",
				"           no ticket", "           here: kinit", "not tried  WMI",
				"not tried  Hyper-V", "not tried  event subscription",
				"not tried  remote shell" } },
		{ "refused", .script = { FAULT("5") }, .verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     login                   0.0 ms  Kerberos",
				"not tried  WMI" } },
		{ "silent", .script = { NO_ANSWER(HV_TROUBLE_TIMEOUT) },
			.verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     login                   0.0 ms  Kerberos",
				"           on the host: Get-Service WinRM,Winmgmt,vmms  # one of "
				"them does not answer" } },
	};

	(void)state;
	check_all(CASES, HV_ARRAY_LEN(CASES));
}

#define NO_NAMESPACE FAULT("2147749902")

static void test_diagnose_hyperv(void **state)
{
	static const struct diagnosis_case CASES[] = {
		{ "the older namespace",
			.script = { IDENTITY, WINDOWS, NO_NAMESPACE, OK(OPENED),
				OK(LAST(COMPUTER(V1, MACHINE_A))), EVENTS, SHELL("0") },
			.verdict = HV_DIAGNOSIS_GOOD,
			.expected = { "ok         Hyper-V                 0.0 ms  "
				      "root/virtualization: 1 virtual machine" } },
		{ "no namespace",
			.script = { IDENTITY, WINDOWS, NO_NAMESPACE, NO_NAMESPACE, EVENTS,
				SHELL("0") },
			.verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     Hyper-V                 0.0 ms",
				"           on the host: Get-WindowsFeature Hyper-V; Get-Service "
				"vmms" } },
		{ "another failure is no reason to try the older one",
			.script = { IDENTITY, WINDOWS, FAULT("2150859013"), EVENTS, SHELL("0") },
			.verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     Hyper-V                 0.0 ms" } },
		{ "no row at all",
			.script = { IDENTITY, WINDOWS, OK(OPENED), OK(LAST("")), EVENTS,
				SHELL("0") },
			.verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     Hyper-V                 0.0 ms  "
				      "root/virtualization/v2: 0 virtual machines",
				"           not even the host's own row is told: the account has "
				"no rights in Hyper-V" } },
		{ "the host's own row",
			.script = { IDENTITY, WINDOWS, OK(OPENED), OK(LAST(OWN)), EVENTS,
				SHELL("0") },
			.verdict = HV_DIAGNOSIS_LIMITED,
			.expected = { "warning    Hyper-V                 0.0 ms  "
				      "root/virtualization/v2: 0 virtual machines" } },
		{ "WMI does not tell of Windows",
			.script = { IDENTITY, OK(OPENED), OK(LAST("")), MACHINES, EVENTS,
				SHELL("0") },
			.verdict = HV_DIAGNOSIS_BAD,
			.expected = { "failed     WMI                     0.0 ms",
				"ok         Hyper-V                 0.0 ms  "
				"root/virtualization/v2: 2 virtual machines" } },
	};

	(void)state;
	check_all(CASES, HV_ARRAY_LEN(CASES));
}

#define UP_TO_EVENTS IDENTITY, WINDOWS, MACHINES

/* Whichever way to the event logs is allowed has to work; the other may. */
static void test_diagnose_event_logs(void **state)
{
	static const struct {
		bool subscription, shell;
		enum hv_connection_verdict verdicts[3]; /* by the way that is asked for */
	} CASES[] = {
		{ true, true, { HV_DIAGNOSIS_GOOD, HV_DIAGNOSIS_GOOD, HV_DIAGNOSIS_GOOD } },
		{ true, false, { HV_DIAGNOSIS_LIMITED, HV_DIAGNOSIS_LIMITED, HV_DIAGNOSIS_BAD } },
		{ false, true, { HV_DIAGNOSIS_LIMITED, HV_DIAGNOSIS_BAD, HV_DIAGNOSIS_LIMITED } },
		{ false, false, { HV_DIAGNOSIS_BAD, HV_DIAGNOSIS_BAD, HV_DIAGNOSIS_BAD } },
	};
	static const enum hv_winrm_events WAYS[] = { HV_WINRM_EVENTS_AUTO,
		HV_WINRM_EVENTS_SUBSCRIBE, HV_WINRM_EVENTS_WINRS };
	static const struct diagnosis_case BY_ANSWERS[2][2] = {
		{ { "neither", .script = { UP_TO_EVENTS, FAULT("5"), FAULT("5") } },
			{ "shell", .script = { UP_TO_EVENTS, FAULT("5"), SHELL("0") } } },
		{ { "subscription", .script = { UP_TO_EVENTS, EVENTS, FAULT("5") } },
			{ "both", .script = { UP_TO_EVENTS, EVENTS, SHELL("0") } } },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		for (size_t way = 0; way < HV_ARRAY_LEN(WAYS); way++) {
			struct diagnosis_case c = BY_ANSWERS[CASES[i].subscription][CASES[i].shell];

			c.events = WAYS[way];
			c.verdict = CASES[i].verdicts[way];
			check(&c);
		}
}

static void test_diagnose_the_program(void **state)
{
	static const struct diagnosis_case CASE = {
		"wevtutil fails",
		.script = { UP_TO_EVENTS, EVENTS, SHELL("5") },
		.verdict = HV_DIAGNOSIS_LIMITED,
		.expected = { "           wevtutil ended with status 5 (no)" },
	};

	(void)state;
	check(&CASE);
}

static void test_diagnose_tells_when_nobody_listens(void **state)
{
	struct bed bed = { .network = &NO_NAME };
	const struct hv_patient patient = {
		.url = "u", .wall = wall, .now = no_time, .transport = &bed.transport
	};
	struct hv_err err = HV_ERR_INIT;
	enum hv_connection_verdict verdict;

	(void)state;
	bed.transport = (struct hv_transport){ .ops = &FIRST, .state = &bed };
	assert_int_equal(hv_diagnose_connection(&patient, -1, &verdict, &err), -1);
	assert_true(hv_err_is_set(&err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diagnose_a_host_that_answers),
		cmocka_unit_test(test_diagnose_the_network),
		cmocka_unit_test(test_diagnose_tls),
		cmocka_unit_test(test_diagnose_the_clock),
		cmocka_unit_test(test_diagnose_the_login),
		cmocka_unit_test(test_diagnose_hyperv),
		cmocka_unit_test(test_diagnose_event_logs),
		cmocka_unit_test(test_diagnose_the_program),
		cmocka_unit_test(test_diagnose_tells_when_nobody_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
