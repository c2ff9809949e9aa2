#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/value_model.h"
#include "stats/gamma_gamma.h"
#include "stats/purchase_model.h"

namespace ca::models {
namespace {

double weeks(std::int32_t days) { return static_cast<double>(days) / 7; }

/// What purchases are worth: how many there were, and their mean.
struct Payments {
  const std::vector<double>& count;
  const std::vector<double>& mean;
};

/// A model of when, times one of how much, which do not depend on each other.
class ParametricValue final : public ValueModel {
 public:
  ParametricValue(stats::PurchaseModel orders, stats::GammaGammaFit payments, bool is_of_repeats)
      : orders_(std::move(orders)), payments_(std::move(payments)), is_of_repeats_(is_of_repeats) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    Expected expected;
    expected.orders = stats::expected_orders(orders_, states.counts, weeks(length), &pool);
    const auto [count, mean] = payments_of(states);
    expected.value.reserve(states.size());
    for (std::size_t i = 0; i < states.size(); ++i) {
      expected.value.push_back(expected.orders[i] *
                               stats::expected_mean(payments_, count[i], mean[i]));
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
  stats::GammaGammaFit payments_;
  bool is_of_repeats_;
};
