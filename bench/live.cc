/// How long questions about a window take that a program has never been asked before.
///
///   live HOME THREADS QUESTIONS [SEED] [REPORT]
///
/// Asks random questions, one at a time, of a home that is kept ready as the server keeps it: one
/// report, a window of random days, everybody or a random dimension value, the first 1,000 rows as
/// JSON; always about REPORT where it is given. No answer is taken from memory. Prints JSON: of
/// each kind of report the median and the 95th percentile in milliseconds, and the slowest report's
/// median; and what making ready took.

#include "api/live.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "reports/catalogue.h"
#include "stopwatch.h"

namespace {

using Json = nlohmann::ordered_json;
using namespace ca;

constexpr std::size_t kRows = 1'000;

/// The bars are of two kinds: what folds of products and of single customers may take is more.
std::string kind_of(const reports::FamilySpec& family, const reports::ReportSpec& report) {
  // As of another day the scores of all customers are cut anew.
  const bool is_large = family.kind == reports::FamilyKind::kPerCustomer ||
                        family.stage == reports::kSegmentsStage ||
                        reports::needs(report, reports::Need::kProducts);
  return is_large ? "products_and_customers" : "aggregates";
}

double percentile(std::vector<double> values, double part) {
  std::ranges::sort(values);
  const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

Json measure(const std::vector<std::string>& arguments) {
  const workspace::Home home = workspace::Home::open(arguments[0]);
  const reports::Manifest manifest = api::manifest(home);
  std::vector<std::pair<std::string, std::string>> reports;  // kind, name
  for (const reports::FamilySpec& family : reports::families()) {
    if (family.kind == reports::FamilyKind::kSystem || family.make == nullptr) continue;
    for (const reports::ReportSpec& report : family.reports) {
      const bool is_wanted = arguments.size() < 5 || report.name == arguments[4];
      if (is_wanted && manifest.rows.contains(report.name)) {
        reports.emplace_back(kind_of(family, report), report.name);
      }
    }
  }

  api::Live::Options options;
  options.threads = std::stoul(arguments[1]);
  options.cached_bytes = 0;
  const Stopwatch ready;
  api::Live live(home, options);
  live.warm(Cancellation());
  Json result = {{"ready_ms", ready.wall() * 1e3}};

  std::mt19937 random(arguments.size() > 3 ? static_cast<unsigned>(std::stoul(arguments[3])) : 1U);
  const auto below = [&](std::size_t end) { return random() % end; };
  const Zone zone = Zone::find(manifest.timezone);
  const Day last = zone.to_local({manifest.as_of}).day;
  constexpr std::int32_t kDays = 731;
  std::map<std::string, std::vector<double>> by_kind, by_report;
  for (int question = 0; question < std::stoi(arguments[2]); ++question) {
    const auto& [kind, name] = reports[below(reports.size())];
    const auto days = static_cast<std::int32_t>(below(kDays));
    const auto before = static_cast<std::int32_t>(below(static_cast<std::size_t>(kDays - days)));
    api::ReportQuery query;
    query.names = {name};
    query.from = format_day(last - before - days);
    query.to = format_day(last - before);
    query.shown.limit = kRows;
    if (!reports::is_main_only(name) && below(2) == 0) {
      query.dimensions = {manifest.populations[below(manifest.populations.size())].name};
    }
    const Stopwatch stopwatch;
    live.json(query, Cancellation());
    by_kind[kind].push_back(stopwatch.wall() * 1e3);
    by_report[name].push_back(by_kind[kind].back());
  }
  for (const auto& [kind, times] : by_kind) {
    result[kind] = {{"questions", times.size()},
                    {"p50_ms", percentile(times, 0.5)},
                    {"p95_ms", percentile(times, 0.95)}};
  }
  for (const auto& [report, times] : by_report) result["reports"][report] = percentile(times, 0.5);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 3 || arguments.size() > 5) {
    fmt::print(stderr, "usage: live HOME THREADS QUESTIONS [SEED] [REPORT]\n");
    return 2;
  }
  try {
    fmt::print("{}\n", measure(arguments).dump(2));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "live: {}\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
