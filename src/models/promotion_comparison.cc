#include "models/promotion_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "stats/multiple_testing.h"
#include "stats/overlapping_samples.h"
#include "stats/two_samples.h"

namespace ca::models {

std::optional<double> PromotionRank::accepted() const {
  if (opponents == 0) return std::nullopt;
  return static_cast<double>(ties()) / static_cast<double>(opponents);
}

std::string_view PromotionRank::kind() const {
  if (opponents == 0) return "";
  if (beaten > 0) return beaten_by > 0 ? "mixed" : "perfect";
  return beaten_by > 0 ? "worst" : "no difference";
}

PromotionComparison compare_promotions(const PromotionPayments& payments,
                                       const reports::Names& names, const TestSettings& settings) {
  std::vector<std::uint32_t> codes = payments.promotions();
  const std::vector<std::uint32_t>& rank = names.ranks();
  if (codes.size() > kMostCompared) {
    std::ranges::sort(codes, {}, [&](std::uint32_t code) {
      return std::pair(-payments.moments(code).n, rank[code]);
    });
    codes.resize(kMostCompared);
  }
  std::ranges::sort(codes, {}, [&](std::uint32_t code) { return rank[code]; });

  PromotionComparison comparison;
  std::vector<stats::Moments> moments;
  for (const std::uint32_t code : codes) {
    const stats::Moments& found = moments.emplace_back(payments.moments(code));
    comparison.ranks.push_back(
        {.promotion = names.text(code), .customers = found.n, .mean = found.mean});
  }
  struct Places {
    std::size_t first;
    std::size_t second;
  };
  std::vector<Places> places;
  std::vector<std::optional<double>> p_values;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const stats::Moments& first = moments[i];
    for (std::size_t j = i + 1; j < codes.size(); ++j) {
      const stats::Moments& second = moments[j];
      const stats::Overlap both = payments.overlap(codes[i], codes[j]);
      PromotionPair pair{.first = names.text(codes[i]),
                         .second = names.text(codes[j]),
                         .first_customers = first.n,
                         .second_customers = second.n,
                         .both = both.n,
                         .first_mean = first.mean,
                         .second_mean = second.mean};
      pair.test.difference = first.mean - second.mean;
      pair.is_insufficient = std::min(first.n, second.n) < settings.least_customers;
      if (!pair.is_insufficient) {
        pair.test = stats::overlapping(first, second, both, settings.alpha);
        if (pair.test.standard_error) {
          pair.minimum_detectable_effect = stats::minimum_detectable_effect(
              *pair.test.standard_error, settings.alpha, stats::kPower);
        }
      }
      p_values.push_back(pair.test.p_value);
      places.push_back({i, j});
      comparison.pairs.push_back(std::move(pair));
    }
  }
  const std::vector<std::optional<double>> q_values = stats::benjamini_hochberg(p_values);
  for (std::size_t p = 0; p < comparison.pairs.size(); ++p) {
    PromotionPair& pair = comparison.pairs[p];
    pair.q_value = q_values[p];
    pair.is_significant = q_values[p] && *q_values[p] < settings.alpha;
    if (pair.is_insufficient) continue;
    PromotionRank& first = comparison.ranks[places[p].first];
    PromotionRank& second = comparison.ranks[places[p].second];
    ++first.opponents;
    ++second.opponents;
    if (!pair.is_significant) continue;
    const bool has_first_won = pair.test.difference > 0;
    ++(has_first_won ? first : second).beaten;
    ++(has_first_won ? second : first).beaten_by;
  }
  return comparison;
}

}  // namespace ca::models
