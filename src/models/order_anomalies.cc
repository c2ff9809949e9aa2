#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "models/anomaly_tables.h"
#include "reports/families.h"
#include "stats/robust_scale.h"

namespace ca::models {
namespace {

constexpr std::size_t kWeeks = 4;
constexpr std::size_t kHistory = 7 * kWeeks;  // days before the first that is judged
constexpr std::size_t kFewestDays = 42;
constexpr double kFewOrders = 30;  // expected, below which the count itself must be unlikely
constexpr double kMostZ = 3;
constexpr double kUnlikely = 0.01;

/// Two-sided by doubling the smaller tail: `x` of x + others, each with a chance of one in five.
double binomial_chance(double x, double others) {
  if (x + others == 0) return 1;
  const boost::math::binomial_distribution<double> of_all(x + others, 1.0 / 5);
  const double at_most = cdf(of_all, x);
  const double at_least = x == 0 ? 1 : cdf(complement(of_all, x - 1));
  return std::min(2 * std::min(at_most, at_least), 1.0);
}

struct JudgedDay {
  Day day;
  double orders = 0;
  double expected = 0;
  std::optional<double> difference;  ///< percent
};

std::vector<JudgedDay> days_of(const Table& daily_orders, Day last_complete) {
  std::vector<JudgedDay> days;
  if (daily_orders.rows() < kFewestDays) return days;
  const Column& day = daily_orders.column(0);
  const Column& orders = *daily_orders.find("orders");
  for (std::size_t row = kHistory; row < daily_orders.rows(); ++row) {
    JudgedDay judged{{static_cast<std::int32_t>(day.integer(row))}, 0, 0, {}};
    if (judged.day > last_complete) break;
    judged.orders = static_cast<double>(orders.integer(row));
    std::int64_t sum = 0;
    for (std::size_t week = 1; week <= kWeeks; ++week) sum += orders.integer(row - 7 * week);
    judged.expected = static_cast<double>(sum) / kWeeks;
    if (sum > 0) judged.difference = 100 * (judged.orders - judged.expected) / judged.expected;
    days.push_back(judged);
  }
  return days;
}

}  // namespace

Table order_anomalies(const Table& daily_orders, Day last_complete, const reports::Schema& schema) {
  const std::vector<JudgedDay> days = days_of(daily_orders, last_complete);
  std::vector<double> differences;
  for (const JudgedDay& day : days) {
    if (day.difference) differences.push_back(*day.difference);
  }
  const stats::RobustScale usual = stats::robust_scale(differences);
  Table table = reports::table_for(reports::find_report("dorders_anomaly"), schema);
  reports::RowWriter row(table);
  for (const JudgedDay& day : days) {
    std::optional<double> z;
    if (day.difference && usual.deviation > 0) {
      z = std::abs(*day.difference - usual.median) / usual.deviation;
    }
    std::optional<double> p_value;
    if (day.expected < kFewOrders) p_value = binomial_chance(day.orders, kWeeks * day.expected);
    const bool is_unusual = z && *z > kMostZ && (!p_value || *p_value < kUnlikely);
    row << day.difference << day.day
        << std::string(!is_unusual                      ? "no change"
                       : *day.difference < usual.median ? "decrease"
                                                        : "increase")
        << static_cast<std::int64_t>(day.orders) << day.expected << z << p_value;
  }
  return table;
}

}  // namespace ca::models
