#include "reports/day_index.h"

#include <algorithm>
#include <cmath>

#include "reports/churn_thresholds.h"

namespace ca::reports {
namespace {

/// Totals of dimension values are kept while all together have at most so many cells: 128 MB.
constexpr std::size_t kMostCells = 16'000'000;

}  // namespace

DayIndex::DayIndex(const journeys::Journeys& journeys, std::int64_t as_of, ThreadPool& pool)
    : journeys_(journeys),
      as_of_(as_of),
      texts_(journeys),
      all_(find_facts(journeys, {Instant{as_of}, std::nullopt, std::nullopt}, pool)) {
  const std::size_t values = journeys.schema().has_dimension ? journeys.dimensions().size() : 0;
  const std::size_t codes = values <= kMaxDimensionValues ? values : 0;
  Part all = make_part(codes);
  std::vector<std::unique_ptr<Part>> parts(pool.size());
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t worker) {
    if (parts[worker] == nullptr) parts[worker] = std::make_unique<Part>(make_part(codes));
    look_at(journeys.partitions()[p], *parts[worker]);
  });
  for (const auto& part : parts) {
    if (part == nullptr) continue;
    all.main.merge(part->main);
    for (std::size_t code = 0; code < codes; ++code) all.codes[code].merge(part->codes[code]);
    all.events->merge(*part->events);
  }
  if (values <= kMaxDimensionValues) find_gaps(journeys, all_, pool);
  all.main.totals->accumulate();
  for (const OfValue& code : all.codes) {
    if (code.totals != nullptr) code.totals->accumulate();
  }
  all.events->accumulate();
  main_ = std::move(all.main);
  codes_ = std::move(all.codes);
  events_ = std::move(all.events);
}

void DayIndex::OfValue::add(const Journey& journey, std::size_t session, std::size_t row) {
  OfDay& of_day = days[row];
  ++of_day.sessions;
  if (journey.is_order(session) && !std::isnan(journey.amount[session])) {
    of_day.payments.add(journey.amount[session]);
  }
  if (totals != nullptr) totals->add(journey, session);
}

void DayIndex::OfValue::merge(const OfValue& other) {
  for (std::size_t row = 0; row < days.size(); ++row) {
    days[row].sessions += other.days[row].sessions;
    days[row].payments.merge(other.days[row].payments);
  }
  if (totals != nullptr) totals->merge(*other.totals);
}

Seen::Value DayIndex::OfValue::seen(std::size_t first_row, std::size_t end_row) const {
  Seen::Value seen;
  for (std::size_t row = 0; row < end_row; ++row) {
    seen.sessions += days[row].sessions;
    if (row >= first_row) seen.payments.merge(days[row].payments);
  }
  return seen;
}

DayIndex::OfValue DayIndex::make(bool has_totals) const {
  const Axis& axis = all_.main.axis;
  OfValue made{std::vector<OfDay>(static_cast<std::size_t>(axis.days)), nullptr};
  if (has_totals) made.totals = std::make_shared<DayTotals>(axis, journeys_.schema());
  return made;
}

DayIndex::Part DayIndex::make_part(std::size_t codes) const {
  const Schema& schema = journeys_.schema();
  const std::size_t steps = DayTotals::kFirstAction + schema.session_actions.size();
  const std::size_t cells =
      codes * static_cast<std::size_t>(all_.main.axis.days) * kHoursOfDay * (steps + 2);
  Part part{make(true), {}, std::make_shared<EventTotals>(all_.main.customer_axis, schema)};
  for (std::size_t code = 0; code < codes; ++code) part.codes.push_back(make(cells <= kMostCells));
  return part;
}

void DayIndex::look_at(const journeys::Partition& partition, Part& part) const {
  /// Who was last seen on which day of a value, and last bought.
  struct Last {
    std::int64_t visit = -1;
    std::int64_t purchase = -1;
  };
  Last last_of_main;
  std::vector<Last> last_of_codes(part.codes.size());
  std::vector<std::uint32_t> orders;
  const auto days = static_cast<std::int64_t>(all_.main.axis.days);
  for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
    if (partition.is_superseded(customer)) continue;
    Journey journey = partition.journey(customer, as_of_);
    find_orders(journey, orders);
    part.events->add(journey);
    for (std::size_t s = 0; s < journey.size; ++s) {
      const Day day = journey.day_of(s);
      const std::size_t row = all_.main.axis.row(day);
      const std::int64_t visit = customer * days + static_cast<std::int64_t>(row);
      const auto add_to = [&](OfValue& value, Last& last) {
        value.add(journey, s, row);
        if (value.totals == nullptr || journey.is_anonymous) return;
        if (std::exchange(last.visit, visit) != visit) value.totals->add_visitor(day);
        if (journey.is_order(s) && std::exchange(last.purchase, visit) != visit) {
          value.totals->add_buyer(day);
        }
      };
      add_to(part.main, last_of_main);
      if (part.codes.empty()) continue;
      const std::uint32_t code = journey.dimension[s];
      add_to(part.codes[code], last_of_codes[code]);
    }
  }
}

Facts DayIndex::facts(std::optional<Day> from, std::optional<Day> to, ThreadPool& pool) const {
  const Window window{Instant{as_of_}, from, to};
  const Schema& schema = journeys_.schema();
  const bool has_values = !schema.has_dimension || !codes_.empty();
  if (!has_values) {
    Facts facts = find_facts(journeys_, window, pool);
    attach_totals(facts);
    return facts;
  }
  const Axis& axis = all_.main.axis;
  const Axis& customer_axis = all_.main.customer_axis;
  const Day last = to && axis.days > 0 ? std::min(*to, axis.last()) : axis.last();
  const std::size_t first_row = from ? axis.row_within(*from) : 0;
  const std::size_t end_row = axis.row_within(last + 1);
  Seen seen;
  seen.all = main_.seen(first_row, end_row);
  for (const OfValue& code : codes_) seen.values.push_back(code.seen(first_row, end_row));
  // What happened first on a day after `to` has not happened.
  const auto first_of = [&](const Axis& of) {
    return of.days > 0 && (!to || of.begin <= *to) ? of.begin.number : INT32_MAX;
  };
  seen.first_day = first_of(axis);
  seen.first_event_day = first_of(customer_axis);
  Facts facts = facts_of(journeys_, window, texts_, seen);
  attach_totals(facts);
  return facts;
}

void DayIndex::attach_totals(Facts& facts) const {
  facts.main.totals = main_.totals;
  facts.main.events = events_;
  facts.main.gaps = all_.main.gaps;
  std::vector<std::shared_ptr<DayTotals>> totals(facts.values.size());
  for (std::size_t code = 0; code < codes_.size(); ++code) {
    const std::uint32_t value = facts.value_of_code[code];
    if (value == kNoPopulation || codes_[code].totals == nullptr) continue;
    // Up to kMaxDimensionValues codes, each is a value of its own.
    totals[value] = codes_[code].totals;
  }
  for (std::size_t v = 0; v < totals.size(); ++v) facts.values[v].totals = totals[v];
  for (Frame& value : facts.values) {
    const auto known = std::ranges::find(all_.values, value.population, &Frame::population);
    if (known != all_.values.end()) value.gaps = known->gaps;
  }
}

}  // namespace ca::reports
