#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "reports/members.h"
#include "reports/rfm_cuts.h"
#include "reports/segment_flow.h"
#include "reports/test_random_shop.h"
#include "reports/test_shop.h"

namespace ca::reports {
namespace {

TestShop fixture() {
  return TestShop({.has_dimension = true}, kFixtureSessions, kFixtureCustomers);
}

TEST(Rfm, OfTheSmallShop) {
  const std::string header =
      "client,recency_segment,frequency_segment,monetary_segment,segments,segments_numeric,"
      "frequency,recency,monetary,single_purchase\n";
  EXPECT_EQ(fixture().csv("rfm"), header +
                                      "A,4,5,4,loyal customers,1,108.0,1.5,28.75,false\n"
                                      "B,3,3,3,need attention,5,168.0,87.5,12.5,false\n"
                                      "C,5,4,5,champions,0,109.5,0.0,57.5,false\n");
  // Dimension values are cut where main is.
  EXPECT_EQ(fixture().csv("rfm", "Y"), header + "B,3,3,3,need attention,5,168.0,87.5,12.5,false\n");
  EXPECT_EQ(fixture().csv("recency_monetary", "Y"),
            "recency,monetary,segments_numeric,client\n87.5,12.5,5,B\n");
  EXPECT_EQ(fixture().csv("segmentation", "X"),
            "segments,value,client_count\nchampions,50.0,1\nloyal customers,50.0,1\n");
  EXPECT_EQ(fixture().csv("frequency_clusters"),
            "frequency_segment,frequency,client_count,min,max,median\n"
            "3,168.0,1,168.0,168.0,168.0\n4,109.5,1,109.5,109.5,109.5\n"
            "5,108.0,1,108.0,108.0,108.0\n");
}

TEST(Rfm, WhoHasNoFrequencyOrPaymentScoresOne) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T05:00 10
                         2     A      2021-03-03T05:00 30
                         3     B      2021-03-02T05:00 5
                         4     B      2021-03-02T09:00 5
                         5     C      2021-03-03T05:00 -
                         6     D      2021-03-02T05:00 -20
                         7     E      2021-03-02T05:00 no)",
                      "");
  // Recency: A, C 0 h; B 20 h; D 24 h. Monetary on the scale: B, A. Frequency: A alone.
  EXPECT_EQ(shop.csv("rfm").substr(shop.csv("rfm").find('\n') + 1),
            "A,5,5,5,champions,0,48.0,0.0,20.0,false\n"
            "B,4,1,4,new customers,3,,20.0,5.0,true\n"
            "C,5,1,1,new customers,3,,0.0,,true\n"
            "D,3,1,1,about to sleep,6,,24.0,-20.0,true\n");
  EXPECT_EQ(shop.csv("frequency_clusters"),
            "frequency_segment,frequency,client_count,min,max,median\n"
            "1,,3,,,\n5,48.0,1,48.0,48.0,48.0\n");
  EXPECT_EQ(shop.csv("monetary_clusters"),
            "monetary_segment,monetary,client_count,min,max,median\n"
            "1,-20.0,2,-20.0,-20.0,-20.0\n4,5.0,1,5.0,5.0,5.0\n5,20.0,1,20.0,20.0,20.0\n");
  const std::string table = shop.csv("segment_table");
  EXPECT_TRUE(
      table.starts_with("segment,customers,change,revenue,mean_order_value,share\n"
                        "champions,1,,40.0,20.0,25.0\nloyal customers,0,,0.0,,0.0\n"))
      << table;
  EXPECT_NE(table.find("\nnew customers,2,,10.0,5.0,50.0\n"), std::string::npos) << table;
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1 + 11);
}

TEST(Rfm, OfNobodyAreNoRows) {
  const TestShop shop({}, "order client start amount\n1 A 2021-03-01T05:00 no\n", "");
  for (const char* report : {"rfm", "segmentation", "segment_table", "recency_clusters"}) {
    const std::string csv = shop.csv(report);
    EXPECT_EQ(csv.find('\n'), csv.size() - 1) << csv;
  }
}

TEST(Rfm, IgnoresTheBeginOfAWindow) {
  EXPECT_EQ(fixture().csv("rfm", "main", TestShop::between("2021-03-11", "2021-03-12")),
            fixture().csv("rfm", "main", TestShop::between("", "2021-03-12")));
}

TEST(Rfm, NamesSegmentsByTheRulesAndScalesThatAreAsked) {
  const TestShop shop = fixture();
  Question question;
  question.reports = {"segmentation"};
  question.segments->settings.rules = std::make_shared<const SegmentRules>(SegmentRules::parse(
      R"({"rules": [{"segment": "promising", "monetary": [5]}, {"segment": "lost"}]})"));
  const auto text = [&] { return to_csv(shop.answers(question)[0].tables[0], Zone::utc()); };
  EXPECT_EQ(text(),
            "segments,value,client_count\nlost,66.66666666666667,2\npromising,33.333333333333336,"
            "1\n");
  question.segments = std::nullopt;
  EXPECT_TRUE(shop.answers(question)[0].tables.empty());
}

TEST(RfmCuts, AreMeansOfNeighboursOnTheirScale) {
  const TestShop shop = fixture();
  ThreadPool pool(2);
  const std::int64_t as_of = shop.journeys().schema().last_session;
  const RfmCuts cuts = cut(find_rfm_values(shop.journeys(), as_of, pool, Cancellation()),
                           {.frequency = Scale::kLog1p}, as_of, pool);
  EXPECT_EQ(cuts.recency.means, (std::vector<double>{0, 1.5, 87.5}));
  EXPECT_EQ(cuts.recency.cuts, (std::vector<double>{0.75, 44.5}));
  EXPECT_DOUBLE_EQ(cuts.frequency.cuts[0], (std::log1p(108) + std::log1p(109.5)) / 2);
  EXPECT_DOUBLE_EQ(cuts.monetary.cuts[1], (std::log1p(28.75) + std::log1p(57.5)) / 2);
  // On a cut is below it, which is the better side for hours and the worse one for money.
  EXPECT_EQ(cuts.recency.score(0.75), 5);
  EXPECT_EQ(cuts.recency.score(0.76), 4);
  EXPECT_EQ(cuts.recency.score(1e9), 3);
  EXPECT_EQ(cuts.monetary.score(std::sqrt((1 + 28.75) * (1 + 57.5)) - 1 - 1e-9), 4);
  EXPECT_EQ(cuts.monetary.score(std::sqrt((1 + 28.75) * (1 + 57.5)) - 1 + 1e-9), 5);
  EXPECT_EQ(MetricCuts().score(3), 1);

  KeptSegments kept;
  kept.cuts = cuts;
  kept.made_for = "abc";
  kept.settings.refit = SegmentSettings::Refit::kDrift;
  kept.settings.scales.frequency = Scale::kLog1p;
  const KeptSegments again = segments_from_json(to_json(kept));
  EXPECT_EQ(again.cuts, cuts);
  EXPECT_EQ(again.settings.scales, kept.settings.scales);
  EXPECT_EQ(again.settings.refit, kept.settings.refit);
  EXPECT_EQ(again.settings.rules->json(), kept.settings.rules->json());
  EXPECT_EQ(again.made_for, "abc");
  EXPECT_THROW(segments_from_json("{}"), Error);
}

TEST(RfmCuts, DriftIsNoneWhereNothingMovedAndGrowsWithTheMove) {
  ThreadPool pool(1);
  RfmValues values;
  for (int i = 0; i < 1000; ++i) {
    values.recency.push_back(i);
    values.frequency.push_back(i % 97);
    values.monetary.push_back(1 + i % 50);
  }
  const RfmCuts cuts = cut(values, {}, 0, pool);
  EXPECT_NEAR(drift(cuts, values), 0, 1e-12);
  RfmValues little = values;
  for (double& value : little.recency) value += 20;
  EXPECT_LT(drift(cuts, little), kMostDrift);
  EXPECT_GT(drift(cuts, little), 0);
  RfmValues much = values;
  for (double& value : much.recency) value += 200;
  EXPECT_GT(drift(cuts, much), kMostDrift);
}

TEST(RfmCuts, ScalesAreReadFromText) {
  EXPECT_EQ(scales_of(""), SegmentSettings::Scales());
  EXPECT_EQ(scales_of(" recency = log1p ,monetary=raw"),
            (SegmentSettings::Scales{Scale::kLog1p, Scale::kRaw, Scale::kRaw}));
  for (const char* wrong : {"recency", "recency=log", "recensy=raw", "=raw"}) {
    EXPECT_THROW(scales_of(wrong), Error) << wrong;
  }
}

TEST(SegmentsAsOf, AreThoseOfRfmAtThatMomentWithTheGivenCuts) {
  const TestShop shop = random_shop(21, 3);
  ThreadPool pool(2);
  const std::int64_t last = shop.journeys().schema().last_session;
  SegmentModel model;
  model.rules = std::make_shared<const SegmentRules>(SegmentRules::complete());
  model.cuts = cut(find_rfm_values(shop.journeys(), last, pool, Cancellation()), {}, last, pool);
  for (const std::int64_t days : {0, 10, 4000}) {
    const std::int64_t as_of = last - days * kMicrosPerDay;
    Question question;
    question.reports = {"rfm"};
    question.window.as_of = Instant{as_of};
    question.segments->known = SegmentsAsked::Known{as_of, model.cuts};
    const Table rfm = shop.answers(question)[0].tables[0];
    std::map<std::string, std::int64_t> expected;
    for (std::size_t row = 0; row < rfm.rows(); ++row) {
      expected[rfm.find("client")->text(row)] = rfm.find("segments_numeric")->integer(row);
    }
    const SegmentsAsOf segments =
        segments_as_of(shop.journeys(), model, as_of, pool, Cancellation());
    std::size_t found = 0;
    for (std::size_t p = 0; p < shop.journeys().partitions().size(); ++p) {
      const journeys::Partition& partition = shop.journeys().partitions()[p];
      for (std::uint32_t c = 0; c < partition.customers(); ++c) {
        if (segments.segment(p, c) == SegmentsAsOf::kNone) continue;
        ++found;
        EXPECT_EQ(segments.segment(p, c),
                  expected.at(std::string(partition.journey(c, as_of).client)));
      }
    }
    EXPECT_EQ(found, expected.size());
    EXPECT_EQ(found > 10, days <= 10);
  }
}

TEST(Rfm, SegmentsOfEveryPopulationAddUpToItsBuyers) {
  const TestShop shop = random_shop(22, 2);
  Question question = everything();
  question.reports = {"rfm", "segmentation", "segment_table", "recency_clusters"};
  for (const Answer& answer : shop.answers(question, 2)) {
    std::map<std::string, const Table*> tables;
    for (const Table& table : answer.tables) tables[table.name()] = &table;
    const auto total = [&](const char* report, const char* column) {
      std::int64_t sum = 0;
      const Table& table = *tables.at(report);
      for (std::size_t row = 0; row < table.rows(); ++row) {
        sum += table.find(column)->integer(row);
      }
      return sum;
    };
    const auto buyers = static_cast<std::int64_t>(tables.at("rfm")->rows());
    EXPECT_EQ(total("segmentation", "client_count"), buyers);
    EXPECT_EQ(total("segment_table", "customers"), buyers);
    EXPECT_EQ(total("recency_clusters", "client_count"), buyers);
  }
}

// ---- between snapshots --------------------------------------------------------------------------

Table rfm_of(const TestShop& shop, const std::string& moment) {
  Question question;
  question.reports = {"rfm"};
  question.window = shop.as_of(moment);
  return shop.answers(question)[0].tables[0];
}

TEST(SegmentFlow, CountsCustomersByWhereTheyWereAndAre) {
  const TestShop shop = fixture();
  const Table before = rfm_of(shop, "2021-03-09T12:00");
  const Table now = rfm_of(shop, "2021-03-15T00:30");
  // Then A was a champion and B bought once, longer ago; C is new.
  EXPECT_EQ(to_csv(segment_flow(before, now, shop.journeys().schema()), Zone::utc()),
            "from,to,customers\n,champions,1\nchampions,loyal customers,1\n"
            "new customers,need attention,1\n");
  EXPECT_EQ(to_csv(segment_flow(now, before, shop.journeys().schema()), Zone::utc()),
            "from,to,customers\nchampions,,1\nloyal customers,champions,1\n"
            "need attention,new customers,1\n");
}

TEST(SegmentFlow, TheTableSaysHowMuchSegmentsChanged) {
  const TestShop shop = fixture();
  const auto report = [&](const char* name, const char* moment) {
    Question question;
    question.reports = {name};
    question.window = shop.as_of(moment);
    return shop.answers(question)[0].tables[0];
  };
  const Table table = with_change(report("segment_table", "2021-03-15T00:30"),
                                  report("segmentation", "2021-03-09T12:00"));
  const std::string csv = to_csv(table, Zone::utc());
  EXPECT_NE(csv.find("\nchampions,1,0.0,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\nnew customers,0,-100.0,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\nloyal customers,1,,"), std::string::npos) << csv;
}

}  // namespace
}  // namespace ca::reports
