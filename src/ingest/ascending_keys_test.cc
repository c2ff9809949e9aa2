#include "ingest/ascending_keys.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace ca::ingest {
namespace {

bool all_differ(std::initializer_list<std::initializer_list<const char*>> runs) {
  AscendingKeys keys;
  for (const auto& texts : runs) {
    AscendingKeys::Run run;
    for (const char* text : texts) run.add(text);
    keys.add(run);
  }
  return keys.all_differ();
}

TEST(AscendingKeys, AreProvenToDiffer) {
  EXPECT_TRUE(all_differ({}));
  EXPECT_TRUE(all_differ({{}}));
  EXPECT_TRUE(all_differ({{"a"}}));
  EXPECT_TRUE(all_differ({{"a", "b", "d"}, {"e", "f"}}));
}

TEST(AscendingKeys, RunsMayComeInAnyOrder) {
  EXPECT_TRUE(all_differ({{"30", "31"}, {"10", "12"}, {}, {"20"}}));
}

TEST(AscendingKeys, NumbersGrowInDigits) {
  EXPECT_TRUE(all_differ({{"8", "9", "10", "11"}, {"99", "100"}}));
}

TEST(AscendingKeys, ARunThatDoesNotAscendProvesNothing) {
  EXPECT_FALSE(all_differ({{"a", "a"}}));
  EXPECT_FALSE(all_differ({{"b", "a"}}));
  EXPECT_FALSE(all_differ({{"b", "a"}, {"c"}}));
}

TEST(AscendingKeys, RunsThatMeetProveNothing) {
  EXPECT_FALSE(all_differ({{"a", "c"}, {"b", "d"}}));
  EXPECT_FALSE(all_differ({{"a", "c"}, {"c", "d"}}));
  EXPECT_FALSE(all_differ({{"a", "d"}, {"b", "c"}}));
  EXPECT_FALSE(all_differ({{"a"}, {"a"}}));
}

TEST(AscendingKeys, ASpoiledRunProvesNothing) {
  AscendingKeys keys;
  AscendingKeys::Run run;
  run.add("a");
  run.spoil();
  keys.add(run);
  EXPECT_FALSE(keys.all_differ());
}

}  // namespace
}  // namespace ca::ingest
