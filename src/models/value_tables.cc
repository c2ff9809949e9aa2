#include "models/value_tables.h"

#include <algorithm>
#include <cstdint>

#include "reports/catalogue.h"
#include "reports/population_name.h"

namespace ca::models {
namespace {

using reports::RowWriter;

constexpr const char* kNewcomers = "newcomers";
constexpr const char* kBySegment = "clvsegments_amount";
constexpr const char* kActual = "actual";
constexpr const char* kPrediction = "prediction";
/// Vintages that are kept beside the newest: with one a week, those that overlap with what is
/// known.
constexpr std::size_t kKeptVintages = 26;

/// Main, or one dimension value.
struct Population {
  std::string name;  ///< "main" or the value itself, which may be that word too
  std::string key;   ///< its encoded name, which may not
  bool is_main = true;
  std::uint32_t value = reports::kNoPopulation;

  bool has(const PurchaseDays& days, std::uint32_t buyer) const {
    return is_main || days.modal_value[buyer] == value;
  }
  double share_of_newcomers(const ValueForecast& forecast) const {
    return is_main ? 1 : forecast.newcomer_shares[value];
  }
  const std::optional<DayInterval>& interval(const ValueForecast& forecast) const {
    return forecast.intervals[is_main ? 0 : value + 1];
  }
};

std::vector<Population> populations_of(const reports::Facts& facts) {
  std::vector<Population> populations = {{.name = "main", .key = "main"}};
  for (std::uint32_t value = 0; value < facts.values.size(); ++value) {
    populations.push_back({.name = facts.values[value].population,
                           .key = reports::population_name(facts.values[value].population),
                           .is_main = false,
                           .value = value});
  }
  return populations;
}

void write_actual_days(const Table& daily_revenue, Table& table) {
  RowWriter row(table);
  for (std::size_t i = 0; i < daily_revenue.rows(); ++i) {
    row << Day{static_cast<std::int32_t>(daily_revenue.column(0).integer(i))}
        << daily_revenue.column(1).real(i) << std::string(kActual) << std::nullopt << std::nullopt
        << std::nullopt;
  }
}

struct SegmentValue {
  double value = 0;
  std::int64_t clients = 0;

  void add(double expected) {
    value += expected;
    ++clients;
  }
};
using SegmentValues = std::map<std::string, SegmentValue>;

/// clvsegments_amount: the most valuable first, newcomers last.
Table segment_table(const SegmentValues& segments, double newcomers,
                    const reports::Schema& schema) {
  std::vector<std::pair<std::string, SegmentValue>> ordered(segments.begin(), segments.end());
  std::ranges::stable_sort(ordered, std::greater(),
                           [](const auto& entry) { return entry.second.value; });
  Table table = reports::table_for(reports::find_report(kBySegment), schema);
  RowWriter row(table);
  for (const auto& [name, segment] : ordered) row << name << segment.value << segment.clients;
  row << std::string(kNewcomers) << newcomers << std::nullopt;
  return table;
}

/// What the newest predictions of daily_clv add up to.
double newest_total(const Table& daily) {
  const Column& vintage = *daily.find("vintage");
  const Column& amount = *daily.find("payment_amount");
  std::int64_t newest = INT64_MIN;
  double total = 0;
  for (std::size_t row = 0; row < daily.rows(); ++row) {
    if (vintage.is_null(row) || vintage.integer(row) < newest) continue;
    if (vintage.integer(row) > newest) total = 0;
    newest = vintage.integer(row);
    total += amount.real(row);
  }
  return total;
}

class Tables {
 public:
  explicit Tables(const ValueResults& results)
      : results_(results), days_(results.days), forecast_(results.forecast) {}

  Table daily(const Population& population) const {
    Table table = empty("daily_clv");
    if (const auto known = results_.daily_revenue.find(population.key);
        known != results_.daily_revenue.end()) {
      write_actual_days(known->second, table);
    }
    keep_earlier(population, table);
    RowWriter row(table);
    double total = 0;
    for (std::size_t i = 0; i < forecast_.states.size(); ++i) {
      if (population.has(days_, forecast_.states.buyer[i])) total += forecast_.expected.value[i];
    }
    const std::optional<DayInterval>& interval = population.interval(forecast_);
    for (std::size_t i = 0; i < forecast_.course.size(); ++i) {
      const double value = total * forecast_.course[i] +
                           forecast_.newcomers.value[i] * population.share_of_newcomers(forecast_);
      row << forecast_.day(i) << value << std::string(kPrediction)
          << (interval ? std::optional(value * interval->low) : std::nullopt)
          << (interval ? std::optional(value * interval->high) : std::nullopt) << forecast_.origin;
    }
    return table;
  }

  Table by_segment(const Population& population) const {
    SegmentValues segments;
    for (std::size_t i = 0; i < forecast_.states.size(); ++i) {
      const std::uint32_t buyer = forecast_.states.buyer[i];
      if (!population.has(days_, buyer)) continue;
      segments[(*results_.segments)[buyer]].add(forecast_.expected.value[i]);
    }
    double newcomers = 0;
    for (const double value : forecast_.newcomers.value) newcomers += value;
    return segment_table(segments, newcomers * population.share_of_newcomers(forecast_),
                         results_.schema);
  }

  Table purchases(const Population& population) const {
    Table table = empty("client_feature_predicted");
    RowWriter row(table);
    for (std::size_t i = 0; i < forecast_.states.size(); ++i) {
      const std::uint32_t buyer = forecast_.states.buyer[i];
      if (!population.has(days_, buyer)) continue;
      const std::uint32_t value = days_.modal_value[buyer];
      const std::string dimension =
          value == reports::kNoPopulation ? "main" : results_.facts.values[value].population;
      for (const ExpectedPurchase& purchase :
           expected_purchases(days_, forecast_, i, results_.seed)) {
        row << dimension << purchase.day << purchase.value << std::string(days_.client[buyer]);
      }
    }
    return table;
  }

  Table clients(const Population& population) const {
    Table table = empty("client_value");
    RowWriter row(table);
    for (std::size_t i = 0; i < forecast_.states.size(); ++i) {
      const std::uint32_t buyer = forecast_.states.buyer[i];
      if (!population.has(days_, buyer)) continue;
      row << std::string(days_.client[buyer]) << forecast_.p_alive[i]
          << forecast_.expected.orders[i] << forecast_.expected.value[i] << forecast_.p10[i]
          << forecast_.p90[i] << 1 - forecast_.p_alive[i];
      if (!results_.segments) {
        row << std::nullopt;
      } else {
        row << (*results_.segments)[buyer];
      }
    }
    return table;
  }

  Table backtest() const {
    Table table = empty("clv_backtest");
    RowWriter row(table);
    const auto head = [&](const Judged& judged, std::int64_t decile) -> RowWriter& {
      return row << judged.origin << judged.model << decile
                 << std::int64_t{results_.competition.length}
                 << (judged.model == results_.competition.champion);
    };
    for (const Judged& judged : results_.competition.judged) {
      const PredictionQuality& quality = judged.quality;
      std::int64_t customers = 0;
      for (const stats::CalibrationBand& band : quality.deciles) {
        customers += static_cast<std::int64_t>(band.customers);
      }
      const auto number = static_cast<double>(customers);
      head(judged, 0) << quality.score() << reports::ratio(quality.value_predicted, number)
                      << reports::ratio(quality.value_actual, number) << customers
                      << quality.normalised_gini << quality.spearman << quality.top10_capture
                      << quality.value_mae << quality.bias << quality.orders_predicted
                      << quality.orders_actual << quality.orders_mae << quality.orders_rmse
                      << quality.daily_error;
    }
    for (const Judged& judged : results_.competition.judged) {
      std::int64_t decile = 0;
      for (const stats::CalibrationBand& band : judged.quality.deciles) {
        head(judged, ++decile) << std::nullopt << band.mean_predicted << band.mean_actual
                               << static_cast<std::int64_t>(band.customers);
        for (std::size_t figure = 0; figure < kFigures; ++figure) row << std::nullopt;
      }
    }
    return table;
  }

 private:
  /// Columns of clv_backtest that only all customers together have.
  static constexpr std::size_t kFigures = 10;

  Table empty(std::string_view report) const {
    return reports::table_for(reports::find_report(report), results_.schema);
  }

  /// The newest predictions of earlier vintages, oldest first.
  void keep_earlier(const Population& population, Table& table) const {
    const auto known = results_.earlier.find(population.key);
    if (known == results_.earlier.end()) return;
    const Table& before = known->second;
    const Column* vintage = before.find("vintage");
    if (vintage == nullptr || before.width() != table.width()) return;
    std::vector<std::int64_t> vintages;
    for (std::size_t i = 0; i < before.rows(); ++i) {
      if (!vintage->is_null(i) && vintage->integer(i) < forecast_.origin.number) {
        vintages.push_back(vintage->integer(i));
      }
    }
    std::ranges::sort(vintages);
    vintages.erase(std::unique(vintages.begin(), vintages.end()), vintages.end());
    if (vintages.empty()) return;
    const std::int64_t oldest =
        vintages[vintages.size() > kKeptVintages ? vintages.size() - kKeptVintages : 0];
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < before.rows(); ++i) {
      if (!vintage->is_null(i) && vintage->integer(i) >= oldest &&
          vintage->integer(i) < forecast_.origin.number) {
        kept.push_back(i);
      }
    }
    table.append(before.reordered(kept));
  }

  const ValueResults& results_;
  const PurchaseDays& days_;
  const ValueForecast& forecast_;
};

}  // namespace

std::vector<reports::Answer> value_tables(const ValueResults& results) {
  const Tables tables(results);
  std::vector<reports::Answer> answers;
  for (const Population& population : populations_of(results.facts)) {
    reports::Answer answer{
        .population = population.name, .is_main = population.is_main, .tables = {}};
    answer.tables.push_back(tables.daily(population));
    if (results.segments) answer.tables.push_back(tables.by_segment(population));
    answer.tables.push_back(tables.purchases(population));
    answer.tables.push_back(tables.clients(population));
    if (population.is_main) answer.tables.push_back(tables.backtest());
    answers.push_back(std::move(answer));
  }
  return answers;
}

Table with_actual_days(const Table& daily_revenue, const Table& daily_clv) {
  Table table(daily_clv.name());
  for (const Column& column : daily_clv.columns()) table.add(column.name(), column.type());
  table.set_key_columns(daily_clv.key_columns());
  write_actual_days(daily_revenue, table);
  const Column& vintage = *daily_clv.find("vintage");
  std::vector<std::size_t> predictions;
  for (std::size_t row = 0; row < daily_clv.rows(); ++row) {
    if (!vintage.is_null(row)) predictions.push_back(row);
  }
  table.append(daily_clv.reordered(predictions));
  return table;
}

void renew_segments(const PurchaseDays& days,
                    const std::optional<std::vector<std::string>>& segments,
                    const reports::Schema& schema, reports::Answer& population) {
  const auto daily = std::ranges::find(population.tables, "daily_clv", &Table::name);
  const auto clients = std::ranges::find(population.tables, "client_value", &Table::name);
  if (daily == population.tables.end() || clients == population.tables.end()) return;
  const Column& client = *clients->find("client");
  const Column& expected = *clients->find("expected_value");
  Column renewed("segment", ColumnType::kText);
  SegmentValues by_segment;
  double of_clients = 0;
  std::size_t buyer = 0;  // both are in the order of clients
  for (std::size_t row = 0; row < clients->rows(); ++row) {
    while (buyer < days.buyers() && days.client[buyer] < client.text(row)) ++buyer;
    const bool is_known = buyer < days.buyers() && days.client[buyer] == client.text(row);
    of_clients += expected.real(row);
    if (!segments || !is_known) {
      renewed.push_null();
      continue;
    }
    renewed.push((*segments)[buyer]);
    by_segment[(*segments)[buyer]].add(expected.real(row));
  }
  for (Column& column : clients->columns()) {
    if (column.name() == "segment") column = std::move(renewed);
  }
  double newcomers = std::max(0.0, newest_total(*daily) - of_clients);
  const auto place = std::ranges::find(population.tables, kBySegment, &Table::name);
  if (place != population.tables.end()) {
    // What stands there is that, to the last bit; segments may not have been known before.
    for (std::size_t row = 0; row < place->rows(); ++row) {
      if (place->column(0).text(row) == kNewcomers) newcomers = place->column(1).real(row);
    }
    population.tables.erase(place);
  }
  if (!segments) return;
  population.tables.push_back(segment_table(by_segment, newcomers, schema));
}

std::map<std::string, std::optional<double>> personal_churn(const PurchaseDays& days,
                                                            const BuyerStates& states,
                                                            const std::vector<double>& p_alive,
                                                            const reports::Facts& facts) {
  std::vector<std::int64_t> buyers(facts.values.size() + 1, 0), gone = buyers;
  const auto count = [&](std::size_t population, bool is_gone) {
    ++buyers[population];
    if (is_gone) ++gone[population];
  };
  for (std::size_t i = 0; i < states.size(); ++i) {
    const bool is_gone = p_alive[i] < 0.5;
    count(0, is_gone);
    for (const std::uint32_t value : days.values_of(states.buyer[i])) count(value + 1, is_gone);
  }
  std::map<std::string, std::optional<double>> shares;
  for (const Population& population : populations_of(facts)) {
    const std::size_t place = population.is_main ? 0 : population.value + 1;
    shares[population.key] =
        reports::ratio(static_cast<double>(gone[place]), static_cast<double>(buyers[place]));
  }
  return shares;
}

}  // namespace ca::models
