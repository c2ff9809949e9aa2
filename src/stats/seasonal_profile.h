#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/calendar.h"

namespace ca::stats {

enum class Season : std::uint8_t { kNone, kDaily, kWeekly };

/// "none", "daily", "weekly".
std::string_view name_of(Season season);
/// Microseconds until the season repeats itself; 0 for none.
std::int64_t period_of(Season season);

/// Where in a season moments lie: a period in equal slots, of the series' own step or, where that
/// is shorter, of half an hour each; in those a moment lies between the middles of two slots.
class SeasonSlots {
 public:
  SeasonSlots() = default;
  /// `step` > 0: the usual time between two points, in microseconds. `is_fine`: slots of one step
  /// however short, down to a minute, which follow a jump but are learnt of fewer points each.
  SeasonSlots(Season season, std::int64_t step, bool is_fine = false);

  struct Place {
    std::uint32_t slot = 0;   ///< the slot that the moment is in
    std::uint32_t first = 0;  ///< the two slots whose middles it lies between
    std::uint32_t second = 0;
    double share = 0;  ///< of the second, 0 to 1
  };

  Season season() const { return season_; }
  std::size_t count() const { return count_; }
  /// Neighbours on each side that are at most an hour away.
  std::size_t neighbours() const { return neighbours_; }
  Place place_of(Instant time) const;

 private:
  Season season_ = Season::kNone;
  std::int64_t period_ = 1;
  std::size_t count_ = 1;
  std::size_t neighbours_ = 0;
  bool is_between_ = false;
};

/// A number for each slot of a season.
class SeasonProfile {
 public:
  SeasonProfile() = default;
  explicit SeasonProfile(std::vector<double> values) : values_(std::move(values)) {}

  double at(const SeasonSlots::Place& place) const {
    return values_[place.first] + place.share * (values_[place.second] - values_[place.first]);
  }
  double of_slot(std::size_t slot) const { return values_[slot]; }

 private:
  std::vector<double> values_ = {0};
};

/// The medians of the values by slot, and how many there were. Values whose `is_left_out` is not 0
/// are left out.
struct SlotMedians {
  std::vector<double> medians;  ///< 0 without values
  std::vector<double> counts;
};
SlotMedians medians_by_slot(std::size_t slots, std::span<const SeasonSlots::Place> places,
                            std::span<const double> values,
                            std::span<const std::uint8_t> is_left_out);

}  // namespace ca::stats
