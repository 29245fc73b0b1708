/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: a struct of fixed size owned by the caller and passed as the last parameter. Fallible
 * functions return 0 or -1 and set it. The first error wins; callers add context on the way up.
 * Text may hold foreign bytes: it is neutralised where it is printed, not here. */
#ifndef HV_BASE_ERR_H
#define HV_BASE_ERR_H

#include <stdbool.h>

#include "base/attr.h"

enum { HV_ERR_TEXT_MAX = 1024 };

/* What kind of failure it was, as far as a caller may want to tell (exit states, retries). */
enum hv_err_kind {
	HV_ERR_NONE = 0,
	HV_ERR_NO_MEMORY,
	HV_ERR_ARGUMENT,    /* what the user asked for makes no sense */
	HV_ERR_IO,          /* open, read, write of a local file */
	HV_ERR_FORMAT,      /* foreign bytes are not what they should be */
	HV_ERR_LIMIT,       /* a named limit was exceeded */
	HV_ERR_MISSING,     /* asked-for data are not there */
	HV_ERR_UNSUPPORTED, /* understood, not built */
};

struct hv_err {
	enum hv_err_kind kind;
	char text[HV_ERR_TEXT_MAX];
};

#define HV_ERR_INIT                                                                                \
	{                                                                                          \
		.kind = HV_ERR_NONE, .text = ""                                                    \
	}

/* Sets the error unless one is set already; returns -1 so that `return hv_err_set(...)` reads well.
 * err may be NULL. Text that does not fit is cut, at a UTF-8 boundary. */
int hv_err_set(struct hv_err *err, enum hv_err_kind kind, const char *fmt, ...) HV_PRINTF(3, 4);

/* As hv_err_set with ": strerror(errnum)" appended. kind is HV_ERR_NO_MEMORY for ENOMEM, else
 * HV_ERR_IO. */
int hv_err_set_errno(struct hv_err *err, int errnum, const char *fmt, ...) HV_PRINTF(3, 4);

/* Puts "<context>: " before the text of an error that is set. Returns -1. */
int hv_err_wrap(struct hv_err *err, const char *fmt, ...) HV_PRINTF(2, 3);

/* "out of memory" as HV_ERR_NO_MEMORY. Returns -1. */
int hv_err_no_memory(struct hv_err *err);

bool hv_err_is_set(const struct hv_err *err);
void hv_err_clear(struct hv_err *err);

#endif
