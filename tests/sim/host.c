/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host: which operation a request is, and the envelope around its answer. */
#include "host.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "cim/instance-xml.h"
#include "escape.h"
#include "objects.h"
#include "wsman/uri.h"

#define RESPONSE "Response"

enum { HEADER_MAX = 1 << 20 };

/* Namespaces that an answer declares, each in its place. */
enum { NS_X = 1 << 0, NS_E = 1 << 1, NS_N = 1 << 2, NS_RSP = 1 << 3, NS_P = 1 << 4 };

static const struct operation {
	const char *action;
	const char *resource; /* URI; NULL: a class of WMI */
	unsigned int namespaces;
	void (*answer)(struct sim_call *call);
} operations[] = {
	{ HV_URI_N "/Enumerate", NULL, NS_N, sim_enumerate },
	{ HV_URI_N "/Pull", NULL, NS_N, sim_pull },
	{ HV_URI_N "/Release", NULL, NS_N, sim_release },
	{ HV_URI_X "/Get", NULL, NS_X, sim_get },
	{ HV_URI_E "/Subscribe", HV_URI_EVENTLOG, NS_E | NS_N, sim_subscribe },
	{ HV_URI_N "/Pull", HV_URI_EVENTLOG, NS_E | NS_N, sim_pull_events },
	{ HV_URI_E "/Unsubscribe", HV_URI_EVENTLOG, NS_E, sim_unsubscribe },
	{ HV_URI_X "/Create", HV_URI_SHELL, NS_X | NS_RSP | NS_P, sim_shell_create },
	{ HV_URI_RSP "/Command", HV_URI_SHELL, NS_X | NS_RSP | NS_P, sim_shell_command },
	{ HV_URI_RSP "/Send", HV_URI_SHELL, NS_X | NS_RSP | NS_P, sim_shell_send },
	{ HV_URI_RSP "/Receive", HV_URI_SHELL, NS_RSP | NS_P, sim_shell_receive },
	{ HV_URI_RSP "/Signal", HV_URI_SHELL, NS_X | NS_RSP | NS_P, sim_shell_signal },
	{ HV_URI_X "/Delete", HV_URI_SHELL, NS_P, sim_shell_delete },
};

static const struct operation method = { "", NULL, NS_X, sim_invoke };

static const struct {
	unsigned int bit;
	const char *declaration;
} declarations[] = {
	{ NS_X, " xmlns:x=\"" HV_URI_X "\"" },
	{ NS_E, " xmlns:e=\"" HV_URI_E "\"" },
	{ NS_N, " xmlns:n=\"" HV_URI_N "\"" },
	{ NS_RSP, " xmlns:rsp=\"" HV_URI_RSP "\"" },
	{ NS_P, " xmlns:p=\"" HV_URI_P "\"" },
};

/* Release, version and service pack as Identify tells them. */
static const char *version_of(const struct sim_host *host)
{
	const char *version =
		sim_store_text(&host->store, HV_NS_CIMV2, "Win32_OperatingSystem", "Version");

	if (version != NULL)
		return version;
	switch (host->generation) {
	case SIM_2008_R2:
		return "6.1.7601";
	case SIM_2012:
		return "6.2.9200";
	case SIM_2012_R2:
		return "6.3.9600";
	}
	return "";
}

static enum sim_generation guess_generation(const struct sim_store *store)
{
	const char *version =
		sim_store_text(store, HV_NS_CIMV2, "Win32_OperatingSystem", "Version");

	if (sim_store_has_namespace(store, HV_NS_V2))
		return version != NULL && strncmp(version, "6.2.", 4) == 0 ? SIM_2012 : SIM_2012_R2;
	return sim_store_has_namespace(store, HV_NS_V1) ? SIM_2008_R2 : SIM_2012_R2;
}

int sim_host_new(const struct sim_host_config *config, struct sim_host **ret, struct hv_err *err)
{
	struct sim_host *host = hv_alloc(sizeof(*host));

	if (host == NULL)
		return hv_err_no_memory(err);
	if (sim_store_load(&host->store, config->capture, err) < 0) {
		sim_host_free(host);
		return -1;
	}
	host->generation =
		config->guess_generation ? guess_generation(&host->store) : config->generation;
	host->denied = config->denied;
	host->page_chars = config->page_chars > 0 ? config->page_chars : SIM_PAGE_CHARS;
	host->plain_enumerate = config->plain_enumerate;
	host->endless = config->endless;
	host->german = config->german;
	if (sim_snapshots_init(host, &config->snapshots, err) < 0) {
		sim_host_free(host);
		return -1;
	}
	*ret = host;
	return 0;
}

void sim_host_free(struct sim_host *host)
{
	if (host == NULL)
		return;
	sim_enumerations_done(&host->enumerations);
	sim_subscriptions_done(&host->subscriptions);
	sim_shells_done(&host->shells);
	sim_snapshots_done(&host->snapshots);
	sim_store_done(&host->store);
	hv_free(host);
}

const struct sim_counters *sim_host_counters(const struct sim_host *host)
{
	return &host->counters;
}

/* Numbers in a row, scattered so that no client takes one id for another [splitmix64]. */
static uint64_t scatter(uint64_t x)
{
	x += 0x9E3779B97F4A7C15U;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
	x = (x ^ x >> 27) * 0x94D049BB133111EBU;
	return x ^ x >> 31;
}

void sim_host_id(struct sim_host *host, const char *prefix, char ret[SIM_ID_MAX])
{
	const uint64_t high = scatter(host->next_id);
	const uint64_t low = host->next_id++;

	if (snprintf(ret, SIM_ID_MAX, "%s%08X-%04X-4%03X-%04X-%012llX", prefix,
		    (unsigned int)(high >> 32), (unsigned int)(high >> 16 & 0xFFFF),
		    (unsigned int)(high & 0xFFF), 0x8000U,
		    (unsigned long long)(low & 0xFFFFFFFFFFFFU)) >= SIM_ID_MAX)
		ret[0] = '\0';
}

/* MaxConcurrentOperationsPerUser. */
bool sim_call_takes_operation(struct sim_call *call)
{
	const struct sim_host *host = call->host;
	const size_t max = host->generation == SIM_2008_R2 ? 15 : 1500;

	if ((host->denied & SIM_QUOTA_OPERATIONS) ||
		host->enumerations.count + host->subscriptions.count >= max)
		sim_call_refuse(call, SIM_FAULT_QUOTA_OPERATIONS, "");
	return call->fault == SIM_FAULT_NONE;
}

/* MaxEnvelopeSizekb */
static uint64_t max_envelope(const struct sim_host *host)
{
	return host->generation == SIM_2008_R2 ? 153600 : 512000;
}

static const struct operation *find_operation(struct sim_call *call)
{
	const struct sim_request *request = call->request;
	const bool is_wmi = hv_utf8_caseprefix(request->resource, HV_WMI_URI_PREFIX) > 0;
	bool is_resource = is_wmi;

	if (sim_is_method(call))
		return &method;
	for (size_t i = 0; i < HV_ARRAY_LEN(operations); i++) {
		const struct operation *o = &operations[i];
		const bool fits = o->resource != NULL
					  ? hv_utf8_caseeq(o->resource, request->resource)
					  : is_wmi;

		is_resource = is_resource || fits;
		if (fits && strcmp(o->action, request->action) == 0)
			return o;
	}
	sim_call_refuse(call, is_resource ? SIM_FAULT_ACTION : SIM_FAULT_NO_RESOURCE, "");
	return NULL;
}

static void open_envelope(struct hv_buf *out, unsigned int namespaces)
{
	hv_buf_adds(out, "<s:Envelope xml:lang=\"de-DE\" xmlns:s=\"" HV_URI_S
			 "\" xmlns:a=\"" HV_URI_A "\" xmlns:w=\"" HV_URI_W "\"");
	for (size_t i = 0; i < HV_ARRAY_LEN(declarations); i++)
		if (namespaces & declarations[i].bit)
			hv_buf_adds(out, declarations[i].declaration);
	hv_buf_addc(out, '>');
}

static void add_header(struct sim_call *call, struct hv_buf *out, const char *action,
	const char *suffix, unsigned int namespaces)
{
	const bool has_activity = (namespaces & NS_P) && call->host->generation == SIM_2012_R2;
	char id[SIM_ID_MAX];

	sim_host_id(call->host, "uuid:", id);
	hv_buf_adds(out, "<s:Header><a:Action>");
	sim_escape(out, action);
	hv_buf_addf(out, "%s</a:Action><a:MessageID>%s</a:MessageID>", suffix, id);
	if (has_activity) {
		sim_host_id(call->host, "", id);
		hv_buf_addf(out, "<p:ActivityId>%s</p:ActivityId>", id);
	}
	hv_buf_add(out, hv_buf_str(&call->header), call->header.len);
	hv_buf_adds(out, "<a:To>" HV_URI_EPR "</a:To>");
	if (call->request->message_id[0] != '\0') {
		hv_buf_adds(out, "<a:RelatesTo>");
		sim_escape(out, call->request->message_id);
		hv_buf_adds(out, "</a:RelatesTo>");
	}
	hv_buf_adds(out, "</s:Header>");
}

static void write_fault(struct sim_call *call, struct hv_buf *out)
{
	const unsigned int namespaces = NS_X | NS_E | NS_N | NS_P;
	const struct sim_fault_place place = {
		.machine = call->host->store.computer_name,
		.detail = call->detail != NULL ? call->detail : "",
		.has_wmi_errors = call->host->generation != SIM_2008_R2,
	};

	call->host->counters.faults++;
	hv_buf_clear(&call->header);
	open_envelope(out, namespaces);
	add_header(call, out, sim_fault_action(call->fault), "", 0);
	hv_buf_adds(out, "<s:Body>");
	sim_fault_add(out, call->fault, &place);
	hv_buf_adds(out, "</s:Body></s:Envelope>");
}

static void write_answer(struct sim_call *call, struct hv_buf *out, const struct operation *o)
{
	open_envelope(out, o->namespaces);
	add_header(call, out, call->request->action, RESPONSE, o->namespaces);
	hv_buf_adds(out, "<s:Body>");
	hv_buf_add(out, hv_buf_str(&call->body), call->body.len);
	hv_buf_adds(out, "</s:Body></s:Envelope>");
}

/* Who has not logged in is not told which Windows it is. */
static void write_identity(const struct sim_host *host, bool identified, struct hv_buf *out)
{
	const char *version = version_of(host);
	const char *stack = host->generation == SIM_2008_R2 ? "2.0" : "3.0";
	const char *pack = strncmp(version, "6.1.7601", 8) == 0 ? "1.0" : "0.0";

	open_envelope(out, 0);
	hv_buf_adds(out, "<s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid=\"" HV_URI_ID
			 "\"><wsmid:ProtocolVersion>" HV_URI_W "</wsmid:ProtocolVersion>"
			 "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
			 "<wsmid:ProductVersion>OS: ");
	sim_escape(out, identified ? version : "0.0.0");
	hv_buf_addf(out,
		" SP: %s Stack: %s</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body>"
		"</s:Envelope>",
		identified ? pack : "0.0", stack);
}

static void update_counters(struct sim_host *host)
{
	host->counters.open_enumerations = host->enumerations.count;
	host->counters.open_subscriptions = host->subscriptions.count;
	host->counters.open_shells = host->shells.count;
	host->counters.open_commands = host->shells.command_count;
}

/* The answer to anything but Identify. */
static int answer(struct sim_call *call, bool identified, struct hv_buf *out)
{
	const struct operation *o = NULL;

	if (call->fault == SIM_FAULT_NONE && (!identified || (call->host->denied & SIM_DENY_WINRM)))
		sim_call_refuse(call, SIM_FAULT_ACCESS_DENIED, "");
	if (call->fault == SIM_FAULT_NONE)
		o = find_operation(call);
	if (o != NULL)
		o->answer(call);
	update_counters(call->host);
	if (call->fault != SIM_FAULT_NONE || o == NULL) {
		write_fault(call, out);
		return sim_fault_status(call->fault);
	}
	write_answer(call, out, o);
	return 200;
}

static bool has_failed(const struct sim_call *call, const struct hv_buf *out)
{
	return call->failed || hv_buf_failed(&call->body) || hv_buf_failed(&call->header) ||
	       hv_buf_failed(out) || hv_arena_failed(&call->request->arena);
}

int sim_host_answer(struct sim_host *host, bool identified, const char *soap, size_t len,
	int *ret_status, struct hv_buf *ret_body, struct hv_err *err)
{
	struct sim_request request;
	struct sim_call call = { .host = host, .request = &request, .detail = "" };
	int status = 200;
	int result;

	hv_buf_init(&call.header, HEADER_MAX);
	hv_buf_init(&call.body, SIM_ANSWER_MAX);
	result = sim_request_read(&request, soap, len, max_envelope(host), &call.fault, err);
	if (result == 0 && call.fault == SIM_FAULT_NONE && request.is_identify) {
		host->counters.identify++;
		write_identity(host, identified, ret_body);
	} else if (result == 0) {
		status = answer(&call, identified, ret_body);
	}
	if (result == 0 && has_failed(&call, ret_body))
		result = hv_err_no_memory(err);
	hv_buf_done(&call.header);
	hv_buf_done(&call.body);
	sim_request_done(&request);
	if (result == 0)
		*ret_status = status;
	return result;
}
