#include "runs/history.h"

#include <nlohmann/json.hpp>

namespace ca::runs {
namespace {

/// How many runs before one are looked at: more in a row without any counts say nothing.
constexpr std::size_t kRunsBefore = 50;

std::map<std::string, std::int64_t> numbers_of(const nlohmann::json& json, const char* name) {
  std::map<std::string, std::int64_t> numbers;
  if (!json.is_object() || !json.contains(name) || !json.at(name).is_object()) return numbers;
  for (const auto& [key, value] : json.at(name).items()) {
    if (value.is_number_integer()) numbers[key] = value.get<std::int64_t>();
  }
  return numbers;
}

}  // namespace

std::string to_json(const RowCounts& counts) {
  return nlohmann::json{{"sources", counts.sources}, {"reports", counts.reports}}.dump();
}

RowCounts row_counts_from_json(std::string_view json) {
  const nlohmann::json parsed = nlohmann::json::parse(json, nullptr, false);
  return {numbers_of(parsed, "sources"), numbers_of(parsed, "reports")};
}

RowHistory row_history(const workspace::Workspace& workspace, const workspace::RunRecord& run) {
  RowHistory history;
  history.now = row_counts_from_json(run.rows_json);
  for (const workspace::RunRecord& earlier : workspace.runs(kRunsBefore, run.id)) {
    RowCounts counts = row_counts_from_json(earlier.rows_json);
    if (history.sources_before.empty() && !counts.sources.empty()) {
      history.sources_before = earlier.id;
      history.before.sources = std::move(counts.sources);
    }
    if (history.reports_before.empty() && !counts.reports.empty()) {
      history.reports_before = earlier.id;
      history.before.reports = std::move(counts.reports);
    }
    if (!history.sources_before.empty() && !history.reports_before.empty()) break;
  }
  return history;
}

}  // namespace ca::runs
