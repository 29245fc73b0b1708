/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HYPERV-BACKUP-MIB as a tree over the board: which object has which value. Tables of columns, no
 * library of SNMP: the protocol is that of mibs/agentx.c. Object identifiers are relative to the
 * module's objects, hypervBackupMIB.1. */
#ifndef HV_MIBS_TREE_H
#define HV_MIBS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mibs/board.h"

enum { HV_OID_MAX = 128 };

struct hv_oid {
	uint32_t ids[HV_OID_MAX];
	size_t len;
};
/* hypervBackupMIB, in full: where configure was told to put it. */
extern const uint32_t hv_mib_root[];
extern const size_t hv_mib_root_len;

int hv_oid_cmp(const struct hv_oid *a, const struct hv_oid *b);

enum hv_mib_type {       /* of SMIv2 as they go over the wire */
	HV_MIB_INTEGER,  /* Integer32, enumerations, TruthValue */
	HV_MIB_UNSIGNED, /* Gauge32, Unsigned32 */
	HV_MIB_COUNTER32,
	HV_MIB_COUNTER64, /* also HvbGauge64 */
	HV_MIB_OCTETS,
};

struct hv_mib_value {
	enum hv_mib_type type;
	uint64_t number;
	const void *bytes; /* of octets: in the board, or in own */
	size_t len;
	unsigned char own[HV_SNAPSHOT_LONG_TEXT_MAX + 1];
};

enum hv_tree_status {
	HV_TREE_FOUND,
	HV_TREE_NO_OBJECT,   /* noSuchObject: there is no such column or scalar */
	HV_TREE_NO_INSTANCE, /* noSuchInstance */
	HV_TREE_END,         /* of hv_tree_next(): nothing comes behind it */
};

struct hv_tree {
	const struct hv_board *board;
	struct hv_moment now;
};

enum hv_tree_status hv_tree_get(
	const struct hv_tree *tree, const struct hv_oid *oid, struct hv_mib_value *ret);

/* The first instance behind oid (GETNEXT); a part of an identifier that is longer than any of ours,
 * or none of ours, is still a place in the order. */
enum hv_tree_status hv_tree_next(const struct hv_tree *tree, const struct hv_oid *oid,
	struct hv_oid *ret_oid, struct hv_mib_value *ret);

/* Where the objects of a notification stand. */
struct hv_tree_object {
	const char *name;  /* "hvbCheckState" */
	struct hv_oid oid; /* of the column or scalar, without an instance */
	enum hv_mib_type type;
	bool is_accessible; /* not a part of an index alone, nor for notifications alone */
};
/* Every object there is, in the order of their identifiers, for registration and for the test that
 * holds them against the module's text. *ret_count of them are written; room for
 * HV_TREE_OBJECTS_MAX. */
enum { HV_TREE_OBJECTS_MAX = 128 };
size_t hv_tree_objects(struct hv_tree_object ret[HV_TREE_OBJECTS_MAX]);

/* Instances of objects of a host or a check, for notifications: of a column of hvbHostTable or
 * hvbCheckTable the one of that row, of what is no column (hvbNotifyHost) its only one. False when
 * name is none of these. */
bool hv_tree_host_oid(const char *name, const struct hv_board_host *host, struct hv_oid *ret);
bool hv_tree_check_oid(const char *name, const struct hv_board_host *host,
	const struct hv_board_check *check, struct hv_oid *ret);

#endif
