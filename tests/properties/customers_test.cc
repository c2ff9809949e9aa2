// What must hold between the reports about customers, whatever the data are: cohorts against the
// numbers of orders, churn against buyers, new and returning customers against orders and revenue.
// As of the newest session and as of moments before it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "properties/random_shop.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

constexpr Period kPeriods[] = {Period::kDaily, Period::kWeekly, Period::kMonthly};
constexpr std::size_t kOffsets = 16;

double number(const Table& table, std::size_t row, const std::string& column) {
  const Column* found = table.find(column);
  if (found->is_null(row)) return 0;
  return found->type() == ColumnType::kDouble ? found->real(row)
                                              : static_cast<double>(found->integer(row));
}

Day day_of(const Table& table, std::size_t row) {
  return {static_cast<std::int32_t>(table.column(0).integer(row))};
}

/// The sum of a column by the bucket of its row's day in a longer period.
std::map<Day, double> sums(const Table& table, const std::string& column, Period period) {
  std::map<Day, double> sums;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    sums[bucket_of(day_of(table, row), period)] += number(table, row, column);
  }
  return sums;
}

double total(const Table& table, const std::string& column) {
  double sum = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) sum += number(table, row, column);
  return sum;
}

/// Customers of a cohort who took the next step.
double followers(const Table& cohort, std::size_t row) {
  double sum = number(cohort, row, "beyond");
  for (std::size_t k = 0; k < kOffsets; ++k) sum += number(cohort, row, std::to_string(k));
  return sum;
}

std::map<Day, double> followers_by(const Table& cohort, Period period) {
  std::map<Day, double> sums;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    sums[bucket_of(day_of(cohort, row), period)] += followers(cohort, row);
  }
  return sums;
}

double all_followers(const Table& cohort) {
  double sum = 0;
  for (std::size_t row = 0; row < cohort.rows(); ++row) sum += followers(cohort, row);
  return sum;
}

/// The reports of one population.
class Population {
 public:
  Population(const std::map<std::string, Table>& tables, std::string name)
      : tables_(tables), name_(std::move(name)) {}

  Table operator[](const std::string& report) const {
    return of_population(tables_.at(report), name_);
  }
  /// Customers with at least `orders` orders.
  double reached(std::size_t orders) const {
    const Table counts = (*this)["user_counts_per_order_seq"];
    return orders <= counts.rows() ? number(counts, orders - 1, "reached") : 0;
  }

 private:
  const std::map<std::string, Table>& tables_;
  std::string name_;
};

class Customers : public ::testing::TestWithParam<int> {
 protected:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }

  /// Calls check(population, day of as_of) for every population of runs as of some moments.
  template <class Check>
  void each_population(Check check) {
    TestShop shop(data_.files());
    shop.run();
    Random random(seed() + 500);
    for (int i = 0; i < (is_long() ? 8 : 3); ++i) {
      if (i > 0) {
        runs::RunOptions again;
        again.only = {"exploratory", "segments", "publish"};
        const Instant moment = data_.moment(random);
        if (!data_.has_sessions(Instant{INT64_MIN}, moment)) continue;  // then there is no run
        again.as_of = moment_text(moment);
        shop.run(again);
      }
      const Day as_of = data_.zone().to_local({shop.manifest().as_of}).day;
      const std::map<std::string, Table> tables = shop.tables();
      for (const auto& population : shop.manifest().populations) {
        SCOPED_TRACE(fmt::format("{} as of {}", population.name, format_day(as_of)));
        check(Population(tables, population.name), as_of);
      }
    }
  }

  const RandomShop data_{seed()};
};

std::string cohort_name(Period period, std::size_t step) {
  return step == 0 ? fmt::format("{}_cohort_downloads", name_of(period))
                   : fmt::format("{}_cohort_from_{}_to_{}", name_of(period), step, step + 1);
}

/// Retention is a share, and a cell is there if and only if its bucket has begun.
void expect_cells(const Table& cohort, Period period, Day as_of) {
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    SCOPED_TRACE(format_day(day_of(cohort, row)));
    EXPECT_EQ(bucket_of(day_of(cohort, row), period), day_of(cohort, row));
    EXPECT_GE(number(cohort, row, "cohort_size"), 1);
    EXPECT_LE(followers(cohort, row), number(cohort, row, "cohort_size"));
    Day bucket = day_of(cohort, row);
    for (std::size_t k = 0; k <= kOffsets; ++k, bucket = next_bucket(bucket, period)) {
      const std::string column = k < kOffsets ? std::to_string(k) : "beyond";
      EXPECT_EQ(cohort.find(column)->is_null(row), bucket > as_of) << column;
      EXPECT_GE(number(cohort, row, column), 0) << column;
    }
  }
}

TEST_P(Customers, CohortsAreTheCustomersWhoGotThatFar) {
  std::size_t compared = 0;
  each_population([&](const Population& reports, Day as_of) {
    for (std::size_t step = 0; step < 4; ++step) {
      const Table daily = reports[cohort_name(Period::kDaily, step)];
      for (const Period period : kPeriods) {
        const Table cohort = reports[cohort_name(period, step)];
        SCOPED_TRACE(cohort.name());
        expect_cells(cohort, period, as_of);
        // A day is in one week and one month, whatever the offset is called there.
        EXPECT_EQ(sums(daily, "cohort_size", period), sums(cohort, "cohort_size", period));
        EXPECT_EQ(followers_by(daily, period), followers_by(cohort, period));
        if (step > 0) {
          EXPECT_EQ(total(cohort, "cohort_size"), reports.reached(step));
          EXPECT_EQ(all_followers(cohort), reports.reached(step + 1));
        } else {
          EXPECT_LE(all_followers(cohort), reports.reached(1));
          const Table journey = reports["customer_journey"];
          if (journey.rows() > 0) {
            EXPECT_EQ(total(cohort, "cohort_size"), number(journey, 0, "client_count"));
          }
        }
        ++compared;
      }
    }
  });
  EXPECT_GE(compared, 100U);
}

TEST_P(Customers, TheJourneyLeadsOnAndCountsTheCustomersWhoGotThatFar) {
  each_population([&](const Population& reports, Day) {
    const Table journey = reports["customer_journey"];
    if (reports.reached(1) == 0) {
      EXPECT_EQ(journey.rows(), 0U);
      return;
    }
    ASSERT_GE(journey.rows(), 3U);
    const std::size_t last = journey.rows() - 1;
    EXPECT_EQ(number(journey, last, "client_count"), reports.reached(1));
    for (std::size_t row = 1; row <= last; ++row) {
      EXPECT_GE(number(journey, row, "hourly order differences"),
                number(journey, row - 1, "hourly order differences"));
      if (row == last) continue;
      EXPECT_EQ(number(journey, row, "order_number"), static_cast<double>(row));
      EXPECT_EQ(number(journey, row, "client_count"), reports.reached(row));
    }
  });
}

TEST_P(Customers, ChurnIsAShareOfTheBuyersAndItsLastBucketIsNow) {
  each_population([&](const Population& reports, Day as_of) {
    const Table now = reports["churn"];
    ASSERT_EQ(now.rows(), 1U);
    EXPECT_EQ(number(now, 0, "total"), reports.reached(1));
    for (const Period period : {Period::kWeekly, Period::kMonthly}) {
      const Table series = reports[fmt::format("churn_{}", name_of(period))];
      SCOPED_TRACE(series.name());
      const std::map<Day, double> new_customers =
          sums(reports["daily_new_and_returning"], "new_customers", period);
      double buyers = 0;
      for (std::size_t row = 0; row < series.rows(); ++row) {
        buyers += new_customers.at(day_of(series, row));
        EXPECT_EQ(number(series, row, "total"), buyers);
        EXPECT_LE(number(series, row, "engaged"), buyers);
        EXPECT_GE(number(series, row, "engaged"), 0);
        EXPECT_GT(number(series, row, "threshold_hours"), 0);
        EXPECT_EQ(series.find("churn")->is_null(row), buyers == 0);
        if (buyers > 0) {
          EXPECT_DOUBLE_EQ(number(series, row, "churn"),
                           (buyers - number(series, row, "engaged")) / buyers);
        }
      }
      ASSERT_GE(series.rows(), 1U);
      const std::size_t last = series.rows() - 1;
      EXPECT_EQ(day_of(series, last), bucket_of(as_of, period));
      for (const char* column : {"churn", "engaged", "total", "threshold_hours"}) {
        EXPECT_EQ(number(series, last, column), number(now, 0, column)) << column;
        EXPECT_EQ(series.find(column)->is_null(last), now.find(column)->is_null(0)) << column;
      }
    }
  });
}

void expect_near(const std::map<Day, double>& expected, const std::map<Day, double>& got,
                 double magnitude) {
  ASSERT_EQ(expected.size(), got.size());
  for (const auto& [bucket, value] : expected) {
    EXPECT_NEAR(value, got.at(bucket), 1e-9 * magnitude) << format_day(bucket);
  }
}

std::map<Day, double> both_sides(const Table& table, const std::string& what, Period period) {
  std::map<Day, double> both = sums(table, "new_" + what, period);
  for (const auto& [bucket, value] : sums(table, "returning_" + what, period)) {
    both[bucket] += value;
  }
  return both;
}

TEST_P(Customers, NewAndReturningAreAllOrdersOfCustomers) {
  std::size_t compared = 0;
  each_population([&](const Population& reports, Day) {
    const double orders = total(reports["total_order_count_per_customer"], "order_count");
    const bool is_anybody_anonymous = total(reports["daily_orders"], "orders") != orders;
    for (const Period period : kPeriods) {
      const Table table = reports[fmt::format("{}_new_and_returning", name_of(period))];
      EXPECT_EQ(total(table, "new_orders") + total(table, "returning_orders"), orders);
      EXPECT_EQ(total(table, "new_customers"), reports.reached(1));
      for (const char* side : {"new", "returning"}) {
        for (std::size_t row = 0; row < table.rows(); ++row) {
          EXPECT_LE(number(table, row, fmt::format("{}_customers", side)),
                    number(table, row, fmt::format("{}_orders", side)));
        }
      }
      if (is_anybody_anonymous) continue;
      const Table revenue = reports[fmt::format("{}_revenue", name_of(period))];
      double magnitude = 1;
      for (std::size_t row = 0; row < revenue.rows(); ++row) {
        magnitude += std::abs(number(revenue, row, "payment_amount"));
      }
      EXPECT_EQ(both_sides(table, "orders", period),
                sums(reports[fmt::format("{}_orders", name_of(period))], "orders", period));
      expect_near(both_sides(table, "revenue", period), sums(revenue, "payment_amount", period),
                  magnitude);
      ++compared;
    }
  });
  EXPECT_TRUE(compared > 0 || seed() % 3 == 2) << "every shop but these rejects the anonymous";
}

TEST_P(Customers, RevenueByCohortIsAllRevenueOfCustomers) {
  each_population([&](const Population& reports, Day as_of) {
    const Table cohorts = reports["cohort_revenue"];
    const Table months = reports["monthly_new_and_returning"];
    const std::map<Day, double> customers = sums(months, "new_customers", Period::kMonthly);
    const std::map<Day, double> revenue = sums(months, "new_revenue", Period::kMonthly);
    double sum = 0;
    double magnitude = 1;
    for (std::size_t row = 0; row < cohorts.rows(); ++row) {
      const Day month = day_of(cohorts, row);
      const double size = number(cohorts, row, "cohort_size");
      EXPECT_EQ(size, customers.at(month));
      // Those who are new in a month paid in it what the cohort did in its first.
      EXPECT_NEAR(size * number(cohorts, row, "0"), revenue.at(month),
                  1e-9 * (1 + std::abs(revenue.at(month))));
      double last = 0;
      Day bucket = month;
      for (std::size_t k = 0; k < kOffsets; ++k, bucket = next_bucket(bucket, Period::kMonthly)) {
        EXPECT_EQ(cohorts.find(std::to_string(k))->is_null(row), bucket > as_of) << k;
        if (bucket <= as_of) last = number(cohorts, row, std::to_string(k));
      }
      sum += size * (last + number(cohorts, row, "beyond"));
      magnitude += std::abs(size * last);
    }
    EXPECT_EQ(total(cohorts, "cohort_size"), reports.reached(1));
    EXPECT_NEAR(sum, total(months, "new_revenue") + total(months, "returning_revenue"),
                1e-9 * magnitude);
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, Customers, ::testing::Range(1, is_long() ? 21 : 3),
                         [](const auto& seed) { return std::to_string(seed.param); });

}  // namespace
}  // namespace ca::tests
