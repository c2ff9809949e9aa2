#include <fmt/format.h>

#include "reports/families.h"

namespace ca::reports {
namespace {

/// Customers, orders and payments of each bucket by whether the customer is new: bought first in
/// this bucket, or returning: bought before it. All orders of the bucket go to that side, so days,
/// weeks and months count apart. Sessions without a customer are left out.
/// Source: rulings 5, 6, 8, 41, 70.  Cost: one step an order; memory: days.
class NewAndReturning {
 public:
  explicit NewAndReturning(const Frame& frame)
      : frame_(frame),
        periods_{Buckets(frame, kBucketPeriods[0]), Buckets(frame, kBucketPeriods[1]),
                 Buckets(frame, kBucketPeriods[2])} {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous || journey.orders.empty()) return;
    for (Buckets& buckets : periods_) buckets.meet(journey.day_of(journey.orders.front()));
    for (const std::uint32_t s : journey.orders_in_window()) {
      for (Buckets& buckets : periods_) {
        const std::size_t row = buckets.rows[journey.day_of(s)];
        const std::size_t side =
            static_cast<std::int64_t>(row) == buckets.first ? kNew : kReturning;
        if (std::exchange(buckets.before, row) != row) {
          sink.count(buckets.counts, row, kCustomers + side);
        }
        sink.count(buckets.counts, row, kOrders + side);
        sink.sum(buckets.payments, row, side, journey.amount[s]);
      }
    }
  }

  auto grids() {
    auto& [days, weeks, months] = periods_;
    return std::tie(days.counts, weeks.counts, months.counts, days.payments, weeks.payments,
                    months.payments);
  }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (const Buckets& buckets : periods_) tables.push_back(table(buckets));
    return tables;
  }

  Targets targets(const CellRef& cell) const {
    const auto& buckets = *std::ranges::find(periods_, period_of(cell.report), &Buckets::period);
    const Rows row = Rows::one(static_cast<std::size_t>(buckets.rows.row_of_any(cell.day(0))));
    const std::size_t side = cell.column.starts_with("new_") ? kNew : kReturning;
    if (cell.column.ends_with("_customers")) return {{&buckets.counts, row, kCustomers + side}};
    if (cell.column.ends_with("_orders")) return {{&buckets.counts, row, kOrders + side}};
    return {{&buckets.payments, row, side}};
  }

 private:
  static constexpr std::size_t kNew = 0;
  static constexpr std::size_t kReturning = 1;
  static constexpr std::size_t kSides = 2;
  // Columns of counts: customers of either side, then orders of either side.
  static constexpr std::size_t kCustomers = 0;
  static constexpr std::size_t kOrders = kSides;
  static constexpr std::size_t kColumns = 2 * kSides;
  static constexpr auto kNone = static_cast<std::size_t>(-1);

  struct Buckets {
    Buckets(const Frame& frame, Period of)
        : period(of),
          rows(frame.axis, of),
          counts(rows.size(), kColumns),
          payments(rows.size(), kSides) {}

    /// Begins with a customer who first bought on that day.
    void meet(Day day) {
      first = rows.row_of_any(day);
      before = kNone;
    }

    Period period;
    BucketRows rows;
    Counts counts;
    Sums payments;
    std::int64_t first = 0;      ///< the customer's first row, below 0 before the window
    std::size_t before = kNone;  ///< the row of the customer's order before
  };

  Table table(const Buckets& buckets) const {
    Table table = table_for(
        find_report(fmt::format("{}_new_and_returning", name_of(buckets.period))), *frame_.schema);
    RowWriter row(table);
    for (std::size_t b = 0; b < buckets.rows.size(); ++b) {
      const Day bucket = buckets.rows.bucket(b);
      row << bucket;
      for (const std::size_t side : {kNew, kReturning}) {
        row << buckets.counts.at(b, kCustomers + side) << buckets.counts.at(b, kOrders + side)
            << ExactSum::to_double(buckets.payments.at(b, side));
      }
      row << frame_.is_partial(bucket, buckets.period);
    }
    return table;
  }

  Frame frame_;
  std::array<Buckets, kBucketPeriods.size()> periods_;
};

ReportSpec new_and_returning(Period period) {
  using enum ColumnType;
  ReportSpec report{
      .name = fmt::format("{}_new_and_returning", name_of(period)),
      .title = fmt::format("New and returning customers, {}", name_of(period)),
      .needs = {Need::kSessions},
      .columns = {period_column(period)},
      .chart = "line",
      .page = "stats-purchase",
      .window =
          "Counts the orders inside the window; a customer's first order is that of all "
          "history.",
      .help =
          "A customer is new in the bucket of the first order, and returning in later buckets "
          "with an order; all orders of the bucket go to that side. Customers of weeks and "
          "months are not sums of days. Sessions without a customer are left out.",
      .is_extra = true};
  for (const std::string side : {"new", "returning"}) {
    report.columns.push_back({side + "_customers", kInteger, "customers", Counted::kCustomers,
                              fmt::format("Customers with an order who are {}.", side)});
    report.columns.push_back({side + "_orders", kInteger, "orders", Counted::kOrders,
                              fmt::format("Orders of {} customers.", side)});
    report.columns.push_back({side + "_revenue", kDouble, "currency", Counted::kOrders,
                              fmt::format("Payments of {} customers.", side)});
  }
  report.columns.push_back(partial_column());
  return report;
}

}  // namespace

FamilySpec new_and_returning() {
  std::vector<ReportSpec> reports;
  for (const Period period : kBucketPeriods) reports.push_back(new_and_returning(period));
  return {"new_and_returning", FamilyKind::kAggregate, std::move(reports),
          make_family<NewAndReturning>, Sharing::kAll};
}

}  // namespace ca::reports
