#include "reports/families.h"

namespace ca::reports {
namespace {

/// Customers by their number of orders.
/// Source: reports.md 5.3, ruling 65.  Cost: one step a session; memory: most orders of a customer.
class OrderCounts {
 public:
  explicit OrderCounts(const Frame& frame) : frame_(frame), customers_(0, 1) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous) return;
    const std::size_t orders = journey.orders.size();
    if (orders > 0) sink.count(customers_, orders - 1, 0);
  }

  auto grids() { return std::tie(customers_); }

  std::vector<Table> tables() const {
    Table table = table_for(find_report("user_counts_per_order_seq"), *frame_.schema);
    RowWriter row(table);
    std::int64_t reached = customers_.total(0);
    for (std::size_t at = 0; at < customers_.rows(); ++at) {
      const std::int64_t customers = customers_.at(at, 0);
      row << static_cast<std::int64_t>(at + 1) << customers << reached;
      reached -= customers;
    }
    return {std::move(table)};
  }

  Targets targets(const CellRef& cell) const {
    const std::size_t row = cell.row(0) - 1;
    return {{&customers_, cell.column == "reached" ? Rows::run(row, SIZE_MAX) : Rows::one(row), 0}};
  }

 private:
  Frame frame_;
  Counts customers_;  ///< row n - 1: customers with exactly n orders
};

}  // namespace

FamilySpec order_counts() {
  return {"order_counts",
          FamilyKind::kAggregate,
          {{.name = "user_counts_per_order_seq",
            .title = "Customers by number of orders",
            .needs = {Need::kSessions},
            .columns = {{"order_seq_num", ColumnType::kInteger, "orders", Counted::kNothing,
                         "Number of orders."},
                        {"frequency", ColumnType::kInteger, "customers", Counted::kCustomers,
                         "Customers with exactly this many orders."},
                        {"reached", ColumnType::kInteger, "customers", Counted::kCustomers,
                         "Customers with at least this many orders."}},
            .chart = "bar",
            .page = "index2",
            .window = "Takes all history up to the end of the window.",
            .help = "Counts purchases only, from 1 to the most of any customer."}},
          make_family<OrderCounts>,
          Sharing::kAll};
}

}  // namespace ca::reports
