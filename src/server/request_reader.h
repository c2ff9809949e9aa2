#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "endpoints/message.h"
#include "server/refusal.h"

namespace ca::server {

struct MessageLimits {
  std::size_t head_bytes = 48 * 1024;  ///< request line and headers
  std::size_t target_bytes = 32 * 1024;
  std::size_t headers = 100;
};

/// Reads one HTTP/1.1 request (RFC 9112) from bytes as they arrive, without sockets. Stricter than
/// it may be: whatever two readers could understand differently is refused, so that nothing that
/// stands before this server can be made to see other requests than it does (request smuggling).
/// Boost.Beast parses; what it lets pass (folded lines, lists of lengths, codings beside chunked,
/// HTTP/1.0) is looked for before.
class RequestReader {
 public:
  explicit RequestReader(const MessageLimits& limits = {});
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;
  ~RequestReader();

  /// Reads the head once all of it is there; until then uses nothing and wants the same bytes with
  /// more behind them. Returns the number of bytes used. Throws Refusal.
  std::size_t read_head(std::string_view bytes);
  bool has_head() const;
  /// Method, path, query, headers; valid once there is a head. May be moved from.
  endpoints::Request& head();
  bool expects_continue() const;
  /// Whether the client wants the connection closed after this request.
  bool wants_close() const;
  /// Whether a body is still to be read.
  bool has_body() const;

  /// Reads of the body what is there and appends it, decoded, to `body`; returns the bytes used.
  /// What is not used is to be given again with more behind it. Throws Refusal: 413 when the body
  /// is longer than `limit`, which is asked at the first call and must then stay.
  std::size_t read_body(std::string_view bytes, std::uint64_t limit, std::string& body);
  bool is_complete() const;

 private:
  struct Parser;
  MessageLimits limits_;
  std::size_t looked_at_ = 0;  ///< bytes of the head in which no line is broken
  std::unique_ptr<Parser> parser_;
};

}  // namespace ca::server
