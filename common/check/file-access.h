/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether virtual machines may use their files, and Hyper-V the folders of these: what a list of
 * permissions gives to whom, judgement, reasons and remedies. */
#ifndef HV_CHECK_FILE_ACCESS_H
#define HV_CHECK_FILE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/report.h"
#include "model/host.h"
#include "model/sid.h"

#define HV_RULE_DISK_ACCESS   "disk-access"
#define HV_RULE_DENIED        "denied"
#define HV_RULE_FOLDER_ACCESS "folder-access"
#define HV_RULE_SHARED_FOLDER "shared-folder"
#define HV_RULE_FOREIGN_VM    "foreign-vm"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_access_rules[];

/* Whose rights are looked for. */
enum hv_access_for {
	HV_ACCESS_FOR_VM_ALONE,  /* entries of its own */
	HV_ACCESS_FOR_VM_NARROW, /* and those of all virtual machines */
	HV_ACCESS_FOR_VM,        /* and those of everyone */
	HV_ACCESS_FOR_SYSTEM,    /* the Virtual Machine Management service */
};

struct hv_access_who {
	enum hv_access_for kind;
	char vm_sid[HV_SID_VM_MAX]; /* "" for the system */
};

/* vm: NULL for the system. */
struct hv_access_who hv_access_who_of(const struct hv_vm *vm, enum hv_access_for kind);

enum hv_access {
	HV_ACCESS_NO = 0,
	HV_ACCESS_UNCLEAR, /* it depends on accounts of which it is not known whether they count */
	HV_ACCESS_YES,
};

/* Whether all rights of the mask are given. The first entry that names a right decides about it
 * [MS-DTYP 2.5.3.2]. */
enum hv_access hv_access_judge(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask);

/* The first entry that takes some of the rights for certain; NULL: none. */
const struct hv_ace *hv_access_denier(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask);

/* The same when no entry denied anything. */
enum hv_access hv_access_without_denials(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask);

/* The first entry of that type about such a right of which it is not known whether it counts; NULL:
 * none. */
const struct hv_ace *hv_access_doubt(const struct hv_acl *acl, const struct hv_access_who *who,
	uint32_t mask, enum hv_ace_type type);

struct hv_access_job {
	const struct hv_host *host;
	const struct hv_rule_states *rules; /* the user's --rule */
	struct hv_report *out;
};

struct hv_access_tally {
	uint64_t seen, judged, excluded; /* files and folders */
	uint64_t faulty;                 /* for which a rule holds, whatever its state */
	uint64_t smb;                    /* files on shares, which are not judged */
	uint64_t parents_not_told, folders_not_told;
};

/* All findings. False when memory is short. */
bool hv_access_judge_all(const struct hv_access_job *job, struct hv_access_tally *tally);

/* Add the remedy to a finding. path: of a file or folder; ace: the entry to remove. */
void hv_access_remedy_grant(struct hv_report *out, struct hv_finding *f, const char *path,
	const struct hv_vm *vm, const char *rights);
void hv_access_remedy_system(struct hv_report *out, struct hv_finding *f, const char *path);
void hv_access_remedy_denied(
	struct hv_report *out, struct hv_finding *f, const char *path, const struct hv_ace *ace);
void hv_access_remedy_foreign(
	struct hv_report *out, struct hv_finding *f, const char *path, const char *sid);
void hv_access_remedy_unreadable(struct hv_report *out, struct hv_finding *f);

/* As people know it: "NT VIRTUAL MACHINE\GUID", "Everyone". In the arena. */
const char *hv_access_account(struct hv_arena *arena, const struct hv_ace *ace);

#endif
