#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/customer_change.h"
#include "models/promotion_payments.h"

namespace ca::models {

/// Two promotions, compared by what customers paid for orders with them.
struct PromotionPair {
  std::string first;  ///< in byte order before second
  std::string second;
  std::int64_t first_customers = 0;
  std::int64_t second_customers = 0;
  std::int64_t both = 0;  ///< customers of both
  double first_mean = 0;
  double second_mean = 0;
  bool is_insufficient = true;
  stats::TwoSampleTest test = {};      ///< of first less second
  std::optional<double> q_value = {};  ///< among all pairs
  std::optional<double> minimum_detectable_effect = {};
  bool is_significant = false;
  /// The promotion with the higher payments, where that is significant.
  const std::string* winner() const {
    return !is_significant ? nullptr : test.difference > 0 ? &first : &second;
  }
};

/// One promotion among its opponents.
struct PromotionRank {
  std::string promotion;
  std::int64_t customers = 0;
  double mean = 0;
  std::int64_t opponents = 0;  ///< it could be compared with
  std::int64_t beaten = 0;     ///< significantly
  std::int64_t beaten_by = 0;
  std::int64_t ties() const { return opponents - beaten - beaten_by; }
  /// Share of comparisons that see no difference.
  std::optional<double> accepted() const;
  /// "perfect": beats many, beaten by none; "worst": beats none, beaten by many; "mixed": both;
  /// "no difference": neither; empty without an opponent (ruling 59).
  std::string_view kind() const;
};

struct PromotionComparison {
  std::vector<PromotionRank> ranks;  ///< in byte order of names
  std::vector<PromotionPair> pairs;  ///< by (first, second)
};

/// Compares every two promotions once; of more than kMostCompared those with the most customers.
/// Source: reports.md 5.9.
PromotionComparison compare_promotions(const PromotionPayments& payments,
                                       const reports::Names& names, const TestSettings& settings);
inline constexpr std::size_t kMostCompared = 200;

std::string sentence_of(const PromotionPair& pair);

}  // namespace ca::models
