#include "sources/source_paths.h"

#include <sys/stat.h>
#include <unistd.h>

#include "sources/test_support.h"

namespace ca::sources {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

namespace fs = std::filesystem;

std::vector<std::string> names(const std::vector<fs::path>& paths) {
  std::vector<std::string> names;
  for (const fs::path& path : paths) names.push_back(path.filename().string());
  return names;
}

std::vector<std::string> resolved(const fs::path& path) {
  return names(resolve(path, {".csv", ".csv.gz"}));
}

TEST(Resolve, AFileIsThatFileWhateverItIsCalled) {
  const TemporaryFolder folder;
  for (const char* name :
       {"a.csv", "with blank.csv", "it's \"so\".csv", "a+b.csv", "\xF0\x9F\x98\x80.csv", "x[1].csv",
        "really?.csv", "*.csv", "no suffix", "back\\slash.csv"}) {
    EXPECT_THAT(resolved(folder.write(name, "a")), ElementsAre(name));
  }
  EXPECT_THAT(resolved(folder.path() / "x[1].csv"), ElementsAre("x[1].csv"));
}

TEST(Resolve, AFolderMeansItsVisibleFilesInByteOrder) {
  const TemporaryFolder folder;
  for (const char* name : {"b.csv", "B.CSV", "a.csv.gz", "é.csv", "z.csv", "10.csv", "9.csv",
                           "notes.md", ".hidden.csv", "deeper/c.csv", "csv"}) {
    folder.write(name, "a");
  }
  fs::create_directory(folder.path() / "folder.csv");
  const auto expected =
      ElementsAre("10.csv", "9.csv", "B.CSV", "a.csv.gz", "b.csv", "z.csv", "é.csv");
  EXPECT_THAT(resolved(folder.path()), expected);
  EXPECT_THAT(resolved(folder.path() / ""), expected);
}

TEST(Resolve, APatternMeansWhatMatches) {
  const TemporaryFolder folder;
  for (const char* name :
       {"s1.csv", "s2.csv", "s10.csv", "t1.csv", "s1.txt", "x/s3.csv", "y/s0.csv"}) {
    folder.write(name, "a");
  }
  EXPECT_THAT(resolved(folder.path() / "s?.csv"), ElementsAre("s1.csv", "s2.csv"));
  EXPECT_THAT(resolved(folder.path() / "[st]1.*"), ElementsAre("s1.csv", "s1.txt", "t1.csv"));
  EXPECT_THAT(resolved(folder.path() / "*/s*.csv"), ElementsAre("s3.csv", "s0.csv"));
}

TEST(Resolve, WhatIsNotThereIsAnErrorWithTheNearestName) {
  const TemporaryFolder folder;
  folder.write("shop/sessions.csv", "a");
  const auto error = [&](const fs::path& path) {
    return error_of([&] { resolve(folder.path() / path, {".csv"}); });
  };
  EXPECT_EQ(error("shop/sesions.csv").code(), "E-FILE");
  EXPECT_THAT(error("shop/sesions.csv").hint(), HasSubstr("shop/sessions.csv?"));
  EXPECT_THAT(error("shopp/sessions.csv").hint(), HasSubstr("shop?"));
  EXPECT_THAT(error("shop/sessions.csv/x").message(), HasSubstr("no file or folder"));
  EXPECT_EQ(error("shop/*.parquet").code(), "E-FILE");
  EXPECT_THAT(error("shop/*.parquet").message(), HasSubstr("No file matches"));
  EXPECT_EQ(error("").code(), "E-FILE");
  EXPECT_THAT(error("").hint(), HasSubstr(".csv"));
  EXPECT_EQ(error_of([] { resolve("", {".csv"}); }).code(), "E-PARAM");
  EXPECT_EQ(error_of([] { resolve("/dev/null", {".csv"}); }).code(), "E-FILE");
}

TEST(Resolve, WhatMayNotBeReadIsAnErrorOfItsOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "becomes another user, which only root may";
  const TemporaryFolder folder;
  const fs::path file = folder.write("closed/a.csv", "a");
  ::chmod(file.parent_path().c_str(), 0700);
  ::chmod(folder.path().c_str(), 0755);
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(::seteuid(kNobody), 0);
  const Error of_file = error_of([&] { resolve(file, {".csv"}); });
  const Error of_folder = error_of([&] { resolve(file.parent_path(), {".csv"}); });
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(of_file.code(), "E-PERM");
  EXPECT_EQ(of_folder.code(), "E-PERM");
}

}  // namespace
}  // namespace ca::sources
