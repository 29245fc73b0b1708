/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of known events: every row has events that it matches and near misses that it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "check/known-events.h"

#define VM "8EB9FA6A-98BF-4B32-A74A-A420AE683997"

struct sample {
	const char *name;
	const char *channel;
	uint32_t id, level, build;
	const char *vm_id;
	uint32_t hresult; /* 0: none */
	const char *message;
	const char *result; /* field HRESULT of a backup's event */
	enum hv_event_class event_class;
	const char *key; /* NULL: no row */
};

/* Each of these matches; without its channel, and without what confirms the id, it must not. */
static const struct sample hits[] = {
	{ .name = "checkpoint failed, no text",
		.channel = HV_CHANNEL_VMMS,
		.id = 18012,
		.level = 2,
		.vm_id = VM,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-18012" },
	{ .name = "checkpoint failed, German text",
		.channel = HV_CHANNEL_VMMS,
		.id = 18012,
		.level = 2,
		.vm_id = VM,
		.message = "Fehler beim Prüfpunktvorgang für \"sql01\".",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-18012" },
	{ .name = "channel in another case",
		.channel = "microsoft-windows-hyper-v-vmms-ADMIN",
		.id = 18012,
		.level = 2,
		.vm_id = VM,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-18012" },
	{ .name = "snapshot of older hosts under another id",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "Snapshot operation for 'sql01' failed. (Virtual machine ID " VM ")",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-18012" },
	{ .name = "checkpoint cancelled",
		.channel = HV_CHANNEL_VMMS,
		.id = 18014,
		.level = 2,
		.vm_id = VM,
		.event_class = HV_EVENT_CHECKPOINT_CANCELLED,
		.key = "vmms-18014" },
	{ .name = "a VM called 'failed' is cancelled by its id",
		.channel = HV_CHANNEL_VMMS,
		.id = 18014,
		.level = 2,
		.vm_id = VM,
		.message = "Checkpoint operation for 'failed' was cancelled.",
		.event_class = HV_EVENT_CHECKPOINT_CANCELLED,
		.key = "vmms-18014" },
	{ .name = "a VM called 'was cancelled' fails without a known id",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "Checkpoint operation for 'was cancelled' failed.",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-18012" },
	{ .name = "forks",
		.channel = HV_CHANNEL_VMMS,
		.id = 18590,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80048102,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-18590" },
	{ .name = "worker 3216",
		.channel = HV_CHANNEL_WORKER,
		.id = 3216,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x800703EE,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "worker-3216" },
	{ .name = "worker 3280",
		.channel = HV_CHANNEL_WORKER,
		.id = 3280,
		.level = 2,
		.vm_id = VM,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "worker-3280" },
	{ .name = "10103 on 2008 R2",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.level = 2,
		.build = 7601,
		.vm_id = VM,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-10103-revert" },
	{ .name = "10103 on 2012 R2",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.level = 2,
		.build = 9600,
		.vm_id = VM,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-10103-scsi" },
	{ .name = "10103 on 2012",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.level = 2,
		.build = 9200,
		.vm_id = VM,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-10103" },
	{ .name = "10103, build not known",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.level = 2,
		.vm_id = VM,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-10103" },
	{ .name = "10103 by its text, build not known",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.level = 2,
		.vm_id = VM,
		.message = "The virtual machine 'a' cannot be hot backed up since it has no SCSI "
			   "controllers attached.",
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-10103-scsi" },
	{ .name = "10103: text of another host beats the build",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.level = 2,
		.build = 9600,
		.vm_id = VM,
		.message = "Failed to revert to VSS snapshot on the virtual hard disk 'x' of the "
			   "virtual machine 'a'.",
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-10103-revert" },
	{ .name = "10107 on 2012",
		.channel = HV_CHANNEL_VMMS,
		.id = 10107,
		.level = 3,
		.build = 9200,
		.vm_id = VM,
		.event_class = HV_EVENT_ATTENDANT,
		.key = "vmms-10107" },
	{ .name = "10150 on 2012 R2",
		.channel = HV_CHANNEL_VMMS,
		.id = 10150,
		.level = 3,
		.build = 9600,
		.vm_id = VM,
		.event_class = HV_EVENT_ATTENDANT,
		.key = "vmms-10150" },
	{ .name = "10150, build not known",
		.channel = HV_CHANNEL_VMMS,
		.id = 10150,
		.level = 3,
		.vm_id = VM,
		.event_class = HV_EVENT_ATTENDANT,
		.key = "vmms-10150" },
	{ .name = "merge interrupted, a warning",
		.channel = HV_CHANNEL_VMMS,
		.id = 19090,
		.level = 3,
		.vm_id = VM,
		.event_class = HV_EVENT_MERGE_FAILED,
		.key = "vmms-19090" },
	{ .name = "merge failed",
		.channel = HV_CHANNEL_VMMS,
		.id = 19100,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80070020,
		.event_class = HV_EVENT_MERGE_FAILED,
		.key = "vmms-19100" },
	{ .name = "checkpoint completed",
		.channel = HV_CHANNEL_VMMS,
		.id = 18510,
		.level = 4,
		.build = 17763,
		.vm_id = VM,
		.event_class = HV_EVENT_CHECKPOINT_OK,
		.key = "vmms-18510" },
	{ .name = "checkpoint completed, build not known",
		.channel = HV_CHANNEL_VMMS,
		.id = 18510,
		.level = 4,
		.vm_id = VM,
		.event_class = HV_EVENT_CHECKPOINT_OK,
		.key = "vmms-18510" },
	{ .name = "merge finished",
		.channel = HV_CHANNEL_VMMS,
		.id = 19080,
		.level = 4,
		.vm_id = VM,
		.event_class = HV_EVENT_MERGE_OK,
		.key = "vmms-19080" },
	{ .name = "VM deleted",
		.channel = HV_CHANNEL_VMMS,
		.id = 13003,
		.level = 4,
		.vm_id = VM,
		.event_class = HV_EVENT_VM_DELETED,
		.key = "vmms-13003" },
	{ .name = "backup finished",
		.channel = HV_CHANNEL_BACKUP,
		.id = 4,
		.level = 4,
		.result = "0x0",
		.event_class = HV_EVENT_BACKUP_OK,
		.key = "wsb-4" },
	{ .name = "backup ended",
		.channel = HV_CHANNEL_BACKUP,
		.id = 14,
		.level = 4,
		.result = "0",
		.event_class = HV_EVENT_BACKUP_OK,
		.key = "wsb-14" },
	{ .name = "storage by its text",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "'a' cannot create the storage required for the checkpoint using disk "
			   "E:\\a.vhdx: x",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-checkpoint-storage" },
	{ .name = "storage, snapshot",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "'a' CANNOT create the storage required for the snapshot using disk "
			   "E:\\a.vhdx: x",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-checkpoint-storage" },
	{ .name = "storage by candidate id, HRESULT and German text",
		.channel = HV_CHANNEL_VMMS,
		.id = 16420,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80070002,
		.message =
			"Der für den Prüfpunkt erforderliche Speicher kann nicht erstellt werden.",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-checkpoint-storage" },
	{ .name = "backup checkpoint by its text",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "Could not create backup checkpoint for virtual machine 'a': x",
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-backup-checkpoint" },
	{ .name = "backup checkpoint by candidate id and HRESULT",
		.channel = HV_CHANNEL_VMMS,
		.id = 10172,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x800423F2,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-backup-checkpoint" },
	{ .name = "backup of 2008",
		.channel = HV_CHANNEL_VMMS,
		.id = 10102,
		.level = 2,
		.vm_id = VM,
		.message = "Failed to create the backup of virtual machine 'a'.",
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-backup-2008" },
	{ .name = "revert of several disks",
		.channel = HV_CHANNEL_VMMS,
		.id = 10104,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x800423F4,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-revert-disks" },
	{ .name = "volumes reverted",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "The number of volumes reverted does not match the number of volumes in "
			   "the snapshot set for 'a'",
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-reverted-volumes" },
	{ .name = "VSS checkpoint",
		.channel = HV_CHANNEL_VMMS,
		.id = 15252,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80042301,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.key = "vmms-vss-checkpoint" },
	{ .name = "initiate",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "'a' could not initiate a checkpoint operation: x",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-initiate-checkpoint" },
	{ .name = "auto disk",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 1,
		.vm_id = VM,
		.message = "'a' could not create auto virtual hard disk E:\\a_1.avhdx: x",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-auto-disk" },
	{ .name = "production checkpoint, level not told",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 0,
		.vm_id = VM,
		.message = "Production checkpoints cannot be created for 'a'.",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-production-checkpoint" },
	{ .name = "RAM",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "'a' failed to save RAM contents during a checkpoint operation: x",
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.key = "vmms-save-ram" },
	{ .name = "merge on deletion",
		.channel = HV_CHANNEL_VMMS,
		.id = 16210,
		.level = 3,
		.vm_id = VM,
		.hresult = 0x80070020,
		.event_class = HV_EVENT_MERGE_FAILED,
		.key = "vmms-merge-on-delete" },
	{ .name = "unclassified",
		.channel = HV_CHANNEL_VMMS,
		.id = 12240,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80070002,
		.event_class = HV_EVENT_UNCLASSIFIED },
	{ .name = "unclassified, critical, disk full",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 1,
		.vm_id = VM,
		.hresult = 0x80070070,
		.event_class = HV_EVENT_UNCLASSIFIED },
	{ .name = "an attendant's words do not hide a storage error",
		.channel = HV_CHANNEL_VMMS,
		.id = 16010,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80070003,
		.message = "The operation failed.",
		.event_class = HV_EVENT_UNCLASSIFIED },
};

/* These need no VM. */
static const struct sample attendants[] = {
	{ .name = "operation failed",
		.channel = HV_CHANNEL_VMMS,
		.id = 16010,
		.level = 2,
		.message = "The operation failed.",
		.event_class = HV_EVENT_ATTENDANT,
		.key = "vmms-operation-failed" },
	{ .name = "checkpoints disabled",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "Checkpoints have been disabled for 'a'.",
		.event_class = HV_EVENT_ATTENDANT,
		.key = "vmms-checkpoints-disabled" },
};

static const struct sample misses[] = {
	{ .name = "guest crash in the worker's channel",
		.channel = HV_CHANNEL_WORKER,
		.id = 18590,
		.level = 2,
		.vm_id = VM },
	{ .name = "18510 of the worker",
		.channel = HV_CHANNEL_WORKER,
		.id = 18510,
		.level = 4,
		.vm_id = VM },
	{ .name = "18510 before 2016",
		.channel = HV_CHANNEL_VMMS,
		.id = 18510,
		.level = 4,
		.build = 9600,
		.vm_id = VM },
	{ .name = "10150 before 2012 R2",
		.channel = HV_CHANNEL_VMMS,
		.id = 10150,
		.level = 3,
		.build = 7601,
		.vm_id = VM },
	{ .name = "10107 of a later host",
		.channel = HV_CHANNEL_VMMS,
		.id = 10107,
		.level = 3,
		.build = 17763,
		.vm_id = VM },
	{ .name = "candidate id alone",
		.channel = HV_CHANNEL_VMMS,
		.id = 16420,
		.level = 2,
		.vm_id = VM },
	{ .name = "candidate id with another text",
		.channel = HV_CHANNEL_VMMS,
		.id = 10172,
		.level = 2,
		.vm_id = VM,
		.message = "Something else about 'a'." },
	{ .name = "candidate id with an unknown HRESULT",
		.channel = HV_CHANNEL_VMMS,
		.id = 10172,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80551234 },
	{ .name = "candidate as a mere information",
		.channel = HV_CHANNEL_VMMS,
		.id = 16420,
		.level = 4,
		.vm_id = VM,
		.hresult = 0x80070002 },
	{ .name = "text without a VM id",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.message = "'a' cannot create the storage required for the checkpoint using disk "
			   "E:\\a.vhdx: x" },
	{ .name = "text of a recovery",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 4,
		.vm_id = VM,
		.message = "Checkpoint operation for 'a' completed." },
	{ .name = "half of a phrase",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.message = "Checkpoint operation for 'a' has begun." },
	{ .name = "VM created", .channel = HV_CHANNEL_VMMS, .id = 13002, .level = 4, .vm_id = VM },
	{ .name = "VM started",
		.channel = HV_CHANNEL_WORKER,
		.id = 18500,
		.level = 4,
		.vm_id = VM },
	{ .name = "backup failed",
		.channel = HV_CHANNEL_BACKUP,
		.id = 5,
		.level = 2,
		.result = "0x8078011e" },
	{ .name = "backup ended with an error",
		.channel = HV_CHANNEL_BACKUP,
		.id = 14,
		.level = 4,
		.result = "0x80780049" },
	{ .name = "backup ended, signed decimal",
		.channel = HV_CHANNEL_BACKUP,
		.id = 14,
		.level = 4,
		.result = "-2139619042" },
	{ .name = "backup ended, no result",
		.channel = HV_CHANNEL_BACKUP,
		.id = 14,
		.level = 4,
		.result = "" },
	{ .name = "storage HRESULT, warning",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 3,
		.vm_id = VM,
		.hresult = 0x80070002 },
	{ .name = "storage HRESULT, level not told",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 0,
		.vm_id = VM,
		.hresult = 0x80070002 },
	{ .name = "another HRESULT",
		.channel = HV_CHANNEL_VMMS,
		.id = 4711,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x8007000E },
	{ .name = "trace noise",
		.channel = "Microsoft-Windows-Hyper-V-VMMS-Analytic",
		.id = 1101,
		.level = 2,
		.vm_id = VM,
		.hresult = 0x80070002 },
};

static enum hv_event_class classify(const struct sample *s, const struct hv_known_event **ret_row)
{
	const struct hv_event_field field = { .name = "HRESULT", .value = s->result };
	const struct hv_event e = {
		.provider = "",
		.channel = s->channel,
		.event_id = s->id,
		.level = s->level,
		.vm_id = s->vm_id,
		.hresult = { .value = s->hresult, .known = s->hresult != 0 },
		.message = s->message,
		.fields = &field,
		.field_count = s->result != NULL ? 1 : 0,
	};

	return hv_known_event_classify(&e, s->build, ret_row);
}

static void assert_sample(const struct sample *s)
{
	const struct hv_known_event *row = NULL;
	enum hv_event_class c = classify(s, &row);
	const char *key = row == NULL ? NULL : row->key;

	if (c != s->event_class || (key == NULL) != (s->key == NULL) ||
		(key != NULL && strcmp(key, s->key) != 0))
		fail_msg("%s: class %d, row %s", s->name, (int)c, key == NULL ? "none" : key);
}

static void test_classify_hits(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(hits); i++)
		assert_sample(&hits[i]);
	for (size_t i = 0; i < HV_ARRAY_LEN(attendants); i++)
		assert_sample(&attendants[i]);
}

static void test_classify_misses(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(misses); i++)
		assert_sample(&misses[i]);
}

/* Never by the id alone: neither in another channel nor without what confirms it. */
static void test_classify_needs_channel_and_confirmation(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(hits); i++) {
		const struct hv_known_event *row;
		struct sample s = hits[i];

		s.channel = "Microsoft-Windows-Hyper-V-VMMS-Operational";
		if (classify(&s, &row) != HV_EVENT_NONE)
			fail_msg("%s: matches in another channel", s.name);
		s = hits[i];
		s.vm_id = NULL;
		s.result = NULL;
		if (classify(&s, &row) != HV_EVENT_NONE && classify(&s, &row) != HV_EVENT_ATTENDANT)
			fail_msg("%s: matches unconfirmed", s.name);
	}
}

static void test_every_row_has_a_sample(void **state)
{
	(void)state;
	for (const struct hv_known_event *row = hv_known_events; row->channel != NULL; row++) {
		bool found = false;

		for (size_t i = 0; i < HV_ARRAY_LEN(hits); i++)
			found |= hits[i].key != NULL && strcmp(hits[i].key, row->key) == 0;
		for (size_t i = 0; i < HV_ARRAY_LEN(attendants); i++)
			found |= strcmp(attendants[i].key, row->key) == 0;
		if (!found)
			fail_msg("no sample for %s", row->key);
	}
}

static void test_rows_are_complete(void **state)
{
	(void)state;
	for (const struct hv_known_event *row = hv_known_events; row->channel != NULL; row++) {
		bool recovers = row->event_class == HV_EVENT_CHECKPOINT_OK ||
				row->event_class == HV_EVENT_MERGE_OK ||
				row->event_class == HV_EVENT_BACKUP_OK ||
				row->event_class == HV_EVENT_VM_DELETED;

		assert_non_null(row->key);
		assert_non_null(row->meaning);
		assert_non_null(row->source);
		if (row->sure)
			assert_int_not_equal(row->id, 0);
		else if (row->id == 0)
			assert_non_null(row->phrases[0]);
		if (recovers) {
			assert_true(row->sure);
			assert_null(row->phrases[0]); /* text alone clears nothing */
		}
		for (const struct hv_known_event *other = hv_known_events; other < row; other++)
			assert_string_not_equal(other->key, row->key);
	}
}

/* A source asks for all that a row could match. */
static void test_keys_want_every_sample(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(hits); i++) {
		const struct sample *s = &hits[i];

		if (s->level != 0 &&
			!hv_event_wanted(hv_known_event_keys, s->channel, s->id, s->level))
			fail_msg("%s is not asked for", s->name);
	}
	assert_false(hv_event_wanted(hv_known_event_keys, HV_CHANNEL_VMMS, 13002, 4));
	assert_false(hv_event_wanted(hv_known_event_keys, HV_CHANNEL_WORKER, 18500, 4));
	assert_false(hv_event_wanted(hv_known_event_keys, "System", 18012, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classify_hits),
		cmocka_unit_test(test_classify_misses),
		cmocka_unit_test(test_classify_needs_channel_and_confirmation),
		cmocka_unit_test(test_every_row_has_a_sample),
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(test_keys_want_every_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
