/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout of the component XML is not documented. So the text is walked without knowledge of its
 * names: an item is a child of the outermost element with all that stands in it, or an outermost
 * element that holds none. What cannot be read, and any HRESULT that is not zero, counts against
 * the VM. */
#include "check/backup-components.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"

enum {
	ITEM_DEPTH = 2, /* the outermost element is 1 */
	TAG_NAME_MAX = 128,
	CAPTION_MAX = HV_COMPONENT_MAX_NAME + 16,
	HRESULT_MAX = 16, /* characters of a number that can be one */
};

/* Who is looked for. */
struct subject {
	const char *id;
	char online[CAPTION_MAX]; /* "": by name it cannot be found */
	char offline[CAPTION_MAX];
};

struct item {
	bool names_vm;
	bool has_error;
	uint32_t hresult; /* the first error; 0: none, or not a number */
};

struct walk {
	const struct subject *subject;
	const char *pos;
	size_t depth;
	struct { /* name of an open element; borrowed from the text */
		const char *name;
		size_t len;
	} open[HV_COMPONENT_MAX_DEPTH];
	struct item outer; /* attributes and text of the outermost element itself */
	struct item item;
	bool outer_has_item_error;
	bool found, refuted;
	uint32_t hresult; /* the first error of an item that names the VM; 0: none */
};

struct span {
	const char *start;
	size_t len;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static struct span trim(struct span s)
{
	while (s.len > 0 && is_space(s.start[0])) {
		s.start++;
		s.len--;
	}
	while (s.len > 0 && is_space(s.start[s.len - 1]))
		s.len--;
	return s;
}

/* "0", "0x0", "0x00000000". */
static bool is_zero(struct span s)
{
	s = trim(s);
	if (s.len > 2 && s.start[0] == '0' && (s.start[1] == 'x' || s.start[1] == 'X')) {
		s.start += 2;
		s.len -= 2;
	}
	for (size_t i = 0; i < s.len; i++) {
		if (s.start[i] != '0')
			return false;
	}
	return s.len > 0;
}

/* HResult, DetailedHResult, HRESULT2 ... */
static bool is_hresult_name(struct span name)
{
	char text[TAG_NAME_MAX];

	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.start, name.len);
	text[name.len] = '\0';
	return hv_utf8_casestr(text, "hresult") != NULL;
}

bool hv_backup_hresult(const char *text, uint32_t *ret)
{
	uint64_t code;
	int64_t number;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		if (hv_parse_hex_u64(text, UINT32_MAX, &code, NULL) < 0)
			return false;
		*ret = (uint32_t)code;
		return true;
	}
	if (hv_parse_i64(text, INT32_MIN, UINT32_MAX, &number, NULL) < 0)
		return false;
	*ret = (uint32_t)number;
	return true;
}

/* 0 when it is no number. */
static uint32_t hresult_of(struct span s)
{
	char text[HRESULT_MAX];
	uint32_t code = 0;

	s = trim(s);
	if (s.len >= sizeof(text))
		return 0;
	memcpy(text, s.start, s.len);
	text[s.len] = '\0';
	return hv_backup_hresult(text, &code) ? code : 0;
}

static const char *const entities[][2] = {
	{ "&amp;", "&" },
	{ "&lt;", "<" },
	{ "&gt;", ">" },
	{ "&quot;", "\"" },
	{ "&apos;", "'" },
};

/* Decodes the five entities of XML. False when the text does not fit. */
static bool decode(struct span s, char *ret, size_t size)
{
	size_t len = 0;

	while (s.len > 0) {
		char c = s.start[0];
		size_t taken = 1;

		for (size_t i = 0; c == '&' && i < HV_ARRAY_LEN(entities); i++) {
			size_t n = strlen(entities[i][0]);

			if (s.len >= n && memcmp(s.start, entities[i][0], n) == 0) {
				c = entities[i][1][0];
				taken = n;
				break;
			}
		}
		if (len + 1 >= size)
			return false;
		ret[len++] = c;
		s.start += taken;
		s.len -= taken;
	}
	ret[len] = '\0';
	return true;
}

static bool names_guid(struct span s, const char *id)
{
	size_t n = strlen(id);

	for (size_t i = 0; n > 0 && i + n <= s.len; i++) {
		size_t j = 0;

		while (j < n &&
			(s.start[i + j] == id[j] || (id[j] >= 'A' && id[j] <= 'F' &&
							    s.start[i + j] == id[j] - 'A' + 'a')))
			j++;
		if (j == n && (i == 0 || !is_hex_digit(s.start[i - 1])) &&
			(i + n == s.len || !is_hex_digit(s.start[i + n])))
			return true;
	}
	return false;
}

static bool names_subject(struct span value, const struct subject *subject)
{
	char text[CAPTION_MAX];

	if (names_guid(value, subject->id))
		return true;
	if (subject->online[0] == '\0' || !decode(trim(value), text, sizeof(text)))
		return false;
	return hv_utf8_caseeq(text, subject->online) || hv_utf8_caseeq(text, subject->offline);
}

/* A value, under the name of its attribute or element. */
static void see(struct walk *w, struct span name, struct span value)
{
	struct item *item = w->depth >= ITEM_DEPTH ? &w->item : &w->outer;

	if (is_hresult_name(name) && !is_zero(value)) {
		item->has_error = true;
		if (item->hresult == 0)
			item->hresult = hresult_of(value);
	}
	if (names_subject(value, w->subject))
		item->names_vm = true;
}

static void close_item(struct walk *w)
{
	if (w->item.names_vm && w->item.has_error) {
		w->refuted = true;
		if (w->hresult == 0)
			w->hresult = w->item.hresult;
	}
	if (w->item.names_vm)
		w->found = true;
	w->outer_has_item_error |= w->item.has_error;
	w->item = (struct item){ .names_vm = false };
}

/* An error of the outermost element is one of all its items; an outermost element that names the VM
 * answers for all of them. */
static void close_outer(struct walk *w)
{
	if (w->outer.has_error || (w->outer.names_vm && w->outer_has_item_error))
		w->refuted = true;
	if (w->outer.names_vm && w->hresult == 0)
		w->hresult = w->outer.hresult;
	if (w->outer.names_vm)
		w->found = true;
	w->outer = (struct item){ .names_vm = false };
	w->outer_has_item_error = false;
}

static bool close_element(struct walk *w)
{
	if (w->depth == 0)
		return false;
	if (w->depth == ITEM_DEPTH)
		close_item(w);
	if (w->depth == 1)
		close_outer(w);
	w->depth--;
	return true;
}

static struct span take_name(struct walk *w)
{
	struct span name = { .start = w->pos };

	while (*w->pos != '\0' && !is_space(*w->pos) && strchr("=/<>\"'", *w->pos) == NULL)
		w->pos++;
	name.len = (size_t)(w->pos - name.start);
	return name;
}

static void skip_space(struct walk *w)
{
	while (is_space(*w->pos))
		w->pos++;
}

static bool take_attribute(struct walk *w)
{
	struct span name = take_name(w);
	struct span value;
	const char *end;

	skip_space(w);
	if (name.len == 0 || *w->pos != '=')
		return false;
	w->pos++;
	skip_space(w);
	if (*w->pos != '"' && *w->pos != '\'')
		return false;
	end = strchr(w->pos + 1, *w->pos);
	if (end == NULL)
		return false;
	value = (struct span){ .start = w->pos + 1, .len = (size_t)(end - w->pos - 1) };
	see(w, name, value);
	w->pos = end + 1;
	return true;
}

static bool take_start_tag(struct walk *w)
{
	struct span name = take_name(w);

	if (name.len == 0 || w->depth >= HV_COMPONENT_MAX_DEPTH)
		return false;
	w->open[w->depth].name = name.start;
	w->open[w->depth].len = name.len;
	w->depth++;
	for (;;) {
		skip_space(w);
		if (*w->pos == '>') {
			w->pos++;
			return true;
		}
		if (w->pos[0] == '/' && w->pos[1] == '>') {
			w->pos += 2;
			return close_element(w);
		}
		if (!take_attribute(w))
			return false;
	}
}

static bool take_end_tag(struct walk *w)
{
	struct span name = take_name(w);

	skip_space(w);
	if (*w->pos != '>' || w->depth == 0 || name.len != w->open[w->depth - 1].len ||
		memcmp(name.start, w->open[w->depth - 1].name, name.len) != 0)
		return false;
	w->pos++;
	return close_element(w);
}

static bool take_text(struct walk *w)
{
	struct span text = { .start = w->pos, .len = strcspn(w->pos, "<") };

	w->pos += text.len;
	if (trim(text).len == 0)
		return true;
	if (w->depth == 0)
		return false;
	see(w,
		(struct span){
			.start = w->open[w->depth - 1].name, .len = w->open[w->depth - 1].len },
		text);
	return true;
}

/* False when the text is not well-formed, as far as this matters. Comments and declarations are not
 * expected. */
static bool walk_text(struct walk *w)
{
	while (*w->pos != '\0') {
		bool good;

		if (w->pos[0] != '<') {
			good = take_text(w);
		} else if (w->pos[1] == '/') {
			w->pos += 2;
			good = take_end_tag(w);
		} else {
			w->pos++;
			good = take_start_tag(w);
		}
		if (!good)
			return false;
	}
	return w->depth == 0;
}

static bool set_captions(struct subject *subject, const char *vm_name)
{
	int online = snprintf(subject->online, sizeof(subject->online), "%s(Online)", vm_name);
	int offline = snprintf(subject->offline, sizeof(subject->offline), "%s(Offline)", vm_name);

	return online > 0 && (size_t)online < sizeof(subject->online) && offline > 0 &&
	       (size_t)offline < sizeof(subject->offline);
}

bool hv_backup_succeeded(const struct hv_event *e)
{
	for (size_t i = 0; i < e->field_count; i++) {
		const struct hv_event_field *f = &e->fields[i];

		if (f->value != NULL && hv_utf8_caseeq(f->name, "HRESULT"))
			return is_zero((struct span){ .start = f->value, .len = strlen(f->value) });
	}
	return false;
}

/* Older releases write a mere number to ComponentStatus. */
static bool holds_components(const struct hv_event_field *f)
{
	return f->value != NULL && strchr(f->value, '<') != NULL &&
	       (hv_utf8_caseeq(f->name, "ComponentInfo") ||
		       hv_utf8_caseeq(f->name, "ComponentStatus"));
}

static enum hv_backup_mention look_at(
	const struct hv_event *e, const char *vm_id, const char *vm_name, uint32_t *ret_hresult)
{
	struct subject subject = { .id = vm_id };
	bool found = false, refuted = false;
	uint32_t hresult = 0;

	if (vm_name != NULL && (vm_name[0] == '\0' || !set_captions(&subject, vm_name)))
		subject.online[0] = '\0';
	for (size_t i = 0; i < e->field_count; i++) {
		const struct hv_event_field *f = &e->fields[i];
		struct walk w = { .subject = &subject, .pos = f->value };

		if (!holds_components(f))
			continue;
		if (!walk_text(&w))
			return HV_BACKUP_NOT_NAMED;
		found |= w.found;
		refuted |= w.refuted;
		if (hresult == 0)
			hresult = w.hresult;
	}
	if (hresult != 0) {
		*ret_hresult = hresult;
		return HV_BACKUP_REFUSED;
	}
	return found && !refuted ? HV_BACKUP_COVERED : HV_BACKUP_NOT_NAMED;
}

bool hv_backup_covers(const struct hv_event *e, const char *vm_id, const char *vm_name)
{
	uint32_t unused;

	return look_at(e, vm_id, vm_name, &unused) == HV_BACKUP_COVERED;
}

/* Whether no other VM has this one's name, as far as the host and its events tell. */
static bool has_unique_name(const struct hv_host *host, const char *vm_id, const char *name)
{
	for (size_t i = 0; i < host->vm_count; i++) {
		const struct hv_vm *vm = &host->vms[i];

		if (strcmp(vm->id, vm_id) != 0 && hv_utf8_caseeq(vm->name, name))
			return false;
	}
	HV_FOREACH_EVENT (e, host) {
		if (e->vm_id != NULL && e->vm_name != NULL && strcmp(e->vm_id, vm_id) != 0 &&
			hv_utf8_caseeq(e->vm_name, name))
			return false;
	}
	return true;
}

enum hv_backup_mention hv_backup_mention(const struct hv_host *host, const struct hv_event *e,
	const char *vm_id, const char *vm_name, uint32_t *ret_hresult)
{
	uint32_t hresult = 0, unused;
	const enum hv_backup_mention by_both = look_at(e, vm_id, vm_name, &hresult);

	if (by_both == HV_BACKUP_NOT_NAMED)
		return by_both;
	if (vm_name != NULL && look_at(e, vm_id, NULL, &unused) == HV_BACKUP_NOT_NAMED &&
		!has_unique_name(host, vm_id, vm_name))
		return HV_BACKUP_NOT_NAMED;
	if (by_both == HV_BACKUP_REFUSED)
		*ret_hresult = hresult;
	return by_both;
}
