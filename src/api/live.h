#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/members.h"
#include "api/reports.h"
#include "api/veil.h"
#include "base/byte_cache.h"
#include "base/thread_pool.h"
#include "base/waiting_line.h"
#include "journeys/journeys.h"
#include "reports/day_index.h"
#include "reports/snapshot.h"
#include "workspace/home.h"

namespace ca::api {

/// One version of the journeys as one snapshot sees them: mapped, and verified before it is used.
/// Used by one thread at a time.
class LiveShop {
 public:
  /// Error E-JOURNEYS when what folds read of every session is missing or damaged.
  LiveShop(const workspace::Home& home, const reports::Manifest& manifest, ThreadPool& pool);

  const journeys::Journeys& journeys() const { return journeys_; }
  std::int64_t as_of() const { return as_of_; }
  bool is_of(const reports::Manifest& manifest) const;

  /// At once where there is an index, else by a scan.
  reports::Facts facts(std::optional<Day> from, std::optional<Day> to, ThreadPool& pool) const;
  /// Makes the index of days, once.
  void make_index(ThreadPool& pool);
  /// Verifies, once, what only reports of products read. Error E-JOURNEYS when it is damaged.
  void verify_baskets(ThreadPool& pool);

 private:
  std::string version_;
  std::int64_t as_of_;
  journeys::Journeys journeys_;
  std::unique_ptr<reports::DayIndex> index_;
  bool has_verified_baskets_ = false;
};

/// Answers questions about the newest snapshot for as long as a program runs: keeps its journeys
/// mapped, what they say of whole days, and recent answers as bytes. One question at a time
/// computes, with all threads; a few wait. For any thread.
class Live {
 public:
  struct Options {
    std::size_t threads = 0;  ///< 0: as many as there are processors
    std::size_t cached_bytes = 64 << 20;
    std::size_t waiting = 32;  ///< questions that may wait for others
    bool is_sample = false;    ///< the shop is an invented one, and its answers say so
    bool makes_index = false;  ///< the first question pays for what warm() makes
  };

  explicit Live(workspace::Home home) : Live(std::move(home), Options()) {}
  Live(workspace::Home home, const Options& options);

  /// As the functions of these names (api/reports.h, api/members.h), and E-BUSY when too many wait.
  std::vector<ReportResult> query(const ReportQuery& asked, const Cancellation& cancellation);
  MembersResult members(const MembersQuery& query, const Cancellation& cancellation);

  /// The answer as JSON; the same question about the same data is answered from memory.
  ByteCache::Bytes json(const ReportQuery& query, const Cancellation& cancellation);
  /// Names the data that are in force: the newest snapshot's run, or empty.
  std::string in_force() const;
  /// The same for any form of an answer about the data `in_force`: what `make` gives is kept under
  /// the question and the form's name.
  ByteCache::Bytes remembered(const ReportQuery& query, std::string_view form,
                              const std::string& in_force,
                              const std::function<std::string()>& make);
  /// 16 digits that differ where the question, the form or the data do.
  std::string tag(const ReportQuery& query, std::string_view form,
                  const std::string& in_force) const;

  /// Whether the snapshot in force may hold more of what is asked than is written down in a moment.
  /// What is computed now is not judged.
  bool is_large(const ReportQuery& query) const;
  /// For the sake of memory large answers are made one at a time: the right to make this one;
  /// nothing where it is not large. Before a turn to compute, not within one. Errors: E-BUSY when
  /// too many wait, E-CANCELLED.
  std::optional<WaitingLine::Turn> take_turn_to_write(const ReportQuery& query,
                                                      const Cancellation& cancellation);

  /// Makes ready for questions about the newest snapshot, so that none of them pays for that.
  /// Without a snapshot it does nothing.
  void warm(const Cancellation& cancellation);

  /// The right to compute, and what with.
  struct Turn {
    WaitingLine::Turn turn;
    std::shared_ptr<LiveShop> shop;
    ThreadPool& pool;
  };
  /// Error E-SNAPSHOT when the manifest's is not the newest snapshot: only its journeys are kept.
  Turn take_turn(const reports::Manifest& manifest, const Cancellation& cancellation);

  /// Questions that wait for others at this moment.
  std::size_t waiting() const { return line_.waiting(); }
  const workspace::Home& home() const { return home_; }

 private:
  workspace::Home home_;
  ThreadPool pool_;
  WaitingLine line_;
  WaitingLine writing_;
  std::shared_ptr<LiveShop> shop_;  ///< of whoever has the turn
  ByteCache cache_;
  Veil veil_;

  /// What the manifest of the snapshot in force says of sizes.
  struct Sizes {
    std::string snapshot;
    std::size_t populations = 1;
    std::map<std::string, std::int64_t> rows;
  };
  mutable std::mutex sizes_mutex_;
  mutable Sizes sizes_;
  bool is_sample_;
  bool makes_index_;
};

}  // namespace ca::api
