#include "cli/commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "api/configuration_file.h"
#include "api/connect.h"
#include "api/reports.h"
#include "base/error.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/text_table.h"
#include "base/writers.h"
#include "cli/print.h"
#include "runs/runner.h"

namespace ca::cli {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

/// The home, with its log open.
workspace::Home open_home(const Common& common) {
  workspace::Home home = workspace::Home::open(common.home);
  log::open(home.logs_folder());
  return home;
}

Format format_of(const std::string& text) {
  if (const auto format = parse_format(text)) return *format;
  throw Error("E-PARAM", fmt::format("There is no format \"{}\".", text),
              "Formats are table, csv, json and parquet.");
}

Json json_of(const std::vector<ingest::QualityFinding>& findings) {
  Json list = Json::array();
  for (const ingest::QualityFinding& finding : findings) {
    list.push_back({{"source", finding.source},
                    {"rule", finding.rule},
                    {"severity", finding.severity},
                    {"count", finding.count},
                    {"sample", finding.sample}});
  }
  return list;
}

Table table_of(const std::vector<ingest::QualityFinding>& findings) {
  Table table("findings");
  for (const char* name : {"source", "rule", "severity"}) table.add(name, ColumnType::kText);
  table.add("count", ColumnType::kInteger);
  table.add("sample", ColumnType::kText);
  for (const ingest::QualityFinding& finding : findings) {
    std::vector<Column>& columns = table.columns();
    columns[0].push(finding.source);
    columns[1].push(finding.rule);
    columns[2].push(finding.severity);
    columns[3].push(finding.count);
    columns[4].push(fmt::format("{}", fmt::join(finding.sample, ", ")));
  }
  return table;
}

Json json_of(const api::Connection& connection, bool dry_run) {
  Json sources = Json::array();
  for (const api::CheckedSource& source : connection.sources) {
    Json columns = Json::array();
    for (const ingest::ProbedColumn& column : source.probe.columns) {
      columns.push_back({{"name", column.name},
                         {"type", column.type},
                         {"null_pct", column.null_percent},
                         {"samples", column.samples}});
    }
    sources.push_back({{"kind", source.kind},
                       {"path", source.path},
                       {"files", source.files},
                       {"rows_probed", source.probe.rows},
                       {"columns", columns},
                       {"warnings", source.warnings}});
  }
  Json json = {{"ok", true}, {"saved", !dry_run}, {"sources", sources}};
  if (!dry_run) return json;
  Json loads = Json::array();
  for (const ingest::StagedSource& source : connection.load.sources) {
    loads.push_back({{"kind", name_of(source.kind)},
                     {"rows_read", source.rows_read},
                     {"rows_accepted", source.rows_accepted},
                     {"malformed", source.malformed}});
  }
  json["load"] = loads;
  json["findings"] = json_of(connection.load.findings);
  return json;
}

void print(const api::Connection& connection, bool dry_run) {
  for (const api::CheckedSource& source : connection.sources) {
    for (const std::string& warning : source.warnings) show_warning(warning);
    std::cout << fmt::format("{} connected: {} rows sampled, {} columns.\n", source.kind,
                             source.probe.rows, source.probe.columns.size());
  }
  if (!dry_run) return;
  for (const ingest::StagedSource& source : connection.load.sources) {
    std::cout << fmt::format("{}: {} of {} rows would be accepted.\n", name_of(source.kind),
                             with_separators(source.rows_accepted),
                             with_separators(source.rows_read + source.malformed));
  }
  if (!connection.load.findings.empty()) {
    show(table_of(connection.load.findings), Zone::utc());
  }
  std::cout << "Nothing was saved.\n";
}

Json json_of(const runs::RunOutcome& outcome) {
  Json stages = Json::array();
  for (const runs::StageOutcome& stage : outcome.stages) {
    Json entry = {{"stage", stage.stage},
                  {"state", name_of(stage.state)},
                  {"rows", stage.rows},
                  {"seconds", stage.seconds}};
    if (!stage.error_text.empty()) {
      entry["error"] = {
          {"code", stage.error_code}, {"message", stage.error_text}, {"hint", stage.hint}};
    }
    stages.push_back(std::move(entry));
  }
  return {{"run", outcome.run},
          {"state", name_of(outcome.state)},
          {"published", outcome.is_published},
          {"stages", stages},
          {"warnings", outcome.warnings}};
}

void print(const runs::RunOutcome& outcome) {
  for (const std::string& warning : outcome.warnings) show_warning(warning);
  double seconds = 0;
  std::vector<std::string> unfinished;
  for (const runs::StageOutcome& stage : outcome.stages) {
    seconds += stage.seconds;
    if (stage.state != workspace::StageState::kOk && !stage.is_idle) {
      unfinished.push_back(stage.stage);
    }
    if (stage.state == workspace::StageState::kFailed) {
      show_error(Error(stage.error_code,
                       fmt::format("{} failed: {}", stage.stage, stage.error_text), stage.hint));
    } else if (stage.state == workspace::StageState::kSkipped && !stage.is_idle) {
      show_warning(fmt::format("{} skipped: {}", stage.stage, stage.error_text));
    }
  }
  if (outcome.state == workspace::RunState::kSucceeded) {
    std::cout << fmt::format("Run {} finished in {:.1f} s.\n", outcome.run, seconds);
  } else if (outcome.state == workspace::RunState::kCancelled) {
    std::cout << fmt::format("Run {} was cancelled; nothing changed.\n", outcome.run);
  } else {
    std::cout << fmt::format("Run {} {}; not done: {}.\n", outcome.run,
                             outcome.is_published ? "published its results" : "failed",
                             fmt::join(unfinished, ", "));
  }
}

/// A result's table with the column `population` in front.
Table with_population(const api::ReportResult& result) {
  Table table(result.report);
  Column& population = table.add("population", ColumnType::kText);
  for (std::size_t row = 0; row < result.table.rows(); ++row) population.push(result.dimension);
  for (const Column& column : result.table.columns()) table.add(column);
  return table;
}

/// The results of one report as one table: with several dimensions one below the other.
std::vector<Table> tables_of(std::vector<api::ReportResult>& results, bool several_dimensions) {
  std::vector<Table> tables;
  for (api::ReportResult& result : results) {
    Table table = several_dimensions ? with_population(result) : std::move(result.table);
    if (several_dimensions && !tables.empty() && tables.back().name() == table.name()) {
      tables.back().append(table);
    } else {
      tables.push_back(std::move(table));
    }
  }
  return tables;
}

void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) {
    throw Error("E-FILE", fmt::format("{} could not be written.", file.string()),
                "Check the free space and the rights of the folder.");
  }
}

std::string parquet_bytes(const Table& table) {
  std::string pattern = (fs::temp_directory_path() / "customeranalytics-XXXXXX").string();
  const int descriptor = ::mkstemp(pattern.data());
  if (descriptor >= 0) ::close(descriptor);
  write_parquet(pattern, {table});
  std::ifstream in(pattern, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  fs::remove(pattern);
  return bytes;
}

std::string encode(const Table& table, Format format, const Zone& zone, bool spreadsheet_safe) {
  return format == Format::kParquet ? parquet_bytes(table)
                                    : to_csv(table, zone, {.spreadsheet_safe = spreadsheet_safe});
}

void write_tables(std::vector<api::ReportResult>& results, const ReportArguments& arguments,
                  Format format, const Zone& zone) {
  const std::vector<Table> tables = tables_of(results, arguments.dimensions.size() > 1);
  if (arguments.out.empty()) {
    if (tables.size() > 1) {
      throw Error("E-PARAM", fmt::format("Several reports as {} need a folder.", name_of(format)),
                  "Add --out DIR.");
    }
    std::cout << encode(tables.front(), format, zone, arguments.spreadsheet_safe);
    return;
  }
  make_folder(arguments.out);
  for (const Table& table : tables) {
    write_file(arguments.out / fmt::format("{}.{}", table.name(), name_of(format)),
               encode(table, format, zone, arguments.spreadsheet_safe));
  }
}

std::optional<std::string> optional_text(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

int connect(const Common& common, const ConnectArguments& arguments,
            const Cancellation& cancellation) {
  api::Connection connection;
  if (arguments.dry_run) {
    const auto progress = progress_on_stderr();
    connection = api::connect_dry_run(arguments.file, *progress, cancellation);
  } else {
    workspace::Workspace workspace(open_home(common));
    connection = api::connect(workspace, arguments.file, cancellation);
  }
  if (common.json) {
    std::cout << dump(json_of(connection, arguments.dry_run)) << '\n';
  } else {
    print(connection, arguments.dry_run);
  }
  return 0;
}

int sources(const Common& common) {
  const workspace::Workspace workspace(open_home(common));
  const workspace::Configuration configuration = workspace.configuration();
  if (common.json) {
    Json list = Json::array();
    for (const workspace::SourceRecord& source : configuration.sources) {
      list.push_back({{"kind", source.kind},
                      {"tag", source.tag},
                      {"type", source.type},
                      {"path", source.path},
                      {"columns", source.columns},
                      {"actions", source.actions},
                      {"version", source.version},
                      {"status", source.status},
                      {"last_check", source.last_test_at},
                      {"rows", source.rows}});
    }
    std::cout << dump(list) << '\n';
    return 0;
  }
  if (configuration.sources.empty()) {
    std::cout << "No source connected. Run `customeranalytics connect CONFIG.toml`.\n";
    return 0;
  }
  Table table("sources");
  for (const char* name : {"source", "type", "status", "last_check"}) {
    table.add(name, ColumnType::kText);
  }
  table.add("rows", ColumnType::kInteger);
  table.add("version", ColumnType::kInteger);
  table.add("path", ColumnType::kText);
  for (const workspace::SourceRecord& source : configuration.sources) {
    std::vector<Column>& columns = table.columns();
    columns[0].push(source.kind);
    columns[1].push(source.type);
    columns[2].push(source.status);
    columns[3].push(source.last_test_at);
    columns[4].push(source.rows);
    columns[5].push(std::int64_t{source.version});
    columns[6].push(source.path);
  }
  show(table, Zone::utc());
  return 0;
}

int run(const Common& common, const RunArguments& arguments, const Cancellation& cancellation) {
  if (arguments.engine != "local") {
    throw Error("E-PARAM", fmt::format("The engine \"{}\" is not available.", arguments.engine),
                "Use --engine local.");
  }
  if (arguments.store != "duckdb") {
    throw Error("E-PARAM", fmt::format("The store \"{}\" is not available.", arguments.store),
                "Use --store duckdb.");
  }
  const workspace::Home home = open_home(common);
  workspace::Workspace workspace(home);
  runs::RunOptions options;
  options.as_of = optional_text(arguments.as_of);
  options.only.insert(arguments.only.begin(), arguments.only.end());
  options.skip.insert(arguments.skip.begin(), arguments.skip.end());
  options.threads = arguments.threads;
  options.partitions = arguments.partitions;
  // Every load is complete so far, so --full asks for nothing more.
  const auto progress = progress_on_stderr();
  const runs::RunOutcome outcome = runs::run(home, workspace, options, *progress, cancellation);
  if (common.json) {
    std::cout << dump(json_of(outcome)) << '\n';
  } else {
    print(outcome);
  }
  return outcome.state == workspace::RunState::kSucceeded ? 0 : 1;
}

int reports(const Common& common) {
  if (common.json) {
    std::cout << api::catalogue_json() << '\n';
    return 0;
  }
  Table table("reports");
  for (const char* name : {"report", "title", "needs", "window"})
    table.add(name, ColumnType::kText);
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& spec : family.reports) {
      std::vector<std::string_view> needs;
      for (const reports::Need need : spec.needs) needs.push_back(name_of(need));
      std::vector<Column>& columns = table.columns();
      columns[0].push(spec.name);
      columns[1].push(spec.title);
      columns[2].push(fmt::format("{}", fmt::join(needs, ", ")));
      columns[3].push(spec.window);
    }
  }
  show(table, Zone::utc());
  return 0;
}

int report(const Common& common, const ReportArguments& arguments,
           const Cancellation& cancellation) {
  const Format format = common.json ? Format::kJson : format_of(arguments.format);
  const workspace::Home home = open_home(common);
  const api::ReportQuery query{.names = arguments.names,
                               .dimensions = arguments.dimensions,
                               .snapshot = optional_text(arguments.snapshot),
                               .nearest = arguments.nearest,
                               .from = optional_text(arguments.from),
                               .to = optional_text(arguments.to),
                               .limit = arguments.limit};
  std::vector<api::ReportResult> results = api::query(home, query, cancellation);
  const Zone zone = Zone::find(results.front().timezone);
  switch (format) {
    case Format::kJson: std::cout << api::to_json(results) << '\n'; break;
    case Format::kTable:
      for (const api::ReportResult& result : results) {
        if (results.size() > 1)
          std::cout << fmt::format("{} ({})\n", result.report, result.dimension);
        show(result.table, zone, arguments.limit.value_or(50));
      }
      break;
    case Format::kCsv:
    case Format::kParquet: write_tables(results, arguments, format, zone); break;
  }
  return 0;
}

int export_files(const Common& common, const ExportArguments& arguments,
                 const Cancellation& cancellation) {
  const Format format = format_of(arguments.format);
  if (format != Format::kCsv && format != Format::kParquet) {
    throw Error("E-PARAM", "Files are exported as csv or parquet.");
  }
  const auto progress = progress_on_stderr();
  const std::size_t files =
      api::export_reports(open_home(common), arguments.folder, arguments.dimensions, arguments.all,
                          format == Format::kParquet, *progress, cancellation);
  if (common.json) {
    std::cout << dump({{"folder", arguments.folder.string()}, {"files", files}}) << '\n';
  } else {
    std::cout << fmt::format("{} files written to {}.\n", files, arguments.folder.string());
  }
  return 0;
}

int config_print(const Common& common) {
  const workspace::Workspace workspace(open_home(common));
  const workspace::Configuration configuration = workspace.configuration();
  if (!common.json) {
    std::cout << api::configuration_text(configuration);
    return 0;
  }
  Json sources = Json::object();
  for (const workspace::SourceRecord& source : configuration.sources) {
    sources[source.kind] = {{"type", source.type},       {"tag", source.tag},
                            {"path", source.path},       {"options", source.options},
                            {"columns", source.columns}, {"actions", source.actions}};
  }
  std::cout << dump({{"settings", configuration.settings}, {"sources", sources}}) << '\n';
  return 0;
}

}  // namespace ca::cli
