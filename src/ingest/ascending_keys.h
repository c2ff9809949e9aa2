#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ca::ingest {

/// Proves that keys differ without comparing each with all others: most shops number their orders
/// and write them in that order, so every key is greater than the one before it. Keys arrive in
/// runs (the rows that one thread cleans at a time), runs in any order; all keys differ if each run
/// ascends and no two runs overlap. Greater means longer, or as long and greater in bytes, so that
/// 10 follows 9. Memory: two keys a run, and nothing once a proof has become impossible.
class AscendingKeys {
 public:
  /// The keys of consecutive rows, built by one thread.
  class Run {
   public:
    /// `key` has to live as long as the run.
    void add(std::string_view key) {
      if (last_.data() == nullptr) {
        first_ = key;
      } else if (!is_less(last_, key)) {
        is_ascending_ = false;
      }
      last_ = key;
    }
    void spoil() { is_ascending_ = false; }

   private:
    friend AscendingKeys;
    std::string_view first_, last_;
    bool is_ascending_ = true;
  };

  /// May be called by several threads.
  void add(const Run& run);
  /// Whether all keys of all runs are known to differ; false means that they may.
  bool all_differ() const;

 private:
  struct Bounds {
    std::string first, last;
  };

  static bool is_less(std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }

  mutable std::mutex mutex_;
  std::vector<Bounds> runs_;
  bool is_possible_ = true;
};

}  // namespace ca::ingest
