/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout rules: who they are, how bad they are where, and which disk breaks them. */
#include "check/layout.h"

#include <string.h>

#include "base/utf.h"

/* Hosts and guests as the state table tells them apart. */
enum {
	HOST_UNKNOWN = 1 << 0,
	HOST_2008 = 1 << 1, /* and 2008 R2 */
	HOST_2012 = 1 << 2,
	HOST_2012_R2 = 1 << 3, /* and later */
	HOST_ANY = HOST_UNKNOWN | HOST_2008 | HOST_2012 | HOST_2012_R2,

	GUEST_UNKNOWN = 1 << 0,
	GUEST_6_0 = 1 << 1, /* and older */
	GUEST_6_1 = 1 << 2, /* and newer */
	GUEST_ANY = GUEST_UNKNOWN | GUEST_6_0 | GUEST_6_1,
};

/* The first row that fits decides. What is not known counts as the worse. */
static const struct state_row {
	const char *rule;
	unsigned int hosts, guests;
	enum hv_state state;
} state_rows[] = {
	{ HV_RULE_SPLIT_ROOT, HOST_2012_R2 | HOST_UNKNOWN, GUEST_6_1, HV_WARNING },
	{ HV_RULE_SPLIT_ROOT, HOST_2012_R2 | HOST_UNKNOWN, GUEST_ANY, HV_CRITICAL },
	{ HV_RULE_SPLIT_ROOT, HOST_ANY, GUEST_ANY, HV_WARNING },
	{ HV_RULE_ROOT, HOST_ANY, GUEST_ANY, HV_WARNING },
	{ HV_RULE_VM_FOLDER, HOST_2012_R2 | HOST_UNKNOWN, GUEST_ANY, HV_WARNING },
	{ HV_RULE_SNAPSHOT_VOLUME, HOST_2008, GUEST_ANY, HV_CRITICAL },
	{ HV_RULE_SNAPSHOT_VOLUME, HOST_2012 | HOST_UNKNOWN, GUEST_ANY, HV_WARNING },
	{ HV_RULE_NO_LETTER, HOST_2008 | HOST_UNKNOWN, GUEST_ANY, HV_WARNING },
	{ HV_RULE_BACKUP_SET, HOST_ANY, GUEST_ANY, HV_CRITICAL },
};

const struct hv_rule hv_layout_rules[] = {
	{
		.id = HV_RULE_SPLIT_ROOT,
		.summary =
			"Disks on two or more volumes, one of them bare in the root of its volume",
		.states = "CRITICAL on Windows Server 2012 R2 or later and when the host's version "
			  "is not known; WARNING there when the guest is known to be Windows 6.1 "
			  "(Server 2008 R2) or newer; WARNING on 2012 and older",
		.explanation =
			"From 2012 R2 on a backup makes a checkpoint beside every disk of the VM, "
			"so Hyper-V must control the permissions in every folder that holds one. "
			"It cannot in the root of a volume. With disks on two volumes the backup "
			"of the VM then fails with 0x80070002, and the event names the first disk "
			"on the bus instead of the one to blame. Seen with guests of Windows "
			"Server 2008 (6.0) only; nobody knows why newer ones are spared, so they "
			"are a WARNING. Replaces the rule root for the disk.",
		.source = "KB2928127; field report of 0x80070002 with Windows Server Backup on "
			  "2012 R2",
	},
	{
		.id = HV_RULE_ROOT,
		.summary = "A file of a VM in the root of a volume, mount point, cluster shared "
			   "volume or share",
		.states = "WARNING",
		.explanation =
			"Microsoft supports files of virtual machines only in a subfolder: "
			"D:\\VMs, not D:\\, and \\\\server\\share\\VM, not \\\\server\\share. "
			"Judged are virtual hard disks and checkpoints in use, and the "
			"configuration and checkpoint folders when they are the root itself.",
		.source = "KB2928127",
	},
	{
		.id = HV_RULE_VM_FOLDER,
		.summary = "Disks on two or more volumes, one on a secondary volume under no "
			   "folder named after the VM",
		.states = "WARNING on Windows Server 2012 R2 or later and when the host's version "
			  "is not known; OK on 2012 and older",
		.explanation = "The cure that is known for split-root is a folder of the VM's own "
			       "name on the second volume. Whether the name matters is not "
			       "established; Microsoft asks for any subfolder. The primary volume "
			       "is that of the configuration folder, or of the first disk when "
			       "that folder is not known. Silence it with --rule vm-folder=ok.",
		.source = "field report of 0x80070002 with Windows Server Backup on 2012 R2",
	},
	{
		.id = HV_RULE_SNAPSHOT_VOLUME,
		.summary = "Checkpoint folder on another volume than a disk of the VM",
		.states = "CRITICAL on Windows Server 2008 and 2008 R2; WARNING on 2012 and when "
			  "the host's version is not known; OK on 2012 R2 or later",
		.explanation =
			"Online backup on these hosts needs the checkpoint folder on the volume of "
			"the VHD files; otherwise the VM is put into saved state for the backup, "
			"or its backup fails. A VM with disks on two volumes cannot fulfil that, "
			"so the rule fires for it as well. From 2012 R2 on checkpoints are made "
			"beside each disk and the folder does not matter.",
		.source = "Microsoft, Hyper-V WMI provider: Backing Up and Restoring Virtual "
			  "Machines",
	},
	{
		.id = HV_RULE_NO_LETTER,
		.summary = "A file of a VM on a volume that has neither a drive letter nor a mount "
			   "path",
		.states = "WARNING on Windows Server 2008 and 2008 R2 and when the host's version "
			  "is not known; OK on 2012 or later",
		.explanation = "On these hosts the backup of a VM fails when its files lie on a "
			       "volume that is reached by its \\\\?\\Volume{GUID}\\ name only.",
		.source = "KB958184",
	},
	{
		.id = HV_RULE_BACKUP_SET,
		.summary = "A file of a VM on a volume that the backup does not contain (with "
			   "--backup-volumes)",
		.states = "CRITICAL",
		.explanation = "A backup by volumes must contain every volume that holds a disk, "
			       "the configuration or the checkpoint folder of a VM. When one is "
			       "missing, the Hyper-V writer reports an inconsistent shadow copy "
			       "(0x800423F0) and the VM is not in the backup.",
		.source = "KB958662; VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT",
	},
	{ .id = NULL },
};

static unsigned int host_class(const struct hv_host *host)
{
	if (!host->version.known)
		return host->is_v1 ? HOST_2008 : HOST_UNKNOWN;
	if (hv_version_cmp(host->version, HV_WINDOWS_2012) < 0)
		return HOST_2008;
	return hv_version_cmp(host->version, HV_WINDOWS_2012_R2) < 0 ? HOST_2012 : HOST_2012_R2;
}

/* A Linux guest tells its kernel's version as OSVersion: only Windows versions can be compared. */
static unsigned int guest_class(const struct hv_guest *guest)
{
	if (!guest->os_version.known || !guest->is_windows)
		return GUEST_UNKNOWN;
	return hv_version_cmp(guest->os_version, HV_WINDOWS_2008_R2) < 0 ? GUEST_6_0 : GUEST_6_1;
}

enum hv_state hv_layout_default_state(
	const struct hv_host *host, const struct hv_vm *vm, const char *rule)
{
	const unsigned int on = host_class(host), in = guest_class(&vm->guest);

	for (size_t i = 0; i < HV_ARRAY_LEN(state_rows); i++) {
		const struct state_row *row = &state_rows[i];

		if (strcmp(row->rule, rule) == 0 && (row->hosts & on) && (row->guests & in))
			return row->state;
	}
	return HV_OK;
}

bool hv_layout_by_hand(const struct hv_host *host)
{
	return host_class(host) == HOST_2008;
}

bool hv_volume_has_path(const struct hv_volume *volume)
{
	return volume->title[0] != '\0' && volume->title[1] == ':';
}

bool hv_same_volume(const struct hv_place *a, const struct hv_place *b)
{
	return a->key != NULL && b->key != NULL && hv_utf8_caseeq(a->key, b->key);
}

void hv_volume_list_add(struct hv_volume_list *list, const struct hv_place *place)
{
	for (size_t i = 0; i < list->count; i++)
		if (hv_same_volume(list->places[i], place))
			return;
	if (list->count == HV_LAYOUT_MAX_NAMED)
		list->more = true;
	else
		list->places[list->count++] = place;
}

const char *hv_volume_list_text(
	struct hv_arena *arena, const struct hv_volume_list *list, const struct hv_place *except)
{
	const char *text = "";

	for (size_t i = 0; i < list->count && text != NULL; i++) {
		const struct hv_place *place = list->places[i];

		if (except == NULL || !hv_same_volume(place, except))
			text = hv_arena_printf(
				arena, "%s%s%s", text, *text == '\0' ? "" : ", ", place->root);
	}
	return list->more && text != NULL ? hv_arena_printf(arena, "%s and others", text) : text;
}

bool hv_layout_judges(const struct hv_disk *disk)
{
	return disk->kind == HV_DISK_VHD && disk->place.key != NULL;
}

void hv_layout_of(struct hv_arena *arena, const struct hv_vm *vm, struct hv_vm_layout *ret)
{
	struct hv_vm_layout layout = {
		.vm = vm,
		.primary_key = vm->configuration.key,
		.folder = hv_path_folder_name(arena, vm->name),
	};

	HV_FOREACH_DISK (disk, vm) {
		if (!hv_layout_judges(disk))
			continue;
		if (layout.primary_key == NULL)
			layout.primary_key = disk->place.key;
		hv_volume_list_add(&layout.volumes, &disk->place);
		layout.disk_count++;
	}
	*ret = layout;
}

bool hv_layout_is_split(const struct hv_vm_layout *layout)
{
	return layout->volumes.count > 1;
}

/* The VM's id counts as its name: it stands in for names that cannot be printed in a command. */
static bool in_vm_folder(const struct hv_vm_layout *layout, const struct hv_place *place)
{
	const char *names[] = { layout->vm->name, layout->folder, layout->vm->id };

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++)
		if (names[i] != NULL && hv_path_has_folder(place->path, place->root_len, names[i]))
			return true;
	return false;
}

/* The rules that a disk breaks, most serious first. Returns how many. */
static size_t broken_rules(
	const struct hv_vm_layout *layout, const struct hv_place *place, const char *ret_rules[2])
{
	const bool split = hv_layout_is_split(layout);
	size_t n = 0;

	if (place->in_root) {
		if (split)
			ret_rules[n++] = HV_RULE_SPLIT_ROOT;
		ret_rules[n++] = HV_RULE_ROOT;
	} else if (split && !hv_utf8_caseeq(place->key, layout->primary_key) &&
		   !in_vm_folder(layout, place)) {
		ret_rules[n++] = HV_RULE_VM_FOLDER;
	}
	return n;
}

enum hv_state hv_layout_judge_disk(const struct hv_host *host, const struct hv_vm_layout *layout,
	const struct hv_disk *disk, const struct hv_rule_states *chosen, const char **ret_rule)
{
	static const struct hv_rule_states none = { .items = NULL, .count = 0 };
	const char *rules[2];
	enum hv_state worst = HV_OK;
	size_t n;

	if (!hv_layout_judges(disk))
		return HV_OK;
	n = broken_rules(layout, &disk->place, rules);
	for (size_t i = 0; i < n; i++) {
		const enum hv_state state = hv_rule_state(chosen != NULL ? chosen : &none, rules[i],
			hv_layout_default_state(host, layout->vm, rules[i]));

		if (hv_state_rank(state) > hv_state_rank(worst)) {
			worst = state;
			*ret_rule = rules[i];
		}
	}
	return worst;
}

/* Place of a rule in the table; earlier is more serious. */
static size_t rule_order(const char *rule)
{
	size_t i = 0;

	while (hv_layout_rules[i].id != NULL && strcmp(hv_layout_rules[i].id, rule) != 0)
		i++;
	return i;
}

const struct hv_disk *hv_layout_culprit(const struct hv_host *host, const struct hv_vm *vm,
	struct hv_arena *arena, const char **ret_rule)
{
	const struct hv_disk *culprit = NULL;
	enum hv_state worst = HV_OK;
	struct hv_vm_layout layout;

	hv_layout_of(arena, vm, &layout);
	if (layout.folder == NULL)
		return NULL;
	HV_FOREACH_DISK (disk, vm) {
		const char *rule = NULL;
		const enum hv_state state = hv_layout_judge_disk(host, &layout, disk, NULL, &rule);
		const int more = hv_state_rank(state) - hv_state_rank(worst);

		if (state == HV_OK || more < 0)
			continue;
		if (culprit == NULL || more > 0 || rule_order(rule) < rule_order(*ret_rule)) {
			culprit = disk;
			worst = state;
			*ret_rule = rule;
		}
	}
	return culprit;
}
