/// What the parts of the stages segments and clv cost on a home's journeys.
///
///   value_parts HOME THREADS [HORIZON]
///
/// Prints seconds on the clock and of all processors: cutting scores (of a million invented
/// customers, then of the home's), finding purchases, then of every competing model at one origin
/// its fit, its expectation of everybody who is learnt from, and the course of that over the days.
/// Networks are trained, none are kept. Changes nothing in the home.

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "journeys/journeys.h"
#include "models/backtest.h"
#include "models/purchase_days.h"
#include "reports/facts.h"
#include "reports/rfm_cuts.h"
#include "stats/random.h"
#include "stopwatch.h"
#include "workspace/home.h"

namespace {

using namespace ca;

constexpr std::size_t kInvented = 1'000'000;

void print(const std::string& what, const Stopwatch& watch) {
  fmt::print("  {:<58} {:7.3f} s, {:7.3f} s of CPU\n", what, watch.wall(), watch.cpu());
}

/// Hours and payments as shops have them: all different.
reports::RfmValues invented_values() {
  reports::RfmValues values;
  stats::RandomStream random(1, 0);
  for (std::size_t i = 0; i < kInvented; ++i) {
    values.recency.push_back(24 * 730 * random.uniform());
    values.frequency.push_back(24 * 30 * random.exponential());
    values.monetary.push_back(std::exp(3 + 0.8 * random.normal()));
  }
  return values;
}

void measure_scores(const journeys::Journeys& journeys, const reports::Facts& facts,
                    ThreadPool& pool) {
  reports::RfmValues invented = invented_values();
  const Stopwatch of_invented;
  reports::cut(std::move(invented), {}, 0, pool);
  print(fmt::format("scores of {} invented customers cut", kInvented), of_invented);

  const Stopwatch of_home;
  reports::RfmValues values =
      reports::find_rfm_values(journeys, facts.main.as_of, pool, Cancellation());
  const std::size_t buyers = values.recency.size();
  reports::cut(std::move(values), {}, facts.main.as_of, pool);
  print(fmt::format("of the {} buyers here, found and cut", buyers), of_home);
}

void measure_models(const models::PurchaseDays& days, std::int32_t horizon, ThreadPool& pool) {
  const models::RollingOrigins rolling =
      models::rolling_origins(days.begin, days.last_complete, horizon);
  if (rolling.origins.empty()) {
    throw Error("E-PARAM", "The history is too short.", "Generate more days.");
  }
  const models::ValueOptions options;
  const Cancellation cancellation;
  const std::vector<std::uint32_t> buyers =
      models::sample_of_buyers(days, models::every_buyer(days), options.fitted_on, options.seed);
  const Day origin = rolling.origins.back();
  models::FittedModels fitted(days, buyers, origin, rolling.length, options, pool, cancellation);
  fmt::print("{} buyers of {}, {} days from {}\n", fitted.sample().size(), days.buyers(),
             rolling.length, format_day(origin));
  for (const std::string& name : models::competing_models()) {
    const Stopwatch fitting;
    fitted.model(name);
    print(name + ": fit", fitting);
    const Stopwatch expecting;
    fitted.expected(name);
    print("  expectation", expecting);
    const Stopwatch spreading;
    fitted.course(name);
    print("  course", spreading);
  }
  const Stopwatch judging;
  models::judge_at("past_total", fitted, fitted.sample());
  print("one of them judged, once fitted", judging);
}

void measure(const std::vector<std::string>& arguments) {
  const workspace::Home home = workspace::Home::open(arguments[0]);
  const auto current = workspace::read_current(home);
  if (!current || current->journeys.empty()) {
    throw Error("E-JOURNEYS", "The home has no journeys.", "Run `customeranalytics run`.");
  }
  ThreadPool pool(std::stoul(arguments[1]));
  const std::int32_t horizon = arguments.size() > 2 ? std::stoi(arguments[2]) : 180;
  const journeys::Journeys journeys(home.journeys_folder() / current->journeys);
  const reports::Facts facts = reports::find_facts(journeys, {}, pool);
  measure_scores(journeys, facts, pool);
  const Stopwatch finding;
  const models::PurchaseDays days =
      models::find_purchase_days(journeys, facts, pool, Cancellation());
  print("purchases found", finding);
  measure_models(days, horizon, pool);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2 || arguments.size() > 3) {
    fmt::print(stderr, "usage: value_parts HOME THREADS [HORIZON]\n");
    return 2;
  }
  try {
    measure(arguments);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "value_parts: {}\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
