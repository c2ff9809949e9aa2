#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/checksum.h"
#include "models/value_model.h"
#include "stats/gamma_gamma.h"
#include "stats/purchase_model.h"

namespace ca::models {
namespace {

/// What purchases are worth: how many there were, and their mean.
struct Payments {
  const std::vector<double>& count;
  const std::vector<double>& mean;
};

/// A model of when, times one of how much, which do not depend on each other.
class ParametricValue final : public ValueModel {
 public:
  ParametricValue(stats::PurchaseModel orders, stats::GammaGamma payments, bool is_of_repeats)
      : orders_(std::move(orders)), payments_(std::move(payments)), is_of_repeats_(is_of_repeats) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    Expected expected;
    expected.orders = stats::expected_orders(orders_, states.counts, weeks(length), &pool);
    const auto [count, mean] = payments_of(states);
    expected.value.reserve(states.size());
    for (std::size_t i = 0; i < states.size(); ++i) {
      expected.value.push_back(expected.orders[i] *
                               payments_.expected_mean(stats::Spending{count[i], mean[i]}));
    }
    return expected;
  }

  std::vector<double> p_alive(const BuyerStates& states, ThreadPool& pool) const override {
    return stats::p_alive(orders_, states.counts, &pool);
  }

  std::vector<double> course(const BuyerStates& states, std::int32_t length) const override {
    std::vector<double> horizons;
    for (std::int32_t day = 1; day <= length; ++day) horizons.push_back(weeks(day));
    std::vector<double> curve = stats::expected_total_curve(orders_, states.counts, horizons);
    if (curve.empty() || !(curve.back() > 0)) return ValueModel::course(states, length);
    const double total = curve.back();
    for (std::size_t i = curve.size(); i-- > 1;) curve[i] -= curve[i - 1];
    for (double& share : curve) share /= total;
    return curve;
  }

  std::vector<double> draw_values(const PurchaseDays& days, const BuyerStates& states,
                                  std::int32_t length, std::size_t draws,
                                  std::uint64_t seed) const override {
    std::vector<double> values;
    values.reserve(states.size() * draws);
    const auto [count, mean] = payments_of(states);
    for (std::size_t i = 0; i < states.size(); ++i) {
      const std::vector<double> drawn = stats::simulate_spending(
          orders_, payments_, states.counts.at(i), {count[i], mean[i]}, weeks(length), draws, seed,
          checksum_of(days.client[states.buyer[i]]).xxh3);
      values.insert(values.end(), drawn.begin(), drawn.end());
    }
    return values;
  }

  std::vector<double> newcomer_orders(std::int32_t length) const override {
    std::vector<double> orders;
    for (std::int32_t day = 0; day <= length; ++day) {
      orders.push_back(stats::expected_orders(orders_, weeks(day)));
    }
    return orders;
  }

 private:
  Payments payments_of(const BuyerStates& states) const {
    return is_of_repeats_ ? Payments{states.repeat_days, states.mean_repeat}
                          : Payments{states.paid_days, states.mean_paid};
  }

  stats::PurchaseModel orders_;
  stats::GammaGamma payments_;
  bool is_of_repeats_;
};

std::vector<std::string> texts_of(const std::vector<stats::Note>& notes) {
  std::vector<std::string> texts;
  for (const stats::Note& note : notes) texts.push_back(note.text);
  return texts;
}

void describe(const std::vector<stats::Parameter>& parameters, ValueModel& model) {
  for (const stats::Parameter& parameter : parameters) {
    model.parameters[parameter.name] = parameter.value;
    if (parameter.standard_error) model.standard_errors[parameter.name] = *parameter.standard_error;
  }
}

stats::PurchaseModelKind kind_of(const std::string& name) {
  if (name == "mbgnbd") return stats::PurchaseModelKind::kMbgnbd;
  if (name == "paretonbd") return stats::PurchaseModelKind::kParetonbd;
  return stats::PurchaseModelKind::kBgnbd;
}

}  // namespace

/// The parameters that are told are of the part that gives the model its name.
std::unique_ptr<ValueModel> fit_parametric(const std::string& name, FittedModels& fitted) {
  const BuyerStates& sample = fitted.sample();
  const bool is_of_repeats = name == "gammagamma";
  const stats::PurchaseFit orders = stats::fit_purchase_model(
      kind_of(name), stats::group_equal(sample.counts).rows, &fitted.pool());
  fitted.cancellation().check();
  const stats::SpendingFit payments = stats::fit_gamma_gamma(
      is_of_repeats ? stats::SpendingCounts{sample.repeat_days, sample.mean_repeat, {}}
                    : stats::SpendingCounts{sample.paid_days, sample.mean_paid, {}},
      &fitted.pool());
  auto model = std::make_unique<ParametricValue>(orders.model, payments.model, is_of_repeats);
  describe(is_of_repeats ? payments.parameters : orders.parameters, *model);
  model->log_likelihood = is_of_repeats ? payments.log_likelihood : orders.log_likelihood;
  for (const auto* notes : {&orders.notes, &payments.notes}) {
    for (std::string& text : texts_of(*notes)) model->notes.push_back(std::move(text));
  }
  return model;
}

}  // namespace ca::models
