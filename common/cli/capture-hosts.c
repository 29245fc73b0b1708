/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-hosts.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "cli/connect-host.h"
#include "cli/ini-text.h"

/* A colon is no part of a file's name everywhere. */
static const char *file_name(const char *host, struct hv_arena *arena)
{
	const char *dashed = hv_arena_strdup(arena, host);
	char *name = dashed ? hv_arena_alloc(arena, strlen(dashed) + sizeof(".json")) : NULL;
	size_t len;

	if (!name)
		return NULL;
	len = strlen(dashed);
	for (size_t i = 0; i < len; i++)
		name[i] = dashed[i] == ':' ? '-' : dashed[i];
	memcpy(name + len, ".json", sizeof(".json"));
	return name;
}

/* By the file's name, so that no capture takes the place of another one. Case does not matter to
 * DNS, nor to every file system. */
static int check_new(const struct hv_capture_hosts *hosts, const struct hv_capture_host *host,
	struct hv_err *err)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (strcasecmp(hosts->items[i].file, host->file) == 0)
			return hv_err_set(err, HV_ERR_ARGUMENT, "%s stands in line %zu already",
				host->host, hosts->items[i].line);
	return 0;
}

static int take_line(struct hv_ini_piece line, size_t number, struct hv_arena *arena,
	struct hv_capture_hosts *hosts, struct hv_err *err)
{
	struct hv_capture_host *host = &hosts->items[hosts->count];
	const char *text = hv_arena_strndup(arena, line.text, line.len);

	if (!text)
		return hv_err_no_memory(err);
	if (strlen(text) != line.len)
		return hv_err_set(err, HV_ERR_ARGUMENT, "a NUL byte");
	if (hv_connect_host(text, arena, &host->host, &host->is_address, err))
		return -1;
	host->line = number;
	host->file = file_name(host->host, arena);
	if (!host->file)
		return hv_err_no_memory(err);
	if (check_new(hosts, host, err))
		return -1;
	hosts->count++;
	return 0;
}

static struct hv_ini_piece without_comment(struct hv_ini_piece line)
{
	const char *comment = memchr(line.text, '#', line.len);

	return comment ? hv_ini_trim(line.text, (size_t)(comment - line.text)) : line;
}

int hv_capture_hosts_parse(const char *text, size_t len, const char *name, struct hv_arena *arena,
	struct hv_capture_hosts *ret, struct hv_err *err)
{
	struct hv_ini_lines lines = hv_ini_lines_start(text, len);
	struct hv_capture_hosts hosts = { .count = 0 };
	struct hv_ini_piece piece;

	hosts.items = hv_arena_array(arena, HV_CAPTURE_HOSTS_MAX, sizeof(*hosts.items));
	if (!hosts.items)
		return hv_err_no_memory(err);
	while (hv_ini_lines_next(&lines, &piece)) {
		if (hosts.count == HV_CAPTURE_HOSTS_MAX)
			return hv_err_set(err, HV_ERR_LIMIT, "%s: more than %d hosts", name,
				(int)HV_CAPTURE_HOSTS_MAX);
		if (take_line(without_comment(piece), lines.number, arena, &hosts, err))
			return hv_err_wrap(err, "%s:%zu", name, lines.number);
	}
	if (hosts.count == 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "%s: names no host", name);
	*ret = hosts;
	return 0;
}

static int read_standard_input(
	struct hv_arena *arena, struct hv_capture_hosts *ret, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = hv_alloc(HV_CAPTURE_HOSTS_MAX_BYTES + 1);
	ssize_t len;

	if (!bytes)
		return hv_err_no_memory(err);
	len = hv_file_read(STDIN_FILENO, bytes, HV_CAPTURE_HOSTS_MAX_BYTES + 1, err);
	if (len < 0)
		return hv_err_wrap(err, "standard input");
	if (len > HV_CAPTURE_HOSTS_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT,
			"standard input: larger than the limit of %d bytes",
			(int)HV_CAPTURE_HOSTS_MAX_BYTES);
	return hv_capture_hosts_parse(
		(const char *)bytes, (size_t)len, "standard input", arena, ret, err);
}

int hv_capture_hosts_read(
	const char *path, struct hv_arena *arena, struct hv_capture_hosts *ret, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	size_t len;

	if (strcmp(path, "-") == 0)
		return read_standard_input(arena, ret, err);
	if (hv_file_load(path, HV_CAPTURE_HOSTS_MAX_BYTES, &bytes, &len, NULL, err))
		return -1;
	return hv_capture_hosts_parse((const char *)bytes, len, path, arena, ret, err);
}
