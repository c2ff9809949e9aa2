#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ca::demo {

/// How busy the days of a history are, as a clock that runs fast on busy days. What happens at a
/// steady rate on this clock happens more often on a Saturday in December and hardly on a day of
/// slump, and still in the same order. Over the whole history the clock shows as many days as the
/// calendar, so rates are those of an average day. Moments are days since the first midnight, with
/// fractions.
class Pace {
 public:
  /// One weight a day, each above zero; only their ratios matter.
  explicit Pace(std::span<const double> weights);

  double length() const { return static_cast<double>(shown_.size() - 1); }
  /// What the clock shows at a moment of the calendar, and the other way round.
  double clock_at(double moment) const;
  double moment_at(double clock) const;

 private:
  std::vector<double> shown_;              ///< what the clock shows at each midnight
  std::vector<std::uint32_t> day_before_;  ///< of each whole day on the clock, for a quick look
};

/// How busy the hours of a day are. Zero weights are hours in which nothing begins.
class Hours {
 public:
  /// 48 weights, one each half hour from midnight on.
  explicit Hours(std::span<const double> weights);

  /// The second of the day at which `part` (0 to 1) of the day's business is done.
  std::uint32_t second_at(double part) const;

 private:
  std::vector<double> done_;  ///< part of the business done at the beginning of each half hour
};

}  // namespace ca::demo
