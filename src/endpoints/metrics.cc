#include "endpoints/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <utility>
#include <vector>

#include "runs/history.h"
#include "workspace/clock.h"
#include "workspace/schedule_table.h"
#include "workspace/workspace.h"

namespace ca::endpoints {
namespace {

using workspace::RunState;

constexpr std::array<std::string_view, 7> kMethods = {"GET",   "HEAD",   "POST",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};
const prometheus::Histogram::BucketBoundaries& latency_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return buckets;
}

double seconds_of(workspace::TimePoint time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// The number of a line "VmRSS:  1234 kB" of /proc/self/status, in bytes.
double status_bytes(std::string_view name) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) return 1024 * std::atof(line.c_str() + name.size() + 1);
  }
  return 0;
}

double cpu_seconds() {
  std::ifstream in("/proc/self/stat");
  std::string text;
  std::getline(in, text);
  std::istringstream rest(text.substr(text.rfind(')') + 1));
  std::string word;
  for (int i = 0; i < 11; ++i) rest >> word;  // state to cmajflt
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double open_files() {
  std::error_code ignored;
  double count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

}  // namespace

struct Metrics::Impl {
  explicit Impl(Gauges given) : gauges(std::move(given)) {}

  /// A gauge without labels.
  void set(const char* name, const char* help, double value) {
    prometheus::BuildGauge().Name(name).Help(help).Register(*registry).Add({}).Set(value);
  }

  void describe_process() {
    set("process_resident_memory_bytes", "Resident memory.", status_bytes("VmRSS:"));
    set("process_virtual_memory_bytes", "Virtual memory.", status_bytes("VmSize:"));
    set("process_open_fds", "Open file descriptors.", open_files());
    set("process_start_time_seconds", "When the process started, since the epoch.", started);
    const double cpu = cpu_seconds();
    cpu_total->Increment(std::max(0.0, cpu - cpu_total->Value()));
    if (gauges.connections) {
      set("customeranalytics_http_connections", "Open connections.",
          static_cast<double>(gauges.connections()));
    }
    if (gauges.questions_waiting) {
      set("customeranalytics_questions_waiting", "Live questions that wait for their turn.",
          static_cast<double>(gauges.questions_waiting()));
    }
  }

  void describe_runs(const workspace::Workspace& workspace) {
    const auto runs = workspace.runs(1);
    if (!runs.empty()) {
      describe(workspace, runs.front());
    }
    if (const auto published = workspace.last_run_with("publish")) {
      set_time("customeranalytics_last_publication_timestamp_seconds",
               "When the newest run that published ended.", published->finished_at);
      const runs::RowCounts counts = runs::row_counts_from_json(published->rows_json);
      auto& rows = prometheus::BuildGauge()
                       .Name("customeranalytics_source_rows")
                       .Help("Rows in the store, by source.")
                       .Register(*registry);
      for (const auto& [source, count] : counts.sources) {
        rows.Add({{"source", source}}).Set(static_cast<double>(count));
      }
    }
    const auto schedule = workspace::ScheduleTable(workspace).read();
    set("customeranalytics_schedule_enabled", "1 when runs begin by themselves.",
        schedule && schedule->is_enabled ? 1 : 0);
    if (schedule) {
      set_time("customeranalytics_next_run_timestamp_seconds", "When the next run is due.",
               schedule->next_run_at);
    }
  }

  void describe(const workspace::Workspace& workspace, const workspace::RunRecord& run) {
    set_time("customeranalytics_last_run_start_timestamp_seconds", "When the newest run began.",
             run.started_at);
    set_time("customeranalytics_last_run_timestamp_seconds", "When the newest run ended.",
             run.finished_at);
    auto& states = prometheus::BuildGauge()
                       .Name("customeranalytics_last_run_state")
                       .Help("1 for the state of the newest run.")
                       .Register(*registry);
    for (const RunState state : {RunState::kRunning, RunState::kSucceeded, RunState::kPartial,
                                 RunState::kFailed, RunState::kCancelled, RunState::kInterrupted}) {
      states.Add({{"state", std::string(name_of(state))}}).Set(run.state == state ? 1 : 0);
    }
    auto& stages = prometheus::BuildGauge()
                       .Name("customeranalytics_run_stage_duration_seconds")
                       .Help("How long the stages of the newest run took.")
                       .Register(*registry);
    for (const workspace::StageRecord& stage : workspace.stages(run.id)) {
      const auto begin = workspace::utc_time(stage.started_at);
      const auto end = workspace::utc_time(stage.finished_at);
      if (!begin || !end || !stage.dimension.empty()) continue;
      stages.Add({{"stage", stage.stage}})
          .Set(std::chrono::duration<double>(*end - *begin).count());
    }
  }

  void set_time(const char* name, const char* help, const std::string& utc) {
    if (const auto time = workspace::utc_time(utc)) set(name, help, seconds_of(*time));
  }

  Gauges gauges;
  double started = seconds_of(std::chrono::system_clock::now());
  prometheus::Registry counted;  ///< what grows
  prometheus::Family<prometheus::Counter>* requests = nullptr;
  prometheus::Family<prometheus::Histogram>* latencies = nullptr;
  prometheus::Counter* cpu_total = nullptr;
  std::mutex mutex;  ///< guards `registry`
  /// What is as it is now: made anew whenever it is asked, so that nothing of an earlier run stays.
  std::unique_ptr<prometheus::Registry> registry;
};

Metrics::Metrics(const std::string& version, Gauges gauges)
    : impl_(std::make_unique<Impl>(std::move(gauges))) {
  impl_->requests = &prometheus::BuildCounter()
                         .Name("customeranalytics_http_requests_total")
                         .Help("Answers, by route, method and status.")
                         .Register(impl_->counted);
  impl_->latencies = &prometheus::BuildHistogram()
                          .Name("customeranalytics_http_request_duration_seconds")
                          .Help("From a request to its answer, by route, method and status.")
                          .Register(impl_->counted);
  impl_->cpu_total = &prometheus::BuildCounter()
                          .Name("process_cpu_seconds_total")
                          .Help("User and system time.")
                          .Register(impl_->counted)
                          .Add({});
  prometheus::BuildGauge()
      .Name("customeranalytics_build_info")
      .Help("1, labelled by what was built.")
      .Register(impl_->counted)
      .Add({{"version", version}, {"compiler", __VERSION__}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::observe_request(std::string_view route, std::string_view method, int status,
                              double seconds) {
  const bool is_known = std::ranges::find(kMethods, method) != kMethods.end();
  const prometheus::Labels labels = {{"route", route.empty() ? "none" : std::string(route)},
                                     {"method", is_known ? std::string(method) : "other"},
                                     {"status", std::to_string(status)}};
  impl_->requests->Add(labels).Increment();
  impl_->latencies->Add(labels, latency_buckets()).Observe(seconds);
}

std::string Metrics::text(const workspace::Workspace& workspace) {
  const std::lock_guard lock(impl_->mutex);
  impl_->registry = std::make_unique<prometheus::Registry>();
  impl_->describe_process();
  impl_->describe_runs(workspace);
  std::vector<prometheus::MetricFamily> families = impl_->counted.Collect();
  for (prometheus::MetricFamily& family : impl_->registry->Collect()) {
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace ca::endpoints
