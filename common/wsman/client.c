/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WMI: enumerations with all their pages, single instances, methods. */
#include "wsman/client.h"

#include "wsman/element.h"
#include "wsman/exchange.h"
#include "wsman/paging.h"

void hv_client_init(
	struct hv_client *c, const struct hv_client_config *config, struct hv_session *session)
{
	*c = (struct hv_client){ .session = session, .config = *config };
}

/* Texts of the answer to the caller's arena */
static int keep_identity(
	struct hv_arena *arena, struct hv_answer_identity *identity, struct hv_err *err)
{
	identity->vendor = hv_arena_strdup(arena, identity->vendor);
	identity->version = hv_arena_strdup(arena, identity->version);
	identity->os = hv_arena_strdup(arena, identity->os);
	identity->stack = hv_arena_strdup(arena, identity->stack);
	return hv_arena_failed(arena) ? hv_err_no_memory(err) : 0;
}

int hv_client_identify(struct hv_client *c, struct hv_arena *arena, struct hv_answer_identity *ret,
	struct hv_err *err)
{
	const struct hv_exchange_plan plan = { .name = "Identify", .repeat = HV_REPEAT_SAFE };
	struct hv_answer_identity identity;
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, c, &plan, err) < 0 || hv_soap_identify(&x.request, err) < 0 ||
		hv_exchange_run(&x, err) < 0 || hv_answer_identity(&x.answer, &identity, err) < 0 ||
		keep_identity(arena, &identity, err) < 0)
		return -1;
	*ret = identity;
	return 0;
}

struct enumeration {
	struct hv_client *client;
	const char *ns;
	const char *class_name;
	const char *wql;
	const struct hv_sink *sink;
	struct hv_paging paging;
};

static struct hv_exchange_plan plan_of(
	const struct enumeration *e, const char *name, enum hv_repeat repeat)
{
	return (struct hv_exchange_plan){
		.name = name,
		.place = e->ns,
		.what = e->class_name,
		.repeat = repeat,
	};
}

/* The context comes before the rows: when one of these fails, it is there to be released. */
static int take_page(struct enumeration *e, struct hv_answer *answer, struct hv_err *err)
{
	const struct _xmlNode *items = NULL;
	struct hv_answer_page page;

	if (hv_answer_page(answer, &items, &page, err) < 0 ||
		hv_paging_turn(&e->paging, page.context, err) < 0 ||
		hv_answer_instances(answer, e->ns, e->class_name, e->sink, &page, err) < 0)
		return -1;
	return hv_paging_count(&e->paging, page.count, HV_CLIENT_MAX_ROWS, err);
}

static int begin_enumeration(struct enumeration *e, struct hv_err *err)
{
	const struct hv_exchange_plan plan = plan_of(e, "Enumerate", HV_REPEAT_SAFE);
	HV_AUTO(buf) wql = { .max = HV_SOAP_MAX_REQUEST };
	HV_AUTO(exchange) x;

	if (e->wql != NULL)
		hv_buf_adds(&wql, e->wql);
	else
		hv_buf_addf(&wql, "SELECT * FROM %s", e->class_name);
	if (hv_exchange_begin(&x, e->client, &plan, err) < 0)
		return -1;
	if (hv_buf_failed(&wql))
		return hv_err_no_memory(err);
	if (hv_soap_enumerate(&x.request, &x.call, e->ns, hv_buf_str(&wql), err) < 0 ||
		hv_exchange_run(&x, err) < 0)
		return -1;
	return take_page(e, &x.answer, err);
}

/* A pull moves the context on: rows of an answer that was lost do not come again. */
static int pull(struct enumeration *e, struct hv_err *err)
{
	const struct hv_exchange_plan plan = plan_of(e, "Pull", HV_REPEAT_NEVER);
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, e->client, &plan, err) < 0 ||
		hv_soap_pull(&x.request, &x.call, e->ns, hv_buf_str(&e->paging.context), err) < 0 ||
		hv_exchange_run(&x, err) < 0)
		return -1;
	return take_page(e, &x.answer, err);
}

static void release(struct enumeration *e)
{
	struct hv_exchange_plan plan = plan_of(e, "Release", HV_REPEAT_SAFE);
	const char *context = hv_buf_str(&e->paging.context);
	HV_AUTO(exchange) x;

	plan.closing = true;
	if (hv_exchange_begin(&x, e->client, &plan, NULL) == 0 &&
		hv_soap_release(&x.request, &x.call, e->ns, context, NULL) == 0)
		hv_exchange_close(&x);
}

static bool has_failed_by(const struct hv_client *c, enum hv_fault_kind kind)
{
	return c->failure.is_fault && c->failure.fault == kind;
}

static int read_pages(struct enumeration *e, struct hv_err *err)
{
	int result;

	hv_paging_restart(&e->paging);
	result = begin_enumeration(e, err);
	while (result == 0 && hv_paging_goes_on(&e->paging))
		result = pull(e, err);
	if (hv_paging_goes_on(&e->paging) && !has_failed_by(e->client, HV_FAULT_CONTEXT_LOST))
		release(e);
	return result;
}

static bool is_worth_another_attempt(const struct enumeration *e)
{
	return e->paging.items == 0 && (has_failed_by(e->client, HV_FAULT_ABORTED) ||
					       has_failed_by(e->client, HV_FAULT_CONTEXT_LOST));
}

int hv_client_enumerate(struct hv_client *c, const char *ns, const char *class_name,
	const char *wql, const struct hv_sink *sink, size_t *ret_rows, struct hv_err *err)
{
	struct enumeration e = {
		.client = c, .ns = ns, .class_name = class_name, .wql = wql, .sink = sink
	};
	struct hv_err reason = HV_ERR_INIT;
	int result;

	hv_paging_init(&e.paging);
	result = read_pages(&e, &reason);
	if (result < 0 && is_worth_another_attempt(&e)) {
		hv_err_clear(&reason);
		result = read_pages(&e, &reason);
	}
	if (result == 0)
		*ret_rows = e.paging.items;
	else
		(void)hv_err_set(err, reason.kind, "%s", reason.text);
	hv_paging_done(&e.paging);
	return result;
}

int hv_client_get(struct hv_client *c, const struct hv_soap_object *object,
	const struct hv_sink *sink, struct hv_err *err)
{
	const struct hv_exchange_plan plan = {
		.name = "Get",
		.place = object->ns,
		.what = object->class_name,
		.repeat = HV_REPEAT_SAFE,
	};
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, c, &plan, err) < 0 ||
		hv_soap_get(&x.request, &x.call, object, err) < 0 || hv_exchange_run(&x, err) < 0)
		return -1;
	return hv_answer_instance(&x.answer, sink, err);
}

int hv_client_invoke(struct hv_client *c, const struct hv_soap_object *object, const char *method,
	const struct hv_soap_parameter *parameters, size_t parameter_count,
	const struct hv_sink *sink, struct hv_err *err)
{
	const struct hv_exchange_plan plan = {
		.name = method,
		.place = object->ns,
		.what = object->class_name,
		.repeat = HV_REPEAT_NEVER,
	};
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, c, &plan, err) < 0 ||
		hv_soap_invoke(&x.request, &x.call, object, method, parameters, parameter_count,
			err) < 0 ||
		hv_exchange_run(&x, err) < 0)
		return -1;
	return hv_answer_instance(&x.answer, sink, err);
}
