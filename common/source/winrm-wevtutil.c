/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events by wevtutil in a remote shell, for hosts that refuse subscriptions [wevtutil,
 * query-events]. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "cim/event-xml.h"
#include "source/winrm-reading.h"

enum { ERRORS_MAX = 64 * 1024 }; /* what wevtutil writes about its failure */

/* Status of programs: Win32 errors [winerror.h] */
enum { STATUS_ACCESS_DENIED = 5, STATUS_CHANNEL_NOT_FOUND = 15007 };

/* The event logs of what wevtutil wrote, as one of this channel */
static int pour_log(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct hv_winrm_channel *c = ctx;

	(void)err;
	if (batch->damage)
		hv_buf_addf(&c->damage, "%s%s", c->damage.len > 0 ? "; " : "", batch->damage);
	return 0;
}

/* /uni:true makes it UTF-16, not always with a mark. */
static int decode(struct hv_winrm_channel *c, const struct hv_buf *output, hv_winrm_take_event take,
	struct hv_err *err)
{
	struct hv_sink sink = { .ctx = c, .event = take, .events = pour_log };
	const bool unmarked = output->len >= 2 && output->data[0] == '<' && output->data[1] == '\0';
	HV_AUTO(buf) marked = { .max = HV_CLIENT_MAX_OUTPUT + 2 };
	const struct hv_buf *text = output;

	if (unmarked) {
		hv_buf_add(&marked, "\xFF\xFE", 2);
		hv_buf_add(&marked, output->data, output->len);
		if (hv_buf_failed(&marked))
			return hv_err_no_memory(err);
		text = &marked;
	}
	return hv_event_xml_file((const uint8_t *)text->data, text->len, "wevtutil",
		(struct hv_time){ .known = false }, &sink, err);
}

static int program_failed(uint32_t status, const struct hv_buf *errors, struct hv_err *err)
{
	const char *words = hv_buf_str(errors);

	if (status == STATUS_ACCESS_DENIED)
		return hv_err_set(err, HV_ERR_IO, "wevtutil: the account may not read the log");
	return hv_err_set(err, HV_ERR_IO, "wevtutil ended with status %" PRIu32 " (%.*s)", status,
		(int)strcspn(words, "\r\n"), words);
}

/* The host joins the arguments with blanks, so the query, which has some, is quoted; it holds no
 * quotation mark itself. */
int hv_winrm_wevtutil(struct hv_client_shell *shell, struct hv_winrm_channel *c, const char *query,
	bool first_alone, hv_winrm_take_event take, struct hv_err *err)
{
	const char *arguments[] = { "qe", c->name, NULL, "/f:RenderedXml", "/e:Events", "/uni:true",
		"/c:1" };
	const struct hv_client_command command = {
		.program = "wevtutil",
		.arguments = arguments,
		.argument_count = HV_ARRAY_LEN(arguments) - (first_alone ? 0 : 1),
	};
	HV_AUTO(buf) output = { .max = HV_CLIENT_MAX_OUTPUT };
	HV_AUTO(buf) errors = { .max = ERRORS_MAX };
	HV_AUTO(buf) argument = { .max = HV_WINRM_XPATH_MAX };
	uint32_t status = 0;

	hv_buf_addf(&argument, "\"/q:%s\"", query);
	if (hv_buf_failed(&argument))
		return hv_err_no_memory(err);
	arguments[2] = hv_buf_str(&argument);
	if (hv_client_shell_run(shell, &command, &output, &errors, &status, err))
		return -1;
	c->absent = status == STATUS_CHANNEL_NOT_FOUND;
	if (status == STATUS_ACCESS_DENIED)
		c->advice = HV_ADVICE_EVENTS;
	if (status != 0)
		return program_failed(status, &errors, err);
	return decode(c, &output, take, err);
}
