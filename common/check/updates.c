/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about updates, and the numbers that the options name. */
#include "check/updates.h"

#include <inttypes.h>

#include "base/parse.h"
#include "check/known-updates.h"

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
		if (hv_updates_parse_minimum(cfg->min_ubr.items[i], &build, &minimum, err) < 0)
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
