/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/manual.h"

#include <string.h>

#include "base/parse.h"
#include "cli/completion.h"

/* The last second of the year 9999. */
#define DATE_MAX_SEC UINT64_C(253402300799)

static void part(const char *heading, const char *text, struct hv_buf *out)
{
	if (text == NULL)
		return;
	hv_buf_addf(out, "%s\n", heading);
	hv_mdoc_text(text, out);
}

void hv_manual(const struct hv_manual *manual, hv_usec date, struct hv_buf *out)
{
	hv_mdoc_head(&manual->page, date, out);
	hv_mdoc_synopsis(manual->groups, manual->group_count, out);
	part(".Sh DESCRIPTION", manual->introduction, out);
	hv_mdoc_options(manual->groups, manual->group_count, out);
	part(".Ss Values", manual->values, out);
	part(".Sh FILES", manual->files, out);
	part(".Sh EXIT STATUS", manual->statuses, out);
	hv_mdoc_examples(manual->page.name, manual->examples, out);
	hv_mdoc_see_also(manual->see_also, manual->page.name, out);
}

void hv_manual_describe(const struct hv_manual *manual, const char *form, hv_choices_fn *choices,
	hv_usec date, struct hv_buf *out)
{
	const struct hv_completion completion = {
		.name = manual->page.name,
		.groups = manual->groups,
		.group_count = manual->group_count,
		.choices = choices,
	};

	if (strcmp(form, "bash") == 0)
		hv_completion_bash(&completion, out);
	else
		hv_manual(manual, date, out);
}

int hv_manual_check_form(const char *form, struct hv_err *err)
{
	if (strcmp(form, "man") == 0 || strcmp(form, "bash") == 0)
		return 0;
	return hv_err_set(err, HV_ERR_ARGUMENT, "--describe: there is no form '%.100s'", form);
}

hv_usec hv_manual_date(const struct hv_cli_env *env)
{
	const char *epoch = env->env("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	if (epoch != NULL && hv_parse_u64(epoch, 0, DATE_MAX_SEC, &seconds, NULL) == 0)
		return (hv_usec)seconds * HV_USEC_PER_SEC;
	return env->clock();
}
