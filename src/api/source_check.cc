#include "api/source_check.h"

#include <fmt/format.h>

#include "base/error.h"

namespace ca::api {
namespace {

std::string encoding_of(const sources::Relation& relation) {
  std::string encoding;
  for (const sources::SeenFile& file : relation.files) {
    if (encoding.empty() || encoding == "ascii") {
      encoding = file.encoding;
    } else if (file.encoding != encoding && file.encoding != "ascii" && !file.encoding.empty()) {
      return "mixed";
    }
  }
  return encoding;
}

}  // namespace

OpenedSource open_source(const sources::Location& location, int rows,
                         const std::filesystem::path& scratch, const Cancellation& cancellation) {
  sql::Database database("");
  sql::Connection connection = database.connect();
  OpenedSource opened;
  opened.relation = sources::open(location, connection, scratch, cancellation);
  opened.first = ingest::first_rows(opened.relation, connection, rows);
  return opened;
}

CheckedSource described(const sources::Location& location, const OpenedSource& opened,
                        const std::string& timezone, const std::string& date_pattern) {
  const sources::Relation& relation = opened.relation;
  const Zone zone = Zone::find(timezone);
  CheckedSource checked;
  checked.kind = name_of(location.kind);
  checked.path = location.path.string();
  for (const sources::SeenFile& seen : relation.files) checked.files.push_back(seen.path);
  checked.warnings = relation.warnings;
  checked.probe = ingest::described(opened.first, {zone, date_pattern, relation.decimal});
  checked.rows = relation.rows;
  checked.bytes = relation.bytes;
  checked.malformed = relation.malformed.count;
  if (sources::canonical_type(location.type) == "csv") {
    checked.separator = relation.separator == '\t' ? "tab" : std::string(1, relation.separator);
    checked.encoding = encoding_of(relation);
    checked.decimal = std::string(1, relation.decimal);
  }
  return checked;
}

void check_mapping(const ingest::SourcePlan& plan, const OpenedSource& opened) {
  ingest::check_columns(plan.location.kind, plan.mapping, opened.relation);
  ingest::check_types(plan, opened.relation.decimal, opened.first);
  if (opened.first.rows.empty() && plan.location.kind == sources::Kind::kSessions) {
    throw Error("E-EMPTY", fmt::format("{} has a header and no rows.", plan.location.path.string()),
                "Sessions must have at least one row.");
  }
}

CheckedSource check_source(const ingest::SourcePlan& plan, const std::filesystem::path& scratch,
                           const Cancellation& cancellation) {
  const OpenedSource opened = open_source(plan.location, ingest::kProbeRows, scratch, cancellation);
  check_mapping(plan, opened);
  return described(plan.location, opened, plan.timezone, plan.date_pattern);
}

}  // namespace ca::api
