/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSSAPI's status codes: texts, and what they mean for the user. */
#include "wsman/auth-gss-status.h"

#include <gssapi/gssapi_krb5.h>
#include <krb5/krb5.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

enum { STATUS_MESSAGES_MAX = 8 }; /* lines of text for one status */

/* GSSAPI takes pointers without const to what it never writes; hence the detour over a number. */
gss_OID_desc hv_gss_oid(enum hv_gss_mechanism mechanism)
{
	static const char ntlm[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
	static const char spnego[] = "\x2b\x06\x01\x05\x05\x02";

	switch (mechanism) {
	case HV_GSS_KERBEROS:
		return *gss_mech_krb5;
	case HV_GSS_NEGOTIATE:
		return (gss_OID_desc){ .length = sizeof(spnego) - 1,
			.elements = (void *)(uintptr_t)spnego };
	case HV_GSS_NTLM:
		break;
	}
	return (gss_OID_desc){ .length = sizeof(ntlm) - 1, .elements = (void *)(uintptr_t)ntlm };
}

static void add_status(struct hv_buf *b, OM_uint32 status, int type, enum hv_gss_mechanism mech)
{
	gss_OID_desc oid = hv_gss_oid(mech);
	OM_uint32 more = 0;

	for (int i = 0; i < STATUS_MESSAGES_MAX; i++) {
		gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
		OM_uint32 minor;

		if (GSS_ERROR(gss_display_status(&minor, status, type,
			    type == GSS_C_MECH_CODE ? &oid : GSS_C_NO_OID, &more, &text)))
			return;
		if (text.length > 0)
			hv_buf_addf(b, "%s%.*s", b->len > 0 ? "; " : "", (int)text.length,
				(const char *)text.value);
		(void)gss_release_buffer(&minor, &text);
		if (more == 0)
			return;
	}
}

/* Error codes of MIT Kerberos come through as minor status. */
static enum hv_trouble trouble_of_minor(OM_uint32 minor)
{
	static const struct {
		krb5_error_code code;
		enum hv_trouble trouble;
	} KNOWN[] = {
		{ KRB5KRB_AP_ERR_SKEW, HV_TROUBLE_CLOCK_SKEW },
		{ KRB5KDC_ERR_PREAUTH_FAILED, HV_TROUBLE_CREDENTIALS },
		{ KRB5KRB_AP_ERR_BAD_INTEGRITY, HV_TROUBLE_CREDENTIALS },
		{ KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, HV_TROUBLE_CREDENTIALS },
		{ KRB5KDC_ERR_CLIENT_REVOKED, HV_TROUBLE_CREDENTIALS },
		{ KRB5KDC_ERR_KEY_EXP, HV_TROUBLE_CREDENTIALS },
		{ KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, HV_TROUBLE_UNKNOWN_SERVER },
		{ KRB5KRB_AP_WRONG_PRINC, HV_TROUBLE_UNKNOWN_SERVER },
		{ KRB5KRB_AP_ERR_MODIFIED, HV_TROUBLE_UNKNOWN_SERVER },
		{ KRB5_KDC_UNREACH, HV_TROUBLE_NO_KDC },
		{ KRB5_REALM_CANT_RESOLVE, HV_TROUBLE_NO_KDC },
		{ KRB5_REALM_UNKNOWN, HV_TROUBLE_NO_KDC },
		{ KRB5_CONFIG_NODEFREALM, HV_TROUBLE_NO_KDC },
		{ KRB5_FCC_NOFILE, HV_TROUBLE_NO_TICKET },
		{ KRB5_CC_NOTFOUND, HV_TROUBLE_NO_TICKET },
		{ KRB5KRB_AP_ERR_TKT_EXPIRED, HV_TROUBLE_NO_TICKET },
		{ KRB5_KT_NOTFOUND, HV_TROUBLE_NO_TICKET },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(KNOWN); i++) {
		if ((OM_uint32)KNOWN[i].code == minor)
			return KNOWN[i].trouble;
	}
	return HV_TROUBLE_AUTH;
}

/* SPNEGO gives Kerberos' codes numbers of its own, but passes its texts on. Nothing here calls
 * for a translation, so they are always the same. */
static enum hv_trouble trouble_of_text(const char *text)
{
	static const struct {
		const char *text;
		enum hv_trouble trouble;
	} KNOWN[] = {
		{ "Clock skew too great", HV_TROUBLE_CLOCK_SKEW },
		{ "not found in Kerberos database", HV_TROUBLE_UNKNOWN_SERVER },
		{ "Message stream modified", HV_TROUBLE_UNKNOWN_SERVER },
		{ "Cannot contact any KDC", HV_TROUBLE_NO_KDC },
		{ "Cannot find KDC", HV_TROUBLE_NO_KDC },
		{ "Ticket expired", HV_TROUBLE_NO_TICKET },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(KNOWN); i++) {
		if (strstr(text, KNOWN[i].text))
			return KNOWN[i].trouble;
	}
	return HV_TROUBLE_AUTH;
}

static enum hv_trouble trouble_of_major(enum hv_gss_mechanism mechanism, OM_uint32 major)
{
	OM_uint32 routine = GSS_ROUTINE_ERROR(major);

	if (routine == GSS_S_BAD_MECH)
		return HV_TROUBLE_LOCAL;
	if (routine == GSS_S_NO_CRED || routine == GSS_S_CREDENTIALS_EXPIRED)
		return mechanism == HV_GSS_NTLM ? HV_TROUBLE_CREDENTIALS : HV_TROUBLE_NO_TICKET;
	return HV_TROUBLE_AUTH;
}

static enum hv_trouble trouble_of(
	enum hv_gss_mechanism mechanism, OM_uint32 major, OM_uint32 minor, const char *text)
{
	enum hv_trouble trouble = HV_TROUBLE_AUTH;

	switch (mechanism) {
	case HV_GSS_KERBEROS:
		trouble = trouble_of_minor(minor);
		break;
	case HV_GSS_NEGOTIATE:
		trouble = trouble_of_text(text);
		break;
	case HV_GSS_NTLM:
		break;
	}
	return trouble == HV_TROUBLE_AUTH ? trouble_of_major(mechanism, major) : trouble;
}

int hv_gss_failed(enum hv_gss_mechanism mechanism, OM_uint32 major, OM_uint32 minor,
	const char *what, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	HV_AUTO(buf) text = { .max = HV_ERR_TEXT_MAX };

	add_status(&text, major, GSS_C_GSS_CODE, mechanism);
	if (minor != 0)
		add_status(&text, minor, GSS_C_MECH_CODE, mechanism);
	if (mechanism == HV_GSS_NTLM && GSS_ROUTINE_ERROR(major) == GSS_S_BAD_MECH)
		hv_buf_adds(&text, " (is the package gss-ntlmssp installed?)");
	if (ret_trouble)
		*ret_trouble = trouble_of(mechanism, major, minor, hv_buf_str(&text));
	return hv_err_set(err, HV_ERR_IO, "%s: %s", what, hv_buf_str(&text));
}
