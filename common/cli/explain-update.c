/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Updates by their numbers, explained, and articles that are none. */
#include <inttypes.h>

#include "base/attr.h"
#include "check/known-updates.h"
#include "check/updates.h"
#include "cli/explain-parts.h"

enum { TEXT_MAX = 1024 };

#define UPDATES_CHECK "check_hyperv_updates, hyperv_doctor"

void hv_explain_hosts(uint32_t min_build, uint32_t max_build, struct hv_buf *out)
{
	static const struct {
		uint32_t build;
		const char *name;
	} releases[] = {
		{ 6001, "2008" },
		{ 7600, "2008 R2" },
		{ 7601, "2008 R2 SP1" },
		{ 9200, "2012" },
		{ 9600, "2012 R2" },
		{ 14393, "2016" },
		{ 17763, "2019" },
		{ 20348, "2022" },
	};
	const char *first = NULL;
	const char *last = NULL;

	for (size_t i = 0; i < HV_ARRAY_LEN(releases); i++) {
		if (first == NULL && releases[i].build >= min_build)
			first = releases[i].name;
		if (max_build == 0 || releases[i].build <= max_build)
			last = releases[i].name;
	}
	if (first == NULL || last == NULL)
		hv_buf_addf(out, "builds %" PRIu32 " to %" PRIu32, min_build, max_build);
	else if (max_build == 0)
		hv_buf_addf(out, "Windows Server %s and later", first);
	else if (min_build == 0)
		hv_buf_addf(out, "Windows Server %s and before", last);
	else if (first == last)
		hv_buf_addf(out, "Windows Server %s", first);
	else
		hv_buf_addf(out, "Windows Server %s to %s", first, last);
}

bool hv_explain_update_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret)
{
	(void)checks;
	if (hv_known_updates[place].number == 0)
		return false;
	*ret = (struct hv_explain_entry){ .row = &hv_known_updates[place], .place = place };
	hv_explained_update(hv_known_updates[place].number, ret->id);
	return true;
}

bool hv_explain_article_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret)
{
	(void)checks;
	if (hv_update_articles[place].number == 0)
		return false;
	*ret = (struct hv_explain_entry){ .row = &hv_update_articles[place], .place = place };
	hv_explained_update(hv_update_articles[place].number, ret->id);
	return true;
}

bool hv_explain_is_number(const struct hv_explain_entry *e, const char *name)
{
	uint32_t number = 0;
	uint32_t own = 0;

	return hv_kb_parse(name, &number, NULL) == 0 && hv_kb_parse(e->id, &own, NULL) == 0 &&
	       number == own;
}

void hv_explain_update_summary(const struct hv_explain_entry *e, struct hv_buf *out)
{
	const struct hv_known_update *row = e->row;

	hv_buf_addf(out, "%s (",
		row->subject != NULL ? row->subject
				     : "one of Microsoft's list of recommended updates");
	hv_explain_hosts(row->min_build, row->max_build, out);
	hv_buf_addc(out, ')');
}

void hv_explain_update(const struct hv_explain_entry *e, struct hv_explain_page *page)
{
	const struct hv_known_update *row = e->row;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hv_explain_update_summary(e, &text);
	hv_explain_heading(page, e->id, hv_buf_str(&text));
	hv_explain_field(page, "Told by", UPDATES_CHECK " (rule updates.recommended-kb)");
	hv_explain_field(page, "State",
		row->sure ? "OK, told with -v; WARNING when no update was installed since the "
			    "monthly rollups began in October 2016"
			  : "OK, told with -v: it is not established that backups depend on it");
	hv_explain_field(page, "Note", row->note);
	hv_buf_clear(&text);
	hv_buf_addf(&text,
		"Install the newest update for the host. To have this one alone, search the "
		"Microsoft Update Catalog for '%s': wusa.exe FILE.msu. Where wusa says that it "
		"does not apply to this computer, a later update has replaced it.",
		e->id);
	hv_explain_field(page, "What to do", hv_buf_str(&text));
	hv_buf_clear(&text);
	hv_buf_addf(&text,
		"--rule recommended-kb=STATE of check_hyperv_updates for all of them; "
		"--require-kb %s makes a host without it CRITICAL.",
		e->id);
	hv_explain_field(page, "To change it", hv_buf_str(&text));
	hv_explain_field(page, "Source", row->source);
}

void hv_explain_article_summary(const struct hv_explain_entry *e, struct hv_buf *out)
{
	hv_buf_addf(out, "no update, but %s", ((const struct hv_update_article *)e->row)->about);
}

void hv_explain_article(const struct hv_explain_entry *e, struct hv_explain_page *page)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hv_explain_article_summary(e, &text);
	hv_explain_heading(page, e->id, hv_buf_str(&text));
	hv_explain_field(page, "Told by", UPDATES_CHECK " (option --require-kb, which refuses it)");
	hv_explain_text(page, "Windows never lists it among the installed updates, so that a host "
			      "could not be told to have it.");
	hv_explain_field(page, "What to do",
		"Give --require-kb the numbers of the updates that the article names.");
	hv_buf_clear(&text);
	hv_buf_addf(&text, "Microsoft, %s", e->id);
	hv_explain_field(page, "Source", hv_buf_str(&text));
}
