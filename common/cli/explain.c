/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/explain.h"

#include <ctype.h>
#include <string.h>

#include "base/utf.h"
#include "cli/explain-parts.h"
#include "output/output.h"

enum {
	SUMMARY_MAX = 4096,
	UNKNOWN_TEXT_MAX = 60, /* characters of an id that there is not */
	NEAREST_MAX = 5,
	PART_LEAST = 2,      /* letters; one is a part of most ids */
	LIKENESS_LEAST = 3,  /* letters in common */
	LIKENESS_PART = 256, /* the one is a part of the other */
};

struct request {
	const struct hv_check *const *checks;
	const char *id;
	struct hv_explain_page page;
};

typedef void visit_fn(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx);

static void each_of_kind(
	const struct request *r, const struct hv_explain_kind *kind, visit_fn *visit, void *ctx)
{
	struct hv_explain_entry e;

	for (size_t i = 0; kind->at(r->checks, i, &e); i++)
		visit(kind, &e, ctx);
}

static void each(const struct request *r, visit_fn *visit, void *ctx)
{
	for (const struct hv_explain_kind *kind = hv_explain_kinds; kind->title != NULL; kind++)
		each_of_kind(r, kind, visit, ctx);
}

static void write_line(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx)
{
	struct request *r = ctx;
	HV_AUTO(buf) summary = { .max = SUMMARY_MAX };

	kind->summary(e, &summary);
	hv_explain_line(&r->page, e->id, hv_buf_str(&summary));
}

static void write_entry(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx)
{
	struct request *r = ctx;

	kind->write(e, &r->page);
}

static void write_named(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx)
{
	struct request *r = ctx;

	if (hv_utf8_caseeq(r->id, e->id) || (kind->is_named != NULL && kind->is_named(e, r->id)))
		kind->write(e, &r->page);
}

static void write_all(struct request *r)
{
	if (r->page.markdown)
		hv_buf_adds(r->page.out,
			"# Explanations\n\n"
			"What a finding can name, as `hyperv_doctor --explain ID` tells it; this "
			"page is `hyperv_doctor --explain all --output markdown`.\n\n");
	for (const struct hv_explain_kind *kind = hv_explain_kinds; kind->title != NULL; kind++) {
		hv_explain_title(&r->page, kind->title);
		each_of_kind(r, kind, write_entry, r);
	}
	/* Every part leaves an empty line for the next one. */
	if (r->page.markdown)
		hv_buf_truncate(r->page.out, r->page.out->len - 1);
}

/* --- Ids that there are not --- */

static size_t common_prefix(const char *a, const char *b)
{
	size_t len = 0;

	while (a[len] != '\0' && tolower((unsigned char)a[len]) == tolower((unsigned char)b[len]))
		len++;
	return len;
}

/* How much an id is like the name; compared from where each word or number of it begins. */
static size_t likeness(const char *id, const char *name)
{
	size_t best = 0;

	if (strlen(name) >= PART_LEAST && hv_utf8_casestr(id, name) != NULL)
		return LIKENESS_PART + strlen(name);
	if (hv_utf8_casestr(name, id) != NULL)
		return LIKENESS_PART + strlen(id);
	for (size_t i = 0; id[i] != '\0'; i++) {
		const bool starts =
			i == 0 || !isalnum((unsigned char)id[i - 1]) ||
			(isdigit((unsigned char)id[i]) && isalpha((unsigned char)id[i - 1]));
		size_t len = starts ? common_prefix(id + i, name) : 0;

		best = len > best ? len : best;
	}
	return best;
}

struct nearest {
	const char *name;
	struct hv_buf *out;
	size_t best, count;
};

static void find_best(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx)
{
	struct nearest *n = ctx;
	size_t like = likeness(e->id, n->name);

	(void)kind;
	n->best = like > n->best ? like : n->best;
}

static void add_best(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx)
{
	struct nearest *n = ctx;

	(void)kind;
	if (likeness(e->id, n->name) != n->best)
		return;
	if (n->count < NEAREST_MAX)
		hv_buf_addf(n->out, "%s%s", n->count == 0 ? "; the nearest: " : ", ", e->id);
	n->count++;
}

static void write_unknown(const struct request *r)
{
	struct hv_buf *out = r->page.out;
	struct nearest n = { .name = r->id, .out = out };

	hv_buf_adds(out, "there is no '");
	hv_output_text(out, r->id, UNKNOWN_TEXT_MAX);
	hv_buf_addc(out, '\'');
	each(r, find_best, &n);
	if (n.best >= LIKENESS_LEAST)
		each(r, add_best, &n);
	hv_buf_adds(out, "; --explain list shows all\n");
}

int hv_explain(const struct hv_check *const *checks, const char *id, const char *form,
	struct hv_buf *out, struct hv_err *err)
{
	struct request r = { .checks = checks, .id = id, .page = { .out = out } };
	const size_t start = out->len;

	r.page.markdown = strcmp(form, "markdown") == 0;
	if (!r.page.markdown && strcmp(form, "text") != 0)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--explain: --output must be text or markdown");
	if (strcmp(id, "list") == 0)
		each(&r, write_line, &r);
	else if (strcmp(id, "all") == 0)
		write_all(&r);
	else
		each(&r, write_named, &r);
	if (out->len == start)
		write_unknown(&r);
	return 0;
}

static void write_choice(
	const struct hv_explain_kind *kind, const struct hv_explain_entry *e, void *ctx)
{
	const char *dot = e->check != NULL ? strchr(e->id, '.') : NULL;
	struct request *r = ctx;

	(void)kind;
	hv_buf_addf(r->page.out, "%s ", e->id);
	if (dot != NULL)
		hv_buf_addf(r->page.out, "%s ", dot + 1);
}

void hv_explain_choices(const struct hv_check *const *checks, struct hv_buf *out)
{
	struct request r = { .checks = checks, .page = { .out = out } };

	hv_buf_adds(out, "list all ");
	each(&r, write_choice, &r);
}
