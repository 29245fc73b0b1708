/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page of a check, in mdoc(7). */
#include "cli/describe.h"

#include "cli/common-options.h"
#include "cli/help.h"
#include "cli/mdoc.h"

enum { SENTENCE_MAX = 65536 };

/* Pages that say more of every check. */
static const char *const usual_pages[] = { "hyperv_capture 1", "hyperv_doctor 1",
	"hyperv-capture 5", NULL };

static void sections(struct hv_buf *out, const struct hv_check *check)
{
	HV_AUTO(buf) sentence = { .max = SENTENCE_MAX };

	hv_buf_adds(&sentence, "Data needed: ");
	hv_help_sections(check->needs, &sentence);
	hv_buf_adds(&sentence, ".\nData used when told: ");
	hv_help_sections(check->uses & ~check->needs, &sentence);
	hv_buf_addc(&sentence, '.');
	hv_buf_adds(out, ".Pp\n");
	hv_mdoc_text(hv_buf_str(&sentence), out);
}

static void rules(struct hv_buf *out, const struct hv_check *check)
{
	if (check->rules == NULL || check->rules->id == NULL)
		return;
	hv_buf_adds(out, ".Ss Rules\n.Bl -tag -width Ds\n");
	for (const struct hv_rule *r = check->rules; r->id != NULL; r++) {
		hv_buf_addf(out, ".It Cm %s\n", r->id);
		hv_mdoc_text(r->summary, out);
		hv_buf_adds(out, ".Pp\nState:\n");
		hv_mdoc_text(r->states, out);
		if (r->explanation != NULL) {
			hv_buf_adds(out, ".Pp\n");
			hv_mdoc_text(r->explanation, out);
		}
		if (r->source != NULL) {
			hv_buf_adds(out, ".Pp\nSource:\n");
			hv_mdoc_text(r->source, out);
		}
	}
	hv_buf_adds(out, ".El\n");
}

static void exit_status(struct hv_buf *out, const struct hv_check *check)
{
	hv_buf_adds(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (int s = HV_OK; s <= HV_UNKNOWN; s++) {
		hv_buf_addf(out, ".It %d Pq %s\n", s, hv_state_name((enum hv_state)s));
		hv_mdoc_text(hv_help_state(check, (enum hv_state)s), out);
	}
	hv_buf_adds(out, ".El\n");
}

void hv_describe_man(const struct hv_check *check, hv_usec date, struct hv_buf *out)
{
	const struct hv_mdoc_page page = {
		.name = check->name,
		.section = "1",
		.summary = check->summary,
	};
	struct hv_opt_group groups[HV_ALL_GROUPS];

	hv_all_groups(check, NULL, NULL, groups);
	hv_mdoc_head(&page, date, out);
	hv_mdoc_synopsis(groups, HV_ALL_GROUPS, out);
	hv_buf_adds(out, ".Sh DESCRIPTION\n");
	hv_mdoc_text(check->description != NULL ? check->description : check->summary, out);
	sections(out, check);
	hv_mdoc_options(groups, HV_ALL_GROUPS, out);
	hv_buf_adds(out, ".Ss Values\n");
	hv_mdoc_text(hv_help_values, out);
	rules(out, check);
	exit_status(out, check);
	hv_mdoc_examples(check->name, check->examples, out);
	hv_mdoc_see_also(check->see_also != NULL ? check->see_also : usual_pages, check->name, out);
}
