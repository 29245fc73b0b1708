/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a capture are, as far as redacting goes: by class and property, by field of an
 * event, by name of what a guest tells. */
#ifndef HV_CIM_REDACT_ROLE_H
#define HV_CIM_REDACT_ROLE_H

#include <jansson.h>
#include <stdbool.h>

#include "cim/redact-markup.h"
#include "cim/redact-words.h"

enum hv_redact_role {
	HV_ROLE_TEXT = 0, /* may hold anything */
	HV_ROLE_KEEP,     /* the same on every host, or read by machines */
	HV_ROLE_BLANK,    /* free text or a serial number: nothing of it is kept */
	HV_ROLE_SIDS,     /* read by machines, but for the SIDs of accounts in it */
	HV_ROLE_PATH,     /* a path and nothing else, perhaps behind the name of its provider */
	HV_ROLE_MAC,
	HV_ROLE_VM,
	HV_ROLE_CHECKPOINT,
	HV_ROLE_HOST,
	HV_ROLE_DOMAIN,
	HV_ROLE_USER,
	HV_ROLE_ORGANISATION,
	HV_ROLE_LABEL,
};

/* Of a property of an instance, or of an object in it, whose class_name is then the property that
 * holds it. */
enum hv_redact_role hv_role_of_property(
	const char *class_name, const json_t *instance, const char *property);
enum hv_redact_role hv_role_of_field(const struct hv_markup_field *field);
enum hv_redact_role hv_role_of_kvp(const char *name);

/* Whether value can be a name at all: not a GUID, not an account that every computer has. */
bool hv_role_is_name(const char *value);

/* What stands for value, which is a name of that role. */
const char *hv_role_add(struct hv_words *w, enum hv_redact_role role, const char *value);

#endif
