#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "workspace/home.h"

namespace ca::cli {

/// What every command may be told. Data goes to stdout only; progress and errors to stderr.
struct Common {
  std::filesystem::path home;  ///< empty: $CUSTOMERANALYTICS_HOME or the default
  bool json = false;
};

struct GenerateArguments {
  std::filesystem::path folder;
  std::uint32_t customers = 50'000;
  std::optional<std::uint64_t> sessions;
  std::uint64_t seed = 1;
  std::string until;  ///< empty: the default
  std::int32_t days = 731;
  std::int32_t tail_days = 0;
  double dirty_percent = 0;
  std::string format = "csv";
  std::size_t threads = 0;
};

struct DemoArguments {
  std::string program;  ///< how the program was called
  std::uint32_t customers = 50'000;
  std::uint64_t seed = 1;
};

struct ConnectArguments {
  std::filesystem::path file;
  bool dry_run = false;
};

struct RunArguments {
  std::string as_of;
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::string engine = "local";
  std::string store = "duckdb";
  bool full = false;
  std::string resume;
  std::size_t threads = 0;
  std::size_t partitions = 0;
  // Of whoever starts this program for somebody else.
  std::int64_t request = 0;
  std::size_t memory = 0;
};

/// For whom, and of which days.
struct FrameArguments {
  std::vector<std::string> dimensions;
  bool as_union = false;
  std::string from;
  std::string to;
  std::optional<std::string> segment;  ///< also an empty one was given
};

struct ReportArguments : FrameArguments {
  std::vector<std::string> names;
  std::string snapshot;
  bool nearest = false;
  std::string compare;
  std::string sort;
  bool is_descending = false;
  std::optional<std::size_t> limit;
  std::string format = "table";
  std::filesystem::path out;
  bool spreadsheet_safe = false;
};

struct MembersArguments : FrameArguments {
  std::string report;
  std::string cell;
  std::string sort;
  bool is_descending = false;
  std::size_t offset = 0;
  std::optional<std::size_t> limit;
  std::string format = "table";
  bool spreadsheet_safe = false;
};

struct BacktestArguments {
  std::string what;
  std::string calibrate_until;
  std::string holdout_until;
  std::string model = "all";
};

struct ExperimentArguments {
  std::filesystem::path file;
  std::string arm;
  std::string control;
  std::vector<std::string> metrics;
  std::optional<std::string> covariate;
  double alpha = 0.05;
};

struct AnomaliesArguments {
  std::filesystem::path file;
  std::string time;
  std::string value;
  double rate = 0.01;
};

struct ExportArguments {
  std::filesystem::path folder;
  std::vector<std::string> dimensions;
  bool all = false;
  std::string format = "csv";
};

/// The home, with its log open.
workspace::Home open_home(const Common& common);

// Each command returns the program's exit code: 0, or 1 when what it did is not complete. Failures
// are thrown as Error.
int demo(const Common& common, const DemoArguments& arguments, const Cancellation& cancellation);
int generate(const Common& common, const GenerateArguments& arguments,
             const Cancellation& cancellation);
int connect(const Common& common, const ConnectArguments& arguments,
            const Cancellation& cancellation);
int sources(const Common& common);
int run(const Common& common, const RunArguments& arguments, const Cancellation& cancellation);
int reports(const Common& common);
int report(const Common& common, const ReportArguments& arguments,
           const Cancellation& cancellation);
int members(const Common& common, const MembersArguments& arguments,
            const Cancellation& cancellation);
int backtest(const Common& common, const BacktestArguments& arguments,
             const Cancellation& cancellation);
/// Of a file alone; the home is not looked at.
int experiment(const Common& common, const ExperimentArguments& arguments,
               const Cancellation& cancellation);
int anomalies(const Common& common, const AnomaliesArguments& arguments,
              const Cancellation& cancellation);
int export_files(const Common& common, const ExportArguments& arguments,
                 const Cancellation& cancellation);
int config_print(const Common& common);

struct CommandLine;

// Further commands declare their options themselves (command_line.h).
/// serve, stop, status.
void add_serve_command(CommandLine& line);
/// runs, cancel.
void add_runs_commands(CommandLine& line);
/// user ..., secrets rotate.
void add_user_command(CommandLine& line);

}  // namespace ca::cli
