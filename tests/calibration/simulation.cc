#include "calibration/simulation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "base/thread_pool.h"

namespace ca::calibration {
namespace {

using stats::RandomStream;

double binomial(RandomStream& random, int trials, double success) {
  int successes = 0;
  for (int i = 0; i < trials; ++i) successes += random.happens(success);
  return successes;
}

std::vector<Family> make_families() {
  std::vector<Family> all;
  const auto add = [&](std::string_view name, bool are_counts, double mean, auto draw) {
    all.push_back({name, are_counts, mean, draw});
  };
  add("Poisson, mean 0.5", true, 0.5, [](RandomStream& random, double level) {
    return static_cast<double>(random.poisson(0.5 * level));
  });
  add("Poisson, mean 8", true, 8, [](RandomStream& random, double level) {
    return static_cast<double>(random.poisson(8 * level));
  });
  add("over-dispersed counts", true, 2, [](RandomStream& random, double level) {
    return static_cast<double>(random.poisson(2 * level * random.gamma(0.5) / 0.5));
  });
  add("binomial", true, 3, [](RandomStream& random, double level) {
    return binomial(random, 10, std::min(1.0, 0.3 * level));
  });
  add("log-normal", false, std::exp(0.5),
      [](RandomStream& random, double level) { return level * std::exp(random.normal()); });
  add("Pareto, shape 3", false, 1.5,
      [](RandomStream& random, double level) { return level / std::cbrt(random.uniform()); });
  add("zero-inflated log-normal", false, 0.2 * std::exp(0.5),
      [](RandomStream& random, double level) {
        return random.happens(0.2) ? level * std::exp(random.normal()) : 0.0;
      });
  add("Gaussian", false, 10,
      [](RandomStream& random, double level) { return level * (10 + 3 * random.normal()); });
  add("gamma", false, 2,
      [](RandomStream& random, double level) { return level * random.gamma(2); });
  add("beta", false, 0.2,
      [](RandomStream& random, double level) { return level * random.beta(1, 4); });
  return all;
}

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double three_errors(double share, std::int64_t n) {
  return 3 * std::sqrt(share * (1 - share) / static_cast<double>(n));
}

void count(const Outcome& outcome, Measured& into) {
  ++into.repetitions;
  if (outcome.p_value) {
    ++into.tests;
    into.below_5 += *outcome.p_value < 0.05;
    into.below_1 += *outcome.p_value < 0.01;
  }
  if (outcome.interval) {
    ++into.intervals;
    into.covered +=
        outcome.interval->low <= outcome.truth && outcome.truth <= outcome.interval->high;
  }
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> all = make_families();
  return all;
}

const Family& family(std::string_view name) {
  for (const Family& one : families()) {
    if (one.name == name) return one;
  }
  throw std::invalid_argument("no family " + std::string(name));
}

std::vector<double> sample(const Family& family, RandomStream& random, std::size_t n,
                           double level) {
  std::vector<double> values(n);
  for (double& value : values) value = family.draw(random, level);
  return values;
}

int repetitions(int usual) { return std::getenv("CA_LONG") != nullptr ? 10'000 : usual; }

double Measured::rejected_at_5() const { return share(below_5, repetitions); }
double Measured::rejected_at_1() const { return share(below_1, repetitions); }
double Measured::coverage() const { return share(covered, intervals); }

Measured measure(int repetitions, std::uint64_t seed,
                 const std::function<Outcome(RandomStream&)>& once) {
  static ThreadPool pool(usable_processors());
  constexpr int kChunk = 50;
  const int chunks = (repetitions + kChunk - 1) / kChunk;
  std::vector<Measured> parts(static_cast<std::size_t>(chunks));
  pool.for_each(parts.size(), [&](std::size_t chunk, std::size_t) {
    const int from = static_cast<int>(chunk) * kChunk;
    for (int i = from; i < std::min(repetitions, from + kChunk); ++i) {
      RandomStream random(seed, static_cast<std::uint64_t>(i));
      count(once(random), parts[chunk]);
    }
  });
  Measured all;
  for (const Measured& part : parts) {
    all.repetitions += part.repetitions;
    all.tests += part.tests;
    all.below_5 += part.below_5;
    all.below_1 += part.below_1;
    all.intervals += part.intervals;
    all.covered += part.covered;
  }
  return all;
}

Promise usual_promise(std::int64_t n) {
  Promise promise;
  if (n < 300) {
    promise.least_coverage = 0.92;
    promise.most_coverage = 1;
  }
  return promise;
}

testing::AssertionResult keeps(const Promise& promise, const Measured& measured) {
  auto failure = testing::AssertionFailure();
  bool is_kept = true;
  const auto look = [&](const char* what, double found, double least, double most, std::int64_t n) {
    least -= three_errors(least, n);
    most += three_errors(most, n);
    if (found >= least && found <= most) return;
    is_kept = false;
    failure << what << " is " << found << ", promised " << least << " to " << most << ". ";
  };
  const auto look_at_alarms = [&](const char* what, double found, double alpha) {
    const double errors = three_errors(alpha, measured.repetitions);
    const double most = alpha + promise.slack + errors;
    const double least = promise.may_be_conservative ? 0 : alpha - promise.slack - errors;
    if (found >= least && found <= most) return;
    is_kept = false;
    failure << what << " is " << found << ", promised " << least << " to " << most << ". ";
  };
  if (measured.tests > 0) {
    look_at_alarms("Share of p < 0.05", measured.rejected_at_5(), 0.05);
    look_at_alarms("Share of p < 0.01", measured.rejected_at_1(), 0.01);
  }
  if (measured.intervals > 0) {
    look("Coverage", measured.coverage(), promise.least_coverage, promise.most_coverage,
         measured.intervals);
  }
  if (measured.tests == 0 && measured.intervals == 0) {
    is_kept = false;
    failure << "Nothing was measured.";
  }
  return is_kept ? testing::AssertionSuccess() : failure;
}

void print_row(std::string_view test, std::string_view data, std::int64_t n,
               const Measured& measured) {
  if (std::getenv("CA_TABLE") == nullptr) return;
  static std::string last_test;
  if (last_test != test) {
    last_test = test;
    std::printf("\n### %s\n\n| data | n | p < 0.05 | p < 0.01 | coverage of 95 %% intervals |\n",
                last_test.c_str());
    std::printf("|---|---:|---:|---:|---:|\n");
  }
  const auto percent = [](bool is_known, double share) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.2f %%", 100 * share);
    return is_known ? std::string(text) : std::string();
  };
  const bool has_tests = measured.tests > 0;
  std::printf("| %s | %lld | %s | %s | %s |\n", std::string(data).c_str(),
              static_cast<long long>(n), percent(has_tests, measured.rejected_at_5()).c_str(),
              percent(has_tests, measured.rejected_at_1()).c_str(),
              percent(measured.intervals > 0, measured.coverage()).c_str());
  std::fflush(stdout);
}

}  // namespace ca::calibration
