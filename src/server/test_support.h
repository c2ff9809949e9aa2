#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "endpoints/application.h"
#include "server/server.h"

namespace ca::server {

std::span<const SiteFile> embedded_test_site();

struct Reply {
  int status = 0;  ///< 0: the connection ended before there was one
  endpoints::Headers headers;
  std::string body;

  std::string header(std::string_view name) const {
    const std::string* value = endpoints::find_header(headers, name);
    return value == nullptr ? "" : *value;
  }
};

/// A client that can do what no good one does. Nothing waits longer than ten seconds.
class RawClient {
 public:
  /// `receive_buffer`: bytes that the system takes before the test does; 0 for as many as usual.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  virtual ~RawClient();

  /// Whether all could be sent.
  virtual bool send(std::string_view bytes);
  /// One answer; of a HEAD request without a body.
  Reply reply(bool is_head = false);
  /// Whether something arrives, or the end, within the time.
  bool has_bytes(std::chrono::milliseconds within) const;
  /// What arrives until `end` is seen or the connection ends.
  std::string read_until(std::string_view end);
  /// What arrives until the server closes.
  std::string read_all() { return read_until(std::string(1, '\0') + "never"); }
  /// Whether the server closes within the time.
  bool is_closed(std::chrono::milliseconds within = std::chrono::seconds(10));
  void close_half();
  void close();
  /// Closes so that the server sees a reset.
  void reset();
  int socket() const { return socket_; }

 protected:
  /// Bytes that arrived; empty at the end, when `deadline` has passed, and after a reset.
  virtual std::string read_some(std::chrono::steady_clock::time_point deadline);

 private:
  bool fill();

  int socket_ = -1;
  std::string buffer_;
};

std::string get(std::string_view path, std::string_view headers = {});
std::string post(std::string_view path, std::string_view body, std::string_view headers = {});

/// Whether it becomes true within ten seconds.
bool eventually(const std::function<bool()>& condition);

/// Answers
///   /hello          "hello"
///   /about          what it sees of the request, a line each
///   /echo           the body
///   /text?N         a text of N bytes
///   /tagged         6,000 bytes of JSON with the ETag "v1", or 304
///   /wait           when it is released or cancelled
///   /file           the file `file`
///   /events         what is in `events`, until they are over
///   /sink           how many bytes its sink took; the sink fails after `sink_limit`
///   /refused        401, without the body being read
///   /throws
/// on the lane that ?long or ?password names. Bodies up to `body_limit`.
class TestApplication : public endpoints::Application {
 public:
  endpoints::Admission admit(endpoints::Request& request) override;
  endpoints::Response answer(const endpoints::Request& request) override;

  struct Events : endpoints::EventSource {
    std::string poll() override;
    bool is_over() const override { return over; }
    void add(std::string event);

    std::mutex mutex;
    std::string waiting;
    std::atomic<bool> over{false};
    std::atomic<int> polls{0};
  };

  std::atomic<std::size_t> body_limit{1 << 20};
  std::atomic<std::size_t> sink_limit{SIZE_MAX};
  std::atomic<bool> released{false};
  std::atomic<int> waiting{0};
  std::atomic<int> cancelled{0};
  std::atomic<int> answered{0};
  std::atomic<int> sinks{0};  ///< that exist at this moment
  std::string file;
  std::shared_ptr<Events> events = std::make_shared<Events>();
};

/// A server with the application, at a free port; times are short where `change` says nothing.
struct Running {
  explicit Running(const std::function<void(Options&)>& change = {});

  RawClient client() const { return RawClient(server->port()); }
  /// The answer to one request on a connection of its own.
  Reply ask(std::string_view request) const;

  TestApplication application;
  std::unique_ptr<Server> server;
};

}  // namespace ca::server
