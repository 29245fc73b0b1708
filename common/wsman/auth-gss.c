/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Login and sealing by GSSAPI [RFC 2743, RFC 2744, RFC 4121]. Kerberos seals through gss_wrap_iov:
 * without a trailer buffer the trailer is rotated into the header, which is the form that Windows
 * reads; what gss_wrap makes cannot be split there. The NTLM mechanism has no wrap_iov, but its
 * gss_wrap puts the 16 byte signature first. */
#include "wsman/auth-gss.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "wsman/auth-gss-status.h"

enum {
	NTLM_SIGNATURE_LEN = 16, /* [MS-NLMP 2.2.2.9] */
	IOV_HEADER = 0,
	IOV_DATA = 1,
	IOV_PADDING = 2,
	IOV_COUNT = 3,
};

static const OM_uint32 WANTED_FLAGS = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG |
				      GSS_C_SEQUENCE_FLAG | GSS_C_REPLAY_FLAG;
/* NTLM knows no mutual authentication, yet signs and numbers each message. */
static const OM_uint32 NEEDED_FLAGS = GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_SEQUENCE_FLAG;

struct gss_auth {
	enum hv_gss_mechanism mechanism;
	gss_ctx_id_t context;
	gss_cred_id_t credential;
	gss_name_t target;
	char *target_text;
	uint8_t *binding;
	size_t binding_len;
};

static gss_buffer_desc buffer_of(const void *bytes, size_t len)
{
	gss_buffer_desc b = { .length = len };

	/* GSSAPI's inputs are not const, but are not written. */
	memcpy(&b.value, &bytes, sizeof(b.value));
	return b;
}

static int import_name(enum hv_gss_mechanism mechanism, const char *text, gss_OID type,
	gss_name_t *ret, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	gss_buffer_desc b = buffer_of(text, strlen(text));
	OM_uint32 minor;
	OM_uint32 major = gss_import_name(&minor, &b, type, ret);

	if (!GSS_ERROR(major))
		return 0;
	return hv_gss_failed(mechanism, major, minor, text, ret_trouble, err);
}

static OM_uint32 acquire_by_password(enum hv_gss_mechanism mechanism,
	const struct hv_secret *password, gss_name_t user, gss_cred_id_t *ret, OM_uint32 *minor)
{
	gss_OID_desc oid = hv_gss_oid(mechanism);
	gss_OID_set_desc mechanisms = { .count = 1, .elements = &oid };
	gss_buffer_desc text = buffer_of(hv_secret_str(password), password->len);

	return gss_acquire_cred_with_password(
		minor, user, &text, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, ret, NULL, NULL);
}

static OM_uint32 acquire_from_store(enum hv_gss_mechanism mechanism,
	const struct hv_gss_config *config, gss_name_t user, gss_cred_id_t *ret, OM_uint32 *minor)
{
	gss_OID_desc oid = hv_gss_oid(mechanism);
	gss_OID_set_desc mechanisms = { .count = 1, .elements = &oid };
	gss_key_value_element_desc elements[2];
	gss_key_value_set_desc store = { .count = 0, .elements = elements };

	if (config->ticket_cache)
		elements[store.count++] = (gss_key_value_element_desc){
			.key = "ccache",
			.value = config->ticket_cache,
		};
	if (config->keytab)
		elements[store.count++] = (gss_key_value_element_desc){
			.key = "client_keytab",
			.value = config->keytab,
		};
	return gss_acquire_cred_from(minor, user, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
		store.count > 0 ? &store : GSS_C_NO_CRED_STORE, ret, NULL, NULL);
}

static OM_uint32 acquire_one(enum hv_gss_mechanism mechanism, const struct hv_gss_config *config,
	gss_name_t user, gss_cred_id_t *ret, OM_uint32 *minor)
{
	OM_uint32 major;
	OM_uint32 unused;

	if (config->password)
		return acquire_by_password(mechanism, config->password, user, ret, minor);
	major = acquire_from_store(mechanism, config, user, ret, minor);
	if (GSS_ERROR(major) || mechanism != HV_GSS_KERBEROS)
		return major;
	/* Only this fetches tickets by a keytab, and finds that there are none. */
	major = gss_inquire_cred(minor, *ret, NULL, NULL, NULL, NULL);
	if (GSS_ERROR(major))
		(void)gss_release_cred(&unused, ret);
	return major;
}

/* SPNEGO hides why Kerberos has no credentials, so plain Kerberos is asked first. */
static int acquire(struct gss_auth *a, const struct hv_gss_config *config, gss_name_t user,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	enum hv_gss_mechanism first =
		a->mechanism == HV_GSS_NEGOTIATE ? HV_GSS_KERBEROS : a->mechanism;
	gss_OID_desc kerberos = hv_gss_oid(HV_GSS_KERBEROS);
	gss_OID_set_desc inner = { .count = 1, .elements = &kerberos };
	OM_uint32 minor = 0;
	OM_uint32 unused;
	OM_uint32 major = acquire_one(first, config, user, &a->credential, &minor);

	if (!GSS_ERROR(major) && a->mechanism == HV_GSS_NEGOTIATE) {
		(void)gss_release_cred(&unused, &a->credential);
		major = acquire_one(a->mechanism, config, user, &a->credential, &minor);
		if (!GSS_ERROR(major))
			major = gss_set_neg_mechs(&minor, a->credential, &inner);
	}
	if (!GSS_ERROR(major))
		return 0;
	return hv_gss_failed(first, major, minor, "credentials", ret_trouble, err);
}

static int acquire_for_user(struct gss_auth *a, const struct hv_gss_config *config,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	gss_name_t user = GSS_C_NO_NAME;
	OM_uint32 minor;
	int result;

	if (config->user && import_name(a->mechanism, config->user, GSS_C_NT_USER_NAME, &user,
				    ret_trouble, err))
		return -1;
	result = acquire(a, config, user, ret_trouble, err);
	(void)gss_release_name(&minor, &user);
	return result;
}

static void drop_context(struct gss_auth *a)
{
	OM_uint32 minor;

	if (a->context != GSS_C_NO_CONTEXT)
		(void)gss_delete_sec_context(&minor, &a->context, GSS_C_NO_BUFFER);
}

static void gss_auth_done(void *state)
{
	struct gss_auth *a = state;
	OM_uint32 minor;

	drop_context(a);
	(void)gss_release_cred(&minor, &a->credential);
	(void)gss_release_name(&minor, &a->target);
	hv_free(a->target_text);
	hv_free(a->binding);
	hv_free(a);
}

static int gss_auth_start(void *state, const uint8_t *binding, size_t binding_len,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct gss_auth *a = state;
	uint8_t *copy = NULL;

	drop_context(a);
	if (binding_len > 0) {
		copy = hv_alloc(binding_len);
		if (!copy) {
			*ret_trouble = HV_TROUBLE_LOCAL;
			return hv_err_no_memory(err);
		}
		memcpy(copy, binding, binding_len);
	}
	hv_free(a->binding);
	a->binding = copy;
	a->binding_len = binding_len;
	return 0;
}

static OM_uint32 init_context(struct gss_auth *a, gss_buffer_t in, gss_buffer_t out,
	OM_uint32 *ret_flags, OM_uint32 *minor)
{
	struct gss_channel_bindings_struct bindings = {
		.application_data = buffer_of(a->binding, a->binding_len),
	};
	gss_OID_desc oid = hv_gss_oid(a->mechanism);

	return gss_init_sec_context(minor, a->credential, &a->context, a->target, &oid,
		WANTED_FLAGS, 0, a->binding_len > 0 ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, in,
		NULL, out, ret_flags, NULL);
}

/* A context that does not seal in order is not taken, whatever the mechanism says. */
static int check_flags(
	const struct gss_auth *a, OM_uint32 flags, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	OM_uint32 needed = NEEDED_FLAGS;

	if (a->mechanism != HV_GSS_NTLM)
		needed |= GSS_C_MUTUAL_FLAG;
	if ((flags & needed) == needed)
		return 0;
	*ret_trouble = HV_TROUBLE_AUTH;
	return hv_err_set(err, HV_ERR_UNSUPPORTED,
		"%s: the login gives no sealing (flags 0x%x of 0x%x)", a->target_text,
		(unsigned int)(flags & needed), (unsigned int)needed);
}

static int gss_auth_step(void *state, const uint8_t *token, size_t len, struct hv_buf *ret_token,
	bool *ret_complete, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct gss_auth *a = state;
	gss_buffer_desc in = buffer_of(token, len);
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 flags = 0;
	OM_uint32 minor = 0;
	OM_uint32 unused;
	OM_uint32 major = init_context(a, len > 0 ? &in : GSS_C_NO_BUFFER, &out, &flags, &minor);

	if (!GSS_ERROR(major))
		hv_buf_add(ret_token, out.value, out.length);
	(void)gss_release_buffer(&unused, &out);
	if (GSS_ERROR(major))
		return hv_gss_failed(a->mechanism, major, minor, a->target_text, ret_trouble, err);
	if (hv_buf_failed(ret_token)) {
		*ret_trouble = HV_TROUBLE_LOCAL;
		return hv_err_set(err, HV_ERR_LIMIT, "%s: login token too long", a->target_text);
	}
	if (!(major & GSS_S_CONTINUE_NEEDED) && check_flags(a, flags, ret_trouble, err))
		return -1;
	*ret_complete = !(major & GSS_S_CONTINUE_NEEDED);
	return 0;
}

static int wrap_kerberos(struct gss_auth *a, const void *plain, size_t len,
	struct hv_buf *ret_token, struct hv_buf *ret_data, struct hv_err *err)
{
	size_t start = ret_data->len;
	gss_iov_buffer_desc iov[IOV_COUNT] = {
		[IOV_HEADER] = { .type = GSS_IOV_BUFFER_TYPE_HEADER |
					 GSS_IOV_BUFFER_FLAG_ALLOCATE },
		[IOV_DATA] = { .type = GSS_IOV_BUFFER_TYPE_DATA },
		[IOV_PADDING] = { .type = GSS_IOV_BUFFER_TYPE_PADDING |
					  GSS_IOV_BUFFER_FLAG_ALLOCATE },
	};
	OM_uint32 major;
	OM_uint32 minor;
	OM_uint32 unused;
	int sealed = 0;

	/* Sealed in place */
	hv_buf_add(ret_data, plain, len);
	if (hv_buf_failed(ret_data))
		return hv_err_no_memory(err);
	iov[IOV_DATA].buffer = (gss_buffer_desc){ .length = len, .value = ret_data->data + start };
	major = gss_wrap_iov(&minor, a->context, 1, GSS_C_QOP_DEFAULT, &sealed, iov, IOV_COUNT);
	if (!GSS_ERROR(major) && sealed) {
		hv_buf_add(ret_token, iov[IOV_HEADER].buffer.value, iov[IOV_HEADER].buffer.length);
		hv_buf_add(ret_data, iov[IOV_PADDING].buffer.value, iov[IOV_PADDING].buffer.length);
	}
	(void)gss_release_iov_buffer(&unused, iov, IOV_COUNT);
	if (GSS_ERROR(major))
		return hv_gss_failed(a->mechanism, major, minor, "seal", NULL, err);
	if (!sealed)
		return hv_err_set(err, HV_ERR_UNSUPPORTED, "seal: Kerberos signed only");
	return 0;
}

static int wrap_ntlm(struct gss_auth *a, const void *plain, size_t len, struct hv_buf *ret_token,
	struct hv_buf *ret_data, struct hv_err *err)
{
	gss_buffer_desc in = buffer_of(plain, len);
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor = 0;
	OM_uint32 unused;
	int sealed = 0;
	OM_uint32 major = gss_wrap(&minor, a->context, 1, GSS_C_QOP_DEFAULT, &in, &sealed, &out);
	bool good = !GSS_ERROR(major) && sealed && out.length == len + NTLM_SIGNATURE_LEN;

	if (good) {
		hv_buf_add(ret_token, out.value, NTLM_SIGNATURE_LEN);
		hv_buf_add(ret_data, (const char *)out.value + NTLM_SIGNATURE_LEN, len);
	}
	(void)gss_release_buffer(&unused, &out);
	if (GSS_ERROR(major))
		return hv_gss_failed(a->mechanism, major, minor, "seal", NULL, err);
	if (!good)
		return hv_err_set(err, HV_ERR_UNSUPPORTED, "seal: NTLM did not seal the message");
	return 0;
}

static int gss_auth_wrap(void *state, const void *plain, size_t len, struct hv_buf *ret_token,
	struct hv_buf *ret_data, struct hv_err *err)
{
	struct gss_auth *a = state;
	int result = a->mechanism == HV_GSS_NTLM
			     ? wrap_ntlm(a, plain, len, ret_token, ret_data, err)
			     : wrap_kerberos(a, plain, len, ret_token, ret_data, err);

	if (result)
		return -1;
	if (hv_buf_failed(ret_token) || hv_buf_failed(ret_data))
		return hv_err_no_memory(err);
	return 0;
}

static int gss_auth_unwrap(
	void *state, const struct hv_sealed *sealed, struct hv_buf *ret_plain, struct hv_err *err)
{
	struct gss_auth *a = state;
	HV_AUTO(buf) whole = { .max = HV_MULTIPART_BODY_MAX };
	gss_buffer_desc in;
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 major;
	OM_uint32 minor = 0;
	OM_uint32 unused;
	int confidential = 0;

	hv_buf_add(&whole, sealed->token, sealed->token_len);
	hv_buf_add(&whole, sealed->data, sealed->data_len);
	if (hv_buf_failed(&whole))
		return hv_err_no_memory(err);
	in = buffer_of(whole.data, whole.len);
	major = gss_unwrap(&minor, a->context, &in, &out, &confidential, NULL);
	/* Supplementary bits tell of a message that is old, repeated or out of order: on one
	 * connection, that is an attack. */
	if (major == GSS_S_COMPLETE && confidential)
		hv_buf_add(ret_plain, out.value, out.length);
	(void)gss_release_buffer(&unused, &out);
	if (major != GSS_S_COMPLETE)
		return hv_gss_failed(a->mechanism, major, minor, "unseal", NULL, err);
	if (!confidential)
		return hv_err_set(err, HV_ERR_FORMAT, "unseal: the answer is signed only");
	if (hv_buf_failed(ret_plain))
		return ret_plain->overflow ? hv_err_set(err, HV_ERR_LIMIT,
						     "unseal: more than %zu bytes", ret_plain->max)
					   : hv_err_no_memory(err);
	return 0;
}

static const struct hv_auth_ops GSS_OPS = {
	.start = gss_auth_start,
	.step = gss_auth_step,
	.wrap = gss_auth_wrap,
	.unwrap = gss_auth_unwrap,
	.done = gss_auth_done,
};

static int set_target(struct gss_auth *a, const struct hv_gss_config *config,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	HV_AUTO(buf) text = { .max = HV_ERR_TEXT_MAX };

	hv_buf_addf(&text, "%s@%s", config->service, config->host);
	a->target_text = hv_buf_take(&text);
	if (!a->target_text) {
		*ret_trouble = HV_TROUBLE_LOCAL;
		return hv_err_set(err, HV_ERR_LIMIT, "name of the host is too long");
	}
	return import_name(a->mechanism, a->target_text, GSS_C_NT_HOSTBASED_SERVICE, &a->target,
		ret_trouble, err);
}

int hv_auth_gss_new(const struct hv_gss_config *config, struct hv_auth *ret,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct gss_auth *a;

	*ret_trouble = HV_TROUBLE_LOCAL;
	if (config->mechanism == HV_GSS_NTLM && (!config->user || !config->password))
		return hv_err_set(err, HV_ERR_ARGUMENT, "NTLM needs a user and a password");
	if (config->password && !config->user)
		return hv_err_set(err, HV_ERR_ARGUMENT, "a password needs a user");
	a = hv_alloc(sizeof(*a));
	if (!a)
		return hv_err_no_memory(err);
	a->mechanism = config->mechanism;
	if (set_target(a, config, ret_trouble, err) ||
		acquire_for_user(a, config, ret_trouble, err)) {
		gss_auth_done(a);
		return -1;
	}
	*ret_trouble = HV_TROUBLE_NONE;
	*ret = (struct hv_auth){
		.ops = &GSS_OPS,
		.state = a,
		.scheme = config->mechanism == HV_GSS_KERBEROS ? HV_SCHEME_KERBEROS
							       : HV_SCHEME_NEGOTIATE,
	};
	return 0;
}
