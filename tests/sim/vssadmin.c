/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vssadmin list writers: the rows of VssWriter as text, as Windows Server 2012 R2 prints them. */
#include <jansson.h>
#include <string.h>

#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "program.h"

enum { NO_RIGHTS = 2, NO_CLASS = 1 };

struct labels {
	const char *heading, *name, *id, *instance, *state, *error, *stable, *waiting, *failed;
};

static const struct labels ENGLISH = {
	"vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool",
	"Writer name",
	"Writer Id",
	"Writer Instance Id",
	"State",
	"Last error",
	"Stable",
	"Waiting for completion",
	"Failed",
};
/* As it comes in a code page that is not UTF-8: the bytes above ASCII are those of CP850. */
static const struct labels GERMAN = {
	"vssadmin 1.1 - Volumeschattenkopie-Dienst-Verwaltungsbefehlszeilentool",
	"Verfassername",
	"Verfasserkennung",
	"Verfasserinstanzkennung",
	"Status",
	"Letzter Fehler",
	"Stabil",
	"Warten auf Abschlu\xE1",
	"Fehlgeschlagen",
};

static const char *text_of(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text != NULL ? text : "";
}

static uint64_t state_of(const json_t *row)
{
	const struct hv_bag bag = { .ns = HV_NS_COMMANDS, .class_name = "", .props = row };
	uint64_t state = 0;

	(void)hv_bag_u64(&bag, "State", &state);
	return state;
}

static void write_row(struct hv_buf *out, const struct labels *l, const json_t *row)
{
	const uint64_t state = state_of(row);

	hv_buf_addf(out, "%s: '%s'\r\n", l->name, text_of(row, "Name"));
	if (text_of(row, "WriterId")[0] != '\0')
		hv_buf_addf(out, "   %s: {%s}\r\n", l->id, text_of(row, "WriterId"));
	if (text_of(row, "InstanceId")[0] != '\0')
		hv_buf_addf(out, "   %s: {%s}\r\n", l->instance, text_of(row, "InstanceId"));
	if (json_object_get(row, "State") != NULL)
		hv_buf_addf(out, "   %s: [%llu] %s\r\n", l->state, (unsigned long long)state,
			state == 1  ? l->stable
			: state < 6 ? l->waiting
				    : l->failed);
	hv_buf_addf(out, "   %s: %s\r\n\r\n", l->error, text_of(row, "LastError"));
}

void sim_vssadmin(const struct sim_host *host, const char *const *arguments, size_t count,
	struct sim_program_output *output)
{
	const struct labels *labels = host->german ? &GERMAN : &ENGLISH;
	const struct sim_class *class =
		sim_store_class(&host->store, HV_NS_COMMANDS, HV_CLASS_VSS_WRITER);

	hv_buf_addf(&output->out, "%s\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n",
		labels->heading);
	if (count != 2 || !hv_utf8_caseeq(arguments[0], "list") ||
		!hv_utf8_caseeq(arguments[1], "writers")) {
		output->exit_code = NO_CLASS;
		return;
	}
	if (host->denied & SIM_DENY_ELEVATION) {
		hv_buf_adds(&output->out,
			"Error: You don't have the correct permissions to run this command.\r\n");
		output->exit_code = NO_RIGHTS;
		return;
	}
	for (size_t i = 0; class != NULL && i < json_array_size(class->rows); i++)
		write_row(&output->out, labels, json_array_get(class->rows, i));
}
