/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mdoc.h"

#include <ctype.h>
#include <string.h>

#include "cli/option-table.h"
#include "cli/text.h"

enum {
	MAN_COLUMNS = 78, /* of the source, which mandoc wants below 80 */
	MAN_TEXT_MAX = 65536,
};

/* Text that roff reads as it is written. */
static void escape(struct hv_buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\')
			hv_buf_adds(out, "\\e");
		else if (s[i] == '-' && (i == 0 || s[i - 1] == '-' || s[i - 1] == ' '))
			hv_buf_adds(out, "\\-"); /* an option's, not a hyphen */
		else if (s[i] == '"')
			hv_buf_adds(out, "\\(dq"); /* also within the arguments of macros */
		else
			hv_buf_addc(out, s[i]);
	}
}

static bool ends_sentence(const struct hv_text_piece *word)
{
	return word->len > 1 && strchr(".!?", word->text[word->len - 1]) != NULL;
}

/* One sentence a line, as mdoc wants it. */
static void fill(struct hv_buf *out, const struct hv_text_piece *line)
{
	HV_AUTO(buf) word_text = { .max = MAN_TEXT_MAX };
	size_t column = 0;
	size_t pos = 0;
	struct hv_text_piece word;

	while (hv_text_word_next(line, &pos, &word)) {
		hv_buf_clear(&word_text);
		escape(&word_text, word.text, word.len);
		if (column > 0 && column + 1 + word_text.len > MAN_COLUMNS) {
			hv_buf_addc(out, '\n');
			column = 0;
		}
		if (column > 0)
			hv_buf_addc(out, ' ');
		else if (word.text[0] == '.' || word.text[0] == '\'')
			hv_buf_adds(out, "\\&"); /* no request */
		hv_buf_adds(out, hv_buf_str(&word_text));
		column += word_text.len + 1;
		if (ends_sentence(&word)) {
			hv_buf_addc(out, '\n');
			column = 0;
		}
	}
	if (column > 0)
		hv_buf_addc(out, '\n');
}

static void literal(struct hv_buf *out, const struct hv_text_piece *line)
{
	hv_buf_adds(out, ".Bd -literal\n");
	escape(out, line->text, line->len);
	hv_buf_adds(out, "\n.Ed\n");
}

void hv_mdoc_text(const char *s, struct hv_buf *out)
{
	const char *pos = s;
	struct hv_text_piece line;
	bool first = true;

	while (hv_text_line_next(&pos, &line)) {
		if (!first && !line.literal)
			hv_buf_adds(out, ".Pp\n");
		if (line.literal)
			literal(out, &line);
		else
			fill(out, &line);
		first = false;
	}
}

void hv_mdoc_default(const char *def, struct hv_buf *out)
{
	if (def == NULL)
		return;
	hv_buf_adds(out, "Default:\n.Ql \"");
	escape(out, def, strlen(def));
	hv_buf_adds(out, "\\&\" .\n"); /* a ':' at its end is no delimiter */
}

static void synopsis_option(struct hv_buf *out, const struct hv_opt *o)
{
	if (hv_opt_arg_is_optional(o))
		hv_buf_addf(out, ".Op Fl \\-%s Ns Op = Ns Ar %.*s\n", o->name,
			(int)strlen(o->arg) - 2, o->arg + 1);
	else if (o->letter != '\0' && o->arg != NULL)
		hv_buf_addf(out, ".Op Fl %c Ar %s\n", o->letter, o->arg);
	else if (o->letter != '\0')
		hv_buf_addf(out, ".Op Fl %c\n", o->letter);
	else if (o->arg != NULL)
		hv_buf_addf(out, ".Op Fl \\-%s Ns = Ns Ar %s\n", o->name, o->arg);
	else
		hv_buf_addf(out, ".Op Fl \\-%s\n", o->name);
}

static void option(struct hv_buf *out, const struct hv_opt *o)
{
	hv_buf_adds(out, ".It");
	if (o->letter != '\0')
		hv_buf_addf(out, " Fl %c ,", o->letter);
	hv_buf_addf(out, " Fl \\-%s", o->name);
	if (hv_opt_arg_is_optional(o))
		hv_buf_addf(out, " Ns Op = Ns Ar %.*s", (int)strlen(o->arg) - 2, o->arg + 1);
	else if (o->arg != NULL)
		hv_buf_addf(out, " Ns = Ns Ar %s", o->arg);
	hv_buf_addc(out, '\n');
	hv_mdoc_text(o->help, out);
	hv_mdoc_default(o->def, out);
}

void hv_mdoc_synopsis(const struct hv_opt_group *groups, size_t count, struct hv_buf *out)
{
	hv_buf_adds(out, ".Sh SYNOPSIS\n.Nm\n");
	for (size_t g = 0; g < count; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL;
			o++) {
			if (!o->file_only)
				synopsis_option(out, o);
		}
	}
}

void hv_mdoc_options(const struct hv_opt_group *groups, size_t count, struct hv_buf *out)
{
	for (size_t g = 0; g < count; g++) {
		const struct hv_opt *o = groups[g].options;

		if (o == NULL || o->name == NULL)
			continue;
		hv_buf_addf(out, ".Ss %s\n.Bl -tag -width Ds\n", groups[g].title);
		for (; o->name != NULL; o++) {
			if (!o->file_only)
				option(out, o);
		}
		hv_buf_adds(out, ".El\n");
	}
}

void hv_mdoc_examples(const char *program, const struct hv_example *examples, struct hv_buf *out)
{
	if (examples == NULL || examples->args == NULL)
		return;
	hv_buf_adds(out, ".Sh EXAMPLES\n");
	for (const struct hv_example *e = examples; e->args != NULL; e++) {
		if (e != examples)
			hv_buf_adds(out, ".Pp\n");
		hv_mdoc_text(e->text, out);
		hv_buf_addf(out, ".Dl %s ", program);
		escape(out, e->args, strlen(e->args));
		hv_buf_addc(out, '\n');
	}
}

static unsigned int two_digits(const char *s)
{
	return (unsigned int)(s[0] - '0') * 10 + (unsigned int)(s[1] - '0');
}

static void date_line(struct hv_buf *out, hv_usec date)
{
	static const char *const months[] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };
	char iso[HV_TIME_TEXT_MAX]; /* YYYY-MM-DD... */
	unsigned int month;

	hv_time_format(date, iso);
	month = two_digits(iso + 5);
	if (month < 1 || month > HV_ARRAY_LEN(months))
		month = 1;
	hv_buf_addf(out, ".Dd %s %u, %.4s\n", months[month - 1], two_digits(iso + 8), iso);
}

void hv_mdoc_head(const struct hv_mdoc_page *page, hv_usec date, struct hv_buf *out)
{
	hv_buf_adds(out, ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n");
	date_line(out, date);
	hv_buf_adds(out, ".Dt ");
	for (const char *p = page->name; *p != '\0'; p++)
		hv_buf_addc(out, (char)toupper((unsigned char)*p));
	hv_buf_addf(out, " %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd ", page->section, page->name);
	escape(out, page->summary, strlen(page->summary));
	hv_buf_addc(out, '\n');
}

void hv_mdoc_see_also(const char *const *pages, const char *self, struct hv_buf *out)
{
	const size_t len = strlen(self);
	const char *before = ".Sh SEE ALSO\n";

	for (; *pages != NULL; pages++) {
		if (strncmp(*pages, self, len) == 0 && (*pages)[len] == ' ')
			continue;
		hv_buf_addf(out, "%s.Xr %s", before, *pages);
		before = " ,\n";
	}
	hv_buf_addc(out, '\n');
}
