#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <fstream>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "server/test_support.h"

namespace ca::server {
namespace {

using namespace std::chrono_literals;

/// A key and a certificate of that name, signed by itself, in `folder`. With a password the key is
/// encrypted.
void make_certificate(const std::filesystem::path& folder, const std::string& name,
                      const std::string& password = {}) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_sign(certificate, key, EVP_sha256());
  FILE* file = std::fopen((folder / "key.pem").c_str(), "w");
  PEM_write_PrivateKey(file, key, password.empty() ? nullptr : EVP_aes_256_cbc(),
                       reinterpret_cast<const unsigned char*>(password.data()),
                       static_cast<int>(password.size()), nullptr, nullptr);
  std::fclose(file);
  file = std::fopen((folder / "chain.pem").c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class TlsClient : public RawClient {
 public:
  explicit TlsClient(std::uint16_t port, int newest = TLS1_3_VERSION,
                     std::string_view protocol = "http/1.1")
      : RawClient(port), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    const timeval patience{10, 0};
    ::setsockopt(socket(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    SSL_CTX_set_max_proto_version(context_, newest);
    SSL_CTX_set_security_level(context_, 0);
    ssl_ = SSL_new(context_);
    std::string wire(1, static_cast<char>(protocol.size()));
    wire += protocol;
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(wire.data()),
                        static_cast<unsigned int>(wire.size()));
    SSL_set_fd(ssl_, socket());
    is_open_ = SSL_connect(ssl_) == 1;
  }
  TlsClient(TlsClient&&) = delete;
  TlsClient& operator=(TlsClient&&) = delete;
  ~TlsClient() override {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }

  bool is_open() const { return is_open_; }
  bool send(std::string_view bytes) override {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  std::string server_name() const {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    if (certificate == nullptr) return "";
    std::array<char, 100> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    X509_free(certificate);
    return name.data();
  }

 protected:
  std::string read_some(std::chrono::steady_clock::time_point) override {
    std::array<char, 65'536> bytes{};
    const int got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    return got <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(got));
  }

 private:
  SSL_CTX* context_;
  SSL* ssl_;
  bool is_open_ = false;
};

struct Tls : testing::Test {
  Tls() { make_certificate(folder.path(), "first"); }

  std::function<void(Options&)> with_tls(std::function<void(Options&)> more = {}) const {
    return [this, more](Options& options) {
      options.certificate = folder.path() / "chain.pem";
      options.key = folder.path() / "key.pem";
      if (more) more(options);
    };
  }

  ScratchFolder folder;
};

TEST_F(Tls, AnswersAreAsTheyAreWithout) {
  Running running(with_tls());
  TlsClient client(running.server->port());
  ASSERT_TRUE(client.is_open());
  EXPECT_EQ(client.protocol(), "http/1.1");
  EXPECT_TRUE(client.send(get("/hello") + get("/about")));
  const Reply reply = client.reply();
  EXPECT_EQ(reply.body, "hello");
  EXPECT_NE(reply.header("Strict-Transport-Security"), "");
  EXPECT_NE(client.reply().body.find("127.0.0.1 true\n"), std::string::npos);
  const std::string body(300'000, 'b');
  EXPECT_TRUE(client.send(post("/echo", body)));
  EXPECT_EQ(client.reply().body, body);
  client.send(get("/hello", "Connection: close\r\n"));
  EXPECT_EQ(client.reply().body, "hello");
  EXPECT_EQ(client.read_all(), "");
  EXPECT_EQ(running.server->url().substr(0, 8), "https://");
}

TEST_F(Tls, OldVersionsAndOtherProtocolsAreNotSpoken) {
  Running running(with_tls());
  EXPECT_TRUE(TlsClient(running.server->port(), TLS1_2_VERSION).is_open());
  EXPECT_FALSE(TlsClient(running.server->port(), TLS1_1_VERSION).is_open());
  EXPECT_FALSE(TlsClient(running.server->port(), TLS1_3_VERSION, "h2").is_open());
  RawClient plain = running.client();
  plain.send(get("/hello"));
  EXPECT_EQ(plain.read_all().find("HTTP/1.1 200"), std::string::npos);
  EXPECT_EQ(running.application.answered, 0);
}

TEST_F(Tls, AHandshakeThatDoesNotEndIsGivenUp) {
  Running running(with_tls([](Options& options) { options.limits.head_time = 100ms; }));
  RawClient silent = running.client();
  EXPECT_TRUE(silent.is_closed());
}

TEST_F(Tls, WorkForAClientThatHasGoneIsCancelled) {
  Running running(with_tls());
  {
    TlsClient client(running.server->port());
    client.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  }
  EXPECT_TRUE(eventually([&] { return running.application.cancelled == 1; }));
  EXPECT_TRUE(eventually([&] { return running.server->connections() == 0; }));
}

TEST_F(Tls, ACertificateIsReplacedWhileConnectionsStay) {
  Running running(with_tls());
  TlsClient before(running.server->port());
  EXPECT_EQ(before.server_name(), "first");
  make_certificate(folder.path(), "second");
  EXPECT_TRUE(running.server->reload_certificate());
  TlsClient after(running.server->port());
  EXPECT_EQ(after.server_name(), "second");
  before.send(get("/hello"));
  EXPECT_EQ(before.reply().body, "hello");

  std::ofstream(folder.path() / "chain.pem") << "not a certificate";
  EXPECT_FALSE(running.server->reload_certificate());
  TlsClient still(running.server->port());
  EXPECT_EQ(still.server_name(), "second");
}

TEST_F(Tls, AKeyOfAnotherCertificateIsAClearError) {
  const ScratchFolder other;
  make_certificate(other.path(), "other");
  try {
    Running running(with_tls([&](Options& options) { options.key = other.path() / "key.pem"; }));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-TLS");
  }
}

TEST_F(Tls, AnEncryptedKeyIsAClearErrorAndNobodyIsAskedForItsPassword) {
  Running running(with_tls());
  make_certificate(folder.path(), "second", "a password");
  EXPECT_FALSE(running.server->reload_certificate());
  try {
    Running another(with_tls());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-TLS");
    EXPECT_NE(error.message().find("is encrypted"), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find("openssl pkey"), std::string::npos);
  }
}

TEST_F(Tls, ADrainEndsEveryConnection) {
  Running running(with_tls());
  TlsClient idle(running.server->port());
  idle.send(get("/hello"));
  EXPECT_EQ(idle.reply().body, "hello");
  TlsClient waiting(running.server->port());
  waiting.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  running.server->drain_and_stop();
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(running.application.cancelled, 1);
}

}  // namespace
}  // namespace ca::server
