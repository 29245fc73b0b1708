/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of an answer's elements; internal to common/wsman. */
#ifndef HV_WSMAN_ELEMENT_H
#define HV_WSMAN_ELEMENT_H

#include "wsman/answer.h"

/* The element's text without blanks around it, in the answer's arena; "" when element is NULL. */
int hv_answer_text(struct hv_answer *a, const struct _xmlNode *element, const char **ret,
	struct hv_err *err) HV_MUST_USE;

/* The first element of the body when it is the one that was to come. */
int hv_answer_expect(const struct hv_answer *a, const char *uri, const char *name,
	const struct _xmlNode **ret, struct hv_err *err) HV_MUST_USE;

/* Makes *page from what stands directly in the answer to Enumerate or Pull; *ret_items is NULL when
 * there are none. */
int hv_answer_page(struct hv_answer *a, const struct _xmlNode **ret_items,
	struct hv_answer_page *page, struct hv_err *err) HV_MUST_USE;

#endif
