#include <algorithm>
#include <iterator>

#include "reports/families.h"
#include "reports/repeats.h"
#include "reports/sparse_grid.h"
#include "reports/stamps.h"

namespace ca::reports {
namespace {

constexpr const char* kOrganic = "organic";

/// Orders with a promotion (inorganic) and without one, by day, by hour of day and by promotion.
/// Customers count once a promotion; orders without a client are orders, but nobody's.
/// Source: reports.md 5.6, rulings 16 and 31.  Cost: one step an order; memory: days and hours that
/// a promotion was used in.
class Promotions {
 public:
  explicit Promotions(const Frame& frame)
      : frame_(frame),
        days_(static_cast<std::size_t>(frame.axis.days), kOrderColumns),
        hours_(kHoursOfDay, kOrderColumns),
        by_day_(kDayColumns, days_.rows(), frame.promotions->size()),
        by_hour_(1, kHoursOfDay, frame.promotions->size()),
        customers_(0, kCustomerColumns) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    seen_.next_customer();
    for (const std::uint32_t s : journey.orders_in_window()) {
      const std::size_t day = frame_.axis.row(journey.day_of(s));
      const std::size_t hour = journey.hour[s];
      sink.count(days_, day, kAll);
      sink.count(hours_, hour, kAll);
      const std::uint32_t promotion = journey.promotion[s];
      if (promotion == journeys::Dictionary::kNone) {
        sink.count(days_, day, kWithout);
        sink.count(hours_, hour, kWithout);
        continue;
      }
      const std::size_t of_day = sparse_row(day, promotion);
      sink.count(by_day_, of_day, kOrders);
      sink.sum(by_day_, of_day, kRevenue, journey.amount[s]);
      sink.sum(by_day_, of_day, kDiscount, journey.discount[s]);
      sink.count(by_hour_, sparse_row(hour, promotion), 0);
      if (journey.is_anonymous) continue;
      sink.count(customers_, promotion, kTheirOrders);
      if (seen_.is_first(promotion)) sink.count(customers_, promotion, kCustomers);
    }
  }

  void correct(const Journey& journey, std::span<const std::uint32_t> value_of_code) {
    if (journey.is_anonymous) return;
    repeats_.next_customer();
    for (const std::uint32_t s : journey.orders_in_window()) {
      if (journey.promotion[s] == journeys::Dictionary::kNone) continue;
      repeats_.add(journey.promotion[s], value_of_code[journey.dimension[s]]);
    }
    repeats_.for_each([&](std::uint32_t promotion, std::size_t values) {
      customers_.add(promotion, kCustomers, 1 - static_cast<std::int64_t>(values));
    });
  }

  auto grids() { return std::tie(days_, hours_, by_day_, by_hour_, customers_); }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (auto part : {of_days(), of_hours(), of_promotions()}) {
      std::ranges::move(part, std::back_inserter(tables));
    }
    tables.push_back(organic_by_day());
    tables.push_back(organic_by_hour());
    return tables;
  }

  Targets targets(const CellRef& cell) const {
    // The last key is the promotion; before it may stand a day or an hour.
    const std::string& report = cell.report;
    const bool is_all = cell.column == "total_order_count";
    if (report.ends_with("_organic_orders")) {
      return {
          report.starts_with("daily")
              ? Target{&days_, rows_of_bucket(frame_.axis, Period::kDaily, cell.day(0)), kWithout}
              : Target{&hours_, Rows::one(cell.row(0)), kWithout}};
    }
    const std::optional<std::uint32_t> code =
        frame_.promotions->find(cell.text(cell.key.size() - 1));
    if (!code) return {};
    if (cell.column == "client_count") return {{&customers_, Rows::one(*code), kCustomers}};
    if (cell.column == "average_order_count") {
      return {{&customers_, Rows::one(*code), kTheirOrders}};
    }
    if (is_among({"hourly_inorganic_ratio", "inorganic_orders_per_promotion_per_hour"}, report)) {
      if (is_all) return {{&hours_, Rows::one(cell.row(0)), kAll}};
      return {{&by_hour_, Rows::one(sparse_row(cell.row(0), *code)), 0}};
    }
    Rows days = rows_of_second(*code);
    if (report != "promotion_kpis") {
      const std::size_t day = frame_.axis.row(cell.day(0));
      if (is_all) return {{&days_, Rows::one(day), kAll}};
      days = Rows::one(sparse_row(day, *code));
    }
    if (cell.column == "total_revenue") return {{&by_day_, days, kRevenue}};
    if (cell.column == "total_discount") return {{&by_day_, days, kDiscount}};
    return {{&by_day_, days, kOrders}};
  }

 private:
  enum OrderColumn : std::size_t { kAll, kWithout, kOrderColumns };
  /// Orders are counted beside the sums, so that one look-up finds both.
  enum DayColumn : std::size_t { kOrders, kRevenue, kDiscount, kDayColumns };
  enum CustomerColumn : std::size_t { kTheirOrders, kCustomers, kCustomerColumns };

  const std::string& name(std::uint32_t promotion) const {
    return frame_.promotions->text(promotion);
  }
  Table table(const char* report) const { return table_for(find_report(report), *frame_.schema); }
  Day day(std::size_t row) const { return frame_.axis.begin + static_cast<std::int32_t>(row); }

  /// The four reports that have a row for each day and promotion.
  std::vector<Table> of_days() const {
    Table orders = table("inorganic_orders_per_promotion_per_day");
    Table ratios = table("daily_inorganic_ratio");
    Table revenue = table("daily_promotion_revenue");
    Table discount = table("daily_promotion_discount");
    RowWriter order(orders), share(ratios), paid(revenue), saved(discount);
    for (const auto& key : in_order(by_day_, *frame_.promotions)) {
      const std::string& promotion = name(key.second);
      const auto count = static_cast<std::int64_t>(by_day_.at(key.position, kOrders));
      const std::int64_t all = days_.at(key.first, kAll);
      order << day(key.first) << promotion << count;
      share << day(key.first) << promotion << all << count
            << ratio(static_cast<double>(count), static_cast<double>(all));
      paid << day(key.first) << promotion
           << ExactSum::to_double(by_day_.at(key.position, kRevenue));
      saved << day(key.first) << promotion
            << ExactSum::to_double(by_day_.at(key.position, kDiscount));
    }
    return {std::move(orders), std::move(ratios), std::move(revenue), std::move(discount)};
  }

  Table organic_by_day() const {
    Table made = table("daily_organic_orders");
    RowWriter row(made);
    for (std::size_t d = 0; d < days_.rows(); ++d) {
      row << day(d) << days_.at(d, kWithout) << frame_.is_partial(day(d), Period::kDaily);
    }
    return made;
  }

  Table organic_by_hour() const {
    Table made = table("hourly_organic_orders");
    RowWriter row(made);
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      const std::int64_t orders = hours_.at(hour, kWithout);
      row << static_cast<std::int64_t>(hour) << std::string(kOrganic)
          << ratio(static_cast<double>(orders), frame_.axis.days) << orders;
    }
    return made;
  }

  /// The two reports that have a row for each hour and promotion.
  std::vector<Table> of_hours() const {
    Table orders = table("inorganic_orders_per_promotion_per_hour");
    Table ratios = table("hourly_inorganic_ratio");
    RowWriter order(orders), share(ratios);
    for (const auto& key : in_order(by_hour_, *frame_.promotions)) {
      const auto hour = static_cast<std::int64_t>(key.first);
      const std::int64_t count = by_hour_.at(key.position, 0);
      const std::int64_t all = hours_.at(key.first, kAll);
      order << hour << name(key.second) << ratio(static_cast<double>(count), frame_.axis.days)
            << count;
      share << hour << name(key.second) << all << count
            << ratio(static_cast<double>(count), static_cast<double>(all));
    }
    return {std::move(orders), std::move(ratios)};
  }

  /// The three reports that have a row for each promotion.
  std::vector<Table> of_promotions() const {
    struct Totals {
      std::int64_t orders = 0;
      std::int64_t days = 0;
      ExactSum revenue;
      ExactSum discount;
    };
    std::vector<Totals> totals(frame_.promotions->size());
    for (const auto& key : by_day_.rows()) {
      Totals& of = totals[key.second];
      ++of.days;
      of.orders += static_cast<std::int64_t>(by_day_.at(key.position, kOrders));
      of.revenue.add_fixed(by_day_.at(key.position, kRevenue));
      of.discount.add_fixed(by_day_.at(key.position, kDiscount));
    }

    Table means = table("avg_order_count_per_promo_per_cust");
    Table customers = table("promotion_number_of_customer");
    Table kpis = table("promotion_kpis");
    RowWriter mean(means), customer(customers), kpi(kpis);
    for (const std::uint32_t code : frame_.promotions->in_order()) {
      const Totals& of = totals[code];
      if (of.orders == 0) continue;
      const std::int64_t clients = customers_.value(code, kCustomers);
      const auto a_day = [&](double total) { return total / static_cast<double>(of.days); };
      mean << name(code)
           << ratio(static_cast<double>(customers_.value(code, kTheirOrders)),
                    static_cast<double>(clients));
      customer << name(code) << clients;
      kpi << name(code) << a_day(static_cast<double>(of.orders)) << a_day(of.revenue.value())
          << a_day(of.discount.value()) << clients << of.orders << of.days;
    }
    return {std::move(means), std::move(customers), std::move(kpis)};
  }

  Frame frame_;
  Counts days_;
  Counts hours_;
  SparseGrid<ExactSum::Fixed> by_day_;  ///< rows are (day of the axis, code)
  SparseGrid<std::int64_t> by_hour_;    ///< rows are (hour, code)
  Counts customers_;                    ///< by code
  Repeats repeats_;
  Stamps seen_;  ///< promotions of the customer at hand
};

}  // namespace

FamilySpec promotions() {
  using enum ColumnType;
  const ColumnSpec daily = period_column(Period::kDaily);
  const ColumnSpec hourly = period_column(Period::kHourly);
  const ColumnSpec promotion = {"promotion_id", kText, "", Counted::kNothing, "Promotion."};
  const ColumnSpec orders = {"order_count", kInteger, "orders", Counted::kOrders,
                             "Orders with the promotion."};
  const ColumnSpec total = {"order_count_total", kInteger, "orders", Counted::kOrders,
                            "Orders in total, the numerator of the mean."};
  const ColumnSpec ratio_column = {"inorganic_ratio", kDouble, "ratio", Counted::kOrders,
                                   "Share of all orders that have the promotion."};
  const ColumnSpec clients = {"client_count", kInteger, "customers", Counted::kCustomers,
                              "Customers who ordered with the promotion."};
  const auto mean_of = [](const char* sentence) {
    return ColumnSpec{"order_count", kDouble, "orders a day", Counted::kOrders, sentence};
  };
  const auto all_orders = [](const char* sentence) {
    return ColumnSpec{"total_order_count", kInteger, "orders", Counted::kOrders, sentence};
  };
  const auto report = [](std::string name, std::string title, std::vector<ColumnSpec> columns,
                         std::size_t keys, std::string chart, std::string help) {
    return order_report(std::move(name), std::move(title), Need::kPromotion, std::move(columns),
                        keys, std::move(chart), std::move(help));
  };

  std::vector<ReportSpec> reports = {
      report("inorganic_orders_per_promotion_per_day", "Orders by promotion and day",
             {daily, promotion, orders}, 2, "line",
             "Orders with a promotion, by day and promotion; days without one have no row."),
      report("daily_organic_orders", "Orders without a promotion, daily",
             {daily,
              {"order_count", kInteger, "orders", Counted::kOrders, "Orders without a promotion."},
              partial_column()},
             1, "line", "Orders without a promotion, by day; every day has a row."),
      report("hourly_organic_orders", "Orders without a promotion by hour of day",
             {hourly,
              {"promotion_id", kText, "", Counted::kNothing, "The word organic."},
              mean_of("Mean orders a day without a promotion in this hour."),
              total},
             2, "bar",
             "Orders without a promotion in the hour, divided by the calendar days of the axis."),
      report("daily_inorganic_ratio", "Share of each promotion in the day's orders",
             {daily, promotion, all_orders("All orders of the day, with or without a promotion."),
              orders, ratio_column},
             2, "line", "Orders with the promotion divided by all orders of the day."),
      report("hourly_inorganic_ratio", "Share of each promotion in the hour's orders",
             {hourly, promotion, all_orders("All orders of this hour of day, in total."), orders,
              ratio_column},
             2, "bar", "Orders with the promotion divided by all orders of the hour; totals."),
      report("daily_promotion_revenue", "Revenue by promotion and day",
             {daily,
              promotion,
              {"total_revenue", kDouble, "currency", Counted::kOrders,
               "Payments of the orders with the promotion."}},
             2, "line", "Sum of payments; an order without a payment adds nothing."),
      report("daily_promotion_discount", "Discount by promotion and day",
             {daily,
              promotion,
              {"total_discount", kDouble, "currency", Counted::kOrders,
               "Discounts of the orders with the promotion."}},
             2, "line", "Sum of discounts; an order without a discount adds nothing."),
      report("avg_order_count_per_promo_per_cust", "Orders a customer by promotion",
             {promotion,
              {"average_order_count", kDouble, "orders a customer", Counted::kOrders,
               "Mean orders with the promotion of a customer who used it."}},
             1, "bar", "Orders with the promotion divided by the customers who placed them."),
      report("promotion_number_of_customer", "Customers by promotion", {promotion, clients}, 1,
             "bar", "Distinct customers with an order that has the promotion."),
      report("promotion_kpis", "Key figures of promotions",
             {promotion,
              mean_of("Mean orders of a day on which the promotion was used."),
              {"total_revenue", kDouble, "currency a day", Counted::kOrders,
               "Mean payments of a day on which the promotion was used."},
              {"total_discount", kDouble, "currency a day", Counted::kOrders,
               "Mean discounts of a day on which the promotion was used."},
              clients,
              total,
              {"active_days", kInteger, "days", Counted::kNothing,
               "Days with an order that has the promotion, the denominator of the means."}},
             1, "table",
             "Daily orders, payments and discounts, as means over the days with an order of the "
             "promotion."),
      report(
          "inorganic_orders_per_promotion_per_hour", "Orders by promotion and hour of day",
          {hourly, promotion, mean_of("Mean orders a day with the promotion in this hour."), total},
          2, "bar",
          "Orders with the promotion in the hour, divided by the calendar days of the axis."),
  };
  for (ReportSpec& report : reports) {
    if (report.name == "daily_promotion_discount") report.needs.push_back(Need::kDiscount);
    report.is_additive =
        is_among({"inorganic_orders_per_promotion_per_day", "daily_organic_orders",
                  "hourly_organic_orders", "daily_promotion_revenue", "daily_promotion_discount",
                  "inorganic_orders_per_promotion_per_hour"},
                 report.name);
    report.is_extra = report.name == "inorganic_orders_per_promotion_per_hour";
  }
  return {"promotions", FamilyKind::kAggregate, std::move(reports), make_family<Promotions>,
          Sharing::kSessions};
}

}  // namespace ca::reports
