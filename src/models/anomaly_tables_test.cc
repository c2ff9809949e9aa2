#include "models/anomaly_tables.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "base/writers.h"
#include "reports/families.h"

namespace ca::models {
namespace {

using reports::RowWriter;
using reports::Schema;

const Day kFirst = day_from_civil(2023, 1, 2);  // a Monday

std::string csv(const Table& table) { return to_csv(table, Zone::utc()); }

Table orders_of(const std::vector<std::int64_t>& counts) {
  Table table = reports::table_for(reports::find_report("daily_orders"), Schema());
  RowWriter row(table);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    row << kFirst + static_cast<std::int32_t>(i) << counts[i] << false;
  }
  return table;
}

// ---- orders
// --------------------------------------------------------------------------------------

TEST(OrderAnomalies, NeedSixWeeksAndCompleteDays) {
  const std::vector<std::int64_t> counts(42, 100);
  EXPECT_EQ(
      order_anomalies(orders_of({counts.begin(), counts.end() - 1}), kFirst + 100, Schema()).rows(),
      0U);
  EXPECT_EQ(order_anomalies(orders_of(counts), kFirst + 41, Schema()).rows(), 14U);
  EXPECT_EQ(order_anomalies(orders_of(counts), kFirst + 40, Schema()).rows(), 13U);
}

TEST(OrderAnomalies, CompareWithTheSameWeekdayOfFourWeeks) {
  std::vector<std::int64_t> counts;
  for (int i = 0; i < 70; ++i) counts.push_back(100 + 3 * (i % 7) + (i * i) % 5);
  counts[60] = 300;
  counts[65] = 20;
  const Table table = order_anomalies(orders_of(counts), kFirst + 69, Schema());
  ASSERT_EQ(table.rows(), 42U);
  const auto at = [](std::size_t day) { return day - 28; };
  const double expected =
      static_cast<double>(counts[53] + counts[46] + counts[39] + counts[32]) / 4;
  EXPECT_EQ(table.find("expected")->real(at(60)), expected);
  EXPECT_EQ(table.find("diff_perc")->real(at(60)), 100 * (300 - expected) / expected);
  EXPECT_EQ(table.find("anomalities")->text(at(60)), "increase");
  EXPECT_EQ(table.find("anomalities")->text(at(65)), "decrease");
  EXPECT_EQ(table.find("anomalities")->text(at(50)), "no change");
  EXPECT_TRUE(table.find("p_value")->is_null(at(60)));
}

TEST(OrderAnomalies, OfFewOrdersMustAlsoBeUnlikely) {
  std::vector<std::int64_t> counts;
  Random random(1);
  for (int i = 0; i < 200; ++i) counts.push_back(2 + random.below(2));
  counts[150] = 7;  // a robust z above 3, but of ten others
  counts[160] = 30;
  const Table table = order_anomalies(orders_of(counts), kFirst + 199, Schema());
  EXPECT_GT(table.find("z")->real(150 - 28), 3);
  EXPECT_GT(table.find("p_value")->real(150 - 28), 0.01);
  EXPECT_EQ(table.find("anomalities")->text(150 - 28), "no change");
  EXPECT_EQ(table.find("anomalities")->text(160 - 28), "increase");
}

TEST(OrderAnomalies, WhereDaysAreAlikeNothingIsUnusual) {
  std::vector<std::int64_t> counts(60, 100);
  counts[50] = 150;
  const Table table = order_anomalies(orders_of(counts), kFirst + 59, Schema());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    EXPECT_TRUE(table.find("z")->is_null(row));
    EXPECT_EQ(table.find("anomalities")->text(row), "no change");
  }
}

// ---- customers
// -----------------------------------------------------------------------------------

TEST(CustomerAnomalies, CompareWhatIsExpectedWithWhatWas) {
  Table value("client_value");
  value.add("client", ColumnType::kText);
  value.add("expected_orders", ColumnType::kDouble);
  value.add("expected_value", ColumnType::kDouble);
  Table kpis("client_kpis");
  kpis.add("client", ColumnType::kText);
  kpis.add("frequency", ColumnType::kDouble);
  kpis.add("monetary", ColumnType::kDouble);
  RowWriter expected(value);
  RowWriter known(kpis);
  // Gaps of 100 h to 110 h so far, 4,320 h / 40 = 108 h expected; 20 an order so far, 21 expected.
  for (int i = 0; i < 11; ++i) {
    expected << std::string(1, static_cast<char>('a' + i)) << 40.0 << 840.0;
    known << std::string(1, static_cast<char>('a' + i)) << 100.0 + i << 20.0 + 0.1 * (i - 5);
  }
  expected << std::string("often") << 400.0 << 400 * 20.5;
  known << std::string("nobody") << 1.0 << 1.0;
  known << std::string("often") << 100.0 << 20.0;
  expected << std::string("once") << 1.2 << 1.2 * 90;
  known << std::string("once") << std::nullopt << 20.0;
  expected << std::string("unpaid") << 2.0 << 40.0;
  known << std::string("unpaid") << 100.0 << std::nullopt;

  const Table table = customer_anomalies(value, kpis, 180, Schema());
  ASSERT_EQ(table.rows(), 14U);
  EXPECT_DOUBLE_EQ(table.find("frequency_diff")->real(3), 103 - 108.0);
  EXPECT_NEAR(table.find("monetary_diff")->real(3), 21 - 19.8, 1e-12);
  EXPECT_EQ(table.find("f_dec_inc")->text(3), "decrease");
  EXPECT_EQ(table.find("f_anomaly")->text(3), "normal decrease");
  EXPECT_EQ(table.find("naming")->text(3), "Frequency; no change, Monetary ; no change");
  EXPECT_EQ(table.find("client")->text(11), "often");
  EXPECT_DOUBLE_EQ(table.find("frequency_diff")->real(11), 100 - 10.8);
  EXPECT_EQ(table.find("f_anomaly")->text(11), "significant increase");
  EXPECT_EQ(table.find("naming")->text(11), "Frequency; increase, Monetary ; no change");
  EXPECT_TRUE(table.find("frequency_diff")->is_null(12));
  EXPECT_TRUE(table.find("f_anomaly")->is_null(12));
  EXPECT_EQ(table.find("m_anomaly")->text(12), "significant increase");
  EXPECT_TRUE(table.find("monetary_diff")->is_null(13));
}

// ---- days
// ----------------------------------------------------------------------------------------

double poisson(double mean, Random& random) {
  return std::max(std::round(mean + std::sqrt(mean) * random.normal()), 0.0);
}

std::int64_t binomial(std::int64_t count, double share, Random& random) {
  const auto n = static_cast<double>(count);
  const double drawn = n * share + std::sqrt(n * share * (1 - share)) * random.normal();
  return static_cast<std::int64_t>(std::clamp(std::round(drawn), 0.0, n));
}

/// A shop that grows, with weekends and shares that drift: nothing is unusual.
struct InventedDays {
  Schema schema;
  reports::Answer answer{"main", true, {}};
  reports::Facts facts;

  explicit InventedDays(std::uint64_t seed, std::int32_t days = 400) {
    schema.session_actions = {"basket"};
    schema.has_customers = true;
    Random random(Random::mix(seed));
    Table funnel = reports::table_for(reports::find_report("daily_funnel"), schema);
    std::vector<std::int64_t> orders;
    RowWriter row(funnel);
    for (std::int32_t i = 0; i < days; ++i) {
      const double weekend = iso_weekday(kFirst + i) >= 6 ? 1.4 : 1;
      // More than counting alone: good days and bad days.
      const double mood = std::exp(0.08 * random.normal());
      const auto sessions =
          static_cast<std::int64_t>(poisson(800 * weekend * mood * std::exp(0.002 * i), random));
      const std::int64_t baskets = binomial(sessions, 0.5 + 0.1 * std::sin(i / 90.0), random);
      orders.push_back(binomial(baskets, 0.4, random));
      row << kFirst + i << orders.back() << sessions << baskets
          << static_cast<double>(orders.back()) / static_cast<double>(sessions)
          << static_cast<double>(baskets) / static_cast<double>(sessions) << false;
    }
    answer.tables.push_back(std::move(funnel));
    answer.tables.push_back(orders_of(orders));
    for (const char* name : {"daily_cohort_downloads", "daily_cohort_from_1_to_2",
                             "daily_cohort_from_2_to_3", "daily_cohort_from_3_to_4"}) {
      answer.tables.push_back(cohorts(name, days, random));
    }
    facts.main.schema = &schema;
    facts.main.zone = &zone_;
    facts.main.last_day = kFirst + days - 1;
    facts.main.axis = {kFirst, days};
    facts.main.as_of =
        (static_cast<std::int64_t>(facts.main.last_day.number) + 1) * kMicrosPerDay - 1;
  }

 private:
  Table cohorts(const char* name, std::int32_t days, Random& random) const {
    Table table = reports::table_for(reports::find_report(name), schema);
    RowWriter row(table);
    for (std::int32_t i = 0; i < days; ++i) {
      const auto size = static_cast<std::int64_t>(poisson(120, random));
      std::int64_t left = size;
      row << kFirst + i;
      for (int offset = 0; offset < 16; ++offset) {
        const std::int64_t bought = binomial(left, 0.06, random);
        row << bought;
        left -= bought;
      }
      row << size << left;
    }
    return table;
  }

  Zone zone_ = Zone::utc();
};

std::vector<Table> judged(const InventedDays& shop, bool with_network) {
  ThreadPool pool(2);
  return anomaly_tables({shop.answer}, shop.facts, {0.01, 1, with_network}, pool, Cancellation())
      .front()
      .tables;
}

const Table& table_of(const std::vector<Table>& tables, const char* name) {
  return *std::ranges::find(tables, name, &Table::name);
}

double share_of_outliers(const Table& table) {
  double sum = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    sum += static_cast<double>(table.find("outlier")->integer(row));
  }
  return sum / static_cast<double>(table.rows());
}

TEST(AnomalyTables, OfAShopWithoutAnyCallOneDayInAHundredUnusual) {
  double funnel = 0;
  double cohorts = 0;
  double orders = 0;
  constexpr int kShops = 20;
  for (int shop = 0; shop < kShops; ++shop) {
    const std::vector<Table> tables =
        judged(InventedDays(static_cast<std::uint64_t>(shop)), shop % 4 == 0);
    funnel += share_of_outliers(table_of(tables, "dfunnel_anomaly")) / kShops;
    cohorts += share_of_outliers(table_of(tables, "dcohort_anomaly_2")) / kShops;
    orders += share_of_outliers(table_of(tables, "order_cohort_anomaly")) / kShops;
  }
  EXPECT_NEAR(funnel, 0.01, 0.004);
  EXPECT_NEAR(cohorts, 0.01, 0.004);
  EXPECT_NEAR(orders, 0.01, 0.004);
}

TEST(AnomalyTables, NameWhatWasUnusual) {
  InventedDays shop(5);
  Table& funnel = shop.answer.tables.front();
  Column orders("daily_purchased", ColumnType::kInteger);
  for (std::size_t row = 0; row < funnel.rows(); ++row) {
    const std::int64_t count = funnel.column(1).integer(row);
    orders.push(row == 200 ? count / 4 : count);
  }
  funnel.columns()[1] = orders;
  const Table found = table_of(judged(shop, true), "dfunnel_anomaly");
  ASSERT_EQ(found.rows(), 400U);
  EXPECT_EQ(found.find("outlier")->integer(200), 1);
  EXPECT_TRUE(found.find("reasons")->text(200).starts_with("purchased / basket low (-"))
      << found.find("reasons")->text(200);
  EXPECT_EQ(found.find("feature")->text(200), "purchased / basket");
  EXPECT_NEAR(found.find("expected")->real(200), 0.4, 0.05);
  EXPECT_NEAR(found.find("actual")->real(200), 0.1, 0.03);
  EXPECT_EQ(found.find("method")->text(0), "robust distance and autoencoder");
  EXPECT_EQ(found.find("anomaly_score")->real(200),
            found.find("Anomaly Score Download to First Order")->real(200));
  EXPECT_TRUE(found.find("reasons")->is_null(100));
}

TEST(AnomalyTables, LeaveOutDaysThatAreNotKnownWhole) {
  InventedDays shop(6);
  shop.facts.main.as_of -= kMicrosPerHour;  // the last day is not over
  const std::vector<Table> tables = judged(shop, false);
  EXPECT_EQ(table_of(tables, "dfunnel_anomaly").rows(), 399U);
  EXPECT_EQ(table_of(tables, "dcohort_anomaly_2").rows(), 393U);
  EXPECT_EQ(table_of(tables, "dcohort_anomaly_days").rows(), 7 * 393U);
  EXPECT_EQ(table_of(tables, "dorders_anomaly").rows(), 399U - 28);
  EXPECT_EQ(table_of(tables, "dfunnel_anomaly").find("method")->text(0), "robust distance");
}

TEST(AnomalyTables, OfFewDaysSayThatTheyAreFew) {
  const std::vector<Table> few = judged(InventedDays(7, 12), true);
  EXPECT_EQ(table_of(few, "dfunnel_anomaly").find("method")->text(0), "largest deviation");
  EXPECT_EQ(table_of(few, "dcohort_anomaly_2").find("method")->text(0), "too few days");
  EXPECT_EQ(table_of(few, "dorders_anomaly").rows(), 0U);
  const std::vector<Table> one = judged(InventedDays(7, 1), true);
  EXPECT_EQ(table_of(one, "dfunnel_anomaly").rows(), 1U);
  EXPECT_EQ(table_of(one, "order_cohort_anomaly").rows(), 0U);
}

TEST(AnomalyTables, DoNotDependOnThreads) {
  const InventedDays shop(8);
  const auto text = [&](std::size_t threads) {
    ThreadPool pool(threads);
    const std::vector<reports::Answer> answers =
        anomaly_tables({shop.answer}, shop.facts, {}, pool, Cancellation());
    std::string all;
    for (const Table& table : answers.front().tables) all += csv(table);
    return all;
  };
  EXPECT_EQ(text(1), text(3));
}

}  // namespace
}  // namespace ca::models
