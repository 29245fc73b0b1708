/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libxml2's stream interface, tamed. */
#include "cim/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <string.h>

/* xmlSAX2 gives five pointers an attribute: local name, prefix, namespace, value, end of value. */
enum { ATTR_STRIDE = 5, ATTR_VALUE = 3, ATTR_END = 4 };

struct hv_xml_attrs {
	const xmlChar **items;
	size_t count;
};

struct xml_state {
	const struct hv_xml_handler *handler;
	xmlParserCtxtPtr parser;
	struct hv_err *err;
	unsigned int depth;
	unsigned int max_depth;
	int result; /* of the callback that ended the reading; 0: none did */
};

bool hv_xml_attr(
	const struct hv_xml_attrs *attrs, const char *name, const char **ret, size_t *ret_len)
{
	for (size_t i = 0; i < attrs->count; i++) {
		const xmlChar **item = attrs->items + i * ATTR_STRIDE;

		if (strcmp((const char *)item[0], name) != 0)
			continue;
		*ret = (const char *)item[ATTR_VALUE];
		*ret_len = (size_t)(item[ATTR_END] - item[ATTR_VALUE]);
		return true;
	}
	return false;
}

bool hv_xml_attr_is(const struct hv_xml_attrs *attrs, const char *name, const char *value)
{
	const char *text;
	size_t len;

	return hv_xml_attr(attrs, name, &text, &len) && len == strlen(value) &&
	       memcmp(text, value, len) == 0;
}

static void settle(struct xml_state *s, int result)
{
	if (result == 0)
		return;
	if (s->result == 0)
		s->result = result;
	xmlStopParser(s->parser);
}

static int doctype_error(struct hv_err *err)
{
	return hv_err_set(
		err, HV_ERR_FORMAT, "it has a document type declaration, which is refused");
}

/* A document type declaration could define entities; no document that is read here has one. */
static void on_doctype(
	void *ctx, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
	struct xml_state *s = ctx;

	(void)name;
	(void)external_id;
	(void)system_id;
	settle(s, hv_err_set(s->err, HV_ERR_FORMAT,
			  "it has a document type declaration, which is refused"));
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespace_count, const xmlChar **namespaces, int attr_count, int defaulted_count,
	const xmlChar **attrs)
{
	struct xml_state *s = ctx;
	const struct hv_xml_attrs list = { .items = attrs, .count = (size_t)attr_count };

	(void)prefix;
	(void)uri;
	(void)namespace_count;
	(void)namespaces;
	(void)defaulted_count;
	if (s->result != 0)
		return;
	if (++s->depth > s->max_depth)
		settle(s, hv_err_set(s->err, HV_ERR_FORMAT,
				  "elements are nested deeper than %u levels", s->max_depth));
	else
		settle(s, s->handler->start(s->handler->ctx, (const char *)name, &list, s->err));
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_state *s = ctx;

	(void)prefix;
	(void)uri;
	if (s->result != 0)
		return;
	s->depth--;
	settle(s, s->handler->end(s->handler->ctx, (const char *)name, s->err));
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
	struct xml_state *s = ctx;

	if (s->result == 0 && len > 0)
		settle(s,
			s->handler->text(s->handler->ctx, (const char *)text, (size_t)len, s->err));
}

/* Whether a document type declaration stands before the root element. The callback alone does not
 * do: after an error the parser goes on without calling anybody. */
static bool has_doctype(const char *xml, size_t len)
{
	static const char doctype[] = "<!DOCTYPE";
	const char *const end = xml + len;

	for (const char *p = memchr(xml, '<', len); p != NULL;
		p = memchr(p, '<', (size_t)(end - p))) {
		const size_t left = (size_t)(end - p);
		const char *close = NULL;

		if (left >= sizeof(doctype) - 1 && memcmp(p, doctype, sizeof(doctype) - 1) == 0)
			return true;
		if (left > 4 && memcmp(p, "<!--", 4) == 0)
			close = memmem(p + 4, left - 4, "-->", 3);
		else if (left > 2 && memcmp(p, "<?", 2) == 0)
			close = memmem(p + 2, left - 2, "?>", 2);
		if (close == NULL)
			break;
		p = close;
	}
	return false;
}

static int syntax_error(xmlParserCtxtPtr parser, struct hv_err *err)
{
	const xmlError *e = xmlCtxtGetLastError(parser);

	/* A parser that failed and does not say why was short of memory. */
	if (parser->errNo == XML_ERR_NO_MEMORY || e == NULL || e->message == NULL)
		return hv_err_no_memory(err);
	return hv_err_set(err, HV_ERR_FORMAT, "not well-formed XML, line %d: %.*s", e->line,
		(int)strcspn(e->message, "\r\n"), e->message);
}

/* libxml2 prints what it has no parser to blame for, such as a shortage of memory, unless it is
 * told otherwise. */
static void print_nothing(void *ctx, const char *format, ...)
{
	(void)ctx;
	(void)format;
}

int hv_xml_parse(const char *xml, size_t len, unsigned int max_depth,
	const struct hv_xml_handler *handler, struct hv_err *err)
{
	const xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
	};
	struct xml_state state = { .handler = handler, .max_depth = max_depth, .err = err };
	bool complete;

	if (len == 0 || len > INT_MAX)
		return hv_err_set(err, HV_ERR_FORMAT, "%s", len == 0 ? "it is empty" : "too large");
	if (has_doctype(xml, len))
		return doctype_error(err);
	xmlSetGenericErrorFunc(NULL, print_nothing);
	state.parser = xmlCreateMemoryParserCtxt(xml, (int)len);
	if (state.parser == NULL)
		return hv_err_no_memory(err);
	*state.parser->sax = sax;
	state.parser->userData = &state;
	(void)xmlCtxtUseOptions(state.parser,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
	complete = xmlParseDocument(state.parser) == 0 && state.parser->errNo != XML_ERR_NO_MEMORY;
	if (state.result == 0 && !complete)
		state.result = syntax_error(state.parser, err);
	xmlFreeDoc(state.parser->myDoc);
	xmlFreeParserCtxt(state.parser);
	return state.result < 0 ? -1 : 0;
}

struct tree_state {
	struct hv_err *err;
	size_t items;
	size_t max_items;
	unsigned int depth;
	unsigned int max_depth;
	bool refused;
};

static void refuse(xmlParserCtxtPtr parser)
{
	struct tree_state *s = parser->_private;

	s->refused = true;
	xmlStopParser(parser);
}

static void on_tree_doctype(
	void *ctx, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
	xmlParserCtxtPtr parser = ctx;
	struct tree_state *s = parser->_private;

	(void)name;
	(void)external_id;
	(void)system_id;
	doctype_error(s->err);
	refuse(parser);
}

static void on_tree_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespace_count, const xmlChar **namespaces, int attr_count, int defaulted_count,
	const xmlChar **attrs)
{
	xmlParserCtxtPtr parser = ctx;
	struct tree_state *s = parser->_private;

	if (s->refused)
		return;
	s->items += 1 + (size_t)namespace_count + (size_t)attr_count;
	if (++s->depth > s->max_depth) {
		hv_err_set(s->err, HV_ERR_FORMAT, "elements are nested deeper than %u levels",
			s->max_depth);
		refuse(parser);
	} else if (s->items > s->max_items) {
		hv_err_set(s->err, HV_ERR_LIMIT, "more than %zu elements and attributes",
			s->max_items);
		refuse(parser);
	} else {
		xmlSAX2StartElementNs(ctx, name, prefix, uri, namespace_count, namespaces,
			attr_count, defaulted_count, attrs);
	}
}

static void on_tree_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	xmlParserCtxtPtr parser = ctx;
	struct tree_state *s = parser->_private;

	if (s->refused)
		return;
	s->depth--;
	xmlSAX2EndElementNs(ctx, name, prefix, uri);
}

int hv_xml_tree(const char *xml, size_t len, unsigned int max_depth, size_t max_items,
	struct _xmlDoc **ret, struct hv_err *err)
{
	struct tree_state state = { .err = err, .max_items = max_items, .max_depth = max_depth };
	xmlParserCtxtPtr parser;
	xmlDocPtr doc;
	int result = 0;

	if (len == 0 || len > INT_MAX)
		return hv_err_set(err, HV_ERR_FORMAT, "%s", len == 0 ? "it is empty" : "too large");
	if (has_doctype(xml, len))
		return doctype_error(err);
	xmlSetGenericErrorFunc(NULL, print_nothing);
	parser = xmlNewParserCtxt();
	if (parser == NULL)
		return hv_err_no_memory(err);
	parser->_private = &state;
	parser->sax->internalSubset = on_tree_doctype;
	parser->sax->startElementNs = on_tree_start;
	parser->sax->endElementNs = on_tree_end;
	parser->sax->comment = NULL;
	parser->sax->processingInstruction = NULL;
	doc = xmlCtxtReadMemory(parser, xml, (int)len, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC |
			XML_PARSE_NOCDATA);
	if (state.refused)
		result = -1;
	else if (doc == NULL || parser->errNo == XML_ERR_NO_MEMORY)
		result = syntax_error(parser, err);
	xmlFreeParserCtxt(parser);
	if (result < 0)
		xmlFreeDoc(doc);
	else
		*ret = doc;
	return result;
}

void hv_xml_tree_free(struct _xmlDoc *doc)
{
	if (doc != NULL)
		xmlFreeDoc(doc);
}
