#include "models/before_after_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/promotion_comparison.h"
#include "reports/catalogue.h"

namespace ca::models {
namespace {

using reports::RowWriter;

std::string text(std::string_view name) { return std::string(name); }

class Tables {
 public:
  Tables(TestedPopulation& population, const TestSettings& settings, ThreadPool& pool)
      : population_(population), settings_(settings), pool_(pool) {}

  std::vector<Table> make() {
    if (population_.frame->schema->has_promotion) {
      compare();
      const auto amounts = uses(Usage::kPromotion, Measure::kAmount);
      const auto orders = uses(Usage::kPromotion, Measure::kOrders);
      differences(orders, amounts);
    }
    if (population_.frame->schema->has_products) {
      uses(Usage::kProduct, Measure::kAmount);
      uses(Usage::kProduct, Measure::kOrders);
    }
    if (population_.segments) {
      for (std::size_t period = 0; period < kComparedPeriods.size(); ++period) {
        segment_change(period, Measure::kOrders);
        segment_change(period, Measure::kAmount);
      }
    }
    return std::move(tables_);
  }

 private:
  Table& add(const std::string& report) {
    tables_.push_back(reports::table_for(reports::find_report(report), *population_.frame->schema));
    return tables_.back();
  }

  static const char* name_of(Measure measure) {
    return measure == Measure::kOrders ? "orders" : "amount";
  }

  /// What all reports about changes begin with.
  void write_test(RowWriter& row, const ChangeTest& test) const {
    row << test.group << test.accepted << test.mean_before << test.mean_after
        << (test.difference > 0) << test.difference << test.p_value << test.q_value
        << (test.interval ? std::optional(test.interval->low) : std::nullopt)
        << (test.interval ? std::optional(test.interval->high) : std::nullopt) << test.customers
        << test.customers << test.is_significant << test.is_insufficient
        << test.minimum_detectable_effect << text(stats::name_of(test.distribution))
        << text(stats::name_of(test.test));
  }

  std::vector<ChangeTest> uses(Usage usage, Measure measure) {
    const bool is_promotion = usage == Usage::kPromotion;
    const reports::Frame& frame = *population_.frame;
    std::vector<ChangeTest> tests = usage_tests(*population_.windows, usage, measure,
                                                is_promotion ? *frame.promotions : *frame.products,
                                                population_.amount_unit, settings_, pool_);
    // Ties by name, in bytes.
    std::ranges::sort(tests, {}, &ChangeTest::group);
    std::vector<ChangeTest> sorted = tests;
    std::ranges::stable_sort(sorted, {}, [](const ChangeTest& test) {
      return test.difference > 0 ? -test.difference : test.difference;
    });
    for (const bool is_accept : {true, false}) {
      Table& table =
          add(fmt::format("{}_usage_before_after_{}_{}", is_promotion ? "promotion" : "product",
                          name_of(measure), is_accept ? "accept" : "reject"));
      RowWriter row(table);
      for (const ChangeTest& test : sorted) {
        if ((test.difference > 0) != is_accept) continue;
        write_test(row, test);
        row << test.effect << test.matched
            << (test.matched > 0 ? std::optional(test.expected) : std::nullopt)
            << test.paired_p_value << test.with_use << sentence_of_use(test, measure, settings_);
      }
    }
    return tests;
  }

  /// Both lists are by name.
  void differences(const std::vector<ChangeTest>& orders, const std::vector<ChangeTest>& amounts) {
    std::map<std::string_view, const ChangeTest*> amount_of;
    for (const ChangeTest& test : amounts) amount_of[test.group] = &test;
    RowWriter row(add("order_and_payment_amount_differences"));
    for (const ChangeTest& order : orders) {
      const auto found = amount_of.find(order.group);
      const ChangeTest* amount = found == amount_of.end() ? nullptr : found->second;
      if (amount == nullptr) {
        row << std::nullopt << order.difference << order.group << std::nullopt << order.effect
            << false << order.is_significant << std::int64_t{0} << order.customers;
      } else {
        row << amount->difference << order.difference << order.group << amount->effect
            << order.effect << amount->is_significant << order.is_significant << amount->customers
            << order.customers;
      }
    }
  }

  void compare() {
    const PromotionComparison comparison =
        compare_promotions(*population_.payments, *population_.frame->promotions, settings_);
    RowWriter ranked(add("promotion_comparison"));
    for (const PromotionRank& rank : comparison.ranks) {
      ranked << rank.promotion << rank.beaten << rank.accepted() << rank.beaten_by << rank.ties()
             << text(rank.kind()) << rank.customers << rank.mean << (rank.opponents == 0);
    }
    RowWriter row(add("promotion_comparison_pairs"));
    for (const PromotionPair& pair : comparison.pairs) {
      const std::optional<stats::Interval>& interval = pair.test.interval;
      row << pair.first << pair.second << pair.first_mean << pair.second_mean
          << pair.test.difference << (interval ? std::optional(interval->low) : std::nullopt)
          << (interval ? std::optional(interval->high) : std::nullopt) << pair.test.p_value
          << pair.q_value << pair.first_customers << pair.second_customers << pair.both
          << pair.is_significant << pair.is_insufficient << pair.minimum_detectable_effect;
      if (pair.winner() == nullptr) {
        row << std::nullopt;
      } else {
        row << *pair.winner();
      }
      row << sentence_of(pair);
    }
  }

  void segment_change(std::size_t period, Measure measure) {
    const std::vector<ChangeTest> tests =
        segment_tests(*population_.segments, period, measure, settings_);
    RowWriter row(add(fmt::format("segments_change_{}_before_after_{}",
                                  ca::name_of(kComparedPeriods[period]), name_of(measure))));
    for (const ChangeTest& test : tests) {
      write_test(row, test);
      row << test.effect << test.others << test.paired_p_value
          << sentence_of_segment(test, measure, settings_);
    }
  }

  TestedPopulation& population_;
  const TestSettings& settings_;
  ThreadPool& pool_;
  std::vector<Table> tables_;
};

}  // namespace

reports::Answer before_after_tables(TestedPopulation& population, const TestSettings& settings,
                                    ThreadPool& pool) {
  return {population.frame->population, population.frame->is_main,
          Tables(population, settings, pool).make()};
}

}  // namespace ca::models
