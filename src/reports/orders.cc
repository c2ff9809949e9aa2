#include <fmt/format.h>

#include "reports/day_totals.h"
#include "reports/families.h"

namespace ca::reports {
namespace {

constexpr Period kSeries[] = {Period::kDaily, Period::kWeekly, Period::kMonthly};

/// Orders and what was paid for them, by day and by hour of day. Orders without a payment count and
/// add nothing to revenue.
/// Source: reports.md 5.3, rulings 5, 6, 10.  Cost: one step a session; memory: days.
class Orders {
 public:
  explicit Orders(const Frame& frame)
      : frame_(frame),
        by_day_(static_cast<std::size_t>(frame.axis.days), 1),
        by_hour_(24, 1),
        revenue_by_day_(static_cast<std::size_t>(frame.axis.days), 1),
        revenue_by_hour_(24, 1) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    for (const std::uint32_t s : journey.orders_in_window()) {
      const std::size_t day = frame_.axis.row(journey.day_of(s));
      sink.count(by_day_, day, 0);
      sink.count(by_hour_, journey.hour[s], 0);
      sink.sum(revenue_by_day_, day, 0, journey.amount[s]);
      sink.sum(revenue_by_hour_, journey.hour[s], 0, journey.amount[s]);
    }
  }

  bool fill(const DayTotals& totals) {
    const Axis& axis = frame_.axis;
    for (Day day = axis.begin; axis.contains(day); day = day + 1) {
      by_day_.add(axis.row(day), 0, totals.count(day, day + 1, DayTotals::kPurchased));
      revenue_by_day_.add(axis.row(day), 0, totals.revenue(day, day + 1));
    }
    if (axis.days == 0) return true;
    const Day end = axis.begin + axis.days;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      by_hour_.add(hour, 0, totals.count(axis.begin, end, DayTotals::kPurchased, hour));
      revenue_by_hour_.add(hour, 0, totals.revenue(axis.begin, end, hour));
    }
    return true;
  }

  auto grids() { return std::tie(by_day_, by_hour_, revenue_by_day_, revenue_by_hour_); }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (const Period period : kSeries) {
      tables.push_back(series(fmt::format("{}_orders", name_of(period)), by_day_, period,
                              [](std::int64_t orders) { return orders; }));
      tables.push_back(
          series(fmt::format("{}_revenue", name_of(period)), revenue_by_day_, period,
                 [](ExactSum::Fixed revenue) { return ExactSum::to_double(revenue); }));
    }
    Table orders = table_for(find_report("hourly_orders"), *frame_.schema);
    Table revenue = table_for(find_report("hourly_revenue"), *frame_.schema);
    RowWriter order_row(orders);
    RowWriter revenue_row(revenue);
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const auto key = static_cast<std::int64_t>(hour);
      order_row << key << ratio(static_cast<double>(by_hour_.at(hour, 0)), frame_.axis.days);
      revenue_row << key << ExactSum::to_double(revenue_by_hour_.at(hour, 0));
    }
    tables.push_back(std::move(orders));
    tables.push_back(std::move(revenue));
    return tables;
  }

  Targets targets(const CellRef& cell) const {
    const bool is_revenue = cell.column == "payment_amount";
    const Period period = period_of(cell.report);
    if (period == Period::kHourly) {
      const Rows hour = Rows::one(cell.row(0));
      return {is_revenue ? Target{&revenue_by_hour_, hour, 0} : Target{&by_hour_, hour, 0}};
    }
    const Rows days = rows_of_bucket(frame_.axis, period, cell.day(0));
    return {is_revenue ? Target{&revenue_by_day_, days, 0} : Target{&by_day_, days, 0}};
  }

 private:
  template <class Cell, class Show>
  Table series(const std::string& report, const Grid<Cell>& days, Period period, Show show) const {
    Table table = table_for(find_report(report), *frame_.schema);
    const Grid<Cell> sums = roll_up(days, frame_.axis, period);
    RowWriter row(table);
    const std::vector<Day> buckets = frame_.axis.buckets(period);
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      row << buckets[b] << show(sums.at(b, 0)) << frame_.is_partial(buckets[b], period);
    }
    return table;
  }

  Frame frame_;
  Counts by_day_;
  Counts by_hour_;
  Sums revenue_by_day_;
  Sums revenue_by_hour_;
};

ReportSpec order_series(Period period) {
  return {.name = fmt::format("{}_orders", name_of(period)),
          .title = fmt::format("Orders, {}", name_of(period)),
          .needs = {Need::kSessions},
          .columns = {period_column(period),
                      {"orders", ColumnType::kInteger, "orders", Counted::kOrders, "Orders."},
                      partial_column()},
          .chart = "line",
          .page = "stats-purchase",
          .window = "Counts the orders inside the window.",
          .help = "Sessions with a purchase, by the bucket of their start.",
          .is_additive = true};
}

ReportSpec revenue_series(Period period) {
  return {.name = fmt::format("{}_revenue", name_of(period)),
          .title = fmt::format("Revenue, {}", name_of(period)),
          .needs = {Need::kSessions},
          .columns = {period_column(period),
                      {"payment_amount", ColumnType::kDouble, "currency", Counted::kOrders,
                       "Payments of the orders."},
                      partial_column()},
          .chart = "line",
          .page = "stats-purchase",
          .window = "Adds the orders inside the window.",
          .help = "Sum of payments over orders; an order without a payment adds nothing.",
          .is_additive = true,
          .is_extra = true};
}

}  // namespace

FamilySpec orders() {
  std::vector<ReportSpec> reports;
  for (const Period period : kSeries) reports.push_back(order_series(period));
  reports.push_back(
      {.name = "hourly_orders",
       .title = "Orders by hour of day",
       .needs = {Need::kSessions},
       .columns = {period_column(Period::kHourly),
                   {"orders", ColumnType::kDouble, "orders a day", Counted::kOrders,
                    "Mean orders a day in this hour."}},
       .chart = "bar",
       .page = "stats-purchase",
       .window = "Counts the orders inside the window, over its days.",
       .help = "Orders of the hour divided by the calendar days from the first session to as_of.",
       .is_additive = true});
  for (const Period period : kSeries) reports.push_back(revenue_series(period));
  reports.push_back({.name = "hourly_revenue",
                     .title = "Revenue by hour of day",
                     .needs = {Need::kSessions},
                     .columns = {period_column(Period::kHourly),
                                 {"payment_amount", ColumnType::kDouble, "currency",
                                  Counted::kOrders, "Payments of the hour's orders, in total."}},
                     .chart = "bar",
                     .page = "stats-purchase",
                     .window = "Adds the orders inside the window.",
                     .help = "Sum of payments over the orders of the hour; a total, not a mean.",
                     .is_additive = true,
                     .is_extra = true});
  return {"orders", FamilyKind::kAggregate, std::move(reports), make_family<Orders>,
          Sharing::kSessions};
}

}  // namespace ca::reports
