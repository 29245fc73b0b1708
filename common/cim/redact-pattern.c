/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function a pattern; the first that takes something counts. */
#include "cim/redact-pattern.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cim/redact-host.h"
#include "cim/redact-path.h"
#include "model/sid.h"

enum { MAC_DIGITS = 12, MAC_PAIRS = 6, ACCOUNT_MAX = 256 };

#define DIGITS  "0123456789"
#define HEX     DIGITS "abcdefABCDEF"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME    LETTERS DIGITS "._-"

static size_t run(const char *s, const char *set)
{
	return strspn(s, set);
}

/* As run() of NAME, with letters outside of ASCII too. */
static size_t name_run(const char *s)
{
	size_t len = 0;

	while (len < ACCOUNT_MAX && s[len] != '\0' &&
		((unsigned char)s[len] >= 0x80 || strchr(NAME "$", s[len]) != NULL))
		len++;
	return len;
}

static bool goes_on(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80;
}

static size_t take_guid(struct hv_words *w, const char *s, struct hv_buf *out)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	(void)w;
	if (run(s, HEX "-") < HV_GUID_TEXT_LEN || goes_on(s[HV_GUID_TEXT_LEN]) ||
		!hv_guid_normalise(s, HV_GUID_TEXT_LEN, guid))
		return 0;
	hv_buf_add(out, s, HV_GUID_TEXT_LEN);
	return HV_GUID_TEXT_LEN;
}

/* Accounts of a domain or computer have SIDs of the authority 21 [MS-DTYP 2.4.2.4]; the others are
 * the same everywhere, or made of the GUID of a virtual machine. */
static size_t take_sid(struct hv_words *w, const char *s, struct hv_buf *out)
{
	size_t len = hv_utf8_caseprefix(s, "S-1-");

	if (len == 0 || run(s + len, DIGITS) == 0)
		return 0;
	len += run(s + len, DIGITS "-");
	while (s[len - 1] == '-')
		len--;
	if (goes_on(s[len]))
		return 0;
	if (hv_utf8_caseprefix(s, "S-1-5-21-") > 0)
		hv_buf_adds(out, hv_words_add(w, HV_WORD_SID, s, len));
	else
		hv_buf_add(out, s, len);
	return len;
}

/* Letters may follow at once: "O:S-1-5-21-...G:" */
void hv_redact_sids(struct hv_words *w, const char *text, struct hv_buf *out)
{
	while (*text != '\0' && !hv_buf_failed(out)) {
		size_t len = hv_sid_length(text);

		if (len > 0 && hv_utf8_caseprefix(text, "S-1-5-21-") > 0)
			hv_buf_adds(out, hv_words_add(w, HV_WORD_SID, text, len));
		else
			hv_buf_add(out, text, len > 0 ? len : 1);
		text += len > 0 ? len : 1;
	}
}

/* Addresses that every computer has, and masks. */
static bool is_common_ipv4(const char *s)
{
	return strncmp(s, "0.", 2) == 0 || strncmp(s, "127.", 4) == 0 || strncmp(s, "255.", 4) == 0;
}

static size_t take_ipv4(struct hv_words *w, const char *s, struct hv_buf *out)
{
	const size_t len = run(s, DIGITS ".");
	const size_t n = len > 0 && s[len - 1] == '.' ? len - 1 : len;
	char text[INET_ADDRSTRLEN];
	struct in_addr unused;

	if (n >= sizeof(text) || n == 0 || goes_on(s[len]))
		return 0;
	memcpy(text, s, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, &unused) != 1)
		return 0;
	if (is_common_ipv4(text))
		hv_buf_add(out, s, n);
	else
		hv_buf_adds(out, hv_words_add(w, HV_WORD_IPV4, s, n));
	return n;
}

static size_t take_ipv6(struct hv_words *w, const char *s, struct hv_buf *out)
{
	size_t len = run(s, HEX ":.");
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	while (len > 0 && s[len - 1] == '.')
		len--;
	if (len >= sizeof(text) || len < 2 || goes_on(s[len]) || memchr(s, ':', len) == NULL)
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, &address) != 1)
		return 0;
	if (IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address))
		hv_buf_add(out, s, len);
	else
		hv_buf_adds(out, hv_words_add(w, HV_WORD_IPV6, s, len));
	return len;
}

/* Six pairs of hex digits with the same separator between them; it stays. */
static size_t take_mac(struct hv_words *w, const char *s, struct hv_buf *out)
{
	char digits[MAC_DIGITS + 1];
	const char *made;
	size_t len = 0;

	for (size_t i = 0; i < MAC_PAIRS; i++) {
		if (i > 0 && (s[len] != s[2] || (s[2] != ':' && s[2] != '-')))
			return 0;
		len += i > 0;
		if (run(s + len, HEX) != 2)
			return 0;
		memcpy(digits + 2 * i, s + len, 2);
		len += 2;
	}
	if (s[len] == s[2] || goes_on(s[len]))
		return 0;
	digits[MAC_DIGITS] = '\0';
	made = hv_words_add(w, HV_WORD_MAC, digits, MAC_DIGITS);
	for (size_t i = 0; i < MAC_PAIRS && strlen(made) == MAC_DIGITS; i++) {
		if (i > 0)
			hv_buf_addc(out, s[2]);
		hv_buf_add(out, made + 2 * i, 2);
	}
	return len;
}

size_t hv_redact_mac(struct hv_words *w, const char *text, size_t len, struct hv_buf *out)
{
	if (len != MAC_DIGITS || run(text, HEX) != MAC_DIGITS || run(text, "0") == MAC_DIGITS)
		return 0;
	hv_buf_adds(out, hv_words_add(w, HV_WORD_MAC, text, len));
	return len;
}

/* user@example.com */
static size_t take_mail(struct hv_words *w, const char *s, struct hv_buf *out)
{
	const size_t user = run(s, NAME "+");
	size_t domain;

	if (user == 0 || s[user] != '@')
		return 0;
	domain = run(s + user + 1, NAME);
	while (domain > 0 && strchr(".-_", s[user + domain]) != NULL)
		domain--;
	if (domain == 0 || memchr(s + user + 1, '.', domain) == NULL)
		return 0;
	hv_buf_adds(out, hv_words_add(w, HV_WORD_USER, s, user));
	hv_buf_addc(out, '@');
	hv_buf_adds(out, hv_redact_domain(w, s + user + 1, domain));
	return user + 1 + domain;
}

/* Before a backslash without being a domain: "NT AUTHORITY", "NT SERVICE", namespaces, folders. */
static bool is_common_authority(const char *s, size_t len)
{
	static const char *const names[] = { "AUTHORITY", "BUILTIN", "Disks", "Host", "Machine",
		"Machines", "Manager", "root", "SERVICE" };

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++)
		if (hv_utf8_caseprefix(s, names[i]) == len)
			return true;
	return run(s, DIGITS) == len || hv_redact_path_is_common(s, len);
}

/* DOMAIN\user */
static size_t take_account(struct hv_words *w, const char *s, struct hv_buf *out)
{
	const size_t domain = name_run(s);
	const char *user = s + domain + 1;
	size_t len;

	if (domain == 0 || s[domain] != '\\')
		return 0;
	len = name_run(user);
	while (len > 0 && strchr(".-_", user[len - 1]) != NULL)
		len--;
	if (len == 0 || user[len] == '\\' || user[len] == ':' || user[len] == '{' ||
		run(user, DIGITS) == len || is_common_authority(s, domain) ||
		hv_redact_path_is_common(user, len) || hv_redact_path_ending(user, len) > 0)
		return 0;
	hv_buf_adds(out, hv_redact_domain(w, s, domain));
	hv_buf_addc(out, '\\');
	hv_buf_adds(out, hv_words_add(w, HV_WORD_USER, user, len));
	return domain + 1 + len;
}

/* hv02.example.com, when example.com is known as a domain. */
static size_t take_host(struct hv_words *w, const char *s, struct hv_buf *out)
{
	size_t len = run(s, NAME);

	while (len > 0 && strchr(".-_", s[len - 1]) != NULL)
		len--;
	for (size_t i = 1; i < len; i++) {
		const struct hv_word *domain =
			s[i] == '.' ? hv_words_find(w, s + i + 1, len - i - 1) : NULL;

		if (domain == NULL || domain->kind != HV_WORD_DOMAIN)
			continue;
		hv_buf_adds(out, hv_redact_host(w, s, len));
		return len;
	}
	return 0;
}

/* Cheap test: every pattern has a sign after its first letters and digits. */
static bool may_be_pattern(const char *s)
{
	while (goes_on(*s))
		s++;
	return *s != '\0' && strchr("-._+$:@\\", *s) != NULL;
}

size_t hv_redact_pattern(
	struct hv_words *w, const char *text, size_t len, size_t pos, struct hv_buf *out)
{
	static size_t (*const patterns[])(struct hv_words *, const char *, struct hv_buf *) = {
		take_guid,
		take_sid,
		take_mac,
		take_ipv6,
		take_ipv4,
		take_mail,
		take_account,
		take_host,
	};
	const char before = pos > 0 ? text[pos - 1] : '\0';

	if (pos >= len || before == '\\' || before == '.' || !may_be_pattern(text + pos))
		return 0;
	for (size_t i = 0; i < HV_ARRAY_LEN(patterns); i++) {
		const size_t taken = patterns[i](w, text + pos, out);

		if (taken > 0)
			return taken;
	}
	return 0;
}
