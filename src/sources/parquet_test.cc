#include "sources/test_support.h"

namespace ca::sources {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SourceTest;

class ParquetSource : public SourceTest {
 protected:
  std::filesystem::path write_parquet(const std::string& name, const std::string& select) {
    const std::filesystem::path path = folder_.write(name, "");
    connection_.run("COPY (" + select + ") TO " + sql::literal(path.native()) +
                    " (FORMAT parquet)");
    return path;
  }

  static std::string types_of(const Relation& relation) {
    std::string text;
    for (const SourceColumn& column : relation.columns) {
      text += (text.empty() ? "" : ", ") + column.name + " " + column.type;
    }
    return text;
  }
};

TEST_F(ParquetSource, YieldsColumnsWithTheirTypes) {
  const Relation relation =
      open(write_parquet(
               "a.parquet",
               "SELECT 1::INTEGER AS \"order id\", 'x' AS client, TIMESTAMP '2024-01-02 03:04:05' "
               "AS at, 1.50::DECIMAL(9, 2) AS amount UNION ALL SELECT 2, NULL, NULL, NULL"),
           "parquet");
  EXPECT_EQ(types_of(relation),
            "order id INTEGER, client VARCHAR, at TIMESTAMP, amount DECIMAL(9,2)");
  EXPECT_THAT(rows_of(relation), ElementsAre("1|x|2024-01-02 03:04:05|1.50", "2|~|~|~"));
  EXPECT_EQ(relation.rows, 2);
  ASSERT_EQ(relation.files.size(), 1U);
  EXPECT_EQ(relation.files.front().path, (folder_.path() / "a.parquet").string());
  EXPECT_THAT(relation.warnings, IsEmpty());
}

TEST_F(ParquetSource, FilesOfAFolderAreMatchedByName) {
  write_parquet("p/1.parquet", "SELECT 1 AS id, 'a' AS name");
  write_parquet("p/2.parquet", "SELECT 2 AS id, 'b' AS name");
  EXPECT_THAT(open(folder_.path() / "p", "parquet").warnings, IsEmpty());
  write_parquet("p/3.parquet", "SELECT 'c' AS name, 3::BIGINT AS id, true AS vip");
  folder_.write("p/notes.csv", "a,b\n");
  const Relation relation = open(folder_.path() / "p", "parquet");
  EXPECT_EQ(types_of(relation), "id BIGINT, name VARCHAR, vip BOOLEAN");
  EXPECT_THAT(rows_of(relation), ElementsAre("1|a|~", "2|b|~", "3|c|true"));
  EXPECT_EQ(relation.rows, 3);
  EXPECT_THAT(relation.warnings, ElementsAre(HasSubstr("1.parquet: 3.parquet.")));
}

TEST_F(ParquetSource, NamesMayHoldAnything) {
  write_parquet("x1.parquet", "SELECT 0 AS id");
  const std::filesystem::path plain = write_parquet("plain.parquet", "SELECT 1 AS id");
  std::filesystem::create_directory(folder_.path() / "country=UK");
  for (const char* name :
       {"x[1].parquet", "it's.parquet", "a b+c.parquet", "country=UK/a.parquet"}) {
    std::filesystem::copy_file(plain, folder_.path() / name);
    EXPECT_THAT(rows_of(open(folder_.path() / name, "parquet")), ElementsAre("1")) << name;
  }
}

TEST_F(ParquetSource, BrokenFilesAreErrorsWithTheirCause) {
  const std::filesystem::path whole =
      write_parquet("a.parquet", "SELECT range AS id FROM range(100)");
  std::ifstream stream(whole, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  const auto error = [&](const std::string& content) {
    return error_of([&] { open(folder_.write("broken.parquet", content), "parquet"); });
  };
  EXPECT_EQ(error(bytes.substr(0, bytes.size() / 2)).code(), "E-FILE");
  EXPECT_THAT(error(bytes.substr(0, bytes.size() / 2)).message(),
              HasSubstr("broken.parquet is damaged"));
  EXPECT_FALSE(error(bytes.substr(0, bytes.size() / 2)).hint().empty());
  EXPECT_EQ(error("a,b\n1,2\n").code(), "E-FILE");
  EXPECT_THAT(error("a,b\n1,2\n").hint(), HasSubstr("csv"));
  EXPECT_EQ(error("").code(), "E-EMPTY");
  EXPECT_EQ(error_of([&] { open(folder_.path() / "none.parquet", "parquet"); }).code(), "E-FILE");
}

}  // namespace
}  // namespace ca::sources
