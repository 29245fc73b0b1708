/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/connect-host.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>

enum {
	NAME_MAX_LEN = 253, /* [RFC 1035 2.3.4], as text */
	LABEL_MAX_LEN = 63,
};

static bool is_ipv4(const char *s)
{
	struct in_addr address;

	return inet_pton(AF_INET, s, &address) == 1;
}

static bool is_ipv6(const char *s)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, s, &address) == 1;
}

/* What people write in place of a host, each with what they should do. */
static int refuse_more_than_a_host(const char *text, struct hv_err *err)
{
	static const struct {
		const char *part;
		const char *advice;
	} mistakes[] = {
		{ "://", "is a URL: give the host alone, with --ssl and --port" },
		{ "@", "names a user: that is for --username" },
		{ "/", "has a path: give the host alone" },
		{ "%", "has a scope id: link-local addresses cannot be used" },
		{ "]:", "has a port: that is for --port" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(mistakes); i++) {
		if (strstr(text, mistakes[i].part) != NULL)
			return hv_err_set(
				err, HV_ERR_ARGUMENT, "'%.300s' %s", text, mistakes[i].advice);
	}
	return 0;
}

/* Underscores are no part of the rules for hosts [RFC 1123 2.1], but of many names in use. */
static bool is_label(const char *s, size_t len)
{
	if (len == 0 || len > LABEL_MAX_LEN || s[0] == '-' || s[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	}
	return true;
}

static int check_name(const char *text, struct hv_err *err)
{
	const char *label = text;
	size_t len;

	if (strlen(text) > NAME_MAX_LEN)
		return hv_err_set(err, HV_ERR_ARGUMENT, "longer than the %d bytes of a DNS name",
			(int)NAME_MAX_LEN);
	for (;;) {
		len = strcspn(label, ".");
		if (!is_label(label, len))
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"'%.300s' is neither a DNS name nor an address", text);
		if (label[len] == '\0')
			break;
		label += len + 1;
	}
	if (strspn(label, "0123456789") == len)
		return hv_err_set(err, HV_ERR_ARGUMENT, "'%.300s' is no IPv4 address", text);
	return 0;
}

static int ipv6(const char *text, struct hv_arena *arena, const char **ret, struct hv_err *err)
{
	size_t len = strlen(text);
	bool in_brackets = text[0] == '[' && text[len - 1] == ']';
	const char *inner =
		hv_arena_strndup(arena, text + in_brackets, len - (in_brackets ? 2 : 0));

	if (inner == NULL)
		return hv_err_no_memory(err);
	if (is_ipv6(inner)) {
		*ret = inner;
		return 0;
	}
	if (text[0] != '[' && strchr(text, ':') == strrchr(text, ':'))
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "'%.300s' has a port: that is for --port", text);
	return hv_err_set(err, HV_ERR_ARGUMENT, "'%.300s' is no IPv6 address", text);
}

int hv_connect_host(const char *text, struct hv_arena *arena, const char **ret,
	bool *ret_is_address, struct hv_err *err)
{
	if (refuse_more_than_a_host(text, err) != 0)
		return -1;
	if (text[0] == '[' || strchr(text, ':') != NULL) {
		if (ipv6(text, arena, ret, err) != 0)
			return -1;
		*ret_is_address = true;
		return 0;
	}
	if (!is_ipv4(text) && check_name(text, err) != 0)
		return -1;
	*ret = text;
	*ret_is_address = is_ipv4(text);
	return 0;
}

const char *hv_connect_url(const char *host, unsigned int port, bool tls, struct hv_arena *arena)
{
	bool is_v6 = strchr(host, ':') != NULL;

	return hv_arena_printf(arena, "%s://%s%s%s:%u/wsman", tls ? "https" : "http",
		is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}
