#pragma once

#include <string>
#include <vector>

#include "api/reports.h"
#include "base/writers.h"

namespace ca::api {

/// How an answer is written down.
struct Form {
  Format format = Format::kJson;
  bool spreadsheet_safe = false;  ///< of CSV (CsvOptions)
};

/// The results of one report as one table: of several populations one below the other, told apart
/// by their column `population`.
std::vector<Table> tables_of(std::vector<ReportResult> results);

/// The bytes of a table as csv, parquet or an Arrow stream. JSON is of answers, not of tables:
/// std::invalid_argument.
std::string encode(const Table& table, const Form& form, const Zone& zone);

/// The bytes of an answer: JSON as to_json() with an end of line, else the one table. Error E-PARAM
/// when several reports are asked in a form that holds one table.
std::string encode(std::vector<ReportResult> results, const Form& form);

}  // namespace ca::api
