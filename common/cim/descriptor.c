/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cim/descriptor.h"

#include <string.h>

#include "model/acl.h"
#include "model/sddl.h"
#include "model/sid.h"

/* Win32_SecurityDescriptor.ControlFlags [MS-DTYP 2.4.6] */
enum { DACL_PRESENT = 0x0004, DACL_AUTO_INHERITED = 0x0400, DACL_PROTECTED = 0x1000 };

/* Win32_ACE.AceType [MS-DTYP 2.4.4.1] */
enum {
	ALLOWED = 0,
	DENIED = 1,
	ALLOWED_OBJECT = 5,
	DENIED_OBJECT = 6,
	ALLOWED_CALLBACK = 9,
	DENIED_CALLBACK = 10
};

static int not_told(const char *what, struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_FORMAT, "the host's answer does not tell %s", what);
}

static int read_type(uint64_t type, struct hv_ace *ret, struct hv_err *err)
{
	if (type != ALLOWED && type != DENIED && type != ALLOWED_OBJECT && type != DENIED_OBJECT &&
		type != ALLOWED_CALLBACK && type != DENIED_CALLBACK)
		return not_told("what an entry does", err);
	ret->type = type == DENIED || type == DENIED_OBJECT || type == DENIED_CALLBACK
			    ? HV_ACE_DENY
			    : HV_ACE_ALLOW;
	ret->conditional = type != ALLOWED && type != DENIED;
	return 0;
}

static int add_entry(const struct hv_bag *entry, struct hv_buf *out, struct hv_err *err)
{
	struct hv_bag trustee;
	struct hv_ace ace = { .sid = NULL };
	uint64_t mask, flags, type;

	if (!hv_bag_u64(entry, "AccessMask", &mask) || mask > UINT32_MAX)
		return not_told("AccessMask", err);
	if (!hv_bag_u64(entry, "AceFlags", &flags) || flags > UINT8_MAX)
		return not_told("AceFlags", err);
	if (!hv_bag_u64(entry, "AceType", &type))
		return not_told("AceType", err);
	if (!hv_bag_object(entry, "Trustee", &trustee) ||
		!hv_bag_string(&trustee, "SIDString", &ace.sid) || *ace.sid == '\0' ||
		hv_sid_length(ace.sid) != strlen(ace.sid))
		return not_told("Trustee.SIDString", err);
	if (read_type(type, &ace, err))
		return -1;
	ace.mask = (uint32_t)mask;
	ace.flags = (uint32_t)flags;
	hv_sddl_add_ace(out, &ace);
	return 0;
}

int hv_descriptor_sddl(const struct hv_bag *descriptor, struct hv_buf *out, struct hv_err *err)
{
	const size_t count = hv_bag_count(descriptor, "DACL");
	uint64_t control;

	if (!hv_bag_u64(descriptor, "ControlFlags", &control))
		return not_told("ControlFlags", err);
	hv_buf_addf(out, "D:%s%s", control & DACL_PROTECTED ? "P" : "",
		control & DACL_AUTO_INHERITED ? "AI" : "");
	if (!(control & DACL_PRESENT)) {
		hv_buf_adds(out, "NO_ACCESS_CONTROL");
		return hv_buf_failed(out) ? hv_err_no_memory(err) : 0;
	}
	/* An empty list allows nothing, none at all allows everything: both look like this. */
	if (count == 0)
		return not_told("any entry of DACL", err);
	for (size_t i = 0; i < count; i++) {
		struct hv_bag entry;

		if (!hv_bag_object_at(descriptor, "DACL", i, &entry))
			return not_told("an entry of DACL", err);
		if (add_entry(&entry, out, err))
			return -1;
	}
	return hv_buf_failed(out) ? hv_err_no_memory(err) : 0;
}
