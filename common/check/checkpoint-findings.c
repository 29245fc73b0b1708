/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checkpoints of one VM in words. */
#include "check/checkpoints.h"
#include "check/need.h"

static const struct {
	const char *what;
	const char *rule; /* about its age; NULL: none */
	const char *why;  /* age matters */
} classes[HV_CHECKPOINTS_CLASSES] = {
	[HV_CHECKPOINTS_USER] = { "user", HV_RULE_USER_AGE,
		"The disk of a checkpoint grows up to the size of its parent, and the merge takes "
		"longer the longer one waits. A checkpoint is no backup." },
	[HV_CHECKPOINTS_BACKUP] = { "backup", HV_RULE_BACKUP_AGE,
		"A backup removes its checkpoint when it ends. While one is left, the VM's disks "
		"grow and its storage cannot be moved." },
	[HV_CHECKPOINTS_AUTOMATIC] = { "automatic", HV_RULE_AUTOMATIC_AGE,
		"Hyper-V made it by itself. Its disk grows up to the size of its parent." },
	[HV_CHECKPOINTS_REPLICA] = { "replica", NULL, NULL },
	[HV_CHECKPOINTS_MISSING] = { "missing", NULL, NULL },
	[HV_CHECKPOINTS_PLANNED] = { "planned", NULL, NULL },
};

/* One VM while it is judged. */
struct job {
	const struct hv_checkpoint_query *query;
	const struct hv_vm *vm;
	struct hv_report *out;
	struct hv_checkpoint_tally *tally;
	const char *title;
	struct group { /* checkpoints of one class */
		uint64_t count, ageless;
		const struct hv_checkpoint *first, *oldest;
		hv_usec age; /* of the oldest */
	} groups[HV_CHECKPOINTS_CLASSES];
	uint64_t faults, unjudged;
};

static void group_checkpoints(struct job *job)
{
	HV_FOREACH_CHECKPOINT (checkpoint, job->vm) {
		struct group *group = &job->groups[hv_checkpoint_class(checkpoint)];
		hv_usec age;

		group->count++;
		if (group->first == NULL)
			group->first = checkpoint;
		if (!hv_checkpoint_age(checkpoint, job->query->now, &age)) {
			group->ageless++;
		} else if (group->oldest == NULL || age > group->age) {
			group->oldest = checkpoint;
			group->age = age;
		}
	}
}

static void add_to_tally(struct job *job)
{
	struct hv_checkpoint_tally *tally = job->tally;

	for (size_t i = 0; i < HV_CHECKPOINTS_CLASSES; i++) {
		const struct group *group = &job->groups[i];

		tally->of_class[i] += group->count;
		if (i >= HV_CHECKPOINTS_AGED || group->oldest == NULL)
			continue;
		if (!tally->oldest[i].known || group->age > tally->oldest[i].usec)
			tally->oldest[i] = (struct hv_time){ .usec = group->age, .known = true };
	}
	tally->faulty_vms += job->faults > 0;
	tally->judged_vms += job->unjudged == 0;
}

/* Adds what a rule found, in the state that the user wants; NULL when that is OK. */
static struct hv_finding *add(
	struct job *job, const char *rule, enum hv_state by_default, const char *text)
{
	const enum hv_state state = hv_rule_state(&job->query->config->rules, rule, by_default);

	if (state == HV_OK)
		return NULL;
	job->faults++;
	return hv_report_add(job->out, state, job->title, rule, "%s", hv_need(job->out, text));
}

static void judge_missing(struct job *job)
{
	const struct group *group = &job->groups[HV_CHECKPOINTS_MISSING];
	struct hv_arena *arena = &job->out->arena;
	struct hv_finding *f;

	if (group->count == 0)
		return;
	f = add(job, HV_RULE_MISSING, HV_CRITICAL,
		group->count == 1
			? hv_arena_printf(arena, "the files of checkpoint '%s' are missing",
				  hv_checkpoint_title(group->first))
			: hv_arena_printf(arena,
				  "the files of %llu checkpoints are missing, '%s' among them",
				  (unsigned long long)group->count,
				  hv_checkpoint_title(group->first)));
	if (f == NULL)
		return;
	hv_finding_why(job->out, f,
		"Hyper-V lists as missing what has lost its files. The VM and its other "
		"checkpoints may depend on them.");
	hv_checkpoint_remedy_missing(job->out, f, job->query->host, job->vm);
}

/* What shows that a backup runs; NULL: nothing does. A job does not tell which VM it is for. */
static const char *backup_text(const struct job *job)
{
	if (job->vm->operation == HV_VM_BACKING_UP)
		return "the VM's status says that a backup runs";
	if (hv_checkpoint_running_job(job->query->host, HV_JOB_BACKUP) != NULL)
		return "a backup job is running on the host";
	return NULL;
}

/* The jobs of a host before Windows Server 2012 do not tell what they do. */
static bool knows_backups(const struct job *job)
{
	return hv_host_has(job->query->host, HV_SEC_JOBS) && !job->query->host->is_v1;
}

/* The state of an age, and the limit that it is beyond. While a backup runs its checkpoint may be
 * older than a warning wants, not older than is critical. */
static enum hv_state age_state(const struct job *job, enum hv_checkpoint_class which, hv_usec age,
	const struct hv_duration **ret)
{
	const struct hv_checkpoint_limits *limits = &job->query->config->aged[which];
	const bool runs = which == HV_CHECKPOINTS_BACKUP && backup_text(job) != NULL;

	if (limits->crit.set && age > limits->crit.usec) {
		*ret = &limits->crit;
		return HV_CRITICAL;
	}
	if (limits->warn.set && age > limits->warn.usec && !runs) {
		*ret = &limits->warn;
		return HV_WARNING;
	}
	return HV_OK;
}

static uint64_t count_older(const struct job *job, enum hv_checkpoint_class which, hv_usec limit)
{
	uint64_t count = 0;
	hv_usec age;

	HV_FOREACH_CHECKPOINT (checkpoint, job->vm)
		count += hv_checkpoint_class(checkpoint) == which &&
			 hv_checkpoint_age(checkpoint, job->query->now, &age) && age > limit;
	return count;
}

/* "3 user checkpoints are more than 7d old, the oldest 'x' 21d 3h". NULL when memory is short. */
static const char *age_text(
	const struct job *job, enum hv_checkpoint_class which, const struct hv_duration *limit)
{
	const struct group *group = &job->groups[which];
	const uint64_t count = count_older(job, which, limit->usec);
	const char *name = hv_checkpoint_title(group->oldest);
	const char *doubt = "";
	char age[HV_TIME_TEXT_MAX], limit_text[HV_TIME_TEXT_MAX];

	hv_duration_format(group->age, age);
	hv_duration_format(limit->usec, limit_text);
	if (which == HV_CHECKPOINTS_BACKUP && backup_text(job) != NULL)
		doubt = hv_need(
			job->out, hv_arena_printf(&job->out->arena, "; %s", backup_text(job)));
	else if (which == HV_CHECKPOINTS_BACKUP)
		doubt = knows_backups(job)
				? "; left behind, no backup job is running"
				: "; left behind, unless a backup runs, which is not known";
	if (count == 1)
		return hv_arena_printf(&job->out->arena,
			"%s checkpoint '%s' is %s old, more than %s%s", classes[which].what, name,
			age, limit_text, doubt);
	return hv_arena_printf(&job->out->arena,
		"%llu %s checkpoints are more than %s old, the oldest '%s' %s%s",
		(unsigned long long)count, classes[which].what, limit_text, name, age, doubt);
}

/* That nothing is said against the age of a backup's checkpoint has its reason. */
static void tell_running_backup(struct job *job, enum hv_checkpoint_class which)
{
	const struct hv_duration *warn = &job->query->config->aged[which].warn;
	const struct group *group = &job->groups[which];
	char age[HV_TIME_TEXT_MAX];

	if (which != HV_CHECKPOINTS_BACKUP || backup_text(job) == NULL || group->oldest == NULL ||
		!warn->set || group->age <= warn->usec)
		return;
	hv_duration_format(group->age, age);
	hv_report_add(job->out, HV_OK, job->title, classes[which].rule,
		"%s checkpoint '%s' is %s old; %s", classes[which].what,
		hv_checkpoint_title(group->oldest), age, backup_text(job));
}

/* A rule that the user silenced asks for no age either. */
static void judge_age(struct job *job, enum hv_checkpoint_class which)
{
	const struct group *group = &job->groups[which];
	const struct hv_duration *limit = NULL;
	enum hv_state state = HV_OK;
	struct hv_finding *f;

	if (hv_rule_state(&job->query->config->rules, classes[which].rule, HV_WARNING) == HV_OK)
		return;
	if (group->ageless > 0) {
		job->unjudged++;
		hv_report_add(job->out, HV_UNKNOWN, job->title, classes[which].rule,
			"age of %llu %s checkpoint%s not known", (unsigned long long)group->ageless,
			classes[which].what, group->ageless == 1 ? "" : "s");
	}
	if (group->oldest != NULL)
		state = age_state(job, which, group->age, &limit);
	if (limit == NULL) {
		tell_running_backup(job, which);
		return;
	}
	f = add(job, classes[which].rule, state, age_text(job, which, limit));
	if (f == NULL)
		return;
	hv_finding_why(job->out, f, "%s", classes[which].why);
	hv_checkpoint_remedy_age(job->out, f, job->query, job->vm, which, limit->usec);
}

/* Why a disk may be in use before it is merged; NULL: nothing is known of a reason. */
static const char *operation_text(const struct job *job)
{
	const struct hv_host *host = job->query->host;

	switch (job->vm->operation) {
	case HV_VM_CHECKPOINTING:
		return "a checkpoint is being made, applied or deleted";
	case HV_VM_MERGING:
		return "the VM's disks are being merged";
	case HV_VM_BACKING_UP:
		return "the VM is being backed up";
	case HV_VM_OPERATION_OTHER:
		break;
	}
	if (hv_checkpoint_running_job(host, HV_JOB_MERGE) != NULL)
		return "a merge job is running on the host";
	return hv_checkpoint_running_job(host, HV_JOB_BACKUP) != NULL
		       ? "a backup job is running on the host"
		       : NULL;
}

static void judge_merge(struct job *job)
{
	const char *operation = operation_text(job);
	const struct hv_disk *first = NULL;
	uint64_t count = 0;
	struct hv_finding *f;

	HV_FOREACH_DISK (disk, job->vm) {
		if (disk->kind != HV_DISK_VHD || disk->place.path == NULL ||
			!hv_path_is_differencing(disk->place.path))
			continue;
		count++;
		if (first == NULL)
			first = disk;
	}
	if (first == NULL || job->vm->checkpoint_count > 0)
		return;
	if (operation != NULL) {
		hv_report_add(job->out, HV_OK, job->title, HV_RULE_UNMERGED, "%s in use: %s",
			first->place.path, operation);
		return;
	}
	job->tally->unmerged_vms++;
	f = add(job, HV_RULE_UNMERGED, HV_WARNING,
		hv_arena_printf(&job->out->arena,
			"%s%s in use and no checkpoint listed: a merge did not happen",
			first->place.path, count == 1 ? "" : " and others"));
	if (f == NULL)
		return;
	hv_finding_why(job->out, f,
		"The disk of a checkpoint that was deleted stays in use until it is merged. It "
		"grows, and Hyper-V Manager does not show it.");
	hv_checkpoint_remedy_unmerged(job->out, f, job->query->host, job->vm);
}

/* Those that fill up what Hyper-V allows. */
static uint64_t count_all(const struct job *job)
{
	uint64_t count = 0;

	for (size_t i = 0; i < HV_CHECKPOINTS_CLASSES; i++)
		if (i != HV_CHECKPOINTS_REPLICA && i != HV_CHECKPOINTS_PLANNED)
			count += job->groups[i].count;
	return count;
}

static void add_count(struct job *job, enum hv_state state, const char *text)
{
	struct hv_finding *f = add(job, HV_RULE_COUNT, state, text);

	if (f == NULL)
		return;
	hv_finding_why(job->out, f,
		"A backup needs a checkpoint of its own, and Hyper-V allows 50 of a VM. Every one "
		"makes the chain of disks longer that the VM reads through.");
	hv_checkpoint_remedy_count(job->out, f, job->query->host, job->vm);
}

static void judge_count(struct job *job)
{
	const struct hv_checkpoint_config *config = job->query->config;
	const uint64_t count = count_all(job);
	enum hv_state state = HV_OK;

	if (count > job->tally->most)
		job->tally->most = count;
	if (hv_range_alerts(&config->crit, (double)count))
		state = HV_CRITICAL;
	else if (hv_range_alerts(&config->warn, (double)count))
		state = HV_WARNING;
	if (state != HV_OK)
		add_count(job, state,
			hv_arena_printf(&job->out->arena, "%llu checkpoint%s; Hyper-V allows 50",
				(unsigned long long)count, count == 1 ? "" : "s"));
}

static void judge_count_of(struct job *job, enum hv_checkpoint_class which)
{
	const struct hv_range *range = &job->query->config->aged[which].count;
	const uint64_t count = job->groups[which].count;
	char text[HV_RANGE_TEXT_MAX];

	if (!hv_range_alerts(range, (double)count))
		return;
	hv_range_format(range, text);
	add_count(job, HV_WARNING,
		hv_arena_printf(&job->out->arena, "%llu %s checkpoint%s, against %s",
			(unsigned long long)count, classes[which].what, count == 1 ? "" : "s",
			text));
}

/* What a look at the VM gave, for -v. */
static void tell_ok(struct job *job)
{
	const char *text = "";

	for (size_t i = 0; i < HV_CHECKPOINTS_CLASSES; i++)
		if (job->groups[i].count > 0)
			text = hv_need(job->out,
				hv_arena_printf(&job->out->arena, "%s%s%llu %s", text,
					*text != '\0' ? ", " : "",
					(unsigned long long)job->groups[i].count, classes[i].what));
	if (*text == '\0')
		hv_report_add(job->out, HV_OK, job->title, NULL, "no checkpoint");
	else
		hv_report_add(job->out, HV_OK, job->title, NULL, "checkpoints: %s", text);
}

void hv_checkpoint_findings(const struct hv_checkpoint_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_checkpoint_tally *tally)
{
	struct job job = { .query = query, .vm = vm, .out = out, .tally = tally };

	job.title = hv_vm_title(&out->arena, vm);
	hv_report_about(out, &(struct hv_subject){ .vm_id = vm->id });
	group_checkpoints(&job);
	judge_missing(&job);
	for (unsigned int i = 0; i < HV_CHECKPOINTS_AGED; i++)
		judge_age(&job, (enum hv_checkpoint_class)i);
	judge_merge(&job);
	judge_count(&job);
	for (unsigned int i = 0; i < HV_CHECKPOINTS_AGED; i++)
		judge_count_of(&job, (enum hv_checkpoint_class)i);
	if (job.faults == 0 && job.unjudged == 0)
		tell_ok(&job);
	add_to_tally(&job);
	hv_report_about(out, NULL);
}
