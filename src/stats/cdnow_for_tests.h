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
  std::vector<double> mean_repeat;    ///< mean amount of the repeat days
  std::vector<double> mean_purchase;  ///< mean amount of all days
};

/// `set` is "sample" (2,357 customers) or "master" (23,570); nothing where the data is not.
inline std::optional<CdnowCustomers> cdnow(const std::string& set) {
  const std::filesystem::path file = "../shared/data/cdnow/" + set + "_sessions.csv.gz";
  if (!std::filesystem::exists(file)) return std::nullopt;
  sql::Database database("");
  sql::Connection connection = database.connect();
  auto result = connection.query(
      "WITH days AS (SELECT client, date::DATE AS day, sum(amount) AS amount FROM read_csv('" +
      file.string() +
      "', all_varchar = false, types = {'client': 'VARCHAR'}) WHERE date::DATE <= DATE "
      "'1997-09-30' GROUP BY ALL), "
      "firsts AS (SELECT client, min(day) AS first FROM days GROUP BY client) "
      "SELECT (count(*) - 1)::DOUBLE, (max(day) - any_value(first))::DOUBLE / 7, "
      "(DATE '1997-09-30' - any_value(first))::DOUBLE / 7, "
      "coalesce(avg(amount) FILTER (day > first), 0)::DOUBLE, avg(amount)::DOUBLE "
      "FROM days JOIN firsts USING (client) GROUP BY client ORDER BY client");
  CdnowCustomers customers;
  while (const sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      customers.counts.add(
          {chunk.data<double>(0)[row], chunk.data<double>(1)[row], chunk.data<double>(2)[row]});
      customers.mean_repeat.push_back(chunk.data<double>(3)[row]);
      customers.mean_purchase.push_back(chunk.data<double>(4)[row]);
    }
  }
  return customers;
}

}  // namespace ca::stats
