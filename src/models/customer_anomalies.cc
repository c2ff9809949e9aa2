#include <fmt/format.h>

#include <cmath>

#include "models/anomaly_tables.h"
#include "reports/families.h"
#include "stats/robust_scale.h"

namespace ca::models {
namespace {

constexpr double kMostZ = 3;
constexpr double kFewestExpected = 1.5;  // which round to two purchases

std::optional<double> number(const Column& column, std::size_t row) {
  return column.is_null(row) ? std::nullopt : std::optional(column.real(row));
}

struct Changes {
  std::optional<double> monetary;
  std::optional<double> frequency;
};

/// One of a customer's two differences among those of all.
class Judge {
 public:
  explicit Judge(std::vector<double> differences)
      : usual_(stats::robust_scale(std::move(differences))) {}

  bool is_significant(std::optional<double> difference) const {
    return difference && usual_.deviation > 0 &&
           std::abs(*difference - usual_.median) > kMostZ * usual_.deviation;
  }
  static std::optional<std::string> direction(std::optional<double> difference) {
    if (!difference || *difference == 0) return std::nullopt;
    return *difference > 0 ? "increase" : "decrease";
  }
  std::optional<std::string> verdict(std::optional<double> difference) const {
    const std::optional<std::string> towards = direction(difference);
    if (!towards) return std::nullopt;
    return fmt::format("{} {}", is_significant(difference) ? "significant" : "normal", *towards);
  }
  std::string name(std::optional<double> difference) const {
    return is_significant(difference) ? direction(difference).value_or("no change") : "no change";
  }

 private:
  stats::RobustScale usual_;
};

}  // namespace

Table customer_anomalies(const Table& client_value, const Table& client_kpis, double horizon,
                         const reports::Schema& schema) {
  const Column& client = *client_value.find("client");
  const Column& orders = *client_value.find("expected_orders");
  const Column& value = *client_value.find("expected_value");
  const Column& known = *client_kpis.find("client");
  const Column& gap = *client_kpis.find("frequency");
  const Column& payment = *client_kpis.find("monetary");
  std::vector<Changes> changes;
  std::vector<double> monetary;
  std::vector<double> frequency;
  std::size_t at = 0;
  for (std::size_t row = 0; row < client_value.rows(); ++row) {
    Changes change;
    while (at < known.size() && known.text(at) < client.text(row)) ++at;
    const bool is_known = at < known.size() && known.text(at) == client.text(row);
    const double expected = number(orders, row).value_or(0);
    if (is_known && expected > 0) {
      const std::optional<double> paid = number(payment, at);
      const std::optional<double> will_pay = number(value, row);
      if (paid && will_pay) change.monetary = *will_pay / expected - *paid;
      const std::optional<double> came = number(gap, at);
      if (came && expected >= kFewestExpected) change.frequency = *came - 24 * horizon / expected;
    }
    if (change.monetary) monetary.push_back(*change.monetary);
    if (change.frequency) frequency.push_back(*change.frequency);
    changes.push_back(change);
  }
  const Judge of_payments(std::move(monetary));
  const Judge of_gaps(std::move(frequency));
  Table table = reports::table_for(reports::find_report("clvrfm_anomaly"), schema);
  reports::RowWriter row(table);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Changes& change = changes[i];
    row << of_gaps.verdict(change.frequency) << of_payments.verdict(change.monetary)
        << change.monetary << change.frequency << Judge::direction(change.frequency)
        << Judge::direction(change.monetary)
        << fmt::format("Frequency; {}, Monetary ; {}", of_gaps.name(change.frequency),
                       of_payments.name(change.monetary))
        << client.text(i);
  }
  return table;
}

}  // namespace ca::models
