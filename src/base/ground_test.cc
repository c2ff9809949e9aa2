#include "base/ground.h"

#include <gtest/gtest.h>

#include <limits>

namespace ca {
namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

struct Places {
  double latitude;
  double longitude;
  std::int64_t count;
};

Ground ground_of(const std::vector<Places>& places) {
  Ground ground;
  for (const Places& some : places) {
    ground.add(Ground::square_of({some.latitude, some.longitude}), some.count);
  }
  ground.find_faults();
  return ground;
}

TEST(Ground, CoordinatesByThemselves) {
  using enum PlaceFault;
  EXPECT_EQ(Ground::fault_alone(41, 29), kNone);
  EXPECT_EQ(Ground::fault_alone(kNull, kNull), kMissing);
  EXPECT_EQ(Ground::fault_alone(41, kNull), kIncomplete);
  EXPECT_EQ(Ground::fault_alone(kNull, 29), kIncomplete);
  EXPECT_EQ(Ground::fault_alone(90, 180), kNone);
  EXPECT_EQ(Ground::fault_alone(-90, -180), kNone);
  EXPECT_EQ(Ground::fault_alone(90.01, 29), kOutOfRange);
  EXPECT_EQ(Ground::fault_alone(41, -180.01), kOutOfRange);
  EXPECT_EQ(Ground::fault_alone(0, 0), kZero);
  EXPECT_EQ(Ground::fault_alone(-0.0, 0), kZero);
  EXPECT_EQ(Ground::fault_alone(0, 29), kNone);
}

TEST(Ground, SquaresHoldTheirSouthernAndWesternEdge) {
  using Corner = std::pair<std::int32_t, std::int32_t>;
  EXPECT_EQ(Ground::corner_of(Ground::square_of({12.9, -77.6})), Corner(12, -78));
  EXPECT_EQ(Ground::corner_of(Ground::square_of({-1, 3})), Corner(-1, 3));
  EXPECT_EQ(Ground::corner_of(Ground::square_of({90, 180})), Corner(89, 179));
  EXPECT_EQ(Ground::corner_of(Ground::square_of({-90, -180})), Corner(-90, -180));
}

TEST(Ground, SignsThatAreTurnedRoundAreFound) {
  using enum PlaceFault;
  const Ground ground = ground_of({{12.9, 77.6, 2000},
                                   {28.6, 77.2, 500},
                                   {-12.9, 77.6, 20},
                                   {12.9, -77.6, 20},
                                   {-28.6, -77.2, 20}});
  EXPECT_EQ(ground.fault_of(12.9, 77.6), kNone);
  EXPECT_EQ(ground.fault_of(28.6, 77.2), kNone);
  EXPECT_EQ(ground.fault_of(-12.9, 77.6), kMirrored);
  EXPECT_EQ(ground.fault_of(12.9, -77.6), kMirrored);
  EXPECT_EQ(ground.fault_of(-28.6, -77.2), kMirrored);
  EXPECT_EQ(ground.fault_of(-28.6, kNull), kIncomplete);
}

TEST(Ground, OtherGroundsOfAShopAreLeftAlone) {
  using enum PlaceFault;
  // Far from the others, but nobody is where it would be mirrored.
  EXPECT_EQ(ground_of({{48.8, 2.3, 5000}, {-33.9, 18.4, 1}}).fault_of(-33.9, 18.4), kNone);
  // On both sides of Greenwich, and of the equator.
  EXPECT_EQ(ground_of({{51.5, -0.1, 5000}, {51.5, 0.3, 3}}).fault_of(51.5, 0.3), kNone);
  EXPECT_EQ(ground_of({{1.3, 36.8, 5000}, {-1.3, 36.8, 3}}).fault_of(-1.3, 36.8), kNone);
  EXPECT_EQ(ground_of({{48.8, 2.3, 5000}, {48.5, -2.7, 3}}).fault_of(48.5, -2.7), kNone);
  // Too many to be mistakes.
  EXPECT_EQ(ground_of({{35, 20, 999}, {-35, 20, 100}}).fault_of(-35, 20), kNone);
  EXPECT_EQ(ground_of({{35, 20, 1000}, {-35, 20, 100}}).fault_of(-35, 20), kMirrored);
}

TEST(Ground, GoesRoundTheEarth) {
  EXPECT_EQ(ground_of({{-17, 179.5, 500}, {-17, -179.5, 3}}).fault_of(-17, -179.5),
            PlaceFault::kNone);
}

TEST(Ground, TheSeaAroundZeroIsNoPlaceUnlessTheShopIsThere) {
  using enum PlaceFault;
  const Ground elsewhere = ground_of({{12.9, 77.6, 60}, {0.1, 0.1, 40}, {-0.5, 0.5, 20}});
  EXPECT_EQ(elsewhere.fault_of(0.1, 0.1), kZero);
  EXPECT_EQ(elsewhere.fault_of(-0.5, 0.5), kZero);
  EXPECT_EQ(elsewhere.fault_of(1.1, 0.5), kNone);
  EXPECT_EQ(elsewhere.fault_of(12.9, 77.6), kNone);
  EXPECT_EQ(ground_of({{12.9, 77.6, 59}, {0.1, 0.1, 60}}).fault_of(0.1, 0.1), kNone);
}

TEST(Ground, PartsAddUp) {
  Ground sum;
  Ground part;
  part.add(Ground::square_of({12.9, 77.6}), 100);
  sum.add(Ground::square_of({-12.9, 77.6}), 5);
  sum.merge(part);
  sum.find_faults();
  EXPECT_EQ(sum.fault_of(-12.9, 77.6), PlaceFault::kMirrored);
}

}  // namespace
}  // namespace ca
