/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/write.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Waits until a descriptor that was handed over as non-blocking takes more. */
static int wait_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, -1) < 0 && errno != EINTR ? -1 : 0;
}

int hv_write_all(int fd, const void *bytes, size_t len, struct hv_err *err)
{
	const unsigned char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n >= 0) {
			p += n;
			len -= (size_t)n;
			continue;
		}
		if (errno == EINTR || (errno == EAGAIN && wait_writable(fd) == 0))
			continue;
		return hv_err_set_errno(err, errno, "write");
	}
	return 0;
}
