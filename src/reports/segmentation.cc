#include <algorithm>
#include <numeric>

#include "reports/customer_values.h"
#include "reports/families.h"
#include "reports/segment_model.h"

namespace ca::reports {
namespace {

/// Buyers by segment, and what they paid. Source: reports.md 5.7 and product.md 1.13, rulings 32,
/// 33 and 42.  Cost: one step an order; memory: 12 rows.
class Segmentation {
 public:
  explicit Segmentation(const Frame& frame)
      : frame_(frame), counts_(kSegments, 2), revenue_(kSegments, 1) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous || journey.orders.empty()) return;
    const CustomerValues values = values_of(journey, frame_.as_of);
    const std::size_t segment = frame_.segments->segment(values);
    sink.count(counts_, segment, kCustomers);
    sink.count(counts_, segment, kPayments, values.payments);
    for (const std::uint32_t s : journey.orders) {
      sink.sum(revenue_, segment, 0, journey.amount[s]);
    }
  }
  auto grids() { return std::tie(counts_, revenue_); }

  std::vector<Table> tables() const { return {segmentation(), segment_table()}; }

  Targets targets(const CellRef& cell) const {
    const auto named = std::ranges::find(segments(), cell.text(0), &SegmentKind::name);
    const Rows row = Rows::one(static_cast<std::size_t>(named - segments().begin()));
    if (cell.column == "revenue" || cell.column == "mean_order_value") return {{&revenue_, row, 0}};
    return {{&counts_, row, kCustomers}};
  }

 private:
  enum Column : std::size_t { kCustomers, kPayments };

  double share(std::size_t segment) const {
    return 100 * static_cast<double>(counts_.at(segment, kCustomers)) /
           static_cast<double>(counts_.total(kCustomers));
  }

  /// The segments that occur, by share; equal ones by name.
  Table segmentation() const {
    std::vector<std::size_t> order(kSegments);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t s) { return counts_.at(s, kCustomers) == 0; });
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      const std::int64_t x = counts_.at(a, kCustomers);
      const std::int64_t y = counts_.at(b, kCustomers);
      return x != y ? x > y : segments()[a].name < segments()[b].name;
    });
    Table table = table_for(find_report("segmentation"), *frame_.schema);
    RowWriter row(table);
    for (const std::size_t segment : order) {
      row << std::string(segments()[segment].name) << share(segment)
          << counts_.at(segment, kCustomers);
    }
    return table;
  }

  /// Every segment that the rules can give, in the order of the numbers; none where nobody buys.
  Table segment_table() const {
    Table table = table_for(find_report("segment_table"), *frame_.schema);
    RowWriter row(table);
    if (counts_.total(kCustomers) == 0) return table;
    for (std::uint8_t segment = 0; segment < kSegments; ++segment) {
      if (!frame_.segments->rules->can_give(segment)) continue;
      const double revenue = ExactSum::to_double(revenue_.at(segment, 0));
      row << std::string(segments()[segment].name) << counts_.at(segment, kCustomers)
          << std::nullopt << revenue
          << ratio(revenue, static_cast<double>(counts_.at(segment, kPayments))) << share(segment);
    }
    return table;
  }

  Frame frame_;
  Counts counts_;
  Sums revenue_;
};

}  // namespace

FamilySpec segmentation() {
  using enum ColumnType;
  const std::string window = "Takes all history up to the end of the window.";
  return {"segmentation",
          FamilyKind::kAggregate,
          {{.name = "segmentation",
            .title = "Segments of customers",
            .needs = {Need::kSessions},
            .columns = {{"segments", kText, "", Counted::kNothing, "Segment."},
                        {"value", kDouble, "percent", Counted::kNothing,
                         "Share of the customers with an order."},
                        {"client_count", kInteger, "customers", Counted::kCustomers,
                         "Customers in the segment."}},
            .chart = "treemap",
            .page = "customer-segmentation",
            .window = window,
            .help = "The segments of rfm that occur, the largest first."},
           {.name = "segment_table",
            .title = "Table of segments",
            .needs = {Need::kSessions},
            .columns = {{"segment", kText, "", Counted::kNothing, "Segment."},
                        {"customers", kInteger, "customers", Counted::kCustomers,
                         "Customers in the segment."},
                        {"change", kDouble, "percent", Counted::kNothing,
                         "Change of customers since the previous snapshot; empty where there is "
                         "none or it had nobody in the segment, and in a window."},
                        {"revenue", kDouble, "currency", Counted::kOrders,
                         "Payments of these customers."},
                        {"mean_order_value", kDouble, "currency", Counted::kOrders,
                         "Mean payment of an order of these customers."},
                        {"share", kDouble, "percent", Counted::kNothing,
                         "Share of the customers with an order."}},
            .chart = "table",
            .page = "customer-segmentation",
            .window = window,
            .help = "Every segment that the rules can give, also without anybody. The previous "
                    "snapshot is the last one of an earlier day.",
            .is_extra = true}},
          make_family<Segmentation>,
          Sharing::kAll,
          kSegmentsStage};
}

}  // namespace ca::reports
