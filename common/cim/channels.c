/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cim/channels.h"

#include <string.h>

static bool is_noted(const struct hv_channels *c, const char *name, size_t len)
{
	for (size_t i = 0; i < c->count; i++) {
		if (memcmp(c->names[i], name, len) == 0 && c->names[i][len] == '\0')
			return true;
	}
	return false;
}

void hv_channels_note(struct hv_channels *c, const char *name, size_t len)
{
	if (len == 0 || (len <= HV_CHANNEL_MAX_BYTES && is_noted(c, name, len)))
		return;
	if (len > HV_CHANNEL_MAX_BYTES || c->count == HV_CHANNELS_MAX) {
		c->more = true;
		return;
	}
	memcpy(c->names[c->count], name, len);
	c->names[c->count][len] = '\0';
	c->count++;
}

void hv_channels_note_xml(struct hv_channels *c, const char *xml, size_t len)
{
	static const char key[] = "<Channel>";
	const char *name = memmem(xml, len, key, strlen(key));
	const char *end;

	if (name == NULL)
		return;
	name += strlen(key);
	end = memchr(name, '<', (size_t)(xml + len - name));
	if (end != NULL)
		hv_channels_note(c, name, (size_t)(end - name));
}

const char *hv_channels_only(const struct hv_channels *c)
{
	return c->count == 1 && !c->more ? c->names[0] : NULL;
}
