#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <vector>

#include "demo/life.h"

namespace ca::demo {

/// A file that is written from its beginning to its end. Error E-FILE, which says why, when the
/// disk refuses.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  void write(std::string_view bytes);
  /// After the last write(): what a disk refuses late is told here.
  void close();

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Visits on their way from customers to days: put by many threads, customer after customer, and
/// taken once, day after day, in order of time. One file, which is removed again; memory holds
/// 16 KB a day and thread.
class VisitsByDay {
 public:
  VisitsByDay(const std::filesystem::path& folder, std::int32_t days, std::size_t threads);
  VisitsByDay(const VisitsByDay&) = delete;
  VisitsByDay& operator=(const VisitsByDay&) = delete;
  ~VisitsByDay();

  /// By each thread with its own number.
  void put(const std::vector<Visit>& visits, std::size_t thread);
  /// After the last put().
  void flush();
  std::uint64_t count(std::int32_t day) const { return counts_[static_cast<std::size_t>(day)]; }
  /// The day's visits by (start, customer, sequence); by any thread.
  std::vector<Visit> take(std::int32_t day) const;

 private:
  struct Piece {
    std::uint64_t offset;
    std::uint64_t visits;
  };
  using Buffers = std::vector<std::vector<Visit>>;

  void write_out(std::size_t day, std::vector<Visit>& visits);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::vector<Buffers> buffers_;  ///< thread, day
  std::mutex mutex_;              ///< of what follows
  std::uint64_t size_ = 0;
  std::vector<std::vector<Piece>> pieces_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace ca::demo
