/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the key tree of a virtual machine configuration file. Its layout is not documented; what is
 * read here was seen in files of Windows Server 2008 R2 and 2012 R2:
 * configuration/properties/{name,global_id,version,subtype,type_id},
 * configuration/settings/global/logical_id,
 * configuration/global_settings/{disk_merge_pending,snapshots/{data_root,list}},
 * configuration/_<instance>_/controllerN/driveN/ {pathname,type},
 * configuration/manifest/vdevN/{device,instance}. */
#include "cim/vmconfig.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/fields.h"
#include "cim/json.h"
#include "cim/xml.h"

/* What a device is, by manifest/vdevN/device. */
#define SCSI_DEVICE "D422512D-2BF2-4752-809D-7B82B5FCB1B4"

enum {
	MAX_DEPTH = 32,
	MAX_NODES = 20000, /* elements of one file */
	ROOT = 0,          /* index of the root element */
	VERSION_TEXT_MAX = 24,
};

/* The key tree. Nodes lie in document order, so a node's children come behind it and before its
 * next sibling. */
struct node {
	const char *name;
	const char *text; /* of a leaf, in arena */
	size_t parent;
};

struct tree {
	struct hv_arena arena;
	struct node *nodes;
	size_t count;
	size_t capacity;
	size_t open; /* index + 1 of the innermost open element; 0: none */
	struct hv_buf text;
};

static void tree_init(struct tree *t)
{
	*t = (struct tree){ .count = 0 };
	hv_arena_init(&t->arena, 4 * (size_t)HV_VMCONFIG_MAX_BYTES);
	hv_buf_init(&t->text, HV_VMCONFIG_MAX_BYTES);
}

static void tree_done(struct tree *t)
{
	hv_buf_done(&t->text);
	hv_arena_done(&t->arena);
	hv_free(t->nodes);
}
#define HV_AUTO_tree __attribute__((cleanup(tree_done))) struct tree

static int on_start(
	void *ctx, const char *name, const struct hv_xml_attrs *attrs, struct hv_err *err)
{
	struct tree *t = ctx;
	struct node *node;

	(void)attrs;
	if (t->count >= MAX_NODES)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d elements", (int)MAX_NODES);
	if (hv_grow(&t->nodes, &t->capacity, t->count + 1, MAX_NODES, sizeof(*t->nodes)) < 0)
		return hv_err_no_memory(err);
	node = &t->nodes[t->count];
	node->name = hv_arena_strdup(&t->arena, name);
	node->text = "";
	node->parent = t->open == 0 ? SIZE_MAX : t->open - 1;
	if (node->name == NULL)
		return hv_err_no_memory(err);
	t->open = ++t->count;
	hv_buf_clear(&t->text);
	return 0;
}

static int on_text(void *ctx, const char *text, size_t len, struct hv_err *err)
{
	struct tree *t = ctx;

	hv_buf_add(&t->text, text, len);
	return hv_buf_failed(&t->text) ? hv_err_no_memory(err) : 0;
}

static int on_end(void *ctx, const char *name, struct hv_err *err)
{
	struct tree *t = ctx;
	struct node *node = &t->nodes[t->open - 1];

	(void)name;
	/* Only a leaf is the last node when it ends. */
	if (t->open == t->count) {
		node->text = hv_arena_strndup(&t->arena, hv_buf_str(&t->text), t->text.len);
		if (node->text == NULL)
			return hv_err_no_memory(err);
	}
	hv_buf_clear(&t->text);
	t->open = node->parent == SIZE_MAX ? 0 : node->parent + 1;
	return 0;
}

/* The first child of a node from index i on whose name begins with prefix; 0 when there is none
 * (the root is nobody's child). */
static size_t next_child(const struct tree *t, size_t parent, const char *prefix, size_t i)
{
	for (; i < t->count; i++) {
		if (t->nodes[i].parent == parent &&
			strncmp(t->nodes[i].name, prefix, strlen(prefix)) == 0)
			return i;
		if (t->nodes[i].parent < parent || t->nodes[i].parent == SIZE_MAX)
			break; /* behind the last descendant */
	}
	return 0;
}

static size_t child(const struct tree *t, size_t parent, const char *name)
{
	size_t i = parent + 1;

	while ((i = next_child(t, parent, name, i)) != 0 && strcmp(t->nodes[i].name, name) != 0)
		i++;
	return i;
}

/* The text at a path of names below the root, separated by '/'; NULL when it is not there or empty.
 */
static const char *text_at(const struct tree *t, size_t from, const char *path)
{
	size_t at = from;

	while (*path != '\0') {
		const size_t len = strcspn(path, "/");
		char name[64];

		if (len >= sizeof(name))
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		at = child(t, at, name);
		if (at == 0)
			return NULL;
		path += len + (path[len] == '/');
	}
	return t->nodes[at].text[0] != '\0' ? t->nodes[at].text : NULL;
}

/* Adds a value to an object; takes value over. */
static int put(json_t *object, const char *key, json_t *value, struct hv_err *err)
{
	return json_object_set_new(object, key, value) < 0 ? hv_err_no_memory(err) : 0;
}

static int put_text(json_t *object, const char *key, const char *text, struct hv_err *err)
{
	return text == NULL ? 0 : put(object, key, json_string(text), err);
}

static int put_number(json_t *object, const char *key, uint64_t number, struct hv_err *err)
{
	return put(object, key, json_integer((json_int_t)number), err);
}

/* The number at the end of "controller3" behind its prefix. */
static uint64_t name_number(const char *name, const char *prefix)
{
	uint64_t number;

	return hv_parse_u64(name + strlen(prefix), 0, 9999, &number, NULL) < 0 ? 0 : number;
}

/* "_83f8638b-..._" to a GUID. */
static bool instance_guid(const char *name, char guid[HV_GUID_TEXT_LEN + 1])
{
	return name[0] == '_' && strlen(name) == HV_GUID_TEXT_LEN + 2 &&
	       name[HV_GUID_TEXT_LEN + 1] == '_' &&
	       hv_guid_normalise(name + 1, HV_GUID_TEXT_LEN, guid);
}

/* How many SCSI controllers the manifest lists before this one: its number on the machine. */
static uint64_t scsi_number(const struct tree *t, const char *guid)
{
	const size_t manifest = child(t, ROOT, "manifest");
	uint64_t number = 0;

	for (size_t i = manifest;
		manifest != 0 && (i = next_child(t, manifest, "vdev", i + 1)) != 0;) {
		const char *device = text_at(t, i, "device");
		const char *instance = text_at(t, i, "instance");

		if (device == NULL || instance == NULL || !hv_utf8_caseeq(device, SCSI_DEVICE))
			continue;
		if (hv_utf8_caseeq(instance, guid))
			return number;
		number++;
	}
	return 0;
}

struct controller {
	const char *bus;
	uint64_t number;
};

static int add_drive(const struct tree *t, size_t drive, const struct controller *controller,
	json_t *disks, struct hv_err *err)
{
	const char *path = text_at(t, drive, "pathname");
	HV_AUTO(json) disk = NULL;

	if (path == NULL)
		return 0; /* empty */
	disk = json_object();
	if (disk == NULL)
		return hv_err_no_memory(err);
	if (put_text(disk, "Path", path, err) < 0 ||
		put_text(disk, "Type", text_at(t, drive, "type"), err) < 0 ||
		put_text(disk, "Bus", controller->bus, err) < 0 ||
		put_number(disk, "Controller", controller->number, err) < 0 ||
		put_number(disk, "Slot", name_number(t->nodes[drive].name, "drive"), err) < 0)
		return -1;
	return json_array_append(disks, disk) < 0 ? hv_err_no_memory(err) : 0;
}

static int add_instance(const struct tree *t, size_t instance, json_t *disks, struct hv_err *err)
{
	char guid[HV_GUID_TEXT_LEN + 1];
	struct controller controller = { .bus = "SCSI" };
	uint64_t base = 0;

	if (!instance_guid(t->nodes[instance].name, guid))
		return 0;
	switch (hv_bus_of_instance(guid)) {
	case HV_BUS_IDE:
		controller.bus = "IDE";
		break;
	case HV_BUS_FLOPPY:
		controller.bus = "FLOPPY";
		break;
	case HV_BUS_SCSI:
	case HV_BUS_UNKNOWN:
		base = scsi_number(t, guid);
		break;
	}
	for (size_t i = instance; (i = next_child(t, instance, "controller", i + 1)) != 0;) {
		controller.number = base + name_number(t->nodes[i].name, "controller");
		for (size_t d = i; (d = next_child(t, i, "drive", d + 1)) != 0;)
			if (add_drive(t, d, &controller, disks, err) < 0)
				return -1;
	}
	return 0;
}

static int add_disks(const struct tree *t, json_t *props, struct hv_err *err)
{
	HV_AUTO(json) disks = json_array();

	if (disks == NULL)
		return hv_err_no_memory(err);
	for (size_t i = ROOT; (i = next_child(t, ROOT, "_", i + 1)) != 0;)
		if (add_instance(t, i, disks, err) < 0)
			return -1;
	return put(props, "Disks", json_incref(disks), err);
}

/* The first text below a node that is a GUID: an entry of the list of checkpoints begins with its
 * own. */
static bool guid_below(const struct tree *t, size_t parent, char guid[HV_GUID_TEXT_LEN + 1])
{
	for (size_t i = parent + 1; (i = next_child(t, parent, "", i)) != 0; i++)
		if (hv_guid_normalise(t->nodes[i].text, strlen(t->nodes[i].text), guid))
			return true;
	return false;
}

static int add_checkpoint(const struct tree *t, size_t entry, json_t *list, struct hv_err *err)
{
	HV_AUTO(json) checkpoint = NULL;
	char guid[HV_GUID_TEXT_LEN + 1];

	if (!guid_below(t, entry, guid))
		return 0;
	checkpoint = json_object();
	if (checkpoint == NULL)
		return hv_err_no_memory(err);
	if (put_text(checkpoint, "Id", guid, err) < 0 ||
		put_text(checkpoint, "Name", text_at(t, entry, "name"), err) < 0)
		return -1;
	return json_array_append(list, checkpoint) < 0 ? hv_err_no_memory(err) : 0;
}

static int add_checkpoints(
	const struct tree *t, size_t snapshots, json_t *props, struct hv_err *err)
{
	HV_AUTO(json) checkpoints = json_array();
	const char *size = text_at(t, snapshots, "list/size");
	const size_t list = child(t, snapshots, "list");
	uint64_t count;

	if (checkpoints == NULL)
		return hv_err_no_memory(err);
	if (size != NULL && hv_parse_u64(size, 0, MAX_NODES, &count, NULL) == 0 &&
		put_number(props, "CheckpointCount", count, err) < 0)
		return -1;
	for (size_t i = list; list != 0 && (i = next_child(t, list, "", i + 1)) != 0;)
		if (add_checkpoint(t, i, checkpoints, err) < 0)
			return -1;
	return put(props, "Checkpoints", json_incref(checkpoints), err);
}

/* 1280 is "5.0". */
static int add_version(const struct tree *t, json_t *props, struct hv_err *err)
{
	const char *text = text_at(t, ROOT, "properties/version");
	HV_AUTO(buf) version;
	uint64_t number;

	hv_buf_init(&version, VERSION_TEXT_MAX);
	if (text == NULL || hv_parse_u64(text, 0, UINT32_MAX, &number, NULL) < 0)
		return 0;
	hv_buf_addf(&version, "%" PRIu64 ".%" PRIu64, number >> 8, number & 0xFF);
	return put_text(props, "Version", hv_buf_str(&version), err);
}

static int add_merge_pending(const struct tree *t, json_t *props, struct hv_err *err)
{
	const char *text = text_at(t, ROOT, "global_settings/disk_merge_pending");

	if (text == NULL || (!hv_utf8_caseeq(text, "true") && !hv_utf8_caseeq(text, "false")))
		return 0;
	return put(props, "DiskMergePending", json_boolean(hv_utf8_caseeq(text, "true")), err);
}

/* A checkpoint's file tells the checkpoint as global_id and its machine as logical_id. */
static int add_identity(const struct tree *t, const char *origin, json_t *props, struct hv_err *err)
{
	const char *type = text_at(t, ROOT, "properties/type_id");
	const char *id = text_at(t, ROOT, "properties/global_id");
	const char *machine = text_at(t, ROOT, "settings/global/logical_id");
	const char *name = text_at(t, ROOT, "properties/name");
	const char *subtype = text_at(t, ROOT, "properties/subtype");
	const bool is_checkpoint = type != NULL ? hv_utf8_caseeq(type, "Snapshots")
						: hv_utf8_casestr(origin, "/Snapshots/") != NULL;
	char guid[HV_GUID_TEXT_LEN + 1];

	if (id == NULL || !hv_guid_normalise(id, strlen(id), guid))
		return hv_err_set(
			err, HV_ERR_FORMAT, "configuration/properties/global_id: expected a GUID");
	if (put_text(props, "Id", guid, err) < 0 || put_text(props, "Name", name, err) < 0)
		return -1;
	if (is_checkpoint &&
		put_text(props, "CheckpointOf", machine != NULL ? machine : "unknown", err) < 0)
		return -1;
	return put_number(
		props, "Generation", subtype != NULL && strcmp(subtype, "1") == 0 ? 2 : 1, err);
}

static int build_bag(const struct tree *t, const char *origin, json_t *props, struct hv_err *err)
{
	const size_t global = child(t, ROOT, "global_settings");
	const size_t snapshots = global == 0 ? 0 : child(t, global, "snapshots");

	if (add_identity(t, origin, props, err) < 0 || add_version(t, props, err) < 0 ||
		add_merge_pending(t, props, err) < 0 || add_disks(t, props, err) < 0)
		return -1;
	if (snapshots == 0)
		return 0;
	if (put_text(props, "CheckpointDataRoot", text_at(t, snapshots, "data_root"), err) < 0)
		return -1;
	return add_checkpoints(t, snapshots, props, err);
}

static int read_tree(const uint8_t *bytes, size_t len, struct tree *t, struct hv_err *err)
{
	const struct hv_xml_handler handler = {
		.ctx = t,
		.start = on_start,
		.end = on_end,
		.text = on_text,
	};
	HV_AUTO(string) text = NULL;
	size_t text_len = 0;

	if (hv_text_decode(bytes, len, HV_VMCONFIG_MAX_BYTES, &text, &text_len, err) < 0)
		return -1;
	if (hv_xml_parse(text, text_len, MAX_DEPTH, &handler, err) < 0)
		return -1;
	if (strcmp(t->nodes[ROOT].name, "configuration") != 0)
		return hv_err_set(err, HV_ERR_FORMAT, "expected <configuration>, found <%.64s>",
			t->nodes[ROOT].name);
	return 0;
}

/* Text begins with '<', in UTF-8 or UTF-16, with or without a byte order mark; a .vmcx does not. */
static bool looks_like_xml(const uint8_t *bytes, size_t len)
{
	static const struct {
		const char *bytes;
		size_t len;
	} beginnings[] = {
		{ "<", 1 },
		{ "\xEF\xBB\xBF<", 4 },
		{ "\xFF\xFE<\0", 4 },
		{ "\xFE\xFF\0<", 4 },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(beginnings); i++)
		if (len >= beginnings[i].len &&
			memcmp(bytes, beginnings[i].bytes, beginnings[i].len) == 0)
			return true;
	return false;
}

static int pour(const json_t *props, const char *origin, struct hv_sink *sink, struct hv_err *err)
{
	const struct hv_batch batch = {
		.ns = HV_NS_FILES,
		.class_name = HV_CLASS_VM_CONFIGURATION,
		.origin = origin,
	};
	const struct hv_bag bag = {
		.ns = batch.ns,
		.class_name = batch.class_name,
		.props = props,
	};

	if (sink->batch(sink->ctx, &batch, err) < 0)
		return -1;
	return sink->bag(sink->ctx, &bag, err);
}

int hv_vmconfig_read(const uint8_t *bytes, size_t len, const char *origin, struct hv_sink *sink,
	struct hv_err *err)
{
	HV_AUTO(tree) tree;
	HV_AUTO(json) props = NULL;

	tree_init(&tree);
	if (len == 0)
		return hv_err_set(err, HV_ERR_FORMAT, "%s: the file is empty", origin);
	if (len > HV_VMCONFIG_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT, "%s: %zu bytes, at most %d are read", origin,
			len, (int)HV_VMCONFIG_MAX_BYTES);
	if (!looks_like_xml(bytes, len))
		return hv_err_set(err, HV_ERR_UNSUPPORTED,
			"%s: not XML; .vmcx files are not supported yet, export a capture instead "
			"(doc/capture-format.md)",
			origin);
	props = json_object();
	if (props == NULL)
		return hv_err_no_memory(err);
	if (read_tree(bytes, len, &tree, err) < 0 || build_bag(&tree, origin, props, err) < 0 ||
		pour(props, origin, sink, err) < 0)
		return hv_err_wrap(err, "%s", origin);
	return 0;
}
