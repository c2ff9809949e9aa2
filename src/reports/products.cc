#include <algorithm>

#include "reports/allocation.h"
#include "reports/families.h"
#include "reports/repeats.h"
#include "reports/sparse_grid.h"
#include "reports/stamps.h"

namespace ca::reports {
namespace {

constexpr std::size_t kHours = 24;
constexpr std::size_t kWaiting = 64;  ///< basket lines

/// What one order holds of one product or category.
struct Held {
  std::size_t day;  ///< row of the axis
  std::size_t hour;
  std::uint32_t code;
  bool is_theirs;  ///< of a customer, not anonymous
  bool is_first;   ///< of the customer's orders with it
  ExactSum::Fixed quantity = 0;
  ExactSum::Fixed revenue = 0;
  ExactSum::Fixed discount = 0;
};

/// Of a product or a category: its orders in total, by day and by hour, what they paid, and who
/// bought.
class Goods {
 public:
  Goods(const Frame& frame, const Names& names, bool has_days)
      : totals_(0, kTotalColumns),
        by_day_(kDayColumns, static_cast<std::size_t>(frame.axis.days), names.size()),
        by_hour_(1, kHours, names.size()),
        has_days_(has_days) {}

  enum TotalColumn : std::size_t {
    kOrders,
    kRevenue,
    kQuantity,
    kDiscount,
    kTheirOrders,
    kCustomers,
    kTotalColumns
  };
  /// Orders are counted beside the sums, so that one look-up finds both.
  enum DayColumn : std::size_t { kDayOrders, kDayRevenue, kDayColumns };

  void next_customer() { seen_.next_customer(); }
  void next_order() { order_begin_ = held_.size(); }
  /// A line of the order at hand.
  void add(std::uint32_t code, std::size_t day, std::size_t hour, bool is_theirs, double quantity,
           const Allocation::Share& share) {
    const auto order = std::span(held_).subspan(order_begin_);
    // Lines of a product stand together; those of a category need not.
    const auto held = std::ranges::find(order.rbegin(), order.rend(), code, &Held::code);
    if (held != order.rend()) {
      add_to(*held, quantity, share);
      return;
    }
    held_.push_back({.day = day,
                     .hour = hour,
                     .code = code,
                     .is_theirs = is_theirs,
                     .is_first = is_theirs && seen_.is_first(code)});
    add_to(held_.back(), quantity, share);
    if (has_days_) by_day_.prefetch(sparse_row(day, code));
  }
  /// Lines that the sink was not told yet.
  std::size_t held() const { return held_.size(); }
  /// Tells the sink of them.
  template <class Sink>
  void tell(Sink& sink) {
    for (const Held& held : held_) {
      sink.count(totals_, held.code, kOrders);
      sink.share(totals_, held.code, kRevenue, held.revenue);
      sink.share(totals_, held.code, kQuantity, held.quantity);
      sink.share(totals_, held.code, kDiscount, held.discount);
      if (held.is_theirs) sink.count(totals_, held.code, kTheirOrders);
      if (held.is_first) sink.count(totals_, held.code, kCustomers);
      sink.count(by_hour_, sparse_row(held.hour, held.code), 0);
      if (!has_days_) continue;
      sink.count(by_day_, sparse_row(held.day, held.code), kDayOrders);
      sink.share(by_day_, sparse_row(held.day, held.code), kDayRevenue, held.revenue);
    }
    held_.clear();
  }
  /// Main's customers of a code are those of its values, each once.
  void count_once(Repeats& repeats) {
    repeats.for_each([&](std::uint32_t code, std::size_t values) {
      totals_.add(code, kCustomers, 1 - static_cast<ExactSum::Fixed>(values));
    });
  }
  auto grids() { return std::tie(totals_, by_day_, by_hour_); }

  /// What cells of a code are made of: in total, on a day, in an hour.
  Targets of_total(std::uint32_t code, TotalColumn column) const {
    return {{&totals_, Rows::one(code), column}};
  }
  Targets of_day(std::size_t day, std::uint32_t code, DayColumn column) const {
    return {{&by_day_, Rows::one(sparse_row(day, code)), column}};
  }
  Targets of_hour(std::size_t hour, std::uint32_t code) const {
    return {{&by_hour_, Rows::one(sparse_row(hour, code)), 0}};
  }

  const SparseGrid<ExactSum::Fixed>& by_day() const { return by_day_; }
  const SparseGrid<std::int64_t>& by_hour() const { return by_hour_; }
  double sum(std::uint32_t code, TotalColumn column) const {
    return ExactSum::to_double(totals_.at(code, column));
  }
  std::int64_t count(std::uint32_t code, TotalColumn column) const {
    return static_cast<std::int64_t>(totals_.at(code, column));
  }
  /// Codes that were ordered.
  std::vector<std::uint32_t> ordered() const {
    std::vector<std::uint32_t> codes;
    for (std::uint32_t code = 0; code < totals_.rows(); ++code) {
      if (count(code, kOrders) > 0) codes.push_back(code);
    }
    return codes;
  }

 private:
  static void add_to(Held& held, double quantity, const Allocation::Share& share) {
    held.quantity += ExactSum::to_fixed(quantity);
    held.revenue += share.revenue;
    held.discount += share.discount;
  }

  Sums totals_;                         ///< by code
  SparseGrid<ExactSum::Fixed> by_day_;  ///< rows are (day of the axis, code)
  SparseGrid<std::int64_t> by_hour_;    ///< rows are (hour, code): orders
  bool has_days_;
  Stamps seen_;             ///< codes of the customer at hand
  std::vector<Held> held_;  ///< each code once an order
  std::size_t order_begin_ = 0;
};

/// Products and categories: the orders that hold them, and their share of what those paid. Orders
/// are purchases with a basket; an order without a client is an order, but nobody's.
/// Source: reports.md 5.5, rulings 15, 17, 18 and 30.  Cost: one step a basket line; memory: days
/// and hours that a product was sold in.
class Products {
 public:
  explicit Products(const Frame& frame)
      : frame_(frame),
        allocation_(frame),
        has_categories_(frame.schema->has_category && (frame.asks("most_ordered_categories") ||
                                                       frame.asks("hourly_categories_of_sales"))),
        orders_(kHours, 1),
        products_(frame, *frame.products, frame.asks("daily_products_of_sales")),
        categories_(frame, *frame.categories, false) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    const journeys::LineColumns& lines = journey.partition->lines();
    constexpr bool is_counting = std::is_same_v<Sink, CountingSink>;
    if (!is_counting) settle();  // what waits is of others
    products_.next_customer();
    categories_.next_customer();
    for (const std::uint32_t s : journey.orders_in_window()) {
      const std::uint32_t place = journey.place(s);
      const std::uint32_t begin = lines.begin(place);
      const std::uint32_t end = lines.end(place);
      if (begin == end) continue;
      const std::size_t day = frame_.axis.row(journey.day_of(s));
      const std::size_t hour = journey.hour[s];
      sink.count(orders_, hour, 0);
      products_.next_order();
      categories_.next_order();
      const auto shares = allocation_.of(journey, s, begin, end);
      for (std::uint32_t line = begin; line < end; ++line) {
        const Allocation::Share& share = shares[line - begin];
        const double quantity = lines.quantity[line];
        products_.add(lines.product[line], day, hour, !journey.is_anonymous, quantity, share);
        if (!has_categories_) continue;
        categories_.add(lines.category[line], day, hour, !journey.is_anonymous, quantity, share);
      }
    }
    // Rows of days lie far apart. Counting waits until some more are on their way into the cache.
    if (is_counting && products_.held() < kWaiting) return;
    products_.tell(sink);
    categories_.tell(sink);
  }

  void correct(const Journey& journey, std::span<const std::uint32_t> value_of_code) {
    if (journey.is_anonymous) return;
    const journeys::LineColumns& lines = journey.partition->lines();
    const auto count_once = [&](Goods& goods, std::span<const std::uint32_t> codes) {
      repeats_.next_customer();
      for (const std::uint32_t s : journey.orders_in_window()) {
        const std::uint32_t place = journey.place(s);
        const std::uint32_t value = value_of_code[journey.dimension[s]];
        for (std::uint32_t line = lines.begin(place); line < lines.end(place); ++line) {
          repeats_.add(codes[line], value);
        }
      }
      goods.count_once(repeats_);
    };
    count_once(products_, lines.product);
    if (has_categories_) count_once(categories_, lines.category);
  }

  void settle() {
    CountingSink sink;
    products_.tell(sink);
    categories_.tell(sink);
  }

  auto grids() { return std::tuple_cat(std::tie(orders_), products_.grids(), categories_.grids()); }

  std::vector<Table> tables() const {
    const Names& products = *frame_.products;
    const Names& categories = *frame_.categories;
    std::vector<Table> tables;
    const auto add = [&](const char* report, auto&& make) {
      if (frame_.asks(report)) tables.push_back(make(report));
    };
    add("most_ordered_products", [&](auto name) { return ranking(name, products_, products); });
    add("most_ordered_categories",
        [&](auto name) { return ranking(name, categories_, categories); });
    add("daily_products_of_sales", [&](auto name) { return sales_by_day(name); });
    add("product_kpis", [&](auto name) { return key_figures(name); });
    add("hourly_products_of_sales",
        [&](auto name) { return sales_by_hour(name, products_, products); });
    add("hourly_categories_of_sales",
        [&](auto name) { return sales_by_hour(name, categories_, categories); });
    return tables;
  }

  /// Behind shares of amounts and sums of pieces stand the orders that hold the product.
  Targets targets(const CellRef& cell) const {
    const std::string& report = cell.report;
    const std::string& of = cell.column;
    if (of == "hourly_total_orders") return {{&orders_, Rows::one(cell.row(0)), 0}};
    const bool is_of_categories = report.find("categories") != std::string::npos;
    const Goods& goods = is_of_categories ? categories_ : products_;
    // The last key is the product or category; before it may stand a day or an hour.
    const auto code = (is_of_categories ? frame_.categories : frame_.products)
                          ->find(cell.text(cell.key.size() - 1));
    if (!code) return {};
    if (report.starts_with("hourly")) return goods.of_hour(cell.row(0), *code);
    if (report.starts_with("daily")) {
      return goods.of_day(frame_.axis.row(cell.day(0)), *code,
                          of == "order_count" ? Goods::kDayOrders : Goods::kDayRevenue);
    }
    if (of == "order_count") return goods.of_total(*code, Goods::kOrders);
    if (of == "quantity") return goods.of_total(*code, Goods::kQuantity);
    if (of == "average_product_sold_per_user_kpi") {
      return goods.of_total(*code, Goods::kTheirOrders);
    }
    if (of == "total_product_discount_kpi") return goods.of_total(*code, Goods::kDiscount);
    if (is_among({"client_count", "total_product_cust_kpi"}, of)) {
      return goods.of_total(*code, Goods::kCustomers);
    }
    return goods.of_total(*code, Goods::kRevenue);
  }

 private:
  Table table(const char* report) const { return table_for(find_report(report), *frame_.schema); }

  /// By orders, most first; ties by name.
  Table ranking(const char* report, const Goods& goods, const Names& names) const {
    Table made = table(report);
    std::vector<std::uint32_t> codes = goods.ordered();
    const std::vector<std::uint32_t>& ranks = names.ranks();
    std::ranges::sort(codes, {}, [&](std::uint32_t code) {
      return std::pair(-goods.count(code, Goods::kOrders), ranks[code]);
    });
    RowWriter row(made);
    for (const std::uint32_t code : codes) {
      row << names.text(code) << goods.count(code, Goods::kOrders)
          << goods.sum(code, Goods::kQuantity) << goods.sum(code, Goods::kRevenue)
          << goods.count(code, Goods::kCustomers);
    }
    return made;
  }

  Table sales_by_day(const char* report) const {
    Table made = table(report);
    const auto& grid = products_.by_day();
    auto rows = in_order(grid, *frame_.products);
    const std::size_t wanted = std::min(rows.size(), frame_.limit.value_or(rows.size()));
    made.leave_out(rows.size() - wanted);
    rows.resize(wanted);
    RowWriter row(made);
    for (const auto& of : rows) {
      row << frame_.axis.begin + static_cast<std::int32_t>(of.first)
          << frame_.products->text(of.second)
          << ExactSum::to_double(grid.at(of.position, Goods::kDayRevenue))
          << static_cast<std::int64_t>(grid.at(of.position, Goods::kDayOrders));
    }
    return made;
  }

  Table key_figures(const char* report) const {
    Table made = table(report);
    std::vector<std::uint32_t> codes = products_.ordered();
    const std::vector<std::uint32_t>& ranks = frame_.products->ranks();
    std::ranges::sort(codes, {}, [&](std::uint32_t code) { return ranks[code]; });
    RowWriter row(made);
    for (const std::uint32_t code : codes) {
      const std::int64_t customers = products_.count(code, Goods::kCustomers);
      row << frame_.products->text(code)
          << ratio(static_cast<double>(products_.count(code, Goods::kTheirOrders)),
                   static_cast<double>(customers))
          << products_.sum(code, Goods::kRevenue) << products_.sum(code, Goods::kDiscount)
          << customers;
    }
    return made;
  }

  /// By hour, and within one by orders, most first; ties by name.
  Table sales_by_hour(const char* report, const Goods& goods, const Names& names) const {
    Table made = table(report);
    const auto& grid = goods.by_hour();
    auto rows = grid.rows();
    const std::vector<std::uint32_t>& ranks = names.ranks();
    std::ranges::sort(rows, {}, [&](const auto& of) {
      return std::tuple(of.first, -grid.at(of.position, 0), ranks[of.second]);
    });
    RowWriter row(made);
    std::int64_t rank = 0;
    std::uint32_t hour = kHours;
    for (const auto& of : rows) {
      rank = of.first == hour ? rank + 1 : 1;
      hour = of.first;
      const std::int64_t orders = grid.at(of.position, 0);
      const std::int64_t all = orders_.at(hour, 0);
      row << static_cast<std::int64_t>(hour) << names.text(of.second) << orders << rank << all
          << ratio(static_cast<double>(orders), static_cast<double>(all));
    }
    return made;
  }

  Frame frame_;
  Allocation allocation_;
  bool has_categories_;
  Counts orders_;  ///< by hour: orders with a basket
  Goods products_;
  Goods categories_;
  Repeats repeats_;
};

}  // namespace

FamilySpec products() {
  using enum ColumnType;
  const ColumnSpec product = {"products", kText, "", Counted::kNothing, "Product."};
  const ColumnSpec category = {"category", kText, "", Counted::kNothing, "Category."};
  const ColumnSpec hour = {"hours", kInteger, "hour of day", Counted::kNothing,
                           "Hour of the day, 0 to 23."};
  const auto orders = [](std::string sentence) {
    return ColumnSpec{"order_count", kInteger, "orders", Counted::kOrders, std::move(sentence)};
  };
  const auto ranking = [&](const ColumnSpec& key, const std::string& what) {
    return std::vector<ColumnSpec>{
        key,
        orders("Orders that hold the " + what + "."),
        {"quantity", kDouble, "pieces", Counted::kOrders, "Pieces in these orders."},
        {"revenue", kDouble, "currency", Counted::kOrders,
         "The share of the " + what + " in what these orders paid."},
        {"client_count", kInteger, "customers", Counted::kCustomers,
         "Customers who ordered the " + what + "."}};
  };
  const auto by_hour = [&](const ColumnSpec& key, std::string rank, const std::string& what) {
    return std::vector<ColumnSpec>{
        hour,
        key,
        orders("Orders of the hour that hold the " + what + ", in total."),
        {std::move(rank), kInteger, "", Counted::kNothing,
         "Place among those of the hour by orders, 1 is the most; ties by name."},
        {"hourly_total_orders", kInteger, "orders", Counted::kOrders,
         "Orders of the hour that have a basket."},
        {"hourly_order_ratio", kDouble, "ratio", Counted::kOrders,
         "Share of the hour's orders with a basket that hold the " + what + "."}};
  };
  const auto report = [](std::string name, std::string title, std::vector<ColumnSpec> columns,
                         std::size_t keys, std::string chart, std::string help) {
    return order_report(std::move(name), std::move(title), Need::kProducts, std::move(columns),
                        keys, std::move(chart), std::move(help));
  };
  const std::string shares =
      " What an order paid is shared among its basket lines in proportion to price x quantity.";

  std::vector<ReportSpec> reports = {
      report("most_ordered_products", "Most ordered products", ranking(product, "product"), 1,
             "bar", "Orders with the product, most first." + shares),
      report("most_ordered_categories", "Most ordered categories", ranking(category, "category"), 1,
             "bar", "Orders with a product of the category, most first." + shares),
      report("daily_products_of_sales", "Sales by product and day",
             {period_column(Period::kDaily),
              product,
              {"payment_amount", kDouble, "currency", Counted::kOrders,
               "The share of the product in what the day's orders paid."},
              orders("Orders of the day that hold the product.")},
             2, "line", "Days on which nobody ordered the product have no row." + shares),
      report("product_kpis", "Key figures of products",
             {product,
              {"average_product_sold_per_user_kpi", kDouble, "orders a customer", Counted::kOrders,
               "Mean orders with the product of a customer who ordered it."},
              {"total_product_revenue_kpi", kDouble, "currency", Counted::kOrders,
               "The share of the product in what its orders paid."},
              {"total_product_discount_kpi", kDouble, "currency", Counted::kOrders,
               "Its share in the discounts of these orders."},
              {"total_product_cust_kpi", kInteger, "customers", Counted::kCustomers,
               "Customers who ordered the product."}},
             1, "table",
             "Orders with the product divided by the customers who placed them." + shares),
      report("hourly_products_of_sales", "Products by hour of day",
             by_hour(product, "product_order_count_rank", "product"), 2, "bar",
             "Orders with the product by hour of day, as totals."),
      report("hourly_categories_of_sales", "Categories by hour of day",
             by_hour(category, "product_cat_order_count_rank", "category"), 2, "bar",
             "Orders with a product of the category by hour of day, as totals."),
  };
  for (ReportSpec& report : reports) {
    const bool is_of_categories =
        is_among({"most_ordered_categories", "hourly_categories_of_sales"}, report.name);
    if (is_of_categories) report.needs.push_back(Need::kCategory);
    report.is_extra =
        is_among({"hourly_products_of_sales", "hourly_categories_of_sales"}, report.name);
    if (is_among({"most_ordered_products", "most_ordered_categories"}, report.name)) {
      report.page = "product";
    }
    report.is_additive = report.name == "daily_products_of_sales";
  }
  return {"products", FamilyKind::kAggregate, std::move(reports), make_family<Products>,
          Sharing::kSessions};
}

}  // namespace ca::reports
