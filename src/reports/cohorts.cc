#include <fmt/format.h>

#include "reports/families.h"

namespace ca::reports {
namespace {

/// The steps from one event of a customer to the next: step 0 leads from the download to the first
/// order, step i from order i to order i + 1.
constexpr std::size_t kSteps = 4;

std::string report_name(std::size_t step, Period period) {
  if (step == 0) return fmt::format("{}_cohort_downloads", name_of(period));
  return fmt::format("{}_cohort_from_{}_to_{}", name_of(period), step, step + 1);
}

/// Customers by the bucket of an event and the number of buckets until the next one. Counts
/// customers, not orders. A cell that as_of has not reached yet is null, not zero. Days, weeks and
/// months count apart, because an offset in weeks is not the sum of offsets in days. The first row
/// of each grid is the bucket of as_of and further rows lie before it, so that a grid is only as
/// large as what its population did.
/// Source: reports.md 5.2, rulings 25, 26, 28, 37, 41.  Cost: one step an order up to the fourth;
/// memory: buckets x 18 integers a report.
class Cohorts {
 public:
  explicit Cohorts(const Frame& frame)
      : frame_(frame),
        last_(bucket_numbers(frame.last_day)),
        compares_days_(frame.schema->starts_are_dates || frame.schema->downloads_are_dates) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous) return;
    std::optional<BucketNumbers> before;
    std::size_t order = 0;
    for (const std::uint32_t s : journey.orders) {
      if (order == kSteps) break;
      const BucketNumbers here = bucket_numbers(journey.day_of(s));
      if (++order == 1) {
        visit_download(journey, s, here, sink);
      } else {
        add_next(order - 1, *before, here, sink);
      }
      if (order < kSteps) add_member(order, here, sink);
      before = here;
    }
    // A dimension value takes the customers with an order in it (ruling 37).
    if (order == 0 && frame_.is_main) visit_download_without_order(journey, sink);
  }

  auto grids() {
    return std::apply([](auto&... grid) { return std::tie(grid...); }, grids_);
  }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (std::size_t step = 0; step < kSteps; ++step) {
      for (std::size_t p = 0; p < kBucketPeriods.size(); ++p) tables.push_back(table(step, p));
    }
    return tables;
  }

  Targets targets(const CellRef& cell) const {
    const std::size_t p = static_cast<std::size_t>(
        std::ranges::find(kBucketPeriods, period_of(cell.report)) - kBucketPeriods.begin());
    std::size_t step = 0;
    while (report_name(step, kBucketPeriods[p]) != cell.report) ++step;
    const CustomerCounts& counts = grids_[step * kBucketPeriods.size() + p];
    const Rows cohort = Rows::one(row(p, bucket_numbers(cell.day(0))));
    if (cell.column == "cohort_size") return {{&counts, cohort, kSize}};
    if (cell.column == "beyond") return {{&counts, cohort, kBeyond}};
    return {{&counts, cohort, kOffset + cell.position - 1}};
  }

 private:
  static constexpr std::size_t kSize = 0;
  static constexpr std::size_t kOffset = 1;
  static constexpr std::size_t kBeyond = kOffset + kCohortOffsets;

  /// The cohorts of one report.
  struct EventCounts : CustomerCounts {
    EventCounts() : CustomerCounts(0, kBeyond + 1) {}
  };

  template <class Sink>
  void visit_download(const Journey& journey, std::size_t first_order, const BucketNumbers& bought,
                      Sink& sink) {
    const Journey::Event download = journey.event(journeys::kDownload);
    if (!download) return;
    const BucketNumbers row = bucket_numbers(download.day);
    add_member(0, row, sink);
    const bool is_before = compares_days_ ? journey.day_of(first_order) < download.day
                                          : journey.start[first_order] < download.instant;
    if (!is_before) add_next(0, row, bought, sink);
  }

  template <class Sink>
  void visit_download_without_order(const Journey& journey, Sink& sink) {
    if (const Journey::Event download = journey.event(journeys::kDownload)) {
      add_member(0, bucket_numbers(download.day), sink);
    }
  }

  template <class Sink>
  void add_member(std::size_t step, const BucketNumbers& at, Sink& sink) {
    for (std::size_t p = 0; p < at.size(); ++p) sink.count(grid(step, p), row(p, at), kSize);
  }

  template <class Sink>
  void add_next(std::size_t step, const BucketNumbers& at, const BucketNumbers& next, Sink& sink) {
    for (std::size_t p = 0; p < at.size(); ++p) {
      const auto offset = static_cast<std::size_t>(next[p] - at[p]);
      sink.count(grid(step, p), row(p, at), std::min(kOffset + offset, kBeyond));
    }
  }

  CustomerCounts& grid(std::size_t step, std::size_t period) {
    return grids_[step * kBucketPeriods.size() + period];
  }
  /// Buckets before that of as_of.
  std::size_t row(std::size_t period, const BucketNumbers& at) const {
    return static_cast<std::size_t>(last_[period] - at[period]);
  }

  Table table(std::size_t step, std::size_t p) const {
    const Period period = kBucketPeriods[p];
    const CustomerCounts& counts = grids_[step * kBucketPeriods.size() + p];
    Table table = table_for(find_report(report_name(step, period)), *frame_.schema);
    RowWriter writer(table);
    for (std::size_t age = counts.rows(); age-- > 0;) {
      const Day bucket = bucket_begin(last_[p] - static_cast<std::int32_t>(age), period);
      if (counts.at(age, kSize) == 0 || (frame_.from && bucket < *frame_.from)) continue;
      // A row of age n has seen the offsets 0 to n.
      const auto cell = [&](std::size_t offset, std::size_t column) {
        return offset <= age ? std::optional(std::int64_t{counts.at(age, column)}) : std::nullopt;
      };
      writer << bucket;
      for (std::size_t k = 0; k < kCohortOffsets; ++k) writer << cell(k, kOffset + k);
      writer << cell(0, kSize) << cell(kCohortOffsets, kBeyond);
    }
    return table;
  }

  Frame frame_;
  BucketNumbers last_;  ///< of as_of
  bool compares_days_;  ///< a column holds only dates, so an hour says nothing (ruling 25)
  std::array<EventCounts, kSteps * kBucketPeriods.size()> grids_;
};

std::string_view unit_of(Period period) {
  switch (period) {
    case Period::kHourly: return "hours";
    case Period::kDaily: return "days";
    case Period::kWeekly: return "weeks";
    case Period::kMonthly: break;
  }
  return "months";
}

ReportSpec cohort(std::size_t step, Period period) {
  const std::string_view unit = unit_of(period);
  const std::string from = step == 0 ? "download" : fmt::format("order {}", step);
  const std::string to = step == 0 ? "first order" : fmt::format("order {}", step + 1);
  const auto customers = [](std::string name, std::string sentence) {
    return ColumnSpec{std::move(name), ColumnType::kInteger, "customers", Counted::kCustomers,
                      std::move(sentence)};
  };
  ReportSpec report{
      .name = report_name(step, period),
      .title = fmt::format("From {} to {}, {}", from, to, name_of(period)),
      .needs = {Need::kSessions},
      .columns = {period_column(period)},
      .chart = "heatmap",
      .page = "cohorts",
      .window = "Shows the cohorts that begin inside the window, and what they did up to its end.",
      .help = fmt::format(
          "Customers by the bucket of their {0}, and by how many {2} later their {1} came. Empty "
          "where the bucket has not begun by as_of. {3}A dimension value takes the customers with "
          "an order in it, so values do not add up to main.",
          from, to, unit,
          step == 0 ? "A customer whose first order is before the download is in cohort_size "
                      "and in no cell. "
                    : "")};
  if (step == 0) report.needs.push_back(Need::kCustomers);
  for (std::size_t k = 0; k < kCohortOffsets; ++k) {
    report.columns.push_back(
        customers(std::to_string(k),
                  fmt::format("Customers whose {} came {} {} after their {}.", to, k, unit, from)));
  }
  report.columns.push_back(
      customers("cohort_size", fmt::format("Customers with their {} in the bucket.", from)));
  report.columns.push_back(customers(
      "beyond",
      fmt::format("Customers whose {} came more than {} {} later; empty until that is possible.",
                  to, kCohortOffsets - 1, unit)));
  report.is_extra = period == Period::kMonthly;
  return report;
}

}  // namespace

FamilySpec cohorts() {
  std::vector<ReportSpec> reports;
  for (std::size_t step = 0; step < kSteps; ++step) {
    for (const Period period : kBucketPeriods) reports.push_back(cohort(step, period));
  }
  return {"cohorts", FamilyKind::kAggregate, std::move(reports), make_family<Cohorts>,
          Sharing::kBuyers};
}

}  // namespace ca::reports
