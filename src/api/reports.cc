#include "api/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/folder.h"
#include "base/thread_pool.h"
#include "base/writers.h"
#include "reports/pass.h"
#include "reports/population_name.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using reports::Manifest;

struct Snapshot {
  fs::path folder;
  Manifest manifest;
};

Day day_or_throw(const std::string& text, const char* what) {
  const std::optional<Day> day = parse_day(text);
  if (!day) {
    throw Error("E-PARAM", fmt::format("{} \"{}\" is not a day.", what, text),
                "Write days like 2021-03-15.");
  }
  return *day;
}

Snapshot current_snapshot(const workspace::Home& home) {
  const auto current = workspace::read_current(home);
  if (!current || current->snapshot.empty()) {
    throw Error("E-SNAPSHOT", "No results yet.", "Run `customeranalytics run` first.");
  }
  const fs::path folder = home.snapshots_folder() / current->snapshot;
  return {folder, reports::read_manifest(folder)};
}

/// The newest snapshot of each day. One that is newer than what is in force was never published:
/// its run was killed just before.
std::map<Day, fs::path> snapshots_by_day(const workspace::Home& home) {
  std::map<Day, fs::path> days;
  const auto current = workspace::read_current(home);
  if (!current) return days;
  for (const auto& entry : fs::directory_iterator(home.snapshots_folder())) {
    const bool is_published = entry.path().filename().string() <= current->snapshot;
    if (!is_published || !fs::exists(entry.path() / "manifest.json")) continue;
    const Day day = reports::read_manifest(entry.path()).snapshot_date;
    fs::path& kept = days[day];
    kept = std::max(kept, entry.path());
  }
  return days;
}

Snapshot find_snapshot(const workspace::Home& home, const std::optional<std::string>& day_text,
                       bool nearest) {
  if (!day_text) return current_snapshot(home);
  const Day day = day_or_throw(*day_text, "The snapshot day");
  const std::map<Day, fs::path> days = snapshots_by_day(home);
  const auto after = days.upper_bound(day);
  if (after != days.begin()) {
    const auto at_or_before = std::prev(after);
    if (at_or_before->first == day || nearest) {
      return {at_or_before->second, reports::read_manifest(at_or_before->second)};
    }
  }
  const std::string before = after == days.begin() ? "none" : format_day(std::prev(after)->first);
  const std::string next = after == days.end() ? "none" : format_day(after->first);
  throw Error("E-SNAPSHOT",
              fmt::format("There is no snapshot of {}; the one before is {}, the one after {}.",
                          *day_text, before, next),
              "Ask for one of these days, or for the nearest on or before.",
              {{"before", before}, {"after", next}});
}

const Manifest::Population& find_population(const Manifest& manifest, const std::string& name) {
  if (const auto* population = manifest.find(name)) return *population;
  std::vector<std::string> names;
  for (const auto& population : manifest.populations) {
    names.push_back(population.value);
    names.push_back(population.name);
  }
  const std::string guess = nearest_name(name, names);
  throw Error("E-DIMENSION", fmt::format("There is no dimension value \"{}\".", name),
              guess.empty() ? "`customeranalytics report dimension_kpis` lists them."
                            : fmt::format("Did you mean {}?", guess),
              {{"dimension", name}});
}

/// Throws when the snapshot does not hold the report, saying why.
void check_presence(const Manifest& manifest, const std::string& report) {
  if (const auto missing = manifest.not_configured.find(report);
      missing != manifest.not_configured.end()) {
    throw Error("E-NOT-CONFIGURED",
                fmt::format("{} is not configured: {}.", report, missing->second),
                "Connect or map what is missing and run again.", {{"report", report}});
  }
  if (const auto skipped = manifest.skipped.find(report); skipped != manifest.skipped.end()) {
    throw Error(
        "E-SKIPPED",
        fmt::format("{} was not computed: the stage {} did not run.", report, skipped->second),
        "Run again without skipping it.", {{"report", report}});
  }
  if (!manifest.rows.contains(report)) {
    throw Error("E-SKIPPED", fmt::format("The snapshot {} does not hold {}.", manifest.run, report),
                "Run `customeranalytics run` again.", {{"report", report}});
  }
}

std::vector<reports::ColumnSpec> specs_of(const Table& table) {
  // The snapshot knows the shop's actions only as columns: those the catalogue does not name are
  // the repeated ones, and share their declaration.
  const reports::ReportSpec& report = reports::find_report(table.name());
  std::vector<reports::ColumnSpec> specs;
  for (const Column& column : table.columns()) {
    auto spec = std::ranges::find(report.columns, column.name(), &reports::ColumnSpec::name);
    if (spec == report.columns.end()) {
      spec = std::ranges::find_if(report.columns, [&](const reports::ColumnSpec& candidate) {
        const auto mark = candidate.name.find("<action>");
        return mark != std::string::npos &&
               column.name().starts_with(candidate.name.substr(0, mark)) &&
               candidate.type == column.type();
      });
    }
    reports::ColumnSpec copy = spec != report.columns.end() ? *spec : reports::ColumnSpec{};
    copy.name = column.name();
    copy.type = column.type();
    specs.push_back(std::move(copy));
  }
  return specs;
}

ReportResult result_of(const Manifest& manifest, const std::string& population, Table table,
                       std::int64_t total_rows, const std::vector<reports::ColumnSpec>& columns) {
  return {.report = table.name(),
          .dimension = population,
          .run = manifest.run,
          .as_of = {manifest.as_of},
          .timezone = manifest.timezone,
          .columns = columns,
          .table = std::move(table),
          .total_rows = total_rows};
}

std::vector<ReportResult> from_snapshot(const Snapshot& snapshot, const ReportQuery& query,
                                        const std::vector<std::string>& dimensions) {
  ParquetSession parquet;
  std::vector<ReportResult> results;
  for (const std::string& name : query.names) {
    check_presence(snapshot.manifest, name);
    for (const std::string& dimension : dimensions) {
      Table table = reports::read_report(snapshot.folder, name, dimension, parquet);
      const auto total = static_cast<std::int64_t>(table.rows());
      if (query.limit) table = table.head(*query.limit);
      const std::vector<reports::ColumnSpec> columns = specs_of(table);
      results.push_back(result_of(snapshot.manifest, dimension, std::move(table), total, columns));
    }
  }
  return results;
}

std::vector<ReportResult> from_journeys(const workspace::Home& home, const Snapshot& snapshot,
                                        const ReportQuery& query,
                                        const std::vector<std::string>& dimensions,
                                        const Cancellation& cancellation) {
  const Manifest& manifest = snapshot.manifest;
  const auto current = workspace::read_current(home);
  if (!current || current->journeys != manifest.journeys) {
    throw Error("E-SNAPSHOT", "A window can only be asked of the newest snapshot.",
                "Leave out the snapshot day; the window's end says as of when.");
  }
  const journeys::Journeys journeys(home.journeys_folder() / manifest.journeys);
  reports::Question question;
  question.window.as_of = Instant{manifest.as_of};
  if (query.from) question.window.from = day_or_throw(*query.from, "The window's begin");
  if (query.to) question.window.to = day_or_throw(*query.to, "The window's end");
  if (query.from && query.to && *question.window.to < *question.window.from) {
    throw Error("E-PARAM", fmt::format("The window ends on {}, before it begins on {}.", *query.to,
                                       *query.from));
  }
  question.with_main = false;
  for (const std::string& name : query.names) {
    check_presence(manifest, name);
    if (reports::family_of(name).kind == reports::FamilyKind::kSystem) {
      throw Error("E-PARAM", fmt::format("{} has no window: it is about a whole load.", name));
    }
    question.reports.insert(name);
  }
  for (const std::string& dimension : dimensions) {
    if (dimension == "main") {
      question.with_main = true;
    } else {
      question.values.insert(find_population(manifest, dimension).value);
    }
  }

  ThreadPool pool(usable_processors());
  reports::Facts facts = reports::find_facts(journeys, question.window, pool);
  const std::vector<reports::Answer> answers =
      reports::answer(journeys, facts, question, pool, no_progress(), cancellation);
  const auto is_of = [](const reports::Answer& answer, const std::string& dimension) {
    return answer.is_main ? dimension == "main"
                          : reports::population_name(answer.population) == dimension;
  };

  std::vector<ReportResult> results;
  for (const std::string& name : query.names) {
    const std::vector<reports::ColumnSpec> columns =
        reports::columns_for(reports::find_report(name), journeys.schema());
    for (const std::string& dimension : dimensions) {
      // A population without a session up to the window's end has no rows.
      Table table = reports::table_for(reports::find_report(name), journeys.schema());
      for (const reports::Answer& answer : answers) {
        if (!is_of(answer, dimension)) continue;
        const auto found = std::ranges::find(answer.tables, name, &Table::name);
        if (found != answer.tables.end()) table = *found;
      }
      const auto total = static_cast<std::int64_t>(table.rows());
      if (query.limit) table = table.head(*query.limit);
      results.push_back(result_of(manifest, dimension, std::move(table), total, columns));
      results.back().as_of = {facts.main.as_of};
    }
  }
  return results;
}

}  // namespace

std::vector<ReportResult> query(const workspace::Home& home, const ReportQuery& query,
                                const Cancellation& cancellation) {
  if (query.names.empty()) throw Error("E-PARAM", "No report is named.");
  for (const std::string& name : query.names) reports::find_report(name);
  const Snapshot snapshot = find_snapshot(home, query.snapshot, query.nearest);
  std::vector<std::string> dimensions;
  for (const std::string& dimension : query.dimensions) {
    dimensions.push_back(find_population(snapshot.manifest, dimension).name);
  }
  if (dimensions.empty()) dimensions.push_back("main");
  return query.from || query.to ? from_journeys(home, snapshot, query, dimensions, cancellation)
                                : from_snapshot(snapshot, query, dimensions);
}

std::string to_json(const ReportResult& result) {
  const Zone zone = Zone::find(result.timezone);
  std::string columns;
  for (const reports::ColumnSpec& column : result.columns) {
    if (!columns.empty()) columns += ",";
    columns += fmt::format(R"({{"name":{},"type":{},"unit":{}}})", json_string(column.name),
                           json_string(name_of(column.type)), json_string(column.unit));
  }
  return fmt::format(R"({{"report":{},"dimension":{},"as_of":{},"run_id":{},"is_sample":false,)"
                     R"("columns":[{}],"rows":{},"total_rows":{}}})",
                     json_string(result.report), json_string(result.dimension),
                     json_string(zone.format(result.as_of)), json_string(result.run), columns,
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
                      {"chart", report.chart},
                      {"page", report.page},
                      {"window", report.window},
                      {"help", report.help},
                      {"is_additive", report.is_additive},
                      {"is_extra", report.is_extra}});
    }
  }
  return list.dump(2);
}

Manifest manifest(const workspace::Home& home, const std::optional<std::string>& day,
                  bool nearest) {
  return find_snapshot(home, day, nearest).manifest;
}

std::size_t export_reports(const workspace::Home& home, const fs::path& folder,
                           const std::vector<std::string>& dimensions, bool all, bool as_parquet) {
  const Snapshot snapshot = current_snapshot(home);
  const Zone zone = Zone::find(snapshot.manifest.timezone);
  std::vector<const Manifest::Population*> populations;
  if (all) {
    for (const auto& population : snapshot.manifest.populations) populations.push_back(&population);
  }
  for (const std::string& dimension : dimensions) {
    populations.push_back(&find_population(snapshot.manifest, dimension));
  }
  if (populations.empty()) populations.push_back(&find_population(snapshot.manifest, "main"));

  ParquetSession parquet;
  std::size_t files = 0;
  nlohmann::json names = nlohmann::json::object();
  for (const Manifest::Population* population : populations) {
    names[population->name] =
        population->is_main ? nlohmann::json(nullptr) : nlohmann::json(population->value);
    const fs::path target = folder / population->name;
    make_folder(target);
    for (const auto& [report, rows] : snapshot.manifest.rows) {
      const bool is_main_only =
          reports::family_of(report).kind == reports::FamilyKind::kAcrossDimensions ||
          reports::family_of(report).kind == reports::FamilyKind::kSystem;
      if (is_main_only && !population->is_main) continue;
      const Table table = reports::read_report(snapshot.folder, report, population->name, parquet);
      if (as_parquet) {
        parquet.write(target / (report + ".parquet"), {&table, 1});
      } else {
        std::ofstream file(target / (report + ".csv"), std::ios::binary);
        write_csv(file, table, zone);
        file.close();
        if (!file) {
          throw Error("E-FILE", fmt::format("Writing {} failed.", (target / report).string()),
                      "Check the free space and the rights of the folder.");
        }
      }
      ++files;
    }
  }
  std::ofstream(folder / "dimensions.json")
      << names.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  return files;
}

}  // namespace ca::api
