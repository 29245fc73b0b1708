/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known events, explained. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/parse.h"
#include "check/known-events.h"
#include "cli/explain-parts.h"

enum { TEXT_MAX = 4096 };

/* What it counts as, for people. */
static const char *class_text(enum hv_event_class event_class)
{
	switch (event_class) {
	case HV_EVENT_NONE:
	case HV_EVENT_UNCLASSIFIED:
		break;
	case HV_EVENT_CHECKPOINT_FAILED:
		return "a checkpoint that failed";
	case HV_EVENT_CHECKPOINT_CANCELLED:
		return "a checkpoint that was cancelled";
	case HV_EVENT_BACKUP_FAILED:
		return "a backup of the VM that failed";
	case HV_EVENT_MERGE_FAILED:
		return "a merge of disks that failed";
	case HV_EVENT_ATTENDANT:
		return "nothing on its own; it belongs to a failure seconds away";
	case HV_EVENT_CHECKPOINT_OK:
		return "a checkpoint that succeeded: it clears failures of the VM before it";
	case HV_EVENT_MERGE_OK:
		return "a merge that succeeded: it clears failed merges of the VM before it";
	case HV_EVENT_BACKUP_OK:
		return "a backup that succeeded: it clears failures of the VMs that it names";
	case HV_EVENT_VM_DELETED:
		return "the end of the VM: it clears all that was told of it before";
	}
	return "an error that no known event explains";
}

bool hv_explain_event_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret)
{
	(void)checks;
	if (hv_known_events[place].channel == NULL)
		return false;
	*ret = (struct hv_explain_entry){ .row = &hv_known_events[place], .place = place };
	(void)snprintf(ret->id, sizeof(ret->id), "%s", hv_known_events[place].key);
	return true;
}

bool hv_explain_event_is_named(const struct hv_explain_entry *e, const char *name)
{
	const struct hv_known_event *row = e->row;
	uint64_t number;

	return hv_parse_u64(name, 1, UINT32_MAX, &number, NULL) == 0 && number == row->id;
}

/* The first sentence: the rest is in the explanation. */
void hv_explain_event_summary(const struct hv_explain_entry *e, struct hv_buf *out)
{
	const struct hv_known_event *row = e->row;
	const char *end = strstr(row->meaning, ". ");

	hv_buf_add(out, row->meaning,
		end != NULL ? (size_t)(end - row->meaning) + 1 : strlen(row->meaning));
}

static void add_phrases(const struct hv_known_event *row, struct hv_buf *out)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(row->phrases) && row->phrases[i] != NULL; i++) {
		hv_buf_adds(out, i > 0 ? "' and '" : "'");
		for (const char *p = row->phrases[i]; *p != '\0'; p++) {
			if (*p == '|')
				hv_buf_adds(out, "' or '");
			else
				hv_buf_addc(out, *p);
		}
	}
	if (row->phrases[0] != NULL)
		hv_buf_addc(out, '\'');
}

static void write_event(const struct hv_known_event *row, struct hv_explain_page *page)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	if (row->id == 0)
		hv_buf_addf(&text, "of the channel %s, known by its text alone", row->channel);
	else
		hv_buf_addf(&text, "%" PRIu32 " of the channel %s%s", row->id, row->channel,
			row->sure ? ""
				  : "; the number alone proves nothing, the text or a known "
				    "HRESULT must fit");
	hv_explain_field(page, "Event", hv_buf_str(&text));
	hv_buf_clear(&text);
	add_phrases(row, &text);
	if (row->phrases[0] != NULL)
		hv_explain_field(page, "Text", hv_buf_str(&text));
	hv_buf_clear(&text);
	hv_explain_hosts(row->min_build, row->max_build, &text);
	if (row->min_build != 0 || row->max_build != 0)
		hv_explain_field(page, "Hosts", hv_buf_str(&text));
}

/* Of a row without one of its own. */
static const char *usual_remedy(enum hv_event_class event_class)
{
	switch (event_class) {
	case HV_EVENT_CHECKPOINT_OK:
	case HV_EVENT_MERGE_OK:
	case HV_EVENT_BACKUP_OK:
	case HV_EVENT_VM_DELETED:
		return "Nothing.";
	case HV_EVENT_CHECKPOINT_FAILED:
		return "What the HRESULT of the event, or of one seconds away, asks for; the "
		       "finding names it. check_hyperv_layout tells whether a disk lies where no "
		       "checkpoint can be created.";
	case HV_EVENT_NONE:
	case HV_EVENT_CHECKPOINT_CANCELLED:
	case HV_EVENT_BACKUP_FAILED:
	case HV_EVENT_MERGE_FAILED:
	case HV_EVENT_UNCLASSIFIED:
	case HV_EVENT_ATTENDANT:
		break;
	}
	return "What the HRESULT of the event, or of one seconds away, asks for; the finding names "
	       "it.";
}

void hv_explain_event(const struct hv_explain_entry *e, struct hv_explain_page *page)
{
	const struct hv_known_event *row = e->row;

	hv_explain_heading(page, e->id, row->meaning);
	write_event(row, page);
	hv_explain_field(page, "Counts as", class_text(row->event_class));
	hv_explain_field(page, "Told by", "check_hyperv_events, hyperv_doctor");
	hv_explain_remedy(page, row->remedy != NULL ? row->remedy : usual_remedy(row->event_class));
	hv_explain_field(page, "Source", row->source);
}
