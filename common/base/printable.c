/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The characters that are not shown as they are. */
#include "base/printable.h"

#include <stddef.h>

#include "base/attr.h"

static const struct code_range {
	uint32_t first;
	uint32_t last;
} UNPRINTABLE[] = {
	{ 0x0000, 0x001F }, /* C0 */
	{ 0x007F, 0x009F }, /* DEL, C1 */
	{ 0x061C, 0x061C }, /* Arabic letter mark */
	{ 0x200E, 0x200F }, /* left-to-right and right-to-left mark */
	{ 0x2028, 0x202E }, /* line and paragraph separator, embeddings and overrides */
	{ 0x2066, 0x2069 }, /* isolates */
};

bool hv_printable(uint32_t code_point)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(UNPRINTABLE); i++) {
		if (code_point >= UNPRINTABLE[i].first && code_point <= UNPRINTABLE[i].last)
			return false;
	}
	return true;
}
