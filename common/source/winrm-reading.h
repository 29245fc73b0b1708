/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the WinRM source share: the connection, and one reading of it. */
#ifndef HV_SOURCE_WINRM_READING_H
#define HV_SOURCE_WINRM_READING_H

#include <stdbool.h>

#include "cim/builder.h"
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
	bool has_v2; /* the host has root\virtualization\v2 */
};

enum {
	HV_WINRM_XPATH_MAX = 64 * 1024, /* bytes: all queries of one channel */
	HV_WINRM_QUERIES_MAX = 16,      /* of one channel */
};

enum { HV_WINRM_NAME_MAX = 256 }; /* bytes of a computer's name */

/* A class on its way to the caller's sink: it is announced with its first row, or when it is known
 * that it has none, so that a namespace which is not there leaves no trace. */
struct hv_winrm_pouring {
	struct hv_winrm_reading *r;
	const struct hv_class_info *info;
	bool announced;
	char computer_name[HV_WINRM_NAME_MAX]; /* "": not told */
	struct hv_time read_at;                /* of rows that were kept; else they are read now */
	const char *advice; /* of an asking that failed; else that of the last fault */
};

/* One row, as hv_sink.bag; ctx: struct hv_winrm_pouring. */
int hv_winrm_pour(void *ctx, const struct hv_bag *bag, struct hv_err *err) HV_MUST_USE;

/* Classes whose rows no enumeration brings: they are made of what methods and remote commands
 * answer, after everything else. */
struct hv_winrm_asking {
	const char *ns;
	const char *class_name; /* as in the class table; NULL ends the table */
	unsigned int looks_at;  /* HV_SEC_*: what has to be known of the host to ask */
	/* Pours the rows. host: the sections looked at, those that are wanted. -1: the class could
	 * not be read, or a sink failed. */
	int (*ask)(struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err);
};

extern const struct hv_winrm_asking hv_winrm_askings[]; /* in this order, the costly ones last */

/* The asking for a class of the class table; NULL: it is enumerated. */
const struct hv_winrm_asking *hv_winrm_asking_for(const struct hv_class_info *info);

/* Permissions of virtual hard disks and the folders that they lie in. */
int hv_winrm_ask_security(
	struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err) HV_MUST_USE;

/* Msvm_SummaryInformation. A host before Windows Server 2016 is not asked: what it would tell is
 * not looked at. */
int hv_winrm_ask_summary(
	struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err) HV_MUST_USE;

/* Passes on what it gets, and builds a model of some sections on the way. */
struct hv_winrm_look {
	struct hv_sink inner;
	struct hv_sink sink; /* to pour into */
	struct hv_host host;
	struct hv_builder builder;
	struct hv_sink model; /* the builder's */
};
void hv_winrm_look_init(
	struct hv_winrm_look *look, const struct hv_sink *inner, unsigned int sections);
void hv_winrm_look_done(struct hv_winrm_look *look);
#define HV_AUTO_winrm_look __attribute__((cleanup(hv_winrm_look_done))) struct hv_winrm_look

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

/* Our wall clock. */
hv_usec hv_winrm_wall_time(const struct hv_winrm *w);

/* Rows of class VssWriter, see cim/vssadmin.h. */
int hv_winrm_ask_writers(
	struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err) HV_MUST_USE;

/* Events of all wanted channels to the sink. -1 only when the reading has to end. */
int hv_winrm_read_events(struct hv_winrm_reading *r, struct hv_err *err) HV_MUST_USE;

#endif
