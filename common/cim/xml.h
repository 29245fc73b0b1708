/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign XML, read as a stream: no network, no entities but the predefined ones, no document type
 * declaration, bounded depth. The text must be UTF-8; an encoding that the XML declaration names is
 * passed over. */
#ifndef HV_CIM_XML_H
#define HV_CIM_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct _xmlDoc; /* libxml2's */

struct hv_xml_attrs; /* attributes of one start tag; valid during start() */

/* An attribute's value by local name (not NUL-terminated, with references as written); false when
 * it is not there. */
bool hv_xml_attr(
	const struct hv_xml_attrs *attrs, const char *name, const char **ret, size_t *ret_len);
bool hv_xml_attr_is(const struct hv_xml_attrs *attrs, const char *name, const char *value);

/* Names are local names. Text comes in any number of pieces. A callback that returns -1 with err
 * set ends the reading with that error; one that returns 1 ends it with success. */
struct hv_xml_handler {
	void *ctx;
	int (*start)(
		void *ctx, const char *name, const struct hv_xml_attrs *attrs, struct hv_err *err);
	int (*end)(void *ctx, const char *name, struct hv_err *err);
	int (*text)(void *ctx, const char *text, size_t len, struct hv_err *err);
};

/* One document. */
int hv_xml_parse(const char *xml, size_t len, unsigned int max_depth,
	const struct hv_xml_handler *handler, struct hv_err *err) HV_MUST_USE;

/* One document as a tree (cim/xml-tree.h reads it), for documents in which namespaces matter: under
 * the same rules, of at most max_items elements and attributes, without comments and processing
 * instructions, CDATA as text. *ret is yours (hv_xml_tree_free). */
int hv_xml_tree(const char *xml, size_t len, unsigned int max_depth, size_t max_items,
	struct _xmlDoc **ret, struct hv_err *err) HV_MUST_USE;
void hv_xml_tree_free(struct _xmlDoc *doc); /* accepts NULL */

#endif
