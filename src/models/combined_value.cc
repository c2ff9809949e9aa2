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
    return models::geometric_mean(a_.expect(states, length, pool), b_.expect(states, length, pool));
  }
  std::vector<double> p_alive(const BuyerStates& states, ThreadPool& pool) const override {
    std::vector<double> alive = a_.p_alive(states, pool);
    return alive.empty() ? b_.p_alive(states, pool) : alive;
  }
  std::vector<double> course(const BuyerStates& states, std::int32_t length) const override {
    return mean_course(a_.course(states, length), b_.course(states, length));
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

Expected geometric_mean(const Expected& a, const Expected& b) {
  return {.orders = mean_of(a.orders, b.orders),
          .value = mean_of(a.value, b.value),
          .p_alive = a.p_alive};
}

std::vector<double> mean_course(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t day = 0; day < a.size(); ++day) a[day] = (a[day] + b[day]) / 2;
  return a;
}

std::unique_ptr<ValueModel> geometric_mean(const ValueModel& a, const ValueModel& b) {
  auto mean = std::make_unique<GeometricMean>(a, b);
  for (const ValueModel* part : {&a, &b}) {
    mean->notes.insert(mean->notes.end(), part->notes.begin(), part->notes.end());
  }
  return mean;
}

}  // namespace ca::models
