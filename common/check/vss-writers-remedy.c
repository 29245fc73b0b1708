/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do about VSS writers (reference: VSS, "Writer errors and vetoes"). */
#include <stddef.h>

#include "base/attr.h"
#include "check/layout.h"
#include "check/vss-writers.h"

enum {
	INCONSISTENT = 0x800423F0,
	OUT_OF_RESOURCES = 0x800423F1,
	TIMED_OUT = 0x800423F2,
	RETRYABLE = 0x800423F3,
	NON_RETRYABLE = 0x800423F4,
};

/* Microsoft's policy for requesters, for people. */
static const struct {
	uint32_t code;
	const char *text;
} policies[] = {
	{ INCONSISTENT, "Add all volumes that hold files of the VMs to the same backup." },
	{ OUT_OF_RESOURCES, "Free memory and disk space on the host, then run the backup again." },
	{ TIMED_OUT,
		"Run the backup when the host is less busy, and not several backups at once." },
	{ RETRYABLE,
		"Run the backup again once; when it fails in the same way, restart the service." },
	{ NON_RETRYABLE,
		"Another try will fail, too: find the cause first, which check_hyperv_events "
		"tells." },
};

static void remedy_restart(const struct hv_writer_job *job, struct hv_finding *f)
{
	hv_finding_remedy(job->out, f, "%s",
		hv_layout_by_hand(job->host) ? "net stop vmms, then net start vmms"
					     : "Restart-Service vmms");
	hv_finding_remedy(job->out, f,
		"That restarts the service which holds the writer. VMs are processes of their own "
		"and should go on running, but cannot be managed meanwhile: not during a backup, a "
		"migration or a merge.");
}

static void remedy_look_again(const struct hv_writer_job *job, struct hv_finding *f)
{
	hv_finding_remedy(
		job->out, f, "Whether it helped tells, as administrator: vssadmin list writers");
}

void hv_writer_remedy_failed(
	const struct hv_writer_job *job, struct hv_finding *f, const struct hv_writer *writer)
{
	const struct hv_known_hresult *error = hv_writer_error(writer->last_error);

	for (size_t i = 0; error != NULL && i < HV_ARRAY_LEN(policies); i++)
		if (policies[i].code == error->code)
			hv_finding_remedy(job->out, f, "%s", policies[i].text);
	if (error == NULL)
		hv_finding_remedy(job->out, f,
			"The cause is in the log of the Hyper-V VMMS: check_hyperv_events.");
	remedy_restart(job, f);
	remedy_look_again(job, f);
}

void hv_writer_remedy_missing(const struct hv_writer_job *job, struct hv_finding *f)
{
	hv_finding_remedy(job->out, f, "%s",
		hv_layout_by_hand(job->host) ? "sc query vmms"
					     : "Get-Service vmms, VSS, EventSystem");
	hv_finding_remedy(job->out, f, "When vmms does not run, start it; when it does:");
	remedy_restart(job, f);
	remedy_look_again(job, f);
}

void hv_writer_remedy_waiting(const struct hv_writer_job *job, struct hv_finding *f)
{
	hv_finding_remedy(job->out, f,
		"See in the backup software whether a job still runs or was broken off, and end "
		"it there first.");
	remedy_restart(job, f);
	remedy_look_again(job, f);
}
