/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking a tree that hv_xml_tree() made. Names are compared as namespace and local name; prefixes
 * mean nothing. Texts are borrowed from the tree. */
#ifndef HV_CIM_XML_TREE_H
#define HV_CIM_XML_TREE_H

#include <stdbool.h>

#include "base/buf.h"

struct _xmlDoc;
struct _xmlNode;

const struct _xmlNode *hv_xml_root(const struct _xmlDoc *doc);
const char *hv_xml_name(const struct _xmlNode *element); /* local name */
const char *hv_xml_uri(const struct _xmlNode *element);  /* namespace; "" when there is none */
bool hv_xml_is(const struct _xmlNode *element, const char *uri, const char *name);

/* Elements only; NULL when there is none (of that name). parent may be NULL. */
const struct _xmlNode *hv_xml_first(const struct _xmlNode *parent);
const struct _xmlNode *hv_xml_next(const struct _xmlNode *element);
const struct _xmlNode *hv_xml_child(
	const struct _xmlNode *parent, const char *uri, const char *name);

/* An attribute's value; NULL when it is not there. uri "" means one without namespace. */
const char *hv_xml_node_attr(const struct _xmlNode *element, const char *uri, const char *name);

/* Appends the text that stands directly in the element, not that of its children. element may be
 * NULL. */
void hv_xml_add_text(struct hv_buf *b, const struct _xmlNode *element);

#endif
