/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The throwaway realm: MIT krb5's own programs, started without a shell. */
#include "kdc-fixture.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

enum { TRIES_MAX = 250, TRY_NSEC = 20 * 1000 * 1000, FILE_TEXT_MAX = 4096 };

static bool join_path(char ret[KDC_PATH_MAX], const char *directory, const char *name)
{
	int n = snprintf(ret, KDC_PATH_MAX, "%s/%s", directory, name);

	return n > 0 && n < KDC_PATH_MAX;
}

/* Programs of an administrator are often not in PATH. */
static void exec_silently(const char *const *argv)
{
	char *copy[16] = { NULL };
	int null_fd = open("/dev/null", O_RDWR);

	for (size_t i = 0; i < 15 && argv[i]; i++)
		memcpy(&copy[i], &argv[i], sizeof(copy[i]));
	for (int fd = 0; null_fd >= 0 && fd < 3; fd++)
		(void)dup2(null_fd, fd);
	(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin", 1);
	(void)execvp(copy[0], copy);
	_exit(127);
}

static pid_t spawn(const char *const *argv)
{
	pid_t pid = fork();

	if (pid == 0)
		exec_silently(argv);
	return pid;
}

bool kdc_run(const char *const *argv)
{
	pid_t pid = spawn(argv);
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static int tcp_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static struct sockaddr_in loopback(unsigned int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
	};
}

/* A port that nobody has right now; 0 when there is none. */
static unsigned int free_port(void)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof(address);
	int fd = tcp_socket();
	unsigned int port = 0;

	if (fd < 0)
		return 0;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
		getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		port = ntohs(address.sin_port);
	close(fd);
	return port;
}

static bool wait_for_port(unsigned int port)
{
	const struct timespec pause = { .tv_nsec = TRY_NSEC };

	for (int i = 0; i < TRIES_MAX; i++) {
		struct sockaddr_in address = loopback(port);
		int fd = tcp_socket();
		bool good =
			fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

		if (fd >= 0)
			close(fd);
		if (good)
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static bool write_text(const char *directory, const char *name, const struct hv_buf *text)
{
	char path[KDC_PATH_MAX];
	struct hv_err err = HV_ERR_INIT;

	return !hv_buf_failed(text) && join_path(path, directory, name) &&
	       hv_file_write_atomic(path, text->data, text->len, 0600, &err) == 0;
}

static bool write_configuration(const struct kdc *k, unsigned int port)
{
	HV_AUTO(buf) client = { .max = FILE_TEXT_MAX };
	HV_AUTO(buf) server = { .max = FILE_TEXT_MAX };

	hv_buf_addf(&client,
		"[libdefaults]\n default_realm = " KDC_REALM "\n dns_lookup_kdc = false\n"
		" dns_lookup_realm = false\n dns_canonicalize_hostname = false\n rdns = false\n"
		" udp_preference_limit = 1\n"
		"[realms]\n " KDC_REALM " = {\n  kdc = 127.0.0.1:%u\n }\n"
		"[domain_realm]\n .test.invalid = " KDC_REALM "\n",
		port);
	hv_buf_addf(&server,
		"[realms]\n " KDC_REALM " = {\n  database_name = %s/principal\n"
		"  key_stash_file = %s/stash\n  kdc_listen = 127.0.0.1:%u\n"
		"  kdc_tcp_listen = 127.0.0.1:%u\n"
		"  supported_enctypes = aes256-cts-hmac-sha1-96:normal\n }\n",
		k->directory, k->directory, port, port);
	return write_text(k->directory, "krb5.conf", &client) &&
	       write_text(k->directory, "kdc.conf", &server);
}

static bool set_path(const char *name, const char *prefix, const char *directory, const char *file)
{
	char value[KDC_PATH_MAX];
	int n = snprintf(value, sizeof(value), "%s%s/%s", prefix, directory, file);

	return n > 0 && (size_t)n < sizeof(value) && setenv(name, value, 1) == 0;
}

static bool set_environment(const struct kdc *k)
{
	return set_path("KRB5_CONFIG", "", k->directory, "krb5.conf") &&
	       set_path("KRB5_KDC_PROFILE", "", k->directory, "kdc.conf") &&
	       set_path("KRB5_KTNAME", "FILE:", k->directory, "service.keytab") &&
	       set_path("KRB5CCNAME", "FILE:", k->directory, "no-tickets") &&
	       set_path("KRB5_CLIENT_KTNAME", "FILE:", k->directory, "no-keytab") &&
	       setenv("KRB5RCACHEDIR", k->directory, 1) == 0;
}

static bool admin(const char *query)
{
	const char *argv[] = { "kadmin.local", "-q", query, NULL };

	return kdc_run(argv);
}

static bool fill_database(const struct kdc *k)
{
	static const char *const CREATE[] = { "kdb5_util", "create", "-s", "-P", "master", "-r",
		KDC_REALM, NULL };
	char query[KDC_PATH_MAX * 2];

	if (!kdc_run(CREATE) || !admin("addprinc -randkey HTTP/" KDC_HOST) ||
		!admin("addprinc -randkey WSMAN/" KDC_HOST) ||
		!admin("addprinc +requires_preauth -pw \"" KDC_PASSWORD "\" monitor"))
		return false;
	(void)snprintf(query, sizeof(query),
		"ktadd -k %s/service.keytab HTTP/" KDC_HOST " WSMAN/" KDC_HOST, k->directory);
	if (!admin(query))
		return false;
	(void)snprintf(query, sizeof(query), "ktadd -norandkey -k %s monitor", k->user_keytab);
	return admin(query);
}

bool kdc_start(struct kdc *k, const char **reason)
{
	static const char *const SERVE[] = { "krb5kdc", "-n", NULL };
	const char *base = getenv("TMPDIR");
	unsigned int port = free_port();

	*k = (struct kdc){ .pid = 0 };
	*reason = "no temporary directory or port for a KDC";
	if (!port || !join_path(k->directory, base ? base : "/tmp", "hv-test-kdc-XXXXXX") ||
		!mkdtemp(k->directory)) {
		k->directory[0] = '\0';
		return false;
	}
	if (!join_path(k->user_keytab, k->directory, "user.keytab") ||
		!join_path(k->ticket_cache, k->directory, "tickets") ||
		!write_configuration(k, port) || !set_environment(k))
		return false;
	*reason = "krb5kdc, kdb5_util or kadmin.local is not installed";
	if (!fill_database(k))
		return false;
	k->pid = spawn(SERVE);
	*reason = "krb5kdc does not answer";
	return k->pid > 0 && wait_for_port(port);
}

static void remove_directory(const char *directory)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	char path[KDC_PATH_MAX * 2];

	while (dir && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		(void)unlink(path);
	}
	if (dir)
		closedir(dir);
	(void)rmdir(directory);
}

void kdc_stop(struct kdc *k)
{
	if (k->pid > 0) {
		(void)kill(k->pid, SIGTERM);
		(void)waitpid(k->pid, NULL, 0);
	}
	if (k->directory[0] != '\0')
		remove_directory(k->directory);
	*k = (struct kdc){ .pid = 0 };
}
