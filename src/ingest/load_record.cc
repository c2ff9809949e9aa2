#include "ingest/load_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "ingest/tally.h"

namespace ca::ingest {
namespace {

struct RecordTable {
  std::string name;
  std::string columns;
};

const std::vector<RecordTable>& tables() {
  static const std::vector<RecordTable> all = {
      {"loads", "newest BIGINT, origin VARCHAR"},
      {"source_loads",
       "source VARCHAR, configuration VARCHAR, rows_read BIGINT, malformed BIGINT, "
       "decimal VARCHAR"},
      {"seen_files",
       "source VARCHAR, path VARCHAR, bytes BIGINT, modified BIGINT, hash BIGINT, lines BIGINT, "
       "encoding VARCHAR, separator VARCHAR, has_decimal_comma BIGINT, has_decimal_point BIGINT, "
       "has_open_quote BIGINT"},
      {"findings", "source VARCHAR, rule VARCHAR, severity VARCHAR, count BIGINT"},
      {"finding_samples", "source VARCHAR, rule VARCHAR, text VARCHAR"},
      {"rejects", "source VARCHAR, rule VARCHAR, file VARCHAR, line BIGINT, text VARCHAR"},
      {"unmatched_lines",
       "order_id VARCHAR, product VARCHAR, category VARCHAR, price DOUBLE, quantity DOUBLE, "
       "notes UINTEGER"},
      {"unmatched_deliveries",
       "order_id VARCHAR, delivery_date TIMESTAMP, prepare_date TIMESTAMP, return_date TIMESTAMP, "
       "latitude DOUBLE, longitude DOUBLE, notes UINTEGER, row BIGINT"}};
  return all;
}

/// The kind of that wire name; the store holds no others.
sources::Kind kind_of(std::string_view name) {
  using sources::Kind;
  for (const Kind kind : {Kind::kCustomers, Kind::kProducts, Kind::kDeliveries}) {
    if (name_of(kind) == name) return kind;
  }
  return Kind::kSessions;
}

char letter(std::string_view text) { return text.empty() ? ',' : text.front(); }

/// Calls visit(chunk, row) for every row.
template <class Visit>
void each_row(sql::Result result, const Visit& visit) {
  while (const sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) visit(chunk, row);
  }
}

}  // namespace

void add_finding(std::vector<QualityFinding>& findings, QualityFinding found) {
  auto known = std::ranges::find_if(findings, [&](const QualityFinding& finding) {
    return finding.source == found.source && finding.rule == found.rule;
  });
  if (known == findings.end()) {
    known = findings.insert(known, std::move(found));
  } else {
    known->count += found.count;
    std::ranges::move(found.sample, std::back_inserter(known->sample));
  }
  std::ranges::sort(known->sample);
  known->sample.erase(std::unique(known->sample.begin(), known->sample.end()), known->sample.end());
  if (known->sample.size() > kSampleSize) known->sample.resize(kSampleSize);
}

std::string record_tables() {
  std::string statements;
  for (const RecordTable& table : tables()) {
    statements += fmt::format("CREATE TABLE IF NOT EXISTS {}({});", table.name, table.columns);
  }
  return statements;
}

const std::vector<std::string>& record_table_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const RecordTable& table : tables()) all.push_back(table.name);
    return all;
  }();
  return names;
}

LoadRecord read_record(sql::Connection& connection) {
  LoadRecord record;
  each_row(connection.query("SELECT newest, origin FROM loads"),
           [&](const sql::Chunk& chunk, std::size_t row) {
             record.load = chunk.data<std::int64_t>(0)[row];
             record.origin = chunk.text(1, row);
           });
  each_row(connection.query("SELECT source, configuration, decimal, rows_read, malformed "
                            "FROM source_loads"),
           [&](const sql::Chunk& chunk, std::size_t row) {
             SourceRecord& source = record.sources[kind_of(chunk.text(0, row))];
             source.configuration = chunk.text(1, row);
             source.decimal = letter(chunk.text(2, row));
             source.rows_read = chunk.data<std::int64_t>(3)[row];
             source.malformed = chunk.data<std::int64_t>(4)[row];
           });
  each_row(connection.query("SELECT source, path, encoding, separator, bytes, modified, hash, "
                            "lines, has_decimal_comma, has_decimal_point, has_open_quote "
                            "FROM seen_files"),
           [&](const sql::Chunk& chunk, std::size_t row) {
             const auto number = [&](std::size_t column) {
               return chunk.data<std::int64_t>(column)[row];
             };
             sources::SeenFile seen;
             seen.path = chunk.text(1, row);
             seen.encoding = chunk.text(2, row);
             seen.separator = letter(chunk.text(3, row));
             seen.bytes = static_cast<std::uint64_t>(number(4));
             seen.modified = number(5);
             seen.hash = std::bit_cast<std::uint64_t>(number(6));
             seen.lines = number(7);
             seen.has_decimal_comma = number(8) != 0;
             seen.has_decimal_point = number(9) != 0;
             seen.has_open_quote = number(10) != 0;
             record.sources[kind_of(chunk.text(0, row))].files.push_back(std::move(seen));
           });
  each_row(connection.query("SELECT source, rule, severity, count FROM findings"),
           [&](const sql::Chunk& chunk, std::size_t row) {
             record.sources[kind_of(chunk.text(0, row))].findings.push_back(
                 {.source = std::string(chunk.text(0, row)),
                  .rule = std::string(chunk.text(1, row)),
                  .severity = std::string(chunk.text(2, row)),
                  .count = chunk.data<std::int64_t>(3)[row],
                  .sample = {}});
           });
  each_row(connection.query("SELECT source, rule, text FROM finding_samples"),
           [&](const sql::Chunk& chunk, std::size_t row) {
             for (QualityFinding& finding : record.sources[kind_of(chunk.text(0, row))].findings) {
               if (finding.rule == chunk.text(1, row)) {
                 finding.sample.emplace_back(chunk.text(2, row));
               }
             }
           });
  return record;
}

void stage_record(const LoadRecord& record, sql::Connection& connection) {
  // What the staging itself has filled stays: rejects and rows whose order is not known.
  for (const RecordTable& table : tables()) {
    connection.run(
        fmt::format("CREATE TABLE IF NOT EXISTS staged_{}({})", table.name, table.columns));
  }
  connection.query("INSERT INTO staged_loads VALUES (?, ?)", {record.load, record.origin});
  for (const auto& [kind, source] : record.sources) {
    const std::string name(name_of(kind));
    connection.query("INSERT INTO staged_source_loads VALUES (?, ?, ?, ?, ?)",
                     {name, source.configuration, source.rows_read, source.malformed,
                      std::string(1, source.decimal)});
    for (const sources::SeenFile& seen : source.files) {
      connection.query("INSERT INTO staged_seen_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       {name, seen.path, static_cast<std::int64_t>(seen.bytes), seen.modified,
                        std::bit_cast<std::int64_t>(seen.hash), seen.lines, seen.encoding,
                        std::string(1, seen.separator), std::int64_t{seen.has_decimal_comma},
                        std::int64_t{seen.has_decimal_point}, std::int64_t{seen.has_open_quote}});
    }
    for (const QualityFinding& finding : source.findings) {
      connection.query("INSERT INTO staged_findings VALUES (?, ?, ?, ?)",
                       {name, finding.rule, finding.severity, finding.count});
      for (const std::string& text : finding.sample) {
        connection.query("INSERT INTO staged_finding_samples VALUES (?, ?, ?)",
                         {name, finding.rule, text});
      }
    }
  }
}

}  // namespace ca::ingest
