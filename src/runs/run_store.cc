#include "runs/run_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace ca::runs {

sql::Options store_options(const RunContext& run) {
  const std::size_t memory = std::clamp<std::size_t>(run.memory / 2, 128'000'000, 2'000'000'000);
  return {.threads = static_cast<int>(run.threads),
          .memory_limit = fmt::format("{}MB", memory / 1'000'000),
          .temporary_folder = run.home.scratch_folder().string()};
}

std::int64_t stored_rows(const store::Counts& counts, sources::Kind kind) {
  switch (kind) {
    case sources::Kind::kSessions: return counts.sessions;
    case sources::Kind::kCustomers: return counts.customers;
    case sources::Kind::kProducts: return counts.basket_lines;
    case sources::Kind::kDeliveries: break;
  }
  return counts.deliveries;
}

}  // namespace ca::runs
