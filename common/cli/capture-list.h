/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink that prints what sources hold, for people: classes with their rows, event logs with their
 * records and damage, and on request every event. Text from the sources is neutralised. */
#ifndef HV_CLI_CAPTURE_LIST_H
#define HV_CLI_CAPTURE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cim/sink.h"

enum {
	HV_CAPTURE_LIST_MAX_ROWS = 100000,   /* classes and logs printed */
	HV_CAPTURE_LIST_MAX_BYTES = 1 << 28, /* memory for them */
};

struct hv_capture_list;

/* events: print each event on a line of its own while it is read. out_fd is borrowed. */
struct hv_capture_list *hv_capture_list_new(
	int out_fd, bool events, struct hv_err *err) HV_MUST_USE;
void hv_capture_list_free(struct hv_capture_list *list);
struct hv_sink hv_capture_list_sink(struct hv_capture_list *list);

/* After the last source: prints the tables. *ret_problems: classes and logs that were not read, or
 * not wholly. */
int hv_capture_list_finish(
	struct hv_capture_list *list, size_t *ret_problems, struct hv_err *err) HV_MUST_USE;

#endif
