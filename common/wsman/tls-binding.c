/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channel bindings: the hash of the certificate, by the algorithm it is signed with. */
#include "wsman/tls-binding.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

static const char PREFIX[] = "tls-server-end-point:";

enum { PREFIX_LEN = sizeof(PREFIX) - 1 };

_Static_assert(PREFIX_LEN + EVP_MAX_MD_SIZE <= HV_HTTP_BINDING_MAX, "room for any hash");

/* The hash of the signature, but SHA-256 in place of MD5 and SHA-1 [RFC 5929 4.1]. */
static const EVP_MD *hash_of(X509 *certificate)
{
	int hash;

	if (!X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) || hash == NID_undef)
		return NULL;
	if (hash == NID_md5 || hash == NID_sha1)
		return EVP_sha256();
	return EVP_get_digestbynid(hash);
}

bool hv_tls_binding(const char *pem, uint8_t ret[HV_HTTP_BINDING_MAX], size_t *ret_len)
{
	size_t len = strlen(pem);
	BIO *bio = len <= INT32_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	const EVP_MD *hash = certificate ? hash_of(certificate) : NULL;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;
	bool good = hash && X509_digest(certificate, hash, digest, &digest_len);

	if (good) {
		memcpy(ret, PREFIX, PREFIX_LEN);
		memcpy(ret + PREFIX_LEN, digest, digest_len);
		*ret_len = PREFIX_LEN + digest_len;
	}
	X509_free(certificate);
	(void)BIO_free(bio);
	return good;
}
