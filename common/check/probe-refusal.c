/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the probe may not be run: whatever is not known, or not as it should be, is a reason. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"
#include "base/utf.h"
#include "check/checkpoints.h"
#include "check/need.h"
#include "check/probe.h"

enum { NAMES_TEXT_MAX = 1024, MAX_NAMED = 10 };

#define SECTIONS                                                                                   \
	(HV_SEC_OS | HV_SEC_VOLUMES | HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS | HV_SEC_JOBS)
#define REFUSED "refused, nothing was changed: "

struct admission {
	const struct hv_probe_config *config;
	const struct hv_host *host;
	const struct hv_vm *vm;
	struct hv_report *out;
};

static const char *title(const struct admission *a)
{
	return a->vm ? hv_vm_title(&a->out->arena, a->vm) : NULL;
}

static bool has_sections(const struct admission *a)
{
	const struct hv_host *host = a->host;
	bool complete = true;

	for (int i = 0; i < HV_SECTION_COUNT; i++) {
		const struct hv_section_info *info = &host->sections[i];

		if ((SECTIONS & HV_SEC(i)) == 0 ||
			(info->status == HV_SECTION_PRESENT && info->damage == NULL))
			continue;
		complete = false;
		hv_report_add(a->out, HV_UNKNOWN, NULL, NULL, REFUSED "section %s: %s",
			hv_section_name((enum hv_section)i),
			info->error    ? info->error
			: info->damage ? info->damage
				       : "the host tells nothing about it");
	}
	return complete;
}

/* Before Windows Server 2012 the disks of a running VM merge only once it is off. */
static bool is_new_enough(const struct admission *a)
{
	struct hv_finding *f;

	if (!a->host->is_v1)
		return true;
	f = hv_report_add(a->out, HV_UNKNOWN, NULL, NULL,
		REFUSED "this host is older than Windows Server 2012");
	hv_finding_why(a->out, f,
		"There the disks merge only when the virtual machine is off, so the probe would "
		"leave a merge behind.");
	hv_finding_remedy(a->out, f,
		"Try it in Hyper-V Manager when the virtual machine may be shut down afterwards, "
		"and leave it off until the merge is done.");
	return false;
}

static bool sees_vms(const struct admission *a)
{
	struct hv_finding *f;

	if (a->host->vm_count > 0 || a->host->host_row_seen)
		return true;
	f = hv_report_add(a->out, HV_UNKNOWN, NULL, NULL,
		REFUSED "no row at all was readable: the account lacks rights or the role is "
			"absent");
	if (a->config->rights_advice)
		hv_finding_remedy(a->out, f, "on the host: %s", a->config->rights_advice);
	return false;
}

static bool is_meant(const struct hv_vm *vm, const char *text)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	if (hv_guid_normalise(text, strlen(text), guid))
		return strcmp(vm->id, guid) == 0 || hv_utf8_caseeq(vm->name, text);
	return hv_utf8_caseeq(vm->name, text);
}

static bool find_vm(struct admission *a)
{
	HV_AUTO(buf) ids = { .max = NAMES_TEXT_MAX };
	size_t count = 0;

	HV_FOREACH_VM (vm, a->host) {
		if (!is_meant(vm, a->config->vm))
			continue;
		if (count < MAX_NAMED)
			hv_buf_addf(&ids, "%s%s", count > 0 ? ", " : "", vm->id);
		count++;
		a->vm = vm;
	}
	if (count == 1)
		return true;
	a->vm = NULL;
	if (count == 0)
		hv_report_add(a->out, HV_UNKNOWN, NULL, NULL,
			REFUSED "no virtual machine of this host is called '%s'", a->config->vm);
	else
		hv_report_add(a->out, HV_UNKNOWN, NULL, NULL,
			REFUSED "%zu virtual machines are called '%s'; give --vm one of %s%s",
			count, a->config->vm, hv_buf_str(&ids), count > MAX_NAMED ? " ..." : "");
	return false;
}

/* Says why not. */
static bool refuse(const struct admission *a, const char *reason)
{
	hv_report_add(a->out, HV_UNKNOWN, title(a), NULL, REFUSED "%s", reason);
	return false;
}

static bool is_at_rest(const struct admission *a)
{
	switch (a->vm->operation) {
	case HV_VM_CHECKPOINTING:
		return refuse(a, "a checkpoint is being created, applied or removed");
	case HV_VM_MERGING:
		return refuse(a, "its disks are being merged");
	case HV_VM_BACKING_UP:
		return refuse(a, "it is being backed up");
	case HV_VM_OPERATION_OTHER:
		break;
	}
	switch (a->vm->state) {
	case HV_VM_STATE_UNKNOWN:
		return refuse(a, "its state is not known");
	case HV_VM_CHANGING:
		return refuse(a, "it is changing its state (starting, stopping, saving ...)");
	case HV_VM_RUNNING:
	case HV_VM_OFF:
	case HV_VM_SAVED:
	case HV_VM_PAUSED:
		break;
	}
	return true;
}

/* Any job, of any VM: a backup works on several at a time, and rows do not tell whose they are. */
static bool no_job_runs(const struct admission *a)
{
	HV_FOREACH_JOB (job, a->host) {
		const char *name = job->name ? job->name : job->id;

		if (!hv_probe_job_runs(job))
			continue;
		if (job->type.known)
			hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
				REFUSED "a job runs on the host: %s (%s type %" PRIu64 ")", name,
				job->is_storage ? "storage job" : "job", job->type.value);
		else
			hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
				REFUSED "a job runs on the host: %s", name);
		return false;
	}
	return true;
}

static bool has_no_odd_checkpoint(const struct admission *a)
{
	HV_FOREACH_CHECKPOINT (checkpoint, a->vm) {
		const char *name = hv_checkpoint_title(checkpoint);

		if (checkpoint->kind == HV_CHECKPOINT_RECOVERY) {
			hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
				REFUSED "it has a checkpoint of a backup, '%s'; "
					"check_hyperv_checkpoints tells whether it was left behind",
				name);
			return false;
		}
		if (checkpoint->kind == HV_CHECKPOINT_MISSING) {
			hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
				REFUSED "files of its checkpoint '%s' are missing", name);
			return false;
		}
	}
	if (a->vm->checkpoint_count < HV_PROBE_MAX_CHECKPOINTS)
		return true;
	hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
		REFUSED "it has %zu checkpoints already, and Hyper-V takes 50 at most",
		a->vm->checkpoint_count);
	return false;
}

static bool takes_checkpoints(const struct admission *a)
{
	const struct hv_u64 *type = &a->vm->user_snapshot_type;

	return !type->known || type->value != HV_USER_SNAPSHOTS_DISABLED ||
	       refuse(a, "checkpoints are disabled in its settings");
}

/* A file or folder for which a checkpoint needs room. */
static bool has_room(const struct admission *a, const char *what, const struct hv_place *place)
{
	const struct hv_volume *volume = place->volume;
	char free_text[HV_BYTES_TEXT_MAX];

	if (volume == NULL || !hv_space_known(volume)) {
		hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
			REFUSED "the free space for its %s is not known: %s", what,
			place->path ? place->path : "its path is not told");
		return false;
	}
	if (hv_space_state(&a->config->space, volume) == HV_OK)
		return true;
	hv_format_bytes(volume->free_bytes.value, free_text);
	hv_report_add(a->out, HV_UNKNOWN, title(a), NULL,
		REFUSED "only %s are free on volume '%s', which holds its %s; "
			"check_hyperv_space tells what to do",
		free_text, volume->title, what);
	return false;
}

static bool has_space(const struct admission *a)
{
	HV_FOREACH_DISK (disk, a->vm) {
		if (disk->kind == HV_DISK_VHD && !has_room(a, "virtual hard disk", &disk->place))
			return false;
	}
	return has_room(a, "checkpoint folder", &a->vm->snapshot_root);
}

bool hv_probe_admits(const struct hv_probe_config *config, const struct hv_host *host,
	struct hv_report *out, const struct hv_vm **ret_vm)
{
	struct admission a = { .config = config, .host = host, .out = out };
	bool admitted;

	if (!is_new_enough(&a) || !has_sections(&a) || !sees_vms(&a) || !find_vm(&a))
		return false;
	hv_report_about(out, &(struct hv_subject){ .vm_id = a.vm->id });
	admitted = is_at_rest(&a);
	admitted = no_job_runs(&a) && admitted;
	admitted = has_no_odd_checkpoint(&a) && admitted;
	admitted = takes_checkpoints(&a) && admitted;
	admitted = has_space(&a) && admitted;
	hv_report_about(out, NULL);
	if (admitted)
		*ret_vm = a.vm;
	return admitted;
}
