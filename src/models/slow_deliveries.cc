#include "models/slow_deliveries.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "models/delivery_severity.h"
#include "models/normal_scores.h"
#include "models/unlike_durations.h"
#include "stats/group_effects.h"
#include "stats/multiple_testing.h"
#include "stats/quantile.h"

namespace ca::models {
namespace {

using stats::Deviation;
using stats::GroupMean;
using stats::Spread;

using Exact = __int128;  ///< sums of microseconds and of their squares
constexpr double kMinute = 6e7;

double minutes(Exact micros) { return static_cast<double>(micros) / kMinute; }
std::int64_t micros(double minutes) { return std::llround(minutes * kMinute); }

/// Clocks show seconds: of what is equal to the second nothing finer is known. Minutes squared.
constexpr double kLeastVariance = 1.0 / 3600 / 12;

/// Sums of a group's durations, less what is explained already.
struct Sums {
  std::int64_t n = 0;
  Exact duration = 0;
  std::int64_t score = 0;

  double mean() const { return minutes(duration) / static_cast<double>(n); }
};

/// Differences of groups from the mean of all, for their spread and for shrinking.
class Level {
 public:
  Level(std::span<const Sums> groups, Exact squares) {
    Exact all = 0;
    std::int64_t n = 0;
    for (const Sums& group : groups) {
      all += group.duration;
      n += group.n;
    }
    if (n == 0) return;
    mean_ = minutes(all) / static_cast<double>(n);
    std::vector<GroupMean> means;
    for (const Sums& group : groups) {
      if (group.n > 0) means.push_back({group.n, group.mean() - mean_});
    }
    const double centred =
        static_cast<double>(squares) / (kMinute * kMinute) - mean_ * mean_ * static_cast<double>(n);
    spread_ = stats::spread_of(means, std::max(0.0, centred));
  }

  double mean() const { return mean_; }
  const Spread& spread() const { return spread_; }
  double shrunken(const Sums& group) const {
    return group.n == 0 ? 0 : spread_.trust(group.n) * (group.mean() - mean_);
  }

 private:
  double mean_ = 0;
  Spread spread_;
};

/// Judges groups by their scores: z for each that has enough orders, and which are slow.
struct Judged {
  std::vector<std::optional<double>> z;
  std::vector<bool> is_slow;
};
Judged judge(std::span<const Sums> groups, std::int64_t least, double variance,
             double false_discoveries) {
  Judged judged{std::vector<std::optional<double>>(groups.size()),
                std::vector<bool>(groups.size(), false)};
  const auto is_told = [&](const Sums& group) { return group.n >= least; };
  const auto mean_score = [](const Sums& group) {
    return static_cast<double>(group.score) / NormalScores::kUnit / static_cast<double>(group.n);
  };
  std::vector<double> means;
  for (const Sums& group : groups) {
    if (is_told(group)) means.push_back(mean_score(group));
  }
  const double middle = stats::median_of(means);
  std::vector<Deviation> deviations;
  for (const Sums& group : groups) {
    if (!is_told(group)) continue;
    deviations.push_back({mean_score(group) - middle, variance / static_cast<double>(group.n)});
  }
  const double ordinary = variance > 0 ? stats::ordinary_variance(deviations) : 0;
  std::vector<std::optional<double>> p_values(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (!is_told(groups[g])) continue;
    const double error = variance / static_cast<double>(groups[g].n);
    const double z =
        variance > 0 ? (mean_score(groups[g]) - middle) / std::sqrt(error + ordinary) : 0;
    judged.z[g] = z;
    p_values[g] = stats::normal_above(z);
  }
  const std::vector<std::optional<double>> q_values = stats::benjamini_hochberg(p_values);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    judged.is_slow[g] = q_values[g] && *q_values[g] <= false_discoveries && *judged.z[g] > 0;
  }
  return judged;
}

/// The same by the autoencoder: z is that of a normal value with the same chance.
Judged judge(const DurationRows& rows, std::size_t groups, const DeliverySettings& settings,
             const Cancellation& cancellation) {
  Judged judged{std::vector<std::optional<double>>(groups), std::vector<bool>(groups, false)};
  const std::vector<double> chances = chances_by_autoencoder(rows, settings.seed, cancellation);
  double mean = 0;
  for (const double number : rows.numbers) mean += number;
  mean /= static_cast<double>(std::max<std::size_t>(rows.numbers.size(), 1));
  for (std::size_t row = 0; row < chances.size(); ++row) {
    double of_row = 0;
    for (std::size_t f = 0; f < kLastDurations; ++f) {
      of_row += rows.numbers[row * kLastDurations + f];
    }
    const std::uint32_t group = rows.groups[row];
    judged.z[group] = -stats::normal_quantile(std::clamp(chances[row], 1e-12, 1 - 1e-12));
    judged.is_slow[group] =
        chances[row] < settings.false_alarms && of_row > mean * double{kLastDurations};
  }
  return judged;
}

class Search {
 public:
  Search(const DeliveredPopulation& population, Leg leg, const DeliverySettings& settings,
         const Cancellation& cancellation)
      : population_(population),
        leg_(leg),
        settings_(settings),
        cancellation_(cancellation),
        rest_(population.size()),
        scores_(settings.longest) {}

  SlowDeliveries find() {
    take_durations();
    if (found_.n == 0) {
      found_.places.resize(population_.places());
      return std::move(found_);
    }
    judge_hours();
    cancellation_.check();
    judge_places();
    cancellation_.check();
    judge_customers();
    list_abnormal();
    return std::move(found_);
  }

 private:
  bool is_by_network() const { return settings_.detector == Detector::kAutoencoder; }
  bool has(std::uint32_t i) const { return rest_[i] != kNoDuration; }
  bool is_placed(std::uint32_t i) const { return has(i) && population_.place_of(i) != kNoPlace; }
  std::uint8_t hour(std::uint32_t i) const { return population_.hour_of_week(i); }

  /// Durations less their mean, by whole microseconds.
  void take_durations() {
    Exact sum = 0;
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      rest_[i] = population_.order(i).duration(leg_);
      if (!has(i)) continue;
      sum += rest_[i];
      ++found_.n;
    }
    if (found_.n == 0) return;
    mean_ = static_cast<std::int64_t>(sum / found_.n);
    for (std::int64_t& rest : rest_) {
      if (rest != kNoDuration) rest -= mean_;
    }
  }

  void judge_hours() {
    std::array<Sums, kHoursOfWeek> sums;
    Exact squares = 0;
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      if (!has(i)) continue;
      Sums& group = sums[hour(i)];
      ++group.n;
      group.duration += rest_[i];
      squares += Exact{rest_[i]} * rest_[i];
    }
    const Level level(sums, squares);
    hours_spread_ = level.spread();
    const double within = std::max(level.spread().within, kLeastVariance);
    std::vector<double> means;
    for (const Sums& group : sums) {
      if (group.n >= settings_.least_orders) means.push_back(group.mean());
    }
    const double middle = stats::median_of(means);
    std::vector<Deviation> deviations;
    for (const Sums& group : sums) {
      if (group.n < settings_.least_orders) continue;
      deviations.push_back({group.mean() - middle, within / static_cast<double>(group.n)});
    }
    const double ordinary = stats::ordinary_variance(deviations);
    const double of_week = minutes(mean_) + level.mean();
    std::array<std::int64_t, kHoursOfWeek> effects{};
    for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
      const Sums& group = sums[h];
      HourOfWeek& told = found_.hours[h];
      told.n = group.n;
      const double effect = level.shrunken(group);
      told.shrunken = of_week + effect;
      effects[h] = micros(effect);
      if (group.n == 0) continue;
      told.mean = minutes(group.duration + Exact{mean_} * group.n) / static_cast<double>(group.n);
      if (group.n < settings_.least_orders) continue;
      told.z = (group.mean() - level.mean()) /
               std::sqrt(ordinary + within / static_cast<double>(group.n));
      told.is_slow = *told.z > settings_.slow_hour_z;
    }
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      if (has(i)) rest_[i] -= effects[hour(i)];
    }
  }

  void judge_places() {
    scores_.clear();
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      if (is_placed(i)) scores_.add(rest_[i]);
    }
    scores_.settle();
    std::vector<Sums> sums(population_.places());
    Exact squares = 0;
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      if (!is_placed(i)) continue;
      Sums& group = sums[population_.place_of(i)];
      ++group.n;
      group.duration += rest_[i];
      group.score += scores_.score(rest_[i]);
      squares += Exact{rest_[i]} * rest_[i];
    }
    const Level level(sums, squares);
    places_spread_ = level.spread();
    const Judged judged =
        is_by_network()
            ? judge(place_rows(population_, leg_, settings_.least_orders), sums.size(), settings_,
                    cancellation_)
            : judge(sums, settings_.least_orders, scores_.variance(), settings_.false_discoveries);
    found_.places.resize(sums.size());
    for (std::size_t p = 0; p < sums.size(); ++p) {
      found_.places[p] = {sums[p].n, level.shrunken(sums[p]), judged.z[p], judged.is_slow[p]};
    }
    std::vector<std::int64_t> effects;
    for (const PlaceEffect& place : found_.places) effects.push_back(micros(place.effect));
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      if (is_placed(i)) rest_[i] -= effects[population_.place_of(i)];
    }
  }

  void judge_customers() {
    scores_.clear();
    for (std::uint32_t i = 0; i < population_.size(); ++i) {
      if (has(i)) scores_.add(rest_[i]);
    }
    scores_.settle();
    const std::span<const std::uint32_t> first = population_.customers();
    std::vector<Sums> sums(first.size() - 1);
    Exact squares = 0;
    for (std::size_t c = 0; c < sums.size(); ++c) {
      for (std::uint32_t i = first[c]; i < first[c + 1]; ++i) {
        if (!has(i)) continue;
        ++sums[c].n;
        sums[c].duration += rest_[i];
        sums[c].score += scores_.score(rest_[i]);
        squares += Exact{rest_[i]} * rest_[i];
      }
    }
    customers_spread_ = Level(sums, squares).spread();
    const Judged judged =
        is_by_network() ? judge(customer_rows(population_, leg_, settings_.least_customer_orders),
                                sums.size(), settings_, cancellation_)
                        : judge(sums, settings_.least_customer_orders, scores_.variance(),
                                settings_.false_discoveries);
    customers_.resize(sums.size());
    for (std::size_t c = 0; c < sums.size(); ++c) {
      customers_[c] = !judged.z[c]        ? Verdict::kNotTold
                      : judged.is_slow[c] ? Verdict::kSlow
                                          : Verdict::kOrdinary;
    }
  }

  void list_abnormal() {
    const std::span<const std::uint32_t> first = population_.customers();
    for (std::size_t c = 0; c < customers_.size(); ++c) {
      for (std::uint32_t i = first[c]; i < first[c + 1]; ++i) {
        if (!has(i) || !found_.hours[hour(i)].is_slow) continue;
        const Verdict place = verdict_of_place(i);
        if (place != Verdict::kSlow && customers_[c] != Verdict::kSlow) continue;
        found_.abnormal.push_back({i, customers_[c], place, {}});
      }
    }
    if (found_.abnormal.empty()) return;
    const SeverityModel model(population_, leg_, {hours_spread_, places_spread_, customers_spread_},
                              settings_.least_customer_orders);
    for (AbnormalOrder& order : found_.abnormal) order.severity = model.severity(order.position);
  }

  Verdict verdict_of_place(std::uint32_t i) const {
    const std::uint32_t place = population_.place_of(i);
    if (place == kNoPlace || !found_.places[place].z) return Verdict::kNotTold;
    return found_.places[place].is_slow ? Verdict::kSlow : Verdict::kOrdinary;
  }

  const DeliveredPopulation& population_;
  Leg leg_;
  const DeliverySettings& settings_;
  const Cancellation& cancellation_;
  std::vector<std::int64_t> rest_;  ///< by position: what is not explained yet, or kNoDuration
  std::int64_t mean_ = 0;           ///< microseconds, without the fraction
  NormalScores scores_;
  Spread hours_spread_, places_spread_, customers_spread_;
  std::vector<Verdict> customers_;
  SlowDeliveries found_;
};

}  // namespace

std::string_view name_of(Detector detector) {
  return detector == Detector::kShrunken ? "shrunken" : "autoencoder";
}

SlowDeliveries find_slow(const DeliveredPopulation& population, Leg leg,
                         const DeliverySettings& settings, const Cancellation& cancellation) {
  return Search(population, leg, settings, cancellation).find();
}

}  // namespace ca::models
