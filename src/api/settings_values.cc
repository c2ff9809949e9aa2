// What is set, as whoever works with it reads it.

#include "api/settings.h"
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

}  // namespace

void check_settings(const workspace::Configuration& configuration) {
  runs::segment_settings(configuration);
  runs::value_settings(configuration);
  runs::test_settings(configuration);
  runs::anomaly_settings(configuration);
  runs::delivery_settings(configuration);
  runs::max_delivery_hours(configuration);
  runs::retention_days(configuration);
  largest_upload(configuration);
  largest_source(configuration);
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
