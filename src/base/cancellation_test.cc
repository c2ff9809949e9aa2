#include "base/cancellation.h"

#include <gtest/gtest.h>

namespace ca {
namespace {

TEST(Cancellation, ThrowsOnlyOnceAskedFor) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.is_cancelled());
  EXPECT_NO_THROW(cancellation.check());
  cancellation.cancel();
  EXPECT_TRUE(cancellation.is_cancelled());
  try {
    cancellation.check();
    FAIL() << "check() did not throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-CANCELLED");
  }
}

TEST(Cancellation, FollowsAnother) {
  Cancellation outer;
  Cancellation inner(&outer);
  inner.check();
  outer.cancel();
  EXPECT_TRUE(inner.is_cancelled());
  Cancellation untouched;
  Cancellation own(&untouched);
  own.cancel();
  EXPECT_TRUE(own.is_cancelled());
  EXPECT_FALSE(untouched.is_cancelled());
}

}  // namespace
}  // namespace ca
