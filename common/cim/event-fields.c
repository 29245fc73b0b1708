/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interprets the payload of Hyper-V events (UserData/VmlEventLog, or parameters without names of
 * their own). */
#include "cim/event-fields.h"

#include <string.h>

#include "base/parse.h"
#include "base/utf.h"

#define MESSAGE_ID_PREFIX "(Virtual machine ID "

enum { NUMBER_MAX = 16 }; /* characters of a number that can be an HRESULT */

static const char *field_value(const struct hv_event *event, const char *name)
{
	for (size_t i = 0; i < event->field_count; i++)
		if (hv_utf8_caseeq(event->fields[i].name, name))
			return event->fields[i].value;
	return NULL;
}

static bool is_parameter(const struct hv_event_field *field)
{
	const size_t prefix = hv_utf8_caseprefix(field->name, "Parameter");

	return prefix > 0 && field->name[prefix] != '\0' &&
	       field->name[prefix + strspn(field->name + prefix, "0123456789")] == '\0';
}

/* s without blanks around it, as a GUID. */
static bool as_guid(const char *s, char guid[HV_GUID_TEXT_LEN + 1])
{
	size_t len;

	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		len--;
	return hv_guid_normalise(s, len, guid);
}

/* The first parameter that is a GUID. Inserts begin with the VM's name and its id, so the one
 * before it is the name. */
static bool guid_of_parameters(
	const struct hv_event *event, char guid[HV_GUID_TEXT_LEN + 1], const char **ret_name)
{
	const struct hv_event_field *before = NULL;

	for (size_t i = 0; i < event->field_count; i++) {
		if (!is_parameter(&event->fields[i]))
			continue;
		if (as_guid(event->fields[i].value, guid)) {
			*ret_name = before != NULL ? before->value : NULL;
			return true;
		}
		before = &event->fields[i];
	}
	return false;
}

/* "(Virtual machine ID GUID)", in any language when it ends the message. */
static bool guid_of_message(const char *message, char guid[HV_GUID_TEXT_LEN + 1])
{
	const char *open = hv_utf8_casestr(message, MESSAGE_ID_PREFIX);
	size_t len = strlen(message);

	if (open != NULL) {
		const char *id = open + sizeof(MESSAGE_ID_PREFIX) - 1;

		id += *id == '{';
		if (hv_guid_normalise(id, strnlen(id, HV_GUID_TEXT_LEN), guid))
			return true;
	}
	while (len > 0 && strchr(" \t\r\n.", message[len - 1]) != NULL)
		len--;
	if (len == 0 || message[len - 1] != ')')
		return false;
	len--;
	if (len > 0 && message[len - 1] == '}')
		len--;
	return len > HV_GUID_TEXT_LEN && memchr(message, '(', len - HV_GUID_TEXT_LEN) != NULL &&
	       hv_guid_normalise(message + len - HV_GUID_TEXT_LEN, HV_GUID_TEXT_LEN, guid);
}

static int interpret_vm(struct hv_event *event, struct hv_arena *arena, struct hv_err *err)
{
	const char *id = field_value(event, "VmId");
	const char *name = field_value(event, "VmName");
	const char *parameter = NULL;
	char guid[HV_GUID_TEXT_LEN + 1];

	event->vm_name = name;
	if (id != NULL && as_guid(id, guid)) {
		event->vm_id = hv_arena_strdup(arena, guid);
	} else if (guid_of_parameters(event, guid, &parameter)) {
		event->vm_id = hv_arena_strdup(arena, guid);
		event->vm_name = name != NULL ? name : parameter;
	} else if (event->message != NULL && guid_of_message(event->message, guid)) {
		event->vm_id = hv_arena_strdup(arena, guid);
	} else {
		return 0;
	}
	return event->vm_id == NULL ? hv_err_no_memory(err) : 0;
}

static struct hv_u64 hresult_of_number(int64_t number)
{
	if (number < INT32_MIN || number > UINT32_MAX)
		return (struct hv_u64){ .known = false };
	return (struct hv_u64){ .value = (uint32_t)number, .known = true };
}

/* "0x80070002", "2147942402" or "-2147024894". */
static struct hv_u64 hresult_of_code(const char *text)
{
	uint64_t value;
	int64_t number;

	if (strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0) {
		if (hv_parse_hex_u64(text, UINT32_MAX, &value, NULL) == 0)
			return (struct hv_u64){ .value = value, .known = true };
	} else if (hv_parse_i64(text, INT32_MIN, UINT32_MAX, &number, NULL) == 0) {
		return hresult_of_number(number);
	}
	return (struct hv_u64){ .known = false };
}

/* "%%2147942402" anywhere in text: an insert that the log left unresolved. Small numbers are other
 * messages. */
static struct hv_u64 hresult_of_insert(const char *text)
{
	for (const char *p = strstr(text, "%%"); p != NULL; p = strstr(p, "%%")) {
		char digits[NUMBER_MAX];
		size_t len;

		p += 2;
		len = strspn(p + (*p == '-'), "0123456789") + (*p == '-');
		if (len > 0 && len < sizeof(digits)) {
			struct hv_u64 code;

			memcpy(digits, p, len);
			digits[len] = '\0';
			code = hresult_of_code(digits);
			if (code.known && code.value > INT32_MAX)
				return code;
		}
	}
	return (struct hv_u64){ .known = false };
}

/* "(0x80070002)" in the message. */
static struct hv_u64 hresult_of_message(const char *message)
{
	enum { DIGITS = 8 };

	for (const char *p = strstr(message, "(0x"); p != NULL; p = strstr(p + 1, "(0x")) {
		char code[2 + DIGITS + 1];

		if (strnlen(p, 3 + DIGITS + 1) < 3 + DIGITS + 1 || p[3 + DIGITS] != ')')
			continue;
		memcpy(code, p + 1, sizeof(code) - 1);
		code[sizeof(code) - 1] = '\0';
		if (hresult_of_code(code).known)
			return hresult_of_code(code);
	}
	return (struct hv_u64){ .known = false };
}

/* A parameter that is nothing but the code of a failure, either way of writing it. */
static struct hv_u64 hresult_of_parameters(const struct hv_event *event)
{
	for (size_t i = 0; i < event->field_count; i++) {
		const char *value = event->fields[i].value;
		struct hv_u64 code;

		if (!is_parameter(&event->fields[i]))
			continue;
		code = strncmp(value, "0x", 2) == 0 ? hresult_of_code(value)
						    : hresult_of_insert(value);
		if (code.known && code.value > INT32_MAX)
			return code;
	}
	return (struct hv_u64){ .known = false };
}

static struct hv_u64 interpret_hresult(const struct hv_event *event)
{
	const char *code = field_value(event, "ErrorCode");
	const char *text = field_value(event, "ErrorMessage");
	struct hv_u64 hresult = { .known = false };

	if (code != NULL)
		hresult = hresult_of_code(code);
	if (!hresult.known && text != NULL)
		hresult = hresult_of_insert(text);
	if (!hresult.known)
		hresult = hresult_of_parameters(event);
	if (!hresult.known && event->message != NULL)
		hresult = hresult_of_message(event->message);
	return hresult;
}

int hv_event_interpret(struct hv_event *event, struct hv_arena *arena, struct hv_err *err)
{
	event->hresult = interpret_hresult(event);
	return interpret_vm(event, arena, err);
}
