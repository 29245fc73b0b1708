/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_sim: a Hyper-V host as far as WS-Management reaches, out of a capture. For tests of
 * clients, ours and others. Runs in the foreground until SIGTERM or SIGINT. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "server-options.h"

enum { PEM_MAX = 1 << 20, TEXT_MAX = 64 * 1024, EXIT_USAGE = 2 };

/* What gss-ntlmssp never frees: OpenSSL's algorithms, fetched for each login, and its acceptor's
 * names. Read by the sanitizers alone. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:gssntlmssp.so\nleak:gss_accept_sec_context\n";
}

static int load(const char *path, char **ret, const char **ret_text, struct hv_err *err)
{
	uint8_t *bytes;
	size_t len;

	if (!path)
		return 0;
	if (hv_file_load(path, PEM_MAX, &bytes, &len, NULL, err))
		return -1;
	*ret = (char *)bytes;
	*ret_text = *ret;
	return 0;
}

static int write_text(const char *path, const struct hv_buf *text, struct hv_err *err)
{
	if (!path)
		return 0;
	if (hv_buf_failed(text))
		return hv_err_no_memory(err);
	return hv_file_write_atomic(path, text->data, text->len, 0644, err);
}

static int write_counters(
	const struct sim_settings *s, struct sim_server *server, struct hv_err *err)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	sim_server_counters(server, &text);
	return write_text(s->counters, &text, err);
}

/* Signals are waited for, so that nothing happens in a handler. */
static int serve(const struct sim_settings *s, const sigset_t *signals, struct sim_server *server,
	struct hv_err *err)
{
	HV_AUTO(buf) ports = { .max = TEXT_MAX };
	int number = SIGUSR1;

	sim_server_ports(server, &ports);
	if (write_text(s->ready, &ports, err))
		return -1;
	for (;;) {
		if (sigwait(signals, &number) != 0 || number != SIGUSR1)
			break;
		if (write_counters(s, server, err))
			return -1;
	}
	sim_server_stop(server);
	return write_counters(s, server, err);
}

static int run_server(struct sim_settings *s, const sigset_t *signals, struct hv_err *err)
{
	struct sim_server *server = NULL;
	int result;

	if (s->log) {
		s->server.log_fd = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (s->server.log_fd < 0)
			return hv_err_set(err, HV_ERR_IO, "%s: cannot be written", s->log);
	}
	result = sim_server_start(&s->server, &server, err);
	if (result == 0)
		result = serve(s, signals, server, err);
	sim_server_free(server);
	if (s->server.log_fd >= 0)
		close(s->server.log_fd);
	return result;
}

static int run(struct sim_settings *s, const sigset_t *signals, struct hv_err *err)
{
	HV_AUTO(string) certificate = NULL;
	HV_AUTO(string) key = NULL;
	HV_AUTO(string) client_ca = NULL;
	int result;

	if (load(s->certificate, &certificate, &s->server.certificate, err) ||
		load(s->key, &key, &s->server.key, err) ||
		load(s->client_ca, &client_ca, &s->server.client_ca, err) ||
		sim_host_new(&s->host, &s->server.host, err))
		return -1;
	result = run_server(s, signals, err);
	sim_host_free(s->server.host);
	return result;
}

/* Threads inherit what is blocked here. */
static void block_signals(sigset_t *ret)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigemptyset(ret);
	(void)sigaddset(ret, SIGTERM);
	(void)sigaddset(ret, SIGINT);
	(void)sigaddset(ret, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, ret, NULL);
}

int main(int argc, char **argv)
{
	struct sim_settings s;
	struct hv_err err = HV_ERR_INIT;
	sigset_t signals;

	block_signals(&signals);
	if (sim_settings_parse(argc, argv, &s, &err)) {
		(void)fprintf(stderr, "hyperv_sim: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (run(&s, &signals, &err)) {
		(void)fprintf(stderr, "hyperv_sim: %s\n", err.text);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
