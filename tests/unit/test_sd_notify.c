/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a service manager hears, at a socket as systemd has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "mibs/sd-notify.h"

enum { MESSAGE_MAX = 4096 };

struct manager {
	int fd;
	char name[108]; /* as NOTIFY_SOCKET has it */
	char directory[32];
};

static void listen_at(struct manager *m, bool is_abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len;

	*m = (struct manager){ .directory = "/tmp/hv-notify-XXXXXX" };
	assert_non_null(mkdtemp(m->directory));
	(void)snprintf(
		m->name, sizeof(m->name), "%s%s/socket", is_abstract ? "@" : "", m->directory);
	memcpy(address.sun_path, m->name, strlen(m->name));
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(m->name));
	if (is_abstract)
		address.sun_path[0] = '\0';
	m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(m->fd, (struct sockaddr *)&address, len), 0);
}

static void leave(struct manager *m)
{
	close(m->fd);
	if (m->name[0] == '/')
		unlink(m->name);
	rmdir(m->directory);
}

static void expect(const struct manager *m, const char *message)
{
	char bytes[MESSAGE_MAX];
	const ssize_t len = recv(m->fd, bytes, sizeof(bytes) - 1, 0);

	assert_true(len >= 0);
	bytes[len] = '\0';
	assert_string_equal(bytes, message);
}

static void expect_nothing(const struct manager *m)
{
	char byte;

	assert_int_equal(recv(m->fd, &byte, 1, 0), -1);
}

static void tell_everything(bool is_abstract)
{
	struct manager m;
	HV_AUTO(sd_notify) n = { .fd = -1 };

	listen_at(&m, is_abstract);
	assert_int_equal(hv_sd_notify_init(&n, m.name, NULL), 0);
	assert_int_equal(hv_sd_notify_ready(&n), 0);
	expect(&m, "READY=1");
	assert_int_equal(hv_sd_notify_reloading(&n, 1234567), 0);
	expect(&m, "RELOADING=1\nMONOTONIC_USEC=1234567");
	assert_int_equal(hv_sd_notify_status(&n, "2 hosts, 1 reachable"), 0);
	expect(&m, "STATUS=2 hosts, 1 reachable");
	assert_int_equal(hv_sd_notify_watchdog(&n), 0);
	expect(&m, "WATCHDOG=1");
	assert_int_equal(hv_sd_notify_stopping(&n), 0);
	expect(&m, "STOPPING=1");
	expect_nothing(&m);
	leave(&m);
}

static void test_messages_reach_a_socket(void **state)
{
	(void)state;
	tell_everything(false);
}

static void test_messages_reach_an_abstract_socket(void **state)
{
	(void)state;
	tell_everything(true);
}

static void test_a_status_stays_one_assignment(void **state)
{
	char text[HV_SD_STATUS_MAX + 100];
	char bytes[MESSAGE_MAX];
	struct manager m;
	HV_AUTO(sd_notify) n = { .fd = -1 };

	(void)state;
	listen_at(&m, false);
	assert_int_equal(hv_sd_notify_init(&n, m.name, NULL), 0);
	assert_int_equal(hv_sd_notify_status(&n, "a\nSTOPPING=1"), 0);
	expect(&m, "STATUS=a?STOPPING=1");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(hv_sd_notify_status(&n, text), 0);
	assert_in_range(
		recv(m.fd, bytes, sizeof(bytes), 0), HV_SD_STATUS_MAX, HV_SD_STATUS_MAX + 10);
	leave(&m);
}

static void test_without_a_manager_nothing_is_told(void **state)
{
	struct hv_sd_notify n;

	(void)state;
	assert_int_equal(hv_sd_notify_init(&n, NULL, NULL), 0);
	assert_int_equal(n.fd, -1);
	assert_int_equal(hv_sd_notify_ready(&n), 0);
	assert_int_equal(hv_sd_notify_init(&n, "", NULL), 0);
	assert_int_equal(n.fd, -1);
	hv_sd_notify_done(&n);
}

static void test_sockets_that_cannot_be_are_refused(void **state)
{
	static const char *const NAMES[] = { "relative", "/", "@", "vsock:2:1234",
		"/tmp/hv-notify-nobody-is-here", "@hv-notify-nobody-is-here" };
	char longest[200];

	(void)state;
	memset(longest, '/', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i <= HV_ARRAY_LEN(NAMES); i++) {
		const char *name = i < HV_ARRAY_LEN(NAMES) ? NAMES[i] : longest;
		struct hv_err err = HV_ERR_INIT;
		struct hv_sd_notify n;

		assert_int_equal(hv_sd_notify_init(&n, name, &err), -1);
		assert_int_equal(strncmp(err.text, "NOTIFY_SOCKET", 13), 0);
		assert_int_equal(n.fd, -1);
	}
}

static void test_a_manager_that_went_away_is_no_death(void **state)
{
	struct manager m;
	HV_AUTO(sd_notify) n = { .fd = -1 };

	(void)state;
	listen_at(&m, false);
	assert_int_equal(hv_sd_notify_init(&n, m.name, NULL), 0);
	leave(&m);
	assert_int_equal(hv_sd_notify_ready(&n), -1);
}

static void test_the_watchdog_is_told_twice_as_often_as_it_asks(void **state)
{
	static const struct {
		const char *usec, *pid;
		int result;
		hv_usec interval;
	} CASES[] = {
		{ NULL, NULL, 0, 0 },
		{ NULL, "42", 0, 0 },
		{ "60000000", NULL, 0, 30000000 },
		{ "60000000", "42", 0, 30000000 },
		{ "60000000", "43", 0, 0 }, /* meant for another process */
		{ "1", NULL, 0, 1 },
		{ "0", NULL, -1, 0 },
		{ "-1", NULL, -1, 0 },
		{ "60s", NULL, -1, 0 },
		{ "", NULL, -1, 0 },
		{ "99999999999999999999", NULL, -1, 0 },
		{ "60000000", "0", -1, 0 },
		{ "60000000", "me", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		hv_usec interval = -1;

		assert_int_equal(
			hv_sd_watchdog_interval(CASES[i].usec, CASES[i].pid, 42, &interval, NULL),
			CASES[i].result);
		assert_int_equal(interval, CASES[i].interval);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_reach_a_socket),
		cmocka_unit_test(test_messages_reach_an_abstract_socket),
		cmocka_unit_test(test_a_status_stays_one_assignment),
		cmocka_unit_test(test_without_a_manager_nothing_is_told),
		cmocka_unit_test(test_sockets_that_cannot_be_are_refused),
		cmocka_unit_test(test_a_manager_that_went_away_is_no_death),
		cmocka_unit_test(test_the_watchdog_is_told_twice_as_often_as_it_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
