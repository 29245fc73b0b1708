/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The option table: one line drives parsing, help, man page, Icinga configuration and JSON. The
 * type of an option is derived from the struct member it fills. common/cli interprets the tables.
 */
#ifndef HV_CHECK_OPTION_H
#define HV_CHECK_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/time.h"
#include "check/range.h"
#include "check/state.h"

struct hv_bytes { /* SIZE */
	uint64_t bytes;
	bool set;
};

struct hv_duration { /* DURATION */
	hv_usec usec;
	bool set;
};

struct hv_count { /* COUNT */
	uint64_t value;
	bool set;
};

struct hv_list { /* repeatable; elements separated by commas when the option says so; strings
		    borrowed from argv or the option arena */
	const char **items;
	size_t count;
};

struct hv_rule_states { /* --rule ID=STATE, repeatable; checked against the check's rules */
	struct hv_rule_state {
		const char *id;
		enum hv_state state;
	} * items;
	size_t count;
};

enum hv_opt_type {
	HV_OPT_FLAG,     /* bool */
	HV_OPT_STRING,   /* const char * */
	HV_OPT_RANGE,    /* struct hv_range */
	HV_OPT_BYTES,    /* struct hv_bytes */
	HV_OPT_DURATION, /* struct hv_duration */
	HV_OPT_COUNT,    /* struct hv_count */
	HV_OPT_STATE,    /* enum hv_state */
	HV_OPT_LIST,     /* struct hv_list */
	HV_OPT_RULES,    /* struct hv_rule_states */
	HV_OPT_LEVEL,    /* unsigned char: counts its repetitions (-vv) */
	HV_OPT_SECRET,   /* struct hv_secret; whoever owns the config calls hv_secret_done() */
};

struct hv_opt {
	char letter;      /* 0: none */
	const char *name; /* long name without dashes; NULL ends a table */
	const char *arg;  /* what the help calls the argument; NULL for flags */
	const char *def;  /* default as the user would type it; NULL: none */
	const char *help; /* one or more sentences */
	enum hv_opt_type type;
	size_t offset;  /* of the member */
	bool comma;     /* LIST: also split at commas */
	bool file_only; /* refused on the command line: a key of a section of --extra-opts */
};

#define HV_OPT_TYPE_OF(member)                                                                     \
	_Generic((member),                                                                         \
		bool: HV_OPT_FLAG,                                                                 \
		const char *: HV_OPT_STRING,                                                       \
		struct hv_range: HV_OPT_RANGE,                                                     \
		struct hv_bytes: HV_OPT_BYTES,                                                     \
		struct hv_duration: HV_OPT_DURATION,                                               \
		struct hv_count: HV_OPT_COUNT,                                                     \
		enum hv_state: HV_OPT_STATE,                                                       \
		struct hv_list: HV_OPT_LIST,                                                       \
		struct hv_rule_states: HV_OPT_RULES,                                               \
		unsigned char: HV_OPT_LEVEL,                                                       \
		struct hv_secret: HV_OPT_SECRET)

#define HV_OPT(struct_type, member, letter_, name_, arg_, def_, help_)                             \
	{                                                                                          \
		.letter = (letter_), .name = (name_), .arg = (arg_), .def = (def_),                \
		.help = (help_), .type = HV_OPT_TYPE_OF(((struct_type *)0)->member),               \
		.offset = offsetof(struct_type, member),                                           \
	}

/* A list whose argument may hold several elements separated by commas. */
#define HV_OPT_COMMA_LIST(struct_type, member, letter_, name_, arg_, def_, help_)                  \
	{                                                                                          \
		.letter = (letter_), .name = (name_), .arg = (arg_), .def = (def_),                \
		.help = (help_), .type = HV_OPT_TYPE_OF(((struct_type *)0)->member),               \
		.offset = offsetof(struct_type, member), .comma = true,                            \
	}

/* One that may stand in a file alone, and is not shown where options of the command line are. */
#define HV_OPT_FILE_ONLY(struct_type, member, name_, arg_, help_)                                  \
	{                                                                                          \
		.name = (name_), .arg = (arg_), .help = (help_),                                   \
		.type = HV_OPT_TYPE_OF(((struct_type *)0)->member),                                \
		.offset = offsetof(struct_type, member), .file_only = true,                        \
	}

#define HV_OPT_END                                                                                 \
	{                                                                                          \
		.name = NULL                                                                       \
	}

#endif
