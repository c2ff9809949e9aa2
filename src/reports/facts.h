#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "reports/customer_set.h"
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
  /// All that the populations are made of, where the question is about a segment; else null.
  std::shared_ptr<const CustomerSet> customers;
  /// Whether the question is about a customer of a file of the journeys.
  bool asks_about(std::size_t partition, std::uint32_t customer) const {
    return customers == nullptr || customers->contains(partition, customer);
  }
};

/// The moment and window of a question.
struct Window {
  std::optional<Instant> as_of;  ///< default: the newest session of main
  std::optional<Day> from;
  std::optional<Day> to;
};

Facts find_facts(const journeys::Journeys& journeys, const Window& window, ThreadPool& pool);

/// The facts with the named values as the only one, called `name`: all sessions in any of them are
/// one population (ruling 68). Names that are not among the values have no sessions.
Facts merged(Facts facts, const std::set<std::string>& values, const std::string& name);

/// The facts about these customers alone. The axis and the dimension values stay everybody's
/// (ruling 4).
Facts among(Facts facts, const journeys::Journeys& journeys,
            std::shared_ptr<const CustomerSet> customers);

// ---- what facts are made of -------------------------------------------------------------------

/// Payments as doubles while scanning; turned into millionths at the end, which keeps their order.
struct PaymentRange {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();

  void add(double amount) {
    min = std::min(min, amount);
    max = std::max(max, amount);
  }
  void merge(const PaymentRange& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }
};

/// What the sessions up to as_of say, and the payments inside the window; merging commutes.
struct Seen {
  struct Value {
    std::int64_t sessions = 0;
    PaymentRange payments;

    void merge(const Value& other) {
      sessions += other.sessions;
      payments.merge(other.payments);
    }
  };

  Value all;
  std::vector<Value> values;  ///< by code of the dimension
  std::int32_t first_day = INT32_MAX;
  std::int32_t first_event_day = INT32_MAX;

  void merge(const Seen& other) {
    all.merge(other.all);
    for (std::size_t code = 0; code < values.size(); ++code) values[code].merge(other.values[code]);
    first_day = std::min(first_day, other.first_day);
    first_event_day = std::min(first_event_day, other.first_event_day);
  }
};

/// The texts that frames name, shared between questions about one version of the journeys.
struct Texts {
  explicit Texts(const journeys::Journeys& journeys);

  std::shared_ptr<const Names> promotions;
  std::shared_ptr<const Names> products;
  std::shared_ptr<const Names> categories;
};

/// The moment a window is looked at from, microseconds UTC (ruling 41).
std::int64_t as_of_in(const journeys::Journeys& journeys, const Window& window);

Facts facts_of(const journeys::Journeys& journeys, const Window& window, const Texts& texts,
               const Seen& seen);

}  // namespace ca::reports
