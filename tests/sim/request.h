/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SOAP request, as strictly as Windows takes it. */
#ifndef HV_SIM_REQUEST_H
#define HV_SIM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "faults.h"

struct _xmlDoc;
struct _xmlNode;

enum {
	SIM_REQUEST_MAX_DEPTH = 64,
	SIM_REQUEST_MAX_ITEMS = 10000,
	SIM_REQUEST_MAX_PAIRS = 64, /* selectors or options */
	SIM_MIN_ENVELOPE = 8192,    /* smaller answers may not be asked for [MS-WSMV 3.1.4.1.7] */
};

struct sim_pair {
	const char *name;
	const char *value; /* "" for an option that is nil */
};

struct sim_pairs {
	struct sim_pair items[SIM_REQUEST_MAX_PAIRS];
	size_t count;
};

struct sim_request {
	struct _xmlDoc *doc;
	struct hv_arena arena; /* everything that lives as long as the request */
	bool is_identify;
	const char *action, *resource, *message_id, *identifier; /* "" when not told */
	uint64_t max_envelope; /* bytes that the answer may have */
	struct sim_pairs selectors, options;
	const struct _xmlNode *body; /* the body's only element; NULL: empty */
};

/* *ret_fault tells why a request is refused; what was understood before is there then, so that the
 * fault can relate to it. host_max bounds the size of request and answer. -1 only when memory is
 * short. Released with sim_request_done() in any case. */
int sim_request_read(struct sim_request *request, const char *soap, size_t len, uint64_t host_max,
	enum sim_fault *ret_fault, struct hv_err *err) HV_MUST_USE;
void sim_request_done(struct sim_request *request);

/* An element's text without blanks around it, in the request's arena; "" when element is NULL. */
const char *sim_request_text(struct sim_request *request, const struct _xmlNode *element);

/* A pair's value, by name without regard to case; NULL when there is none. */
const char *sim_pairs_get(const struct sim_pairs *pairs, const char *name);

#endif
