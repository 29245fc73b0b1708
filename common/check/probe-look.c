/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of the probe have in common: looking at the host, waiting for it, and telling what
 * is new on it. */
#include <string.h>

#include "base/buf.h"
#include "base/utf.h"
#include "check/checkpoints.h"
#include "check/probe-parts.h"

enum { PAUSE_PARTS = 8, TEXT_MAX = 1024 };

#define PAUSE_MIN (HV_USEC_PER_SEC / 2)
#define PAUSE_MAX (10 * HV_USEC_PER_SEC)

/* The host's clock is known to seconds, and the request took its time. */
#define CLOCK_GRAIN (60 * HV_USEC_PER_SEC)

hv_usec hv_probe_now(const struct hv_probe *p)
{
	return p->ops->now(p->ops->ctx);
}

void hv_probe_pause(const struct hv_probe *p, hv_usec since, hv_usec limit)
{
	const hv_usec t = hv_probe_now(p);
	const hv_usec wanted = hv_probe_later(hv_usec_sub(t, since) / PAUSE_PARTS, PAUSE_MIN);

	p->ops->pause(p->ops->ctx, hv_probe_earlier(hv_probe_earlier(wanted, PAUSE_MAX),
					   hv_probe_later(limit - t, 1)));
}

static const char *section_error(const struct hv_host *host)
{
	static const enum hv_section sections[] = {
		HV_SECTION_VMS,
		HV_SECTION_DISKS,
		HV_SECTION_CHECKPOINTS,
		HV_SECTION_JOBS,
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(sections); i++) {
		const struct hv_section_info *info = &host->sections[sections[i]];

		if (info->status != HV_SECTION_PRESENT)
			return info->error ? info->error : "the host tells only a part";
	}
	return NULL;
}

bool hv_probe_look(struct hv_probe *p)
{
	struct hv_err err = HV_ERR_INIT;
	const char *trouble = NULL;

	p->vm = NULL;
	if (p->ops->look(p->ops->ctx, false, &p->host, &err)) {
		p->trouble = hv_arena_strdup(&p->out->arena, err.text);
		return false;
	}
	trouble = section_error(p->host);
	if (trouble == NULL) {
		p->vm = hv_host_vm(p->host, p->about.id);
		if (p->vm == NULL)
			trouble = "the virtual machine is no longer on this host";
	}
	p->trouble = hv_arena_strdup(&p->out->arena, trouble);
	return trouble == NULL;
}

bool hv_probe_holds(const struct hv_probe_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], text) == 0)
			return true;
	return false;
}

/* Made by a request such as ours, since it was sent. */
static bool may_be_ours(const struct hv_probe *p, const struct hv_checkpoint *checkpoint)
{
	if (p->is_certain)
		return strcmp(checkpoint->id, p->id) == 0;
	if (checkpoint->kind != HV_CHECKPOINT_USER ||
		(checkpoint->automatic.known && checkpoint->automatic.value))
		return false;
	return !checkpoint->created_at.known || !p->host_time.known ||
	       checkpoint->created_at.usec >= hv_usec_sub(p->host_time.usec, CLOCK_GRAIN);
}

struct hv_probe_news hv_probe_find_news(struct hv_probe *p)
{
	HV_AUTO(buf) names = { .max = TEXT_MAX };
	struct hv_probe_news news = { .ours = NULL };

	HV_FOREACH_CHECKPOINT (checkpoint, p->vm) {
		if (hv_probe_holds(&p->checkpoints, checkpoint->id))
			continue;
		if (may_be_ours(p, checkpoint)) {
			news.ours = checkpoint;
			news.candidates++;
		} else {
			news.others++;
		}
		hv_buf_addf(&names, "%s'%s' (%s)", names.len > 0 ? ", " : "",
			hv_checkpoint_title(checkpoint), checkpoint->id);
	}
	p->others = NULL;
	if (news.candidates > 1 || (news.candidates == 1 && news.others > 0))
		p->others = hv_arena_strdup(&p->out->arena, hv_buf_str(&names));
	return news;
}

void hv_probe_take_ours(struct hv_probe *p, const struct hv_checkpoint *checkpoint)
{
	p->id = hv_arena_strdup(&p->out->arena, checkpoint->id);
	p->name = hv_arena_strdup(&p->out->arena, checkpoint->name);
	p->left = HV_PROBE_LEFT;
}

static const struct hv_job *find_job(const struct hv_probe *p, const char *id)
{
	HV_FOREACH_JOB (job, p->host) {
		if (hv_utf8_caseeq(job->id, id))
			return job;
	}
	return NULL;
}

/* Whether something is under way that may be a job which is not listed by its id. */
static bool is_busy(const struct hv_probe *p)
{
	if (p->vm->operation == HV_VM_CHECKPOINTING)
		return true;
	HV_FOREACH_JOB (job, p->host) {
		if (!job->is_storage && hv_probe_job_runs(job))
			return true;
	}
	return false;
}

enum hv_probe_job_end hv_probe_wait_for_job(
	struct hv_probe *p, const char *id, hv_usec limit, struct hv_probe_outcome *ret)
{
	const hv_usec since = hv_probe_now(p);
	const struct hv_job *job;

	for (;;) {
		if (hv_probe_look(p)) {
			job = find_job(p, id);
			if (job != NULL && hv_probe_job_failed(job)) {
				hv_probe_take_job(p, job, ret);
				return HV_PROBE_JOB_FAILED;
			}
			if (job != NULL ? !hv_probe_job_runs(job) : !is_busy(p))
				return HV_PROBE_JOB_ENDED;
		}
		if (hv_probe_now(p) >= limit)
			return HV_PROBE_JOB_LATE;
		hv_probe_pause(p, since, limit);
	}
}

const char *hv_probe_wait_text(struct hv_probe *p, hv_usec since)
{
	char text[HV_TIME_TEXT_MAX];

	hv_duration_format(hv_usec_sub(hv_probe_now(p), since), text);
	return hv_arena_printf(&p->out->arena, "accepted, but not done after %s%s%s", text,
		p->trouble ? "; last trouble: " : "", p->trouble ? p->trouble : "");
}

bool hv_probe_is_accepted(struct hv_probe *p, const struct hv_probe_answer *answer,
	struct hv_probe_outcome *ret, const char **ret_job)
{
	const struct hv_u64 *value = &answer->return_value;

	*ret_job = NULL;
	if (value->known && value->value == HV_METHOD_DONE)
		return true;
	if (value->known && value->value == HV_METHOD_JOB_STARTED) {
		*ret_job = hv_arena_strdup(&p->out->arena, answer->job_id);
		return true;
	}
	ret->end = value->known && hv_probe_return_blames_vm(value->value) ? HV_PROBE_FAILED
									   : HV_PROBE_UNCLEAR;
	ret->text = value->known ? hv_arena_printf(&p->out->arena, "the host refuses: %s",
					   hv_probe_return_text(&p->out->arena, value->value))
				 : "the host's answer has no return value";
	ret->advice = answer->advice;
	ret->advice_is_local = answer->advice_is_local;
	return false;
}

void hv_probe_take_error(struct hv_probe *p, const struct hv_probe_answer *answer,
	const struct hv_err *err, struct hv_probe_outcome *ret)
{
	ret->end = HV_PROBE_UNCLEAR;
	ret->text = hv_arena_strdup(&p->out->arena, err->text);
	ret->advice = answer->advice;
	ret->advice_is_local = answer->advice_is_local;
}
