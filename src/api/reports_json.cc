// Reports and the catalogue as JSON.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/report_question.h"
#include "api/reports.h"
#include "base/writers.h"

namespace ca::api {

std::string to_json(const std::vector<reports::ColumnSpec>& columns) {
  std::string list;
  for (const reports::ColumnSpec& column : columns) {
    if (!list.empty()) list += ",";
    list += fmt::format(R"({{"name":{},"type":{},"unit":{}}})", json_string(column.name),
                        json_string(name_of(column.type)), json_string(column.unit));
  }
  return "[" + list + "]";
}

std::string to_json(const ReportResult& result) {
  const Zone zone = Zone::find(result.timezone);
  std::string window;
  const auto add = [&](const char* name, const std::string& text) {
    window += fmt::format(R"("{}":{},)", name, json_string(text));
  };
  if (result.from) add("from", format_day(*result.from));
  if (result.to) add("to", format_day(*result.to));
  if (!result.period.empty()) add("period", result.period);
  if (!result.segment.empty()) add("segment", result.segment);
  if (!result.note.empty()) add("note", result.note);
  return fmt::format(R"({{"report":{},"dimension":{},"as_of":{},"run_id":{},"is_sample":{},{})"
                     R"("columns":{},"rows":{},"total_rows":{}}})",
                     json_string(result.report), json_string(result.dimension),
                     json_string(zone.format(result.as_of)), json_string(result.run),
                     result.is_sample, window, to_json(result.columns),
                     to_json_rows(result.table, zone), result.total_rows);
}

std::string to_json(const std::vector<ReportResult>& results) {
  if (results.size() == 1) return to_json(results.front());
  std::string list;
  for (const ReportResult& result : results) {
    list += list.empty() ? "[" : ",\n";
    list += to_json(result);
  }
  return list + "]";
}

namespace {

/// Whether some column of it can be asked who is behind it.
bool has_members(const reports::ReportSpec& report) {
  return reports::is_folded(report.name) &&
         std::ranges::any_of(report.columns, [](const reports::ColumnSpec& column) {
           return column.counts != reports::Counted::kNothing;
         });
}

}  // namespace

std::string catalogue_json() {
  nlohmann::json list = nlohmann::json::array();
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& report : family.reports) {
      nlohmann::json columns = nlohmann::json::array();
      for (const reports::ColumnSpec& column : report.columns) {
        columns.push_back({{"name", column.name},
                           {"type", name_of(column.type)},
                           {"unit", column.unit},
                           {"counts", name_of(column.counts)},
                           {"description", column.sentence}});
      }
      nlohmann::json needs = nlohmann::json::array();
      for (const reports::Need need : report.needs) needs.push_back(name_of(need));
      list.push_back({{"name", report.name},
                      {"title", report.title},
                      {"family", family.name},
                      {"needs", needs},
                      {"columns", columns},
                      {"key_columns", report.key_columns},
                      {"key", reports::key_of(report)},
                      {"chart", report.chart},
                      {"page", report.page},
                      {"window", report.window},
                      {"has_window", reports::is_folded(report.name)},
                      {"has_members", has_members(report)},
                      {"help", report.help},
                      {"is_additive", report.is_additive},
                      {"is_extra", report.is_extra}});
    }
  }
  return list.dump(2);
}

}  // namespace ca::api
