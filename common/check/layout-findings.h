/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The findings about one VM's layout: each rule that it breaks, with cause and remedy. */
#ifndef HV_CHECK_LAYOUT_FINDINGS_H
#define HV_CHECK_LAYOUT_FINDINGS_H

#include <stdint.h>

#include "check/layout.h"
#include "check/report.h"
#include "check/volume-set.h"
#include "model/host.h"

enum {
	HV_LAYOUT_MAX_DISK_FINDINGS =
		64, /* about single disks of one VM; further ones are summed up */
};

/* What the rules are asked with. */
struct hv_layout_query {
	const struct hv_host *host;
	const struct hv_rule_states *rules; /* the user's --rule */
	const struct hv_volume_set
		*backup; /* volumes that the backup contains; count 0: not told */
};

struct hv_layout_tally {
	uint64_t disks;      /* judged */
	uint64_t root_disks; /* bare in a root, whatever the rule's state */
	uint64_t split_vms;
	uint64_t faulty_vms;         /* with a finding that is not OK */
	uint64_t judged_vms;         /* every file's path was understood */
	uint64_t no_snapshot_folder; /* VMs whose checkpoint folder is not told though a rule is
					about it */
};

/* Adds the findings; an OK one when there is nothing to say against the VM. Adds to *tally. */
void hv_layout_findings(const struct hv_layout_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_layout_tally *tally);

#endif
