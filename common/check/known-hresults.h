/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HRESULTs that failed Hyper-V backups report, with their meaning and what to do. Source:
 * winerror.h and vsserror.h names; meanings by the reference, section 11. */
#ifndef HV_CHECK_KNOWN_HRESULTS_H
#define HV_CHECK_KNOWN_HRESULTS_H

#include <stdint.h>

struct hv_known_hresult {
	uint32_t code;
	const char *name;    /* ERROR_FILE_NOT_FOUND */
	const char *text;    /* short: "file not found" */
	const char *meaning; /* in a failed Hyper-V backup */
	const char *remedy;  /* {vm-id} and {folder} stand for the VM's own */
	const char *source;
};

const struct hv_known_hresult *hv_known_hresult(uint32_t code); /* NULL: not known */
extern const struct hv_known_hresult hv_known_hresults[];       /* ends with name NULL */

#endif
