/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wevtutil qe: events of one channel as text. */
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "call.h"
#include "event-filter.h"
#include "event-text.h"
#include "program.h"

/* Win32 errors that it ends with. [MS-ERREF 2.2] */
enum {
	ERROR_ACCESS_DENIED = 5,
	ERROR_INVALID_PARAMETER = 87,
	ERROR_EVT_INVALID_QUERY = 15001,
	ERROR_EVT_CHANNEL_NOT_FOUND = 15007,
};

struct arguments {
	const char *channel;
	const char *query;
	const char *root; /* NULL: none around the events */
	uint64_t count;
	bool rendered, unicode, newest_first;
};

static bool read_bool(const char *text, bool *ret)
{
	*ret = hv_utf8_caseeq(text, "true");
	return *ret || hv_utf8_caseeq(text, "false");
}

static bool read_format(const char *text, bool *ret_rendered)
{
	*ret_rendered = hv_utf8_caseeq(text, "RenderedXml");
	return *ret_rendered || hv_utf8_caseeq(text, "xml");
}

/* The value behind "/q:" or its long form; NULL when the argument is another one. */
static const char *value_of(const char *argument, const char *brief, const char *full)
{
	const char *const names[] = { brief, full };

	if (argument[0] != '/' && argument[0] != '-')
		return NULL;
	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		const size_t len = hv_utf8_caseprefix(argument + 1, names[i]);

		if (len > 0 && argument[1 + len] == ':')
			return argument + len + 2;
	}
	return NULL;
}

static bool read_argument(const char *argument, struct arguments *a)
{
	const char *value;

	if ((value = value_of(argument, "q", "query")) != NULL) {
		a->query = value;
		return true;
	}
	if ((value = value_of(argument, "f", "format")) != NULL)
		return read_format(value, &a->rendered);
	if ((value = value_of(argument, "uni", "unicode")) != NULL)
		return read_bool(value, &a->unicode);
	if ((value = value_of(argument, "rd", "reversedirection")) != NULL)
		return read_bool(value, &a->newest_first);
	if ((value = value_of(argument, "c", "count")) != NULL)
		return hv_parse_u64(value, 1, UINT32_MAX, &a->count, NULL) == 0;
	if ((value = value_of(argument, "e", "element")) != NULL) {
		a->root = value;
		return value[0] != '\0';
	}
	return value_of(argument, "l", "locale") != NULL;
}

static bool read_arguments(const char *const *words, size_t count, struct arguments *a)
{
	*a = (struct arguments){ .query = "*", .count = UINT64_MAX };
	if (count < 2 ||
		(!hv_utf8_caseeq(words[0], "qe") && !hv_utf8_caseeq(words[0], "query-events")))
		return false;
	a->channel = words[1];
	for (size_t i = 2; i < count; i++)
		if (!read_argument(words[i], a))
			return false;
	return true;
}

static void fail(struct sim_program_output *output, uint32_t code, const char *text)
{
	hv_buf_addf(&output->errors, "%s\r\n", text);
	output->exit_code = code;
}

static void add_unit(struct hv_buf *out, uint32_t unit)
{
	hv_buf_addc(out, (char)(unit & 0xFF));
	hv_buf_addc(out, (char)(unit >> 8 & 0xFF));
}

/* As UTF-16LE, or in a code page that knows no more than ASCII. */
static void write_text(struct hv_buf *out, bool unicode, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t c = '?';
		const size_t n = hv_utf8_decode(text + i, len - i, &c);

		i += n > 0 ? n : 1;
		if (!unicode) {
			hv_buf_addc(out, c < 0x80 ? (char)c : '?');
		} else if (c < 0x10000) {
			add_unit(out, c);
		} else {
			add_unit(out, 0xD800 + ((c - 0x10000) >> 10));
			add_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
		}
	}
}

static void write_tag(struct hv_buf *out, const struct arguments *a, const char *open)
{
	if (a->root == NULL)
		return;
	write_text(out, a->unicode, open, strlen(open));
	write_text(out, a->unicode, a->root, strlen(a->root));
	write_text(out, a->unicode, ">\r\n", 3);
}

static void write_event(
	struct hv_buf *out, const struct arguments *a, const struct sim_event *event)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, SIM_ANSWER_MAX);
	sim_event_text(&text, event, a->rendered);
	hv_buf_adds(&text, "\r\n");
	write_text(out, a->unicode, hv_buf_str(&text), text.len);
	if (hv_buf_failed(&text))
		out->failed = true;
}

static void write_events(const struct sim_host *host, const struct arguments *a,
	const struct sim_filter *filter, struct hv_buf *out)
{
	const struct sim_store *store = &host->store;
	uint64_t written = 0;

	if (a->unicode)
		add_unit(out, 0xFEFF);
	write_tag(out, a, "<");
	for (size_t i = 0; i < store->event_count && written < a->count; i++) {
		const struct sim_event *event =
			&store->events[a->newest_first ? store->event_count - 1 - i : i];

		if (!hv_utf8_caseeq(event->channel, a->channel) ||
			!sim_filter_matches(filter, event, store->taken_at))
			continue;
		write_event(out, a, event);
		written++;
	}
	write_tag(out, a, "</");
}

void sim_wevtutil(const struct sim_host *host, struct hv_arena *arena, const char *const *arguments,
	size_t count, struct sim_program_output *output)
{
	const struct sim_channel *channel;
	struct sim_filter filter;
	struct arguments a;

	if (!read_arguments(arguments, count, &a)) {
		fail(output, ERROR_INVALID_PARAMETER, "Falscher Parameter.");
		return;
	}
	if (host->denied & SIM_DENY_EVENTS) {
		fail(output, ERROR_ACCESS_DENIED, "Zugriff verweigert");
		return;
	}
	channel = sim_store_channel(&host->store, a.channel);
	if (channel == NULL || !channel->readable || (host->denied & SIM_NO_CHANNEL)) {
		fail(output, ERROR_EVT_CHANNEL_NOT_FOUND,
			"Der angegebene Kanal wurde nicht gefunden.");
		return;
	}
	if (!sim_filter_parse(&filter, arena, a.query)) {
		fail(output, ERROR_EVT_INVALID_QUERY, "Die angegebene Abfrage ist ungültig.");
		return;
	}
	write_events(host, &a, &filter, &output->out);
}
