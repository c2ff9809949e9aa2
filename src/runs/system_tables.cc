#include "runs/system_tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "base/calendar.h"
#include "reports/catalogue.h"

namespace ca::runs {
namespace {

Table table_of(const char* report) {
  return reports::table_for(reports::find_report(report), journeys::Schema());
}

std::optional<std::string> or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<Instant> instant_of(const std::string& time) {
  const ReadInstant read = read_instant(time, Zone::utc());
  return read.reading == InstantReading::kExact ? std::optional(read.instant) : std::nullopt;
}

}  // namespace

std::string sample_json(const ingest::QualityFinding& finding) {
  return nlohmann::json(finding.sample)
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Table data_quality_table(const std::string& run, std::vector<ingest::QualityFinding> findings) {
  std::ranges::sort(findings, {}, [](const ingest::QualityFinding& finding) {
    return std::tie(finding.source, finding.rule);
  });
  Table table = table_of("data_quality");
  reports::RowWriter row(table);
  for (const ingest::QualityFinding& finding : findings) {
    row << run << finding.source << finding.rule << finding.severity << finding.count
        << sample_json(finding);
  }
  return table;
}

Table run_log_table(const std::string& run, const std::vector<workspace::EventRecord>& events) {
  Table table = table_of("run_log");
  reports::RowWriter row(table);
  for (const workspace::EventRecord& event : events) {
    row << run << instant_of(event.time) << std::string(name_of(event.level))
        << or_null(event.stage) << or_null(event.dimension) << event.message;
  }
  return table;
}

}  // namespace ca::runs
