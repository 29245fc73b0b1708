/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/platform.h"

#include "base/attr.h"

unsigned int hv_host_platform(const struct hv_host *host)
{
	static const struct {
		struct hv_version version;
		unsigned int platform;
	} releases[] = {
		{ HV_WINDOWS_2016, HV_HOST_2016 },
		{ HV_WINDOWS_2012_R2, HV_HOST_2012_R2 },
		{ HV_WINDOWS_2012, HV_HOST_2012 },
	};

	if (host->is_v1)
		return HV_HOST_2008;
	if (!host->version.known)
		return HV_HOST_UNKNOWN;
	for (size_t i = 0; i < HV_ARRAY_LEN(releases); i++)
		if (hv_version_cmp(host->version, releases[i].version) >= 0)
			return releases[i].platform;
	return HV_HOST_2008;
}

/* Windows alone tells OSPlatformId. */
unsigned int hv_guest_platform(const struct hv_vm *vm)
{
	if (vm->guest.is_windows)
		return HV_GUEST_WINDOWS;
	return vm->guest.os_name != NULL || vm->guest.os_version.known ? HV_GUEST_OTHER
								       : HV_GUEST_UNKNOWN;
}
