#pragma once

#include <cstdint>

#include "workspace/clock.h"
#include "workspace/home.h"

namespace ca::workspace {

/// What was deleted from the record.
struct Forgotten {
  std::int64_t runs = 0;    ///< with their stages, events and findings
  std::int64_t events = 0;  ///< of runs that stay
  std::int64_t audit = 0;
  std::int64_t sign_in_failures = 0;
  std::int64_t requests = 0;  ///< of runs
};

/// Deletes what ended, or was noted, before that moment. Runs stay while a snapshot or the journeys
/// in force are theirs, and so does the newest run, and for each stage the newest in which it
/// succeeded. A connection of its own and many small transactions, so that nobody waits for it.
/// Errors as Workspace's.
Forgotten forget_before(const Home& home, TimePoint before);

}  // namespace ca::workspace
