/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of the doctor: which checks run, each with its own options. */
#ifndef HV_CLI_DOCTOR_STEPS_H
#define HV_CLI_DOCTOR_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/diagnosis.h"
#include "cli/common-options.h"
#include "cli/doctor.h"
#include "cli/gather.h"

struct hv_doctor_steps {
	struct hv_step_result *items; /* to be taken, in the order of hv_steps */
	size_t count;
	const struct hv_step **skipped;
	size_t skipped_count;
	struct hv_report *reports; /* of the items; initialised */
};

/* Those of hv_steps whose check is there; --set and --skip are applied. hv_doctor_steps_done() also
 * after a failure. */
int hv_doctor_steps_make(struct hv_doctor_steps *steps, const struct hv_doctor_options *options,
	const struct hv_check *const *checks, struct hv_arena *arena,
	struct hv_err *err) HV_MUST_USE;
void hv_doctor_steps_done(struct hv_doctor_steps *steps);
#define HV_AUTO_doctor_steps __attribute__((cleanup(hv_doctor_steps_done))) struct hv_doctor_steps

/* By its name or its word; NULL: there is none. */
const struct hv_check *hv_doctor_find_check(
	const struct hv_check *const *checks, const char *name, size_t len);

/* What one --set says, judged singly for those who read it from a file: which check and option
 * "space.warning" means, the option's name in full, and whether the value is one of it (NULL:
 * none). What several of them say together hv_doctor_steps_make() judges. */
struct hv_doctor_setting {
	const struct hv_check *check;
	const struct hv_opt *option;
};
int hv_doctor_setting_find(const struct hv_check *const *checks, const char *name, size_t len,
	struct hv_doctor_setting *ret, struct hv_err *err) HV_MUST_USE;
int hv_doctor_setting_try(const struct hv_doctor_setting *setting, const char *value,
	struct hv_arena *arena, struct hv_err *err) HV_MUST_USE;

/* What all steps together want to have gathered. */
struct hv_doctor_want {
	struct hv_check check;
	hv_usec since, writers_interval; /* its config */
};
int hv_doctor_want_make(struct hv_doctor_want *ret, const struct hv_doctor_steps *steps,
	struct hv_arena *arena, struct hv_err *err) HV_MUST_USE;

/* Takes all steps on the host. */
void hv_doctor_steps_take(struct hv_doctor_steps *steps, const struct hv_common *common,
	const struct hv_clock *clock, hv_usec wall, struct hv_host *host);

/* When nothing could be gathered: every step says why. */
void hv_doctor_steps_fail(struct hv_doctor_steps *steps, const struct hv_common *common,
	const struct hv_client_failure *failure, const struct hv_err *cause);

/* Memory was short for a report. What was lost could have been the fault. */
bool hv_doctor_steps_lost(const struct hv_doctor_steps *steps);

#endif
