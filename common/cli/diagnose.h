/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds out how far a host can be read: one step after the other, from its name to its event logs,
 * each with its time, and where it fails with reason and remedy. */
#ifndef HV_CLI_DIAGNOSE_H
#define HV_CLI_DIAGNOSE_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/live.h"
#include "wsman/client.h"
#include "wsman/transport.h"

enum hv_connection_verdict {
	HV_DIAGNOSIS_GOOD,
	HV_DIAGNOSIS_LIMITED, /* something failed that can be done without, or needs a look */
	HV_DIAGNOSIS_BAD,
};

/* The host, and how it is reached. */
struct hv_patient {
	const char *url;
	bool host_is_address;
	bool tls;
	const char *trust; /* what certificates are verified against; NULL: they are not */
	enum hv_winrm_events events;
	hv_usec (*wall)(void);       /* our clock */
	hv_usec (*now)(void *state); /* of the time that steps take */
	void *now_state;
	struct hv_transport *transport; /* for the steps before the login */
	/* Makes the client; *ret_login says how it logs in. *ret_failure says why it cannot. */
	int (*log_in)(void *ctx, struct hv_client **ret_client, const char **ret_login,
		struct hv_client_failure *ret_failure, struct hv_err *err);
	void *log_in_ctx;
};

/* Writes a line for each step to out_fd while it goes. */
int hv_diagnose_connection(const struct hv_patient *patient, int out_fd,
	enum hv_connection_verdict *ret, struct hv_err *err) HV_MUST_USE;

/* Of a live host. */
int hv_diagnose_live(const struct hv_live *live, int out_fd, enum hv_connection_verdict *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
