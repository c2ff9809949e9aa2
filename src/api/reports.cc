#include "api/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/report_question.h"
#include "api/snapshots.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "reports/export.h"
#include "reports/pass.h"
#include "reports/population_name.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using reports::Manifest;
using reports::Snapshot;

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
                       std::optional<std::size_t> limit,
                       const std::vector<reports::ColumnSpec>& columns) {
  ReportResult result;
  result.report = table.name();
  result.dimension = population;
  result.run = manifest.run;
  result.as_of = {manifest.as_of};
  result.timezone = manifest.timezone;
  result.columns = columns;
  result.total_rows = static_cast<std::int64_t>(table.rows());
  result.table = limit ? table.head(*limit) : std::move(table);
  return result;
}

std::vector<ReportResult> from_snapshot(Snapshot& snapshot, const ReportQuery& query,
                                        const std::vector<std::string>& populations) {
  std::vector<ReportResult> results;
  for (const std::string& name : query.names) {
    for (const std::string& population : populations) {
      Table table = snapshot.report(name, population);
      const std::vector<reports::ColumnSpec> columns = specs_of(table);
      results.push_back(
          result_of(snapshot.manifest(), population, std::move(table), query.limit, columns));
    }
  }
  return results;
}

}  // namespace

reports::Window window_of(const ReportQuery& query, const Manifest& manifest) {
  reports::Window window;
  window.as_of = Instant{manifest.as_of};
  if (query.from) window.from = parse_day_of(*query.from, "The window's begin");
  if (query.to) window.to = parse_day_of(*query.to, "The window's end");
  if (window.from && window.to && *window.to < *window.from) {
    throw Error("E-PARAM", fmt::format("The window ends on {}, before it begins on {}.", *query.to,
                                       *query.from));
  }
  return window;
}

namespace {

/// Why the window has no day, or empty: of which days there are sessions.
std::string note_on(const reports::Facts& facts, const journeys::Journeys& journeys,
                    const Manifest& manifest, ThreadPool& pool) {
  if (facts.main.axis.days > 0) return {};
  const reports::Facts all =
      reports::find_facts(journeys, {Instant{manifest.as_of}, std::nullopt, std::nullopt}, pool);
  return fmt::format("The window lies outside the data, which are from {} to {}.",
                     format_day(all.main.axis.begin), format_day(all.main.axis.last()));
}

/// The table of that name in the answer; a population without a session up to the window's end has
/// the columns and no rows.
Table table_in(const reports::Answer* answer, const std::string& name,
               const journeys::Schema& schema) {
  if (answer != nullptr) {
    const auto found = std::ranges::find(answer->tables, name, &Table::name);
    if (found != answer->tables.end()) return *found;
  }
  return reports::table_for(reports::find_report(name), schema);
}

/// A question to the journeys, in the names of the answers' populations.
struct Live {
  reports::Question question;
  std::set<std::string> values;      ///< plain dimension values
  std::vector<std::string> answers;  ///< populations of the results: those asked, or their union

  const std::string& together() const { return answers.front(); }
};

Live live_question(const ReportQuery& query, const Manifest& manifest,
                   const std::vector<std::string>& populations) {
  Live live;
  live.question.window = window_of(query, manifest);
  live.question.reports.insert(query.names.begin(), query.names.end());
  live.question.with_main = false;
  for (const std::string& name : populations) {
    const Manifest::Population& population = find_population(manifest, name);
    if (population.is_main) {
      live.question.with_main = true;
    } else {
      live.values.insert(population.value);
    }
  }
  live.answers = populations;
  live.question.values = live.values;
  if (query.as_union) {
    live.answers = {fmt::format("{}", fmt::join(populations, ","))};
    live.question.values = {live.together()};
  }
  return live;
}

std::vector<ReportResult> from_journeys(const workspace::Home& home, const Manifest& manifest,
                                        const ReportQuery& query,
                                        const std::vector<std::string>& populations,
                                        const Cancellation& cancellation) {
  const auto current = workspace::read_current(home);
  if (!current || current->journeys != manifest.journeys) {
    throw Error("E-SNAPSHOT",
                "A window or a union of dimensions can only be asked of the newest snapshot.",
                "Leave out the snapshot day; the window's end says as of when.");
  }
  const Live live = live_question(query, manifest, populations);
  const journeys::Journeys journeys(home.journeys_folder() / manifest.journeys);
  ThreadPool pool(usable_processors());
  journeys.verify(pool, journeys::kFirstColdSection);
  reports::Facts facts = reports::find_facts(journeys, live.question.window, pool);
  const std::string note = note_on(facts, journeys, manifest, pool);
  if (query.as_union) facts = reports::merged(std::move(facts), live.values, live.together());
  const std::vector<reports::Answer> answers =
      reports::answer(journeys, facts, live.question, pool, no_progress(), cancellation);
  std::map<std::string, const reports::Answer*> by_population;
  for (const reports::Answer& answer : answers) {
    by_population[answer.is_main   ? "main"
                  : query.as_union ? live.together()
                                   : reports::population_name(answer.population)] = &answer;
  }

  std::vector<ReportResult> results;
  for (const std::string& name : query.names) {
    const std::vector<reports::ColumnSpec> columns =
        reports::columns_for(reports::find_report(name), journeys.schema());
    for (const std::string& population : live.answers) {
      Table table = table_in(by_population[population], name, journeys.schema());
      results.push_back(result_of(manifest, population, std::move(table), query.limit, columns));
      results.back().as_of = {facts.main.as_of};
      results.back().note = note;
    }
  }
  return results;
}

}  // namespace

std::vector<std::string> populations_of(const ReportQuery& query, const Manifest& manifest) {
  std::vector<std::string> populations;
  for (const std::string& dimension : query.dimensions) {
    const std::string& name = find_population(manifest, dimension).name;
    if (std::ranges::find(populations, name) == populations.end()) populations.push_back(name);
  }
  if (query.as_union && populations.empty()) {
    throw Error("E-PARAM", "A union needs dimension values.", "Name them with --dimension.");
  }
  const bool has_main = std::ranges::find(populations, "main") != populations.end();
  if (query.as_union && has_main) {
    throw Error("E-PARAM", "main is everybody already; a union is of dimension values.",
                "Leave out main, or the union.");
  }
  if (populations.empty()) populations.emplace_back("main");
  return populations;
}

void check_reports(const ReportQuery& query, const Manifest& manifest,
                   const std::vector<std::string>& populations) {
  const bool is_of_main = populations == std::vector<std::string>{"main"};
  for (const std::string& name : query.names) {
    check_presence(manifest, name);
    const bool is_of_system = reports::family_of(name).kind == reports::FamilyKind::kSystem;
    if (is_of_system && (query.from || query.to)) {
      throw Error("E-PARAM", fmt::format("{} has no window: it is about a whole run.", name),
                  "Ask for it without --from and --to.", {{"report", name}});
    }
    if (is_of_main || !reports::is_main_only(name)) continue;
    throw Error("E-PARAM",
                is_of_system
                    ? fmt::format("{} is about a whole run, not about dimension values.", name)
                    : fmt::format("{} is about all dimension values at once.", name),
                "Ask for it without --dimension.", {{"report", name}});
  }
}

namespace {

/// Puts the population in front of each row.
void name_population(ReportResult& result) {
  Table table(result.report);
  table.set_key_columns(result.table.key_columns() + 1);
  Column& population = table.add("population", ColumnType::kText);
  for (std::size_t row = 0; row < result.table.rows(); ++row) population.push(result.dimension);
  for (const Column& column : result.table.columns()) table.add(column);
  result.table = std::move(table);
  result.columns.insert(
      result.columns.begin(),
      {"population", ColumnType::kText, "", reports::Counted::kNothing, "Name of the population."});
}

std::vector<ReportResult> answer(const workspace::Home& home, const ReportQuery& query,
                                 const Cancellation& cancellation) {
  Snapshot snapshot = find_snapshot(home, query.snapshot, query.nearest);
  const std::vector<std::string> populations = populations_of(query, snapshot.manifest());
  check_reports(query, snapshot.manifest(), populations);
  const bool is_live = query.from || query.to || query.as_union;
  std::vector<ReportResult> results =
      is_live ? from_journeys(home, snapshot.manifest(), query, populations, cancellation)
              : from_snapshot(snapshot, query, populations);
  if (populations.size() > 1 && !query.as_union) std::ranges::for_each(results, name_population);
  return results;
}

}  // namespace

std::vector<ReportResult> query(const workspace::Home& home, const ReportQuery& query,
                                const Cancellation& cancellation) {
  if (query.names.empty()) throw Error("E-PARAM", "No report is named.");
  for (const std::string& name : query.names) reports::find_report(name);
  if (query.nearest && !query.snapshot) {
    throw Error("E-PARAM", "The nearest snapshot needs a day to be near to.",
                "Name it with --snapshot.");
  }
  return undisturbed(home, [&] { return answer(home, query, cancellation); });
}

Manifest manifest(const workspace::Home& home, const std::optional<std::string>& day,
                  bool nearest) {
  return find_snapshot(home, day, nearest).manifest();
}

std::size_t export_reports(const workspace::Home& home, const fs::path& folder,
                           const std::vector<std::string>& dimensions, bool all, bool as_parquet,
                           Progress& progress, const Cancellation& cancellation) {
  Snapshot snapshot = find_snapshot(home);
  std::vector<std::string> populations;
  if (all) {
    for (const auto& population : snapshot.manifest().populations) {
      populations.push_back(population.name);
    }
  }
  const auto add = [&](const std::string& dimension) {
    const std::string& name = find_population(snapshot.manifest(), dimension).name;
    if (std::ranges::find(populations, name) == populations.end()) populations.push_back(name);
  };
  for (const std::string& dimension : dimensions) add(dimension);
  if (populations.empty()) add("main");
  return reports::export_snapshot(snapshot, populations, folder, as_parquet, progress,
                                  cancellation);
}

}  // namespace ca::api
