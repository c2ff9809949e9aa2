#include "ingest/first_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/error.h"

namespace ca::ingest {
namespace {

constexpr std::size_t kSamples = 3;
constexpr std::size_t kLongestSample = 200;

std::string_view words_for(FieldType type) {
  switch (type) {
    case FieldType::kInstant: return "a date";
    case FieldType::kNumber: return "a number";
    case FieldType::kBoolean: return "true or false";
    case FieldType::kText: break;
  }
  return "text";
}

/// The beginning of the text, without half a character at its end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

bool nearly_all(std::size_t readable, std::size_t filled) {
  return filled > 0 && (filled - readable) * 100 <= filled;
}

ProbedColumn described_column(const FirstRows& first, std::size_t c, const ValueReader& reader) {
  ProbedColumn column;
  column.name = first.columns[c].name;
  column.type = first.columns[c].type;
  std::set<std::string_view> values;
  std::size_t nulls = 0;
  std::size_t numbers = 0;
  std::size_t instants = 0;
  std::size_t booleans = 0;
  for (const auto& row : first.rows) {
    const std::optional<std::string>& cell = row[c];
    if (!cell) {
      ++nulls;
      continue;
    }
    const std::string sample(cut(*cell, kLongestSample));
    if (column.samples.size() < kSamples &&
        std::ranges::find(column.samples, sample) == column.samples.end()) {
      column.samples.push_back(sample);
    }
    if (is_null_word(*cell)) continue;
    ++column.filled;
    values.insert(*cell);
    numbers += reader.can_read(*cell, FieldType::kNumber) ? 1 : 0;
    instants += reader.can_read(*cell, FieldType::kInstant) ? 1 : 0;
    booleans += reader.can_read(*cell, FieldType::kBoolean) ? 1 : 0;
  }
  column.distinct = values.size();
  column.is_number = nearly_all(numbers, column.filled);
  column.is_instant = nearly_all(instants, column.filled);
  column.is_boolean = nearly_all(booleans, column.filled);
  column.null_percent = first.rows.empty() ? 0
                                           : 100 * static_cast<double>(nulls) /
                                                 static_cast<double>(first.rows.size());
  return column;
}

/// The types that mapped columns must have.
std::map<std::string, FieldType> mapped_types(const SourcePlan& plan) {
  const sources::Kind kind = plan.location.kind;
  std::map<std::string, FieldType> types;
  for (const Field& field : fields_of(kind)) {
    if (const auto mapped = plan.mapping.columns.find(field.name);
        mapped != plan.mapping.columns.end()) {
      types[mapped->second] = field.type;
    }
  }
  for (const std::string& action : plan.mapping.actions) {
    types[action] = kind == sources::Kind::kSessions ? FieldType::kBoolean : FieldType::kInstant;
  }
  return types;
}

}  // namespace

FieldType ProbedColumn::looks_like() const {
  if (is_boolean && distinct <= 2) return FieldType::kBoolean;
  if (is_number) return FieldType::kNumber;
  return is_instant ? FieldType::kInstant : FieldType::kText;
}

FirstRows first_rows(const sources::Relation& relation, sql::Connection& connection, int count) {
  FirstRows first;
  first.columns = relation.columns;
  // A name with a NUL cannot be said in SQL, and no mapping has it.
  const bool can_be_read = std::ranges::none_of(relation.columns, [](const auto& column) {
    return column.name.find('\0') != std::string::npos;
  });
  if (!can_be_read) return first;
  std::string select = "SELECT ";
  for (const sources::SourceColumn& column : relation.columns) {
    if (&column != &relation.columns.front()) select += ", ";
    select += fmt::format("CAST({} AS VARCHAR)", sql::identifier(column.name));
  }
  sql::Result result =
      connection.query(fmt::format("{} FROM ({}) LIMIT {}", select, relation.select, count));
  while (const sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      std::vector<std::optional<std::string>>& cells = first.rows.emplace_back();
      for (std::size_t c = 0; c < first.columns.size(); ++c) {
        if (chunk.is_null(c, row)) {
          cells.emplace_back();
        } else {
          cells.emplace_back(cut(chunk.text(c, row), kLongestCell));
        }
      }
    }
  }
  return first;
}

Probe described(const FirstRows& first, const ValueReader& reader) {
  Probe probe;
  probe.rows = static_cast<std::int64_t>(first.rows.size());
  for (std::size_t c = 0; c < first.columns.size(); ++c) {
    probe.columns.push_back(described_column(first, c, reader));
  }
  return probe;
}

void check_types(const SourcePlan& plan, char decimal, const FirstRows& first) {
  const Zone zone = Zone::find(plan.timezone);
  const ValueReader reader{.zone = zone, .pattern = plan.date_pattern, .decimal = decimal};
  for (const auto& [name, type] : mapped_types(plan)) {
    const auto place = std::ranges::find(first.columns, name, &sources::SourceColumn::name);
    if (place == first.columns.end()) continue;
    const auto c = static_cast<std::size_t>(place - first.columns.begin());
    std::int64_t filled = 0;
    std::int64_t unreadable = 0;
    for (const auto& row : first.rows) {
      if (!row[c] || is_null_word(*row[c])) continue;
      ++filled;
      if (!reader.can_read(*row[c], type)) ++unreadable;
    }
    if (unreadable * 100 > filled) {
      throw Error("E-MAP-TYPE",
                  fmt::format("{} does not look like {} in {} of {} rows.", name, words_for(type),
                              unreadable, filled),
                  "Map another column, or give date_pattern or decimal for this source.",
                  {{"column", name},
                   {"unreadable", std::to_string(unreadable)},
                   {"rows", std::to_string(filled)}});
    }
  }
}

Probe probe(const SourcePlan& plan, const sources::Relation& relation,
            sql::Connection& connection) {
  const FirstRows first = first_rows(relation, connection);
  check_types(plan, relation.decimal, first);
  const Zone zone = Zone::find(plan.timezone);
  return described(first, {zone, plan.date_pattern, relation.decimal});
}

}  // namespace ca::ingest
