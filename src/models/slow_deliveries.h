#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "models/delivered_population.h"

namespace ca::models {

// Which hours of the week, places and customers have slow deliveries, and which orders are
// abnormal. Source: reports.md 5.11; docs/deliveries.md says it in words.

/// What judges places and customers.
enum class Detector : std::uint8_t {
  kShrunken,    ///< as find_slow() says
  kAutoencoder  ///< models/unlike_durations.h
};
std::string_view name_of(Detector detector);

struct DeliverySettings {
  Detector detector = Detector::kShrunken;
  double false_alarms = 0.01;  ///< of the autoencoder, among usual places or customers
  std::uint64_t seed = 1;      ///< of the autoencoder
  std::int64_t longest = 24 * 3'600'000'000LL;  ///< what is longer is no duration; microseconds
  double false_discoveries = 0.05;              ///< share among slow places, and slow customers
  double slow_hour_z = 3;
  std::int64_t least_orders = 5;           ///< of an hour of the week or a place to be told
  std::int64_t least_customer_orders = 6;  ///< of a customer
};

/// An hour of the week. Minutes.
struct HourOfWeek {
  std::int64_t n = 0;
  double mean = 0;
  double shrunken = 0;
  std::optional<double> z;  ///< nothing where orders are too few
  bool is_slow = false;
};

/// A place, given the hours of its orders.
struct PlaceEffect {
  std::int64_t n = 0;
  double effect = 0;        ///< minutes, shrunken
  std::optional<double> z;  ///< nothing where orders are too few
  bool is_slow = false;
};

enum class Verdict : std::uint8_t { kNotTold, kOrdinary, kSlow };

struct AbnormalOrder {
  std::uint32_t position = 0;
  Verdict customer = Verdict::kNotTold;
  Verdict place = Verdict::kNotTold;
  std::optional<double> severity;  ///< robust z
};

/// What is found out about one leg of a population's deliveries.
struct SlowDeliveries {
  std::int64_t n = 0;  ///< orders with this duration
  std::array<HourOfWeek, kHoursOfWeek> hours;
  std::vector<PlaceEffect> places;      ///< by place of the population
  std::vector<AbnormalOrder> abnormal;  ///< by position
};

/// An order is abnormal if its hour of the week is slow, and its place or its customer is.
///
/// The effects of hours, places and customers are taken off one after the other, each shrunken by
/// what is known of it (stats/group_effects.h). An hour is slow if its mean exceeds that of the
/// week by more than slow_hour_z standard deviations of what ordinary hours differ and of its own
/// error; shrinking draws both alike towards the mean. Places and customers are judged by normal
/// scores, likewise against what ordinary ones differ, with false discoveries limited
/// (Benjamini and Hochberg); by the autoencoder, where it is asked for, those are slow that it
/// gives back badly and that take longer than the mean. The order of orders, places and customers
/// changes nothing.
SlowDeliveries find_slow(const DeliveredPopulation& population, Leg leg,
                         const DeliverySettings& settings, const Cancellation& cancellation);

}  // namespace ca::models
