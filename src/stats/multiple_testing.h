#pragma once

#include <optional>
#include <span>
#include <vector>

namespace ca::stats {

/// The q-value of each p-value: the smallest share of false discoveries at which it would still be
/// called one, when all tests given are looked at together. A missing p-value is no test and has
/// none. Benjamini & Hochberg 1995. O(n log n).
std::vector<std::optional<double>> benjamini_hochberg(
    std::span<const std::optional<double>> p_values);

}  // namespace ca::stats
