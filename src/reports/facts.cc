#include "reports/facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

#include "reports/catalogue.h"

namespace ca::reports {
namespace {

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
  std::optional<AmountRange> millionths() const {
    if (min > max) return std::nullopt;
    return AmountRange{reports::millionths(min), reports::millionths(max)};
  }
};

struct ValueFacts {
  std::int64_t sessions = 0;
  PaymentRange payments;
};

/// What the columns say; merging commutes.
struct Seen {
  std::int64_t sessions = 0;
  std::int32_t first_day = INT32_MAX;
  std::int32_t first_event_day = INT32_MAX;
  PaymentRange payments;
  std::vector<ValueFacts> values;  ///< by code

  void merge(const Seen& other) {
    sessions += other.sessions;
    first_day = std::min(first_day, other.first_day);
    first_event_day = std::min(first_event_day, other.first_event_day);
    payments.merge(other.payments);
    for (std::size_t code = 0; code < values.size(); ++code) {
      values[code].sessions += other.values[code].sessions;
      values[code].payments.merge(other.values[code].payments);
    }
  }
};

/// Sessions [first, end) of the partition.
void look_at_sessions(const journeys::SessionColumns& columns, std::uint32_t first,
                      std::uint32_t end, std::int64_t as_of, std::int64_t begin, Seen& seen) {
  const bool has_values = !seen.values.empty();
  for (std::uint32_t s = first; s < end; ++s) {
    if (columns.start[s] > as_of) continue;
    ++seen.sessions;
    seen.first_day = std::min(seen.first_day, columns.day[s]);
    const std::uint32_t code = columns.dimension[s];
    const bool has_value = has_values && code != journeys::Dictionary::kNone;
    if (has_value) ++seen.values[code].sessions;
    if ((columns.flags[s] & journeys::kPurchased) == 0 || columns.start[s] < begin ||
        std::isnan(columns.amount[s])) {
      continue;
    }
    seen.payments.add(columns.amount[s]);
    if (has_value) seen.values[code].payments.add(columns.amount[s]);
  }
}

void look_at(const journeys::Partition& partition, std::int64_t as_of, std::int64_t begin,
             std::size_t events, Seen& seen) {
  for (const auto& [first, end] : partition.live_sessions()) {
    look_at_sessions(partition.columns(), first, end, as_of, begin, seen);
  }
  for (std::size_t event = 0; event < events; ++event) {
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (partition.is_superseded(customer)) continue;
      const std::int64_t instant = partition.event_instant(event, customer);
      if (instant == journeys::kNoInstant || instant > as_of) continue;
      seen.first_event_day =
          std::min(seen.first_event_day, partition.event(event, customer).day.number);
    }
  }
}

Axis axis_from(Day begin, std::optional<Day> from, Day last) {
  if (from) begin = std::max(begin, *from);
  return {begin, std::max(0, last - begin + 1)};
}

/// The kept values in byte order and the population of every code (ruling 13).
void choose_values(const journeys::Dictionary& dictionary, const Seen& seen, Facts& facts) {
  std::vector<std::uint32_t> codes;
  for (std::uint32_t code = 0; code < seen.values.size(); ++code) {
    if (seen.values[code].sessions > 0) codes.push_back(code);
  }
  facts.value_of_code.assign(seen.values.size(), kNoPopulation);
  if (codes.size() < 2) return;
  std::ranges::sort(codes, [&](std::uint32_t a, std::uint32_t b) {
    const std::int64_t x = seen.values[a].sessions;
    const std::int64_t y = seen.values[b].sessions;
    return x != y ? x > y : dictionary.text(a) < dictionary.text(b);
  });

  std::map<std::string, std::vector<std::uint32_t>> kept;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    kept[i < kMaxDimensionValues ? dictionary.text(codes[i]) : std::string(kOther)].push_back(
        codes[i]);
  }
  for (const auto& [name, members] : kept) {
    Frame frame = facts.main;
    frame.population = name;
    frame.is_main = false;
    ValueFacts all;
    for (const std::uint32_t code : members) {
      facts.value_of_code[code] = static_cast<std::uint32_t>(facts.values.size());
      all.sessions += seen.values[code].sessions;
      all.payments.merge(seen.values[code].payments);
    }
    frame.amounts = all.payments.millionths();
    facts.values.push_back(std::move(frame));
    facts.value_sessions.push_back(all.sessions);
  }
}

}  // namespace

Facts find_facts(const journeys::Journeys& journeys, const Window& window, ThreadPool& pool) {
  const Schema& schema = journeys.schema();
  const Zone& zone = journeys.zone();
  Facts facts;
  Frame& frame = facts.main;
  frame.schema = &schema;
  frame.zone = &zone;
  frame.from = window.from;
  frame.promotions = std::make_shared<const Names>(journeys.promotions());
  frame.products = std::make_shared<const Names>(journeys.products());
  frame.categories = std::make_shared<const Names>(journeys.categories());
  frame.as_of = window.as_of ? window.as_of->micros : schema.last_session;
  if (window.to) frame.as_of = std::min(frame.as_of, zone.end_of(*window.to).micros);
  const std::int64_t begin = window.from ? zone.start_of(*window.from).micros : INT64_MIN;

  Seen seen;
  if (schema.has_dimension) seen.values.resize(journeys.dimensions().size());
  std::mutex mutex;
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t) {
    Seen part;
    part.values.resize(seen.values.size());
    look_at(journeys.partitions()[p], frame.as_of, begin, schema.events(), part);
    const std::lock_guard lock(mutex);
    seen.merge(part);
  });

  facts.sessions = seen.sessions;
  frame.amounts = seen.payments.millionths();
  const Day last = frame.as_of == journeys::kNoInstant ? Day{0} : zone.to_local({frame.as_of}).day;
  frame.last_day = last;
  if (seen.first_day != INT32_MAX) {
    frame.axis = axis_from({seen.first_day}, window.from, last);
    frame.history = axis_from({seen.first_day}, std::nullopt, last);
  }
  const std::int32_t first_step = std::min(seen.first_day, seen.first_event_day);
  if (first_step != INT32_MAX) frame.customer_axis = axis_from({first_step}, window.from, last);
  choose_values(journeys.dimensions(), seen, facts);
  return facts;
}

Facts merged(Facts facts, const std::set<std::string>& values, const std::string& name) {
  Frame together = facts.main;
  together.population = name;
  together.is_main = false;
  together.amounts.reset();
  std::int64_t sessions = 0;
  std::vector<bool> is_member;
  for (std::size_t v = 0; v < facts.values.size(); ++v) {
    is_member.push_back(values.contains(facts.values[v].population));
    if (!is_member.back()) continue;
    sessions += facts.value_sessions[v];
    const std::optional<AmountRange>& amounts = facts.values[v].amounts;
    if (!amounts) continue;
    if (!together.amounts) together.amounts = amounts;
    together.amounts->min = std::min(together.amounts->min, amounts->min);
    together.amounts->max = std::max(together.amounts->max, amounts->max);
  }
  for (std::uint32_t& value : facts.value_of_code) {
    value = value != kNoPopulation && is_member[value] ? 0 : kNoPopulation;
  }
  facts.values = {std::move(together)};
  facts.value_sessions = {sessions};
  return facts;
}

}  // namespace ca::reports
