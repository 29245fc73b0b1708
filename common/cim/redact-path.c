/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Components of a path are replaced one by one, so that the relations that checks look at stay: the
 * same folder, the same file name, a folder or file that is called like its virtual machine. */
#include "cim/redact-path.h"

#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cim/redact-host.h"

static const char *const common_names[] = {
	".",
	"..",
	"?",
	"$Recycle.Bin",
	"Administrator",
	"Application Data",
	"ClusterStorage",
	"Default",
	"Desktop",
	"Device",
	"Documents",
	"Downloads",
	"GLOBALROOT",
	"Groups",
	"Hyper-V",
	"Images",
	"ISO",
	"Local",
	"Microsoft",
	"Planned Virtual Machines",
	"Program Files",
	"Program Files (x86)",
	"ProgramData",
	"Public",
	"Resource Types",
	"Roaming",
	"Snapshots",
	"System Volume Information",
	"System32",
	"Temp",
	"UndoLog Configuration",
	"UNC",
	"Users",
	"Virtual Hard Disks",
	"Virtual Machines",
	"Windows",
	"winevt",
	"Logs",
};

/* Names that go on with a number only. */
static const char *const numbered_names[] = {
	"Harddisk",
	"HarddiskVolume",
	"HarddiskVolumeShadowCopy",
	"Partition",
	"PhysicalDrive",
	"Volume",
};

/* Log and class files, by how they begin. */
static const char *const common_starts[] = {
	"Hyper-V-VMMS",
	"Hyper-V-Worker",
	"Microsoft-Windows-",
	"Msvm_",
	"Win32_",
};

static const struct {
	const char *ending;
	bool is_disk;
} endings[] = {
	{ ".avhd", true },
	{ ".avhdx", true },
	{ ".bin", false },
	{ ".dll", false },
	{ ".evtx", false },
	{ ".exe", false },
	{ ".iso", true },
	{ ".json", false },
	{ ".log", false },
	{ ".mrt", false },
	{ ".rct", false },
	{ ".sys", false },
	{ ".txt", false },
	{ ".vfd", true },
	{ ".vhd", true },
	{ ".vhds", true },
	{ ".vhdx", true },
	{ ".vmcx", false },
	{ ".vmgs", false },
	{ ".vmrs", false },
	{ ".vsv", false },
	{ ".xml", false },
};

static bool is_separator(char c)
{
	return c == '\\' || c == '/';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_guid(const char *text, size_t len)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	return hv_guid_normalise(text, len, guid);
}

static bool is_number(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_digit(text[i]))
			return false;
	return len > 0;
}

/* "Volume{GUID}" */
static bool is_volume_name(const char *name, size_t len)
{
	const size_t prefix = hv_utf8_caseprefix(name, "Volume");

	return prefix > 0 && prefix < len && name[prefix] == '{' &&
	       is_guid(name + prefix, len - prefix);
}

bool hv_redact_path_is_common(const char *name, size_t len)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(common_names); i++)
		if (hv_utf8_caseprefix(name, common_names[i]) == len)
			return true;
	for (size_t i = 0; i < HV_ARRAY_LEN(numbered_names); i++) {
		size_t prefix = hv_utf8_caseprefix(name, numbered_names[i]);

		if (prefix > 0 && prefix < len && is_number(name + prefix, len - prefix))
			return true;
	}
	for (size_t i = 0; i < HV_ARRAY_LEN(common_starts); i++) {
		size_t prefix = hv_utf8_caseprefix(name, common_starts[i]);

		if (prefix > 0 && prefix <= len)
			return true;
	}
	return (len == 2 && is_letter(name[0]) && name[1] == ':') || is_guid(name, len) ||
	       is_volume_name(name, len);
}

/* Index of the known ending that name[0..len) has; -1 when it has none. */
static int find_ending(const char *name, size_t len)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(endings); i++) {
		const size_t n = strlen(endings[i].ending);

		if (len > n && hv_utf8_caseprefix(name + len - n, endings[i].ending) == n)
			return (int)i;
	}
	return -1;
}

size_t hv_redact_path_ending_at(const char *text)
{
	size_t longest = 0;

	for (size_t i = 0; i < HV_ARRAY_LEN(endings); i++) {
		const size_t n = hv_utf8_caseprefix(text, endings[i].ending);

		longest = n > longest ? n : longest;
	}
	return longest;
}

size_t hv_redact_path_ending(const char *name, size_t len)
{
	size_t stem = len;

	for (int i = find_ending(name, stem); i >= 0; i = find_ending(name, stem))
		stem -= strlen(endings[i].ending);
	return len - stem;
}

/* Bytes of "_GUID" at the end, which Hyper-V gives the disks of checkpoints. */
static size_t guid_ending(const char *name, size_t len)
{
	enum { ENDING = HV_GUID_TEXT_LEN + 1 };

	if (len <= ENDING || name[len - ENDING] != '_' ||
		!is_guid(name + len - HV_GUID_TEXT_LEN, HV_GUID_TEXT_LEN))
		return 0;
	return ENDING;
}

/* What a file's name says beside that of its virtual machine and tells nothing. */
static bool is_harmless_word(const char *text, size_t len)
{
	static const char *const harmless[] = { "backup", "boot", "copy", "data", "db", "disk",
		"drive", "hdd", "log", "logs", "new", "old", "os", "page", "root", "ssd", "swap",
		"sys", "system", "temp", "tmp", "vhd", "vol" };

	if (len == 1 || is_number(text, len))
		return len <= 4;
	for (size_t i = 0; i < HV_ARRAY_LEN(harmless); i++)
		if (hv_utf8_caseprefix(text, harmless[i]) == len)
			return true;
	return false;
}

static bool is_harmless(const char *text, size_t len)
{
	static const char between[] = "-_ .()";
	size_t i = 0;

	if (len == 0 || strchr(between, text[0]) == NULL)
		return false;
	while (i < len) {
		size_t end = i;

		while (end < len && strchr(between, text[end]) == NULL)
			end++;
		if (end > i && !is_harmless_word(text + i, end - i))
			return false;
		i = end + 1;
	}
	return true;
}

/* The virtual machine whose name a file's begins with, without going on as a word. */
static const struct hv_word *find_vm(const struct hv_words *w, const char *name, size_t len)
{
	const struct hv_word *word = hv_words_at(w, name);

	for (; word != NULL; word = word->prefix) {
		size_t n = hv_word_length(word, name);

		if (word->kind == HV_WORD_VM && n < len && strchr("-_ .(", name[n]) != NULL)
			return word;
	}
	return NULL;
}

/* A name that is no word yet becomes one. It keeps the name of its virtual machine in front. */
static void add_name(struct hv_words *w, enum hv_word_kind kind, const char *name, size_t len,
	struct hv_buf *out)
{
	const struct hv_word *known = hv_words_find(w, name, len);
	const struct hv_word *vm = known == NULL ? find_vm(w, name, len) : NULL;
	HV_AUTO(buf) made;

	hv_buf_init(&made, (size_t)2 * HV_WORD_MAX);
	if (known != NULL) {
		hv_buf_adds(out, known->replacement);
	} else if (vm == NULL) {
		hv_buf_adds(out, hv_words_add(w, kind, name, len));
	} else {
		const size_t n = hv_word_length(vm, name);

		hv_buf_adds(&made, vm->replacement);
		if (is_harmless(name + n, len - n))
			hv_buf_add(&made, name + n, len - n);
		else
			hv_buf_addf(&made, "-file-%u", hv_words_number(w, HV_WORD_FILE));
		hv_buf_adds(out, hv_words_add_as(w, kind, name, len, hv_buf_str(&made)));
	}
}

static void redact_component(struct hv_words *w, const char *name, size_t len, struct hv_buf *out)
{
	const struct hv_word *known = hv_words_find(w, name, len);
	const size_t ending = hv_redact_path_ending(name, len);
	size_t stem = len - ending;
	const int last = find_ending(name, len);
	enum hv_word_kind kind = HV_WORD_FOLDER;

	if (ending > 0)
		kind = last >= 0 && endings[last].is_disk ? HV_WORD_DISK : HV_WORD_FILE;
	stem -= guid_ending(name, stem);
	if (hv_redact_path_is_common(name, len) || hv_redact_path_is_common(name, len - ending))
		hv_buf_add(out, name, len);
	else if (known != NULL)
		hv_buf_adds(out, known->replacement);
	else {
		add_name(w, kind, name, stem, out);
		hv_buf_add(out, name + stem, len - stem);
	}
}

static size_t skip_separators(const char *text, size_t len, size_t pos)
{
	while (pos < len && is_separator(text[pos]))
		pos++;
	return pos;
}

static size_t component_end(const char *text, size_t len, size_t pos)
{
	while (pos < len && !is_separator(text[pos]))
		pos++;
	return pos;
}

/* Appends one component as a server or share, with the separators behind it. Returns its end. */
static size_t redact_place(struct hv_words *w, enum hv_word_kind kind, const char *text, size_t len,
	size_t pos, struct hv_buf *out)
{
	const size_t end = component_end(text, len, pos);
	const size_t next = skip_separators(text, len, end);

	/* C$, ADMIN$ */
	if (end > pos && kind == HV_WORD_SHARE && text[end - 1] == '$')
		hv_buf_add(out, text + pos, end - pos);
	else if (kind == HV_WORD_HOST)
		hv_buf_adds(out, hv_redact_host(w, text + pos, end - pos));
	else
		hv_buf_adds(out, hv_words_add(w, kind, text + pos, end - pos));
	hv_buf_add(out, text + end, next - end);
	return next;
}

/* Length of the "\\" of a path on the network, or of "\\?\UNC\"; 0 for other paths. */
static size_t network_prefix(const char *text, size_t len)
{
	const size_t lead = skip_separators(text, len, 0);
	size_t end;

	if (lead < 2 || lead == len)
		return 0;
	end = component_end(text, len, lead);
	if (end - lead == 1 && strchr("?.", text[lead]) != NULL) {
		end = skip_separators(text, len, end);
		if (component_end(text, len, end) - end != 3 ||
			hv_utf8_caseprefix(text + end, "UNC") != 3)
			return 0;
		return skip_separators(text, len, end + 3);
	}
	return lead;
}

void hv_redact_path(struct hv_words *w, const char *text, size_t len, struct hv_buf *out)
{
	size_t pos = network_prefix(text, len);

	hv_buf_add(out, text, pos);
	if (pos > 0) {
		pos = redact_place(w, HV_WORD_HOST, text, len, pos, out);
		pos = redact_place(w, HV_WORD_SHARE, text, len, pos, out);
	}
	while (pos < len && !hv_buf_failed(out)) {
		const size_t end = component_end(text, len, pos);
		const size_t next = skip_separators(text, len, end);

		if (end > pos)
			redact_component(w, text + pos, end - pos, out);
		hv_buf_add(out, text + end, next - end);
		pos = next;
	}
}
