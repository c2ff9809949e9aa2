#include "demo/pace.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ca::demo {

Pace::Pace(std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto days = static_cast<double>(weights.size());
  shown_.push_back(0);
  double sum = 0;
  for (const double weight : weights) {
    sum += weight;
    shown_.push_back(sum / total * days);
  }
  shown_.back() = days;
  std::uint32_t day = 0;
  for (std::size_t whole = 0; whole < weights.size(); ++whole) {
    while (shown_[day + 1] <= static_cast<double>(whole)) ++day;
    day_before_.push_back(day);
  }
}

double Pace::clock_at(double moment) const {
  if (moment <= 0) return 0;
  if (moment >= length()) return length();
  const auto day = static_cast<std::size_t>(moment);
  return shown_[day] + (shown_[day + 1] - shown_[day]) * (moment - static_cast<double>(day));
}

double Pace::moment_at(double clock) const {
  if (clock <= 0) return 0;
  if (clock >= length()) return length();
  std::size_t day = day_before_[static_cast<std::size_t>(clock)];
  while (shown_[day + 1] <= clock) ++day;
  return static_cast<double>(day) + (clock - shown_[day]) / (shown_[day + 1] - shown_[day]);
}

Hours::Hours(std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  double sum = 0;
  for (const double weight : weights) {
    done_.push_back(sum / total);
    sum += weight;
  }
  done_.push_back(1);
}

std::uint32_t Hours::second_at(double part) const {
  const auto after = std::upper_bound(done_.begin(), done_.end() - 1, part);
  const auto half_hour = static_cast<std::size_t>(after - done_.begin()) - 1;
  const double inside = (part - done_[half_hour]) / (done_[half_hour + 1] - done_[half_hour]);
  const auto second = static_cast<std::uint32_t>(std::clamp(inside, 0.0, 1.0) * 1800);
  return static_cast<std::uint32_t>(half_hour) * 1800 + std::min(1799U, second);
}

}  // namespace ca::demo
