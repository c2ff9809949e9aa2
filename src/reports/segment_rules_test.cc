#include "reports/segment_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "base/error.h"

namespace ca::reports {
namespace {

std::string name_of(std::uint8_t segment) { return std::string(segments()[segment].name); }

/// The table of reports.md 5.7: rows r f, columns m = 5 4 3 2 1.
constexpr const char* kLegacyTable = R"(
  5 5 CH LC LC LC LC
  5 4 LC LC LC LC LC
  5 3 -  PL PL PL -
  5 2 NC NC NC NC NC
  5 1 NC NC NC NC NC
  4 5 LC LC LC LC LC
  4 4 LC LC LC LC LC
  4 3 -  PL PL PL -
  4 2 -  -  -  PR PR
  4 1 -  -  -  PR PR
  3 5 -  PL PL PL -
  3 4 -  PL PL PL -
  3 3 -  PL PL PL -
  3 2 -  -  NA PR PR
  3 1 -  -  -  PR PR
  2 5 AR AR AR -  -
  2 4 AR AR AR -  -
  2 3 AR AR NA NA -
  2 2 -  -  NA NA -
  2 1 -  -  -  -  -
  1 5 CL LO LO LO LO
  1 4 LO LO LO LO LO
  1 3 LO LO LO LO LO
  1 2 LO LO LO LO LO
  1 1 LO LO LO LO LO
)";

TEST(SegmentRules, TheOlderTableIsThatOfTheSpecification) {
  const std::map<std::string, std::string> names = {
      {"CH", "champions"},     {"LC", "loyal customers"}, {"PL", "potential loyalist"},
      {"NC", "new customers"}, {"PR", "promising"},       {"NA", "need attention"},
      {"AR", "at risk"},       {"CL", "can`t lose them"}, {"LO", "lost"},
      {"-", "others"}};
  std::istringstream table(kLegacyTable);
  int cells = 0;
  for (RfmScores scores; table >> scores.recency >> scores.frequency;) {
    for (scores.monetary = 5; scores.monetary >= 1; --scores.monetary) {
      std::string mark;
      table >> mark;
      EXPECT_EQ(name_of(SegmentRules::legacy().segment(scores, false)), names.at(mark))
          << scores.recency << scores.frequency << scores.monetary;
      ++cells;
    }
  }
  EXPECT_EQ(cells, 125);
}

TEST(SegmentRules, TheCompleteTableLeavesNobodyOver) {
  // The sentences of reports.md 5.7, one after the other.
  const auto expected = [](int r, int f, int m, bool single) -> std::string {
    if ((r == 5 && f >= 4 && m >= 4) || (r == 4 && f == 5 && m == 5)) return "champions";
    if (r >= 3 && f >= 4) return "loyal customers";
    if (r <= 2 && f >= 4 && m >= 4) return "can`t lose them";
    if (r == 2 && f >= 3) return "at risk";
    if ((single && r >= 4) || (r == 5 && f <= 2)) return "new customers";
    if (r >= 4 && f == 3) return "potential loyalist";
    if (r == 4 && f <= 2) return "promising";
    if (r == 3 && f == 3) return "need attention";
    if (r == 3 && f <= 2) return "about to sleep";
    if (r == 2 && f <= 2) return "hibernating";
    return "lost";
  };
  for (int r = 1; r <= 5; ++r) {
    for (int f = 1; f <= 5; ++f) {
      for (int m = 1; m <= 5; ++m) {
        for (const bool single : {false, true}) {
          if (single && f > 1) continue;
          const std::uint8_t segment = SegmentRules::complete().segment({r, f, m}, single);
          EXPECT_EQ(name_of(segment), expected(r, f, m, single)) << r << f << m << single;
          EXPECT_NE(segment, kOthers);
        }
      }
    }
  }
}

TEST(SegmentRules, KnowWhichSegmentsTheyGive) {
  const auto given = [](const SegmentRules& rules) {
    std::string names;
    for (std::uint8_t segment = 0; segment < kSegments; ++segment) {
      if (!rules.can_give(segment)) names += name_of(segment) + ";";
    }
    return names;
  };
  EXPECT_EQ(given(SegmentRules::complete()), "others;");
  EXPECT_EQ(given(SegmentRules::legacy()), "about to sleep;hibernating;");
  EXPECT_EQ(given(SegmentRules::parse(
                R"({"rules": [{"segment": "lost", "single_purchase": true, "frequency": [2]}]})")),
            "champions;loyal customers;potential loyalist;new customers;promising;need attention;"
            "about to sleep;at risk;can`t lose them;hibernating;lost;");
}

TEST(SegmentRules, AShopHasItsOwn) {
  const SegmentRules rules = SegmentRules::parse(R"({"rules": [
    {"segment": "new customers", "single_purchase": true},
    {"segment": "champions", "monetary": [5]},
    {"segment": "lost", "single_purchase": false, "recency": [1, 2]}]})");
  EXPECT_EQ(name_of(rules.segment({1, 1, 5}, true)), "new customers");
  EXPECT_EQ(name_of(rules.segment({1, 1, 5}, false)), "champions");
  EXPECT_EQ(name_of(rules.segment({2, 4, 3}, false)), "lost");
  EXPECT_EQ(name_of(rules.segment({3, 4, 3}, false)), "others");
  const SegmentRules again = SegmentRules::parse(rules.json());
  EXPECT_EQ(again.json(), rules.json());
}

TEST(SegmentRules, SayWhatIsWrongWithThem) {
  const auto message = [](const char* json) -> std::string {
    try {
      SegmentRules::parse(json);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "E-PARAM");
      return error.message() + " " + error.hint();
    }
    return "nothing";
  };
  const auto expect = [&](const char* json, const char* part) {
    EXPECT_NE(message(json).find(part), std::string::npos) << message(json);
  };
  expect("{", "not JSON");
  expect("[]", "list named rules");
  expect(R"({"rules": [], "name": 1})", "nothing but a list named rules");
  expect(R"({"rules": [1]})", "Rule 1 is not a JSON object");
  expect(R"({"rules": [{"segment": "lost"}, {"recency": [1]}]})", "Rule 2 does not name");
  expect(R"({"rules": [{"segment": "champion"}]})", "Did you mean champions?");
  expect(R"({"rules": [{"segment": "lost", "recensy": [1]}]})", "Did you mean recency?");
  expect(R"({"rules": [{"segment": "lost", "recency": [0]}]})", "from 1 to 5");
  expect(R"({"rules": [{"segment": "lost", "recency": [1.5]}]})", "from 1 to 5");
  expect(R"({"rules": [{"segment": "lost", "recency": 1}]})", "is not a list");
  expect(R"({"rules": [{"segment": "lost", "single_purchase": 1}]})", "neither true nor false");
}

TEST(SegmentRules, ASegmentIsFoundByAnyWritingOfItsName) {
  EXPECT_EQ(find_segment("can`t lose them"), 8);
  EXPECT_EQ(find_segment("cant lose them"), 8);
  EXPECT_EQ(find_segment("Can't Lose Them"), 8);
  EXPECT_EQ(find_segment("CHAMPIONS"), 0);
  EXPECT_EQ(find_segment("others"), 11);
  try {
    find_segment("winners");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-SEGMENT");
    EXPECT_NE(error.hint().find("champions, loyal customers,"), std::string::npos);
  }
}

}  // namespace
}  // namespace ca::reports
