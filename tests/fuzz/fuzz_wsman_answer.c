/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of a host, asked for everything that an answer may be. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "cim/builder.h"
#include "wsman/answer.h"
#include "wsman/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	if (text != NULL && !hv_utf8_valid(text, strlen(text)))
		abort();
}

/* An error has its text, and the next question starts anew. */
static void check(int result, struct hv_err *err)
{
	if (result < 0 && !hv_err_is_set(err))
		abort();
	hv_err_clear(err);
}

static void ask_for_names(struct hv_answer *answer, struct hv_err *err)
{
	struct hv_answer_subscription subscription = { .identifier = NULL };
	struct hv_answer_identity identity = { .os = NULL };
	struct hv_fault fault;
	const char *id = NULL;
	bool is_fault;

	check(hv_fault_read(answer, &is_fault, &fault, err), err);
	check_text(fault.message);
	check_text(fault.subcode);
	check(hv_fault_to_err(&fault, err), err);
	check(hv_answer_subscribed(answer, &subscription, err), err);
	check_text(subscription.identifier);
	check(hv_answer_identity(answer, &identity, err), err);
	check_text(identity.os);
	check(hv_answer_shell_id(answer, &id, err), err);
	check_text(id);
	check(hv_answer_command_id(answer, &id, err), err);
	check_text(id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_answer_output output;
	struct hv_answer_page page;
	struct hv_builder builder;
	struct hv_sink sink;
	HV_AUTO(answer) answer;
	HV_AUTO(buf) out;
	HV_AUTO(host) host;

	hv_host_init(&host);
	hv_builder_init(&builder, &host, HV_SEC_EVENTS | HV_SEC_VOLUMES, NULL);
	sink = hv_builder_sink(&builder);
	hv_buf_init(&out, HV_ANSWER_MAX_BYTES);
	if (hv_answer_parse(&answer, data, size, &err) < 0) {
		check(-1, &err);
		return 0;
	}
	ask_for_names(&answer, &err);
	check(hv_answer_instances(&answer, HV_NS_CIMV2, "Win32_Volume", &sink, &page, &err), &err);
	check(hv_answer_events(&answer, &sink, &page, &err), &err);
	check(hv_answer_instance(&answer, &sink, &err), &err);
	check(hv_answer_output(&answer, "C", &out, &out, &output, &err), &err);
	return 0;
}
