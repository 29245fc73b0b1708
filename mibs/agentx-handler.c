/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers the master: what it asks for is looked up in the tree. */
#include "mibs/agentx-parts.h"

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <net-snmp/agent/agent_callbacks.h>

#include <string.h>

#include "mibs/tree.h"

enum { OBJECTS_ID = 1 }; /* hvbObjects in hypervBackupMIB */

/* What follows the root of the objects. False when a name does not stand below it. */
static bool below_root(const netsnmp_handler_registration *reg, const netsnmp_variable_list *asked,
	struct hv_oid *ret)
{
	size_t root = reg->rootoid_len;

	ret->len = 0;
	if (asked->name_length < root || asked->name_length - root > HV_OID_MAX ||
		snmp_oid_compare(asked->name, root, reg->rootoid, root) != 0)
		return false;
	for (size_t i = root; i < asked->name_length; i++)
		ret->ids[ret->len++] =
			asked->name[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)asked->name[i];
	return true;
}

static int set_value(netsnmp_variable_list *var, const struct hv_mib_value *value)
{
	const long number = (long)(int32_t)value->number;
	const u_long natural = (u_long)(uint32_t)value->number;
	const struct counter64 large = {
		.high = (u_long)(value->number >> 32),
		.low = (u_long)(value->number & UINT32_MAX),
	};

	switch (value->type) {
	case HV_MIB_INTEGER:
		return snmp_set_var_typed_value(var, ASN_INTEGER, &number, sizeof(number));
	case HV_MIB_UNSIGNED:
		return snmp_set_var_typed_value(var, ASN_GAUGE, &natural, sizeof(natural));
	case HV_MIB_COUNTER32:
		return snmp_set_var_typed_value(var, ASN_COUNTER, &natural, sizeof(natural));
	case HV_MIB_COUNTER64:
		return snmp_set_var_typed_value(var, ASN_COUNTER64, &large, sizeof(large));
	case HV_MIB_OCTETS:
		break;
	}
	return snmp_set_var_typed_value(var, ASN_OCTET_STR, value->bytes, value->len);
}

/* The status of the library: SNMP_ERR_NOERROR, or the error to answer with. */
static int answer_get(const struct hv_tree *tree, const netsnmp_handler_registration *reg,
	netsnmp_variable_list *var)
{
	struct hv_oid oid;
	struct hv_mib_value value;

	if (!below_root(reg, var, &oid))
		return SNMP_NOSUCHOBJECT;
	switch (hv_tree_get(tree, &oid, &value)) {
	case HV_TREE_FOUND:
		return set_value(var, &value) == 0 ? SNMP_ERR_NOERROR : SNMP_ERR_GENERR;
	case HV_TREE_NO_INSTANCE:
		return SNMP_NOSUCHINSTANCE;
	case HV_TREE_NO_OBJECT:
	case HV_TREE_END:
		break;
	}
	return SNMP_NOSUCHOBJECT;
}

static int set_name(const netsnmp_handler_registration *reg, netsnmp_variable_list *var,
	const struct hv_oid *below)
{
	oid name[MAX_OID_LEN];
	size_t root = reg->rootoid_len;

	if (root > MAX_OID_LEN || below->len > MAX_OID_LEN - root)
		return -1;
	memcpy(name, reg->rootoid, root * sizeof(name[0]));
	for (size_t i = 0; i < below->len; i++)
		name[root + i] = below->ids[i];
	return snmp_set_var_objid(var, name, root + below->len);
}

/* Nothing behind it: the variable stays as it came, and the library looks on elsewhere. It also
 * holds the answer against the end of the range that the master asked for. */
static int answer_next(const struct hv_tree *tree, const netsnmp_handler_registration *reg,
	netsnmp_variable_list *var)
{
	struct hv_oid oid, found;
	struct hv_mib_value value;

	/* What is not below the root stands before it: else the library had not come here. */
	(void)below_root(reg, var, &oid);
	if (hv_tree_next(tree, &oid, &found, &value) != HV_TREE_FOUND)
		return SNMP_ERR_NOERROR;
	if (set_name(reg, var, &found) != 0 || set_value(var, &value) != 0)
		return SNMP_ERR_GENERR;
	return SNMP_ERR_NOERROR;
}

/* Sets come with no mode of these: the library refuses them (notWritable). */
static int answer(netsnmp_mib_handler *handler, netsnmp_handler_registration *reg,
	netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const struct hv_agentx *a = handler->myvoid;
	struct hv_tree tree = { .board = a->plan.board };

	a->plan.now(a->plan.ctx, &tree.now);
	for (netsnmp_request_info *r = requests; r; r = r->next) {
		int status = SNMP_ERR_NOERROR;

		if (r->processed)
			continue;
		if (info->mode == MODE_GET)
			status = answer_get(&tree, reg, r->requestvb);
		else if (info->mode == MODE_GETNEXT)
			status = answer_next(&tree, reg, r->requestvb);
		if (status != SNMP_ERR_NOERROR)
			(void)netsnmp_set_request_error(info, r, status);
	}
	return SNMP_ERR_NOERROR;
}

int hv_agentx_register(struct hv_agentx *a, struct hv_err *err)
{
	oid root[MAX_OID_LEN];
	size_t len = 0;
	netsnmp_handler_registration *reg;

	for (; len < hv_mib_root_len; len++)
		root[len] = hv_mib_root[len];
	root[len++] = OBJECTS_ID;
	reg = netsnmp_create_handler_registration(
		"hypervBackupMIB", answer, root, len, HANDLER_CAN_RONLY);
	if (!reg)
		return hv_err_no_memory(err);
	reg->handler->myvoid = a;
	if (netsnmp_register_handler(reg) != MIB_REGISTERED_OK)
		return hv_err_set(err, HV_ERR_NO_MEMORY, "the objects cannot be registered");
	a->registration = reg;
	return 0;
}

/* The library does this itself when it connects, but asks only once. */
void hv_agentx_register_again(struct hv_agentx *a)
{
	struct register_parameters parameters = {
		.name = a->registration->rootoid,
		.namelen = a->registration->rootoid_len,
		.priority = a->registration->priority,
		.timeout = a->registration->timeout,
		.reginfo = a->registration,
	};

	(void)snmp_call_callbacks(
		SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_REGISTER_OID, &parameters);
}
