#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ca::workspace {
class Workspace;
}

namespace ca::endpoints {

/// Asked whenever metrics are read; an empty one is left out.
struct Gauges {
  /// Open ones.
  std::function<std::int64_t()> connections = {};
  /// Live questions that wait for their turn.
  std::function<std::int64_t()> questions_waiting = {};
};

/// What is counted while the server works, and what it and its home are like, in the text format of
/// Prometheus (docs/operations.md lists the names). For any thread.
class Metrics {
 public:
  explicit Metrics(const std::string& version, Gauges gauges = {});
  ~Metrics();

  /// One answer. `route` is the path as declared ("/api/v1/reports/{name}"), empty where there is
  /// none: what clients make up never becomes a label.
  void observe_request(std::string_view route, std::string_view method, int status, double seconds);

  /// All of it now, with the last run of the home.
  std::string text(const workspace::Workspace& workspace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ca::endpoints
