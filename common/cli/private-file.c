/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hv_file_load() is not used because its buffer moves as it grows, which leaves copies behind. */
#include "cli/private-file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

enum { OTHERS = 077, PERMISSIONS = 07777 };

int hv_private_file_judge(
	const char *path, uid_t owner, mode_t mode, uid_t user, struct hv_err *err)
{
	if (owner != user && owner != 0)
		return hv_err_set(err, HV_ERR_IO,
			"%s: holds a password, but belongs to another user (id %u): "
			"chown %u %s",
			path, (unsigned int)owner, (unsigned int)user, path);
	if ((mode & OTHERS) != 0)
		return hv_err_set(err, HV_ERR_IO,
			"%s: holds a password, but is open to others (mode %04o): chmod 600 %s",
			path, (unsigned int)mode & PERMISSIONS, path);
	return 0;
}

/* One byte more than expected is asked for: only a read that leaves it free has seen the end. */
static int read_text(int fd, size_t size, struct hv_private_file *f, struct hv_err *err)
{
	ssize_t got;

	f->capacity = size + 1;
	f->text = hv_alloc(f->capacity);
	if (f->text == NULL)
		return hv_err_no_memory(err);
	got = hv_file_read(fd, f->text, f->capacity, err);
	if (got < 0)
		return -1;
	if ((size_t)got == f->capacity)
		return hv_err_set(err, HV_ERR_IO, "grew while it was read");
	f->len = (size_t)got;
	f->text[f->len] = '\0';
	return 0;
}

static int read_open(int fd, const char *path, uint64_t size, size_t max, struct hv_private_file *f,
	struct hv_err *err)
{
	struct stat st;

	if (size > max)
		return hv_err_set(err, HV_ERR_LIMIT, "larger than the limit of %zu bytes", max);
	/* Of what is open: the name may mean another file by now. */
	if (fstat(fd, &st) != 0)
		return hv_err_set_errno(err, errno, "look at it");
	(void)hv_private_file_judge(path, st.st_uid, st.st_mode, geteuid(), &f->exposure);
	return read_text(fd, (size_t)size, f, err);
}

int hv_private_file_load(
	struct hv_private_file *f, const char *path, size_t max, struct hv_err *err)
{
	struct hv_file_info info;
	int result;
	int fd = -1;

	*f = (struct hv_private_file){ .text = NULL };
	if (hv_file_open(path, &fd, &info, err) != 0)
		return -1;
	result = read_open(fd, path, info.size, max, f, err);
	close(fd);
	if (result == 0)
		return 0;
	hv_private_file_done(f);
	return hv_err_wrap(err, "%s", path);
}

void hv_private_file_done(struct hv_private_file *f)
{
	if (f == NULL || f->text == NULL)
		return;
	explicit_bzero(f->text, f->capacity);
	hv_free(f->text);
	*f = (struct hv_private_file){ .text = NULL };
}
