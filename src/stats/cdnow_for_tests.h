#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/sql.h"
#include "stats/purchase_counts.h"

namespace ca::stats {

/// CDNOW's customers at the end of the published calibration, 1997-09-30, in the order of their
/// keys: purchases of one day merged, weeks = days / 7.
struct CdnowCustomers {
  PurchaseCounts counts;
  std::vector<double> mean_repeat;     ///< mean amount of the repeat days
  std::vector<double> purchases;       ///< all days
  std::vector<double> mean_purchase;   ///< mean amount of all days; 80 days of the full set have 0
  std::vector<double> holdout_amount;  ///< what was spent in the 39 weeks after the calibration
};

/// `set` is "sample" (2,357 customers) or "master" (23,570); nothing where the data is not.
inline std::optional<CdnowCustomers> cdnow(const std::string& set) {
  const std::filesystem::path file = "../shared/data/cdnow/" + set + "_sessions.csv.gz";
  if (!std::filesystem::exists(file)) return std::nullopt;
  sql::Database database("");
  sql::Connection connection = database.connect();
  auto result = connection.query(
      "WITH days AS (SELECT client, date::DATE AS day, sum(amount) AS amount, date::DATE > DATE "
      "'1997-09-30' AS is_late FROM read_csv('" +
      file.string() +
      "', types = {'client': 'VARCHAR'}) GROUP BY ALL), "
      "firsts AS (SELECT client, min(day) AS first FROM days WHERE NOT is_late GROUP BY client) "
      "SELECT (count(*) FILTER (NOT is_late) - 1)::DOUBLE, "
      "(max(day) FILTER (NOT is_late) - any_value(first))::DOUBLE / 7, "
      "(DATE '1997-09-30' - any_value(first))::DOUBLE / 7, "
      "coalesce(avg(amount) FILTER (day > first AND NOT is_late), 0)::DOUBLE, "
      "(count(*) FILTER (NOT is_late))::DOUBLE, (avg(amount) FILTER (NOT is_late))::DOUBLE, "
      "coalesce(sum(amount) FILTER (is_late), 0)::DOUBLE "
      "FROM days JOIN firsts USING (client) GROUP BY client ORDER BY client");
  CdnowCustomers customers;
  while (const sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      const auto cell = [&](std::size_t column) { return chunk.data<double>(column)[row]; };
      customers.counts.add({cell(0), cell(1), cell(2)});
      customers.mean_repeat.push_back(cell(3));
      customers.purchases.push_back(cell(4));
      customers.mean_purchase.push_back(cell(5));
      customers.holdout_amount.push_back(cell(6));
    }
  }
  return customers;
}

}  // namespace ca::stats
