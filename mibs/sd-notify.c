/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/sd-notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/parse.h"
#include "output/output.h"

enum { MESSAGE_MAX = 4 * HV_SD_STATUS_MAX + 64 };

/* An abstract one has a zero octet where it is written with '@'. */
static int make_address(
	const char *name, struct sockaddr_un *ret, socklen_t *ret_len, struct hv_err *err)
{
	const size_t len = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || name[1] == '\0' || len >= sizeof(ret->sun_path))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"NOTIFY_SOCKET: '%.100s' is no socket of this system", name);
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret->sun_path, name, len);
	if (name[0] == '@')
		ret->sun_path[0] = '\0';
	*ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'));
	return 0;
}

int hv_sd_notify_init(struct hv_sd_notify *n, const char *socket_name, struct hv_err *err)
{
	struct sockaddr_un address;
	socklen_t len = 0;

	n->fd = -1;
	if (!socket_name || *socket_name == '\0')
		return 0;
	if (make_address(socket_name, &address, &len, err))
		return -1;
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n->fd < 0)
		return hv_err_set_errno(err, errno, "NOTIFY_SOCKET");
	if (connect(n->fd, (const struct sockaddr *)&address, len) == 0)
		return 0;
	(void)hv_err_set_errno(err, errno, "NOTIFY_SOCKET '%.100s'", socket_name);
	hv_sd_notify_done(n);
	return -1;
}

void hv_sd_notify_done(struct hv_sd_notify *n)
{
	if (n->fd >= 0)
		(void)close(n->fd);
	n->fd = -1;
}

static int tell(const struct hv_sd_notify *n, const struct hv_buf *message)
{
	if (n->fd < 0)
		return 0;
	if (hv_buf_failed(message))
		return -1;
	return send(n->fd, hv_buf_str(message), message->len, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static int tell_text(const struct hv_sd_notify *n, const char *text)
{
	HV_AUTO(buf) message = { .max = MESSAGE_MAX };

	hv_buf_adds(&message, text);
	return tell(n, &message);
}

int hv_sd_notify_ready(const struct hv_sd_notify *n)
{
	return tell_text(n, "READY=1");
}

int hv_sd_notify_reloading(const struct hv_sd_notify *n, hv_usec monotonic)
{
	HV_AUTO(buf) message = { .max = MESSAGE_MAX };

	hv_buf_addf(&message, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, monotonic);
	return tell(n, &message);
}

int hv_sd_notify_stopping(const struct hv_sd_notify *n)
{
	return tell_text(n, "STOPPING=1");
}

int hv_sd_notify_watchdog(const struct hv_sd_notify *n)
{
	return tell_text(n, "WATCHDOG=1");
}

/* A line break would begin another assignment. */
int hv_sd_notify_status(const struct hv_sd_notify *n, const char *text)
{
	HV_AUTO(buf) message = { .max = MESSAGE_MAX };

	hv_buf_adds(&message, "STATUS=");
	hv_output_text(&message, text, HV_SD_STATUS_MAX);
	return tell(n, &message);
}

int hv_sd_watchdog_interval(
	const char *usec, const char *pid, pid_t self, hv_usec *ret, struct hv_err *err)
{
	uint64_t wanted_pid = (uint64_t)self;
	uint64_t wanted;

	*ret = 0;
	if (!usec)
		return 0;
	if (hv_parse_u64(usec, 1, INT64_MAX, &wanted, err))
		return hv_err_wrap(err, "WATCHDOG_USEC");
	if (pid && hv_parse_u64(pid, 1, INT32_MAX, &wanted_pid, err))
		return hv_err_wrap(err, "WATCHDOG_PID");
	if (wanted_pid == (uint64_t)self)
		*ret = (hv_usec)(wanted / 2 > 0 ? wanted / 2 : 1);
	return 0;
}
