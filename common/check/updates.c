/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about updates; revision and age. */
#include "check/updates.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "check/known-updates.h"
#include "check/need.h"

enum { BUILD_TEXT_MAX = 12 };

/* A host's day may have begun when ours has not. */
#define FUTURE_MARGIN (HV_USEC_PER_SEC * 24 * 3600)

const struct hv_rule hv_update_rules[] = {
	{
		.id = HV_RULE_MIN_UBR,
		.summary = "The host's revision is lower than --min-ubr asks for",
		.states = "CRITICAL; UNKNOWN when the host does not tell its revision",
		.explanation =
			"Since Windows Server 2016 every monthly update holds all fixes before "
			"it, and the revision (UBR, the last part of 10.0.14393.7515) tells which "
			"one runs. Only the minimum that is given for the host's own build "
			"counts. The revision rises when the host has restarted. Hosts before "
			"2012 R2 have none.",
		.source = "registry value UBR; the update history of each version of Windows "
			  "Server at Microsoft",
	},
	{
		.id = HV_RULE_AGE,
		.summary = "No update was installed for a long time",
		.states = "WARNING beyond --warning, CRITICAL beyond --critical; UNKNOWN when no "
			  "date of an update can be read",
		.explanation =
			"Microsoft releases updates once a month; a newest update older than two "
			"months means that one was missed. Any update counts, also one that does "
			"not concern Hyper-V; --min-ubr is more exact. Of a host that writes the "
			"day before the month, dates that could mean either are taken for the "
			"older one, and dates in the future do not count.",
		.source = "Microsoft, Win32_QuickFixEngineering.InstalledOn",
	},
	{
		.id = HV_RULE_REQUIRED_KB,
		.summary = "An update of --require-kb is not among the installed ones",
		.states = "CRITICAL",
		.explanation =
			"Only what Component Based Servicing installed is listed: no MSI package "
			"and no driver. A later cumulative update or monthly rollup replaces an "
			"update of an earlier month, and may hold what it fixes without naming "
			"it: ask for numbers that stay, and use --min-ubr on Windows Server 2016 "
			"and later. Numbers of articles that only list updates (KB2920151) are "
			"refused.",
		.source = "Microsoft, Win32_QuickFixEngineering",
	},
	{
		.id = HV_RULE_RECOMMENDED_KB,
		.summary = "An update that concerns backups of VMs on this version is not listed",
		.states = "OK, told with -v; WARNING for those that Microsoft names, when no "
			  "update was installed since the monthly rollups began",
		.explanation =
			"Updates that Microsoft recommends for Hyper-V on Windows Server 2008 to "
			"2012 R2. Since October 2016 monthly rollups hold most of what was "
			"released singly, so that one of these is missing proves nothing on a "
			"host that has a later update. Windows Server 2016 and later have no "
			"such list: their newest cumulative update holds everything.",
		.source = "Microsoft, KB3135020, KB2878635, KB3059372, KB975354",
	},
	{ .id = NULL },
};

int hv_kb_parse(const char *text, uint32_t *ret, struct hv_err *err)
{
	const char *digits = text;
	uint64_t number;

	if ((text[0] == 'K' || text[0] == 'k') && (text[1] == 'B' || text[1] == 'b'))
		digits += 2;
	if (hv_parse_u64(digits, 1, UINT32_MAX, &number, NULL) < 0)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%.100s' is not the number of an update, such as KB5044293", text);
	*ret = (uint32_t)number;
	return 0;
}

/* BUILD=UBR */
static int parse_minimum(
	const char *text, uint32_t *ret_build, uint64_t *ret_minimum, struct hv_err *err)
{
	const size_t len = strcspn(text, "=");
	char digits[BUILD_TEXT_MAX];
	uint64_t build;

	if (text[len] == '\0' || len >= sizeof(digits))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%.100s' is not of the form BUILD=UBR, such as 14393=7515", text);
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (hv_parse_u64(digits, 1, UINT32_MAX, &build, NULL) < 0 ||
		hv_parse_u64(text + len + 1, 0, UINT32_MAX, ret_minimum, NULL) < 0)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%.100s' is not of the form BUILD=UBR, such as 14393=7515: both are whole "
			"numbers",
			text);
	*ret_build = (uint32_t)build;
	return 0;
}

static int check_required(const char *text, struct hv_err *err)
{
	const struct hv_update_article *article;
	uint32_t number = 0;

	if (hv_kb_parse(text, &number, err) < 0)
		return -1;
	article = hv_update_article(number);
	if (article == NULL)
		return 0;
	return hv_err_set(err, HV_ERR_ARGUMENT,
		"KB%" PRIu32 " is %s: it is no update, and no host lists it as installed", number,
		article->about);
}

int hv_updates_config_check(const struct hv_updates_config *cfg, struct hv_err *err)
{
	uint64_t minimum = 0;
	uint32_t build = 0;

	for (size_t i = 0; i < cfg->min_ubr.count; i++)
		if (parse_minimum(cfg->min_ubr.items[i], &build, &minimum, err) < 0)
			return hv_err_wrap(err, "--min-ubr");
	for (size_t i = 0; i < cfg->required.count; i++)
		if (check_required(cfg->required.items[i], err) < 0)
			return hv_err_wrap(err, "--require-kb");
	if (cfg->warn.set && cfg->crit.set && cfg->crit.usec < cfg->warn.usec)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--warning and --critical contradict each other: critical would begin "
			"before warning");
	return 0;
}

uint32_t hv_updates_build(const struct hv_host *host)
{
	const struct hv_u64 *number = &host->build.number;

	if (host->version.known && host->version.build != 0)
		return host->version.build;
	return number->known && number->value <= UINT32_MAX ? (uint32_t)number->value : 0;
}

const struct hv_update *hv_updates_find(const struct hv_host *host, uint32_t number)
{
	HV_FOREACH_UPDATE (u, host) {
		uint32_t own = 0;

		if (u->id != NULL && hv_kb_parse(u->id, &own, NULL) == 0 && own == number)
			return u;
	}
	return NULL;
}

const char *hv_update_name(const struct hv_update *update)
{
	return update->id != NULL ? update->id : "an update without a number";
}

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

void hv_updates_remedy_update(const struct hv_updates_job *job, struct hv_finding *f)
{
	const struct hv_version version = job->host->version;

	if (version.known && hv_version_cmp(version, HV_WINDOWS_2012) < 0)
		hv_finding_remedy(job->out, f,
			"Install what Windows Update offers: control /name "
			"Microsoft.WindowsUpdate (Server Core of 2008 R2: sconfig, choice 6)");
	else
		hv_finding_remedy(
			job->out, f, "Install what Windows Update offers: sconfig, choice 6.");
	hv_finding_remedy(job->out, f,
		"The host restarts then: shut down its VMs or move them away, outside the time of "
		"the backup.");
}

/* Of several for one build the last counts, as with every option. */
static bool find_minimum(const struct hv_updates_job *job, uint32_t build, uint64_t *ret)
{
	const struct hv_list *list = &job->cfg->min_ubr;
	bool found = false;

	for (size_t i = 0; i < list->count; i++) {
		uint64_t minimum = 0;
		uint32_t own = 0;

		if (parse_minimum(list->items[i], &own, &minimum, NULL) < 0 || own != build)
			continue;
		*ret = minimum;
		found = true;
	}
	return found;
}

/* The registry's row may come from another source than the version. */
static struct hv_u64 revision_of(const struct hv_host *host, uint32_t build)
{
	const struct hv_build *told = &host->build;

	if (told->number.known && told->number.value != build)
		return (struct hv_u64){ .known = false };
	return told->revision;
}

static void revision_not_told(const struct hv_updates_job *job, const char *item)
{
	const struct hv_build *told = &job->host->build;

	if (hv_rule_state(&job->cfg->rules, HV_RULE_MIN_UBR, HV_UNKNOWN) == HV_OK)
		return;
	if (told->number.known && told->revision.known)
		hv_report_add(job->out, HV_UNKNOWN, item, HV_RULE_MIN_UBR,
			"not judged, the registry tells the revision of another build, %" PRIu64,
			told->number.value);
	else
		hv_report_add(job->out, HV_UNKNOWN, item, HV_RULE_MIN_UBR,
			"not judged, the host does not tell its revision (UBR)");
}

static void judge_minimum(
	const struct hv_updates_job *job, const char *item, uint64_t revision, uint64_t minimum)
{
	const enum hv_state state = hv_rule_state(&job->cfg->rules, HV_RULE_MIN_UBR, HV_CRITICAL);
	struct hv_finding *f;

	if (revision >= minimum) {
		hv_report_add(job->out, HV_OK, item, HV_RULE_MIN_UBR,
			"revision %" PRIu64 ", at least %" PRIu64 " is asked for", revision,
			minimum);
		return;
	}
	if (state == HV_OK)
		return;
	f = hv_report_add(job->out, state, item, HV_RULE_MIN_UBR,
		"revision %" PRIu64 " is older than %" PRIu64 ", which --min-ubr asks for",
		revision, minimum);
	hv_finding_why(job->out, f,
		"The cumulative update that the minimum stands for is not installed, or the host "
		"has not restarted since.");
	hv_updates_remedy_update(job, f);
	hv_finding_remedy(job->out, f,
		"Which update brings a revision tells the update history of this version of "
		"Windows Server at Microsoft.");
}

void hv_updates_judge_revision(const struct hv_updates_job *job)
{
	const uint32_t build = hv_updates_build(job->host);
	const struct hv_u64 revision = revision_of(job->host, build);
	const char *item = hv_arena_printf(&job->out->arena, "build %" PRIu32, build);
	struct hv_metric *m =
		revision.known ? hv_report_metric(job->out, NULL, "ubr", (double)revision.value, "")
			       : hv_report_metric_unknown(job->out, NULL, "ubr", "");
	uint64_t minimum = 0;

	m->has_min = true;
	if (job->cfg->min_ubr.count == 0)
		return;
	if (build == 0) {
		revision_not_told(job, "host");
	} else if (!find_minimum(job, build, &minimum)) {
		hv_report_limit(job->out, "no --min-ubr for build %" PRIu32, build);
	} else {
		m->crit =
			(struct hv_range){ .start = (double)minimum, .end = INFINITY, .set = true };
		if (revision.known)
			judge_minimum(job, item, revision.value, minimum);
		else
			revision_not_told(job, item);
	}
}

static double seconds(hv_usec duration)
{
	const int64_t whole = duration / HV_USEC_PER_SEC;

	return (double)whole;
}

static struct hv_range up_to(const struct hv_duration *limit)
{
	return (struct hv_range){ .end = seconds(limit->usec), .set = limit->set };
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

	m = d->newest != NULL
		    ? hv_report_metric(job->out, NULL, "newest_update_age", seconds(age), "s")
		    : hv_report_metric_unknown(job->out, NULL, "newest_update_age", "s");
	m->warn = up_to(&cfg->warn);
	m->crit = up_to(&cfg->crit);
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
