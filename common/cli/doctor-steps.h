/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of the doctor: which checks run, each with its own options. */
#ifndef HV_CLI_DOCTOR_STEPS_H
#define HV_CLI_DOCTOR_STEPS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/diagnosis.h"
#include "cli/doctor.h"
#include "cli/run.h"

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

/* What all steps together want to have gathered. */
struct hv_doctor_want {
	struct hv_check check;
	hv_usec since, writers_interval; /* its config */
};
int hv_doctor_want_make(struct hv_doctor_want *ret, const struct hv_doctor_steps *steps,
	struct hv_arena *arena, struct hv_err *err) HV_MUST_USE;

/* Takes all steps on the host. */
void hv_doctor_steps_take(struct hv_doctor_steps *steps, const struct hv_run *run,
	const struct hv_clock *clock, hv_usec wall, struct hv_host *host);

/* When nothing could be gathered: every step says why. */
void hv_doctor_steps_fail(struct hv_doctor_steps *steps, const struct hv_run *run,
	const struct hv_client_failure *failure, const struct hv_err *cause);

#endif
