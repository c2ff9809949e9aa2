#include "demo/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "api/reports.h"
#include "base/error.h"

namespace ca::demo {
namespace {

constexpr std::int64_t kSmallestCohort = 30;
constexpr int kCohortWeeks = 4;

/// A cell as a number, when it is there and one.
std::optional<double> number(const Table& table, std::string_view name, std::size_t row) {
  const Column* column = table.find(name);
  if (column == nullptr || row >= column->size() || column->is_null(row)) return std::nullopt;
  if (column->type() == ColumnType::kText) return std::nullopt;
  return column->type() == ColumnType::kDouble ? column->real(row)
                                               : static_cast<double>(column->integer(row));
}

std::int64_t whole(const Table& table, std::string_view name, std::size_t row) {
  return static_cast<std::int64_t>(number(table, name, row).value_or(0));
}

class Reader {
 public:
  Reader(const workspace::Home& home, const Cancellation& cancellation)
      : home_(home), cancellation_(cancellation) {}

  /// The report of everybody, or nothing where the snapshot does not have it.
  std::optional<Table> read(const char* report) const {
    constexpr std::array<std::string_view, 3> kAbsent = {"E-REPORT", "E-NOT-CONFIGURED",
                                                         "E-SKIPPED"};
    api::ReportQuery query;
    query.names = {report};
    try {
      return api::query(home_, query, cancellation_).front().table;
    } catch (const Error& error) {
      if (std::ranges::find(kAbsent, error.code()) == kAbsent.end()) throw;
      return std::nullopt;
    }
  }

 private:
  const workspace::Home& home_;
  const Cancellation& cancellation_;
};

std::vector<KeyFigure> key_figures(const Table& kpis) {
  struct Wanted {
    const char* name;
    const char* total;
    const char* last_week;
    const char* change;
    bool is_money;
  };
  constexpr std::array<Wanted, 4> kWanted = {{
      {"orders", "total_orders", "last_week_orders", "since_last_week_orders", false},
      {"revenue", "total_revenue", "last_week_revenue", "since_last_week_revenue", true},
      {"visitors", "total_visitors", "last_week_visitors", "since_last_week_total_visitors", false},
      {"discount", "total_discount", "last_week_discount", "since_last_week_total_discount", true},
  }};
  std::vector<KeyFigure> figures;
  for (const Wanted& wanted : kWanted) {
    const std::optional<double> total = number(kpis, wanted.total, 0);
    const std::optional<double> last_week = number(kpis, wanted.last_week, 0);
    if (!total || !last_week) continue;
    figures.push_back(
        {wanted.name, wanted.is_money, *total, *last_week, number(kpis, wanted.change, 0)});
  }
  return figures;
}

/// The session steps of the overall funnel: those that the daily funnel has, too.
std::vector<FunnelStep> funnel_steps(const Table& overall, const Table& daily) {
  constexpr std::string_view kYearly = "yearly_";
  std::vector<FunnelStep> steps;
  for (const Column& column : overall.columns()) {
    if (!column.name().starts_with(kYearly)) continue;
    const std::string step = column.name().substr(kYearly.size());
    if (daily.find("daily_" + step) == nullptr) continue;
    steps.push_back({step == "has_sessions" ? "sessions" : step, whole(overall, column.name(), 0)});
  }
  const auto to = [&](const char* name, std::ptrdiff_t place) {
    const auto found = std::ranges::find(steps, name, &FunnelStep::name);
    if (found == steps.end()) return;
    const FunnelStep step = *found;
    steps.erase(found);
    steps.insert(place < 0 ? steps.end() : steps.begin() + place, step);
  };
  to("sessions", 0);
  to("purchased", -1);
  return steps;
}

std::vector<UnusualDay> find_unusual_days(const Table& funnel_anomalies) {
  std::vector<UnusualDay> days;
  for (std::size_t row = 0; row < funnel_anomalies.rows(); ++row) {
    if (whole(funnel_anomalies, "outlier", row) == 0) continue;
    days.push_back({{static_cast<std::int32_t>(whole(funnel_anomalies, "daily", row))},
                    funnel_anomalies.find("feature")->text(row),
                    number(funnel_anomalies, "actual", row).value_or(0),
                    number(funnel_anomalies, "expected", row).value_or(0),
                    number(funnel_anomalies, "anomaly_score", row).value_or(0)});
  }
  std::ranges::stable_sort(days, std::ranges::greater{}, &UnusualDay::score);
  return days;
}

void add_cohorts(const Table& table, Summary& summary) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Cohort cohort;
    cohort.week = {static_cast<std::int32_t>(whole(table, "weekly", row))};
    cohort.customers = whole(table, "cohort_size", row);
    bool is_over = cohort.customers >= kSmallestCohort;
    // The week after the four must have begun: only then are the four complete.
    is_over &= number(table, fmt::format("{}", kCohortWeeks), row).has_value();
    for (int week = 0; week < kCohortWeeks; ++week) {
      cohort.bought += whole(table, fmt::format("{}", week), row);
    }
    if (!is_over) continue;
    if (!summary.best_week || cohort.share() > summary.best_week->share()) {
      summary.best_week = cohort;
    }
    if (!summary.worst_week || cohort.share() < summary.worst_week->share()) {
      summary.worst_week = cohort;
    }
  }
}

void add_buyers(const Table& by_sequence, Summary& summary) {
  for (std::size_t row = 0; row < by_sequence.rows(); ++row) {
    const std::int64_t reached = whole(by_sequence, "reached", row);
    if (whole(by_sequence, "order_seq_num", row) == 1) summary.buyers = reached;
    if (whole(by_sequence, "order_seq_num", row) == 2) summary.buyers_again = reached;
  }
}

void add_promotions(const Table& tests, Summary& summary) {
  for (std::size_t row = 0; row < tests.rows(); ++row) {
    ++summary.tested_promotions;
    if (tests.find("significant")->integer(row) == 0) continue;
    summary.promotions.push_back({tests.column(0).text(row), tests.find("sentence")->text(row),
                                  number(tests, "diff_did", row).value_or(0)});
  }
}

std::vector<SegmentFigures> segment_figures(const Table& segmentation,
                                            const std::optional<Table>& value) {
  std::vector<SegmentFigures> segments;
  for (std::size_t row = 0; row < segmentation.rows(); ++row) {
    segments.push_back(
        {segmentation.column(0).text(row), whole(segmentation, "client_count", row), 0});
  }
  for (std::size_t row = 0; value && row < value->rows(); ++row) {
    const auto segment =
        std::ranges::find(segments, value->column(0).text(row), &SegmentFigures::name);
    if (segment == segments.end()) continue;
    segment->expected = number(*value, "payment_amount", row).value_or(0);
  }
  std::ranges::stable_sort(segments, std::ranges::greater{}, &SegmentFigures::expected);
  return segments;
}

/// Of the newest vintage.
std::optional<ExpectedRevenue> expected_revenue(const Table& daily, const Table& by_segment,
                                                const std::optional<Table>& backtest) {
  ExpectedRevenue expected;
  const Column& vintage = *daily.find("vintage");
  std::int64_t newest = INT64_MIN;
  std::vector<double> actual;
  for (std::size_t row = 0; row < daily.rows(); ++row) {
    if (!vintage.is_null(row)) newest = std::max(newest, vintage.integer(row));
  }
  for (std::size_t row = 0; row < daily.rows(); ++row) {
    const double amount = number(daily, "payment_amount", row).value_or(0);
    if (vintage.is_null(row)) {
      actual.push_back(amount);
    } else if (vintage.integer(row) == newest) {
      ++expected.days;
      expected.total += amount;
    }
  }
  if (expected.days == 0) return std::nullopt;
  const auto days = std::min(actual.size(), static_cast<std::size_t>(expected.days));
  for (std::size_t i = actual.size() - days; i < actual.size(); ++i) expected.last += actual[i];
  for (std::size_t row = 0; row < by_segment.rows(); ++row) {
    if (by_segment.column(0).text(row) == "newcomers") {
      expected.newcomers = number(by_segment, "payment_amount", row).value_or(0);
    }
  }
  for (std::size_t row = 0; backtest && row < backtest->rows(); ++row) {
    if (number(*backtest, "is_champion", row).value_or(0) == 0) continue;
    expected.model = backtest->find("model")->text(row);
    break;
  }
  return expected;
}

}  // namespace

Summary summarise(const workspace::Home& home, const Cancellation& cancellation) {
  const Reader reader(home, cancellation);
  const reports::Manifest manifest = api::manifest(home);
  Summary summary;
  summary.run = manifest.run;
  summary.currency = manifest.currency;
  summary.reports = manifest.rows.size();
  if (const auto kpis = reader.read("kpis")) summary.figures = key_figures(*kpis);
  const std::optional<Table> funnel = reader.read("daily_funnel");
  if (const auto overall = reader.read("overall_funnel"); overall && funnel) {
    summary.funnel = funnel_steps(*overall, *funnel);
  }
  if (const auto dimensions = reader.read("dimension_kpis")) {
    for (std::size_t row = 0; row < dimensions->rows(); ++row) {
      summary.dimensions.push_back(
          {dimensions->column(0).text(row), whole(*dimensions, "order_count", row)});
    }
    std::ranges::stable_sort(summary.dimensions, std::ranges::greater{}, &DimensionShare::orders);
  }
  if (const auto counts = reader.read("user_counts_per_order_seq")) add_buyers(*counts, summary);
  if (const auto journey = reader.read("customer_journey")) {
    for (std::size_t row = 0; row < journey->rows(); ++row) {
      if (number(*journey, "order_number", row) != 2) continue;
      summary.hours_to_second = number(*journey, "median_hours", row);
    }
  }
  if (const auto cohorts = reader.read("weekly_cohort_downloads")) add_cohorts(*cohorts, summary);
  if (const auto churn = reader.read("churn"); churn && churn->rows() == 1) {
    summary.churn = {whole(*churn, "engaged", 0), whole(*churn, "total", 0),
                     number(*churn, "threshold_hours", 0).value_or(0)};
  }
  const std::optional<Table> value = reader.read("clvsegments_amount");
  if (const auto segmentation = reader.read("segmentation")) {
    summary.segments = segment_figures(*segmentation, value);
  }
  if (const auto daily = reader.read("daily_clv"); daily && value) {
    summary.expected = expected_revenue(*daily, *value, reader.read("clv_backtest"));
  }
  for (const char* report : {"promotion_usage_before_after_orders_accept",
                             "promotion_usage_before_after_orders_reject"}) {
    if (const auto tests = reader.read(report)) add_promotions(*tests, summary);
  }
  std::ranges::stable_sort(summary.promotions, std::ranges::greater{}, &PromotionEffect::effect);
  if (const auto days = reader.read("dfunnel_anomaly")) {
    summary.unusual_days = find_unusual_days(*days);
    summary.judged_days = days->rows();
  }
  return summary;
}

}  // namespace ca::demo
