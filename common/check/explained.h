/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids under which more is told of what a finding names, as hyperv_doctor --explain takes them and
 * as doc/explanations.md has them for anchors. Made here and nowhere else. */
#ifndef HV_CHECK_EXPLAINED_H
#define HV_CHECK_EXPLAINED_H

#include <stddef.h>
#include <stdint.h>

#include "check/check.h"
#include "check/known-events.h"
#include "check/report.h"

enum { HV_EXPLAINED_ID_MAX = 96 };

/* The id of each kind; that of an event is its key. ret has room for HV_EXPLAINED_ID_MAX. */
void hv_explained_rule(const struct hv_check *check, const char *rule, char *ret);
void hv_explained_hresult(uint32_t code, char *ret);
void hv_explained_update(uint32_t number, char *ret);
void hv_explained_writer(uint64_t state, char *ret);

/* A finding names this besides its rule. What no table holds is passed over: there is nothing to
 * tell. */
void hv_finding_names_event(
	struct hv_report *r, struct hv_finding *f, const struct hv_known_event *row);
void hv_finding_names_hresult(struct hv_report *r, struct hv_finding *f, uint64_t code);
void hv_finding_names_rule(struct hv_report *r, struct hv_finding *f, const char *check,
	const struct hv_rule *rules, const char *rule); /* of the check with these rules */
void hv_finding_names_update(struct hv_report *r, struct hv_finding *f, uint32_t number);
void hv_finding_names_writer(struct hv_report *r, struct hv_finding *f, uint64_t state);

/* The id at this place of all that a finding of the check names, its rule first; NULL: there are no
 * more. Room as above, which the result may point to. */
const char *hv_finding_explained(
	const struct hv_check *check, const struct hv_finding *f, size_t place, char *room);

#endif
