/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a capture holds as text is told as WMI does: objects within the answer. */
#include "descriptor.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "cim/icacls.h"
#include "cim/instance-xml.h"
#include "model/path.h"
#include "model/sddl.h"

#define URI HV_WMI_URI_PREFIX "root/cimv2/"

/* [MS-DTYP 2.4.6] */
enum { DACL_PRESENT = 0x0004, SELF_RELATIVE = 0x8000, DACL_PROTECTED = 0x1000 };

enum { ACCESS_DENIED = 2, UNKNOWN_FAILURE = 8 };

static const char *text_of(const json_t *row, const char *property)
{
	return json_string_value(json_object_get(row, property));
}

/* As PowerShell writes it, or plain. */
static const char *path_of(struct hv_arena *arena, const json_t *row)
{
	const char *path = text_of(row, "Path");
	const char *colons = path != NULL ? strstr(path, "::") : NULL;

	return path != NULL ? hv_path_normalise(arena, colons != NULL ? colons + 2 : path) : NULL;
}

static const json_t *find_row(struct sim_call *call, const char *path)
{
	const struct sim_class *class =
		sim_store_class(&call->host->store, HV_NS_FILES, HV_CLASS_FILE_SECURITY);
	struct hv_arena *arena = &call->request->arena;
	const char *wanted = hv_path_normalise(arena, path);

	for (size_t i = 0; class != NULL && i < json_array_size(class->rows); i++) {
		const json_t *row = json_array_get(class->rows, i);
		const char *found = path_of(arena, row);

		if (found != NULL && wanted != NULL && hv_utf8_caseeq(found, wanted))
			return row;
	}
	return NULL;
}

static void add_result(struct sim_call *call, uint64_t value)
{
	hv_buf_addf(&call->body, "<p:ReturnValue>%" PRIu64 "</p:ReturnValue>", value);
}

static void add_entry(struct sim_call *call, const struct hv_ace *ace)
{
	const int type = (ace->type == HV_ACE_DENY ? 1 : 0) + (ace->conditional ? 5 : 0);

	hv_buf_addf(&call->body,
		"<e:DACL xsi:type=\"e:Win32_ACE_Type\" xmlns:e=\"" URI "Win32_SecurityDescriptor\" "
		"xmlns:a=\"" URI "Win32_ACE\"><a:AccessMask>%" PRIu32 "</a:AccessMask>"
		"<a:AceFlags>%" PRIu32 "</a:AceFlags><a:AceType>%d</a:AceType>"
		"<a:GuidInheritedObjectType xsi:nil=\"true\"/><a:GuidObjectType xsi:nil=\"true\"/>",
		ace->mask, ace->flags, type);
	hv_buf_addf(&call->body,
		"<a:Trustee xsi:type=\"t:Win32_Trustee_Type\" xmlns:t=\"" URI "Win32_Trustee\">"
		"<t:Domain xsi:nil=\"true\"/><t:Name xsi:nil=\"true\"/>"
		"<t:SIDString>%s</t:SIDString></a:Trustee></e:DACL>",
		ace->sid != NULL && ace->sid[0] == 'S' && ace->sid[1] == '-'
			? ace->sid
			: "S-1-5-21-1-1-1-513");
}

static void add_descriptor(struct sim_call *call, const struct hv_acl *acl)
{
	const int control = SELF_RELATIVE | (acl->open ? 0 : DACL_PRESENT) |
			    (acl->is_protected ? DACL_PROTECTED : 0);

	hv_buf_addf(&call->body,
		"<p:Descriptor xsi:type=\"d:Win32_SecurityDescriptor_Type\" xmlns:d=\"" URI
		"Win32_SecurityDescriptor\"><d:ControlFlags>%d</d:ControlFlags>",
		control);
	for (size_t i = 0; i < acl->entry_count; i++)
		add_entry(call, &acl->entries[i]);
	hv_buf_adds(&call->body, "</p:Descriptor>");
}

/* The number that a recorded error names: "(ReturnValue 9)" */
static uint64_t failure_of(const char *error)
{
	const char *number = strstr(error, "(ReturnValue ");

	number = number != NULL ? number + strlen("(ReturnValue ") : "";
	return *number >= '1' && *number <= '9' && number[1] == ')' ? (uint64_t)(*number - '0')
								    : ACCESS_DENIED;
}

/* A recorded error that was a fault. */
static bool is_absent(const char *error)
{
	return error != NULL && strstr(error, "does not find it") != NULL;
}

static void add_answer(struct sim_call *call, const json_t *row)
{
	const char *error = text_of(row, "Error");
	const char *sddl = text_of(row, "Sddl");
	const char *icacls = text_of(row, "Icacls");
	struct hv_acl acl = { .path = "" };

	if (error != NULL)
		add_result(call, failure_of(error));
	else if ((sddl != NULL && hv_sddl_parse(sddl, &call->request->arena, &acl, NULL) == 0) ||
		 (sddl == NULL && icacls != NULL &&
			 hv_icacls_parse(icacls, &call->request->arena, &acl, NULL) == 0)) {
		add_descriptor(call, &acl);
		add_result(call, 0);
	} else {
		add_result(call, UNKNOWN_FAILURE);
	}
}

void sim_descriptor_answer(struct sim_call *call, const char *path)
{
	const json_t *row = path != NULL ? find_row(call, path) : NULL;

	if (path == NULL) {
		sim_call_refuse(call, SIM_FAULT_KEYS_MISSING, "");
		return;
	}
	if (row == NULL || is_absent(text_of(row, "Error"))) {
		sim_call_refuse(call, SIM_FAULT_NO_INSTANCE, "");
		return;
	}
	hv_buf_adds(&call->body, "<p:" SIM_GET_DESCRIPTOR "_OUTPUT xmlns:p=\"" URI
				 "Win32_LogicalFileSecuritySetting\" "
				 "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
	add_answer(call, row);
	hv_buf_adds(&call->body, "</p:" SIM_GET_DESCRIPTOR "_OUTPUT>");
}
