/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host's answer in the form in which the client has asked: charset, sealing, framing. */
#include <string.h>

#include "base/utf.h"
#include "server-parts.h"

#define SOAP_UTF8  "application/soap+xml;charset=UTF-8"
#define SOAP_UTF16 "application/soap+xml;charset=UTF-16"

void sim_reply_init(struct sim_reply *reply)
{
	*reply = (struct sim_reply){ .status = 0 };
	hv_buf_init(&reply->body, SIM_ANSWER_MAX);
	hv_buf_init(&reply->authenticate, SIM_AUTHORIZATION_MAX);
}

void sim_reply_done(struct sim_reply *reply)
{
	hv_buf_done(&reply->body);
	hv_buf_done(&reply->authenticate);
}

static void add_unit(struct hv_buf *b, uint32_t unit)
{
	hv_buf_addc(b, (char)(unit & 0xff));
	hv_buf_addc(b, (char)(unit >> 8));
}

/* UTF-16LE with a byte order mark. False when text is no UTF-8. */
static bool add_utf16(struct hv_buf *b, const struct hv_buf *text)
{
	uint32_t c;

	add_unit(b, 0xfeff);
	for (size_t pos = 0; pos < text->len;) {
		size_t n = hv_utf8_decode(text->data + pos, text->len - pos, &c);

		if (n == 0)
			return false;
		pos += n;
		if (c < 0x10000) {
			add_unit(b, c);
			continue;
		}
		add_unit(b, 0xd800 + ((c - 0x10000) >> 10));
		add_unit(b, 0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	return !hv_buf_failed(b);
}

static bool frame(struct sim_request *r, const char *type, const struct hv_buf *plain,
	struct sim_reply *reply)
{
	enum hv_multipart_protocol protocol =
		r->scheme == HV_SCHEME_KERBEROS ? HV_MULTIPART_KERBEROS : HV_MULTIPART_SPNEGO;
	HV_AUTO(buf) token = { .max = HV_MULTIPART_TOKEN_MAX };
	HV_AUTO(buf) data = { .max = SIM_ANSWER_MAX };
	struct hv_err err = HV_ERR_INIT;

	if (sim_acceptor_seal(
		    r->connection->acceptor, hv_buf_str(plain), plain->len, &token, &data, &err))
		return false;
	hv_multipart_frame(&reply->body, protocol, type,
		&(struct hv_sealed){
			.token = (const uint8_t *)token.data,
			.token_len = token.len,
			.data = (const uint8_t *)data.data,
			.data_len = data.len,
		});
	sim_spoil_frame(r->injects, token.len + data.len, &reply->body);
	reply->type = hv_multipart_content_type(protocol);
	return !hv_buf_failed(&reply->body);
}

bool sim_reply_encode(struct sim_request *r, const struct hv_buf *answer, struct sim_reply *reply)
{
	bool utf16 = r->utf16 || (r->injects & SIM_INJECT_UTF16);
	const char *type = utf16 ? SOAP_UTF16 : SOAP_UTF8;
	HV_AUTO(buf) recoded = { .max = SIM_ANSWER_MAX };

	if (utf16 && !add_utf16(&recoded, answer))
		return false;
	if (!utf16)
		hv_buf_add(&recoded, answer->data, answer->len);
	if (r->sealed && !(r->injects & SIM_INJECT_PLAIN))
		return frame(r, type, &recoded, reply);
	hv_buf_add(&reply->body, recoded.data, recoded.len);
	reply->type = type;
	return !hv_buf_failed(&reply->body);
}
