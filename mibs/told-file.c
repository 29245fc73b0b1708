/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/told-file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/ini-text.h"

#define MAGIC       "# hyperv_agentx: told, 1\n"
#define HEAD        "[host "
#define UNREACHABLE "unreachable"

enum { VALUE_MAX = 16 };

/* --- Reading --- */

/* False when it does not fit, or is no text. */
static bool copy_piece(struct hv_ini_piece piece, char *ret, size_t size)
{
	if (piece.len >= size || memchr(piece.text, '\0', piece.len))
		return false;
	memcpy(ret, piece.text, piece.len);
	ret[piece.len] = '\0';
	return true;
}

/* "[host NAME]" */
static bool read_head(
	struct hv_board *board, struct hv_ini_piece line, struct hv_board_host **ret_host)
{
	const size_t head_len = strlen(HEAD);
	char name[HV_INDEX_HOST_MAX + 1];

	*ret_host = NULL;
	if (line.len <= head_len || memcmp(line.text, HEAD, head_len) != 0 ||
		line.text[line.len - 1] != ']' ||
		!copy_piece(hv_ini_trim(line.text + head_len, line.len - head_len - 1), name,
			sizeof(name)))
		return false;
	*ret_host = hv_board_find(board, name);
	return true;
}

static bool read_unreachable(struct hv_board_host *host, const char *value)
{
	const bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return false;
	hv_board_remember_host(host, yes);
	return true;
}

static bool read_check(struct hv_board_host *host, struct hv_ini_piece name, const char *value)
{
	enum hv_state told = HV_UNKNOWN;

	if (hv_state_parse(value, &told, NULL))
		return false;
	for (size_t i = 0; i < host->check_count; i++)
		if (hv_ini_equals(name, host->checks[i].check))
			hv_board_remember_check(&host->checks[i], told);
	return true;
}

static bool read_line(struct hv_board *board, struct hv_ini_piece line, struct hv_board_host **host)
{
	struct hv_ini_piece key;
	struct hv_ini_piece piece;
	char value[VALUE_MAX + 1];

	if (line.text[0] == '[')
		return read_head(board, line, host);
	if (!*host)
		return true;
	if (!hv_ini_split(line, &key, &piece) || !copy_piece(piece, value, sizeof(value)))
		return false;
	return hv_ini_equals(key, UNREACHABLE) ? read_unreachable(*host, value)
					       : read_check(*host, key, value);
}

/* Also one that was cut off, however short. */
static bool is_ours(const char *text, size_t len)
{
	return memcmp(text, MAGIC, len < strlen(MAGIC) ? len : strlen(MAGIC)) == 0;
}

int hv_told_file_read(
	struct hv_board *board, const char *path, struct hv_told_oddities *ret, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	struct hv_board_host *host = NULL;
	struct hv_ini_lines lines;
	struct hv_ini_piece line;
	size_t len = 0;

	*ret = (struct hv_told_oddities){ .count = 0 };
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	if (hv_file_load(path, HV_TOLD_FILE_MAX_BYTES, &bytes, &len, NULL, err))
		return -1;
	if (!is_ours((const char *)bytes, len))
		return hv_err_set(err, HV_ERR_FORMAT, "%s: not written by this program", path);
	lines = hv_ini_lines_start((const char *)bytes, len);
	while (hv_ini_lines_next(&lines, &line)) {
		if (!read_line(board, line, &host) && ret->count++ == 0)
			ret->first_line = lines.number;
	}
	return 0;
}

/* --- Writing --- */

static void put_host(struct hv_buf *out, const struct hv_board_host *host)
{
	hv_buf_addf(out, HEAD "%s]\n", host->name);
	if (host->told_known)
		hv_buf_addf(out, UNREACHABLE " = %s\n", host->told_unreachable ? "yes" : "no");
	for (size_t i = 0; i < host->check_count; i++) {
		const struct hv_board_check *check = &host->checks[i];

		if (check->told_known)
			hv_buf_addf(out, "%s = %s\n", check->check, hv_state_name(check->told));
	}
}

int hv_told_file_write(const struct hv_board *board, const char *path, struct hv_err *err)
{
	HV_AUTO(buf) out = { .max = HV_TOLD_FILE_MAX_BYTES };

	hv_buf_adds(&out, MAGIC);
	for (size_t i = 0; i < board->host_count; i++)
		put_host(&out, &board->hosts[i]);
	if (hv_buf_failed(&out))
		return hv_err_no_memory(err);
	return hv_file_write_atomic(path, out.data, out.len, 0600, err);
}
