/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The discretionary access control list of one file or folder [MS-DTYP 2.4.5]. */
#ifndef HV_MODEL_ACL_H
#define HV_MODEL_ACL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HV_ACL_MAX_ENTRIES = 4096 }; /* of one list; 64 KiB hold no more than a third of it */

/* Rights to files and folders [MS-DTYP 2.4.3; File Access Rights Constants] */
#define HV_FILE_WRITE_DATA UINT32_C(0x000002) /* of a folder: create a file in it */
#define HV_FILE_READ       UINT32_C(0x120089) /* FILE_GENERIC_READ */
#define HV_FILE_WRITE      UINT32_C(0x120116) /* FILE_GENERIC_WRITE */
#define HV_FILE_EXECUTE    UINT32_C(0x1200A0) /* FILE_GENERIC_EXECUTE */
#define HV_FILE_ALL        UINT32_C(0x1F01FF) /* FILE_ALL_ACCESS */

/* How an entry is inherited [MS-DTYP 2.4.4.1] */
enum {
	HV_ACE_OBJECT_INHERIT = 0x01,
	HV_ACE_CONTAINER_INHERIT = 0x02,
	HV_ACE_NO_PROPAGATE = 0x04,
	HV_ACE_INHERIT_ONLY = 0x08, /* says nothing about the folder itself */
	HV_ACE_INHERITED = 0x10,
};

enum hv_ace_type { HV_ACE_ALLOW = 0, HV_ACE_DENY };

struct hv_ace {
	enum hv_ace_type type;
	uint32_t flags;   /* HV_ACE_* */
	uint32_t mask;    /* generic rights are those to files they stand for */
	const char *sid;  /* "S-1-..."; a relative one of a domain as SDDL names it: "DA". NULL: an
			     account that is known by name only */
	const char *name; /* as the source wrote it; NULL: it told a SID */
	bool conditional; /* counts under a condition that is not evaluated */
};

struct hv_acl {
	const char *path;             /* as hv_path_normalise() makes it; never NULL */
	const char *error;            /* it could not be read: why; the rest is empty */
	const struct hv_ace *entries; /* in their order, which matters */
	size_t entry_count;
	bool open;           /* there is no list: everything is allowed */
	bool is_protected;   /* takes no entries from the folder above */
	bool protected_told; /* whether is_protected is */
};

#endif
