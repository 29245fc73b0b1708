/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notifications: a row for each object that they carry. */
#include "mibs/agentx.h"

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <poll.h>
#include <string.h>

#include "mibs/agentx-parts.h"
#include "mibs/tree.h"

enum { NOTIFICATIONS_ID = 0, OBJECTS_ID = 1 }; /* in hypervBackupMIB */

static const char *host_name(const struct hv_notice *n)
{
	return n->host->name;
}

static const char *check_name(const struct hv_notice *n)
{
	return n->check->check;
}

static const char *text_of(const struct hv_notice *n)
{
	return n->text;
}

static enum hv_state state_of(const struct hv_notice *n)
{
	return n->state;
}

static enum hv_state state_before(const struct hv_notice *n)
{
	return n->before;
}

struct object {
	const char *name;
	const char *(*text)(const struct hv_notice *n);    /* either this */
	enum hv_state (*state)(const struct hv_notice *n); /* or this */
};

struct notification {
	oid id;                   /* in hvbNotifications */
	struct object objects[6]; /* in the order of the module's text; ends with one of no name */
};

static const struct notification notifications[] = {
	[HV_NOTICE_CHECK_STATE] = { .id = 1,
		.objects = {
			{ .name = "hvbNotifyHost", .text = host_name },
			{ .name = "hvbNotifyCheck", .text = check_name },
			{ .name = "hvbNotifyPreviousState", .state = state_before },
			{ .name = "hvbCheckState", .state = state_of },
			{ .name = "hvbCheckSummary", .text = text_of },
		} },
	[HV_NOTICE_UNREACHABLE] = { .id = 2,
		.objects = {
			{ .name = "hvbNotifyHost", .text = host_name },
			{ .name = "hvbNotifyText", .text = text_of },
			{ .name = "hvbHostState", .state = state_of },
		} },
	[HV_NOTICE_REACHABLE] = { .id = 3,
		.objects = {
			{ .name = "hvbNotifyHost", .text = host_name },
			{ .name = "hvbHostState", .state = state_of },
		} },
};

static size_t root_of(oid ret[MAX_OID_LEN], oid branch)
{
	size_t len = 0;

	for (; len < hv_mib_root_len; len++)
		ret[len] = hv_mib_root[len];
	ret[len++] = branch;
	return len;
}

static bool add_trap_id(netsnmp_variable_list **list, const struct notification *notification)
{
	static const oid trap_id[] = { SNMP_OID_SNMPMODULES, 1, 1, 4, 1, 0 }; /* snmpTrapOID.0 */
	oid value[MAX_OID_LEN];
	size_t len = root_of(value, NOTIFICATIONS_ID);

	value[len++] = notification->id;
	return snmp_varlist_add_variable(list, trap_id, HV_ARRAY_LEN(trap_id), ASN_OBJECT_ID, value,
		       len * sizeof(value[0])) != NULL;
}

static bool instance_of(
	const struct object *object, const struct hv_notice *notice, struct hv_oid *ret)
{
	if (notice->check)
		return hv_tree_check_oid(object->name, notice->host, notice->check, ret);
	return hv_tree_host_oid(object->name, notice->host, ret);
}

static bool add_object(
	netsnmp_variable_list **list, const struct object *object, const struct hv_notice *notice)
{
	oid name[MAX_OID_LEN];
	size_t len = root_of(name, OBJECTS_ID);
	struct hv_oid below;
	const char *text;
	long number;

	if (!instance_of(object, notice, &below) || below.len > MAX_OID_LEN - len)
		return false;
	for (size_t i = 0; i < below.len; i++)
		name[len++] = below.ids[i];
	if (object->state) {
		number = (long)object->state(notice) + 1; /* HvbState begins at 1 */
		return snmp_varlist_add_variable(
			       list, name, len, ASN_INTEGER, &number, sizeof(number)) != NULL;
	}
	text = object->text(notice);
	return snmp_varlist_add_variable(list, name, len, ASN_OCTET_STR, text, strlen(text)) !=
	       NULL;
}

/* A master that hangs takes nothing, and to write to it would hang us, too. */
static bool takes_more(const struct hv_agentx *a)
{
	const netsnmp_transport *transport =
		a->master ? snmp_sess_transport(snmp_sess_pointer(a->master)) : NULL;
	struct pollfd p = { .fd = transport ? transport->sock : -1, .events = POLLOUT };

	return transport && poll(&p, 1, 0) == 1 && p.revents == POLLOUT;
}

bool hv_agentx_notify(struct hv_agentx *a, const struct hv_notice *notice)
{
	const struct notification *notification = &notifications[notice->kind];
	netsnmp_variable_list *list = NULL;
	bool complete;

	if (!takes_more(a))
		return false;
	complete = add_trap_id(&list, notification);
	for (const struct object *o = notification->objects; complete && o->name; o++)
		complete = add_object(&list, o, notice);
	if (complete)
		send_v2trap(list);
	snmp_free_varbind(list);
	return complete;
}
