#include "reports/frame.h"

#include <cmath>

namespace ca::reports {

std::vector<Day> Axis::buckets(Period period) const {
  std::vector<Day> buckets;
  if (days <= 0) return buckets;
  for (Day bucket = bucket_of(begin, period); bucket <= last();
       bucket = next_bucket(bucket, period)) {
    buckets.push_back(bucket);
  }
  return buckets;
}

BucketRows::BucketRows(const Axis& axis, Period period)
    : period_(period), begin_(axis.begin), first_(bucket_number(axis.begin, period)) {
  const std::vector<Day> buckets = axis.buckets(period);
  size_ = buckets.size();
  rows_.reserve(static_cast<std::size_t>(axis.days));
  std::uint32_t row = 0;
  for (std::int32_t d = 0; d < axis.days; ++d) {
    if (row + 1 < buckets.size() && axis.begin + d >= buckets[row + 1]) ++row;
    rows_.push_back(row);
  }
}

__int128 millionths(double amount) {
  // Up to 1e9 the product is exact enough for round() to see the half; beyond, the whole part and
  // the fraction are scaled apart so that nothing is lost.
  double whole = 0;
  const double fraction = std::modf(amount, &whole);
  return static_cast<__int128>(whole) * 1'000'000 +
         static_cast<__int128>(std::round(fraction * 1e6));
}

const std::vector<std::uint32_t>& Names::ranks() const {
  std::call_once(is_ranked_, [&] { ranks_ = dictionary_.ranks(); });
  return ranks_;
}

std::vector<std::uint32_t> Names::in_order() const {
  std::vector<std::uint32_t> codes(ranks().size());
  for (std::uint32_t code = 0; code < codes.size(); ++code) codes[ranks_[code]] = code;
  return codes;
}

bool Frame::asks(std::string_view report, std::string_view column) const {
  if (!asks(report)) return false;
  if (!columns_of_views) return true;
  const auto found = columns_of_views->find(report);
  return found == columns_of_views->end() || found->second.contains(column);
}

bool Frame::is_partial(Day bucket, Period period) const {
  return zone->start_of(next_bucket(bucket, period)).micros - 1 > as_of || (from && bucket < *from);
}

}  // namespace ca::reports
