/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model of one Hyper-V host: plain structs, filled by sources and read by checks. All memory
 * belongs to the host; strings live in its arena, are valid UTF-8 and borrowed. A NULL string
 * and a value with known == false mean "not told". Class and property names in comments are those
 * of root\virtualization\v2 unless said (reference: Hyper-V WMI provider (V2) documentation). */
#ifndef HV_MODEL_HOST_H
#define HV_MODEL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/acl.h"
#include "model/path.h"
#include "model/value.h"

/* Named limits of what one host may hold; more is refused as HV_ERR_LIMIT. */
enum {
	HV_HOST_MAX_ROWS = 1000000,  /* rows of one kind */
	HV_HOST_MAX_BYTES = 1 << 30, /* memory of the model */
};

/* A section is what can be asked for, read or failed as a whole. */
enum hv_section {
	HV_SECTION_OS,             /* version of the host's Windows */
	HV_SECTION_VOLUMES,        /* volumes and mount points */
	HV_SECTION_SHADOW_STORAGE, /* storage of volume shadow copies */
	HV_SECTION_VMS,            /* virtual machines and their settings */
	HV_SECTION_DISKS, /* virtual hard disks, images and pass-through disks, with their slots */
	HV_SECTION_CHECKPOINTS,   /* checkpoints of virtual machines */
	HV_SECTION_GUESTS,        /* what the guests tell by key-value exchange */
	HV_SECTION_INTEGRATION,   /* the integration component for backups, of each VM */
	HV_SECTION_SUMMARY,       /* what Hyper-V says of the versions of integration services */
	HV_SECTION_FIBRE_CHANNEL, /* virtual Fibre Channel ports */
	HV_SECTION_EVENTS,        /* event log records */
	HV_SECTION_JOBS,          /* what Hyper-V is doing: backups, checkpoints, merges */
	HV_SECTION_WRITERS,       /* VSS writers */
	HV_SECTION_ACL,           /* permissions of virtual disks and their folders */
	HV_SECTION_UPDATES,       /* installed updates */
	HV_SECTION_BUILD,         /* build and revision of the host's Windows, by its registry */
	HV_SECTION_COUNT
};

#define HV_SEC(section)       (1u << (section))
#define HV_SEC_OS             HV_SEC(HV_SECTION_OS)
#define HV_SEC_VOLUMES        HV_SEC(HV_SECTION_VOLUMES)
#define HV_SEC_SHADOW_STORAGE HV_SEC(HV_SECTION_SHADOW_STORAGE)
#define HV_SEC_VMS            HV_SEC(HV_SECTION_VMS)
#define HV_SEC_DISKS          HV_SEC(HV_SECTION_DISKS)
#define HV_SEC_CHECKPOINTS    HV_SEC(HV_SECTION_CHECKPOINTS)
#define HV_SEC_GUESTS         HV_SEC(HV_SECTION_GUESTS)
#define HV_SEC_INTEGRATION    HV_SEC(HV_SECTION_INTEGRATION)
#define HV_SEC_SUMMARY        HV_SEC(HV_SECTION_SUMMARY)
#define HV_SEC_FIBRE_CHANNEL  HV_SEC(HV_SECTION_FIBRE_CHANNEL)
#define HV_SEC_EVENTS         HV_SEC(HV_SECTION_EVENTS)
#define HV_SEC_UPDATES        HV_SEC(HV_SECTION_UPDATES)
#define HV_SEC_BUILD          HV_SEC(HV_SECTION_BUILD)
#define HV_SEC_JOBS           HV_SEC(HV_SECTION_JOBS)
#define HV_SEC_WRITERS        HV_SEC(HV_SECTION_WRITERS)
#define HV_SEC_ACL            HV_SEC(HV_SECTION_ACL)
/* What costs a host so much that it is fetched only for a check that wants it. */
#define HV_SEC_ON_DEMAND (HV_SEC_WRITERS | HV_SEC_ACL)

const char *hv_section_name(enum hv_section section); /* "volumes", for people */

enum hv_section_status {
	HV_SECTION_NOT_ASKED = 0, /* no source told anything about it */
	HV_SECTION_PRESENT,
	HV_SECTION_FAILED, /* asked for and not readable; error says why */
};

struct hv_section_info {
	enum hv_section_status status;
	const char *error;  /* FAILED: the reason */
	const char *damage; /* PRESENT but incomplete (a damaged log): what was lost */
	const char *origin; /* where it was read from, for -vv */
	struct hv_time read_at;
	size_t rows; /* instances or records read, wanted or not */
};

/* Where a file lies. Computed by hv_host_link() for every path of the model. */
struct hv_place {
	const char *path; /* normalised; NULL when the path is not told */
	enum hv_path_kind kind;
	const struct hv_volume *volume; /* NULL: not among the known volumes (always so for SMB) */
	const char *root; /* what people call the volume: "D:", "C:\Mount\x", "\\server\share"; NULL
			     when not understood */
	const char *key;  /* equal (hv_utf8_caseeq) for places on the same volume; NULL when not
			     understood */
	size_t root_len;  /* bytes of path that are the root */
	bool is_folder;   /* path names a folder, not a file (hv_place_set_folder) */
	bool in_root; /* the file lies directly in the root, in no folder; of a folder: it is the
			 root itself */
};

struct hv_volume {             /* Win32_Volume */
	const char *device_id; /* \\?\Volume{GUID}\ */
	const char *name;      /* mount path: D:\, C:\Mount\x\, C:\ClusterStorage\Volume1\ */
	const char *label;
	const char *file_system;  /* NTFS, ReFS, CSVFS ... */
	struct hv_u64 drive_type; /* 3 local fixed disk, 5 CD [Win32_Volume.DriveType] */
	struct hv_u64 capacity_bytes;
	struct hv_u64 free_bytes;
	struct hv_bool dirty;
	struct hv_u64 access; /* 1 readable, 2 writeable, 3 both, 0 not known; few hosts tell it */
	bool excluded;        /* by the user's --volume filter */
	/* Computed by hv_host_link(): */
	const char *title; /* what people call it: "D:" or the mount path without '\' or the device
			      id */
	const struct hv_shadow_storage
		*shadow_storage; /* where its shadow copies are kept; NULL when not told */
};

struct hv_mount_point { /* Win32_MountPoint */
	const char *directory;
	const char *device_id; /* of the volume mounted there */
};

struct hv_shadow_storage {          /* Win32_ShadowStorage */
	const char *volume_id;      /* the volume whose shadow copies are kept; DeviceID */
	const char *diff_volume_id; /* the volume that keeps them; DeviceID */
	struct hv_u64 allocated_bytes;
	struct hv_u64 used_bytes;
	struct hv_u64 max_bytes; /* UINT64_MAX: unbounded */
	const struct hv_volume *volume,
		*diff_volume; /* computed; NULL when not among the volumes */
};

struct hv_update {                   /* Win32_QuickFixEngineering */
	const char *id;              /* HotFixID: "KB5044293" */
	const char *description;     /* "Security Update"; for people */
	struct hv_time installed_on; /* mostly the first moment of a day, in UTC */
	/* The same with day and month exchanged, where the text could mean that, too. */
	struct hv_time exchanged_on;
	bool day_first; /* the text can only mean a date with the day before the month */
};

struct hv_build {               /* registry: SOFTWARE\Microsoft\Windows NT\CurrentVersion */
	struct hv_u64 number;   /* CurrentBuildNumber */
	struct hv_u64 revision; /* UBR; older hosts do not have it */
	const char *product;    /* ProductName; for people */
};

enum hv_vm_state {
	HV_VM_STATE_UNKNOWN = 0,
	HV_VM_RUNNING,
	HV_VM_OFF,
	HV_VM_SAVED,
	HV_VM_PAUSED,
	HV_VM_CHANGING, /* starting, stopping, saving, resuming, creating a checkpoint */
};

/* What a VM is busy with: Msvm_ComputerSystem.OperationalStatus[1]. */
enum hv_vm_operation {
	HV_VM_OPERATION_OTHER = 0, /* nothing, not told, or of no interest */
	HV_VM_CHECKPOINTING,       /* creating, applying or deleting a checkpoint */
	HV_VM_MERGING,
	HV_VM_BACKING_UP, /* newer hosts; not in the documentation of the property */
};

struct hv_guest {                     /* Msvm_KvpExchangeComponent.GuestIntrinsicExchangeItems */
	const char *os_name;          /* OSName */
	struct hv_version os_version; /* OSVersion */
	struct hv_u64 product_type;   /* 1 workstation, 2 domain controller, 3 server */
	const char *integration_services_version;
	bool is_windows; /* OSPlatformId 2; false also when not told */
};

struct hv_integration {              /* what the host tells of the integration services of a VM */
	struct hv_u64 vss_setting;   /* Msvm_VssComponentSettingData.EnabledState: 2 on, 3 off */
	struct hv_u64 vss_status;    /* Msvm_VssComponent.OperationalStatus[0] */
	struct hv_u64 version_state; /* Msvm_SummaryInformation.IntegrationServicesVersionState:
					1 up to date, 2 mismatch */
};

struct hv_vm {            /* Msvm_ComputerSystem and the realized Msvm_VirtualSystemSettingData */
	const char *id;   /* GUID, upper case, no braces; never NULL */
	const char *name; /* ElementName; never NULL (the id when not told) */
	enum hv_vm_state state;
	enum hv_vm_operation operation;
	struct hv_u64 generation;
	struct hv_u64 on_time_ms;         /* OnTimeInMilliseconds: since it was started */
	struct hv_u64 user_snapshot_type; /* UserSnapshotType: 2 no checkpoints, 3 to 5 kinds */
	struct hv_bool scsi_controller;   /* it has one */
	bool fibre_channel;               /* it has a virtual Fibre Channel port */
	struct hv_place configuration;    /* folder: ConfigurationDataRoot; v1 ExternalDataRoot */
	struct hv_place snapshot_root;    /* folder: SnapshotDataRoot */
	struct hv_place swap_file_root;   /* folder: SwapFileDataRoot (smart paging) */
	struct hv_guest guest;
	struct hv_time created_at;  /* InstallDate */
	struct hv_time last_backup; /* LastSuccessfulBackupTime, by whichever program; not in v1;
				       1601 means never */
	struct hv_integration integration;
	bool listed;   /* some source says that this VM exists; rows that only add facts (a guest's
			* answers)   are merged into the listed row of the same id, or dropped, by
			* hv_host_link() */
	bool excluded; /* by the user's filter; checks pass it over */
	/* Computed by hv_host_link(): */
	struct hv_disk *disks; /* live disks, in order of bus, controller, slot */
	size_t disk_count;
	struct hv_checkpoint *checkpoints;
	size_t checkpoint_count;
};

enum hv_disk_kind {
	HV_DISK_OTHER = 0,
	HV_DISK_VHD, /* .vhd, .vhdx, .vhds, .avhd, .avhdx */
	HV_DISK_ISO,
	HV_DISK_FLOPPY,
	HV_DISK_PASS_THROUGH, /* a physical disk of the host */
};

enum hv_bus { HV_BUS_UNKNOWN = 0, HV_BUS_IDE, HV_BUS_SCSI, HV_BUS_FLOPPY };

struct hv_disk { /* Msvm_StorageAllocationSettingData; v1 Msvm_ResourceAllocationSettingData */
	const char *owner_id; /* GUID of the VM (live disk) or of the checkpoint (its base file) */
	const char *instance_id; /* InstanceID; NULL from a configuration file */
	const char *parent;      /* REF of the drive it sits in, as told; NULL when not told */
	enum hv_disk_kind kind;
	enum hv_bus bus;
	struct hv_u64 controller; /* number of the controller on its bus */
	struct hv_u64 slot;       /* AddressOnParent of the drive */
	struct hv_bool shared;    /* PersistentReservationsSupported: several VMs may have it */
	struct hv_place place;
	const struct hv_vm
		*vm; /* computed: the VM it is attached to; NULL for a checkpoint's file */
};

enum hv_checkpoint_kind {       /* by VirtualSystemType, never by text for people */
	HV_CHECKPOINT_USER = 0, /* ...:Snapshot:Realized; v1 SettingType 5 */
	HV_CHECKPOINT_RECOVERY, /* ...:Snapshot:Recovery: a backup's */
	HV_CHECKPOINT_REPLICA,  /* ...:Snapshot:Replica:* */
	HV_CHECKPOINT_PLANNED,
	HV_CHECKPOINT_MISSING,
};

struct hv_checkpoint {
	const char *id; /* GUID of its InstanceID */
	const char *vm_id;
	const char *name;
	enum hv_checkpoint_kind kind;
	struct hv_bool automatic; /* IsAutomaticSnapshot: made by Hyper-V, not by a person */
	struct hv_time created_at;
	const struct hv_vm *vm; /* computed; NULL when its VM is not known */
};

struct hv_event_field {
	const char *name; /* element name or Data/@Name; "" for unnamed Data */
	const char *value;
};

struct hv_event { /* one event log record [MS-EVEN6 2.2.13 event schema] */
	uint64_t record_id;
	hv_usec time;
	const char *provider; /* never NULL, nor is channel: "" when not told */
	const char *channel;
	const char *computer;
	uint32_t event_id;
	uint32_t level; /* 1 critical, 2 error, 3 warning, 4 information, 0 not told */
	const char
		*vm_id; /* VmId of the payload or the message's tail, upper case; NULL when none */
	const char *vm_name;
	struct hv_u64 hresult; /* ErrorCode, or %%<decimal> of ErrorMessage, or (0x........) of the
				  message */
	const char *message;   /* RenderingInfo/Message, only when the log holds it; localised */
	const struct hv_event_field *fields; /* EventData or UserData, in order */
	size_t field_count;
	bool excluded; /* by the user's filter, through vm_name or vm_id; decides when the VM is not
			  among the host's */
};

struct hv_event_log { /* one channel of one event log that was read, whether or not events of it
			 were kept */
	const char *origin;            /* file */
	const char *channel;           /* NULL when not told */
	size_t records;                /* of the whole log, kept or not */
	struct hv_time since;          /* told: only wanted events since then were asked for */
	struct hv_time oldest, newest; /* of the records */
};

/* By JobType [hyperv_v2: msvm-concretejob, msvm-storagejob]. */
enum hv_job_kind {
	HV_JOB_OTHER = 0,
	HV_JOB_BACKUP,         /* 170 */
	HV_JOB_GUEST_SNAPSHOT, /* 51: VSS snapshot inside a VM */
	HV_JOB_CHECKPOINT,     /* 70, 71, 72: taking, applying, deleting one */
	HV_JOB_MERGE,          /* 50; of Msvm_StorageJob 5 */
};

struct hv_job {          /* Msvm_ConcreteJob, Msvm_StorageJob */
	const char *id;  /* InstanceID; never NULL: "" when not told */
	bool is_storage; /* Msvm_StorageJob */
	enum hv_job_kind kind;
	struct hv_u64 type;     /* JobType; hosts with v1 do not tell it */
	struct hv_u64 state;    /* 4 running */
	struct hv_u64 progress; /* per cent */
	struct hv_u64 error_code;
	struct hv_u64 hresult; /* JobCompletionStatusCode; storage jobs only */
	struct hv_time started_at;
	const char *name;       /* Caption, localised */
	const char *error_text; /* ErrorDescription, localised */
	const char *child;      /* Child: the disk that is merged; storage jobs only */
};

struct hv_writer {      /* a block of "vssadmin list writers"; texts are in the host's language */
	const char *id; /* GUID, upper case, no braces; never NULL */
	const char *instance_id; /* likewise; NULL when not told */
	const char *name;        /* never NULL: the id when not told */
	uint64_t state;          /* the number in brackets */
	const char *last_error;  /* NULL when not told */
	struct hv_time since; /* told: seen in this state, whenever it was looked at, since then */
};

/* Which events a check asks for. Sources may leave out all others unread. */
struct hv_event_key {
	const char *channel; /* NULL ends a table */
	uint32_t id;         /* 0: any */
	uint32_t max_level;  /* 0: any; else level 1..max_level */
	bool optional;       /* a host need not have the channel; the same for all its keys */
};

struct hv_event_want {
	const struct hv_event_key *keys; /* ends with channel NULL; NULL: every event */
	hv_usec since;                   /* events before it are left out */
};

/* Whether a table of keys asks for such an event. keys NULL: yes. */
bool hv_event_wanted(
	const struct hv_event_key *keys, const char *channel, uint32_t id, uint32_t level);

struct hv_host {
	struct hv_arena arena;
	const char *name;           /* computer name; NULL when not told */
	struct hv_version version;  /* Win32_OperatingSystem.Version */
	struct hv_u64 product_type; /* 1 workstation, 2 domain controller, 3 server */
	struct hv_time taken_at;    /* when the data were read from the host */
	bool host_row_seen; /* the management operating system's own row was among the VMs */
	bool is_v1;         /* data come from root\virtualization (2008, 2008 R2) */
	struct hv_section_info sections[HV_SECTION_COUNT];
	struct hv_volume *volumes;
	size_t volume_count;
	struct hv_mount_point *mount_points;
	size_t mount_point_count;
	struct hv_shadow_storage *shadow_storages;
	size_t shadow_storage_count;
	struct hv_vm *vms; /* sorted by name, then id, after hv_host_link() */
	size_t vm_count;
	const struct hv_vm **vms_by_id; /* computed: the same, sorted by id, for hv_host_vm() */
	struct hv_disk *disks;          /* live ones first, grouped by VM, after hv_host_link() */
	size_t disk_count;
	struct hv_checkpoint *checkpoints; /* grouped by VM after hv_host_link() */
	size_t checkpoint_count;
	struct hv_event_log *event_logs; /* in the order they were read */
	size_t event_log_count;
	struct hv_event *events; /* sorted by time, then record id, after hv_host_link() */
	size_t event_count;
	struct hv_job *jobs;
	size_t job_count;
	struct hv_writer *writers;
	size_t writer_count;
	bool writers_not_asked; /* on purpose, because a backup was running */
	struct hv_acl *acls; /* one a path, sorted by it, after hv_host_link(), for hv_host_acl() */
	size_t acl_count;
	struct hv_update *updates;
	size_t update_count;
	struct hv_build build;
};

void hv_host_init(struct hv_host *host);
void hv_host_done(struct hv_host *host);
#define HV_AUTO_host __attribute__((cleanup(hv_host_done))) struct hv_host

/* Adds one zeroed row and returns it; NULL when memory is short or HV_HOST_MAX_ROWS is reached (err
 * says which). The pointer is good until the next row of the same kind is added. */
struct hv_volume *hv_host_add_volume(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_mount_point *hv_host_add_mount_point(
	struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_shadow_storage *hv_host_add_shadow_storage(
	struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_vm *hv_host_add_vm(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_disk *hv_host_add_disk(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_checkpoint *hv_host_add_checkpoint(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_event *hv_host_add_event(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_event_log *hv_host_add_event_log(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_job *hv_host_add_job(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_writer *hv_host_add_writer(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_acl *hv_host_add_acl(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
struct hv_update *hv_host_add_update(struct hv_host *host, struct hv_err *err) HV_MUST_USE;

/* Sets a path of the model; it is normalised now and placed by hv_host_link(). NULL or "" leaves it
 * not told. */
int hv_place_set(struct hv_place *place, struct hv_host *host, const char *path,
	struct hv_err *err) HV_MUST_USE;
int hv_place_set_folder(struct hv_place *place, struct hv_host *host, const char *path,
	struct hv_err *err) HV_MUST_USE;

/* Sections: mark what happened. A failure sticks; damage texts of several sources are joined with
 * "; ". Text is copied. */
void hv_host_section_present(struct hv_host *host, enum hv_section section, const char *origin);
void hv_host_section_failed(struct hv_host *host, enum hv_section section, const char *error);
void hv_host_section_damaged(struct hv_host *host, enum hv_section section, const char *damage);
bool hv_host_has(const struct hv_host *host, unsigned int sections); /* all of them are PRESENT */

/* Puts the parts together once all sources are read: merges rows that several sources told twice
 * (VMs by id, events by channel and record id, disks by owner and path), sorts, connects disks and
 * checkpoints with VMs and volumes, places all paths. Must be called exactly once, before any
 * check. */
int hv_host_link(struct hv_host *host, struct hv_err *err) HV_MUST_USE;

/* Lookups; NULL when there is none. hv_host_vm takes a GUID in any case, with or without braces. */
const struct hv_vm *hv_host_vm(const struct hv_host *host, const char *id);
const struct hv_volume *hv_host_volume(const struct hv_host *host, const char *device_id);
const struct hv_acl *hv_host_acl(const struct hv_host *host, const char *path); /* normalised */

/* Whether the jobs, or the VMs, show that a backup is running now. False also when nothing tells.
 */
bool hv_host_backup_runs(const struct hv_host *host);

/* "VM 'sql01'" as all findings name a VM. In arena. */
const char *hv_vm_title(struct hv_arena *arena, const struct hv_vm *vm);

#define HV_FOREACH_VOLUME(v, h)                                                                    \
	for (const struct hv_volume *v = (h)->volumes;                                             \
		v != NULL && v < (h)->volumes + (h)->volume_count; v++)
#define HV_FOREACH_SHADOW_STORAGE(s, h)                                                            \
	for (const struct hv_shadow_storage *s = (h)->shadow_storages;                             \
		s != NULL && s < (h)->shadow_storages + (h)->shadow_storage_count; s++)
/* VMs that the user's filter keeps. */
#define HV_FOREACH_VM(v, h)                                                                        \
	for (const struct hv_vm *v = (h)->vms; v != NULL && v < (h)->vms + (h)->vm_count; v++)     \
		if (!v->excluded)
/* Live disks of one VM. */
#define HV_FOREACH_DISK(d, vm)                                                                     \
	for (const struct hv_disk *d = (vm)->disks;                                                \
		d != NULL && d < (vm)->disks + (vm)->disk_count; d++)
#define HV_FOREACH_CHECKPOINT(c, vm)                                                               \
	for (const struct hv_checkpoint *c = (vm)->checkpoints;                                    \
		c != NULL && c < (vm)->checkpoints + (vm)->checkpoint_count; c++)
#define HV_FOREACH_JOB(j, h)                                                                       \
	for (const struct hv_job *j = (h)->jobs; j != NULL && j < (h)->jobs + (h)->job_count; j++)
#define HV_FOREACH_WRITER(w, h)                                                                    \
	for (const struct hv_writer *w = (h)->writers;                                             \
		w != NULL && w < (h)->writers + (h)->writer_count; w++)
#define HV_FOREACH_UPDATE(u, h)                                                                    \
	for (const struct hv_update *u = (h)->updates;                                             \
		u != NULL && u < (h)->updates + (h)->update_count; u++)
#define HV_FOREACH_EVENT(e, h)                                                                     \
	for (const struct hv_event *e = (h)->events;                                               \
		e != NULL && e < (h)->events + (h)->event_count; e++)

#endif
