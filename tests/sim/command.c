/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The output of a command in pieces, and its end. */
#include "command.h"

#include "base/alloc.h"
#include "wsman/base64.h"
#include "wsman/uri.h"

#define COMMAND_STATE HV_URI_RSP "/CommandState/"

enum {
	/* Bytes of one Stream element: an odd number, so that elements end amid characters. */
	STREAM_CHUNK = 999,
	STREAMS_A_RECEIVE = 32,
};

void sim_command_free(struct sim_command *c)
{
	if (c == NULL)
		return;
	sim_program_output_done(&c->output);
	hv_free(c);
}

static void add_stream(struct hv_buf *body, const struct sim_command *c, const char *name,
	const char *bytes, size_t len)
{
	hv_buf_addf(body, "<rsp:Stream Name=\"%s\" CommandId=\"%s\">", name, c->id);
	hv_base64_encode(body, bytes, len);
	hv_buf_adds(body, "</rsp:Stream>");
}

/* Appends what is left of a stream, as far as one answer takes it. */
static void add_output(struct hv_buf *body, const struct sim_command *c, const char *name,
	const struct hv_buf *stream, size_t *sent)
{
	for (int n = 0; n < STREAMS_A_RECEIVE && *sent < stream->len; n++) {
		const size_t left = stream->len - *sent;
		const size_t len = left < STREAM_CHUNK ? left : STREAM_CHUNK;

		add_stream(body, c, name, stream->data + *sent, len);
		*sent += len;
	}
}

static void add_state(struct hv_buf *body, const struct sim_command *c)
{
	if (c->out_sent < c->output.out.len || c->errors_sent < c->output.errors.len) {
		hv_buf_addf(body,
			"<rsp:CommandState CommandId=\"%s\" State=\"" COMMAND_STATE
			"Running\"></rsp:CommandState>",
			c->id);
		return;
	}
	hv_buf_addf(body,
		"<rsp:Stream Name=\"stdout\" CommandId=\"%s\" End=\"true\"></rsp:Stream>"
		"<rsp:Stream Name=\"stderr\" CommandId=\"%s\" End=\"true\"></rsp:Stream>"
		"<rsp:CommandState CommandId=\"%s\" State=\"" COMMAND_STATE
		"Done\"><rsp:ExitCode>%u</rsp:ExitCode></rsp:CommandState>",
		c->id, c->id, c->id, c->output.exit_code);
}

void sim_command_receive(struct sim_command *c, struct hv_buf *body)
{
	hv_buf_adds(body, "<rsp:ReceiveResponse>");
	add_output(body, c, "stdout", &c->output.out, &c->out_sent);
	add_output(body, c, "stderr", &c->output.errors, &c->errors_sent);
	add_state(body, c);
	hv_buf_adds(body, "</rsp:ReceiveResponse>");
}
