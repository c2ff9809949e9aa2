#include "models/delivered_orders.h"

#include <algorithm>
#include <numeric>

#include "base/calendar.h"

namespace ca::models {
namespace {

using journeys::DeliveryColumns;
using journeys::kNoInstant;
using journeys::Partition;

/// What one partition has.
struct Part {
  std::vector<DeliveredOrder> orders;
  std::vector<std::uint64_t> cells;    ///< geohash of each order, where it has a place
  std::vector<std::uint32_t> squares;  ///< the same for Ground, or kNoSquare
  std::array<std::int64_t, kLegs.size()> left_out{};
};
constexpr std::uint32_t kNoSquare = UINT32_MAX;

class Reader {
 public:
  Reader(const Partition& partition, std::uint32_t number, const reports::Facts& facts,
         std::int64_t longest, Ground& ground)
      : partition_(partition), number_(number), facts_(facts), longest_(longest), ground_(ground) {}

  Part read(const Cancellation& cancellation) {
    const DeliveryColumns& deliveries = partition_.deliveries();
    std::uint32_t customer = 0;
    for (std::uint32_t d = 0; d < deliveries.session.size(); ++d) {
      if (d % 10'000 == 0) cancellation.check();
      const std::uint32_t session = deliveries.session[d];
      while (partition_.sessions_of(customer).second <= session) ++customer;
      if (partition_.is_superseded(customer) || !counts(session)) continue;
      add(d, session, customer);
    }
    return std::move(part_);
  }

 private:
  bool counts(std::uint32_t session) const {
    const journeys::SessionColumns sessions = partition_.columns();
    return (sessions.flags[session] & journeys::kPurchased) != 0 &&
           sessions.start[session] <= facts_.main.as_of;
  }

  void add(std::uint32_t delivery, std::uint32_t session, std::uint32_t customer) {
    const journeys::SessionColumns sessions = partition_.columns();
    const Day day = {sessions.day[session]};
    part_.orders.push_back(
        {.durations = durations(delivery, session),
         .partition = number_,
         .customer = customer,
         .delivery = delivery,
         .place = kNoPlace,
         .week = bucket_number(day, Period::kWeekly),
         .value = facts_.values.empty() ? reports::kNoPopulation
                                        : facts_.value_of_code[sessions.dimension[session]],
         .hour_of_week =
             static_cast<std::uint8_t>((iso_weekday(day) - 1) * 24 + sessions.hour[session])});
    const Point point = {partition_.deliveries().latitude[delivery],
                         partition_.deliveries().longitude[delivery]};
    const bool is_place = Ground::fault_alone(point.latitude, point.longitude) == PlaceFault::kNone;
    part_.cells.push_back(is_place ? geohash_number(point) : 0);
    part_.squares.push_back(is_place ? static_cast<std::uint32_t>(Ground::square_of(point))
                                     : kNoSquare);
    if (is_place) ground_.add(part_.squares.back());
  }

  std::array<std::int64_t, kLegs.size()> durations(std::uint32_t delivery, std::uint32_t session) {
    const DeliveryColumns& deliveries = partition_.deliveries();
    const std::int64_t end = partition_.session_end()[session];
    const std::int64_t ordered = end != kNoInstant ? end : partition_.columns().start[session];
    const std::int64_t delivered = deliveries.delivered[delivery];
    const std::int64_t prepared = deliveries.prepared[delivery];
    const std::int64_t returned = deliveries.returned[delivery];
    return {between(Leg::kDeliver, ordered, delivered), between(Leg::kPrepare, ordered, prepared),
            between(Leg::kRide, prepared, delivered), between(Leg::kReturns, delivered, returned)};
  }

  std::int64_t between(Leg leg, std::int64_t begin, std::int64_t end) {
    if (begin == kNoInstant || end == kNoInstant) return kNoDuration;
    if (end >= begin && end - begin <= longest_) return end - begin;
    ++part_.left_out[static_cast<std::size_t>(leg)];
    return kNoDuration;
  }

  const Partition& partition_;
  std::uint32_t number_;
  const reports::Facts& facts_;
  std::int64_t longest_;
  Ground& ground_;
  Part part_;
};

/// Leaves the geohashes of orders whose place can be meant, and gives each of them once, ascending.
std::vector<std::uint64_t> settle_places(Part& part, const Ground& ground) {
  std::vector<std::uint64_t> cells;
  for (std::size_t i = 0; i < part.orders.size(); ++i) {
    const bool is_place =
        part.squares[i] != kNoSquare && ground.fault_in(part.squares[i]) == PlaceFault::kNone;
    if (is_place) {
      cells.push_back(part.cells[i]);
    } else {
      part.squares[i] = kNoSquare;
    }
  }
  std::ranges::sort(cells);
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

/// Counting sort by dimension value, so that the orders of a customer stay together.
void sort_by_value(DeliveredOrders& all, std::size_t values) {
  all.first_of_value.assign(values + 1, 0);
  for (const DeliveredOrder& order : all.orders) {
    if (order.value != reports::kNoPopulation) ++all.first_of_value[order.value + 1];
  }
  std::partial_sum(all.first_of_value.begin(), all.first_of_value.end(),
                   all.first_of_value.begin());
  all.by_value.resize(all.first_of_value.back());
  std::vector<std::size_t> next(all.first_of_value.begin(), all.first_of_value.end() - 1);
  for (std::size_t i = 0; i < all.orders.size(); ++i) {
    const std::uint32_t value = all.orders[i].value;
    if (value != reports::kNoPopulation) {
      all.by_value[next[value]++] = static_cast<std::uint32_t>(i);
    }
  }
}

}  // namespace

std::string_view name_of(Leg leg) {
  switch (leg) {
    case Leg::kDeliver: return "deliver";
    case Leg::kPrepare: return "prepare";
    case Leg::kRide: return "ride";
    case Leg::kReturns: break;
  }
  return "returns";
}

bool is_known(Leg leg, const journeys::Schema& schema) {
  switch (leg) {
    case Leg::kDeliver: return schema.has_deliveries;
    case Leg::kPrepare:
    case Leg::kRide: return schema.has_prepare_date;
    case Leg::kReturns: break;
  }
  return schema.has_return_date;
}

const Partition& DeliveredOrders::partition(const DeliveredOrder& order) const {
  return journeys->partitions()[order.partition];
}
std::uint32_t DeliveredOrders::session(const DeliveredOrder& order) const {
  return partition(order).deliveries().session[order.delivery];
}
std::string_view DeliveredOrders::client(const DeliveredOrder& order) const {
  return partition(order).client(order.customer);
}
std::string_view DeliveredOrders::order_id(const DeliveredOrder& order) const {
  return partition(order).order_id(session(order));
}
std::int64_t DeliveredOrders::start(const DeliveredOrder& order) const {
  return partition(order).columns().start[session(order)];
}
Point DeliveredOrders::point(const DeliveredOrder& order) const {
  const DeliveryColumns& deliveries = partition(order).deliveries();
  return {deliveries.latitude[order.delivery], deliveries.longitude[order.delivery]};
}

DeliveredOrders collect_delivered(const journeys::Journeys& journeys, const reports::Facts& facts,
                                  std::int64_t longest, ThreadPool& pool, Progress& progress,
                                  const Cancellation& cancellation) {
  const std::span<const Partition> partitions = journeys.partitions();
  std::vector<Part> parts(partitions.size());
  std::vector<Ground> grounds(pool.size());
  pool.for_each(partitions.size(), [&](std::size_t p, std::size_t worker) {
    parts[p] = Reader(partitions[p], static_cast<std::uint32_t>(p), facts, longest, grounds[worker])
                   .read(cancellation);
    progress.advance(static_cast<std::uint64_t>(partitions[p].count_live_sessions()));
  });
  Ground ground;
  for (const Ground& some : grounds) ground.merge(some);
  ground.find_faults();

  DeliveredOrders all;
  all.journeys = &journeys;
  std::vector<std::vector<std::uint64_t>> cells(parts.size());
  pool.for_each(parts.size(),
                [&](std::size_t p, std::size_t) { cells[p] = settle_places(parts[p], ground); });
  std::vector<std::size_t> first(parts.size() + 1, 0);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    all.places.insert(all.places.end(), cells[p].begin(), cells[p].end());
    first[p + 1] = first[p] + parts[p].orders.size();
    for (std::size_t s = 0; s < kLegs.size(); ++s) {
      all.left_out[s] += parts[p].left_out[s];
    }
  }
  std::ranges::sort(all.places);
  all.places.erase(std::unique(all.places.begin(), all.places.end()), all.places.end());

  all.orders.resize(first.back());
  pool.for_each(parts.size(), [&](std::size_t p, std::size_t) {
    Part part = std::move(parts[p]);
    for (std::size_t i = 0; i < part.orders.size(); ++i) {
      DeliveredOrder& order = all.orders[first[p] + i] = part.orders[i];
      if (part.squares[i] == kNoSquare) continue;
      order.place = static_cast<std::uint32_t>(std::ranges::lower_bound(all.places, part.cells[i]) -
                                               all.places.begin());
    }
  });
  all.of_main.resize(all.orders.size());
  std::iota(all.of_main.begin(), all.of_main.end(), 0U);
  sort_by_value(all, facts.values.size());
  return all;
}

}  // namespace ca::models
