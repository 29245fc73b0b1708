/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/completion.h"

#include <assert.h>
#include <string.h>

#include "cli/option-table.h"

enum { WORDS_MAX = 1 << 20 };

/* Words of the script stand between single quotes, where nothing is special but these. */
static void add_words(struct hv_buf *out, const char *words)
{
	for (; *words != '\0'; words++) {
		assert(*words != '\'' && *words != '\n');
		hv_buf_addc(out, *words);
	}
}

static void add_states(struct hv_buf *words)
{
	static const char *const states[] = { "ok", "warning", "critical", "unknown" };

	for (size_t i = 0; i < HV_ARRAY_LEN(states); i++)
		hv_buf_addf(words, "%s ", states[i]);
}

static void add_rules(const struct hv_rule *r, struct hv_buf *words)
{
	for (; r != NULL && r->id != NULL; r++)
		hv_buf_addf(words, "%s= ", r->id);
}

/* "text|json" */
static void add_listed(const char *arg, struct hv_buf *words)
{
	for (; *arg != '\0'; arg++)
		hv_buf_addc(words, *arg == '|' ? ' ' : *arg);
	hv_buf_addc(words, ' ');
}

static void find_words(const struct hv_completion *c, const struct hv_opt *o, struct hv_buf *words)
{
	if (o->type == HV_OPT_STATE)
		add_states(words);
	else if (o->type == HV_OPT_RULES)
		add_rules(c->rules, words);
	else if (hv_opt_arg_is_choice(o))
		add_listed(o->arg, words);
	else if (c->choices != NULL)
		c->choices(o, words);
}

/* What the script does with an argument for which there are no words. */
static const char *kind_without_words(const struct hv_opt *o)
{
	if (hv_opt_arg_is_optional(o))
		return "optional";
	if (strstr(o->arg, ":DIR") != NULL)
		return "behind-colon";
	if (strstr(o->arg, "FILE") != NULL || strcmp(o->arg, "PATH") == 0)
		return "file";
	return "text";
}

static const char *kind_with_words(const struct hv_opt *o)
{
	if (o->type == HV_OPT_RULES)
		return "states";
	return o->comma ? "list" : "words";
}

static void argument(const struct hv_completion *c, const struct hv_opt *o, struct hv_buf *out)
{
	HV_AUTO(buf) words = { .max = WORDS_MAX };

	if (o->arg == NULL || o->file_only)
		return;
	find_words(c, o, &words);
	hv_buf_addf(out, "\t--%s", o->name);
	if (o->letter != '\0')
		hv_buf_addf(out, " | -%c", o->letter);
	if (words.len == 0) {
		hv_buf_addf(out, ") kind=%s ;;\n", kind_without_words(o));
		return;
	}
	hv_buf_truncate(&words, words.len - 1); /* the blank behind the last one */
	hv_buf_addf(out, ") kind=%s words='", kind_with_words(o));
	add_words(out, hv_buf_str(&words));
	hv_buf_adds(out, "' ;;\n");
}

static void name(const struct hv_opt *o, const char *between, struct hv_buf *out)
{
	if (o->file_only)
		return;
	hv_buf_addf(out, "%s--%s", between, o->name);
	if (o->letter != '\0')
		hv_buf_addf(out, " -%c", o->letter);
}

static void arguments(const struct hv_completion *c, struct hv_buf *out)
{
	for (size_t g = 0; g < c->group_count; g++) {
		for (const struct hv_opt *o = c->groups[g].options; o != NULL && o->name != NULL;
			o++)
			argument(c, o, out);
	}
}

static void names(const struct hv_completion *c, struct hv_buf *out)
{
	const char *between = "";

	for (size_t g = 0; g < c->group_count; g++) {
		for (const struct hv_opt *o = c->groups[g].options; o != NULL && o->name != NULL;
			o++) {
			name(o, between, out);
			between = " ";
		}
	}
}

/* The part that is the same for every program. It has no need of the functions of bash-completion,
 * which were renamed with time; names of files are left to bash itself, which quotes them as what
 * was typed wants. */
static const char script[] =
	"	local word=${COMP_WORDS[COMP_CWORD]} i=$COMP_CWORD IFS=$' \\t\\n'\n"
	"	local option value before='' kind='' words='' breaks strip='' candidate\n"
	"	COMPREPLY=()\n"
	"	# What bash divides at these characters is one argument.\n"
	"	while ((i > 1)) && [[ $word == [=:@]* || ${COMP_WORDS[i - 1]} == *[=:@] ]]; do\n"
	"		i=$((i - 1))\n"
	"		word=${COMP_WORDS[i]}$word\n"
	"	done\n"
	"	for candidate in \"${COMP_WORDS[@]:1:i - 1}\"; do\n"
	"		[[ $candidate != -- ]] || return 0\n"
	"	done\n"
	"	option=${COMP_WORDS[i - 1]} value=$word\n"
	"	if [[ $word == --*=* ]]; then\n"
	"		option=${word%%=*} value=${word#*=} before=$option=\n"
	"	fi\n"
	"	_NAME_argument \"$option\"\n"
	"	[[ $kind != optional || $before || $value == [!-]* ]] || kind=''\n"
	"	[[ $kind != behind-colon || $value == *:* ]] || kind=text\n"
	"	case $kind in\n"
	"	text) return 0 ;;\n"
	"	file)\n"
	"		[[ $before && $COMP_WORDBREAKS != *=* ]] || { compopt -o default; return 0; }\n"
	"		compopt -o filenames\n"
	"		mapfile -t COMPREPLY < <(compgen -P \"$before\" -f -- \"$value\")\n"
	"		return 0 ;;\n"
	"	optional)\n"
	"		[[ $value == *@* ]] || return 0\n"
	"		# bash takes what begins with @ for the name of a host.\n"
	"		compopt -o filenames\n"
	"		[[ $COMP_WORDBREAKS == *=* ]] || strip=$before\n"
	"		[[ $COMP_WORDBREAKS == *@* ]] || strip+=${value%%@*}\n"
	"		mapfile -t COMPREPLY < <(compgen -P \"$strip@\" -f -- \"${value#*@}\")\n"
	"		return 0 ;;\n"
	"	behind-colon) compopt -o dirnames; return 0 ;;\n"
	"	list) compopt -o nospace; [[ $value != *,* ]] || before+=${value%,*}, ;;\n"
	"	states) [[ $value != *=* ]] || before+=${value%%=*}= words='ok warning critical unknown' ;;\n"
	"	'') [[ -z $before ]] || return 0; words=$options ;;\n"
	"	esac\n"
	"	# bash replaces only what stands behind the last of these.\n"
	"	breaks=${COMP_WORDBREAKS//[!=:@]/}\n"
	"	[[ -z $breaks || $word != *[$breaks]* ]] || strip=${word%\"${word##*[$breaks]}\"}\n"
	"	for candidate in $words; do\n"
	"		[[ $word || $candidate != -[!-] ]] || continue\n"
	"		candidate=$before$candidate\n"
	"		[[ $candidate == \"$word\"* && $candidate != \"$strip\" ]] || continue\n"
	"		COMPREPLY+=(\"${candidate#\"$strip\"}\")\n"
	"		[[ $candidate != *= ]] || compopt -o nospace\n"
	"	done\n"
	"	return 0\n";

static void add_script(const char *program, struct hv_buf *out)
{
	static const char mark[] = "NAME";
	const char *p = script, *at;

	for (; (at = strstr(p, mark)) != NULL; p = at + strlen(mark)) {
		hv_buf_add(out, p, (size_t)(at - p));
		hv_buf_adds(out, program);
	}
	hv_buf_adds(out, p);
}

void hv_completion_bash(const struct hv_completion *c, struct hv_buf *out)
{
	hv_buf_addf(out,
		"# bash completion for %s, as its --describe=bash prints it; -*- shell-script -*-\n",
		c->name);
	hv_buf_addf(out, "\n# How the argument of this option is completed.\n_%s_argument()\n",
		c->name);
	hv_buf_adds(out, "{\n\tcase $1 in\n");
	arguments(c, out);
	hv_buf_addf(out, "\tesac\n}\n\n_%s()\n{\n\tlocal options='", c->name);
	names(c, out);
	hv_buf_adds(out, "'\n");
	add_script(c->name, out);
	hv_buf_addf(out, "}\ncomplete -F _%s %s\n", c->name, c->name);
	hv_buf_adds(out,
		"# Called by a path, which bash-completion then has here, bash does not look for the name "
		"a second time.\n");
	hv_buf_addf(out, "[[ ${1-} != */%s ]] || complete -F _%s -- \"$1\"\n", c->name, c->name);
}
