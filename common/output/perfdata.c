/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Performance data by the Monitoring Plugins guidelines, "Performance data". */
#include "output/perfdata.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/printable.h"
#include "base/utf.h"

static bool is_bare_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("_-./:%", c) != NULL;
}

static bool is_bare(const char *label)
{
	for (const char *p = label; *p; p++) {
		if (!is_bare_char(*p))
			return false;
	}
	return *label != '\0';
}

static void add_quoted(struct hv_buf *out, const char *label)
{
	size_t left = strlen(label);

	hv_buf_addc(out, '\'');
	while (left > 0) {
		uint32_t c = 0;
		size_t len = hv_utf8_decode(label, left, &c);

		if (len == 0 || c == '=' || c == '|' || !hv_printable(c))
			c = '_';
		if (c == '\'')
			hv_buf_addc(out, '\'');
		hv_buf_add_utf8(out, c);
		label += len ? len : 1;
		left -= len ? len : 1;
	}
	hv_buf_addc(out, '\'');
}

static void add_zeros(struct hv_buf *out, long count)
{
	for (long i = 0; i < count; i++)
		hv_buf_addc(out, '0');
}

/* "1.5e20" or "1.5e-7" without the exponent, which the guidelines do not allow. */
static void add_expanded(struct hv_buf *out, const char *mantissa, const char *exponent_text)
{
	long exponent = strtol(exponent_text + 1, NULL, 10);
	const char *digits = *mantissa == '-' ? mantissa + 1 : mantissa;
	size_t fraction_len = digits[1] == '.' ? (size_t)(exponent_text - digits) - 2 : 0;

	if (*mantissa == '-')
		hv_buf_addc(out, '-');
	if (exponent < 0) {
		hv_buf_adds(out, "0.");
		add_zeros(out, -exponent - 1);
	}
	hv_buf_addc(out, digits[0]);
	hv_buf_add(out, digits + 2, fraction_len);
	add_zeros(out, exponent - (long)fraction_len);
}

/* "U" when it is not finite. */
static void add_number(struct hv_buf *out, double v)
{
	char text[HV_DOUBLE_TEXT_MAX];
	const char *exponent;

	hv_format_double(v, text);
	exponent = strchr(text, 'e');
	if (exponent)
		add_expanded(out, text, exponent);
	else
		hv_buf_adds(out, text);
}

static void add_range(struct hv_buf *out, const struct hv_range *r)
{
	char text[HV_RANGE_TEXT_MAX];

	hv_range_format(r, text);
	hv_buf_adds(out, text);
}

static bool is_known(const struct hv_metric *m)
{
	return m->known && isfinite(m->value);
}

void hv_perfdata_part(struct hv_buf *out, const struct hv_metric *m, enum hv_perfdata_part part)
{
	switch (part) {
	case HV_PERFDATA_VALUE:
		add_number(out, is_known(m) ? m->value : NAN);
		break;
	case HV_PERFDATA_WARN:
		add_range(out, &m->warn);
		break;
	case HV_PERFDATA_CRIT:
		add_range(out, &m->crit);
		break;
	case HV_PERFDATA_MIN:
		if (m->has_min && isfinite(m->min))
			add_number(out, m->min);
		break;
	case HV_PERFDATA_MAX:
		if (m->has_max && isfinite(m->max))
			add_number(out, m->max);
		break;
	}
}

void hv_perfdata_metric(struct hv_buf *out, const struct hv_metric *m)
{
	size_t end;

	if (is_bare(m->label))
		hv_buf_adds(out, m->label);
	else
		add_quoted(out, m->label);
	hv_buf_addc(out, '=');
	hv_perfdata_part(out, m, HV_PERFDATA_VALUE);
	if (is_known(m))
		hv_buf_adds(out, m->uom);
	end = out->len;
	for (int part = HV_PERFDATA_WARN; part <= HV_PERFDATA_MAX; part++) {
		size_t start;

		hv_buf_addc(out, ';');
		start = out->len;
		hv_perfdata_part(out, m, (enum hv_perfdata_part)part);
		if (out->len > start)
			end = out->len;
	}
	hv_buf_truncate(out, end);
}
