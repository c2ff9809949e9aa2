#pragma once

namespace ca::stats {

/// A p-value by drawing at random, and how many draws it took.
struct DrawnPValue {
  double p_value = 1;  ///< at least 1 / kMostPermutations
  int drawn = 0;
};

inline constexpr int kMostPermutations = 10'000;
/// Drawing ends early with this many permutations at least as extreme as what was seen.
inline constexpr int kEnoughExtremes = 100;

/// `is_extreme` draws a permutation and says whether it is at least as extreme as what was seen,
/// which counts as one of kMostPermutations. Ends early without losing validity (Besag & Clifford
/// 1991).
template <class IsExtreme>
DrawnPValue drawn_p_value(IsExtreme&& is_extreme) {
  DrawnPValue found;
  int extremes = 0;
  while (found.drawn < kMostPermutations - 1 && extremes < kEnoughExtremes) {
    ++found.drawn;
    extremes += is_extreme() ? 1 : 0;
  }
  found.p_value = extremes == kEnoughExtremes ? static_cast<double>(extremes) / found.drawn
                                              : (extremes + 1.0) / (found.drawn + 1);
  return found;
}

}  // namespace ca::stats
