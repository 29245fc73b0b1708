/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a check found. A check only adds to a report and cannot fail: when memory is short the
 * report remembers it (hv_report_failed) and the runner turns the result into UNKNOWN. All strings
 * are copied into the report. Text may hold foreign bytes; they are neutralised in common/output
 * alone. */
#ifndef HV_CHECK_REPORT_H
#define HV_CHECK_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "check/range.h"
#include "check/state.h"

/* Which objects of the host a finding is about, for those who put findings of several checks
 * together; item says it for people. NULL: none of the kind. */
struct hv_subject {
	const char *vm_id;  /* hv_vm.id */
	const char *path;   /* the file or folder to blame */
	const char *volume; /* hv_place.key of all files on it */
};

struct hv_lines {
	const char **items;
	size_t count, capacity;
};

struct hv_finding {
	enum hv_state state;
	const char *item; /* what it is about: "VM 'sql01'", "volume 'E:'" */
	const char *rule; /* rule id, "split-root"; NULL when the check has no rules */
	const char *text; /* what was seen, one line; may be NULL only while being built */
	const char *why;  /* why it matters; NULL when the text says it all */
	struct hv_subject about;
	const char *remedy;    /* what to do: commands filled in, quoted for the shell they are for;
				  may have several lines; NULL for none */
	struct hv_lines names; /* ids of what it names besides the rule: check/explained.h */
	struct hv_finding *next;
};

struct hv_metric {
	const char *label; /* stable; unquoted */
	const char *item;  /* what of the label it is about: "E:"; NULL: the host */
	const char *name;  /* the rest of the label: "free_pct" */
	double value;
	bool known;      /* false: "U" */
	const char *uom; /* "", "s", "%", "B", "c" */
	struct hv_range warn, crit;
	double min, max;
	bool has_min, has_max;
	struct hv_metric *next;
};

struct hv_report {
	struct hv_arena arena;
	struct hv_finding *findings, **findings_tail; /* in the order they were added */
	struct hv_metric *metrics, **metrics_tail;
	size_t finding_count;
	struct hv_subject about; /* of the findings to come */
	const char *ok_text;     /* said when nothing is wrong */
	struct hv_lines notes; /* what was read, what could not be judged; shown from -vv on, limits
				  also in the first line of an OK */
	struct hv_lines trace; /* the conversation with a host; shown from -vvv on */
	const char *limits;    /* short: what an OK does not cover ("mount points not known"); NULL
				  when it covers everything */
	const char *nothing_text;        /* said when judged is 0; NULL: the counts say it */
	uint64_t seen, judged, excluded; /* objects the check is about */
	bool counted;
	bool failed;
	struct hv_finding spare_finding; /* handed out when memory is short */
	struct hv_metric spare_metric;
};

void hv_report_init(struct hv_report *r);
void hv_report_done(struct hv_report *r);
#define HV_AUTO_report __attribute__((cleanup(hv_report_done))) struct hv_report

/* Adds a finding; never returns NULL. text is printf-like. item and rule may be NULL. OK findings
 * are good news worth telling with -v. */
struct hv_finding *hv_report_add(struct hv_report *r, enum hv_state state, const char *item,
	const char *rule, const char *fmt, ...) HV_PRINTF(5, 6);
void hv_finding_why(struct hv_report *r, struct hv_finding *f, const char *fmt, ...)
	HV_PRINTF(3, 4);
void hv_finding_remedy(struct hv_report *r, struct hv_finding *f, const char *fmt, ...)
	HV_PRINTF(3, 4); /* a further call adds a line */

/* More is told of this under the id; hv_finding_names_...() of check/explained.h call it. */
void hv_finding_names(struct hv_report *r, struct hv_finding *f, const char *id);

/* What all findings added from now on are about; NULL: nothing in particular. */
void hv_report_about(struct hv_report *r, const struct hv_subject *about);
/* The file to blame, for this finding. */
void hv_finding_blame(struct hv_report *r, struct hv_finding *f, const char *path);

/* Adds a metric; never returns NULL. The caller fills warn, crit, min, max. label is
 * "<item>_<name>", or name when item is NULL. */
struct hv_metric *hv_report_metric(
	struct hv_report *r, const char *item, const char *name, double value, const char *uom);
struct hv_metric *hv_report_metric_unknown(
	struct hv_report *r, const char *item, const char *name, const char *uom);

void hv_report_ok_text(struct hv_report *r, const char *fmt, ...) HV_PRINTF(2, 3);
void hv_report_note(struct hv_report *r, const char *fmt, ...) HV_PRINTF(2, 3);
void hv_report_trace(struct hv_report *r, const char *fmt, ...) HV_PRINTF(2, 3);
void hv_report_limit(struct hv_report *r, const char *fmt, ...)
	HV_PRINTF(2, 3); /* further ones are joined by "; " */

/* Why there is nothing to judge, better than the counts can say it. */
void hv_report_nothing_text(struct hv_report *r, const char *fmt, ...) HV_PRINTF(2, 3);

/* How many objects the check is about were visible, were judged, were left out by the user's
 * filters. */
void hv_report_count(struct hv_report *r, uint64_t seen, uint64_t judged, uint64_t excluded);

/* Derived: the worst state of all findings; UNKNOWN when the report failed. */
enum hv_state hv_report_state(const struct hv_report *r);
bool hv_report_failed(const struct hv_report *r);

/* Findings worst first (hv_state_rank), in the order they were added within a state. Returns the
 * number written to an array in the report's arena; NULL in *ret when there are none or memory is
 * short. */
size_t hv_report_sorted(struct hv_report *r, const struct hv_finding *const **ret);

#endif
