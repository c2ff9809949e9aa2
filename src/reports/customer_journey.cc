#include "reports/families.h"

namespace ca::reports {
namespace {

/// At most so many orders are points of the journey.
constexpr std::size_t kMaxOrders = 50;

/// How long the mean customer takes from the download to the first order, from there to the next,
/// and so on, and what they pay for each. How many orders are shown is the mean number of a buyer,
/// known only at the end, so up to kMaxOrders are counted.
/// Source: reports.md 5.2, rulings 25, 27, 28, 36, 65.  Cost: one step an order; memory: four bytes
/// a gap (reports/durations.h), for the median.
class CustomerJourney {
 public:
  explicit CustomerJourney(const Frame& frame)
      : frame_(frame),
        compares_days_(frame.schema->starts_are_dates || frame.schema->downloads_are_dates),
        counts_(kRows, kColumns),
        sums_(kRows, kSums),
        gaps_(kRows) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous) return;
    std::size_t order = 0;
    std::size_t before = 0;
    for (const std::uint32_t s : journey.orders) {
      sink.count(counts_, kSinceLast, kOrders);
      if (++order <= kMaxOrders) {
        sink.count(counts_, order, kClients);
        if (!std::isnan(journey.amount[s])) {
          sink.count(counts_, order, kPayments);
          sink.sum(sums_, order, kPaid, journey.amount[s]);
        }
        if (order == 1) {
          visit_first(journey, s, sink);
        } else {
          add_gap(order, journey.start[s] - journey.start[before], sink);
        }
      }
      before = s;
    }
    // A dimension value takes the customers with an order in it.
    if ((order > 0 || frame_.is_main) && journey.event(journeys::kDownload)) {
      sink.count(counts_, kDownloaded, kClients);
    }
    if (order == 0) return;
    sink.count(counts_, kSinceLast, kClients);
    add_gap(kSinceLast, frame_.as_of - journey.start[before], sink);
  }

  auto grids() { return std::tie(counts_, sums_, gaps_); }

  std::vector<Table> tables() const {
    Table table = table_for(find_report("customer_journey"), *frame_.schema);
    const std::int64_t buyers = counts_.at(kSinceLast, kClients);
    if (buyers == 0) return {std::move(table)};

    RowWriter row(table);
    double hours = 0;
    row << hours << 0.0 << std::int64_t{0} << counts_.at(kDownloaded, kClients) << std::nullopt;
    const std::size_t orders = mean_orders();
    for (std::size_t order = 1; order <= orders; ++order) {
      hours += mean_hours(order);
      row << hours
          << ratio(ExactSum::to_double(sums_.at(order, kPaid)),
                   static_cast<double>(counts_.at(order, kPayments)))
          << static_cast<std::int64_t>(order) << counts_.at(order, kClients) << median_hours(order);
    }
    row << hours + mean_hours(kSinceLast) << 0.0 << std::nullopt << buyers
        << median_hours(kSinceLast);
    return {std::move(table)};
  }

  Targets targets(const CellRef& cell) const {
    const Rows row = Rows::one(cell.is_null(0) ? kSinceLast : cell.row(0));
    if (cell.column == "client_count") return {{&counts_, row, kClients}};
    return {{&sums_, row, kPaid}};
  }

 private:
  // Rows: the download, the orders by their number, and the time since the last one.
  static constexpr std::size_t kDownloaded = 0;
  static constexpr std::size_t kSinceLast = kMaxOrders + 1;
  static constexpr std::size_t kRows = kSinceLast + 1;
  enum Column : std::size_t { kClients, kGaps, kPayments, kOrders, kColumns };
  enum SumColumn : std::size_t { kElapsed, kPaid, kSums };

  /// From the download to the first order, unless that came before it.
  template <class Sink>
  void visit_first(const Journey& journey, std::size_t s, Sink& sink) {
    const Journey::Event download = journey.event(journeys::kDownload);
    if (!download) return;
    const bool is_before =
        compares_days_ ? journey.day_of(s) < download.day : journey.start[s] < download.instant;
    if (is_before) return;
    // On one day, a date without a time may seem to come before the other.
    add_gap(1, std::max(std::int64_t{0}, journey.start[s] - download.instant), sink);
  }

  /// Microseconds; a double holds those of 285 years exactly.
  template <class Sink>
  void add_gap(std::size_t row, std::int64_t micros, Sink& sink) {
    sink.count(counts_, row, kGaps);
    sink.sum(sums_, row, kElapsed, static_cast<double>(micros));
    sink.keep(gaps_, row, micros);
  }

  /// The mean number of orders of a buyer, rounded half up.
  std::size_t mean_orders() const {
    const std::int64_t buyers = counts_.at(kSinceLast, kClients);
    const std::int64_t orders = counts_.at(kSinceLast, kOrders);
    const auto rounded = static_cast<std::size_t>((2 * orders + buyers) / (2 * buyers));
    return std::clamp(rounded, std::size_t{1}, kMaxOrders);
  }

  /// 0 over nothing: without a download before a first order, the journey begins with the order.
  double mean_hours(std::size_t row) const {
    const double sum = ExactSum::to_double(sums_.at(row, kElapsed));
    return ratio(sum, static_cast<double>(counts_.at(row, kGaps))).value_or(0) / kMicrosPerHour;
  }

  std::optional<double> median_hours(std::size_t row) const {
    const std::optional<double> micros = gaps_.median(row);
    return micros ? std::optional(*micros / kMicrosPerHour) : std::nullopt;
  }

  Frame frame_;
  bool compares_days_;  ///< a column holds only dates (ruling 25)
  Counts counts_;
  Sums sums_;
  Durations gaps_;
};

}  // namespace

FamilySpec customer_journey() {
  using enum ColumnType;
  return {
      "customer_journey",
      FamilyKind::kAggregate,
      {{.name = "customer_journey",
        .title = "Customer journey",
        .needs = {Need::kSessions, Need::kCustomers},
        .columns = {{"hourly order differences", kDouble, "hours", Counted::kNothing,
                     "Mean hours from the download, step by step."},
                    {"customers` average Purchase Value", kDouble, "currency", Counted::kOrders,
                     "Mean payment of this order."},
                    {"order_number", kInteger, "", Counted::kNothing,
                     "0 is the download; empty in the last row, which leads to as_of."},
                    {"client_count", kInteger, "customers", Counted::kCustomers,
                     "Customers with this order; first those with a download, last all buyers."},
                    {"median_hours", kDouble, "hours", Counted::kNothing,
                     "Median hours since the row before."}},
        .key_columns = 0,
        .row_key = {"order_number"},
        .chart = "bubble",
        .page = "index",
        .window = "Takes all history up to the end of the window.",
        .help = "As many orders as the mean buyer has, rounded, at most 50. Each row adds the "
                "mean hours between this order and the one before, over the customers who "
                "have both. Customers whose first order is before the download are left out "
                "of the first step. The last row adds the mean hours from the last order to "
                "as_of. Empty when nobody bought."}},
      make_family<CustomerJourney>,
      Sharing::kBuyers};
}

}  // namespace ca::reports
