/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source "vm-config": virtual machine configuration files, one or a tree of folders as it lay on
 * the host. What is found there and cannot be read is an error, because a machine that is passed
 * over in silence would look healthy. */
#include "source/source.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "cim/vmconfig.h"

enum { TREE_MAX_ENTRIES = 1000000 }; /* files and folders below one path */

/* One tree while it is being searched */
struct search {
	const char *top;
	struct hv_sink *sink;
	size_t entries;
	size_t configurations;
};

/* Machines that are only being imported or replicated: the host does not have them yet. */
static bool is_planned_folder(const char *name)
{
	return !strcasecmp(name, "Planned Virtual Machines");
}

static bool has_extension(const char *name, const char *extension)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcasecmp(dot, extension);
}

static bool is_configuration_name(const char *name)
{
	return has_extension(name, ".xml") || has_extension(name, ".vmcx");
}

static int read_file(const char *path, struct hv_sink *sink, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	size_t len = 0;

	if (hv_file_load(path, HV_VMCONFIG_MAX_BYTES, &bytes, &len, NULL, err))
		return -1;
	return hv_vmconfig_read(bytes, len, path, sink, err);
}

static int read_configuration(struct search *s, const char *path, struct hv_err *err)
{
	s->configurations++;
	return read_file(path, s->sink, err);
}

static int search_folder(
	struct search *s, const char *folder, unsigned int depth, struct hv_err *err);

static int search_entry(struct search *s, const char *path, const char *name, unsigned int depth,
	struct hv_err *err)
{
	struct stat st;

	if (++s->entries > TREE_MAX_ENTRIES)
		return hv_err_set(err, HV_ERR_LIMIT, "%s: more than %d files and folders below it",
			s->top, TREE_MAX_ENTRIES);
	if (lstat(path, &st))
		return hv_err_set_errno(err, errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return is_planned_folder(name) ? 0 : search_folder(s, path, depth + 1, err);
	/* Links to folders could lead anywhere, in circles too; links to files are what Windows
	 * itself keeps of machines. */
	if (S_ISLNK(st.st_mode) && !stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return is_configuration_name(name) ? read_configuration(s, path, err) : 0;
}

static int search_names(struct search *s, const char *folder, char **names, size_t count,
	unsigned int depth, struct hv_err *err)
{
	HV_AUTO(buf) path = { .max = PATH_MAX };

	for (size_t i = 0; i < count; i++) {
		hv_buf_clear(&path);
		hv_buf_addf(&path, "%s/%s", folder, names[i]);
		if (hv_buf_failed(&path))
			return path.overflow ? hv_err_set_errno(err, ENAMETOOLONG, "%s", folder)
					     : hv_err_no_memory(err);
		if (search_entry(s, hv_buf_str(&path), names[i], depth, err))
			return -1;
	}
	return 0;
}

static int search_folder(
	struct search *s, const char *folder, unsigned int depth, struct hv_err *err)
{
	char **names = NULL;
	size_t count = 0;
	int result;

	if (depth > HV_SOURCE_MAX_DIR_DEPTH)
		return hv_err_set(err, HV_ERR_LIMIT, "%s: more than %d folders deep", folder,
			HV_SOURCE_MAX_DIR_DEPTH);
	if (hv_file_list(folder, HV_SOURCE_MAX_FILES, &names, &count, err))
		return -1;
	result = search_names(s, folder, names, count, depth, err);
	hv_file_list_free(names, count);
	return result;
}

static int read_vmconfig(const char *path, const struct hv_source_want *want, struct hv_sink *sink,
	struct hv_err *err)
{
	struct search s = { .top = path, .sink = sink };
	struct hv_file_info info;

	if (hv_file_stat(path, &info, err))
		return -1;
	if (!(want->sections & hv_source_vmconfig.sections))
		return 0;
	if (!info.is_directory)
		return read_file(path, sink, err);
	if (search_folder(&s, path, 0, err))
		return -1;
	if (s.configurations == 0)
		return hv_err_set(err, HV_ERR_MISSING,
			"%s: holds no virtual machine configuration (.xml)", path);
	return 0;
}

const struct hv_source hv_source_vmconfig = {
	.name = "vm-config",
	.sections = HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS,
	.read = read_vmconfig,
};
