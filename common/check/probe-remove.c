/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe removes what it created, and nothing else. */
#include <string.h>

#include "check/probe-parts.h"

enum found { FOUND_OURS, FOUND_SEVERAL, FOUND_NOTHING, FOUND_TOO_LATE };

/* What is to be removed; it is waited for as long as it may still come. */
static enum found find_ours(struct hv_probe *p, hv_usec limit)
{
	const hv_usec since = hv_probe_now(p);

	for (;;) {
		if (hv_probe_look(p)) {
			const struct hv_probe_news news = hv_probe_find_news(p);

			if (p->others != NULL)
				return FOUND_SEVERAL;
			if (news.candidates == 1) {
				hv_probe_take_ours(p, news.ours);
				return FOUND_OURS;
			}
			if (!p->may_appear)
				return FOUND_NOTHING;
		}
		if (hv_probe_now(p) >= limit)
			return FOUND_TOO_LATE;
		hv_probe_pause(p, since, limit);
	}
}

static bool is_gone(struct hv_probe *p)
{
	if (p->vm == NULL)
		return false;
	HV_FOREACH_CHECKPOINT (checkpoint, p->vm) {
		if (strcmp(checkpoint->id, p->id) == 0)
			return false;
	}
	return true;
}

/* Whether another new checkpoint stands beside it by now: it may depend on ours, and would go with
 * it. */
static bool is_joined(struct hv_probe *p)
{
	if (p->vm)
		(void)hv_probe_find_news(p);
	return p->others != NULL;
}

/* One request and what comes of it. False when another one could only do harm. */
static bool remove_once(struct hv_probe *p, hv_usec limit, struct hv_probe_outcome *ret)
{
	struct hv_probe_answer answer = { .maybe_done = true };
	struct hv_err err = HV_ERR_INIT;
	const hv_usec since = hv_probe_now(p);
	const hv_usec end = hv_probe_earlier(limit, hv_usec_add(since, HV_PROBE_ROWS_LATE));
	const char *job = NULL;
	bool accepted = false;

	*ret = (struct hv_probe_outcome){ .end = HV_PROBE_FAILED };
	if (p->ops->remove(p->ops->ctx, p->id, &answer, &err)) {
		hv_probe_take_error(p, &answer, &err, ret);
		accepted = answer.maybe_done;
	} else {
		accepted = hv_probe_is_accepted(p, &answer, ret, &job);
	}
	switch (job ? hv_probe_wait_for_job(p, job, limit, ret) : HV_PROBE_JOB_ENDED) {
	case HV_PROBE_JOB_ENDED:
		break;
	case HV_PROBE_JOB_FAILED:
		accepted = false;
		break;
	case HV_PROBE_JOB_LATE:
		ret->end = p->trouble ? HV_PROBE_UNCLEAR : HV_PROBE_FAILED;
		ret->text = hv_probe_wait_text(p, since);
		return false;
	}
	while (!(hv_probe_look(p) && (is_gone(p) || !accepted)) && hv_probe_now(p) < end)
		hv_probe_pause(p, since, end);
	if (accepted && ret->text == NULL)
		ret->text = p->trouble ? hv_arena_printf(&p->out->arena,
						 "whether it is gone is not known: %s", p->trouble)
				       : "the host says that it is done, but the checkpoint is "
					 "still there";
	return true;
}

static void remove_ours(struct hv_probe *p, hv_usec limit, struct hv_probe_outcome *ret)
{
	const hv_usec since = hv_probe_now(p);
	const char *first = NULL;

	for (int i = 0; i < HV_PROBE_MAX_REMOVALS; i++) {
		const bool again = remove_once(p, limit, ret);

		if (is_gone(p)) {
			p->others = NULL;
			p->left = HV_PROBE_LEFT_NOTHING;
			ret->end = first ? HV_PROBE_DOUBTFUL : HV_PROBE_DONE;
			ret->text = first ? hv_arena_printf(&p->out->arena,
						    "removed at attempt %d; the first: %s", i + 1,
						    first)
					  : NULL;
			return;
		}
		if (first == NULL)
			first = ret->text ? ret->text : "it failed";
		if (!again || is_joined(p) || hv_probe_now(p) >= limit)
			break;
		hv_probe_pause(p, since, limit);
	}
	p->left = p->vm ? HV_PROBE_LEFT : HV_PROBE_MAY_BE_LEFT;
}

bool hv_probe_remove(struct hv_probe *p)
{
	struct hv_probe_outcome *ret = &p->steps[HV_PROBE_REMOVE];
	const hv_usec since = hv_probe_now(p);
	const hv_usec wanted = hv_usec_add(since, p->config->step_timeout.usec);
	const hv_usec limit = hv_probe_earlier(
		wanted, hv_probe_later(p->end, hv_usec_add(since, hv_probe_reserve(p))));
	hv_usec removal;

	p->left = HV_PROBE_MAY_BE_LEFT;
	switch (find_ours(p, limit)) {
	case FOUND_OURS:
		/* However long it took to find it, there is time to remove it. */
		removal = hv_usec_add(hv_probe_now(p), hv_probe_reserve(p));
		remove_ours(p, hv_probe_later(limit, removal), ret);
		return p->left == HV_PROBE_LEFT_NOTHING;
	case FOUND_NOTHING:
		p->left = HV_PROBE_LEFT_NOTHING;
		ret->end = HV_PROBE_UNNEEDED;
		break;
	case FOUND_SEVERAL:
		p->left = HV_PROBE_LEFT;
		ret->end = HV_PROBE_UNCLEAR;
		ret->text = "not tried: more than one checkpoint is new, and removing one may "
			    "remove those that depend on it";
		break;
	case FOUND_TOO_LATE:
		ret->end = HV_PROBE_UNCLEAR;
		ret->text =
			p->trouble ? p->trouble : "there is no checkpoint yet; it may still appear";
		break;
	}
	return false;
}
