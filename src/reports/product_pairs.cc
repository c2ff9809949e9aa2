#include <algorithm>

#include "reports/families.h"
#include "reports/pair_counts.h"

namespace ca::reports {
namespace {

constexpr std::size_t kListed = 1'000;       ///< pairs of the report
constexpr std::int64_t kMinimumSupport = 2;  ///< orders of a product that may be in a pair

/// Products that are ordered together: pairs within the basket of a purchase, as association rules.
/// Source: reports.md 5.5, rulings 21 and 30; R. Agrawal, T. Imielinski, A. Swami, "Mining
/// association rules between sets of items in large databases", 1993; lift: S. Brin et al., 1997.
/// Cost: half the square of the products of a basket; memory: 12 bytes for each pair that met.
class ProductPairs {
 public:
  explicit ProductPairs(const Frame& frame)
      : frame_(frame), baskets_(1, 1), orders_(0, 1), pairs_(frame.products->size()) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    const journeys::LineColumns& lines = journey.partition->lines();
    for (const std::uint32_t s : journey.orders_in_window()) {
      const std::uint32_t place = journey.place(s);
      const std::uint32_t end = lines.end(place);
      if (lines.begin(place) == end) continue;
      sink.count(baskets_, 0, 0);
      held_.clear();
      for (std::uint32_t line = lines.begin(place); line < end; ++line) {
        const std::uint32_t product = lines.product[line];
        // Lines of a product stand together; they differ in their categories.
        if (held_.empty() || held_.back() != product) held_.push_back(product);
      }
      for (std::size_t i = 0; i < held_.size(); ++i) {
        sink.count(orders_, held_[i], 0);
        for (std::size_t j = 0; j < i; ++j) {
          sink.count(pairs_, PairCounts::pair_row(held_[j], held_[i]), 0);
        }
      }
    }
  }

  auto grids() { return std::tie(baskets_, orders_, pairs_); }

  std::vector<Table> tables() const {
    const Names& names = *frame_.products;
    const auto all = static_cast<double>(baskets_.at(0, 0));
    Table table = table_for(find_report("most_combined_products"), *frame_.schema);
    RowWriter row(table);
    for (const Pair& pair : most_frequent()) {
      const auto together = static_cast<double>(pair.count);
      const auto first = static_cast<double>(orders_.at(pair.first, 0));
      const auto second = static_cast<double>(orders_.at(pair.second, 0));
      row << names.text(pair.first) + " - " + names.text(pair.second) << pair.count
          << names.text(pair.first) << names.text(pair.second) << ratio(together, all)
          << ratio(together, first) << ratio(together, second)
          << ratio(together * all, first * second);
    }
    return {std::move(table)};
  }

  /// Both products are the numerator of every share.
  Targets targets(const CellRef& cell) const {
    const auto first = frame_.products->find(cell.text(0));
    const auto second = frame_.products->find(cell.text(1));
    if (!first || !second) return {};
    return {{&pairs_, Rows::one(PairCounts::pair_row(*first, *second)), 0}};
  }

 private:
  /// The first product is the one that comes first in bytes.
  struct Pair {
    std::uint32_t first;
    std::uint32_t second;
    std::int64_t count;
  };

  std::vector<Pair> most_frequent() const {
    const std::vector<std::uint32_t>& ranks = frame_.products->ranks();
    std::vector<Pair> pairs;
    pairs_.for_each([&](std::uint32_t a, std::uint32_t b, std::uint32_t count) {
      if (orders_.at(a, 0) < kMinimumSupport || orders_.at(b, 0) < kMinimumSupport) return;
      if (ranks[b] < ranks[a]) std::swap(a, b);
      pairs.push_back({a, b, count});
    });
    const auto middle =
        pairs.begin() + static_cast<std::ptrdiff_t>(std::min(kListed, pairs.size()));
    std::ranges::partial_sort(pairs, middle, {}, [&](const Pair& pair) {
      return std::tuple(-pair.count, ranks[pair.first], ranks[pair.second]);
    });
    pairs.erase(middle, pairs.end());
    return pairs;
  }

  Frame frame_;
  Counts baskets_;  ///< one cell: orders with a basket
  Counts orders_;   ///< by code: orders with the product
  PairCounts pairs_;
  std::vector<std::uint32_t> held_;  ///< products of the order at hand
};

}  // namespace

FamilySpec product_pairs() {
  using enum ColumnType;
  const auto share = [](std::string name, std::string sentence) {
    return ColumnSpec{std::move(name), kDouble, "ratio", Counted::kOrders, std::move(sentence)};
  };
  return {
      "product_pairs",
      FamilyKind::kAggregate,
      {{.name = "most_combined_products",
        .title = "Products ordered together",
        .needs = {Need::kSessions, Need::kProducts},
        .columns =
            {{"products", kText, "", Counted::kNothing, "Both products, joined by a hyphen."},
             {"order_count", kInteger, "orders", Counted::kOrders,
              "Orders that hold both products."},
             {"product_1", kText, "", Counted::kNothing,
              "The product that comes first in byte order."},
             {"product_2", kText, "", Counted::kNothing, "The other product."},
             share("support", "Share of the orders with a basket that hold both."),
             share("confidence_1_2", "Share of the orders with product_1 that hold product_2 too."),
             share("confidence_2_1", "Share of the orders with product_2 that hold product_1 too."),
             {"lift", kDouble, "ratio", Counted::kNothing,
              "How many times more often they meet than if neither had to do with the "
              "other."}},
        .row_key = {"product_1", "product_2"},
        .chart = "bar",
        .page = "product",
        .window = "Takes the orders inside the window.",
        .help = "The 1,000 pairs that most orders hold, of products in at least two orders. "
                "Lift is orders with both x orders with a basket / (orders with product_1 x "
                "orders with product_2)."}},
      make_family<ProductPairs>,
      Sharing::kSessions};
}

}  // namespace ca::reports
