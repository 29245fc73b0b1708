/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clusters the events of failures to attempts and decides what each attempt was: failed or merely
 * cancelled, and why. */
#include "check/attempt.h"

#include "check/event-disk.h"
#include "check/known-hresults.h"

static const uint32_t cancel_hresults[] = {
	0x80004004, /* E_ABORT */
	0x800703E3, /* ERROR_OPERATION_ABORTED */
	0x800704C7, /* ERROR_CANCELLED */
};

/* These say that something failed; another event of the same attempt says what. */
static const uint32_t summary_hresults[] = {
	0x80004005, /* E_FAIL */
	0x8000FFFF, /* E_UNEXPECTED */
	0x80042336, /* VSS_E_WRITERERROR_PARTIAL_FAILURE */
	0x800423F3, /* VSS_E_WRITERERROR_RETRYABLE */
	0x800423F4, /* VSS_E_WRITERERROR_NONRETRYABLE */
	0x807800A1, /* Windows Server Backup: a VSS operation failed */
};

static bool is_among(uint32_t code, const uint32_t *codes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (codes[i] == code)
			return true;
	}
	return false;
}

static uint32_t hresult_of(const struct hv_event *e)
{
	return e->hresult.known && e->hresult.value <= UINT32_MAX ? (uint32_t)e->hresult.value : 0;
}

static bool is_cancellation(uint32_t hresult)
{
	return is_among(hresult, cancel_hresults, HV_ARRAY_LEN(cancel_hresults));
}

static enum hv_telling telling_of(uint32_t hresult)
{
	if (hresult == 0)
		return HV_TELLS_NOTHING;
	if (is_cancellation(hresult))
		return HV_TELLS_CANCELLED;
	if (hv_known_hresult(hresult) == NULL ||
		is_among(hresult, summary_hresults, HV_ARRAY_LEN(summary_hresults)))
		return HV_TELLS_LITTLE;
	return HV_TELLS_CAUSE;
}

bool hv_event_class_is_failure(enum hv_event_class c)
{
	return c == HV_EVENT_CHECKPOINT_FAILED || c == HV_EVENT_CHECKPOINT_CANCELLED ||
	       c == HV_EVENT_BACKUP_FAILED || c == HV_EVENT_MERGE_FAILED ||
	       c == HV_EVENT_UNCLASSIFIED;
}

/* A cancelled checkpoint also logs that the checkpoint failed. So that alone is no failure, an
 * error code is, and so is any failure of another sort. */
static bool contradicts_cancellation(const struct hv_sighting *s)
{
	uint32_t hresult = hresult_of(s->event);

	if (hresult != 0)
		return !is_cancellation(hresult);
	return s->event_class == HV_EVENT_BACKUP_FAILED || s->event_class == HV_EVENT_MERGE_FAILED;
}

static void add_attempt(struct hv_attempts *attempts, const struct hv_attempt *a)
{
	if (attempts->count == 0)
		attempts->first = a->first;
	attempts->last = a->last;
	attempts->count++;
}

/* Takes what the attempt tells over into the failures. A later attempt that tells no HRESULT leaves
 * that of an earlier one. */
static void take_cause(struct hv_failures *f, const struct hv_attempt *a)
{
	if (f->event != NULL && f->hresult != 0 && a->hresult == 0)
		return;
	f->hresult = a->hresult;
	f->event = a->event;
	f->row = a->row;
	f->disk = a->disk;
}

/* An attempt without any HRESULT may be explained by what attended it. */
static void explain(struct hv_attempt *a, const struct hv_sighting *attendant)
{
	if (a->telling != HV_TELLS_NOTHING || attendant == NULL)
		return;
	if (attendant->event->time < hv_usec_sub(a->first, HV_ATTEMPT_SPAN) ||
		attendant->event->time > hv_usec_add(a->first, HV_ATTEMPT_SPAN))
		return;
	a->event = attendant->event;
	a->row = attendant->row;
}

void hv_attempt_line_finish(struct hv_attempt_line *line)
{
	struct hv_attempt *a = &line->attempt;
	struct hv_failures *f = &line->failures;

	if (!a->open)
		return;
	if (a->cancelled && !a->failed) {
		add_attempt(&f->cancelled, a);
		line->cancelled++;
		if (f->failed.count == 0)
			take_cause(f, a);
	} else {
		explain(a, line->attendant);
		if (f->failed.count == 0)
			f->event = NULL; /* a cancelled attempt's */
		add_attempt(&f->failed, a);
		f->classes |= a->classes;
		take_cause(f, a);
		line->failed++;
	}
	*a = (struct hv_attempt){ .open = false };
}

/* Short of an error code, an event that says more than that the checkpoint failed is the one to
 * quote. */
static bool is_worth_quoting(const struct hv_attempt *a, const struct hv_sighting *s)
{
	return a->telling <= HV_TELLS_CANCELLED &&
	       (s->event_class == HV_EVENT_CHECKPOINT_CANCELLED || contradicts_cancellation(s));
}

static void add_to_attempt(struct hv_attempt *a, const struct hv_sighting *s)
{
	uint32_t hresult = hresult_of(s->event);
	bool tells_more = telling_of(hresult) > a->telling;

	a->last = s->event->time;
	a->classes |= 1u << s->event_class;
	a->cancelled |= s->event_class == HV_EVENT_CHECKPOINT_CANCELLED;
	a->failed |= contradicts_cancellation(s);
	if (tells_more) {
		a->telling = telling_of(hresult);
		a->hresult = hresult;
	}
	if ((tells_more && a->telling > HV_TELLS_CANCELLED) || is_worth_quoting(a, s)) {
		a->event = s->event;
		a->row = s->row;
	}
}

void hv_attempt_line_add(
	struct hv_attempt_line *line, struct hv_arena *arena, const struct hv_sighting *s)
{
	struct hv_attempt *a = &line->attempt;

	if (a->open && s->event->time > hv_usec_add(a->first, HV_ATTEMPT_SPAN))
		hv_attempt_line_finish(line);
	if (!a->open)
		*a = (struct hv_attempt){
			.open = true,
			.first = s->event->time,
			.event = s->event,
			.row = s->row,
		};
	add_to_attempt(a, s);
	if (a->disk == NULL)
		a->disk = hv_event_disk(arena, s->event);
	line->last = s->event->time;
}

void hv_attempt_line_attend(struct hv_attempt_line *line, const struct hv_sighting *s)
{
	line->attendant = s;
}

/* A success of the same instant may have come before the failure. */
bool hv_attempt_line_clear(struct hv_attempt_line *line, const struct hv_event *success,
	struct hv_failures *ret_cleared)
{
	struct hv_failures *f = &line->failures;

	hv_attempt_line_finish(line);
	if ((f->failed.count == 0 && f->cancelled.count == 0) || success->time <= line->last)
		return false;
	*ret_cleared = *f;
	*f = (struct hv_failures){ .event = NULL };
	return true;
}
