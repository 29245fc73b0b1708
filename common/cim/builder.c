/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The class table, and the sink that works through it. */
#include "cim/builder.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf.h"
#include "cim/event-xml.h"
#include "cim/fields.h"

enum { MESSAGE_MAX = 4096 };

/* Namespace, class, sections it belongs to, those of them that cannot do without it, map. A family
 * is the classes of one namespace that a section has. */
#define CLASS_TABLE(ROW)                                                                           \
	ROW(HV_NS_CIMV2, "Win32_OperatingSystem", HV_SEC_OS, HV_SEC_OS, hv_map_operating_system)   \
	ROW(HV_NS_CIMV2, "Win32_Volume", HV_SEC_VOLUMES, HV_SEC_VOLUMES, hv_map_volume)            \
	ROW(HV_NS_CIMV2, "Win32_MountPoint", HV_SEC_VOLUMES, 0, hv_map_mount_point)                \
	ROW(HV_NS_CIMV2, "Win32_ShadowStorage", HV_SEC_SHADOW_STORAGE, HV_SEC_SHADOW_STORAGE,      \
		hv_map_shadow_storage)                                                             \
	ROW(HV_NS_CIMV2, "Win32_QuickFixEngineering", HV_SEC_UPDATES, HV_SEC_UPDATES,              \
		hv_map_update)                                                                     \
	ROW(HV_NS_V2, "Msvm_ComputerSystem", HV_SEC_VMS, HV_SEC_VMS, hv_map_computer_system)       \
	ROW(HV_NS_V2, "Msvm_VirtualSystemSettingData", HV_SEC_VMS | HV_SEC_CHECKPOINTS,            \
		HV_SEC_VMS | HV_SEC_CHECKPOINTS, hv_map_v2_system_settings)                        \
	ROW(HV_NS_V2, "Msvm_StorageAllocationSettingData", HV_SEC_DISKS, HV_SEC_DISKS,             \
		hv_map_v2_storage_settings)                                                        \
	ROW(HV_NS_V2, "Msvm_ResourceAllocationSettingData", HV_SEC_DISKS, HV_SEC_DISKS,            \
		hv_map_v2_resource_settings)                                                       \
	ROW(HV_NS_V2, "Msvm_KvpExchangeComponent", HV_SEC_GUESTS, HV_SEC_GUESTS,                   \
		hv_map_kvp_exchange)                                                               \
	ROW(HV_NS_V2, "Msvm_VssComponentSettingData", HV_SEC_INTEGRATION, HV_SEC_INTEGRATION,      \
		hv_map_vss_setting)                                                                \
	ROW(HV_NS_V2, "Msvm_VssComponent", HV_SEC_INTEGRATION, HV_SEC_INTEGRATION,                 \
		hv_map_vss_component)                                                              \
	ROW(HV_NS_V2, HV_CLASS_SUMMARY, HV_SEC_SUMMARY, HV_SEC_SUMMARY, hv_map_summary)            \
	ROW(HV_NS_V2, "Msvm_SyntheticFcPortSettingData", HV_SEC_FIBRE_CHANNEL,                     \
		HV_SEC_FIBRE_CHANNEL, hv_map_fibre_channel)                                        \
	ROW(HV_NS_V1, "Msvm_ComputerSystem", HV_SEC_VMS, HV_SEC_VMS, hv_map_computer_system)       \
	ROW(HV_NS_V1, "Msvm_VirtualSystemSettingData", HV_SEC_VMS | HV_SEC_CHECKPOINTS,            \
		HV_SEC_VMS | HV_SEC_CHECKPOINTS, hv_map_v1_system_settings)                        \
	ROW(HV_NS_V1, "Msvm_VirtualSystemGlobalSettingData", HV_SEC_VMS, HV_SEC_VMS,               \
		hv_map_v1_global_settings)                                                         \
	ROW(HV_NS_V1, "Msvm_ResourceAllocationSettingData", HV_SEC_DISKS, HV_SEC_DISKS,            \
		hv_map_v1_resource_settings)                                                       \
	ROW(HV_NS_V1, "Msvm_KvpExchangeComponent", HV_SEC_GUESTS, HV_SEC_GUESTS,                   \
		hv_map_kvp_exchange)                                                               \
	ROW(HV_NS_V1, "Msvm_VssComponentSettingData", HV_SEC_INTEGRATION, HV_SEC_INTEGRATION,      \
		hv_map_vss_setting)                                                                \
	ROW(HV_NS_V1, "Msvm_VssComponent", HV_SEC_INTEGRATION, HV_SEC_INTEGRATION,                 \
		hv_map_vss_component)                                                              \
	ROW(HV_NS_V2, "Msvm_ConcreteJob", HV_SEC_JOBS, HV_SEC_JOBS, hv_map_concrete_job)           \
	ROW(HV_NS_V2, "Msvm_StorageJob", HV_SEC_JOBS, HV_SEC_JOBS, hv_map_storage_job)             \
	ROW(HV_NS_V1, "Msvm_ConcreteJob", HV_SEC_JOBS, HV_SEC_JOBS, hv_map_concrete_job)           \
	ROW(HV_NS_COMMANDS, HV_CLASS_VSS_WRITER, HV_SEC_WRITERS, HV_SEC_WRITERS,                   \
		hv_map_vss_writer)                                                                 \
	ROW(HV_NS_REGISTRY, HV_CLASS_CURRENT_VERSION, HV_SEC_BUILD, HV_SEC_BUILD,                  \
		hv_map_current_version)                                                            \
	ROW(HV_NS_FILES, HV_CLASS_VM_CONFIGURATION,                                                \
		HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS,                                    \
		HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS, hv_map_vm_configuration)           \
	ROW(HV_NS_FILES, HV_CLASS_FILE_SECURITY, HV_SEC_ACL, HV_SEC_ACL, hv_map_file_security)

#define INFO_ROW(ns_, class_, sections_, required_, map_)                                          \
	{ .ns = ns_, .class_name = class_, .sections = sections_ },
#define RULE_ROW(ns_, class_, sections_, required_, map_) { .required = required_, .map = &map_ },

const struct hv_class_info hv_class_infos[] = { CLASS_TABLE(INFO_ROW){ .class_name = NULL } };

static const struct class_rule {
	unsigned int required;
	const struct hv_class_map *map;
} class_rules[] = { CLASS_TABLE(RULE_ROW) };

enum { CLASS_COUNT = HV_ARRAY_LEN(class_rules) };

_Static_assert(HV_ARRAY_LEN(class_rules) <= (size_t)HV_BUILDER_MAX_CLASSES,
	"raise HV_BUILDER_MAX_CLASSES");

/* Row of the class table; CLASS_COUNT when it has none. */
static size_t find_class(const char *ns, const char *class_name)
{
	size_t i = 0;

	while (i < CLASS_COUNT && (strcmp(hv_class_infos[i].ns, ns) != 0 ||
					  strcmp(hv_class_infos[i].class_name, class_name) != 0))
		i++;
	return i;
}

bool hv_class_reads(const char *ns, const char *class_name, const char *property)
{
	const size_t row = find_class(ns, class_name);

	if (row == CLASS_COUNT)
		return false;
	for (const struct hv_field *f = class_rules[row].map->fields; f->kind != HV_FIELD_END; f++)
		if (strcmp(f->property, property) == 0)
			return true;
	return false;
}

void hv_builder_init(struct hv_builder *b, struct hv_host *host, unsigned int sections,
	const struct hv_event_want *want)
{
	*b = (struct hv_builder){
		.host = host,
		.sections = sections,
		.keys = want != NULL ? want->keys : NULL,
		.since = want != NULL ? want->since : HV_USEC_MIN,
	};
}

/* Of several sources the first name and the newest time stand. */
static int on_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct hv_builder *b = ctx;
	struct hv_time *known = &b->host->taken_at;

	if (taken_at.known && (!known->known || known->usec < taken_at.usec))
		*known = taken_at;
	if (b->host->name != NULL || computer_name == NULL || computer_name[0] == '\0')
		return 0;
	return hv_field_copy(b->host, computer_name, &b->host->name, err);
}

static int on_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct hv_builder *b = ctx;
	const size_t row = find_class(batch->ns, batch->class_name);
	struct hv_builder_class *state = &b->classes[row];

	if (row == CLASS_COUNT || !(hv_class_infos[row].sections & b->sections))
		return 0;
	if (state->origin == NULL && hv_field_copy(b->host, batch->origin, &state->origin, err) < 0)
		return -1;
	if (batch->error != NULL)
		return state->error != NULL
			       ? 0
			       : hv_field_copy(b->host, batch->error, &state->error, err);
	state->read = true;
	if (batch->read_at.known &&
		(!state->read_at.known || batch->read_at.usec < state->read_at.usec))
		state->read_at = batch->read_at;
	return 0;
}

static int on_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_builder *b = ctx;
	const size_t row = find_class(bag->ns, bag->class_name);

	if (row == CLASS_COUNT || !(hv_class_infos[row].sections & b->sections))
		return 0;
	b->classes[row].rows++;
	return class_rules[row].map->add(b->host, bag, err);
}

/* A record that cannot be understood is damage of its log; everything else ends the reading. */
static int on_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_builder *b = ctx;
	struct hv_err event_err = HV_ERR_INIT;

	if (!(b->sections & HV_SEC_EVENTS))
		return 0;
	if (hv_event_xml_add(b->host, xml, len, b->keys, b->since, NULL, &event_err) == 0)
		return 0;
	if (event_err.kind != HV_ERR_FORMAT)
		return hv_err_set(err, event_err.kind, "%s", event_err.text);
	if (b->lost_events++ > 0)
		return 0;
	return hv_field_copy(b->host, event_err.text, &b->first_lost, err);
}

static void report_damage(struct hv_builder *b, const struct hv_event_batch *batch)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, MESSAGE_MAX);
	hv_buf_addf(
		&text, "%.1024s: damaged: ", batch->origin != NULL ? batch->origin : "event log");
	if (batch->damage != NULL)
		hv_buf_addf(&text, "%.1024s", batch->damage);
	if (b->lost_events > 0)
		hv_buf_addf(&text, "%s%zu %s could not be understood (%.512s)",
			batch->damage != NULL ? "; " : "", b->lost_events,
			b->lost_events == 1 ? "record" : "records", b->first_lost);
	hv_host_section_damaged(b->host, HV_SECTION_EVENTS, hv_buf_str(&text));
}

static void report_failure(struct hv_builder *b, const struct hv_event_batch *batch)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, MESSAGE_MAX);
	if (batch->origin != NULL)
		hv_buf_addf(&text, "%.1024s: ", batch->origin);
	hv_buf_addf(&text, "%.1024s", batch->error);
	hv_host_section_failed(b->host, HV_SECTION_EVENTS, hv_buf_str(&text));
}

static int add_event_log(struct hv_host *host, const struct hv_event_batch *batch,
	const char *channel, struct hv_err *err)
{
	struct hv_event_log *log = hv_host_add_event_log(host, err);

	if (log == NULL)
		return -1;
	log->records = batch->records;
	log->since = batch->since;
	log->oldest = batch->oldest;
	log->newest = batch->newest;
	if (hv_field_copy(host, batch->origin, &log->origin, err) < 0)
		return -1;
	return hv_field_copy(host, channel, &log->channel, err);
}

/* One row for each channel. */
static int add_event_logs(
	struct hv_host *host, const struct hv_event_batch *batch, struct hv_err *err)
{
	const struct hv_channels *c = batch->channels;

	for (size_t i = 0; c != NULL && i < c->count; i++) {
		if (add_event_log(host, batch, c->names[i], err) < 0)
			return -1;
	}
	if (c != NULL && c->count > 0 && !c->more)
		return 0;
	return add_event_log(host, batch, batch->channel, err);
}

/* What happened to a log whose events nobody asked for is of no interest. */
static bool is_wanted_log(const struct hv_builder *b, const struct hv_event_batch *batch)
{
	if (batch->channel == NULL || b->keys == NULL)
		return true;
	for (const struct hv_event_key *key = b->keys; key->channel != NULL; key++)
		if (hv_utf8_caseeq(key->channel, batch->channel))
			return true;
	return false;
}

static int on_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct hv_builder *b = ctx;
	struct hv_section_info *info = &b->host->sections[HV_SECTION_EVENTS];

	if (!(b->sections & HV_SEC_EVENTS))
		return 0;
	info->rows += batch->records;
	if (batch->read_at.known &&
		(!info->read_at.known || batch->read_at.usec < info->read_at.usec))
		info->read_at = batch->read_at;
	if (is_wanted_log(b, batch) && (batch->damage != NULL || b->lost_events > 0))
		report_damage(b, batch);
	b->lost_events = 0;
	b->first_lost = NULL;
	if (batch->error != NULL && !is_wanted_log(b, batch))
		return 0;
	if (batch->error != NULL) {
		report_failure(b, batch);
	} else {
		hv_host_section_present(b->host, HV_SECTION_EVENTS, batch->origin);
		if (add_event_logs(b->host, batch, err) < 0)
			return -1;
	}
	return hv_arena_failed(&b->host->arena) ? hv_err_no_memory(err) : 0;
}

struct hv_sink hv_builder_sink(struct hv_builder *b)
{
	return (struct hv_sink){
		.ctx = b,
		.host = on_host,
		.batch = on_batch,
		.bag = on_bag,
		.event = on_event,
		.events = on_events,
	};
}

/* What is known of one family of a section. */
struct family {
	const char *ns;
	bool seen;
	size_t failed;  /* row of the first class with an error; CLASS_COUNT: none */
	size_t missing; /* row of the first required class that was not read; CLASS_COUNT: none */
};

static struct family look_at_family(
	const struct hv_builder *b, unsigned int section, const char *ns)
{
	struct family f = { .ns = ns, .failed = CLASS_COUNT, .missing = CLASS_COUNT };

	for (size_t i = 0; i < CLASS_COUNT; i++) {
		const struct hv_builder_class *state = &b->classes[i];

		if (!(hv_class_infos[i].sections & section) ||
			strcmp(hv_class_infos[i].ns, ns) != 0)
			continue;
		if (state->read || state->error != NULL)
			f.seen = true;
		if (state->error != NULL && f.failed == CLASS_COUNT)
			f.failed = i;
		if (!state->read && (class_rules[i].required & section) && f.missing == CLASS_COUNT)
			f.missing = i;
	}
	return f;
}

static bool is_whole(const struct family *f)
{
	return f->seen && f->failed == CLASS_COUNT && f->missing == CLASS_COUNT;
}

static bool is_wmi(const struct family *f)
{
	return strcmp(f->ns, HV_NS_V1) == 0 || strcmp(f->ns, HV_NS_V2) == 0;
}

static void set_present(struct hv_builder *b, enum hv_section section, const char *ns)
{
	struct hv_section_info *info = &b->host->sections[section];
	const char *origin = NULL;

	for (size_t i = 0; i < CLASS_COUNT; i++) {
		const struct hv_builder_class *state = &b->classes[i];

		if (!(hv_class_infos[i].sections & HV_SEC(section)) || !state->read ||
			strcmp(hv_class_infos[i].ns, ns) != 0)
			continue;
		/* Sources are named once, not once a class. */
		if (origin == NULL || (state->origin != NULL && strcmp(state->origin, origin) != 0))
			hv_host_section_present(b->host, section, state->origin);
		origin = state->origin;
		info->rows += state->rows;
		if (state->read_at.known &&
			(!info->read_at.known || state->read_at.usec < info->read_at.usec))
			info->read_at = state->read_at;
	}
}

static void set_failed(struct hv_builder *b, enum hv_section section, const struct family *f)
{
	const bool failed = f->failed != CLASS_COUNT;
	const size_t row = failed ? f->failed : f->missing;
	HV_AUTO(buf) text;

	hv_buf_init(&text, MESSAGE_MAX);
	if (failed)
		hv_buf_addf(&text, "class %s of %s could not be read: %.2048s",
			hv_class_infos[row].class_name, f->ns, b->classes[row].error);
	else
		hv_buf_addf(&text, "class %s of %s is not in the capture",
			hv_class_infos[row].class_name, f->ns);
	hv_host_section_failed(b->host, section, hv_buf_str(&text));
}

/* A host may have either of the two Hyper-V namespaces, or both: one that is whole makes up for the
 * other. */
static bool is_excused(const struct family *f, const struct family *families, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_wmi(f) && is_wmi(&families[i]) && is_whole(&families[i]))
			return true;
	return false;
}

static void settle_section(struct hv_builder *b, enum hv_section section)
{
	static const char *const namespaces[] = { HV_NS_CIMV2, HV_NS_V2, HV_NS_V1, HV_NS_FILES,
		HV_NS_COMMANDS, HV_NS_REGISTRY };
	struct family families[HV_ARRAY_LEN(namespaces)];

	for (size_t i = 0; i < HV_ARRAY_LEN(namespaces); i++)
		families[i] = look_at_family(b, HV_SEC(section), namespaces[i]);
	for (size_t i = 0; i < HV_ARRAY_LEN(namespaces); i++) {
		const struct family *f = &families[i];

		if (!f->seen)
			continue;
		if (is_whole(f))
			set_present(b, section, f->ns);
		else if (!is_excused(f, families, HV_ARRAY_LEN(namespaces)))
			set_failed(b, section, f);
	}
}

/* Windows Server 2012 has both namespaces, so v1 alone tells 2008 and 2008 R2. */
static bool has_read(const struct hv_builder *b, const char *ns)
{
	for (size_t i = 0; i < CLASS_COUNT; i++)
		if (b->classes[i].read && strcmp(hv_class_infos[i].ns, ns) == 0)
			return true;
	return false;
}

int hv_builder_finish(struct hv_builder *b, struct hv_err *err)
{
	for (unsigned int i = 0; i < HV_SECTION_COUNT; i++)
		if (b->sections & HV_SEC(i))
			settle_section(b, (enum hv_section)i);
	b->host->is_v1 = has_read(b, HV_NS_V1) && !has_read(b, HV_NS_V2);
	if (hv_arena_failed(&b->host->arena))
		return hv_err_no_memory(err);
	return hv_host_link(b->host, err);
}
