#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/log.h"
#include "cli/command_line.h"
#include "cli/print.h"
#include "cli/serve_application.h"
#include "server/server.h"
#include "server/server_file.h"
#include "server/systemd.h"

namespace ca::cli {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

/// Of glibc's heap: with one a thread, each would keep what its thread once needed.
constexpr int kArenas = 4;

struct ServeArguments {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5000;
  std::filesystem::path certificate;
  std::filesystem::path key;
  bool behind_proxy = false;
  std::vector<std::string> trusted_proxies;
  std::vector<std::string> host_names;
  bool is_detached = false;
};

Json json_of(const server::RunningServer& server) {
  return {{"running", true},
          {"pid", server.pid},
          {"url", server.url},
          {"version", server.version},
          {"started_at", server.started_at}};
}

/// The same of one that has just begun, with the address at which the first owner enrols.
Json json_of(const server::RunningServer& server, const std::string& first_owner) {
  Json json = json_of(server);
  if (!first_owner.empty()) json["first_owner"] = first_owner;
  return json;
}

server::Options options_of(const ServeArguments& arguments) {
  server::Options options;
  options.address = arguments.host;
  options.port = arguments.port;
  options.certificate = arguments.certificate;
  options.key = arguments.key;
  options.behind_proxy = arguments.behind_proxy;
  options.trusted_proxies = arguments.trusted_proxies;
  options.host_names = arguments.host_names;
  options.site = server::Site(server::embedded_site());
  options.quick_threads = 4;
  options.long_threads = 40;  // of those who wait for a turn, most sleep
  if (const auto time = server::watchdog_time()) {
    options.alive_time = *time;
    options.alive = [] { server::notify_systemd("WATCHDOG=1"); };
  }
  return options;
}

/// As many open files as the system lets us have: each connection is one.
void allow_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// SIGTERM, SIGINT and SIGHUP, held back in this thread and those it starts, to be waited for.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, signal);
    ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
    ::signal(SIGPIPE, SIG_IGN);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// The next one, or 0 when none came within the time.
  int wait(milliseconds time) const {
    const timespec within{time.count() / 1'000, time.count() % 1'000 * 1'000'000};
    const int signal = ::sigtimedwait(&set_, nullptr, &within);
    return signal > 0 ? signal : 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

/// Until SIGTERM or SIGINT, and then until what is in flight has ended; a second one cuts it short.
void serve_until_told(server::Server& server, const HeldSignals& signals,
                      const Cancellation& cancellation) {
  while (!cancellation.is_cancelled()) {
    const int signal = signals.wait(std::chrono::hours(1));
    if (signal == SIGHUP) server.reload_certificate();
    if (signal == SIGTERM || signal == SIGINT) break;
  }
  server::notify_systemd("STOPPING=1");
  log::info("server stopping");
  std::atomic<bool> is_over{false};
  std::thread draining([&] {
    server.drain_and_stop();
    is_over = true;
  });
  while (!is_over) {
    const int signal = signals.wait(milliseconds(20));
    if (signal == SIGTERM || signal == SIGINT) server.stop_now();
  }
  draining.join();
}

/// `ready` is told what there is to tell: json_of(server, first_owner).
int serve_here(const Common& common, const ServeArguments& arguments,
               const Cancellation& cancellation, const std::function<void(const Json&)>& ready) {
  const workspace::Home home = open_home(common);
  // In front whatever started it, such as systemd or a container, keeps what it says; a person at a
  // terminal has the file.
  const bool tells = !arguments.is_detached && ::isatty(STDERR_FILENO) == 0;
  if (tells) log::open(home.logs_folder(), {.lines_to_stderr = true});
  const HeldSignals signals;
  allow_connections();
  ::mallopt(M_ARENA_MAX, kArenas);
  server::ServerPlace place = server::ServerPlace::take(home);
  server::Options options = options_of(arguments);
  ServeApplication application(home, *options.site.find("/index.html"));
  server::Server server(application, std::move(options));
  application.start([&server] { return static_cast<std::int64_t>(server.connections()); });
  server.start();
  place.announce(server.url(), CA_VERSION);
  log::info("server started", {{"url", server.url()}, {"version", CA_VERSION}});
  server::notify_systemd("READY=1");
  if (const auto self = server::find_server(home)) {
    ready(json_of(*self, application.first_owner_address(self->url)));
  }
  serve_until_told(server, signals, cancellation);
  application.stop();
  log::info("server stopped");
  return 0;
}

void show_ready(const Common& common, const Json& server) {
  if (common.json) {
    std::cout << dump(server) << std::endl;
    return;
  }
  std::cout << fmt::format("CustomerAnalytics answers at {}\n",
                           server.at("url").get<std::string>());
  if (server.contains("first_owner")) {
    std::cout << fmt::format(
        "Nobody has an account yet. Within an hour, the first owner enrols at\n"
        "  {}\nor is added by `customeranalytics user add NAME --role owner`.\n",
        server.at("first_owner").get<std::string>());
  }
  std::cout.flush();
}

/// What the server in the background tells the one who started it: one line of JSON, about itself
/// or why it could not start.
void tell(int pipe, const Json& json) {
  const std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  [[maybe_unused]] const ssize_t written = ::write(pipe, line.data(), line.size());
  ::close(pipe);
}

[[noreturn]] void serve_in_background(const Common& common, const ServeArguments& arguments,
                                      const Cancellation& cancellation, int pipe) {
  ::setsid();
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  int code = 1;
  const auto fail = [&](const Error& error) {
    log::error("server failed", {{"code", error.code()}, {"reason", error.message()}});
    tell(pipe, {{"code", error.code()}, {"message", error.message()}, {"hint", error.hint()}});
  };
  try {
    code = serve_here(common, arguments, cancellation,
                      [&](const Json& server) { tell(pipe, server); });
  } catch (const Error& error) {
    fail(error);
  } catch (const std::exception& failure) {
    fail(Error("E-INTERNAL", failure.what()));
  }
  ::_exit(code);
}

int serve_detached(const Common& common, const ServeArguments& arguments,
                   const Cancellation& cancellation) {
  int pipe[2] = {-1, -1};
  if (::pipe2(pipe, O_CLOEXEC) != 0) throw Error("E-INTERNAL", "No pipe could be made.");
  // No thread has been started yet: the child is a whole program.
  const pid_t child = ::fork();
  if (child < 0) throw Error("E-INTERNAL", "The server could not be started in the background.");
  if (child == 0) {
    ::close(pipe[0]);
    serve_in_background(common, arguments, cancellation, pipe[1]);
  }
  ::close(pipe[1]);
  std::string line;
  char bytes[4'096];
  for (ssize_t got = 1; got > 0 && !line.ends_with('\n');) {
    got = ::read(pipe[0], bytes, sizeof(bytes));
    if (got > 0) line.append(bytes, static_cast<std::size_t>(got));
    if (got < 0 && errno == EINTR && !cancellation.is_cancelled()) got = 1;
  }
  ::close(pipe[0]);
  const Json told = Json::parse(line, nullptr, false);
  if (!told.is_object()) {
    throw Error("E-SERVER", "The server ended before it was ready.", "Its log says why.");
  }
  if (told.contains("code")) {
    throw Error(told.at("code").get<std::string>(), told.at("message").get<std::string>(),
                told.at("hint").get<std::string>());
  }
  show_ready(common, told);
  return 0;
}

int serve(const Common& common, const ServeArguments& arguments, const Cancellation& cancellation) {
  if (arguments.is_detached) return serve_detached(common, arguments, cancellation);
  return serve_here(common, arguments, cancellation,
                    [&](const Json& server) { show_ready(common, server); });
}

int stop(const Common& common, const Cancellation& cancellation) {
  const workspace::Home home = workspace::Home::open(common.home);
  const std::optional<server::RunningServer> server = server::find_server(home);
  if (!server) {
    throw Error("E-SERVER", "No server of this home is running.",
                "Start one with `customeranalytics serve`.");
  }
  if (::kill(server->pid, SIGTERM) != 0) {
    throw Error("E-SERVER", fmt::format("Process {} could not be told to end.", server->pid),
                "Only its user may do that.");
  }
  while (server::is_alive(*server)) {
    cancellation.check();
    std::this_thread::sleep_for(milliseconds(20));
  }
  if (common.json) {
    std::cout << dump({{"stopped", true}, {"pid", server->pid}, {"url", server->url}}) << '\n';
  } else {
    std::cout << fmt::format("The server at {} has ended.\n", server->url);
  }
  return 0;
}

/// 0 when one runs, else 1, so that scripts need not read.
int status(const Common& common) {
  const workspace::Home home = workspace::Home::open(common.home);
  const std::optional<server::RunningServer> server = server::find_server(home);
  if (common.json) {
    std::cout << dump(server ? json_of(*server) : Json{{"running", false}}) << '\n';
  } else if (server) {
    std::cout << fmt::format("Running at {} (process {}, version {}, since {}).\n", server->url,
                             server->pid, server->version, server->started_at);
  } else {
    std::cout << "No server of this home is running.\n";
  }
  return server ? 0 : 1;
}

}  // namespace

void add_serve_command(CommandLine& line) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App& serving = line.add(
      line.app, "serve", "Serve the pages and the interface over HTTP",
      "  customeranalytics serve\n"
      "  customeranalytics serve --detach --port 8080\n"
      "  customeranalytics serve --host 0.0.0.0 --tls-certificate chain.pem --tls-key key.pem\n"
      "  customeranalytics serve --behind-proxy --trusted-proxy 10.0.0.0/8\n",
      [&line, arguments] { return serve(line.common, *arguments, line.cancellation); });
  serving.add_option("--host", arguments->host, "The address to listen at; default 127.0.0.1");
  serving.add_option("--port", arguments->port, "The port; 0: any that is free; default 5000");
  serving.add_option("--tls-certificate", arguments->certificate, "Certificate chain, PEM");
  serving.add_option("--tls-key", arguments->key, "The certificate's key, PEM");
  serving.add_flag("--behind-proxy", arguments->behind_proxy,
                   "A proxy that speaks TLS stands before the server");
  serving
      .add_option("--trusted-proxy", arguments->trusted_proxies,
                  "Addresses or networks of proxies, comma-separated; default: this machine")
      ->delimiter(',');
  serving
      .add_option("--host-name", arguments->host_names,
                  "Names at which the server answers, comma-separated, beside localhost")
      ->delimiter(',');
  serving.add_flag("--detach", arguments->is_detached, "Serve in the background");

  line.add(line.app, "stop", "End the server of this home", "  customeranalytics stop\n",
           [&line] { return stop(line.common, line.cancellation); });
  line.add(line.app, "status", "Whether a server of this home is running",
           "  customeranalytics status --json\n", [&line] { return status(line.common); });
}

}  // namespace ca::cli
