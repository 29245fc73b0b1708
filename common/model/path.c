/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows paths as text: one spelling, the part that names the volume, and names of folders
 * [Naming Files, Paths, and Namespaces]. */
#include "model/path.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/join.h"
#include "base/parse.h"
#include "base/printable.h"
#include "base/utf.h"

enum {
	GUID_BRACED_LEN = HV_GUID_TEXT_LEN + 2,
	DRIVE_LEN = 2,  /* "D:" */
	GROWTH_MAX = 2, /* a path grows by the '\\' of "D:\\" at most */
};

static const char DEVICE_PREFIX[] = "\\\\?\\"; /* before anything but a share's UNC form */
static const char VOLUME_WORD[] = "Volume";
static const char CLUSTER_STORAGE[] = "ClusterStorage";

static bool is_separator(char c)
{
	return c == '\\' || c == '/';
}

static const char *skip_separators(const char *s)
{
	while (is_separator(*s))
		s++;
	return s;
}

/* Bytes of s before the next separator or the end. */
static size_t component_len(const char *s)
{
	return strcspn(s, "\\/");
}

static bool component_is(const char *s, const char *name)
{
	size_t len = component_len(s);

	return len > 0 && hv_utf8_caseprefix(s, name) == len;
}

/* "." and "..", which are no names. */
static bool is_dots(const char *s, size_t len)
{
	return (len == 1 && s[0] == '.') || (len == 2 && s[0] == '.' && s[1] == '.');
}

static char upper_letter(char c)
{
	static const char UPPER[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (c >= 'a' && c <= 'z')
		return UPPER[c - 'a'];
	return c;
}

static bool is_letter(char c)
{
	return upper_letter(c) >= 'A' && upper_letter(c) <= 'Z';
}

/* "D:" as a whole component. "D:x" is relative to the current folder of D: and not understood. */
static bool is_drive(const char *s)
{
	return component_len(s) == DRIVE_LEN && is_letter(s[0]) && s[1] == ':';
}

/* "Volume{GUID}" as a whole component. */
static bool is_volume_guid(const char *s)
{
	char guid[HV_GUID_TEXT_LEN + 1];
	size_t len = component_len(s);
	size_t word_len = hv_utf8_caseprefix(s, VOLUME_WORD);

	return word_len > 0 && len == word_len + GUID_BRACED_LEN && s[word_len] == '{' &&
	       hv_guid_normalise(s + word_len, GUID_BRACED_LEN, guid);
}

/* "server\share": two names. "?" stands for the device namespace and is no server. */
static bool is_server_and_share(const char *s)
{
	size_t server_len = component_len(s);
	const char *share = skip_separators(s + server_len);
	size_t share_len = component_len(share);

	return server_len > 0 && share_len > 0 && !is_dots(s, server_len) &&
	       !(server_len == 1 && s[0] == '?') && !is_dots(share, share_len);
}

static void add_component(struct hv_buf *out, const char *s)
{
	hv_buf_add(out, s, component_len(s));
}

/* Takes the last component off, but nothing of the root. */
static void drop_component(struct hv_buf *out, size_t root_len)
{
	while (out->len > root_len && out->data[out->len - 1] != '\\')
		hv_buf_truncate(out, out->len - 1);
	if (out->len > root_len)
		hv_buf_truncate(out, out->len - 1);
}

/* Appends the components of s behind a root that is in out already. */
static void add_below_root(struct hv_buf *out, const char *s)
{
	size_t root_len = out->len;

	for (s = skip_separators(s); *s; s = skip_separators(s + component_len(s))) {
		size_t len = component_len(s);

		if (len == 2 && is_dots(s, len)) {
			drop_component(out, root_len);
		} else if (!is_dots(s, len)) {
			hv_buf_addc(out, '\\');
			add_component(out, s);
		}
	}
}

static void add_drive_path(struct hv_buf *out, const char *s)
{
	hv_buf_addc(out, upper_letter(s[0]));
	hv_buf_addc(out, ':');
	add_below_root(out, s + DRIVE_LEN);
	if (out->len == DRIVE_LEN)
		hv_buf_addc(out, '\\');
}

static void add_volume_path(struct hv_buf *out, const char *s)
{
	hv_buf_adds(out, DEVICE_PREFIX);
	add_component(out, s);
	add_below_root(out, s + component_len(s));
}

static void add_share_path(struct hv_buf *out, const char *s)
{
	const char *share = skip_separators(s + component_len(s));

	hv_buf_adds(out, "\\\\");
	add_component(out, s);
	hv_buf_addc(out, '\\');
	add_component(out, share);
	add_below_root(out, share + component_len(share));
}

/* A path that is not understood keeps its components: what ".." means in it is not known. */
static void add_other_path(struct hv_buf *out, const char *prefix, const char *s)
{
	hv_buf_adds(out, prefix);
	while (*s) {
		add_component(out, s);
		s += component_len(s);
		if (is_separator(*s)) {
			s = skip_separators(s);
			if (*s)
				hv_buf_addc(out, '\\');
		}
	}
}

/* What follows "\\?\" or "\\.\". */
static void add_device_path(struct hv_buf *out, const char *prefix, const char *s)
{
	if (is_drive(s))
		add_drive_path(out, s);
	else if (is_volume_guid(s))
		add_volume_path(out, s);
	else if (component_is(s, "UNC") && is_server_and_share(skip_separators(s + strlen("UNC"))))
		add_share_path(out, skip_separators(s + strlen("UNC")));
	else
		add_other_path(out, prefix, s);
}

/* What follows two separators or more at the start. */
static void add_double_path(struct hv_buf *out, const char *s)
{
	if (component_is(s, "?"))
		add_device_path(out, DEVICE_PREFIX, skip_separators(s + 1));
	else if (component_is(s, "."))
		add_device_path(out, "\\\\.\\", skip_separators(s + 1));
	else if (is_server_and_share(s))
		add_share_path(out, s);
	else
		add_other_path(out, "\\\\", s);
}

const char *hv_path_normalise(struct hv_arena *arena, const char *path)
{
	HV_AUTO(buf) out = { .max = strlen(path) + GROWTH_MAX };

	if (is_separator(path[0]) && is_separator(path[1]))
		add_double_path(&out, skip_separators(path));
	else if (is_separator(path[0]))
		add_other_path(&out, "\\", skip_separators(path));
	else if (is_drive(path))
		add_drive_path(&out, path);
	else
		add_other_path(&out, "", path);
	return hv_arena_buf(arena, &out);
}

/* Length of "X:\ClusterStorage\<volume>" at the start of a path on a drive; 0 when it is none. */
static size_t csv_root_len(const char *path)
{
	size_t folder_len;
	size_t volume_len;

	if (!component_is(path + DRIVE_LEN + 1, CLUSTER_STORAGE))
		return 0;
	folder_len = DRIVE_LEN + 1 + strlen(CLUSTER_STORAGE);
	if (path[folder_len] != '\\')
		return 0;
	volume_len = component_len(path + folder_len + 1);
	return volume_len > 0 ? folder_len + 1 + volume_len : 0;
}

static enum hv_path_kind split_double(const char *path, size_t *ret_root_len)
{
	const char *name = path + strlen(DEVICE_PREFIX);
	size_t server_end;

	if (strncmp(path, DEVICE_PREFIX, strlen(DEVICE_PREFIX)) == 0) {
		if (!is_volume_guid(name))
			return HV_PATH_OTHER;
		*ret_root_len = strlen(DEVICE_PREFIX) + component_len(name);
		return HV_PATH_VOLUME;
	}
	if (component_is(path + 2, ".") || !is_server_and_share(path + 2))
		return HV_PATH_OTHER;
	server_end = 2 + component_len(path + 2);
	*ret_root_len = server_end + 1 + component_len(path + server_end + 1);
	return HV_PATH_SMB;
}

enum hv_path_kind hv_path_split(const char *path, size_t *ret_root_len)
{
	size_t csv_len;

	*ret_root_len = 0;
	if (path[0] == '\\' && path[1] == '\\')
		return split_double(path, ret_root_len);
	if (!is_drive(path) || path[DRIVE_LEN] != '\\')
		return HV_PATH_OTHER;
	csv_len = csv_root_len(path);
	*ret_root_len = csv_len > 0 ? csv_len : DRIVE_LEN;
	return csv_len > 0 ? HV_PATH_CSV : HV_PATH_DRIVE;
}

const char *hv_path_file_name(const char *path)
{
	const char *name = path;

	for (const char *p = path; *p; p++) {
		if (is_separator(*p))
			name = p + 1;
	}
	return name;
}

const char *hv_path_folder(struct hv_arena *arena, const char *path)
{
	const char *name = hv_path_file_name(path);
	const size_t len = (size_t)(name - path);
	size_t root_len;

	if (hv_path_split(path, &root_len) == HV_PATH_OTHER || *name == '\0' || len <= root_len)
		return NULL;
	/* The separator belongs to the name of a drive's or volume's root. */
	return hv_arena_strndup(arena, path, len == root_len + 1 ? len : len - 1);
}

bool hv_path_has_folder(const char *path, size_t root_len, const char *name)
{
	const char *file = hv_path_file_name(path);

	for (const char *p = skip_separators(path + root_len); p < file;
		p = skip_separators(p + component_len(p))) {
		if (component_is(p, name))
			return true;
	}
	return false;
}

bool hv_path_is_differencing(const char *path)
{
	const char *dot = strrchr(hv_path_file_name(path), '.');

	return dot && (hv_utf8_caseeq(dot, ".avhd") || hv_utf8_caseeq(dot, ".avhdx"));
}

static const char *const RESERVED_NAMES[] = { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$" };

/* COM and LPT with a digit; superscript one, two and three count as digits. */
static bool is_numbered_port(const char *name, size_t len)
{
	static const char *const DIGITS[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
		"\xC2\xB9", "\xC2\xB2", "\xC2\xB3" };

	if (hv_utf8_caseprefix(name, "COM") == 0 && hv_utf8_caseprefix(name, "LPT") == 0)
		return false;
	for (size_t i = 0; i < HV_ARRAY_LEN(DIGITS); i++) {
		size_t digit_len = strlen(DIGITS[i]);

		if (len == 3 + digit_len && strncmp(name + 3, DIGITS[i], digit_len) == 0)
			return true;
	}
	return false;
}

/* Length of a device name that makes the whole name reserved, whatever extension follows; 0: none.
 */
static size_t reserved_len(const char *name)
{
	size_t len = strcspn(name, ".");

	while (len > 0 && name[len - 1] == ' ')
		len--;
	if (is_numbered_port(name, len))
		return len;
	for (size_t i = 0; i < HV_ARRAY_LEN(RESERVED_NAMES); i++) {
		if (len > 0 && hv_utf8_caseprefix(name, RESERVED_NAMES[i]) == len)
			return len;
	}
	return 0;
}

static void add_allowed(struct hv_buf *out, const char *name)
{
	size_t left = strlen(name);

	while (left > 0) {
		uint32_t c = 0;
		size_t len = hv_utf8_decode(name, left, &c);

		if (len == 0 || !hv_printable(c) || (c < 0x80 && strchr("<>:\"/\\|?*", (int)c)))
			hv_buf_addc(out, '_');
		else
			hv_buf_add(out, name, len);
		name += len ? len : 1;
		left -= len ? len : 1;
	}
	while (out->len > 0 && strchr(". ", out->data[out->len - 1]))
		hv_buf_truncate(out, out->len - 1);
}

const char *hv_path_folder_name(struct hv_arena *arena, const char *vm_name)
{
	HV_AUTO(buf) name = { .max = strlen(vm_name) };
	size_t stem_len;

	add_allowed(&name, vm_name);
	stem_len = reserved_len(hv_buf_str(&name));
	if (hv_buf_failed(&name) || (stem_len == 0 && name.len > 0))
		return hv_arena_buf(arena, &name);
	return hv_arena_printf(
		arena, "%.*s_%s", (int)stem_len, hv_buf_str(&name), hv_buf_str(&name) + stem_len);
}
