#include "reports/facts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "reports/catalogue.h"
#include "reports/day_totals.h"

namespace ca::reports {
namespace {

std::optional<AmountRange> millionths(const PaymentRange& payments) {
  if (payments.min > payments.max) return std::nullopt;
  return AmountRange{reports::millionths(payments.min), reports::millionths(payments.max)};
}

/// Sessions [first, end) of the partition.
void look_at_sessions(const journeys::SessionColumns& columns, std::uint32_t first,
                      std::uint32_t end, std::int64_t as_of, std::int64_t begin, Seen& seen) {
  const bool has_values = !seen.values.empty();
  for (std::uint32_t s = first; s < end; ++s) {
    if (columns.start[s] > as_of) continue;
    ++seen.all.sessions;
    seen.first_day = std::min(seen.first_day, columns.day[s]);
    const std::uint32_t code = columns.dimension[s];
    const bool has_value = has_values && code != journeys::Dictionary::kNone;
    if (has_value) ++seen.values[code].sessions;
    if (columns.start[s] < begin || !columns.is_paid(s)) continue;
    seen.all.payments.add(columns.amount[s]);
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

/// The first instant of the window.
std::int64_t window_begin(const Zone& zone, std::optional<Day> from) {
  return from ? zone.start_of(*from).micros : INT64_MIN;
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
    Seen::Value all;
    for (const std::uint32_t code : members) {
      facts.value_of_code[code] = static_cast<std::uint32_t>(facts.values.size());
      all.merge(seen.values[code]);
    }
    frame.amounts = millionths(all.payments);
    facts.values.push_back(std::move(frame));
    facts.value_sessions.push_back(all.sessions);
  }
}

}  // namespace

Texts::Texts(const journeys::Journeys& journeys)
    : promotions(std::make_shared<const Names>(journeys.promotions())),
      products(std::make_shared<const Names>(journeys.products())),
      categories(std::make_shared<const Names>(journeys.categories())) {}

std::int64_t as_of_in(const journeys::Journeys& journeys, const Window& window) {
  const std::int64_t as_of = window.as_of ? window.as_of->micros : journeys.schema().last_session;
  return window.to ? std::min(as_of, journeys.zone().end_of(*window.to).micros) : as_of;
}

Facts find_facts(const journeys::Journeys& journeys, const Window& window, ThreadPool& pool) {
  const Schema& schema = journeys.schema();
  const std::int64_t as_of = as_of_in(journeys, window);
  const std::int64_t begin = window_begin(journeys.zone(), window.from);
  Seen seen;
  if (schema.has_dimension) seen.values.resize(journeys.dimensions().size());
  std::mutex mutex;
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t) {
    Seen part;
    part.values.resize(seen.values.size());
    look_at(journeys.partitions()[p], as_of, begin, schema.events(), part);
    const std::lock_guard lock(mutex);
    seen.merge(part);
  });
  return facts_of(journeys, window, Texts(journeys), seen);
}

Facts facts_of(const journeys::Journeys& journeys, const Window& window, const Texts& texts,
               const Seen& seen) {
  Facts facts;
  Frame& frame = facts.main;
  frame.schema = &journeys.schema();
  frame.zone = &journeys.zone();
  frame.from = window.from;
  frame.window_start = window_begin(journeys.zone(), window.from);
  frame.promotions = texts.promotions;
  frame.products = texts.products;
  frame.categories = texts.categories;
  frame.as_of = as_of_in(journeys, window);
  facts.sessions = seen.all.sessions;
  frame.amounts = millionths(seen.all.payments);
  const Day last =
      frame.as_of == journeys::kNoInstant ? Day{0} : frame.zone->to_local({frame.as_of}).day;
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

Facts among(Facts facts, const journeys::Journeys& journeys,
            std::shared_ptr<const CustomerSet> customers) {
  const std::int64_t begin = window_begin(journeys.zone(), facts.main.from);
  Seen seen;
  seen.values.resize(facts.value_of_code.size());
  for (std::size_t p = 0; p < journeys.partitions().size(); ++p) {
    const journeys::Partition& partition = journeys.partitions()[p];
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (!customers->contains(p, customer)) continue;
      const auto [first, end] = partition.sessions_of(customer);
      look_at_sessions(partition.columns(), first, end, facts.main.as_of, begin, seen);
    }
  }
  const auto narrow = [](Frame& frame, std::int64_t& sessions, const Seen::Value& value) {
    frame.amounts = millionths(value.payments);
    frame.totals = nullptr;
    frame.events = nullptr;
    sessions = value.sessions;
  };
  narrow(facts.main, facts.sessions, seen.all);
  std::vector<Seen::Value> values(facts.values.size());
  for (std::size_t code = 0; code < seen.values.size(); ++code) {
    const std::uint32_t value = facts.value_of_code[code];
    if (value != kNoPopulation) values[value].merge(seen.values[code]);
  }
  for (std::size_t v = 0; v < values.size(); ++v) {
    narrow(facts.values[v], facts.value_sessions[v], values[v]);
  }
  facts.customers = std::move(customers);
  return facts;
}

Facts merged(Facts facts, const std::set<std::string>& values, const std::string& name) {
  Frame together = facts.main;
  together.population = name;
  together.is_main = false;
  together.amounts.reset();
  together.totals = nullptr;
  together.events = nullptr;
  together.gaps = nullptr;
  std::shared_ptr<DayTotals> totals;
  std::int64_t sessions = 0;
  std::vector<bool> is_member;
  for (std::size_t v = 0; v < facts.values.size(); ++v) {
    is_member.push_back(values.contains(facts.values[v].population));
    if (!is_member.back()) continue;
    sessions += facts.value_sessions[v];
    if (facts.values[v].totals != nullptr) {
      if (totals == nullptr) {
        totals = std::make_shared<DayTotals>(*facts.values[v].totals);
      } else {
        totals->merge_sessions(*facts.values[v].totals);
      }
    }
    const std::optional<AmountRange>& amounts = facts.values[v].amounts;
    if (!amounts) continue;
    if (!together.amounts) together.amounts = amounts;
    together.amounts->min = std::min(together.amounts->min, amounts->min);
    together.amounts->max = std::max(together.amounts->max, amounts->max);
  }
  for (std::uint32_t& value : facts.value_of_code) {
    value = value != kNoPopulation && is_member[value] ? 0 : kNoPopulation;
  }
  together.totals = std::move(totals);
  facts.values = {std::move(together)};
  facts.value_sessions = {sessions};
  return facts;
}

}  // namespace ca::reports
