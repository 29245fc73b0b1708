/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows paths as text: no file system is asked. */
#ifndef HV_MODEL_PATH_H
#define HV_MODEL_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum hv_path_kind {
	HV_PATH_OTHER = 0, /* relative or not understood */
	HV_PATH_DRIVE,     /* D:\... */
	HV_PATH_CSV,       /* X:\ClusterStorage\<volume>\... */
	HV_PATH_VOLUME,    /* \\?\Volume{GUID}\... */
	HV_PATH_SMB,       /* \\server\share\... */
};

/* One spelling for one path: '/' becomes '\', repeated separators collapse, "." and ".." are
 * resolved,
 * "\\?\D:\" and "\\.\D:\" lose their prefix, "\\?\UNC\server" becomes "\\server", the drive letter
 * is upper case, a trailing '\' is dropped except in "D:\" ("D:" becomes "D:\"). Other letters keep
 * their case. What is not understood keeps its "." and "..". In the arena; NULL when memory is
 * short. */
const char *hv_path_normalise(struct hv_arena *arena, const char *path);

/* Of a normalised path: its kind and the length of the part that names the volume ("D:",
 * "C:\ClusterStorage\Volume1",
 * "\\?\Volume{GUID}", "\\server\share"), without the separator behind it. 0 for HV_PATH_OTHER. */
enum hv_path_kind hv_path_split(const char *path, size_t *ret_root_len);

/* The last component of a path (borrowed from it); "" when it ends with a separator. */
const char *hv_path_file_name(const char *path);

/* The folder that a normalised path lies in: "D:\" for "D:\x"; NULL when the path is not
 * understood, is a root itself, or memory is short. In the arena. */
const char *hv_path_folder(struct hv_arena *arena, const char *path);

/* True when some folder above the file is called name (whole component, case-insensitive). The
 * first `root_len` bytes do not count. */
bool hv_path_has_folder(const char *path, size_t root_len, const char *name);

/* True for .avhd and .avhdx: the writable top of a checkpoint chain. */
bool hv_path_is_differencing(const char *path);

/* A folder name made from a VM's name: characters that Windows refuses in file names (< > : " / \ |
 * ? *) and those that are not printable (hv_printable) become '_', trailing dots and spaces go, a
 * reserved device name (CON, NUL, COM1 ...) or an empty result gets a trailing '_' (NUL.x: NUL_.x).
 * In the arena; NULL when memory is short. */
const char *hv_path_folder_name(struct hv_arena *arena, const char *vm_name);

#endif
