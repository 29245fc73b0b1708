/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A capture to rows and events. */
#include "store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf.h"
#include "cim/bag.h"
#include "cim/capture-json.h"
#include "event-facts.h"

enum { ARENA_MAX = 1 << 30 };

static const char *keep(struct sim_store *store, const char *text)
{
	return hv_arena_strdup(&store->arena, text);
}

static int memory(const struct sim_store *store, struct hv_err *err)
{
	return hv_arena_failed(&store->arena) ? hv_err_no_memory(err) : 0;
}

static int take_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct sim_store *store = ctx;

	store->computer_name = keep(store, computer_name != NULL ? computer_name : "SIMHOST");
	store->taken_at = taken_at;
	return memory(store, err);
}

static struct sim_class *find_class(const struct sim_store *store, const char *ns, const char *name)
{
	for (size_t i = 0; i < store->class_count; i++)
		if (hv_utf8_caseeq(store->classes[i].name, name) &&
			hv_utf8_caseeq(store->classes[i].ns, ns))
			return &store->classes[i];
	return NULL;
}

/* They become parts of URIs and names of elements. */
static bool is_sound(const struct hv_batch *batch)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	const size_t len = strspn(batch->class_name, letters);

	return len > 0 && batch->class_name[len] == '\0' &&
	       strspn(batch->class_name, "0123456789") == 0 &&
	       strpbrk(batch->ns, "<>&\"' ") == NULL;
}

/* A class may occur several times; one good telling is enough. */
static int take_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct sim_store *store = ctx;
	struct sim_class *class = find_class(store, batch->ns, batch->class_name);

	if (!is_sound(batch))
		return hv_err_set(
			err, HV_ERR_FORMAT, "no class has the name \"%.64s\"", batch->class_name);
	if (class != NULL) {
		if (batch->error == NULL)
			class->error = NULL;
		return 0;
	}
	if (hv_grow(&store->classes, &store->class_capacity, store->class_count + 1,
		    SIM_MAX_CLASSES, sizeof(*store->classes)) < 0)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d classes", (int)SIM_MAX_CLASSES);
	class = &store->classes[store->class_count++];
	*class = (struct sim_class){
		.ns = keep(store, batch->ns),
		.name = keep(store, batch->class_name),
		.error = keep(store, batch->error),
		.rows = json_array(),
	};
	return class->rows == NULL ? hv_err_no_memory(err) : memory(store, err);
}

static int take_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct sim_store *store = ctx;
	struct sim_class *class = find_class(store, bag->ns, bag->class_name);

	if (class == NULL || json_array_append_new(class->rows, json_deep_copy(bag->props)) < 0)
		return hv_err_no_memory(err);
	return 0;
}

/* No capture holds the service whose method makes the summaries. */
static int add_service(struct sim_store *store, struct hv_err *err)
{
	const struct hv_batch batch = { .ns = HV_NS_V2, .class_name = SIM_CLASS_SERVICE };
	json_t *row;

	if (find_class(store, HV_NS_V2, HV_CLASS_SUMMARY) == NULL ||
		find_class(store, HV_NS_V2, SIM_CLASS_SERVICE) != NULL)
		return 0;
	if (take_batch(store, &batch, err) < 0)
		return -1;
	row = json_pack("{s:s, s:s, s:s, s:s}", "CreationClassName", SIM_CLASS_SERVICE, "Name",
		"vmms", "SystemCreationClassName", "Msvm_ComputerSystem", "SystemName",
		store->computer_name);
	if (json_array_append_new(store->classes[store->class_count - 1].rows, row) < 0)
		return hv_err_no_memory(err);
	return 0;
}

static int take_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct sim_store *store = ctx;

	if (hv_grow(&store->events, &store->event_capacity, store->event_count + 1, SIM_MAX_EVENTS,
		    sizeof(*store->events)) < 0)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d events", (int)SIM_MAX_EVENTS);
	if (sim_event_read(&store->arena, xml, len, &store->events[store->event_count], err) < 0)
		return hv_err_wrap(err, "an event that no host would send");
	store->event_count++;
	return 0;
}

static int note_channel(
	struct sim_store *store, const char *name, bool readable, struct hv_err *err)
{
	if (name[0] == '\0' || sim_store_channel(store, name) != NULL)
		return 0;
	if (hv_grow(&store->channels, &store->channel_capacity, store->channel_count + 1,
		    SIM_MAX_CHANNELS, sizeof(*store->channels)) < 0)
		return hv_err_set(
			err, HV_ERR_LIMIT, "more than %d channels", (int)SIM_MAX_CHANNELS);
	store->channels[store->channel_count++] = (struct sim_channel){
		.name = keep(store, name),
		.readable = readable,
	};
	return memory(store, err);
}

/* Comes after the events of the log. */
static int take_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct sim_store *store = ctx;

	if (batch->channel != NULL &&
		note_channel(store, batch->channel, batch->error == NULL, err) < 0)
		return -1;
	for (size_t i = store->log_start; i < store->event_count; i++) {
		struct sim_event *event = &store->events[i];

		if (event->channel[0] == '\0' && batch->channel != NULL)
			event->channel = keep(store, batch->channel);
		if (memory(store, err) < 0 || note_channel(store, event->channel, true, err) < 0)
			return -1;
	}
	store->log_start = store->event_count;
	return 0;
}

static int older(const void *a, const void *b)
{
	const struct sim_event *x = a;
	const struct sim_event *y = b;

	if (x->time.known != y->time.known)
		return x->time.known ? 1 : -1;
	if (x->time.known && x->time.usec != y->time.usec)
		return x->time.usec < y->time.usec ? -1 : 1;
	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	return strcmp(x->channel, y->channel);
}

int sim_store_load(struct sim_store *store, const char *path, struct hv_err *err)
{
	struct hv_sink sink = {
		.ctx = store,
		.host = take_host,
		.batch = take_batch,
		.bag = take_bag,
		.event = take_event,
		.events = take_events,
	};
	HV_AUTO(bytes) bytes = NULL;
	size_t len = 0;

	*store = (struct sim_store){ .computer_name = "" };
	hv_arena_init(&store->arena, ARENA_MAX);
	if (hv_file_load(path, HV_CAPTURE_MAX_BYTES, &bytes, &len, NULL, err) < 0 ||
		hv_capture_json_read(bytes, len, path, ~0U, &sink, err) < 0 ||
		add_service(store, err) < 0)
		return -1;
	if (store->event_count == 0)
		return 0;
	qsort(store->events, store->event_count, sizeof(*store->events), older);
	if (!store->taken_at.known)
		store->taken_at = store->events[store->event_count - 1].time;
	return 0;
}

void sim_store_done(struct sim_store *store)
{
	for (size_t i = 0; i < store->class_count; i++)
		json_decref(store->classes[i].rows);
	hv_free(store->classes);
	hv_free(store->events);
	hv_free(store->channels);
	hv_arena_done(&store->arena);
	*store = (struct sim_store){ .computer_name = "" };
}

int sim_store_add_class(
	struct sim_store *store, const char *ns, const char *name, struct hv_err *err)
{
	const struct hv_batch batch = { .ns = ns, .class_name = name };

	return take_batch(store, &batch, err);
}

const struct sim_class *sim_store_class(
	const struct sim_store *store, const char *ns, const char *name)
{
	return find_class(store, ns, name);
}

const struct sim_channel *sim_store_channel(const struct sim_store *store, const char *name)
{
	for (size_t i = 0; i < store->channel_count; i++)
		if (hv_utf8_caseeq(store->channels[i].name, name))
			return &store->channels[i];
	return NULL;
}

bool sim_store_has_namespace(const struct sim_store *store, const char *ns)
{
	for (size_t i = 0; i < store->class_count; i++)
		if (hv_utf8_caseeq(store->classes[i].ns, ns))
			return true;
	return false;
}

const char *sim_store_text(
	const struct sim_store *store, const char *ns, const char *name, const char *property)
{
	const struct sim_class *class = find_class(store, ns, name);

	if (class == NULL)
		return NULL;
	return json_string_value(json_object_get(json_array_get(class->rows, 0), property));
}
