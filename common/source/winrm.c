/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the classes of the wanted sections, one enumeration each. Which of the two Hyper-V
 * namespaces a host has shows in its answer to the first class [reference: root\virtualization up
 * to Windows Server 2012, root\virtualization\v2 since]. */
#include "source/winrm.h"

#include <string.h>

#include "base/buf.h"
#include "cim/builder.h"
#include "source/winrm-reading.h"

enum { MESSAGE_MAX = 2048 };

bool hv_winrm_may_go_on(const struct hv_winrm *w)
{
	const enum hv_trouble trouble = w->client.failure.trouble;

	return trouble == HV_TROUBLE_NONE || trouble == HV_TROUBLE_TOO_LARGE;
}

static bool is_wanted(
	const struct hv_winrm_reading *r, const struct hv_class_info *info, const char *ns)
{
	return (info->sections & r->want->sections) && strcmp(info->ns, ns) == 0 &&
	       !hv_winrm_asking_for(info);
}

void hv_winrm_tell_progress(const struct hv_winrm *w, const char *what)
{
	if (w->config.progress)
		w->config.progress(w->config.progress_ctx, what);
}

static int announce(struct hv_winrm_pouring *p, const char *error, struct hv_err *err)
{
	const struct hv_winrm *w = p->r->w;
	const struct hv_batch batch = {
		.ns = p->info->ns,
		.class_name = p->info->class_name,
		.origin = w->config.host,
		.error = error,
		.read_at = p->read_at.known ? p->read_at
					    : (struct hv_time){ .usec = hv_winrm_host_time(w),
						      .known = true },
	};

	p->announced = true;
	return p->r->sink->batch(p->r->sink->ctx, &batch, err);
}

/* The only class that names the host the same way in every version. */
static void note_computer(struct hv_winrm_pouring *p, const struct hv_bag *bag)
{
	const char *name;

	if (strcmp(p->info->class_name, "Win32_OperatingSystem") == 0 &&
		hv_bag_string(bag, "CSName", &name) && strlen(name) < sizeof(p->computer_name))
		memcpy(p->computer_name, name, strlen(name) + 1);
}

int hv_winrm_pour(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_winrm_pouring *p = ctx;

	if (!p->announced && announce(p, NULL, err))
		return -1;
	note_computer(p, bag);
	return p->r->sink->bag(p->r->sink->ctx, bag, err);
}

/* What the host said, and what to type against it. */
static int announce_failure(struct hv_winrm_pouring *p, const struct hv_err *why,
	const struct hv_client_failure *f, struct hv_err *err)
{
	HV_AUTO(buf) text = { .max = MESSAGE_MAX };

	hv_buf_adds(&text, why->text);
	if (p->advice)
		hv_buf_addf(&text, " (on the host: %s)", p->advice);
	else if (f->advice)
		hv_buf_addf(
			&text, " (%s: %s)", f->advice_is_local ? "here" : "on the host", f->advice);
	return announce(p, hv_buf_str(&text), err);
}

/* The host has no such namespace, or says so in one of its ways. */
static bool is_no_namespace(const struct hv_client_failure *f)
{
	return f->is_fault &&
	       (f->fault == HV_FAULT_INVALID_NAMESPACE || f->fault == HV_FAULT_NO_RESOURCE ||
		       f->fault == HV_FAULT_INVALID_QUERY || f->fault == HV_FAULT_INVALID_CLASS);
}

static int enumerate(struct hv_winrm_pouring *p, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = p, .bag = hv_winrm_pour };
	size_t rows = 0;

	return hv_client_enumerate(
		&p->r->w->client, p->info->ns, p->info->class_name, NULL, &sink, &rows, err);
}

/* One class, by its asking or, without one, by an enumeration. *ret_failed: the host refused it,
 * for the reason in ret_why; nothing was poured, or part of it. */
static int read_class(struct hv_winrm_pouring *p, const struct hv_winrm_asking *asking,
	const struct hv_host *host, bool *ret_failed, struct hv_err *ret_why, struct hv_err *err)
{
	struct hv_winrm *w = p->r->w;
	int result;

	*ret_failed = false;
	hv_winrm_tell_progress(w, p->info->class_name);
	result = asking ? asking->ask(p, host, ret_why) : enumerate(p, ret_why);
	hv_winrm_note_clock(w);
	if (result == 0)
		return p->announced ? 0 : announce(p, NULL, err);
	if (!hv_winrm_may_go_on(w) || ret_why->kind == HV_ERR_NO_MEMORY)
		return hv_err_set(err, ret_why->kind, "%s", ret_why->text);
	*ret_failed = true;
	return 0;
}

/* All wanted classes of one namespace. *ret_absent: the first one showed that the host does not
 * have the namespace, for the reason in ret_why; nothing was poured. NULL: it is there. */
static int read_namespace(struct hv_winrm_reading *r, const char *ns, struct hv_err *ret_why,
	bool *ret_absent, char computer_name[HV_WINRM_NAME_MAX], struct hv_err *err)
{
	bool first = true;

	for (const struct hv_class_info *i = hv_class_infos; i->class_name; i++) {
		struct hv_winrm_pouring p = { .r = r, .info = i };
		struct hv_err why = HV_ERR_INIT;
		bool failed = false;

		if (!is_wanted(r, i, ns))
			continue;
		if (read_class(&p, NULL, NULL, &failed, &why, err))
			return -1;
		if (failed && first && ret_absent && is_no_namespace(&r->w->client.failure)) {
			*ret_why = why;
			*ret_absent = true;
			return 0;
		}
		if (failed && announce_failure(&p, &why, &r->w->client.failure, err))
			return -1;
		if (p.computer_name[0] != '\0')
			memcpy(computer_name, p.computer_name, HV_WINRM_NAME_MAX);
		first = false;
	}
	return 0;
}

/* Neither namespace: every class that was wanted is one that could not be read. */
static int tell_no_hyperv(struct hv_winrm_reading *r, const struct hv_err *why, struct hv_err *err)
{
	const struct hv_client_failure no_role = { .advice = HV_ADVICE_ROLE };

	for (const struct hv_class_info *i = hv_class_infos; i->class_name; i++) {
		struct hv_winrm_pouring p = { .r = r, .info = i };

		if (is_wanted(r, i, HV_NS_V2) && announce_failure(&p, why, &no_role, err))
			return -1;
	}
	return 0;
}

static int read_hyperv(
	struct hv_winrm_reading *r, char computer_name[HV_WINRM_NAME_MAX], struct hv_err *err)
{
	struct hv_err v2_reason = HV_ERR_INIT;
	struct hv_err v1_reason = HV_ERR_INIT;
	struct hv_err no_role = HV_ERR_INIT;
	bool v2_absent = false;
	bool v1_absent = false;

	if (read_namespace(r, HV_NS_V2, &v2_reason, &v2_absent, computer_name, err))
		return -1;
	r->has_v2 = !v2_absent;
	if (!v2_absent)
		return 0;
	if (read_namespace(r, HV_NS_V1, &v1_reason, &v1_absent, computer_name, err))
		return -1;
	if (!v1_absent)
		return 0;
	(void)hv_err_set(&no_role, HV_ERR_MISSING,
		"the host has no Hyper-V namespace, neither v2 (%.300s) nor v1: is the role "
		"installed?",
		v2_reason.text);
	return tell_no_hyperv(r, &no_role, err);
}

/* The asking's class, when it is wanted of this host. */
static const struct hv_class_info *wanted_class(
	const struct hv_winrm_reading *r, const struct hv_winrm_asking *asking)
{
	if (strcmp(asking->ns, HV_NS_V2) == 0 && !r->has_v2)
		return NULL;
	for (const struct hv_class_info *i = hv_class_infos; i->class_name; i++)
		if ((i->sections & r->want->sections) && hv_winrm_asking_for(i) == asking)
			return i;
	return NULL;
}

/* Time that ran out here costs the class, not what was read before. */
static int ask_one(struct hv_winrm_pouring *p, const struct hv_winrm_asking *asking,
	const struct hv_host *host, struct hv_err *err)
{
	const struct hv_client_failure *f = &p->r->w->client.failure;
	const struct hv_client_failure no_advice = { .advice = NULL };
	struct hv_err why = HV_ERR_INIT;
	struct hv_err end = HV_ERR_INIT;
	bool failed = false;

	if (read_class(p, asking, host, &failed, &why, &end) == 0)
		return failed ? announce_failure(p, &why, f, err) : 0;
	if (f->trouble != HV_TROUBLE_TIMEOUT || end.kind == HV_ERR_NO_MEMORY)
		return hv_err_set(err, end.kind, "%s", end.text);
	return announce_failure(p, &end, &no_advice, err);
}

static int ask(struct hv_winrm_reading *r, const struct hv_host *host, struct hv_err *err)
{
	for (const struct hv_winrm_asking *a = hv_winrm_askings; a->class_name; a++) {
		struct hv_winrm_pouring p = { .r = r, .info = wanted_class(r, a) };

		if (p.info && ask_one(&p, a, host, err))
			return -1;
	}
	return 0;
}

static unsigned int looked_at(const struct hv_source_want *want)
{
	unsigned int sections = 0;

	for (const struct hv_class_info *i = hv_class_infos; i->class_name; i++) {
		const struct hv_winrm_asking *asking = hv_winrm_asking_for(i);

		if (asking && (i->sections & want->sections))
			sections |= asking->looks_at & want->sections;
	}
	return sections;
}

/* Everything that is enumerated; look knows what askings need of it. */
static int read_classes(struct hv_winrm_reading *r, struct hv_winrm_look *look,
	char computer_name[HV_WINRM_NAME_MAX], struct hv_err *err)
{
	const struct hv_sink *const sink = r->sink;
	struct hv_err unused = HV_ERR_INIT;
	int result = 0;

	r->sink = &look->sink;
	if (read_namespace(r, HV_NS_CIMV2, &unused, NULL, computer_name, err) ||
		read_hyperv(r, computer_name, err) || hv_builder_finish(&look->builder, err))
		result = -1;
	r->sink = sink;
	return result;
}

/* What may take long comes last. */
static int read_all(struct hv_winrm_reading *r, struct hv_err *err)
{
	char computer_name[HV_WINRM_NAME_MAX] = "";
	HV_AUTO(winrm_look) look;

	hv_winrm_look_init(&look, r->sink, looked_at(r->want));
	if (read_classes(r, &look, computer_name, err))
		return -1;
	if ((r->want->sections & HV_SEC_EVENTS) && hv_winrm_read_events(r, err))
		return -1;
	if (ask(r, &look.host, err))
		return -1;
	return r->sink->host(r->sink->ctx, computer_name[0] != '\0' ? computer_name : NULL,
		(struct hv_time){ .usec = hv_winrm_host_time(r->w), .known = true }, err);
}

int hv_winrm_read(struct hv_winrm *w, const struct hv_source_want *want, bool follow_clock,
	const struct hv_sink *sink, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	struct hv_winrm_reading r = {
		.w = w,
		.want = want,
		.sink = sink,
		.follow_clock = follow_clock,
	};
	const int result = read_all(&r, err);

	*ret_failure = w->client.failure;
	return result ? hv_err_wrap(err, "%s", w->config.host) : 0;
}
