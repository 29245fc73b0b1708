/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope of answers, pages of instances, and what is told about a host. */
#include "wsman/answer.h"

#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/instance-xml.h"
#include "cim/xml-tree.h"
#include "cim/xml.h"
#include "wsman/element.h"
#include "wsman/uri.h"

/* Texts that are looked at one by one are short; what is long goes elsewhere. */
enum { TEXT_MAX = 64 << 10, ARENA_MAX = 4 << 20 };

/* Blanks n bytes at p: not a longer text in the place of a shorter one, so the text can stay. */
static void blank(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = ' ';
}

/* The number of a character reference at p ("&#12;", "&#x1F;") and its length; 0 when it is none.
 */
static size_t reference_at(const char *p, uint64_t *ret)
{
	const bool hex = p[2] == 'x';
	const char *first = p + 2 + hex;
	const size_t len = strspn(first, hex ? "0123456789abcdefABCDEF" : "0123456789");
	char number[16];

	if (len == 0 || len >= sizeof(number) || first[len] != ';')
		return 0;
	memcpy(number, first, len);
	number[len] = '\0';
	if ((hex ? hv_parse_hex_u64(number, UINT64_MAX, ret, NULL)
		 : hv_parse_u64(number, 0, UINT64_MAX, ret, NULL)) < 0)
		return 0;
	return (size_t)(first + len + 1 - p);
}

static bool is_forbidden(uint64_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0xD800 && c <= 0xDFFF) ||
	       c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF;
}

/* Messages of events hold what the program that wrote them put there. One character that XML does
 * not know [XML 1.0, 2.2] would make all events of a page unreadable. */
static void blank_forbidden(char *text)
{
	/* With what a forbidden character can begin. Nearly all bytes are others. */
	static const bool is_suspect[UCHAR_MAX + 1] = {
		[0x01 ... 0x1F] = true,
		['&'] = true,
		[0xEF] = true,
	};

	for (char *p = text; *p != '\0'; p++) {
		uint64_t c;
		size_t n;

		if (!is_suspect[(unsigned char)*p])
			continue;
		if (is_forbidden((unsigned char)*p)) {
			blank(p, 1);
		} else if (strncmp(p, "\xEF\xBF\xBE", 3) == 0 ||
			   strncmp(p, "\xEF\xBF\xBF", 3) == 0) {
			blank(p, 3);
		} else if (p[0] == '&' && p[1] == '#') {
			n = reference_at(p, &c);
			if (n > 0 && is_forbidden(c))
				blank(p, n);
		}
	}
}

int hv_answer_text(
	struct hv_answer *a, const struct _xmlNode *element, const char **ret, struct hv_err *err)
{
	static const char blanks[] = " \t\r\n";
	HV_AUTO(buf) raw;
	const char *text;
	size_t len;

	hv_buf_init(&raw, TEXT_MAX);
	hv_xml_add_text(&raw, element);
	if (raw.overflow)
		return hv_err_set(err, HV_ERR_LIMIT, "<%.64s> of more than %d bytes",
			hv_xml_name(element), (int)TEXT_MAX);
	if (hv_buf_failed(&raw))
		return hv_err_no_memory(err);
	text = hv_buf_str(&raw);
	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
		len--;
	text = hv_arena_strndup(&a->arena, text, len);
	if (text == NULL)
		return hv_err_no_memory(err);
	*ret = text;
	return 0;
}

static int read_envelope(struct hv_answer *a, struct hv_err *err)
{
	const struct _xmlNode *root = hv_xml_root(a->doc);
	const struct _xmlNode *header;
	const struct _xmlNode *body;

	if (root == NULL || !hv_xml_is(root, HV_URI_S, "Envelope"))
		return hv_err_set(err, HV_ERR_FORMAT, "expected a SOAP 1.2 envelope, found <%.64s>",
			root != NULL ? hv_xml_name(root) : "");
	header = hv_xml_child(root, HV_URI_S, "Header");
	body = hv_xml_child(root, HV_URI_S, "Body");
	if (body == NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "the SOAP envelope has no body");
	a->body = hv_xml_first(body);
	if (hv_answer_text(a, hv_xml_child(header, HV_URI_A, "Action"), &a->action, err) < 0)
		return -1;
	return hv_answer_text(a, hv_xml_child(header, HV_URI_A, "RelatesTo"), &a->relates_to, err);
}

int hv_answer_parse(struct hv_answer *ret, const uint8_t *bytes, size_t len, struct hv_err *err)
{
	HV_AUTO(string) text = NULL;
	size_t text_len = 0;

	*ret = (struct hv_answer){ .action = "", .relates_to = "" };
	hv_arena_init(&ret->arena, ARENA_MAX);
	if (len > HV_ANSWER_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT, "an answer of %zu bytes, at most %d are read",
			len, (int)HV_ANSWER_MAX_BYTES);
	if (hv_text_decode(bytes, len, HV_ANSWER_MAX_BYTES, &text, &text_len, err) < 0)
		return hv_err_wrap(err, "the answer is not text");
	blank_forbidden(text);
	if (hv_xml_tree(text, text_len, HV_ANSWER_MAX_DEPTH, HV_ANSWER_MAX_ITEMS, &ret->doc, err) <
		0)
		return hv_err_wrap(err, "the answer is not SOAP");
	return read_envelope(ret, err);
}

void hv_answer_done(struct hv_answer *a)
{
	hv_xml_tree_free(a->doc);
	a->doc = NULL;
	a->body = NULL;
	hv_arena_done(&a->arena);
}

int hv_answer_check_relates(const struct hv_answer *a, const char *message_id, struct hv_err *err)
{
	if (a->relates_to[0] == '\0' || strcmp(a->relates_to, message_id) == 0)
		return 0;
	return hv_err_set(
		err, HV_ERR_FORMAT, "the answer belongs to another request (%.80s)", a->relates_to);
}

int hv_answer_expect(const struct hv_answer *a, const char *uri, const char *name,
	const struct _xmlNode **ret, struct hv_err *err)
{
	if (a->body == NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "expected <%s>, the body is empty", name);
	if (!hv_xml_is(a->body, uri, name))
		return hv_err_set(err, HV_ERR_FORMAT, "expected <%s>, found <%.64s>", name,
			hv_xml_name(a->body));
	*ret = a->body;
	return 0;
}

/* A child of the answer to Enumerate or Pull, which stands in either of two namespaces [DSP0226
 * 8.2.3]. Only direct children: a class may have a property of that name. */
static const struct _xmlNode *control(const struct _xmlNode *response, const char *name)
{
	const struct _xmlNode *element = hv_xml_child(response, HV_URI_N, name);

	return element != NULL ? element : hv_xml_child(response, HV_URI_W, name);
}

/* More than one list of items is none that Windows sends; passing over one would lose what it
 * holds.
 */
static bool has_one_list(const struct _xmlNode *response)
{
	size_t lists = 0;

	for (const struct _xmlNode *e = hv_xml_first(response); e != NULL; e = hv_xml_next(e))
		lists += strcmp(hv_xml_name(e), "Items") == 0;
	return lists <= 1;
}

int hv_answer_page(struct hv_answer *a, const struct _xmlNode **ret_items,
	struct hv_answer_page *page, struct hv_err *err)
{
	const struct _xmlNode *response = NULL;
	const char *context;

	if (a->body == NULL || !hv_xml_is(a->body, HV_URI_N, "EnumerateResponse")) {
		if (hv_answer_expect(a, HV_URI_N, "PullResponse", &response, err) < 0)
			return -1;
	}
	response = a->body;
	if (hv_answer_text(a, control(response, "EnumerationContext"), &context, err) < 0)
		return -1;
	if (!has_one_list(response))
		return hv_err_set(err, HV_ERR_FORMAT, "a page with more than one list of items");
	*ret_items = control(response, "Items");
	page->context = context;
	if (context[0] == '\0' || control(response, "EndOfSequence") != NULL)
		page->context = NULL;
	page->count = 0;
	return 0;
}

int hv_answer_instances(struct hv_answer *a, const char *ns, const char *class_name,
	const struct hv_sink *sink, struct hv_answer_page *ret, struct hv_err *err)
{
	const struct _xmlNode *items = NULL;
	struct hv_answer_page page = { .count = 0 };

	if (hv_answer_page(a, &items, &page, err) < 0)
		return -1;
	for (const struct _xmlNode *i = hv_xml_first(items); i != NULL; i = hv_xml_next(i)) {
		if (hv_instance_xml_read(i, ns, class_name, sink, err) < 0)
			return -1;
		page.count++;
	}
	*ret = page;
	return 0;
}

int hv_answer_instance(struct hv_answer *a, const struct hv_sink *sink, struct hv_err *err)
{
	if (a->body == NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "expected an instance, the body is empty");
	return hv_instance_xml_read(a->body, "", "", sink, err);
}

/* The word behind a label: "6.3.9600" behind "OS:". */
static const char *labelled(struct hv_answer *a, const char *text, const char *label)
{
	const char *p = strstr(text, label);

	if (p == NULL)
		return "";
	p += strlen(label);
	p += strspn(p, " ");
	return hv_arena_strndup(&a->arena, p, strcspn(p, " "));
}

int hv_answer_identity(struct hv_answer *a, struct hv_answer_identity *ret, struct hv_err *err)
{
	const struct _xmlNode *response = NULL;
	struct hv_answer_identity id = { .vendor = "", .version = "" };

	if (hv_answer_expect(a, HV_URI_ID, "IdentifyResponse", &response, err) < 0 ||
		hv_answer_text(a, hv_xml_child(response, HV_URI_ID, "ProductVendor"), &id.vendor,
			err) < 0 ||
		hv_answer_text(a, hv_xml_child(response, HV_URI_ID, "ProductVersion"), &id.version,
			err) < 0)
		return -1;
	id.os = labelled(a, id.version, "OS:");
	id.stack = labelled(a, id.version, "Stack:");
	if (id.os == NULL || id.stack == NULL)
		return hv_err_no_memory(err);
	if (strcmp(id.os, "0.0.0") == 0)
		id.os = "";
	*ret = id;
	return 0;
}
