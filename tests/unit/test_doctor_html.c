/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a diagnosis: well-formed, self-contained, the guilty marked and nobody else, bounded,
 * and nothing foreign gets out of its place. */
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model-builder.h"
#include "output/doctor-html.h"
#include "output/doctor-layout.h"
#include "output/output.h"

enum { MANY_VMS = 500, MANY_DISKS = 4, PAGE_MAX = 2000000, LONG_NAME = 10000, MAX_EVIDENCE = 8 };

#define GUILTY_TAG   "\xE2\x9C\x97 guilty</text>"
#define GUILTY_LINE  "class=\"line guilty\""
#define GUILTY_DISK  "<g class=\"disk guilty\">"
#define GUILTY_BOX   "<g class=\"volume guilty\">"
#define BLAMED_PATH  "D:\\sql01-data.vhdx"
#define MORE         "<p class=\"why\">More: <code>"
#define COMMAND      "Move-VMStorage -VMName 'sql01' -VHDs @(@{'SourceFilePath'='D:\\x.vhdx'})"
#define COMMAND_HTML "Move-VMStorage -VMName &#39;sql01&#39; -VHDs "

static const struct hv_rule RULES[] = { { .id = "split-root" }, { .id = NULL } };
static const struct hv_check CHECK = { .name = "check_hyperv_layout", .rules = RULES };

static const struct hv_step LAYOUT = { "check_hyperv_layout", "Disk layout", HV_STEP_CAUSE,
	HV_OUTLOOK_UNKNOWN };
static const struct hv_step EVENTS = { "check_hyperv_events", "Event log", HV_STEP_SYMPTOM,
	HV_OUTLOOK_UNKNOWN };

/* A diagnosis in the making, and the page it gives */
struct fixture {
	struct hv_host host;
	struct hv_report report;
	struct hv_step_result results[2];
	struct hv_evidence evidence[MAX_EVIDENCE];
	size_t evidence_count;
	struct hv_vm_diagnosis vms[MANY_VMS];
	struct hv_diagnosis d;
	struct hv_buf page;
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .evidence_count = 0 };
	build_host(&f.host, "6.3.9600");
	hv_report_init(&f.report);
	hv_buf_init(&f.page, HV_OUTPUT_MAX_BYTES);
	f.results[0] = (struct hv_step_result){
		.step = &LAYOUT,
		.check = &CHECK,
		.report = &f.report,
	};
	f.results[1] = (struct hv_step_result){ .step = &EVENTS, .not_judged = "no <log>" };
	f.d = (struct hv_diagnosis){
		.host = &f.host,
		.now = 1795300000 * HV_USEC_PER_SEC,
		.results = f.results,
		.result_count = 2,
		.vms = f.vms,
	};
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hv_host_done(&f->host);
	hv_report_done(&f->report);
	hv_buf_done(&f->page);
	return 0;
}

/* The host's VMs, all with the same outlook. */
static void diagnose(struct fixture *f, enum hv_outlook outlook)
{
	build_end(&f->host);
	HV_FOREACH_VM (vm, &f->host)
		f->vms[f->d.vm_count++] = (struct hv_vm_diagnosis){ .vm = vm, .outlook = outlook };
}

static struct hv_finding *blame(struct fixture *f, size_t vm, const struct hv_subject *about)
{
	struct hv_evidence *e = &f->evidence[f->evidence_count++];
	struct hv_finding *finding;

	hv_report_about(&f->report, about);
	finding = hv_report_add(&f->report, HV_CRITICAL, "VM 'sql01'", "split-root", "bad place");
	*e = (struct hv_evidence){ .result = &f->results[0], .finding = finding };
	f->vms[vm].evidence = e;
	f->vms[vm].evidence_count = 1;
	f->vms[vm].culprit = e;
	f->vms[vm].outlook = HV_OUTLOOK_BAD;
	f->d.state = HV_CRITICAL;
	return finding;
}

/* Two VMs on two volumes, a disk of the first in the root of D:. */
static void build_example(struct fixture *f)
{
	build_volume(&f->host, 'd', "D:\\", 100 * GIB, 25 * GIB);
	build_volume(&f->host, 'e', "E:\\", 200 * GIB, 20 * GIB);
	build_vm(&f->host, ID_1, "sql01", "6.3.9600", "E:\\sql01");
	build_vm(&f->host, ID_2, "web01", "6.3.9600", "E:\\web01");
	build_disk(&f->host, ID_1, "E:\\sql01\\sql01-os.vhdx");
	build_disk(&f->host, ID_1, BLAMED_PATH);
	build_disk(&f->host, ID_2, "D:\\web01\\web01.vhdx");
	diagnose(f, HV_OUTLOOK_GOOD);
}

static size_t count_of(const struct fixture *f, const char *text)
{
	size_t count = 0;

	for (const char *p = strstr(hv_buf_str(&f->page), text); p; p = strstr(p + 1, text))
		count++;
	return count;
}

/* Every page must be like this, whatever it tells. */
static void assert_sound(const struct fixture *f)
{
	static const char *const FORBIDDEN[] = { "http://", "https://", "src=", "href=", "<script",
		"url(", "@import", "style=\"", "\xE2\x80\xAE" };
	const char *page = hv_buf_str(&f->page);
	xmlDocPtr doc = xmlReadMemory(page, (int)f->page.len, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	assert_non_null(doc);
	xmlFreeDoc(doc);
	assert_ptr_equal(strstr(page, "<!DOCTYPE html>\n"), page);
	for (size_t i = 0; i < HV_ARRAY_LEN(FORBIDDEN); i++)
		assert_int_equal(count_of(f, FORBIDDEN[i]), 0);
	assert_int_equal(count_of(f, "default-src &#39;none&#39;"), 1);
}

static void write_page(struct fixture *f)
{
	struct hv_err err = HV_ERR_INIT;

	hv_buf_clear(&f->page);
	assert_int_equal(hv_output_doctor_html(&f->d, &f->page, &err), 0);
	assert_sound(f);
}

static void assert_holds(const struct fixture *f, const char *text)
{
	if (!strstr(hv_buf_str(&f->page), text))
		fail_msg("not on the page: %s", text);
}

static void test_page_marks_the_guilty_disk_alone(void **state)
{
	struct fixture *f = *state;
	struct hv_subject about = { .vm_id = ID_1, .path = "d:\\SQL01-data.vhdx" };
	struct hv_finding *finding;

	build_example(f);
	finding = blame(f, 0, &about);
	hv_finding_why(&f->report, finding, "Because <of> it.");
	hv_finding_remedy(&f->report, finding, "%s", COMMAND);
	hv_finding_remedy(&f->report, finding, "wevtutil epl x y");
	hv_finding_remedy(&f->report, finding, "Re-create nothing.");
	hv_finding_remedy(&f->report, finding, "Or look: (Get-VM -Name 'x').Id");
	hv_finding_remedy(&f->report, finding, "Hyper-V Manager moves it too");
	hv_finding_remedy(&f->report, finding, "See: Get-VM and others.");
	f->vms[0].explained = "0x80070002";
	write_page(f);
	assert_int_equal(count_of(f, GUILTY_TAG), 1);
	assert_int_equal(count_of(f, GUILTY_LINE), 1);
	assert_int_equal(count_of(f, GUILTY_DISK "<title>" BLAMED_PATH "</title>"), 1);
	assert_int_equal(count_of(f, GUILTY_BOX), 0);
	assert_int_equal(count_of(f, "class=\"line\""), 2);
	assert_holds(f, "1 of 2 virtual machines will fail to back up tonight");
	assert_holds(f, "<pre>" COMMAND_HTML);
	assert_holds(f, "<pre>wevtutil epl x y</pre>\n<p>Re-create nothing.</p>");
	assert_holds(f, "<p>Or look: </p>\n<pre>(Get-VM -Name &#39;x&#39;).Id</pre>");
	assert_holds(f, "<p>Hyper-V Manager moves it too</p>");
	assert_holds(f, "<p>See: Get-VM and others.</p>");
	assert_holds(f, "Because &lt;of&gt; it.");
	assert_holds(f, "Explains the logged error <code>0x80070002</code>");
	assert_holds(f, "75.0 % used \xC2\xB7 25 GiB of 100 GiB free");
	assert_holds(f, "not judged: no &lt;log&gt;");
	assert_int_equal(count_of(f, "Do not copy"), 0);
}

static void test_page_marks_a_guilty_volume(void **state)
{
	struct fixture *f = *state;
	struct hv_subject about = { .vm_id = ID_1 };

	build_example(f);
	about.volume = f->host.vms[0].disks[1].place.key;
	blame(f, 0, &about);
	write_page(f);
	assert_int_equal(count_of(f, GUILTY_TAG), 1);
	assert_int_equal(count_of(f, GUILTY_LINE), 1);
	assert_int_equal(count_of(f, GUILTY_BOX "<title>D:</title>"), 1);
	assert_int_equal(count_of(f, "<g class=\"volume"), 2);
	f->d.host_evidence = f->evidence;
	f->d.host_evidence_count = 1;
	write_page(f);
	assert_int_equal(count_of(f, "<tspan class=\"state bad\">\xE2\x9C\x97 CRITICAL"), 1);
}

static void test_page_marks_a_guilty_file_that_is_no_disk(void **state)
{
	struct fixture *f = *state;
	struct hv_subject about = { .vm_id = ID_1, .path = "E:\\sql01\\sql01.xml" };

	build_example(f);
	blame(f, 0, &about);
	write_page(f);
	assert_int_equal(count_of(f, GUILTY_DISK "<title>E:\\sql01\\sql01.xml</title>"), 1);
	assert_int_equal(count_of(f, GUILTY_TAG), 1);
	assert_int_equal(count_of(f, "<g class=\"volume"), 2);
}

static void test_page_without_guilt_marks_nothing(void **state)
{
	struct fixture *f = *state;

	build_example(f);
	write_page(f);
	assert_int_equal(count_of(f, GUILTY_TAG) + count_of(f, GUILTY_LINE), 0);
	assert_holds(f, "All 2 virtual machines will back up tonight");
	f->d.state = HV_UNKNOWN;
	write_page(f);
	assert_int_equal(count_of(f, "All 2 virtual machines"), 0);
	assert_holds(f, "but not everything could be judged");
	f->d.state = HV_CRITICAL;
	write_page(f);
	assert_holds(f, "but the host has problems");
}

static void test_page_says_the_worst(void **state)
{
	struct fixture *f = *state;

	write_page(f);
	assert_holds(f, "No virtual machine was judged");
	build_example(f);
	assert_int_equal(count_of(f, "left out by the filter"), 0);
	f->vms[1].outlook = HV_OUTLOOK_UNKNOWN;
	write_page(f);
	assert_holds(f, "Whether 1 of 2 virtual machines will back up tonight could not be judged");
	f->vms[0].outlook = HV_OUTLOOK_RISK;
	write_page(f);
	assert_holds(f, "1 of 2 virtual machines is at risk of failing to back up tonight");
	f->d.vm_count = 1;
	write_page(f);
	assert_holds(f, "1 virtual machine is left out by the filter");
}

static void test_page_draws_places_without_volume(void **state)
{
	struct fixture *f = *state;

	build_volume(&f->host, 'c', "C:\\", 100 * GIB, 50 * GIB);
	build_volume(&f->host, 'r', NULL, GIB, GIB / 2);
	build_vm(&f->host, ID_1, "sql01", NULL, NULL);
	build_disk(&f->host, ID_1, "\\\\files\\vms\\a.vhdx");
	build_disk(&f->host, ID_1, "relative.vhdx");
	build_disk(&f->host, ID_1, "X:\\vms\\x.vhdx");
	build_disk_kind(&f->host, ID_1, HV_DISK_PASS_THROUGH, NULL);
	diagnose(f, HV_OUTLOOK_GOOD);
	write_page(f);
	assert_int_equal(count_of(f, "<g class=\"volume\">"), 5);
	assert_holds(f, "<title>\\\\files\\vms</title>");
	assert_holds(f, "SMB share");
	assert_holds(f, "Physical disks of the host");
	assert_holds(f, "Place not known");
	assert_holds(f, "fill level not known");
	assert_holds(f, "50.0 % used");
	assert_holds(f, "Not drawn: 1 volume without");
}

static void test_page_neutralises_foreign_text(void **state)
{
	static const char HOSTILE[] =
		"</style><script>alert(\"1\")</script>' ]]> \xE2\x80\xAE\x1B\xFF";
	static char long_name[LONG_NAME + 1];
	struct fixture *f = *state;
	struct hv_subject about = { .vm_id = ID_1, .path = HOSTILE };
	struct hv_finding *finding;

	memset(long_name, '<', LONG_NAME);
	build_volume(&f->host, 'd', HOSTILE, 100 * GIB, 101 * GIB);
	f->host.volumes[0].label = long_name;
	build_vm(&f->host, ID_1, HOSTILE, NULL, NULL);
	build_vm(&f->host, ID_2, long_name, NULL, NULL);
	build_disk(&f->host, ID_1, HOSTILE);
	build_disk(&f->host, ID_2, long_name);
	f->host.name = HOSTILE;
	diagnose(f, HV_OUTLOOK_RISK);
	finding = blame(f, 0, &about);
	finding->item = finding->text = finding->why = finding->rule = HOSTILE;
	finding->remedy = "Get-VM '\xE2\x80\xAE</pre>'";
	hv_report_limit(&f->report, "%s", HOSTILE);
	f->results[1].not_judged = long_name;
	f->vms[0].explained = HOSTILE;
	f->d.host_evidence = f->evidence;
	f->d.host_evidence_count = 1;
	write_page(f);
	assert_int_equal(count_of(f, "</style>"), 1);
	assert_holds(f, "<pre>Get-VM &#39;?&lt;/pre&gt;&#39;</pre>");
	assert_int_equal(count_of(f, "Do not copy this"), 1);
	assert_int_equal(count_of(f, "--explain"), 0); /* of no rule that there is */
	assert_true(f->page.len < 200000);
}

static void build_many(struct fixture *f, enum hv_outlook outlook)
{
	build_volume(&f->host, 'd', "D:\\", 100 * GIB, 25 * GIB);
	for (size_t i = 0; i < MANY_VMS; i++) {
		struct hv_arena *arena = &f->host.arena;
		const char *id = hv_arena_printf(arena, "11111111-1111-1111-1111-%012zu", i);

		build_vm(&f->host, id, hv_arena_printf(arena, "vm-%03zu", i), NULL, NULL);
		for (int n = 0; n < MANY_DISKS; n++)
			build_disk(&f->host, id,
				hv_arena_printf(arena, "D:\\vms\\%zu\\disk-%d.vhdx", i, n));
	}
	diagnose(f, outlook);
}

static void test_page_of_many_vms_is_bounded(void **state)
{
	struct fixture *f = *state;

	build_many(f, HV_OUTLOOK_RISK);
	f->vms[MANY_VMS - 1].outlook = HV_OUTLOOK_GOOD;
	write_page(f);
	assert_true(f->page.len < PAGE_MAX);
	assert_int_equal(count_of(f, "<g class=\"vm risk\">"), HV_DRAWING_MAX_VMS);
	assert_holds(f, "and 460 others</text>");
	assert_holds(f, "Not drawn: 1 virtual machine that will back up and 459 others.");
	assert_int_equal(count_of(f, "<article"), HV_DOCTOR_HTML_MAX_VMS);
	assert_holds(f, "399 more virtual machines, without details on this page");
	assert_int_equal(count_of(f, "<bdi>vm-"), MANY_VMS);
}

static void test_drawing_leaves_good_vms_of_many_out(void **state)
{
	struct fixture *f = *state;

	build_many(f, HV_OUTLOOK_GOOD);
	write_page(f);
	assert_int_equal(count_of(f, "<g class=\"vm good\">"), 0);
	assert_holds(f, "and 500 others</text>");
	assert_int_equal(count_of(f, "<bdi>vm-"), MANY_VMS);
}

static void test_drawing_of_many_disks_keeps_the_guilty(void **state)
{
	struct fixture *f = *state;
	struct hv_subject about = { .vm_id = ID_1, .path = "D:\\a\\39.vhdx" };

	build_vm(&f->host, ID_1, "sql01", NULL, NULL);
	for (int i = 0; i < 40; i++)
		build_disk(&f->host, ID_1, hv_arena_printf(&f->host.arena, "D:\\a\\%d.vhdx", i));
	diagnose(f, HV_OUTLOOK_BAD);
	blame(f, 0, &about);
	write_page(f);
	assert_int_equal(count_of(f, "<g class=\"disk"), HV_DRAWING_MAX_DISKS);
	assert_int_equal(count_of(f, GUILTY_DISK), 1);
	assert_holds(f, "16 of 40 disks");
}

/* Nothing overlaps: boxes and VMs follow each other, rows lie within their boxes. */
static void test_drawing_does_not_overlap(void **state)
{
	struct fixture *f = *state;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(drawing) g = { .height = 0 };

	build_many(f, HV_OUTLOOK_BAD);
	assert_int_equal(hv_drawing_init(&g, &f->d, &err), 0);
	for (size_t i = 1; i < g.vm_count; i++)
		assert_true(g.vms[i].y >= g.vms[i - 1].y + HV_DRAWING_VM_HEIGHT);
	for (size_t i = 0; i < g.row_count; i++) {
		const struct hv_drawn_box *box = g.rows[i].box;

		assert_true(g.rows[i].y >= box->y + HV_DRAWING_BOX_HEAD);
		assert_true(g.rows[i].y + HV_DRAWING_ROW_HEIGHT <= box->y + box->height);
		assert_true(i == 0 || g.rows[i].y >= g.rows[i - 1].y + HV_DRAWING_ROW_HEIGHT);
	}
	assert_true(g.others_y + HV_DRAWING_VM_HEIGHT < g.height);
}

static void test_page_tells_a_finding_about_many_once(void **state)
{
	struct fixture *f = *state;
	struct hv_finding *finding;

	build_example(f);
	finding = blame(f, 0, NULL);
	hv_finding_why(&f->report, finding, "once");
	f->vms[1].evidence = f->vms[0].evidence;
	f->vms[1].evidence_count = 1;
	f->vms[1].outlook = HV_OUTLOOK_RISK;
	write_page(f);
	assert_int_equal(count_of(f, "<p class=\"why\">once</p>"), 1);
	assert_holds(f, "see above");
	assert_int_equal(
		count_of(f, MORE "hyperv_doctor --explain layout.split-root</code></p>"), 1);
}

static void test_page_is_the_same_each_time(void **state)
{
	struct fixture *f = *state;
	HV_AUTO(buf) first = { .max = HV_OUTPUT_MAX_BYTES };

	build_many(f, HV_OUTLOOK_RISK);
	write_page(f);
	hv_buf_adds(&first, hv_buf_str(&f->page));
	write_page(f);
	assert_string_equal(hv_buf_str(&f->page), hv_buf_str(&first));
}

static void test_page_too_large_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) small = { .max = 1000 };

	build_example(f);
	assert_int_equal(hv_output_doctor_html(&f->d, &small, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	static const struct CMUnitTest TESTS[] = {
		CASE(test_page_marks_the_guilty_disk_alone),
		CASE(test_page_marks_a_guilty_volume),
		CASE(test_page_marks_a_guilty_file_that_is_no_disk),
		CASE(test_page_without_guilt_marks_nothing),
		CASE(test_page_says_the_worst),
		CASE(test_page_draws_places_without_volume),
		CASE(test_page_neutralises_foreign_text),
		CASE(test_page_of_many_vms_is_bounded),
		CASE(test_drawing_leaves_good_vms_of_many_out),
		CASE(test_drawing_of_many_disks_keeps_the_guilty),
		CASE(test_drawing_does_not_overlap),
		CASE(test_page_tells_a_finding_about_many_once),
		CASE(test_page_is_the_same_each_time),
		CASE(test_page_too_large_is_an_error),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
