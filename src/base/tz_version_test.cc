#include <gtest/gtest.h>

#include <fstream>

#include "base/calendar.h"
#include "base/scratch_folder.h"

namespace ca {
namespace {

TEST(TzVersion, IsToldByEitherFileOrNotKnown) {
  const ScratchFolder folder;
  EXPECT_EQ(tz_version_in(folder.path()), "unknown");
  EXPECT_EQ(tz_version_in(folder.path() / "none"), "unknown");
  std::ofstream(folder.path() / "+VERSION") << "2024a\n";
  EXPECT_EQ(tz_version_in(folder.path()), "2024a");
  std::ofstream(folder.path() / "tzdata.zi") << "# version 2025b-dirty\n# redo ...\n";
  EXPECT_EQ(tz_version_in(folder.path()), "2025b-dirty");
  std::ofstream(folder.path() / "tzdata.zi") << "R d 1916 o - Jun 14 23s 1 S\n";
  EXPECT_EQ(tz_version_in(folder.path()), "2024a");
}

TEST(TzVersion, OfTheSystemIsOneWord) {
  EXPECT_FALSE(tz_version().empty());
  EXPECT_EQ(tz_version().find_first_of(" \n"), std::string::npos) << tz_version();
}

}  // namespace
}  // namespace ca
