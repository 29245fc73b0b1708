/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about integration services, and what the host's numbers mean. */
#include "check/integration.h"

#include "base/attr.h"
#include "check/platform.h"

const struct hv_rule hv_integration_rules[] = {
	{
		.id = HV_RULE_VSS_DISABLED,
		.summary = "The integration component for backups is switched off",
		.states = "WARNING",
		.explanation =
			"\"Backup (volume checkpoint)\", or \"volume snapshot\", in the settings "
			"of the VM. Without it the host cannot prepare the guest for a backup.",
		.source = "Msvm_VssComponentSettingData.EnabledState 3",
	},
	{
		.id = HV_RULE_VSS_NO_CONTACT,
		.summary = "The component for backups does not answer in a running VM",
		.states = "WARNING; also for a VM that tells nothing of its guest; OK within "
			  "--grace after its start",
		.explanation =
			"The service in the guest is not installed or not running, or it has "
			"stopped to answer. Guests that are known not to be Windows have a rule of "
			"their own.",
		.source = "Msvm_VssComponent.OperationalStatus 12 and 13",
	},
	{
		.id = HV_RULE_VSS_PROTOCOL,
		.summary = "The component for backups speaks another version than the host",
		.states = "WARNING for one that the host cannot speak, and on hosts up to Windows "
			  "Server 2012 R2 for an older one; Windows guests only",
		.explanation =
			"With an older version of the protocol Hyper-V calls the component "
			"degraded: up to 2012 R2 the integration services want an update. From "
			"2016 on they come with the guest's own updates and the status means "
			"nothing. Linux guests have it by design.",
		.source = "Msvm_VssComponent.OperationalStatus 3 and 7; KB2956569",
	},
	{
		.id = HV_RULE_LINUX_NO_CONTACT,
		.summary = "No answer from the VSS daemon of a guest that is not Windows",
		.states = "OK; choose another state with --rule linux-no-contact=warning",
		.explanation =
			"hv_vss_daemon is not part of every installation. Without it a backup has "
			"the disks as after a power failure, and on hosts before Windows Server "
			"2012 R2 the VM is saved meanwhile.",
		.source = "Msvm_VssComponent.OperationalStatus 12 and 13; Manage Hyper-V "
			  "integration services",
	},
	{
		.id = HV_RULE_VERSION_OLD,
		.summary = "Integration services older than the host",
		.states = "WARNING on hosts up to Windows Server 2012 R2, for Windows guests that "
			  "are not newer than the host",
		.explanation =
			"Compares the first three parts of the version that the guest tells with "
			"that of the host. From 2016 on such a comparison means nothing.",
		.source = "Manage Hyper-V integration services; IntegrationServicesVersion of the "
			  "key-value exchange",
	},
	{
		.id = HV_RULE_VERSION_MISMATCH,
		.summary = "Hyper-V calls the integration services of a VM out of date",
		.states = "WARNING on Windows Server 2016 and later, for Windows guests",
		.explanation = "Guests up to Windows Server 2012 R2 get theirs from Windows "
			       "Update. Linux guests have the status by design.",
		.source = "Msvm_SummaryInformation.IntegrationServicesVersionState 2; KB2956569",
	},
	{ .id = NULL },
};

enum { SETTING_DISABLED = 3 }; /* [Msvm_VssComponentSettingData.EnabledState] */

/* [Msvm_VssComponent.OperationalStatus] */
static const struct {
	uint64_t status;
	enum hv_vss vss;
} statuses[] = {
	{ 2, HV_VSS_ANSWERS },
	{ 3, HV_VSS_OLDER_PROTOCOL },
	{ 7, HV_VSS_OTHER_PROTOCOL },
	{ 12, HV_VSS_NO_CONTACT },
	{ 13, HV_VSS_LOST_CONTACT },
};

enum hv_vss hv_vss_of(const struct hv_vm *vm)
{
	const struct hv_u64 *setting = &vm->integration.vss_setting;
	const struct hv_u64 *status = &vm->integration.vss_status;

	if (setting->known && setting->value == SETTING_DISABLED)
		return HV_VSS_DISABLED;
	if (!setting->known || !status->known)
		return HV_VSS_NOT_TOLD;
	for (size_t i = 0; i < HV_ARRAY_LEN(statuses); i++)
		if (statuses[i].status == status->value)
			return statuses[i].vss;
	return HV_VSS_ODD;
}

bool hv_vm_is_starting(const struct hv_vm *vm, const struct hv_duration *grace)
{
	return vm->on_time_ms.known && grace->set && grace->usec > 0 &&
	       vm->on_time_ms.value < (uint64_t)grace->usec / 1000;
}

const char *hv_vss_consequence(const struct hv_host *host)
{
	static const struct {
		unsigned int hosts;
		const char *text;
	} rows[] = {
		{ HV_HOST_2008 | HV_HOST_2012,
			"A backup by the host then saves the VM's state, so that it stands still "
			"meanwhile, or fails." },
		{ HV_HOST_2012_R2, "A backup by the host then has the disks as after a power "
				   "failure, or saves the VM's state meanwhile, or fails." },
		{ HV_HOST_2016 | HV_HOST_UNKNOWN,
			"A backup by the host then has the disks as after a power failure: neither "
			"file systems nor applications were prepared." },
	};
	const unsigned int platform = hv_host_platform(host);
	size_t i = 0;

	while (i + 1 < HV_ARRAY_LEN(rows) && !(rows[i].hosts & platform))
		i++;
	return rows[i].text;
}
