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
      : frame_(frame), begin_(bucket_numbers(frame.axis.begin)) {
    for (std::size_t p = 0; p < kBucketPeriods.size(); ++p) {
      const std::size_t buckets = frame.axis.buckets(kBucketPeriods[p]).size();
      counts_[p] = Counts(buckets, kColumns);
      payments_[p] = Sums(buckets, kSides);
    }
  }

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous) return;
    std::size_t s = 0;
    while (s < journey.size && !journey.is_order(s)) ++s;
    if (s == journey.size) return;
    const BucketNumbers first = bucket_numbers(journey.day_of(s));
    BucketNumbers before;
    before.fill(INT32_MIN);
    for (s = std::max(s, journey.window_begin); s < journey.size; ++s) {
      if (!journey.is_order(s)) continue;
      const BucketNumbers here = bucket_numbers(journey.day_of(s));
      for (std::size_t p = 0; p < here.size(); ++p) {
        const auto row = static_cast<std::size_t>(here[p] - begin_[p]);
        const std::size_t side = here[p] == first[p] ? kNew : kReturning;
        if (here[p] != before[p]) sink.count(counts_[p], row, kCustomers + side);
        sink.count(counts_[p], row, kOrders + side);
        sink.sum(payments_[p], row, side, journey.amount[s]);
      }
      before = here;
    }
  }

  auto grids() {
    return std::tie(counts_[0], counts_[1], counts_[2], payments_[0], payments_[1], payments_[2]);
  }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (std::size_t p = 0; p < kBucketPeriods.size(); ++p) tables.push_back(table(p));
    return tables;
  }

 private:
  static constexpr std::size_t kNew = 0;
  static constexpr std::size_t kReturning = 1;
  static constexpr std::size_t kSides = 2;
  // Columns of counts: customers of either side, then orders of either side.
  static constexpr std::size_t kCustomers = 0;
  static constexpr std::size_t kOrders = kSides;
  static constexpr std::size_t kColumns = 2 * kSides;

  Table table(std::size_t p) const {
    const Period period = kBucketPeriods[p];
    Table table = table_for(find_report(fmt::format("{}_new_and_returning", name_of(period))),
                            *frame_.schema);
    RowWriter row(table);
    const std::vector<Day> buckets = frame_.axis.buckets(period);
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      row << buckets[b];
      for (const std::size_t side : {kNew, kReturning}) {
        row << counts_[p].at(b, kCustomers + side) << counts_[p].at(b, kOrders + side)
            << ExactSum::to_double(payments_[p].at(b, side));
      }
      row << frame_.is_partial(buckets[b], period);
    }
    return table;
  }

  Frame frame_;
  BucketNumbers begin_;  ///< of the axis
  std::array<Counts, kBucketPeriods.size()> counts_ = {Counts(0, 0), Counts(0, 0), Counts(0, 0)};
  std::array<Sums, kBucketPeriods.size()> payments_ = {Sums(0, 0), Sums(0, 0), Sums(0, 0)};
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
          make_family<NewAndReturning>};
}

}  // namespace ca::reports
