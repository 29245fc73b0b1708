/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host, what it is asked for, and how a case is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client-fixture.h"

/* What stands between two texts; "" when it does not. */
static void between(const char *text, const char *before, const char *after, struct hv_buf *ret)
{
	const char *start = strstr(text, before);
	const char *end = start ? strstr(start + strlen(before), after) : NULL;

	if (end)
		hv_buf_add(ret, start + strlen(before), (size_t)(end - start) - strlen(before));
}

/* "Pull c1": the last word of the action, and what the request is about. */
static void note(struct world *w, const char *soap)
{
	static const char *const SUBJECTS[][2] = {
		{ "<n:EnumerationContext>", "</n:" },
		{ "<e:Identifier>", "</e:" },
		{ " CommandId=\"", "\"" },
		{ "<rsp:Command>", "</rsp:" },
	};
	HV_AUTO(buf) action = { .max = LOG_MAX };
	const char *slash;

	between(soap, "<a:Action s:mustUnderstand=\"true\">", "</a:", &action);
	slash = strrchr(hv_buf_str(&action), '/');
	hv_buf_adds(&w->log, slash ? slash + 1 : "Identify");
	for (size_t i = 0; i < HV_ARRAY_LEN(SUBJECTS); i++) {
		if (!strstr(soap, SUBJECTS[i][0]))
			continue;
		hv_buf_addc(&w->log, ' ');
		between(soap, SUBJECTS[i][0], SUBJECTS[i][1], &w->log);
		break;
	}
	hv_buf_addc(&w->log, '\n');
	between(soap, "<a:MessageID>", "</a:", &w->ids);
	hv_buf_addc(&w->ids, '\n');
	between(soap, "<w:OperationTimeout>", "</w:", &w->timeouts);
	hv_buf_addc(&w->timeouts, '\n');
}

static void add_envelope(struct hv_buf *b, const struct scripted *a, const char *soap)
{
	if (a->raw) {
		hv_buf_adds(b, a->raw);
		return;
	}
	hv_buf_adds(b, "<s:Envelope xmlns:s='" HV_URI_S "' xmlns:a='" HV_URI_A
		       "' xmlns:n='" HV_URI_N "' xmlns:w='" HV_URI_W "' xmlns:e='" HV_URI_E
		       "' xmlns:x='" HV_URI_X "' xmlns:f='" HV_URI_F "' xmlns:i='" HV_URI_ID
		       "' xmlns:rsp='" HV_URI_RSP "'><s:Header><a:RelatesTo>");
	if (a->stray)
		hv_buf_adds(b, "uuid:OTHER");
	else
		between(soap, "<a:MessageID>", "</a:", b);
	hv_buf_addf(b, "</a:RelatesTo></s:Header><s:Body>%s</s:Body></s:Envelope>", a->body);
}

/* The login, which goes over empty requests, always succeeds. */
static void answer_login(
	struct world *w, const struct hv_http_request *request, struct hv_http_answer *ret)
{
	ret->status = request->authorization ? 200 : 401;
	hv_buf_adds(
		&ret->authenticate, request->authorization ? "Negotiate b2s=\n" : "Negotiate\n");
	w->logins += request->authorization ? 1 : 0;
}

static int fake_post(void *state, const struct hv_http_request *request, struct hv_http_answer *ret,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct world *w = state;
	const struct scripted *a = &w->script[w->next];

	hv_buf_clear(&ret->authenticate);
	hv_buf_clear(&ret->body);
	ret->new_connection = false;
	if (request->body_len == 0) {
		answer_login(w, request, ret);
		return 0;
	}
	note(w, request->body);
	w->posts++;
	w->now += a->takes;
	w->next += a->endless ? 0 : 1;
	if (a->trouble != HV_TROUBLE_NONE) {
		*ret_trouble = a->trouble;
		return hv_err_set(err, HV_ERR_IO, "scripted failure");
	}
	if (a->lost) {
		ret->status = 401;
		ret->new_connection = true;
		return 0;
	}
	if (a->status == 0)
		fail_msg("asked for more than is expected:\n%s", hv_buf_str(&w->log));
	ret->status = a->status;
	memcpy(ret->content_type, "application/soap+xml", sizeof("application/soap+xml"));
	add_envelope(&ret->body, a, request->body);
	w->answer_bytes = ret->body.len;
	return 0;
}

static void fake_binding(void *state, uint8_t ret[HV_HTTP_BINDING_MAX], size_t *ret_len)
{
	(void)state;
	(void)ret;
	*ret_len = 0;
}

static void fake_nothing(void *state)
{
	(void)state;
}

static int fake_start(void *state, const uint8_t *binding, size_t binding_len,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	(void)state;
	(void)binding;
	(void)binding_len;
	(void)ret_trouble;
	(void)err;
	return 0;
}

static int fake_step(void *state, const uint8_t *token, size_t len, struct hv_buf *ret_token,
	bool *ret_complete, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	(void)state;
	(void)token;
	(void)ret_trouble;
	(void)err;
	*ret_complete = len > 0;
	if (len == 0)
		hv_buf_adds(ret_token, "abc");
	return 0;
}

static hv_usec fake_now(void *state)
{
	return ((struct world *)state)->now;
}

static void note_trace(void *ctx, const char *text)
{
	hv_buf_addf(&((struct world *)ctx)->trace, "%s\n", text);
}

/* Over TLS, so that SOAP goes as it is. */
static const struct hv_transport_ops NETWORK = {
	.post = fake_post,
	.binding = fake_binding,
	.disconnect = fake_nothing,
	.done = fake_nothing,
};
static const struct hv_auth_ops LOGIN = {
	.start = fake_start,
	.step = fake_step,
	.done = fake_nothing,
};

void world_init(struct world *w, const struct scripted *script)
{
	const struct hv_session_config session = {
		.login = HV_LOGIN_AUTH, .tls = true, .max_answer = HV_ANSWER_MAX_BYTES
	};
	const struct hv_client_config config = {
		.url = "https://host:5986/wsman",
		.id_seed = { 0x0123456789ABCDEF, 0xFEDCBA9876543210 },
		.deadline = { .now = fake_now, .state = w, .at = SECONDS(100) },
		.reserve = SECONDS(10),
		.trace = { .line = note_trace, .ctx = w },
	};
	struct hv_err err = HV_ERR_INIT;

	*w = (struct world){
		.script = script,
		.transport = { .ops = &NETWORK, .state = w },
		.auth = { .ops = &LOGIN, .scheme = HV_SCHEME_NEGOTIATE },
	};
	hv_buf_init(&w->log, LOG_MAX);
	hv_buf_init(&w->ids, LOG_MAX);
	hv_buf_init(&w->timeouts, LOG_MAX);
	hv_buf_init(&w->trace, LOG_MAX);
	hv_buf_init(&w->out, OUTPUT_MAX);
	hv_buf_init(&w->errors, OUTPUT_MAX);
	hv_arena_init(&w->arena, 4096);
	recorder_init(&w->recorder);
	assert_int_equal(hv_session_init(&w->session, &session, &w->transport, &w->auth, &err), 0);
	hv_client_init(&w->client, &config, &w->session);
}

void world_done(struct world *w)
{
	struct hv_buf *bufs[] = { &w->log, &w->ids, &w->timeouts, &w->trace, &w->out, &w->errors };

	for (size_t i = 0; i < HV_ARRAY_LEN(bufs); i++)
		hv_buf_done(bufs[i]);
	recorder_done(&w->recorder);
	hv_arena_done(&w->arena);
	hv_session_done(&w->session);
}

static const struct hv_soap_object OBJECT = { .ns = HV_NS_V2, .class_name = "X" };

int ask_identify(struct world *w, struct hv_err *err)
{
	struct hv_answer_identity identity;

	if (hv_client_identify(&w->client, &w->arena, &identity, err) < 0)
		return -1;
	hv_buf_addf(&w->recorder.log, "%s|%s|%s|%s\n", identity.vendor, identity.version,
		identity.os, identity.stack);
	return 0;
}

int ask_enumerate(struct world *w, struct hv_err *err)
{
	return hv_client_enumerate(
		&w->client, HV_NS_V2, "X", NULL, &w->recorder.sink, &w->count, err);
}

int ask_enumerate_in_vain(struct world *w, struct hv_err *err)
{
	w->recorder.refuse = "no room";
	return ask_enumerate(w, err);
}

int ask_get(struct world *w, struct hv_err *err)
{
	return hv_client_get(&w->client, &OBJECT, &w->recorder.sink, err);
}

int ask_invoke(struct world *w, struct hv_err *err)
{
	return hv_client_invoke(&w->client, &OBJECT, "Do", NULL, 0, &w->recorder.sink, err);
}

int ask_events(struct world *w, struct hv_err *err)
{
	static const struct hv_soap_event_query QUERY = { .channel = "Log", .xpath = "*" };

	return hv_client_events(
		&w->client, &QUERY, 1, w->max_events, &w->recorder.sink, &w->count, err);
}

int ask_first_event(struct world *w, struct hv_err *err)
{
	w->max_events = 1;
	return ask_events(w, err);
}

int ask_events_in_vain(struct world *w, struct hv_err *err)
{
	w->recorder.refuse = "no room";
	return ask_events(w, err);
}

static int run_with(struct world *w, const char *input, struct hv_err *err)
{
	static const char *const ARGUMENTS[] = { "el" };
	const struct hv_client_command command = {
		.program = "wevtutil",
		.arguments = ARGUMENTS,
		.argument_count = 1,
		.input = input,
		.input_len = input != NULL ? strlen(input) : 0,
	};
	uint32_t exit_code = 99;
	HV_AUTO(client_shell) shell;

	if (hv_client_shell_open(&w->client, &shell, err) < 0 ||
		hv_client_shell_run(&shell, &command, &w->out, &w->errors, &exit_code, err) < 0)
		return -1;
	w->count = exit_code;
	hv_buf_addf(&w->recorder.log, "%s|%s\n", hv_buf_str(&w->out), hv_buf_str(&w->errors));
	return 0;
}

int ask_run(struct world *w, struct hv_err *err)
{
	return run_with(w, NULL, err);
}

int ask_run_with_input(struct world *w, struct hv_err *err)
{
	return run_with(w, "hi", err);
}

int ask_run_twice(struct world *w, struct hv_err *err)
{
	const struct hv_client_command command = { .program = "hostname" };
	uint32_t exit_code = 0;
	HV_AUTO(client_shell) shell;

	if (hv_client_shell_open(&w->client, &shell, err) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (hv_client_shell_run(&shell, &command, &w->out, &w->errors, &exit_code, err) < 0)
			return -1;
	}
	hv_client_shell_close(&shell);
	hv_buf_addf(&w->recorder.log, "%s|%s\n", hv_buf_str(&w->out), hv_buf_str(&w->errors));
	return 0;
}

static void check_failure(const struct expectation *e, const struct hv_client_failure *failure)
{
	const struct hv_client_failure *expected = &e->failure;

	if (failure->trouble != expected->trouble || failure->is_fault != expected->is_fault ||
		failure->fault != expected->fault ||
		(failure->advice != NULL) != (expected->advice != NULL) ||
		failure->advice_is_local != expected->advice_is_local)
		fail_msg("%s: trouble %d, fault %d (%d), advice \"%s\"", e->what,
			(int)failure->trouble, (int)failure->fault, (int)failure->is_fault,
			failure->advice ? failure->advice : "");
}

static void check_case(const struct expectation *e)
{
	struct hv_err err = HV_ERR_INIT;
	struct world w;
	int result;

	world_init(&w, e->script);
	w.now = e->begins_at;
	result = e->act(&w, &err);
	if ((result == 0) != (e->error == NULL) || !strstr(err.text, e->error ? e->error : ""))
		fail_msg("%s: %d, %s", e->what, result, err.text);
	if (strcmp(hv_buf_str(&w.log), e->log) != 0)
		fail_msg("%s: asked for\n%s", e->what, hv_buf_str(&w.log));
	if (strcmp(hv_buf_str(&w.recorder.log), e->poured ? e->poured : "") != 0)
		fail_msg("%s: poured\n%s", e->what, hv_buf_str(&w.recorder.log));
	if (w.count != e->count)
		fail_msg("%s: %zu", e->what, w.count);
	if (result < 0)
		check_failure(e, &w.client.failure);
	assert_int_equal(hv_err_is_set(&err), result < 0);
	assert_int_equal(w.client.counts.requests, w.posts);
	/* All that was scripted was asked for. */
	if (w.next < MAX_ANSWERS)
		assert_true(e->script[w.next].status == 0 &&
			    e->script[w.next].trouble == HV_TROUBLE_NONE);
	world_done(&w);
}

void check_cases(const struct expectation *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_case(&cases[i]);
}
