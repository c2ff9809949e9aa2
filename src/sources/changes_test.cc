#include "sources/changes.h"

#include "sources/test_support.h"

namespace ca::sources {
namespace {

using ::testing::ElementsAre;
using testing::gzip;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = Changes::Kind;

/// A folder of files that is read, changed, and read again.
class ChangesTest : public testing::SourceTest {
 protected:
  ChangesTest() { location_.path = folder_.path() / "data"; }

  std::filesystem::path write(const std::string& name, std::string_view bytes) {
    return folder_.write("data/" + name, bytes);
  }
  void append(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_.path() / "data" / name, std::ios::binary | std::ios::app) << bytes;
  }
  void load() { seen_ = open(location_).files; }
  Changes changes() { return changes_since(location_, seen_); }
  /// What is new, read by itself.
  Relation open_new() {
    Location location = location_;
    location.parts = changes().parts;
    return open(location);
  }

  Location location_;
  std::vector<SeenFile> seen_;
};

TEST_F(ChangesTest, FilesThatAreAsTheyWereAreNoChange) {
  write("a.csv", "id,n\n1,2\n");
  write("b.csv.gz", gzip("id,n\n3,4\n"));
  load();
  EXPECT_EQ(changes().kind, Kind::kNone);
  // Written again with the same bytes: another time, the same content.
  write("a.csv", "id,n\n1,2\n");
  std::filesystem::last_write_time(
      folder_.path() / "data" / "a.csv",
      std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(changes().kind, Kind::kNone);
}

TEST_F(ChangesTest, ReadsNewFilesAndNothingElse) {
  write("2024-01.csv", "id,n\n1,2\n");
  load();
  write("2024-02.csv", "id,n\n3,4\n");
  write("2024-03.csv", "id,n\n5,6\n");
  EXPECT_EQ(changes().kind, Kind::kAppended);
  EXPECT_TRUE(changes().is_in_order);
  EXPECT_THAT(rows_of(open_new()), ElementsAre("3|4", "5|6"));
  write("2023-12.csv", "id,n\n0,0\n");
  EXPECT_FALSE(changes().is_in_order) << "rows of an earlier file do not win over later ones";
}

TEST_F(ChangesTest, ReadsWhatWasAppended) {
  write("a.csv", "\xEF\xBB\xBF\"i,d\";n\r\n1;2\r\n");
  load();
  append("a.csv", "3;\"x\r\ny\"\r\n4;5;6\r\n7;8\r\n");
  const Relation relation = open_new();
  EXPECT_THAT(rows_of(relation), ElementsAre("3|x\r\ny", "7|8"));
  EXPECT_THAT(malformed_of(relation), ElementsAre("5: 3 cells instead of 2: 4;5;6"));
  EXPECT_EQ(relation.malformed.lines.front().file, (folder_.path() / "data" / "a.csv").string());
  EXPECT_EQ(relation.columns.front().name, "i,d");
  // What was seen now is what a load of the whole file would have seen.
  EXPECT_THAT(relation.files, ElementsAre(open(location_).files.front()));
  seen_ = relation.files;
  EXPECT_EQ(changes().kind, Kind::kNone);
}

TEST_F(ChangesTest, AHeaderOverSeveralLinesIsStillOne) {
  write("a.csv", "\"i\nd\",n\n1,2\n");
  load();
  append("a.csv", "3\n4,5\n");
  const Relation relation = open_new();
  EXPECT_THAT(rows_of(relation), ElementsAre("4|5"));
  EXPECT_THAT(malformed_of(relation), ElementsAre("4: 1 cell instead of 2: 3"));
  EXPECT_THAT(relation.files, ElementsAre(open(location_).files.front()));
}

TEST_F(ChangesTest, OnlyTheLastFileIsAppendedToInOrder) {
  write("a.csv", "id,n\n1,2\n");
  write("b.csv", "id,n\n3,4\n");
  load();
  append("b.csv", "5,6\n");
  EXPECT_TRUE(changes().is_in_order);
  append("a.csv", "7,8\n");
  EXPECT_FALSE(changes().is_in_order);
  EXPECT_THAT(rows_of(open_new()), ElementsAre("7|8", "5|6"));
}

TEST_F(ChangesTest, OtherChangesAskForEverything) {
  const auto reason_after = [&](std::string_view before, std::string_view after) {
    write("a.csv", before);
    load();
    write("a.csv", after);
    const Changes found = changes();
    return found.kind == Kind::kRewritten ? found.reason : "";
  };
  EXPECT_EQ(reason_after("id,n\n1,2\n", "id,n\n1,3\n4,5\n"), "a.csv has changed");
  EXPECT_EQ(reason_after("id,n\n1,2\n", "id,n\n"), "a.csv has changed");
  EXPECT_EQ(reason_after("id,n\n1,2", "id,n\n1,23\n"), "a.csv has changed")
      << "the last line had no end: it may have gone on";
  EXPECT_EQ(reason_after("id,n\n1,\"2\n", "id,n\n1,\"2\n3\"\n"), "a.csv has changed")
      << "an open quote may have been closed";
}

TEST_F(ChangesTest, CompressedFilesAreReadWhole) {
  write("a.csv.gz", gzip("id,n\n1,2\n"));
  load();
  append("a.csv.gz", gzip("3,4\n"));
  EXPECT_EQ(changes().kind, Kind::kRewritten);
}

TEST_F(ChangesTest, AFileThatHasGoneIsNoChange) {
  write("a.csv", "id,n\n1,2\n");
  write("b.csv", "id,n\n3,4\n");
  load();
  std::filesystem::remove(folder_.path() / "data" / "a.csv");
  EXPECT_EQ(changes().kind, Kind::kNone);
}

TEST_F(ChangesTest, TextInAnotherEncodingContradictsWhatWasRead) {
  write("a.csv", "id,n\n1,caf\xC3\xA9\n");
  load();
  append("a.csv", "2,caf\xE9\n");
  EXPECT_THAT(open_new().contradiction, HasSubstr("a.csv was utf-8"));
  write("b.csv", "id,n\n1,cafe\n");
  location_.path = folder_.path() / "data" / "b.csv";
  load();
  append("b.csv", "2,caf\xE9\n");
  const Relation plain = open_new();
  EXPECT_EQ(plain.contradiction, "") << "ASCII goes on in any encoding";
  EXPECT_THAT(rows_of(plain), ElementsAre("2|caf\xC3\xA9"));
}

TEST_F(ChangesTest, SaysWhichFileCannotBeRead) {
  const std::filesystem::path file = write("a.csv", "id\n1\n");
  const Error error = testing::error_of([&] { content_hash(file, 1000); });
  EXPECT_EQ(error.code(), "E-FILE");
  EXPECT_THAT(error.message(), HasSubstr("a.csv"));
  EXPECT_EQ(testing::error_of([&] { look_at(folder_.path() / "none.csv"); }).code(), "E-FILE");
}

}  // namespace
}  // namespace ca::sources
