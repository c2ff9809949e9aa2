#include "reports/pass.h"

#include <algorithm>
#include <random>

#include "reports/churn_thresholds.h"
#include "reports/population_name.h"
#include "reports/rfm_cuts.h"
#include "reports/test_random_shop.h"

namespace ca::reports {
namespace {

/// All that States need to know beforehand.
Facts facts_for(const TestShop& shop, const Question& question) {
  ThreadPool pool(1);
  Facts facts = find_facts(shop.journeys(), question.window, pool);
  find_churn_thresholds(shop.journeys(), question, facts, pool, Cancellation());
  find_segment_model(shop.journeys(), question, facts, pool, Cancellation());
  return facts;
}

TEST(Pass, GivesTheSameBytesForAnyThreadsAndPartitions) {
  const std::string expected = text_of(random_shop(1, 1).answers(everything(), 1));
  EXPECT_GT(expected.size(), 20'000U);
  for (const std::size_t partitions : {1, 2, 8}) {
    const TestShop shop = random_shop(1, partitions);
    for (const std::size_t threads : {1, 2, 3}) {
      EXPECT_EQ(text_of(shop.answers(everything(), threads)), expected)
          << partitions << " partitions, " << threads << " threads";
    }
  }
}

TEST(Pass, SavedStatesOfPartsMergeInAnyOrder) {
  const TestShop shop = random_shop(2, 8);
  const std::string expected = text_of(shop.answers(everything()));
  const Question question = everything();
  const Facts facts = facts_for(shop, question);
  std::vector<std::string> saved;
  for (const journeys::Partition& partition : shop.journeys().partitions()) {
    States part(question, facts);
    std::vector<std::uint32_t> orders;
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      part.add(journey_in(partition, customer, facts.main, orders));
    }
    saved.push_back(part.save());
  }
  ThreadPool pool(2);
  std::mt19937 random(3);
  for (int round = 0; round < 3; ++round) {
    std::ranges::shuffle(saved, random);
    States all(question, facts);
    for (const std::string& state : saved) all.load(state);
    EXPECT_EQ(text_of(all.answers(pool)), expected);
  }
}

TEST(Pass, RefusesAStateThatIsCutOrForeign) {
  const TestShop shop = random_shop(2, 1);
  const Question question = everything();
  const Facts facts = facts_for(shop, question);
  const std::string bytes = States(question, facts).save();
  States all(question, facts);
  EXPECT_THROW(all.load(std::string_view(bytes).substr(0, bytes.size() - 1)), Error);
  Question less;
  less.reports = {"kpis"};
  States few(less, facts);
  EXPECT_THROW(few.load(bytes), Error);
}

TEST(Pass, AdditiveReportsOfTheValuesAddUpToMain) {
  const TestShop shop = random_shop(4, 2);
  const std::vector<Answer> answers = shop.answers(everything());
  ASSERT_EQ(answers.size(), 4U);
  int compared = 0;
  for (const Table& main : answers.front().tables) {
    // Those with two keys have rows only where something is; tests/properties/ looks at them.
    if (!find_report(main.name()).is_additive || main.key_columns() > 1) continue;
    for (std::size_t c = 1; c < main.width(); ++c) {
      const Column& column = main.column(c);
      const bool adds =
          column.type() == ColumnType::kInteger || column.type() == ColumnType::kDouble;
      if (!adds || column.name().find("_conv_") != std::string::npos) continue;
      for (std::size_t row = 0; row < main.rows(); ++row) {
        double sum = 0;
        for (std::size_t value = 1; value < answers.size(); ++value) {
          const auto& tables = answers[value].tables;
          const Table& part = *std::ranges::find(tables, main.name(), &Table::name);
          ASSERT_EQ(part.rows(), main.rows());
          const Column& cell = part.column(c);
          sum += cell.type() == ColumnType::kDouble ? cell.real(row)
                                                    : static_cast<double>(cell.integer(row));
        }
        const double whole = column.type() == ColumnType::kDouble
                                 ? column.real(row)
                                 : static_cast<double>(column.integer(row));
        EXPECT_NEAR(sum, whole, 1e-9 * std::abs(whole)) << main.name() << " " << column.name();
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 300);
}

/// A fold of counts and one sum, to look at the sinks by themselves.
struct Visits {
  Counts counts{0, 3};
  Sums sums{0, 1};
  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    for (std::size_t s = 0; s < journey.size; ++s) {
      const std::size_t hour = journey.hour[s];
      const bool is_paid = journey.is_order(s) && !std::isnan(journey.amount[s]);
      sink.count(counts, hour, is_paid ? 2 : journey.is_order(s) ? 1 : 0);
      sink.sum(sums, hour, 0, journey.amount[s]);
    }
  }
};

TEST(Sinks, TheCustomersBehindACellAddUpToIt) {
  const TestShop shop = random_shop(5, 1);
  const journeys::Partition& partition = shop.journeys().partitions()[0];
  Visits visits;
  CountingSink counting;
  for (std::uint32_t c = 0; c < partition.customers(); ++c) {
    visits.visit(partition.journey(c, INT64_MAX), counting);
  }
  for (std::size_t hour = 0; hour < visits.counts.rows(); ++hour) {
    for (const std::size_t column : {0U, 1U, 2U}) {
      ProbeSink probe({{&visits.counts, Rows::one(hour), column}});
      std::int64_t n = 0;
      for (std::uint32_t c = 0; c < partition.customers(); ++c) {
        visits.visit(partition.journey(c, INT64_MAX), probe);
        n += probe.take();
      }
      EXPECT_EQ(n, visits.counts.at(hour, column)) << hour << " " << column;
    }
    // Behind a sum stand the rows that were added: the orders that have a payment.
    ProbeSink probe({{&visits.sums, Rows::one(hour), 0}});
    std::int64_t rows = 0;
    for (std::uint32_t c = 0; c < partition.customers(); ++c) {
      visits.visit(partition.journey(c, INT64_MAX), probe);
      rows += probe.take();
    }
    EXPECT_EQ(rows, visits.counts.at(hour, 2));
  }
}

TEST(Sinks, AskingWhoIsBehindACellChangesNothing) {
  const TestShop shop = random_shop(5, 1);
  const journeys::Partition& partition = shop.journeys().partitions()[0];
  const Facts facts = facts_for(shop, everything());
  for (const FamilySpec& family : families()) {
    if (family.make == nullptr) continue;
    const std::unique_ptr<Family> state = family.make(facts.main);
    const auto saved = [&] {
      std::string bytes;
      state->save(bytes);
      return bytes;
    };
    std::vector<std::uint32_t> orders;
    for (std::uint32_t c = 0; c < partition.customers(); ++c) {
      state->add(journey_in(partition, c, facts.main, orders));
    }
    const std::string before = saved();
    ProbeSink nowhere({{nullptr, Rows::all(), 0}});
    for (std::uint32_t c = 0; c < partition.customers(); ++c) {
      state->probe(journey_in(partition, c, facts.main, orders), nowhere);
    }
    EXPECT_EQ(nowhere.take(), 0);
    EXPECT_EQ(saved(), before) << family.name;
  }
}

TEST(Pass, AWindowWithoutBeginEqualsARunAsOfItsEnd) {
  const TestShop shop = random_shop(6, 2);
  for (int day = 5; day < 40; day += 7) {
    const Day end = day_from_civil(2021, 10, 1) + day;
    Question window = everything();
    window.window.to = end;
    Question run = everything();
    run.window.as_of = shop.journeys().zone().end_of(end);
    EXPECT_EQ(text_of(shop.answers(window)), text_of(shop.answers(run)));
  }
}

TEST(Catalogue, NamesStandOnceAndEveryColumnIsDescribed) {
  std::set<std::string> names;
  for (const FamilySpec& family : families()) {
    for (const ReportSpec& report : family.reports) {
      EXPECT_TRUE(names.insert(report.name).second) << report.name;
      EXPECT_FALSE(report.title.empty() || report.help.empty() || report.window.empty() ||
                   report.chart.empty() || report.page.empty())
          << report.name;
      EXPECT_LE(report.key_columns, report.columns.size());
      for (const ColumnSpec& column : report.columns) {
        EXPECT_FALSE(column.sentence.empty()) << report.name << " " << column.name;
      }
    }
  }
  EXPECT_EQ(&find_report("daily_orders"), &find_report("daily_orders"));
  try {
    find_report("daily_order");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-REPORT");
    EXPECT_NE(error.hint().find("daily_orders"), std::string::npos);
  }
}

TEST(Catalogue, TellsWhatIsMissing) {
  Schema schema;
  EXPECT_EQ(missing_need(find_report("dimension_kpis"), schema), "dimension is not mapped");
  schema.has_dimension = true;
  EXPECT_EQ(missing_need(find_report("dimension_kpis"), schema), "");
}

}  // namespace
}  // namespace ca::reports
