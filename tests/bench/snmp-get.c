/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times requests of SNMPv2c in one process:
 *
 *   snmp-get ADDRESS COMMUNITY get COUNT OID...  asks for the objects in turn, one a request, and
 * prints median, 99th percentile and maximum in milliseconds, and how many were not answered in a
 * second snmp-get ADDRESS COMMUNITY walk OID          walks with GETBULK of 50 and prints rows
 * (variables) and milliseconds
 *
 * Identifiers are numeric: no module is read. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

enum { GETS_MAX = 1000000, REPETITIONS = 50, TIMEOUT_MICROSECONDS = 1000000 };

struct name {
	oid ids[MAX_OID_LEN];
	size_t len;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct name parse(const char *text)
{
	struct name name = { .len = MAX_OID_LEN };

	if (!read_objid(text, name.ids, &name.len)) {
		fprintf(stderr, "snmp-get: no object identifier: %s\n", text);
		exit(2);
	}
	return name;
}

static netsnmp_session *open_session(char *address, char *community)
{
	netsnmp_session plan;
	netsnmp_session *session;

	snmp_sess_init(&plan);
	plan.version = SNMP_VERSION_2c;
	plan.peername = address;
	plan.community = (u_char *)community;
	plan.community_len = strlen(community);
	plan.timeout = TIMEOUT_MICROSECONDS;
	plan.retries = 0;
	session = snmp_open(&plan);
	if (!session) {
		snmp_sess_perror("snmp-get", &plan);
		exit(2);
	}
	return session;
}

static int compare(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

static int get(netsnmp_session *session, size_t count, char *const *objects, size_t object_count)
{
	double *ms = calloc(count, sizeof(*ms));
	size_t lost = 0;

	for (size_t i = 0; ms && i < count; i++) {
		struct name name = parse(objects[i % object_count]);
		netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GET);
		netsnmp_pdu *answer = NULL;
		double start = now_ms();

		snmp_add_null_var(request, name.ids, name.len);
		if (snmp_synch_response(session, request, &answer) != STAT_SUCCESS ||
			answer->errstat != SNMP_ERR_NOERROR)
			lost++;
		ms[i] = now_ms() - start;
		snmp_free_pdu(answer);
	}
	if (!ms)
		return 2;
	qsort(ms, count, sizeof(*ms), compare);
	printf("%.3f %.3f %.3f %zu\n", ms[count / 2], ms[count * 99 / 100], ms[count - 1], lost);
	free(ms);
	return 0;
}

/* The rows of an answer that belong to the walk; the last of them goes to *at. False: it has ended.
 */
static bool take_rows(
	const netsnmp_pdu *answer, const struct name *root, struct name *at, size_t *rows)
{
	for (const netsnmp_variable_list *v = answer->variables; v; v = v->next_variable) {
		if (v->type == SNMP_ENDOFMIBVIEW || v->name_length < root->len ||
			snmp_oid_compare(v->name, root->len, root->ids, root->len) != 0)
			return false;
		if (snmp_oid_compare(v->name, v->name_length, at->ids, at->len) <= 0) {
			fprintf(stderr, "snmp-get: identifiers do not ascend\n");
			exit(2);
		}
		memcpy(at->ids, v->name, v->name_length * sizeof(oid));
		at->len = v->name_length;
		++*rows;
	}
	return answer->variables != NULL;
}

static int walk(netsnmp_session *session, const char *object)
{
	const struct name root = parse(object);
	struct name at = root;
	double start = now_ms();
	size_t rows = 0;
	bool more = true;

	while (more) {
		netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GETBULK);
		netsnmp_pdu *answer = NULL;

		request->non_repeaters = 0;
		request->max_repetitions = REPETITIONS;
		snmp_add_null_var(request, at.ids, at.len);
		if (snmp_synch_response(session, request, &answer) != STAT_SUCCESS ||
			answer->errstat != SNMP_ERR_NOERROR) {
			fprintf(stderr, "snmp-get: no answer after %zu rows\n", rows);
			return 2;
		}
		more = take_rows(answer, &root, &at, &rows);
		snmp_free_pdu(answer);
	}
	printf("%zu %.1f\n", rows, now_ms() - start);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 4 ? argv[3] : "";
	const char *usage = "usage: snmp-get ADDRESS COMMUNITY get COUNT OID... | walk OID\n";
	netsnmp_session *session;
	size_t count;

	setenv("MIBS", "", 1);
	init_snmp("snmp-get");
	if (strcmp(mode, "walk") == 0 && argc == 5) {
		session = open_session(argv[1], argv[2]);
		return walk(session, argv[4]);
	}
	count = argc > 5 ? strtoul(argv[4], NULL, 10) : 0;
	if (strcmp(mode, "get") != 0 || count < 1 || count > GETS_MAX) {
		fputs(usage, stderr);
		return 2;
	}
	session = open_session(argv[1], argv[2]);
	return get(session, count, argv + 5, (size_t)argc - 5);
}
