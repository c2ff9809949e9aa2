#include "reports/durations.h"

#include <gtest/gtest.h>

namespace ca::reports {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;

TEST(Durations, TellTheMedianOfEachRow) {
  Durations durations(3);
  EXPECT_EQ(durations.median(0), std::nullopt);
  durations.add(0, 5 * kHour);
  EXPECT_EQ(durations.median(0), 5.0 * kHour);
  durations.add(0, 1 * kHour);
  EXPECT_EQ(durations.median(0), 3.0 * kHour);  // between two neighbours
  durations.add(0, 2 * kHour);
  EXPECT_EQ(durations.median(0), 2.0 * kHour);
  durations.add(2, 7);
  EXPECT_EQ(durations.median(1), std::nullopt);
  EXPECT_EQ(durations.median(2), 7.0);
}

TEST(Durations, AreExactBelowASecondAndBeyondACentury) {
  Durations durations(1);
  const std::int64_t long_ago = 200LL * 365 * 24 * kHour;  // more seconds than fit four bytes
  durations.add(0, 1'000'001);
  durations.add(0, 1'000'000);
  durations.add(0, long_ago);
  EXPECT_EQ(durations.median(0), 1'000'001.0);
  durations.add(0, long_ago);
  durations.add(0, long_ago);
  EXPECT_EQ(durations.median(0), static_cast<double>(long_ago));
}

TEST(Durations, OfTheSameCustomersInAnyOrderAreTheSameBytes) {
  const auto saved = [](std::vector<std::int64_t> first, std::vector<std::int64_t> second) {
    Durations a(2);
    Durations b(2);
    for (const std::int64_t micros : first) a.add(1, micros);
    for (const std::int64_t micros : second) b.add(1, micros);
    std::string bytes;
    b.save(bytes);
    Durations loaded(2);
    std::string_view rest = bytes;
    loaded.load(rest);
    EXPECT_TRUE(rest.empty());
    a.merge(loaded);
    bytes.clear();
    a.save(bytes);
    return bytes;
  };
  EXPECT_EQ(saved({3 * kHour, 5}, {1, kHour}), saved({kHour, 1, 5}, {3 * kHour}));
  EXPECT_NE(saved({3 * kHour, 5}, {1, kHour}), saved({3 * kHour, 5}, {1, 1}));
}

TEST(Durations, RefuseAStateThatIsCut) {
  Durations durations(2);
  durations.add(0, kHour);
  durations.add(1, 5);
  std::string bytes;
  durations.save(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Durations loaded(2);
    std::string_view cut = std::string_view(bytes).substr(0, size);
    EXPECT_THROW(loaded.load(cut), Error) << size;
  }
}

}  // namespace
}  // namespace ca::reports
