/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key-value pair that a guest tells: a Msvm_KvpExchangeDataItem in CIM-XML [DSP0201], as it
 * stands in Msvm_KvpExchangeComponent.GuestIntrinsicExchangeItems. */
#ifndef HV_CIM_KVP_ITEM_H
#define HV_CIM_KVP_ITEM_H

#include "base/buf.h"
#include "base/err.h"

enum { HV_KVP_MAX_XML = 65536 }; /* bytes of one item */

struct hv_kvp_item {
	const char *name; /* of the last item parsed; borrowed from the buffers */
	const char *data;
	struct hv_buf name_buf;
	struct hv_buf data_buf;
};

void hv_kvp_item_init(struct hv_kvp_item *item);
void hv_kvp_item_done(struct hv_kvp_item *item);
#define HV_AUTO_kvp_item __attribute__((cleanup(hv_kvp_item_done))) struct hv_kvp_item

/* -1 when xml is no such item (HV_ERR_FORMAT) or memory is short. item may be used again. */
int hv_kvp_item_parse(struct hv_kvp_item *item, const char *xml, struct hv_err *err) HV_MUST_USE;

#endif
