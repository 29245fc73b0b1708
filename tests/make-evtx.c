/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-evtx [-d] -o FILE [INPUT]: writes an event log from lines of tab-separated fields, `-` or no
 * INPUT is standard input: TIME PROVIDER CHANNEL ID LEVEL RECORD-ID COMPUTER [NAME=VALUE...]
 * make-evtx [-d] -n COUNT -o FILE: COUNT records of a Hyper-V host over 30 days, with a few
 * failures in the last day. Lines that are empty or begin with # are passed over. -d marks the log
 * as in use. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/file.h"
#include "base/parse.h"
#include "base/time.h"
#include "evtx-writer.h"

enum { MAX_FIELDS = 64, FIXED_COLUMNS = 7, MAX_COUNT = 10000000 };

static const char VMMS[] = "Microsoft-Windows-Hyper-V-VMMS";
static const char VMMS_GUID[] = "{6066f867-7ca1-4418-85fd-36e3f9c0600c}";

static void free_writer(struct evtx_writer **w)
{
	evtx_writer_free(*w);
}

/* Cuts the next column off *line. NULL when there is none. */
static char *next_column(char **line)
{
	char *column = *line;
	char *tab;

	if (!column)
		return NULL;
	tab = strchr(column, '\t');
	*line = tab ? tab + 1 : NULL;
	if (tab)
		*tab = '\0';
	return column;
}

static int parse_fields(
	char *rest, struct evtx_event *event, struct evtx_field *fields, struct hv_err *err)
{
	char *column;

	while ((column = next_column(&rest)) != NULL) {
		char *equals = strchr(column, '=');

		if (!equals)
			return hv_err_set(err, HV_ERR_FORMAT, "'%s' is not NAME=VALUE", column);
		if (event->field_count == MAX_FIELDS)
			return hv_err_set(err, HV_ERR_LIMIT, "more than %d fields", MAX_FIELDS);
		*equals = '\0';
		fields[event->field_count++] = (struct evtx_field){
			.name = *column ? column : NULL,
			.text = equals + 1,
		};
	}
	event->fields = fields;
	return 0;
}

static int parse_numbers(
	char *const columns[FIXED_COLUMNS], struct evtx_event *event, struct hv_err *err)
{
	uint64_t id;
	uint64_t level;

	if (hv_time_parse_iso(columns[0], &event->time, err) ||
		hv_parse_u64(columns[3], 0, UINT16_MAX, &id, err) ||
		hv_parse_u64(columns[4], 0, UINT8_MAX, &level, err) ||
		hv_parse_u64(columns[5], 1, UINT64_MAX - 1, &event->record_id, err))
		return -1;
	event->event_id = (uint32_t)id;
	event->level = (uint8_t)level;
	return 0;
}

static int add_line(struct evtx_writer *w, char *line, struct hv_err *err)
{
	struct evtx_field fields[MAX_FIELDS];
	struct evtx_event event = { .payload = EVTX_EVENT_DATA };
	char *columns[FIXED_COLUMNS];

	for (size_t i = 0; i < FIXED_COLUMNS; i++) {
		columns[i] = next_column(&line);
		if (!columns[i])
			return hv_err_set(
				err, HV_ERR_FORMAT, "fewer than %d columns", FIXED_COLUMNS);
	}
	event.provider = columns[1];
	event.channel = columns[2];
	event.computer = columns[6];
	if (!strncmp(event.provider, "Microsoft-Windows-Hyper-V",
		    strlen("Microsoft-Windows-Hyper-V")))
		event.payload = EVTX_VML_EVENT_LOG;
	if (!strcmp(event.provider, VMMS))
		event.guid = VMMS_GUID;
	if (parse_numbers(columns, &event, err) || parse_fields(line, &event, fields, err))
		return -1;
	evtx_writer_add(w, &event);
	return 0;
}

static int add_lines(struct evtx_writer *w, FILE *in, struct hv_err *err)
{
	size_t capacity = 0;
	char *line = NULL;
	unsigned long number = 0;
	ssize_t len;
	int rc = 0;

	while (!rc && (len = getline(&line, &capacity, in)) >= 0) {
		number++;
		if (len > 0 && line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		rc = add_line(w, line, err);
	}
	free(line);
	return rc ? hv_err_wrap(err, "line %lu", number) : 0;
}

static void add_failure(struct evtx_writer *w, struct evtx_event *event)
{
	static const struct evtx_field fields[] = {
		{ .name = "VmName", .text = "SQL-02" },
		{ .name = "VmId", .text = "D5C4A602-CC4A-41B7-BFCB-85359B37E457" },
		{ .name = "ErrorMessage", .text = "%%2147942432" },
		{ .name = "ErrorCode", .text = "0x80070020" },
	};

	event->event_id = 19100;
	event->level = 2;
	event->fields = fields;
	event->field_count = HV_ARRAY_LEN(fields);
	evtx_writer_add(w, event);
}

static void add_information(struct evtx_writer *w, struct evtx_event *event)
{
	static const struct evtx_field fields[] = {
		{ .name = "VmName", .text = "VM Testing" },
		{ .name = "VmId", .text = "8EB9FA6A-98BF-4B32-A74A-A420AE683997" },
	};

	event->event_id = 18304;
	event->level = 4;
	event->fields = fields;
	event->field_count = HV_ARRAY_LEN(fields);
	evtx_writer_add(w, event);
}

/* The last record is of 2026-11-22; every failure_step-th of the last 26 hours is a failure. */
static void add_generated(struct evtx_writer *w, uint64_t count)
{
	const hv_usec end = (hv_usec)1795313045 * HV_USEC_PER_SEC;
	const hv_usec span = (hv_usec)30 * 86400 * HV_USEC_PER_SEC;
	const hv_usec recent = (hv_usec)26 * 3600 * HV_USEC_PER_SEC;
	const uint64_t failure_step = 500;

	for (uint64_t i = 0; i < count; i++) {
		struct evtx_event event = {
			.provider = VMMS,
			.guid = VMMS_GUID,
			.channel = "Microsoft-Windows-Hyper-V-VMMS-Admin",
			.computer = "HV01.example.net",
			.record_id = i + 1,
			.time = end - span + (hv_usec)(i + 1) * (span / (hv_usec)count),
			.payload = EVTX_VML_EVENT_LOG,
		};

		if (event.time > end - recent && i % failure_step == 0)
			add_failure(w, &event);
		else
			add_information(w, &event);
	}
}

static int add_input(struct evtx_writer *w, const char *path, struct hv_err *err)
{
	FILE *in = !path || !strcmp(path, "-") ? stdin : fopen(path, "re");
	int rc;

	if (!in)
		return hv_err_set_errno(err, errno, "%s", path);
	rc = add_lines(w, in, err);
	if (in != stdin)
		fclose(in);
	return rc;
}

struct options {
	const char *output;
	uint64_t count;
	struct evtx_writer_options log;
};

static int parse_options(int argc, char **argv, struct options *ret, struct hv_err *err)
{
	int option;

	while ((option = getopt(argc, argv, "dn:o:")) != -1) {
		if (option == 'd')
			ret->log.dirty = true;
		else if (option == 'o')
			ret->output = optarg;
		else if (option != 'n')
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"usage: make-evtx [-d] [-n COUNT] -o FILE [INPUT]");
		else if (hv_parse_u64(optarg, 1, MAX_COUNT, &ret->count, err))
			return -1;
	}
	return ret->output ? 0 : hv_err_set(err, HV_ERR_ARGUMENT, "-o FILE is missing");
}

static int run(int argc, char **argv, struct hv_err *err)
{
	__attribute__((cleanup(free_writer))) struct evtx_writer *w = NULL;
	struct options options = { .output = NULL };
	uint8_t *file;
	size_t len;

	if (parse_options(argc, argv, &options, err))
		return -1;
	w = evtx_writer_new(&options.log);
	if (!w)
		return hv_err_no_memory(err);
	if (options.count > 0)
		add_generated(w, options.count);
	else if (add_input(w, argv[optind], err))
		return -1;
	file = evtx_writer_finish(w, &len);
	if (!file)
		return hv_err_set(err, HV_ERR_LIMIT,
			"an event does not fit into a chunk, or memory is short");
	return hv_file_write_atomic(options.output, file, len, 0644, err);
}

int main(int argc, char **argv)
{
	struct hv_err err = HV_ERR_INIT;

	if (!run(argc, argv, &err))
		return 0;
	fprintf(stderr, "make-evtx: %s\n", err.text);
	return 1;
}
