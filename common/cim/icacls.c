/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a path ends in its line, only the lines below it can tell for certain: these are indented
 * by its length and a blank. A path with one entry ends before an account that can be told from a
 * path's rest, or behind the ending of a virtual disk. */
#include "cim/icacls.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf.h"
#include "cim/bag-make.h"
#include "model/sid.h"

#define BLANKS " \t\r"

/* Accounts by which a path of one entry is told from it */
static const char *const known_starts[] = {
	HV_ACCOUNT_VM_PREFIX,
	"NT AUTHORITY\\",
	"NT SERVICE\\",
	"BUILTIN\\",
	"S-1-",
	"Everyone:",
	"CREATOR OWNER:",
};

static const char *const disk_endings[] = { ".vhd", ".vhdx", ".vhds", ".avhd", ".avhdx" };

struct reading {
	const struct hv_sink *sink;
	struct hv_buf path;    /* "": between two of them */
	struct hv_buf entries; /* one a line */
	const char *problem;   /* why the path's entries are not known */
	size_t indent;         /* of its further lines; 0: not seen yet */
};

struct line {
	const char *start;
	size_t len;
	size_t indent; /* blanks in front */
};

static int finish(struct reading *r, struct hv_err *err)
{
	const struct hv_bag_text row[] = {
		{ "Path", hv_buf_str(&r->path) },
		{ "Icacls", r->problem ? NULL : hv_buf_str(&r->entries) },
		{ "Error", r->problem },
	};
	int result = 0;

	if (r->entries.overflow)
		return hv_err_set(err, HV_ERR_LIMIT, "icacls: more than %d bytes of entries",
			(int)HV_ICACLS_MAX_TEXT);
	if (hv_buf_failed(&r->path) || hv_buf_failed(&r->entries))
		return hv_err_no_memory(err);
	if (r->path.len > 0)
		result = hv_bag_pour_texts(
			r->sink, HV_NS_FILES, HV_CLASS_FILE_SECURITY, row, HV_ARRAY_LEN(row), err);
	hv_buf_clear(&r->path);
	hv_buf_clear(&r->entries);
	r->problem = NULL;
	r->indent = 0;
	return result;
}

static bool is_path(const char *s)
{
	const bool letter = (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');

	return (letter && s[1] == ':' && s[2] == '\\') || (s[0] == '\\' && s[1] == '\\');
}

/* Bytes of the first `count` characters of a line; 0: it is shorter. */
static size_t characters(const struct line *line, size_t count)
{
	size_t len = 0;

	for (; count > 0 && len < line->len; count--) {
		uint32_t unused;
		const size_t n = hv_utf8_decode(line->start + len, line->len - len, &unused);

		/* Beyond the first plane the host counts two. */
		count -= n == 4 && count > 1;
		len += n > 0 ? n : 1;
	}
	return count == 0 ? len : 0;
}

/* Bytes of the path of a line with another below it, which is indented. */
static size_t path_by_indent(const struct line *line, size_t indent)
{
	const size_t len = characters(line, indent);

	if (len < 2 || line->start[len - 1] != ' ' || line->start[len - 2] == ' ' ||
		len >= line->len || line->start[len] == ' ' || line->start[len] == ':')
		return 0;
	return len - 1;
}

static bool ends_like_disk(const char *start, const char *end)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(disk_endings); i++) {
		const size_t n = strlen(disk_endings[i]);

		if ((size_t)(end - start) > n && hv_utf8_caseprefix(end - n, disk_endings[i]) == n)
			return true;
	}
	return false;
}

static bool is_known_account(const char *s)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(known_starts); i++)
		if (hv_utf8_caseprefix(s, known_starts[i]) > 0)
			return true;
	return false;
}

/* The same without one: 0 when no place or several places may be its end. */
static size_t path_alone(const struct line *line, const char *rights)
{
	size_t found = 0;

	for (const char *p = line->start + 3; p < rights; p++) {
		if (*p != ' ' || p[1] == ' ' ||
			!(is_known_account(p + 1) || ends_like_disk(line->start, p)))
			continue;
		if (found > 0)
			return 0;
		found = (size_t)(p - line->start);
	}
	return found;
}

static void add_entry(struct reading *r, const char *start, const char *end)
{
	if (!hv_icacls_rights(start, end)) {
		r->problem = "a line of icacls is not understood";
		return;
	}
	hv_buf_add(&r->entries, start, (size_t)(end - start));
	hv_buf_addc(&r->entries, '\n');
}

/* "PATH: why it could not be read" */
static void begin_failed(struct reading *r, const struct line *line)
{
	const char *end = line->start + line->len;
	const char *p = line->start + 2;

	while (p < end && *p != ':')
		p++;
	hv_buf_add(&r->path, line->start, (size_t)(p - line->start));
	r->problem = "icacls could not read it";
}

static void begin_path(struct reading *r, const struct line *line, const struct line *next)
{
	const char *const end = line->start + line->len;
	const char *const rights = hv_icacls_rights(line->start + 2, end);
	const bool followed = next->indent > 0 && next->len > next->indent;
	size_t len = 0;

	if (!rights) {
		begin_failed(r, line);
		return;
	}
	len = followed ? path_by_indent(line, next->indent) : path_alone(line, rights);
	if (len == 0) {
		hv_buf_add(&r->path, line->start, (size_t)(rights - line->start));
		r->problem = "where the path ends in the line of icacls is not understood";
		return;
	}
	hv_buf_add(&r->path, line->start, len);
	r->indent = followed ? next->indent : 0;
	add_entry(r, line->start + len + 1, end);
}

static struct line line_at(const char *text)
{
	struct line line = { .start = text, .len = strcspn(text, "\n") };

	while (line.len > 0 && strchr(BLANKS, text[line.len - 1]) != NULL)
		line.len--;
	line.indent = strspn(text, " ");
	return line;
}

static int take_line(
	struct reading *r, const struct line *line, const struct line *next, struct hv_err *err)
{
	if (line->len > line->indent && line->indent > 0 && r->path.len > 0) {
		if (line->indent != r->indent && !r->problem)
			r->problem = "lines of icacls are not indented alike";
		if (!r->problem)
			add_entry(r, line->start + line->indent, line->start + line->len);
		return 0;
	}
	if (finish(r, err))
		return -1;
	if (line->indent == 0 && line->len > 3 && is_path(line->start))
		begin_path(r, line, next);
	return 0;
}

int hv_icacls_rows(const char *text, const struct hv_sink *sink, struct hv_err *err)
{
	struct reading r = {
		.sink = sink,
		.path = { .max = HV_ICACLS_MAX_TEXT },
		.entries = { .max = HV_ICACLS_MAX_TEXT },
	};
	int result = 0;

	while (*text != '\0' && result == 0) {
		const struct line line = line_at(text);
		struct line next;

		text += strcspn(text, "\n");
		text += *text == '\n';
		next = line_at(text);
		result = take_line(&r, &line, &next, err);
	}
	if (result == 0)
		result = finish(&r, err);
	hv_buf_done(&r.path);
	hv_buf_done(&r.entries);
	return result;
}

int hv_icacls_read(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
	struct hv_sink *sink, struct hv_err *err)
{
	const struct hv_batch batch = {
		.ns = HV_NS_FILES,
		.class_name = HV_CLASS_FILE_SECURITY,
		.origin = origin,
		.read_at = read_at,
	};
	HV_AUTO(string) text = NULL;
	size_t text_len = 0;

	if (hv_text_decode(bytes, len, HV_ICACLS_MAX_BYTES, &text, &text_len, err))
		return -1;
	if (sink->batch(sink->ctx, &batch, err))
		return -1;
	return hv_icacls_rows(text, sink, err);
}
