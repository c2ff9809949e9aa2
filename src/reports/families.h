#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "reports/catalogue.h"
#include "reports/family.h"

namespace ca::reports {

// The families of the catalogue, one .cc each.
FamilySpec funnels();
FamilySpec cohorts();
FamilySpec customer_journey();
FamilySpec orders();
FamilySpec new_and_returning();
FamilySpec cohort_revenue();
FamilySpec churn();
FamilySpec products();
FamilySpec product_pairs();
FamilySpec promotions();
FamilySpec weekly_averages();
FamilySpec purchase_amounts();
FamilySpec order_counts();
FamilySpec kpis();
FamilySpec dimension_values();
FamilySpec customer_values();
FamilySpec rfm();
FamilySpec segmentation();
FamilySpec rfm_clusters();
FamilySpec segment_flow();
FamilySpec value_reports();
FamilySpec before_after_reports();
FamilySpec anomaly_reports();
FamilySpec delivery_reports();
FamilySpec system_reports();

/// Its folds need the thresholds of facts (reports/churn_thresholds.h).
inline constexpr std::string_view kChurnFamily = "churn";

/// Says each buyer's segment where it is known.
inline constexpr std::string_view kClientKpis = "client_kpis";

// What they share.

/// A report about the orders inside the window, for which there is no page of its own.
ReportSpec order_report(std::string name, std::string title, Need need,
                        std::vector<ColumnSpec> columns, std::size_t keys, std::string chart,
                        std::string help);

/// A column of which nobody asks who is behind it.
ColumnSpec plain_column(std::string name, ColumnType type, std::string unit, std::string sentence);

/// The extension column is_partial of a series (ruling 6).
ColumnSpec partial_column();
/// The key column of a series: hourly, daily, weekly or monthly.
ColumnSpec period_column(Period period);

/// The periods of which a week or a month is not the sum of its days, and the numbers of a day's
/// buckets in them.
inline constexpr std::array kBucketPeriods = {Period::kDaily, Period::kWeekly, Period::kMonthly};
using BucketNumbers = std::array<std::int32_t, kBucketPeriods.size()>;
inline BucketNumbers bucket_numbers(Day day) {
  return {bucket_number(day, Period::kDaily), bucket_number(day, Period::kWeekly),
          bucket_number(day, Period::kMonthly)};
}

/// Offsets that a cohort's row shows: the bucket it began in is 0 (ruling 57).
inline constexpr std::size_t kCohortOffsets = 16;

/// Sums of the days of each bucket of the axis; the rows of `days` are the days of the axis.
template <class Cell>
Grid<Cell> roll_up(const Grid<Cell>& days, const Axis& axis, Period period) {
  const std::vector<Day> buckets = axis.buckets(period);
  Grid<Cell> sums(buckets.size(), days.columns());
  std::size_t bucket = 0;
  for (std::size_t day = 0; day < days.rows(); ++day) {
    const Day date = axis.begin + static_cast<std::int32_t>(day);
    if (bucket + 1 < buckets.size() && date >= buckets[bucket + 1]) ++bucket;
    for (std::size_t column = 0; column < days.columns(); ++column) {
      sums.add(bucket, column, days.at(day, column));
    }
  }
  return sums;
}

// For targets(): what a cell is made of.

/// The period of a report whose name begins with it.
Period period_of(std::string_view report);
/// The rows that roll_up() adds for a bucket.
Rows rows_of_bucket(const Axis& axis, Period period, Day bucket);

}  // namespace ca::reports
