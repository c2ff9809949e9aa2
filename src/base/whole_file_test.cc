#include "base/whole_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "base/error.h"
#include "base/scratch_folder.h"

namespace ca {
namespace {

namespace fs = std::filesystem;

class WholeFileTest : public ::testing::TestWithParam<Survives> {
 protected:
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  ScratchFolder folder;
  fs::path file = folder.path() / "report.csv";
};

TEST_P(WholeFileTest, TakesThePlaceOfWhatWas) {
  write_whole(file, "old", GetParam());
  write_whole(file, std::string("n\0w\n", 4), GetParam());
  EXPECT_EQ(text_of(file), std::string("n\0w\n", 4));
  EXPECT_EQ(names(), std::set<std::string>{"report.csv"});
}

TEST_P(WholeFileTest, IsNotThereWhileItIsWritten) {
  write_whole(file, "old", GetParam());
  write_whole(
      file,
      [&](const fs::path& path) {
        std::ofstream(path) << "new";
        EXPECT_EQ(text_of(file), "old");
        EXPECT_EQ(path.parent_path(), folder.path());
      },
      GetParam());
  EXPECT_EQ(text_of(file), "new");
}

TEST_P(WholeFileTest, AFailureLeavesWhatWasAndNothingElse) {
  write_whole(file, "old", GetParam());
  for (const char* code : {"E-SQL", "E-CANCELLED"}) {
    try {
      write_whole(
          file,
          [&](const fs::path& path) {
            std::ofstream(path) << "half";
            throw Error(code, "no more");
          },
          GetParam());
      FAIL() << "written";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code == std::string("E-SQL") ? "E-FILE" : "E-CANCELLED");
    }
    EXPECT_EQ(text_of(file), "old");
    EXPECT_EQ(names(), std::set<std::string>{"report.csv"});
  }
}

TEST_P(WholeFileTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(write_whole(folder.path() / "none" / "x", "x", GetParam()), Error);
}

INSTANTIATE_TEST_SUITE_P(Both, WholeFileTest,
                         ::testing::Values(Survives::kProcess, Survives::kPowerCut));

TEST_F(WholeFileTest, WhatAKilledProcessLeftIsRemovedAndNothingElse) {
  // No process can have that number.
  std::ofstream(folder.path() / ".report.csv.99999999-0.tmp") << "half";
  const std::set<std::string> others = {".tmp",           ".x.tmp",    "report.csv.1-2.tmp",
                                        ".r.csv.a-b.tmp", ".a.-1.tmp", "report.csv"};
  for (const std::string& other : others) std::ofstream(folder.path() / other) << "x";
  write_whole(file, [&](const fs::path& path) {
    std::ofstream(path) << "alive";
    remove_abandoned(folder.path());
    EXPECT_EQ(names().count(path.filename()), 1U);  // this process is still at it
  });
  EXPECT_EQ(names(), others);
  EXPECT_EQ(text_of(file), "alive");
  remove_abandoned(folder.path() / "none");
}

}  // namespace
}  // namespace ca
