#ifndef HOKMD_COPENSSL_SHIM_H
#define HOKMD_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/* What OpenSSL has as macros, which Swift does not see. */

#define HOKMD_SSL_OPTION(name) \
    static inline uint64_t hokmd_##name(void) { return name; }

HOKMD_SSL_OPTION(SSL_OP_IGNORE_UNEXPECTED_EOF)
HOKMD_SSL_OPTION(SSL_OP_NO_COMPRESSION)
HOKMD_SSL_OPTION(SSL_OP_NO_RENEGOTIATION)
HOKMD_SSL_OPTION(SSL_OP_NO_TICKET)

static inline int hokmd_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

static inline int hokmd_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}

static inline int hokmd_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups);
}

static inline void hokmd_SSL_CTX_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline void hokmd_SSL_CTX_set_session_cache_off(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline long hokmd_SSL_set_tlsext_host_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name);
}

static inline void hokmd_BIO_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void hokmd_BIO_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }

/* HMAC with SHA-256 for a session ticket. */
static inline int hokmd_ticket_mac_init(EVP_MAC_CTX *mac, const unsigned char *key, size_t bytes) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[3];
    parameters[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, bytes);
    parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
    parameters[2] = OSSL_PARAM_construct_end();
    return EVP_MAC_CTX_set_params(mac, parameters);
}

#endif
