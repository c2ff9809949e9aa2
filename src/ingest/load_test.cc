#include "ingest/load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "ingest/test_support.h"

namespace ca::ingest {
namespace {

using namespace testing;
using sources::Kind;

/// A shop whose sources are texts, and what loading it gave.
class LoadTest : public ::testing::Test {
 protected:
  /// Connects a CSV of the kind. Columns that are called as a field are that field.
  SourcePlan& connect(Kind kind, std::string_view csv, std::vector<std::string> actions = {}) {
    const std::string name(name_of(kind));
    return connect_path(kind, write(folder.path() / (name + ".csv"), csv), csv, std::move(actions));
  }
  SourcePlan& connect_path(Kind kind, const std::filesystem::path& path, std::string_view header,
                           std::vector<std::string> actions = {}) {
    SourcePlan source;
    source.location.kind = kind;
    source.location.path = path;
    source.timezone = "UTC";
    source.mapping.actions = std::move(actions);
    const std::string line = "," + std::string(header.substr(0, header.find('\n'))) + ",";
    for (const Field& field : fields_of(kind)) {
      if (line.find("," + field.name + ",") != std::string::npos) {
        source.mapping.columns[field.name] = field.name;
      }
    }
    plan.sources.push_back(std::move(source));
    return plan.sources.back();
  }

  /// The sessions that most tests need and do not look at: orders o1, o2, o3 of c1, c1, c2.
  void connect_three_sessions() {
    connect(Kind::kSessions,
            "order_id,client,session_start_date,payment_amount,has_purchased\n"
            "o1,c1,2024-01-01 10:00,10,1\n"
            "o2,c1,2024-01-02 10:00,20,1\n"
            "o3,c2,2024-01-03 10:00,30,0\n");
  }

  const Staging& load() {
    staging = stage(plan, true, connection, folder.path(), no_progress(), cancellation);
    return staging;
  }
  std::string load_code() {
    return code_of([&] { load(); });
  }

  std::string rows(const std::string& select) { return rows_of(connection, select); }

  const StagedSource& staged(Kind kind) const {
    return *std::ranges::find(staging.sources, kind, &StagedSource::kind);
  }

  /// "source rule severity count [sample, ...]" of every finding, a line each.
  std::string findings() const {
    std::string text;
    for (const QualityFinding& found : staging.findings) {
      text += fmt::format("{} {} {} {} [{}]\n", found.source, found.rule, found.severity,
                          found.count, fmt::join(found.sample, ", "));
    }
    return text;
  }

  TemporaryFolder folder;
  sql::Database database{""};
  sql::Connection connection = database.connect();
  Cancellation cancellation;
  ShopPlan plan;
  Staging staging;
};

TEST_F(LoadTest, AcceptsGoodRowsOfAllFourSources) {
  connect_three_sessions();
  connect(Kind::kCustomers, "client,download_date\nc1,2023-12-31\nc2,2024-01-03\nc9,2024-01-01\n");
  connect(Kind::kProducts, "order_id,product,price\no1,tea,2\no1,milk,1\no2,tea,2\no2,tea,2\n");
  connect(Kind::kDeliveries, "order_id,delivery_date\no2,2024-01-02 11:00\n");
  load();
  EXPECT_EQ(findings(), "");
  const std::vector<std::int64_t> counts = {3, 3, 4, 1};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_EQ(staging.sources[i].kind, static_cast<Kind>(i));
    EXPECT_EQ(staging.sources[i].rows_read, counts[i]);
    EXPECT_EQ(staging.sources[i].rows_accepted, counts[i]);
    EXPECT_EQ(staging.sources[i].malformed, 0);
  }
  EXPECT_EQ(rows("SELECT count(*) FROM staged_rejects"), "0\n");
  EXPECT_EQ(staged_table(Kind::kProducts), "staged_products");
}

TEST_F(LoadTest, KeysAreTrimmedAndNothingElse) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount,promotion_id,dimension\n"
          " o1 ,\" c\u00FC 1\t\",2024-01-01,1, SPRING , north \n"
          "o 2,c2,2024-01-02,1, none ,\n");
  connect(Kind::kCustomers, "client,download_date\n\"\tc\u00FC 1 \",2024-01-01\nc2,2024-01-01\n");
  connect(Kind::kProducts, "order_id,product,price,category\no1, green tea ,2, hot \n o 2 ,x,1,\n");
  connect(Kind::kDeliveries, "order_id,delivery_date\n o1,2024-01-02 11:00\n");
  load();
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(
      rows("SELECT order_id, client, promotion_id, dimension FROM staged_sessions ORDER BY 1"),
      "o 2|c2|~|(none)\no1|c\u00FC 1| SPRING | north \n");
  EXPECT_EQ(rows("SELECT client FROM staged_customers ORDER BY 1"), "c2\nc\u00FC 1\n");
  EXPECT_EQ(rows("SELECT product, category FROM staged_products ORDER BY 1"),
            "green tea| hot \nx|(none)\n");
  EXPECT_EQ(staged(Kind::kDeliveries).rows_accepted, 1);
}

TEST_F(LoadTest, TellsWhyRowsWereRejected) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount,has_purchased\n"
          "o1,c1,2024-01-01,10,1\n"
          ",c1,2024-01-01,10,1\n"
          "o3,,2024-01-01,10,1\n"
          "o4,c1,,10,1\n"
          "o5,c1,01/02/2024,10,1\n"
          "o6,c1,2024-01-01,10,\n"
          "o7,c1,2024-01-01,10,perhaps\n"
          ",c1,someday,ten,1\n");
  load();
  EXPECT_EQ(staged(Kind::kSessions).rows_read, 8);
  EXPECT_EQ(staged(Kind::kSessions).rows_accepted, 1);
  EXPECT_EQ(findings(),
            "sessions order_id_missing error 2 [(empty)]\n"
            "sessions client_missing error 1 [o3]\n"
            "sessions session_start_date_missing error 1 [o4]\n"
            "sessions session_start_date_unreadable error 2 [01/02/2024, someday]\n"
            "sessions has_purchased_missing error 1 [o6]\n"
            "sessions has_purchased_unreadable error 1 [perhaps]\n"
            "sessions payment_amount_unreadable warn 1 [ten]\n");
  EXPECT_EQ(rows("SELECT order_id FROM staged_sessions"), "o1\n");
  EXPECT_EQ(rows("SELECT source, rule, file, line, text FROM staged_rejects ORDER BY rule, text"),
            "sessions|client_missing|~|~|o3\n"
            "sessions|has_purchased_missing|~|~|o6\n"
            "sessions|has_purchased_unreadable|~|~|o7\n"
            "sessions|order_id_missing|~|~|~\n"
            "sessions|order_id_missing|~|~|~\n"
            "sessions|session_start_date_missing|~|~|o4\n"
            "sessions|session_start_date_unreadable|~|~|o5\n"
            "sessions|session_start_date_unreadable|~|~|~\n");
}

TEST_F(LoadTest, KeepsAThousandRejectsOfARule) {
  std::string csv = "order_id,client,session_start_date,payment_amount\no,c,2024-01-01,1\n";
  for (int i = 0; i < 1500; ++i) csv += fmt::format("o{},c,tomorrow,1\n", i);
  connect(Kind::kSessions, csv);
  load();
  ASSERT_EQ(staging.findings.size(), 1U);
  EXPECT_EQ(staging.findings[0].count, 1500);
  EXPECT_EQ(staging.findings[0].sample, std::vector<std::string>(1, "tomorrow"));
  EXPECT_EQ(rows("SELECT count(*) FROM staged_rejects"), fmt::format("{}\n", kKeptRejects));
}

TEST_F(LoadTest, SamplesShowTheCellsOfTheSource) {
  const std::string long_text(300, 'x');
  connect(Kind::kSessions,
          fmt::format("order_id,client,session_start_date,payment_amount,seen\n"
                      "o1,c1,2024-01-01, ten \n"  // malformed: too few cells
                      "o2,c1,2024-01-01, ten ,1\n"
                      "o3,c1,2024-01-01,{},\n"
                      "o4,c1,2024-01-01,4,maybe\n",
                      long_text),
          {"seen"})
      .max_malformed = 0.5;
  load();
  EXPECT_EQ(findings(), fmt::format("sessions malformed_line error 1 [sessions.csv:2 4 cells "
                                    "instead of 5]\n"
                                    "sessions payment_amount_unreadable warn 2 [ ten , {}]\n"
                                    "sessions action_unreadable warn 1 [maybe]\n",
                                    long_text.substr(0, 200)));
}

TEST_F(LoadTest, EveryReportedFieldHasItsSample) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount,date,discount_amount\n"
          "o1,c1,2024-01-01,10,later,free\n");
  connect(Kind::kCustomers, "client,download_date,signup_date\nc1,2023-12-31,never\n");
  connect(Kind::kProducts, "order_id,product,price,quantity\no1,tea,cheap,few\n");
  connect(Kind::kDeliveries,
          "order_id,delivery_date,prepare_date,return_date,latitude,longitude\n"
          "o1,2024-01-02 11:00,soon,,here,\n");
  load();
  EXPECT_EQ(findings(),
            "sessions date_unreadable warn 1 [later]\n"
            "sessions discount_amount_unreadable warn 1 [free]\n"
            "customers signup_date_unreadable warn 1 [never]\n"
            "products price_unreadable warn 1 [cheap]\n"
            "products quantity_unreadable warn 1 [few]\n"
            "deliveries date_unreadable warn 1 [soon]\n"
            "deliveries coordinate_unreadable warn 1 [here]\n");
}

// ---- duplicates -------------------------------------------------------------------------------

TEST_F(LoadTest, TheLastRowOfAnOrderWins) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\n"
          "o1,c1,2024-01-01,1\no2,c1,2024-01-02,2\n o1,c2,2024-01-03,3\no1 ,c3,2024-01-04,4\n");
  load();
  EXPECT_EQ(rows("SELECT order_id, client, payment_amount FROM staged_sessions ORDER BY 1"),
            "o1|c3|4.0\no2|c1|2.0\n");
  EXPECT_EQ(findings(), "sessions duplicate_order_id warn 2 [o1]\n");
  EXPECT_EQ(staged(Kind::kSessions).rows_read, 4);
  EXPECT_EQ(staged(Kind::kSessions).rows_accepted, 2);
}

TEST_F(LoadTest, ARejectedRowDoesNotWin) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\n"
          "o1,c1,2024-01-01,1\no1,,2024-01-02,2\no1,c1,whenever,3\n");
  load();
  EXPECT_EQ(rows("SELECT order_id, payment_amount FROM staged_sessions"), "o1|1.0\n");
  EXPECT_EQ(findings(),
            "sessions client_missing error 1 [o1]\n"
            "sessions session_start_date_unreadable error 1 [whenever]\n");
}

TEST_F(LoadTest, FilesCountInTheOrderOfTheirNames) {
  const std::string header = "order_id,client,session_start_date,payment_amount\n";
  write(folder.path() / "in/b.csv", header + "o1,b,2024-01-01,2\no2,b,2024-01-01,2\n");
  write(folder.path() / "in/c.csv", header + "o2,c,2024-01-01,3\n");
  write(folder.path() / "in/a.csv", header + "o1,a,2024-01-01,1\no2,a,2024-01-01,1\n");
  connect_path(Kind::kSessions, folder.path() / "in", header);
  load();
  EXPECT_EQ(rows("SELECT order_id, client FROM staged_sessions ORDER BY 1"), "o1|b\no2|c\n");
  EXPECT_EQ(findings(), "sessions duplicate_order_id warn 3 [o1, o2]\n");
}

TEST_F(LoadTest, TheLastOfManyRowsWinsInALargeFile) {
  // Large enough that several threads read it.
  std::string csv = "order_id,client,session_start_date,payment_amount\n";
  constexpr int kRows = 400'000;
  for (int i = 0; i < kRows; ++i) csv += fmt::format("o{},c,2024-01-01 10:00,{}\n", i % 150'000, i);
  connect(Kind::kSessions, csv);
  load();
  EXPECT_EQ(staged(Kind::kSessions).rows_accepted, 150'000);
  EXPECT_EQ(rows("SELECT count(*) FROM staged_sessions WHERE payment_amount <> "
                 "substr(order_id, 2)::INTEGER + "
                 "CASE WHEN substr(order_id, 2)::INTEGER < 100000 THEN 300000 ELSE 150000 END"),
            "0\n");
  EXPECT_EQ(staging.findings.at(0).count, kRows - 150'000);
}

TEST_F(LoadTest, CustomersAreMergedToTheEarliestOfEachDate) {
  connect_three_sessions();
  connect(Kind::kCustomers,
          "client,download_date,signup_date,login\n"
          "c1,2024-01-02,2024-01-05,\n"
          "c2,2024-01-01,,2024-01-09\n"
          "c1 ,2024-01-01,2024-01-06,2024-01-08\n"
          "c1,2024-01-03,,2024-01-07\n",
          {"login"});
  load();
  EXPECT_EQ(rows("SELECT client, download_date, signup_date, action_0 FROM staged_customers "
                 "ORDER BY 1"),
            "c1|2024-01-01 00:00:00|2024-01-05 00:00:00|2024-01-07 00:00:00\n"
            "c2|2024-01-01 00:00:00|~|2024-01-09 00:00:00\n");
  EXPECT_EQ(findings(), "customers duplicate_client warn 2 [c1]\n");
  EXPECT_EQ(staged(Kind::kCustomers).rows_read, 4);
  EXPECT_EQ(staged(Kind::kCustomers).rows_accepted, 2);
}

TEST_F(LoadTest, TheLastDeliveryOfAnOrderWins) {
  connect_three_sessions();
  connect(Kind::kDeliveries,
          "order_id,delivery_date\no1,2024-01-01 11:00\no2,2024-01-02 11:00\n"
          "o1,2024-01-01 12:00\no1,2024-01-01 10:30\no1,\n");
  load();
  EXPECT_EQ(rows("SELECT delivery_date FROM staged_deliveries ORDER BY 1"),
            "2024-01-01 10:30:00\n2024-01-02 11:00:00\n");
  EXPECT_EQ(staging.findings.back().rule, "duplicate_delivery");
  EXPECT_EQ(staging.findings.back().count, 2);
  EXPECT_EQ(staging.findings.back().sample, std::vector<std::string>{"o1"});
}

TEST_F(LoadTest, TheLastDeliveryWinsWhateverTheSizesOfTheTables) {
  // The order of rows must survive the search for their orders, whichever table is hashed.
  std::string sessions = "order_id,client,session_start_date,payment_amount\n";
  for (int i = 0; i < 20'000; ++i) sessions += fmt::format("o{},c{},2024-01-01,1\n", i, i % 99);
  connect(Kind::kSessions, sessions);
  std::string deliveries = "order_id,delivery_date\n";
  for (int i = 0; i < 600; ++i) {
    deliveries += fmt::format("o{},2024-01-{:02d} 11:00\n", i % 200, 1 + i / 200);
  }
  connect(Kind::kDeliveries, deliveries);
  load();
  EXPECT_EQ(rows("SELECT DISTINCT delivery_date FROM staged_deliveries"), "2024-01-03 11:00:00\n");
  EXPECT_EQ(staged(Kind::kDeliveries).rows_accepted, 200);
}

// ---- references between sources ---------------------------------------------------------------

TEST_F(LoadTest, LinesAndDeliveriesOfUnknownOrdersAreRejected) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\n"
          "o1,c1,2024-01-01,1\nrejected,,2024-01-01,1\n");
  connect(Kind::kProducts,
          "order_id,product,price\n"
          "o1,tea,2\nrejected,tea,2\no7,tea,2\n,tea,2\no8,,2\nO1,tea,2\n");
  connect(Kind::kDeliveries, "order_id,delivery_date\no1,2024-01-02\no9,2024-01-02\n,2024-01-02\n");
  load();
  EXPECT_EQ(findings(),
            "sessions client_missing error 1 [rejected]\n"
            "products order_id_missing error 1 [(empty)]\n"
            "products product_missing error 1 [o8]\n"
            "products order_unknown error 4 [O1, o7, o8, rejected]\n"
            "deliveries order_id_missing error 1 [(empty)]\n"
            "deliveries order_unknown error 1 [o9]\n");
  EXPECT_EQ(staged(Kind::kProducts).rows_read, 6);
  EXPECT_EQ(staged(Kind::kProducts).rows_accepted, 1);
  EXPECT_EQ(staged(Kind::kDeliveries).rows_accepted, 1);
  EXPECT_EQ(rows("SELECT text FROM staged_rejects WHERE rule = 'order_unknown' ORDER BY 1"),
            "O1\no7\no8\no9\nrejected\n");
}

TEST_F(LoadTest, LinesAndDeliveriesOfSessionsWithoutPurchaseAreFoundToo) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount,has_purchased\n"
          "o1,c1,2024-01-01,1,true\no2,c1,2024-01-02,0,false\no3,c2,2024-01-03,0,false\n");
  connect(Kind::kProducts,
          "order_id,product,price\n"
          "o1,tea,2\no2,milk,2\n o2 ,tea,2\no3,,2\no2,tea,2\no9,tea,2\n");
  connect(Kind::kDeliveries,
          "order_id,delivery_date\no3,2024-01-04 11:00\no1,2024-01-02\no3,2024-01-04 10:00\n");
  load();
  EXPECT_EQ(rows("SELECT s.order_id, p.product FROM staged_products p JOIN staged_sessions s "
                 "USING (number) ORDER BY ALL"),
            "o1|tea\no2|milk\no2|tea\no2|tea\n");
  EXPECT_EQ(rows("SELECT s.order_id, d.delivery_date FROM staged_deliveries d "
                 "JOIN staged_sessions s USING (number) ORDER BY ALL"),
            "o1|2024-01-02 00:00:00\no3|2024-01-04 10:00:00\n");
  EXPECT_EQ(findings(),
            "products product_missing error 1 [o3]\n"
            "products order_unknown error 1 [o9]\n"
            "deliveries duplicate_delivery warn 1 [o3]\n");
  EXPECT_EQ(rows("SELECT count(*) FROM staged_products WHERE notes & 64 <> 0"), "0\n");
}

TEST_F(LoadTest, ARejectedLineIsNamedByItsOrder) {
  connect_three_sessions();
  connect(Kind::kProducts, "order_id,product,price\no1,,2\no2, ,2\no1,tea,2\n");
  connect(Kind::kDeliveries, "order_id,delivery_date\no3,\n");
  load();
  EXPECT_EQ(findings(),
            "products product_missing error 2 [o1, o2]\n"
            "deliveries delivery_date_missing error 1 [o3]\n");
  EXPECT_EQ(rows("SELECT source, rule, text FROM staged_rejects ORDER BY text"),
            "products|product_missing|o1\nproducts|product_missing|o2\n"
            "deliveries|delivery_date_missing|o3\n");
}

TEST_F(LoadTest, LinesOfBothRowsOfAnOrderBelongToTheSurvivor) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\no1,c1,2024-01-01,1\n"
          "o1,c2,2024-01-02,2\n");
  connect(Kind::kProducts, "order_id,product,price\no1,tea,2\n o1 ,milk,1\n");
  load();
  EXPECT_EQ(staged(Kind::kProducts).rows_accepted, 2);
  EXPECT_EQ(findings(), "sessions duplicate_order_id warn 1 [o1]\n");
}

TEST_F(LoadTest, AnonymousSessionsAreKeptWhenAsked) {
  const char* csv =
      "order_id,client,session_start_date,payment_amount\no1,,2024-01-01,1\no2, ,2024-01-02,2\n"
      "o3,c1,2024-01-02,2\n,,2024-01-02,2\n";
  connect(Kind::kSessions, csv);
  connect(Kind::kProducts, "order_id,product,price\no1,tea,2\no3,tea,2\n");
  load();
  EXPECT_EQ(staged(Kind::kSessions).rows_accepted, 1);
  EXPECT_EQ(staged(Kind::kProducts).rows_accepted, 1);

  plan.keep_anonymous = true;
  load();
  EXPECT_EQ(staged(Kind::kSessions).rows_accepted, 3);
  EXPECT_EQ(staged(Kind::kProducts).rows_accepted, 2);
  EXPECT_EQ(rows("SELECT order_id, client FROM staged_sessions ORDER BY 1"), "o1|~\no2|~\no3|c1\n");
  EXPECT_EQ(staging.findings[0].rule, "order_id_missing");
  EXPECT_EQ(staging.findings[1].rule, "anonymous_kept");
  EXPECT_EQ(staging.findings[1].severity, "info");
  EXPECT_EQ(staging.findings[1].count, 3);
}

// ---- lines that cannot be split ---------------------------------------------------------------

std::string sessions_with_broken_lines(int lines, int broken) {
  std::string csv = "order_id,client,session_start_date,payment_amount\n";
  for (int i = 0; i < lines; ++i) {
    csv += i < broken ? fmt::format("o{},c1\n", i) : fmt::format("o{},c1,2024-01-01,1\n", i);
  }
  return csv;
}

TEST_F(LoadTest, UpToOnePercentOfBrokenLinesIsAccepted) {
  connect(Kind::kSessions, sessions_with_broken_lines(300, 3));
  load();
  EXPECT_EQ(staged(Kind::kSessions).malformed, 3);
  EXPECT_EQ(staged(Kind::kSessions).rows_read, 297);
  EXPECT_EQ(staged(Kind::kSessions).rows_accepted, 297);
  EXPECT_EQ(findings(),
            "sessions malformed_line error 3 [sessions.csv:2 2 cells instead of 4, "
            "sessions.csv:3 2 cells instead of 4, sessions.csv:4 2 cells instead of 4]\n");
  EXPECT_EQ(rows("SELECT source, rule, line, text FROM staged_rejects"),
            "sessions|malformed_line|2|2 cells instead of 4: o0,c1\n"
            "sessions|malformed_line|3|2 cells instead of 4: o1,c1\n"
            "sessions|malformed_line|4|2 cells instead of 4: o2,c1\n");
  EXPECT_EQ(rows("SELECT DISTINCT file FROM staged_rejects"),
            (folder.path() / "sessions.csv").string() + "\n");
}

TEST_F(LoadTest, MoreThanThatIsAnError) {
  connect(Kind::kSessions, sessions_with_broken_lines(299, 3));
  const auto error = error_of([&] { load(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-MALFORMED");
  EXPECT_EQ(error->message(),
            "3 of 299 lines of sessions cannot be split into its columns, more than the 1 % that "
            "are accepted. The first: sessions.csv:2 2 cells instead of 4");
}

TEST_F(LoadTest, TheAcceptedShareIsAnOption) {
  SourcePlan& source = connect(Kind::kSessions, sessions_with_broken_lines(100, 50));
  source.max_malformed = 0.5;
  EXPECT_EQ(load_code(), "none");
  EXPECT_EQ(staged(Kind::kSessions).malformed, 50);
  plan.sources[0].max_malformed = 0.499;
  EXPECT_EQ(load_code(), "E-MALFORMED");
  plan.sources[0].max_malformed = 0;
  EXPECT_EQ(load_code(), "E-MALFORMED");
  plan.sources[0].max_malformed = 1;
  EXPECT_EQ(load_code(), "none");
}

TEST_F(LoadTest, RejectedFieldsNeverAbort) {
  std::string csv = "order_id,client,session_start_date,payment_amount\no,c,2024-01-01,1\n";
  for (int i = 0; i < 100; ++i) csv += fmt::format("o{},,2024-01-01,1\n", i);
  connect(Kind::kSessions, csv);
  EXPECT_EQ(load_code(), "none");
}

// ---- nothing to load --------------------------------------------------------------------------

TEST_F(LoadTest, NoSessionIsAnError) {
  connect(Kind::kSessions, "order_id,client,session_start_date,payment_amount\n");
  auto error = error_of([&] { load(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-EMPTY");
  EXPECT_EQ(error->hint(), "The source has a header and no rows.");

  plan.sources.clear();
  connect(Kind::kSessions, "order_id,client,session_start_date,payment_amount\n,c,2024-01-01,1\n");
  error = error_of([&] { load(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-EMPTY");
  EXPECT_EQ(error->hint(), "Look at the rejected rows: is the mapping right?");

  plan.sources.clear();
  connect(Kind::kSessions, "order_id,client").location.path =
      write(folder.path() / "empty.csv", "");
  EXPECT_EQ(load_code(), "E-EMPTY");
}

TEST_F(LoadTest, OtherSourcesMayHaveAHeaderOnly) {
  connect_three_sessions();
  connect(Kind::kCustomers, "client,download_date\n");
  connect(Kind::kProducts, "order_id,product,price\n");
  connect(Kind::kDeliveries, "order_id,delivery_date\n");
  load();
  EXPECT_EQ(findings(), "");
  for (const Kind kind : {Kind::kCustomers, Kind::kProducts, Kind::kDeliveries}) {
    EXPECT_EQ(staged(kind).rows_read, 0);
    EXPECT_EQ(staged(kind).rows_accepted, 0);
  }
}

TEST_F(LoadTest, AMissingFileOrColumnIsAnError) {
  connect(Kind::kSessions, "order_id,client,session_start_date,payment_amount\n").location.path =
      folder.path() / "nothing.csv";
  EXPECT_EQ(load_code(), "E-FILE");
  plan.sources.clear();
  connect(Kind::kSessions, "order_id,client,session_start_date,payment_amount\no,c,2024-01-01,1\n")
      .mapping.columns["dimension"] = "clinet";
  EXPECT_EQ(load_code(), "E-MAP-MISSING");
}

// ---- again and after a mishap -----------------------------------------------------------------

TEST_F(LoadTest, LoadingAgainReplacesWhatWasStaged) {
  connect_three_sessions();
  connect(Kind::kCustomers, "client,download_date\nc1,2024-01-01\nc1,2024-01-02\n");
  connect(Kind::kProducts, "order_id,product,price\no1,tea,2\no7,tea,2\n");
  load();
  load();
  EXPECT_EQ(rows("SELECT count(*) FROM staged_sessions"), "3\n");
  EXPECT_EQ(rows("SELECT count(*) FROM staged_customers"), "1\n");
  EXPECT_EQ(rows("SELECT count(*) FROM staged_products"), "1\n");
  EXPECT_EQ(rows("SELECT text FROM staged_rejects"), "o7\n");

  plan.sources.resize(1);
  load();
  EXPECT_EQ(rows("SELECT table_name FROM duckdb_tables() WHERE table_name IN ('staged_sessions', "
                 "'staged_customers', 'staged_products', 'staged_deliveries')"),
            "staged_sessions\n");
}

TEST_F(LoadTest, WhatAKilledLoadLeftIsNoObstacle) {
  connect_three_sessions();
  connect(Kind::kCustomers, "client,download_date\nc1,2024-01-01\nc1,2024-01-02\n");
  connection.run(
      "CREATE TABLE staged_customers(x INTEGER); CREATE TABLE staged_sessions(x INTEGER);"
      "CREATE TABLE staged_deliveries(x INTEGER); CREATE TABLE staged_rejects(x INTEGER);"
      "CREATE TABLE merged_customers(x INTEGER)");
  EXPECT_EQ(load_code(), "none");
  EXPECT_EQ(rows("SELECT count(*) FROM staged_customers"), "1\n");
}

TEST_F(LoadTest, ACancelledLoadSaysSo) {
  connect_three_sessions();
  cancellation.cancel();
  EXPECT_EQ(load_code(), "E-CANCELLED");
}

TEST_F(LoadTest, ALoadThatRunsCanBeCancelled) {
  class CancellingProgress : public Progress {
   public:
    explicit CancellingProgress(Cancellation& cancellation) : cancellation_(cancellation) {}
    void stage(std::string_view name, std::uint64_t, std::string_view) override {
      if (name == "ingest customers") cancellation_.cancel();
    }
    void advance(std::uint64_t) override {}
    void finish() override {}

   private:
    Cancellation& cancellation_;
  };
  connect_three_sessions();
  connect(Kind::kCustomers, "client,download_date\nc1,2024-01-01\n");
  connect(Kind::kProducts, "order_id,product,price\no1,tea,2\n");
  CancellingProgress progress(cancellation);
  EXPECT_EQ(code_of([&] { stage(plan, true, connection, folder.path(), progress, cancellation); }),
            "E-CANCELLED");
}

/// As one that records where a full disk refuses.
class FailingProgress : public Progress {
 public:
  void stage(std::string_view, std::uint64_t, std::string_view) override { fail(); }
  void advance(std::uint64_t) override { fail(); }
  void finish() override { fail(); }

 private:
  [[noreturn]] static void fail() { throw Error("E-FILE", "The disk is full."); }
};

TEST_F(LoadTest, AProgressThatFailsEndsTheLoadAndNotTheProcess) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  connect_three_sessions();
  const auto load_and_exit = [&] {
    FailingProgress progress;
    const std::string code =
        code_of([&] { stage(plan, true, connection, folder.path(), progress, cancellation); });
    std::filesystem::remove_all(folder.path());  // nothing else does in this process
    std::_Exit(code == "E-FILE" || code == "none" ? 0 : 1);
  };
  EXPECT_EXIT(load_and_exit(), ::testing::ExitedWithCode(0), "");
}

/// Writes to a file as soon as its load is announced.
class WritingProgress : public Progress {
 public:
  explicit WritingProgress(std::filesystem::path file) : file_(std::move(file)) {}
  void stage(std::string_view, std::uint64_t, std::string_view) override {
    std::ofstream(file_, std::ios::app) << "o9,c9,2024-01-09,9,1\n";
  }
  void advance(std::uint64_t) override {}
  void finish() override {}

 private:
  std::filesystem::path file_;
};

TEST_F(LoadTest, AFileThatChangesWhileItIsReadIsAnError) {
  connect_three_sessions();
  WritingProgress progress(folder.path() / "sessions.csv");
  EXPECT_EQ(code_of([&] { stage(plan, true, connection, folder.path(), progress, cancellation); }),
            "E-FILE");
}

}  // namespace
}  // namespace ca::ingest
