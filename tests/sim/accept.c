/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSSAPI's acceptor [RFC 2743, RFC 2744]. The mechanism that was agreed on decides how to seal:
 * Kerberos by gss_wrap_iov without a trailer, NTLM by gss_wrap, whose first 16 bytes are the
 * token. */
#include "accept.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <string.h>

#include "base/alloc.h"
#include "wsman/auth.h"

enum { NTLM_SIGNATURE_LEN = 16, IOV_HEADER = 0, IOV_DATA = 1, IOV_PADDING = 2, IOV_COUNT = 3 };

struct sim_acceptor {
	const struct sim_accept_config *config;
	gss_ctx_id_t context;
	unsigned int scheme; /* of the login that is done or under way */
	bool done;
	bool kerberos;   /* not NTLM */
	bool ntlm_bound; /* the NTLM login under way has channel bindings */
};

static gss_buffer_desc buffer_of(const void *bytes, size_t len)
{
	gss_buffer_desc b = { .length = len };

	/* GSSAPI's inputs are not const, but are not written. */
	memcpy(&b.value, &bytes, sizeof(b.value));
	return b;
}

struct sim_acceptor *sim_acceptor_new(const struct sim_accept_config *config)
{
	struct sim_acceptor *a = hv_alloc(sizeof(*a));

	if (a)
		a->config = config;
	return a;
}

void sim_acceptor_forget(struct sim_acceptor *a)
{
	OM_uint32 minor;

	if (a->context != GSS_C_NO_CONTEXT)
		(void)gss_delete_sec_context(&minor, &a->context, GSS_C_NO_BUFFER);
	a->scheme = 0;
	a->done = false;
	a->ntlm_bound = false;
}

void sim_acceptor_free(struct sim_acceptor *a)
{
	if (a)
		sim_acceptor_forget(a);
	hv_free(a);
}

unsigned int sim_acceptor_scheme(const struct sim_acceptor *a)
{
	return a->done ? a->scheme : 0;
}

/* The scheme Kerberos takes Kerberos' own tokens alone, Negotiate whatever there is. */
static OM_uint32 acquire(unsigned int scheme, gss_cred_id_t *ret)
{
	gss_OID_desc kerberos = *gss_mech_krb5;
	gss_OID_set_desc mechanisms = { .count = 1, .elements = &kerberos };
	OM_uint32 minor;

	if (scheme != HV_SCHEME_KERBEROS)
		return GSS_S_COMPLETE;
	return gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT,
		ret, NULL, NULL);
}

static bool same_oid(gss_OID a, gss_OID b)
{
	return a && b && a->length == b->length && memcmp(a->elements, b->elements, a->length) == 0;
}

/* One token in, one out; sets what came of it. */
static OM_uint32 accept_token(struct sim_acceptor *a, gss_cred_id_t credential, gss_buffer_t in,
	struct hv_buf *ret_token, OM_uint32 *ret_flags)
{
	struct gss_channel_bindings_struct bindings = {
		.application_data = buffer_of(a->config->binding, a->config->binding_len),
	};
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	gss_name_t client = GSS_C_NO_NAME;
	gss_OID mechanism = GSS_C_NO_OID;
	OM_uint32 minor;
	OM_uint32 major = gss_accept_sec_context(&minor, &a->context, credential, in,
		a->config->binding_len > 0 ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &client,
		&mechanism, &out, ret_flags, NULL, NULL);

	a->kerberos = same_oid(mechanism, gss_mech_krb5);
	hv_buf_add(ret_token, out.value, out.length);
	(void)gss_release_buffer(&minor, &out);
	(void)gss_release_name(&minor, &client);
	return major;
}

/* Wrong bindings are refused by the mechanism, missing ones are not. NTLM sets no flag. */
static bool binding_suffices(const struct sim_acceptor *a, OM_uint32 flags)
{
	if (!a->config->strict_binding || a->config->binding_len == 0)
		return true;
	return a->kerberos ? (flags & GSS_C_CHANNEL_BOUND_FLAG) != 0 : a->ntlm_bound;
}

enum sim_accept sim_acceptor_step(struct sim_acceptor *a, unsigned int scheme, const void *token,
	size_t len, struct hv_buf *ret_token)
{
	gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
	gss_buffer_desc in = buffer_of(token, len);
	OM_uint32 flags = 0;
	OM_uint32 minor;
	OM_uint32 major;

	if (a->done || a->scheme != scheme)
		sim_acceptor_forget(a);
	a->scheme = scheme;
	a->ntlm_bound = a->ntlm_bound || sim_ntlm_has_binding(token, len);
	major = acquire(scheme, &credential);
	if (!GSS_ERROR(major))
		major = accept_token(a, credential, &in, ret_token, &flags);
	(void)gss_release_cred(&minor, &credential);
	if (!GSS_ERROR(major) && !hv_buf_failed(ret_token)) {
		if (major & GSS_S_CONTINUE_NEEDED)
			return SIM_ACCEPT_MORE;
		a->done = binding_suffices(a, flags);
	}
	if (a->done)
		return SIM_ACCEPT_DONE;
	sim_acceptor_forget(a);
	return SIM_ACCEPT_REFUSED;
}

int sim_acceptor_unseal(struct sim_acceptor *a, const struct hv_sealed *sealed,
	struct hv_buf *ret_plain, struct hv_err *err)
{
	HV_AUTO(buf) whole = { .max = HV_MULTIPART_BODY_MAX };
	gss_buffer_desc in;
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	OM_uint32 major;
	int confidential = 0;

	hv_buf_add(&whole, sealed->token, sealed->token_len);
	hv_buf_add(&whole, sealed->data, sealed->data_len);
	if (hv_buf_failed(&whole))
		return hv_err_no_memory(err);
	in = buffer_of(whole.data, whole.len);
	major = gss_unwrap(&minor, a->context, &in, &out, &confidential, NULL);
	/* Supplementary bits tell of an old, a repeated or a missing message. */
	if (major == GSS_S_COMPLETE && confidential)
		hv_buf_add(ret_plain, out.value, out.length);
	(void)gss_release_buffer(&minor, &out);
	if (major != GSS_S_COMPLETE || !confidential)
		return hv_err_set(err, HV_ERR_FORMAT, "unseal: status 0x%08x%s",
			(unsigned int)major, confidential ? "" : ", not confidential");
	return hv_buf_failed(ret_plain) ? hv_err_no_memory(err) : 0;
}

static OM_uint32 seal_kerberos(struct sim_acceptor *a, const void *plain, size_t len,
	struct hv_buf *ret_token, struct hv_buf *ret_data, int *ret_sealed)
{
	size_t start = ret_data->len;
	gss_iov_buffer_desc iov[IOV_COUNT] = {
		[IOV_HEADER] = { .type = GSS_IOV_BUFFER_TYPE_HEADER |
					 GSS_IOV_BUFFER_FLAG_ALLOCATE },
		[IOV_DATA] = { .type = GSS_IOV_BUFFER_TYPE_DATA },
		[IOV_PADDING] = { .type = GSS_IOV_BUFFER_TYPE_PADDING |
					  GSS_IOV_BUFFER_FLAG_ALLOCATE },
	};
	OM_uint32 minor;
	OM_uint32 major;

	hv_buf_add(ret_data, plain, len);
	if (hv_buf_failed(ret_data))
		return GSS_S_FAILURE;
	iov[IOV_DATA].buffer = (gss_buffer_desc){ .length = len, .value = ret_data->data + start };
	major = gss_wrap_iov(&minor, a->context, 1, GSS_C_QOP_DEFAULT, ret_sealed, iov, IOV_COUNT);
	if (!GSS_ERROR(major)) {
		hv_buf_add(ret_token, iov[IOV_HEADER].buffer.value, iov[IOV_HEADER].buffer.length);
		hv_buf_add(ret_data, iov[IOV_PADDING].buffer.value, iov[IOV_PADDING].buffer.length);
	}
	(void)gss_release_iov_buffer(&minor, iov, IOV_COUNT);
	return major;
}

static OM_uint32 seal_ntlm(struct sim_acceptor *a, const void *plain, size_t len,
	struct hv_buf *ret_token, struct hv_buf *ret_data, int *ret_sealed)
{
	gss_buffer_desc in = buffer_of(plain, len);
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	OM_uint32 major = gss_wrap(&minor, a->context, 1, GSS_C_QOP_DEFAULT, &in, ret_sealed, &out);

	if (!GSS_ERROR(major) && out.length == len + NTLM_SIGNATURE_LEN) {
		hv_buf_add(ret_token, out.value, NTLM_SIGNATURE_LEN);
		hv_buf_add(ret_data, (const char *)out.value + NTLM_SIGNATURE_LEN, len);
	} else {
		major = GSS_S_FAILURE;
	}
	(void)gss_release_buffer(&minor, &out);
	return major;
}

int sim_acceptor_seal(struct sim_acceptor *a, const void *plain, size_t len,
	struct hv_buf *ret_token, struct hv_buf *ret_data, struct hv_err *err)
{
	int sealed = 0;
	OM_uint32 major = a->kerberos ? seal_kerberos(a, plain, len, ret_token, ret_data, &sealed)
				      : seal_ntlm(a, plain, len, ret_token, ret_data, &sealed);

	if (GSS_ERROR(major) || !sealed || hv_buf_failed(ret_token) || hv_buf_failed(ret_data))
		return hv_err_set(err, HV_ERR_IO, "seal: status 0x%08x", (unsigned int)major);
	return 0;
}
