#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/value_model.h"
#include "stats/tweedie.h"

namespace ca::models {
namespace {

constexpr std::int32_t kShortestTarget = 7;
constexpr std::size_t kFewestRows = 100;
constexpr std::size_t kFeatures = 8;

/// What is known of a buyer at an origin: recency, frequency, money, and how they go together.
std::array<double, kFeatures> features_of(const BuyerStates& states, std::size_t i) {
  const double orders = states.counts.frequency[i] + 1;
  const double age = states.counts.age[i];
  const double silence = age - states.counts.recency[i];
  const double log_orders = std::log(orders);
  return {log_orders,
          std::log1p(silence),
          std::log1p(age),
          std::log1p(std::max(0.0, states.total[i])),
          std::log1p(states.mean_paid[i]),
          orders == 1 ? 1.0 : 0.0,
          std::log1p(silence) * log_orders,
          std::log(orders / (age + 1))};
}

/// Rows of features, and what came true of each.
struct Examples {
  std::vector<double> features;  ///< row after row
  std::vector<double> orders;
  std::vector<double> value;

  void add(const BuyerStates& states, const Outcomes& outcomes) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      const auto row = features_of(states, i);
      features.insert(features.end(), row.begin(), row.end());
      orders.push_back(outcomes.orders[i]);
      value.push_back(std::max(0.0, outcomes.value[i]));
    }
  }
  std::size_t rows() const { return value.size(); }
};

/// The days that examples are about: a third of the history, or the horizon where that is shorter.
/// They begin at three origins, half as many days apart, so that no one time of the year decides;
/// fixed beforehand.
struct TrainingPlan {
  std::int32_t length = 0;
  std::vector<Day> origins;
};

TrainingPlan training_plan(Day begin, Day end, std::int32_t horizon) {
  const std::int32_t history = end - begin + 1;
  TrainingPlan plan{.length = std::min(horizon, history / 3), .origins = {}};
  if (plan.length < kShortestTarget) return plan;
  for (const std::int32_t half_lengths : {4, 3, 2}) {
    const Day origin = end - plan.length * half_lengths / 2;
    if (origin - begin >= history / 8) plan.origins.push_back(origin);
  }
  return plan;
}

/// A regression of what buyers did in the days after several earlier origins, on what was known of
/// them then. How much longer horizons bring than those days is taken from BG/NBD.
class TweedieValue final : public ValueModel {
 public:
  /// The horizon decides how far examples reach, so one is fitted when a horizon is first asked.
  explicit TweedieValue(FittedModels& fitted) : fitted_(fitted), courses_(fitted.model("bgnbd")) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    const TrainingPlan plan =
        training_plan(fitted_.days().begin, fitted_.origin(), length);
    Examples examples;
    for (const Day origin : plan.origins) {
      const BuyerStates then = states_at(fitted_.days(), fitted_.sample().buyer, origin);
      examples.add(then, outcomes_after(fitted_.days(), then, plan.length));
    }
    return {};
  }

 private:
  FittedModels& fitted_;
  const ValueModel& courses_;
};

}  // namespace
}  // namespace ca::models
