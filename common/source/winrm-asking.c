/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "source/winrm-reading.h"
#include "source/winrm-registry.h"

const struct hv_winrm_asking hv_winrm_askings[] = {
	{
		.ns = HV_NS_REGISTRY,
		.class_name = HV_CLASS_CURRENT_VERSION,
		.ask = hv_winrm_ask_current_version,
	},
	{
		.ns = HV_NS_V2,
		.class_name = HV_CLASS_SUMMARY,
		.looks_at = HV_SEC_OS | HV_SEC_VMS,
		.ask = hv_winrm_ask_summary,
	},
	{
		.ns = HV_NS_FILES,
		.class_name = HV_CLASS_FILE_SECURITY,
		.looks_at = HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS,
		.ask = hv_winrm_ask_security,
	},
	{
		.ns = HV_NS_COMMANDS,
		.class_name = HV_CLASS_VSS_WRITER,
		.looks_at = HV_SEC_VMS | HV_SEC_JOBS,
		.ask = hv_winrm_ask_writers,
	},
	{ .class_name = NULL },
};

const struct hv_winrm_asking *hv_winrm_asking_for(const struct hv_class_info *info)
{
	for (const struct hv_winrm_asking *a = hv_winrm_askings; a->class_name; a++)
		if (strcmp(a->ns, info->ns) == 0 && strcmp(a->class_name, info->class_name) == 0)
			return a;
	return NULL;
}
