/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checkpoint probe's conversation with a live host: looks at it, asks it to create a checkpoint
 * and to remove one. The only requests of the project that change something on a host, so the
 * account needs more than to read.
 *
 * CreateSnapshot and DestroySnapshot of Msvm_VirtualSystemSnapshotService are documented as methods
 * of WMI [hyperv_v2: createsnapshot-, destroysnapshot-msvm-virtualsystemsnapshotservice]: the type
 * 2 is a full snapshot, settings may be an empty text. Programs that call them by WMI leave out
 * settings and result [os-win]. How WS-Management carries these two calls is not recorded anywhere;
 * their form here is that of every method [DSP0227 9; DSP0230 6.5.4 for references]. */
#ifndef HV_SOURCE_WINRM_PROBE_H
#define HV_SOURCE_WINRM_PROBE_H

#include "base/err.h"
#include "base/time.h"
#include "model/probe-sight.h"
#include "source/winrm.h"

struct hv_winrm_probe;

/* config is copied, its strings are borrowed; its deadline gives the clock alone: each call has
 * call_limit of its own, and a connection that broke, or has grown old, is made anew. */
int hv_winrm_probe_new(const struct hv_winrm_config *config, hv_usec call_limit,
	struct hv_winrm_probe **ret, struct hv_err *err) HV_MUST_USE;
void hv_winrm_probe_free(struct hv_winrm_probe *probe);

/* As the functions of struct hv_probe_ops; ctx: a struct hv_winrm_probe. */
int hv_winrm_probe_look(
	void *ctx, bool everything, const struct hv_host **ret, struct hv_err *err) HV_MUST_USE;
int hv_winrm_probe_create(
	void *ctx, const char *vm_id, struct hv_probe_answer *ret, struct hv_err *err) HV_MUST_USE;
int hv_winrm_probe_remove(void *ctx, const char *checkpoint_id, struct hv_probe_answer *ret,
	struct hv_err *err) HV_MUST_USE;

/* Why the last call failed. */
const struct hv_client_failure *hv_winrm_probe_failure(const struct hv_winrm_probe *probe);

#endif
