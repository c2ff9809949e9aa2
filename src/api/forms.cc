#include "api/forms.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/arrow_stream.h"
#include "base/error.h"
#include "base/parquet.h"
#include "base/scratch_folder.h"

namespace ca::api {
namespace {

std::string parquet_bytes(const Table& table) {
  const ScratchFolder folder;
  const std::filesystem::path file = folder.path() / "table.parquet";
  write_parquet(file, {table});
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<Table> tables_of(std::vector<ReportResult> results) {
  std::vector<Table> tables;
  for (ReportResult& result : results) {
    if (!tables.empty() && tables.back().name() == result.report) {
      tables.back().append(result.table);
    } else {
      tables.push_back(std::move(result.table));
    }
  }
  return tables;
}

std::string encode(const Table& table, const Form& form, const Zone& zone) {
  switch (form.format) {
    case Format::kCsv: return to_csv(table, zone, {.spreadsheet_safe = form.spreadsheet_safe});
    case Format::kParquet: return parquet_bytes(table);
    case Format::kArrow: return to_arrow_stream(table, zone);
    case Format::kTable:
    case Format::kJson: break;
  }
  throw std::invalid_argument("a table alone has no such form");
}

std::string encode(std::vector<ReportResult> results, const Form& form) {
  if (form.format == Format::kJson) return to_json(results) + "\n";
  const Zone zone = Zone::find(results.front().timezone);
  const std::vector<Table> tables = tables_of(std::move(results));
  if (tables.size() > 1) {
    throw Error("E-PARAM",
                fmt::format("Several reports as {} are several files.", name_of(form.format)),
                "Ask for one report, or for JSON.");
  }
  return encode(tables.front(), form, zone);
}

}  // namespace ca::api
