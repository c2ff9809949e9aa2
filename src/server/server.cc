#include "server/server.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "server/connection.h"
#include "server/exchange.h"
#include "server/tls.h"

namespace ca::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kCompressedBytes = 64 << 20;
constexpr milliseconds kAcceptAgain{100};
constexpr milliseconds kDrainLook{10};
/// Open files that are no connections: of reports, exports, runs, the log and the database.
constexpr rlim_t kOtherFiles = 128;
constexpr rlim_t kFewestConnections = 16;
/// Bytes that a socket takes beyond those under way. With more, a client that reads slowly but all
/// the time would look for minutes as if it read nothing: a socket is not writable again before a
/// third of its buffer is free, which may be 4 MB.
constexpr int kUnsentBytes = 64 * 1024;

/// What somebody is told for whom there is no room; a client that gets less just sees the end.
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

Address address_of(const asio::ip::address& address) {
  if (address.is_v6()) {
    const auto bytes = address.to_v6().to_bytes();
    Address out{};
    std::ranges::copy(bytes, out.begin());
    return out;
  }
  return *parse_address(address.to_string());
}

asio::ip::address listening_address(const Options& options) {
  const std::string text = options.address == "localhost" ? "127.0.0.1" : options.address;
  error_code error;
  const asio::ip::address address = asio::ip::make_address(text, error);
  if (error) {
    throw Error("E-PARAM", fmt::format("\"{}\" is not an address to listen at.", options.address),
                "Give an IP address of this machine, as 127.0.0.1 or 0.0.0.0.");
  }
  return address;
}

void check(const Options& options) {
  if (options.certificate.empty() != options.key.empty()) {
    throw Error("E-PARAM", "TLS needs a certificate and its key.",
                "Give both --tls-certificate and --tls-key.");
  }
  if (!options.trusted_proxies.empty() && !options.behind_proxy) {
    throw Error("E-PARAM", "Trusted proxies are named, but the server is not behind one.",
                "Add --behind-proxy.");
  }
  if (listening_address(options).is_loopback()) return;
  if (!options.certificate.empty() || options.behind_proxy) return;
  throw Error("E-PARAM",
              fmt::format("At {} others could reach the server, and passwords would travel in "
                          "the clear.",
                          options.address),
              "Give --tls-certificate and --tls-key, or --behind-proxy when a proxy that speaks "
              "TLS stands before it.");
}

TrustedProxies proxies_of(const Options& options) {
  if (!options.behind_proxy) return {};
  std::vector<Network> networks;
  for (const std::string& text : options.trusted_proxies) networks.push_back(Network::parse(text));
  if (networks.empty()) networks = {Network::parse("127.0.0.0/8"), Network::parse("::1")};
  return TrustedProxies(std::move(networks));
}

HostNames names_of(const Options& options) {
  const asio::ip::address address = listening_address(options);
  if (options.host_names.empty() && (options.behind_proxy || !address.is_loopback())) return {};
  std::vector<std::string> names = options.host_names;
  const std::string text = address.to_string();
  names.push_back(address.is_v6() ? "[" + text + "]" : text);
  return HostNames(std::move(names));
}

/// So many of the wanted connections as there can be open files for.
std::size_t connections_for(std::size_t wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return wanted;
  const rlim_t left = files.rlim_cur - std::min(files.rlim_cur, kOtherFiles);
  return std::min<std::size_t>(wanted, std::max(left, kFewestConnections));
}

Options with_defaults(Options options) {
  if (options.security_policy.empty()) options.security_policy = default_security_policy();
  Limits& limits = options.limits;
  limits.connections = connections_for(limits.connections);
  limits.streams = std::min(limits.streams, std::max<std::size_t>(limits.connections / 4, 1));
  return options;
}

}  // namespace

struct Server::Impl {
  Impl(endpoints::Application& application, Options given)
      : options(with_defaults(std::move(given))),
        quick(std::max<std::size_t>(options.quick_threads, 1)),
        slow(std::max<std::size_t>(options.long_threads, 1)),
        passwords(std::max<std::size_t>(options.password_threads, 1)),
        acceptor(io),
        pause(io),
        heartbeat(io),
        drain_timer(io),
        guard(io.get_executor()),
        compressed(kCompressedBytes) {
    check(options);
    if (!options.certificate.empty()) tls.emplace(options.certificate, options.key);
    const AnswerRules rules{options.security_policy, tls.has_value(), &compressed};
    RequestLog log([this](std::function<void()> work) { asio::post(quick, std::move(work)); });
    shared = std::make_shared<Shared>(Shared{application, options, io, quick, slow, passwords,
                                             proxies_of(options), names_of(options), rules,
                                             tls.has_value(), std::move(log)});
    std::random_device device;
    shared->ids = (std::uint64_t{device()} << 32) ^ device();
  }

  void listen();
  void accept();
  void on_accept(const error_code& error, tcp::socket socket);
  bool has_share(const Address& peer) const;
  bool make_room();
  void beat();
  void drain(Time deadline);
  void look_at_drain();

  Options options;
  asio::io_context io{1};
  asio::thread_pool quick;
  asio::thread_pool slow;
  asio::thread_pool passwords;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  asio::steady_timer heartbeat;
  asio::steady_timer drain_timer;
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  std::optional<Tls> tls;
  ByteCache compressed;
  std::shared_ptr<Shared> shared;
  std::thread thread;
  std::uint16_t port = 0;
  std::optional<Time> drain_deadline;
};

void Server::Impl::listen() {
  const tcp::endpoint endpoint(listening_address(options), options.port);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    const bool is_used = error == asio::error::address_in_use;
    throw Error("E-PORT",
                fmt::format("The server cannot listen at {} port {}: {}.", options.address,
                            options.port, is_used ? "another program does" : error.message()),
                is_used ? fmt::format("Choose another with --port, or end what `ss -ltnp 'sport = "
                                      ":{}'` shows.",
                                      options.port)
                        : "Choose another with --port; those below 1024 need a privilege.");
  }
  port = acceptor.local_endpoint().port();
}

void Server::Impl::accept() {
  acceptor.async_accept(
      [this](const error_code& error, tcp::socket socket) { on_accept(error, std::move(socket)); });
}

void Server::Impl::on_accept(const error_code& error, tcp::socket socket) {
  if (!acceptor.is_open()) return;
  if (error) {
    shared->log.add_refused(error.message(), "");
    const bool is_out_of_files = error == asio::error::no_descriptors || error.value() == ENFILE;
    if (is_out_of_files) make_room();
    pause.expires_after(kAcceptAgain);
    pause.async_wait([this](const error_code&) {
      if (acceptor.is_open()) accept();
    });
    return;
  }
  error_code failure;
  const tcp::endpoint remote = socket.remote_endpoint(failure);
  if (!failure) {
    const Address peer = address_of(remote.address());
    socket.set_option(tcp::no_delay(true), failure);
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes,
                 sizeof(kUnsentBytes));
    const bool has_room = shared->connections.size() < options.limits.connections;
    if (has_share(peer) && (has_room || make_room())) {
      Connection::start(
          shared,
          tls ? Wire::over_tls(std::move(socket), tls->current()) : Wire::plain(std::move(socket)),
          peer);
    } else {
      shared->log.add_refused("too many connections", text_of(peer));
      socket.non_blocking(true, failure);
      if (!tls) socket.write_some(asio::buffer(kFull), failure);
    }
  }
  accept();
}

/// Whether one more connection from there may be.
bool Server::Impl::has_share(const Address& peer) const {
  if (shared->proxies.trusts(peer)) return true;
  const Address share = share_of(peer);
  const auto from_there = std::ranges::count_if(shared->connections, [&](const Connection* other) {
    return share_of(other->peer()) == share;
  });
  return static_cast<std::size_t>(from_there) < options.limits.connections_per_address;
}

/// Closes the connection that has been idle for the longest time, or, when none is, the one whose
/// first or next request has been incomplete for the longest. False when all have requests.
bool Server::Impl::make_room() {
  Connection* longest = nullptr;
  for (Connection* other : shared->connections) {
    if (other->wire().is_broken() || !other->headless_since()) continue;
    const auto rank = [](const Connection* connection) {
      return std::pair(!connection->is_idle(), *connection->headless_since());
    };
    if (longest == nullptr || rank(other) < rank(longest)) longest = other;
  }
  if (longest == nullptr) return false;
  longest->give_up();
  return true;
}

void Server::Impl::beat() {
  if (!options.alive) return;
  options.alive();
  heartbeat.expires_after(options.alive_time);
  heartbeat.async_wait([this](const error_code& error) {
    if (!error) beat();
  });
}

void Server::Impl::drain(Time deadline) {
  drain_deadline = std::min(drain_deadline.value_or(deadline), deadline);
  if (std::exchange(shared->is_draining, true)) return;
  error_code ignored;
  acceptor.close(ignored);
  for (Connection* connection : shared->connections) connection->wire().bell().ring();
  look_at_drain();
}

void Server::Impl::look_at_drain() {
  if (shared->connections.empty()) {
    pause.cancel();
    heartbeat.cancel();
    guard.reset();
    return;
  }
  if (Clock::now() >= *drain_deadline) {
    shared->is_breaking_off = true;
    for (Connection* connection : shared->connections) connection->wire().bell().ring();
  }
  drain_timer.expires_after(kDrainLook);
  drain_timer.async_wait([this](const error_code&) { look_at_drain(); });
}

Server::Server(endpoints::Application& application, Options options)
    : impl_(std::make_unique<Impl>(application, std::move(options))) {}

Server::~Server() {
  stop_now();
  drain_and_stop();
}

void Server::start() {
  impl_->listen();
  impl_->thread = std::thread([impl = impl_.get()] {
    impl->accept();
    impl->beat();
    impl->io.run();
  });
}

std::uint16_t Server::port() const { return impl_->port; }

std::string Server::url() const {
  const asio::ip::address address = listening_address(impl_->options);
  const std::string text = address.to_string();
  return fmt::format("{}://{}:{}", impl_->tls ? "https" : "http",
                     address.is_v6() ? "[" + text + "]" : text, impl_->port);
}

bool Server::reload_certificate() {
  if (!impl_->tls) return false;
  try {
    impl_->tls->reload();
    log::info("certificate reloaded");
    return true;
  } catch (const Error& error) {
    log::error("certificate not reloaded", {{"reason", error.message()}});
    return false;
  }
}

void Server::drain_and_stop() {
  if (impl_->thread.joinable()) {
    asio::post(impl_->io,
               [impl = impl_.get()] { impl->drain(Clock::now() + impl->options.drain_time); });
    impl_->thread.join();
  }
  impl_->quick.join();
  impl_->slow.join();
  impl_->passwords.join();
}

void Server::stop_now() {
  asio::post(impl_->io, [impl = impl_.get()] { impl->drain(Clock::now()); });
}

std::size_t Server::connections() const { return *impl_->shared->open; }

}  // namespace ca::server
