/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of the transport: their names, and which of them is due. */
#include "inject.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"

enum { WHAT_MAX = 64 };

static const struct {
	const char *name;
	unsigned int kind;
} KINDS[] = {
	{ "drop", SIM_INJECT_DROP },
	{ "hang", SIM_INJECT_HANG },
	{ "401", SIM_INJECT_401 },
	{ "400", SIM_INJECT_400 },
	{ "503", SIM_INJECT_503 },
	{ "empty-500", SIM_INJECT_EMPTY_500 },
	{ "garbage", SIM_INJECT_GARBAGE },
	{ "html", SIM_INJECT_HTML },
	{ "huge", SIM_INJECT_HUGE },
	{ "truncate", SIM_INJECT_TRUNCATE },
	{ "wrong-length", SIM_INJECT_WRONG_LENGTH },
	{ "wrong-multipart", SIM_INJECT_WRONG_MULTIPART },
	{ "plain", SIM_INJECT_PLAIN },
	{ "bad-seal", SIM_INJECT_BAD_SEAL },
	{ "utf16", SIM_INJECT_UTF16 },
	{ "chunked", SIM_INJECT_CHUNKED },
	{ "tab", SIM_INJECT_TAB },
};

static int parse_delay(const char *ms, struct sim_inject *ret, struct hv_err *err)
{
	uint64_t value;

	if (hv_parse_u64(ms, 0, SIM_INJECT_DELAY_MAX_MS, &value, err))
		return hv_err_wrap(err, "delay");
	ret->kind = SIM_INJECT_DELAY;
	ret->delay_ms = (unsigned int)value;
	return 0;
}

static int parse_kind(const char *what, struct sim_inject *ret, struct hv_err *err)
{
	if (strncmp(what, "delay:", 6) == 0)
		return parse_delay(what + 6, ret, err);
	for (size_t i = 0; i < HV_ARRAY_LEN(KINDS); i++) {
		if (strcmp(what, KINDS[i].name) == 0) {
			ret->kind = KINDS[i].kind;
			return 0;
		}
	}
	return hv_err_set(err, HV_ERR_ARGUMENT, "no fault is called \"%s\"", what);
}

int sim_inject_parse(const char *text, struct sim_inject *ret, struct hv_err *err)
{
	const char *at = strchr(text, '@');
	struct sim_inject inject = { .at = 0 };
	HV_AUTO(buf) what = { .max = WHAT_MAX };
	uint64_t n = 0;

	hv_buf_add(&what, text, at ? (size_t)(at - text) : strlen(text));
	if (hv_buf_failed(&what))
		return hv_err_set(err, HV_ERR_ARGUMENT, "no fault is called \"%.100s\"", text);
	if (at && hv_parse_u64(at + 1, 1, SIZE_MAX, &n, err))
		return hv_err_wrap(err, "%s", text);
	inject.at = (size_t)n;
	if (parse_kind(hv_buf_str(&what), &inject, err))
		return -1;
	*ret = inject;
	return 0;
}

unsigned int sim_inject_at(
	const struct sim_inject *list, size_t count, size_t n, unsigned int *ret_delay_ms)
{
	unsigned int kinds = 0;
	unsigned int delay_ms = 0;

	for (size_t i = 0; i < count; i++) {
		if (list[i].at != 0 && list[i].at != n)
			continue;
		kinds |= list[i].kind;
		delay_ms += list[i].delay_ms;
	}
	*ret_delay_ms = delay_ms;
	return kinds;
}
