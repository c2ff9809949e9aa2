#include "api/experiment_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/sql.h"
#include "base/utf8.h"
#include "ingest/value_reader.h"
#include "sources/source.h"

namespace ca::api {
namespace {

std::string type_of(const std::filesystem::path& file) {
  const std::string name = ascii_lower(file.string());
  return name.ends_with(".parquet") || name.ends_with(".pq") ? "parquet" : "csv";
}

void add_cell(NumbersRead& column, const ingest::ValueReader& reader, std::string_view text) {
  using Outcome = ingest::ValueReader::Outcome;
  ingest::ValueReader::Number number = reader.number(text);
  if (number.outcome == Outcome::kUnreadable) {
    const auto boolean = ingest::ValueReader::boolean(text);
    if (boolean.outcome == Outcome::kValue) {
      number = {.value = boolean.value ? 1.0 : 0.0, .outcome = Outcome::kValue};
    }
  }
  if (number.outcome == Outcome::kUnreadable) {
    if (column.unreadable == 0 || text < column.sample) column.sample = text;
    ++column.unreadable;
  }
  const bool is_value = number.outcome == Outcome::kValue;
  column.values += is_value;
  column.units.values.push_back(is_value ? number.value + 0.0 : 0.0);  // -0 becomes 0
  column.units.is_missing.push_back(is_value ? 0 : 1);
}

/// The number of each arm that was seen, in the order in which they were.
class ArmNumbers {
 public:
  ArmNumbers(std::string column, std::size_t most) : column_(std::move(column)), most_(most) {}

  std::uint32_t of(std::string_view arm) {
    const auto [place, is_new] = numbers_.try_emplace(std::string(arm), names_.size());
    if (is_new) {
      if (names_.size() == most_) {
        throw Error("E-PARAM",
                    fmt::format("The column {:?} has more than {} values.", column_, most_),
                    "Is it the column that says in which arm a unit was?", {{"column", column_}});
      }
      names_.emplace_back(arm);
    }
    return place->second;
  }
  /// The names in byte order; `arm_of` is changed to that order.
  std::vector<std::string> sorted(std::vector<std::uint32_t>& arm_of) const {
    std::vector<std::string> names = names_;
    std::ranges::sort(names);
    std::vector<std::uint32_t> place(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto found = std::ranges::lower_bound(names, names_[i]);
      place[i] = static_cast<std::uint32_t>(found - names.begin());
    }
    for (std::uint32_t& arm : arm_of) arm = place[arm];
    return names;
  }

 private:
  std::string column_;
  std::size_t most_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;
};

}  // namespace

struct ExperimentSource::Opened {
  ScratchFolder scratch;
  sql::Database database{""};
  sql::Connection connection = database.connect();
  sources::Relation relation;
};

ExperimentSource::ExperimentSource(const std::filesystem::path& file,
                                   const Cancellation& cancellation)
    : opened_(std::make_unique<Opened>()) {
  sources::Location location;
  location.type = type_of(file);
  location.path = file;
  opened_->relation =
      sources::open(location, opened_->connection, opened_->scratch.path(), cancellation);
  for (const sources::SourceColumn& column : opened_->relation.columns) {
    columns_.push_back(column.name);
  }
}

ExperimentSource::~ExperimentSource() = default;

ExperimentFile ExperimentSource::read(const ExperimentColumns& columns, std::size_t most_arms,
                                      Progress& progress, const Cancellation& cancellation) {
  const sources::Relation& relation = opened_->relation;
  std::string selected = sql::identifier(columns.arm) + "::VARCHAR";
  for (const std::string& name : columns.numbers) {
    selected += ", " + sql::identifier(name) + "::VARCHAR";
  }
  ExperimentFile file;
  file.malformed = relation.malformed.count;
  file.warnings = relation.warnings;
  for (const std::string& name : columns.numbers) {
    file.numbers.emplace_back().units.name = name;
  }
  const std::string pattern;
  const ingest::ValueReader reader{
      .zone = Zone::utc(), .pattern = pattern, .decimal = relation.decimal};
  ArmNumbers arms(columns.arm, most_arms);
  progress.stage("read", static_cast<std::uint64_t>(relation.rows), "rows");
  sql::Result result =
      opened_->connection.stream(fmt::format("SELECT {} FROM ({})", selected, relation.select));
  while (const sql::Chunk chunk = result.next()) {
    cancellation.check();
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      ++file.rows;
      const std::string_view arm = chunk.is_null(0, row) ? "" : chunk.text(0, row);
      if (arm.empty()) {
        ++file.without_arm;
        continue;
      }
      file.arm_of.push_back(arms.of(arm));
      for (std::size_t i = 0; i < file.numbers.size(); ++i) {
        add_cell(file.numbers[i], reader, chunk.is_null(i + 1, row) ? "" : chunk.text(i + 1, row));
      }
    }
    progress.advance(chunk.rows());
  }
  file.arms = arms.sorted(file.arm_of);
  return file;
}

}  // namespace ca::api
