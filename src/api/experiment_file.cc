#include "api/experiment_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "ingest/value_reader.h"

namespace ca::api {
namespace {

void add_cell(NumbersRead& column, const ingest::ValueReader& reader, std::string_view text) {
  using Outcome = ingest::ValueReader::Outcome;
  ingest::ValueReader::Number number = reader.number(text);
  if (number.outcome == Outcome::kUnreadable) {
    const auto boolean = ingest::ValueReader::boolean(text);
    if (boolean.outcome == Outcome::kValue) {
      number = {.value = boolean.value ? 1.0 : 0.0, .outcome = Outcome::kValue};
    }
  }
  if (number.outcome == Outcome::kUnreadable) column.unread.add(text);
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

ExperimentFile read_experiment(ColumnFile& file, const ExperimentColumns& columns,
                               std::size_t most_arms, Progress& progress,
                               const Cancellation& cancellation) {
  ExperimentFile read;
  read.malformed = file.malformed();
  read.warnings = file.warnings();
  std::vector<std::string> asked = {columns.arm};
  for (const std::string& name : columns.numbers) {
    asked.push_back(name);
    NumbersRead& column = read.numbers.emplace_back();
    column.units.name = name;
    column.unread.column = name;
  }
  const std::string pattern;
  const ingest::ValueReader reader{
      .zone = Zone::utc(), .pattern = pattern, .decimal = file.decimal()};
  ArmNumbers arms(columns.arm, most_arms);
  const auto add_row = [&](std::span<const std::string_view> cells) {
    ++read.rows;
    if (cells[0].empty()) {
      ++read.without_arm;
      return;
    }
    read.arm_of.push_back(arms.of(cells[0]));
    for (std::size_t i = 0; i < read.numbers.size(); ++i) {
      add_cell(read.numbers[i], reader, cells[i + 1]);
    }
  };
  file.read(asked, add_row, progress, cancellation);
  read.arms = arms.sorted(read.arm_of);
  return read;
}

}  // namespace ca::api
