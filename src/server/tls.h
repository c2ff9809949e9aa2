#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <mutex>

namespace ca::server {

/// The certificate the server shows, exchangeable while it serves. TLS 1.2 and 1.3 with forward
/// secrecy, http/1.1 by ALPN. For any thread.
class Tls {
 public:
  using Context = boost::asio::ssl::context;

  /// Throws Error E-TLS when the files cannot be used together, and for a key that is encrypted.
  Tls(std::filesystem::path certificate, std::filesystem::path key);

  std::shared_ptr<Context> current() const;
  /// Throws Error E-TLS, and then nothing has changed.
  void reload();

 private:
  std::filesystem::path certificate_;
  std::filesystem::path key_;
  mutable std::mutex mutex_;
  std::shared_ptr<Context> current_;
};

}  // namespace ca::server
