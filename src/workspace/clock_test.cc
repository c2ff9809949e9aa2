#include "workspace/clock.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ca::workspace {
namespace {

TimePoint at(std::int64_t micros) { return TimePoint(std::chrono::microseconds(micros)); }

TEST(Clock, WritesTimesInUtc) {
  EXPECT_EQ(utc_text(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(at(1'714'564'984'567'899)), "2024-05-01T12:03:04.567Z");
  EXPECT_EQ(utc_text(at(1'709'251'199'999'999)), "2024-02-29T23:59:59.999Z");
  EXPECT_EQ(utc_text(at(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(utc_stamp(at(1'714'564'984'567'899)), "20240501T120304");
}

TEST(Clock, ReadsWhatItWrote) {
  for (const std::int64_t millis : {0LL, 1'714'564'984'567LL, 1'709'251'199'999LL, -1LL}) {
    EXPECT_EQ(utc_time(utc_text(at(millis * 1000))), at(millis * 1000));
  }
  for (const char* text : {"", "2024-05-01", "2024-05-01T12:03:04Z", "2024-05-01T12:03:04.567",
                           "2024-02-30T12:03:04.567Z", "2024-05-01T24:03:04.567Z",
                           "2024-05-01 12:03:04.567Z", "2024-05-01T12:03:0x.567Z"}) {
    EXPECT_EQ(utc_time(text), std::nullopt) << text;
  }
}

TEST(Clock, RefusesATimeOfTheHomeThatIsNone) {
  EXPECT_EQ(parse_utc_text("2024-05-01T12:03:04.567Z"), at(1'714'564'984'567'000));
  EXPECT_EQ(parse_utc_text("1969-12-31T23:59:59.999Z"), at(-1'000));
  for (const char* bad : {"", "2024-05-01", "2024-05-01T12:03:04.567", "2024-02-30T12:03:04.567Z",
                          "2024-05-01T12:03:04.567Z "}) {
    EXPECT_THROW(parse_utc_text(bad), Error) << bad;
  }
}

TEST(Clock, AnEmptyOneIsTheSystems) {
  const TimePoint before = std::chrono::system_clock::now();
  const TimePoint read = or_system_clock({})();
  EXPECT_LE(before, read);
  EXPECT_LE(read, std::chrono::system_clock::now());
  EXPECT_EQ(or_system_clock([] { return at(5); })(), at(5));
}

}  // namespace
}  // namespace ca::workspace
