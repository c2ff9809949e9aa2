#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/exchange.h"
#include "server/request_reader.h"
#include "server/wire.h"

namespace ca::server {

/// How long a body or an answer may take: never silent for longer than the idle time, and on
/// average not slower than the least rate.
class Pace {
 public:
  explicit Pace(const Limits& limits) : limits_(limits), began_(Clock::now()), last_(began_) {}

  /// So many more bytes; of none, some that were counted before have moved on.
  void progress(std::uint64_t bytes) {
    bytes_ += bytes;
    last_ = Clock::now();
  }
  /// For time that was not the client's doing.
  void excuse(Clock::duration time) {
    began_ += time;
    last_ += time;
  }
  Time deadline() const;

 private:
  const Limits& limits_;
  Time began_;
  Time last_;
  std::uint64_t bytes_ = 0;
};

/// One connection: its requests, one after the other. A coroutine on the thread of the sockets.
class Connection {
 public:
  static void start(std::shared_ptr<Shared> shared, std::shared_ptr<Wire> wire, Address peer);

  Connection(std::shared_ptr<Shared> shared, std::shared_ptr<Wire> wire, Address peer)
      : shared_(std::move(shared)), wire_(std::move(wire)), peer_(peer) {}

  Wire& wire() { return *wire_; }
  const Address& peer() const { return peer_; }
  /// Whether it waits for the first byte of a request.
  bool is_idle() const { return idle_since_.has_value(); }
  /// Since when it has been without a whole head of a request: idle, with the beginning of one, or
  /// before TLS was agreed on. Nothing while it has a request.
  const std::optional<Time>& headless_since() const { return headless_since_; }
  /// Makes room for others. Of one without a head.
  void give_up() { wire_->close(); }

 private:
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<void> serve();
  /// One request; whether another one may follow.
  Awaitable<bool> serve_one();
  /// Whether there is one. Throws Refusal.
  Awaitable<bool> read_head(RequestReader& reader);
  /// Takes what the head says over into the exchange. Throws Refusal.
  void take_head(RequestReader& reader);
  /// Throws Refusal for whom the server does not answer, or not at that name.
  void check_peer_and_host() const;
  /// Whether the worker has come to an end within the answer time and there is still somebody to
  /// answer. Throws Refusal.
  Awaitable<bool> worker();
  /// Whether the body is complete, or was answered early. Throws Refusal.
  Awaitable<bool> read_body(RequestReader& reader);
  /// All bytes, or false.
  Awaitable<bool> write(std::string_view bytes, Pace& pace);
  Awaitable<bool> send(Answer& answer);
  Awaitable<bool> send_file(const OpenFile& file, Pace& pace);
  Awaitable<bool> send_events(endpoints::EventSource& source);
  /// Refuses the request, and the connection ends.
  Awaitable<void> refuse(const Refusal& refusal);
  /// Waits until the client has closed too, for a moment, so that it gets all that was sent.
  Awaitable<void> part();
  bool is_static(const SiteFile*& file) const;
  Answer static_answer(const SiteFile& file) const;
  void log_request(int status);
  /// Logs it and lets go of it; a worker that still has it is told.
  void end_exchange(int status);

  const Limits& limits() const { return shared_->options.limits; }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Wire> wire_;
  Address peer_;
  std::optional<Time> idle_since_;
  std::optional<Time> headless_since_ = Clock::now();
  std::shared_ptr<Exchange> exchange_;
  bool is_first_ = true;
  bool wants_close_ = false;
  bool has_unread_ = false;   ///< the client may still be sending what nobody reads
  Time began_{};              ///< of the request
  Clock::duration waited_{};  ///< until the answer was there
  std::uint64_t sent_ = 0;    ///< bytes of the answer
  std::size_t held_ = 0;      ///< bytes of the body, as counted in Shared::body_bytes
};

}  // namespace ca::server
