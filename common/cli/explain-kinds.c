/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of what can be explained; rules, HRESULTs and states of VSS writers. */
#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "check/backup-components.h"
#include "check/known-hresults.h"
#include "check/vss-writers.h"
#include "cli/explain-parts.h"

enum { TEXT_MAX = 4096 };

/* --- Rules --- */

static bool rule_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret)
{
	size_t left = place;

	for (; *checks != NULL; checks++) {
		for (const struct hv_rule *r = (*checks)->rules; r != NULL && r->id != NULL; r++) {
			if (left-- > 0)
				continue;
			*ret = (struct hv_explain_entry){
				.check = *checks,
				.row = r,
				.place = place,
			};
			hv_explained_rule(*checks, r->id, ret->id);
			return true;
		}
	}
	return false;
}

static bool rule_is_named(const struct hv_explain_entry *e, const char *name)
{
	const struct hv_rule *r = e->row;
	const size_t check_len = strlen(e->check->name);

	if (hv_utf8_caseeq(name, r->id))
		return true;
	return strlen(name) > check_len && strncmp(name, e->check->name, check_len) == 0 &&
	       name[check_len] == '.' && hv_utf8_caseeq(name + check_len + 1, r->id);
}

static void rule_summary(const struct hv_explain_entry *e, struct hv_buf *out)
{
	hv_buf_adds(out, ((const struct hv_rule *)e->row)->summary);
}

static void write_rule(const struct hv_explain_entry *e, struct hv_explain_page *page)
{
	const struct hv_rule *r = e->row;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hv_explain_heading(page, e->id, r->summary);
	hv_buf_addf(&text, "%s, hyperv_doctor", e->check->name);
	hv_explain_field(page, "Told by", hv_buf_str(&text));
	hv_explain_field(page, "State", r->states);
	hv_explain_text(page, r->explanation);
	hv_buf_clear(&text);
	hv_buf_addf(&text,
		"Findings bring their remedy, where there is one, with the commands filled in for "
		"the host: hyperv_doctor shows it, %s with -v.",
		e->check->name);
	hv_explain_field(page, "What to do", hv_buf_str(&text));
	hv_buf_clear(&text);
	hv_buf_addf(&text,
		"%s --rule %s=STATE, or hyperv_doctor --set %s.rule=%s=STATE, with ok, warning, "
		"critical or unknown; ok silences it.",
		e->check->name, r->id, hv_check_word(e->check), r->id);
	hv_explain_field(page, "To change it", hv_buf_str(&text));
	hv_explain_field(page, "Source", r->source);
}

/* --- HRESULTs --- */

static bool hresult_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret)
{
	(void)checks;
	if (hv_known_hresults[place].name == NULL)
		return false;
	*ret = (struct hv_explain_entry){ .row = &hv_known_hresults[place], .place = place };
	hv_explained_hresult(hv_known_hresults[place].code, ret->id);
	return true;
}

/* Hexadecimal with or without 0x, decimal as unsigned or signed number, or the name. */
static bool hresult_is_named(const struct hv_explain_entry *e, const char *name)
{
	const struct hv_known_hresult *row = e->row;
	uint32_t code;
	uint64_t hex;

	if (hv_utf8_caseeq(name, row->name))
		return true;
	if (hv_parse_hex_u64(name, UINT32_MAX, &hex, NULL) == 0 && hex == row->code)
		return true;
	return hv_backup_hresult(name, &code) && code == row->code;
}

static void hresult_summary(const struct hv_explain_entry *e, struct hv_buf *out)
{
	const struct hv_known_hresult *row = e->row;

	hv_buf_addf(out, "%s (%s)", row->text, row->name);
}

static void write_hresult(const struct hv_explain_entry *e, struct hv_explain_page *page)
{
	const struct hv_known_hresult *row = e->row;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hresult_summary(e, &text);
	hv_explain_heading(page, e->id, hv_buf_str(&text));
	hv_buf_clear(&text);
	hv_buf_addf(&text, "%" PRIu32 " in decimal", row->code);
	if (row->code > INT32_MAX)
		hv_buf_addf(&text, ", %" PRId64 " as a signed number",
			(int64_t)row->code - UINT32_MAX - 1);
	hv_explain_field(page, "Also written", hv_buf_str(&text));
	hv_explain_field(page, "Told by",
		"check_hyperv_events, check_hyperv_backup, check_hyperv_checkpoints and "
		"check_hyperv_vss, whose findings name it; hyperv_doctor, hyperv_checkpoint_probe");
	hv_explain_text(page, row->meaning);
	hv_explain_remedy(page, row->remedy);
	hv_explain_field(page, "Source", row->source);
}

/* --- States of VSS writers --- */

static bool writer_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret)
{
	(void)checks;
	if (hv_writer_state_text(place + 1) == NULL)
		return false;
	*ret = (struct hv_explain_entry){ .place = place };
	hv_explained_writer(place + 1, ret->id);
	return true;
}

static void writer_summary(const struct hv_explain_entry *e, struct hv_buf *out)
{
	hv_buf_addf(out, "VSS writer: %s", hv_writer_state_text(e->place + 1));
}

static void write_writer(const struct hv_explain_entry *e, struct hv_explain_page *page)
{
	const uint64_t state = e->place + 1;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	writer_summary(e, &text);
	hv_explain_heading(page, e->id, hv_buf_str(&text));
	hv_buf_clear(&text);
	hv_explain_field(page, "Told by", "check_hyperv_vss, hyperv_doctor");
	if (hv_writer_state_is_failed(state)) {
		hv_explain_text(page,
			"The last backup failed there, and the writer has not been reset since: "
			"see the rules vss.writer-failed and vss.other-writer-failed.");
		hv_explain_field(page, "What to do",
			"While no backup runs, restart the service that the writer belongs to (that "
			"of Hyper-V: vmms), then run the backup again.");
	} else if (hv_writer_state_is_waiting(state)) {
		hv_explain_text(
			page, "Right as long as a backup runs; see the rule vss.writer-waiting.");
		hv_explain_field(page, "What to do", "Wait until the backup is done.");
	} else {
		hv_explain_text(page, "The writer is ready for the next backup.");
		hv_explain_field(page, "What to do", "Nothing.");
	}
	hv_explain_field(page, "Source", "Microsoft, VSS_WRITER_STATE");
}

const struct hv_explain_kind hv_explain_kinds[] = {
	{ "Rules", rule_at, rule_is_named, rule_summary, write_rule },
	{ "Events", hv_explain_event_at, hv_explain_event_is_named, hv_explain_event_summary,
		hv_explain_event },
	{ "HRESULTs", hresult_at, hresult_is_named, hresult_summary, write_hresult },
	{ "States of VSS writers", writer_at, NULL, writer_summary, write_writer },
	{ "Updates", hv_explain_update_at, hv_explain_is_number, hv_explain_update_summary,
		hv_explain_update },
	{ "Articles that are no updates", hv_explain_article_at, hv_explain_is_number,
		hv_explain_article_summary, hv_explain_article },
	{ .title = NULL },
};
