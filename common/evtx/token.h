/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokens of BinXml as they lie in a chunk [MS-EVEN6 2.2.12]. In a file, names are referred to
 * by their offset in the chunk; a name stands behind the first reference to it. Every offset is
 * checked here. */
#ifndef HV_EVTX_TOKEN_H
#define HV_EVTX_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/cursor.h"
#include "evtx/out.h"

enum hv_evtx_token {
	HV_EVTX_TOKEN_EOF = 0x00,
	HV_EVTX_TOKEN_OPEN_START = 0x01,
	HV_EVTX_TOKEN_CLOSE_START = 0x02,
	HV_EVTX_TOKEN_CLOSE_EMPTY = 0x03,
	HV_EVTX_TOKEN_END = 0x04,
	HV_EVTX_TOKEN_VALUE = 0x05,
	HV_EVTX_TOKEN_ATTRIBUTE = 0x06,
	HV_EVTX_TOKEN_CDATA = 0x07,
	HV_EVTX_TOKEN_CHAR_REF = 0x08,
	HV_EVTX_TOKEN_ENTITY_REF = 0x09,
	HV_EVTX_TOKEN_PI_TARGET = 0x0A,
	HV_EVTX_TOKEN_PI_DATA = 0x0B,
	HV_EVTX_TOKEN_TEMPLATE = 0x0C,
	HV_EVTX_TOKEN_NORMAL_SUBSTITUTION = 0x0D,
	HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION = 0x0E,
	HV_EVTX_TOKEN_FRAGMENT = 0x0F,
};

/* A place in a chunk from which tokens are read. Positions are offsets in the chunk. */
struct hv_evtx_tokens {
	struct hv_cursor
		c; /* data: the chunk; len: where these tokens end, never behind the chunk */
	size_t chunk_len;
	bool in_template; /* elements of a template definition have a dependency identifier */
};

enum { HV_EVTX_NO_DEPENDENCY = 0xFFFF };

struct hv_evtx_start {
	uint16_t dependency; /* the element is left out when this value is NULL */
	bool has_attributes;
	struct hv_evtx_text name;
};

struct hv_evtx_substitution {
	bool optional;
	uint16_t index;
};

/* All return false when the bytes are not there or not such a token. The readers begin at the
 * token's first byte. */
bool hv_evtx_peek(const struct hv_evtx_tokens *t, enum hv_evtx_token *ret) HV_MUST_USE;
bool hv_evtx_skip_token(struct hv_evtx_tokens *t) HV_MUST_USE; /* of one byte */
bool hv_evtx_read_fragment_header(struct hv_evtx_tokens *t) HV_MUST_USE;
bool hv_evtx_read_start(struct hv_evtx_tokens *t, struct hv_evtx_start *ret) HV_MUST_USE;
bool hv_evtx_read_attribute(struct hv_evtx_tokens *t, struct hv_evtx_text *ret_name) HV_MUST_USE;
bool hv_evtx_read_value_text(struct hv_evtx_tokens *t, struct hv_evtx_text *ret) HV_MUST_USE;
bool hv_evtx_read_cdata(struct hv_evtx_tokens *t, struct hv_evtx_text *ret) HV_MUST_USE;
bool hv_evtx_read_char_ref(struct hv_evtx_tokens *t, uint32_t *ret) HV_MUST_USE;
bool hv_evtx_read_entity_ref(struct hv_evtx_tokens *t, struct hv_evtx_text *ret_name) HV_MUST_USE;
bool hv_evtx_read_pi(struct hv_evtx_tokens *t) HV_MUST_USE; /* target and data */
bool hv_evtx_read_substitution(
	struct hv_evtx_tokens *t, struct hv_evtx_substitution *ret) HV_MUST_USE;

bool hv_evtx_text_equals(struct hv_evtx_text text, const char *ascii);

#endif
