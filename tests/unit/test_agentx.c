/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AgentX side against net-snmp's own master agent, asked as a monitoring system asks. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentx-child.h"
#include "snmpd-fixture.h"

enum { REPETITIONS = 100, TRIES = 3, OVERLONG = 400, QUEUE_MAX = 4096 };

struct fixture {
	struct snmpd master;
	struct agentx_child agent;
	netsnmp_session *client; /* community "private" */
};

static const oid MODULE[] = { 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 5985 };
static const oid OBJECTS[] = { 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 5985, 1 };

static void open_client(struct fixture *f)
{
	netsnmp_session session;
	unsigned char community[] = "private";
	char peer[64];

	(void)snprintf(peer, sizeof(peer), "udp:127.0.0.1:%u", f->master.port);
	snmp_sess_init(&session);
	session.version = SNMP_VERSION_2c;
	session.peername = peer;
	session.community = community;
	session.community_len = sizeof(community) - 1;
	session.retries = TRIES;
	session.timeout = 5 * ONE_SEC;
	f->client = snmp_open(&session);
	assert_non_null(f->client);
}

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .agent = { .pid = 0 } };
	*state = &f;
	return snmpd_prepare(&f.master) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	bool ends = f->agent.pid <= 0 || agentx_child_end(&f->agent) == 0;

	if (f->client)
		(void)snmp_close(f->client);
	snmpd_done(&f->master);
	return ends ? 0 : -1;
}

/* Both run and know each other. */
static void start_both(struct fixture *f)
{
	assert_true(snmpd_start(&f->master));
	assert_true(agentx_child_start(&f->agent, f->master.socket));
	assert_true(agentx_child_wait(&f->agent, AGENTX_CONNECTED));
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK)); /* and has registered */
	open_client(f);
}

/* The answer to a question about one name; yours. */
static netsnmp_pdu *ask(const struct fixture *f, int command, const oid *name, size_t len)
{
	netsnmp_pdu *question = snmp_pdu_create(command);
	netsnmp_pdu *answer = NULL;
	const long written = 1;

	if (command == SNMP_MSG_GETBULK) {
		question->non_repeaters = 0;
		question->max_repetitions = REPETITIONS;
	}
	if (command == SNMP_MSG_SET)
		(void)snmp_pdu_add_variable(
			question, name, len, ASN_INTEGER, &written, sizeof(written));
	else
		(void)snmp_add_null_var(question, name, len);
	assert_int_equal(snmp_synch_response(f->client, question, &answer), STAT_SUCCESS);
	assert_non_null(answer);
	return answer;
}

static int type_of(const struct fixture *f, oid a, oid b, oid c)
{
	oid name[MAX_OID_LEN];
	netsnmp_pdu *answer;
	int type;

	memcpy(name, OBJECTS, sizeof(OBJECTS));
	name[11] = a;
	name[12] = b;
	name[13] = c;
	answer = ask(f, SNMP_MSG_GET, name, 14);
	assert_int_equal(answer->errstat, SNMP_ERR_NOERROR);
	type = answer->variables->type;
	snmp_free_pdu(answer);
	return type;
}

/* The objects in the order in which they come: how many, up to what is not ours any more. */
static size_t walk(const struct fixture *f)
{
	oid last[MAX_OID_LEN];
	size_t len = OID_LENGTH(MODULE);
	size_t count = 0;
	bool ours = true;

	memcpy(last, MODULE, sizeof(MODULE));
	while (ours) {
		netsnmp_pdu *answer = ask(f, SNMP_MSG_GETBULK, last, len);

		assert_int_equal(answer->errstat, SNMP_ERR_NOERROR);
		for (netsnmp_variable_list *v = answer->variables; ours && v;
			v = v->next_variable) {
			ours = v->type != SNMP_ENDOFMIBVIEW &&
			       snmp_oidtree_compare(
				       v->name, v->name_length, OBJECTS, OID_LENGTH(OBJECTS)) == 0;
			if (!ours)
				break;
			assert_true(snmp_oid_compare(v->name, v->name_length, last, len) > 0);
			memcpy(last, v->name, v->name_length * sizeof(last[0]));
			len = v->name_length;
			count++;
		}
		snmp_free_pdu(answer);
	}
	return count;
}

static void test_agentx_answers_every_type(void **state)
{
	struct fixture *f = *state;
	netsnmp_pdu *answer;
	const netsnmp_variable_list *v;

	start_both(f);
	answer = ask(f, SNMP_MSG_GETBULK, MODULE, OID_LENGTH(MODULE));
	v = answer->variables;
	assert_int_equal(v->name_length, OID_LENGTH(OBJECTS) + 3);
	assert_int_equal(v->type, ASN_INTEGER);
	assert_int_equal(*v->val.integer, -5);
	v = v->next_variable;
	assert_int_equal(v->type, ASN_GAUGE);
	assert_int_equal((uint32_t)*v->val.integer, UINT32_MAX);
	v = v->next_variable;
	assert_int_equal(v->type, ASN_COUNTER);
	assert_int_equal(*v->val.integer, 7);
	v = v->next_variable;
	assert_int_equal(v->type, ASN_COUNTER64);
	assert_int_equal(v->val.counter64->high, 0x12345678);
	assert_int_equal(v->val.counter64->low, 0x9ABCDEF0);
	v = v->next_variable;
	assert_int_equal(v->type, ASN_OCTET_STR);
	assert_int_equal(v->val_len, 3);
	assert_memory_equal(v->val.string, "a\0b", 3);
	snmp_free_pdu(answer);
}

static void test_agentx_tells_what_is_not_there(void **state)
{
	struct fixture *f = *state;

	start_both(f);
	assert_int_equal(type_of(f, 1, 1, 0), ASN_INTEGER);
	assert_int_equal(type_of(f, 1, 99, 0), SNMP_NOSUCHOBJECT);
	assert_int_equal(type_of(f, 2, 1, 1), SNMP_NOSUCHINSTANCE);
	assert_int_equal(type_of(f, 2, 1, UINT32_MAX), SNMP_NOSUCHINSTANCE);
}

static void test_agentx_walks_in_order_and_beyond(void **state)
{
	struct fixture *f = *state;
	const oid behind[] = { 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 5985, 1, 7 };
	netsnmp_pdu *answer;

	start_both(f);
	assert_int_equal(walk(f), TREE_OBJECTS);
	answer = ask(f, SNMP_MSG_GETNEXT, behind, OID_LENGTH(behind));
	assert_int_equal(answer->errstat, SNMP_ERR_NOERROR);
	assert_true(answer->variables->type == SNMP_ENDOFMIBVIEW ||
		    snmp_oidtree_compare(answer->variables->name, answer->variables->name_length,
			    OBJECTS, OID_LENGTH(OBJECTS)) > 0);
	snmp_free_pdu(answer);
}

static void test_agentx_refuses_to_be_written(void **state)
{
	struct fixture *f = *state;
	const oid scalar[] = { 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 5985, 1, 1, 1, 0 };
	netsnmp_pdu *answer;

	start_both(f);
	answer = ask(f, SNMP_MSG_SET, scalar, OID_LENGTH(scalar));
	assert_int_equal(answer->errstat, SNMP_ERR_NOTWRITABLE);
	snmp_free_pdu(answer);
	assert_int_equal(type_of(f, 1, 1, 0), ASN_INTEGER);
}

static void test_agentx_leaves_in_order(void **state)
{
	struct fixture *f = *state;

	start_both(f);
	assert_int_equal(walk(f), TREE_OBJECTS);
	assert_int_equal(agentx_child_end(&f->agent), 0);
	assert_int_equal(type_of(f, 1, 1, 0), SNMP_NOSUCHOBJECT);
	assert_int_equal(walk(f), 0);
}

static void test_agentx_waits_for_a_master(void **state)
{
	struct fixture *f = *state;

	assert_true(agentx_child_start(&f->agent, f->master.socket));
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_NO_MASTER);
	agentx_child_order(&f->agent, AGENTX_NOTIFY_GONE);
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_NOT_SENT);
	assert_true(snmpd_start(&f->master));
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_CONNECTED);
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	open_client(f);
	assert_int_equal(walk(f), TREE_OBJECTS);
}

static void test_agentx_ends_without_a_master(void **state)
{
	struct fixture *f = *state;

	assert_true(agentx_child_start(&f->agent, f->master.socket));
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_NO_MASTER);
	assert_int_equal(agentx_child_end(&f->agent), 0);
}

/* How many rows sysORTable has for the module. */
static size_t rows_of_sysor(const struct fixture *f)
{
	const oid ids[] = { 1, 3, 6, 1, 2, 1, 1, 9, 1, 2 };
	netsnmp_pdu *answer = ask(f, SNMP_MSG_GETBULK, ids, OID_LENGTH(ids));
	size_t count = 0;

	for (const netsnmp_variable_list *v = answer->variables; v; v = v->next_variable)
		if (v->type == ASN_OBJECT_ID &&
			snmp_oid_compare(v->val.objid, v->val_len / sizeof(oid), MODULE,
				OID_LENGTH(MODULE)) == 0)
			count++;
	snmp_free_pdu(answer);
	return count;
}

static void test_agentx_comes_back_when_the_master_does(void **state)
{
	struct fixture *f = *state;

	start_both(f);
	assert_int_equal(rows_of_sysor(f), 1);
	snmpd_kill(&f->master, SIGKILL);
	assert_true(agentx_child_wait(&f->agent, AGENTX_DISCONNECTED));
	agentx_child_order(&f->agent, AGENTX_NOTIFY_GONE);
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_NOT_SENT);
	assert_true(snmpd_start(&f->master));
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_CONNECTED);
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	assert_int_equal(walk(f), TREE_OBJECTS);
	assert_int_equal(rows_of_sysor(f), 1);
}

static void test_agentx_takes_over_when_another_leaves(void **state)
{
	struct fixture *f = *state;
	struct agentx_child second;

	start_both(f);
	assert_true(agentx_child_start(&second, f->master.socket));
	assert_true(agentx_child_wait(&second, AGENTX_REFUSED));
	assert_int_equal(walk(f), TREE_OBJECTS);
	assert_int_equal(agentx_child_end(&f->agent), 0);
	f->agent = second;
	assert_int_equal(agentx_child_next(&f->agent), AGENTX_TAKEN);
	assert_int_equal(walk(f), TREE_OBJECTS);
}

/* A master that stands still must not stop us. */
static void test_agentx_outlives_a_master_that_hangs(void **state)
{
	struct fixture *f = *state;
	size_t sent = 0;

	start_both(f);
	(void)kill(f->master.pid, SIGSTOP);
	for (; sent < OVERLONG; sent++) {
		agentx_child_order(&f->agent, AGENTX_NOTIFY_CHECK);
		if (agentx_child_next(&f->agent) != AGENTX_SENT)
			break;
	}
	assert_true(sent < OVERLONG);
	assert_true(agentx_child_wait(&f->agent, AGENTX_DISCONNECTED));
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	(void)kill(f->master.pid, SIGCONT);
	assert_true(agentx_child_wait(&f->agent, AGENTX_CONNECTED));
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	assert_int_equal(walk(f), TREE_OBJECTS);
}

/* Until another one would have to wait for the master to take it. */
static size_t fill_queue_of(const struct snmpd *master, int fds[QUEUE_MAX])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t count = 0;

	memcpy(address.sun_path, master->socket, sizeof(master->socket));
	for (; count < QUEUE_MAX; count++) {
		fds[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		assert_true(fds[count] >= 0);
		if (connect(fds[count], (struct sockaddr *)&address, sizeof(address)) != 0)
			break;
	}
	assert_true(count < QUEUE_MAX);
	return count + 1;
}

/* To connect would wait for ever. */
static void test_agentx_does_not_wait_in_the_queue_of_a_master(void **state)
{
	struct fixture *f = *state;
	int fds[QUEUE_MAX];
	size_t count;

	start_both(f);
	(void)kill(f->master.pid, SIGSTOP);
	count = fill_queue_of(&f->master, fds);
	assert_true(agentx_child_wait(&f->agent, AGENTX_DISCONNECTED));
	for (int i = 0; i < 8; i++) /* longer than until it tries again */
		assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	for (size_t i = 0; i < count; i++)
		(void)close(fds[i]);
	(void)kill(f->master.pid, SIGCONT);
	assert_true(agentx_child_wait(&f->agent, AGENTX_CONNECTED));
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	assert_int_equal(walk(f), TREE_OBJECTS);
}

/* Nor when it begins. */
static void test_agentx_begins_while_a_master_hangs(void **state)
{
	struct fixture *f = *state;
	int fds[QUEUE_MAX];
	size_t count;

	assert_true(snmpd_start(&f->master));
	(void)kill(f->master.pid, SIGSTOP);
	count = fill_queue_of(&f->master, fds);
	assert_true(agentx_child_start(&f->agent, f->master.socket));
	assert_true(agentx_child_wait(&f->agent, AGENTX_TICK));
	assert_int_equal(agentx_child_end(&f->agent), 0);
	for (size_t i = 0; i < count; i++)
		(void)close(fds[i]);
}

/* Notifications */

static int take_trap(
	int operation, netsnmp_session *session, int request, netsnmp_pdu *pdu, void *ctx)
{
	netsnmp_pdu **ret = ctx;

	(void)session;
	(void)request;
	if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu->command == SNMP_MSG_TRAP2 &&
		!*ret)
		*ret = snmp_clone_pdu(pdu);
	return 1;
}

static netsnmp_session *open_sink(const struct fixture *f, netsnmp_pdu **ret)
{
	netsnmp_session session;
	netsnmp_transport *transport;
	char address[64];

	(void)snprintf(address, sizeof(address), "udp:127.0.0.1:%u", f->master.trap_port);
	transport = netsnmp_transport_open_server("snmptrap", address);
	assert_non_null(transport);
	snmp_sess_init(&session);
	session.peername = SNMP_DEFAULT_PEERNAME;
	session.version = SNMP_DEFAULT_VERSION;
	session.callback = take_trap;
	session.callback_magic = ret;
	session.isAuthoritative = SNMP_SESS_UNKNOWNAUTH;
	return snmp_add(&session, transport, NULL, NULL);
}

/* The next notification that is none of snmpd's own; yours. */
static netsnmp_pdu *next_trap(netsnmp_pdu **sink)
{
	for (int i = 0; i < 100; i++) {
		int fds = 0;
		int block = 0;
		fd_set set;
		struct timeval wait = { .tv_sec = 1 };

		FD_ZERO(&set);
		(void)snmp_select_info(&fds, &set, &wait, &block);
		if (select(fds, &set, NULL, NULL, &wait) > 0)
			snmp_read(&set);
		if (*sink && (*sink)->variables->next_variable->val_len ==
				     sizeof(MODULE) + 2 * sizeof(oid))
			return *sink;
		if (*sink)
			snmp_free_pdu(*sink);
		*sink = NULL;
	}
	return NULL;
}

static void check_trap(struct fixture *f, netsnmp_pdu **sink, enum agentx_order order, oid id,
	const char *const *names)
{
	netsnmp_pdu *pdu;
	const netsnmp_variable_list *v;

	agentx_child_order(&f->agent, order);
	assert_true(agentx_child_wait(&f->agent, AGENTX_SENT));
	pdu = next_trap(sink);
	if (!pdu) {
		fail_msg("no notification has come");
		return;
	}
	v = pdu->variables->next_variable;
	assert_memory_equal(v->val.objid, MODULE, sizeof(MODULE));
	assert_int_equal(v->val.objid[OID_LENGTH(MODULE)], 0);
	assert_int_equal(v->val.objid[OID_LENGTH(MODULE) + 1], id);
	for (v = v->next_variable; *names; names++, v = v->next_variable) {
		assert_non_null(v);
		assert_int_equal(v->name[OID_LENGTH(OBJECTS) + 1], strlen(*names));
		if (strstr(*names, "State"))
			assert_int_equal(*v->val.integer, strstr(*names, "Previous") ? 1 : 3);
		else
			assert_int_equal(v->type, ASN_OCTET_STR);
	}
	assert_null(v);
	snmp_free_pdu(pdu);
	*sink = NULL;
}

static void test_agentx_notifies(void **state)
{
	static const char *const CHECK[] = { "hvbNotifyHost", "hvbNotifyCheck",
		"hvbNotifyPreviousState", "hvbCheckState", "hvbCheckSummary", NULL };
	static const char *const GONE[] = { "hvbNotifyHost", "hvbNotifyText", "hvbHostState",
		NULL };
	static const char *const BACK[] = { "hvbNotifyHost", "hvbHostState", NULL };
	struct fixture *f = *state;
	netsnmp_pdu *trap = NULL;
	netsnmp_session *sink = open_sink(f, &trap);

	assert_non_null(sink);
	start_both(f);
	check_trap(f, &trap, AGENTX_NOTIFY_CHECK, 1, CHECK);
	check_trap(f, &trap, AGENTX_NOTIFY_GONE, 2, GONE);
	check_trap(f, &trap, AGENTX_NOTIFY_BACK, 3, BACK);
	(void)snmp_close(sink);
}

static void start_client_library(void)
{
	(void)netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_set_mib_directory("/dev/null");
	init_snmp_logging();
	snmp_disable_log();
	(void)netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	init_snmp("test_agentx");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_agentx_answers_every_type),
		TEST(test_agentx_tells_what_is_not_there),
		TEST(test_agentx_walks_in_order_and_beyond),
		TEST(test_agentx_refuses_to_be_written),
		TEST(test_agentx_leaves_in_order),
		TEST(test_agentx_waits_for_a_master),
		TEST(test_agentx_ends_without_a_master),
		TEST(test_agentx_comes_back_when_the_master_does),
		TEST(test_agentx_takes_over_when_another_leaves),
		TEST(test_agentx_outlives_a_master_that_hangs),
		TEST(test_agentx_does_not_wait_in_the_queue_of_a_master),
		TEST(test_agentx_begins_while_a_master_hangs),
		TEST(test_agentx_notifies),
	};
	int failed;

	if (argc == 2)
		return agentx_child_main(argv[1]);
	if (!snmpd_is_installed()) {
		(void)printf("1..0 # SKIP snmpd is not installed\n");
		return 77;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	start_client_library();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snmp_shutdown("test_agentx");
	return failed;
}
