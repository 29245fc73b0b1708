/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recorded output of commands that is read: "commands" of the full form of a capture, and files of
 * the directory form. */
#ifndef HV_CIM_COMMANDS_H
#define HV_CIM_COMMANDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cim/sink.h"

struct hv_command_reader {
	const char *command; /* as it is typed, with or without arguments; NULL ends a table */
	const char *file;    /* of the directory form */
	const char *ns, *class_name; /* of the rows */
	/* Batch and rows; what cannot be understood is a class that could not be read. */
	int (*read)(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
		struct hv_sink *sink, struct hv_err *err);
};

/* Without regard to case. NULL: it is not read. */
const struct hv_command_reader *hv_command_reader_of(const char *command);
const struct hv_command_reader *hv_command_reader_of_file(const char *name);

#endif
