#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ca::server {

/// What the log says of one request. Values of the query stay out: they may be secrets.
struct RequestEntry {
  std::string id;
  std::string method;
  std::string path;
  std::string parameters;  ///< names of the query's parameters, comma-separated
  int status = 0;          ///< 0: nothing was sent
  double milliseconds = 0;
  std::uint64_t bytes = 0;  ///< sent
  std::string address;
  std::string user;
  bool is_slow = false;
};

/// The names of a query's parameters.
std::string parameter_names(std::string_view query);

/// Lets so many events a second pass, and tells how many it did not. For one thread.
class Rate {
 public:
  Rate(double a_second, double at_once) : a_second_(a_second), most_(at_once), left_(at_once) {}

  bool lets_pass(std::chrono::steady_clock::time_point now);
  /// Those since the last call that did not pass.
  std::uint64_t take_held_back() { return std::exchange(held_back_, 0); }

 private:
  double a_second_;
  double most_;
  double left_;
  std::chrono::steady_clock::time_point last_{};
  std::uint64_t held_back_ = 0;
};

/// Writes requests to the log, away from the thread of the sockets: writing to a busy disk may
/// wait. Lines that pile up while it does are left out and counted.
class RequestLog {
 public:
  /// `run` runs a function on another thread.
  explicit RequestLog(std::function<void(std::function<void()>)> run) : run_(std::move(run)) {}

  void add(RequestEntry entry);
  /// A connection that was not served. Of a flood only some are written.
  void add_refused(std::string_view reason, std::string_view address);

 private:
  struct Queue {
    std::mutex mutex;
    std::vector<std::function<void()>> lines;
    bool is_flushing = false;
    std::uint64_t left_out = 0;
  };
  static void flush(Queue& queue);
  void add_line(std::function<void()> line);

  std::function<void(std::function<void()>)> run_;
  Rate refused_{5, 50};
  Rate failed_{50, 500};
  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
};

}  // namespace ca::server
