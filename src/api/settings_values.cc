// What is set, as whoever works with it reads it.

#include <fmt/format.h>

#include "api/settings.h"
#include "base/error.h"
#include "base/utf8.h"
#include "runs/anomalies.h"
#include "runs/before_after.h"
#include "runs/deliveries.h"
#include "runs/housekeeping.h"
#include "runs/segments.h"
#include "runs/shop_plan.h"
#include "runs/value.h"

namespace ca::api {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::size_t kLongestName = 80;

bool is_control(char32_t character) {
  return character < U' ' || (character >= U'\x7f' && character < U'\xa0');
}

}  // namespace

void check_settings(const workspace::Configuration& configuration) {
  runs::segment_settings(configuration);
  runs::value_settings(configuration);
  runs::test_settings(configuration);
  runs::anomaly_settings(configuration);
  runs::delivery_settings(configuration);
  runs::max_delivery_hours(configuration);
  runs::retention_days(configuration);
  workspace_name(configuration);
  largest_upload(configuration);
  largest_source(configuration);
}

std::string workspace_name(const workspace::Configuration& configuration) {
  const std::string name = runs::setting(configuration, "workspace.name", "");
  std::size_t characters = 0;
  bool is_one_line = true;
  for (std::size_t position = 0; position < name.size(); ++characters) {
    is_one_line &= !is_control(next_code_point(name, position));
  }
  if (is_one_line && characters <= kLongestName) return name;
  throw Error("E-PARAM", "The workspace's name is not one that can be shown.",
              fmt::format("It is one line of at most {} characters.", kLongestName),
              {{"key", "workspace.name"}});
}

std::uint64_t largest_upload(const workspace::Configuration& configuration) {
  return static_cast<std::uint64_t>(
      kMegabyte * runs::whole_setting(configuration, "imports.max_upload_mb", 4096, 1, 1'000'000));
}

std::uint64_t largest_source(const workspace::Configuration& configuration) {
  return static_cast<std::uint64_t>(kMegabyte * runs::whole_setting(configuration,
                                                                    "imports.max_source_mb", 65'536,
                                                                    1, 100'000'000));
}

}  // namespace ca::api
