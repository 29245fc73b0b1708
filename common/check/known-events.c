/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an event is matched with the table of known events. */
#include "check/known-events.h"

#include <string.h>

#include "base/utf.h"
#include "check/backup-components.h"
#include "check/known-hresults.h"

enum {
	LEVEL_ERROR = 2,
	PHRASE_MAX = 96, /* bytes of one alternative of a phrase */
};

/* Storage errors that fail a checkpoint, whichever event carries them. */
static const uint32_t storage_hresults[] = {
	0x80070002, /* file not found */
	0x80070003, /* path not found */
	0x80070005, /* access denied */
	0x80070020, /* sharing violation */
	0x80070032, /* not supported */
	0x80070050, /* file exists */
	0x80070070, /* disk full */
};

static bool says_one_of(const char *message, const char *alternatives)
{
	while (*alternatives != '\0') {
		size_t len = strcspn(alternatives, "|");
		char phrase[PHRASE_MAX];

		if (len < sizeof(phrase)) {
			memcpy(phrase, alternatives, len);
			phrase[len] = '\0';
			if (hv_utf8_casestr(message, phrase) != NULL)
				return true;
		}
		alternatives += len;
		if (*alternatives == '|')
			alternatives++;
	}
	return false;
}

static bool says(const struct hv_event *e, const struct hv_known_event *row)
{
	if (e->message == NULL || row->phrases[0] == NULL)
		return false;
	for (size_t i = 0; i < HV_ARRAY_LEN(row->phrases) && row->phrases[i] != NULL; i++) {
		if (!says_one_of(e->message, row->phrases[i]))
			return false;
	}
	return true;
}

static bool has_known_hresult(const struct hv_event *e)
{
	return e->hresult.known && e->hresult.value != 0 && e->hresult.value <= UINT32_MAX &&
	       hv_known_hresult((uint32_t)e->hresult.value) != NULL;
}

static bool comes_from(const struct hv_event *e, const struct hv_known_event *row)
{
	if (!hv_utf8_caseeq(e->channel, row->channel))
		return false;
	return row->max_level == 0 || e->level <= row->max_level; /* 0: the level is not told */
}

/* What an established id needs besides: a VM, or for a backup of many VMs its result. */
static bool is_confirmed(const struct hv_event *e, const struct hv_known_event *row)
{
	if (row->event_class == HV_EVENT_BACKUP_OK)
		return hv_backup_succeeded(e);
	return e->vm_id != NULL;
}

static bool fits_build(const struct hv_known_event *row, uint32_t build)
{
	if (build == 0)
		return row->min_build == 0 && row->max_build == 0;
	return build >= row->min_build && (row->max_build == 0 || build <= row->max_build);
}

/* The row of an established id. Of several rows the text decides, else the host's build, else the
 * first one. The text comes first: a collected log can hold events of other hosts. */
static const struct hv_known_event *find_sure(const struct hv_event *e, uint32_t build)
{
	const struct hv_known_event *by_build = NULL;
	const struct hv_known_event *any = NULL;

	for (const struct hv_known_event *row = hv_known_events; row->channel != NULL; row++) {
		if (!row->sure || row->id != e->event_id || !comes_from(e, row) ||
			!is_confirmed(e, row))
			continue;
		if (any == NULL && row[1].id != row->id && (build == 0 || fits_build(row, build)))
			return row; /* the only one: texts need not be compared */
		if (says(e, row))
			return row;
		if (by_build == NULL && fits_build(row, build))
			by_build = row;
		if (any == NULL)
			any = row;
	}
	if (by_build != NULL)
		return by_build;
	return build == 0 ? any : NULL;
}

/* A failure of a VM by its text, or by a candidate id with an HRESULT of failed backups. */
static const struct hv_known_event *find_candidate(const struct hv_event *e)
{
	const struct hv_known_event *by_text = NULL;

	if (e->vm_id == NULL)
		return NULL;
	for (const struct hv_known_event *row = hv_known_events; row->channel != NULL; row++) {
		if (row->event_class == HV_EVENT_ATTENDANT || !comes_from(e, row))
			continue;
		if (!row->sure && row->id != 0 && row->id == e->event_id &&
			(says(e, row) || has_known_hresult(e)))
			return row;
		if (by_text == NULL && says(e, row))
			by_text = row;
	}
	return by_text;
}

static bool is_unexplained_storage_error(const struct hv_event *e)
{
	if (e->vm_id == NULL || !e->hresult.known || e->level < 1 || e->level > LEVEL_ERROR ||
		!hv_utf8_caseeq(e->channel, HV_CHANNEL_VMMS))
		return false;
	for (size_t i = 0; i < HV_ARRAY_LEN(storage_hresults); i++) {
		if (e->hresult.value == storage_hresults[i])
			return true;
	}
	return false;
}

static const struct hv_known_event *find_attendant(const struct hv_event *e)
{
	for (const struct hv_known_event *row = hv_known_events; row->channel != NULL; row++) {
		if (row->event_class == HV_EVENT_ATTENDANT && !row->sure && comes_from(e, row) &&
			says(e, row))
			return row;
	}
	return NULL;
}

enum hv_event_class hv_known_event_classify(
	const struct hv_event *e, uint32_t build, const struct hv_known_event **ret_row)
{
	const struct hv_known_event *row = find_sure(e, build);

	if (row == NULL)
		row = find_candidate(e);
	if (row == NULL && is_unexplained_storage_error(e)) {
		*ret_row = NULL;
		return HV_EVENT_UNCLASSIFIED;
	}
	if (row == NULL)
		row = find_attendant(e);
	*ret_row = row;
	return row == NULL ? HV_EVENT_NONE : row->event_class;
}
