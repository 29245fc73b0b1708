/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VSS writers by vssadmin in a remote shell. To list them makes every writer of the host gather its
 * state, so it is done neither often nor during a backup: what was answered is remembered, and so
 * is that it was asked, before it is, lest a command that hangs be started again and again. */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf.h"
#include "cim/capture-json.h"
#include "cim/vssadmin.h"
#include "source/winrm-reading.h"
#include "wsman/fault.h"

enum {
	ERRORS_MAX = 64 * 1024,
	MEMORY_MAX = 16 << 20,
	TEXT_MAX = 512,
	WORDS_MAX = 200,
	STATE_WAITING_FIRST = 2, /* WAITING_FOR_FREEZE [VSS_WRITER_STATE] */
	STATE_WAITING_LAST = 5,  /* WAITING_FOR_BACKUP_COMPLETE */
	JOB_RUNNING = 4,
};

#define FAILED_CLASS     "could not be read: "
#define MINUTE           (60 * HV_USEC_PER_SEC)
#define DEFAULT_INTERVAL (15 * MINUTE)
/* Between two answers that lie further apart a backup may have come and gone. */
#define MAX_GAP (120 * MINUTE)

struct asking {
	struct hv_winrm_pouring *p;
	const struct hv_source_memory *memory;
	struct hv_host kept; /* what was remembered */
	uint8_t *bytes;      /* the same; NULL: nothing */
	size_t len;
};

static void asking_done(struct asking *a)
{
	hv_host_done(&a->kept);
	hv_free(a->bytes);
}
#define HV_AUTO_asking __attribute__((cleanup(asking_done))) struct asking

/* --- What is remembered: a capture with this class, taken by our clock --- */

static int recall(struct asking *a, struct hv_err *err)
{
	struct hv_builder builder;
	struct hv_sink sink;

	if (a->memory->recall(a->memory->ctx, &a->bytes, &a->len, err))
		return -1;
	if (!a->bytes)
		return 0;
	hv_builder_init(&builder, &a->kept, HV_SEC_WRITERS, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_capture_json_read(
		    a->bytes, a->len, "what vssadmin said last", HV_SEC_WRITERS, &sink, err))
		return -1;
	return hv_builder_finish(&builder, err);
}

static int write_capture(const struct asking *a, struct hv_time taken_at, const char *failure,
	const struct hv_vssadmin_list *list, struct hv_err *err)
{
	struct hv_capture_writer *writer = hv_capture_writer_new(err);
	const struct hv_batch batch = {
		.ns = a->p->info->ns,
		.class_name = a->p->info->class_name,
		.error = failure,
		.read_at = { .usec = hv_winrm_host_time(a->p->r->w), .known = true },
	};
	HV_AUTO(buf) bytes = { .max = MEMORY_MAX };
	struct hv_sink sink;
	int result = -1;

	if (!writer)
		return -1;
	sink = hv_capture_writer_sink(writer);
	if (!(failure || list) || (sink.batch(sink.ctx, &batch, err) == 0 &&
					  (!list || hv_vssadmin_pour(list, &sink, err) == 0)))
		result = hv_capture_writer_finish(writer, "vssadmin", taken_at, &bytes, err);
	hv_capture_writer_free(writer);
	if (result)
		return -1;
	return a->memory->keep(a->memory->ctx, hv_buf_str(&bytes), bytes.len, err);
}

/* failure NULL: the list. */
static int keep(const struct asking *a, const char *failure, const struct hv_vssadmin_list *list,
	struct hv_err *err)
{
	const struct hv_time now = { .usec = hv_winrm_wall_time(a->p->r->w), .known = true };

	return write_capture(a, now, failure, list, err);
}

/* So that nothing from before a backup is compared with what comes after it. */
static int forget(const struct asking *a, struct hv_err *err)
{
	return write_capture(a, (struct hv_time){ .known = false }, NULL, NULL, err);
}

static bool is_kept_within(const struct asking *a, hv_usec limit)
{
	const struct hv_time at = a->kept.taken_at;
	const hv_usec age = hv_usec_sub(hv_winrm_wall_time(a->p->r->w), at.usec);

	return at.known && age >= 0 && age < limit;
}

static int ignore_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	(void)ctx;
	(void)computer_name;
	(void)taken_at;
	(void)err;
	return 0;
}

static int ignore_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	(void)ctx;
	(void)batch;
	(void)err;
	return 0;
}

static int pour_kept(const struct asking *a, struct hv_err *err)
{
	struct hv_sink sink = {
		.ctx = a->p,
		.host = ignore_host,
		.batch = ignore_batch,
		.bag = hv_winrm_pour,
	};
	const struct hv_section_info *info = &a->kept.sections[HV_SECTION_WRITERS];
	char at[HV_TIME_TEXT_MAX];

	if (info->status == HV_SECTION_FAILED) {
		/* The builder's own words come in front once more. */
		const char *reason = strstr(info->error, FAILED_CLASS);

		reason = reason ? reason + strlen(FAILED_CLASS) : info->error;
		hv_time_format(a->kept.taken_at.usec, at);
		return hv_err_set(err, HV_ERR_IO, "%.400s (asked at %s)", reason, at);
	}
	a->p->read_at = info->read_at;
	return hv_capture_json_read(
		a->bytes, a->len, "what vssadmin said last", HV_SEC_WRITERS, &sink, err);
}

/* --- Asking --- */

/* Since when each waiting writer waits, as far as answers in close succession show. */
static int note_waiting(const struct asking *a, struct hv_vssadmin_list *list, struct hv_err *err)
{
	const bool is_close = is_kept_within(a, MAX_GAP);
	const struct hv_time before = a->kept.sections[HV_SECTION_WRITERS].read_at;

	for (size_t i = 0; i < list->count; i++) {
		struct hv_vssadmin_writer *w = &list->writers[i];
		hv_usec since = hv_winrm_host_time(a->p->r->w);
		char text[HV_TIME_TEXT_MAX];

		if (!w->state || !w->instance_id || strlen(w->state) != 1 ||
			w->state[0] < '0' + STATE_WAITING_FIRST ||
			w->state[0] > '0' + STATE_WAITING_LAST)
			continue;
		HV_FOREACH_WRITER (k, &a->kept) {
			if (!is_close || !k->instance_id ||
				strcmp(k->instance_id, w->instance_id) != 0 ||
				k->state != (uint64_t)(w->state[0] - '0'))
				continue;
			if (k->since.known)
				since = k->since.usec;
			else if (before.known)
				since = before.usec;
		}
		hv_time_format(since, text);
		w->since = hv_arena_strdup(&list->arena, text);
	}
	return hv_arena_failed(&list->arena) ? hv_err_no_memory(err) : 0;
}

/* The last line of what it printed, which says why it failed. */
static const char *last_words(const struct hv_buf *output, int *ret_len)
{
	const char *text = hv_buf_str(output);
	size_t end = output->len;
	size_t begin;

	while (end > 0 && strchr("\r\n \t", text[end - 1]) != NULL)
		end--;
	for (begin = end; begin > 0 && text[begin - 1] != '\n'; begin--)
		;
	*ret_len = end - begin < WORDS_MAX ? (int)(end - begin) : WORDS_MAX;
	return text + begin;
}

static int program_failed(struct asking *a, uint32_t status, const struct hv_buf *output,
	const struct hv_buf *errors, struct hv_err *err)
{
	int len = 0;
	const char *words = last_words(errors->len > 0 ? errors : output, &len);
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hv_utf8_repair(&text, words, (size_t)len);
	a->p->advice = HV_ADVICE_ADMINISTRATORS;
	return hv_err_set(err, HV_ERR_IO, "vssadmin ended with status %" PRIu32 " (%s)", status,
		hv_buf_str(&text));
}

static int run(struct asking *a, struct hv_client_shell *shell, struct hv_vssadmin_list *list,
	struct hv_err *err)
{
	static const char *const arguments[] = { "list", "writers" };
	const struct hv_client_command command = {
		.program = "vssadmin",
		.arguments = arguments,
		.argument_count = HV_ARRAY_LEN(arguments),
	};
	struct hv_client_failure *failure = &hv_winrm_client(a->p->r->w)->failure;
	HV_AUTO(buf) output = { .max = HV_VSSADMIN_MAX_BYTES };
	HV_AUTO(buf) errors = { .max = ERRORS_MAX };
	struct hv_err why = HV_ERR_INIT;
	uint32_t status = 0;

	if (hv_client_shell_run(shell, &command, &output, &errors, &status, &why)) {
		/* The host did answer; it is the command that does not end. */
		if (failure->trouble != HV_TROUBLE_TIMEOUT)
			return hv_err_set(err, why.kind, "%s", why.text);
		failure->trouble = HV_TROUBLE_NONE;
		failure->advice = NULL;
		return hv_err_set(err, HV_ERR_LIMIT,
			"vssadmin list writers did not end in time: give the check more (-t), or, "
			"when it takes minutes on the host, too, a writer or the service "
			"EventSystem hangs");
	}
	if (status != 0)
		return program_failed(a, status, &output, &errors, err);
	return hv_vssadmin_parse((const uint8_t *)hv_buf_str(&output), output.len, list, err);
}

static int run_and_keep(struct asking *a, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = a->p, .bag = hv_winrm_pour };
	HV_AUTO(client_shell) shell = { .client = NULL };
	HV_AUTO(vssadmin_list) list = { .count = 0 };
	struct hv_err keep_err = HV_ERR_INIT;

	if (hv_client_shell_open(hv_winrm_client(a->p->r->w), &shell, err) ||
		keep(a, "vssadmin list writers has not ended", NULL, err))
		return -1;
	if (run(a, &shell, &list, err)) {
		if (keep(a, err->text, NULL, &keep_err))
			return hv_err_wrap(err, "%.200s, and", keep_err.text);
		return -1;
	}
	if (note_waiting(a, &list, err) || keep(a, NULL, &list, err))
		return -1;
	return hv_vssadmin_pour(&list, &sink, err);
}

/* Whether a backup runs, or a job of which the host does not tell what it is. */
static bool may_back_up(const struct hv_host *host)
{
	if (hv_host_backup_runs(host))
		return true;
	HV_FOREACH_JOB (job, host) {
		if (!job->type.known && job->state.known && job->state.value == JOB_RUNNING)
			return true;
	}
	return false;
}

static int ask_anew(struct asking *a, const struct hv_host *host, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = a->p, .bag = hv_winrm_pour };

	if (!hv_host_has(host, HV_SEC_JOBS | HV_SEC_VMS))
		return hv_err_set(err, HV_ERR_MISSING,
			"whether a backup is running is not known (sections %s and %s), and during "
			"one vssadmin must not be asked",
			hv_section_name(HV_SECTION_VMS), hv_section_name(HV_SECTION_JOBS));
	if (!may_back_up(host))
		return run_and_keep(a, err);
	if (forget(a, err))
		return -1;
	return hv_vssadmin_pour_not_asked(&sink, "a backup is running", err);
}

int hv_winrm_ask_writers(struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err)
{
	const struct hv_source_want *want = p->r->want;
	const hv_usec interval =
		want->writers_interval > 0 ? want->writers_interval : DEFAULT_INTERVAL;
	HV_AUTO(asking) a = { .p = p, .memory = want->memory };

	hv_winrm_client(p->r->w)->failure =
		(struct hv_client_failure){ .trouble = HV_TROUBLE_NONE };
	hv_host_init(&a.kept);
	if (!a.memory)
		return hv_err_set(err, HV_ERR_MISSING,
			"there is no place to remember when vssadmin was asked");
	if (recall(&a, err))
		return -1;
	return is_kept_within(&a, interval) ? pour_kept(&a, err) : ask_anew(&a, host, err);
}
