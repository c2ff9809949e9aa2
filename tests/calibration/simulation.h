#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "stats/random.h"
#include "stats/two_samples.h"

namespace ca::calibration {

// What a test of significance promises, measured: data are drawn many times from a known truth, and
// it is counted how often the test is wrong. Every repetition has a stream of its own, so that the
// counts are the same on any number of threads.

/// A kind of data that shops have.
struct Family {
  std::string_view name;
  bool are_counts = false;  ///< whole numbers >= 0
  double mean = 0;          ///< of a value drawn at level 1
  /// One value; its mean is `mean` x level, exactly so for levels from 0 to 3.
  std::function<double(stats::RandomStream&, double level)> draw;
};

/// Poisson (small and larger mean), over-dispersed counts, binomial, heavy tails (log-normal,
/// Pareto with shape 3), amounts of which 80 % are zero, Gaussian, gamma, beta.
const std::vector<Family>& families();
/// Of that name; there must be one.
const Family& family(std::string_view name);
std::vector<double> sample(const Family& family, stats::RandomStream& random, std::size_t n,
                           double level = 1);

/// 10,000 where CA_LONG is set, else `usual`.
int repetitions(int usual = 1000);

/// What one repetition said, and what is true.
struct Outcome {
  std::optional<double> p_value;
  std::optional<stats::Interval> interval;
  double truth = 0;  ///< what the interval should cover
};

struct Measured {
  std::int64_t repetitions = 0;
  std::int64_t tests = 0;        ///< repetitions with a p-value
  std::int64_t below_5 = 0;      ///< p < 0.05
  std::int64_t below_1 = 0;      ///< p < 0.01
  std::int64_t intervals = 0;    ///< repetitions with an interval
  std::int64_t covered = 0;      ///< intervals that cover the truth
  double rejected_at_5() const;  ///< share of all repetitions: no p-value is no alarm
  double rejected_at_1() const;  ///< share of all repetitions
  double coverage() const;       ///< share of the intervals
};

/// Repeats `once`, with streams 0, 1, 2, ... of the seed.
Measured measure(int repetitions, std::uint64_t seed,
                 const std::function<Outcome(stats::RandomStream&)>& once);

/// What must hold, to 3 standard errors of the simulation. The share of p < alpha is at most
/// alpha + slack, and at least alpha - slack unless the test may be conservative (exact tests of
/// counts are: their p-values take few values).
struct Promise {
  bool may_be_conservative = false;
  double slack = 0.01;
  double least_coverage = 0.94;
  double most_coverage = 0.96;
};
/// Of an interval by Student's t: 94 to 96 % from 300 on, at least 92 % below.
Promise usual_promise(std::int64_t n);

/// Whether it is kept; says which part is not. Coverage is looked at where there were intervals.
testing::AssertionResult keeps(const Promise& promise, const Measured& measured);

/// With CA_TABLE set, a row of the Markdown table of docs/calibration.md, under a heading that the
/// first row of each `test` prints; else nothing.
void print_row(std::string_view test, std::string_view data, std::int64_t n,
               const Measured& measured);

}  // namespace ca::calibration
