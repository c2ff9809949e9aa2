#include "stats/period_permutation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "stats/drawn_p_value.h"
#include "stats/random.h"

namespace ca::stats {
namespace {

constexpr std::size_t kFewArrangements = 4096;
/// Steps of an exact convolution, about half a millisecond.
constexpr std::int64_t kMostSteps = 1'000'000;
/// What rounding may do to a sum, as a share of the largest that is possible.
constexpr double kRounding = 1e-12;
/// All differences of counts are whole multiples of it: they are after - sum / count, count <= 4.
constexpr double kUnitOfCounts = 1.0 / 12;

/// The differences that a unit would have, with each of its values as the later one.
struct Unit {
  std::array<double, 5> differences{};
  std::uint8_t size = 0;

  double least() const {
    return *std::min_element(differences.begin(), differences.begin() + size);
  }
  double greatest() const {
    return *std::max_element(differences.begin(), differences.begin() + size);
  }
};

/// All arrangements of the units that have more than one.
struct Arrangements {
  std::vector<Unit> units;
  double seen = 0;     ///< the sum of differences as it was
  double largest = 0;  ///< no sum is farther from zero
};

Arrangements arrangements_of(std::span<const Periods> all) {
  Arrangements arrangements;
  arrangements.units.reserve(all.size());
  for (const Periods& periods : all) {
    double sum = periods.after;
    bool is_constant = true;
    for (std::size_t j = 0; j < periods.count; ++j) {
      sum += periods.before[j];
      is_constant &= periods.before[j] == periods.after;
    }
    if (is_constant) continue;
    // value - (sum - value) / count
    const double count = periods.count;
    Unit unit;
    unit.size = static_cast<std::uint8_t>(periods.count + 1);
    for (std::size_t j = 0; j < unit.size; ++j) {
      const double value = j == 0 ? periods.after : periods.before[j - 1];
      unit.differences[j] = value - (sum - value) / count;
    }
    arrangements.units.push_back(unit);
    arrangements.seen += unit.differences[0];
    arrangements.largest += std::max(std::abs(unit.least()), std::abs(unit.greatest()));
  }
  return arrangements;
}

/// Steps above its least difference that each value of a unit would take it, in whole numbers.
struct Steps {
  std::vector<std::array<std::int64_t, 5>> of_unit;
  double size = 0;           ///< of one step
  double base = 0;           ///< the sum when every unit is at its least
  std::int64_t highest = 0;  ///< the most steps all can take
};

/// Nothing where differences are not multiples of a common unit, or the convolution would be long.
std::optional<Steps> steps_of(const Arrangements& arrangements, bool are_counts) {
  double size = are_counts ? kUnitOfCounts : arrangements.largest;
  if (!are_counts) {
    for (const Unit& unit : arrangements.units) {
      const double least = unit.least();
      for (std::size_t j = 0; j < unit.size; ++j) {
        const double above = unit.differences[j] - least;
        if (above > kRounding * arrangements.largest) size = std::min(size, above);
      }
    }
  }
  Steps steps;
  steps.size = size;
  std::int64_t common = 0;
  for (const Unit& unit : arrangements.units) {
    const double least = unit.least();
    auto& taken = steps.of_unit.emplace_back();
    for (std::size_t j = 0; j < unit.size; ++j) {
      const double exact = (unit.differences[j] - least) / size;
      if (exact > static_cast<double>(kMostSteps)) return {};
      taken[j] = std::llround(exact);
      if (std::abs(exact - static_cast<double>(taken[j])) > 1e-6) return {};
      common = std::gcd(common, taken[j]);
    }
    steps.base += least;
  }
  if (common == 0) return {};
  steps.size *= static_cast<double>(common);
  std::int64_t work = 0;
  for (std::size_t i = 0; i < steps.of_unit.size(); ++i) {
    work += arrangements.units[i].size * (steps.highest + 1);
    if (work > kMostSteps) return {};
    for (std::int64_t& taken : steps.of_unit[i]) taken /= common;
    steps.highest += *std::ranges::max_element(steps.of_unit[i]);
  }
  return steps;
}

/// The distribution of the sum, one unit after the other.
double by_convolution(const Arrangements& arrangements, const Steps& steps) {
  const auto size = static_cast<std::size_t>(steps.highest) + 1;
  std::vector<double> share(size);
  std::vector<double> next(size);
  share[0] = 1;
  std::size_t reached = 1;
  for (std::size_t i = 0; i < steps.of_unit.size(); ++i) {
    const auto& taken = steps.of_unit[i];
    const std::size_t values = arrangements.units[i].size;
    const double each = 1 / static_cast<double>(values);
    const auto farthest = static_cast<std::size_t>(*std::ranges::max_element(taken));
    std::fill_n(next.begin(), reached + farthest, 0.0);
    for (std::size_t j = 0; j < values; ++j) {
      double* to = next.data() + taken[j];
      for (std::size_t k = 0; k < reached; ++k) to[k] += each * share[k];
    }
    reached += farthest;
    share.swap(next);
  }
  const double limit = std::abs(arrangements.seen) - 1e-6 * steps.size;
  double p = 0;
  for (std::size_t k = 0; k < reached; ++k) {
    if (std::abs(steps.base + steps.size * static_cast<double>(k)) >= limit) p += share[k];
  }
  return std::min(p, 1.0);
}

/// The sums of some units next to each other, for each way to arrange them.
using Table = std::vector<double>;

/// As few tables as there are with at most so many sums each.
std::vector<Table> tables_of(const Arrangements& arrangements, std::size_t most_sums) {
  std::vector<Table> tables;
  for (const Unit& unit : arrangements.units) {
    if (tables.empty() || tables.back().size() * unit.size > most_sums) tables.emplace_back(1, 0.0);
    Table& table = tables.back();
    const std::size_t before = table.size();
    table.resize(before * unit.size);
    for (std::size_t j = unit.size; j-- > 0;) {
      for (std::size_t k = 0; k < before; ++k) {
        table[j * before + k] = table[k] + unit.differences[j];
      }
    }
  }
  return tables;
}

double by_drawing(const Arrangements& arrangements, double limit, std::uint64_t seed) {
  const std::vector<Table> tables = tables_of(arrangements, 256);
  RandomStream random(seed, 0);
  const auto pick = [](const Table& table, std::uint64_t bits) {
    return table[(bits * table.size()) >> 32];
  };
  return drawn_p_value([&] {
           double sum = 0;
           std::size_t i = 0;
           for (; i + 1 < tables.size(); i += 2) {
             const std::uint64_t bits = random.next();
             sum += pick(tables[i], bits >> 32) + pick(tables[i + 1], bits & 0xffffffffU);
           }
           if (i < tables.size()) sum += pick(tables[i], random.next() >> 32);
           return std::abs(sum) >= limit;
         })
      .p_value;
}

}  // namespace

double period_permutation_p_value(std::span<const Periods> units, bool are_counts,
                                  std::uint64_t seed) {
  const Arrangements arrangements = arrangements_of(units);
  // Sums that differ by rounding only are equal.
  const double limit = std::abs(arrangements.seen) - kRounding * arrangements.largest;
  if (limit <= 0) return 1;
  if (const auto steps = steps_of(arrangements, are_counts)) {
    return by_convolution(arrangements, *steps);
  }
  double ways = 1;
  for (const Unit& unit : arrangements.units) ways *= unit.size;
  if (ways > static_cast<double>(kFewArrangements)) return by_drawing(arrangements, limit, seed);
  const std::vector<Table> all = tables_of(arrangements, kFewArrangements);
  const auto extreme =
      std::ranges::count_if(all.front(), [&](double sum) { return std::abs(sum) >= limit; });
  return static_cast<double>(extreme) / ways;
}

}  // namespace ca::stats
