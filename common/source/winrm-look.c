/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Askings depend on what the enumerations brought: which files virtual machines have, whether a
 * backup runs. The rows go to the caller's sink all the same. */
#include "source/winrm-reading.h"

static int pass_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct hv_winrm_look *look = ctx;

	if (look->model.batch(look->model.ctx, batch, err))
		return -1;
	return look->inner.batch(look->inner.ctx, batch, err);
}

static int pass_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_winrm_look *look = ctx;

	if (look->model.bag(look->model.ctx, bag, err))
		return -1;
	return look->inner.bag(look->inner.ctx, bag, err);
}

void hv_winrm_look_init(
	struct hv_winrm_look *look, const struct hv_sink *inner, unsigned int sections)
{
	*look = (struct hv_winrm_look){ .inner = *inner, .sink = *inner };
	hv_host_init(&look->host);
	hv_builder_init(&look->builder, &look->host, sections, NULL);
	look->model = hv_builder_sink(&look->builder);
	if (sections == 0)
		return;
	look->sink.ctx = look;
	look->sink.batch = pass_batch;
	look->sink.bag = pass_bag;
}

void hv_winrm_look_done(struct hv_winrm_look *look)
{
	hv_host_done(&look->host);
}
