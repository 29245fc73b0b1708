/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the probe sees: the model of the host. */
#include "cim/builder.h"
#include "source/winrm-probe-parts.h"

void hv_winrm_probe_forget(struct hv_winrm_probe *probe)
{
	if (probe->has_host)
		hv_host_done(&probe->host);
	probe->has_host = false;
}

static int look(struct hv_winrm_probe *probe, bool everything, struct hv_err *err)
{
	const unsigned int always = HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS | HV_SEC_JOBS;
	const struct hv_source_want want = {
		.sections = everything ? always | HV_SEC_OS | HV_SEC_VOLUMES : always,
		.events = { .since = HV_USEC_MIN },
	};
	struct hv_builder builder;
	struct hv_sink sink;

	if (hv_winrm_probe_connect(probe, err))
		return hv_err_wrap(err, "%s", probe->config.host);
	hv_builder_init(&builder, &probe->host, want.sections, &want.events);
	sink = hv_builder_sink(&builder);
	if (hv_winrm_read(probe->winrm, &want, true, &sink, &probe->failure, err))
		return -1;
	return hv_builder_finish(&builder, err);
}

int hv_winrm_probe_look(void *ctx, bool everything, const struct hv_host **ret, struct hv_err *err)
{
	struct hv_winrm_probe *probe = ctx;

	hv_winrm_probe_forget(probe);
	hv_host_init(&probe->host);
	probe->has_host = true;
	probe->failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_LOCAL };
	if (hv_winrm_probe_finish(probe, look(probe, everything, err)))
		return -1;
	*ret = &probe->host;
	return 0;
}
