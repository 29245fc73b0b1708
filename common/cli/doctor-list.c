/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor-list.h"

#include <stdint.h>

#include "check/filter.h"
#include "output/output.h"

struct listing {
	const struct hv_common *common;
	struct hv_host *host;
	struct hv_buf *out;
};

static void add_name(struct hv_buf *out, const char *title, const char *name)
{
	hv_buf_addf(out, "  %s", title);
	hv_output_text(out, name, SIZE_MAX);
	hv_buf_addc(out, '\n');
}

static void add_vms(const struct listing *l, bool excluded)
{
	for (size_t i = 0; i < l->host->vm_count; i++)
		if (l->host->vms[i].excluded == excluded)
			add_name(l->out, "VM ", l->host->vms[i].name);
}

static void add_volumes(const struct listing *l, bool excluded)
{
	for (size_t i = 0; i < l->host->volume_count; i++)
		if (l->host->volumes[i].excluded == excluded)
			add_name(l->out, "volume ", l->host->volumes[i].title);
}

static void add_heading(const struct listing *l, const char *option, const char *pattern,
	const char *what, size_t count)
{
	hv_buf_addf(l->out, "\n%s ", option);
	hv_output_text(l->out, pattern, HV_OUTPUT_MAX_TEXT);
	hv_buf_addf(l->out, " %s %zu:\n", what, count);
}

static size_t count_vms(const struct listing *l, bool excluded)
{
	size_t count = 0;

	for (size_t i = 0; i < l->host->vm_count; i++)
		count += l->host->vms[i].excluded == excluded;
	return count;
}

static size_t count_volumes(const struct listing *l, bool excluded)
{
	size_t count = 0;

	for (size_t i = 0; i < l->host->volume_count; i++)
		count += l->host->volumes[i].excluded == excluded;
	return count;
}

/* Each pattern alone, by the code that judges by all of them. */
static void list_patterns(const struct listing *l)
{
	const struct hv_common *c = l->common;

	for (size_t i = 0; i < c->include.count; i++) {
		hv_filter_vms(
			&(struct hv_filter){ .include = { &c->include.items[i], 1 } }, l->host);
		add_heading(l, "--include", c->include.items[i], "matches", count_vms(l, false));
		add_vms(l, false);
	}
	for (size_t i = 0; i < c->exclude.count; i++) {
		hv_filter_vms(
			&(struct hv_filter){ .exclude = { &c->exclude.items[i], 1 } }, l->host);
		add_heading(l, "--exclude", c->exclude.items[i], "leaves out", count_vms(l, true));
		add_vms(l, true);
	}
	for (size_t i = 0; i < c->volumes.count; i++) {
		hv_filter_volumes(
			&(struct hv_filter){ .include = { &c->volumes.items[i], 1 } }, l->host);
		add_heading(l, "--volume", c->volumes.items[i], "matches", count_volumes(l, false));
		add_volumes(l, false);
	}
}

void hv_doctor_list(const struct hv_common *common, struct hv_host *host, struct hv_buf *out)
{
	const struct listing l = { .common = common, .host = host, .out = out };
	const struct hv_filter vms = { .include = common->include, .exclude = common->exclude };
	const struct hv_filter volumes = { .include = common->volumes };
	HV_AUTO(buf) each = { .max = HV_OUTPUT_MAX_BYTES };

	list_patterns(&(struct listing){ .common = common, .host = host, .out = &each });
	hv_filter_vms(&vms, host);
	hv_filter_volumes(&volumes, host);
	hv_buf_addf(out, "Judged: %zu of %zu VMs, %zu of %zu volumes\n", count_vms(&l, false),
		host->vm_count, count_volumes(&l, false), host->volume_count);
	add_vms(&l, false);
	add_volumes(&l, false);
	hv_buf_addf(out, "\nLeft out: %zu VMs, %zu volumes\n", count_vms(&l, true),
		count_volumes(&l, true));
	add_vms(&l, true);
	add_volumes(&l, true);
	hv_buf_adds(out, hv_buf_str(&each));
	if (hv_buf_failed(&each))
		out->failed = true;
}
