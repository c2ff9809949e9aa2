#include "stats/multiple_testing.h"

#include <algorithm>
#include <cstddef>

namespace ca::stats {

std::vector<std::optional<double>> benjamini_hochberg(
    std::span<const std::optional<double>> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (p_values[i]) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return *p_values[i]; });
  std::vector<std::optional<double>> q_values(p_values.size());
  const auto tests = static_cast<double>(order.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    least = std::min(least, *p_values[i] * tests / static_cast<double>(rank));
    q_values[i] = least;
  }
  return q_values;
}

}  // namespace ca::stats
