#include "models/promotion_payments.h"

#include <algorithm>
#include <cmath>

#include "stats/compensated_sum.h"

namespace ca::models {

void PaymentSums::add(double first_mean, double second_mean, double unit) {
  ++customers;
  first += ExactSum::to_fixed(first_mean);
  second += ExactSum::to_fixed(second_mean);
  const double scaled = first_mean / unit;
  const double other = second_mean / unit;
  const double rounded = scaled * other;
  product += ExactSum::to_fixed(rounded) + ExactSum::to_fixed(std::fma(scaled, other, -rounded));
}

void PaymentSums::merge(const PaymentSums& other) {
  customers += other.customers;
  first += other.first;
  second += other.second;
  product += other.product;
}

double PaymentSums::products_about(double first_mean, double second_mean, double unit) const {
  // Nearly all of it cancels out where payments differ little, so nothing is rounded before that.
  stats::CompensatedSum sum;
  const auto add_product = [&](double a, double b) {
    const double rounded = a * b;
    sum.add(rounded);
    sum.add(std::fma(a, b, -rounded));
  };
  const auto add_whole = [&](ExactSum::Fixed fixed, double factor) {
    const auto most = static_cast<double>(fixed);
    const auto rest = static_cast<double>(fixed - static_cast<ExactSum::Fixed>(most));
    add_product(std::ldexp(most, -ExactSum::kFractionBits), factor);
    add_product(std::ldexp(rest, -ExactSum::kFractionBits), factor);
  };
  const auto n = static_cast<double>(customers);
  add_whole(product, unit * unit);
  add_whole(first, -second_mean);
  add_whole(second, -first_mean);
  const double rounded = first_mean * second_mean;
  add_product(n, rounded);
  add_product(n, std::fma(first_mean, second_mean, -rounded));

  // Below that is only what payments, their products and the means were rounded to: no spread.
  const double step = std::ldexp(1.0, 1 - ExactSum::kFractionBits);
  const double noise = n * (step * (unit * unit + std::abs(first_mean) + std::abs(second_mean)) +
                            1e-30 * std::abs(rounded));
  return std::abs(sum.value()) <= noise ? 0 : sum.value();
}

void PromotionPayments::add(const journeys::Journey& journey) {
  if (journey.is_anonymous) return;
  paid_.clear();
  for (const std::uint32_t s : journey.orders) {
    const std::uint32_t promotion = journey.promotion[s];
    if (promotion == journeys::Dictionary::kNone || std::isnan(journey.amount[s])) continue;
    const auto known = std::ranges::find(paid_, promotion, &Paid::promotion);
    Paid& paid = known == paid_.end() ? paid_.emplace_back(promotion, ExactSum(), 0) : *known;
    paid.sum.add(journey.amount[s]);
    ++paid.count;
  }
  const auto mean = [](const Paid& paid) {
    return paid.sum.value() / static_cast<double>(paid.count);
  };
  std::ranges::sort(paid_, {}, &Paid::promotion);
  for (std::size_t i = 0; i < paid_.size(); ++i) {
    const double first = mean(paid_[i]);
    alone_[paid_[i].promotion].add(first, first, unit_);
    if (paid_.size() > kMostPromotions) continue;
    for (std::size_t j = i + 1; j < paid_.size(); ++j) {
      both_[{paid_[i].promotion, paid_[j].promotion}].add(first, mean(paid_[j]), unit_);
    }
  }
}

void PromotionPayments::merge(const PromotionPayments& other) {
  for (const auto& [promotion, sums] : other.alone_) alone_[promotion].merge(sums);
  for (const auto& [promotions, sums] : other.both_) both_[promotions].merge(sums);
}

std::vector<std::uint32_t> PromotionPayments::promotions() const {
  std::vector<std::uint32_t> codes;
  for (const auto& [promotion, sums] : alone_) codes.push_back(promotion);
  return codes;
}

stats::Moments PromotionPayments::moments(std::uint32_t promotion) const {
  const auto found = alone_.find(promotion);
  if (found == alone_.end()) return {};
  const PaymentSums& sums = found->second;
  const auto n = static_cast<double>(sums.customers);
  stats::Moments moments{sums.customers, ExactSum::to_double(sums.first) / n, {}};
  if (sums.customers > 1) {
    moments.variance =
        std::max(0.0, sums.products_about(moments.mean, moments.mean, unit_)) / (n - 1);
  }
  return moments;
}

stats::Overlap PromotionPayments::overlap(std::uint32_t first, std::uint32_t second) const {
  const auto found = both_.find(std::minmax(first, second));
  if (found == both_.end()) return {};
  const auto [lesser, greater] = std::minmax(first, second);
  return {found->second.customers,
          found->second.products_about(moments(lesser).mean, moments(greater).mean, unit_)};
}

}  // namespace ca::models
