#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/value_model.h"
#include "stats/tweedie.h"

namespace ca::models {
namespace {

constexpr std::int32_t kShortestTarget = 7;
constexpr std::size_t kFewestOrders = 100;
constexpr std::size_t kFeatures = 8;
constexpr double kVariancePower = 1.5;
constexpr double kRidge = 1e-3;

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

stats::RegressionRows rows_of(const BuyerStates& states) {
  stats::RegressionRows rows;
  rows.features = kFeatures;
  rows.x.reserve(states.size() * kFeatures);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto features = features_of(states, i);
    rows.x.insert(rows.x.end(), features.begin(), features.end());
  }
  return rows;
}

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

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// A regression of what buyers did in the days after several earlier origins, on what was known of
/// them then. What other horizons bring beside the days it was trained for is taken from BG/NBD.
class TweedieValue final : public ValueModel {
 public:
  TweedieValue(stats::TweedieModel orders, stats::TweedieModel value, std::int32_t trained_for,
               const ValueModel& courses)
      : orders_(std::move(orders)),
        value_(std::move(value)),
        trained_for_(trained_for),
        courses_(courses) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    const stats::RegressionRows rows = rows_of(states);
    Expected expected{.orders = stats::predict(orders_, rows, &pool),
                      .value = stats::predict(value_, rows, &pool),
                      .p_alive = {}};
    if (length == trained_for_) return expected;
    const Expected then = courses_.expect(states, trained_for_, pool);
    const Expected now = courses_.expect(states, length, pool);
    const auto stretch = [&](std::vector<double>& values, const std::vector<double>& by,
                             const std::vector<double>& from) {
      const double before = sum(from);
      const double factor =
          before > 0 ? sum(by) / before : static_cast<double>(length) / trained_for_;
      for (double& value : values) value *= factor;
    };
    stretch(expected.orders, now.orders, then.orders);
    stretch(expected.value, now.value, then.value);
    return expected;
  }
  std::vector<double> p_alive(const BuyerStates& states, ThreadPool& pool) const override {
    return courses_.p_alive(states, pool);
  }
  std::vector<double> course(const BuyerStates& states, std::int32_t length) const override {
    return courses_.course(states, length);
  }

 private:
  stats::TweedieModel orders_;
  stats::TweedieModel value_;
  std::int32_t trained_for_;
  const ValueModel& courses_;
};

}  // namespace

std::unique_ptr<ValueModel> fit_tweedie(FittedModels& fitted) {
  const ValueModel& courses = fitted.model("bgnbd");
  const TrainingPlan plan = training_plan(fitted.days().begin, fitted.origin(), fitted.horizon());
  stats::RegressionRows orders, value;
  orders.features = value.features = kFeatures;
  for (const Day origin : plan.origins) {
    const BuyerStates states = states_at(fitted.days(), fitted.sample().buyer, origin);
    const Outcomes outcomes = outcomes_after(fitted.days(), states, plan.length);
    const stats::RegressionRows rows = rows_of(states);
    orders.x.insert(orders.x.end(), rows.x.begin(), rows.x.end());
    orders.y.insert(orders.y.end(), outcomes.orders.begin(), outcomes.orders.end());
    for (const double paid : outcomes.value) value.y.push_back(std::max(0.0, paid));
  }
  if (orders.size() < kFewestOrders || sum(value.y) <= 0) {
    return same_as(courses, "There is too little history for a regression: as bgnbd.");
  }
  value.x = orders.x;
  const stats::TweedieOptions options{.powers = {kVariancePower}, .ridge = kRidge};
  const stats::TweedieFit of_orders = stats::fit_tweedie(orders, options, &fitted.pool());
  fitted.cancellation().check();
  const stats::TweedieFit of_value = stats::fit_tweedie(value, options, &fitted.pool());
  auto model =
      std::make_unique<TweedieValue>(of_orders.model, of_value.model, plan.length, courses);
  model->parameters["power"] = of_value.model.power;
  model->parameters["dispersion"] = of_value.model.dispersion;
  for (const stats::Note& note : of_value.notes) model->notes.push_back(note.text);
  return model;
}

}  // namespace ca::models
