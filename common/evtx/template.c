/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Template instances: the definition, wherever in the chunk it stands, and the values. */
#include "evtx/template.h"

enum {
	DEFINITION_ID_SIZE = 16,
	INSTANCE_VERSION_SIZE = 1,
	INSTANCE_ID_SIZE = 4,
};

bool hv_evtx_instance_has(const struct hv_evtx_value *values, size_t count, size_t index)
{
	return index < count && values[index].type != HV_EVTX_TYPE_NULL;
}

/* A definition: offset of the next one, id, size, tokens. */
static bool read_definition(struct hv_cursor *c, struct hv_cursor *ret_tokens)
{
	uint32_t next;
	uint32_t size;
	size_t start;

	if (!hv_cursor_u32le(c, &next) || !hv_cursor_skip(c, DEFINITION_ID_SIZE) ||
		!hv_cursor_u32le(c, &size))
		return false;
	start = c->pos;
	if (!hv_cursor_skip(c, size))
		return false;
	*ret_tokens = hv_cursor_make(c->data, c->pos);
	ret_tokens->pos = start;
	return true;
}

/* The definition stands right behind the reference to it where it was first used, else elsewhere in
 * the chunk. */
static bool find_definition(struct hv_evtx_tokens *t, struct hv_evtx_instance *ret)
{
	struct hv_cursor elsewhere;

	if (!hv_cursor_skip(&t->c, 1 + INSTANCE_VERSION_SIZE + INSTANCE_ID_SIZE) ||
		!hv_cursor_u32le(&t->c, &ret->offset))
		return false;
	ret->definition.chunk_len = t->chunk_len;
	ret->definition.in_template = true;
	if (ret->offset == t->c.pos)
		return read_definition(&t->c, &ret->definition.c);
	elsewhere = hv_cursor_make(t->c.data, t->chunk_len);
	return hv_cursor_seek(&elsewhere, ret->offset) &&
	       read_definition(&elsewhere, &ret->definition.c);
}

static bool read_value(
	struct hv_cursor *descriptions, struct hv_cursor *data, struct hv_evtx_value *ret)
{
	if (!hv_cursor_u16le(descriptions, &ret->size) || !hv_cursor_u8(descriptions, &ret->type) ||
		!hv_cursor_skip(descriptions, 1))
		return false;
	ret->offset = (uint32_t)data->pos;
	return hv_cursor_skip(data, ret->size);
}

bool hv_evtx_read_instance(
	struct hv_evtx_tokens *t, struct hv_evtx_values *pool, struct hv_evtx_instance *ret)
{
	struct hv_cursor descriptions;
	uint32_t count;

	if (!find_definition(t, ret) || !hv_cursor_u32le(&t->c, &count) ||
		count > HV_EVTX_MAX_VALUES || count > HV_EVTX_VALUE_POOL - pool->used)
		return false;
	descriptions = t->c;
	if (!hv_cursor_skip(&t->c, 4 * (size_t)count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!read_value(&descriptions, &t->c, &pool->items[pool->used + i]))
			return false;
	}
	ret->values = pool->items + pool->used;
	ret->value_count = count;
	pool->used += count;
	return true;
}
