#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sql.h"
#include "ingest/mapping.h"
#include "ingest/value_reader.h"
#include "sources/source.h"

namespace ca::ingest {

/// The beginning of a source as text, whatever is mapped. A cell is null where the source has
/// nothing, and cut after kLongestCell bytes, at the end of a character.
struct FirstRows {
  std::vector<sources::SourceColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  ///< rows[row][column]
};

inline constexpr int kProbeRows = 50;
inline constexpr std::size_t kLongestCell = 4096;

FirstRows first_rows(const sources::Relation& relation, sql::Connection& connection,
                     int count = kProbeRows);

struct ProbedColumn {
  std::string name;
  std::string type;  ///< the source's own
  double null_percent = 0;
  std::vector<std::string> samples;  ///< up to three different values
  std::size_t filled = 0;            ///< cells that are not empty and stand for something
  std::size_t distinct = 0;          ///< values among them
  /// Whether at least 99 % of the filled cells, of which there are some, can be read so.
  bool is_number = false;
  bool is_instant = false;
  bool is_boolean = false;

  bool is_unique() const { return filled > 0 && distinct == filled; }
  /// The type a person would say: of two values that are booleans a boolean, else a number, else an
  /// instant, else a text.
  FieldType looks_like() const;
};

/// What the first rows of a source look like.
struct Probe {
  std::vector<ProbedColumn> columns;
  std::int64_t rows = 0;
};

Probe described(const FirstRows& first, const ValueReader& reader);

/// Error E-MAP-TYPE when under 99 % of the non-empty cells of a mapped column can be read as its
/// type (ruling 62).
void check_types(const SourcePlan& plan, char decimal, const FirstRows& first);

/// Reads up to kProbeRows rows, checks their types and describes them.
Probe probe(const SourcePlan& plan, const sources::Relation& relation, sql::Connection& connection);

}  // namespace ca::ingest
