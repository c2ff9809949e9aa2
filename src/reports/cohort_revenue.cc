#include <fmt/format.h>

#include "reports/families.h"

namespace ca::reports {
namespace {

/// What the customers who first bought in a month have paid since, a customer and month by month.
/// Source: rulings 10, 25, 37, 41.  Cost: one step an order; memory: months x 17 sums.
class CohortRevenue {
 public:
  explicit CohortRevenue(const Frame& frame)
      : frame_(frame),
        months_(frame.history, Period::kMonthly),
        customers_(0, 1),
        payments_(0, 1) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous) return;
    std::optional<std::size_t> first;
    for (const std::uint32_t s : journey.orders) {
      const std::size_t month = months_[journey.day_of(s)];
      if (!first) {
        first = month;
        sink.count(customers_, month, 0);
      }
      sink.sum(payments_, cell(*first, std::min(month - *first, kCohortOffsets)), 0,
               journey.amount[s]);
    }
  }

  auto grids() { return std::tie(customers_, payments_); }

  std::vector<Table> tables() const {
    Table table = table_for(find_report("cohort_revenue"), *frame_.schema);
    RowWriter row(table);
    for (std::size_t first = 0; first < customers_.rows(); ++first) {
      const std::int64_t size = customers_.at(first, 0);
      const Day month = months_.bucket(first);
      if (size == 0 || (frame_.from && month < *frame_.from)) continue;
      const std::size_t age = months_.size() - 1 - first;
      const auto a_customer = [&](ExactSum::Fixed sum) {
        return ExactSum::to_double(sum) / static_cast<double>(size);
      };
      row << month << size;
      ExactSum so_far;
      for (std::size_t offset = 0; offset < kCohortOffsets; ++offset) {
        so_far.add_fixed(payments_.value(cell(first, offset), 0));
        row << (offset <= age ? std::optional(a_customer(so_far.fixed())) : std::nullopt);
      }
      const ExactSum::Fixed later = payments_.value(cell(first, kCohortOffsets), 0);
      row << (kCohortOffsets <= age ? std::optional(a_customer(later)) : std::nullopt);
    }
    return {std::move(table)};
  }

  Targets targets(const CellRef& cell) const {
    const auto first = static_cast<std::size_t>(months_.row_of_any(cell.day(0)));
    if (cell.column == "cohort_size") return {{&customers_, Rows::one(first), 0}};
    if (cell.column == "beyond") {
      return {{&payments_, Rows::one(this->cell(first, kCohortOffsets)), 0}};
    }
    // Month and cohort size stand before the offsets.
    return {{&payments_, Rows::run(this->cell(first, 0), this->cell(first, cell.position - 1)), 0}};
  }

 private:
  /// A cohort's months stand one below the other, the last one for all that is beyond: so a
  /// cumulative sum is a run of rows.
  static std::size_t cell(std::size_t first, std::size_t offset) {
    return first * (kCohortOffsets + 1) + offset;
  }

  Frame frame_;
  BucketRows months_;
  Counts customers_;
  Sums payments_;
};

}  // namespace

FamilySpec cohort_revenue() {
  using enum ColumnType;
  ReportSpec report{
      .name = "cohort_revenue",
      .title = "Revenue a customer by month of first order",
      .needs = {Need::kSessions},
      .columns = {period_column(Period::kMonthly),
                  {"cohort_size", kInteger, "customers", Counted::kCustomers,
                   "Customers with their first order in the month."}},
      .chart = "heatmap",
      .page = "cohorts",
      .window = "Shows the cohorts that begin inside the window, and what they paid up to its end.",
      .help =
          "Payments of a cohort from the month of its first order (0) to the k-th month after, "
          "divided by cohort_size. Empty where the month has not begun by as_of; the current "
          "month is what was paid so far. A dimension value takes the orders in it.",
      .is_extra = true};
  for (std::size_t k = 0; k < kCohortOffsets; ++k) {
    report.columns.push_back(
        {std::to_string(k), kDouble, "currency a customer", Counted::kOrders,
         fmt::format("Payments a customer up to month {} after the first order.", k)});
  }
  report.columns.push_back({"beyond", kDouble, "currency a customer", Counted::kOrders,
                            "Payments a customer in all later months, which are in no other cell; "
                            "empty until one has begun."});
  return {"cohort_revenue",
          FamilyKind::kAggregate,
          {std::move(report)},
          make_family<CohortRevenue>,
          Sharing::kAll};
}

}  // namespace ca::reports
