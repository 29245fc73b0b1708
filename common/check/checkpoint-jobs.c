/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Hyper-V's jobs tell about merges. A job stays listed for a while after it ended. */
#include <inttypes.h>
#include <stdio.h>

#include "base/utf.h"
#include "check/checkpoints.h"
#include "check/explained.h"
#include "check/known-hresults.h"
#include "check/need.h"

/* JobState [CIM_ConcreteJob] */
enum { RUNNING = 4, EXCEPTION = 10 };

struct merge {
	const struct hv_checkpoint_query *query;
	const struct hv_job *job;
	const struct hv_vm *vm; /* whose disk it is; NULL: not told, or no disk in use */
	struct hv_report *out;
};

static bool is_in_state(const struct hv_job *job, uint64_t state)
{
	return job->state.known && job->state.value == state;
}

const struct hv_job *hv_checkpoint_running_job(const struct hv_host *host, enum hv_job_kind kind)
{
	HV_FOREACH_JOB (job, host) {
		if (job->kind == kind && is_in_state(job, RUNNING))
			return job;
	}
	return NULL;
}

static bool has_disk(const struct hv_vm *vm, const char *path)
{
	HV_FOREACH_DISK (disk, vm) {
		if (disk->place.path != NULL && hv_utf8_caseeq(disk->place.path, path))
			return true;
	}
	return false;
}

static const struct hv_vm *find_vm(const struct hv_host *host, const struct hv_job *job)
{
	HV_FOREACH_VM (vm, host) {
		if (job->child != NULL && has_disk(vm, job->child))
			return vm;
	}
	return NULL;
}

/* "the merge of E:\\a_1.avhdx" or "the job 'Merging'" */
static const char *title_of(const struct merge *m)
{
	const struct hv_job *job = m->job;
	struct hv_arena *arena = &m->out->arena;

	if (job->child != NULL)
		return hv_need(m->out, hv_arena_printf(arena, "the merge of %s", job->child));
	return hv_need(m->out, hv_arena_printf(arena, "the merge job '%s'",
				       job->name != NULL ? job->name : job->id));
}

/* Adds what a rule found, in the state that the user wants; NULL when that is OK. */
static struct hv_finding *add(const struct merge *m, const char *rule, const char *text)
{
	const enum hv_state state = hv_rule_state(&m->query->config->rules, rule, HV_WARNING);
	const char *item = m->vm != NULL ? hv_vm_title(&m->out->arena, m->vm) : NULL;

	if (state == HV_OK)
		return NULL;
	return hv_report_add(m->out, state, item, rule, "%s", hv_need(m->out, text));
}

static void judge_age(const struct merge *m)
{
	const struct hv_duration *limit = &m->query->config->merge_warn;
	const struct hv_time *start = &m->job->started_at;
	char age_text[HV_TIME_TEXT_MAX], limit_text[HV_TIME_TEXT_MAX], done[32] = "";
	struct hv_finding *f;
	hv_usec age;

	if (!start->known || !limit->set || start->usec >= m->query->now)
		return;
	age = hv_usec_sub(m->query->now, start->usec);
	if (age <= limit->usec)
		return;
	hv_duration_format(age, age_text);
	hv_duration_format(limit->usec, limit_text);
	if (m->job->progress.known && m->job->progress.value <= 100)
		(void)snprintf(done, sizeof(done), ", at %" PRIu64 " %%", m->job->progress.value);
	f = add(m, HV_RULE_MERGE_AGE,
		hv_arena_printf(&m->out->arena, "%s has been running for %s, more than %s%s",
			title_of(m), age_text, limit_text, done));
	if (f == NULL)
		return;
	hv_finding_why(m->out, f,
		"While it runs the VM's storage cannot be moved, and a backup may fail. It "
		"may be slow, or stuck.");
	hv_finding_remedy(m->out, f,
		"See whether it advances: Get-CimInstance -Namespace root/virtualization/v2 "
		"-ClassName Msvm_StorageJob. Do not shut the host down meanwhile; look for a busy or "
		"failing disk, and for software that holds the file.");
}

static void judge_failed(const struct merge *m)
{
	const struct hv_job *job = m->job;
	const uint64_t code = job->hresult.known && job->hresult.value != 0 ? job->hresult.value
			      : job->error_code.known                       ? job->error_code.value
									    : 0;
	const struct hv_known_hresult *known =
		code <= UINT32_MAX ? hv_known_hresult((uint32_t)code) : NULL;
	struct hv_finding *f;

	f = add(m, HV_RULE_MERGE_FAILED,
		code == 0 ? hv_arena_printf(&m->out->arena, "%s failed", title_of(m))
			  : hv_arena_printf(&m->out->arena, "%s failed, 0x%08" PRIX64 "%s%s%s",
				    title_of(m), code, known != NULL ? " (" : "",
				    known != NULL ? known->text : "", known != NULL ? ")" : ""));
	if (f == NULL)
		return;
	hv_finding_why(m->out, f,
		"The disk of the deleted checkpoint stays in use and grows; the next backup may "
		"fail on the chain of disks.");
	hv_finding_names_hresult(m->out, f, code);
	hv_finding_remedy(m->out, f,
		"check_hyperv_events tells what Hyper-V logged about it. Remove that cause, then "
		"create a checkpoint of the VM and delete it: that merges anew.");
}

void hv_checkpoint_job_findings(const struct hv_checkpoint_query *query, struct hv_report *out,
	struct hv_checkpoint_tally *tally)
{
	HV_FOREACH_JOB (job, query->host) {
		const struct merge m = {
			.query = query,
			.job = job,
			.vm = find_vm(query->host, job),
			.out = out,
		};

		if (job->kind != HV_JOB_MERGE)
			continue;
		hv_report_about(out, &(struct hv_subject){
					     .vm_id = m.vm != NULL ? m.vm->id : NULL,
					     .path = m.vm != NULL ? job->child : NULL,
				     });
		if (is_in_state(job, RUNNING)) {
			tally->merges++;
			judge_age(&m);
		} else if (is_in_state(job, EXCEPTION)) {
			judge_failed(&m);
		}
	}
	hv_report_about(out, NULL);
}
