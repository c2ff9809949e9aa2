#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/cancellation.h"

namespace ca::endpoints {

// What is asked and answered over HTTP (RFC 9110), without the wire: the server reads and writes
// it, endpoints are functions from one to the other.

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of that name, in any case; null when there is none.
const std::string* find_header(const Headers& headers, std::string_view name);

/// Makes one line of the several that a client may write of If-None-Match, If-Match, Accept and
/// Accept-Encoding, which are lists (RFC 9110, 5.3), so that nobody reads only the first.
void join_lists(Headers& headers);

struct Request {
  std::string id;      ///< names it in logs and problems
  std::string method;  ///< "GET"
  std::string path;    ///< as sent, still percent-encoded, without the query
  std::string query;   ///< as sent, without the question mark
  Headers headers;
  std::string body;        ///< empty before it has been read, and where a BodySink took it
  std::string address;     ///< of the client; behind a trusted proxy the one it names
  bool is_secure = false;  ///< came over TLS, or a trusted proxy says so
  /// Cancelled when the client has gone or the server ends. Never null while it is answered.
  std::shared_ptr<Cancellation> cancellation;
  std::shared_ptr<const void> admitted;  ///< the application's own, from admit() to answer()

  /// Empty when there is no such header.
  std::string_view header(std::string_view name) const;
};

/// A stream of server-sent events. The server asks again and again, on a worker's thread, and sends
/// what it gets as it is.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// New events since the last call in the form of the stream ("id: 7\nevent: log\ndata: {}\n\n"),
  /// or empty. Does not wait.
  virtual std::string poll() = 0;
  /// Whether nothing will come any more: the server ends the answer.
  virtual bool is_over() const = 0;
};

/// A file that the server sends without taking it into memory.
struct FileBody {
  std::string path;
};

using Bytes = std::shared_ptr<const std::string>;

struct Response {
  int status = 200;
  Headers headers;  ///< without Content-Length, Date and what every answer has
  std::variant<std::string, Bytes, FileBody, std::shared_ptr<EventSource>> body;
  std::string user;  ///< who asked, for the log of requests; not sent

  void set_header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
  }
};

/// Takes a body piece by piece as it arrives. Destroyed without finish() when the client has gone
/// or sent too much. Called on workers' threads, one call at a time. Errors become the answer.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void write(std::string_view piece) = 0;
  virtual Response finish() = 0;
};

}  // namespace ca::endpoints
