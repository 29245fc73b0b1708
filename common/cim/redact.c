/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of a capture is walked several times: names that stand in places of their own are
 * collected, those of virtual machines first, as files and folders are called like these. Then all
 * texts are redacted once for the names that are found in them, which may stand earlier elsewhere,
 * and once for good. */
#include "cim/redact.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/capture-json.h"
#include "cim/json.h"
#include "cim/kvp-item.h"
#include "cim/redact-dump.h"
#include "cim/redact-path.h"
#include "cim/redact-pattern.h"
#include "cim/redact-role.h"
#include "cim/redact-text.h"

#define BLANK_TEXT "redacted"

enum { MAX_MARKUP_DEPTH = 4 }; /* XML within a text of XML */

enum stage {
	COLLECT_VMS,
	COLLECT_NAMES,
	FIND_NAMES, /* as REPLACE, but the tree stays as it is */
	REPLACE,
};

struct redactor {
	struct hv_words words;
	enum stage stage;
	const char *class_name;
	enum hv_redact_role guest_role; /* of the data of the guest's item that is being read */
	bool is_guest_data;             /* these are what is being read */
	struct hv_buf parameter;        /* the one before, of an event whose fields have no names */
	size_t markup_depth;
	struct hv_buf text;
	struct hv_kvp_item item;
};

static bool is_collecting(const struct redactor *r)
{
	return r->stage == COLLECT_VMS || r->stage == COLLECT_NAMES;
}

static bool is_name_role(enum hv_redact_role role)
{
	return role >= HV_ROLE_VM;
}

static void collect(struct redactor *r, enum hv_redact_role role, const char *value)
{
	const bool is_wanted = (role == HV_ROLE_VM) == (r->stage == COLLECT_VMS);

	if (is_name_role(role) && is_wanted && hv_role_is_name(value))
		(void)hv_role_add(&r->words, role, value);
}

/* "Microsoft.PowerShell.Core\FileSystem::E:\x", as Get-Acl writes it */
static void redact_whole_path(struct redactor *r, const char *value, struct hv_buf *out)
{
	const char *colons = strstr(value, "::");
	const char *path = colons != NULL ? colons + 2 : value;

	hv_buf_add(out, value, (size_t)(path - value));
	hv_redact_path(&r->words, path, strlen(path), out);
}

static void redact_value(
	struct redactor *r, enum hv_redact_role role, const char *value, struct hv_buf *out)
{
	if (role == HV_ROLE_KEEP || value[0] == '\0')
		hv_buf_adds(out, value);
	else if (role == HV_ROLE_BLANK)
		hv_buf_adds(out, BLANK_TEXT);
	else if (role == HV_ROLE_SIDS)
		hv_redact_sids(&r->words, value, out);
	else if (role == HV_ROLE_PATH)
		redact_whole_path(r, value, out);
	else if (is_name_role(role) && hv_role_is_name(value))
		hv_buf_adds(out, hv_role_add(&r->words, role, value));
	else if (role != HV_ROLE_MAC || hv_redact_mac(&r->words, value, strlen(value), out) == 0)
		hv_redact_text(&r->words, value, out);
}

static bool is_parameter(const struct hv_markup_field *field)
{
	return field->attribute.len == 0 &&
	       ((hv_markup_is_name(field->element, "Data") && field->title.len == 0) ||
		       hv_utf8_caseprefix(field->element.start, "Parameter") > 0);
}

/* Inserts begin with the virtual machine's name and its id. */
static void collect_parameter(struct redactor *r, const char *value)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	if (hv_guid_normalise(value, strlen(value), guid))
		collect(r, HV_ROLE_VM, hv_buf_str(&r->parameter));
	hv_buf_clear(&r->parameter);
	hv_buf_adds(&r->parameter, value);
}

static void collect_part(struct redactor *r, const char *start, size_t len)
{
	const char *name = hv_arena_strndup(&r->words.arena, start, len);

	if (name != NULL)
		collect(r, HV_ROLE_VM, name);
}

/* "'NAME' ... (Virtual machine ID GUID)": languages differ in the quotes. */
static void collect_message(struct redactor *r, const char *message)
{
	static const struct {
		const char *open, *close;
	} quotes[] = { { "'", "'" }, { "\"", "\"" }, { "\u201E", "\u201C" }, { "\u201C", "\u201D" },
		{ "\u2018", "\u2019" } };
	const char *id = strrchr(message, '(');
	char guid[HV_GUID_TEXT_LEN + 1];

	if (id == NULL || !hv_guid_find(id, guid))
		return;
	for (size_t i = 0; i < HV_ARRAY_LEN(quotes); i++) {
		const char *open = strstr(message, quotes[i].open);
		const char *name = open != NULL ? open + strlen(quotes[i].open) : NULL;
		const char *close = name != NULL ? strstr(name, quotes[i].close) : NULL;

		if (close != NULL && close < id && close - name <= HV_WORD_MAX) {
			collect_part(r, name, (size_t)(close - name));
			return;
		}
	}
}

/* "NAME(Online)", as the backup's components are called. */
static void collect_caption(struct redactor *r, const char *value)
{
	static const char *const endings[] = { "(Online)", "(Offline)" };
	const size_t len = strlen(value);

	for (size_t i = 0; i < HV_ARRAY_LEN(endings); i++) {
		const size_t n = strlen(endings[i]);

		if (len > n && len - n <= HV_WORD_MAX && strcmp(value + len - n, endings[i]) == 0)
			collect_part(r, value, len - n);
	}
}

static void walk_markup(struct redactor *r, const char *text, struct hv_buf *out);

/* An item's data stand in the VALUE of the PROPERTY of this name [DSP0201]. */
static enum hv_redact_role field_role(struct redactor *r, const struct hv_markup_field *field)
{
	if (hv_markup_is_name(field->element, "PROPERTY") &&
		hv_markup_is_name(field->attribute, "NAME"))
		r->is_guest_data = strcmp(field->value, "Data") == 0;
	if (r->is_guest_data && hv_markup_is_name(field->element, "VALUE"))
		return r->guest_role;
	return hv_role_of_field(field);
}

static void visit_field(void *ctx, const struct hv_markup_field *field, struct hv_buf *out)
{
	struct redactor *r = ctx;
	const enum hv_redact_role role = field_role(r, field);

	if (r->markup_depth < MAX_MARKUP_DEPTH && role != HV_ROLE_KEEP &&
		hv_markup_is(field->value)) {
		walk_markup(r, field->value, out);
		return;
	}
	if (!is_collecting(r)) {
		redact_value(r, role, field->value, out);
		return;
	}
	collect(r, role, field->value);
	if (r->stage == COLLECT_VMS && role == HV_ROLE_TEXT) {
		if (is_parameter(field))
			collect_parameter(r, field->value);
		else if (hv_markup_is_name(field->element, "Message"))
			collect_message(r, field->value);
		collect_caption(r, field->value);
	}
}

static void walk_markup(struct redactor *r, const char *text, struct hv_buf *out)
{
	const struct hv_markup_visitor visitor = { .ctx = r, .visit = visit_field };

	r->markup_depth++;
	hv_markup_walk(text, &visitor, out);
	r->markup_depth--;
}

/* The name of a guest's item says what its data are. */
static void note_item(struct redactor *r, const char *text)
{
	r->guest_role = HV_ROLE_TEXT;
	r->is_guest_data = false;
	if (strstr(text, "Msvm_KvpExchangeDataItem") == NULL)
		return;
	if (hv_kvp_item_parse(&r->item, text, NULL) == 0)
		r->guest_role = hv_role_of_kvp(r->item.name);
}

/* One string of the tree. */
static int walk_string(
	struct redactor *r, enum hv_redact_role role, json_t *value, struct hv_err *err)
{
	const char *text = json_string_value(value);

	hv_buf_clear(&r->text);
	if (role == HV_ROLE_TEXT && hv_markup_is(text)) {
		note_item(r, text);
		hv_buf_clear(&r->parameter);
		walk_markup(r, text, &r->text);
	} else if (is_collecting(r)) {
		collect(r, role, text);
	} else {
		redact_value(r, role, text, &r->text);
	}
	if (hv_buf_failed(&r->text) || hv_buf_failed(&r->parameter))
		return hv_err_no_memory(err);
	/* What stays keeps its memory too: the name of the class is borrowed while it is walked. */
	if (r->stage != REPLACE || strcmp(hv_buf_str(&r->text), text) == 0)
		return 0;
	return json_string_setn(value, hv_buf_str(&r->text), r->text.len) < 0
		       ? hv_err_no_memory(err)
		       : 0;
}

static int walk_value(struct redactor *r, const json_t *owner, const char *property, json_t *value,
	struct hv_err *err);

/* Recursion is bounded by the depth that captures may have. */
static int walk_object(
	struct redactor *r, const char *class_name, json_t *object, struct hv_err *err)
{
	const char *outer = r->class_name;
	const char *property;
	json_t *value;

	r->class_name = class_name;
	json_object_foreach(object, property, value)
	{
		if (walk_value(r, object, property, value, err) < 0)
			return -1;
	}
	r->class_name = outer;
	return 0;
}

static int walk_value(struct redactor *r, const json_t *owner, const char *property, json_t *value,
	struct hv_err *err)
{
	if (json_is_string(value))
		return walk_string(
			r, hv_role_of_property(r->class_name, owner, property), value, err);
	if (json_is_object(value))
		return walk_object(r, property, value, err);
	for (size_t i = 0; i < json_array_size(value); i++)
		if (walk_value(r, owner, property, json_array_get(value, i), err) < 0)
			return -1;
	return 0;
}

/* Members of the capture itself: of the root, of a class, of an event log. */
static enum hv_redact_role role_of_member(const char *key)
{
	static const char *const kept[] = { "channel", "class", "format", "namespace", "newest",
		"oldest", "producer", "read_at", "taken_at" };

	for (size_t i = 0; i < HV_ARRAY_LEN(kept); i++)
		if (strcmp(key, kept[i]) == 0)
			return HV_ROLE_KEEP;
	return strcmp(key, "computer_name") == 0 ? HV_ROLE_HOST : HV_ROLE_TEXT;
}

static int walk_members(struct redactor *r, json_t *object, struct hv_err *err);

/* Instances, events, classes and event logs: objects of each list are walked alike. */
static int walk_list(struct redactor *r, const char *key, json_t *list, struct hv_err *err)
{
	const bool of_blocks = strcmp(key, "classes") == 0 || strcmp(key, "event_logs") == 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *element = json_array_get(list, i);
		int rc;

		if (!json_is_object(element))
			rc = walk_value(r, NULL, "", element, err);
		else if (of_blocks)
			rc = walk_members(r, element, err);
		else
			rc = walk_object(r, r->class_name, element, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* The root, a class or an event log. */
static int walk_members(struct redactor *r, json_t *object, struct hv_err *err)
{
	const char *class_name = json_string_value(json_object_get(object, "class"));
	const char *key;
	json_t *value;

	r->class_name = class_name != NULL ? class_name : "";
	json_object_foreach(object, key, value)
	{
		int rc;

		if (json_is_string(value))
			rc = walk_string(r, role_of_member(key), value, err);
		else if (json_is_array(value))
			rc = walk_list(r, key, value, err);
		else
			rc = walk_value(r, object, key, value, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int walk_capture(struct redactor *r, json_t *root, struct hv_err *err)
{
	for (enum stage stage = COLLECT_VMS; stage <= REPLACE; stage++) {
		r->stage = stage;
		if (walk_members(r, root, err) < 0 || hv_words_check(&r->words, err) < 0)
			return -1;
		hv_words_sort(&r->words);
	}
	return hv_words_check(&r->words, err);
}

static int check_format(const json_t *root, struct hv_err *err)
{
	const char *format = json_string_value(json_object_get(root, "format"));

	if (format == NULL || strcmp(format, HV_CAPTURE_FORMAT) != 0)
		return hv_err_set(err, HV_ERR_FORMAT,
			"the capture: expected an object with \"format\": \"" HV_CAPTURE_FORMAT
			"\"");
	return 0;
}

int hv_redact(const char *json, size_t len, struct hv_buf *out, struct hv_err *err)
{
	struct redactor r = { .class_name = "" };
	HV_AUTO(json) root = NULL;
	int rc;

	if (hv_json_load((const uint8_t *)json, len, "the capture", &root, err) < 0 ||
		check_format(root, err) < 0)
		return -1;
	hv_words_init(&r.words);
	hv_kvp_item_init(&r.item);
	hv_buf_init(&r.text, HV_CAPTURE_MAX_BYTES);
	hv_buf_init(&r.parameter, HV_CAPTURE_MAX_BYTES);
	rc = walk_capture(&r, root, err);
	hv_buf_done(&r.parameter);
	hv_buf_done(&r.text);
	hv_kvp_item_done(&r.item);
	hv_words_done(&r.words);
	if (rc < 0)
		return -1;
	hv_redact_dump(out, root);
	hv_buf_adds(out, "\n");
	if (out->overflow)
		return hv_err_set(err, HV_ERR_LIMIT,
			"the redacted capture is larger than %zu bytes", out->max);
	return hv_buf_failed(out) ? hv_err_no_memory(err) : 0;
}
