#include "api/live.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <future>
#include <thread>

#include "api/connect.h"
#include "base/writers.h"
#include "ingest/test_support.h"
#include "journeys/file.h"
#include "runs/runner.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
namespace fs = std::filesystem;

constexpr const char* kSessions =
    "id,customer,start,paid,bought,city,seen\n"
    "o1,c1,2023-02-28 10:00,10,1,north,1\n"
    "o2,c2,2023-03-01 10:00,20,1,south,0\n"
    "o3,c1,2024-02-27 10:00,30,1,north,1\n"
    "o4,c3,2024-02-28 10:00,,0,south,1\n"
    "o5,c1,2024-02-29 10:00,40,1,north,0\n"
    "o6,c2,2024-03-01 10:00,50,1,north,1\n"
    "o7,c3,2024-03-02 23:30,60,1,\"a,b\",0\n";
constexpr const char* kProducts =
    "id,product,price\no1,tea,10\no3,tea,10\no3,jam,20\no5,jam,4\no6,tea,1\n";

/// A connected shop with baskets.
class Shop {
 public:
  Shop() {
    write(folder.path() / "sessions.csv", kSessions);
    write(folder.path() / "products.csv", kProducts);
    write(folder.path() / "connect.toml",
          "[workspace]\ntimezone = \"Europe/London\"\n[sessions]\npath = \"sessions.csv\"\n"
          "actions = [\"seen\"]\n"
          "columns = { order_id = \"id\", client = \"customer\", session_start_date = \"start\", "
          "payment_amount = \"paid\", has_purchased = \"bought\", dimension = \"city\" }\n"
          "[products]\npath = \"products.csv\"\n"
          "columns = { order_id = \"id\", product = \"product\", price = \"price\" }\n");
    workspace::Workspace workspace(home);
    connect(workspace, folder.path() / "connect.toml", Cancellation());
  }
  std::string run(const runs::RunOptions& options = {}) const {
    workspace::Workspace workspace(home, options.clock);
    return runs::run(home, workspace, options, no_progress(), Cancellation()).run;
  }
  void add_session(const std::string& row) const {
    std::ofstream(folder.path() / "sessions.csv", std::ios::app) << row << "\n";
  }
  /// Changes a byte of a section of every partition.
  void damage(journeys::Section section) const {
    for (const auto& entry : fs::recursive_directory_iterator(home.journeys_folder())) {
      if (!entry.is_regular_file()) continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      file.clear();
      constexpr std::size_t kHeader = 32;
      for (std::size_t at = kHeader; at + sizeof(journeys::SectionEntry) <= bytes.size();
           at += sizeof(journeys::SectionEntry)) {
        journeys::SectionEntry found{};
        std::memcpy(&found, bytes.data() + at, sizeof found);
        if (found.offset == 0 || found.offset > bytes.size()) break;  // the end of the table
        if (found.id != section || found.bytes == 0) continue;
        file.seekp(static_cast<std::streamoff>(found.offset));
        file.put(static_cast<char>(bytes[found.offset] ^ 1));
      }
    }
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
};

ReportQuery about(const std::vector<std::string>& names) {
  ReportQuery question;
  question.names = names;
  return question;
}
ReportQuery window(const std::vector<std::string>& names, const std::string& from,
                   const std::string& to) {
  ReportQuery question = about(names);
  if (!from.empty()) question.from = from;
  if (!to.empty()) question.to = to;
  return question;
}
ReportQuery comparison(const std::string& with, const std::string& from, const std::string& to) {
  ReportQuery question = window({"daily_orders"}, from, to);
  question.compare = with;
  return question;
}
ReportQuery of_some(const std::vector<std::string>& names,
                    const std::vector<std::string>& clients) {
  ReportQuery question = about(names);
  question.segment = Segment{"some", clients};
  return question;
}

/// One of every kind of question.
std::vector<ReportQuery> all_kinds() {
  ReportQuery values = about({"kpis", "daily_funnel"});
  values.dimensions = {"north", "main", "a%2Cb"};
  ReportQuery live_values = values;
  live_values.from = "2024-02-28";
  ReportQuery together = about({"daily_orders", "most_ordered_products", "hourly_funnel"});
  together.dimensions = {"north", "south"};
  together.as_union = true;
  ReportQuery some = of_some({"weekly_revenue", "churn", "product_kpis", "dimension_kpis"},
                             {"c1", "c3", "nobody"});
  ReportQuery some_of_values = of_some({"weekly_orders", "client_kpis"}, {"c1", "c2"});
  some_of_values.dimensions = {"north"};
  some_of_values.to = "2024-03-01";
  ReportQuery few = window({"client_kpis", "daily_orders"}, "2024-02-28", "");
  few.shown.limit = 1;
  return {about({"kpis", "client_kpis", "churn_weekly"}),
          window({"daily_orders"}, "2024-02-28", "2024-03-01"),
          window({"hourly_revenue", "weekly_funnel", "kpis"}, "", "2024-02-28"),
          window({"daily_orders", "most_ordered_products"}, "2030-01-01", ""),
          comparison("previous", "2024-03-01", ""),
          comparison("year", "2024-02-29", "2024-02-29"),
          values,
          live_values,
          together,
          some,
          some_of_values,
          few};
}

/// Questions to one shop that nobody changes.
class LiveTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shop = std::make_unique<Shop>();
    runs::RunOptions options;
    options.skip = {"clv"};  // whose column of churn no live question fills
    shop->run(options);
  }
  static void TearDownTestSuite() { shop.reset(); }

  static std::vector<ReportResult> ask(const ReportQuery& question) {
    return query(shop->home, question, Cancellation());
  }
  static std::string csv(const ReportResult& result) {
    return to_csv(result.table, Zone::find(result.timezone));
  }
  static std::string csv(const ReportQuery& question) { return csv(ask(question).at(0)); }
  static std::string code(const ReportQuery& question) {
    return code_of([&] { ask(question); });
  }

  static std::unique_ptr<Shop> shop;
};

std::unique_ptr<Shop> LiveTest::shop;

// ---- one engine for all questions ---------------------------------------------------------------

TEST_F(LiveTest, AnswersTheSameColdAndWarm) {
  Live cold(shop->home);
  Live warm(shop->home, {.threads = 3});
  warm.warm(Cancellation());
  warm.warm(Cancellation());
  for (const ReportQuery& question : all_kinds()) {
    const std::string expected = to_json(ask(question));
    EXPECT_EQ(to_json(cold.query(question, Cancellation())), expected);
    EXPECT_EQ(to_json(warm.query(question, Cancellation())), expected);
    EXPECT_EQ(*warm.json(question, Cancellation()), expected);
    EXPECT_EQ(*warm.json(question, Cancellation()), expected);
  }
}

TEST_F(LiveTest, AnswersTheSameQuestionFromMemory) {
  Live live(shop->home, {.waiting = 0});
  std::set<const std::string*> texts;
  std::vector<ByteCache::Bytes> answers;
  for (const ReportQuery& question : all_kinds()) {
    answers.push_back(live.json(question, Cancellation()));
    EXPECT_EQ(live.json(question, Cancellation()), answers.back());
    EXPECT_TRUE(texts.insert(answers.back().get()).second) << "that is another question";
  }
  // It needs no turn.
  const Live::Turn turn = live.take_turn(manifest(shop->home), Cancellation());
  EXPECT_EQ(live.json(all_kinds()[1], Cancellation()), answers[1]);
}

TEST_F(LiveTest, TellsQuestionsApartThatDifferInOneThing) {
  Live live(shop->home);
  ReportQuery base = window({"daily_orders"}, "2024-02-28", "2024-03-01");
  std::vector<ReportQuery> questions(20, base);
  questions[1].names = {"daily_revenue"};
  questions[2].names = {"daily_orders", "daily_revenue"};
  questions[3].dimensions = {"north"};
  questions[4].dimensions = {"north", "south"};
  questions[5].dimensions = {"north", "south"};
  questions[5].as_union = true;
  questions[6].from = "2024-02-27";
  questions[7].to.reset();
  questions[8].compare = "previous";
  questions[9].segment = Segment{"a", {"c1"}};
  questions[10].segment = Segment{"a", {"c2"}};
  questions[11].shown.limit = 1;
  questions[12].shown.sample = 1;
  questions[13].shown.sort = "orders";
  questions[14].shown = {.sort = "orders", .is_descending = true};
  questions[15].options["daily_orders"].shown.limit = 2;
  questions[16].options["daily_orders"].shown.sample = 2;
  questions[17].dimensions = {"north"};
  questions[17].falls_back = true;
  questions[18].options["daily_orders"].dimensions = {"north"};
  questions[19].is_veiled = true;
  std::set<std::string> tags;
  std::set<std::string> answers;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    EXPECT_TRUE(tags.insert(live.tag(questions[i], "json", "a run")).second) << i;
    EXPECT_EQ(*live.json(questions[i], Cancellation()), to_json(ask(questions[i])));
    if (i >= 12) continue;  // of so few rows other questions have the same answer
    EXPECT_TRUE(answers.insert(*live.json(questions[i], Cancellation())).second) << i;
  }
}

TEST_F(LiveTest, AnswersAReportThatIsNamedTwiceOnce) {
  Live live(shop->home);
  const auto results = live.query(about({"kpis", "daily_orders", "kpis"}), Cancellation());
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].report, "kpis");
  EXPECT_EQ(results[1].report, "daily_orders");
}

TEST_F(LiveTest, ShowsRowsOfCustomersUnderPseudonyms) {
  Live live(shop->home);
  ReportQuery question = about({"rfm", "kpis"});
  const auto whole = live.query(question, Cancellation());
  question.is_veiled = true;
  const auto veiled = live.query(question, Cancellation());
  const Column& clients = *whole[0].table.find("client");
  const Column& pseudonyms = *veiled[0].table.find("client");
  ASSERT_EQ(clients.size(), pseudonyms.size());
  for (std::size_t row = 0; row < clients.size(); ++row) {
    EXPECT_NE(pseudonyms.text(row), clients.text(row));
    EXPECT_EQ(pseudonyms.text(row).size(), 16U);
  }
  EXPECT_EQ(to_json(veiled[1]), to_json(whole[1]));
  // Each process has pseudonyms of its own, and tags that say so.
  Live other(shop->home);
  EXPECT_NE(other.query(question, Cancellation())[0].table.find("client")->text(0),
            pseudonyms.text(0));
  EXPECT_NE(other.tag(question, "json", "a run"), live.tag(question, "json", "a run"));
  question.is_veiled = false;
  EXPECT_EQ(other.tag(question, "json", "a run"), live.tag(question, "json", "a run"));
}

TEST_F(LiveTest, TakesNoNameForSeveral) {
  Live live(shop->home);
  live.json(of_some({"kpis"}, {"c1", "c2"}), Cancellation());
  for (const std::string between : {"\x01", "\x02", "\n", ",", "2:c2"}) {
    const ReportQuery question = of_some({"kpis"}, {"c1" + between + "c2"});
    EXPECT_EQ(code_of([&] { live.json(question, Cancellation()); }), "E-SEGMENT");
  }
}

TEST_F(LiveTest, KeepsNoMoreThanItMay) {
  Live live(shop->home, {.cached_bytes = 0});
  const ReportQuery question = about({"kpis"});
  const ByteCache::Bytes first = live.json(question, Cancellation());
  const ByteCache::Bytes second = live.json(question, Cancellation());
  EXPECT_NE(first, second);
  EXPECT_EQ(*first, *second);
}

TEST_F(LiveTest, RefusesAndKeepsAnswering) {
  Live live(shop->home, {.waiting = 0});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(code_of([&] { live.json(about({"kpi"}), Cancellation()); }), "E-REPORT");
    EXPECT_EQ(code_of([&] { live.json(comparison("month", "2024-03-01", ""), Cancellation()); }),
              "E-PARAM");
    EXPECT_EQ(code_of([&] { live.json(of_some({"kpis"}, {"x"}), Cancellation()); }), "E-SEGMENT");
  }
  EXPECT_EQ(code_of([&] { live.json(all_kinds()[1], Cancellation()); }), "none");
}

TEST_F(LiveTest, AnswersSeveralThreads) {
  Live live(shop->home, {.threads = 2});
  const std::vector<ReportQuery> questions = all_kinds();
  std::vector<std::string> expected;
  for (const ReportQuery& question : questions) expected.push_back(to_json(ask(question)));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < questions.size(); ++i) {
        const std::size_t q = (i * (t + 1) + t) % questions.size();
        if (t == 2) live.warm(Cancellation());
        EXPECT_EQ(*live.json(questions[q], Cancellation()), expected[q]) << q;
        EXPECT_EQ(to_json(live.query(questions[q], Cancellation())), expected[q]) << q;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(LiveTest, TurnsAwayWhoFindsTheLineFull) {
  Live live(shop->home, {.waiting = 0});
  MembersQuery members;
  members.report = "kpis";
  members.cell = R"({"column": "total_orders"})";
  {
    const Live::Turn turn = live.take_turn(manifest(shop->home), Cancellation());
    EXPECT_EQ(code_of([&] { live.query(all_kinds()[1], Cancellation()); }), "E-BUSY");
    EXPECT_EQ(code_of([&] { live.json(all_kinds()[1], Cancellation()); }), "E-BUSY");
    EXPECT_EQ(code_of([&] { live.members(members, Cancellation()); }), "E-BUSY");
    // What is wrong is told without a turn, and what the snapshot holds is read without one.
    EXPECT_EQ(code_of([&] { live.query(window({"kpis"}, "2024-03-02", "2024-03-01"), {}); }),
              "E-PARAM");
    EXPECT_EQ(code_of([&] { live.query(comparison("month", "2024-03-01", ""), {}); }), "E-PARAM");
    EXPECT_EQ(code_of([&] { live.query(comparison("year", "", "2024-03-01"), {}); }), "E-PARAM");
    EXPECT_EQ(code_of([&] { live.query(about({"kpis"}), Cancellation()); }), "none");
  }
  EXPECT_EQ(code_of([&] { live.query(all_kinds()[1], Cancellation()); }), "none");
  EXPECT_EQ(code_of([&] { live.members(members, Cancellation()); }), "none");
}

TEST_F(LiveTest, WhoWaitsCanBeCancelled) {
  Live live(shop->home, {.waiting = 1});
  Cancellation cancellation;
  {
    const Live::Turn turn = live.take_turn(manifest(shop->home), Cancellation());
    auto waiting = std::async(std::launch::async, [&] {
      return code_of([&] { live.query(all_kinds()[1], cancellation); });
    });
    cancellation.cancel();
    EXPECT_EQ(waiting.get(), "E-CANCELLED");
  }
  EXPECT_EQ(code_of([&] { live.json(all_kinds()[1], cancellation); }), "E-CANCELLED");
  EXPECT_EQ(code_of([&] { live.json(all_kinds()[1], Cancellation()); }), "none");
}

// ---- what runs publish --------------------------------------------------------------------------

TEST(Live, SeesWhatARunPublishes) {
  const Shop shop;
  Live live(shop.home);
  live.warm(Cancellation());  // there is nothing yet
  const ReportQuery question = window({"daily_orders"}, "2024-03-02", "");
  EXPECT_EQ(code_of([&] { live.json(question, Cancellation()); }), "E-SNAPSHOT");

  shop.run();
  live.warm(Cancellation());
  const ByteCache::Bytes first = live.json(question, Cancellation());
  EXPECT_EQ(live.json(question, Cancellation()), first);
  EXPECT_NE(first->find(R"("rows":[["2024-03-02",1,true]])"), std::string::npos) << *first;

  shop.add_session("o8,c4,2024-03-03 10:00,5,1,north,0");
  const std::string run = shop.run();
  const ByteCache::Bytes second = live.json(question, Cancellation());
  EXPECT_NE(second->find(R"("rows":[["2024-03-02",1,false],["2024-03-03",1,true]])"),
            std::string::npos)
      << *second;
  EXPECT_NE(second->find(run), std::string::npos);
  live.warm(Cancellation());
  EXPECT_EQ(to_json(live.query(question, Cancellation())), *second);
  EXPECT_EQ(live.json(question, Cancellation()), second);
}

TEST(Live, EndsWithTheAsOfOfTheNewestSnapshot) {
  const Shop shop;
  shop.run();
  Live live(shop.home);
  live.warm(Cancellation());
  runs::RunOptions again;
  again.only = {"exploratory", "publish"};
  again.as_of = "2024-02-29";
  shop.run(again);
  const ReportQuery question = window({"daily_orders", "daily_funnel"}, "2024-02-28", "");
  for (const bool is_warm : {false, true}) {
    if (is_warm) live.warm(Cancellation());
    const std::vector<ReportResult> results = live.query(question, Cancellation());
    EXPECT_EQ(to_csv(results[0].table, Zone::utc()),
              "daily,orders,is_partial\n2024-02-28,0,false\n2024-02-29,1,false\n");
    EXPECT_EQ(to_json(results), to_json(query(shop.home, question, Cancellation())));
  }
}

ReportResult published_on(Live& live, const std::string& report, const std::string& day) {
  ReportQuery question = about({report});
  question.snapshot = day;
  return live.query(question, Cancellation()).at(0);
}

TEST(Live, ComputesOnlyWithTheNewestJourneys) {
  const Shop shop;
  runs::RunOptions options;
  const auto on = [&](const char* moment) {
    const std::int64_t micros = read_instant(moment, Zone::utc()).instant.micros;
    options.clock = [micros] { return workspace::TimePoint(std::chrono::microseconds(micros)); };
    return options;
  };
  shop.run(on("2024-04-01 10:00"));
  shop.add_session("o8,c4,2024-03-03 10:00,5,1,north,0");
  shop.run(on("2024-04-05 10:00"));
  Live live(shop.home);
  for (ReportQuery question :
       {window({"daily_orders"}, "2024-03-01", ""), of_some({"kpis"}, {"c1"}),
        comparison("previous", "2024-03-01", "2024-03-01")}) {
    question.snapshot = "2024-04-01";
    EXPECT_EQ(code_of([&] { live.json(question, Cancellation()); }), "E-SNAPSHOT");
    ReportQuery as_published = question;
    as_published.falls_back = true;
    for (const ReportResult& result : live.query(as_published, Cancellation())) {
      EXPECT_FALSE(result.from || !result.segment.empty() || !result.period.empty());
      EXPECT_EQ(to_json(result), to_json(published_on(live, result.report, "2024-04-01")));
    }
    question.snapshot = "2024-04-05";
    EXPECT_EQ(code_of([&] { live.json(question, Cancellation()); }), "none");
  }
  ReportQuery stored = about({"kpis"});
  stored.snapshot = "2024-04-01";
  EXPECT_EQ(code_of([&] { live.json(stored, Cancellation()); }), "none");
}

std::string described(const std::vector<ReportResult>& results) {
  std::string text;
  for (const ReportResult& result : results) {
    text += fmt::format("{}/{}{}{} ", result.report, result.dimension,
                        result.from ? " from " + format_day(*result.from) : "",
                        result.period.empty() ? "" : " " + result.period);
  }
  return text;
}

TEST_F(LiveTest, EachReportShowsItsOwnRows) {
  for (const char* from : {"", "2024-02-01"}) {
    ReportQuery question = window({"daily_orders", "client_kpis", "daily_revenue"}, from, "");
    const std::vector<ReportResult> all = ask(question);
    question.shown.limit = 3;
    question.options["daily_orders"].shown = {.sample = 2, .limit = 100};
    question.options["client_kpis"].shown = {.sort = "client", .is_descending = true, .limit = 1};
    const std::vector<ReportResult> some = ask(question);
    ASSERT_EQ(some.size(), 3U);
    const std::size_t days = all[0].table.rows();
    EXPECT_EQ(csv(some[0]),
              to_csv(all[0].table.reordered(std::vector<std::size_t>{0, days - 1}), Zone::utc()));
    EXPECT_EQ(some[1].table.find("client")->text(0),
              all[1].table.find("client")->text(all[1].table.rows() - 1));
    EXPECT_EQ(some[1].table.rows(), 1U);
    EXPECT_EQ(csv(some[2]), to_csv(all[2].table.head(3), Zone::utc()));
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(some[i].total_rows, all[i].total_rows);
  }
}

TEST_F(LiveTest, EachReportIsOfItsOwnPopulations) {
  for (const char* from : {"", "2024-02-01"}) {
    for (const bool falls_back : {false, true}) {
      ReportQuery question = window({"daily_orders", "kpis", "daily_revenue"}, from, "");
      question.falls_back = falls_back;
      if (question.from) question.compare = "previous";
      std::vector<ReportResult> expected = ask(question);
      ReportQuery other = question;
      other.names = {"kpis"};
      other.dimensions = {"north", "south"};
      const std::vector<ReportResult> kpis = ask(other);
      const auto periods = static_cast<std::ptrdiff_t>(question.compare ? 2 : 1);
      expected.erase(expected.begin() + periods, expected.begin() + 2 * periods);
      expected.insert(expected.begin() + periods, kpis.begin(), kpis.end());
      question.options["kpis"].dimensions = other.dimensions;
      EXPECT_EQ(to_json(ask(question)), to_json(expected));
    }
  }
  ReportQuery question = window({"daily_orders", "kpis"}, "", "");
  question.options["kpis"].dimensions = {"nowhere"};
  EXPECT_EQ(code(question), "E-DIMENSION");
}

TEST_F(LiveTest, RefusesRowsOfWhatIsNotThere) {
  for (const char* from : {"", "2024-02-01"}) {
    ReportQuery question = window({"daily_orders", "kpis"}, from, "");
    question.options["daily_orders"].shown.sort = "order";
    const auto error = error_of([&] { ask(question); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), "E-PARAM");
    EXPECT_EQ(error->hint(), "Did you mean orders?");
    question.options = {{"daily_revenue", {}}};
    EXPECT_EQ(code(question), "E-PARAM");
  }
}

TEST_F(LiveTest, FallsBackToWhatIsPublished) {
  const std::vector<std::string> names = {"run_log", "daily_orders", "data_quality", "kpis"};
  ReportQuery question = comparison("previous", "2024-03-01", "2024-03-01");
  question.names = names;
  EXPECT_EQ(code(question), "E-PARAM");
  question.falls_back = true;
  EXPECT_EQ(described(ask(question)),
            "run_log/main daily_orders/main from 2024-03-01 current daily_orders/main from "
            "2024-02-29 previous data_quality/main kpis/main from 2024-03-01 current "
            "kpis/main from 2024-02-29 previous ");
  ReportQuery alone = question;
  alone.names = {"kpis"};
  alone.falls_back = false;
  EXPECT_EQ(to_json(ask(question)[4]), to_json(ask(alone)[0]));
  EXPECT_EQ(to_json(ask(question)[0]), to_json(ask(about({"run_log"}))[0]));
}

TEST_F(LiveTest, FallsBackToMainForWhatIsAboutEverybody) {
  ReportQuery question = window({"dimension_kpis", "daily_orders", "run_log"}, "2024-02-28", "");
  question.dimensions = {"north", "south"};
  EXPECT_EQ(code(question), "E-PARAM");
  question.falls_back = true;
  EXPECT_EQ(described(ask(question)),
            "dimension_kpis/main from 2024-02-28 daily_orders/north from 2024-02-28 "
            "daily_orders/south from 2024-02-28 run_log/main ");
  question.as_union = true;
  EXPECT_EQ(described(ask(question)),
            "dimension_kpis/main from 2024-02-28 daily_orders/north,south from 2024-02-28 "
            "run_log/main ");
}

TEST_F(LiveTest, FallingBackForgivesNoMistake) {
  ReportQuery question = window({"daily_orders"}, "2024-02-28", "2024-02-01");
  question.falls_back = true;
  EXPECT_EQ(code(question), "E-PARAM");
  question = window({"daily_orders"}, "2024-02-28", "");
  question.falls_back = true;
  question.dimensions = {"nowhere"};
  EXPECT_EQ(code(question), "E-DIMENSION");
}

TEST(Live, NoticesDamagedJourneys) {
  const Shop shop;
  shop.run();
  shop.damage(journeys::Section::kSessionAmount);
  Live live(shop.home, {.waiting = 0});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(code_of([&] { live.warm(Cancellation()); }), "E-JOURNEYS");
    EXPECT_EQ(code_of([&] { live.query(all_kinds()[1], Cancellation()); }), "E-JOURNEYS");
  }
  EXPECT_EQ(code_of([&] { live.query(about({"daily_orders"}), Cancellation()); }), "none");
}

TEST(Live, NoticesDamagedBasketsWhenTheyAreRead) {
  const Shop shop;
  shop.run();
  const std::string expected =
      to_json(query(shop.home, window({"daily_orders", "kpis"}, "2024-02-28", ""), Cancellation()));
  shop.damage(journeys::Section::kLineAmount);
  Live live(shop.home, {.waiting = 0});
  MembersQuery members;
  members.report = "most_ordered_products";
  members.cell = R"({"key": {"products": "tea"}, "column": "order_count"})";
  for (int i = 0; i < 2; ++i) {
    for (const char* report : {"most_ordered_products", "most_combined_products", "product_kpis"}) {
      EXPECT_EQ(code_of([&] {
                  live.query(window({"kpis", report}, "2024-02-28", ""), {});
                }),
                "E-JOURNEYS")
          << report;
    }
    EXPECT_EQ(code_of([&] { live.members(members, Cancellation()); }), "E-JOURNEYS");
    EXPECT_EQ(code_of([&] { live.warm(Cancellation()); }), "E-JOURNEYS");
    EXPECT_EQ(to_json(live.query(window({"daily_orders", "kpis"}, "2024-02-28", ""), {})),
              expected);
  }
}

// ---- comparisons --------------------------------------------------------------------------------

TEST_F(LiveTest, ComparesWithAsManyDaysBefore) {
  const std::vector<ReportResult> results = ask(comparison("previous", "2024-02-29", "2024-03-01"));
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(csv(results[0]),
            "period,daily,orders,is_partial\ncurrent,2024-02-29,1,false\n"
            "current,2024-03-01,1,false\n");
  EXPECT_EQ(csv(results[1]),
            "period,daily,orders,is_partial\nprevious,2024-02-27,1,false\n"
            "previous,2024-02-28,0,false\n");
  EXPECT_EQ(results[0].period, "current");
  EXPECT_EQ(results[1].period, "previous");
  EXPECT_EQ(format_day(*results[1].from) + " " + format_day(*results[1].to),
            "2024-02-27 2024-02-28");
  EXPECT_EQ(Zone::utc().format(results[1].as_of), "2024-02-28T23:59:59.999999");
  EXPECT_EQ(results[0].columns.at(0).name, "period");
  EXPECT_EQ(results[0].table.key_columns(), 2U);
}

TEST_F(LiveTest, ComparesWithTheSameDaysOfTheYearBefore) {
  EXPECT_EQ(csv(ask(comparison("year", "2024-02-28", "2024-03-01")).at(1)),
            "period,daily,orders,is_partial\nyear,2023-02-28,1,false\nyear,2023-03-01,1,false\n");
  // 29 February is 28 February where there is none.
  const ReportResult leap = ask(comparison("year", "2024-02-29", "2024-02-29")).at(1);
  EXPECT_EQ(csv(leap), "period,daily,orders,is_partial\nyear,2023-02-28,1,false\n");
  EXPECT_EQ(ask(comparison("year", "2024-02-29", "2024-03-01")).at(1).total_rows, 2);
  EXPECT_EQ(format_day(*ask(comparison("year", "2024-12-31", "2024-12-31")).at(1).from),
            "2023-12-31");
}

TEST_F(LiveTest, ComparesEachWindowWithWhatItIsByItself) {
  for (const char* with : {"previous", "year"}) {
    ReportQuery question = comparison(with, "2024-02-28", "2024-03-02");
    question.names = {"kpis", "hourly_funnel", "churn", "client_kpis", "most_ordered_products"};
    for (const ReportResult& result : ask(question)) {
      ReportQuery alone = window({result.report}, format_day(*result.from), format_day(*result.to));
      const Table table = ask(alone).at(0).table;
      ASSERT_EQ(result.table.rows(), table.rows());
      for (const Column& column : table.columns()) {
        Table one;
        one.add(column);
        Table other;
        other.add(*result.table.find(column.name()));
        EXPECT_EQ(to_csv(other, Zone::utc()), to_csv(one, Zone::utc())) << result.report;
      }
    }
  }
}

TEST_F(LiveTest, ComparesAWindowThatEndsWithTheDataOrLater) {
  const std::vector<ReportResult> open = ask(comparison("previous", "2024-02-29", ""));
  EXPECT_EQ(format_day(*open.at(0).to), "2024-03-02");  // the last day of the data
  EXPECT_EQ(format_day(*open.at(1).from), "2024-02-26");
  const std::vector<ReportResult> long_one =
      ask(comparison("previous", "2024-03-01", "2024-03-10"));
  EXPECT_EQ(csv(long_one.at(0)),
            "period,daily,orders,is_partial\ncurrent,2024-03-01,1,false\ncurrent,2024-03-02,1,true"
            "\n");
  EXPECT_EQ(format_day(*long_one.at(1).from) + " " + format_day(*long_one.at(1).to),
            "2024-02-20 2024-02-29");
  const std::vector<ReportResult> later = ask(comparison("previous", "2025-01-01", ""));
  EXPECT_EQ(later.at(0).total_rows, 0);
  EXPECT_EQ(format_day(*later.at(1).from), "2024-12-31");
  const std::vector<ReportResult> first = ask(comparison("previous", "2023-02-28", "2023-02-28"));
  EXPECT_EQ(first.at(0).note, "");
  EXPECT_EQ(csv(first.at(1)), "period,daily,orders,is_partial\n");
  EXPECT_EQ(first.at(1).note,
            "The window that it is compared with lies outside the data, which are from 2023-02-28 "
            "to 2024-03-02.");
}

TEST_F(LiveTest, ComparesEachOfSeveralPopulations) {
  ReportQuery question = comparison("previous", "2024-03-01", "2024-03-01");
  question.dimensions = {"north", "main"};
  std::string text;
  for (const ReportResult& result : ask(question)) text += csv(result);
  EXPECT_EQ(text,
            "period,population,daily,orders,is_partial\ncurrent,north,2024-03-01,1,false\n"
            "period,population,daily,orders,is_partial\nprevious,north,2024-02-29,1,false\n"
            "period,population,daily,orders,is_partial\ncurrent,main,2024-03-01,1,false\n"
            "period,population,daily,orders,is_partial\nprevious,main,2024-02-29,1,false\n");
  question.segment = Segment{"some", {"c2"}};
  EXPECT_EQ(csv(ask(question).at(1)),
            "period,population,daily,orders,is_partial\nprevious,north,2024-02-29,0,false\n");
}

TEST_F(LiveTest, RefusesAComparisonThatIsNone) {
  EXPECT_EQ(code(comparison("month", "2024-03-01", "")), "E-PARAM");
  EXPECT_EQ(code(comparison("", "2024-03-01", "")), "E-PARAM");
  EXPECT_EQ(code(comparison("previous", "", "2024-03-01")), "E-PARAM");
  EXPECT_EQ(code(comparison("year", "", "")), "E-PARAM");
  ReportQuery system = comparison("previous", "2024-03-01", "");
  system.names = {"run_log"};
  EXPECT_EQ(code(system), "E-PARAM");
}

// ---- segments -----------------------------------------------------------------------------------

TEST_F(LiveTest, ASegmentIsItsCustomersAlone) {
  EXPECT_EQ(csv(of_some({"total_order_count_per_customer"}, {"c3", "c1"})),
            "client,order_count\nc1,3\nc3,1\n");
  ReportQuery question = of_some({"daily_orders"}, {"c2", "c2"});
  question.from = "2024-02-29";
  EXPECT_EQ(csv(question),
            "daily,orders,is_partial\n2024-02-29,0,false\n2024-03-01,1,false\n"
            "2024-03-02,0,true\n");
  EXPECT_EQ(csv(of_some({"most_ordered_products"}, {"c2"})),
            "products,order_count,quantity,revenue,client_count\ntea,1,1.0,50.0,1\n");
}

TEST_F(LiveTest, ASegmentHasPopulationsAndUnions) {
  ReportQuery question = of_some({"total_order_count_per_customer"}, {"c1", "c2", "c3"});
  question.dimensions = {"north"};
  EXPECT_EQ(csv(question), "client,order_count\nc1,3\nc2,1\n");
  question.to = "2024-02-28";
  EXPECT_EQ(csv(question), "client,order_count\nc1,2\n");
  question.to.reset();
  question.dimensions = {"south", "a,b"};
  question.as_union = true;
  EXPECT_EQ(csv(question), "client,order_count\nc2,1\nc3,1\n");
  question.segment->clients = {"c3"};
  EXPECT_EQ(csv(question), "client,order_count\nc3,1\n");
}

TEST_F(LiveTest, ASegmentOfEverybodyIsEverybody) {
  const std::vector<std::string> reports = {"daily_orders",  "kpis",           "churn",
                                            "hourly_funnel", "dimension_kpis", "product_kpis"};
  const std::vector<ReportResult> all = ask(about(reports));
  const std::vector<ReportResult> some = ask(of_some(reports, {"c1", "c2", "c3"}));
  for (std::size_t i = 0; i < reports.size(); ++i) EXPECT_EQ(csv(some[i]), csv(all[i]));
}

TEST_F(LiveTest, ASegmentTellsWhoIsUnknown) {
  EXPECT_EQ(ask(of_some({"kpis"}, {"c1"})).at(0).note, "");
  EXPECT_EQ(ask(of_some({"kpis"}, {"c1", "C1", "x", "x"})).at(0).note,
            "2 of the 3 customers of the segment some are unknown.");
  EXPECT_EQ(code(of_some({"kpis"}, {"C1", ""})), "E-SEGMENT");
  EXPECT_EQ(code(of_some({"kpis"}, {})), "E-SEGMENT");
  EXPECT_EQ(code(of_some({"data_quality"}, {"c1"})), "E-PARAM");
}

TEST_F(LiveTest, MembersOfASegmentAreThoseInIt) {
  MembersQuery question;
  question.report = "kpis";
  question.cell = R"({"column": "total_orders"})";
  const auto clients = [&] {
    const MembersResult result = members(shop->home, question, Cancellation());
    std::string text;
    const Column& column = *result.members.table.find("client");
    for (std::size_t row = 0; row < column.size(); ++row) text += column.text(row) + " ";
    return fmt::format("{}of {}", text, std::get<std::int64_t>(result.members.value));
  };
  EXPECT_EQ(clients(), "c1 c2 c3 of 6");
  question.segment = Segment{"some", {"c3", "c1"}};
  EXPECT_EQ(clients(), "c1 c3 of 4");
  question.from = "2024-02-29";
  EXPECT_EQ(clients(), "c1 c3 of 2");
  question.dimensions = {"north"};
  EXPECT_EQ(clients(), "c1 of 1");
  question.dimensions = {"south", "a%2Cb"};
  question.as_union = true;
  EXPECT_EQ(clients(), "c3 of 1");
  question.segment->clients = {"nobody"};
  EXPECT_EQ(code_of(clients), "E-SEGMENT");
}

TEST_F(LiveTest, ASegmentIsNamedByTheNewestSnapshot) {
  // c1 and c2 buy often, c3 bought once.
  const auto named = [&](const char* name, std::vector<std::string> reports) {
    ReportQuery question = about(std::move(reports));
    question.segment = Segment{.name = name, .is_of_snapshot = true};
    return question;
  };
  const std::vector<std::string> orders = {"total_order_count_per_customer"};
  EXPECT_EQ(csv(named("loyal customers", orders)), "client,order_count\nc1,3\nc2,2\n");
  EXPECT_EQ(csv(named("Loyal Customers", orders)), "client,order_count\nc1,3\nc2,2\n");
  EXPECT_EQ(ask(named("NEW customers", orders)).at(0).segment, "new customers");
  // Among them scores are still those of everybody.
  EXPECT_EQ(csv(named("new customers", {"segmentation"})),
            "segments,value,client_count\nnew customers,100.0,1\n");
  EXPECT_EQ(csv(named("loyal customers", {"recency_clusters"})).substr(0, 60),
            csv(about({"recency_clusters"})).substr(0, 60));
  EXPECT_EQ(code(named("cant lose them", orders)), "E-SEGMENT");  // where nobody is
  EXPECT_EQ(code(named("winners", orders)), "E-SEGMENT");
  EXPECT_EQ(code(named("", orders)), "E-SEGMENT");
  ReportQuery flow = about({"segment_flow"});
  EXPECT_EQ(csv(flow), "from,to,customers\n");
  flow.to = "2024-03-01";
  EXPECT_EQ(code(flow), "E-PARAM");
}

TEST(Live, WithoutTheStageThereAreNoSegments) {
  const Shop shop;
  runs::RunOptions options;
  options.skip = {"segments"};
  shop.run(options);
  const auto result = [&](ReportQuery question) {
    return query(shop.home, question, Cancellation()).at(0);
  };
  ReportQuery question;
  question.names = {"client_kpis"};
  EXPECT_EQ(result(question).note,
            "client_kpis.segments is empty: the stage segments did not run.");
  question.segment = Segment{.name = "champions", .is_of_snapshot = true};
  EXPECT_EQ(code_of([&] { result(question); }), "E-SKIPPED");
  question.segment.reset();
  question.names = {"rfm"};
  EXPECT_EQ(code_of([&] { result(question); }), "E-SKIPPED");
  MembersQuery members_of;
  members_of.report = "kpis";
  members_of.cell = R"({"column": "total_orders"})";
  const Table list = members(shop.home, members_of, Cancellation()).members.table;
  EXPECT_TRUE(list.find("segment")->is_null(0));
}

}  // namespace
}  // namespace ca::api
