#include "ingest/ascending_keys.h"

#include <algorithm>

namespace ca::ingest {

void AscendingKeys::add(const Run& run) {
  if (run.is_ascending_ && run.first_.data() == nullptr) return;  // no rows
  const std::lock_guard lock(mutex_);
  is_possible_ &= run.is_ascending_;
  if (is_possible_) {
    runs_.push_back({std::string(run.first_), std::string(run.last_)});
  } else {
    runs_.clear();
  }
}

bool AscendingKeys::all_differ() const {
  const std::lock_guard lock(mutex_);
  if (!is_possible_) return false;
  std::vector<const Bounds*> order;
  order.reserve(runs_.size());
  for (const Bounds& run : runs_) order.push_back(&run);
  std::ranges::sort(order,
                    [](const Bounds* a, const Bounds* b) { return is_less(a->first, b->first); });
  return std::ranges::adjacent_find(order, [](const Bounds* a, const Bounds* b) {
           return !is_less(a->last, b->first);
         }) == order.end();
}

}  // namespace ca::ingest
