/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_agentx.conf. What is taken is complete; what is refused has an error and a line for it. */
#include <stdint.h>
#include <stdlib.h>

#include "mibs/agent-config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_BYTES = 1 << 16, ERROR_BYTES = 1 << 20 };

static void check_host(const struct hv_agent_host *host)
{
	if (host->name[0] == '\0' || host->check_names == NULL || host->check_names[0] == NULL)
		abort();
	if (!hv_any_source_given(&host->common) || host->common.connect.password.bytes != NULL)
		abort();
	if (host->interval.usec < HV_AGENT_INTERVAL_MIN_SEC * HV_USEC_PER_SEC ||
		host->unreachable_after.value < 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HV_AUTO(agent_config) config;
	HV_AUTO(buf) errors = { .max = ERROR_BYTES };
	struct hv_err err = HV_ERR_INIT;

	hv_agent_config_init(&config);
	if (size > MAX_BYTES)
		return 0;
	if (hv_agent_config_read_text(&config, (const char *)data, size, "f", &errors, &err) != 0) {
		if (!hv_err_is_set(&err) || config.host_count != 0 ||
			(err.kind == HV_ERR_ARGUMENT && errors.len == 0))
			abort();
		return 0;
	}
	if (errors.len != 0 || config.host_count == 0)
		abort();
	for (size_t i = 0; i < config.host_count; i++)
		check_host(&config.hosts[i]);
	return 0;
}
