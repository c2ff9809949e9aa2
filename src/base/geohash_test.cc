#include "base/geohash.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ca {
namespace {

std::string hash_of(double latitude, double longitude, int letters = kGeohashLetters) {
  return geohash_text(geohash_number({latitude, longitude}, letters), letters);
}

TEST(Geohash, IsWhatIsPublished) {
  EXPECT_EQ(hash_of(57.64911, 10.40744, 11), "u4pruydqqvj");  // the inventor's own example
  EXPECT_EQ(hash_of(57.64911, 10.40744), "u4pruyd");
  EXPECT_EQ(hash_of(42.6, -5.6, 5), "ezs42");
  EXPECT_EQ(hash_of(38.89710201881826, -77.03669792041183, 12), "dqcjqcp84c6e");
  EXPECT_EQ(hash_of(-25.382708, -49.265506, 12), "6gkzwgjzn820");
  EXPECT_EQ(hash_of(37.8324, 112.5584, 9), "ww8p1r4t8");
}

TEST(Geohash, OfTheEdgesOfTheWorld) {
  EXPECT_EQ(hash_of(-90, -180), "0000000");
  EXPECT_EQ(hash_of(90, 180), "zzzzzzz");
  EXPECT_EQ(hash_of(0, 0), "s000000");
  EXPECT_EQ(hash_of(std::nextafter(0.0, -1.0), 0), "kpbpbpb");
  EXPECT_EQ(hash_of(0, std::nextafter(0.0, -1.0)), "ebpbpbp");
}

TEST(Geohash, AnEdgeBelongsToTheCellNorthAndEastOfIt) {
  for (int row = 1; row < 1 << 17; row += 997) {
    const double edge = 180.0 * row / (1 << 17) - 90;
    EXPECT_GT(geohash_centre(geohash_number({edge, 10})).latitude, edge);
    EXPECT_LT(geohash_centre(geohash_number({std::nextafter(edge, -91.0), 10})).latitude, edge);
  }
}

TEST(Geohash, TheCentreIsWithinHalfACellAndOfTheSameCell) {
  EXPECT_NEAR(geohash_centre(geohash_number({57.64911, 10.40744}, 11), 11).latitude, 57.649111,
              1e-6);
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Point point{180 * random.uniform() - 90, 360 * random.uniform() - 180};
    const std::uint64_t number = geohash_number(point);
    const Point centre = geohash_centre(number);
    EXPECT_LE(std::abs(centre.latitude - point.latitude), 90.0 / (1 << 17));
    EXPECT_LE(std::abs(centre.longitude - point.longitude), 180.0 / (1 << 18));
    EXPECT_EQ(geohash_number(centre), number);
  }
}

TEST(Geohash, NumbersAreInTheOrderOfTexts) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const auto a = geohash_number({180 * random.uniform() - 90, 360 * random.uniform() - 180});
    const auto b = geohash_number({180 * random.uniform() - 90, 360 * random.uniform() - 180});
    EXPECT_EQ(a < b, geohash_text(a) < geohash_text(b));
  }
}

}  // namespace
}  // namespace ca
