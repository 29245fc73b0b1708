/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be explained, kind by kind, and the page it is written on. Used by explain*.c only. */
#ifndef HV_CLI_EXPLAIN_PARTS_H
#define HV_CLI_EXPLAIN_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "check/check.h"
#include "check/explained.h"

struct hv_explain_page {
	struct hv_buf *out;
	bool markdown;
};

/* An id with what it says in one line. */
void hv_explain_heading(struct hv_explain_page *page, const char *id, const char *summary);
/* "Source: ..."; nothing when the text is NULL. */
void hv_explain_field(struct hv_explain_page *page, const char *label, const char *text);
/* What to do; names in braces are those of a host. */
void hv_explain_remedy(struct hv_explain_page *page, const char *text);
/* Paragraphs; nothing when the text is NULL. */
void hv_explain_text(struct hv_explain_page *page, const char *text);
/* Of a kind, on a page with all of them. */
void hv_explain_title(struct hv_explain_page *page, const char *title);
void hv_explain_line(struct hv_explain_page *page, const char *id, const char *summary);

/* One thing that can be explained. */
struct hv_explain_entry {
	const struct hv_check *check; /* of a rule; NULL */
	const void *row;              /* of its table */
	size_t place;                 /* in it */
	char id[HV_EXPLAINED_ID_MAX];
};

struct hv_explain_kind {
	const char *title; /* "Rules"; NULL ends the table */
	/* The entry at this place of all of the kind; false: there are not so many. */
	bool (*at)(
		const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret);
	/* Names besides the id; NULL: none. */
	bool (*is_named)(const struct hv_explain_entry *e, const char *name);
	void (*summary)(const struct hv_explain_entry *e, struct hv_buf *out);
	void (*write)(const struct hv_explain_entry *e, struct hv_explain_page *page);
};

extern const struct hv_explain_kind hv_explain_kinds[];

/* Kinds of the table with a file of their own. */
bool hv_explain_event_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret);
bool hv_explain_event_is_named(const struct hv_explain_entry *e, const char *name);
void hv_explain_event_summary(const struct hv_explain_entry *e, struct hv_buf *out);
void hv_explain_event(const struct hv_explain_entry *e, struct hv_explain_page *page);

bool hv_explain_update_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret);
bool hv_explain_article_at(
	const struct hv_check *const *checks, size_t place, struct hv_explain_entry *ret);
bool hv_explain_is_number(const struct hv_explain_entry *e, const char *name);
void hv_explain_update_summary(const struct hv_explain_entry *e, struct hv_buf *out);
void hv_explain_article_summary(const struct hv_explain_entry *e, struct hv_buf *out);
void hv_explain_update(const struct hv_explain_entry *e, struct hv_explain_page *page);
void hv_explain_article(const struct hv_explain_entry *e, struct hv_explain_page *page);

/* "Windows Server 2012 R2"; builds of the host, 0: no bound. */
void hv_explain_hosts(uint32_t min_build, uint32_t max_build, struct hv_buf *out);

#endif
