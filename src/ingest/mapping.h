#pragma once

#include <map>
#include <string>
#include <vector>

#include "sources/source.h"

namespace ca::ingest {

/// How a source's columns become the fields of product.md 2.3.
struct Mapping {
  std::map<std::string, std::string> columns;  ///< logical field -> column of the source
  std::vector<std::string> actions;            ///< columns that are funnel steps, in their order
};

/// One connected source: where it is, how it maps, how it is read.
struct SourcePlan {
  sources::Location location;
  Mapping mapping;
  std::string tag;
  std::string timezone;      ///< of wall clocks in this source
  std::string date_pattern;  ///< strptime's letters, or empty for the forms of ruling 2
  double max_malformed = 0.01;
  std::string configuration;  ///< a hash of all that decides how the source is read
};

/// Everything a load needs to know. Sources other than sessions are optional.
struct ShopPlan {
  std::string timezone = "UTC";          ///< the workspace's
  bool keep_anonymous = false;           ///< ruling 8
  bool auto_customers = false;           ///< ruling 12
  std::int64_t max_delivery_hours = 24;  ///< what takes longer is a mistake (ruling 34)
  std::vector<SourcePlan> sources;

  const SourcePlan* find(sources::Kind kind) const;
};

enum class FieldType : std::uint8_t { kText, kInstant, kNumber, kBoolean };

struct Field {
  std::string name;
  FieldType type;
  bool required;
  std::string alias;  ///< a second accepted spelling, or empty
};

const std::vector<Field>& fields_of(sources::Kind kind);

/// At most this many actions of sessions, and as many of customers (ruling 51).
inline constexpr std::size_t kMaxActions = 31;

/// The mapping with aliases resolved. Errors: E-PARAM (unknown field, too many or reserved
/// actions), E-MAP-MISSING (a required field is not mapped), E-MAP-DUP (a column is mapped twice).
Mapping checked(sources::Kind kind, Mapping mapping);

/// Error E-MAP-MISSING with the nearest name when the relation lacks a mapped column.
void check_columns(sources::Kind kind, const Mapping& mapping, const sources::Relation& relation);

}  // namespace ca::ingest
