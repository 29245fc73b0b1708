/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source "capture": data recorded on a host, as one file in the full form or as a directory of the
 * files that a person makes with ConvertTo-Json (doc/capture-format.md). */
#include "source/source.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "cim/capture-json.h"
#include "cim/commands.h"

enum {
	CLASS_NAME_MAX = 256, /* CIM identifiers are shorter [DSP0004 5.3.2] */
	FORMAT_WITHIN = 256,  /* first bytes of a full-form capture that name its format */
};

/* One directory while it is being read */
struct directory {
	const char *path;
	const struct hv_source_want *want;
	struct hv_sink *sink;
	struct hv_time newest; /* modification of the files that were read */
	size_t classes;
	size_t logs;
	size_t commands;
};

enum kind { KIND_OTHER, KIND_CLASS, KIND_EVENTS, KIND_COMMAND, KIND_STRAY_XML };

static const char *extension(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot : "";
}

static enum kind kind_of(const char *name)
{
	if (!strcasecmp(extension(name), ".json"))
		return KIND_CLASS;
	if (!strcasecmp(extension(name), ".evtx") || !strcasecmp(name, "events.xml"))
		return KIND_EVENTS;
	if (hv_command_reader_of_file(name))
		return KIND_COMMAND;
	return strcasecmp(extension(name), ".xml") ? KIND_OTHER : KIND_STRAY_XML;
}

static void note_time(struct directory *d, hv_usec modified_at)
{
	if (!d->newest.known || modified_at > d->newest.usec)
		d->newest = (struct hv_time){ .usec = modified_at, .known = true };
}

/* A WMI class name is a letter or '_' and then letters, digits and '_' [DSP0004 A.1]. "X (1).json"
 * is none. */
static bool is_class_name(const char *s, size_t len)
{
	if (len == 0 || len >= CLASS_NAME_MAX || isdigit((unsigned char)s[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return true;
}

/* A capture in the full form that lies among the files of a class each: as the instance of a class
 * it would be passed over. */
static bool is_full_form(const uint8_t *bytes, size_t len)
{
	static const char format[] = "\"hyperv-capture/";

	return memmem(bytes, len < FORMAT_WITHIN ? len : FORMAT_WITHIN, format, strlen(format)) !=
	       NULL;
}

static int read_class(struct directory *d, const char *path, const char *name, struct hv_err *err)
{
	size_t name_len = strlen(name) - strlen(".json");
	struct hv_time read_at = { .known = true };
	char class_name[CLASS_NAME_MAX];
	HV_AUTO(bytes) bytes = NULL;
	size_t len = 0;

	if (!is_class_name(name, name_len))
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: the file's name is not that of a WMI class (CLASS.json)", path);
	memcpy(class_name, name, name_len);
	class_name[name_len] = '\0';
	if (hv_file_load(path, HV_CAPTURE_MAX_BYTES, &bytes, &len, &read_at.usec, err))
		return -1;
	if (is_full_form(bytes, len))
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: is a whole capture; give it with a --capture of its own, and take it "
			"out of the directory",
			path);
	if (hv_class_json_read(bytes, len, class_name, path, read_at, d->sink, err))
		return -1;
	note_time(d, read_at.usec);
	d->classes++;
	return 0;
}

static int read_events(struct directory *d, const char *path, struct hv_err *err)
{
	struct hv_file_info info;

	if (hv_file_stat(path, &info, err) || hv_source_evtx.read(path, d->want, d->sink, err))
		return -1;
	note_time(d, info.modified_at);
	d->logs++;
	return 0;
}

static int read_command(struct directory *d, const char *path, const char *name, struct hv_err *err)
{
	const struct hv_command_reader *reader = hv_command_reader_of_file(name);
	struct hv_time read_at = { .known = true };
	HV_AUTO(bytes) bytes = NULL;
	size_t len = 0;

	if (hv_file_load(path, HV_CAPTURE_MAX_BYTES, &bytes, &len, &read_at.usec, err))
		return -1;
	if (reader->read(bytes, len, path, read_at, d->sink, err))
		return hv_err_wrap(err, "%s", path);
	note_time(d, read_at.usec);
	d->commands++;
	return 0;
}

static int read_entry(struct directory *d, const char *path, const char *name, struct hv_err *err)
{
	switch (kind_of(name)) {
	case KIND_CLASS:
		return read_class(d, path, name, err);
	case KIND_EVENTS:
		return read_events(d, path, err);
	case KIND_COMMAND:
		return read_command(d, path, name, err);
	case KIND_STRAY_XML:
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: the one XML file read in a capture directory is events.xml; "
			"rename it, or give it with --evtx or --vm-config",
			path);
	case KIND_OTHER:
		break;
	}
	return 0;
}

static int read_entries(struct directory *d, char **names, size_t count, struct hv_err *err)
{
	HV_AUTO(buf) path = { .max = PATH_MAX };

	for (size_t i = 0; i < count; i++) {
		hv_buf_clear(&path);
		hv_buf_addf(&path, "%s/%s", d->path, names[i]);
		if (hv_buf_failed(&path))
			return path.overflow ? hv_err_set_errno(err, ENAMETOOLONG, "%s", d->path)
					     : hv_err_no_memory(err);
		if (read_entry(d, hv_buf_str(&path), names[i], err))
			return -1;
	}
	return 0;
}

static int read_directory(const char *path, const struct hv_source_want *want, struct hv_sink *sink,
	struct hv_err *err)
{
	struct directory d = { .path = path, .want = want, .sink = sink };
	char **names = NULL;
	size_t count = 0;
	int result;

	if (hv_file_list(path, HV_SOURCE_MAX_FILES, &names, &count, err))
		return -1;
	result = read_entries(&d, names, count, err);
	hv_file_list_free(names, count);
	if (result)
		return -1;
	if (d.classes == 0 && d.logs == 0 && d.commands == 0)
		return hv_err_set(err, HV_ERR_MISSING,
			"%s: holds nothing of a capture (neither CLASS.json nor events.xml nor "
			".evtx files)",
			path);
	return sink->host(sink->ctx, NULL, d.newest, err);
}

static int read_full(const char *path, const struct hv_source_want *want, struct hv_sink *sink,
	struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	size_t len = 0;

	if (hv_file_load(path, HV_CAPTURE_MAX_BYTES, &bytes, &len, NULL, err))
		return -1;
	return hv_capture_json_read(bytes, len, path, want->sections, sink, err);
}

static int read_capture(const char *path, const struct hv_source_want *want, struct hv_sink *sink,
	struct hv_err *err)
{
	struct hv_file_info info;

	if (hv_file_stat(path, &info, err))
		return -1;
	return info.is_directory ? read_directory(path, want, sink, err)
				 : read_full(path, want, sink, err);
}

const struct hv_source hv_source_capture = {
	.name = "capture",
	.sections = HV_SEC(HV_SECTION_COUNT) - 1,
	.read = read_capture,
};
