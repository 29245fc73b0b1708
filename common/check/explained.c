/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/explained.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/known-hresults.h"
#include "check/known-updates.h"
#include "check/vss-writers.h"

void hv_explained_rule(const struct hv_check *check, const char *rule, char *ret)
{
	(void)snprintf(ret, HV_EXPLAINED_ID_MAX, "%s.%s", hv_check_word(check), rule);
}

void hv_explained_hresult(uint32_t code, char *ret)
{
	(void)snprintf(ret, HV_EXPLAINED_ID_MAX, "0x%08" PRIX32, code);
}

void hv_explained_update(uint32_t number, char *ret)
{
	(void)snprintf(ret, HV_EXPLAINED_ID_MAX, "KB%" PRIu32, number);
}

void hv_explained_writer(uint64_t state, char *ret)
{
	(void)snprintf(ret, HV_EXPLAINED_ID_MAX, "writer-state-%" PRIu64, state);
}

static bool has_rule(const struct hv_rule *rules, const char *id)
{
	for (const struct hv_rule *r = rules; r != NULL && r->id != NULL; r++)
		if (strcmp(r->id, id) == 0)
			return true;
	return false;
}

void hv_finding_names_event(
	struct hv_report *r, struct hv_finding *f, const struct hv_known_event *row)
{
	if (row != NULL)
		hv_finding_names(r, f, row->key);
}

void hv_finding_names_hresult(struct hv_report *r, struct hv_finding *f, uint64_t code)
{
	char id[HV_EXPLAINED_ID_MAX];

	if (code == 0 || code > UINT32_MAX || hv_known_hresult((uint32_t)code) == NULL)
		return;
	hv_explained_hresult((uint32_t)code, id);
	hv_finding_names(r, f, id);
}

void hv_finding_names_rule(struct hv_report *r, struct hv_finding *f, const char *check,
	const struct hv_rule *rules, const char *rule)
{
	const struct hv_check of = { .name = check };
	char id[HV_EXPLAINED_ID_MAX];

	if (!has_rule(rules, rule))
		return;
	hv_explained_rule(&of, rule, id);
	hv_finding_names(r, f, id);
}

void hv_finding_names_update(struct hv_report *r, struct hv_finding *f, uint32_t number)
{
	const struct hv_known_update *known = hv_known_updates;
	char id[HV_EXPLAINED_ID_MAX];

	while (known->number != 0 && known->number != number)
		known++;
	if (known->number == 0)
		return;
	hv_explained_update(number, id);
	hv_finding_names(r, f, id);
}

void hv_finding_names_writer(struct hv_report *r, struct hv_finding *f, uint64_t state)
{
	char id[HV_EXPLAINED_ID_MAX];

	if (hv_writer_state_text(state) == NULL)
		return;
	hv_explained_writer(state, id);
	hv_finding_names(r, f, id);
}

const char *hv_finding_explained(
	const struct hv_check *check, const struct hv_finding *f, size_t place, char *room)
{
	if (f->rule != NULL && has_rule(check->rules, f->rule)) {
		if (place == 0) {
			hv_explained_rule(check, f->rule, room);
			return room;
		}
		place--;
	}
	return place < f->names.count ? f->names.items[place] : NULL;
}
