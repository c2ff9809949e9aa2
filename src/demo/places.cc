#include "demo/places.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/geohash.h"
#include "demo/random.h"

namespace ca::demo {
namespace {

constexpr std::size_t kPlacesPerCity = 60;
constexpr double kSpread = 0.03;  ///< degrees of latitude, about 3 km

struct KnownCity {
  std::string_view name;
  double share;
  double latitude;
  double longitude;
  std::size_t slow_places;
};

constexpr std::array<KnownCity, 8> kCities = {{
    {"London", 0.34, 51.5072, -0.1276, 3},
    {"Manchester", 0.18, 53.4808, -2.2426, 1},
    {"Birmingham", 0.14, 52.4862, -1.8904, 1},
    {"Leeds", 0.10, 53.8008, -1.5491, 1},
    {"Glasgow", 0.09, 55.8642, -4.2518, 0},
    {"Bristol", 0.07, 51.4545, -2.5879, 1},
    {"Liverpool", 0.05, 53.4084, -2.9916, 0},
    {"Newcastle upon Tyne", 0.03, 54.9783, -1.6178, 0},
}};

}  // namespace

Place place_at(double latitude, double longitude) {
  const std::uint64_t number = geohash_number({latitude, longitude});
  const Point centre = geohash_centre(number);
  return {geohash_text(number), centre.latitude, centre.longitude};
}

std::vector<City> make_cities(std::uint64_t seed) {
  std::vector<City> cities;
  for (const KnownCity& known : kCities) {
    Random random(seed, Purpose::kPlaces, cities.size());
    City city{std::string(known.name), known.share, {}};
    const double round = std::cos(known.latitude * 3.141592653589793 / 180);
    while (city.places.size() < kPlacesPerCity) {
      Place place = place_at(known.latitude + kSpread * random.normal(),
                             known.longitude + kSpread / round * random.normal());
      // Among the first, in which more people live than in the last.
      place.is_slow = city.places.size() >= 2 && city.places.size() < 2 + known.slow_places;
      city.places.push_back(std::move(place));
    }
    cities.push_back(std::move(city));
  }
  return cities;
}

}  // namespace ca::demo
