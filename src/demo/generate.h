#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "demo/dirt.h"
#include "demo/rows.h"
#include "demo/shop.h"

namespace ca::demo {

inline constexpr std::uint32_t kMostCustomers = 50'000'000;
inline constexpr std::uint64_t kFewestSessionsPerCustomer = 2;
inline constexpr std::uint64_t kMostSessionsPerCustomer = 200;

enum class FileFormat : std::uint8_t { kCsv, kParquet };

struct GenerateOptions {
  std::filesystem::path folder;
  std::uint32_t customers = 50'000;
  std::optional<std::uint64_t> sessions;  ///< about so many; default ten a customer
  std::uint64_t seed = 1;
  Day until = day_from_civil(2025, 12, 31);  ///< last day of the history
  std::int32_t days = 731;                   ///< how long it is
  std::int32_t tail_days = 0;                ///< so many last days in files of their own
  double dirty = 0;                          ///< share of rows followed by a dirty one, to 0.2
  FileFormat format = FileFormat::kCsv;
  std::size_t threads = 0;  ///< 0: the processors this process may use
};

/// An odd day that was planted.
struct PlantedDay {
  Day day;
  OddDayKind kind = OddDayKind::kSurge;
  double orders_factor = 1;
};

/// A promotion that makes its customers order more or less often.
struct PlantedPromotion {
  std::string name;
  double order_factor = 1;  ///< on the rate of orders in the seven days after its use
};

struct Generated {
  Totals totals;  ///< of what is accepted, dirty rows that are accepted too
  DirtCounts dirt{};
  std::vector<PlantedDay> odd_days;
  std::vector<PlantedPromotion> promotions;
};

/// Writes the demo shop to the folder: sessions, customers, products (basket lines) and deliveries
/// in order of time, connect.toml and truth.json (docs/demo_shop.md). The same options give the
/// same bytes, whatever the threads. Memory does not grow with the shop: customers are lived
/// through block by block, their visits wait in a file for their day, and days are written one
/// after the other. All files appear at the end; on an error or cancellation the folder stays as it
/// was. Errors: E-PARAM for options that are not possible, E-FILE for a folder that holds anything
/// but an earlier demo shop, or that cannot be written.
Generated generate(const GenerateOptions& options, Progress& progress,
                   const Cancellation& cancellation);

}  // namespace ca::demo
