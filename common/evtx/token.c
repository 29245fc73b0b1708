/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading of single BinXml tokens. */
#include "evtx/token.h"

#include "evtx/evtx.h"

enum {
	MORE_FLAG =
		0x40, /* attributes or further values follow; the tokens themselves tell as much */
	TOKEN_MAX = HV_EVTX_TOKEN_FRAGMENT,
	TYPE_STRING = 0x01,
	NAME_HEADER_SIZE = 6, /* offset of the next name, hash */
	FRAGMENT_HEADER_SIZE = 4,
	ATTRIBUTE_LIST_FLAG = MORE_FLAG,
};

bool hv_evtx_peek(const struct hv_evtx_tokens *t, enum hv_evtx_token *ret)
{
	struct hv_cursor c = t->c;
	uint8_t byte;

	if (!hv_cursor_u8(&c, &byte) || (byte & ~MORE_FLAG) > TOKEN_MAX)
		return false;
	*ret = (enum hv_evtx_token)(byte & ~MORE_FLAG);
	return true;
}

bool hv_evtx_skip_token(struct hv_evtx_tokens *t)
{
	return hv_cursor_skip(&t->c, 1);
}

bool hv_evtx_read_fragment_header(struct hv_evtx_tokens *t)
{
	return hv_cursor_skip(&t->c, FRAGMENT_HEADER_SIZE);
}

static bool read_units(struct hv_cursor *c, struct hv_evtx_text *ret)
{
	uint16_t units;

	if (!hv_cursor_u16le(c, &units) || !hv_cursor_bytes(c, (size_t)units * 2, &ret->bytes))
		return false;
	ret->units = units;
	return true;
}

/* A name as it is stored: header, text, NUL. */
static bool read_stored_name(struct hv_cursor *c, struct hv_evtx_text *ret)
{
	return hv_cursor_skip(c, NAME_HEADER_SIZE) && read_units(c, ret) && hv_cursor_skip(c, 2) &&
	       ret->units <= HV_EVTX_MAX_NAME;
}

/* A reference to a name; the name itself is passed over when it stands right behind. */
static bool read_name(struct hv_evtx_tokens *t, struct hv_evtx_text *ret)
{
	uint32_t offset;
	struct hv_cursor stored;

	if (!hv_cursor_u32le(&t->c, &offset))
		return false;
	if (offset == t->c.pos)
		return read_stored_name(&t->c, ret);
	stored = hv_cursor_make(t->c.data, t->chunk_len);
	return hv_cursor_seek(&stored, offset) && read_stored_name(&stored, ret);
}

bool hv_evtx_read_start(struct hv_evtx_tokens *t, struct hv_evtx_start *ret)
{
	uint8_t token;
	uint32_t size;

	ret->dependency = HV_EVTX_NO_DEPENDENCY;
	if (!hv_cursor_u8(&t->c, &token))
		return false;
	if (t->in_template && !hv_cursor_u16le(&t->c, &ret->dependency))
		return false;
	if (!hv_cursor_u32le(&t->c, &size) || !read_name(t, &ret->name))
		return false;
	ret->has_attributes = token & ATTRIBUTE_LIST_FLAG;
	return !ret->has_attributes || hv_cursor_u32le(&t->c, &size);
}

bool hv_evtx_read_attribute(struct hv_evtx_tokens *t, struct hv_evtx_text *ret_name)
{
	return hv_cursor_skip(&t->c, 1) && read_name(t, ret_name);
}

bool hv_evtx_read_value_text(struct hv_evtx_tokens *t, struct hv_evtx_text *ret)
{
	uint8_t type;

	return hv_cursor_skip(&t->c, 1) && hv_cursor_u8(&t->c, &type) && type == TYPE_STRING &&
	       read_units(&t->c, ret);
}

bool hv_evtx_read_cdata(struct hv_evtx_tokens *t, struct hv_evtx_text *ret)
{
	return hv_cursor_skip(&t->c, 1) && read_units(&t->c, ret);
}

bool hv_evtx_read_char_ref(struct hv_evtx_tokens *t, uint32_t *ret)
{
	uint16_t value;

	if (!hv_cursor_skip(&t->c, 1) || !hv_cursor_u16le(&t->c, &value))
		return false;
	*ret = value;
	return true;
}

bool hv_evtx_read_entity_ref(struct hv_evtx_tokens *t, struct hv_evtx_text *ret_name)
{
	return hv_cursor_skip(&t->c, 1) && read_name(t, ret_name);
}

bool hv_evtx_read_pi(struct hv_evtx_tokens *t)
{
	enum hv_evtx_token token;
	struct hv_evtx_text text;

	return hv_cursor_skip(&t->c, 1) && read_name(t, &text) && hv_evtx_peek(t, &token) &&
	       token == HV_EVTX_TOKEN_PI_DATA && hv_evtx_read_cdata(t, &text);
}

bool hv_evtx_read_substitution(struct hv_evtx_tokens *t, struct hv_evtx_substitution *ret)
{
	uint8_t token;
	uint8_t type; /* the value's own description tells its type */

	if (!hv_cursor_u8(&t->c, &token) || !hv_cursor_u16le(&t->c, &ret->index) ||
		!hv_cursor_u8(&t->c, &type))
		return false;
	ret->optional = (token & ~MORE_FLAG) == HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION;
	return true;
}

bool hv_evtx_text_equals(struct hv_evtx_text text, const char *ascii)
{
	if (strlen(ascii) != text.units)
		return false;
	for (size_t i = 0; i < text.units; i++) {
		if (text.bytes[2 * i] != (uint8_t)ascii[i] || text.bytes[2 * i + 1] != 0)
			return false;
	}
	return true;
}
