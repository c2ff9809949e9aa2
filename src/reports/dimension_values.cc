#include "reports/day_totals.h"
#include "reports/families.h"

namespace ca::reports {
namespace {

/// One dimension value: its orders, payments and customers, by day and in total. The tables of all
/// values together are the reports of main.
/// Source: reports.md 5.3, ruling 23.  Cost: one step a session; memory: days.
class DimensionValues {
 public:
  explicit DimensionValues(const Frame& frame)
      : frame_(frame),
        days_(static_cast<std::size_t>(frame.axis.days), kDayColumns),
        day_sums_(static_cast<std::size_t>(frame.axis.days), kSums),
        totals_(1, kTotals) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    std::size_t visited_day = kNone;
    std::size_t buying_day = kNone;
    const std::size_t sessions = journey.size - journey.window_begin;
    sink.count(totals_, 0, kSessions, static_cast<std::int64_t>(sessions));
    for (std::size_t s = journey.window_begin; s < journey.size && !journey.is_anonymous; ++s) {
      const std::size_t day = frame_.axis.row(journey.day_of(s));
      if (std::exchange(visited_day, day) != day) sink.count(days_, day, kVisitors);
    }
    for (const std::uint32_t s : journey.orders_in_window()) {
      const std::size_t day = frame_.axis.row(journey.day_of(s));
      sink.count(days_, day, kOrders);
      sink.sum(day_sums_, day, kPayments, journey.amount[s]);
      sink.sum(day_sums_, day, kDiscounts, journey.discount[s]);
      if (!journey.is_anonymous && std::exchange(buying_day, day) != day) {
        sink.count(days_, day, kBuyers);
      }
    }
    if (visited_day != kNone) sink.count(totals_, 0, kAllVisitors);
    if (buying_day != kNone) sink.count(totals_, 0, kAllBuyers);
  }

  /// Customers of the whole are no sums of days.
  bool fill(const DayTotals& totals) {
    if (frame_.asks("dimension_kpis") || !totals.knows_customers()) return false;
    const Axis& axis = frame_.axis;
    for (std::size_t row = 0; row < days_.rows(); ++row) {
      const Day day = axis.begin + static_cast<std::int32_t>(row);
      days_.add(row, kOrders, totals.count(day, day + 1, DayTotals::kPurchased));
      days_.add(row, kBuyers, totals.buyers(day));
      days_.add(row, kVisitors, totals.visitors(day));
      day_sums_.add(row, kPayments, totals.revenue(day, day + 1));
      day_sums_.add(row, kDiscounts, totals.discounts(day, day + 1));
    }
    return true;
  }

  auto grids() { return std::tie(days_, day_sums_, totals_); }

  std::vector<Table> tables() const {
    Table totals = table_for(find_report("dimension_kpis"), *frame_.schema);
    RowWriter(totals) << frame_.population << days_.total(kOrders)
                      << ExactSum::to_double(day_sums_.total(kPayments))
                      << ExactSum::to_double(day_sums_.total(kDiscounts))
                      << totals_.at(0, kAllBuyers) << totals_.at(0, kSessions)
                      << totals_.at(0, kAllVisitors);

    Table daily = table_for(find_report("daily_dimension_values"), *frame_.schema);
    RowWriter row(daily);
    for (std::size_t day = 0; day < days_.rows(); ++day) {
      row << frame_.population << frame_.axis.begin + static_cast<std::int32_t>(day)
          << days_.at(day, kOrders) << ExactSum::to_double(day_sums_.at(day, kPayments))
          << ExactSum::to_double(day_sums_.at(day, kDiscounts)) << days_.at(day, kBuyers)
          << days_.at(day, kVisitors);
    }
    return {std::move(totals), std::move(daily)};
  }

  Targets targets(const CellRef& cell) const {
    const bool is_daily = cell.report == "daily_dimension_values";
    const Rows days =
        is_daily ? rows_of_bucket(frame_.axis, Period::kDaily, cell.day(1)) : Rows::all();
    const std::string& of = cell.column;
    if (of == "order_count") return {{&days_, days, kOrders}};
    if (of == "payment_amount") return {{&day_sums_, days, kPayments}};
    if (of == "discount_amount") return {{&day_sums_, days, kDiscounts}};
    if (of == "session_count") return {{&totals_, Rows::one(0), kSessions}};
    // Customers of the whole are not sums of days.
    const bool are_buyers = of == "client_count";
    if (is_daily) return {{&days_, days, are_buyers ? kBuyers : kVisitors}};
    return {{&totals_, Rows::one(0), are_buyers ? kAllBuyers : kAllVisitors}};
  }

 private:
  enum DayColumn : std::size_t { kOrders, kBuyers, kVisitors, kDayColumns };
  enum SumColumn : std::size_t { kPayments, kDiscounts, kSums };
  enum Total : std::size_t { kSessions, kAllVisitors, kAllBuyers, kTotals };
  static constexpr auto kNone = static_cast<std::size_t>(-1);

  Frame frame_;
  Counts days_;
  Sums day_sums_;
  Counts totals_;
};

}  // namespace

FamilySpec dimension_values() {
  using enum ColumnType;
  const ColumnSpec value = {"dimension", kText, "", Counted::kNothing, "Value of the dimension."};
  const ColumnSpec orders = {"order_count", kInteger, "orders", Counted::kOrders, "Orders."};
  const ColumnSpec payments = {"payment_amount", kDouble, "currency", Counted::kOrders,
                               "Payments of the orders."};
  const ColumnSpec discounts = {"discount_amount", kDouble, "currency", Counted::kOrders,
                                "Discounts of the orders."};
  const ColumnSpec buyers = {"client_count", kInteger, "customers", Counted::kCustomers,
                             "Customers with an order."};
  const ColumnSpec visitors = {"visitor_count", kInteger, "customers", Counted::kCustomers,
                               "Customers with a session."};
  return {"dimension_values",
          FamilyKind::kAcrossDimensions,
          {{.name = "dimension_kpis",
            .title = "Key figures of dimension values",
            .needs = {Need::kSessions, Need::kDimension},
            .columns = {value,
                        orders,
                        payments,
                        discounts,
                        buyers,
                        {"session_count", kInteger, "sessions", Counted::kSessions, "Sessions."},
                        visitors},
            .chart = "table",
            .page = "search",
            .window = "Takes what lies in the window.",
            .help = "One row a dimension value: orders, sums over orders, distinct customers."},
           {.name = "daily_dimension_values",
            .title = "Dimension values by day",
            .needs = {Need::kSessions, Need::kDimension},
            .columns = {value,
                        {"daily", kDay, "", Counted::kNothing, "Day."},
                        orders,
                        payments,
                        discounts,
                        buyers,
                        visitors},
            .key_columns = 2,
            .chart = "line",
            .page = "search",
            .window = "Takes what lies in the window.",
            .help = "The key figures of each value by day; every value has every day."}},
          make_family<DimensionValues>};
}

}  // namespace ca::reports
