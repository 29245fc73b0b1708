/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of what tells how far a host is updated: installed updates, and values of its registry. */
#include "cim/fields.h"
#include "cim/installed-on.h"

static const struct hv_field update_fields[] = {
	HV_FIELD(struct hv_update, id, "HotFixID"),
	HV_FIELD(struct hv_update, description, "Description"),
	HV_FIELD_READ("InstalledOn"),
	HV_FIELD_LAST,
};

/* A date that is not understood is not told: its form is the provider's, and the update is there
 * all the same. */
static void read_date(const struct hv_bag *bag, struct hv_update *update)
{
	struct hv_time *on = &update->installed_on;
	struct hv_installed_on date;
	struct hv_bag object;
	const char *text;

	if (hv_bag_string(bag, "InstalledOn", &text) && hv_installed_on_parse(text, &date)) {
		*on = (struct hv_time){ .usec = date.on, .known = true };
		update->exchanged_on = date.exchanged_on;
		update->day_first = date.day_first;
		return;
	}
	/* What PowerShell makes of a date, where nothing unwrapped it. */
	on->known = hv_bag_object(bag, "InstalledOn", &object)
			    ? hv_bag_time(&object, "value", &on->usec)
			    : hv_bag_time(bag, "InstalledOn", &on->usec);
}

static int add_update(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_update *update = hv_host_add_update(host, err);

	if (update == NULL)
		return -1;
	read_date(bag, update);
	return hv_fields_apply(update_fields, host, bag, update, err);
}

const struct hv_class_map hv_map_update = { .fields = update_fields, .add = add_update };

static const struct hv_field current_version_fields[] = {
	HV_FIELD(struct hv_build, number, "CurrentBuildNumber"),
	HV_FIELD(struct hv_build, revision, "UBR"),
	HV_FIELD(struct hv_build, product, "ProductName"),
	HV_FIELD_LAST,
};

static int add_current_version(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	return hv_fields_apply(current_version_fields, host, bag, &host->build, err);
}

const struct hv_class_map hv_map_current_version = {
	.fields = current_version_fields,
	.add = add_current_version,
};
