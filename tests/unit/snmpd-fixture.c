/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "snmpd-fixture.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

enum {
	CONFIGURATION_MAX = 4096,
	PATH_MAX_HERE = SNMPD_PATH_MAX * 4,
	TRIES_MAX = 500,
	TRY_NSEC = 20 * 1000 * 1000
};

/* Programs of an administrator are often not in PATH. */
static const char *snmpd_path(void)
{
	static const char *const PLACES[] = { "/usr/sbin/snmpd", "/usr/local/sbin/snmpd",
		"/usr/bin/snmpd", "/sbin/snmpd" };

	for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++)
		if (access(PLACES[i], X_OK) == 0)
			return PLACES[i];
	return NULL;
}

bool snmpd_is_installed(void)
{
	return snmpd_path() != NULL;
}

/* A port that nobody has right now; 0 when there is none. */
static unsigned int free_port(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
	};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned int port = 0;

	if (fd < 0)
		return 0;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
		getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		port = ntohs(address.sin_port);
	close(fd);
	return port;
}

static bool write_configuration(const struct snmpd *s)
{
	HV_AUTO(buf) text = { .max = CONFIGURATION_MAX };
	struct hv_err err = HV_ERR_INIT;
	char path[PATH_MAX_HERE];

	hv_buf_addf(&text,
		"master agentx\nagentXSocket %s\nagentAddress udp:127.0.0.1:%u\n"
		"rocommunity public 127.0.0.1\nrwcommunity private 127.0.0.1\n"
		"trap2sink 127.0.0.1:%u public\n",
		s->socket, s->port, s->trap_port);
	(void)snprintf(path, sizeof(path), "%s/master.conf", s->directory);
	return !hv_buf_failed(&text) &&
	       hv_file_write_atomic(path, text.data, text.len, 0600, &err) == 0;
}

bool snmpd_prepare(struct snmpd *s)
{
	const char *base = getenv("TMPDIR");
	int n;

	*s = (struct snmpd){ .port = free_port(), .trap_port = free_port() };
	n = snprintf(s->directory, sizeof(s->directory), "%s/hv-test-snmpd-XXXXXX",
		base ? base : "/tmp");
	if (n < 0 || (size_t)n + sizeof("/agentx") > sizeof(s->directory) ||
		!mkdtemp(s->directory)) {
		s->directory[0] = '\0';
		return false;
	}
	(void)snprintf(s->socket, sizeof(s->socket), "%.80s/agentx", s->directory);
	return s->port && s->trap_port && write_configuration(s);
}

static void exec_snmpd(const struct snmpd *s)
{
	char configuration[PATH_MAX_HERE];
	char log[PATH_MAX_HERE];
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)snprintf(configuration, sizeof(configuration), "%s/master.conf", s->directory);
	(void)snprintf(log, sizeof(log), "%s/snmpd.log", s->directory);
	for (int fd = 0; null_fd >= 0 && fd < 3; fd++)
		(void)dup2(null_fd, fd);
	(void)setenv("SNMPCONFPATH", "/nonexistent", 1);
	(void)setenv("SNMP_PERSISTENT_DIR", s->directory, 1);
	(void)setenv("MIBS", "", 1);
	(void)unsetenv("LD_PRELOAD");
	(void)execl(snmpd_path(), "snmpd", "-f", "-C", "-c", configuration, "-Lf", log, "-r",
		(char *)NULL);
	_exit(127);
}

static bool listens(const struct snmpd *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool does;

	memcpy(address.sun_path, s->socket, sizeof(s->socket));
	does = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	if (fd >= 0)
		close(fd);
	return does;
}

bool snmpd_start(struct snmpd *s)
{
	const struct timespec pause = { .tv_nsec = TRY_NSEC };

	s->pid = fork();
	if (s->pid == 0)
		exec_snmpd(s);
	for (int i = 0; s->pid > 0 && i < TRIES_MAX; i++) {
		if (listens(s))
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

void snmpd_kill(struct snmpd *s, int signal)
{
	if (s->pid <= 0)
		return;
	(void)kill(s->pid, SIGCONT);
	(void)kill(s->pid, signal);
	(void)waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

static void remove_files(const char *directory)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	char path[PATH_MAX_HERE];

	while (dir && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%.200s", directory, entry->d_name);
		if (unlink(path) != 0) {
			remove_files(path);
			(void)rmdir(path);
		}
	}
	if (dir)
		closedir(dir);
}

void snmpd_done(struct snmpd *s)
{
	snmpd_kill(s, SIGTERM);
	if (s->directory[0] != '\0') {
		remove_files(s->directory);
		(void)rmdir(s->directory);
	}
	*s = (struct snmpd){ .pid = 0 };
}
