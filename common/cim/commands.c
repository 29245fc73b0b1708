/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cim/commands.h"

#include <string.h>

#include "base/utf.h"
#include "cim/icacls.h"
#include "cim/vssadmin.h"

static const struct hv_command_reader readers[] = {
	{
		.command = HV_VSSADMIN_LIST_WRITERS,
		.file = "vssadmin.txt",
		.ns = HV_NS_COMMANDS,
		.class_name = HV_CLASS_VSS_WRITER,
		.read = hv_vssadmin_read,
	},
	{
		.command = "icacls",
		.file = "icacls.txt",
		.ns = HV_NS_FILES,
		.class_name = HV_CLASS_FILE_SECURITY,
		.read = hv_icacls_read,
	},
	{ .command = NULL },
};

const struct hv_command_reader *hv_command_reader_of(const char *command)
{
	for (const struct hv_command_reader *r = readers; r->command != NULL; r++) {
		const size_t len = hv_utf8_caseprefix(command, r->command);

		if (len > 0 && (command[len] == '\0' || command[len] == ' '))
			return r;
	}
	return NULL;
}

const struct hv_command_reader *hv_command_reader_of_file(const char *name)
{
	for (const struct hv_command_reader *r = readers; r->command != NULL; r++)
		if (hv_utf8_caseeq(r->file, name))
			return r;
	return NULL;
}
