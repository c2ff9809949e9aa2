#include <fmt/format.h>

#include "reports/churn_thresholds.h"
#include "reports/families.h"

namespace ca::reports {
namespace {

/// Buyers, and those of them who are engaged, as of as_of and at the end of each week and month.
/// Buckets hold differences: the sum of a column down to a bucket, a run of rows, is its number. So
/// a purchase costs one step, however many buckets it keeps its buyer engaged for.
/// Source: reports.md 5.4, rulings 28, 29, 41, 65.  Cost: one step an order; memory: weeks.
class Churn {
 public:
  explicit Churn(const Frame& frame)
      : frame_(frame), weekly_(of(frame).weekly), monthly_(of(frame).monthly), now_(1, kColumns) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous) return;
    bool has_bought = false;
    std::int64_t last = 0;
    std::size_t week = 0;
    std::size_t month = 0;
    for (const std::uint32_t s : journey.orders) {
      const std::size_t next_week = weekly_.thresholds->rows[journey.day_of(s)];
      const std::size_t next_month = monthly_.thresholds->rows[journey.day_of(s)];
      if (!has_bought) {
        sink.count(weekly_.counts, next_week, kTotal);
        sink.count(monthly_.counts, next_month, kTotal);
      } else {
        engage(weekly_, last, week, next_week, sink);
        engage(monthly_, last, month, next_month, sink);
      }
      has_bought = true;
      last = journey.start[s];
      week = next_week;
      month = next_month;
    }
    if (!has_bought) return;
    engage(weekly_, last, week, weekly_.size(), sink);
    engage(monthly_, last, month, monthly_.size(), sink);
    sink.count(now_, 0, kTotal);
    if (last >= frame_.churn->engaged_from) sink.count(now_, 0, kEngaged);
  }

  auto grids() { return std::tie(weekly_.counts, monthly_.counts, now_); }

  std::vector<Table> tables() const {
    Table now = table_for(find_report("churn"), *frame_.schema);
    RowWriter row(now);
    write(row, now_.at(0, kTotal), now_.at(0, kEngaged), frame_.churn->hours);
    row << std::nullopt;
    return {std::move(now), series("churn_weekly", weekly_), series("churn_monthly", monthly_)};
  }

  Targets targets(const CellRef& cell) const {
    const auto made_of = [&](const Counts& counts, Rows rows) -> Targets {
      if (cell.column == "total") return {{&counts, rows, kTotal}};
      if (cell.column == "engaged") return {{&counts, rows, kEngaged}};
      return {{&counts, rows, kTotal}, {&counts, rows, kEngaged, -1}};
    };
    if (cell.report == "churn") return made_of(now_, Rows::one(0));
    const Buckets& buckets = cell.report == "churn_weekly" ? weekly_ : monthly_;
    const std::int64_t row = buckets.thresholds->rows.row_of_any(cell.day(0));
    return made_of(buckets.counts, Rows::run(0, static_cast<std::size_t>(row + 1)));
  }

 private:
  enum Column : std::size_t { kTotal, kEngaged, kColumns };

  struct Buckets {
    explicit Buckets(const ChurnThresholds::Buckets& of)
        : thresholds(&of), counts(of.rows.size(), kColumns) {}
    std::size_t size() const { return thresholds->rows.size(); }

    const ChurnThresholds::Buckets* thresholds;
    Counts counts;  ///< differences
  };

  static const ChurnThresholds& of(const Frame& frame) {
    if (frame.churn == nullptr) {
      throw Error("E-STATE", "The thresholds of churn were not found for this population.");
    }
    return *frame.churn;
  }

  /// Counts a purchase in the buckets from `begin` to before `end` in which it is the buyer's last
  /// and recent enough.
  template <class Sink>
  static void engage(Buckets& buckets, std::int64_t purchase, std::size_t begin, std::size_t end,
                     Sink& sink) {
    const ChurnThresholds::Buckets& is = *buckets.thresholds;
    while (begin < end && is.least_from_here[begin] <= purchase) {
      // The bound moves on with time, but for weeks in which the threshold grew by more than one.
      const std::size_t stop = std::min(end, is.ascends_until[begin]);
      const std::size_t lost = first_after(is.engaged_from, purchase, begin, stop);
      if (lost > begin) {
        sink.count(buckets.counts, begin, kEngaged, 1);
        if (lost < buckets.size()) sink.count(buckets.counts, lost, kEngaged, -1);
      }
      begin = stop;
    }
  }

  /// The first of the ascending values from `begin` to before `stop` that is greater, or `stop`.
  static std::size_t first_after(const std::vector<std::int64_t>& values, std::int64_t value,
                                 std::size_t begin, std::size_t stop) {
    if (values[stop - 1] <= value) return stop;  // mostly the next order comes in time
    const std::int64_t* const all = values.data();
    return static_cast<std::size_t>(std::upper_bound(all + begin, all + stop, value) - all);
  }

  static void write(RowWriter& row, std::int64_t total, std::int64_t engaged, double hours) {
    row << ratio(static_cast<double>(total - engaged), static_cast<double>(total)) << engaged
        << total << hours;
  }

  Table series(const char* report, const Buckets& buckets) const {
    const ChurnThresholds::Buckets& is = *buckets.thresholds;
    Table table = table_for(find_report(report), *frame_.schema);
    RowWriter row(table);
    std::int64_t total = 0;
    std::int64_t engaged = 0;
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      total += buckets.counts.at(b, kTotal);
      engaged += buckets.counts.at(b, kEngaged);
      if (b < first_shown(is)) continue;
      row << is.rows.bucket(b);
      write(row, total, engaged, is.hours[b]);
    }
    return table;
  }

  /// The first bucket of the axis, which a live window may cut (ruling 65).
  std::size_t first_shown(const ChurnThresholds::Buckets& buckets) const {
    return frame_.axis.days > 0 ? buckets.rows[frame_.axis.begin] : buckets.rows.size();
  }

  Frame frame_;
  Buckets weekly_;
  Buckets monthly_;
  Counts now_;
};

std::vector<ColumnSpec> churn_columns() {
  using enum ColumnType;
  return {{"churn", kDouble, "ratio", Counted::kCustomers,
           "Share of buyers who are not engaged; lists those."},
          {"engaged", kInteger, "customers", Counted::kCustomers,
           "Buyers with an order within the threshold before the end."},
          {"total", kInteger, "customers", Counted::kCustomers, "Customers with an order so far."},
          {"threshold_hours", kDouble, "hours", Counted::kNothing,
           "Mean over customers of their mean time between purchase days; 168 without any."}};
}

ReportSpec churn_series(Period period, std::string name) {
  ReportSpec report{
      .name = std::move(name),
      .title = fmt::format("Churn, {}", name_of(period)),
      .needs = {Need::kSessions},
      .columns = {period_column(period)},
      .chart = "bar",
      .page = "index",
      .window = "Shows the buckets of the window; each takes all history up to its end.",
      .help =
          "As churn, at the end of each bucket and with the threshold known by then; the "
          "current bucket as of as_of. Empty before the first order."};
  for (ColumnSpec& column : churn_columns()) report.columns.push_back(std::move(column));
  report.is_extra = period == Period::kMonthly;
  return report;
}

}  // namespace

FamilySpec churn() {
  ReportSpec now{.name = "churn",
                 .title = "Churn",
                 .needs = {Need::kSessions},
                 .columns = churn_columns(),
                 .key_columns = 0,
                 .chart = "donut",
                 .page = "index",
                 .window = "Takes all history up to the end of the window.",
                 .help =
                     "1 - engaged / total. Engaged are the buyers whose last order is less "
                     "than the threshold before as_of. Orders of one day are one purchase day."};
  now.columns.push_back({"churn_personal", ColumnType::kDouble, "ratio", Counted::kNothing,
                         "Share of buyers who by their own rhythm are more likely gone than not; "
                         "empty until a model of customer value has run."});
  return {kChurnFamily,
          FamilyKind::kAggregate,
          {std::move(now), churn_series(Period::kWeekly, "churn_weekly"),
           churn_series(Period::kMonthly, "churn_monthly")},
          make_family<Churn>};
}

}  // namespace ca::reports
