/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/agent-manual.h"

#include "cli/doctor-steps.h"
#include "cli/mdoc.h"
#include "mibs/agent-config.h"

static const char introduction[] =
	"This file tells hyperv_agentx which Hyper-V hosts are polled, how, and with what checks. "
	"All of it is checked before any of it is used: hyperv_agentx --check-config prints every "
	"error with its line.";

static const char syntax[] =
	"Sections are [agent], [defaults] and one [host NAME] for each host. They may stand in any "
	"order. [agent] and [defaults] may go on further below; a host is told once. NAME has 1 to "
	"32 printable ASCII characters, in which upper and lower case are different. It is the "
	"index of the host in the tables of HYPERV-BACKUP-MIB, so it should stay what it is.\n"
	"Each other line is \"key = value\". Keys are written in full. What is a flag on a "
	"command line is written yes or no. Where a text below says --name, the key \"name\" is "
	"meant.\n"
	"Lines that begin with # or ; are comments. There are none behind a value: # and = are part "
	"of it. Blanks around keys and values are not. There is no quoting.\n"
	"DURATION: a number with s, m, h, d or w; seconds without. STATE: ok, warning, critical or "
	"unknown. PATTERN: with *, ? and [...]; case does not matter.\n"
	"At most 10000 hosts and 8 MiB are read.";

static const char combination[] =
	"What a host says takes the place of what [defaults] says. Within a section the last value "
	"counts.\n"
	"Keys marked as lists may be given several times, and the list of a host goes on where that "
	"of [defaults] ends. A host cannot take an element away again.\n"
	"So it is with the options of single checks: a value of the host takes the place of that "
	"of [defaults], elements of lists go on, and of several values of \"rule\" for the same "
	"rule the last one counts.";

static const char check_options[] =
	"CHECK.OPTION = VALUE is an option of one check's own, in [defaults] or of a host: \"space."
	"warning = 20:\", \"layout.rule = split-root=warning\". These are there; the manual pages "
	"of the checks explain them:";

static const char recorded[] =
	"A host is asked over the network, by the NAME of its section when there is no hostname, "
	"unless it has recorded data (capture, evtx or vm-config) and no hostname. With capture and evtx max-age is needed: without it a job that "
	"died would look like a healthy host.";

static const char secrets[] =
	"There is no key for a password, so the file need not be secret. But who can write it "
	"decides which host gets to see a login: it belongs to root, mode 0644 or 0640. The "
	"password stands in the file that authfile names. That must belong to the user that the "
	"agent runs as, or to root, and nobody else may have access (chmod 600). It is read anew for "
	"each poll: a changed password needs no reload.";

static const char reload[] =
	"SIGHUP reads the file again. When it has an error, the errors are logged and the agent goes "
	"on with what it had. Hosts that stay keep their results, those that are gone lose their "
	"rows, new ones are polled soon.";

static const char example[] = "  [agent]\n"
			      "  state-file = /var/lib/hyperv_agentx/told\n"
			      "\n"
			      "  [defaults]\n"
			      "  authfile = /etc/hyperv_agentx.auth\n"
			      "  exclude = test-*\n"
			      "\n"
			      "  [host hv01.example.com]\n"
			      "\n"
			      "  [host hv02]\n"
			      "  hostname = hv02.branch.example.com\n"
			      "  ssl = yes\n"
			      "  space.warning = 20:";

static const char authfile_example[] = "  username = hyperv-monitor\n"
				       "  domain = EXAMPLE\n"
				       "  password = ...";

static const char *const see_also[] = { "hyperv_doctor 1", "snmpd.conf 5", "hyperv_agentx 8",
	NULL };

static const char *arg_of(const struct hv_opt *o)
{
	return o->type == HV_OPT_FLAG ? "yes|no" : o->arg;
}

/* A flag with a default is on. */
static const char *default_of(const struct hv_opt *o)
{
	if (o->type == HV_OPT_FLAG)
		return o->def != NULL ? "yes" : "no";
	return o->def;
}

static void key(const struct hv_opt *o, bool of_host, struct hv_buf *out)
{
	hv_buf_addf(out, ".It Cm %s No = Ar %s\n", o->name, arg_of(o));
	hv_mdoc_text(o->help, out);
	if (o->type == HV_OPT_LIST)
		hv_buf_adds(out, "A list.\n");
	if (of_host && hv_agent_names_a_host(o))
		hv_buf_adds(out, "In the section of a host alone.\n");
	hv_mdoc_default(default_of(o), out);
}

static void agent_keys(struct hv_buf *out)
{
	hv_buf_adds(out, ".Ss \\&[agent]\n.Bl -tag -width Ds\n");
	for (const struct hv_opt *o = hv_agent_option_table; o->name != NULL; o++)
		key(o, false, out);
	hv_buf_adds(out, ".El\n");
}

static bool has_keys(const struct hv_opt *o)
{
	for (; o != NULL && o->name != NULL; o++)
		if (hv_agent_host_takes(o))
			return true;
	return false;
}

static void host_keys(struct hv_buf *out)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];

	hv_agent_host_groups(NULL, groups);
	for (size_t g = 0; g < HV_ALL_GROUPS; g++) {
		if (!has_keys(groups[g].options))
			continue;
		hv_buf_addf(out, ".Ss \\&[defaults] and [host NAME]: %s\n.Bl -tag -width Ds\n",
			groups[g].title);
		for (const struct hv_opt *o = groups[g].options; o->name != NULL; o++)
			if (hv_agent_host_takes(o))
				key(o, true, out);
		hv_buf_adds(out, ".El\n");
	}
}

static void check_keys(const struct hv_check *const *checks, struct hv_buf *out)
{
	hv_buf_adds(out, ".Ss \\&[defaults] and [host NAME]: options of single checks\n");
	hv_mdoc_text(check_options, out);
	hv_buf_adds(out, ".Bl -tag -width Ds\n");
	for (; *checks != NULL; checks++) {
		const char *word = hv_check_word(*checks);
		const char *before = "";

		if ((*checks)->options == NULL || (*checks)->options->name == NULL)
			continue;
		hv_buf_addf(out, ".It Xr %s 1\n", (*checks)->name);
		for (const struct hv_opt *o = (*checks)->options; o->name != NULL; o++) {
			hv_buf_addf(out, "%s.Cm %s.%s", before, word, o->name);
			before = " ,\n";
		}
		hv_buf_addc(out, '\n');
	}
	hv_buf_adds(out, ".El\n");
}

static void section(const char *heading, const char *text, struct hv_buf *out)
{
	hv_buf_addf(out, "%s\n", heading);
	hv_mdoc_text(text, out);
}

/* As it is: empty lines have a meaning in an example. */
static void literal_section(const char *text, struct hv_buf *out)
{
	hv_buf_addf(out, ".Bd -literal\n%s\n.Ed\n", text);
}

void hv_agent_manual(
	const struct hv_check *const *checks, const char *path, hv_usec date, struct hv_buf *out)
{
	static const struct hv_mdoc_page page = {
		.name = "hyperv_agentx.conf",
		.section = "5",
		.summary = "Hyper-V hosts that hyperv_agentx polls",
	};

	hv_mdoc_head(&page, date, out);
	section(".Sh DESCRIPTION", introduction, out);
	section(".Ss Syntax", syntax, out);
	agent_keys(out);
	host_keys(out);
	check_keys(checks, out);
	section(".Ss Recorded data instead of a host", recorded, out);
	section(".Ss How values combine", combination, out);
	section(".Ss Secrets", secrets, out);
	section(".Ss Reload", reload, out);
	hv_buf_addf(out, ".Sh FILES\n.Bl -tag -width Ds\n.It Pa %s\n", path);
	hv_buf_adds(out, "Read when no other file is named.\n.El\n");
	section(".Sh EXAMPLES", "Two hosts with the same login, one of them by HTTPS:", out);
	literal_section(example, out);
	section(".Pp", "The file that authfile names:", out);
	literal_section(authfile_example, out);
	hv_mdoc_see_also(see_also, page.name, out);
}
