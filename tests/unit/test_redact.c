/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redacting captures: what goes, what stays, and that the same names stay the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf.h"
#include "cim/capture-json.h"
#include "cim/json.h"
#include "cim/redact-host.h"
#include "cim/redact-path.h"
#include "cim/redact-text.h"
#include "cim/redact.h"

#define GUID  "3F2A7C64-0D1B-4E55-9A38-6C1E5B7D9042"
#define GUID2 "A1D0C9B8-7E6F-4D5C-8B3A-291807F6E5D4"

struct text_case {
	const char *in, *out;
};

static void add_vm(struct hv_words *w, const char *name)
{
	(void)hv_words_add(w, HV_WORD_VM, name, strlen(name));
}

/* Words that every text below is redacted with. */
static void fill(struct hv_words *w)
{
	hv_words_init(w);
	add_vm(w, "sql01");
	add_vm(w, "a");
	add_vm(w, "Backup");
	add_vm(w, "O'Brien & Co");
	add_vm(w, "Prüfung");
	add_vm(w, "東京");
	add_vm(w, "sql01 test");
	add_vm(w, "12");
	(void)hv_redact_host(w, "hv01.example.com", 16);
	hv_words_sort(w);
}

static void check_texts(const struct text_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		HV_AUTO(words) w;
		HV_AUTO(buf) out;

		hv_buf_init(&out, 1 << 16);
		fill(&w);
		hv_redact_text(&w, cases[i].in, &out);
		assert_string_equal(hv_buf_str(&out), cases[i].out);
	}
}
#define CHECK_TEXTS(cases) check_texts(cases, HV_ARRAY_LEN(cases))

static void test_text_replaces_words_on_their_boundaries(void **state)
{
	static const struct text_case cases[] = {
		{ "", "" },
		{ "VM sql01 failed", "VM vm-1 failed" },
		{ "SQL01", "vm-1" },
		{ "sql01-d", "vm-1-d" },
		{ "sql01_d", "vm-1_d" },
		{ "sql012", "sql012" },
		{ "mysql01", "mysql01" },
		{ "sql01 test run", "vm-7 run" },
		{ "sql01 tests", "vm-1 tests" },
		{ "PRÜFUNG läuft", "vm-5 läuft" },
		{ "Prüfungen", "Prüfungen" },
		{ "仮想マシン東京が失敗", "仮想マシンvm-6が失敗" },
		{ "(O'Brien & Co)", "(vm-4)" },
		{ "HV01", "host-1" },
		{ "hv01.EXAMPLE.com", "host-1.domain-1.invalid" },
		{ "hv02.example.com.", "host-2.domain-1.invalid." },
		{ "hv02.example.org", "hv02.domain-1.org" },
	};

	(void)state;
	CHECK_TEXTS(cases);
}

static void test_text_leaves_ordinary_words_in_sentences(void **state)
{
	static const struct text_case cases[] = {
		{ "a", "vm-2" },
		{ "a checkpoint of a VM", "a checkpoint of a VM" },
		{ "'a' failed", "'vm-2' failed" },
		{ "\"A\"", "\"vm-2\"" },
		{ "a(Online)", "vm-2(Online)" },
		{ "E:\\VMs\\a\\x", "E:\\folder-1\\vm-2\\folder-2" },
		{ "The backup failed", "The backup failed" },
		{ "\xE2\x80\x9E"
		  "Backup\xE2\x80\x9C fehlt",
			"\xE2\x80\x9Evm-3\xE2\x80\x9C fehlt" },
		{ "12", "12" },
		{ "'12'", "'vm-8'" },
		{ "D:\\12\\c.vhdx", "D:\\vm-8\\disk-1.vhdx" },
	};

	(void)state;
	CHECK_TEXTS(cases);
}

static void test_text_replaces_addresses_and_accounts(void **state)
{
	static const struct text_case cases[] = {
		{ "at 10.1.2.3, 10.1.2.4 and 10.1.2.3.", "at 192.0.2.1, 192.0.2.2 and 192.0.2.1." },
		{ "6.3.9600.16384", "6.3.9600.16384" },
		{ "1.2.3", "1.2.3" },
		{ "1.2.3.4.5", "1.2.3.4.5" },
		{ "127.0.0.1 255.255.255.0", "127.0.0.1 255.255.255.0" },
		{ "fe80::1:2%5", "2001:db8::0:1%5" },
		{ "FE80::1:2 fe80::1:2", "2001:db8::0:1 2001:db8::0:1" },
		{ "::1", "::1" },
		{ "at 12:30:45", "at 12:30:45" },
		{ "00-15-5D-0A-3C-01 00:15:5d:0a:3c:01", "00-15-5D-00-00-01 00:15:5D:00:00:01" },
		{ "00-15-5D-0A-3C", "00-15-5D-0A-3C" },
		{ "S-1-5-21-11-22-33-1104", "S-1-5-21-1-1-1-1" },
		{ "S-1-5-18 S-1-5-83-1-5-6-7-8", "S-1-5-18 S-1-5-83-1-5-6-7-8" },
		{ "anna.m@mail.example.com!", "user-1@domain-2.invalid!" },
		{ "user@", "user@" },
		{ "EXAMPLE\\anna said", "domain-1\\user-1 said" },
		{ "NT AUTHORITY\\SYSTEM", "NT AUTHORITY\\SYSTEM" },
		{ "{" GUID "}", "{" GUID "}" },
		{ "Microsoft:" GUID "\\0\\0\\L", "Microsoft:" GUID "\\0\\0\\L" },
	};

	(void)state;
	CHECK_TEXTS(cases);
}

static void test_text_replaces_paths(void **state)
{
	static const struct text_case cases[] = {
		{ "E:\\", "E:\\" },
		{ "C:\\ClusterStorage\\Volume1\\", "C:\\ClusterStorage\\Volume1\\" },
		{ "C:\\ClusterStorage\\SSD\\", "C:\\ClusterStorage\\folder-1\\" },
		{ "E:\\Virtual Machines\\sql01\\sql01-d.vhdx",
			"E:\\Virtual Machines\\vm-1\\vm-1-d.vhdx" },
		{ "E:\\sql01 customer.vhdx", "E:\\vm-1-file-1.vhdx" },
		{ "E:\\x.vhdx e:/X.avhdx", "E:\\disk-1.vhdx e:/disk-1.avhdx" },
		{ "E:\\x_" GUID ".avhdx", "E:\\disk-1_" GUID ".avhdx" },
		{ "E:\\My VMs", "E:\\folder-1" },
		{ "using disk E:\\My VMs\\x y.vhdx: not found",
			"using disk E:\\folder-1\\disk-1.vhdx: not found" },
		{ "see E:\\Kunde was not found", "see E:\\folder-1 was not found" },
		{ "'D:\\O'Brien.vhdx'", "'D:\\disk-1.vhdx'" },
		{ "\\\\fs1\\vms\\sql01\\d.vhdx", "\\\\host-2\\share-1\\vm-1\\disk-1.vhdx" },
		{ "\\\\?\\UNC\\fs1\\C$\\x", "\\\\?\\UNC\\host-2\\C$\\folder-1" },
		{ "\\\\fs2.example.com\\vms", "\\\\host-2.domain-1.invalid\\share-1" },
		{ "\\\\?\\Volume{" GUID "}\\Kunde", "\\\\?\\Volume{" GUID "}\\folder-1" },
		{ "\\\\.\\PHYSICALDRIVE3", "\\\\.\\PHYSICALDRIVE3" },
		{ "\\Device\\HarddiskVolume4\\Kunde", "\\Device\\HarddiskVolume4\\folder-1" },
		{ "\\\\HV01\\root\\cimv2:Win32_Directory.Name=\"D:\\\\My Mount\"",
			"\\\\host-1\\root\\cimv2:Win32_Directory.Name=\"D:\\\\folder-1\"" },
		{ "Snapshots\\" GUID ".xml", "Snapshots\\" GUID ".xml" },
		{ "Kunde\\x.xml", "folder-1\\file-1.xml" },
		{ "Microsoft-Windows-Backup.evtx", "Microsoft-Windows-Backup.evtx" },
	};

	(void)state;
	CHECK_TEXTS(cases);
}

static void redact_bytes(const char *json, size_t len, struct hv_buf *out)
{
	struct hv_err err = HV_ERR_INIT;

	hv_buf_init(out, HV_CAPTURE_MAX_BYTES);
	if (hv_redact(json, len, out, &err) < 0)
		fail_msg("%s", err.text);
}

#define HEAD "{\"format\":\"hyperv-capture/1\",\"computer_name\":\"HV01\""
#define ONE_CLASS(name, rows)                                                                      \
	HEAD ",\n\"classes\":[\n{\"namespace\":\"root/x\",\"class\":\"" name                       \
	     "\",\"instances\":[\n" rows "]}],\n\"event_logs\":[]}\n"
#define ONE_EVENT(event)                                                                           \
	HEAD ",\n\"classes\":[],\n\"event_logs\":[\n{\"records\":1,\"events\":[\n\"" event         \
	     "\"]}]}\n"

static void check_captures(const struct text_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		HV_AUTO(buf) out;
		HV_AUTO(buf) again;

		redact_bytes(cases[i].in, strlen(cases[i].in), &out);
		assert_non_null(strstr(hv_buf_str(&out), "\"computer_name\":\"host-1\""));
		if (strstr(hv_buf_str(&out), cases[i].out) == NULL)
			fail_msg("%s\nhas no\n%s", hv_buf_str(&out), cases[i].out);
		redact_bytes(hv_buf_str(&out), out.len, &again);
		assert_string_equal(hv_buf_str(&again), hv_buf_str(&out));
	}
}
#define CHECK_CAPTURES(cases) check_captures(cases, HV_ARRAY_LEN(cases))

static void test_redact_knows_names_by_class_and_property(void **state)
{
	static const struct text_case cases[] = {
		{ ONE_CLASS("Msvm_ComputerSystem",
			  "{\"Name\":\"HV01\",\"ElementName\":\"hv01\"},\n{\"Name\":\"" GUID
			  "\",\"ElementName\":\"sql\",\"Caption\":\"Virtual Machine\"}"),
			"\n{\"Name\":\"host-1\",\"ElementName\":\"host-1\"},\n{\"Name\":\"" GUID
			"\",\"ElementName\":\"vm-1\",\"Caption\":\"Virtual Machine\"}]" },
		{ ONE_CLASS("Msvm_VirtualSystemSettingData",
			  "{\"VirtualSystemIdentifier\":\"" GUID
			  "\",\"VirtualSystemType\":\"Microsoft:Hyper-V:Snapshot:Realized\","
			  "\"ElementName\":\"before X\",\"Notes\":[\"call Anna\",\"\"]}"),
			"\"ElementName\":\"checkpoint-1\",\"Notes\":[\"redacted\",\"\"]}" },
		{ ONE_CLASS("Msvm_VirtualSystemSettingData",
			  "{\"SettingType\":5,\"SystemName\":\"" GUID
			  "\",\"ElementName\":\"before X\"}"),
			"\"ElementName\":\"checkpoint-1\"}" },
		{ ONE_CLASS("Msvm_VirtualSystemSettingData",
			  "{\"ElementName\":\"Virtual Machine Settings\"}"),
			"{\"ElementName\":\"Virtual Machine Settings\"}" },
		{ ONE_CLASS("VirtualMachineConfiguration",
			  "{\"Id\":\"" GUID
			  "\",\"Name\":\"db: a/b?\",\"Disks\":[{\"Path\":\"E:\\\\db_ a_b_\\\\x.vhd\"}],"
			  "\"Checkpoints\":[{\"Id\":\"" GUID2 "\",\"Name\":\"old\"}]}"),
			"\"Name\":\"vm-1\",\"Disks\":[{\"Path\":\"E:\\\\vm-1\\\\disk-1.vhd\"}],"
			"\"Checkpoints\":[{\"Id\":\"" GUID2 "\",\"Name\":\"checkpoint-1\"}]}" },
		{ ONE_CLASS("Win32_OperatingSystem",
			  "{\"Caption\":\"Windows Server\",\"CSName\":\"HV01\",\"RegisteredUser\":"
			  "\"Anna\",\"Organization\":\"Example\",\"SerialNumber\":\"00252-1\","
			  "\"Version\":\"10.0.1.2\"}"),
			"{\"Caption\":\"Windows Server\",\"CSName\":\"host-1\",\"RegisteredUser\":"
			"\"user-1\",\"Organization\":\"organisation-1\",\"SerialNumber\":"
			"\"redacted\",\"Version\":\"10.0.1.2\"}" },
		{ ONE_CLASS("Win32_ComputerSystem",
			  "{\"Name\":\"HV01\",\"Domain\":\"corp.example\",\"UserName\":\"CORP\\\\"
			  "anna\"}"),
			"{\"Name\":\"host-1\",\"Domain\":\"domain-1.invalid\",\"UserName\":"
			"\"domain-1\\\\user-1\"}" },
		{ ONE_CLASS("Win32_Volume",
			  "{\"Label\":\"Web\",\"Name\":\"C:\\\\Web\\\\\",\"FileSystem\":\"NTFS\"}"),
			"{\"Label\":\"label-1\",\"Name\":\"C:\\\\label-1\\\\\",\"FileSystem\":"
			"\"NTFS\"}" },
		{ ONE_CLASS("FileSecurity",
			  "{\"Path\":\"Microsoft.PowerShell.Core\\\\FileSystem::E:\\\\my vm\","
			  "\"Sddl\":\"O:S-1-5-21-5-6-7-500D:(A;OICI;FA;;;S-1-5-83-1-1-2-3-4)"
			  "(A;;FA;;;S-1-5-21-5-6-7-500)(A;;FA;;;SY)\"},\n"
			  "{\"Path\":\"E:\\\\my vm\",\"Error\":\"not found\"}"),
			"{\"Path\":\"Microsoft.PowerShell.Core\\\\FileSystem::E:\\\\folder-1\","
			"\"Sddl\":\"O:S-1-5-21-1-1-1-1D:(A;OICI;FA;;;S-1-5-83-1-1-2-3-4)"
			"(A;;FA;;;S-1-5-21-1-1-1-1)(A;;FA;;;SY)\"},\n"
			"{\"Path\":\"E:\\\\folder-1\",\"Error\":\"not found\"}" },
		{ ONE_CLASS("X", "{\"Address\":\"00155D0A3C01\",\"n\":\"00155D0A3C02\","
				 "\"Build\":\"9600\",\"p\":\"E:\\\\9600\",\"q\":[1,true]}"),
			"{\"Address\":\"00155D000001\",\"n\":\"00155D0A3C02\",\"Build\":\"9600\","
			"\"p\":\"E:\\\\folder-1\",\"q\":[1,true]}" },
	};

	(void)state;
	CHECK_CAPTURES(cases);
}

static void test_redact_knows_names_by_field_of_an_event(void **state)
{
	static const struct text_case cases[] = {
		{ ONE_EVENT(
			  "<Event><System><Provider Name='old'/><Channel>old</Channel><Computer>hv01."
			  "example.com</Computer></System><UserData><V><VmName>old</VmName></V>"
			  "</UserData></Event>"),
			"<Event><System><Provider Name='old'/><Channel>old</Channel><Computer>host-1."
			"domain-1.invalid</Computer></System><UserData><V><VmName>vm-1</VmName>" },
		{ ONE_EVENT("<Event><EventData><Data>gone</Data><Data>" GUID
			    "</Data></EventData></Event>"),
			"<Data>vm-1</Data><Data>" GUID "</Data>" },
		{ ONE_EVENT(
			  "<Event><EventData><Data>gone</Data><Data>7</Data></EventData></Event>"),
			"<Data>gone</Data><Data>7</Data>" },
		{ ONE_EVENT("<Event><Message>'gone' failed. (Virtual machine ID " GUID
			    ")</Message></Event>"),
			"'vm-1' failed. (Virtual machine ID " GUID ")" },
		{ ONE_EVENT(
			  "<Event><Message>Fehler bei \\\"gone\\\". (ID des virtuellen Computers: " GUID
			  ")</Message></Event>"),
			"Fehler bei \\\"vm-1\\\". (ID" },
		{ ONE_EVENT("<Event><Message>'gone' failed.</Message></Event>"), "'gone' failed." },
		{ ONE_EVENT("<Event><Binary>416E6E61</Binary></Event>"),
			"<Binary>redacted</Binary>" },
		{ ONE_EVENT("<Event><EventData><Data Name='SubjectUserName'>anna</Data><Data "
			    "Name='TargetUserName'>SYSTEM</Data></EventData></Event>"),
			"<Data Name='SubjectUserName'>user-1</Data><Data "
			"Name='TargetUserName'>SYSTEM</Data>" },
		{ ONE_EVENT("<Event><V><VmName>Tom &amp; J&#x27;s</VmName></V><Message>Tom &#38; "
			    "J&apos;s &lt;1&gt;</Message></Event>"),
			"<V><VmName>vm-1</VmName></V><Message>vm-1 &lt;1&gt;</Message>" },
		{ ONE_EVENT("<Event><Data Name='ComponentInfo'>&lt;C&gt;&lt;I "
			    "Name=\\\"T&amp;amp;J(Online)\\\" H=\\\"0\\\"/&gt;&lt;/C&gt;</Data>"
			    "<x>T&amp;J</x></Event>"),
			"&lt;I Name=\\\"vm-1(Online)\\\" H=\\\"0\\\"/&gt;&lt;/C&gt;</Data>"
			"<x>vm-1</x>" },
		{ ONE_EVENT(
			  "<Event><VmName>T&amp;J</VmName><x><![CDATA[T&J <b>]]></x><!--T&J--></Event>"),
			"<x><![CDATA[vm-1 <b>]]></x><!--vm-1-->" },
		{ ONE_EVENT("<Event><VmName>abcd</VmName> abcd <x y='abcd"),
			"<VmName>vm-1</VmName> vm-1 &lt;x y='vm-1" },
	};

	(void)state;
	CHECK_CAPTURES(cases);
}

#define ITEM(name, data)                                                                           \
	"<INSTANCE CLASSNAME='Msvm_KvpExchangeDataItem'><PROPERTY NAME='Data'><VALUE>" data        \
	"</VALUE></PROPERTY><PROPERTY NAME='Name'><VALUE>" name "</VALUE></PROPERTY></INSTANCE>"

static void test_redact_knows_what_guests_tell(void **state)
{
	static const struct text_case cases[] = {
		{ ONE_CLASS("Msvm_KvpExchangeComponent",
			  "{\"Items\":[\"" ITEM(
				  "FullyQualifiedDomainName", "web.example.com") "\"]}"),
			"<VALUE>host-2.domain-1.invalid</VALUE></PROPERTY><PROPERTY "
			"NAME='Name'><VALUE>FullyQualifiedDomainName</VALUE>" },
		{ ONE_CLASS("Msvm_KvpExchangeComponent",
			  "{\"Items\":[\"" ITEM("NetworkAddressIPv4", "10.0.0.7;10.0.0.8") "\"]}"),
			"<VALUE>192.0.2.1;192.0.2.2</VALUE>" },
		{ ONE_CLASS("Msvm_KvpExchangeComponent",
			  "{\"Items\":[\"" ITEM("OSVersion", "10.0.0.7") "\"]}"),
			"<VALUE>10.0.0.7</VALUE>" },
	};

	(void)state;
	CHECK_CAPTURES(cases);
}

static void test_redact_replaces_a_name_before_the_place_that_tells_it(void **state)
{
	static const struct text_case cases[] = {
		{ ONE_CLASS("X",
			  "{\"a\":\"about Kunde and customer\",\"p\":\"E:\\\\Kunde\"},\n{\"Label\":"
			  "\"customer\"}"),
			"{\"a\":\"about folder-1 and label-1\",\"p\":\"E:\\\\folder-1\"},\n{\"Label\":"
			"\"label-1\"}" },
	};

	(void)state;
	CHECK_CAPTURES(cases);
}

static void test_redact_changes_nothing_else(void **state)
{
	static const char text[] =
		"{\"format\":\"hyperv-capture/1\",\"producer\":\"p 1\",\"taken_at\":\"2026-11-21\","
		"\n\"classes\":[\n{\"namespace\":\"root/cimv2\",\"class\":\"Win32_Volume\","
		"\"error\":\"access denied\",\"instances\":[]},\n{\"namespace\":\"n\",\"class\":"
		"\"c\",\"instances\":[\n{\"DeviceID\":\"\\\\\\\\?\\\\Volume{" GUID
		"}\\\\\",\"n\":1.5,\"o\":{\"k\":null}},\n{}]}],\n\"event_logs\":[\n{\"records\":1,"
		"\"events\":[\n\"<Event a=\\\"1\\\">x</Event>\"]}]}\n";
	HV_AUTO(buf) out;

	(void)state;
	redact_bytes(text, strlen(text), &out);
	assert_string_equal(hv_buf_str(&out), text);
}

static void test_redact_refuses_what_is_no_capture(void **state)
{
	static const struct {
		const char *json;
		enum hv_err_kind kind;
	} cases[] = {
		{ "", HV_ERR_FORMAT },
		{ "{", HV_ERR_FORMAT },
		{ "[]", HV_ERR_FORMAT },
		{ "{\"format\":\"other\"}", HV_ERR_FORMAT },
		{ "{\"format\":1}", HV_ERR_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(buf) out;

		hv_buf_init(&out, HV_CAPTURE_MAX_BYTES);
		assert_int_equal(hv_redact(cases[i].json, strlen(cases[i].json), &out, &err), -1);
		assert_int_equal(err.kind, cases[i].kind);
	}
}

static void test_redact_bounds_what_it_makes(void **state)
{
	static const char text[] = ONE_CLASS("X", "{}");
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) out;

	(void)state;
	hv_buf_init(&out, 16);
	assert_int_equal(hv_redact(text, strlen(text), &out, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

static void test_words_are_bounded(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(words) w;
	char name[HV_WORD_MAX + 2];

	(void)state;
	hv_words_init(&w);
	for (unsigned int i = 0; i <= HV_WORDS_MAX; i++) {
		assert_int_equal(hv_words_check(&w, &err), 0);
		(void)snprintf(name, sizeof(name), "n%u", i);
		(void)hv_words_add(&w, HV_WORD_FOLDER, name, strlen(name));
	}
	assert_int_equal(hv_words_check(&w, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_string_equal(hv_words_add(&w, HV_WORD_VM, name, strlen(name)), "too-long");
}

static void load_example(const char *name, uint8_t **ret, size_t *ret_len)
{
	const char *srcdir = getenv("srcdir");
	struct hv_err err = HV_ERR_INIT;
	char path[4096];
	int n = snprintf(
		path, sizeof(path), "%s/doc/examples/%s", srcdir != NULL ? srcdir : ".", name);

	assert_true(n > 0 && (size_t)n < sizeof(path));
	if (hv_file_load(path, HV_CAPTURE_MAX_BYTES, ret, ret_len, NULL, &err) < 0)
		fail_msg("%s", err.text);
}

/* Lists have as many elements as before, objects the same members, values the same type. */
static void assert_same_shape(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	assert_int_equal(json_typeof(a), json_typeof(b));
	assert_int_equal(json_array_size(a), json_array_size(b));
	assert_int_equal(json_object_size(a), json_object_size(b));
	for (size_t i = 0; i < json_array_size(a); i++)
		assert_same_shape(json_array_get(a, i), json_array_get(b, i));
	json_object_foreach((json_t *)(uintptr_t)a, key, value)
	{
		assert_non_null(json_object_get(b, key));
		assert_same_shape(value, json_object_get(b, key));
	}
	if (!json_is_string(a) && !json_is_array(a) && !json_is_object(a))
		assert_true(json_equal(a, b));
}

static void test_redact_examples(void **state)
{
	static const char *const examples[] = { "fault-capture.json", "repaired-capture.json" };
	static const char *const names[] = { "my-virtual-server", "sql01", "web01", "dc01", "HV01",
		"example.test", "System Reserved" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(examples); i++) {
		HV_AUTO(bytes) bytes = NULL;
		HV_AUTO(json) before = NULL;
		HV_AUTO(json) after = NULL;
		HV_AUTO(buf) out;
		HV_AUTO(buf) again;
		size_t len = 0;

		load_example(examples[i], &bytes, &len);
		redact_bytes((const char *)bytes, len, &out);
		for (size_t j = 0; j < HV_ARRAY_LEN(names); j++) {
			assert_non_null(hv_utf8_casestr((const char *)bytes, names[j]));
			assert_null(hv_utf8_casestr(hv_buf_str(&out), names[j]));
		}
		assert_int_equal(hv_json_load(bytes, len, "f", &before, NULL), 0);
		assert_int_equal(hv_json_load((uint8_t *)out.data, out.len, "f", &after, NULL), 0);
		assert_same_shape(before, after);
		redact_bytes(hv_buf_str(&out), out.len, &again);
		assert_string_equal(hv_buf_str(&again), hv_buf_str(&out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_replaces_words_on_their_boundaries),
		cmocka_unit_test(test_text_leaves_ordinary_words_in_sentences),
		cmocka_unit_test(test_text_replaces_addresses_and_accounts),
		cmocka_unit_test(test_text_replaces_paths),
		cmocka_unit_test(test_redact_knows_names_by_class_and_property),
		cmocka_unit_test(test_redact_knows_names_by_field_of_an_event),
		cmocka_unit_test(test_redact_knows_what_guests_tell),
		cmocka_unit_test(test_redact_replaces_a_name_before_the_place_that_tells_it),
		cmocka_unit_test(test_redact_changes_nothing_else),
		cmocka_unit_test(test_redact_refuses_what_is_no_capture),
		cmocka_unit_test(test_redact_bounds_what_it_makes),
		cmocka_unit_test(test_words_are_bounded),
		cmocka_unit_test(test_redact_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
