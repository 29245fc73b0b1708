/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Updates that concern backups of virtual machines, by host version, and articles that are easily
 * taken for updates. Reference data: what is not established by Microsoft's own text must not alert
 * on its own. */
#ifndef HV_CHECK_KNOWN_UPDATES_H
#define HV_CHECK_KNOWN_UPDATES_H

#include <stdbool.h>
#include <stdint.h>

struct hv_known_update {
	uint32_t number;               /* of "KB2964439"; 0 ends a table */
	uint32_t min_build, max_build; /* of the host, both included */
	const char *subject;           /* NULL: a member of a list, without a word on backups */
	const char *note;              /* what it replaces or holds; NULL: nothing known */
	const char *source;
	bool sure; /* may alert: Microsoft says so, and no service pack of these builds holds it */
};

/* In the order in which they are told. */
extern const struct hv_known_update hv_known_updates[];

/* An article that is no update: Win32_QuickFixEngineering can never name it. */
struct hv_update_article {
	uint32_t number;   /* 0 ends the table */
	const char *about; /* what it is instead */
};
extern const struct hv_update_article hv_update_articles[];

/* NULL when the number may be that of an update. */
const struct hv_update_article *hv_update_article(uint32_t number);

bool hv_known_update_fits(const struct hv_known_update *update, uint32_t build);

#endif
