#include "reports/customer_values.h"

#include <cmath>

#include "base/exact_sum.h"
#include "reports/families.h"
#include "reports/per_customer.h"
#include "reports/segment_model.h"

namespace ca::reports {
namespace {

double hours(std::int64_t micros) {
  return static_cast<double>(micros) / static_cast<double>(kMicrosPerHour);
}

}  // namespace

CustomerValues values_of(const journeys::Journey& journey, std::int64_t as_of) {
  CustomerValues values;
  values.sessions = static_cast<std::int64_t>(journey.size);
  ExactSum payments;
  std::int64_t purchase_days = 0;
  std::int64_t last_event = 0;
  std::int32_t last_day = 0;
  for (const std::uint32_t s : journey.orders) {
    if (values.orders++ == 0) values.first_order = journey.start[s];
    values.last_order = journey.start[s];
    if (purchase_days == 0 || journey.day[s] != last_day) {
      ++purchase_days;
      last_event = journey.start[s];
      last_day = journey.day[s];
    }
    if (!std::isnan(journey.amount[s])) {
      payments.add(journey.amount[s]);
      ++values.payments;
    }
  }
  if (values.orders == 0) return values;
  values.recency_hours = hours(as_of - values.last_order);
  if (purchase_days > 1) {
    values.frequency_hours =
        hours(last_event - values.first_order) / static_cast<double>(purchase_days - 1);
  }
  values.revenue = payments.value();
  if (values.payments > 0) {
    values.monetary = values.revenue / static_cast<double>(values.payments);
  }
  return values;
}

namespace {

/// Buyers, what their orders amount to and how many there are. Source: reports.md 5.3 and 5.7,
/// rulings 23, 28 and 33.  Cost: one step a session.
class CustomerKpis {
 public:
  static std::vector<std::string> reports() { return {"client_kpis"}; }

  explicit CustomerKpis(const Frame& frame)
      : as_of_(frame.as_of),
        segments_(frame.segments),
        only_counts_(!frame.asks("client_kpis", "recency")) {}

  bool has_row(const Journey& journey) const {
    return !journey.is_anonymous && !journey.orders.empty();
  }

  void emit(const Journey& journey, std::vector<Table>& rows) const {
    const std::string client(journey.client);
    if (only_counts_) {
      RowWriter(rows[0]) << client << std::nullopt << std::nullopt << std::nullopt
                         << static_cast<std::int64_t>(journey.orders.size()) << std::nullopt
                         << std::nullopt << std::nullopt << std::nullopt;
      return;
    }
    const CustomerValues values = values_of(journey, as_of_);
    RowWriter(rows[0]) << client << values.frequency_hours << values.recency_hours
                       << values.monetary << values.orders << values.sessions << segment_of(values)
                       << Instant{values.first_order} << Instant{values.last_order};
  }

  /// What the countable cells of the customer's rows are made of.
  void tell(const Journey& journey, const std::vector<Table>& rows, ProbeSink& sink) const {
    const CustomerValues values = values_of(journey, as_of_);
    sink.count(rows[0], 0, kMonetary, values.payments);
    sink.count(rows[0], 0, kOrderCount, values.orders);
    sink.count(rows[0], 0, kSessionCount, values.sessions);
  }

 private:
  std::optional<std::string> segment_of(const CustomerValues& values) const {
    if (segments_ == nullptr) return std::nullopt;
    return std::string(reports::segments()[segments_->segment(values)].name);
  }

  /// Columns of client_kpis.
  enum Column : std::size_t { kMonetary = 3, kOrderCount, kSessionCount };

  std::int64_t as_of_;
  std::shared_ptr<const SegmentModel> segments_;
  bool only_counts_;  ///< nothing but the view is asked
};

}  // namespace

FamilySpec customer_values() {
  using enum ColumnType;
  const ColumnSpec client = {"client", kText, "", Counted::kNothing, "Customer."};
  const ColumnSpec orders = {"order_count", kInteger, "orders", Counted::kOrders,
                             "Orders of the customer."};
  const std::string window = "Takes all history up to the end of the window.";
  return {"customer_values",
          FamilyKind::kPerCustomer,
          {{.name = "client_kpis",
            .title = "Key figures of customers",
            .needs = {Need::kSessions},
            .columns = {client,
                        {"frequency", kDouble, "hours", Counted::kNothing,
                         "Mean hours from one purchase day to the next; empty with one day."},
                        {"recency", kDouble, "hours", Counted::kNothing,
                         "Hours from the last order to as_of."},
                        {"monetary", kDouble, "currency", Counted::kOrders,
                         "Mean payment of an order; empty when none has one."},
                        orders,
                        {"session_count", kInteger, "sessions", Counted::kSessions,
                         "Sessions of the customer, with or without an order."},
                        {"segments", kText, "", Counted::kNothing,
                         "Segment of the customer; empty where the stage segments did not run."},
                        {"first_order_date", kInstant, "", Counted::kNothing, "First order."},
                        {"last_order_date", kInstant, "", Counted::kNothing, "Last order."}},
            .chart = "table",
            .page = "search",
            .window = window,
            .help = "Every customer with at least one order, in byte order. Orders of one day are "
                    "one event of the frequency, at the time of the first."},
           {.name = "total_order_count_per_customer",
            .title = "Orders of each customer",
            .needs = {Need::kSessions},
            .columns = {client, orders},
            .chart = "table",
            .page = "index2",
            .window = window,
            .help = "Every customer with at least one order, in byte order.",
            .is_extra = true,
            .view = View{"client_kpis", {"client", "order_count"}}}},
          make_per_customer<CustomerKpis>};
}

}  // namespace ca::reports
