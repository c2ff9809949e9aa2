#include "reports/population_name.h"

#include <gtest/gtest.h>

namespace ca::reports {
namespace {

TEST(PopulationName, KeepsUnreservedAndEncodesTheRest) {
  EXPECT_EQ(population_name("north-1_a.b~"), "north-1_a.b~");
  EXPECT_EQ(population_name("South west"), "South%20west");
  EXPECT_EQ(population_name("(none)"), "%28none%29");
  EXPECT_EQ(population_name("é/ü"), "%C3%A9%2F%C3%BC");
  EXPECT_EQ(population_name("a,b"), "a%2Cb");
  EXPECT_EQ(population_name("100%"), "100%25");
}

TEST(PopulationName, NeverLeavesItsFolderAndNeverIsMain) {
  EXPECT_EQ(population_name(".."), "%2E%2E");
  EXPECT_EQ(population_name("."), "%2E");
  EXPECT_EQ(population_name("../x"), "..%2Fx");
  EXPECT_EQ(population_name("main"), "%6Dain");
  EXPECT_EQ(population_name(""), "%00");
}

TEST(PopulationName, HashesWhatIsTooLong) {
  EXPECT_EQ(population_name(std::string(200, 'a')), std::string(200, 'a'));
  EXPECT_EQ(population_name(std::string(201, 'a')),
            "sha256-a92efd82109373e58f9a2056dee01e807e216ce6075f7051207c0a9f7d666e50");
  EXPECT_EQ(population_name(std::string(67, '/')).substr(0, 7), "sha256-");
}

}  // namespace
}  // namespace ca::reports
