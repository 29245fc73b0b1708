/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cache-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "monitoring-plugins-hyperv"

enum { OTHERS_MODE = 077 };

/* A service may run with a home that does not exist or is somebody else's. */
static bool is_own_home(const char *home)
{
	struct stat st;

	return home && home[0] == '/' && stat(home, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid();
}

/* The folder that the default directory is in and that may be made too; NULL for /tmp. */
static const char *default_parent(struct hv_arena *arena, const char *(*env)(const char *name))
{
	const char *xdg = env("XDG_CACHE_HOME");
	const char *home = env("HOME");

	if (xdg && xdg[0] == '/')
		return hv_arena_strdup(arena, xdg);
	if (is_own_home(home))
		return hv_arena_printf(arena, "%s/.cache", home);
	return NULL;
}

/* A slash at the end would follow a symbolic link in spite of O_NOFOLLOW. */
static const char *without_slashes(struct hv_arena *arena, const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return hv_arena_strndup(arena, path, len);
}

static int set_directory(struct hv_cache *c, const struct hv_cache_config *config,
	const char **ret_parent, struct hv_err *err)
{
	const char *parent = NULL;

	if (config->directory && !config->directory[0])
		return hv_err_set(err, HV_ERR_ARGUMENT, "the cache directory's name is empty");
	if (config->directory) {
		c->directory = without_slashes(&c->arena, config->directory);
	} else {
		parent = default_parent(&c->arena, config->env);
		c->directory = parent ? hv_arena_printf(&c->arena, "%s/" FOLDER, parent)
				      : hv_arena_printf(&c->arena, "/tmp/" FOLDER "-%lu",
						(unsigned long)geteuid());
	}
	*ret_parent = parent;
	return hv_arena_failed(&c->arena) ? hv_err_no_memory(err) : 0;
}

static int make_directory(const char *path, struct hv_err *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return hv_err_set_errno(err, errno, "the cache directory %s cannot be made", path);
}

int hv_cache_check_private(const struct stat *st, struct hv_err *err)
{
	if (st->st_uid != geteuid())
		return hv_err_set(err, HV_ERR_IO, "it belongs to user %lu, not to user %lu",
			(unsigned long)st->st_uid, (unsigned long)geteuid());
	if (st->st_mode & OTHERS_MODE)
		return hv_err_set(err, HV_ERR_IO, "its mode %04o lets other users in",
			(unsigned int)st->st_mode & 07777);
	return 0;
}

/* Why a directory was not opened: O_NOFOLLOW and O_DIRECTORY fail alike. */
static int directory_not_opened(const char *path, int errnum, struct hv_err *err)
{
	struct stat st;

	if ((errnum == ENOTDIR || errnum == ELOOP) && lstat(path, &st) == 0)
		return hv_err_set(err, HV_ERR_IO, "it is %s",
			S_ISLNK(st.st_mode) ? "a symbolic link" : "not a directory");
	return hv_err_set_errno(err, errnum, "open");
}

static int judge_directory(const struct hv_cache *c, int errnum, struct hv_err *err)
{
	struct stat st;

	if (c->directory_fd < 0)
		return directory_not_opened(c->directory, errnum, err);
	if (fstat(c->directory_fd, &st))
		return hv_err_set_errno(err, errno, "fstat");
	return hv_cache_check_private(&st, err);
}

static int open_directory(struct hv_cache *c, const char *parent, struct hv_err *err)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

	c->directory_fd = open(c->directory, flags);
	if (c->directory_fd < 0 && errno == ENOENT) {
		if ((parent && make_directory(parent, err)) || make_directory(c->directory, err))
			return -1;
		c->directory_fd = open(c->directory, flags);
	}
	if (judge_directory(c, errno, err))
		return hv_err_wrap(err,
			"%s cannot be the cache directory, which must be this user's with mode "
			"0700",
			c->directory);
	return 0;
}

int hv_cache_directory_open(
	struct hv_cache *c, const struct hv_cache_config *config, struct hv_err *err)
{
	const char *parent = NULL;

	if (set_directory(c, config, &parent, err))
		return -1;
	return open_directory(c, parent, err);
}
