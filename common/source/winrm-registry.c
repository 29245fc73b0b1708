/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/winrm-registry.h"

#include <inttypes.h>

#include "base/arena.h"
#include "cim/bag-make.h"

#define LOCAL_MACHINE "2147483650" /* HKEY_LOCAL_MACHINE [StdRegProv] */
#define KEY           "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

/* What the methods return: error codes of Windows [StdRegProv]. */
enum { REG_OK = 0, REG_NOT_FOUND = 2, REG_ACCESS_DENIED = 5 };

enum { ANSWER_MAX = 64 * 1024 };

static const struct value {
	const char *name;
	const char *method;
	const char *output; /* parameter that brings it */
} VALUES[] = {
	{ "CurrentBuildNumber", "GetStringValue", "sValue" },
	{ "UBR", "GetDWORDValue", "uValue" },
	{ "ProductName", "GetStringValue", "sValue" },
};

struct answer {
	const struct value *value;
	struct hv_arena *arena;
	const char *text; /* NULL: the host does not have the value */
};

static int refuse(const struct value *value, uint64_t code, struct hv_err *err)
{
	if (code == REG_ACCESS_DENIED)
		return hv_err_set(err, HV_ERR_MISSING,
			"access to the value %s of HKLM\\" KEY
			" was denied (on the host: give the account the right to read this key)",
			value->name);
	return hv_err_set(err, HV_ERR_MISSING,
		"the value %s of HKLM\\" KEY " could not be read (%s returned %" PRIu64 ")",
		value->name, value->method, code);
}

static int take_answer(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct answer *answer = ctx;
	const struct value *value = answer->value;
	const char *text;
	uint64_t code;

	if (!hv_bag_u64(bag, "ReturnValue", &code))
		return hv_err_set(err, HV_ERR_FORMAT, "%s: expected a ReturnValue", value->method);
	if (code == REG_NOT_FOUND)
		return 0;
	if (code != REG_OK)
		return refuse(value, code, err);
	if (!hv_bag_told(bag, value->output))
		return 0;
	if (!hv_bag_string(bag, value->output, &text))
		return hv_err_set(err, HV_ERR_FORMAT, "%s: expected a text as %s", value->method,
			value->output);
	answer->text = hv_arena_strdup(answer->arena, text);
	return answer->text == NULL ? hv_err_no_memory(err) : 0;
}

static int ask_value(struct hv_winrm *w, struct answer *answer, struct hv_err *err)
{
	static const struct hv_soap_object provider = {
		.ns = HV_NS_CIMV2,
		.class_name = "StdRegProv",
	};
	const struct hv_soap_parameter parameters[] = {
		{ .name = "hDefKey", .value = LOCAL_MACHINE },
		{ .name = "sSubKeyName", .value = KEY },
		{ .name = "sValueName", .value = answer->value->name },
	};
	const struct hv_sink sink = { .ctx = answer, .bag = take_answer };

	return hv_client_invoke(&w->client, &provider, answer->value->method, parameters,
		HV_ARRAY_LEN(parameters), &sink, err);
}

int hv_winrm_ask_current_version(
	struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = p, .bag = hv_winrm_pour };
	struct hv_bag_text properties[HV_ARRAY_LEN(VALUES)];
	HV_AUTO(arena) arena = { .max = ANSWER_MAX };
	bool told = false;

	(void)host;
	for (size_t i = 0; i < HV_ARRAY_LEN(VALUES); i++) {
		struct answer answer = { .value = &VALUES[i], .arena = &arena };

		if (ask_value(p->r->w, &answer, err) < 0)
			return -1;
		properties[i] =
			(struct hv_bag_text){ .name = VALUES[i].name, .value = answer.text };
		told = told || answer.text != NULL;
	}
	if (!told)
		return 0;
	return hv_bag_pour_texts(
		&sink, p->info->ns, p->info->class_name, properties, HV_ARRAY_LEN(properties), err);
}
