#include "models/unlike_durations.h"

#include <algorithm>
#include <cmath>

#include "nets/autoencoder.h"
#include "stats/generalised_pareto.h"
#include "stats/gross_outliers.h"

namespace ca::models {
namespace {

constexpr double kMinute = 6e7;
constexpr std::size_t kParts = 5;
constexpr std::size_t kFewestDurations = 30;
constexpr std::size_t kMostLearnt = 2'000;
constexpr double kMostDeviation = 4;  ///< that the network is shown
constexpr double kLeastChance = 1e-12;

std::vector<double> standardised(const DurationRows& rows) {
  std::vector<double> numbers = rows.numbers;
  const auto count = static_cast<double>(rows.groups.size());
  for (std::size_t column = 0; column < kLastDurations; ++column) {
    double sum = 0;
    for (std::size_t at = column; at < numbers.size(); at += kLastDurations) sum += numbers[at];
    const double mean = sum / count;
    double squares = 0;
    for (std::size_t at = column; at < numbers.size(); at += kLastDurations) {
      numbers[at] -= mean;
      squares += numbers[at] * numbers[at];
    }
    const double deviation = std::sqrt(squares / count);
    for (std::size_t at = column; at < numbers.size(); at += kLastDurations) {
      numbers[at] = deviation > 0 ? numbers[at] / deviation : 0;
    }
  }
  return numbers;
}

/// The rows of the other parts, evenly thinned, without what is far off.
std::vector<double> lessons_for(const std::vector<double>& numbers, std::size_t part) {
  const std::size_t count = numbers.size() / kLastDurations;
  std::vector<std::size_t> others;
  for (std::size_t row = 0; row < count; ++row) {
    if (row % kParts != part) others.push_back(row);
  }
  const std::size_t learnt = std::min(others.size(), kMostLearnt);
  std::vector<double> lessons;
  for (std::size_t i = 0; i < learnt; ++i) {
    const std::size_t row = others[i * others.size() / learnt];
    for (std::size_t f = 0; f < kLastDurations; ++f) {
      lessons.push_back(
          std::clamp(numbers[row * kLastDurations + f], -kMostDeviation, kMostDeviation));
    }
  }
  return lessons;
}

}  // namespace

DurationRows customer_rows(const DeliveredPopulation& population, Leg leg, std::int64_t least) {
  const std::span<const std::uint32_t> first = population.customers();
  DurationRows rows;
  for (std::uint32_t c = 0; c + 1 < first.size(); ++c) {
    std::int64_t n = 0;
    for (std::uint32_t i = first[c]; i < first[c + 1]; ++i) {
      n += population.order(i).duration(leg) == kNoDuration ? 0 : 1;
    }
    if (n >= least) rows.groups.push_back(c);
  }
  // Customers come in the order of partitions, which must not matter.
  std::ranges::sort(rows.groups, {}, [&](std::uint32_t c) {
    return population.all().client(population.order(first[c]));
  });
  for (const std::uint32_t c : rows.groups) {
    const std::size_t begin = rows.numbers.size();
    for (std::uint32_t i = first[c + 1];
         i > first[c] && rows.numbers.size() < begin + kLastDurations; --i) {
      const std::int64_t duration = population.order(i - 1).duration(leg);
      if (duration != kNoDuration) rows.numbers.push_back(static_cast<double>(duration) / kMinute);
    }
    std::reverse(rows.numbers.begin() + static_cast<std::ptrdiff_t>(begin), rows.numbers.end());
  }
  return rows;
}

DurationRows place_rows(const DeliveredPopulation& population, Leg leg, std::int64_t least) {
  std::vector<std::vector<double>> weeks(population.places());
  std::vector<std::int64_t> counts(population.places());
  __int128 all = 0;
  std::int64_t n = 0;
  for (const auto& [week, place, begin, end] : population.place_weeks()) {
    __int128 sum = 0;
    std::int64_t of_week = 0;
    for (const std::uint32_t i : population.by_week().subspan(begin, end - begin)) {
      const std::int64_t duration = population.order(i).duration(leg);
      if (duration == kNoDuration) continue;
      sum += duration;
      ++of_week;
    }
    if (of_week == 0) continue;
    weeks[place].push_back(static_cast<double>(sum) / static_cast<double>(of_week) / kMinute);
    counts[place] += of_week;
    all += sum;
    n += of_week;
  }
  DurationRows rows;
  const double mean = n == 0 ? 0 : static_cast<double>(all) / static_cast<double>(n) / kMinute;
  for (std::uint32_t place = 0; place < weeks.size(); ++place) {
    if (counts[place] < least) continue;
    rows.groups.push_back(place);
    const std::vector<double>& means = weeks[place];
    for (std::size_t f = kLastDurations; f > 0; --f) {
      rows.numbers.push_back(f <= means.size() ? means[means.size() - f] : mean);
    }
  }
  return rows;
}

std::vector<double> chances_by_autoencoder(const DurationRows& rows, std::uint64_t seed,
                                           const Cancellation& cancellation) {
  const std::size_t count = rows.groups.size();
  if (count < kFewestDurations) return {};
  const std::vector<double> numbers = standardised(rows);
  std::vector<double> scores(count);
  for (std::size_t part = 0; part < kParts; ++part) {
    cancellation.check();
    nets::Autoencoder::Options options;
    options.training.seed = seed + part;
    nets::Autoencoder network =
        nets::Autoencoder::train(lessons_for(numbers, part), kLastDurations, options, cancellation);
    std::vector<double> asked;
    for (std::size_t row = part; row < count; row += kParts) {
      const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(row * kLastDurations);
      asked.insert(asked.end(), begin, begin + static_cast<std::ptrdiff_t>(kLastDurations));
    }
    const std::vector<double> given = network.reconstruct(asked);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const std::size_t row = part + i / kLastDurations * kParts;
      scores[row] += std::pow(asked[i] - given[i], 2);
    }
  }
  std::vector<double> usual = scores;
  std::ranges::sort(usual);
  usual.resize(usual.size() - stats::stand_apart(usual));
  const stats::ScoreTail tail(std::move(usual));
  for (double& score : scores) score = std::clamp(tail.p_value(score), kLeastChance, 1.0);
  return scores;
}

}  // namespace ca::models
