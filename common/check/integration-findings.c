/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The integration services of one VM in words. */
#include "base/attr.h"
#include "base/time.h"
#include "check/integration.h"
#include "check/need.h"
#include "check/platform.h"

enum { VERSION_MISMATCH = 2 }; /* [Msvm_SummaryInformation.IntegrationServicesVersionState] */

#define WINDOWS_LIKE (HV_GUEST_WINDOWS | HV_GUEST_UNKNOWN)
#define UP_TO_2012_R2                                                                              \
	(HV_HOST_2008 | HV_HOST_2012 | HV_HOST_2012_R2 | HV_HOST_UNKNOWN) /* at worst */

/* The first row that fits says which rule is broken, and by what. */
static const struct vss_row {
	enum hv_vss vss;
	unsigned int hosts, guests;
	enum hv_state state;
	const char *rule;
	const char *text;
} vss_rows[] = {
	{ HV_VSS_DISABLED, HV_HOST_ANY, HV_GUEST_ANY, HV_WARNING, HV_RULE_VSS_DISABLED,
		"the integration component for backups (VSS) is switched off" },
	{ HV_VSS_NO_CONTACT, HV_HOST_ANY, HV_GUEST_WINDOWS, HV_WARNING, HV_RULE_VSS_NO_CONTACT,
		"the component for backups (VSS) does not answer: not installed or not started in "
		"the guest" },
	{ HV_VSS_NO_CONTACT, HV_HOST_ANY, HV_GUEST_UNKNOWN, HV_WARNING, HV_RULE_VSS_NO_CONTACT,
		"the component for backups (VSS) does not answer, and nothing is told of the "
		"guest" },
	{ HV_VSS_LOST_CONTACT, HV_HOST_ANY, WINDOWS_LIKE, HV_WARNING, HV_RULE_VSS_NO_CONTACT,
		"the component for backups (VSS) has stopped to answer" },
	{ HV_VSS_NO_CONTACT, HV_HOST_ANY, HV_GUEST_OTHER, HV_OK, HV_RULE_LINUX_NO_CONTACT,
		"its VSS daemon does not answer" },
	{ HV_VSS_LOST_CONTACT, HV_HOST_ANY, HV_GUEST_OTHER, HV_OK, HV_RULE_LINUX_NO_CONTACT,
		"its VSS daemon has stopped to answer" },
	{ HV_VSS_OTHER_PROTOCOL, HV_HOST_ANY, WINDOWS_LIKE, HV_WARNING, HV_RULE_VSS_PROTOCOL,
		"the component for backups (VSS) speaks a version that the host does not know" },
	{ HV_VSS_OLDER_PROTOCOL, UP_TO_2012_R2, HV_GUEST_WINDOWS, HV_WARNING, HV_RULE_VSS_PROTOCOL,
		"the component for backups (VSS) is degraded: it speaks an older version than the "
		"host" },
};

/* One VM while it is judged. */
struct job {
	const struct hv_integration_query *query;
	const struct hv_vm *vm;
	struct hv_report *out;
	struct hv_integration_tally *tally;
	const char *title;
	unsigned int host, guest;
	uint64_t faults, unjudged;
	const char *remark; /* for the OK finding; NULL: none */
};

static enum hv_state state_of(const struct job *job, const char *rule, enum hv_state by_default)
{
	return hv_rule_state(&job->query->config->rules, rule, by_default);
}

static const struct vss_row *find_row(const struct job *job, enum hv_vss vss)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(vss_rows); i++)
		if (vss_rows[i].vss == vss && (vss_rows[i].hosts & job->host) &&
			(vss_rows[i].guests & job->guest))
			return &vss_rows[i];
	return NULL;
}

/* What is not told stays UNKNOWN, however bad the user calls the rule. */
static void vss_not_told(struct job *job, enum hv_vss vss)
{
	job->remark = "the component for backups (VSS) is not told";
	if (state_of(job, HV_RULE_VSS_NO_CONTACT, HV_UNKNOWN) == HV_OK)
		return;
	job->unjudged++;
	if (vss == HV_VSS_ODD)
		hv_report_add(job->out, HV_UNKNOWN, job->title, HV_RULE_VSS_NO_CONTACT,
			"not judged, the status %llu of the component for backups (VSS) is not "
			"known",
			(unsigned long long)job->vm->integration.vss_status.value);
	else
		hv_report_add(job->out, HV_UNKNOWN, job->title, HV_RULE_VSS_NO_CONTACT,
			"not judged, the host does not tell whether the component for backups "
			"(VSS) is on and answers");
}

static void tell_vss(struct job *job, const struct vss_row *row)
{
	const enum hv_state state = state_of(job, row->rule, row->state);
	struct hv_finding *f;

	if (state == HV_OK) {
		job->remark = row->text;
		return;
	}
	job->faults++;
	f = hv_report_add(job->out, state, job->title, row->rule, "%s", row->text);
	hv_finding_why(job->out, f, "%s", hv_vss_consequence(job->query->host));
	hv_vss_remedy(job->out, f, job->query->host, job->vm);
}

/* No row is about it. A backup under way may well have a status of its own. */
static void tell_no_fault(struct job *job, enum hv_vss vss)
{
	if (vss == HV_VSS_OLDER_PROTOCOL || vss == HV_VSS_OTHER_PROTOCOL)
		job->remark = "the component for backups (VSS) answers, in another version of its "
			      "protocol than the host's";
	else if (vss == HV_VSS_ODD && job->vm->operation != HV_VM_OPERATION_OTHER)
		job->remark = "the component for backups (VSS) is not judged while the VM is busy "
			      "with a checkpoint";
	else if (vss != HV_VSS_ANSWERS)
		vss_not_told(job, vss);
}

static void judge_vss(struct job *job)
{
	const enum hv_vss vss = hv_vss_of(job->vm);
	const struct vss_row *row = find_row(job, vss);
	const bool silent = vss == HV_VSS_NO_CONTACT || vss == HV_VSS_LOST_CONTACT;

	if (silent && hv_vm_is_starting(job->vm, &job->query->config->grace)) {
		job->tally->starting++;
		job->remark = "started lately, the component for backups (VSS) need not answer yet";
		return;
	}
	job->tally->disabled += vss == HV_VSS_DISABLED;
	job->tally->no_contact += silent;
	if (row != NULL)
		tell_vss(job, row);
	else
		tell_no_fault(job, vss);
}

static bool is_older(struct hv_version a, struct hv_version b)
{
	const int order = hv_version_cmp(a, b);

	return order != 0 ? order < 0 : a.build < b.build;
}

static void tell_version(struct job *job, const char *rule, const char *text)
{
	const enum hv_state state = state_of(job, rule, HV_WARNING);
	struct hv_finding *f;

	job->tally->outdated++;
	if (state == HV_OK)
		return;
	job->faults++;
	f = hv_report_add(job->out, state, job->title, rule, "%s", hv_need(job->out, text));
	hv_finding_why(job->out, f,
		"Backups of running VMs depend on these services; Microsoft wants them at the "
		"level of the host.");
	hv_integration_remedy_version(job->out, f, job->query->host, job->vm);
}

/* Up to 2012 R2: the services come from the host. */
static void compare_versions(struct job *job)
{
	const struct hv_version host = job->query->host->version;
	const struct hv_guest *guest = &job->vm->guest;
	const struct hv_version version = hv_version_parse(guest->integration_services_version);

	if (!host.known || host.build == 0)
		return;
	if (guest->os_version.known && hv_version_cmp(guest->os_version, host) > 0)
		return;
	if (!version.known)
		job->tally->version_not_told++;
	else if (is_older(version, host))
		tell_version(job, HV_RULE_VERSION_OLD,
			hv_arena_printf(&job->out->arena,
				"integration services %s are older than the host (%u.%u.%u)",
				guest->integration_services_version, host.major, host.minor,
				host.build));
}

static void judge_version(struct job *job)
{
	const struct hv_u64 *state = &job->vm->integration.version_state;

	if (job->guest != HV_GUEST_WINDOWS)
		return;
	if (job->host != HV_HOST_2016)
		compare_versions(job);
	else if (!state->known)
		job->tally->version_not_told++;
	else if (state->value == VERSION_MISMATCH)
		tell_version(job, HV_RULE_VERSION_MISMATCH,
			"Hyper-V calls the integration services out of date");
}

/* Whether there is anything to judge: services of a VM that does not run do not answer. */
static bool is_running(struct job *job)
{
	if (job->vm->state == HV_VM_RUNNING)
		return true;
	if (job->vm->state == HV_VM_STATE_UNKNOWN) {
		hv_report_add(job->out, HV_UNKNOWN, job->title, NULL,
			"not judged, the host does not tell whether it runs");
		return false;
	}
	job->tally->not_running++;
	hv_report_add(job->out, HV_OK, job->title, NULL, "not judged, it does not run");
	return false;
}

static void tell_ok(struct job *job)
{
	hv_report_add(job->out, HV_OK, job->title, NULL, "%s",
		job->remark != NULL ? job->remark : "the component for backups (VSS) answers");
}

void hv_integration_findings(const struct hv_integration_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_integration_tally *tally)
{
	struct job job = {
		.query = query,
		.vm = vm,
		.out = out,
		.tally = tally,
		.title = hv_vm_title(&out->arena, vm),
		.host = hv_host_platform(query->host),
		.guest = hv_guest_platform(vm),
	};

	hv_report_about(out, &(struct hv_subject){ .vm_id = vm->id });
	if (is_running(&job)) {
		tally->running++;
		tally->guest_not_told += job.guest == HV_GUEST_UNKNOWN;
		judge_vss(&job);
		judge_version(&job);
		if (job.faults == 0 && job.unjudged == 0)
			tell_ok(&job);
		tally->faulty_vms += job.faults > 0;
		tally->judged_vms += job.unjudged == 0;
	}
	hv_report_about(out, NULL);
}
