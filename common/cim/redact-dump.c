/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lays a capture out as hv_capture_writer_finish() does. */
#include "cim/redact-dump.h"

#include <stdbool.h>
#include <string.h>

#include "cim/json.h"

static int dump_chunk(const char *bytes, size_t len, void *out)
{
	hv_buf_add(out, bytes, len);
	return hv_buf_failed(out) ? -1 : 0;
}

static void dump_json(struct hv_buf *out, const json_t *value)
{
	if (json_dump_callback(value, dump_chunk, out, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
		out->failed = true;
}

static void dump_key(struct hv_buf *out, const char *key)
{
	HV_AUTO(json) text = json_string(key);

	if (text == NULL)
		out->failed = true;
	else
		dump_json(out, text);
	hv_buf_addc(out, ':');
}

/* Lists that the writer of captures lays out with a line for each element. */
static bool dump_list(struct hv_buf *out, const char *key, const json_t *list)
{
	const bool of_blocks = strcmp(key, "classes") == 0 || strcmp(key, "event_logs") == 0;

	if (!of_blocks && strcmp(key, "instances") != 0 && strcmp(key, "events") != 0)
		return false;
	if (!json_is_array(list))
		return false;
	hv_buf_addc(out, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *element = json_array_get(list, i);

		hv_buf_adds(out, i == 0 ? "\n" : ",\n");
		if (of_blocks && json_is_object(element))
			hv_redact_dump(out, element);
		else
			dump_json(out, element);
	}
	hv_buf_addc(out, ']');
	return true;
}

/* The root, a class or an event log. */
void hv_redact_dump(struct hv_buf *out, json_t *object)
{
	const char *separator = "";
	const char *key;
	json_t *value;

	hv_buf_addc(out, '{');
	json_object_foreach(object, key, value)
	{
		hv_buf_adds(out, separator);
		separator = ",";
		if (strcmp(key, "classes") == 0 || strcmp(key, "event_logs") == 0)
			hv_buf_addc(out, '\n');
		dump_key(out, key);
		if (!dump_list(out, key, value))
			dump_json(out, value);
	}
	hv_buf_addc(out, '}');
}
