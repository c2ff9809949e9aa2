#include "sources/source.h"

#include <sys/stat.h>
#include <unistd.h>

#include "sources/test_support.h"

namespace ca::sources {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using testing::gzip;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::SourceTest;
using testing::zstd;

TEST(CanonicalType, KnowsItsSpellings) {
  EXPECT_EQ(canonical_type("csv"), "csv");
  EXPECT_EQ(canonical_type(" CSV "), "csv");
  EXPECT_EQ(canonical_type("Parquet"), "parquet");
  const Error slip = error_of([] { canonical_type("parket"); });
  EXPECT_EQ(slip.code(), "E-PARAM");
  EXPECT_THAT(slip.hint(), HasSubstr("parquet"));
  EXPECT_THAT(error_of([] { canonical_type("hdf5"); }).hint(), HasSubstr("Parquet"));
  EXPECT_EQ(error_of([] { canonical_type(""); }).code(), "E-PARAM");
}

TEST(Kinds, HaveTheirWireNames) {
  EXPECT_EQ(name_of(Kind::kSessions), "sessions");
  EXPECT_EQ(name_of(Kind::kCustomers), "customers");
  EXPECT_EQ(name_of(Kind::kProducts), "products");
  EXPECT_EQ(name_of(Kind::kDeliveries), "deliveries");
}

class CsvSource : public SourceTest {};

TEST_F(CsvSource, YieldsEveryCellAsText) {
  const Relation relation = open(folder_.write("a.csv", "order,amount\n007,1.50\n8,\n9,\"\"\n"));
  EXPECT_EQ(names_of(relation), "order|amount");
  EXPECT_EQ(relation.columns.front().type, "VARCHAR");
  EXPECT_THAT(rows_of(relation), ElementsAre("007|1.50", "8|~", "9|~")) << "empty is null";
  EXPECT_EQ(relation.rows, 3);
  EXPECT_EQ(relation.bytes, 30u);
  ASSERT_THAT(relation.files, SizeIs(1));
  EXPECT_EQ(relation.files.front().path, (folder_.path() / "a.csv").string());
  EXPECT_THAT(relation.warnings, IsEmpty());
}

TEST_F(CsvSource, KeepsStrangeCellsAsTheyAre) {
  const std::string longest(10'000, 'x');
  EXPECT_THAT(read("a,b\n\"x,\"\"y\"\"\",1\n\"two\nlines\",2\n😀 é,3\n<script>alert(1)</script>,4\n"
                   "../../etc/passwd,5\n'; DROP TABLE t; --,6\n6\" pipe,7\n  padded  ,8\n" +
                   longest + ",9\nNULL,10\n"),
              ElementsAre("x,\"y\"|1", "two\nlines|2", "😀 é|3", "<script>alert(1)</script>|4",
                          "../../etc/passwd|5", "'; DROP TABLE t; --|6", "6\" pipe|7",
                          "  padded  |8", longest + "|9", "NULL|10"));
  using namespace std::string_view_literals;
  EXPECT_THAT(read("a,b\nx\0y,1\n"sv), ElementsAre(std::string("x\0y|1"sv)));
}

TEST_F(CsvSource, LineEndsOfEveryKindAndMixed) {
  const auto rows = ElementsAre("1|2", "3|4", "5|6");
  EXPECT_THAT(read("a,b\n1,2\n3,4\n5,6\n"), rows);
  EXPECT_THAT(read("a,b\n1,2\n3,4\n5,6"), rows);
  EXPECT_THAT(read("a,b\r\n1,2\r\n3,4\r\n5,6"), rows);
  EXPECT_THAT(read("a,b\r1,2\r3,4\r5,6\r"), rows);
  EXPECT_THAT(read("a,b\r\n1,2\n3,4\r5,6\r\n"), rows);
  EXPECT_THAT(read("\n\na,b\n\n1,2\n   \n3,4\n5,6\n\n\n"), rows);
  EXPECT_THAT(read("\"a\nx\",b\r\n1,2\r\n3,4\r\n5,6\r\n"), rows);
  EXPECT_THAT(read("a,b\r\n\"1\n1\",2\r\n"), ElementsAre("1\n1|2"));
}

TEST_F(CsvSource, MarksAndQuotedHeaders) {
  EXPECT_THAT(read("\xEF\xBB\xBF\"a\",b\n1,2\n"), ElementsAre("1|2"));
  EXPECT_THAT(read("\xEF\xBB\xBF\"a\nx\",b\n1,2\n"), ElementsAre("1|2"));
  EXPECT_EQ(names_of(open(folder_.path() / "read.csv")), "a\nx|b");
  EXPECT_EQ(names_of(open(folder_.write("q.csv", "\"a,\"\"1\"\"\",'b', c ;--\n1,2,3\n"))),
            "a,\"1\"|'b'|c ;--");
}

TEST_F(CsvSource, ColumnsWithoutANameOrWithTheSameGetOne) {
  const Relation relation = open(folder_.write("a.csv", "name,,Name\n1,2,3\n"));
  EXPECT_EQ(names_of(relation), "name|column_2|Name_1");
  EXPECT_THAT(relation.warnings,
              ElementsAre("a.csv: column 2 has no name and is called column_2.",
                          "a.csv: column 3 is called Name like another one and is now Name_1."));
  EXPECT_THAT(rows_of(relation), ElementsAre("1|2|3"));
}

TEST_F(CsvSource, OneColumn) {
  EXPECT_THAT(read("client\n1\n\n2\n\"\"\n3\n\n"), ElementsAre("1", "2", "3"));
  EXPECT_EQ(open(folder_.path() / "read.csv").rows, 3);
}

TEST_F(CsvSource, AHeaderAloneHasNoRows) {
  const Relation relation = open(folder_.write("a.csv", "a;b\r\n"));
  EXPECT_EQ(names_of(relation), "a|b");
  EXPECT_THAT(rows_of(relation), IsEmpty());
  EXPECT_EQ(relation.rows, 0);
}

TEST_F(CsvSource, NothingAtAllIsAnError) {
  for (const std::string& bytes :
       {std::string(), std::string("\xEF\xBB\xBF"), std::string("\n\n"), gzip("")}) {
    EXPECT_EQ(error_of([&] { open(folder_.write("a.csv", bytes)); }).code(), "E-EMPTY");
  }
}

TEST_F(CsvSource, FindsTheSeparatorOrTakesTheGivenOne) {
  Location location;
  location.path = folder_.write("a.csv", "a;b\n1,5;2\n");
  EXPECT_EQ(open(location).separator, ';');
  EXPECT_EQ(open(location).decimal, ',');
  EXPECT_THAT(rows_of(open(location)), ElementsAre("1,5|2"));
  location.decimal = '.';
  EXPECT_EQ(open(location).decimal, '.');
  location.separator = '|';
  EXPECT_EQ(names_of(open(location)), "a;b");
  for (const char separator : {';', '\t', '|', ':'}) {
    std::string text = "a,b\n1,2\n";
    std::replace(text.begin(), text.end(), ',', separator);
    EXPECT_THAT(read(text), ElementsAre("1|2"));
  }
}

TEST_F(CsvSource, RefusesOverridesItDoesNotKnow) {
  Location location;
  location.path = folder_.write("a.csv", "a,b\n1,2\n");
  location.separator = '#';
  EXPECT_EQ(error_of([&] { open(location); }).code(), "E-PARAM");
  location.separator.reset();
  location.decimal = ';';
  EXPECT_EQ(error_of([&] { open(location); }).code(), "E-PARAM");
  location.decimal.reset();
  location.encoding = "ebcdic";
  EXPECT_EQ(error_of([&] { open(location); }).code(), "E-PARAM");
}

TEST_F(CsvSource, ReadsWindows1252AsSuch) {
  std::string text = "caf\xE9,price\n";
  for (int i = 0; i < 40'000; ++i) text += "plain,1\n";  // the byte that tells comes late
  text += "\x93\x80 10\x94 na\xEFve,2\n";
  const Relation relation = open(folder_.write("a.csv", text));
  EXPECT_EQ(names_of(relation), "café|price");
  EXPECT_EQ(rows_of(relation).back(), "“€ 10” naïve|2");
  EXPECT_THAT(relation.warnings, ElementsAre("a.csv is not UTF-8 and was read as Windows-1252."));
  EXPECT_EQ(relation.rows, 40'001);
}

TEST_F(CsvSource, AGivenEncodingStands) {
  Location location;
  location.path = folder_.write("a.csv", "a,b\ncaf\xC3\xA9,1\n");
  location.encoding = "windows-1252";
  EXPECT_THAT(rows_of(open(location)), ElementsAre("cafÃ©|1"));
  location.path = folder_.write("b.csv", "a,b\ncaf\xE9,1\n");
  location.encoding = "utf-8";
  const Relation relation = open(location);
  EXPECT_THAT(rows_of(relation), ElementsAre("caf\uFFFD|1"));
  EXPECT_THAT(relation.warnings, SizeIs(1));
  // A mark says UTF-8 as well as a setting does.
  EXPECT_THAT(read("\xEF\xBB\xBF"
                   "a,b\nbroken \xE9,1\n"),
              ElementsAre("broken \uFFFD|1"));
}

TEST_F(CsvSource, RefusesWhatIsNoCsv) {
  using namespace std::string_view_literals;
  const auto error = [&](std::string_view bytes) {
    return error_of([&] { open(folder_.write("a.csv", bytes)); });
  };
  EXPECT_THAT(error("\xFF\xFE"
                    "a\0,\0b\0\n\0"sv)
                  .message(),
              HasSubstr("UTF-16"));
  EXPECT_THAT(error("\xFF\xFE"
                    "a\0,\0b\0\n\0"sv)
                  .hint(),
              HasSubstr("UTF-8"));
  EXPECT_THAT(error("PAR1....").hint(), HasSubstr("parquet"));
  EXPECT_THAT(error("PK\x03\x04....").message(), HasSubstr("Excel"));
  EXPECT_THAT(error("a,\"b\n1,2\n").message(), HasSubstr("quote"));
  for (const char* bytes : {"\xFF\xFE"
                            "a",
                            "PAR1", "PK\x03\x04", "a,\"b\n1,2\n"}) {
    EXPECT_EQ(error(bytes).code(), "E-FILE");
  }
}

TEST_F(CsvSource, PutsLinesAsideThatCannotBeSplit) {
  const Relation relation = open(
      folder_.write("a.csv", "a,b,c\n1,2\n\"x\ny\",2,3\n1,2,3,4\n4,\"5\"q,6\n7,\"open,9\n8,8,8\n"));
  EXPECT_THAT(rows_of(relation), ElementsAre("x\ny|2|3", "8|8|8"));
  EXPECT_EQ(relation.rows, 2);
  EXPECT_EQ(relation.malformed.count, 4);
  EXPECT_THAT(malformed_of(relation),
              ElementsAre("2: 2 cells instead of 3: 1,2", "5: 4 cells instead of 3: 1,2,3,4",
                          "6: text follows a closing quote: 4,\"5\"q,6",
                          "7: a quote is opened and never closed: 7,\"open,9"));
  EXPECT_EQ(relation.malformed.lines.front().file, (folder_.path() / "a.csv").string());
  // Scanning again, or a part, changes nothing.
  EXPECT_THAT(rows_of(relation), SizeIs(2));
  EXPECT_THAT(rows_of("SELECT b FROM (" + relation.select + ")"), ElementsAre("2", "8"));
}

TEST_F(CsvSource, ShortensTheTextOfMalformedLinesBetweenCharacters) {
  std::string line;
  for (int i = 0; i < 600; ++i) line += "\xE9";
  const Relation relation = open(folder_.write("a.csv", "a,b\n" + line + "\n"));
  std::string expected;
  for (int i = 0; i < 500; ++i) expected += "é";
  EXPECT_EQ(relation.malformed.lines.front().text, expected);
}

TEST_F(CsvSource, CountsAFewAndManyBrokenLinesExactly) {
  for (const int every : {100, 2}) {
    std::string text = "id,client,amount\n";
    int good = 0;
    std::string last;
    for (int i = 0; i < 20'000; ++i) {
      const std::string id = std::to_string(i);
      if (i % every == 1) {
        text += i % 3 == 0 ? id + ",x\n" : i % 3 == 1 ? id + ",x,1,2\n" : id + ",\"x,1\n";
      } else {
        text += id + ",\"c, " + id + "\",1.5\n";
        last = id + "|c, " + id + "|1.5";
        ++good;
      }
    }
    const Relation relation = open(folder_.write("a.csv", text));
    const std::vector<std::string> rows = rows_of(relation);
    EXPECT_THAT(rows, SizeIs(good));
    EXPECT_EQ(rows.back(), last);
    EXPECT_EQ(relation.rows, good);
    EXPECT_EQ(relation.malformed.count, 20'000 - good);
    EXPECT_THAT(relation.malformed.lines, SizeIs(std::min(1000, 20'000 - good)));
  }
}

TEST_F(CsvSource, CompressedFilesAreReadAsWhatTheyAre) {
  const std::string text = "a,b\n1,2\n3,4\n";
  const auto rows = ElementsAre("1|2", "3|4");
  EXPECT_THAT(rows_of(open(folder_.write("a.csv.gz", gzip(text)))), rows);
  EXPECT_THAT(rows_of(open(folder_.write("a.csv.zst", zstd(text)))), rows);
  EXPECT_THAT(rows_of(open(folder_.write("plain.csv.gz", text))), rows);
  EXPECT_THAT(rows_of(open(folder_.write("gzipped.csv", gzip(text)))), rows);
  EXPECT_THAT(rows_of(open(folder_.write("two.csv.gz", gzip("a,b\n1,2\n") + gzip("3,4\n")))), rows);
  EXPECT_THAT(rows_of(open(folder_.write("two.csv.zst", zstd("a,b\n1,2\n") + zstd("3,4\n")))),
              rows);
  EXPECT_THAT(rows_of(open(folder_.write("old.csv.gz", gzip("a,b\r1,\xE9\r")))),
              ElementsAre("1|é"));
  const Error error = error_of(
      [&] { open(folder_.write("cut.csv.gz", gzip(text).substr(0, gzip(text).size() - 9))); });
  EXPECT_EQ(error.code(), "E-FILE");
  EXPECT_THAT(error.message(), HasSubstr("cut.csv.gz is damaged"));
}

TEST_F(CsvSource, NamesMayHoldAnything) {
  // Two of them look like patterns that match the third.
  for (const char* name : {"x[1].csv", "x?.csv", "x1.csv", "it's.csv", "a b+c.csv",
                           "\xF0\x9F\x98\x80.csv", "key=value.csv", "back\\slash.csv"}) {
    folder_.write(name, std::string("a,b\n") + name + ",2\n");
  }
  for (const char* name :
       {"x[1].csv", "x?.csv", "it's.csv", "a b+c.csv", "\xF0\x9F\x98\x80.csv", "back\\slash.csv"}) {
    EXPECT_THAT(rows_of(open(folder_.path() / name)), ElementsAre(std::string(name) + "|2"));
  }
  std::filesystem::create_directory(folder_.path() / "country=UK");
  const Relation relation = open(folder_.write("country=UK/a.csv", "a,b\n1,2\n"));
  EXPECT_THAT(rows_of(relation), ElementsAre("1|2")) << "the folder is no column";
}

TEST_F(CsvSource, FilesOfAFolderFollowEachOtherByName) {
  for (int file = 0; file < 12; ++file) {
    std::string text = "id,name\n";
    for (int row = 0; row < 300; ++row) {
      text += std::to_string(file * 300 + row) + (row % 7 == 0 ? ",\"n\n\"\n" : ",n\n");
    }
    const std::string name = {'s', static_cast<char>('a' + file)};
    folder_.write("s/" + name + (file % 3 == 0 ? ".csv.gz" : ".csv"),
                  file % 3 == 0 ? gzip(text) : text);
  }
  const Relation relation = open(folder_.path() / "s");
  EXPECT_EQ(relation.rows, 3600);
  EXPECT_THAT(relation.files, SizeIs(12));
  EXPECT_THAT(relation.warnings, IsEmpty());
  const std::vector<std::string> rows = rows_of(relation);
  ASSERT_THAT(rows, SizeIs(3600));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i], std::to_string(i) + (i % 300 % 7 == 0 ? "|n\n" : "|n"));
  }
}

TEST_F(CsvSource, FilesWithOtherColumnsAreMatchedByName) {
  folder_.write("s/1.csv", "id,name\n1,a\n");
  folder_.write("s/2.csv", "name;id\nb;2\n");
  folder_.write("s/3.csv", "ID,name,city\n3,c,Ulm\n");
  folder_.write("s/4.csv", "id\n4\n");
  folder_.write("s/5.csv", "id,name\n5,e\n");
  folder_.write("s/6.csv", "");
  const Relation relation = open(folder_.path() / "s");
  EXPECT_EQ(names_of(relation), "id|name|city");
  EXPECT_THAT(rows_of(relation), ElementsAre("1|a|~", "2|b|~", "3|c|Ulm", "4|~|~", "5|e|~"));
  EXPECT_THAT(relation.warnings,
              ::testing::UnorderedElementsAre(HasSubstr("left out: 6.csv"),
                                              HasSubstr("2.csv has its columns in another order"),
                                              HasSubstr("3.csv has the columns city too"),
                                              HasSubstr("4.csv lacks the columns name")));
}

TEST_F(CsvSource, FilesThatDifferInTheSameWayShareAWarning) {
  folder_.write("s/1.csv", "a,b\n1,2\n");
  for (const char* name : {"s/2.csv", "s/3.csv", "s/4.csv"}) folder_.write(name, "a,c\n1,2\n");
  EXPECT_THAT(open(folder_.path() / "s").warnings,
              ElementsAre(HasSubstr("2.csv (and 2 more files) has the columns c instead of b")));
}

TEST_F(CsvSource, MalformedLinesAreNamedAfterTheirFile) {
  folder_.write("s/1.csv", "a,b\n1\n");
  folder_.write("s/2.csv.gz", gzip("a,b\n1,2\n\xE9\n"));
  const Relation relation = open(folder_.path() / "s");
  EXPECT_EQ(relation.malformed.count, 2);
  EXPECT_EQ(relation.malformed.lines[1].file, (folder_.path() / "s/2.csv.gz").string());
  EXPECT_THAT(malformed_of(relation),
              ElementsAre("2: 1 cell instead of 2: 1", "3: 1 cell instead of 2: é"));
}

TEST_F(CsvSource, LongLinesAreRead) {
  const std::string cell(3'000'000, 'x');
  EXPECT_THAT(read("a,b\n" + cell + ",1\n2,2\n"), ElementsAre(cell + "|1", "2|2"));
}

/// DuckDB shares a file among threads in pieces of 8 MB, and these are the places where its reader
/// loses rows without a word when the end of the first piece falls on them.
class LargeCsv : public CsvSource {
 protected:
  static constexpr std::size_t kPiece = 8'000'000;

  /// Rows whose first cell is their number, up to `size` bytes.
  void fill(std::size_t size, const std::string& cell, const std::string& line_end) {
    while (text_.size() + 40 < size) {
      text_ += std::to_string(rows_++) + ',' + cell + line_end;
    }
  }

  void expect_all_rows_in_order() {
    connection_.run("SET threads = 4");
    const Relation relation = open(folder_.write("large.csv", text_));
    EXPECT_EQ(relation.rows, rows_);
    connection_.run("CREATE OR REPLACE TEMP TABLE large AS " + relation.select);
    EXPECT_EQ(connection_.integer("SELECT count(*) FROM large"), rows_);
    EXPECT_EQ(connection_.integer("SELECT count(*) FROM large WHERE id != rowid::VARCHAR"), 0);
  }

  std::string text_ = "id,note\n";
  std::int64_t rows_ = 0;
};

TEST_F(LargeCsv, APieceEndsWithinAQuotedTextThatLooksLikeRows) {
  fill(kPiece - 1000, "p", "\n");
  text_ += std::to_string(rows_++) + ",\"";
  while (text_.size() < kPiece + 1000) text_ += "\n0,p";
  text_ += "\"\n";
  fill(kPiece + 200'000, "p", "\n");
  expect_all_rows_in_order();
  text_ += "a broken line\n";  // so that a copy is scanned
  expect_all_rows_in_order();
}

TEST_F(LargeCsv, APieceEndsWithinACrLfBeforeAQuote) {
  text_ = "note,id\r\n";
  const auto row = [&](const std::string& note) {
    return note + ',' + std::to_string(rows_++) + "\r\n";
  };
  while (text_.size() + 40 < kPiece) text_ += row("p");
  const std::string id = ',' + std::to_string(rows_++);
  text_ += std::string(kPiece - 1 - id.size() - text_.size(), 'p') + id + "\r\n";
  ASSERT_EQ(text_.substr(kPiece - 1, 2), "\r\n");
  text_ += row("\"a,\"");
  while (text_.size() < kPiece + 200'000) text_ += row("p");
  expect_all_rows_in_order();
}

TEST_F(LargeCsv, PiecesEndAmongQuotes) {
  fill(kPiece + 200'000, "\"a, \"\"b\"\",\"", "\n");
  expect_all_rows_in_order();
}

TEST_F(CsvSource, SEC_14_ASmallFileMayNotUnpackToALargeOne) {
  std::string text = "a,b\n";
  for (int i = 0; i < 300'000; ++i) text += "0,0\n";
  const std::string packed = gzip(text);
  ASSERT_LT(packed.size(), 100'000U);
  Location location;
  location.path = folder_.write("bomb.csv.gz", packed);
  location.most_bytes = 1'000'000;
  const auto code = [&] {
    return error_of([&] { sources::open(location, connection_, folder_.path(), cancellation_); })
        .code();
  };
  EXPECT_EQ(code(), "E-TOO-LARGE");
  location.most_bytes = text.size();
  EXPECT_EQ(sources::open(location, connection_, folder_.path(), cancellation_).rows, 300'000);
}

TEST_F(CsvSource, StopsWhenAsked) {
  const std::filesystem::path path = folder_.write("a.csv", "a,b\n1,2\n");
  cancellation_.cancel();
  EXPECT_EQ(error_of([&] { open(path); }).code(), "E-CANCELLED");
}

TEST_F(CsvSource, AFileThatMayNotBeReadIsAnErrorOfItsOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "becomes another user, which only root may";
  const std::filesystem::path path = folder_.write("a.csv", "a,b\n");
  ::chmod(path.c_str(), 0600);
  ::chmod(folder_.path().c_str(), 0755);
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(::seteuid(kNobody), 0);
  const Error error = error_of([&] { open(path); });
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(error.code(), "E-PERM");
}

class RealData : public SourceTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData)) {
      GTEST_SKIP() << "the real data sets are not at " << kData << ", relative to the project";
    }
  }
  static constexpr const char* kData = "../shared/data";

  void expect(const std::string& name, std::int64_t rows, const std::string& columns) {
    const Relation relation = open(std::filesystem::path(kData) / name);
    EXPECT_EQ(names_of(relation), columns);
    EXPECT_EQ(relation.rows, rows);
    EXPECT_EQ(relation.malformed.count, 0);
    EXPECT_THAT(relation.warnings, IsEmpty());
    EXPECT_EQ(connection_.integer("SELECT count(*) FROM (" + relation.select + ")"), rows);
  }
};

TEST_F(RealData, OpensAndCountsRight) {
  expect("online_retail/sessions.csv.gz", 25'900,
         "invoice_no|customer_id|invoice_date|amount|purchased|country");
  expect("online_retail/customers.csv.gz", 4'372, "customer_id|first_seen");
  expect("online_retail/products.csv.gz", 532'621, "invoice_no|product|unit_price|quantity");
  expect("food_delivery/deliverytime.csv.gz", 45'593,
         "ID|Delivery_person_ID|Delivery_person_Age|Delivery_person_Ratings|Restaurant_latitude|"
         "Restaurant_longitude|Delivery_location_latitude|Delivery_location_longitude|"
         "Type_of_order|Type_of_vehicle|Time_taken(min)");
  expect("nab/nyc_taxi.csv", 10'320, "timestamp|value");
}

}  // namespace
}  // namespace ca::sources
