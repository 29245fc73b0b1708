/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One spelling for WMI namespaces. */
#include "cim/namespace.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "cim/builder.h"

char *hv_namespace_normalise(const char *ns)
{
	char *text;

	/* "\\host\" */
	if ((ns[0] == '\\' || ns[0] == '/') && ns[0] == ns[1]) {
		ns += 2;
		ns += strcspn(ns, "\\/");
	}
	while (*ns == '\\' || *ns == '/')
		ns++;
	text = hv_strdup(ns);
	if (text == NULL)
		return NULL;
	for (char *p = text; *p != '\0'; p++) {
		if (*p == '\\')
			*p = '/';
		else if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	}
	return text;
}

const char *hv_namespace_of_class(const char *class_name)
{
	for (const struct hv_class_info *info = hv_class_infos; info->class_name != NULL; info++)
		if (strcmp(info->class_name, class_name) == 0)
			return info->ns;
	return hv_utf8_caseprefix(class_name, "Msvm_") > 0 ? HV_NS_V2 : HV_NS_CIMV2;
}
