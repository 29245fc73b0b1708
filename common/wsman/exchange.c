/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all requests of a client have in common. */
#include "wsman/exchange.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "cim/xml-tree.h"

enum { TIMEOUT_MIN_MS = 500, TRACE_MAX = 4096 };

static hv_usec now(const struct hv_client *c)
{
	return c->config.deadline.now(c->config.deadline.state);
}

/* Made of a random seed and a counter, in the form of a random UUID [RFC 4122 4.4]. */
static void make_id(struct hv_client *c, char ret[HV_EXCHANGE_ID_MAX])
{
	const uint64_t high = c->config.id_seed[0];
	const uint64_t low = c->config.id_seed[1] + c->next_id++;
	const uint64_t variant = (low & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;

	(void)snprintf(ret, HV_EXCHANGE_ID_MAX,
		"uuid:%08" PRIX64 "-%04" PRIX64 "-4%03" PRIX64 "-%04" PRIX64 "-%012" PRIX64,
		high >> 32, (high >> 16) & 0xFFFF, high & 0xFFF, variant >> 48,
		variant & 0xFFFFFFFFFFFF);
}

static uint32_t timeout_ms(hv_usec left)
{
	const hv_usec ms = left / 1000;

	if (ms > HV_CLIENT_OPERATION_MS)
		return HV_CLIENT_OPERATION_MS;
	return ms < TIMEOUT_MIN_MS ? TIMEOUT_MIN_MS : (uint32_t)ms;
}

/* Closing is what the reserve is for; but it is not worth a new login. */
static int plan_time(struct hv_exchange *x, struct hv_err *err)
{
	struct hv_client *c = x->client;
	hv_usec end = c->config.deadline.at;
	hv_usec left;

	if (x->plan.closing && c->session->trouble != HV_TROUBLE_NONE)
		return hv_err_set(err, HV_ERR_IO, "%s: the session is gone", x->plan.name);
	if (!x->plan.closing)
		end = hv_usec_sub(end, c->config.reserve);
	left = hv_usec_sub(end, now(c));
	if (left > 0) {
		x->call.timeout_ms = timeout_ms(left);
		return 0;
	}
	if (!x->plan.closing)
		c->failure.trouble = HV_TROUBLE_TIMEOUT;
	return hv_err_set(err, HV_ERR_IO, "no time left for %s", x->plan.name);
}

int hv_exchange_begin(struct hv_exchange *x, struct hv_client *c,
	const struct hv_exchange_plan *plan, struct hv_err *err)
{
	*x = (struct hv_exchange){ .client = c, .plan = *plan };
	hv_buf_init(&x->request, HV_SOAP_MAX_REQUEST);
	if (!plan->closing)
		c->failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_NONE };
	make_id(c, x->id);
	x->call.to = c->config.url;
	x->call.message_id = x->id;
	return plan_time(x, err);
}

void hv_exchange_done(struct hv_exchange *x)
{
	if (!x)
		return;
	hv_buf_done(&x->request);
	hv_answer_done(&x->answer);
}

/* A host that has answered before is not behind a firewall: it is slow. */
static void note_trouble(struct hv_exchange *x)
{
	struct hv_client *c = x->client;
	const enum hv_trouble trouble = c->session->trouble;

	if (x->plan.closing)
		return;
	c->failure.trouble = trouble;
	if (trouble == HV_TROUBLE_TIMEOUT && c->counts.bytes_read > 0)
		return;
	c->failure.advice = hv_trouble_advice(trouble);
	c->failure.advice_is_local = hv_trouble_advice_is_local(trouble);
}

static void note_fault(struct hv_exchange *x)
{
	const struct hv_fault *fault = &x->fault;

	if (x->plan.closing)
		return;
	x->client->failure = (struct hv_client_failure){
		.is_fault = true,
		.fault = fault->kind,
		.advice = fault->info ? fault->info->advice : NULL,
	};
}

static int read_answer(
	struct hv_exchange *x, int status, const struct hv_buf *body, struct hv_err *err)
{
	struct hv_answer *answer = &x->answer;

	if (hv_answer_parse(answer, (const uint8_t *)body->data, body->len, err) < 0)
		return status == 200 ? -1 : hv_err_wrap(err, "HTTP status %d", status);
	if (hv_answer_check_relates(answer, x->id, err) < 0 ||
		hv_fault_read(answer, &x->is_fault, &x->fault, err) < 0)
		return -1;
	if (x->is_fault)
		hv_fault_narrow(&x->fault, x->plan.denied);
	if (status == 200 || x->is_fault)
		return 0;
	return hv_err_set(err, HV_ERR_FORMAT, "HTTP status %d with <%.64s> that is no fault",
		status, answer->body ? hv_xml_name(answer->body) : "");
}

/* status 0: there was no answer. */
static void trace(const struct hv_exchange *x, int status, size_t bytes_read, hv_usec duration,
	const struct hv_err *reason)
{
	const struct hv_trace *to = &x->client->config.trace;
	struct hv_err words = HV_ERR_INIT;
	HV_AUTO(buf) line = { .max = TRACE_MAX };

	if (!to->line)
		return;
	hv_buf_adds(&line, x->plan.name);
	if (x->plan.place)
		hv_buf_addf(&line, " %s", x->plan.place);
	if (x->plan.what)
		hv_buf_addf(&line, " %s", x->plan.what);
	hv_buf_adds(&line, ": ");
	if (status != 0)
		hv_buf_addf(&line, "HTTP %d, ", status);
	hv_buf_addf(&line, "%zu bytes sent, %zu read, %" PRId64 " ms", x->request.len, bytes_read,
		duration / 1000);
	if (x->is_fault)
		(void)hv_fault_to_err(&x->fault, &words);
	if (x->is_fault || hv_err_is_set(reason))
		hv_buf_addf(&line, ": %s", x->is_fault ? words.text : reason->text);
	to->line(to->ctx, hv_buf_str(&line));
}

int hv_exchange_post(struct hv_exchange *x, struct hv_err *err)
{
	struct hv_client *c = x->client;
	struct hv_err reason = HV_ERR_INIT;
	HV_AUTO(buf) body = { .max = HV_ANSWER_MAX_BYTES };
	const hv_usec start = now(c);
	hv_usec duration;
	int status = 0;
	int result;

	c->counts.requests++;
	c->counts.bytes_sent += x->request.len;
	result = hv_session_post(c->session, x->request.data, x->request.len, x->plan.repeat,
		&status, &body, &reason);
	duration = hv_usec_sub(now(c), start);
	c->counts.bytes_read += body.len;
	if (result < 0)
		note_trouble(x);
	else
		result = read_answer(x, status, &body, &reason);
	trace(x, status, body.len, duration, &reason);
	return result < 0 ? hv_err_set(err, reason.kind, "%s", reason.text) : 0;
}

bool hv_exchange_is_fault(const struct hv_exchange *x, enum hv_fault_kind kind)
{
	return x->is_fault && x->fault.kind == kind;
}

int hv_exchange_check(struct hv_exchange *x, struct hv_err *err)
{
	if (!x->is_fault)
		return 0;
	note_fault(x);
	return hv_fault_to_err(&x->fault, err);
}

int hv_exchange_run(struct hv_exchange *x, struct hv_err *err)
{
	return hv_exchange_post(x, err) < 0 ? -1 : hv_exchange_check(x, err);
}

void hv_exchange_close(struct hv_exchange *x)
{
	const int unheeded = hv_exchange_post(x, NULL);

	(void)unheeded;
}
