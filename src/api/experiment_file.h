#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

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
  std::int64_t unreadable = 0;
  std::string
      sample;  ///< the least unreadable cell in bytes, so that the order of rows does not show
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

/// A file that was opened and whose columns are known. Numbers are read as ingest reads them
/// (rulings 9 and 10), and true/false, yes/no as 1 and 0.
class ExperimentSource {
 public:
  /// Errors: E-FILE, E-PERM, E-EMPTY.
  ExperimentSource(const std::filesystem::path& file, const Cancellation& cancellation);
  ExperimentSource(const ExperimentSource&) = delete;
  ExperimentSource& operator=(const ExperimentSource&) = delete;
  ~ExperimentSource();

  const std::vector<std::string>& columns() const { return columns_; }
  /// Errors: E-PARAM (more than `most_arms`), E-CANCELLED. The columns must be there.
  ExperimentFile read(const ExperimentColumns& columns, std::size_t most_arms, Progress& progress,
                      const Cancellation& cancellation);

 private:
  struct Opened;
  std::unique_ptr<Opened> opened_;
  std::vector<std::string> columns_;
};

}  // namespace ca::api
