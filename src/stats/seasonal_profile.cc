#include "stats/seasonal_profile.h"

#include <algorithm>
#include <cmath>

#include "stats/quantile.h"

namespace ca::stats {
namespace {

constexpr std::int64_t kShortestSlot = kMicrosPerHour / 2;
constexpr std::int64_t kShortestFineSlot = kMicrosPerHour / 60;

}  // namespace

std::string_view name_of(Season season) {
  switch (season) {
    case Season::kNone: break;
    case Season::kDaily: return "daily";
    case Season::kWeekly: return "weekly";
  }
  return "none";
}

std::int64_t period_of(Season season) {
  switch (season) {
    case Season::kNone: break;
    case Season::kDaily: return kMicrosPerDay;
    case Season::kWeekly: return 7 * kMicrosPerDay;
  }
  return 0;
}

SeasonSlots::SeasonSlots(Season season, std::int64_t step, bool is_fine) : season_(season) {
  if (season == Season::kNone) return;
  period_ = period_of(season);
  is_between_ = step < kShortestSlot && !is_fine;
  std::int64_t width = is_between_ ? kShortestSlot : std::max(step, kShortestFineSlot);
  if (period_ % width != 0) width = std::max(width, is_fine ? kShortestSlot : kMicrosPerHour);
  count_ = static_cast<std::size_t>(std::max<std::int64_t>(period_ / width, 1));
  neighbours_ = std::min(static_cast<std::size_t>(kMicrosPerHour / width), (count_ - 1) / 2);
}

SeasonSlots::Place SeasonSlots::place_of(Instant time) const {
  if (count_ == 1) return {};
  std::int64_t phase = time.micros % period_;
  if (phase < 0) phase += period_;
  const auto last = static_cast<std::uint32_t>(count_ - 1);
  const std::int64_t slots_passed = phase * static_cast<std::int64_t>(count_);
  const auto slot = static_cast<std::uint32_t>(slots_passed / period_);
  if (!is_between_) return {.slot = slot, .first = slot, .second = slot};
  const double past_middle =
      static_cast<double>(slots_passed % period_) / static_cast<double>(period_) - 0.5;
  if (past_middle >= 0) {
    return {
        .slot = slot, .first = slot, .second = slot == last ? 0 : slot + 1, .share = past_middle};
  }
  return {
      .slot = slot, .first = slot == 0 ? last : slot - 1, .second = slot, .share = 1 + past_middle};
}

SlotMedians medians_by_slot(std::size_t slots, std::span<const SeasonSlots::Place> places,
                            std::span<const double> values,
                            std::span<const std::uint8_t> is_left_out) {
  std::vector<std::size_t> ends(slots + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_left_out[i] == 0) ++ends[places[i].slot + 1];
  }
  for (std::size_t slot = 0; slot < slots; ++slot) ends[slot + 1] += ends[slot];
  std::vector<double> sorted(ends.back());
  std::vector<std::size_t> next(ends.begin(), ends.end() - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_left_out[i] == 0) sorted[next[places[i].slot]++] = values[i];
  }
  SlotMedians found{.medians = std::vector<double>(slots), .counts = std::vector<double>(slots)};
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const std::size_t count = ends[slot + 1] - ends[slot];
    found.medians[slot] = median_of(std::span(sorted).subspan(ends[slot], count));
    found.counts[slot] = static_cast<double>(count);
  }
  return found;
}

}  // namespace ca::stats
