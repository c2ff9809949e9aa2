#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/column_file.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "models/experiment.h"

namespace ca::api {

/// The columns of a file that an experiment needs, by name.
struct ExperimentColumns {
  std::string arm;
  std::vector<std::string> numbers;  ///< metrics and the covariate
};

/// A column of numbers as it was read. Cells that are no numbers count as missing.
struct NumbersRead {
  models::UnitNumbers units;
  std::int64_t values = 0;
  UnreadCells unread;
};

/// What was read of the file; rows without an arm are left out.
struct ExperimentFile {
  std::vector<std::string> arms;  ///< in byte order
  std::vector<std::uint32_t> arm_of;
  std::vector<NumbersRead> numbers;  ///< as they were asked for
  std::int64_t rows = 0;
  std::int64_t without_arm = 0;
  std::int64_t malformed = 0;
  std::vector<std::string> warnings;
};

/// Numbers are read as ingest reads them (rulings 9 and 10), and true/false, yes/no as 1 and 0.
/// Errors: E-PARAM (more than `most_arms`), E-CANCELLED. The columns must be there.
ExperimentFile read_experiment(ColumnFile& file, const ExperimentColumns& columns,
                               std::size_t most_arms, Progress& progress,
                               const Cancellation& cancellation);

}  // namespace ca::api
