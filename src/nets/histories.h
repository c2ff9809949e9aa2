#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nets/model_file.h"
#include "nets/tensor.h"

namespace ca::nets {

/// Purchases of one customer: days since 1970-01-01 in the shop's zone, ascending, all purchases of
/// one day together; amounts in the shop's currency.
struct History {
  std::span<const double> days;
  std::span<const double> amounts;

  std::size_t size() const { return days.size(); }
  /// Its first purchases, those of days before `day`, or up to it.
  History before(double day) const;
  History until(double day) const;
};

/// Histories of many customers, numbered from 0, in flat columns.
class Histories {
 public:
  /// Adds a customer. Throws Error E-INTERNAL unless both are as long, days ascend and everything
  /// is finite.
  void add(std::span<const double> days, std::span<const double> amounts);
  std::size_t size() const { return starts_.size() - 1; }
  History operator[](std::size_t customer) const;

 private:
  std::vector<std::size_t> starts_ = {0};
  std::vector<double> days_;
  std::vector<double> amounts_;
};

/// What a network sees of one purchase: the logarithms of the days since the purchase before, the
/// amount, the number of the purchase and the days since the first one, all standardised; sine and
/// cosine of the weekday; and 1, where a step without a purchase is all zeros. The first purchase's
/// days since the one before count as the mean.
inline constexpr std::size_t kFeatures = 7;

/// Mean and deviation of the four logarithms over everybody, kept with the network.
class Scaling {
 public:
  Scaling() = default;
  /// Of purchases before `end`. Error E-TRAINING when there are none.
  Scaling(const Histories& histories, std::span<const std::size_t> customers, double end);

  /// Purchases `begin` to `end - 1` of a customer, one step of kFeatures after the other. Reads no
  /// purchase from `end` on.
  void write_steps(const History& history, std::size_t begin, std::size_t end, float* into) const;

  void save(Model& model) const;
  static Scaling of(const Model& model);
  bool operator==(const Scaling&) const = default;

 private:
  static constexpr std::size_t kLogarithms = 4;

  std::array<double, kLogarithms> mean_{};
  std::array<double, kLogarithms> deviation_{1, 1, 1, 1};
};

}  // namespace ca::nets
