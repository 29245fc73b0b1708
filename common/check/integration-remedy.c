/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How integration services are switched on, made to answer and brought up to date. */
#include <stddef.h>

#include "base/attr.h"
#include "check/integration.h"
#include "check/need.h"
#include "check/platform.h"
#include "check/powershell.h"

/* The component's own id: its name for people is another in each language. */
#define VSS_COMPONENT "5CED1297-4598-4915-A5FC-AD21BB4D02A4"

static const char *vm_arguments(struct hv_report *r, const struct hv_vm *vm)
{
	return hv_need(r, hv_ps_vm(&r->arena, vm));
}

static void switch_on(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm)
{
	if (hv_host_platform(host) == HV_HOST_2008)
		hv_finding_remedy(r, f,
			"In Hyper-V Manager, in the settings of the VM, under Integration Services, "
			"tick Backup (volume snapshot).");
	else
		hv_finding_remedy(r, f,
			"foreach ($s in Get-VMIntegrationService %s) { if ($s.Id -like "
			"'*" VSS_COMPONENT "*') { Enable-VMIntegrationService "
			"-VMIntegrationService $s } }",
			vm_arguments(r, vm));
}

static void update_from_iso(struct hv_report *r, struct hv_finding *f, const struct hv_vm *vm)
{
	hv_finding_remedy(r, f,
		"Set-VMDvdDrive %s -Path \"$env:SystemRoot\\System32\\vmguest.iso\"; then run "
		"support\\amd64\\setup.exe (32 bits: support\\x86\\setup.exe) of that drive in the "
		"guest, which restarts.",
		vm_arguments(r, vm));
}

void hv_integration_remedy_version(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm)
{
	const unsigned int platform = hv_host_platform(host);

	if (platform & (HV_HOST_2012 | HV_HOST_2012_R2))
		update_from_iso(r, f, vm);
	else if (platform & HV_HOST_2008)
		hv_finding_remedy(r, f,
			"In the window of the VM's connection choose Action, Insert Integration "
			"Services Setup Disk, and run the setup in the guest, which restarts.");
	else
		hv_finding_remedy(r, f,
			"In the guest, install all updates of Windows Update; for guests up to "
			"Windows Server 2012 R2 the integration services are among them "
			"(KB3071740).");
}

static void start_daemon(struct hv_report *r, struct hv_finding *f)
{
	hv_finding_remedy(r, f,
		"In the guest, install and start hv_vss_daemon: package hyperv-daemons (Debian, "
		"Red Hat), linux-cloud-tools-virtual (Ubuntu), hyper-v (SUSE).");
}

void hv_vss_remedy(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm)
{
	const enum hv_vss vss = hv_vss_of(vm);

	if (vss == HV_VSS_DISABLED) {
		switch_on(r, f, host, vm);
		return;
	}
	if (hv_guest_platform(vm) == HV_GUEST_OTHER) {
		start_daemon(r, f);
		return;
	}
	if (vss != HV_VSS_OLDER_PROTOCOL && vss != HV_VSS_OTHER_PROTOCOL) {
		hv_finding_remedy(r, f, "In the guest, as administrator: Restart-Service vmicvss");
		hv_finding_remedy(r, f, "If that service is missing or does not start:");
	}
	hv_integration_remedy_version(r, f, host, vm);
}
