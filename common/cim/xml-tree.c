/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elements, attributes and texts of a tree. */
#include "cim/xml-tree.h"

#include <libxml/tree.h>
#include <string.h>

static const char *text_of(const xmlChar *text)
{
	return text != NULL ? (const char *)text : "";
}

static const xmlNode *element_from(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

const struct _xmlNode *hv_xml_root(const struct _xmlDoc *doc)
{
	return element_from(doc->children);
}

const char *hv_xml_name(const struct _xmlNode *element)
{
	return text_of(element->name);
}

const char *hv_xml_uri(const struct _xmlNode *element)
{
	return element->ns != NULL ? text_of(element->ns->href) : "";
}

bool hv_xml_is(const struct _xmlNode *element, const char *uri, const char *name)
{
	return strcmp(hv_xml_name(element), name) == 0 && strcmp(hv_xml_uri(element), uri) == 0;
}

const struct _xmlNode *hv_xml_first(const struct _xmlNode *parent)
{
	return parent != NULL ? element_from(parent->children) : NULL;
}

const struct _xmlNode *hv_xml_next(const struct _xmlNode *element)
{
	return element_from(element->next);
}

const struct _xmlNode *hv_xml_child(
	const struct _xmlNode *parent, const char *uri, const char *name)
{
	const xmlNode *element = hv_xml_first(parent);

	while (element != NULL && !hv_xml_is(element, uri, name))
		element = hv_xml_next(element);
	return element;
}

const char *hv_xml_node_attr(const struct _xmlNode *element, const char *uri, const char *name)
{
	for (const xmlAttr *attr = element->properties; attr != NULL; attr = attr->next) {
		if (strcmp(text_of(attr->name), name) != 0 ||
			strcmp(attr->ns != NULL ? text_of(attr->ns->href) : "", uri) != 0)
			continue;
		return attr->children != NULL ? text_of(attr->children->content) : "";
	}
	return NULL;
}

void hv_xml_add_text(struct hv_buf *b, const struct _xmlNode *element)
{
	for (const xmlNode *node = element != NULL ? element->children : NULL; node != NULL;
		node = node->next)
		if (node->type == XML_TEXT_NODE)
			hv_buf_adds(b, text_of(node->content));
}
