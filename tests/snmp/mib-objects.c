/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the objects of the agent, a line each, for the test that holds them against the module's
 * text: name, identifier, kind of value, whether it can be read; then the limits of indexes. */
#include <inttypes.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/parse.h"
#include "mibs/tree.h"

static const char *const types[] = {
	[HV_MIB_INTEGER] = "integer",
	[HV_MIB_UNSIGNED] = "unsigned",
	[HV_MIB_COUNTER32] = "counter32",
	[HV_MIB_COUNTER64] = "counter64",
	[HV_MIB_OCTETS] = "octets",
};

static const struct {
	const char *name;
	int max;
} limits[] = {
	{ "hvbHostName", HV_INDEX_HOST_MAX },
	{ "hvbCheckName", HV_INDEX_CHECK_MAX },
	{ "hvbFindingItem", HV_INDEX_ITEM_MAX },
	{ "hvbMetricItem", HV_INDEX_ITEM_MAX },
	{ "hvbMetricName", HV_INDEX_METRIC_MAX },
	{ "hvbVolumeIndex", HV_INDEX_ITEM_MAX },
	{ "hvbVmId", HV_INDEX_VM_MAX },
	{ "hvbNotifyHost", HV_INDEX_HOST_MAX },
	{ "hvbNotifyCheck", HV_INDEX_CHECK_MAX },
	{ "HvbLongText", HV_SNAPSHOT_LONG_TEXT_MAX },
};

static void print_object(const struct hv_tree_object *object)
{
	printf("%s ", object->name);
	for (size_t i = 0; i < hv_mib_root_len; i++)
		printf("%" PRIu32 ".", hv_mib_root[i]);
	printf("1");
	for (size_t i = 0; i < object->oid.len; i++)
		printf(".%" PRIu32, object->oid.ids[i]);
	printf(" %s %s\n", types[object->type], object->is_accessible ? "readable" : "hidden");
}

int main(void)
{
	struct hv_tree_object objects[HV_TREE_OBJECTS_MAX];
	size_t count = hv_tree_objects(objects);

	for (size_t i = 0; i < count; i++)
		print_object(&objects[i]);
	for (size_t i = 0; i < HV_ARRAY_LEN(limits); i++)
		printf("size of %s: %d\n", limits[i].name, limits[i].max);
	return 0;
}
