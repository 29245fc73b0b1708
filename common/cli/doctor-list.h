/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_doctor --list: what each filter keeps and leaves out. */
#ifndef HV_CLI_DOCTOR_LIST_H
#define HV_CLI_DOCTOR_LIST_H

#include "base/buf.h"
#include "cli/common-options.h"
#include "model/host.h"

/* Sets the `excluded` of VMs and volumes, in the end as the options want them. */
void hv_doctor_list(const struct hv_common *common, struct hv_host *host, struct hv_buf *out);

#endif
