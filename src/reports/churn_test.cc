#include "reports/churn_thresholds.h"
#include "reports/test_shop.h"

namespace ca::reports {
namespace {

const std::string kChurn = "churn,engaged,total,threshold_hours,churn_personal\n";
const std::string kWeekly = "weekly,churn,engaged,total,threshold_hours\n";
const std::string kMonthly = "monthly,churn,engaged,total,threshold_hours\n";

TestShop fixture() {
  return TestShop({.has_dimension = true}, kFixtureSessions, kFixtureCustomers);
}

TEST(Churn, IsTheShareOfBuyersWithoutAnOrderWithinTheMeanGap) {
  EXPECT_EQ(fixture().csv("churn"), kChurn + "0.0,3,3,128.5,\n");
  EXPECT_EQ(fixture().csv("churn", "X"), kChurn + "0.0,2,2,108.75,\n");
  EXPECT_EQ(fixture().csv("churn", "Y"), kChurn + "0.0,1,1,168.0,\n");
}

TEST(Churn, OfABucketKnowsOnlyWhatHadHappened) {
  EXPECT_EQ(fixture().csv("churn_weekly"), kWeekly +
                                               "2021-03-01,0.5,1,2,81.0\n"
                                               "2021-03-08,0.0,3,3,138.0\n"
                                               "2021-03-15,0.0,3,3,128.5\n");
  EXPECT_EQ(fixture().csv("churn_monthly"), kMonthly + "2021-03-01,0.0,3,3,128.5\n");
  // Before the first order in the value there is nothing to share.
  const TestShop late({.has_dimension = true},
                      R"(order client start            amount dimension
                         1     A      2021-03-01T10:00 1      X
                         2     B      2021-03-09T10:00 1      Y
                         3     A      2021-03-09T11:00 no     X)",
                      "");
  EXPECT_EQ(late.csv("churn_weekly", "Y"), kWeekly +
                                               "2021-03-01,,0,0,168.0\n"
                                               "2021-03-08,0.0,1,1,168.0\n");
  EXPECT_EQ(late.csv("churn_weekly", "X"), kWeekly +
                                               "2021-03-01,0.0,1,1,168.0\n"
                                               "2021-03-08,1.0,0,1,168.0\n");
}

TEST(Churn, PurchasesOfOneDayAreOneEventOfItsFirst) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T10:00 1
                         2     A      2021-03-01T23:00 1
                         3     A      2021-03-03T22:00 1
                         4     A      2021-03-03T23:00 1
                         5     B      2021-03-03T09:00 1
                         6     B      2021-03-03T10:00 1)",
                      "");
  EXPECT_EQ(shop.csv("churn"), kChurn + "0.0,2,2,60.0,\n");
}

TEST(Churn, TheWindowBeginsAfterTheThresholdAndOfACompleteBucketWithIt) {
  // Gaps of 48 hours.
  const std::string sessions = R"(
      order client start            amount
      1     A      2021-03-08T00:00 1
      2     A      2021-03-10T00:00 1
      3     B      2021-03-13T00:00 1
      4     C      2021-03-13T00:00:00.000001 1
      5     D      2021-03-12T23:59:59.999999 1)";
  const TestShop shop({}, sessions, "");
  EXPECT_EQ(shop.csv("churn", "main", shop.as_of("2021-03-15T00:00")),
            kChurn + "0.75,1,4,48.0,\n");  // C
  EXPECT_EQ(shop.csv("churn_weekly", "main", shop.as_of("2021-03-15T00:00")),
            kWeekly + "2021-03-08,0.5,2,4,48.0\n2021-03-15,0.75,1,4,48.0\n");  // B and C, C
  // A bucket is complete with its last microsecond; before, it is what churn says.
  EXPECT_EQ(shop.csv("churn_weekly", "main", shop.as_of("2021-03-14T23:59:59.999999")),
            kWeekly + "2021-03-08,0.5,2,4,48.0\n");
  EXPECT_EQ(shop.csv("churn", "main", shop.as_of("2021-03-14T23:59:59.999999")),
            kChurn + "0.5,2,4,48.0,\n");
  EXPECT_EQ(shop.csv("churn_weekly", "main", shop.as_of("2021-03-14T23:59:59.999998")),
            kWeekly + "2021-03-08,0.25,3,4,48.0\n");
}

TEST(Churn, AThresholdBetweenMicrosecondsTakesWhatIsLess) {
  // Gaps of A and B: 2 and 3 hours less a microsecond, so T is 2.5 hours less half a microsecond.
  const TestShop shop({},
                      R"(order client start                   amount
                         1     A      2021-02-28T23:00        1
                         2     A      2021-03-01T01:00        1
                         3     B      2021-02-28T22:00        1
                         4     B      2021-03-01T00:59:59.999999 1
                         5     C      2021-03-01T00:30:00.000001 1
                         6     D      2021-03-01T00:30        1
                         7     E      2021-03-01T03:00        no)",
                      "");
  EXPECT_EQ(shop.csv("churn"), kChurn + "0.25,3,4,2.499999999861111,\n");  // all but D
}

TEST(Churn, AWeekInWhichTheThresholdGrowsBringsBuyersBack) {
  // A buys daily, so in the second week B, who bought once, is lost; then A pauses for four weeks,
  // and with the longer mean gap B counts again.
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T00:00 1
                         2     A      2021-03-02T00:00 1
                         3     B      2021-03-03T00:00 1
                         4     A      2021-05-30T00:00 1
                         5     C      2021-05-31T00:00 no)",
                      "");
  const std::string csv = shop.csv("churn_weekly");
  EXPECT_TRUE(csv.starts_with(kWeekly + "2021-03-01,1.0,0,2,24.0\n2021-03-08,1.0,0,2,24.0\n"))
      << csv;
  EXPECT_TRUE(
      csv.ends_with("2021-05-17,1.0,0,2,24.0\n2021-05-24,0.5,1,2,1080.0\n"
                    "2021-05-31,0.5,1,2,1080.0\n"))
      << csv;
  const TestShop longer({},
                        R"(order client start            amount
                           1     A      2021-03-01T00:00 1
                           2     A      2021-03-02T00:00 1
                           3     B      2021-04-20T00:00 1
                           4     A      2021-05-30T00:00 1
                           5     C      2021-05-31T00:00 no)",
                        "");
  EXPECT_TRUE(longer.csv("churn_weekly")
                  .ends_with("2021-04-19,1.0,0,2,24.0\n2021-04-26,1.0,0,2,24.0\n"
                             "2021-05-03,1.0,0,2,24.0\n2021-05-10,1.0,0,2,24.0\n"
                             "2021-05-17,1.0,0,2,24.0\n2021-05-24,0.0,2,2,1080.0\n"
                             "2021-05-31,0.0,2,2,1080.0\n"))
      << longer.csv("churn_weekly");
}

TEST(Churn, SevenDaysAre168HoursWhereClocksChange) {
  // Nobody has a gap, so T is 168 hours. In spring they begin an hour earlier by the clock, in
  // autumn an hour later.
  const auto churn_of = [](const char* zone, const char* order, const char* as_of) {
    const TestShop shop(
        {.zone = zone},
        std::string("order client start amount\n1 A ") + order + " 1\n2 B " + as_of + " no\n", "");
    return shop.csv("churn");
  };
  const std::string engaged = kChurn + "0.0,1,1,168.0,\n";
  const std::string lost = kChurn + "1.0,0,1,168.0,\n";
  EXPECT_EQ(churn_of("Europe/Berlin", "2021-03-25T11:01", "2021-04-01T12:00"), engaged);
  EXPECT_EQ(churn_of("Europe/Berlin", "2021-03-25T11:00", "2021-04-01T12:00"), lost);
  EXPECT_EQ(churn_of("Europe/Berlin", "2021-10-28T13:01", "2021-11-04T12:00"), engaged);
  EXPECT_EQ(churn_of("Europe/Berlin", "2021-10-28T13:00", "2021-11-04T12:00"), lost);
  EXPECT_EQ(churn_of("America/New_York", "2021-03-11T11:01", "2021-03-18T12:00"), engaged);
  EXPECT_EQ(churn_of("America/New_York", "2021-03-11T11:00", "2021-03-18T12:00"), lost);
  EXPECT_EQ(churn_of("America/New_York", "2021-11-04T13:01", "2021-11-11T12:00"), engaged);
  EXPECT_EQ(churn_of("America/New_York", "2021-11-04T13:00", "2021-11-11T12:00"), lost);
}

TEST(Churn, WeeksAndMonthsEndAtMidnightOfTheZone) {
  // Sunday 2021-03-14 has 23 hours in New York: the complete week reaches back to Sunday 23:00.
  const char* const sessions = R"(order client start            amount
                                  1     A      2021-03-07T23:00 1
                                  2     B      2021-03-07T22:59 1
                                  3     C      2021-03-15T00:00 no)";
  EXPECT_EQ(TestShop({.zone = "America/New_York"}, sessions, "").csv("churn_weekly"),
            kWeekly +
                "2021-03-01,0.0,2,2,168.0\n2021-03-08,0.5,1,2,168.0\n"
                "2021-03-15,1.0,0,2,168.0\n");
  // An order half an hour after the end of February, and of the year.
  const char* const months = R"(order client start            amount
                                1     A      2024-01-01T00:30 1
                                2     B      2024-02-29T23:30 1
                                3     C      2024-03-01T00:30 1
                                4     C      2024-03-02T00:30 no)";
  EXPECT_EQ(TestShop({.zone = "Europe/Berlin"}, months, "").csv("churn_monthly"),
            kMonthly +
                "2024-01-01,1.0,0,1,168.0\n2024-02-01,0.5,1,2,168.0\n"
                "2024-03-01,0.3333333333333333,2,3,168.0\n");
}

TEST(Churn, AWindowCutsTheBucketsAndLeavesTheirValues) {
  const TestShop shop = fixture();
  EXPECT_EQ(shop.csv("churn_weekly", "main", TestShop::between("2021-03-10", "")),
            kWeekly + "2021-03-08,0.0,3,3,138.0\n2021-03-15,0.0,3,3,128.5\n");
  EXPECT_EQ(shop.csv("churn", "main", TestShop::between("2021-03-10", "")),
            kChurn + "0.0,3,3,128.5,\n");
  EXPECT_EQ(shop.csv("churn_weekly", "main", TestShop::between("2021-03-02", "2021-03-07")),
            kWeekly + "2021-03-01,0.5,1,2,81.0\n");
}

TEST(Churn, NobodyAndNothingHaveNoShare) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-02T08:00 no
                         2     -      2021-03-02T08:00 5)",
                      "");
  EXPECT_EQ(shop.csv("churn"), kChurn + ",0,0,168.0,\n");
  EXPECT_EQ(shop.csv("churn", "main", shop.as_of("2020-01-01")), kChurn + ",0,0,168.0,\n");
  EXPECT_EQ(shop.csv("churn_weekly", "main", shop.as_of("2020-01-01")), kWeekly);
}

TEST(Churn, IsAnErrorWithoutThresholdsOfThePopulation) {
  const TestShop shop = fixture();
  ThreadPool pool(1);
  Facts facts = find_facts(shop.journeys(), {}, pool);
  Question question;
  question.reports = {"churn"};
  EXPECT_THROW(States(question, facts), Error);
  question.with_main = false;
  question.values = {"X"};
  find_churn_thresholds(shop.journeys(), question, facts, pool, Cancellation());
  EXPECT_NO_THROW(States(question, facts));
  question.values = {"Y"};
  EXPECT_THROW(States(question, facts), Error);
}

TEST(Churn, OfOnePopulationIsTheSameAsOfAll) {
  const TestShop shop = fixture();
  Question question;
  question.reports = {"churn"};
  const auto alone = [&] {
    const std::vector<Answer> answers = shop.answers(question);
    return answers.size() == 1 ? to_csv(answers[0].tables.at(0), Zone::utc()) : "not one";
  };
  EXPECT_EQ(alone(), kChurn + "0.0,3,3,128.5,\n");
  question.with_main = false;
  question.values = {"X"};
  EXPECT_EQ(alone(), kChurn + "0.0,2,2,108.75,\n");
}

}  // namespace
}  // namespace ca::reports
