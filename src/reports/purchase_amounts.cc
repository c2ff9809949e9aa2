#include "reports/families.h"

namespace ca::reports {
namespace {

/// Histogram of payments in 20 equal bins from the smallest to the largest, and of customers by
/// their mean payment. Bins are found in integer millionths, so no payment falls on the wrong side
/// of an edge by rounding. Source: reports.md 5.3, ruling 24.  Cost: one step a session; memory: 20
/// rows.
class PurchaseAmounts {
 public:
  explicit PurchaseAmounts(const Frame& frame)
      : frame_(frame), bins_(static_cast<std::size_t>(bin_count()), 2) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    __int128 sum = 0;
    __int128 payments = 0;
    for (const std::uint32_t s : journey.orders_in_window()) {
      if (std::isnan(journey.amount[s])) continue;
      const __int128 amount = millionths(journey.amount[s]);
      sum += amount;
      ++payments;
      sink.count(bins_, bin_of(amount, 1), kOrders);
    }
    if (payments > 0 && !journey.is_anonymous) {
      sink.count(bins_, bin_of(sum, payments), kCustomers);
    }
  }

  auto grids() { return std::tie(bins_); }

  std::vector<Table> tables() const {
    Table table = table_for(find_report("purchase_amount_distribution"), *frame_.schema);
    RowWriter row(table);
    for (int bin = 0; bin < bin_count(); ++bin) {
      const auto at = static_cast<std::size_t>(bin);
      row << edge(bin) << bins_.at(at, kOrders) << bins_.at(at, kCustomers) << edge(bin + 1);
    }
    return {std::move(table)};
  }

  Targets targets(const CellRef& cell) const {
    for (int bin = 0; bin < bin_count(); ++bin) {
      if (edge(bin) != cell.real(0)) continue;
      return {{&bins_, Rows::one(static_cast<std::size_t>(bin)),
               cell.column == "orders" ? kOrders : kCustomers}};
    }
    return {};
  }

 private:
  static constexpr int kBins = 20;
  static constexpr std::size_t kOrders = 0;
  static constexpr std::size_t kCustomers = 1;

  __int128 width() const { return frame_.amounts->max - frame_.amounts->min; }

  int bin_count() const {
    if (!frame_.amounts) return 0;
    return width() == 0 ? 1 : kBins;
  }

  /// The bin of the mean of `n` payments that add up to `sum`.
  std::size_t bin_of(__int128 sum, __int128 n) const {
    if (width() == 0) return 0;
    const __int128 bin = kBins * (sum - n * frame_.amounts->min) / (n * width());
    return static_cast<std::size_t>(bin < kBins ? bin : kBins - 1);
  }

  double edge(int bin) const {
    if (width() == 0) return static_cast<double>(frame_.amounts->min) / 1e6;
    return static_cast<double>(kBins * frame_.amounts->min + bin * width()) / (kBins * 1e6);
  }

  Frame frame_;
  Counts bins_;
};

}  // namespace

FamilySpec purchase_amounts() {
  return {
      "purchase_amounts",
      FamilyKind::kAggregate,
      {{.name = "purchase_amount_distribution",
        .title = "Distribution of payments",
        .needs = {Need::kSessions},
        .columns = {{"payment_bins", ColumnType::kDouble, "currency", Counted::kNothing,
                     "Lower edge of the bin."},
                    {"orders", ColumnType::kInteger, "orders", Counted::kOrders,
                     "Orders whose payment lies in the bin."},
                    {"client_count", ColumnType::kInteger, "customers", Counted::kCustomers,
                     "Customers whose mean payment lies in the bin."},
                    {"bin_to", ColumnType::kDouble, "currency", Counted::kNothing,
                     "Upper edge of the bin."}},
        .chart = "histogram",
        .page = "stats-desc",
        .window = "Takes the orders inside the window.",
        .help =
            "20 bins of equal width from the smallest to the largest payment of the population; "
            "a bin includes its lower edge, the last one also its upper edge. One bin when all "
            "payments are equal."}},
      make_family<PurchaseAmounts>};
}

}  // namespace ca::reports
