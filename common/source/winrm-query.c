/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event queries in the subset of XPath that Windows understands [Consuming Events, XPath 1.0
 * limitations]. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "source/winrm-reading.h"

enum { CONDITIONS_MAX = 18 }; /* of one piece; Windows refuses somewhat more than 20 */

static void add_level(struct hv_buf *b, uint32_t max_level)
{
	for (uint32_t level = 1; level <= max_level; level++)
		hv_buf_addf(b, "%sLevel=%" PRIu32, level > 1 ? " or " : "", level);
}

/* Rather too much than too little: the level that belongs to an id is left to those who read. */
static size_t add_condition(struct hv_buf *b, const struct hv_event_key *key)
{
	if (key->id != 0) {
		hv_buf_addf(b, "EventID=%" PRIu32, key->id);
		return 1;
	}
	add_level(b, key->max_level);
	return key->max_level;
}

static void add_since(struct hv_buf *b, hv_usec since)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(since, time);
	hv_buf_addf(b, "TimeCreated[@SystemTime>='%.19s.000Z']", time);
}

static void add_piece(struct hv_buf *out, const struct hv_buf *conditions, hv_usec since)
{
	const bool has_time = since > HV_USEC_MIN;

	if (conditions->len == 0 && !has_time) {
		hv_buf_adds(out, "*\n");
		return;
	}
	hv_buf_adds(out, "*[System[");
	if (conditions->len > 0)
		hv_buf_addf(out, "(%s)%s", hv_buf_str(conditions), has_time ? " and " : "");
	if (has_time)
		add_since(out, since);
	hv_buf_adds(out, "]]\n");
}

static bool takes_everything(const struct hv_event_key *keys, const char *channel)
{
	for (const struct hv_event_key *k = keys; k && k->channel; k++)
		if (strcmp(k->channel, channel) == 0 && k->id == 0 && k->max_level == 0)
			return true;
	return keys == NULL;
}

void hv_winrm_event_xpath(
	struct hv_buf *out, const struct hv_event_key *keys, const char *channel, hv_usec since)
{
	HV_AUTO(buf) conditions = { .max = HV_WINRM_XPATH_MAX };
	size_t count = 0;

	if (takes_everything(keys, channel)) {
		add_piece(out, &conditions, since);
		return;
	}
	for (const struct hv_event_key *k = keys; k->channel; k++) {
		if (strcmp(k->channel, channel) != 0)
			continue;
		if (count >= CONDITIONS_MAX) {
			add_piece(out, &conditions, since);
			hv_buf_clear(&conditions);
			count = 0;
		}
		if (count > 0)
			hv_buf_adds(&conditions, " or ");
		count += add_condition(&conditions, k);
	}
	if (count > 0)
		add_piece(out, &conditions, since);
}
