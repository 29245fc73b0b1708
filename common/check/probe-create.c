/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe asks for a checkpoint, and looks whether it is there. */
#include "check/probe-parts.h"

/* A request that ended well: its checkpoint is there now. */
static void confirm_creation(struct hv_probe *p, hv_usec limit, struct hv_probe_outcome *ret)
{
	const hv_usec since = hv_probe_now(p);
	const hv_usec end = hv_probe_earlier(limit, hv_usec_add(since, HV_PROBE_ROWS_LATE));

	for (;;) {
		const struct hv_probe_news news = hv_probe_look(p)
							  ? hv_probe_find_news(p)
							  : (struct hv_probe_news){ .ours = NULL };

		if (news.candidates > 0) {
			if (p->others == NULL)
				hv_probe_take_ours(p, news.ours);
			ret->end = HV_PROBE_DONE;
			return;
		}
		if (hv_probe_now(p) >= end)
			break;
		hv_probe_pause(p, since, end);
	}
	p->may_appear = p->trouble != NULL;
	ret->end = p->trouble ? HV_PROBE_UNCLEAR : HV_PROBE_FAILED;
	ret->text = p->trouble
			    ? hv_arena_printf(&p->out->arena,
				      "whether the checkpoint exists is not known: %s", p->trouble)
			    : "the host says that it is done, but there is no new checkpoint";
}

bool hv_probe_create(struct hv_probe *p)
{
	struct hv_probe_outcome *ret = &p->steps[HV_PROBE_CREATE];
	const hv_usec since = hv_probe_now(p);
	const hv_usec limit = hv_probe_earlier(hv_usec_add(since, p->config->step_timeout.usec),
		hv_usec_sub(p->end, hv_probe_reserve(p)));
	struct hv_probe_answer answer = { .maybe_done = true };
	struct hv_err err = HV_ERR_INIT;
	const char *job = NULL;

	if (p->ops->create(p->ops->ctx, p->about.id, &answer, &err)) {
		hv_probe_take_error(p, &answer, &err, ret);
		p->may_appear = answer.maybe_done;
		return answer.maybe_done;
	}
	if (!hv_probe_is_accepted(p, &answer, ret, &job))
		return !answer.return_value.known;
	if (answer.checkpoint_id && !hv_probe_holds(&p->checkpoints, answer.checkpoint_id)) {
		p->id = hv_arena_strdup(&p->out->arena, answer.checkpoint_id);
		p->is_certain = p->id != NULL;
	}
	switch (job ? hv_probe_wait_for_job(p, job, limit, ret) : HV_PROBE_JOB_ENDED) {
	case HV_PROBE_JOB_ENDED:
		confirm_creation(p, limit, ret);
		break;
	case HV_PROBE_JOB_FAILED:
		ret->end = HV_PROBE_FAILED;
		break;
	case HV_PROBE_JOB_LATE:
		ret->end = p->trouble ? HV_PROBE_UNCLEAR : HV_PROBE_FAILED;
		ret->text = hv_probe_wait_text(p, since);
		p->may_appear = true;
		break;
	}
	return true;
}
