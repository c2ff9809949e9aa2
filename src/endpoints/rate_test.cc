#include "endpoints/rate.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ca::endpoints {
namespace {

TEST(Rate, SEC_13_CountsEachUserWithinAMinute) {
  std::chrono::steady_clock::time_point now{};
  Rate rate(3, std::chrono::seconds(60), [&] { return now; });
  const auto is_let_in = [&](const std::string& who) {
    try {
      rate.use(who);
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "M-429");
      return false;
    }
  };
  EXPECT_TRUE(is_let_in("a"));
  now += std::chrono::seconds(30);
  EXPECT_TRUE(is_let_in("a"));
  EXPECT_TRUE(is_let_in("a"));
  EXPECT_FALSE(is_let_in("a"));
  EXPECT_TRUE(is_let_in("b"));
  now += std::chrono::seconds(30);
  EXPECT_TRUE(is_let_in("a")) << "the first one is a minute old";
  EXPECT_FALSE(is_let_in("a")) << "refused ones do not count";
  now += std::chrono::seconds(30);
  EXPECT_TRUE(is_let_in("a"));
}

}  // namespace
}  // namespace ca::endpoints
