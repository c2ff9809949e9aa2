#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ingest/load.h"
#include "ingest/tally.h"

namespace ca::ingest {

/// Brings one source after the other into its staged table: cleaned, notes counted, rejected rows
/// put aside, of several rows of one key the right one kept. Orders of basket lines and deliveries
/// are looked up in the view known_orders(order_id, number, has_purchased), which whoever calls
/// provides.
class Stager {
 public:
  Stager(const ShopPlan& plan, sql::Connection& connection, const std::filesystem::path& scratch,
         Progress& progress, const Cancellation& cancellation)
      : plan_(plan),
        connection_(connection),
        scratch_(scratch),
        progress_(progress),
        cancellation_(cancellation) {}

  /// What staging a source has shown.
  struct Outcome {
    StagedSource staged;
    SourceRecord record;        ///< of what was read now alone
    std::string contradiction;  ///< why the parts cannot be read by themselves; nothing is staged
  };

  /// Fills the staged table of the plan's kind. Sessions are numbered from `first_number` on. Where
  /// an earlier load has read lines of this source, `before` says how many of them were broken.
  Outcome stage(const SourcePlan& source, std::int64_t first_number, const SourceRecord& before);

 private:
  /// How many rows have each combination of notes; rows without any are not among them.
  struct NoteCounts {
    std::vector<std::pair<std::uint32_t, std::int64_t>> groups;

    std::int64_t rows_with(std::uint32_t bits) const;  ///< at least one of the bits
  };

  void insert(sources::Kind kind, const std::string& cleaned, std::int64_t rows);
  void insert_with_session(sources::Kind kind, const std::string& cleaned, std::int64_t rows);
  void find_sessions_without_purchase(sources::Kind kind);
  void trim_keys(sources::Kind kind);
  void keep_malformed(const SourcePlan& source, const sources::Relation& relation,
                      const SourceRecord& before, Outcome& outcome);
  NoteCounts count_notes(sources::Kind kind);
  void add_findings(sources::Kind kind, const NoteCounts& notes, const CleaningTally& tally,
                    Outcome& outcome);
  std::vector<std::string> keys_behind(sources::Kind kind, std::uint32_t bit);
  void reject(sources::Kind kind);
  void drop_older(sources::Kind kind, const char* key, const char* row, const char* rule,
                  Outcome& outcome);
  void merge_customers(const SourcePlan& source, Outcome& outcome);
  void drop_own_columns(sources::Kind kind);

  const ShopPlan& plan_;
  sql::Connection& connection_;
  const std::filesystem::path& scratch_;
  Progress& progress_;
  const Cancellation& cancellation_;
};

/// The first texts of a result's only column, "(empty)" for null.
std::vector<std::string> texts_of(sql::Result result);

}  // namespace ca::ingest
