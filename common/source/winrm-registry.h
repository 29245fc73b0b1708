/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of the host's registry, by the methods of StdRegProv. */
#ifndef HV_SOURCE_WINRM_REGISTRY_H
#define HV_SOURCE_WINRM_REGISTRY_H

#include "source/winrm-reading.h"

/* struct hv_winrm_asking.ask of HV_CLASS_CURRENT_VERSION. */
int hv_winrm_ask_current_version(
	struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err) HV_MUST_USE;

#endif
