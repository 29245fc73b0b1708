/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Full names are split at their first dot. */
#include "cim/redact-host.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf.h"

static const char *joined(struct hv_words *w, enum hv_word_kind kind, const char *text, size_t len,
	const char *first, const char *second)
{
	HV_AUTO(buf) made;

	hv_buf_init(&made, HV_WORD_MAX);
	hv_buf_addf(&made, "%s.%s", first, second);
	return hv_words_add_as(w, kind, text, len, hv_buf_str(&made));
}

/* "EXAMPLE" and "example.com" are one domain. */
const char *hv_redact_domain(struct hv_words *w, const char *text, size_t len)
{
	const struct hv_word *known = hv_words_find(w, text, len);
	const char *dot = memchr(text, '.', len);

	if (known != NULL)
		return known->replacement;
	if (hv_utf8_caseprefix(text, "WORKGROUP") == len)
		return "WORKGROUP";
	if (dot == NULL || dot == text)
		return hv_words_add(w, HV_WORD_DOMAIN, text, len);
	return joined(w, HV_WORD_DOMAIN, text, len,
		hv_words_add(w, HV_WORD_DOMAIN, text, (size_t)(dot - text)), "invalid");
}

const char *hv_redact_host(struct hv_words *w, const char *text, size_t len)
{
	const struct hv_word *known = hv_words_find(w, text, len);
	const char *dot = memchr(text, '.', len);
	size_t label;
	const char *domain;

	if (known != NULL)
		return known->replacement;
	if (dot == NULL || dot == text || dot + 1 == text + len)
		return hv_words_add(w, HV_WORD_HOST, text, len);
	label = (size_t)(dot - text);
	domain = hv_redact_domain(w, dot + 1, len - label - 1);
	return joined(
		w, HV_WORD_HOST, text, len, hv_words_add(w, HV_WORD_HOST, text, label), domain);
}
