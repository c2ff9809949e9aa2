#include "models/normal_scores.h"

#include <algorithm>
#include <cmath>

#include "base/calendar.h"
#include "stats/group_effects.h"

namespace ca::models {

NormalScores::NormalScores(std::int64_t longest)
    : half_(longest / kMicrosPerSecond + 1),
      counts_(static_cast<std::size_t>(2 * half_ + 1)),
      scores_(counts_.size()) {}

std::size_t NormalScores::bin_of(std::int64_t duration) const {
  const std::int64_t reach = half_ * kMicrosPerSecond;
  const std::int64_t shifted = std::clamp(duration, -reach, reach) + reach;
  return static_cast<std::size_t>(shifted / kMicrosPerSecond);
}

void NormalScores::clear() {
  for (const std::uint32_t bin : used_) counts_[bin] = 0;
  used_.clear();
  all_ = 0;
  variance_ = 0;
}

void NormalScores::settle() {
  std::ranges::sort(used_);
  std::int64_t below = 0;
  double squares = 0;
  for (const std::uint32_t bin : used_) {
    const double rank = static_cast<double>(below) + static_cast<double>(counts_[bin]) / 2;
    const double z = stats::normal_quantile(rank / static_cast<double>(all_));
    scores_[bin] = static_cast<std::int32_t>(std::lround(z * kUnit));
    squares += z * z * static_cast<double>(counts_[bin]);
    below += counts_[bin];
  }
  if (all_ > 0 && used_.size() > 1) variance_ = squares / static_cast<double>(all_);
}

}  // namespace ca::models
