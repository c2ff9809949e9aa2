#include "reports/families.h"

namespace ca::reports {
namespace {

/// The figures of the overall page: totals of the window, and the 168 hours up to as_of against the
/// 168 before them.
/// Source: reports.md 5.3, rulings 22, 28, 41.  Cost: one step a session; memory: one row.
class Kpis {
 public:
  explicit Kpis(const Frame& frame) : frame_(frame), counts_(1, kColumns), sums_(1, kSums) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    const std::size_t visits = journey.size - journey.window_begin;
    if (visits > 0) sink.count(counts_, 0, kVisits, static_cast<std::int64_t>(visits));
    ExactSum payments;
    std::int64_t payment_count = 0;
    for (const std::uint32_t s : journey.orders_in_window()) {
      sink.count(counts_, 0, kOrders);
      sink.sum(sums_, 0, kRevenue, journey.amount[s]);
      sink.sum(sums_, 0, kDiscount, journey.discount[s]);
      if (std::isnan(journey.amount[s])) continue;
      payments.add(journey.amount[s]);
      ++payment_count;
    }
    bool visited_last_week = false;
    bool visited_previous_week = false;
    for (std::size_t s = journey.size; s-- > 0 && journey.start[s] > frame_.two_weeks_ago();) {
      const bool is_last = journey.start[s] > frame_.week_ago();
      (is_last ? visited_last_week : visited_previous_week) = true;
      if (!journey.is_order(s)) continue;
      sink.count(counts_, 0, is_last ? kLastOrders : kPreviousOrders);
      sink.sum(sums_, 0, is_last ? kLastRevenue : kPreviousRevenue, journey.amount[s]);
      sink.sum(sums_, 0, is_last ? kLastDiscount : kPreviousDiscount, journey.discount[s]);
    }
    if (journey.is_anonymous) return;
    if (visits > 0) sink.count(counts_, 0, kVisitors);
    if (!journey.orders_in_window().empty()) sink.count(counts_, 0, kBuyers);
    if (visited_last_week) sink.count(counts_, 0, kLastVisitors);
    if (visited_previous_week) sink.count(counts_, 0, kPreviousVisitors);
    if (payment_count > 0) {
      sink.count(counts_, 0, kPayers);
      sink.sum(sums_, 0, kMeanPayments, payments.value() / static_cast<double>(payment_count));
    }
  }

  auto grids() { return std::tie(counts_, sums_); }

  std::vector<Table> tables() const {
    Table table = table_for(find_report("kpis"), *frame_.schema);
    const bool has_discount = frame_.schema->has_discount;
    RowWriter row(table);
    row << count(kOrders) << count(kVisits) << count(kVisitors) << count(kBuyers) << sum(kRevenue)
        << sum(kDiscount) << change(real(kLastOrders), real(kPreviousOrders))
        << change(sum(kLastRevenue), sum(kPreviousRevenue))
        << change(real(kLastVisitors), real(kPreviousVisitors))
        << (has_discount ? change(sum(kLastDiscount), sum(kPreviousDiscount)) : std::nullopt)
        << ratio(sum(kMeanPayments), real(kPayers)) << ratio(real(kOrders), real(kVisits))
        << count(kLastOrders) << sum(kLastRevenue) << count(kLastVisitors) << sum(kLastDiscount)
        << count(kPreviousOrders) << sum(kPreviousRevenue) << count(kPreviousVisitors)
        << sum(kPreviousDiscount);
    return {std::move(table)};
  }

  Targets targets(const CellRef& cell) const {
    const auto count = [&](Column column) { return Targets{{&counts_, Rows::one(0), column}}; };
    const auto sum = [&](SumColumn column) { return Targets{{&sums_, Rows::one(0), column}}; };
    const std::string& of = cell.column;
    if (of == "total_orders" || of == "conversion_rate") return count(kOrders);
    if (of == "total_visits") return count(kVisits);
    if (of == "total_visitors") return count(kVisitors);
    if (of == "total_unique_ordered_clients") return count(kBuyers);
    if (of == "total_revenue") return sum(kRevenue);
    if (of == "total_discount") return sum(kDiscount);
    if (of == "average_basket_value_per_user") return count(kPayers);
    if (of == "last_week_orders") return count(kLastOrders);
    if (of == "last_week_revenue") return sum(kLastRevenue);
    if (of == "last_week_visitors") return count(kLastVisitors);
    if (of == "last_week_discount") return sum(kLastDiscount);
    if (of == "previous_week_orders") return count(kPreviousOrders);
    if (of == "previous_week_revenue") return sum(kPreviousRevenue);
    if (of == "previous_week_visitors") return count(kPreviousVisitors);
    if (of == "previous_week_discount") return sum(kPreviousDiscount);
    return {};
  }

 private:
  enum Column : std::size_t {
    kOrders,
    kVisits,
    kVisitors,
    kBuyers,
    kPayers,
    kLastOrders,
    kLastVisitors,
    kPreviousOrders,
    kPreviousVisitors,
    kColumns
  };
  enum SumColumn : std::size_t {
    kRevenue,
    kDiscount,
    kMeanPayments,
    kLastRevenue,
    kLastDiscount,
    kPreviousRevenue,
    kPreviousDiscount,
    kSums
  };

  std::int64_t count(Column column) const { return counts_.at(0, column); }
  double real(Column column) const { return static_cast<double>(count(column)); }
  double sum(SumColumn column) const { return ExactSum::to_double(sums_.at(0, column)); }

  /// 100 x (last - previous) / |previous|; null when previous is 0 (ruling 22).
  static std::optional<double> change(double last, double previous) {
    if (previous == 0) return std::nullopt;
    return 100 * (last - previous) / std::abs(previous);
  }

  Frame frame_;
  Counts counts_;
  Sums sums_;
};

}  // namespace

FamilySpec kpis() {
  using enum ColumnType;
  const auto orders = [](std::string name, std::string sentence) {
    return ColumnSpec{std::move(name), kInteger, "orders", Counted::kOrders, std::move(sentence)};
  };
  const auto customers = [](std::string name, std::string sentence) {
    return ColumnSpec{std::move(name), kInteger, "customers", Counted::kCustomers,
                      std::move(sentence)};
  };
  const auto money = [](std::string name, std::string sentence) {
    return ColumnSpec{std::move(name), kDouble, "currency", Counted::kOrders, std::move(sentence)};
  };
  const auto change = [](std::string name, std::string sentence) {
    return ColumnSpec{std::move(name), kDouble, "percent", Counted::kNothing, std::move(sentence)};
  };
  return {
      "kpis",
      FamilyKind::kAggregate,
      {{.name = "kpis",
        .title = "Key figures",
        .needs = {Need::kSessions},
        .columns =
            {orders("total_orders", "Orders."),
             {"total_visits", kInteger, "sessions", Counted::kSessions, "Sessions."},
             customers("total_visitors", "Customers with a session."),
             customers("total_unique_ordered_clients", "Customers with an order."),
             money("total_revenue", "Payments of the orders."),
             money("total_discount", "Discounts of the orders."),
             change("since_last_week_orders", "Change of orders against the week before."),
             change("since_last_week_revenue", "Change of revenue against the week before."),
             change("since_last_week_total_visitors",
                    "Change of visitors against the week before."),
             change("since_last_week_total_discount",
                    "Change of discounts against the week before."),
             {"average_basket_value_per_user", kDouble, "currency", Counted::kCustomers,
              "Mean over customers of their mean payment."},
             {"conversion_rate", kDouble, "ratio", Counted::kOrders, "Orders over sessions."},
             orders("last_week_orders", "Orders of the last 168 hours."),
             money("last_week_revenue", "Payments of the last 168 hours."),
             customers("last_week_visitors", "Customers with a session in the last 168 hours."),
             money("last_week_discount", "Discounts of the last 168 hours."),
             orders("previous_week_orders", "Orders of the 168 hours before."),
             money("previous_week_revenue", "Payments of the 168 hours before."),
             customers("previous_week_visitors",
                       "Customers with a session in the 168 hours before."),
             money("previous_week_discount", "Discounts of the 168 hours before.")},
        .key_columns = 0,
        .chart = "kpi",
        .page = "index",
        .window = "Totals take what lies in the window; the weeks end with it.",
        .help = "A change is 100 x (last - previous) / |previous|, empty when previous is 0. The "
                "last week is the 168 hours up to as_of."}},
      make_family<Kpis>,
      Sharing::kAll};
}

}  // namespace ca::reports
