/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Framing of sealed messages: byte for byte what Windows sends, and nothing else taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "wsman/multipart.h"

enum { FRAME_MAX = 1 << 20, KERBEROS_AES_TOKEN_LEN = 60, KERBEROS_OVERHEAD = 302 };

#define SPNEGO_TYPE                                                                                \
	"multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";"              \
	"boundary=\"Encrypted Boundary\""
#define CONTROL                                                                                    \
	"--Encrypted Boundary\r\nContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
#define ORIGINAL "OriginalContent: type=application/soap+xml;charset=UTF-8;Length=3\r\n"
#define OCTETS   "--Encrypted Boundary\r\nContent-Type: application/octet-stream\r\n"
#define CLOSING  "--Encrypted Boundary--\r\n"
#define SEALED   "\x02\x01TTabc" /* \x01 stands for a NUL, see decode() */

static void test_multipart_frames_as_windows_does(void **state)
{
	static const char EXPECTED[] = CONTROL ORIGINAL OCTETS "\x02\0\0\0TTabc" CLOSING;
	HV_AUTO(buf) b = { .max = FRAME_MAX };

	(void)state;
	hv_multipart_frame(&b, HV_MULTIPART_SPNEGO, "application/soap+xml;charset=UTF-8",
		&(struct hv_sealed){
			.token = (const uint8_t *)"TT",
			.token_len = 2,
			.data = (const uint8_t *)"abc",
			.data_len = 3,
		});
	assert_false(hv_buf_failed(&b));
	assert_int_equal(b.len, sizeof(EXPECTED) - 1);
	assert_memory_equal(b.data, EXPECTED, b.len);
	assert_string_equal(hv_multipart_content_type(HV_MULTIPART_SPNEGO), SPNEGO_TYPE);
}

/* Plain text and Content-Length of requests and answers between a Windows client and server */
static void test_multipart_has_the_recorded_overhead(void **state)
{
	static const size_t RECORDED[] = { 3240, 8672, 1430, 1434, 1006 };
	static const uint8_t token[KERBEROS_AES_TOKEN_LEN];

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(RECORDED); i++) {
		HV_AUTO(buf) b = { .max = FRAME_MAX };
		HV_AUTO(bytes) data = hv_alloc(RECORDED[i]);

		hv_multipart_frame(&b, HV_MULTIPART_KERBEROS, "application/soap+xml;charset=UTF-16",
			&(struct hv_sealed){
				.token = token,
				.token_len = sizeof(token),
				.data = data,
				.data_len = RECORDED[i],
			});
		assert_false(hv_buf_failed(&b));
		assert_int_equal(b.len, RECORDED[i] + KERBEROS_OVERHEAD);
	}
}

static void test_multipart_refuses_to_frame_a_long_token(void **state)
{
	HV_AUTO(buf) b = { .max = FRAME_MAX };
	static const uint8_t token[HV_MULTIPART_TOKEN_MAX + 1];

	(void)state;
	hv_multipart_frame(&b, HV_MULTIPART_SPNEGO, "a",
		&(struct hv_sealed){
			.token = token, .token_len = sizeof(token), .data = token, .data_len = 1 });
	assert_true(hv_buf_failed(&b));
}

/* The text with its first \x01 as the three NULs of a little-endian length */
static void decode(struct hv_buf *b, const char *text)
{
	const char *mark = strchr(text, '\x01');

	if (!mark) {
		hv_buf_adds(b, text);
		return;
	}
	hv_buf_add(b, text, (size_t)(mark - text));
	hv_buf_add(b, "\0\0\0", 3);
	hv_buf_adds(b, mark + 1);
}

/* Taken from a copy of exactly the right size, so that a sanitizer sees any read past it */
static int unframe(const char *content_type, const struct hv_buf *body, struct hv_buf *ret_data,
	char ret_type[HV_MULTIPART_TYPE_MAX], struct hv_err *err)
{
	HV_AUTO(bytes) copy = hv_alloc(body->len);
	struct hv_sealed sealed;

	assert_non_null(copy);
	if (body->len > 0)
		memcpy(copy, body->data, body->len);
	if (hv_multipart_unframe(content_type, copy, body->len, &sealed, ret_type, err))
		return -1;
	hv_buf_add(ret_data, sealed.token, sealed.token_len);
	hv_buf_addc(ret_data, '|');
	hv_buf_add(ret_data, sealed.data, sealed.data_len);
	return 0;
}

static const struct {
	const char *what;
	const char *content_type;
	const char *body;
} GOOD[] = {
	{ "as Windows sends it", SPNEGO_TYPE, CONTROL ORIGINAL OCTETS SEALED CLOSING },
	{ "Kerberos",
		"multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\";"
		"boundary=\"Encrypted Boundary\"",
		CONTROL ORIGINAL OCTETS SEALED CLOSING },
	{ "other case, other spaces",
		"Multipart/Encrypted ; Protocol=\"application/http-spnego-session-encrypted\"; "
		"boundary=\"Encrypted Boundary\"",
		CONTROL ORIGINAL OCTETS SEALED CLOSING },
	{ "tabs before the headers", SPNEGO_TYPE,
		"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
		"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=3\r\n"
		"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n" SEALED
			CLOSING },
	{ "a space in the boundary", SPNEGO_TYPE,
		"-- Encrypted Boundary\r\n"
		"Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n" ORIGINAL
		"-- Encrypted Boundary\r\nContent-Type: application/octet-stream\r\n" SEALED
		"-- Encrypted Boundary--\r\n" },
	{ "no line end at the end", SPNEGO_TYPE,
		CONTROL ORIGINAL OCTETS SEALED "--Encrypted Boundary--" },
};

static void test_multipart_reads_each_known_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(GOOD); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(buf) body = { .max = FRAME_MAX };
		HV_AUTO(buf) data = { .max = FRAME_MAX };
		char type[HV_MULTIPART_TYPE_MAX];

		decode(&body, GOOD[i].body);
		if (unframe(GOOD[i].content_type, &body, &data, type, &err))
			fail_msg("%s: %s", GOOD[i].what, err.text);
		assert_string_equal(hv_buf_str(&data), "TT|abc");
		assert_string_equal(type, "application/soap+xml;charset=UTF-8");
	}
}

/* Sealed bytes may look like anything. */
static void test_multipart_does_not_search_the_sealed_bytes(void **state)
{
	static const char DATA[] = "x" CLOSING OCTETS "y";
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) body = { .max = FRAME_MAX };
	HV_AUTO(buf) data = { .max = FRAME_MAX };
	char type[HV_MULTIPART_TYPE_MAX];

	(void)state;
	hv_multipart_frame(&body, HV_MULTIPART_SPNEGO, "a/b",
		&(struct hv_sealed){
			.token = (const uint8_t *)"T",
			.token_len = 1,
			.data = (const uint8_t *)DATA,
			.data_len = sizeof(DATA) - 1,
		});
	assert_int_equal(unframe(SPNEGO_TYPE, &body, &data, type, &err), 0);
	assert_string_equal(hv_buf_str(&data), "T|x" CLOSING OCTETS "y");
	assert_string_equal(type, "a/b");
}

static const struct {
	const char *what;
	const char *content_type;
	const char *body;
	enum hv_err_kind kind;
	const char *text;
} BAD[] = {
	{ "plain SOAP", "application/soap+xml;charset=UTF-8", "<s:Envelope/>", HV_ERR_MISSING,
		"not sealed" },
	{ "no type", NULL, CONTROL ORIGINAL OCTETS SEALED CLOSING, HV_ERR_MISSING, "not sealed" },
	{ "CredSSP", "multipart/encrypted;protocol=\"application/HTTP-CredSSP-session-encrypted\"",
		CONTROL ORIGINAL OCTETS SEALED CLOSING, HV_ERR_FORMAT, "unknown protocol" },
	{ "another boundary", "multipart/encrypted;boundary=x",
		CONTROL ORIGINAL OCTETS SEALED CLOSING, HV_ERR_FORMAT, "unknown boundary" },
	{ "nothing", SPNEGO_TYPE, "", HV_ERR_FORMAT, "no closing boundary" },
	{ "closing boundary alone", SPNEGO_TYPE, CLOSING, HV_ERR_FORMAT, "no line" },
	{ "cut at the end", SPNEGO_TYPE, CONTROL ORIGINAL OCTETS SEALED, HV_ERR_FORMAT,
		"no closing boundary" },
	{ "no first boundary", SPNEGO_TYPE, "x\r\n" CONTROL ORIGINAL OCTETS SEALED CLOSING,
		HV_ERR_FORMAT, "without a boundary" },
	{ "no OriginalContent", SPNEGO_TYPE, CONTROL OCTETS SEALED CLOSING, HV_ERR_FORMAT,
		"no OriginalContent" },
	{ "OriginalContent twice", SPNEGO_TYPE, CONTROL ORIGINAL ORIGINAL OCTETS SEALED CLOSING,
		HV_ERR_FORMAT, "OriginalContent given twice" },
	{ "no Length", SPNEGO_TYPE,
		CONTROL "OriginalContent: type=a/b;charset=UTF-8\r\n" OCTETS SEALED CLOSING,
		HV_ERR_FORMAT, "no Length" },
	{ "no type inside", SPNEGO_TYPE,
		CONTROL "OriginalContent: Length=3\r\n" OCTETS SEALED CLOSING, HV_ERR_FORMAT,
		"has no type" },
	{ "Length twice", SPNEGO_TYPE,
		CONTROL "OriginalContent: type=a;Length=3;Length=3\r\n" OCTETS SEALED CLOSING,
		HV_ERR_FORMAT, "Length given twice" },
	{ "Length too small", SPNEGO_TYPE,
		CONTROL "OriginalContent: type=a;Length=2\r\n" OCTETS SEALED CLOSING, HV_ERR_FORMAT,
		"Length says 2 bytes, there are 3" },
	{ "Length too large", SPNEGO_TYPE,
		CONTROL "OriginalContent: type=a;Length=4\r\n" OCTETS SEALED CLOSING, HV_ERR_FORMAT,
		"Length says 4 bytes, there are 3" },
	{ "Length negative", SPNEGO_TYPE,
		CONTROL "OriginalContent: type=a;Length=-3\r\n" OCTETS SEALED CLOSING,
		HV_ERR_FORMAT, "Length" },
	{ "Length beyond the limit", SPNEGO_TYPE,
		CONTROL "OriginalContent: type=a;Length=99999999999\r\n" OCTETS SEALED CLOSING,
		HV_ERR_FORMAT, "Length" },
	{ "Length of many digits", SPNEGO_TYPE,
		CONTROL
		"OriginalContent: type=a;Length=00000000000000000003\r\n" OCTETS SEALED CLOSING,
		HV_ERR_LIMIT, "Length is too large" },
	{ "second part is text", SPNEGO_TYPE,
		CONTROL ORIGINAL
		"--Encrypted Boundary\r\nContent-Type: text/plain\r\n" SEALED CLOSING,
		HV_ERR_FORMAT, "not binary" },
	{ "no second part", SPNEGO_TYPE, CONTROL ORIGINAL CLOSING, HV_ERR_FORMAT, "no line" },
	{ "line end without CR", SPNEGO_TYPE, "--Encrypted Boundary\n" ORIGINAL CLOSING,
		HV_ERR_FORMAT, "no line" },
	{ "no token", SPNEGO_TYPE, CONTROL ORIGINAL OCTETS "abc" CLOSING, HV_ERR_FORMAT,
		"no security token" },
	{ "token of a gigabyte", SPNEGO_TYPE, CONTROL ORIGINAL OCTETS "aaaaTTabc" CLOSING,
		HV_ERR_LIMIT, "security token of" },
	{ "token is cut", SPNEGO_TYPE, CONTROL ORIGINAL OCTETS "\x09\x01TTabc" CLOSING,
		HV_ERR_FORMAT, "token is cut" },
	{ "too many lines", SPNEGO_TYPE,
		CONTROL
		"a: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\n" ORIGINAL OCTETS
			SEALED CLOSING,
		HV_ERR_LIMIT, "too many lines" },
};

static void test_multipart_refuses_everything_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(BAD); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(buf) body = { .max = FRAME_MAX };
		HV_AUTO(buf) data = { .max = FRAME_MAX };
		char type[HV_MULTIPART_TYPE_MAX];

		decode(&body, BAD[i].body);
		if (!unframe(BAD[i].content_type, &body, &data, type, &err))
			fail_msg("%s: taken", BAD[i].what);
		if (err.kind != BAD[i].kind || !strstr(err.text, BAD[i].text))
			fail_msg("%s: %d, %s", BAD[i].what, (int)err.kind, err.text);
	}
}

static void test_multipart_bounds_a_line(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) body = { .max = FRAME_MAX };
	HV_AUTO(buf) data = { .max = FRAME_MAX };
	char type[HV_MULTIPART_TYPE_MAX];

	(void)state;
	hv_buf_adds(&body, "--Encrypted Boundary\r\nX: ");
	for (int i = 0; i < HV_MULTIPART_HEADER_BYTES_MAX; i++)
		hv_buf_addc(&body, 'x');
	hv_buf_adds(&body, "\r\n" ORIGINAL OCTETS CLOSING);
	assert_int_equal(unframe(SPNEGO_TYPE, &body, &data, type, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_multipart_frames_as_windows_does),
		cmocka_unit_test(test_multipart_has_the_recorded_overhead),
		cmocka_unit_test(test_multipart_refuses_to_frame_a_long_token),
		cmocka_unit_test(test_multipart_reads_each_known_form),
		cmocka_unit_test(test_multipart_does_not_search_the_sealed_bytes),
		cmocka_unit_test(test_multipart_refuses_everything_else),
		cmocka_unit_test(test_multipart_bounds_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
