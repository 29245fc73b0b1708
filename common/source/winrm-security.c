/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Win32_LogicalFileSecuritySetting.GetSecurityDescriptor for each virtual hard disk and its folder.
 * What a host tells of one file says nothing about the next, so each has its own error. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/utf.h"
#include "cim/bag-make.h"
#include "cim/descriptor.h"
#include "model/sddl.h"
#include "source/winrm-reading.h"

enum {
	MAX_FILES = 4000, /* files and folders that one run asks for */
	MAX_BYTES = 64 << 20,
};

/* ReturnValue [Win32_LogicalFileSecuritySetting.GetSecurityDescriptor]; 5 is the plain Win32 error
 */
static const struct {
	uint64_t value;
	const char *text;
} results[] = {
	{ 2, "the account may not read its permissions (ReturnValue 2)" },
	{ 5, "the account may not read its permissions (ReturnValue 5)" },
	{ 8, "the host does not say why (ReturnValue 8)" },
	{ 9, "the account lacks a privilege that is needed (ReturnValue 9)" },
	{ 21, "the host does not accept its path (ReturnValue 21)" },
};

struct files {
	struct hv_arena arena;
	const char **paths;
	size_t count;
};

/* The answer about one file */
struct answer {
	const char *path;
	struct hv_buf sddl;
	struct hv_err error; /* set: it could not be read */
};

static int compare_paths(const void *a, const void *b)
{
	return hv_utf8_casecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each file and folder once. */
static int list_files(struct files *files, const struct hv_host *host, struct hv_err *err)
{
	size_t count = 0;

	files->paths =
		hv_arena_array(&files->arena, 2 * host->disk_count + 1, sizeof(files->paths[0]));
	for (size_t i = 0; files->paths && i < host->disk_count; i++) {
		const struct hv_place *place = &host->disks[i].place;
		const char *folder = NULL;

		if (host->disks[i].kind != HV_DISK_VHD || !place->path ||
			place->kind == HV_PATH_OTHER)
			continue;
		folder = hv_path_folder(&files->arena, place->path);
		files->paths[count++] = place->path;
		if (folder)
			files->paths[count++] = folder;
	}
	if (!files->paths || hv_arena_failed(&files->arena))
		return hv_err_no_memory(err);
	qsort(files->paths, count, sizeof(files->paths[0]), compare_paths);
	for (size_t i = 0; i < count; i++)
		if (files->count == 0 ||
			compare_paths(&files->paths[files->count - 1], &files->paths[i]) != 0)
			files->paths[files->count++] = files->paths[i];
	return 0;
}

static void set_result(struct answer *a, uint64_t value)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(results); i++) {
		if (results[i].value == value) {
			(void)hv_err_set(&a->error, HV_ERR_IO, "%s", results[i].text);
			return;
		}
	}
	(void)hv_err_set(
		&a->error, HV_ERR_IO, "the host refused it (ReturnValue %" PRIu64 ")", value);
}

static int take_answer(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct answer *a = ctx;
	struct hv_bag descriptor;
	uint64_t value;

	if (!hv_bag_u64(bag, "ReturnValue", &value)) {
		(void)hv_err_set(&a->error, HV_ERR_FORMAT, "the host's answer tells no result");
	} else if (value != 0) {
		set_result(a, value);
	} else if (!hv_bag_object(bag, "Descriptor", &descriptor)) {
		(void)hv_err_set(&a->error, HV_ERR_FORMAT, "the host's answer tells no descriptor");
	} else if (hv_descriptor_sddl(&descriptor, &a->sddl, &a->error)) {
		return a->error.kind == HV_ERR_NO_MEMORY ? hv_err_no_memory(err) : 0;
	}
	return 0;
}

static int pour_row(struct hv_winrm_pouring *p, const char *path, const char *sddl,
	const char *error, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = p, .bag = hv_winrm_pour };
	const struct hv_bag_text row[] = {
		{ "Path", path },
		{ "Sddl", sddl },
		{ "Error", error },
	};

	return hv_bag_pour_texts(
		&sink, HV_NS_FILES, HV_CLASS_FILE_SECURITY, row, HV_ARRAY_LEN(row), err);
}

/* A fault is an answer about this file; only what ends the conversation ends the asking. */
static int ask_host(struct hv_winrm_pouring *p, struct answer *a, struct hv_err *err)
{
	const struct hv_soap_selector key = { .name = "Path", .value = a->path };
	const struct hv_soap_object object = {
		.ns = HV_NS_CIMV2,
		.class_name = "Win32_LogicalFileSecuritySetting",
		.selectors = &key,
		.selector_count = 1,
	};
	const struct hv_sink sink = { .ctx = a, .bag = take_answer };
	struct hv_client *client = &p->r->w->client;
	struct hv_err why = HV_ERR_INIT;

	if (hv_client_invoke(client, &object, "GetSecurityDescriptor", NULL, 0, &sink, &why) == 0)
		return 0;
	if (!hv_winrm_may_go_on(p->r->w) || why.kind == HV_ERR_NO_MEMORY)
		return hv_err_set(err, why.kind, "%s", why.text);
	hv_err_clear(&a->error);
	if (client->failure.is_fault && client->failure.fault == HV_FAULT_NO_RESOURCE)
		(void)hv_err_set(&a->error, HV_ERR_MISSING,
			"the host does not find it, or does not let the account see it");
	else
		(void)hv_err_set(&a->error, why.kind, "%s", why.text);
	return 0;
}

static int ask_file(struct hv_winrm_pouring *p, const char *path, struct hv_err *err)
{
	struct answer a = { .path = path, .sddl = { .max = HV_SDDL_MAX }, .error = HV_ERR_INIT };
	int result = ask_host(p, &a, err);

	if (result == 0)
		result = hv_err_is_set(&a.error)
				 ? pour_row(p, path, NULL, a.error.text, err)
				 : pour_row(p, path, hv_buf_str(&a.sddl), NULL, err);
	hv_buf_done(&a.sddl);
	return result;
}

static int ask_files(struct hv_winrm_pouring *p, const struct files *files, struct hv_err *err)
{
	size_t asked = 0;

	for (size_t i = 0; i < files->count; i++) {
		const char *const path = files->paths[i];
		size_t unused;
		int result;

		if (hv_path_split(path, &unused) == HV_PATH_SMB)
			result = pour_row(p, path, NULL,
				"files on shares are not asked for: their server tells their "
				"permissions",
				err);
		else if (asked++ >= MAX_FILES)
			result = pour_row(p, path, NULL,
				"not asked for: the host has too many virtual disks", err);
		else
			result = ask_file(p, path, err);
		if (result)
			return -1;
	}
	return 0;
}

int hv_winrm_ask_security(
	struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err)
{
	struct files files = { .arena = { .max = MAX_BYTES } };
	int result = -1;

	p->r->w->client.failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_NONE };
	if (!hv_host_has(host, HV_SEC_DISKS))
		(void)hv_err_set(err, HV_ERR_MISSING,
			"which files there are is not known: the virtual disks were not read");
	else if (list_files(&files, host, err) == 0)
		result = ask_files(p, &files, err);
	hv_arena_done(&files.arena);
	return result;
}
