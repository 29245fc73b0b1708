/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who logs in, and the spellings of it that the ways to log in want. */
#ifndef HV_CLI_CREDENTIALS_H
#define HV_CLI_CREDENTIALS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"

enum { HV_USER_NAME_MAX = 1024 }; /* bytes, with domain or realm */

/* Strings are borrowed from the arena that they were set with. */
struct hv_credentials {
	const char *user;          /* neither domain nor realm; NULL: not told */
	const char *domain;        /* Windows domain, NetBIOS or DNS name; NULL: not told */
	const char *realm;         /* what stood behind '@'; NULL: not told */
	struct hv_secret password; /* bytes is NULL when there is none */
};

/* "user", "DOMAIN\user" or "user@REALM". */
int hv_credentials_set_user(struct hv_credentials *c, const char *name, struct hv_arena *arena,
	struct hv_err *err) HV_MUST_USE;

/* Said beside the name. It may repeat the domain of "DOMAIN\user" but not contradict it. domain is
 * borrowed. */
int hv_credentials_set_domain(
	struct hv_credentials *c, const char *domain, struct hv_err *err) HV_MUST_USE;

/* For NTLM: "DOMAIN\user", "user". Without a domain a realm stays part of the user's name, which
 * Windows looks up as a user principal name: "\user@REALM". NULL: memory is short, or no user. */
const char *hv_credentials_ntlm_name(
	const struct hv_credentials *c, struct hv_arena *arena) HV_MUST_USE;

/* For Kerberos: "user@REALM", in capitals as every realm of a Windows domain is; "user", for the
 * realm that krb5.conf has by default. A domain is a realm only when it is a DNS name. NULL: memory
 * is short, or no user. */
const char *hv_credentials_kerberos_name(
	const struct hv_credentials *c, struct hv_arena *arena) HV_MUST_USE;

void hv_credentials_done(struct hv_credentials *c); /* wipes the password */

#endif
