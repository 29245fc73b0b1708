/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check: one descriptor and one pure function. eval() does no I/O and cannot fail; time comes as
 * a parameter. The runner (common/cli) reads options and sources, turns sections that could not be
 * read into UNKNOWN, applies the filters, and prints. */
#ifndef HV_CHECK_CHECK_H
#define HV_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "check/option.h"
#include "check/report.h"
#include "model/host.h"

/* A rule as people can look it up: id for --rule, explanation for help and manuals. */
struct hv_rule {
	const char *id;          /* NULL ends a table */
	const char *summary;     /* one line */
	const char *states;      /* default states in words: "CRITICAL on 2012 R2 or later ..." */
	const char *explanation; /* paragraphs */
	const char *source;      /* KB number, documentation page, reference */
};

struct hv_example {
	const char *args; /* after the program's name; NULL ends a table */
	const char *text; /* what it does */
};

/* Words that the argument of an option may be and that its type does not tell, for completion: a
 * blank behind each. None for options that it does not know. */
typedef void hv_choices_fn(const struct hv_opt *option, struct hv_buf *out);

struct hv_check {
	const char *name;        /* check_hyperv_space */
	const char *label;       /* SPACE: first line says "HYPERV SPACE OK" */
	const char *summary;     /* one line */
	const char *description; /* paragraphs for --help and the manual */
	unsigned int needs; /* sections without which nothing can be judged: not read -> UNKNOWN,
			       eval() is not called */
	unsigned int uses;  /* sections that refine the verdict: failed -> an UNKNOWN finding beside
			       the verdict; not told by the source -> eval() copes */
	const struct hv_opt *options;
	size_t config_size;
	const struct hv_rule *rules; /* NULL: none */
	const char *states[4]; /* what each exit state means for this check, by enum hv_state */
	const struct hv_example *examples;
	/* Manual pages, "hyperv_doctor 1", in the order of section and name; NULL: the usual
	 * ones. */
	const char *const *see_also;

	/* Events asked for; NULL: none. since() gives how far back, as a duration. */
	const struct hv_event_key *event_keys;
	hv_usec (*events_since)(const void *config);
	/* VSS writers of a live host are not asked more often; NULL: what is usual. */
	hv_usec (*writers_interval)(const void *config);

	/* What no type can tell about options that contradict each other. May be NULL. */
	int (*validate)(const void *config, struct hv_err *err);

	/* A text instead of a verdict when the options ask for one, as --help does; form is that of
	 * --output. 1: written, 0: not asked for. NULL: there is none. */
	int (*inform)(const void *config, const char *form, struct hv_buf *out, struct hv_err *err);

	hv_choices_fn *choices; /* NULL: none */

	/* No check but a program that runs those there are, described as they are; no eval(). */
	bool runs_checks;

	void (*eval)(
		const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out);
};

/* The state of a rule: the user's --rule when given, else by_default. */
enum hv_state hv_rule_state(
	const struct hv_rule_states *chosen, const char *id, enum hv_state by_default);

/* "layout" of check_hyperv_layout: how people may name a check. Part of its name. */
const char *hv_check_word(const struct hv_check *check);

#endif
