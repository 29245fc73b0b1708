/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of what goes on around backups: jobs of Hyper-V, VSS writers. */
#include "cim/fields.h"

static const struct hv_field job_fields[] = {
	HV_FIELD(struct hv_job, id, "InstanceID"),
	HV_FIELD(struct hv_job, type, "JobType"),
	HV_FIELD(struct hv_job, state, "JobState"),
	HV_FIELD(struct hv_job, progress, "PercentComplete"),
	HV_FIELD(struct hv_job, error_code, "ErrorCode"),
	HV_FIELD(struct hv_job, hresult, "JobCompletionStatusCode"),
	HV_FIELD(struct hv_job, started_at, "StartTime"),
	HV_FIELD(struct hv_job, name, "Caption"),
	HV_FIELD(struct hv_job, error_text, "ErrorDescription"),
	HV_FIELD(struct hv_job, child, "Child"),
	HV_FIELD_LAST,
};

struct job_type {
	uint64_t type;
	enum hv_job_kind kind;
};

/* [hyperv_v2: msvm-concretejob] */
static const struct job_type concrete_types[] = {
	{ 50, HV_JOB_MERGE },
	{ 51, HV_JOB_GUEST_SNAPSHOT },
	{ 70, HV_JOB_CHECKPOINT },
	{ 71, HV_JOB_CHECKPOINT },
	{ 72, HV_JOB_CHECKPOINT },
	{ 170, HV_JOB_BACKUP },
};

/* [hyperv_v2: msvm-storagejob] */
static const struct job_type storage_types[] = {
	{ 5, HV_JOB_MERGE },
};

static const char *told(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static int add_job(struct hv_host *host, const struct hv_bag *bag, const struct job_type *types,
	size_t count, bool is_storage, struct hv_err *err)
{
	struct hv_job *job = hv_host_add_job(host, err);

	if (job == NULL || hv_fields_apply(job_fields, host, bag, job, err) < 0)
		return -1;
	if (job->id == NULL)
		job->id = "";
	job->name = told(job->name);
	job->error_text = told(job->error_text);
	job->child = told(job->child);
	for (size_t i = 0; job->type.known && i < count; i++)
		if (types[i].type == job->type.value)
			job->kind = types[i].kind;
	job->is_storage = is_storage;
	return 0;
}

static int add_concrete_job(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	return add_job(host, bag, concrete_types, HV_ARRAY_LEN(concrete_types), false, err);
}

static int add_storage_job(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	return add_job(host, bag, storage_types, HV_ARRAY_LEN(storage_types), true, err);
}

const struct hv_class_map hv_map_concrete_job = { .fields = job_fields, .add = add_concrete_job };
const struct hv_class_map hv_map_storage_job = { .fields = job_fields, .add = add_storage_job };

static const struct hv_field writer_fields[] = {
	HV_FIELD(struct hv_writer, name, "Name"),
	HV_FIELD(struct hv_writer, last_error, "LastError"),
	HV_FIELD(struct hv_writer, since, "StateSince"),
	HV_FIELD_READ("WriterId"),
	HV_FIELD_READ("InstanceId"),
	HV_FIELD_READ("State"),
	HV_FIELD_READ("NotAsked"),
	HV_FIELD_LAST,
};

/* A block without these may be the one that tells of the failure. */
static void tell_damage(struct hv_host *host)
{
	if (host->sections[HV_SECTION_WRITERS].damage == NULL)
		hv_host_section_damaged(host, HV_SECTION_WRITERS,
			"a writer of the list has no id or no state that could be read");
}

static int add_writer(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_writer *writer;
	const char *id;
	uint64_t state;

	if (hv_bag_told(bag, "NotAsked")) {
		host->writers_not_asked = true;
		return 0;
	}
	if (hv_field_guid(host, bag, "WriterId", &id, err) < 0)
		return -1;
	if (id == NULL || !hv_bag_u64(bag, "State", &state)) {
		tell_damage(host);
		return 0;
	}
	writer = hv_host_add_writer(host, err);
	if (writer == NULL)
		return -1;
	writer->id = id;
	writer->state = state;
	if (hv_field_guid(host, bag, "InstanceId", &writer->instance_id, err) < 0 ||
		hv_fields_apply(writer_fields, host, bag, writer, err) < 0)
		return -1;
	if (writer->name == NULL || writer->name[0] == '\0')
		writer->name = id;
	return 0;
}

const struct hv_class_map hv_map_vss_writer = { .fields = writer_fields, .add = add_writer };
