/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the newest update was installed. Hosts write the day in their own order. */
#include "check/age.h"
#include "check/need.h"
#include "check/updates.h"

/* A host's day may have begun when ours has not. */
#define FUTURE_MARGIN (HV_USEC_PER_SEC * 24 * 3600)

static bool is_in_future(const struct hv_updates_job *job, hv_usec t)
{
	return t > hv_usec_add(job->now, FUTURE_MARGIN);
}

/* A date that is still to come can only have been meant the other way round. */
static bool shows_day_first(const struct hv_updates_job *job, const struct hv_update *u)
{
	return u->day_first || (u->installed_on.known && u->exchanged_on.known &&
				       is_in_future(job, u->installed_on.usec) &&
				       !is_in_future(job, u->exchanged_on.usec));
}

static hv_usec date_of(const struct hv_updates_job *job, const struct hv_update *u)
{
	if (job->dates.day_first && u->exchanged_on.known &&
		u->exchanged_on.usec < u->installed_on.usec)
		return u->exchanged_on.usec;
	return u->installed_on.usec;
}

void hv_updates_init(struct hv_updates_job *job, const struct hv_host *host,
	const struct hv_updates_config *cfg, hv_usec now, struct hv_report *out)
{
	*job = (struct hv_updates_job){ .host = host, .cfg = cfg, .now = now, .out = out };
	HV_FOREACH_UPDATE (u, host)
		if (shows_day_first(job, u))
			job->dates.day_first = true;
	HV_FOREACH_UPDATE (u, host) {
		const hv_usec on = date_of(job, u);

		if (!u->installed_on.known) {
			job->dates.not_told++;
		} else if (is_in_future(job, on)) {
			job->dates.in_future++;
		} else if (job->dates.newest == NULL || on > job->dates.newest_on) {
			job->dates.newest = u;
			job->dates.newest_on = on;
		}
	}
}

hv_usec hv_updates_age(const struct hv_updates_job *job)
{
	const hv_usec age = hv_usec_sub(job->now, job->dates.newest_on);

	return job->dates.newest != NULL && age > 0 ? age : 0;
}

static void no_date(const struct hv_updates_job *job)
{
	const struct hv_update_dates *d = &job->dates;

	if (hv_rule_state(&job->cfg->rules, HV_RULE_AGE, HV_UNKNOWN) == HV_OK)
		return;
	hv_report_add(job->out, HV_UNKNOWN, "newest update", HV_RULE_AGE,
		"not judged, of %zu update%s the date is not told or not understood%s",
		d->not_told + d->in_future, d->not_told + d->in_future == 1 ? "" : "s",
		d->in_future > 0 ? ", or lies in the future" : "");
}

static const char *undated_text(const struct hv_updates_job *job)
{
	const size_t count = job->dates.not_told + job->dates.in_future;

	if (count == 0)
		return "";
	return hv_arena_printf(&job->out->arena, " The date of %zu other update%s is not known.",
		count, count == 1 ? "" : "s");
}

static void too_old(const struct hv_updates_job *job, enum hv_state by_default, hv_usec limit)
{
	const struct hv_update_dates *d = &job->dates;
	const enum hv_state state = hv_rule_state(&job->cfg->rules, HV_RULE_AGE, by_default);
	char date[HV_TIME_TEXT_MAX];
	char age[HV_TIME_TEXT_MAX];
	char most[HV_TIME_TEXT_MAX];
	struct hv_finding *f;

	if (state == HV_OK)
		return;
	hv_time_format(d->newest_on, date);
	hv_duration_format(hv_updates_age(job), age);
	hv_duration_format(limit, most);
	f = hv_report_add(job->out, state, "newest update", HV_RULE_AGE,
		"%s, installed %s ago on %.10s (limit %s)", hv_update_name(d->newest), age, date,
		most);
	hv_finding_why(job->out, f,
		"Updates come once a month. What newer ones fix in Hyper-V and its backup is not "
		"fixed on this host.%s",
		hv_need(job->out, undated_text(job)));
	hv_updates_remedy_update(job, f);
}

void hv_updates_judge_age(const struct hv_updates_job *job)
{
	const struct hv_updates_config *cfg = job->cfg;
	const struct hv_update_dates *d = &job->dates;
	const hv_usec age = hv_updates_age(job);
	struct hv_metric *m;

	m = d->newest != NULL ? hv_report_metric(job->out, NULL, "newest_update_age",
					hv_age_seconds(age), "s")
			      : hv_report_metric_unknown(job->out, NULL, "newest_update_age", "s");
	m->warn = hv_age_range(&cfg->warn);
	m->crit = hv_age_range(&cfg->crit);
	m->has_min = true;
	if (d->day_first)
		hv_report_note(job->out,
			"this host writes the day before the month; a date that could mean either "
			"is taken for the older one");
	if (!cfg->warn.set && !cfg->crit.set)
		return;
	if (d->newest == NULL)
		no_date(job);
	else if (cfg->crit.set && age > cfg->crit.usec)
		too_old(job, HV_CRITICAL, cfg->crit.usec);
	else if (cfg->warn.set && age > cfg->warn.usec)
		too_old(job, HV_WARNING, cfg->warn.usec);
}
