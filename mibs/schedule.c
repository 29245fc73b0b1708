/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When which host is polled. Entries stand in no order: all are looked at once for each poll that
 * begins or ends (ten thousand take some tens of microseconds, and there are some tens of polls a
 * second); between these, look_again says that nothing can begin. */
#include "mibs/schedule.h"

#include "base/alloc.h"

enum {
	JOBS_MAX = 1 << 20,
	SPREAD_DIVISOR = 20, /* of an interval, either way */
	RETRY_DIVISOR = 10,  /* of an interval: after the first failure */
	RETRY_INTERVALS_MAX = 4,
	UNPROVEN_DIVISOR = 8, /* of the workers: go to who has waited longest */
	SUSPECTS_DIVISOR = 2, /* of the workers, at most */
};

static const hv_usec RETRY_MIN = 10 * HV_USEC_PER_SEC;

/* In the order in which they go first. */
enum standing { PROVEN, NEVER_ASKED, SUSPECT, STANDINGS };

void hv_schedule_init(struct hv_schedule *s, size_t workers, uint64_t seed)
{
	size_t places = workers ? workers : 1;
	size_t suspects = places / SUSPECTS_DIVISOR;

	*s = (struct hv_schedule){
		.workers = places,
		.suspects_max = suspects ? suspects : 1,
		.look_again = HV_USEC_MAX,
		.random = seed,
	};
}

void hv_schedule_done(struct hv_schedule *s)
{
	if (!s)
		return;
	hv_free(s->entries);
	hv_schedule_init(s, s->workers, s->random);
}

/* SplitMix64 (Steele, Lea, Flood 2014): any seed will do. */
static uint64_t next_random(struct hv_schedule *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* From 0 to max. */
static hv_usec random_up_to(struct hv_schedule *s, hv_usec max)
{
	return max > 0 ? (hv_usec)(next_random(s) % ((uint64_t)max + 1)) : 0;
}

static hv_usec lesser(hv_usec a, hv_usec b)
{
	return a < b ? a : b;
}

static hv_usec greater(hv_usec a, hv_usec b)
{
	return a > b ? a : b;
}

/* A duration, give or take a twentieth. */
static hv_usec spread(struct hv_schedule *s, hv_usec duration)
{
	hv_usec part = duration / SPREAD_DIVISOR;

	return hv_usec_add(duration - part, random_up_to(s, 2 * part));
}

static enum standing standing_of(const struct hv_schedule_entry *e)
{
	if (e->failures > 0)
		return SUSPECT;
	return e->answered ? PROVEN : NEVER_ASKED;
}

static struct hv_schedule_entry *find(struct hv_schedule *s, const void *job)
{
	for (size_t i = 0; i < s->count; i++) {
		size_t at = (s->found + i) % s->count;

		if (s->entries[at].job == job) {
			s->found = at;
			return &s->entries[at];
		}
	}
	return NULL;
}

static void occupy(struct hv_schedule *s, const struct hv_schedule_entry *e)
{
	s->running++;
	s->running_unproven += standing_of(e) != PROVEN;
	s->running_suspects += standing_of(e) == SUSPECT;
}

/* Before its standing changes. What waited for the place may begin. */
static void give_back(struct hv_schedule *s, const struct hv_schedule_entry *e)
{
	s->running--;
	s->running_unproven -= standing_of(e) != PROVEN;
	s->running_suspects -= standing_of(e) == SUSPECT;
	s->look_again = HV_USEC_MIN;
}

int hv_schedule_add(struct hv_schedule *s, void *job, hv_usec interval, size_t place, size_t count,
	hv_usec now, struct hv_err *err)
{
	hv_usec all = count < JOBS_MAX ? (hv_usec)count * HV_USEC_PER_SEC : HV_USEC_MAX;
	hv_usec step = count ? lesser(interval, all) / (hv_usec)count : 0;
	hv_usec due = hv_usec_add(now, place < count ? step * (hv_usec)place : 0);

	if (hv_grow(&s->entries, &s->capacity, s->count + 1, JOBS_MAX, sizeof(*s->entries)))
		return hv_err_no_memory(err);
	s->entries[s->count++] = (struct hv_schedule_entry){
		.job = job,
		.interval = interval,
		.due = due,
	};
	s->look_again = lesser(s->look_again, due);
	return 0;
}

void hv_schedule_remove(struct hv_schedule *s, const void *job)
{
	struct hv_schedule_entry *e = find(s, job);

	if (!e)
		return;
	if (e->running)
		give_back(s, e);
	*e = s->entries[--s->count];
}

/* The longest waiting of each standing among those that may begin now. */
static void look(struct hv_schedule *s, hv_usec now, struct hv_schedule_entry *first[STANDINGS])
{
	bool suspects_may = s->running_suspects < s->suspects_max;

	s->look_again = HV_USEC_MAX;
	for (size_t i = 0; i < s->count; i++) {
		struct hv_schedule_entry *e = &s->entries[i];
		enum standing standing = standing_of(e);

		if (e->running || (standing == SUSPECT && !suspects_may))
			continue;
		s->look_again = lesser(s->look_again, e->due);
		if (e->due <= now && (!first[standing] || e->due < first[standing]->due))
			first[standing] = e;
	}
}

static struct hv_schedule_entry *choose(
	const struct hv_schedule *s, struct hv_schedule_entry *const first[STANDINGS])
{
	bool by_wait_alone =
		s->running_unproven == 0 || s->running_unproven < s->workers / UNPROVEN_DIVISOR;
	struct hv_schedule_entry *chosen = NULL;

	for (size_t i = 0; i < STANDINGS; i++) {
		if (first[i] && (!chosen || (by_wait_alone && first[i]->due < chosen->due)))
			chosen = first[i];
	}
	return chosen;
}

void *hv_schedule_take(struct hv_schedule *s, hv_usec now)
{
	struct hv_schedule_entry *first[STANDINGS] = { NULL };
	struct hv_schedule_entry *chosen;

	if (s->running >= s->workers || now < s->look_again)
		return NULL;
	look(s, now, first);
	chosen = choose(s, first);
	if (!chosen)
		return NULL;
	occupy(s, chosen);
	chosen->running = true;
	chosen->began = now;
	return chosen->job;
}

/* How long after the end of the last of so many failures. */
static hv_usec retry_delay(struct hv_schedule *s, const struct hv_schedule_entry *e)
{
	hv_usec max = 0;
	hv_usec delay = greater(e->interval / RETRY_DIVISOR, RETRY_MIN);

	for (unsigned int i = 0; i < RETRY_INTERVALS_MAX; i++)
		max = hv_usec_add(max, e->interval);
	for (unsigned int i = 1; i < e->failures && delay < max; i++)
		delay = hv_usec_add(delay, delay);
	return lesser(spread(s, lesser(delay, max)), max);
}

static void stop(struct hv_schedule *s, struct hv_schedule_entry *e)
{
	give_back(s, e);
	e->running = false;
}

void hv_schedule_put_off(struct hv_schedule *s, const void *job, hv_usec now)
{
	struct hv_schedule_entry *e = find(s, job);

	if (!e || !e->running)
		return;
	stop(s, e);
	e->due = hv_usec_add(now, RETRY_MIN);
}

void hv_schedule_ended(struct hv_schedule *s, const void *job, bool failed, hv_usec now)
{
	struct hv_schedule_entry *e = find(s, job);

	if (!e || !e->running)
		return;
	stop(s, e);
	e->answered = !failed;
	if (!failed) {
		e->failures = 0;
		e->due = greater(hv_usec_add(e->began, spread(s, e->interval)), now);
		return;
	}
	if (e->failures < JOBS_MAX)
		e->failures++;
	e->due = hv_usec_add(now, retry_delay(s, e));
}
