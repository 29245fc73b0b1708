/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host for tests of the client: answers by a script, notes what it is asked for, and has a clock
 * of its own. Login and sealing are out of the way: it speaks over TLS and lets everybody in. */
#ifndef HV_TESTS_CLIENT_FIXTURE_H
#define HV_TESTS_CLIENT_FIXTURE_H

#include "sink_recorder.h"
#include "wsman/client.h"
#include "wsman/uri.h"

enum { MAX_ANSWERS = 12, LOG_MAX = 1 << 24, OUTPUT_MAX = 64 };

#define SECONDS(n) ((n)*HV_USEC_PER_SEC)
#define V2         "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"

/* One answer of the host; one without status, trouble or loss ends the script. */
struct scripted {
	int status;
	const char *body;        /* of the envelope */
	const char *raw;         /* instead of an envelope */
	bool stray;              /* answers another request */
	bool lost;               /* the connection, before the request came through */
	enum hv_trouble trouble; /* no answer, but this */
	hv_usec takes;
	bool endless; /* comes again and again */
};

/* Network, login and clock. Notes what is asked for, one line a request. */
struct world {
	const struct scripted *script;
	size_t next;
	size_t posts;
	int logins;
	hv_usec now;
	struct hv_buf log;      /* "Pull c1" */
	struct hv_buf ids;      /* MessageIDs */
	struct hv_buf timeouts; /* OperationTimeouts */
	struct hv_buf trace;
	struct hv_transport transport;
	struct hv_auth auth;
	struct hv_session session;
	struct hv_client client;
	struct recorder recorder;
	struct hv_arena arena;
	struct hv_buf out, errors;
	size_t max_events;
	size_t count; /* of rows or events; exit code */
	size_t answer_bytes;
};

/* The deadline is at 100 seconds of the fake clock, the last 10 of them are the reserve. */
void world_init(struct world *w, const struct scripted *script);
void world_done(struct world *w);

/* What can be asked for, each in one way. Rows and events go to w->recorder, their number to
 * w->count. In vain: with a sink that takes nothing. */
int ask_identify(struct world *w, struct hv_err *err);
int ask_enumerate(struct world *w, struct hv_err *err);
int ask_enumerate_in_vain(struct world *w, struct hv_err *err);
int ask_get(struct world *w, struct hv_err *err);
int ask_invoke(struct world *w, struct hv_err *err);
int ask_events(struct world *w, struct hv_err *err);
int ask_first_event(struct world *w, struct hv_err *err);
int ask_events_in_vain(struct world *w, struct hv_err *err);
int ask_run(struct world *w, struct hv_err *err); /* a shell with one command */
int ask_run_with_input(struct world *w, struct hv_err *err);
int ask_run_twice(struct world *w, struct hv_err *err); /* with two */

/* What a case asks for and expects. */
struct expectation {
	const char *what;
	int (*act)(struct world *w, struct hv_err *err);
	struct scripted script[MAX_ANSWERS];
	const char *log;
	const char *poured; /* NULL: nothing */
	size_t count;
	const char *error;                /* in the text; NULL: success */
	struct hv_client_failure failure; /* advice: "" for any */
	hv_usec begins_at;
};

void check_cases(const struct expectation *cases, size_t count);

#define OK(text)                                                                                   \
	{                                                                                          \
		.status = 200, .body = (text)                                                      \
	}
#define SLOW(seconds, text)                                                                        \
	{                                                                                          \
		.status = 200, .body = (text), .takes = SECONDS(seconds)                           \
	}
#define STRAY(text)                                                                                \
	{                                                                                          \
		.status = 200, .body = (text), .stray = true                                       \
	}
#define FAULT_BODY(code)                                                                           \
	"<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>words</s:Text>"  \
	"</s:Reason><s:Detail><f:WSManFault Code='" code "'/></s:Detail></s:Fault>"
#define FAULT(code)                                                                                \
	{                                                                                          \
		.status = 500, .body = FAULT_BODY(code)                                            \
	}
#define NO_ANSWER(why)                                                                             \
	{                                                                                          \
		.trouble = (why)                                                                   \
	}

#define CONTEXT(c)     "<n:EnumerationContext>" c "</n:EnumerationContext>"
#define ROW(n)         "<p:X xmlns:p='" V2 "X'><p:A>" n "</p:A></p:X>"
#define BAG(n)         "bag root/virtualization/v2:X {\"A\":\"" n "\"}\n"
#define ENUMERATED(c)  "<n:EnumerateResponse>" c "</n:EnumerateResponse>"
#define PULLED(c)      "<n:PullResponse>" c "</n:PullResponse>"
#define OPENED         ENUMERATED(CONTEXT("c1"))
#define ITEMS(items)   "<n:Items>" items "</n:Items>"
#define LAST(items)    PULLED(ITEMS(items) "<n:EndOfSequence/>")
#define RELEASED       OK("")
#define EVENT_OF(name) "<Event><System><Provider Name='" name "'/></System></Event>"
#define POURED(name)   "event <Event><System><Provider Name=\"" name "\"/></System></Event>\n"
#define SUBSCRIBED                                                                                 \
	OK("<e:SubscribeResponse><e:SubscriptionManager><a:ReferenceProperties><e:Identifier>S1"   \
	   "</e:Identifier></a:ReferenceProperties></e:SubscriptionManager>" CONTEXT(              \
		   "c1") "</e:SubscribeResponse>")
#define CREATED                                                                                    \
	OK("<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet><w:Selector Name='ShellId'>"  \
	   "SH</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>")
#define STARTED(id)                                                                                \
	OK("<rsp:CommandResponse><rsp:CommandId>" id "</rsp:CommandId></rsp:CommandResponse>")
#define STREAM(name, id, base64)                                                                   \
	"<rsp:Stream Name='" name "' CommandId='" id "'>" base64 "</rsp:Stream>"
#define RECEIVED(content) "<rsp:ReceiveResponse>" content "</rsp:ReceiveResponse>"
#define DONE(id, code)                                                                             \
	"<rsp:CommandState CommandId='" id "' State='" HV_URI_RSP "/CommandState/Done'>" code      \
	"</rsp:CommandState>"
#define EXIT(code)          "<rsp:ExitCode>" code "</rsp:ExitCode>"
#define SHELL_OPENED        CREATED, STARTED("C")
#define SHELL_CLOSED        OK("<rsp:SignalResponse/>"), OK("")
#define SHELL_LOG(receives) "Create\nCommand wevtutil\n" receives "Signal C\nDelete\n"

#endif
