/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Injected faults: what they make of a framed message, and what they put in place of an answer. */
#include <string.h>

#include "server-parts.h"

#define CLOSING "--Encrypted Boundary--\r\n"

enum { GARBAGE_LEN = 4096, PREFIX_LEN = 4 };

static const char HTML[] = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n"
			   "<body><p>This network asks you to sign in.</p></body></html>\n";

/* The part headers' lines begin with a tab. What follows the last of them is binary. */
static void add_tabs(struct hv_buf *frame, size_t head_len)
{
	HV_AUTO(buf) tabbed = { .max = frame->max };
	size_t start = 0;

	for (size_t i = 0; i < head_len; i++) {
		if (frame->data[i] != '\n')
			continue;
		if (frame->data[start] != '-')
			hv_buf_addc(&tabbed, '\t');
		hv_buf_add(&tabbed, frame->data + start, i + 1 - start);
		start = i + 1;
	}
	hv_buf_add(&tabbed, frame->data + start, frame->len - start);
	hv_buf_clear(frame);
	hv_buf_add(frame, tabbed.data, tabbed.len);
}

/* sealed_len: bytes of token and data, which stand before the closing boundary. */
void sim_spoil_frame(unsigned int injects, size_t sealed_len, struct hv_buf *frame)
{
	size_t tail_len = sealed_len + strlen(CLOSING);
	size_t head_len;

	if (hv_buf_failed(frame) || frame->len < tail_len + PREFIX_LEN)
		return;
	head_len = frame->len - tail_len - PREFIX_LEN;
	if (injects & SIM_INJECT_BAD_SEAL)
		frame->data[frame->len - strlen(CLOSING) - 1] ^= 1;
	if (injects & SIM_INJECT_WRONG_MULTIPART)
		frame->data[head_len] ^= 7;
	if (injects & SIM_INJECT_TAB)
		add_tabs(frame, head_len);
}

/* Bytes without a pattern, the same each time, which are no UTF-8. */
static void add_garbage(struct hv_buf *b)
{
	uint32_t state = 1;

	hv_buf_addc(b, (char)0xfe);
	for (int i = 1; i < GARBAGE_LEN; i++) {
		state = state * 1103515245u + 12345u;
		hv_buf_addc(b, (char)(state >> 24));
	}
}

static void put_body(struct sim_reply *reply, const char *type)
{
	reply->status = MHD_HTTP_OK;
	reply->type = type;
}

void sim_spoil_instead(struct sim_request *r, struct sim_reply *reply)
{
	unsigned int kinds = r->injects;

	reply->status = 0;
	reply->offers = false;
	hv_buf_clear(&reply->authenticate);
	if (kinds & (SIM_INJECT_DROP | SIM_INJECT_HANG))
		return;
	if (kinds & (SIM_INJECT_401 | SIM_INJECT_400))
		sim_acceptor_forget(r->connection->acceptor);
	if (kinds & SIM_INJECT_401) {
		sim_refuse(reply);
	} else if (kinds & SIM_INJECT_400) {
		reply->status = MHD_HTTP_BAD_REQUEST;
	} else if (kinds & SIM_INJECT_503) {
		reply->status = MHD_HTTP_SERVICE_UNAVAILABLE;
	} else if (kinds & SIM_INJECT_EMPTY_500) {
		reply->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	} else if (kinds & SIM_INJECT_HTML) {
		hv_buf_adds(&reply->body, HTML);
		put_body(reply, "text/html; charset=UTF-8");
	} else {
		/* An endless body is made while it is sent. */
		if (kinds & SIM_INJECT_GARBAGE)
			add_garbage(&reply->body);
		put_body(reply, "application/soap+xml;charset=UTF-8");
	}
}
