/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: the first one wins, context is put in front, text that is too long is cut. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static size_t sequence_len(unsigned char lead)
{
	if (lead >= 0xF0)
		return 4;
	if (lead >= 0xE0)
		return 3;
	return lead >= 0xC0 ? 2 : 1;
}

/* Removes a multi-byte character that a cut left incomplete at the end of text. */
static void drop_partial_character(char *text)
{
	size_t len = strlen(text);
	size_t tail = 0;

	while (tail < 3 && tail < len && ((unsigned char)text[len - 1 - tail] & 0xC0) == 0x80)
		tail++;
	if (tail < len && sequence_len((unsigned char)text[len - 1 - tail]) > tail + 1)
		text[len - 1 - tail] = '\0';
}

/* Closes a text that snprintf left with the given result. */
static void finish_text(char *text, int result)
{
	if (result < 0)
		text[0] = '\0';
	else if (result >= HV_ERR_TEXT_MAX)
		drop_partial_character(text);
}

static void format_text(char *text, const char *fmt, va_list ap) HV_PRINTF(2, 0);
static void format_text(char *text, const char *fmt, va_list ap)
{
	finish_text(text, vsnprintf(text, HV_ERR_TEXT_MAX, fmt, ap));
}

static void join_texts(char *ret, const char *first, const char *second)
{
	finish_text(ret, snprintf(ret, HV_ERR_TEXT_MAX, "%s: %s", first, second));
}

int hv_err_set(struct hv_err *err, enum hv_err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (!err || hv_err_is_set(err))
		return -1;
	va_start(ap, fmt);
	format_text(err->text, fmt, ap);
	va_end(ap);
	err->kind = kind;
	return -1;
}

int hv_err_set_errno(struct hv_err *err, int errnum, const char *fmt, ...)
{
	char what[HV_ERR_TEXT_MAX];
	va_list ap;

	if (!err || hv_err_is_set(err))
		return -1;
	va_start(ap, fmt);
	format_text(what, fmt, ap);
	va_end(ap);
	join_texts(err->text, what, strerror(errnum));
	err->kind = errnum == ENOMEM ? HV_ERR_NO_MEMORY : HV_ERR_IO;
	return -1;
}

int hv_err_wrap(struct hv_err *err, const char *fmt, ...)
{
	char context[HV_ERR_TEXT_MAX];
	char text[HV_ERR_TEXT_MAX];
	va_list ap;

	if (!err || !hv_err_is_set(err))
		return -1;
	va_start(ap, fmt);
	format_text(context, fmt, ap);
	va_end(ap);
	memcpy(text, err->text, sizeof(text));
	join_texts(err->text, context, text);
	return -1;
}

int hv_err_no_memory(struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_NO_MEMORY, "out of memory");
}

bool hv_err_is_set(const struct hv_err *err)
{
	return err && err->kind != HV_ERR_NONE;
}

void hv_err_clear(struct hv_err *err)
{
	if (!err)
		return;
	err->kind = HV_ERR_NONE;
	err->text[0] = '\0';
}
