#include "base/error.h"

#include <gtest/gtest.h>

namespace ca {
namespace {

const std::vector<std::string> kNames = {"customer_id", "session_date", "payment", "amount", "csv"};

TEST(NearestName, FindsSlipsOfTheFinger) {
  EXPECT_EQ(nearest_name("custmer_id", kNames), "customer_id");    // left out
  EXPECT_EQ(nearest_name("custoomer_id", kNames), "customer_id");  // doubled
  EXPECT_EQ(nearest_name("cusotmer_id", kNames), "customer_id");   // swapped
  EXPECT_EQ(nearest_name("Customer_ID", kNames), "customer_id");   // case
  EXPECT_EQ(nearest_name("customerid", kNames), "customer_id");
  EXPECT_EQ(nearest_name("cvs", kNames), "csv");
  EXPECT_EQ(nearest_name("payments", kNames), "payment");
}

TEST(NearestName, IsSilentWhenNothingIsClose) {
  EXPECT_EQ(nearest_name("delivery", kNames), "");
  EXPECT_EQ(nearest_name("xyz", kNames), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name("a", {"b"}), "");
  EXPECT_EQ(nearest_name("payment", {}), "");
  EXPECT_EQ(nearest_name("payment", {""}), "");
}

TEST(NearestName, PrefersTheClosestAndThenTheFirst) {
  EXPECT_EQ(nearest_name("sessions", {"session", "sessions_2", "sessions"}), "sessions");
  EXPECT_EQ(nearest_name("daily", {"dairy", "dally", "daisy"}), "dairy");
}

TEST(NearestName, CountsASwapAsOneSlip) {
  // Two replacements would be too many for a word of four letters.
  EXPECT_EQ(nearest_name("form", {"from"}), "from");
  EXPECT_EQ(nearest_name("form", {"fxyz"}), "");
}

TEST(NearestName, DoesNotCompareEndlessWords) {
  const std::string endless(1'000'000, 'x');
  EXPECT_EQ(nearest_name(endless, {endless}), "");
  EXPECT_EQ(nearest_name("x", {endless}), "");
}

TEST(Error, KeepsItsParts) {
  const Error error("E-FILE", "It is not there.", "Put it there.", {{"path", "a.csv"}});
  EXPECT_STREQ(error.what(), "It is not there.");
  EXPECT_EQ(error.code(), "E-FILE");
  EXPECT_EQ(error.hint(), "Put it there.");
  EXPECT_EQ(error.details().front().second, "a.csv");
}

}  // namespace
}  // namespace ca
