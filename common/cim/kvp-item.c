/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the Name and Data properties of a key-value item. */
#include "cim/kvp-item.h"

#include <string.h>

#include "cim/xml.h"

enum { KVP_MAX_DEPTH = 8 };

struct kvp_reader {
	struct hv_kvp_item *item;
	struct hv_buf *property; /* the one whose VALUE comes next; NULL: not looked at */
	struct hv_buf *value;    /* the one being filled; NULL: none */
};

static int on_start(
	void *ctx, const char *name, const struct hv_xml_attrs *attrs, struct hv_err *err)
{
	struct kvp_reader *r = ctx;

	(void)err;
	r->value = NULL;
	if (strcmp(name, "PROPERTY") == 0) {
		r->property = NULL;
		if (hv_xml_attr_is(attrs, "NAME", "Name"))
			r->property = &r->item->name_buf;
		else if (hv_xml_attr_is(attrs, "NAME", "Data"))
			r->property = &r->item->data_buf;
	} else if (strcmp(name, "VALUE") == 0) {
		r->value = r->property;
	}
	return 0;
}

static int on_end(void *ctx, const char *name, struct hv_err *err)
{
	struct kvp_reader *r = ctx;

	(void)err;
	r->value = NULL;
	if (strcmp(name, "PROPERTY") == 0)
		r->property = NULL;
	return 0;
}

static int on_text(void *ctx, const char *text, size_t len, struct hv_err *err)
{
	struct kvp_reader *r = ctx;

	(void)err;
	if (r->value != NULL)
		hv_buf_add(r->value, text, len);
	return 0;
}

void hv_kvp_item_init(struct hv_kvp_item *item)
{
	*item = (struct hv_kvp_item){ .name = "", .data = "" };
	hv_buf_init(&item->name_buf, HV_KVP_MAX_XML);
	hv_buf_init(&item->data_buf, HV_KVP_MAX_XML);
}

void hv_kvp_item_done(struct hv_kvp_item *item)
{
	hv_buf_done(&item->name_buf);
	hv_buf_done(&item->data_buf);
}

int hv_kvp_item_parse(struct hv_kvp_item *item, const char *xml, struct hv_err *err)
{
	struct kvp_reader reader = { .item = item };
	const struct hv_xml_handler handler = {
		.ctx = &reader,
		.start = on_start,
		.end = on_end,
		.text = on_text,
	};
	const size_t len = strlen(xml);

	hv_buf_clear(&item->name_buf);
	hv_buf_clear(&item->data_buf);
	if (len > HV_KVP_MAX_XML)
		return hv_err_set(err, HV_ERR_FORMAT, "a key-value item of %zu bytes", len);
	if (hv_xml_parse(xml, len, KVP_MAX_DEPTH, &handler, err) < 0)
		return -1;
	if (hv_buf_failed(&item->name_buf) || hv_buf_failed(&item->data_buf))
		return hv_err_no_memory(err);
	item->name = hv_buf_str(&item->name_buf);
	item->data = hv_buf_str(&item->data_buf);
	return 0;
}
