#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "reports/frame.h"

namespace ca::reports {

/// At most this many dimension values are populations of their own; the rest are kOther (ruling
/// 13).
inline constexpr std::size_t kMaxDimensionValues = 200;
inline constexpr std::string_view kOther = "(other)";
inline constexpr std::uint32_t kNoPopulation = UINT32_MAX;

/// What every fold must know before it starts, found in one pass over the columns.
struct Facts {
  Frame main;
  std::int64_t sessions = 0;  ///< of main up to as_of
  /// The dimension values, in byte order; empty when there are fewer than two.
  std::vector<Frame> values;
  std::vector<std::int64_t> value_sessions;  ///< sessions of each up to as_of
  /// Index into `values` of each code of the dimension's dictionary, or kNoPopulation
  /// when its sessions are only main's.
  std::vector<std::uint32_t> value_of_code;
};

/// The moment and window of a question.
struct Window {
  std::optional<Instant> as_of;  ///< default: the newest session of main
  std::optional<Day> from;
  std::optional<Day> to;
};

/// The facts with the named values as the only one, called `name`: all sessions in any of them are
/// one population (ruling 68). Names that are not among the values have no sessions.
Facts merged(Facts facts, const std::set<std::string>& values, const std::string& name);

Facts find_facts(const journeys::Journeys& journeys, const Window& window, ThreadPool& pool);

}  // namespace ca::reports
