/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A diagnosis over the network. The steps before the login have a connection of their own: to
 * prepare a login may fail already, and that is told where it belongs. */
#include "base/arena.h"
#include "cli/diagnose.h"
#include "source/winrm.h"

enum { ARENA_MAX = 1 << 20 };

struct connection {
	struct hv_winrm_config config;
	struct hv_winrm *winrm; /* NULL until the login */
};

static int log_in(void *ctx, struct hv_client **ret_client, const char **ret_login,
	struct hv_client_failure *ret_failure, struct hv_err *err)
{
	struct connection *c = ctx;

	if (hv_winrm_open(&c->config, &c->winrm, ret_failure, err))
		return -1;
	*ret_client = hv_winrm_client(c->winrm);
	*ret_login = hv_winrm_login_name(c->winrm);
	return 0;
}

static const char *trust_of(const struct hv_winrm_config *config)
{
	if (config->insecure)
		return NULL;
	return config->ca_file ? config->ca_file : "the system's authorities";
}

int hv_diagnose_live(
	const struct hv_live *live, int out_fd, enum hv_connection_verdict *ret, struct hv_err *err)
{
	HV_AUTO(transport) transport = { .ops = NULL };
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct connection c = { .winrm = NULL };
	struct hv_patient patient = {
		.url = live->connection->url,
		.host_is_address = live->connection->host_is_address,
		.tls = live->options->ssl,
		.events = live->connection->event_method,
		.wall = live->env->clock,
		.now = live->env->monotonic,
		.transport = &transport,
		.log_in = log_in,
		.log_in_ctx = &c,
	};
	int result;

	if (hv_live_config(live, &arena, &c.config, err) ||
		hv_winrm_transport(&c.config, &transport, err))
		return hv_err_wrap(err, "%s", live->connection->host);
	patient.trust = trust_of(&c.config);
	result = hv_diagnose_connection(&patient, out_fd, ret, err);
	hv_winrm_close(c.winrm);
	return result;
}
