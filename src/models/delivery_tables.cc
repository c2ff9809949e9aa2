#include "models/delivery_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/calendar.h"
#include "reports/catalogue.h"

namespace ca::models {
namespace {

using reports::RowWriter;
using Exact = __int128;
constexpr double kMinute = 6e7;

double mean_minutes(Exact sum, std::int64_t n) {
  return static_cast<double>(sum) / static_cast<double>(n) / kMinute;
}

std::optional<std::int64_t> flag(Verdict verdict) {
  if (verdict == Verdict::kNotTold) return std::nullopt;
  return verdict == Verdict::kSlow ? 1 : 0;
}

std::optional<double> degrees(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

/// The tables of one leg.
class LegTables {
 public:
  LegTables(const DeliveredPopulation& population, const reports::Frame& frame, Leg leg,
            const DeliverySettings& settings, const Cancellation& cancellation)
      : population_(population),
        frame_(frame),
        leg_(leg),
        settings_(settings),
        found_(find_slow(population, leg, settings, cancellation)) {}

  std::vector<Table> make() {
    abnormal();
    heat_map();
    cells();
    if (frame_.schema->has_coordinates) locations();
    return std::move(tables_);
  }

 private:
  Table& add(const char* ending) {
    tables_.push_back(reports::table_for(
        reports::find_report(fmt::format("{}{}", name_of(leg_), ending)), *frame_.schema));
    return tables_.back();
  }

  /// By start, then order id.
  void abnormal() {
    const DeliveredOrders& all = population_.all();
    std::vector<AbnormalOrder> sorted = found_.abnormal;
    std::ranges::sort(sorted, {}, [&](const AbnormalOrder& one) {
      const DeliveredOrder& order = population_.order(one.position);
      return std::pair(all.start(order), all.order_id(order));
    });
    RowWriter row(add(""));
    for (const AbnormalOrder& one : sorted) {
      const DeliveredOrder& order = population_.order(one.position);
      const std::uint32_t place = population_.place_of(one.position);
      const Point point = place == kNoPlace ? Point{std::nan(""), std::nan("")} : all.point(order);
      row << Instant{all.start(order)} << std::int64_t{order.hour_of_week % 24}
          << std::int64_t{order.hour_of_week / 24 + 1} << degrees(point.latitude)
          << degrees(point.longitude) << mean_minutes(order.duration(leg_), 1)
          << std::string(all.client(order)) << flag(one.customer) << flag(one.place)
          << std::int64_t{1} << std::string(all.order_id(order));
      if (place == kNoPlace) {
        row << std::nullopt;
      } else {
        row << geohash_text(population_.geohash(place));
      }
      row << one.severity;
    }
  }

  bool is_told(const HourOfWeek& hour) const { return hour.n >= settings_.least_orders; }

  void heat_map() {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const HourOfWeek& hour : found_.hours) {
      if (!is_told(hour)) continue;
      low = std::min(low, hour.mean);
      high = std::max(high, hour.mean);
    }
    RowWriter row(add("_weekday_hour"));
    for (std::size_t hour = 0; hour < 24; ++hour) {
      row << static_cast<std::int64_t>(hour);
      for (std::size_t day = 0; day < 7; ++day) {
        const HourOfWeek& cell = found_.hours[day * 24 + hour];
        if (!is_told(cell)) {
          row << std::nullopt;
        } else {
          row << (high > low ? (cell.mean - low) / (high - low) : 0.0);
        }
      }
    }
  }

  void cells() {
    RowWriter row(add("_weekday_hour_cells"));
    for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
      const HourOfWeek& cell = found_.hours[h];
      const bool is_seen = cell.n > 0;
      row << static_cast<std::int64_t>(h / 24 + 1) << static_cast<std::int64_t>(h % 24)
          << (is_seen ? std::optional(cell.mean) : std::nullopt) << cell.n
          << (is_seen ? std::optional(cell.shrunken) : std::nullopt) << cell.z
          << (cell.z ? std::optional(std::int64_t{cell.is_slow}) : std::nullopt);
    }
  }

  void locations() {
    std::vector<bool> is_abnormal(population_.size());
    for (const AbnormalOrder& one : found_.abnormal) is_abnormal[one.position] = true;
    std::vector<std::int64_t> durations(population_.size());  // close together: it is jumped about
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      durations[i] = population_.order(i).duration(leg_);
    }
    RowWriter row(add("_location"));
    const std::span<const std::uint32_t> orders = population_.by_week();
    for (const auto& [week, place, begin, end] : population_.place_weeks()) {
      Exact sum = 0;
      std::int64_t n = 0;
      std::int64_t abnormal = 0;
      for (const std::uint32_t i : orders.subspan(begin, end - begin)) {
        const std::int64_t duration = durations[i];
        if (duration == kNoDuration) continue;
        sum += duration;
        ++n;
        abnormal += is_abnormal[i] ? 1 : 0;
      }
      if (n == 0) continue;
      const std::uint64_t geohash = population_.geohash(place);
      const Point centre = geohash_centre(geohash);
      const PlaceEffect& effect = found_.places[place];
      row << bucket_begin(week, Period::kWeekly) << geohash_text(geohash) << mean_minutes(sum, n)
          << n << centre.latitude << centre.longitude << abnormal
          << (effect.z ? std::optional(std::int64_t{effect.is_slow}) : std::nullopt)
          << effect.effect << effect.z;
    }
  }

  const DeliveredPopulation& population_;
  const reports::Frame& frame_;
  Leg leg_;
  const DeliverySettings& settings_;
  SlowDeliveries found_;
  std::vector<Table> tables_;
};

/// Mean, median and the value that nine of ten do not exceed, in minutes.
struct Figures {
  std::optional<double> mean, median, p90;
};

/// Linear between order statistics; the values are reordered.
double quantile(std::vector<std::int64_t>& values, double share) {
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(place);
  const auto at = values.begin() + below;
  std::nth_element(values.begin(), at, values.end());
  const auto low = static_cast<double>(*at);
  if (at + 1 == values.end()) return low / kMinute;
  const auto high = static_cast<double>(*std::min_element(at + 1, values.end()));
  return (low + (high - low) * (place - static_cast<double>(below))) / kMinute;
}

Figures figures_of(const DeliveredPopulation& population, Leg leg) {
  std::vector<std::int64_t> durations;
  Exact sum = 0;
  for (std::uint32_t i = 0; i < population.size(); ++i) {
    const std::int64_t duration = population.order(i).duration(leg);
    if (duration == kNoDuration) continue;
    durations.push_back(duration);
    sum += duration;
  }
  if (durations.empty()) return {};
  return {mean_minutes(sum, static_cast<std::int64_t>(durations.size())), quantile(durations, 0.5),
          quantile(durations, 0.9)};
}

}  // namespace

reports::Answer delivery_tables(const DeliveredPopulation& population, const reports::Frame& frame,
                                const DeliverySettings& settings, ThreadPool& pool,
                                const Cancellation& cancellation) {
  std::array<std::vector<Table>, kLegs.size()> tables;
  std::array<Figures, kLegs.size()> figures;
  pool.for_each(kLegs.size(), [&](std::size_t s, std::size_t) {
    if (!is_known(kLegs[s], *frame.schema)) return;
    figures[s] = figures_of(population, kLegs[s]);
    tables[s] = LegTables(population, frame, kLegs[s], settings, cancellation).make();
  });
  reports::Answer answer{frame.population, frame.is_main, {}};
  for (std::vector<Table>& some : tables) {
    std::ranges::move(some, std::back_inserter(answer.tables));
  }
  Table& kpis = answer.tables.emplace_back(
      reports::table_for(reports::find_report("deliver_kpis"), *frame.schema));
  RowWriter row(kpis);
  for (const Figures& some : figures) row << some.mean;
  if (frame.schema->has_coordinates) {
    row << static_cast<std::int64_t>(population.places());
  } else {
    row << std::nullopt;
  }
  for (const Figures& some : figures) row << some.median << some.p90;
  row << std::string(name_of(settings.detector));
  return answer;
}

}  // namespace ca::models
