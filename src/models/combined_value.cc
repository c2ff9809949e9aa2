#include <cmath>
#include <utility>

#include "models/value_model.h"

namespace ca::models {
namespace {

std::vector<double> mean_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> mean(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) mean[i] = std::sqrt(a[i] * b[i]);
  return mean;
}

/// Two models whose errors differ are better together. Of the chance to be a customer still, the
/// first one that knows is asked.
class GeometricMean final : public ValueModel {
 public:
  GeometricMean(const ValueModel& a, const ValueModel& b) : a_(a), b_(b) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    const Expected a = a_.expect(states, length, pool);
    const Expected b = b_.expect(states, length, pool);
    return {.orders = mean_of(a.orders, b.orders), .value = mean_of(a.value, b.value)};
  }
  std::vector<double> p_alive(const BuyerStates& states, ThreadPool& pool) const override {
    std::vector<double> alive = a_.p_alive(states, pool);
    return alive.empty() ? b_.p_alive(states, pool) : alive;
  }
  std::vector<double> course(const BuyerStates& states, std::int32_t length) const override {
    std::vector<double> shares = a_.course(states, length);
    const std::vector<double> other = b_.course(states, length);
    for (std::size_t day = 0; day < shares.size(); ++day) {
      shares[day] = (shares[day] + other[day]) / 2;
    }
    return shares;
  }

 private:
  const ValueModel& a_;
  const ValueModel& b_;
};

class Same final : public ValueModel {
 public:
  explicit Same(const ValueModel& other) : other_(other) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    return other_.expect(states, length, pool);
  }
  std::vector<double> p_alive(const BuyerStates& states, ThreadPool& pool) const override {
    return other_.p_alive(states, pool);
  }
  std::vector<double> course(const BuyerStates& states, std::int32_t length) const override {
    return other_.course(states, length);
  }

 private:
  const ValueModel& other_;
};

}  // namespace

std::unique_ptr<ValueModel> same_as(const ValueModel& other, std::string note) {
  auto same = std::make_unique<Same>(other);
  same->notes.push_back(std::move(note));
  return same;
}

std::unique_ptr<ValueModel> geometric_mean(const ValueModel& a, const ValueModel& b) {
  auto mean = std::make_unique<GeometricMean>(a, b);
  for (const ValueModel* part : {&a, &b}) {
    mean->notes.insert(mean->notes.end(), part->notes.begin(), part->notes.end());
  }
  return mean;
}

}  // namespace ca::models
