/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WMI namespaces and where a class lives. */
#ifndef HV_CIM_NAMESPACE_H
#define HV_CIM_NAMESPACE_H

#include "base/attr.h"

/* "ROOT\virtualization\v2", "\\HV01\root\virtualization\v2" and "root/virtualization/v2" to the
 * last of these; the result is yours (hv_free), NULL when memory is short. */
char *hv_namespace_normalise(const char *ns) HV_MUST_USE;

/* The namespace a class is read from when nothing tells; never NULL. */
const char *hv_namespace_of_class(const char *class_name);

#endif
