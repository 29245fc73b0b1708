/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables: which property of a class becomes which member of a row of the model. One table a
 * class; what a table cannot say (a state number, a path in an array) is done by the class's own
 * map function, and the property is listed all the same, so that a table names every property that
 * is read. */
#ifndef HV_CIM_FIELDS_H
#define HV_CIM_FIELDS_H

#include <stddef.h>

#include "cim/bag.h"
#include "model/host.h"

enum hv_field_kind {
	HV_FIELD_END = 0,
	HV_FIELD_OTHER, /* the map function looks at it */
	HV_FIELD_STRING,
	HV_FIELD_U64,
	HV_FIELD_BOOL,
	HV_FIELD_TIME,
	HV_FIELD_VERSION,
	HV_FIELD_FOLDER,
};

struct hv_field {
	const char *property;
	enum hv_field_kind kind;
	size_t offset;
};

/* The kind follows from the member's type. */
#define HV_FIELD(type, member, prop)                                                                 \
	{                                                                                            \
		.property = (prop), .offset = offsetof(type, member),                              \
		.kind = _Generic(((type *)0)->member, const char *                                 \
				 : HV_FIELD_STRING, struct hv_u64                                  \
				 : HV_FIELD_U64, struct hv_bool                                    \
				 : HV_FIELD_BOOL, struct hv_time                                   \
				 : HV_FIELD_TIME, struct hv_version                                \
				 : HV_FIELD_VERSION, struct hv_place                               \
				 : HV_FIELD_FOLDER), \
	}
#define HV_FIELD_READ(prop)                                                                        \
	{                                                                                          \
		.property = (prop), .kind = HV_FIELD_OTHER                                         \
	}
#define HV_FIELD_LAST                                                                              \
	{                                                                                          \
		.property = NULL, .kind = HV_FIELD_END                                             \
	}

/* What to do with the instances of one class. */
struct hv_class_map {
	const struct hv_field *fields;
	int (*add)(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err);
};

/* Copies what the table says from bag to row; strings go to the host's arena. A value that was told
 * and is not what the member needs is an error whose text begins with the property's name. */
int hv_fields_apply(const struct hv_field *fields, struct hv_host *host, const struct hv_bag *bag,
	void *row, struct hv_err *err) HV_MUST_USE;

/* The property as a string; NULL when it is not told. A value of another type is an error. */
int hv_field_text(const struct hv_bag *bag, const char *property, const char **ret,
	struct hv_err *err) HV_MUST_USE;

/* The first string of an array property; NULL when there is none or when it is empty. */
int hv_field_first_text(const struct hv_bag *bag, const char *property, const char **ret,
	struct hv_err *err) HV_MUST_USE;

/* The property as a GUID in upper case, in the host's arena; NULL when it is not told or no GUID.
 */
int hv_field_guid(struct hv_host *host, const struct hv_bag *bag, const char *property,
	const char **ret, struct hv_err *err) HV_MUST_USE;

/* "Microsoft:<GUID>..." of InstanceID: the VM or checkpoint that a row of settings belongs to; NULL
 * when there is none, as in definitions. In the host's arena. [hyperv:
 * Msvm_*SettingData.InstanceID] */
int hv_field_owner(struct hv_host *host, const struct hv_bag *bag, const char **ret,
	struct hv_err *err) HV_MUST_USE;

/* Copies text to the host's arena. */
int hv_field_copy(
	struct hv_host *host, const char *text, const char **ret, struct hv_err *err) HV_MUST_USE;

/* A disk's bus, controller and slot from "Microsoft:<owner>\<controller
 * instance>\<controller>\<slot>\L". */
void hv_field_disk_slot(const char *instance_id, struct hv_disk *disk);
/* The bus of a controller by its instance GUID. */
enum hv_bus hv_bus_of_instance(const char *guid);

/* Maps, by file. */
extern const struct hv_class_map hv_map_computer_system; /* v1 and v2 */
extern const struct hv_class_map hv_map_v2_system_settings;
extern const struct hv_class_map hv_map_v2_storage_settings;
extern const struct hv_class_map hv_map_v2_resource_settings;
extern const struct hv_class_map hv_map_v1_system_settings;
extern const struct hv_class_map hv_map_v1_global_settings;
extern const struct hv_class_map hv_map_v1_resource_settings;
extern const struct hv_class_map hv_map_kvp_exchange;  /* v1 and v2 */
extern const struct hv_class_map hv_map_vss_setting;   /* v1 and v2 */
extern const struct hv_class_map hv_map_vss_component; /* v1 and v2 */
extern const struct hv_class_map hv_map_summary;
extern const struct hv_class_map hv_map_fibre_channel;
extern const struct hv_class_map hv_map_operating_system;
extern const struct hv_class_map hv_map_volume;
extern const struct hv_class_map hv_map_mount_point;
extern const struct hv_class_map hv_map_shadow_storage;
extern const struct hv_class_map hv_map_update;
extern const struct hv_class_map hv_map_current_version;
extern const struct hv_class_map hv_map_vm_configuration;
extern const struct hv_class_map hv_map_concrete_job; /* v1 and v2 */
extern const struct hv_class_map hv_map_storage_job;
extern const struct hv_class_map hv_map_vss_writer;
extern const struct hv_class_map hv_map_file_security;

/* Whether the map of a class reads a property (namespace as in struct hv_bag). */
bool hv_class_reads(const char *ns, const char *class_name, const char *property);

#endif
