/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-filter.h"

#include <string.h>

#include "base/parse.h"
#include "base/time.h"

enum { NUMBER_MAX = 24 };

enum kind { AND, OR, COMPARE };
enum subject { EVENT_ID, LEVEL, RECORD, PROVIDER, TIME, AGE };
enum relation { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL };

struct sim_filter_node {
	enum kind kind;
	const struct sim_filter_node *left, *right;
	enum subject subject;
	enum relation relation;
	const char *text; /* of PROVIDER */
	int64_t number;   /* of TIME in microseconds, of AGE in milliseconds */
};

/* Within which brackets an expression stands. */
enum place { IN_SYSTEM, IN_PROVIDER, IN_TIME };

struct parser {
	const char *at;
	struct hv_arena *arena;
	size_t comparisons;
	unsigned int depth;
	bool bad;
};

static bool take(struct parser *p, const char *token)
{
	const size_t len = strlen(token);

	p->at += strspn(p->at, " \t\r\n");
	if (strncmp(p->at, token, len) != 0)
		return false;
	p->at += len;
	return true;
}

static void need(struct parser *p, const char *token)
{
	if (!take(p, token))
		p->bad = true;
}

/* A word, not the beginning of a longer one. */
static bool take_word(struct parser *p, const char *word)
{
	const char *before = p->at;

	if (take(p, word) &&
		strspn(p->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
			0)
		return true;
	p->at = before;
	return false;
}

static struct sim_filter_node *new_node(struct parser *p, enum kind kind)
{
	struct sim_filter_node *node = hv_arena_alloc(p->arena, sizeof(*node));

	if (node == NULL)
		p->bad = true;
	else
		node->kind = kind;
	return node;
}

static enum relation take_relation(struct parser *p)
{
	static const struct {
		const char *token;
		enum relation relation;
	} tokens[] = {
		{ "<=", LESS_EQUAL },
		{ ">=", GREATER_EQUAL },
		{ "!=", NOT_EQUAL },
		{ "<", LESS },
		{ ">", GREATER },
		{ "=", EQUAL },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(tokens); i++)
		if (take(p, tokens[i].token))
			return tokens[i].relation;
	p->bad = true;
	return EQUAL;
}

static int64_t take_number(struct parser *p)
{
	char digits[NUMBER_MAX];
	int64_t number = 0;
	size_t len;

	p->at += strspn(p->at, " \t\r\n");
	len = strspn(p->at, "0123456789");
	if (len == 0 || len >= sizeof(digits)) {
		p->bad = true;
		return 0;
	}
	memcpy(digits, p->at, len);
	digits[len] = '\0';
	p->at += len;
	if (hv_parse_i64(digits, 0, INT64_MAX, &number, NULL) < 0)
		p->bad = true;
	return number;
}

static const char *take_string(struct parser *p)
{
	const char *end;
	const char *text;

	p->at += strspn(p->at, " \t\r\n");
	end = *p->at == '\'' || *p->at == '"' ? strchr(p->at + 1, *p->at) : NULL;
	if (end == NULL) {
		p->bad = true;
		return "";
	}
	text = hv_arena_strndup(p->arena, p->at + 1, (size_t)(end - p->at) - 1);
	p->at = end + 1;
	return text;
}

static const struct sim_filter_node *take_or(struct parser *p, enum place place);

static const struct sim_filter_node *compare_number(struct parser *p, enum subject subject)
{
	struct sim_filter_node *node = new_node(p, COMPARE);

	p->comparisons++;
	if (node == NULL)
		return NULL;
	node->subject = subject;
	node->relation = take_relation(p);
	node->number = take_number(p);
	return node;
}

static const struct sim_filter_node *compare_provider(struct parser *p)
{
	struct sim_filter_node *node = new_node(p, COMPARE);

	p->comparisons++;
	if (node == NULL)
		return NULL;
	node->subject = PROVIDER;
	node->relation = take_relation(p);
	node->text = take_string(p);
	if (node->relation != EQUAL && node->relation != NOT_EQUAL)
		p->bad = true;
	return node;
}

static const struct sim_filter_node *compare_time(struct parser *p)
{
	struct sim_filter_node *node = new_node(p, COMPARE);
	const char *text;

	p->comparisons++;
	if (node == NULL)
		return NULL;
	node->subject = TIME;
	node->relation = take_relation(p);
	text = take_string(p);
	if (text == NULL || hv_time_parse_iso(text, &node->number, NULL) < 0)
		p->bad = true;
	return node;
}

static const struct sim_filter_node *within(struct parser *p, enum place place)
{
	const struct sim_filter_node *node;

	need(p, "[");
	node = take_or(p, place);
	need(p, "]");
	return node;
}

static const struct sim_filter_node *take_comparison(struct parser *p, enum place place)
{
	switch (place) {
	case IN_SYSTEM:
		if (take_word(p, "EventID"))
			return compare_number(p, EVENT_ID);
		if (take_word(p, "Level"))
			return compare_number(p, LEVEL);
		if (take_word(p, "EventRecordID"))
			return compare_number(p, RECORD);
		if (take_word(p, "Provider"))
			return within(p, IN_PROVIDER);
		if (take_word(p, "TimeCreated"))
			return within(p, IN_TIME);
		break;
	case IN_PROVIDER:
		if (take_word(p, "@Name"))
			return compare_provider(p);
		break;
	case IN_TIME:
		if (take_word(p, "@SystemTime"))
			return compare_time(p);
		if (take(p, "timediff(@SystemTime)"))
			return compare_number(p, AGE);
		break;
	}
	p->bad = true;
	return NULL;
}

/* SIM_FILTER_MAX_DEPTH bounds the recursion. */
static const struct sim_filter_node *take_factor(struct parser *p, enum place place)
{
	const struct sim_filter_node *node;

	if (p->bad)
		return NULL;
	if (!take(p, "("))
		return take_comparison(p, place);
	if (++p->depth > SIM_FILTER_MAX_DEPTH) {
		p->bad = true;
		return NULL;
	}
	node = take_or(p, place);
	need(p, ")");
	p->depth--;
	return node;
}

static const struct sim_filter_node *join(struct parser *p, enum kind kind,
	const struct sim_filter_node *left, const struct sim_filter_node *right)
{
	struct sim_filter_node *node = new_node(p, kind);

	if (node == NULL)
		return NULL;
	node->left = left;
	node->right = right;
	return node;
}

static const struct sim_filter_node *take_and(struct parser *p, enum place place)
{
	const struct sim_filter_node *left = take_factor(p, place);

	while (!p->bad && take_word(p, "and"))
		left = join(p, AND, left, take_factor(p, place));
	return left;
}

static const struct sim_filter_node *take_or(struct parser *p, enum place place)
{
	const struct sim_filter_node *left = take_and(p, place);

	while (!p->bad && take_word(p, "or"))
		left = join(p, OR, left, take_and(p, place));
	return left;
}

bool sim_filter_parse(struct sim_filter *ret, struct hv_arena *arena, const char *xpath)
{
	struct parser p = { .at = xpath, .arena = arena };

	ret->root = NULL;
	need(&p, "*");
	if (take(&p, "[")) {
		need(&p, "System");
		ret->root = within(&p, IN_SYSTEM);
		need(&p, "]");
	}
	p.at += strspn(p.at, " \t\r\n");
	return !p.bad && *p.at == '\0' && p.comparisons <= SIM_FILTER_MAX_COMPARISONS;
}

static bool holds(int order, enum relation relation)
{
	switch (relation) {
	case EQUAL:
		return order == 0;
	case NOT_EQUAL:
		return order != 0;
	case LESS:
		return order < 0;
	case LESS_EQUAL:
		return order <= 0;
	case GREATER:
		return order > 0;
	case GREATER_EQUAL:
		return order >= 0;
	}
	return false;
}

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int order_of_unsigned(uint64_t a, int64_t b)
{
	return a > INT64_MAX ? 1 : order_of((int64_t)a, b);
}

static bool compare(
	const struct sim_filter_node *node, const struct sim_event *event, struct hv_time now)
{
	switch (node->subject) {
	case EVENT_ID:
		return holds(order_of_unsigned(event->id, node->number), node->relation);
	case LEVEL:
		return holds(order_of_unsigned(event->level, node->number), node->relation);
	case RECORD:
		return holds(order_of_unsigned(event->record, node->number), node->relation);
	case PROVIDER:
		return holds(strcmp(event->provider, node->text), node->relation);
	case TIME:
		return event->time.known &&
		       holds(order_of(event->time.usec, node->number), node->relation);
	case AGE:
		return event->time.known && now.known &&
		       holds(order_of(hv_usec_sub(now.usec, event->time.usec) / 1000, node->number),
			       node->relation);
	}
	return false;
}

/* No deeper than the parser went, which SIM_FILTER_MAX_DEPTH and SIM_FILTER_MAX_COMPARISONS bound.
 */
static bool matches(
	const struct sim_filter_node *node, const struct sim_event *event, struct hv_time now)
{
	switch (node->kind) {
	case AND:
		return matches(node->left, event, now) && matches(node->right, event, now);
	case OR:
		return matches(node->left, event, now) || matches(node->right, event, now);
	case COMPARE:
		return compare(node, event, now);
	}
	return false;
}

bool sim_filter_matches(
	const struct sim_filter *filter, const struct sim_event *event, struct hv_time now)
{
	return filter->root == NULL || matches(filter->root, event, now);
}
