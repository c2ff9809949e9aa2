#include "models/purchase_days.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "base/checksum.h"
#include "base/exact_sum.h"
#include "base/text_order.h"
#include "stats/random.h"

namespace ca::models {
namespace {

using reports::kNoPopulation;

/// The value that most purchases have; of equally many the one that was seen last.
class Mode {
 public:
  void clear() { counts_.clear(); }
  void add(std::uint32_t value) {
    const auto known = std::ranges::find(counts_, value, &Count::value);
    if (known == counts_.end()) {
      counts_.push_back({value, 1});
    } else {
      ++known->orders;
      std::rotate(known, known + 1, counts_.end());  // the latest stands last
    }
  }
  void append_values(std::vector<std::uint32_t>& values) const {
    for (const Count& count : counts_) {
      if (count.value != kNoPopulation) values.push_back(count.value);
    }
  }
  std::uint32_t value() const {
    const auto most =
        std::max_element(counts_.begin(), counts_.end(),
                         [](const Count& a, const Count& b) { return a.orders <= b.orders; });
    return most->value;
  }

 private:
  struct Count {
    std::uint32_t value;
    std::uint32_t orders;
  };
  std::vector<Count> counts_;
};

/// The buyers of one file of the journeys.
PurchaseDays buyers_of(const journeys::Journeys& journeys, std::uint32_t file,
                       const reports::Facts& facts, const Cancellation& cancellation) {
  const journeys::Partition& partition = journeys.partitions()[file];
  PurchaseDays found;
  std::vector<std::uint32_t> orders;
  Mode mode;
  for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
    if (customer % 10'000 == 0) cancellation.check();
    if (partition.is_superseded(customer)) continue;
    journeys::Journey journey = partition.journey(customer, facts.main.as_of);
    journeys::find_orders(journey, orders);
    if (journey.is_anonymous || journey.orders.empty()) continue;
    found.client.push_back(journey.client);
    found.place.push_back({file, customer});
    found.first.push_back(found.day.size());
    mode.clear();
    ExactSum paid;
    for (std::size_t i = 0; i < journey.orders.size(); ++i) {
      const std::uint32_t s = journey.orders[i];
      if (!std::isnan(journey.amount[s])) paid.add(journey.amount[s]);
      if (i + 1 == journey.orders.size() || journey.day[journey.orders[i + 1]] != journey.day[s]) {
        found.day.push_back(journey.day[s]);
        found.amount.push_back(paid.value());
        paid = {};
      }
      const std::uint32_t value =
          facts.value_of_code.empty() ? kNoPopulation : facts.value_of_code[journey.dimension[s]];
      if (i == 0) found.first_value.push_back(value);
      mode.add(value);
    }
    found.modal_value.push_back(mode.value());
    found.first_of_values.push_back(found.values.size());
    mode.append_values(found.values);
  }
  found.first.push_back(found.day.size());
  found.first_of_values.push_back(found.values.size());
  return found;
}

/// Mean of the amounts above 0 and how many there are.
std::pair<double, double> mean_of_positive(std::span<const double> amounts) {
  ExactSum sum;
  double count = 0;
  for (const double amount : amounts) {
    if (amount <= 0) continue;
    sum.add(amount);
    ++count;
  }
  return {count == 0 ? 0 : sum.value() / count, count};
}

double sum_of(std::span<const double> amounts) {
  ExactSum sum;
  for (const double amount : amounts) sum.add(amount);
  return sum.value();
}

}  // namespace

PurchaseDays find_purchase_days(const journeys::Journeys& journeys, const reports::Facts& facts,
                                ThreadPool& pool, const Cancellation& cancellation) {
  std::vector<PurchaseDays> parts(journeys.partitions().size());
  pool.for_each(parts.size(), [&](std::size_t part, std::size_t) {
    parts[part] = buyers_of(journeys, static_cast<std::uint32_t>(part), facts, cancellation);
  });

  struct Place {
    std::uint32_t part;
    std::uint32_t buyer;
  };
  std::vector<Place> places;
  for (std::uint32_t part = 0; part < parts.size(); ++part) {
    for (std::uint32_t buyer = 0; buyer < parts[part].buyers(); ++buyer) {
      places.push_back({part, buyer});
    }
  }
  const auto order = text_order(
      places.size(), [&](std::size_t i) { return parts[places[i].part].client[places[i].buyer]; });

  PurchaseDays all;
  all.begin = facts.main.history.begin;
  all.last = facts.main.last_day;
  all.last_complete = facts.main.is_partial(all.last, Period::kDaily) ? all.last - 1 : all.last;
  for (const std::size_t i : order) {
    const PurchaseDays& part = parts[places[i].part];
    const std::size_t buyer = places[i].buyer;
    all.client.push_back(part.client[buyer]);
    all.place.push_back(part.place[buyer]);
    all.first.push_back(all.day.size());
    const auto day = part.days_of(buyer);
    const auto amount = part.amounts_of(buyer);
    all.day.insert(all.day.end(), day.begin(), day.end());
    all.amount.insert(all.amount.end(), amount.begin(), amount.end());
    all.modal_value.push_back(part.modal_value[buyer]);
    all.first_value.push_back(part.first_value[buyer]);
    all.first_of_values.push_back(all.values.size());
    const auto values = part.values_of(buyer);
    all.values.insert(all.values.end(), values.begin(), values.end());
  }
  all.first.push_back(all.day.size());
  all.first_of_values.push_back(all.values.size());
  return all;
}

BuyerStates states_at(const PurchaseDays& days, std::span<const std::uint32_t> buyers, Day origin) {
  BuyerStates states;
  states.origin = origin;
  for (const std::uint32_t buyer : buyers) {
    const auto day = days.days_of(buyer);
    const auto known = static_cast<std::size_t>(
        std::upper_bound(day.begin(), day.end(), origin.number) - day.begin());
    if (known == 0) continue;
    const auto amounts = days.amounts_of(buyer).first(known);
    states.buyer.push_back(buyer);
    states.counts.add({.frequency = static_cast<double>(known - 1),
                       .recency = weeks(day[known - 1] - day[0]),
                       .age = weeks(origin.number - day[0])});
    states.total.push_back(sum_of(amounts));
    const auto [mean, paid] = mean_of_positive(amounts);
    states.mean_paid.push_back(mean);
    states.paid_days.push_back(paid);
    const auto [mean_repeat, repeats] = mean_of_positive(amounts.subspan(1));
    states.mean_repeat.push_back(mean_repeat);
    states.repeat_days.push_back(repeats);
  }
  return states;
}

BuyerStates slice(const BuyerStates& states, std::size_t from, std::size_t to) {
  const auto part = [&](const auto& column) {
    return std::decay_t<decltype(column)>(column.begin() + static_cast<std::ptrdiff_t>(from),
                                          column.begin() + static_cast<std::ptrdiff_t>(to));
  };
  BuyerStates some;
  some.origin = states.origin;
  some.buyer = part(states.buyer);
  some.counts.frequency = part(states.counts.frequency);
  some.counts.recency = part(states.counts.recency);
  some.counts.age = part(states.counts.age);
  some.total = part(states.total);
  some.paid_days = part(states.paid_days);
  some.mean_paid = part(states.mean_paid);
  some.repeat_days = part(states.repeat_days);
  some.mean_repeat = part(states.mean_repeat);
  return some;
}

Outcomes outcomes_after(const PurchaseDays& days, const BuyerStates& states, std::int32_t length) {
  Outcomes outcomes;
  for (const std::uint32_t buyer : states.buyer) {
    const auto day = days.days_of(buyer);
    const auto from = std::upper_bound(day.begin(), day.end(), states.origin.number);
    const auto to = std::upper_bound(from, day.end(), states.origin.number + length);
    const auto count = static_cast<std::size_t>(to - from);
    outcomes.orders.push_back(static_cast<double>(count));
    outcomes.value.push_back(sum_of(
        days.amounts_of(buyer).subspan(static_cast<std::size_t>(from - day.begin()), count)));
  }
  return outcomes;
}

std::vector<std::uint32_t> every_buyer(const PurchaseDays& days) {
  std::vector<std::uint32_t> buyers(days.buyers());
  std::iota(buyers.begin(), buyers.end(), 0U);
  return buyers;
}

std::vector<std::uint32_t> sample_of_buyers(const PurchaseDays& days,
                                            std::span<const std::uint32_t> buyers,
                                            std::size_t at_most, std::uint64_t seed) {
  if (buyers.size() <= at_most) return {buyers.begin(), buyers.end()};
  std::vector<std::pair<std::uint64_t, std::uint32_t>> lots;
  lots.reserve(buyers.size());
  for (const std::uint32_t buyer : buyers) {
    const std::uint64_t stream = checksum_of(days.client[buyer]).xxh3;
    lots.emplace_back(stats::RandomStream(seed, stream).next(), buyer);
  }
  std::nth_element(lots.begin(), lots.begin() + static_cast<std::ptrdiff_t>(at_most), lots.end());
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < at_most; ++i) chosen.push_back(lots[i].second);
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace ca::models
