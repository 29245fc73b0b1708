/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the board shows at a moment: ages, and states that are UNKNOWN when the data are too old. */
#include <string.h>

#include "base/utf.h"
#include "mibs/board-parts.h"

#define NOT_POLLED "not polled yet"

enum { STALE_INTERVALS = 2, EXPIRED_INTERVALS = 3 };

static hv_usec intervals(const struct hv_board_host *host, unsigned int count)
{
	hv_usec total = 0;

	for (unsigned int i = 0; i < count; i++)
		total = hv_usec_add(total, host->interval);
	return total;
}

/* Of data there are. A moment before they were taken is no age. */
static hv_usec age_of(const struct hv_board_host *host, const struct hv_moment *now)
{
	hv_usec age = hv_usec_sub(now->monotonic, host->taken_at.monotonic);

	return age > 0 ? age : 0;
}

bool hv_board_is_expired(const struct hv_board_host *host, const struct hv_moment *now)
{
	return !host->has_snapshot || age_of(host, now) > intervals(host, EXPIRED_INTERVALS);
}

bool hv_board_is_stale(const struct hv_board_host *host, const struct hv_moment *now)
{
	return !host->has_snapshot || host->failures_in_a_row > 0 ||
	       age_of(host, now) > intervals(host, STALE_INTERVALS);
}

uint32_t hv_board_age(const struct hv_board_host *host, const struct hv_moment *now)
{
	hv_usec seconds = host->has_snapshot ? age_of(host, now) / HV_USEC_PER_SEC : 0;

	return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

bool hv_board_is_reachable(const struct hv_board_host *host)
{
	return host->has_snapshot && !host->unreachable;
}

enum hv_state hv_board_check_state(const struct hv_board_host *host,
	const struct hv_board_check *check, const struct hv_moment *now)
{
	return hv_board_is_expired(host, now) ? HV_UNKNOWN : check->state;
}

hv_usec hv_board_check_since(const struct hv_board_host *host, const struct hv_board_check *check,
	const struct hv_moment *now)
{
	/* Data that grow too old change nothing for a check that was UNKNOWN with them. */
	if (check->state == HV_UNKNOWN || !hv_board_is_expired(host, now))
		return check->since_wall;
	return hv_usec_add(host->taken_at.wall, intervals(host, EXPIRED_INTERVALS));
}

/* Adds s to a text of *len octets, as much of it as fits in whole characters. */
static void put(char *text, size_t *len, const char *s)
{
	const size_t s_len = hv_utf8_cut(s, HV_SNAPSHOT_LONG_TEXT_MAX - *len);

	memcpy(text + *len, s, s_len);
	*len += s_len;
	text[*len] = '\0';
}

static void put_error(char *text, size_t *len, const struct hv_board_host *host)
{
	if (host->error[0] == '\0')
		return;
	put(text, len, ": ");
	put(text, len, host->error);
}

const char *hv_board_polled_summary(const struct hv_board_check *check)
{
	if (!check->judged)
		return NOT_POLLED;
	return check->row ? check->row->summary : "the last poll brought no result of this check";
}

static void put_no_data(char *text, const struct hv_board_host *host, const struct hv_moment *now)
{
	char age[HV_TIME_TEXT_MAX];
	size_t len = 0;

	if (host->polls == 0) {
		put(text, &len, NOT_POLLED);
		return;
	}
	if (host->has_snapshot) {
		hv_duration_format(age_of(host, now), age);
		put(text, &len, "no data for ");
		put(text, &len, age);
	} else {
		put(text, &len, "never answered");
	}
	put_error(text, &len, host);
}

void hv_board_check_summary(const struct hv_board_host *host, const struct hv_board_check *check,
	const struct hv_moment *now, char *text)
{
	size_t len = 0;

	if (hv_board_is_expired(host, now))
		put_no_data(text, host, now);
	else
		put(text, &len, hv_board_polled_summary(check));
}

enum hv_state hv_board_host_state(const struct hv_board_host *host, const struct hv_moment *now)
{
	enum hv_state worst = hv_board_is_expired(host, now) ? HV_UNKNOWN : HV_OK;

	for (size_t i = 0; i < host->check_count; i++)
		worst = hv_state_worse(worst, hv_board_check_state(host, &host->checks[i], now));
	return host->unreachable ? hv_state_worse(worst, host->unreachable_state) : worst;
}
