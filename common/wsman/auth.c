/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header WWW-Authenticate. A server may put each scheme on a line of its own, or several on
 * one, separated by commas that also separate the parameters of a scheme. */
#include "wsman/auth.h"

#include <string.h>
#include <strings.h>

#include "wsman/base64.h"

static const struct {
	unsigned int scheme;
	const char *name;
} SCHEMES[] = {
	{ HV_SCHEME_NEGOTIATE, "Negotiate" },
	{ HV_SCHEME_KERBEROS, "Kerberos" },
	{ HV_SCHEME_BASIC, "Basic" },
	{ HV_SCHEME_CREDSSP, "CredSSP" },
};

void hv_auth_done(struct hv_auth *auth)
{
	if (!auth || !auth->ops)
		return;
	auth->ops->done(auth->state);
	*auth = (struct hv_auth){ .ops = NULL };
}

const char *hv_scheme_name(unsigned int scheme)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(SCHEMES); i++) {
		if (SCHEMES[i].scheme == scheme)
			return SCHEMES[i].name;
	}
	return "";
}

/* The next challenge: "Negotiate TIRM...", "Basic realm=\"WSMAN\"". Commas in quotes separate
 * nothing. False at the end. */
static bool next_challenge(const char **rest, const char **ret, size_t *ret_len)
{
	const char *start = *rest + strspn(*rest, " \t,\n");
	const char *end = start;
	bool quoted = false;

	if (*start == '\0')
		return false;
	while (*end != '\0' && *end != '\n' && (quoted || *end != ',')) {
		if (*end == '"')
			quoted = !quoted;
		end++;
	}
	*rest = end;
	*ret = start;
	*ret_len = (size_t)(end - start);
	return true;
}

/* Whether a challenge is one of the scheme; the rest of it is what it carries. */
static bool challenge_of(const char *s, size_t len, const char *name, size_t *ret_used)
{
	size_t n = strlen(name);

	if (len < n || strncasecmp(s, name, n) != 0)
		return false;
	if (len > n && s[n] != ' ' && s[n] != '\t')
		return false;
	while (n < len && (s[n] == ' ' || s[n] == '\t'))
		n++;
	*ret_used = n;
	return true;
}

unsigned int hv_scheme_offered(const char *authenticate)
{
	const char *rest = authenticate;
	unsigned int offered = 0;
	const char *s;
	size_t len;
	size_t used;

	while (next_challenge(&rest, &s, &len)) {
		for (size_t i = 0; i < HV_ARRAY_LEN(SCHEMES); i++) {
			if (challenge_of(s, len, SCHEMES[i].name, &used))
				offered |= SCHEMES[i].scheme;
		}
	}
	return offered;
}

void hv_scheme_list(struct hv_buf *b, unsigned int schemes)
{
	const char *separator = "";

	for (size_t i = 0; i < HV_ARRAY_LEN(SCHEMES); i++) {
		if (!(schemes & SCHEMES[i].scheme))
			continue;
		hv_buf_addf(b, "%s%s", separator, SCHEMES[i].name);
		separator = ", ";
	}
	if (*separator == '\0')
		hv_buf_adds(b, "nothing we know");
}

int hv_scheme_token(
	const char *authenticate, unsigned int scheme, struct hv_buf *ret, struct hv_err *err)
{
	const char *rest = authenticate;
	const char *s;
	size_t len;
	size_t used;

	while (next_challenge(&rest, &s, &len)) {
		if (!challenge_of(s, len, hv_scheme_name(scheme), &used))
			continue;
		while (len > used && (s[len - 1] == ' ' || s[len - 1] == '\t'))
			len--;
		if (used == len)
			continue;
		if (!hv_base64_decode(ret, s + used, len - used))
			return hv_err_set(
				err, HV_ERR_FORMAT, "login token of the server is no base64");
		if (hv_buf_failed(ret))
			return hv_err_set(err, HV_ERR_LIMIT,
				"login token of the server is larger than %zu bytes", ret->max);
		return 0;
	}
	return 0;
}
