#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/families.h"

namespace ca::reports {
namespace {

using enum ColumnType;

// What models/anomaly_tables.h fills. Source: reports.md 5.10, ruling 35.

constexpr const char* kOlderScore = "Anomaly Score Download to First Order";
constexpr const char* kWindow = "As of the snapshot.";

ColumnSpec outlier_column() {
  return plain_column("outlier", kInteger, "", "1 where the day is unusual, else 0.");
}
ColumnSpec score_column(const char* name) {
  return plain_column(name, kDouble, "",
                      "Minus the decimal logarithm of p_value: 2 is one usual day in a hundred.");
}
ColumnSpec day_column() { return plain_column("daily", kDay, "", "Day."); }
ColumnSpec p_value_column() {
  return plain_column(
      "p_value", kDouble, "",
      "The chance that a usual day scores as high, by days it was not learnt from.");
}
ColumnSpec direction_column() {
  return plain_column("direction", kText, "", "Whether the day was low or high on the whole.");
}

/// What the day was, and why it is called what it is.
std::vector<ColumnSpec> reason_columns() {
  return {
      plain_column("feature", kText, "", "The figure that was furthest from what was expected."),
      plain_column("actual", kDouble, "", "Its value."),
      plain_column("expected", kDouble, "", "What the days around it and its weekday let expect."),
      plain_column("reasons", kText, "",
                   "Of unusual days, up to three figures and how many usual deviations they "
                   "were above or below what was expected."),
      plain_column("method", kText, "", "What the score rests on.")};
}

std::string scoring(const char* figures) {
  return fmt::format(
      "{} Each figure is compared with the median of three weeks before and after and the usual "
      "difference of its weekday, in usual deviations for a day with so many counts. In five parts "
      "each day is scored by what was learnt from the others: a robust Mahalanobis distance and, "
      "for main and the eight largest dimension values, the error of a small autoencoder. A share "
      "anomaly.rate (1 %) of usual days is called unusual.",
      figures);
}

std::vector<ColumnSpec> with_reasons(std::vector<ColumnSpec> columns) {
  std::ranges::move(reason_columns(), std::back_inserter(columns));
  return columns;
}

/// A column for each of the last days that are judged, named by the day; `_outlier` behind the name
/// of an unusual one.
Table wide_cohorts(const Table& days) {
  constexpr std::size_t kShown = 30;
  constexpr std::int64_t kOffsets = 5;
  const Column& date = *days.find("date");
  const Column& offset = *days.find("day");
  const Column& value = *days.find("value");
  const Column& outlier = *days.find("outlier");
  std::set<std::int64_t> dates;
  for (std::size_t row = 0; row < days.rows(); ++row) dates.insert(date.integer(row));
  while (dates.size() > kShown) dates.erase(dates.begin());
  Table wide("dcohort_anomaly");
  Column& number = wide.add("days", kInteger);
  for (std::int64_t day = 0; day < kOffsets && !dates.empty(); ++day) number.push(day);
  for (std::size_t row = 0; row < days.rows(); ++row) {
    if (!dates.contains(date.integer(row)) || offset.integer(row) >= kOffsets) continue;
    if (offset.integer(row) == 0) {
      wide.add(fmt::format("{}{}", format_day({static_cast<std::int32_t>(date.integer(row))}),
                           outlier.integer(row) != 0 ? "_outlier" : ""),
               kDouble);
    }
    Column& shown = wide.columns().back();
    value.is_null(row) ? shown.push_null() : shown.push(value.real(row));
  }
  wide.set_key_columns(1);
  return wide;
}

ReportSpec funnel_report() {
  return {.name = "dfunnel_anomaly",
          .title = "Unusual days of the session funnel",
          .needs = {Need::kSessions},
          .columns = with_reasons({outlier_column(), score_column(kOlderScore), day_column(),
                                   score_column("anomaly_score"), p_value_column()}),
          .row_key = {"daily"},
          .chart = "line and bar",
          .page = "anomaly",
          .window = kWindow,
          .help = scoring("Figures are the logarithm of the day's sessions, and logits of each "
                          "step's share of the sessions and of the step before it. Complete days "
                          "from the first session on.")};
}

std::vector<ReportSpec> cohort_reports() {
  const std::string help = scoring(
      "Figures are logits of the shares of a day's downloads that placed their first order "
      "0 to 6 days later. Days of which all seven are known.");
  ReportSpec long_form{
      .name = "dcohort_anomaly_days",
      .title = "First orders after a download, and unusual days",
      .needs = {Need::kSessions, Need::kCustomers},
      .columns = {plain_column("date", kDay, "", "Day of the download."),
                  plain_column("day", kInteger, "days", "Days from it to the first order."),
                  plain_column("value", kDouble, "ratio", "Share of the day's downloads."),
                  outlier_column()},
      .key_columns = 2,
      .chart = "multi-line",
      .page = "anomaly",
      .window = kWindow,
      .help = help,
      .is_extra = true};
  ReportSpec wide{
      .name = "dcohort_anomaly",
      .title = "First orders after a download, the last days side by side",
      .needs = {Need::kSessions, Need::kCustomers},
      .columns = {plain_column("days", kInteger, "days", "Days from download to first order."),
                  plain_column("<date>", kDouble, "ratio",
                               "Share of the downloads of that day; <date>_outlier of an unusual "
                               "one.")},
      .chart = "multi-line",
      .page = "anomaly",
      .window = kWindow,
      .help = help + " A column a day: the last 30 that can be judged.",
      .view = View{"dcohort_anomaly_days", {}, wide_cohorts}};
  ReportSpec scored{.name = "dcohort_anomaly_2",
                    .title = "Unusual days of download by their first orders",
                    .needs = {Need::kSessions, Need::kCustomers},
                    .columns = with_reasons({day_column(), score_column(kOlderScore),
                                             outlier_column(), score_column("anomaly_score"),
                                             p_value_column(), direction_column()}),
                    .chart = "line and bar",
                    .page = "anomaly",
                    .window = kWindow,
                    .help = help};
  ReportSpec orders{.name = "order_cohort_anomaly",
                    .title = "Unusual days by how soon the next order followed",
                    .needs = {Need::kSessions},
                    .columns = with_reasons({outlier_column(), score_column("anomaly_score"),
                                             day_column(), p_value_column(), direction_column()}),
                    .row_key = {"daily"},
                    .chart = "line and bar",
                    .page = "anomaly",
                    .window = kWindow,
                    .help = scoring("Customers with a first, second or third order on the day, and "
                                    "the shares of them that placed the next one 0 to 6 days "
                                    "later: scored each, and the three scores together."),
                    .is_extra = true};
  return {std::move(long_form), std::move(wide), std::move(scored), std::move(orders)};
}

ReportSpec orders_report() {
  return {
      .name = "dorders_anomaly",
      .title = "Orders of each day beside the same weekday before",
      .needs = {Need::kSessions},
      .columns = {plain_column("diff_perc", kDouble, "percent",
                               "100 x (orders - expected) / expected; empty where none were "
                               "expected."),
                  day_column(),
                  plain_column("anomalities", kText, "", "no change, decrease or increase."),
                  plain_column("orders", kInteger, "orders", "Orders of the day."),
                  plain_column("expected", kDouble, "orders",
                               "Mean of the same weekday in the four weeks before."),
                  plain_column("z", kDouble, "",
                               "Distance of diff_perc from its median, in robust deviations "
                               "(1.4826 x the median distance); empty where that is 0."),
                  plain_column("p_value", kDouble, "",
                               "Where fewer than 30 orders are expected: exact binomial, of the "
                               "day's orders among those of the five days.")},
      .row_key = {"daily"},
      .chart = "bar",
      .page = "anomaly",
      .window = kWindow,
      .help =
          "Complete days with four weeks before them, where there are six weeks. A day is "
          "called unusual above z = 3, where fewer than 30 orders are expected only with a "
          "p_value below 0.01; the direction is that from the median difference."};
}

ReportSpec customers_report() {
  return {
      .name = "clvrfm_anomaly",
      .title = "Customers who are expected to change",
      .needs = {Need::kSessions},
      .columns = {plain_column("f_anomaly", kText, "",
                               "normal or significant, decrease or increase of the frequency."),
                  plain_column("m_anomaly", kText, "", "Likewise of the payments."),
                  plain_column("monetary_diff", kDouble, "currency",
                               "Expected payment of an order less the mean of those so far."),
                  plain_column(
                      "frequency_diff", kDouble, "hours",
                      "Mean gap between purchase days so far less the one expected: above 0 he "
                      "will come more often. Empty where fewer than two purchases are expected."),
                  plain_column("f_dec_inc", kText, "", "decrease or increase: the sign."),
                  plain_column("m_dec_inc", kText, "", "decrease or increase."),
                  plain_column("naming", kText, "", "Both in words, for the legend."),
                  plain_column("client", kText, "", "Customer.")},
      .row_key = {"client"},
      .chart = "scatter",
      .page = "anomaly",
      .window = kWindow,
      .help =
          "Customers with an expected value (client_value): expected_value / expected_orders "
          "beside the mean payment, and the horizon / expected_orders beside the mean gap, in "
          "hours. Significant: more than three robust deviations from the median difference "
          "of all customers."};
}

}  // namespace

FamilySpec anomaly_reports() {
  std::vector<ReportSpec> reports = {funnel_report()};
  std::ranges::move(cohort_reports(), std::back_inserter(reports));
  reports.push_back(orders_report());
  reports.push_back(customers_report());
  return {"anomaly", FamilyKind::kMadeByStage, std::move(reports),
          nullptr,   Sharing::kNone,           kAnomaliesStage};
}

}  // namespace ca::reports
