#include "reports/families.h"

namespace ca::reports {
namespace {

/// By week: sessions and orders a customer who had any, and the mean payment. Customers count once
/// a week; sessions without a client are payments, but nobody's sessions or orders. Source:
/// reports.md 5.3, rulings 5, 23, 70.  Cost: one step a session; memory: weeks.
class WeeklyAverages {
 public:
  explicit WeeklyAverages(const Frame& frame)
      : frame_(frame),
        weeks_(frame.axis.buckets(Period::kWeekly)),
        counts_(weeks_.size(), kColumns),
        payments_(weeks_.size(), 1) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    std::size_t active_week = kNone;
    std::size_t buying_week = kNone;
    for (std::size_t s = journey.window_begin; s < journey.size && !journey.is_anonymous; ++s) {
      const std::size_t week = week_of(journey.day_of(s));
      sink.count(counts_, week, kSessions);
      if (std::exchange(active_week, week) != week) sink.count(counts_, week, kActive);
    }
    for (const std::uint32_t s : journey.orders_in_window()) {
      const std::size_t week = week_of(journey.day_of(s));
      if (!std::isnan(journey.amount[s])) {
        sink.count(counts_, week, kPayments);
        sink.sum(payments_, week, 0, journey.amount[s]);
      }
      if (journey.is_anonymous) continue;
      sink.count(counts_, week, kOrders);
      if (std::exchange(buying_week, week) != week) sink.count(counts_, week, kBuyers);
    }
  }

  auto grids() { return std::tie(counts_, payments_); }

  std::vector<Table> tables() const {
    return {mean_per_client("weekly_average_session_per_user", kSessions, kActive),
            mean_per_client("weekly_average_order_per_user", kOrders, kBuyers), mean_payment()};
  }

  Targets targets(const CellRef& cell) const {
    if (weeks_.empty()) return {};
    const Rows week = Rows::one(static_cast<std::size_t>((cell.day(0) - weeks_.front()) / 7));
    if (cell.column == "payment_amount") return {{&payments_, week, 0}};
    const auto counted = [&] {
      if (cell.column == "sessions") return kSessions;
      if (cell.column == "orders") return kOrders;
      if (cell.column == "payment_count") return kPayments;
      return cell.report == "weekly_average_session_per_user" ? kActive : kBuyers;
    };
    return {{&counts_, week, counted()}};
  }

 private:
  enum Column : std::size_t { kSessions, kActive, kOrders, kBuyers, kPayments, kColumns };
  static constexpr auto kNone = static_cast<std::size_t>(-1);

  std::size_t week_of(Day day) const {
    return static_cast<std::size_t>((monday_of(day) - weeks_.front()) / 7);
  }

  Table mean_per_client(const char* report, Column what, Column clients) const {
    Table table = table_for(find_report(report), *frame_.schema);
    RowWriter row(table);
    for (std::size_t w = 0; w < weeks_.size(); ++w) {
      row << weeks_[w]
          << ratio(static_cast<double>(counts_.at(w, what)),
                   static_cast<double>(counts_.at(w, clients)))
          << counts_.at(w, clients);
    }
    return table;
  }

  Table mean_payment() const {
    Table table = table_for(find_report("weekly_average_payment_amount"), *frame_.schema);
    RowWriter row(table);
    for (std::size_t w = 0; w < weeks_.size(); ++w) {
      row << weeks_[w]
          << ratio(ExactSum::to_double(payments_.at(w, 0)),
                   static_cast<double>(counts_.at(w, kPayments)))
          << counts_.at(w, kBuyers) << counts_.at(w, kPayments);
    }
    return table;
  }

  Frame frame_;
  std::vector<Day> weeks_;
  Counts counts_;
  Sums payments_;
};

}  // namespace

FamilySpec weekly_averages() {
  const std::string window = "Takes the sessions inside the window; its first week can be cut.";
  const auto report = [&](std::string name, std::string title, ColumnSpec mean, ColumnSpec clients,
                          std::string help) {
    return ReportSpec{
        .name = std::move(name),
        .title = std::move(title),
        .needs = {Need::kSessions},
        .columns = {period_column(Period::kWeekly), std::move(mean), std::move(clients)},
        .chart = "line",
        .page = "stats-desc",
        .window = window,
        .help = std::move(help)};
  };
  ReportSpec payment = report("weekly_average_payment_amount", "Average payment a week",
                              {"payment_amount", ColumnType::kDouble, "currency", Counted::kOrders,
                               "Mean payment of an order."},
                              {"client_count", ColumnType::kInteger, "customers",
                               Counted::kCustomers, "Customers with an order in the week."},
                              "Sum of payments over the week's orders that have one, divided by "
                              "their number. Empty in a week "
                              "without payments.");
  payment.columns.push_back({"payment_count", ColumnType::kInteger, "orders", Counted::kOrders,
                             "Orders with a payment, the denominator."});
  return {
      "weekly_averages",
      FamilyKind::kAggregate,
      {report("weekly_average_session_per_user", "Sessions per customer a week",
              {"sessions", ColumnType::kDouble, "sessions a customer", Counted::kSessions,
               "Mean sessions of a customer active in the week."},
              {"client_count", ColumnType::kInteger, "customers", Counted::kCustomers,
               "Customers with a session in the week, the denominator."},
              "Sessions of the week divided by the customers who had at least one. Empty in a week "
              "without sessions."),
       report(
           "weekly_average_order_per_user", "Orders per customer a week",
           {"orders", ColumnType::kDouble, "orders a customer", Counted::kOrders,
            "Mean orders of a customer who bought in the week."},
           {"client_count", ColumnType::kInteger, "customers", Counted::kCustomers,
            "Customers with an order in the week, the denominator."},
           "Orders of the week divided by the customers who placed at least one. Empty in a week "
           "without orders."),
       std::move(payment)},
      make_family<WeeklyAverages>,
      Sharing::kAll};
}

}  // namespace ca::reports
