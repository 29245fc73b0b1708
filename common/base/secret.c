/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets. They are mapped, not taken from the heap: locking works on whole pages, and unlocking
 * one secret must not unlock another on the same page. */
#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

int hv_secret_set(struct hv_secret *s, const void *bytes, size_t len, struct hv_err *err)
{
	size_t size = len + 1;
	void *p;

	if (len > HV_SECRET_MAX)
		return hv_err_set(
			err, HV_ERR_LIMIT, "longer than the limit of %d bytes", (int)HV_SECRET_MAX);
	/* cppcheck-suppress invalidFunctionArg ; no file: -1 is what anonymous memory asks for */
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return hv_err_set_errno(err, errno, "map memory");
	/* Both are wished for, not needed: an unprivileged user may lock little memory. */
	(void)mlock(p, size);
	(void)madvise(p, size, MADV_DONTDUMP);
	if (len > 0)
		memcpy(p, bytes, len);
	hv_secret_done(s);
	*s = (struct hv_secret){ .bytes = p, .len = len, .mapped = size };
	return 0;
}

const char *hv_secret_str(const struct hv_secret *s)
{
	return s->bytes ? s->bytes : "";
}

void hv_secret_done(struct hv_secret *s)
{
	if (!s || !s->bytes)
		return;
	explicit_bzero(s->bytes, s->mapped);
	(void)munmap(s->bytes, s->mapped);
	*s = (struct hv_secret)HV_SECRET_INIT;
}
