/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources: each reads one kind of place and pours what it finds into a sink. */
#ifndef HV_SOURCE_SOURCE_H
#define HV_SOURCE_SOURCE_H

#include "base/err.h"
#include "cim/sink.h"
#include "model/host.h"

/* Where a live source remembers an answer that it must not ask for too often. */
struct hv_source_memory {
	void *ctx;
	/* What was kept last, however old; *ret is yours, NULL when there is nothing. Until the
	 * reading ends nobody else gets at it. */
	int (*recall)(void *ctx, uint8_t **ret, size_t *ret_len, struct hv_err *err);
	int (*keep)(void *ctx, const void *bytes, size_t len, struct hv_err *err);
};

struct hv_source_want {
	unsigned int sections;       /* HV_SEC_*; a source may pour more */
	struct hv_event_want events; /* a source may leave out what is not wanted, unread */
	hv_usec writers_interval;    /* VSS writers are not asked more often; 0: the usual */
	const struct hv_source_memory *memory; /* NULL: none, VSS writers are not asked then */
};

struct hv_source {
	const char *name;      /* "capture", also the name of its option */
	unsigned int sections; /* it can fill at best */
	/* path: file or directory, as the user gave it. */
	int (*read)(const char *path, const struct hv_source_want *want, struct hv_sink *sink,
		struct hv_err *err);
};

extern const struct hv_source
	hv_source_capture; /* full form, or a directory of CLASS.json, events.xml, *.evtx */
extern const struct hv_source hv_source_evtx;     /* .evtx, or event XML (told apart by content) */
extern const struct hv_source hv_source_vmconfig; /* VM configuration .xml, or a directory (searched
						     to a named depth) of them */

enum {
	HV_SOURCE_MAX_FILES = 20000, /* files of one directory */
	HV_SOURCE_MAX_DIR_DEPTH = 8, /* of a vm-config tree */
	HV_EVTX_FILE_MAX = 1 << 30,  /* bytes of one event log */
};

#endif
