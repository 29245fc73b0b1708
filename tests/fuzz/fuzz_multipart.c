/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealed answers: what is read lies within the answer, and reads the same when framed anew. The
 * first line of the input is the Content-Type, and the whole of it is read with the right one too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "wsman/auth.h"
#include "wsman/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAME_MAX = 1 << 24, TYPE_MAX = 300 };

static void check_inside(const struct hv_sealed *sealed, const uint8_t *body, size_t len)
{
	if (sealed->token < body || sealed->token + sealed->token_len != sealed->data ||
		sealed->data + sealed->data_len > body + len)
		abort();
}

static void check_again(const struct hv_sealed *sealed, const char *type)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) frame = { .max = FRAME_MAX };
	char again_type[HV_MULTIPART_TYPE_MAX];
	struct hv_sealed again;

	hv_multipart_frame(&frame, HV_MULTIPART_SPNEGO, type, sealed);
	if (hv_buf_failed(&frame))
		abort();
	if (hv_multipart_unframe(hv_multipart_content_type(HV_MULTIPART_SPNEGO),
		    (const uint8_t *)frame.data, frame.len, &again, again_type, &err) < 0)
		abort();
	if (strcmp(type, again_type) != 0 || again.data_len != sealed->data_len ||
		memcmp(again.data, sealed->data, again.data_len) != 0)
		abort();
}

static void unframe(const char *content_type, const uint8_t *body, size_t len)
{
	struct hv_err err = HV_ERR_INIT;
	char type[HV_MULTIPART_TYPE_MAX];
	struct hv_sealed sealed;

	if (hv_multipart_unframe(content_type, body, len, &sealed, type, &err) < 0) {
		if (!hv_err_is_set(&err))
			abort();
		return;
	}
	check_inside(&sealed, body, len);
	check_again(&sealed, type);
}

/* The same bytes as the header WWW-Authenticate */
static void read_offers(const char *text)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) token = { .max = HV_AUTH_TOKEN_MAX };

	(void)hv_scheme_offered(text);
	if (hv_scheme_token(text, HV_SCHEME_NEGOTIATE, &token, &err) < 0 && !hv_err_is_set(&err))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t used = end ? (size_t)(end - data) : 0;
	HV_AUTO(buf) type = { .max = TYPE_MAX };

	unframe(hv_multipart_content_type(HV_MULTIPART_SPNEGO), data, size);
	if (used == 0 || used > TYPE_MAX)
		return 0;
	hv_buf_add(&type, data, used);
	unframe(hv_buf_str(&type), data + used + 1, size - used - 1);
	read_offers(hv_buf_str(&type));
	return 0;
}
