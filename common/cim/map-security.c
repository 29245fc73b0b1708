/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Map of the permissions of files. */
#include <string.h>

#include "cim/fields.h"
#include "cim/icacls.h"
#include "model/sddl.h"

static const struct hv_field fields[] = {
	HV_FIELD_READ("Path"),
	HV_FIELD_READ("Sddl"),
	HV_FIELD_READ("Icacls"),
	HV_FIELD_READ("Error"),
	HV_FIELD_LAST,
};

/* "Microsoft.PowerShell.Core\FileSystem::E:\x", as Get-Acl writes it; the last colons count. */
static const char *without_provider(const char *path)
{
	const char *colons = strstr(path, "::");

	return colons ? colons + 2 : path;
}

/* What is not understood is an error of this file alone. */
static int read_list(struct hv_host *host, const char *sddl, const char *icacls, struct hv_acl *acl,
	struct hv_err *err)
{
	struct hv_err why = HV_ERR_INIT;
	int result;

	if (sddl != NULL)
		result = hv_sddl_parse(sddl, &host->arena, acl, &why);
	else if (icacls != NULL)
		result = hv_icacls_parse(icacls, &host->arena, acl, &why);
	else
		result = hv_err_set(&why, HV_ERR_MISSING, "neither Sddl nor Error is told");
	if (result == 0)
		return 0;
	if (why.kind == HV_ERR_NO_MEMORY)
		return hv_err_no_memory(err);
	return hv_field_copy(host, why.text, &acl->error, err);
}

static int add_file_security(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_acl *acl;
	const char *path, *sddl, *icacls, *error;

	if (hv_field_text(bag, "Path", &path, err) < 0 ||
		hv_field_text(bag, "Sddl", &sddl, err) < 0 ||
		hv_field_text(bag, "Icacls", &icacls, err) < 0 ||
		hv_field_text(bag, "Error", &error, err) < 0)
		return -1;
	if (path == NULL || path[0] == '\0')
		return hv_err_set(err, HV_ERR_FORMAT, "Path: expected the path of a file");
	acl = hv_host_add_acl(host, err);
	if (acl == NULL)
		return -1;
	acl->path = hv_path_normalise(&host->arena, without_provider(path));
	if (acl->path == NULL)
		return hv_err_no_memory(err);
	if (error != NULL && error[0] != '\0')
		return hv_field_copy(host, error, &acl->error, err);
	return read_list(host, sddl, icacls, acl, err);
}

const struct hv_class_map hv_map_file_security = {
	.fields = fields,
	.add = add_file_security,
};
