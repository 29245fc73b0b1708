/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors as WMI tells them: Win32_SecurityDescriptor. */
#ifndef HV_CIM_DESCRIPTOR_H
#define HV_CIM_DESCRIPTOR_H

#include "base/buf.h"
#include "base/err.h"
#include "cim/bag.h"

/* The list of permissions as SDDL (model/sddl.h). What cannot be told for certain is an error. */
int hv_descriptor_sddl(
	const struct hv_bag *descriptor, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
