#include "ingest/tally.h"

#include <bit>

#include "base/utf8.h"

namespace ca::ingest {

void CleaningTally::keep(std::uint32_t bit, std::string_view text) {
  std::string kept = to_valid_utf8(text.substr(0, kLongestText));
  const std::lock_guard lock(mutex_);
  auto& samples = samples_[std::countr_zero(bit)];
  if (samples.size() == kSampleSize && kept >= *samples.rbegin()) return;
  samples.insert(std::move(kept));
  if (samples.size() > kSampleSize) samples.erase(std::prev(samples.end()));
}

std::vector<std::string> CleaningTally::sample(std::uint32_t bit) const {
  const std::lock_guard lock(mutex_);
  const auto& samples = samples_[std::countr_zero(bit)];
  return {samples.begin(), samples.end()};
}

}  // namespace ca::ingest
