/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "query-list.h"

#include <string.h>

#include "base/buf.h"
#include "cim/xml-tree.h"
#include "cim/xml.h"

enum { MAX_DEPTH = 8, MAX_ITEMS = 4096, XPATH_MAX = 64 << 10 };

static bool add_select(struct sim_query_list *list, struct hv_arena *arena,
	const struct _xmlNode *select, const char *path)
{
	const char *own = hv_xml_node_attr(select, "", "Path");
	struct sim_select *added = &list->selects[list->count];
	HV_AUTO(buf) xpath;

	hv_buf_init(&xpath, XPATH_MAX);
	hv_xml_add_text(&xpath, select);
	path = own != NULL ? own : path;
	if (strcmp(hv_xml_name(select), "Select") != 0 || path == NULL ||
		list->count == SIM_MAX_SELECTS || hv_buf_failed(&xpath))
		return false;
	added->channel = hv_arena_strdup(arena, path);
	list->count++;
	return added->channel != NULL &&
	       sim_filter_parse(&added->filter, arena, hv_buf_str(&xpath));
}

static bool read_list(
	struct sim_query_list *list, struct hv_arena *arena, const struct _xmlNode *root)
{
	if (root == NULL || strcmp(hv_xml_name(root), "QueryList") != 0)
		return false;
	for (const struct _xmlNode *q = hv_xml_first(root); q != NULL; q = hv_xml_next(q)) {
		const char *path = hv_xml_node_attr(q, "", "Path");

		if (strcmp(hv_xml_name(q), "Query") != 0)
			return false;
		for (const struct _xmlNode *s = hv_xml_first(q); s != NULL; s = hv_xml_next(s))
			if (!add_select(list, arena, s, path))
				return false;
	}
	return list->count > 0;
}

bool sim_query_list_parse(struct sim_query_list *ret, struct hv_arena *arena, const char *xml)
{
	struct _xmlDoc *doc = NULL;
	bool good;

	ret->count = 0;
	if (hv_xml_tree(xml, strlen(xml), MAX_DEPTH, MAX_ITEMS, &doc, NULL) < 0)
		return false;
	good = read_list(ret, arena, hv_xml_root(doc));
	hv_xml_tree_free(doc);
	return good;
}
