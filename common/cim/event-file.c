/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits a file of event XML into events, in one pass over the text. The file may be damaged
 * anywhere, so this is no XML parser: it finds where events begin and end, and leaves it to the
 * reader of one event to judge what lies between. */
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf.h"
#include "cim/event-xml.h"

enum {
	DAMAGE_TEXT_MAX = 512,
	SYSTEM_TIME_MAX = 64,
};

struct splitter {
	const char *text;
	size_t len;
	struct hv_sink *sink;
	struct hv_event_batch batch;
	struct hv_channels channels;
	bool in_event;
	size_t event_start;
	size_t nested; /* elements called Event inside of the event's payload */
	bool root_open, root_closed;
	size_t lost;
	const char *first_lost; /* why; NULL: nothing was lost */
};

struct tag {
	const char *name; /* local name; not NUL-terminated */
	size_t name_len;
	size_t end; /* offset behind '>' */
	bool is_end;
	bool is_empty; /* <x/> */
};

static void lose(struct splitter *s, const char *why)
{
	s->lost++;
	if (s->first_lost == NULL)
		s->first_lost = why;
}

static bool starts_with(const struct splitter *s, size_t pos, const char *prefix)
{
	const size_t len = strlen(prefix);

	return s->len - pos >= len && memcmp(s->text + pos, prefix, len) == 0;
}

/* Offset behind the next `close` from pos on; 0 when there is none. */
static size_t find_close(const struct splitter *s, size_t pos, const char *close)
{
	const char *found = memmem(s->text + pos, s->len - pos, close, strlen(close));

	return found == NULL ? 0 : (size_t)(found - s->text) + strlen(close);
}

/* The tag at pos ('<'). False when no '>' ends it before the next '<', which XML forbids even in
 * quotes. */
static bool read_tag(const struct splitter *s, size_t pos, struct tag *ret)
{
	size_t i = pos + 1;
	char quote = '\0';
	const char *colon;

	*ret = (struct tag){ .is_end = i < s->len && s->text[i] == '/' };
	i += ret->is_end;
	ret->name = s->text + i;
	while (i < s->len && s->text[i] != '\0' && strchr(" \t\r\n/><", s->text[i]) == NULL)
		i++;
	ret->name_len = (size_t)(s->text + i - ret->name);
	colon = memchr(ret->name, ':', ret->name_len);
	if (colon != NULL) {
		ret->name_len -= (size_t)(colon + 1 - ret->name);
		ret->name = colon + 1;
	}
	for (; i < s->len && s->text[i] != '<'; i++) {
		const char c = s->text[i];

		if (quote == '\0' && c == '>') {
			ret->is_empty = s->text[i - 1] == '/';
			ret->end = i + 1;
			return true;
		}
		if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (c == quote)
			quote = '\0';
	}
	return false;
}

static bool tag_is(const struct tag *tag, const char *name)
{
	return tag->name_len == strlen(name) && memcmp(tag->name, name, tag->name_len) == 0;
}

/* The value of SystemTime="..."; the payload comes behind System, so the first one counts. */
bool hv_event_xml_time(const char *xml, size_t len, hv_usec *ret)
{
	static const char key[] = "SystemTime=";
	const char *p = memmem(xml, len, key, sizeof(key) - 1);
	char text[SYSTEM_TIME_MAX];
	const char *close;

	if (p == NULL || (size_t)(xml + len - p) <= sizeof(key))
		return false;
	p += sizeof(key) - 1;
	close = memchr(p + 1, *p, (size_t)(xml + len - (p + 1)));
	if (close == NULL || (size_t)(close - (p + 1)) >= sizeof(text))
		return false;
	memcpy(text, p + 1, (size_t)(close - (p + 1)));
	text[close - (p + 1)] = '\0';
	return hv_time_parse_iso(text, ret, NULL) == 0;
}

static void note_time(struct splitter *s, const char *xml, size_t len)
{
	hv_usec time;

	if (!hv_event_xml_time(xml, len, &time))
		return;
	if (!s->batch.oldest.known || time < s->batch.oldest.usec)
		s->batch.oldest = (struct hv_time){ .usec = time, .known = true };
	if (!s->batch.newest.known || time > s->batch.newest.usec)
		s->batch.newest = (struct hv_time){ .usec = time, .known = true };
}

static int give_event(struct splitter *s, size_t end, struct hv_err *err)
{
	const char *xml = s->text + s->event_start;
	const size_t len = end - s->event_start;

	s->in_event = false;
	if (len > HV_EVENT_MAX_XML) {
		lose(s, "an event is too large");
		return 0;
	}
	s->batch.records++;
	note_time(s, xml, len);
	hv_channels_note_xml(&s->channels, xml, len);
	return s->sink->event(s->sink->ctx, xml, len, err);
}

/* Whether the next element from pos on is System: so begins an event, and no payload does. */
static bool system_follows(const struct splitter *s, size_t pos)
{
	struct tag tag;

	while (pos < s->len && s->text[pos] != '\0' && strchr(" \t\r\n", s->text[pos]) != NULL)
		pos++;
	return pos < s->len && s->text[pos] == '<' && read_tag(s, pos, &tag) && !tag.is_end &&
	       tag_is(&tag, "System");
}

static int on_event_start(struct splitter *s, size_t pos, const struct tag *tag, struct hv_err *err)
{
	if (s->in_event && !system_follows(s, tag->end)) {
		s->nested += !tag->is_empty;
		return 0;
	}
	if (s->in_event)
		lose(s, "an event has no end");
	s->in_event = true;
	s->event_start = pos;
	s->nested = 0;
	return tag->is_empty ? give_event(s, tag->end, err) : 0;
}

static int on_event_end(struct splitter *s, const struct tag *tag, struct hv_err *err)
{
	if (!s->in_event) {
		lose(s, "an event has no beginning");
		return 0;
	}
	if (s->nested > 0) {
		s->nested--;
		return 0;
	}
	return give_event(s, tag->end, err);
}

static int on_tag(struct splitter *s, size_t pos, const struct tag *tag, struct hv_err *err)
{
	if (tag_is(tag, "Event"))
		return tag->is_end ? on_event_end(s, tag, err) : on_event_start(s, pos, tag, err);
	if (tag_is(tag, "Events") && !s->in_event) {
		s->root_open = true;
		s->root_closed = tag->is_end || tag->is_empty;
	}
	return 0;
}

/* Comments, CDATA sections and processing instructions hold no tags. Returns the offset behind the
 * one at pos, pos when there is none, the end of the text when it is not closed. */
static size_t skip_section(struct splitter *s, size_t pos)
{
	static const struct {
		const char *open;
		const char *close;
	} sections[] = {
		{ "<!--", "-->" },
		{ "<![CDATA[", "]]>" },
		{ "<?", "?>" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(sections); i++) {
		size_t end;

		if (!starts_with(s, pos, sections[i].open))
			continue;
		end = find_close(s, pos + strlen(sections[i].open), sections[i].close);
		if (end == 0 && !s->in_event)
			lose(s, "a comment or CDATA section has no end");
		return end == 0 ? s->len : end;
	}
	return pos;
}

static int split(struct splitter *s, struct hv_err *err)
{
	size_t pos = 0;

	while (pos < s->len) {
		const char *open = memchr(s->text + pos, '<', s->len - pos);
		struct tag tag;
		size_t end;

		if (open == NULL)
			break;
		pos = (size_t)(open - s->text);
		end = skip_section(s, pos);
		if (end > pos) {
			pos = end;
			continue;
		}
		if (starts_with(s, pos, "<!DOCTYPE"))
			return hv_err_set(err, HV_ERR_FORMAT,
				"it has a document type declaration, which is refused");
		if (!read_tag(s, pos, &tag)) {
			pos++;
			continue;
		}
		if (on_tag(s, pos, &tag, err) < 0)
			return -1;
		pos = tag.end;
	}
	if (s->in_event)
		lose(s, "the file ends inside an event");
	return 0;
}

static int finish(struct splitter *s, struct hv_err *err)
{
	HV_AUTO(buf) damage;

	hv_buf_init(&damage, DAMAGE_TEXT_MAX);
	if (s->batch.records == 0 && !s->root_open)
		return hv_err_set(err, HV_ERR_FORMAT, "there is no event in it (%s)",
			s->first_lost != NULL ? s->first_lost : "no <Event> element");
	if (s->lost > 0)
		hv_buf_addf(&damage, "%zu %s could not be read, %zu %s (first: %s)", s->lost,
			s->lost == 1 ? "record" : "records", s->batch.records,
			s->batch.records == 1 ? "was" : "were", s->first_lost);
	else if (s->root_open && !s->root_closed)
		hv_buf_addf(&damage, "the file ends early; %zu %s read", s->batch.records,
			s->batch.records == 1 ? "record was" : "records were");
	if (damage.len > 0)
		s->batch.damage = hv_buf_str(&damage);
	s->batch.channel = hv_channels_only(&s->channels);
	s->batch.channels = &s->channels;
	return s->sink->events(s->sink->ctx, &s->batch, err);
}

int hv_event_xml_file(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
	struct hv_sink *sink, struct hv_err *err)
{
	HV_AUTO(string) text = NULL;
	struct splitter s = {
		.sink = sink,
		.batch = { .origin = origin, .read_at = read_at },
	};

	if (len > HV_EVENT_FILE_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "%s: %zu bytes, at most %d are read", origin,
			len, (int)HV_EVENT_FILE_MAX);
	if (len == 0)
		return hv_err_set(err, HV_ERR_FORMAT, "%s: the file is empty", origin);
	if (hv_text_decode(bytes, len, HV_EVENT_FILE_MAX, &text, &s.len, err) < 0)
		return hv_err_wrap(err, "%s", origin);
	s.text = text;
	if (split(&s, err) < 0 || finish(&s, err) < 0)
		return hv_err_wrap(err, "%s", origin);
	return 0;
}
