// Two independent samples as experiments compare them: the test is chosen by the values, so what is
// measured is the whole procedure.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calibration/simulation.h"
#include "stats/compare.h"
#include "stats/cuped.h"
#include "stats/sequential.h"

namespace ca::calibration {
namespace {

using stats::RandomStream;

constexpr double kAlpha = 0.05;
constexpr double kEffect = 0.25;  // of the mean
constexpr std::string_view kRareSpend = "spend of 1 in 100";

struct Sizes {
  std::size_t treated;
  std::size_t control;
  std::string words() const {
    return treated == control
               ? std::string()
               : ", " + std::to_string(treated) + " against " + std::to_string(control);
  }
  std::int64_t least() const { return static_cast<std::int64_t>(std::min(treated, control)); }
};

/// What experiments are about beside the families of the harness: rare events.
std::vector<Family> with_rare_events() {
  std::vector<Family> all = families();
  const auto add = [&](std::string_view name, bool are_counts, double mean, auto draw) {
    all.push_back({name, are_counts, mean, draw});
  };
  add("converted, 3 %", true, 0.03,
      [](RandomStream& random, double level) { return random.happens(0.03 * level) ? 1.0 : 0.0; });
  add("converted, 30 %", true, 0.3,
      [](RandomStream& random, double level) { return random.happens(0.3 * level) ? 1.0 : 0.0; });
  add("orders, mean 0.05", true, 0.05, [](RandomStream& random, double level) {
    return static_cast<double>(random.poisson(0.05 * level));
  });
  add(kRareSpend, false, 0.01 * std::exp(0.5), [](RandomStream& random, double level) {
    return random.happens(0.01) ? level * std::exp(random.normal()) : 0.0;
  });
  return all;
}

double share_of_buyers(const Family& family) { return family.name == kRareSpend ? 0.01 : 1; }

Outcome outcome_of(const stats::TwoSampleTest& test, double truth) {
  return {.p_value = test.p_value, .interval = test.interval, .truth = truth};
}

/// No more alarms than promised. Few are no fault of tests that know few outcomes, or of Welch's t
/// where a few great values make the spread; but they must not be blind.
void expect_few_alarms(const Measured& measured, const std::string& what) {
  Promise promise{.may_be_conservative = true, .least_coverage = 0, .most_coverage = 1};
  EXPECT_TRUE(keeps(promise, measured)) << what;
}

TEST(TwoSamplesCalibration, NoMoreFalseAlarmsThanPromised) {
  std::uint64_t seed = 100;
  for (const Family& one : with_rare_events()) {
    for (const Sizes& sizes : {Sizes{30, 30}, Sizes{30, 300}, Sizes{300, 30}, Sizes{300, 300},
                               Sizes{300, 3000}, Sizes{3000, 3000}}) {
      const Measured measured = measure(repetitions(250), ++seed, [&](RandomStream& random) {
        const auto treated = sample(one, random, sizes.treated);
        const auto control = sample(one, random, sizes.control);
        return outcome_of(stats::compare(treated, control, kAlpha, random.next()).result, 0);
      });
      const std::string data = std::string(one.name) + sizes.words();
      expect_few_alarms(measured, data + " " + std::to_string(sizes.least()));
      print_row("Arms of an experiment, no effect", data, sizes.least(), measured);
    }
  }
}

TEST(TwoSamplesCalibration, IntervalsCoverAnEffect) {
  std::uint64_t seed = 300;
  for (const Family& one : with_rare_events()) {
    for (const Sizes& sizes :
         {Sizes{30, 30}, Sizes{30, 300}, Sizes{300, 300}, Sizes{300, 3000}, Sizes{3000, 3000}}) {
      const double buyers = static_cast<double>(sizes.least()) * share_of_buyers(one);
      if (buyers < 1) continue;
      const Measured measured = measure(repetitions(150), ++seed, [&](RandomStream& random) {
        const auto treated = sample(one, random, sizes.treated, 1 + kEffect);
        const auto control = sample(one, random, sizes.control);
        Outcome outcome =
            outcome_of(stats::compare(treated, control, kAlpha, 1).result, kEffect * one.mean);
        outcome.p_value.reset();
        return outcome;
      });
      const std::string data = std::string(one.name) + sizes.words();
      print_row("Arms of an experiment, a quarter more", data, sizes.least(), measured);
      Promise promise = usual_promise(sizes.least());
      promise.most_coverage = 1;
      if (sizes.treated != sizes.control && buyers < 10) {
        promise.least_coverage = 0.88;  // nobody knows what buyers spend from three of them
      }
      EXPECT_TRUE(keeps(promise, measured)) << data << " " << sizes.least();
    }
  }
}

TEST(TwoSamplesCalibration, WithACovariate) {
  std::uint64_t seed = 500;
  for (const Family& one : families()) {
    for (const std::size_t n : {30UL, 300UL}) {
      const Measured measured = measure(repetitions(400), ++seed, [&](RandomStream& random) {
        const auto known1 = sample(one, random, n);
        const auto known0 = sample(one, random, n);
        auto values1 = sample(one, random, n);
        auto values0 = sample(one, random, n);
        for (std::size_t i = 0; i < n; ++i) {
          values1[i] += known1[i];
          values0[i] += known0[i];
        }
        const auto found = stats::cuped({values1, known1}, {values0, known0}, kAlpha);
        return found ? outcome_of(found->test, 0) : Outcome();
      });
      print_row("Arms of an experiment, with a covariate (CUPED)", one.name,
                static_cast<std::int64_t>(n), measured);
      expect_few_alarms(measured, std::string(one.name) + " " + std::to_string(n));
    }
  }
}

/// An alarm at any of ten looks is an alarm: at most alpha of all experiments, without slack.
TEST(TwoSamplesCalibration, LookingTenTimes) {
  constexpr std::array<std::size_t, 10> kLooks = {30,  60,   100,  200,  300,
                                                  500, 1000, 1500, 2000, 3000};
  std::uint64_t seed = 700;
  for (const Family& one : with_rare_events()) {
    const Measured measured = measure(repetitions(400), ++seed, [&](RandomStream& random) {
      const auto treated = sample(one, random, kLooks.back());
      const auto control = sample(one, random, kLooks.back());
      double least = 1;
      for (const std::size_t n : kLooks) {
        const stats::TwoSampleTest test =
            stats::welch(stats::moments_of(std::span(treated).first(n)),
                         stats::moments_of(std::span(control).first(n)), kAlpha);
        if (!test.standard_error) continue;
        least = std::min(least, stats::always_valid(test.difference, *test.standard_error,
                                                    static_cast<double>(n), kAlpha)
                                    .p_value);
      }
      return Outcome{.p_value = least, .interval = {}, .truth = 0};
    });
    print_row("Arms of an experiment, ten looks from 30 to 3,000 a side, always-valid", one.name,
              3000, measured);
    const Promise promise{.may_be_conservative = true, .slack = 0};
    EXPECT_TRUE(keeps(promise, measured)) << one.name;
  }
}

}  // namespace
}  // namespace ca::calibration
