#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <stdexcept>

#include "reports/population_name.h"
#include "shop.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;
using namespace std::string_literals;

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return texts;
}

/// The first of the texts that only one side has, shortened, or nothing.
std::string difference(std::vector<std::string> expected, std::vector<std::string> got) {
  std::vector<std::string> only;
  std::ranges::set_symmetric_difference(sorted(std::move(expected)), sorted(std::move(got)),
                                        std::back_inserter(only));
  return only.empty() ? "" : fmt::format("{:?}", only.front().substr(0, 100));
}

/// A hundred sessions of ten clients in two cities, half of them orders over 5.
std::string hundred_rows() {
  std::string rows;
  for (int i = 0; i < 100; ++i) {
    rows += fmt::format("o{},c{},2024-01-{:02d} 10:00,5.25,{},{},\n", i, i % 10, 1 + i % 28, i % 2,
                        i % 4 < 2 ? "north" : "south");
  }
  return rows;
}

void expect_the_hundred(const Shop& shop) {
  EXPECT_EQ(shop.kpi("total_visits"), "100");
  EXPECT_EQ(shop.kpi("total_orders"), "50");
  EXPECT_EQ(shop.kpi("total_revenue"), "262.5");
  EXPECT_EQ(shop.kpi("total_visitors"), "10");
}

// ---- sizes ------------------------------------------------------------------------------------

TEST(OddShops, OneRow) {
  const Shop shop("o1,c1,2024-01-01 10:00,10,1,north,\n");
  shop.load();
  EXPECT_EQ(shop.csv("daily_orders"), "daily,orders,is_partial\n2024-01-01,1,true\n");
  EXPECT_EQ(shop.kpi("total_revenue"), "10.0");
  EXPECT_EQ(shop.quality(), "");
}

TEST(OddShops, OneRowThatIsNoOrder) {
  const Shop shop("o1,c1,2024-01-01 10:00,,0,north,\n");
  shop.load();
  EXPECT_EQ(shop.kpi("total_orders"), "0");
  EXPECT_EQ(shop.kpi("total_visits"), "1");
}

TEST(OddShops, OneCustomer) {
  std::string rows;
  for (int i = 0; i < 50; ++i) {
    rows += fmt::format("o{},only,2024-01-{:02d} 10:00,1,1,north,\n", i, 1 + i % 28);
  }
  const Shop shop(rows);
  shop.load();
  EXPECT_EQ(shop.csv("total_order_count_per_customer"), "client,order_count\nonly,50\n");
}

TEST(OddShops, AllAtTheSameMoment) {
  std::string rows;
  for (int i = 0; i < 500; ++i) rows += fmt::format("o{},c{},2024-01-01 10:00,2,1,x,\n", i, i % 7);
  const Shop shop(rows);
  shop.load();
  EXPECT_EQ(shop.csv("daily_orders"), "daily,orders,is_partial\n2024-01-01,500,true\n");
  EXPECT_EQ(shop.cells("total_order_count_per_customer").rows.size(), 7U);
}

TEST(OddShops, TwoHundredThousandRowsOfOneCustomerAtTheSameMoment) {
  std::string rows;
  for (int i = 0; i < 200'000; ++i) rows += fmt::format("o{},c,2024-01-01 10:00,2,1,x,\n", i);
  const Shop shop(rows);
  shop.load();
  EXPECT_EQ(shop.csv("total_order_count_per_customer"), "client,order_count\nc,200000\n");
  EXPECT_EQ(shop.kpi("total_revenue"), "400000.0");
}

TEST(OddShops, DatesOfOtherCenturies) {
  const Shop shop(
      "o1,c1,1900-01-02 00:00,5,1,north,\no2,c2,2200-12-31 23:59:59.999999,7,1,south,\n"
      "o3,c1,1900-01-01 00:00:00,1,1,north,\no4,c1,1900-01-01 00:00:01,3,1,north,\n");
  shop.load();
  EXPECT_EQ(shop.quality(), "session_start_date_missing 1\n");
  EXPECT_EQ(shop.kpi("total_orders"), "3");
  const Cells days = shop.cells("daily_orders");
  EXPECT_EQ(days.rows.size(), 109'938U);  // from the first day to the last
  EXPECT_EQ(days.rows.front(), (Cells::Row{"1900-01-01", "1", "false"}));
  EXPECT_EQ(days.rows.back(), (Cells::Row{"2200-12-31", "1", "false"}));  // its last microsecond
  EXPECT_EQ(shop.cells("monthly_orders").rows.size(), 301 * 12U);
}

TEST(OddShops, OtherSourcesWithAHeaderOnly) {
  const Shop shop(hundred_rows());
  shop.write("customers.csv", "client,since\n");
  shop.write("products.csv", "id,product,price,category\n");
  shop.write("deliveries.csv", "id,delivered\n");
  shop.write("connect.toml",
             sessions_section() + customers_section() + products_section() + deliveries_section());
  shop.load();
  expect_the_hundred(shop);
  EXPECT_EQ(shop.quality(), "client_unknown 100\n");
}

// ---- texts ------------------------------------------------------------------------------------

const std::vector<std::string>& odd_texts() {
  static const std::vector<std::string> texts = {"quo\"te",
                                                 "apo'strophe",
                                                 "two\nlines",
                                                 "carriage\rreturn",
                                                 "emoji \U0001F600",
                                                 "<script>alert(1)</script>",
                                                 "../../etc/passwd",
                                                 "..",
                                                 ".",
                                                 "/etc/passwd",
                                                 "main",
                                                 "a,b;c|d",
                                                 "back\\slash",
                                                 "%2e%2e",
                                                 "tab\tinside",
                                                 "=1+1",
                                                 "-x",
                                                 "\x1B[31mred",
                                                 "\u202Ereversed",
                                                 "'; DROP TABLE sessions; --",
                                                 "{}",
                                                 "{0}",
                                                 "%s%n",
                                                 "(none)",
                                                 "nan",
                                                 "NULL",
                                                 std::string(10'000, 'x'),
                                                 std::string(3000, 'y') + "\U0001F600"};
  return texts;
}

/// Every odd text as order id, client, dimension, promotion, product and category.
class OddTexts : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shop = std::make_unique<Shop>();
    std::string sessions(kHeader);
    std::string customers = "client,since\n";
    std::string products = "id,product,price,category\n";
    for (std::size_t i = 0; i < odd_texts().size(); ++i) {
      const std::string cell = csv_cell(odd_texts()[i]);
      sessions +=
          fmt::format("{0},{0},2024-01-{1:02d} 10:00,{2},1,{0},{0}\n", cell, 1 + i % 28, 10 + i);
      customers += fmt::format("{},2023-12-01\n", cell);
      products += fmt::format("{0},{0},2,{0}\n", cell);
    }
    shop->write("sessions.csv", sessions);
    shop->write("customers.csv", customers);
    shop->write("products.csv", products);
    shop->write("connect.toml", sessions_section() + customers_section() + products_section());
    shop->load();
  }
  static void TearDownTestSuite() { shop.reset(); }

  static std::unique_ptr<Shop> shop;
};

std::unique_ptr<Shop> OddTexts::shop;

TEST_F(OddTexts, ComeOutAsTheyWentIn) {
  EXPECT_EQ(shop->quality(), "");
  EXPECT_EQ(shop->kpi("total_orders"), std::to_string(odd_texts().size()));
  EXPECT_EQ(difference(odd_texts(), shop->column("total_order_count_per_customer", "client")), "");
  EXPECT_EQ(difference(odd_texts(), shop->column("dimension_kpis", "dimension")), "");
}

TEST_F(OddTexts, AreValidJson) {
  const Outcome outcome = shop->call({"report", "dimension_kpis", "--json"});
  ASSERT_EQ(outcome.exit_code, 0);
  const Json report = Json::parse(outcome.out);
  std::vector<std::string> values;
  for (const Json& row : report.at("rows")) values.push_back(row.at(0));
  EXPECT_EQ(difference(odd_texts(), values), "");
}

TEST_F(OddTexts, AskForTheirDimensionByName) {
  std::string names;
  for (const std::string& text : odd_texts()) {
    names += (names.empty() ? "" : ",") + reports::population_name(text);
  }
  const Cells kpis = shop->cells("kpis", {"--dimension", names});
  ASSERT_EQ(kpis.rows.size(), odd_texts().size());
  for (std::size_t i = 0; i < odd_texts().size(); ++i) {
    EXPECT_EQ(kpis.rows[i].at(0), reports::population_name(odd_texts()[i]));
    EXPECT_EQ(kpis.rows[i].at(kpis.find("total_revenue").value()), fmt::format("{}.0", 10 + i));
  }
}

TEST_F(OddTexts, StayInsideTheFolderThatIsExportedTo) {
  shop->write("around/beside.txt", "x");
  const fs::path target = shop->folder() / "around" / "results";
  const Outcome all = shop->call({"export", target, "--all"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  const Outcome some = shop->call(
      {"export", target, "--dimension", "..%2F..%2Fetc%2Fpasswd,%2E%2E", "--format", "parquet"});
  ASSERT_EQ(some.exit_code, 0) << some.err;
  std::vector<std::string> beside;
  for (const auto& entry : fs::directory_iterator(target.parent_path())) {
    beside.push_back(entry.path().filename());
  }
  EXPECT_EQ(sorted(beside), (std::vector<std::string>{"beside.txt", "results"}));

  std::size_t folders = 0;
  for (const auto& entry : fs::directory_iterator(target)) folders += entry.is_directory() ? 1 : 0;
  EXPECT_EQ(folders, odd_texts().size() + 1);
  for (const std::string& text : odd_texts()) {
    const std::string name = reports::population_name(text);
    EXPECT_LE(name.size(), 200U);
    EXPECT_TRUE(fs::is_regular_file(target / name / "kpis.csv")) << name;
  }
  EXPECT_TRUE(fs::is_regular_file(target / "%2E%2E" / "kpis.parquet"));
  EXPECT_TRUE(fs::is_regular_file(target / "..%2F..%2Fetc%2Fpasswd" / "kpis.parquet"));
}

TEST_F(OddTexts, AreNamedByTheExport) {
  const fs::path target = shop->folder() / "named";
  // A folder of each value, with as little in it as there can be.
  ASSERT_EQ(shop->call({"export", target, "--dimension", "%2E%2E,emoji%20%F0%9F%98%80"}).exit_code,
            0);
  EXPECT_EQ(Json::parse(read_text(target / "dimensions.json")),
            (Json{{"%2E%2E", ".."}, {"emoji%20%F0%9F%98%80", "emoji \U0001F600"}}));
}

TEST_F(OddTexts, DoNotReachTheTerminal) {
  for (const char* report : {"dimension_kpis", "total_order_count_per_customer"}) {
    const Outcome outcome = shop->call({"report", report});
    ASSERT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.out.find('\x1B'), std::string::npos) << report;
    EXPECT_EQ(outcome.out.find('\r'), std::string::npos) << report;
    EXPECT_EQ(outcome.out.find("\u202E"), std::string::npos) << report;
  }
  const Outcome error = shop->call({"report", "kpis", "--dimension", "\x1B[31mblue\u202E"});
  EXPECT_EQ(error_code(error), "E-DIMENSION");
  EXPECT_EQ(error.err.find('\x1B'), std::string::npos);
}

TEST_F(OddTexts, AreNoFormulasWhenASpreadsheetShallReadThem) {
  const Cells cells = shop->cells("dimension_kpis", {"--spreadsheet-safe"});
  std::set<std::string> values;
  for (const Cells::Row& row : cells.rows) values.insert(row.at(0).value());
  EXPECT_TRUE(values.contains("'=1+1"));
  EXPECT_TRUE(values.contains("'-x"));
  EXPECT_FALSE(values.contains("=1+1"));
}

TEST(OddShops, AnEmptyDimensionAndAMissingOne) {
  const Shop shop(
      "o1,c1,2024-01-01,10,1,,\no2,c1,2024-01-01,10,1,(none),\no3,c1,2024-01-02,1,1,b,\n");
  shop.load();
  EXPECT_EQ(shop.column("dimension_kpis", "dimension"), (std::vector<std::string>{"(none)", "b"}));
}

TEST(OddShops, NamesOfFilesMayBeOddToo) {
  const Shop shop;
  const std::string folder = "my \u00FC $HOME 'quoted' [1]";
  shop.write(folder + "/se;ss*ions?.csv", std::string(kHeader) + hundred_rows());
  shop.write("connect.toml", sessions_section(folder + "/se;ss*ions?.csv"));
  shop.load();
  expect_the_hundred(shop);
}

TEST(OddShops, NamesOfActionsBreakNoRun) {
  // Names of actions become parts of the names of columns. One that cannot be is refused at once.
  const std::vector<std::vector<std::string>> names = {
      {"x", "conv_x"}, {"conv_purchased"}, {"two\nlines"}, {"quo\"te"},   {"population"},
      {"is_partial"},  {"<action>"},       {"\U0001F600"}, {"a,b", "{}"}, {std::string(300, 'x')}};
  for (const std::vector<std::string>& actions : names) {
    const Shop shop;
    std::string header = "id,client,start,paid,bought,city,promo";
    std::string cells = "o1,c1,2024-01-01,10,1,north,";
    for (const std::string& action : actions) {
      header += "," + csv_cell(action);
      cells += ",1";
    }
    shop.write("sessions.csv", header + "\n" + cells + "\n");
    shop.write("connect.toml",
               sessions_section("sessions.csv", "actions = " + Json(actions).dump()));
    const Outcome connected = shop.connect();
    if (connected.exit_code == 1) {
      EXPECT_EQ(error_code(connected), "E-PARAM") << connected.err;
      continue;
    }
    const Shop::Ran ran = shop.run();
    EXPECT_EQ(ran.outcome.exit_code, 0) << actions.front() << ": " << ran.stage("exploratory");
    if (ran.outcome.exit_code != 0) continue;
    const Cells funnel = shop.cells("daily_funnel");
    for (const std::string& action : actions) {
      const auto column = funnel.find("daily_" + action);
      ASSERT_TRUE(column) << action;
      EXPECT_EQ(funnel.rows.at(0).at(*column), "1") << action;
    }
  }
}

// ---- broken rows ------------------------------------------------------------------------------

/// A thousand rows of which `broken` have two cells.
std::string rows_with_broken_ones(int broken) {
  std::string rows;
  for (int i = 0; i < 1000; ++i) {
    rows += i % 1000 < broken ? fmt::format("o{},c1\n", i)
                              : fmt::format("o{},c1,2024-01-01 10:00,1,1,north,\n", i);
  }
  return rows;
}

TEST(BrokenRows, OnePercentIsPutAside) {
  const Shop shop(rows_with_broken_ones(10));
  const Shop::Ran ran = shop.load();
  EXPECT_EQ(ran.json.at("stages").at(0).at("rows"), 990);
  EXPECT_EQ(shop.quality(), "malformed_line 10\n");
  EXPECT_EQ(shop.kpi("total_orders"), "990");
}

TEST(BrokenRows, MoreFailsTheRun) {
  for (const int broken : {11, 500}) {
    const Shop shop(rows_with_broken_ones(broken));
    ASSERT_EQ(shop.connect().exit_code, 0);
    const Shop::Ran ran = shop.run();
    EXPECT_EQ(ran.outcome.exit_code, 1);
    EXPECT_EQ(ran.stage("ingest"), "E-MALFORMED");
    EXPECT_EQ(ran.stage("publish"), "skipped");
    EXPECT_EQ(error_code(shop.call({"report", "kpis"})), "E-SNAPSHOT");
  }
}

TEST(BrokenRows, AnOptionAcceptsMore) {
  const Shop shop(rows_with_broken_ones(500));
  shop.write("connect.toml", sessions_section("sessions.csv", "max_malformed = 0.5"));
  shop.load();
  EXPECT_EQ(shop.quality(), "malformed_line 500\n");
  EXPECT_EQ(shop.kpi("total_orders"), "500");
}

TEST(BrokenRows, ABrokenFieldRejectsItsRowAlone) {
  const Shop shop(
      "o1,c1,2024-01-01,10,1,north,\n,c1,2024-01-01,10,1,north,\no3,,2024-01-01,10,1,north,\n"
      "o4,c1,2024-01-01,10,,north,\no5,c1,2024-01-01,,1,north,\no1,c2,2024-01-02,20,1,north,\n"
      "o6,c1,1900-01-01,10,1,north,\n");
  shop.load();
  EXPECT_EQ(shop.quality(),
            "client_missing 1\nduplicate_order_id 1\nhas_purchased_missing 1\n"
            "order_id_missing 1\npurchase_without_payment 1\nsession_start_date_missing 1\n");
  EXPECT_EQ(shop.kpi("total_orders"), "2");
  EXPECT_EQ(shop.kpi("total_revenue"), "20.0");
}

TEST(BrokenRows, NothingLeftFailsTheRun) {
  const Shop shop(",c1,2024-01-01,10,1,north,\n,c2,2024-01-01,10,1,north,\n");
  ASSERT_EQ(shop.connect().exit_code, 0);
  const Shop::Ran ran = shop.run();
  EXPECT_EQ(ran.outcome.exit_code, 1);
  EXPECT_EQ(ran.stage("ingest"), "E-EMPTY");
}

// ---- forms of files ---------------------------------------------------------------------------

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(bytes.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("gzip failed");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
  return out;
}

TEST(Files, Compressed) {
  const std::string csv = std::string(kHeader) + hundred_rows();
  for (const auto& [name, content] :
       {std::pair{"sessions.csv.gz"s, gzip(csv)}, {"sessions.csv.zst"s, zstd(csv)}}) {
    const Shop shop;
    shop.write(name, content);
    shop.write("connect.toml", sessions_section(name));
    shop.load();
    expect_the_hundred(shop);
  }
}

TEST(Files, ATruncatedArchiveFailsTheRun) {
  const Shop shop;
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += hundred_rows();
  std::string content = gzip(std::string(kHeader) + rows);
  content.resize(content.size() - 20);
  shop.write("sessions.csv.gz", content);
  shop.write("connect.toml", sessions_section("sessions.csv.gz"));
  const Outcome outcome = shop.connect();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(error_code(outcome), "E-FILE");
}

TEST(Files, AFolderAndAGlob) {
  const std::string rows = hundred_rows();
  const std::size_t half = rows.find("o50,");
  for (const char* path : {"in", "in/*.csv", "in/part-[ab].csv"}) {
    const Shop shop;
    shop.write("in/part-a.csv", std::string(kHeader) + rows.substr(0, half));
    shop.write("in/part-b.csv", std::string(kHeader) + rows.substr(half));
    shop.write("in/readme.txt", "not a table");
    shop.write("in/deeper/part-c.csv", "not,looked,at\n");
    shop.write("connect.toml", sessions_section(path));
    shop.load();
    expect_the_hundred(shop);
  }
}

TEST(Files, FilesOfAFolderMayDiffer) {
  const std::string rows = hundred_rows();
  const std::size_t half = rows.find("o50,");
  const Shop shop;
  shop.write("in/a.csv", std::string(kHeader) + rows.substr(0, half));
  std::string other = "promo;city;bought;paid;start;client;id;more\n";
  for (int i = 50; i < 100; ++i) {
    other += fmt::format(";{};{};5.25;2024-01-{:02d} 10:00;c{};o{};x\n",
                         i % 4 < 2 ? "north" : "south", i % 2, 1 + i % 28, i % 10, i);
  }
  shop.write("in/b.csv.gz", gzip(other));
  shop.write("connect.toml", sessions_section("in"));
  const Outcome connected = shop.connect();
  ASSERT_EQ(connected.exit_code, 0) << connected.err;
  EXPECT_NE(connected.err.find("b.csv.gz"), std::string::npos);  // a warning
  shop.load();
  expect_the_hundred(shop);
}

TEST(Files, Windows1252) {
  const Shop shop("o1,Zo\xEB,2024-01-01,10,1,K\xF6ln,\x80uro\no2,c2,2024-01-02,20,1,north,\n");
  const Outcome connected = shop.connect();
  ASSERT_EQ(connected.exit_code, 0) << connected.err;
  EXPECT_NE(connected.err.find("Windows-1252"), std::string::npos);
  shop.load();
  EXPECT_EQ(shop.column("total_order_count_per_customer", "client"),
            (std::vector<std::string>{"Zo\u00EB", "c2"}));
  EXPECT_EQ(shop.column("dimension_kpis", "dimension"),
            (std::vector<std::string>{"K\u00F6ln", "north"}));
}

TEST(Files, DecimalCommas) {
  const Shop shop;
  std::string csv = "id;client;start;paid;bought;city;promo\n";
  for (int i = 0; i < 100; ++i) {
    csv += fmt::format("o{};c{};2024-01-{:02d} 10:00;5,25;{};{};\n", i, i % 10, 1 + i % 28, i % 2,
                       i % 4 < 2 ? "north" : "south");
  }
  shop.write("sessions.csv", csv);
  for (const char* more : {"", "decimal = \",\"\nseparator = \";\""}) {
    shop.write("connect.toml", sessions_section("sessions.csv", more));
    shop.load();
    expect_the_hundred(shop);
  }
  shop.write("connect.toml", sessions_section("sessions.csv", "decimal = \".\""));
  EXPECT_EQ(error_code(shop.connect()), "E-MAP-TYPE");
}

TEST(Files, ByteOrderMarkAndCarriageReturns) {
  std::string csv = "\xEF\xBB\xBF" + std::string(kHeader) + hundred_rows();
  for (std::size_t at = 0; (at = csv.find('\n', at)) != std::string::npos; at += 2) {
    csv.replace(at, 1, "\r\n");
  }
  const Shop shop;
  shop.write("sessions.csv", csv);
  shop.write("connect.toml", sessions_section());
  shop.load();
  expect_the_hundred(shop);
}

TEST(Files, TabsAndQuotedCells) {
  const Shop shop;
  std::string csv = "\"id\"\tclient\tstart\tpaid\tbought\tcity\tpromo\n";
  for (int i = 0; i < 100; ++i) {
    csv += fmt::format("\"o{}\"\t\"c{}\"\t2024-01-{:02d} 10:00\t\"5.25\"\t{}\t\"no\nrth\"\t\n", i,
                       i % 10, 1 + i % 28, i % 2);
  }
  shop.write("sessions.tsv", csv);
  shop.write("connect.toml", sessions_section("sessions.tsv"));
  shop.load();
  expect_the_hundred(shop);
}

// ---- less than everything ---------------------------------------------------------------------

TEST(OrdersOnly, AreEnough) {
  const Shop shop;
  shop.write("orders.csv",
             "id,client,start,paid\no1,c1,2024-01-01 10:00,10\no2,c1,2024-01-03 10:00,20\n"
             "o3,c2,2024-01-02 10:00,30\n");
  shop.write(
      "connect.toml",
      "[sessions]\npath = \"orders.csv\"\ncolumns = { order_id = \"id\", client = \"client\", "
      "session_start_date = \"start\", payment_amount = \"paid\" }\n");
  shop.load();
  EXPECT_EQ(shop.kpi("total_orders"), "3");
  EXPECT_EQ(shop.kpi("total_visits"), "3");
  EXPECT_EQ(shop.kpi("conversion_rate"), "1.0");
  EXPECT_EQ(shop.csv("total_order_count_per_customer"), "client,order_count\nc1,2\nc2,1\n");
  // Customers are derived: the first session is the download.
  const Cells funnel = shop.cells("daily_funnel_downloads");
  std::vector<std::string> downloads;
  for (const Cells::Row& row : funnel.rows) {
    downloads.push_back(row.at(funnel.find("daily_download").value()).value_or("(null)"));
  }
  EXPECT_EQ(downloads, (std::vector<std::string>{"1", "1", "0"}));
  const Outcome missing = shop.call({"report", "dimension_kpis"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_EQ(error_code(missing), "E-NOT-CONFIGURED");
}

TEST(OddShops, AnUnchangedShopGivesTheSameAgain) {
  const Shop shop(hundred_rows());
  shop.load();
  const std::set<std::string> of_the_run = {"data_quality", "run_log"};  // they name it
  const auto answers = [&] {
    std::map<std::string, std::string> texts;
    const fs::path target = shop.folder() / "results";
    EXPECT_EQ(shop.call({"export", target, "--all"}).exit_code, 0);
    for (const auto& entry : fs::recursive_directory_iterator(target)) {
      if (!entry.is_regular_file() || of_the_run.contains(entry.path().stem())) continue;
      texts[fs::relative(entry.path(), target)] = read_text(entry.path());
    }
    fs::remove_all(target);
    return texts;
  };
  const auto first = answers();
  EXPECT_GT(first.size(), 50U);
  EXPECT_EQ(shop.run().outcome.exit_code, 0);
  EXPECT_EQ(answers(), first);
}

}  // namespace
}  // namespace ca::tests
