#include "server/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <array>

#include "base/error.h"

namespace ca::server {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// Answers http/1.1 when it is among what the client offers; to a client that offers only other
/// protocols no common one is claimed.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> spoken = {8,   'h', 't', 't', 'p',
                                                          '/', '1', '.', '1'};
  const int result =
      SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, spoken.data(),
                            static_cast<unsigned int>(spoken.size()), offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error tls_error(const std::string& message) {
  return {"E-TLS", message,
          "Give a certificate chain and its key as PEM files the server can read."};
}

std::shared_ptr<Tls::Context> make_context(const std::filesystem::path& certificate,
                                           const std::filesystem::path& key) {
  auto context = std::make_shared<Tls::Context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_cipher_list(native, kCiphers);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  // Without this OpenSSL would ask on the terminal, and the server would wait for an answer.
  const auto is_asked = std::make_shared<bool>(false);
  context->set_password_callback([is_asked](std::size_t, Tls::Context::password_purpose) {
    *is_asked = true;
    return std::string();
  });
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate.string(), error);
  if (error) {
    throw tls_error(fmt::format("The certificate {} cannot be used: {}.", certificate.string(),
                                error.message()));
  }
  context->use_private_key_file(key.string(), ssl::context::pem, error);
  if (*is_asked) {
    throw Error("E-TLS", fmt::format("The key {} is encrypted.", key.string()),
                "Give one without a password, as `openssl pkey -in key.pem -out plain.pem` writes "
                "it, in a file that nobody but the server's user can read.");
  }
  if (error || SSL_CTX_check_private_key(native) != 1) {
    throw tls_error(fmt::format("The key {} cannot be used with the certificate: {}.", key.string(),
                                error ? error.message() : "they do not belong together"));
  }
  return context;
}

}  // namespace

Tls::Tls(std::filesystem::path certificate, std::filesystem::path key)
    : certificate_(std::move(certificate)),
      key_(std::move(key)),
      current_(make_context(certificate_, key_)) {}

std::shared_ptr<Tls::Context> Tls::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void Tls::reload() {
  std::shared_ptr<Context> fresh = make_context(certificate_, key_);
  const std::lock_guard lock(mutex_);
  current_ = std::move(fresh);
}

}  // namespace ca::server
