#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/cancellation.h"

namespace ca::models {

struct UnusualSettings {
  double rate = 0.01;  ///< of usual rows, this share is called unusual
  std::uint64_t seed = 1;
  bool with_network = true;  ///< else only the robust distance scores
};

/// What a row's score rests on.
enum class Scored : unsigned char {
  kNot,                 ///< too few rows to say anything
  kDeviation,           ///< the largest deviation of a feature: fewer than kFewestRows
  kDistance,            ///< the robust distance
  kDistanceAndNetwork,  ///< and how badly an autoencoder gives the row back
};
/// "too few days", "largest deviation", "robust distance", "robust distance and autoencoder".
std::string_view name_of(Scored scored);

/// Which rows are unlike the others, as a whole: each number may be usual, and their company not.
struct UnusualRows {
  /// Of each row, the chance that a usual one is as unusual; 1 where nothing is said.
  std::vector<double> p_values;
  std::vector<bool> are_unusual;
  Scored scored = Scored::kNot;
};

inline constexpr std::size_t kFewestRows = 30;
inline constexpr double kLeastChance = 1e-12;  ///< of p-values, whose tails go on beyond the data

/// `rows` are deviations from what was expected, `features` a row, half of them within 0.67 (a
/// column of zeros says nothing). In five parts each row is scored by what was learnt from the
/// others: its Mahalanobis distance, of covariances from which unlike rows are left out, and the
/// error of an autoencoder (nets/autoencoder.h). Both are turned into chances by the tail of all
/// such scores, and the mean of their logarithms is the score whose tail gives the p-value; scores
/// that stand far apart from all others (stats/gross_outliers.h) are not counted as usual. So a
/// share `rate` of usual rows is called unusual, whatever their distribution. Deterministic.
/// Source: reports.md 5.10 REC. Throws Error E-CANCELLED.
UnusualRows find_unusual(std::span<const double> rows, std::size_t features,
                         const UnusualSettings& settings, const Cancellation& cancellation);

/// Chances that one thing is usual by several independent looks at it, row by row, as one: for
/// rows that other calls of find_unusual() have judged. NaN: not looked at.
UnusualRows combine(const std::vector<std::vector<double>>& p_values,
                    const UnusualSettings& settings);

}  // namespace ca::models
