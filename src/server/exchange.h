#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "server/addresses.h"
#include "server/answer.h"
#include "server/request_log.h"
#include "server/server.h"
#include "server/wire.h"

namespace ca::server {

class Connection;

/// What the connections of one server share. Only the thread of the sockets changes it; workers
/// use application, pools and rules.
struct Shared {
  endpoints::Application& application;
  const Options& options;
  boost::asio::io_context& io;
  boost::asio::thread_pool& quick;
  boost::asio::thread_pool& slow;
  boost::asio::thread_pool& passwords;
  TrustedProxies proxies;
  HostNames names;
  AnswerRules rules;
  bool is_tls = false;
  RequestLog log;

  std::set<Connection*> connections = {};
  /// How many there are, for any thread.
  std::shared_ptr<std::atomic<std::size_t>> open = std::make_shared<std::atomic<std::size_t>>(0);
  /// Requests that wait for a thread of the lane for passwords, for any thread.
  std::shared_ptr<std::atomic<std::size_t>> passwords_waiting =
      std::make_shared<std::atomic<std::size_t>>(0);
  std::map<std::string, std::size_t> streams = {};  ///< of events that are open, by user
  std::size_t all_streams = 0;
  bool is_draining = false;      ///< no new requests
  bool is_breaking_off = false;  ///< nothing at all any more
  std::size_t body_bytes = 0;    ///< of bodies that are held
  std::uint64_t ids = 0;

  /// Short, unlike any other of this process, and not to be guessed from one seen before.
  std::string next_id();
  boost::asio::thread_pool& pool(endpoints::Lane lane) {
    switch (lane) {
      case endpoints::Lane::kQuick: break;
      case endpoints::Lane::kLong: return slow;
      case endpoints::Lane::kPassword: return passwords;
    }
    return quick;
  }
};

/// One request and what becomes of it. It belongs to the connection, but for the time that a worker
/// has it (is_busy): then only cancellation is touched by others. A worker that was given up on
/// keeps it until it ends.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  explicit Exchange(Shared& shared) : shared_(shared) {}

  endpoints::Request request;
  bool is_head = false;  ///< HEAD, which the application sees as GET
  bool has_body = false;
  std::string accept_encoding;
  std::string if_none_match;  ///< as it was sent
  Bell* bell = nullptr;       ///< rung when a worker is done; null once given up on

  // Each is done on a worker, and then is_busy() is false again.
  /// Admits the request, and answers it when it is refused or has no body.
  void begin();
  void give_to_sink(std::string piece);
  /// After the body.
  void answer_it();
  void poll(endpoints::EventSource& source);
  void read_file(const OpenFile& file, std::uint64_t offset);
  /// The sink is ended where its pieces were taken; it may have files to delete.
  void drop_sink();

  bool is_busy() const { return is_busy_; }
  const endpoints::Admission& admission() const { return admission_; }
  /// There when the request was answered, early or at the end.
  std::optional<Answer>& answer() { return answer_; }
  const std::string& user() const { return user_; }
  /// Of the last poll() or read_file().
  const std::string& piece() const { return piece_; }
  bool is_over() const { return is_over_; }

 private:
  void begin_work();
  void on_worker(boost::asio::thread_pool& pool, std::function<void()> work);
  void done();
  /// Has it composed on a thread of its lane, or refused where too many wait there. From a worker
  /// or, after begin_work(), the thread of the sockets.
  void queue();
  void compose();
  void finish(endpoints::Response response);
  endpoints::Response failure() const;

  Shared& shared_;
  bool is_busy_ = false;
  /// Keeps the thread of the sockets going until the worker has said that it is done.
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> awaited_;
  endpoints::Admission admission_;
  std::optional<Answer> answer_;
  std::string user_;
  std::string piece_;
  bool is_over_ = false;
};

}  // namespace ca::server
