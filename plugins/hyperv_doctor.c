/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_doctor: every check on one collection, and one page that says for each virtual machine
 * whether its backup will work, what is to blame, and the commands that repair it. */
#include <string.h>

#include "check/all-checks.h"
#include "cli/doctor-steps.h"
#include "cli/doctor.h"
#include "cli/explain.h"
#include "cli/runner.h"

static const struct hv_opt options[] = {
	HV_OPT(struct hv_doctor_options, set, 0, "set", "CHECK.OPTION=VALUE", NULL,
		"Run a check with one of its own options: --set layout.backup-volumes=C:,E: or "
		"--set space.warning=20: (see the check's --help). Repeatable."),
	HV_OPT(struct hv_doctor_options, skip, 0, "skip", "CHECK", NULL,
		"Leave a check out, by its name or the last word of it; the page says so. "
		"Repeatable."),
	HV_OPT(struct hv_doctor_options, list, 0, "list", NULL, NULL,
		"Show which virtual machines and volumes each --include, --exclude and --volume "
		"keeps or leaves out, judge nothing, and end with 3 as --help does."),
	HV_OPT(struct hv_doctor_options, explain, 0, "explain", "ID", NULL,
		"Tell the background of what a finding names: a rule (split-root), an event "
		"(vmms-18012 or 18012), an HRESULT (0x80070002), a state of a VSS writer "
		"(writer-state-7) or an update (KB2878635); 'list' shows all ids, 'all' explains "
		"each. Needs no host and reads nothing; as text or markdown (--output). Ends with "
		"3 as --help does."),
	HV_OPT_END,
};

static const struct hv_example examples[] = {
	{ "-H hv01.example.com --authfile hv.auth", "Will tonight's backup of this host work?" },
	{ "--capture host.json --set layout.backup-volumes=C:,E:",
		"Judges a capture, and whether the backup of C: and E: is enough." },
	{ "--capture host.json --output markdown", "The page for a ticket." },
	{ "--capture host.json --exclude 'test-*' --list", "Which VMs would be judged?" },
	{ "--explain split-root", "What is behind a rule?" },
	{ NULL, NULL },
};

static int inform(const void *config, const char *form, struct hv_buf *out, struct hv_err *err)
{
	const struct hv_doctor_options *o = config;

	if (o->explain == NULL)
		return 0;
	return hv_explain(hv_all_checks, o->explain, form, out, err) == 0 ? 1 : -1;
}

/* The checks by the last word of their names, and their own options. */
static void add_settings(struct hv_buf *out)
{
	for (const struct hv_check *const *c = hv_all_checks; *c != NULL; c++)
		for (const struct hv_opt *o = (*c)->options; o != NULL && o->name != NULL; o++)
			hv_buf_addf(out, "%s.%s%s ", hv_check_word(*c), o->name,
				o->arg != NULL ? "=" : "");
}

static void choices(const struct hv_opt *option, struct hv_buf *out)
{
	if (strcmp(option->name, "set") == 0)
		add_settings(out);
	if (strcmp(option->name, "explain") == 0)
		hv_explain_choices(hv_all_checks, out);
	if (strcmp(option->name, "skip") != 0)
		return;
	for (const struct hv_check *const *c = hv_all_checks; *c != NULL; c++)
		hv_buf_addf(out, "%s ", hv_check_word(*c));
}

static const char *const see_also[] = {
	"check_hyperv_acl 1",
	"check_hyperv_backup 1",
	"check_hyperv_checkpoints 1",
	"check_hyperv_events 1",
	"check_hyperv_integration 1",
	"check_hyperv_layout 1",
	"check_hyperv_prerequisites 1",
	"check_hyperv_space 1",
	"check_hyperv_updates 1",
	"check_hyperv_volumes 1",
	"check_hyperv_vss 1",
	"hyperv_capture 1",
	"hyperv_checkpoint_probe 1",
	"hyperv-capture 5",
	NULL,
};

static const struct hv_check doctor = {
	.name = "hyperv_doctor",
	.label = "DOCTOR",
	.summary = "Will the backup of each virtual machine work; if not, what is to blame, what "
		   "fixes it",
	.description =
		"Reads a host once, runs every check on what it read, and prints one page: for "
		"each virtual machine whether it will back up, is at risk or will fail; the "
		"culprit, which is the finding that explains a logged error before all others; "
		"the commands that repair it; then the other evidence, what is said of the host "
		"as a whole, and what came of each step or why it could not be judged.\n\n"
		"A virtual machine \"will back up\" when no check has anything against it and "
		"every step that could have was judged; otherwise it is \"not known\". The first "
		"line is that of a plugin, so that the page can be a service of a monitoring "
		"system. Commands are printed, never run.",
	.uses = HV_SEC(HV_SECTION_COUNT) - 1,
	.options = options,
	.config_size = sizeof(struct hv_doctor_options),
	.states = {
		[HV_OK] = "Every check is OK.",
		[HV_WARNING] = "The worst of all checks is a warning.",
		[HV_CRITICAL] = "A check is critical.",
		[HV_UNKNOWN] = "Nothing is known to be wrong, but a check could not be judged; "
			       "also wrong arguments, --help, --list and --explain.",
	},
	.examples = examples,
	.inform = inform,
	.choices = choices,
	.see_also = see_also,
	.runs_checks = true,
};

static int run(
	const struct hv_check *check, int argc, char *const *argv, const struct hv_cli_env *env)
{
	return hv_doctor_run(check, hv_all_checks, argc, argv, env);
}

int main(int argc, char **argv)
{
	return hv_program_main(&doctor, argc, argv, run);
}
