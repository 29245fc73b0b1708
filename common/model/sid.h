/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security identifiers as text [MS-DTYP 2.4.2.1], and those that Hyper-V makes of the GUIDs of
 * virtual machines. */
#ifndef HV_MODEL_SID_H
#define HV_MODEL_SID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parse.h"

/* Well-known SIDs [MS-DTYP 2.4.2.4] */
#define HV_SID_EVERYONE            "S-1-1-0"
#define HV_SID_LOCAL               "S-1-2-0"
#define HV_SID_CREATOR_OWNER       "S-1-3-0"
#define HV_SID_OWNER_RIGHTS        "S-1-3-4"
#define HV_SID_SERVICE             "S-1-5-6"
#define HV_SID_AUTHENTICATED_USERS "S-1-5-11"
#define HV_SID_THIS_ORGANIZATION   "S-1-5-15"
#define HV_SID_SYSTEM              "S-1-5-18"
#define HV_SID_ADMINISTRATORS      "S-1-5-32-544"
#define HV_SID_USERS               "S-1-5-32-545"
#define HV_SID_HYPERV_ADMINS       "S-1-5-32-578"
/* NT VIRTUAL MACHINE\Virtual Machines: every virtual machine of a host */
#define HV_SID_VIRTUAL_MACHINES "S-1-5-83-0"
/* NT VIRTUAL MACHINE\GUID */
#define HV_SID_VM_PREFIX "S-1-5-83-1-"

#define HV_ACCOUNT_VM_PREFIX        "NT VIRTUAL MACHINE\\"
#define HV_ACCOUNT_VIRTUAL_MACHINES HV_ACCOUNT_VM_PREFIX "Virtual Machines"

enum {
	HV_SID_MAX_PARTS = 15, /* sub-authorities */
	HV_SID_MAX = 184,      /* bytes of text, with NUL */
	HV_SID_VM_MAX = sizeof(HV_SID_VM_PREFIX) + 4 * sizeof("4294967295"), /* with NUL */
};

/* Bytes at the start of text that are a SID; 0: it begins with none. */
size_t hv_sid_length(const char *text);

/* The SID of a virtual machine. guid as hv_guid_normalise() makes it; false when it is none. */
bool hv_sid_of_vm(const char *guid, char ret[HV_SID_VM_MAX]);

/* The other way round. False when it is no virtual machine's. */
bool hv_sid_to_vm(const char *sid, char ret[HV_GUID_TEXT_LEN + 1]);

#endif
