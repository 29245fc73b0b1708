/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one poll of one host found, as the tables of HYPERV-BACKUP-MIB show it: flat rows in the
 * order of their indexes, each text bounded and fit to print. The process of a poll makes it and
 * sends it as bytes; the agent keeps it until the next one. */
#ifndef HV_MIBS_SNAPSHOT_H
#define HV_MIBS_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "check/diagnosis.h"
#include "check/state.h"
#include "model/host.h"
#include "model/value.h"

/* Octets of texts that are parts of an index. An object identifier has at most 128 sub-identifiers
 * (RFC 2578 3.5); a host, a check, an item and a metric come to 108 of them, each with its length.
 */
enum {
	HV_INDEX_HOST_MAX = 32,
	HV_INDEX_CHECK_MAX = 16,
	HV_INDEX_ITEM_MAX = 32,
	HV_INDEX_METRIC_MAX = 24,
	HV_INDEX_VM_MAX = 36, /* a GUID */
};

enum {
	HV_SNAPSHOT_ROWS_MAX = 200000,    /* of one table */
	HV_SNAPSHOT_BYTES_MAX = 64 << 20, /* as bytes, and in memory */
	HV_SNAPSHOT_TEXT_MAX = 255,       /* octets of names (SnmpAdminString) */
	HV_SNAPSHOT_LONG_TEXT_MAX = 2000, /* of summaries, findings, remedies */
};

/* What hvbMetricInteger counts. */
enum hv_integer_unit {
	HV_INTEGER_NONE = 1, /* thousandths of the value, which has no unit */
	HV_INTEGER_BYTES = 2,
	HV_INTEGER_MILLISECONDS = 3,
	HV_INTEGER_HUNDREDTHS = 4, /* of a per cent */
};

struct hv_snapshot_check {
	const char *check; /* index: "layout" */
	enum hv_state state;
	const char *summary; /* the sentence of the first line, without label and state */
};

struct hv_snapshot_finding {      /* none that is OK */
	const char *check, *item; /* indexes; item "" when it is about the host */
	uint32_t number;          /* index: from 1 within check and item, worst first */
	enum hv_state state;
	const char *title;               /* the item in full; "" */
	const char *rule;                /* "" */
	const char *text, *why, *remedy; /* "" */
};

struct hv_snapshot_metric {
	const char *check, *item, *metric; /* indexes; item "" */
	const char *title;                 /* the item in full; "" */
	const char *value;                 /* as in performance data: "40.25", "U" */
	const char *unit;                  /* "", "s", "%", "B" */
	const char *warning, *critical;    /* ranges as in performance data; "" */
	const char *minimum, *maximum;     /* "" */
	struct hv_u64 integer;             /* not known: the value is not, or negative */
	enum hv_integer_unit integer_unit;
};

struct hv_snapshot_volume {
	const char *volume;              /* index: its title, "D:" */
	const char *title;               /* in full */
	const char *label, *file_system; /* "" */
	struct hv_u64 capacity_bytes, free_bytes;
};

struct hv_snapshot_vm {
	const char *vm; /* index: its id, a GUID */
	const char *name;
	enum hv_vm_state state;
	const char *guest; /* operating system as the guest tells; "" */
	uint64_t disks;    /* images and floppies are none */
	uint64_t checkpoints;
	struct hv_time last_backup; /* not known also when there was none */
	enum hv_outlook outlook;
	const char *culprit; /* title and text of the finding to blame; "" */
	const char *remedy;  /* of it; "" */
};

struct hv_snapshot {
	struct hv_arena arena;
	bool answered;                  /* else error says why there is nothing more */
	const char *error;              /* with what to type against it; "" */
	const char *computer, *windows; /* name and version as the host tells; "" */
	struct hv_snapshot_check *checks;
	size_t check_count;
	struct hv_snapshot_finding *findings;
	size_t finding_count;
	struct hv_snapshot_metric *metrics;
	size_t metric_count;
	struct hv_snapshot_volume *volumes;
	size_t volume_count;
	struct hv_snapshot_vm *vms;
	size_t vm_count;
};

void hv_snapshot_init(struct hv_snapshot *s);
void hv_snapshot_done(struct hv_snapshot *s);
#define HV_AUTO_snapshot __attribute__((cleanup(hv_snapshot_done))) struct hv_snapshot

/* Fills one that was initialised. Nothing is borrowed. */
int hv_snapshot_make(struct hv_snapshot *ret, const struct hv_diagnosis *diagnosis,
	struct hv_err *err) HV_MUST_USE;
int hv_snapshot_make_failed(
	struct hv_snapshot *ret, const char *error, struct hv_err *err) HV_MUST_USE;

/* As bytes, and back. What is read is checked as if it came from a stranger: order, limits, UTF-8.
 */
int hv_snapshot_write(
	const struct hv_snapshot *s, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;
int hv_snapshot_read(
	struct hv_snapshot *ret, const void *bytes, size_t len, struct hv_err *err) HV_MUST_USE;

/* The part of a name that goes into an index: itself when it fits and can be shown as it is, else
 * its beginning, '~' and eight hexadecimal digits of a hash of the whole; never empty unless the
 * name is, never more than max octets, valid UTF-8. In arena; NULL when memory is short. */
const char *hv_index_text(struct hv_arena *arena, const char *name, size_t max);

/* Order of two texts as parts of an object identifier: by length, then by octets (RFC 2578 7.7). */
int hv_index_cmp(const char *a, const char *b);

#endif
