#include "reports/families.h"
#include "reports/per_customer.h"

namespace ca::reports {
namespace {

/// Buyers and their number of orders. Source: reports.md 5.3, ruling 23.
class CustomerOrders {
 public:
  static std::vector<std::string> reports() { return {"total_order_count_per_customer"}; }

  explicit CustomerOrders(const Frame&) {}

  void emit(const Journey& journey, std::vector<Table>& rows) const {
    if (journey.is_anonymous) return;
    std::int64_t orders = 0;
    for (std::size_t s = 0; s < journey.size; ++s) orders += journey.is_order(s) ? 1 : 0;
    if (orders > 0) RowWriter(rows[0]) << std::string(journey.client) << orders;
  }
};

}  // namespace

FamilySpec customer_orders() {
  return {"customer_orders",
          FamilyKind::kPerCustomer,
          {{.name = "total_order_count_per_customer",
            .title = "Orders of each customer",
            .needs = {Need::kSessions},
            .columns = {{"client", ColumnType::kText, "", Counted::kNothing, "Customer."},
                        {"order_count", ColumnType::kInteger, "orders", Counted::kOrders,
                         "Orders of the customer."}},
            .chart = "table",
            .page = "index2",
            .window = "Takes all history up to the end of the window.",
            .help = "Every customer with at least one order, in byte order.",
            .is_extra = true}},
          make_per_customer<CustomerOrders>};
}

}  // namespace ca::reports
