/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner: from the command line to output and exit status, with toy checks on small captures.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/options.h"
#include "cli/runner.h"

enum { MAX_TEST_ARGS = 12, MAX_OUTPUT = 65536, PATH_TEXT_MAX = 256 };

/* 2026-11-22T12:00:00Z, the wall clock of these tests. */
#define NOON ((hv_usec)1795348800 * HV_USEC_PER_SEC)
#define HOUR (3600 * HV_USEC_PER_SEC)

struct toy {
	struct hv_range warning;
	struct hv_duration since;
};

static const struct hv_opt toy_options[] = {
	HV_OPT(struct toy, warning, 'w', "warning", "RANGE", "15:", "Not used."),
	HV_OPT(struct toy, since, 0, "since", "DURATION", "26h", "How far back."),
	HV_OPT_END,
};

/* A WARNING for each VM called "bad"; the clock as a metric. */
static void eval_vms(
	const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	uint64_t judged = 0;

	(void)config;
	HV_FOREACH_VM (vm, host) {
		judged++;
		if (strncmp(vm->name, "bad", 3) == 0)
			hv_report_add(out, HV_WARNING, vm->name, NULL, "is bad");
	}
	hv_report_ok_text(out, "all is well");
	hv_report_metric(out, NULL, "now", (double)(now / HV_USEC_PER_SEC), "s");
	hv_report_count(out, host->vm_count, judged, host->vm_count - judged);
}

static void eval_events(
	const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	(void)config;
	hv_report_ok_text(out, "all is well");
	hv_report_metric(out, NULL, "now", (double)(now / HV_USEC_PER_SEC), "s");
	hv_report_metric(out, NULL, "events", (double)host->event_count, "");
}

static hv_usec toy_since(const void *config)
{
	const struct toy *toy = config;

	return toy->since.usec;
}

static int refuse_ten(const void *config, struct hv_err *err)
{
	const struct toy *toy = config;

	if (toy->warning.start == 10.0)
		return hv_err_set(err, HV_ERR_FORMAT, "--warning: ten is not liked");
	return 0;
}

static const struct hv_check vm_check = {
	.name = "check_hyperv_toy",
	.label = "TOY",
	.summary = "A toy",
	.needs = HV_SEC_VMS,
	.uses = HV_SEC_VOLUMES,
	.options = toy_options,
	.config_size = sizeof(struct toy),
	.validate = refuse_ten,
	.eval = eval_vms,
};

static const struct hv_event_key toy_keys[] = {
	{ .channel = "Microsoft-Windows-Hyper-V-VMMS-Admin" },
	{ .channel = NULL },
};

static const struct hv_check event_check = {
	.name = "check_hyperv_toyevents",
	.label = "TOYEVENTS",
	.summary = "A toy",
	.needs = HV_SEC_EVENTS,
	.options = toy_options,
	.config_size = sizeof(struct toy),
	.event_keys = toy_keys,
	.events_since = toy_since,
	.eval = eval_events,
};

#define CLASS(ns, name, instances)                                                                 \
	"{\"namespace\":\"" ns "\",\"class\":\"" name "\",\"instances\":[" instances "]}"
#define V2       "root/virtualization/v2"
#define HOST_ROW "{\"Name\":\"HV01\",\"ElementName\":\"HV01\"}"
#define VM_ROW(digit, name)                                                                        \
	"{\"Name\":\"0000000" digit "-0000-0000-0000-000000000000\",\"ElementName\":\"" name       \
	"\",\"EnabledState\":2}"
#define COMPUTERS(rows) CLASS(V2, "Msvm_ComputerSystem", rows)
#define SETTINGS        CLASS(V2, "Msvm_VirtualSystemSettingData", "")
#define CAPTURE_AT(taken_at, body)                                                                 \
	"{\"format\":\"hyperv-capture/1\",\"taken_at\":\"" taken_at "\"," body "}"
#define CAPTURE(classes) CAPTURE_AT("2026-11-22T06:00:00Z", "\"classes\":[" classes "]")
#define VMS(rows)        CAPTURE(COMPUTERS(rows) "," SETTINGS)
#define EVENT(time)                                                                                \
	"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"            \
	"<Provider Name='P'/><EventID>18012</EventID><Level>2</Level><TimeCreated "                \
	"SystemTime='" time "'/><EventRecordID>1</EventRecordID>"                                  \
	"<Channel>Microsoft-Windows-Hyper-V-VMMS-Admin</Channel></System></Event>"

/* What the environment says in this program; where files lie. */
static char folder[] = "/tmp/test_runner.XXXXXX";
static char config_file[PATH_TEXT_MAX];

static const char *env(const char *name)
{
	return strcmp(name, "MP_CONFIG_FILE") == 0 && config_file[0] != '\0' ? config_file : NULL;
}

static hv_usec noon(void)
{
	return NOON;
}

struct run {
	char out[MAX_OUTPUT];
	int status;
	hv_usec limits[4]; /* set as deadlines */
	enum hv_state limit_states[4];
	size_t limit_count;
	size_t file_count;
	char files[4][PATH_TEXT_MAX];
};

static void note_deadline(void *ctx, hv_usec limit, enum hv_state state)
{
	struct run *r = ctx;

	assert_true(r->limit_count < HV_ARRAY_LEN(r->limits));
	r->limit_states[r->limit_count] = state;
	r->limits[r->limit_count++] = limit;
}

static int setup(void **state)
{
	struct run *r = calloc(1, sizeof(*r));

	config_file[0] = '\0';
	*state = r;
	return r == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	struct run *r = *state;

	for (size_t i = 0; i < r->file_count; i++)
		unlink(r->files[i]);
	free(r);
	return 0;
}

/* A file for this test; removed at its end. */
static const char *put(struct run *r, const char *name, const char *text)
{
	struct hv_err err = HV_ERR_INIT;
	char *path = r->files[r->file_count];

	assert_true(r->file_count < HV_ARRAY_LEN(r->files));
	assert_in_range(snprintf(path, PATH_TEXT_MAX, "%s/%s", folder, name), 1, PATH_TEXT_MAX - 1);
	assert_int_equal(hv_file_write_atomic(path, text, strlen(text), 0600, &err), 0);
	r->file_count++;
	return path;
}

static void set_modified(const char *path, hv_usec t)
{
	const struct timespec time = { .tv_sec = t / HV_USEC_PER_SEC };
	const struct timespec times[] = { time, time };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* args: NULL-terminated, without the program. */
static void run(struct run *r, const struct hv_check *check, const char *const *args)
{
	struct hv_cli_env cli_env = {
		.env = env,
		.clock = noon,
		.out_fd = memfd_create("out", MFD_CLOEXEC),
		.deadline = note_deadline,
		.deadline_ctx = r,
	};
	char store[MAX_TEST_ARGS + 1][PATH_TEXT_MAX] = { "check" };
	char *argv[MAX_TEST_ARGS + 2] = { store[0] };
	struct hv_err err = HV_ERR_INIT;
	ssize_t len;
	int argc = 1;

	assert_true(cli_env.out_fd >= 0);
	for (; args[argc - 1] != NULL; argc++) {
		assert_true(argc <= MAX_TEST_ARGS);
		assert_true(strlen(args[argc - 1]) < PATH_TEXT_MAX);
		memcpy(store[argc], args[argc - 1], strlen(args[argc - 1]) + 1);
		argv[argc] = store[argc];
	}
	r->limit_count = 0;
	r->status = hv_check_run(check, argc, argv, &cli_env);
	assert_int_equal(lseek(cli_env.out_fd, 0, SEEK_SET), 0);
	len = hv_file_read(cli_env.out_fd, r->out, MAX_OUTPUT - 1, &err);
	assert_true(len >= 0);
	r->out[len] = '\0';
	close(cli_env.out_fd);
}

#define RUN(r, check, ...) run(r, &(check), (const char *const[]){ __VA_ARGS__, NULL })

static void assert_says(const struct run *r, int status, const char *text)
{
	if (strstr(r->out, text) == NULL)
		fail_msg("'%s' is not in:\n%s", text, r->out);
	assert_int_equal(r->status, status);
}

static void assert_silent_about(const struct run *r, const char *text)
{
	if (strstr(r->out, text) != NULL)
		fail_msg("'%s' is in:\n%s", text, r->out);
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void test_runner_judges(void **state)
{
	struct run *r = *state;
	const char *good = put(r, "good.json", VMS(HOST_ROW "," VM_ROW("1", "a")));
	const char *bad = put(r, "bad.json", VMS(VM_ROW("1", "a") "," VM_ROW("2", "bad")));

	RUN(r, vm_check, "--capture", good);
	assert_says(r, HV_OK, "HYPERV TOY OK - all is well");
	assert_says(r, HV_OK, "seen=1 judged=1 excluded=0");
	assert_int_equal(count_lines(r->out), 1);
	RUN(r, vm_check, "--capture", bad);
	assert_says(r, HV_WARNING, "HYPERV TOY WARNING - bad: is bad");
}

static void test_runner_sets_the_time_limit(void **state)
{
	struct run *r = *state;
	const char *good = put(r, "good.json", VMS(VM_ROW("1", "a")));

	RUN(r, vm_check, "--capture", good);
	assert_int_equal(r->limit_count, 2);
	assert_true(r->limits[0] == 10 * HV_USEC_PER_SEC);
	assert_true(r->limits[1] == 0);
	RUN(r, vm_check, "--capture", good, "-t", "1m");
	assert_true(r->limits[0] == 60 * HV_USEC_PER_SEC);
	RUN(r, vm_check, "--capture", good, "-t0");
	assert_says(r, HV_UNKNOWN, "--timeout: must be above 0 and at most 1d");
	RUN(r, vm_check, "--capture", good, "-t25h");
	assert_says(r, HV_UNKNOWN, "--timeout: must be above 0 and at most 1d");
}

static void test_runner_explains_bad_arguments_shortly(void **state)
{
	static const struct {
		const char *args[3];
		const char *text;
	} CASES[] = {
		{ { NULL },
			"HYPERV TOY UNKNOWN - say where to read from: --hostname, --capture, --evtx or" },
		{ { "--nosuch" }, "HYPERV TOY UNKNOWN - unknown option '--nosuch'\nUsage: " },
		{ { "-w", "20:10" }, "HYPERV TOY UNKNOWN - --warning: " },
		{ { "-w", "10:" }, "HYPERV TOY UNKNOWN - --warning: ten is not liked" },
		{ { "--now=yesterday" }, "HYPERV TOY UNKNOWN - --now: " },
		{ { "--output=xml" }, "--output: 'xml' is not one of text" },
		{ { "x" }, "there are no positional arguments" },
	};
	struct run *r = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		run(r, &vm_check, CASES[i].args);
		assert_says(r, HV_UNKNOWN, CASES[i].text);
		assert_says(r, HV_UNKNOWN, "\nUsage: check_hyperv_toy [-w RANGE]");
		assert_true(count_lines(r->out) <= 23);
	}
}

static void test_runner_informs(void **state)
{
	struct run *r = *state;

	RUN(r, vm_check, "--help");
	assert_says(r, HV_UNKNOWN, "\nUsage: check_hyperv_toy [OPTION]...");
	RUN(r, vm_check, "-hw", "5:");
	assert_says(r, HV_UNKNOWN, "\nUsage: check_hyperv_toy [OPTION]...");
	RUN(r, vm_check, "-V");
	assert_int_equal(r->status, HV_UNKNOWN);
	assert_int_equal(strncmp(r->out, "check_hyperv_toy ", 17), 0);
	assert_int_equal(count_lines(r->out), 1);
	RUN(r, vm_check, "--describe=json");
	assert_says(r, HV_UNKNOWN, "\"name\": \"check_hyperv_toy\"");
	RUN(r, vm_check, "--describe=man");
	assert_says(r, HV_UNKNOWN, ".Dd November 22, 2026\n");
	RUN(r, vm_check, "--describe=icinga2");
	assert_says(r, HV_UNKNOWN, "object CheckCommand \"hyperv_toy\"");
}

static void test_runner_reads_extra_opts_first(void **state)
{
	struct run *r = *state;
	const char *bad = put(r, "bad.json", VMS(VM_ROW("1", "a") "," VM_ROW("2", "bad")));
	char ini[PATH_TEXT_MAX + 128];

	snprintf(ini, sizeof(ini), "[check_hyperv_toy]\ncapture=%s\nexclude=bad\nt=7\n", bad);
	snprintf(config_file, sizeof(config_file), "%s", put(r, "x.ini", ini));
	RUN(r, vm_check, "--extra-opts");
	assert_says(r, HV_OK, "seen=2 judged=1 excluded=1");
	assert_true(r->limits[0] == 7 * HV_USEC_PER_SEC);
	RUN(r, vm_check, "-t", "5", "--extra-opts"); /* the command line wins wherever it stands */
	assert_true(r->limits[0] == 5 * HV_USEC_PER_SEC);
	RUN(r, vm_check, "--extra-opts=other");
	assert_says(r, HV_UNKNOWN, "x.ini: there is no section [other]");
}

static void test_runner_filters(void **state)
{
	struct run *r = *state;
	const char *bad = put(r, "bad.json", VMS(VM_ROW("1", "a") "," VM_ROW("2", "bad")));

	RUN(r, vm_check, "--capture", bad, "--exclude=BAD");
	assert_says(r, HV_OK, "seen=2 judged=1 excluded=1");
	RUN(r, vm_check, "--capture", bad, "--include=b*");
	assert_says(r, HV_WARNING, "seen=2 judged=1 excluded=1");
	RUN(r, vm_check, "--capture", bad, "--include=00000001-*");
	assert_says(r, HV_OK, "seen=2 judged=1 excluded=1");
	RUN(r, vm_check, "--capture", bad, "--include=nosuch");
	assert_says(r, HV_UNKNOWN, "nothing was judged: 2 seen, 2 excluded");
	RUN(r, vm_check, "--capture", bad, "--include=nosuch", "--nothing-found=ok");
	assert_says(r, HV_OK, "nothing was judged: 2 seen, 2 excluded");
}

static void test_runner_tells_an_empty_host_from_missing_rights(void **state)
{
	struct run *r = *state;
	const char *empty = put(r, "empty.json", VMS(HOST_ROW));
	const char *blind = put(r, "blind.json", VMS(""));

	RUN(r, vm_check, "--capture", empty);
	assert_says(r, HV_UNKNOWN, "no virtual machine on this host");
	RUN(r, vm_check, "--capture", empty, "--nothing-found", "ok");
	assert_says(r, HV_OK, "HYPERV TOY OK - no virtual machine on this host");
	RUN(r, vm_check, "--capture", empty, "--nothing-found", "critical");
	assert_says(r, HV_CRITICAL, "no virtual machine on this host");
	RUN(r, vm_check, "--capture", blind, "--nothing-found", "ok");
	assert_says(r, HV_UNKNOWN, "no row at all was readable: the account lacks rights");
}

static void test_runner_needs_its_sections(void **state)
{
	struct run *r = *state;
	const char *none = put(r, "none.json", CAPTURE(""));
	const char *part = put(r, "part.json", CAPTURE(COMPUTERS(VM_ROW("1", "a"))));
	const char *failed = put(r, "failed.json",
		CAPTURE("{\"namespace\":\"" V2 "\",\"class\":\"Msvm_ComputerSystem\","
			"\"error\":\"Access denied\"}," SETTINGS));

	RUN(r, vm_check, "--capture", none);
	assert_says(r, HV_UNKNOWN,
		"the sources given tell nothing about virtual machines (needed: "
		"Msvm_ComputerSystem, Msvm_VirtualSystemSettingData); give --hostname or --capture or "
		"--vm-config");
	RUN(r, vm_check, "--capture", part);
	assert_says(r, HV_UNKNOWN, "section virtual machines: class Msvm_VirtualSystemSettingData");
	RUN(r, vm_check, "--capture", failed);
	assert_says(r, HV_UNKNOWN, "Access denied");
	assert_silent_about(r, "all is well");
	RUN(r, event_check, "--capture", none);
	assert_says(r, HV_UNKNOWN, "tell nothing about ");
	assert_says(r, HV_UNKNOWN, "; give --hostname or --capture or --evtx");
}

static void test_runner_tells_what_could_not_refine_the_verdict(void **state)
{
	struct run *r = *state;
	const char *path = put(r, "volumes.json",
		CAPTURE(COMPUTERS(
			VM_ROW("1", "a")) "," SETTINGS ",{\"namespace\":\"root/cimv2\",\"class\":"
					  "\"Win32_Volume\",\"error\":\"Access denied\"}"));

	RUN(r, vm_check, "--capture", path);
	assert_says(r, HV_UNKNOWN, "section volumes: ");
	assert_says(r, HV_UNKNOWN, "Access denied");
	assert_says(r, HV_UNKNOWN, "seen=1 judged=1"); /* judged beside it */
}

static void test_runner_never_passes_a_damaged_log(void **state)
{
	struct run *r = *state;
	const char *damaged = put(r, "damaged.json",
		CAPTURE_AT("2026-11-22T06:00:00Z",
			"\"event_logs\":[{\"origin\":\"vmms.evtx\",\"damage\":\"2 chunks "
			"lost\",\"events\":[]}]"));

	RUN(r, event_check, "--capture", damaged, "-v");
	assert_says(r, HV_UNKNOWN, "vmms.evtx: damaged: 2 chunks lost");
	assert_says(r, HV_UNKNOWN, "fix: ");
}

static void test_runner_refuses_unreadable_sources_as_a_whole(void **state)
{
	struct run *r = *state;
	const char *good = put(r, "good.json", VMS(VM_ROW("1", "a")));
	const char *text = put(r, "text.json", "no JSON");

	RUN(r, vm_check, "--capture", good, "--capture=/nonexistent.json");
	assert_says(r, HV_UNKNOWN, "HYPERV TOY UNKNOWN - --capture: /nonexistent.json: No such");
	assert_silent_about(r, "judged=");
	RUN(r, vm_check, "--capture", text);
	assert_says(r, HV_UNKNOWN, "text.json");
	RUN(r, vm_check, "--capture", good, "--evtx=/nonexistent.evtx");
	assert_says(r, HV_UNKNOWN, "--evtx: /nonexistent.evtx: No such");
}

static void test_runner_clock(void **state)
{
	struct run *r = *state;
	const char *capture = put(r, "capture.json", VMS(VM_ROW("1", "a")));
	const char *log = put(r, "log.xml", EVENT("2026-11-20T06:00:00Z"));
	const char *older = put(r, "older.xml", EVENT("2026-11-20T06:00:00Z"));

	set_modified(log, NOON - 48 * HOUR);
	set_modified(older, NOON - 480 * HOUR);
	RUN(r, vm_check, "--capture", capture); /* taken at 06:00 */
	assert_says(r, HV_OK, "now=1795327200s");
	RUN(r, vm_check, "--capture", capture, "--now=2026-11-22T00:00:00Z");
	assert_says(r, HV_OK, "now=1795305600s");
	RUN(r, event_check, "--evtx", older, "--evtx", log); /* the newest of the two */
	assert_says(r, HV_OK, "now=1795176000s");
	assert_says(r, HV_OK, "events=1");
	RUN(r, event_check, "--evtx", log, "--capture", capture); /* 48 h before the capture */
	assert_says(r, HV_OK, "now=1795327200s");
	assert_says(r, HV_OK, "events=0");
	RUN(r, event_check, "--evtx", log, "--now=2026-11-21T00:00:00Z");
	assert_says(r, HV_OK, "events=1");
	RUN(r, event_check, "--evtx", log, "--now=2026-11-21T09:00:00Z");
	assert_says(r, HV_OK, "events=0");
	RUN(r, event_check, "--evtx", log, "-vv");
	assert_says(r, HV_OK, "judged as of 2026-11-20T12:00:00Z (the newest event log's");
}

static void test_runner_max_age(void **state)
{
	struct run *r = *state;
	const char *capture = put(r, "capture.json", VMS(VM_ROW("1", "a")));
	const char *future = put(r, "future.json",
		CAPTURE_AT("2026-12-24T00:00:00Z",
			"\"classes\":[" COMPUTERS(VM_ROW("1", "a")) "," SETTINGS "]"));
	const char *timeless = put(r, "timeless.json",
		"{\"format\":\"hyperv-capture/1\",\"classes\":[" COMPUTERS(
			VM_ROW("1", "a")) "," SETTINGS "]}");

	RUN(r, vm_check, "--capture", capture, "--max-age=6h");
	assert_says(r, HV_OK, "all is well");
	RUN(r, vm_check, "--capture", capture, "--max-age=5h", "--now=2026-11-22T06:00:00Z");
	assert_says(r, HV_UNKNOWN, "the data are 6h old (taken 2026-11-22T06:00:00Z)");
	RUN(r, vm_check, "--capture", future);
	assert_says(r, HV_OK, "all is well");
	RUN(r, vm_check, "--capture", future, "--max-age=5h");
	assert_says(r, HV_UNKNOWN, "were taken in the future");
	set_modified(timeless, NOON - 5 * HOUR);
	RUN(r, vm_check, "--capture", timeless, "--max-age=6h");
	assert_says(r, HV_OK, "now=1795330800s"); /* the file's time */
	RUN(r, vm_check, "--capture", timeless, "--max-age=4h");
	assert_says(r, HV_UNKNOWN, "the data are 5h old");
}

static void test_runner_writes_json(void **state)
{
	struct run *r = *state;
	const char *bad = put(r, "bad.json", VMS(VM_ROW("1", "bad|\\u001b[31m")));

	RUN(r, vm_check, "--capture", bad, "--output=json");
	assert_int_equal(r->status, HV_WARNING);
	assert_int_equal(r->out[0], '{');
	RUN(r, vm_check, "--capture=/nonexistent", "--output=json");
	assert_int_equal(r->status, HV_UNKNOWN);
	assert_int_equal(r->out[0], '{');
}

static void test_runner_is_never_ok_when_nobody_can_read_it(void **state)
{
	struct run *r = *state;
	char args[3][PATH_TEXT_MAX] = { "check", "--capture" };
	char *argv[] = { args[0], args[1], args[2], NULL };
	struct hv_cli_env cli_env = { .env = env, .clock = noon, .out_fd = -1 };

	snprintf(args[2], PATH_TEXT_MAX, "%s", put(r, "good.json", VMS(VM_ROW("1", "a"))));
	assert_int_equal(hv_check_run(&vm_check, 3, argv, &cli_env), HV_UNKNOWN);
	cli_env.out_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (cli_env.out_fd < 0)
		skip();
	assert_int_equal(hv_check_run(&vm_check, 3, argv, &cli_env), HV_UNKNOWN);
	close(cli_env.out_fd);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_runner_judges),
		TEST(test_runner_sets_the_time_limit),
		TEST(test_runner_explains_bad_arguments_shortly),
		TEST(test_runner_informs),
		TEST(test_runner_reads_extra_opts_first),
		TEST(test_runner_filters),
		TEST(test_runner_tells_an_empty_host_from_missing_rights),
		TEST(test_runner_needs_its_sections),
		TEST(test_runner_tells_what_could_not_refine_the_verdict),
		TEST(test_runner_never_passes_a_damaged_log),
		TEST(test_runner_refuses_unreadable_sources_as_a_whole),
		TEST(test_runner_clock),
		TEST(test_runner_max_age),
		TEST(test_runner_writes_json),
		TEST(test_runner_is_never_ok_when_nobody_can_read_it),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
