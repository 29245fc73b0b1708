/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Framing of sealed messages. The sealed bytes may hold the boundary by chance, so the head is read
 * from the front, the closing boundary is taken off the end, and nothing between is searched. */
#include "wsman/multipart.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/cursor.h"
#include "base/parse.h"

#define BOUNDARY      "Encrypted Boundary"
#define TYPE_SPNEGO   "application/HTTP-SPNEGO-session-encrypted"
#define TYPE_KERBEROS "application/HTTP-Kerberos-session-encrypted"

/* A piece of a message, not NUL-terminated */
struct text {
	const char *s;
	size_t len;
};

static const char *protocol_type(enum hv_multipart_protocol protocol)
{
	return protocol == HV_MULTIPART_KERBEROS ? TYPE_KERBEROS : TYPE_SPNEGO;
}

const char *hv_multipart_content_type(enum hv_multipart_protocol protocol)
{
	return protocol == HV_MULTIPART_KERBEROS ? "multipart/encrypted;protocol=\"" TYPE_KERBEROS
						   "\";boundary=\"" BOUNDARY "\""
						 : "multipart/encrypted;protocol=\"" TYPE_SPNEGO
						   "\";boundary=\"" BOUNDARY "\"";
}

void hv_multipart_frame(struct hv_buf *b, enum hv_multipart_protocol protocol, const char *type,
	const struct hv_sealed *sealed)
{
	uint32_t len = (uint32_t)sealed->token_len;
	const uint8_t prefix[4] = { (uint8_t)len, (uint8_t)(len >> 8), (uint8_t)(len >> 16),
		(uint8_t)(len >> 24) };

	if (sealed->token_len > HV_MULTIPART_TOKEN_MAX) {
		b->failed = true;
		return;
	}
	/* Without the tab before the part headers that [MS-WSMV 2.2.9.1.1.2.2] shows: Windows
	 * sends none. */
	hv_buf_addf(b, "--" BOUNDARY "\r\nContent-Type: %s\r\n", protocol_type(protocol));
	hv_buf_addf(b, "OriginalContent: type=%s;Length=%zu\r\n", type, sealed->data_len);
	hv_buf_adds(b, "--" BOUNDARY "\r\nContent-Type: application/octet-stream\r\n");
	hv_buf_add(b, prefix, sizeof(prefix));
	hv_buf_add(b, sealed->token, sealed->token_len);
	hv_buf_add(b, sealed->data, sealed->data_len);
	hv_buf_adds(b, "--" BOUNDARY "--\r\n");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct text trimmed(struct text t)
{
	while (t.len > 0 && is_blank(t.s[0])) {
		t.s++;
		t.len--;
	}
	while (t.len > 0 && is_blank(t.s[t.len - 1]))
		t.len--;
	return t;
}

static bool text_is(struct text t, const char *s)
{
	return t.len == strlen(s) && strncasecmp(t.s, s, t.len) == 0;
}

/* Takes the text before the next `separator`, or all of it, off *rest; trimmed. */
static struct text take_until(struct text *rest, char separator)
{
	const char *end = rest->len > 0 ? memchr(rest->s, separator, rest->len) : NULL;
	struct text taken = { .s = rest->s, .len = end ? (size_t)(end - rest->s) : rest->len };
	size_t used = end ? taken.len + 1 : taken.len;

	if (used > 0) /* an empty text may have no address */
		rest->s += used;
	rest->len -= used;
	return trimmed(taken);
}

static struct text unquoted(struct text t)
{
	if (t.len >= 2 && t.s[0] == '"' && t.s[t.len - 1] == '"')
		return (struct text){ .s = t.s + 1, .len = t.len - 2 };
	return t;
}

/* The outer Content-Type: a type and parameters, of which only known values are taken. */
static int check_content_type(const char *content_type, struct hv_err *err)
{
	struct text rest = { .s = content_type, .len = content_type ? strlen(content_type) : 0 };

	if (!text_is(take_until(&rest, ';'), "multipart/encrypted"))
		return hv_err_set(err, HV_ERR_MISSING,
			"the answer is not sealed (Content-Type \"%.100s\")",
			content_type ? content_type : "");
	while (rest.len > 0) {
		struct text value = take_until(&rest, ';');
		struct text name = take_until(&value, '=');

		value = unquoted(trimmed(value));
		if (text_is(name, "protocol") && !text_is(value, TYPE_SPNEGO) &&
			!text_is(value, TYPE_KERBEROS))
			return hv_err_set(err, HV_ERR_FORMAT,
				"sealed answer of an unknown protocol \"%.*s\"",
				(int)(value.len < 100 ? value.len : 100), value.s);
		if (text_is(name, "boundary") && !text_is(trimmed(value), BOUNDARY))
			return hv_err_set(err, HV_ERR_FORMAT,
				"sealed answer with an unknown boundary \"%.*s\"",
				(int)(value.len < 100 ? value.len : 100), value.s);
	}
	return 0;
}

/* The next line, without its CRLF */
static int take_line(struct hv_cursor *c, struct text *ret, struct hv_err *err)
{
	size_t left = hv_cursor_left(c);
	size_t limit = left < HV_MULTIPART_HEADER_BYTES_MAX ? left : HV_MULTIPART_HEADER_BYTES_MAX;
	const uint8_t *start = c->data + c->pos;
	const uint8_t *end = limit > 0 ? memchr(start, '\n', limit) : NULL;
	size_t len;

	if (!end && left > limit)
		return hv_err_set(err, HV_ERR_LIMIT,
			"sealed answer: line at byte %zu longer than %d bytes", c->pos,
			(int)HV_MULTIPART_HEADER_BYTES_MAX);
	if (!end || end == start || end[-1] != '\r')
		return hv_err_set(err, HV_ERR_FORMAT, "sealed answer: no line at byte %zu", c->pos);
	len = (size_t)(end - start) - 1;
	if (memchr(start, '\0', len))
		return hv_err_set(
			err, HV_ERR_FORMAT, "sealed answer: NUL in the line at byte %zu", c->pos);
	*ret = (struct text){ .s = (const char *)start, .len = len };
	(void)hv_cursor_skip(c, len + 2);
	return 0;
}

/* "--Encrypted Boundary"; Exchange puts a space between. */
static bool is_boundary(struct text line)
{
	if (line.len < 2 || memcmp(line.s, "--", 2) != 0)
		return false;
	return text_is(trimmed((struct text){ .s = line.s + 2, .len = line.len - 2 }), BOUNDARY);
}

/* The value of the header when line is one of that name; white space before it may be there or
 * not. */
static bool header_value(struct text line, const char *name, struct text *ret)
{
	struct text value = line;

	if (!memchr(line.s, ':', line.len) || !text_is(take_until(&value, ':'), name))
		return false;
	*ret = trimmed(value);
	return true;
}

static int parse_length(struct text value, size_t *ret, struct hv_err *err)
{
	char digits[20];
	uint64_t length;

	if (value.len >= sizeof(digits))
		return hv_err_set(err, HV_ERR_LIMIT, "sealed answer: Length is too large");
	memcpy(digits, value.s, value.len);
	digits[value.len] = '\0';
	if (hv_parse_u64(digits, 0, HV_MULTIPART_BODY_MAX, &length, err))
		return hv_err_wrap(err, "sealed answer: Length");
	*ret = (size_t)length;
	return 0;
}

/* OriginalContent: type=application/soap+xml;charset=UTF-8;Length=1234 */
static int parse_original(
	struct text value, size_t *ret_length, char type[HV_MULTIPART_TYPE_MAX], struct hv_err *err)
{
	struct text whole = value;
	bool found = false;
	size_t used = 0;

	if (whole.len < 5 || strncasecmp(whole.s, "type=", 5) != 0)
		return hv_err_set(err, HV_ERR_FORMAT, "sealed answer: OriginalContent has no type");
	whole.s += 5;
	whole.len -= 5;
	while (whole.len > 0) {
		struct text piece = take_until(&whole, ';');

		if (piece.len >= 7 && strncasecmp(piece.s, "Length=", 7) == 0) {
			struct text digits = { .s = piece.s + 7, .len = piece.len - 7 };

			if (found)
				return hv_err_set(
					err, HV_ERR_FORMAT, "sealed answer: Length given twice");
			if (parse_length(digits, ret_length, err))
				return -1;
			found = true;
		} else {
			if (used + piece.len + 2 > HV_MULTIPART_TYPE_MAX)
				return hv_err_set(err, HV_ERR_LIMIT,
					"sealed answer: OriginalContent is too long");
			if (used > 0)
				type[used++] = ';';
			memcpy(type + used, piece.s, piece.len);
			used += piece.len;
		}
	}
	type[used] = '\0';
	if (!found)
		return hv_err_set(err, HV_ERR_FORMAT, "sealed answer: no Length");
	return 0;
}

/* The first part, up to and with the boundary behind it */
static int read_control_part(struct hv_cursor *c, size_t *ret_length,
	char type[HV_MULTIPART_TYPE_MAX], struct hv_err *err)
{
	bool found = false;
	struct text line = { .s = "" };
	struct text value = { .s = "" };

	if (take_line(c, &line, err))
		return -1;
	if (!is_boundary(line))
		return hv_err_set(
			err, HV_ERR_FORMAT, "sealed answer: it begins without a boundary");
	for (int i = 0; i <= HV_MULTIPART_HEADERS_MAX; i++) {
		if (take_line(c, &line, err))
			return -1;
		if (is_boundary(line))
			return found ? 0
				     : hv_err_set(err, HV_ERR_FORMAT,
					       "sealed answer: no OriginalContent");
		if (!header_value(line, "OriginalContent", &value))
			continue;
		if (found)
			return hv_err_set(
				err, HV_ERR_FORMAT, "sealed answer: OriginalContent given twice");
		if (parse_original(value, ret_length, type, err))
			return -1;
		found = true;
	}
	return hv_err_set(err, HV_ERR_LIMIT, "sealed answer: too many lines in its first part");
}

/* The headers of the second part; the binary follows the line that names it at once. */
static int read_data_headers(struct hv_cursor *c, struct hv_err *err)
{
	for (int i = 0; i < HV_MULTIPART_HEADERS_MAX; i++) {
		struct text line = { .s = "" };
		struct text value = { .s = "" };

		if (take_line(c, &line, err))
			return -1;
		if (header_value(line, "Content-Type", &value))
			return text_is(value, "application/octet-stream")
				       ? 0
				       : hv_err_set(err, HV_ERR_FORMAT,
						 "sealed answer: its second part is not binary");
	}
	return hv_err_set(err, HV_ERR_LIMIT, "sealed answer: too many lines in its second part");
}

/* Length of body without the closing boundary, in one of its spellings. */
static bool without_closing(const uint8_t *body, size_t len, size_t *ret)
{
	static const char *const CLOSINGS[] = {
		"--" BOUNDARY "--\r\n",
		"-- " BOUNDARY "--\r\n",
		"--" BOUNDARY "--",
		"-- " BOUNDARY "--",
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CLOSINGS); i++) {
		size_t n = strlen(CLOSINGS[i]);

		if (n <= len && memcmp(body + len - n, CLOSINGS[i], n) == 0) {
			*ret = len - n;
			return true;
		}
	}
	return false;
}

static int read_sealed(
	struct hv_cursor *c, size_t length, struct hv_sealed *ret, struct hv_err *err)
{
	struct hv_sealed sealed;
	uint32_t token_len;

	if (!hv_cursor_u32le(c, &token_len))
		return hv_err_set(err, HV_ERR_FORMAT, "sealed answer: no security token");
	if (token_len == 0 || token_len > HV_MULTIPART_TOKEN_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "sealed answer: security token of %u bytes",
			(unsigned int)token_len);
	sealed.token_len = token_len;
	if (!hv_cursor_bytes(c, token_len, &sealed.token))
		return hv_err_set(err, HV_ERR_FORMAT, "sealed answer: its security token is cut");
	sealed.data_len = hv_cursor_left(c);
	(void)hv_cursor_bytes(c, sealed.data_len, &sealed.data);
	if (sealed.data_len != length)
		return hv_err_set(err, HV_ERR_FORMAT,
			"sealed answer: Length says %zu bytes, there are %zu", length,
			sealed.data_len);
	*ret = sealed;
	return 0;
}

int hv_multipart_unframe(const char *content_type, const uint8_t *body, size_t len,
	struct hv_sealed *ret, char ret_type[HV_MULTIPART_TYPE_MAX], struct hv_err *err)
{
	struct hv_cursor c;
	char type[HV_MULTIPART_TYPE_MAX];
	size_t end;
	size_t length = 0;

	if (check_content_type(content_type, err))
		return -1;
	if (len > HV_MULTIPART_BODY_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "sealed answer: larger than %d bytes",
			(int)HV_MULTIPART_BODY_MAX);
	if (!without_closing(body, len, &end))
		return hv_err_set(err, HV_ERR_FORMAT, "sealed answer: no closing boundary");
	c = hv_cursor_make(body, end);
	if (read_control_part(&c, &length, type, err) || read_data_headers(&c, err) ||
		read_sealed(&c, length, ret, err))
		return -1;
	memcpy(ret_type, type, strlen(type) + 1);
	return 0;
}
