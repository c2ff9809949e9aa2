#include "cli/commands.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "api/configuration_file.h"
#include "api/connect.h"
#include "api/reports.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/text_table.h"
#include "cli/print.h"

namespace ca::cli {
namespace {

using Json = nlohmann::json;

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

}  // namespace

workspace::Home open_home(const Common& common) {
  workspace::Home home = workspace::Home::open(common.home);
  log::open(home.logs_folder());
  return home;
}

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
