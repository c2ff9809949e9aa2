#include "models/kept_value.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ca::models {
namespace {

const KeptValue kKept{.made_for = "0123456789abcdef",
                      .compared = day_from_civil(2024, 2, 29),
                      .predicted = day_from_civil(2024, 3, 7),
                      .champion = "geo(paretonbd,tweedie)",
                      .length = 180,
                      .scores = {{"bgnbd", 0.1 + 0.2}, {"tweedie", 1e-17}},
                      .intervals = {{"main", {0.8, 1.3}}, {"a \"city\", ü", {0, 2}}}};

// DayInterval has no ==.
void expect_same(const KeptValue& got, const KeptValue& expected) {
  EXPECT_EQ(to_json(got), to_json(expected));
  EXPECT_EQ(got.scores, expected.scores) << "to the last bit";
}

std::string code_of(const std::string& text) {
  try {
    value_from_json(text);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(KeptValue, IsReadBackAsItWas) {
  const KeptValue again = value_from_json(to_json(kKept));
  expect_same(again, kKept);
  EXPECT_EQ(again.champion, kKept.champion);
  EXPECT_EQ(again.compared, kKept.compared);
  EXPECT_EQ(again.predicted, kKept.predicted);
  EXPECT_EQ(again.length, kKept.length);
  EXPECT_EQ(again.intervals.at("a \"city\", ü").high, 2);
  KeptValue nothing = kKept;
  nothing.scores.clear();
  nothing.intervals.clear();
  expect_same(value_from_json(to_json(nothing)), nothing);
}

TEST(KeptValue, AnythingElseIsAnError) {
  const std::string text = to_json(kKept);
  EXPECT_EQ(code_of(text), "none");
  for (std::size_t length = 0; length < text.size() - 2; ++length) {
    ASSERT_EQ(code_of(text.substr(0, length)), "E-SNAPSHOT") << length;
  }
  EXPECT_EQ(code_of("[]"), "E-SNAPSHOT");
  EXPECT_EQ(code_of("{}"), "E-SNAPSHOT");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  EXPECT_EQ(code_of(with("2024-02-29", "2023-02-29")), "E-SNAPSHOT") << "no such day";
  EXPECT_EQ(code_of(with("180", "\"half a year\"")), "E-SNAPSHOT");
  EXPECT_EQ(code_of(with("\"format\": 1", "\"format\": 2")), "E-SNAPSHOT") << "a newer program";
}

}  // namespace
}  // namespace ca::models
