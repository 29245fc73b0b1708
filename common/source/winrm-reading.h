/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the WinRM source share: the connection, and one reading of it. */
#ifndef HV_SOURCE_WINRM_READING_H
#define HV_SOURCE_WINRM_READING_H

#include <stdbool.h>

#include "source/winrm.h"
#include "wsman/auth.h"
#include "wsman/session.h"
#include "wsman/transport.h"

struct hv_winrm {
	struct hv_winrm_config config;
	enum hv_winrm_auth auth_kind; /* AUTO until it is settled; AUTO then means Kerberos in
					 Negotiate */
	struct hv_transport transport;
	struct hv_auth auth;
	struct hv_session session;
	struct hv_client client;
	enum hv_trouble trouble; /* of opening */
	bool clock_told;
	hv_usec clock_offset; /* the host's clock is ahead of ours by */
};

struct hv_winrm_reading {
	struct hv_winrm *w;
	const struct hv_source_want *want;
	const struct hv_sink *sink;
	bool follow_clock;
};

enum {
	HV_WINRM_XPATH_MAX = 64 * 1024, /* bytes: all queries of one channel */
	HV_WINRM_QUERIES_MAX = 16,      /* of one channel */
};

/* One event log on its way to the sink */
struct hv_winrm_channel {
	struct hv_winrm_reading *r;
	const char *name;
	bool optional;
	hv_usec since;
	struct hv_buf xpaths;                      /* one a line */
	const char *queries[HV_WINRM_QUERIES_MAX]; /* the same, one by one */
	size_t query_count;
	struct hv_buf damage; /* of what wevtutil wrote */
	const char *advice;   /* when it is not that of the last fault */
	bool absent;          /* the host has no such log */
	size_t events;
	struct hv_time oldest; /* event of the whole log */
};

/* ctx: the channel. As hv_sink.event. */
typedef int (*hv_winrm_take_event)(void *ctx, const char *xml, size_t len, struct hv_err *err);

/* Events of one query, all of them or the oldest alone. */
int hv_winrm_wevtutil(struct hv_client_shell *shell, struct hv_winrm_channel *c, const char *query,
	bool first_alone, hv_winrm_take_event take, struct hv_err *err) HV_MUST_USE;

/* After an answer: how far the host's clock is ahead of ours, once. */
void hv_winrm_note_clock(struct hv_winrm *w);

/* The host's clock as far as it told, else ours. */
hv_usec hv_winrm_host_time(const struct hv_winrm *w);

void hv_winrm_tell_progress(const struct hv_winrm *w, const char *what);

/* Whether after a failed call other questions still make sense: the host answered. */
bool hv_winrm_may_go_on(const struct hv_winrm *w);

/* Events of all wanted channels to the sink. -1 only when the reading has to end. */
int hv_winrm_read_events(struct hv_winrm_reading *r, struct hv_err *err) HV_MUST_USE;

#endif
