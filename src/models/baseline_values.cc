#include <algorithm>

#include "models/value_model.h"

namespace ca::models {
namespace {

/// As often as so far, for the mean of what he paid.
class PastRate final : public ValueModel {
 public:
  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool&) const override {
    Expected expected;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const double days = std::max(1.0, states.counts.age[i] * 7);
      const double orders = (states.counts.frequency[i] + 1) / days * length;
      expected.orders.push_back(orders);
      expected.value.push_back(orders * states.mean_paid[i]);
    }
    return expected;
  }
};

/// What he bought in all, by the days that the history has: orders customers as analysts do who
/// look at nothing else.
class PastTotal final : public ValueModel {
 public:
  PastTotal(Day begin) : begin_(begin) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool&) const override {
    const double share = length / static_cast<double>(std::max(1, states.origin - begin_ + 1));
    Expected expected;
    for (std::size_t i = 0; i < states.size(); ++i) {
      expected.orders.push_back((states.counts.frequency[i] + 1) * share);
      expected.value.push_back(std::max(0.0, states.total[i]) * share);
    }
    return expected;
  }

 private:
  Day begin_;
};

constexpr std::int32_t kYear = 364;  // whole weeks

/// What he bought in the same days a year before, where history reaches back so far; else in as
/// many days before the origin.
class Seasonal final : public ValueModel {
 public:
  explicit Seasonal(const PurchaseDays& days) : days_(days) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool&) const override {
    const bool has_year = length <= kYear && states.origin - kYear >= days_.begin;
    BuyerStates before = states;
    before.origin = states.origin - (has_year ? kYear : length);
    Outcomes outcomes = outcomes_after(days_, before, length);
    for (double& value : outcomes.value) value = std::max(0.0, value);
    return {
        .orders = std::move(outcomes.orders), .value = std::move(outcomes.value), .p_alive = {}};
  }

 private:
  const PurchaseDays& days_;
};

}  // namespace

std::unique_ptr<ValueModel> past_rate() { return std::make_unique<PastRate>(); }

std::unique_ptr<ValueModel> past_total(const FittedModels& fitted) {
  return std::make_unique<PastTotal>(fitted.days().begin);
}

std::unique_ptr<ValueModel> seasonal(const FittedModels& fitted) {
  return std::make_unique<Seasonal>(fitted.days());
}

}  // namespace ca::models
