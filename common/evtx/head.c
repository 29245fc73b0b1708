/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The finder that locates provider, channel, event id and level in a template definition once, so
 * that most records are judged by looking at a few of their values. */
#include "evtx/head.h"

#include "base/alloc.h"

enum { LITERAL_MAX_DIGITS = 9 }; /* always fit uint32_t */

enum field {
	FIELD_PROVIDER,
	FIELD_CHANNEL,
	FIELD_EVENT_ID,
	FIELD_LEVEL,
	FIELD_RECORD_ID,
	FIELD_COUNT
};

/* Where a field's text comes from. Unusable: in a way that only expanding tells. */
enum place { PLACE_NONE, PLACE_LITERAL, PLACE_VALUE, PLACE_UNUSABLE };

struct located {
	enum place place;
	uint16_t index;      /* of the value */
	uint16_t dependency; /* of the field's element */
	struct hv_evtx_text literal;
};

struct hv_evtx_template {
	struct located fields[FIELD_COUNT];
};

/* The finder goes through the tokens of a definition in one loop; depth 1 is Event, 2 System, 3 its
 * fields. */
struct finder {
	struct hv_evtx_tokens t;
	struct located *fields;
	unsigned int depth;
	bool in_event;
	bool in_system;
	bool conditional;    /* System may be left out */
	enum field element;  /* the field whose element is open, or FIELD_COUNT */
	enum field target;   /* the field to which text belongs now, or FIELD_COUNT */
	uint16_t dependency; /* of the open element at depth 3 */
	bool in_provider;
};

static enum field field_of_element(struct hv_evtx_text name)
{
	static const struct {
		const char *name;
		enum field field;
	} elements[] = {
		{ "Channel", FIELD_CHANNEL },
		{ "EventID", FIELD_EVENT_ID },
		{ "Level", FIELD_LEVEL },
		{ "EventRecordID", FIELD_RECORD_ID },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(elements); i++) {
		if (hv_evtx_text_equals(name, elements[i].name))
			return elements[i].field;
	}
	return FIELD_COUNT;
}

static void open_field(struct finder *f, const struct hv_evtx_start *start)
{
	f->dependency = start->dependency;
	f->in_provider = hv_evtx_text_equals(start->name, "Provider");
	f->element = field_of_element(start->name);
	if (f->element < FIELD_COUNT && f->fields[f->element].place != PLACE_NONE)
		f->fields[f->element].place = PLACE_UNUSABLE;
}

static bool open_element(struct finder *f)
{
	struct hv_evtx_start start;

	if (!hv_evtx_read_start(&f->t, &start))
		return false;
	f->depth++;
	f->target = FIELD_COUNT;
	if (f->depth == 1) {
		f->in_event = hv_evtx_text_equals(start.name, "Event");
	} else if (f->depth == 2) {
		f->in_system = f->in_event && hv_evtx_text_equals(start.name, "System");
	} else if (f->depth == 3 && f->in_system) {
		open_field(f, &start);
	} else if (f->element < FIELD_COUNT) {
		f->fields[f->element].place = PLACE_UNUSABLE;
	}
	if (f->depth == 2 && f->in_system && start.dependency != HV_EVTX_NO_DEPENDENCY)
		f->conditional = true;
	return true;
}

static void close_element(struct finder *f)
{
	f->depth -= f->depth > 0;
	f->target = FIELD_COUNT;
	if (f->depth < 3) {
		f->element = FIELD_COUNT;
		f->in_provider = false;
	}
	if (f->depth < 2)
		f->in_system = false;
}

static bool open_attribute(struct finder *f)
{
	struct hv_evtx_text name;

	if (!hv_evtx_read_attribute(&f->t, &name))
		return false;
	f->target = FIELD_COUNT;
	if (f->in_provider && f->depth == 3 && hv_evtx_text_equals(name, "Name"))
		f->target = FIELD_PROVIDER;
	return true;
}

static void locate(struct finder *f, struct located found)
{
	struct located *field;

	if (f->target == FIELD_COUNT)
		return;
	field = &f->fields[f->target];
	found.dependency = f->dependency;
	if (field->place == PLACE_NONE)
		*field = found;
	else
		field->place = PLACE_UNUSABLE;
}

static bool find_in_value(struct finder *f)
{
	struct located found = { .place = PLACE_LITERAL };

	if (!hv_evtx_read_value_text(&f->t, &found.literal))
		return false;
	locate(f, found);
	return true;
}

static bool find_in_substitution(struct finder *f)
{
	struct hv_evtx_substitution substitution;

	if (!hv_evtx_read_substitution(&f->t, &substitution))
		return false;
	locate(f, (struct located){ .place = PLACE_VALUE, .index = substitution.index });
	return true;
}

static bool find_in_other_text(struct finder *f, enum hv_evtx_token token)
{
	struct hv_evtx_text text;
	uint32_t character;

	locate(f, (struct located){ .place = PLACE_UNUSABLE });
	if (token == HV_EVTX_TOKEN_CDATA)
		return hv_evtx_read_cdata(&f->t, &text);
	if (token == HV_EVTX_TOKEN_CHAR_REF)
		return hv_evtx_read_char_ref(&f->t, &character);
	return hv_evtx_read_entity_ref(&f->t, &text);
}

static bool close_start(struct finder *f)
{
	f->target = f->depth == 3 ? f->element : FIELD_COUNT;
	return hv_evtx_skip_token(&f->t);
}

static bool find_in_token(struct finder *f, enum hv_evtx_token token)
{
	switch (token) {
	case HV_EVTX_TOKEN_OPEN_START:
		return open_element(f);
	case HV_EVTX_TOKEN_CLOSE_START:
		return close_start(f);
	case HV_EVTX_TOKEN_CLOSE_EMPTY:
	case HV_EVTX_TOKEN_END:
		close_element(f);
		return hv_evtx_skip_token(&f->t);
	case HV_EVTX_TOKEN_ATTRIBUTE:
		return open_attribute(f);
	case HV_EVTX_TOKEN_VALUE:
		return find_in_value(f);
	case HV_EVTX_TOKEN_NORMAL_SUBSTITUTION:
	case HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION:
		return find_in_substitution(f);
	case HV_EVTX_TOKEN_CDATA:
	case HV_EVTX_TOKEN_CHAR_REF:
	case HV_EVTX_TOKEN_ENTITY_REF:
		return find_in_other_text(f, token);
	case HV_EVTX_TOKEN_PI_TARGET:
		return hv_evtx_read_pi(&f->t);
	case HV_EVTX_TOKEN_FRAGMENT:
		return hv_evtx_read_fragment_header(&f->t);
	case HV_EVTX_TOKEN_EOF:
	case HV_EVTX_TOKEN_PI_DATA:
	case HV_EVTX_TOKEN_TEMPLATE:
		break;
	}
	return false;
}

/* Fills fields from a definition; leaves the template without a usable field when it is not
 * understood. */
static void look_through(
	struct hv_evtx_template *template, struct hv_evtx_tokens definition, uint32_t *budget)
{
	struct finder f = {
		.t = definition,
		.fields = template->fields,
		.element = FIELD_COUNT,
		.target = FIELD_COUNT,
	};
	enum hv_evtx_token token = HV_EVTX_TOKEN_EOF;
	bool understood = true;

	while (understood && hv_evtx_peek(&f.t, &token) && token != HV_EVTX_TOKEN_EOF) {
		understood = *budget > 0 && find_in_token(&f, token);
		*budget -= *budget > 0;
	}
	if (!understood || token != HV_EVTX_TOKEN_EOF || f.conditional)
		*template = (struct hv_evtx_template){ .fields = { { .place = PLACE_NONE } } };
}

void hv_evtx_templates_init(struct hv_evtx_templates *t)
{
	t->provider =
		(struct hv_evtx_out){ .data = t->provider_text, .max = HV_EVTX_MAX_HEAD_TEXT };
	t->channel = (struct hv_evtx_out){ .data = t->channel_text, .max = HV_EVTX_MAX_HEAD_TEXT };
}

void hv_evtx_templates_done(struct hv_evtx_templates *t)
{
	hv_free(t->items);
	t->items = NULL;
}

void hv_evtx_templates_reset(struct hv_evtx_templates *t)
{
	if (t->count > 0)
		memset(t->slots, 0, sizeof(t->slots));
	t->count = 0;
}

/* *ret is NULL when there are too many templates. */
static int find_template(struct hv_evtx_templates *templates,
	const struct hv_evtx_instance *instance, uint32_t *budget,
	const struct hv_evtx_template **ret, struct hv_err *err)
{
	uint16_t *slot = &templates->slots[instance->offset];
	struct hv_evtx_template *added;

	*ret = NULL;
	if (*slot == 0 && templates->count < HV_EVTX_MAX_TEMPLATES) {
		if (hv_grow(&templates->items, &templates->capacity, templates->count + 1,
			    HV_EVTX_MAX_TEMPLATES, sizeof(*templates->items)))
			return hv_err_no_memory(err);
		added = &templates->items[templates->count++];
		*added = (struct hv_evtx_template){ .fields = { { .place = PLACE_NONE } } };
		look_through(added, instance->definition, budget);
		*slot = (uint16_t)templates->count;
	}
	if (*slot > 0)
		*ret = &templates->items[*slot - 1];
	return 0;
}

/* The value a field's text comes from; false when it is left out. */
static bool field_value(const struct located *field, const struct hv_evtx_instance *instance,
	struct hv_evtx_value *ret)
{
	if (!hv_evtx_instance_has(instance->values, instance->value_count, field->index))
		return false;
	*ret = instance->values[field->index];
	return true;
}

/* Whether the field's element is there at all. */
static bool is_present(const struct located *field, const struct hv_evtx_instance *instance)
{
	return field->dependency == HV_EVTX_NO_DEPENDENCY ||
	       hv_evtx_instance_has(instance->values, instance->value_count, field->dependency);
}

static bool field_text(
	const struct located *field, const struct hv_evtx_instance *instance, struct hv_evtx_out *o)
{
	struct hv_evtx_text text = field->literal;
	struct hv_evtx_value value;

	if (field->place == PLACE_VALUE &&
		(!field_value(field, instance, &value) ||
			!hv_evtx_value_string(instance->definition.c.data, &value, &text)))
		return false;
	if (field->place != PLACE_VALUE && field->place != PLACE_LITERAL)
		return false;
	o->len = 0;
	o->full = false;
	hv_evtx_out_plain(o, text);
	o->data[o->len] = '\0';
	return !o->full && is_present(field, instance);
}

static bool literal_number(struct hv_evtx_text text, uint64_t *ret)
{
	uint64_t v = 0;

	if (text.units == 0 || text.units > LITERAL_MAX_DIGITS)
		return false;
	for (size_t i = 0; i < text.units; i++) {
		uint8_t c = text.bytes[2 * i];

		if (text.bytes[2 * i + 1] != 0 || c < '0' || c > '9')
			return false;
		v = v * 10 + (uint64_t)(c - '0');
	}
	*ret = v;
	return true;
}

static bool field_number(const struct located *field, const struct hv_evtx_instance *instance,
	uint64_t max, uint64_t *ret)
{
	struct hv_evtx_value value;
	bool found = false;

	switch (field->place) {
	case PLACE_LITERAL:
		found = literal_number(field->literal, ret);
		break;
	case PLACE_VALUE:
		found = field_value(field, instance, &value) &&
			hv_evtx_value_number(instance->definition.c.data, &value, ret);
		break;
	case PLACE_NONE:
	case PLACE_UNUSABLE:
		break;
	}
	return found && *ret <= max && is_present(field, instance);
}

static bool fill_head(struct hv_evtx_templates *templates, const struct hv_evtx_template *template,
	const struct hv_evtx_instance *instance, struct hv_evtx_head *ret)
{
	const struct located *fields = template->fields;
	uint64_t event_id = 0;
	uint64_t level = 0;

	if (!field_number(&fields[FIELD_EVENT_ID], instance, UINT32_MAX, &event_id) ||
		!field_number(&fields[FIELD_LEVEL], instance, UINT32_MAX, &level) ||
		!field_text(&fields[FIELD_PROVIDER], instance, &templates->provider) ||
		!field_text(&fields[FIELD_CHANNEL], instance, &templates->channel))
		return false;
	if (fields[FIELD_RECORD_ID].place != PLACE_NONE &&
		!field_number(&fields[FIELD_RECORD_ID], instance, UINT64_MAX, &ret->record_id))
		return false;
	ret->event_id = (uint32_t)event_id;
	ret->level = (uint32_t)level;
	ret->provider = templates->provider_text;
	ret->channel = templates->channel_text;
	return true;
}

/* Moves to the template instance which is all that most records consist of. */
static bool at_instance(struct hv_evtx_tokens *t)
{
	enum hv_evtx_token token;

	return hv_evtx_peek(t, &token) && token == HV_EVTX_TOKEN_FRAGMENT &&
	       hv_evtx_read_fragment_header(t) && hv_evtx_peek(t, &token) &&
	       token == HV_EVTX_TOKEN_TEMPLATE;
}

int hv_evtx_find_head(struct hv_evtx_templates *templates, struct hv_evtx_values *pool,
	struct hv_evtx_tokens t, uint32_t *budget, struct hv_evtx_head *ret, bool *ret_found,
	struct hv_err *err)
{
	const struct hv_evtx_template *template;
	struct hv_evtx_instance instance;

	*ret_found = false;
	pool->used = 0;
	if (!at_instance(&t) || !hv_evtx_read_instance(&t, pool, &instance))
		return 0;
	if (find_template(templates, &instance, budget, &template, err))
		return -1;
	*ret_found = template && fill_head(templates, template, &instance, ret);
	return 0;
}
