#include "reports/allocation.h"

#include <algorithm>
#include <cmath>

namespace ca::reports {
namespace {

/// A sum this small beside what it is made of is taken for 0.
constexpr double kCancelled = 1e-9;

constexpr long double kUnits = 0x1p56L;  ///< of sums, in 1
static_assert(ExactSum::kFractionBits == 56);

/// What a line takes of the amount, in the unit of sums. Reckoned with 64 bits of mantissa, and so
/// is the total: what rounding leaves to the heir must not be seen in the last digit of a double.
ExactSum::Fixed part_of(double amount, double weight, long double total) {
  const long double part =
      static_cast<long double>(amount) * static_cast<long double>(weight) / total * kUnits;
  // Amounts below 128 fit into 64 bits, for which the processor has an instruction.
  if (std::abs(part) < 0x1p63L) return std::llrint(part);
  return static_cast<ExactSum::Fixed>(std::rint(part));
}

struct Total {
  long double sum = 0;
  bool is_zero = false;
};

/// The lines stand in the order of codes, which says nothing: the sums must not depend on it.
Total total_of(std::span<const double> values) {
  ExactSum sum, size;
  for (const double value : values) {
    const ExactSum::Fixed fixed = ExactSum::to_fixed(value);
    sum.add_fixed(fixed);
    size.add_fixed(fixed < 0 ? -fixed : fixed);
  }
  return {static_cast<long double>(sum.fixed()) / kUnits,
          std::abs(sum.value()) <= kCancelled * size.value()};
}

}  // namespace

std::span<const Allocation::Share> Allocation::of(const Journey& journey, std::size_t session,
                                                  std::uint32_t begin, std::uint32_t end) {
  const journeys::LineColumns& lines = journey.partition->lines();
  const std::size_t count = end - begin;
  const double payment = journey.amount[session];
  const double discount = std::isnan(journey.discount[session]) ? 0 : journey.discount[session];
  shares_.assign(count, {});
  if (count == 1) {
    const double revenue = std::isnan(payment) ? lines.amount[begin] : payment;
    shares_.front() = {ExactSum::to_fixed(revenue), ExactSum::to_fixed(discount)};
    return shares_;
  }
  if (std::isnan(payment)) {
    for (std::size_t i = 0; i < count; ++i) {
      shares_[i].revenue = ExactSum::to_fixed(lines.amount[begin + i]);
    }
  }
  if (std::isnan(payment) && discount == 0) return shares_;
  const long double total = weigh(lines, begin, end);
  const std::size_t heir = greatest(lines, begin, end);
  if (!std::isnan(payment)) share(payment, total, heir, &Share::revenue);
  if (discount != 0) share(discount, total, heir, &Share::discount);
  return shares_;
}

long double Allocation::weigh(const journeys::LineColumns& lines, std::uint32_t begin,
                              std::uint32_t end) {
  const auto amounts = lines.amount.subspan(begin, end - begin);
  const auto quantities = lines.quantity.subspan(begin, end - begin);
  for (const auto weights : {amounts, quantities}) {
    const Total total = total_of(weights);
    if (total.is_zero) continue;
    weights_.assign(weights.begin(), weights.end());
    return total.sum;
  }
  weights_.assign(end - begin, 1);
  return static_cast<long double>(end - begin);
}

void Allocation::share(double amount, long double total, std::size_t heir,
                       ExactSum::Fixed Share::*part) {
  ExactSum::Fixed rest = ExactSum::to_fixed(amount);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    if (i == heir) continue;
    const ExactSum::Fixed mine = part_of(amount, weights_[i], total);
    shares_[i].*part = mine;
    rest -= mine;
  }
  shares_[heir].*part = rest;
}

std::size_t Allocation::greatest(const journeys::LineColumns& lines, std::uint32_t begin,
                                 std::uint32_t end) const {
  const auto place = [&](std::uint32_t line) {
    const std::uint32_t category = lines.category[line];
    // Where categories are not mapped, all lines have the same.
    return std::pair(product_ranks_[lines.product[line]],
                     category == journeys::Dictionary::kNone ? 0 : category_ranks_[category]);
  };
  std::uint32_t heir = begin;
  for (std::uint32_t line = begin + 1; line < end; ++line) {
    if (place(heir) < place(line)) heir = line;
  }
  return heir - begin;
}

}  // namespace ca::reports
