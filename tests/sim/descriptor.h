/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Win32_LogicalFileSecuritySetting.GetSecurityDescriptor, from rows of FileSecurity. */
#ifndef HV_SIM_DESCRIPTOR_H
#define HV_SIM_DESCRIPTOR_H

#define SIM_GET_DESCRIPTOR "GetSecurityDescriptor"

struct sim_call;

/* path: the key of the object; NULL: not given. */
void sim_descriptor_answer(struct sim_call *call, const char *path);

#endif
