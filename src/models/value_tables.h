#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/value_forecast.h"
#include "reports/pass.h"

namespace ca::models {

/// What the reports of customers' value are made from.
struct ValueResults {
  const PurchaseDays& days;
  const Competition& competition;
  const ValueForecast& forecast;
  const reports::Facts& facts;
  const reports::Schema& schema;
  std::uint64_t seed = 1;
  /// By buyer; empty where segments are not known.
  std::optional<std::vector<std::string>> segments;
  /// Tables daily_revenue, by the encoded name of the population.
  std::map<std::string, Table> daily_revenue;
  /// Tables daily_clv of the snapshot before, likewise: their predictions are kept.
  std::map<std::string, Table> earlier;
};

/// The reports of main and of every dimension value. clvsegments_amount is left out where segments
/// are not known.
std::vector<reports::Answer> value_tables(const ValueResults& results);

/// A table daily_clv with other days that have happened: those of `daily_revenue`, and what it
/// predicts.
Table with_actual_days(const Table& daily_revenue, const Table& daily_clv);

/// Earlier predictions with the segments of now, by buyer: the column of client_value, and
/// clvsegments_amount, which is left out where segments are not known. Buyers who came since have
/// no value yet.
void renew_segments(const PurchaseDays& days,
                    const std::optional<std::vector<std::string>>& segments,
                    const reports::Schema& schema, reports::Answer& population);

/// churn_personal by the encoded name of the population: the share of its buyers whose probability
/// to be customers still is below one half. Null where there are none. `p_alive` goes with the
/// states.
std::map<std::string, std::optional<double>> personal_churn(const PurchaseDays& days,
                                                            const BuyerStates& states,
                                                            const std::vector<double>& p_alive,
                                                            const reports::Facts& facts);

}  // namespace ca::models
