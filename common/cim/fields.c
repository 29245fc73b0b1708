/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interprets field tables. */
#include "cim/fields.h"

#include <string.h>

#include "base/parse.h"
#include "base/utf.h"

#define IDE_INSTANCE    "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"
#define FLOPPY_INSTANCE "8F0D2762-0B00-4E04-AF4F-19010527CB93"

static int expected(const char *property, const char *what, struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_FORMAT, "%s: expected %s", property, what);
}

int hv_field_copy(struct hv_host *host, const char *text, const char **ret, struct hv_err *err)
{
	const char *copy = hv_arena_strdup(&host->arena, text);

	if (copy == NULL && text != NULL)
		return hv_err_no_memory(err);
	*ret = copy;
	return 0;
}

int hv_field_text(
	const struct hv_bag *bag, const char *property, const char **ret, struct hv_err *err)
{
	const char *text = NULL;

	if (!hv_bag_string(bag, property, &text) && hv_bag_told(bag, property))
		return expected(property, "text", err);
	*ret = text;
	return 0;
}

int hv_field_first_text(
	const struct hv_bag *bag, const char *property, const char **ret, struct hv_err *err)
{
	const char *text = NULL;

	if (hv_bag_count(bag, property) > 0 && !hv_bag_string_at(bag, property, 0, &text))
		return expected(property, "a list of texts", err);
	*ret = text != NULL && text[0] != '\0' ? text : NULL;
	return 0;
}

int hv_field_guid(struct hv_host *host, const struct hv_bag *bag, const char *property,
	const char **ret, struct hv_err *err)
{
	char guid[HV_GUID_TEXT_LEN + 1];
	const char *text = NULL;

	if (hv_field_text(bag, property, &text, err) < 0)
		return -1;
	if (text == NULL || !hv_guid_normalise(text, strlen(text), guid))
		return hv_field_copy(host, NULL, ret, err);
	return hv_field_copy(host, guid, ret, err);
}

int hv_field_owner(
	struct hv_host *host, const struct hv_bag *bag, const char **ret, struct hv_err *err)
{
	char guid[HV_GUID_TEXT_LEN + 1];
	const char *text = NULL;
	size_t prefix;

	if (hv_field_text(bag, "InstanceID", &text, err) < 0)
		return -1;
	prefix = text == NULL ? 0 : hv_utf8_caseprefix(text, "Microsoft:");
	if (prefix == 0 || !hv_guid_normalise(text + prefix, strcspn(text + prefix, "\\"), guid))
		return hv_field_copy(host, NULL, ret, err);
	return hv_field_copy(host, guid, ret, err);
}

static int apply_time(
	const struct hv_bag *bag, const char *property, struct hv_time *time, struct hv_err *err)
{
	const char *text = NULL;

	if (hv_bag_time(bag, property, &time->usec)) {
		time->known = true;
		return 0;
	}
	/* The .NET and FILETIME zero stand for "never". */
	if (hv_bag_string(bag, property, &text) &&
		(strncmp(text, "0001-01-01", 10) == 0 || strncmp(text, "1601-01-01", 10) == 0))
		return 0;
	return expected(property, "a date and time", err);
}

static int apply_version(const struct hv_bag *bag, const char *property, struct hv_version *version,
	struct hv_err *err)
{
	const char *text = NULL;

	if (hv_field_text(bag, property, &text, err) < 0)
		return -1;
	*version = hv_version_parse(text);
	return version->known ? 0 : expected(property, "a version such as 6.3.9600", err);
}

static int apply_folder(struct hv_host *host, const struct hv_bag *bag, const char *property,
	struct hv_place *place, struct hv_err *err)
{
	const char *text = NULL;

	if (hv_field_text(bag, property, &text, err) < 0)
		return -1;
	return hv_place_set_folder(place, host, text, err);
}

static int apply_string(struct hv_host *host, const struct hv_bag *bag, const char *property,
	const char **ret, struct hv_err *err)
{
	const char *text = NULL;

	if (hv_field_text(bag, property, &text, err) < 0)
		return -1;
	return hv_field_copy(host, text, ret, err);
}

static int apply_field(const struct hv_field *field, struct hv_host *host, const struct hv_bag *bag,
	void *member, struct hv_err *err)
{
	struct hv_u64 *number;
	struct hv_bool *flag;

	switch (field->kind) {
	case HV_FIELD_END:
	case HV_FIELD_OTHER:
		return 0;
	case HV_FIELD_STRING:
		return apply_string(host, bag, field->property, member, err);
	case HV_FIELD_U64:
		number = member;
		number->known = hv_bag_u64(bag, field->property, &number->value);
		return number->known ? 0 : expected(field->property, "a whole number", err);
	case HV_FIELD_BOOL:
		flag = member;
		flag->known = hv_bag_bool(bag, field->property, &flag->value);
		return flag->known ? 0 : expected(field->property, "true or false", err);
	case HV_FIELD_TIME:
		return apply_time(bag, field->property, member, err);
	case HV_FIELD_VERSION:
		return apply_version(bag, field->property, member, err);
	case HV_FIELD_FOLDER:
		return apply_folder(host, bag, field->property, member, err);
	}
	return 0;
}

int hv_fields_apply(const struct hv_field *fields, struct hv_host *host, const struct hv_bag *bag,
	void *row, struct hv_err *err)
{
	for (const struct hv_field *f = fields; f->kind != HV_FIELD_END; f++) {
		if (!hv_bag_told(bag, f->property))
			continue;
		if (apply_field(f, host, bag, (char *)row + f->offset, err) < 0)
			return -1;
	}
	return 0;
}

enum hv_bus hv_bus_of_instance(const char *guid)
{
	if (hv_utf8_caseeq(guid, IDE_INSTANCE))
		return HV_BUS_IDE;
	if (hv_utf8_caseeq(guid, FLOPPY_INSTANCE))
		return HV_BUS_FLOPPY;
	return HV_BUS_SCSI;
}

/* The next '\'-separated part of *p as a number. */
static struct hv_u64 take_number(const char **p)
{
	const char *s = **p == '\\' ? *p + 1 : *p;
	const size_t len = strcspn(s, "\\");
	struct hv_u64 number = { .known = false };
	char digits[8];

	*p = s + len;
	if (len == 0 || len >= sizeof(digits))
		return number;
	memcpy(digits, s, len);
	digits[len] = '\0';
	number.known = hv_parse_u64(digits, 0, 999999, &number.value, NULL) == 0;
	return number;
}

void hv_field_disk_slot(const char *instance_id, struct hv_disk *disk)
{
	const char *p = instance_id == NULL ? NULL : strchr(instance_id, '\\');
	char guid[HV_GUID_TEXT_LEN + 1];

	if (p == NULL || !hv_guid_normalise(p + 1, strcspn(p + 1, "\\"), guid))
		return;
	disk->bus = hv_bus_of_instance(guid);
	p += 1 + strcspn(p + 1, "\\");
	disk->controller = take_number(&p);
	disk->slot = take_number(&p);
}
