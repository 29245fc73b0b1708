/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts and guests as tables of rules tell them apart: one bit each, so that a row can name
 * several. */
#ifndef HV_CHECK_PLATFORM_H
#define HV_CHECK_PLATFORM_H

#include "model/host.h"

enum {
	HV_HOST_UNKNOWN = 1 << 0,
	HV_HOST_2008 = 1 << 1, /* and 2008 R2 */
	HV_HOST_2012 = 1 << 2,
	HV_HOST_2012_R2 = 1 << 3,
	HV_HOST_2016 = 1 << 4, /* and later */
	HV_HOST_ANY = (1 << 5) - 1,
};

unsigned int hv_host_platform(const struct hv_host *host);

enum {
	HV_GUEST_UNKNOWN = 1 << 0, /* it tells nothing of itself */
	HV_GUEST_WINDOWS = 1 << 1,
	HV_GUEST_OTHER = 1 << 2, /* Linux and the like */
	HV_GUEST_ANY = (1 << 3) - 1,
};

unsigned int hv_guest_platform(const struct hv_vm *vm);

#endif
