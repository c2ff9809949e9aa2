#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "endpoints/application.h"
#include "server/request_reader.h"
#include "server/site.h"

namespace ca::server {

/// What one client may take of the server, so that the others do not notice.
struct Limits : MessageLimits {
  using Time = std::chrono::milliseconds;

  Time head_time{10'000};        ///< from the first byte of a request to the end of its head
  Time idle_time{30'000};        ///< between two pieces of a body or an answer
  std::size_t least_rate = 512;  ///< bytes a second of a body or an answer, beyond idle_time
  Time keep_alive_time{60'000};  ///< between two requests of a connection
  /// From the end of a request to the head of its answer; so long, too, may what takes a body as it
  /// arrives work on a piece of it.
  Time answer_time{600'000};
  /// Fewer where the system does not let us have so many open files.
  std::size_t connections = 1'024;
  /// Of IPv6 those of a network of /64 together. Not of trusted proxies.
  std::size_t connections_per_address = 256;
  std::size_t streams = 256;  ///< of events; never above a quarter of `connections`
  std::size_t streams_per_user = 8;
  std::size_t passwords_waiting = 200;  ///< requests that wait for a thread of that lane
  std::size_t body_memory = 256 << 20;  ///< bytes of all bodies that are held at a time
};

struct Options {
  std::string address = "127.0.0.1";  ///< an IP address, or localhost
  std::uint16_t port = 5000;          ///< 0: any that is free
  std::filesystem::path certificate;  ///< PEM, the chain; with `key` TLS is spoken
  std::filesystem::path key;
  bool behind_proxy = false;
  std::vector<std::string> trusted_proxies;  ///< addresses or networks; none given: the machine's
  /// At which it answers, beside the machine's own names. None: any name, unless only this machine
  /// can reach it.
  std::vector<std::string> host_names;
  Limits limits;
  std::size_t quick_threads = 2;
  std::size_t long_threads = 2;
  std::size_t password_threads = 2;  ///< more than People hashes at once would only wait
  std::chrono::milliseconds drain_time{10'000};
  std::chrono::milliseconds poll_time{500};          ///< between two looks at an EventSource
  std::chrono::milliseconds heartbeat_time{15'000};  ///< of a stream without events
  Site site;                    ///< answered without the application, but for documents
  std::string security_policy;  ///< empty: default_security_policy()
  /// Called every `alive_time` by the thread that everything passes through.
  std::function<void()> alive;
  std::chrono::milliseconds alive_time{10'000};
};

/// The HTTP/1.1 server. One thread holds the sockets and never waits or computes; the application
/// is called on the threads of three lanes, so that neither long questions nor sign-ins keep others
/// waiting.
class Server {
 public:
  /// Throws Error E-PARAM for options that do not fit together: an address that others can reach
  /// needs TLS or a proxy; E-TLS when certificate and key cannot be used.
  Server(endpoints::Application& application, Options options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Breaks off what is in flight.
  ~Server();

  /// Listens and serves. Throws Error E-PORT when the port cannot be had.
  void start();
  std::uint16_t port() const;
  std::string url() const;  ///< "http://127.0.0.1:5000"

  /// Reads certificate and key again; connections from now on use them. When they cannot be used
  /// the old ones stay, the log says so, and the answer is false.
  bool reload_certificate();

  /// Takes no new connections, closes idle ones, ends streams, lets answers in flight finish for
  /// the drain time, then breaks off the rest. Returns when all threads have ended.
  void drain_and_stop();
  /// Cuts the drain short. From any thread.
  void stop_now();

  std::size_t connections() const;  ///< open at this moment; from any thread

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ca::server
