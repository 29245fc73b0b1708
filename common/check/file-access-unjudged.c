/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders of which nothing can be said. */
#include "check/file-access-parts.h"

static void tell_unreadable(struct hv_access_judging *j, const struct hv_access_use *use,
	const char *what, const char *path, const struct hv_acl *acl)
{
	struct hv_report *out = j->job->out;
	struct hv_finding *f = hv_report_add(out, HV_UNKNOWN, hv_vm_title(&out->arena, use->vm),
		NULL, "not judged, the permissions of %s %s %s%s", what, path,
		acl != NULL ? "could not be read: " : "are not told",
		acl != NULL ? acl->error : "");

	hv_finding_blame(out, f, path);
	hv_access_remedy_unreadable(out, f);
}

/* Errors are kept for the end as long as no file could be read. */
void hv_access_not_judged(struct hv_access_judging *j, const struct hv_access_use *use,
	const char *what, const char *path, const struct hv_acl *acl)
{
	if (acl == NULL || j->any_readable)
		tell_unreadable(j, use, what, path, acl);
	else if (j->unreadable++ == 0)
		j->first_unreadable = acl;
}

/* One reason for all of them, rather than as many findings. */
static void tell_nothing_readable(struct hv_access_judging *j)
{
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	if (j->unreadable == 0)
		return;
	f = hv_report_add(out, HV_UNKNOWN, NULL, NULL,
		"not judged, the permissions of no file could be read; of %s: %s",
		j->first_unreadable->path, j->first_unreadable->error);
	hv_access_remedy_unreadable(out, f);
}

void hv_access_tell_not_judged(struct hv_access_judging *j)
{
	j->tally->seen += j->pathless;
	if (j->pathless > 0)
		hv_report_add(j->job->out, HV_UNKNOWN, NULL, NULL,
			"not judged, the path of %zu virtual disk%s is not told", j->pathless,
			j->pathless == 1 ? "" : "s");
	tell_nothing_readable(j);
}
