/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do about backups that are missing. */
#include "check/backups.h"

#include <string.h>

#include "check/incident-findings.h"
#include "check/layout.h"
#include "check/need.h"
#include "check/powershell.h"

/* A run of Windows Server Backup that backs up this VM alone. */
static void back_up_now(struct hv_report *r, struct hv_finding *f, const struct hv_vm *vm)
{
	const bool by_name = hv_ps_printable(vm->name) && strpbrk(vm->name, ",\"%*?") == NULL;

	hv_finding_remedy(r, f,
		"Then back it up: wbadmin start backup -backupTarget:TARGET "
		"-hyperv:%s -quiet",
		hv_need(r, hv_cmd_argument(&r->arena, by_name ? vm->name : vm->id)));
}

void hv_backup_remedy_old(struct hv_report *r, struct hv_finding *f,
	const struct hv_backup_query *query, const struct hv_vm *vm)
{
	hv_finding_remedy(r, f,
		"See why in the report of the backup program, and whether it has this VM in a job. "
		"check_hyperv_events tells of failed checkpoints, check_hyperv_layout of files "
		"that cannot be backed up.");
	if (query->runs.count > 0 && !hv_layout_by_hand(query->host)) {
		hv_finding_remedy(r, f,
			"See what Windows Server Backup has in its job: Get-WBVirtualMachine "
			"(Get-WBPolicy)");
		back_up_now(r, f, vm);
	}
	hv_finding_remedy(r, f, "If it is meant to have no backup, leave it out: --exclude %s",
		hv_need(r, vm->id));
}

void hv_backup_remedy_skipped(struct hv_report *r, struct hv_finding *f,
	const struct hv_backup_query *query, const struct hv_vm *vm, uint32_t hresult)
{
	const char *advice = hv_incident_hresult_remedy(r, vm, hresult);

	if (advice != NULL)
		hv_finding_remedy(r, f, "%s", advice);
	hv_finding_remedy(r, f,
		"check_hyperv_events tells why the checkpoint of this VM failed, "
		"check_hyperv_layout which of its files is to blame.");
	if (!hv_layout_by_hand(query->host))
		back_up_now(r, f, vm);
}

void hv_backup_remedy_untold(
	struct hv_report *r, struct hv_finding *f, const struct hv_backup_query *query)
{
	if (!query->runs.has_log)
		hv_finding_remedy(r, f,
			"If Windows Server Backup makes the backups, its log is needed; in a "
			"capture: wevtutil epl Microsoft-Windows-Backup Backup.evtx");
	if (!query->host->is_v1)
		hv_finding_remedy(r, f,
			"If nothing backs these VMs up, it is time: with Windows Server Backup, "
			"wbadmin start backup -backupTarget:TARGET -hyperv:VM -quiet");
	hv_finding_remedy(r, f,
		"If another program does, and does not tell Hyper-V, watch that program itself and "
		"give --rule never=ok; VMs that are meant to have no backup are left out with "
		"--exclude.");
}

void hv_backup_remedy_run(
	struct hv_report *r, struct hv_finding *f, const struct hv_backup_run *run)
{
	const char *advice = hv_incident_hresult_remedy(r, NULL, hv_backup_run_code(run));

	if (run->remedy != NULL)
		hv_finding_remedy(r, f, "%s", run->remedy);
	else if (advice != NULL)
		hv_finding_remedy(r, f, "%s", advice);
	hv_finding_remedy(r, f,
		"Read what the run wrote: wevtutil qe Microsoft-Windows-Backup /c:5 /rd:true "
		"/f:text");
}
