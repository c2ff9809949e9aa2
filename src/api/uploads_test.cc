#include "api/uploads.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "api/sources.h"
#include "ingest/test_support.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
namespace fs = std::filesystem;

TEST(SafeFileName, KeepsWhatIsPlain) {
  EXPECT_EQ(safe_file_name("sessions-2024_01.csv.gz"), "sessions-2024_01.csv.gz");
  EXPECT_EQ(safe_file_name("My shop (1).csv"), "My_shop_1_.csv");
  EXPECT_EQ(safe_file_name("C:\\Users\\a\\s.csv"), "s.csv");
}

TEST(SafeFileName, SEC_16_NoNameLeavesTheFolder) {
  for (const auto& [given, safe] :
       std::vector<std::pair<std::string, std::string>>{{"../../etc/passwd", "passwd"},
                                                        {"..", "upload"},
                                                        {".", "upload"},
                                                        {"...", "upload"},
                                                        {"", "upload"},
                                                        {"/", "upload"},
                                                        {".hidden.csv", "hidden.csv"},
                                                        {"-rf", "rf"},
                                                        {"it's \"so\".csv", "it_s_so_.csv"},
                                                        {"a\nb\r\nc.csv", "a_b_c.csv"},
                                                        {std::string("a\0b.csv", 7), "a_b.csv"},
                                                        {"\xF0\x9F\x98\x80.csv", "csv"},
                                                        {"<script>alert(1)</script>", "script"},
                                                        {"s.csv.", "s.csv"},
                                                        {"s.part", "s.part_"},
                                                        {"a*?[b].csv", "a_b_.csv"},
                                                        {"\xE2\x80\xAEvsc.exe", "vsc.exe"}}) {
    EXPECT_EQ(safe_file_name(given), safe) << given;
  }
  const std::string longest = safe_file_name(std::string(10'000, 'x') + ".csv.gz");
  EXPECT_EQ(longest.size(), 80U);
  EXPECT_TRUE(longest.ends_with("x.csv.gz"));
}

class UploadsTest : public ::testing::Test {
 protected:
  Uploads uploads() {
    return Uploads(workspace, {}, [this](const fs::path&) { return free; });
  }
  static Upload upload(Uploads& uploads, const std::string& name, const std::string& content) {
    const auto file = uploads.begin(name, "anna", std::nullopt);
    for (const char byte : content) file->write({&byte, 1});
    return file->finish();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(home.imports_folder()), fs::directory_iterator()));
  }
  static std::string content_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  std::uint64_t free = 1ULL << 40;
};

TEST_F(UploadsTest, AFileIsThereWhenItIsComplete) {
  Uploads all(workspace);
  const std::string name = "../it's \"so\"\n<script>\xF0\x9F\x98\x80.csv";
  const auto file = all.begin(name, "anna", 100);
  file->write("a,b\n");
  file->write("");
  file->write("1,2\n");
  ASSERT_EQ(all.list().size(), 1U);
  const Upload coming = all.list()[0];
  EXPECT_FALSE(coming.is_complete);
  EXPECT_EQ(coming.bytes, 8U);
  EXPECT_EQ(coming.total, 100U);
  EXPECT_EQ(all.find(coming.id)->bytes, 8U) << "progress";
  EXPECT_FALSE(fs::exists(coming.path));
  EXPECT_EQ(code_of([&] { all.remove(coming.id); }), "E-NOT-FOUND");

  const Upload complete = file->finish();
  EXPECT_EQ(complete.id, coming.id);
  EXPECT_EQ(complete.name, name) << "as the sender called it";
  EXPECT_EQ(complete.path.parent_path(), home.imports_folder());
  EXPECT_EQ(content_of(complete.path), "a,b\n1,2\n");
  EXPECT_EQ(complete.by, "anna");
  ASSERT_EQ(all.list().size(), 1U);
  EXPECT_TRUE(all.list()[0].is_complete);
  EXPECT_EQ(files(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(complete.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);

  Uploads later(workspace);
  EXPECT_EQ(later.find(complete.id)->name, name);
  later.remove(complete.id);
  EXPECT_EQ(files(), 0U);
  EXPECT_FALSE(later.find(complete.id).has_value());
  EXPECT_EQ(code_of([&] { later.remove(complete.id); }), "E-NOT-FOUND");
  EXPECT_EQ(code_of([&] { later.remove("../secret.key"); }), "E-NOT-FOUND");
}

TEST_F(UploadsTest, SameNamesAreDifferentFiles) {
  Uploads all(workspace);
  const Upload one = upload(all, "s.csv", "1");
  const Upload two = upload(all, "s.csv", "2");
  EXPECT_NE(one.path, two.path);
  EXPECT_EQ(content_of(one.path), "1");
  EXPECT_EQ(all.list()[0].id, two.id) << "the newest first";
}

TEST_F(UploadsTest, SEC_22_AnAbortLeavesNothing) {
  Uploads all(workspace);
  {
    const auto file = all.begin("s.csv", "anna", std::nullopt);
    file->write("abc");
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_EQ(files(), 0U);
  EXPECT_TRUE(all.list().empty());
  EXPECT_EQ(code_of([&] { upload(all, "s.csv", ""); }), "E-EMPTY");
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploadsTest, SEC_22_WhatDeadProcessesLeftIsRemovedAndNothingElse) {
  const std::string id = "0123456789abcdef";
  for (const std::string name :
       {"mine.part", "0123456789abcdeg-s.csv.part", "0123456789ABCDEF-s.part"}) {
    write(home.imports_folder() / name, "x");
  }
  write(home.imports_folder() / (id + "-s.csv.part"), "x");
  write(home.imports_folder() / (id + "-named-and-not-recorded.csv"), "x");
  write(folder.path() / "other", "x");
  fs::create_symlink(folder.path() / "other", home.imports_folder() / (id + "-l.csv.part"));
  fs::create_directory(home.imports_folder() / (id + "-d.part"));
  Uploads all(workspace);
  EXPECT_FALSE(fs::exists(home.imports_folder() / (id + "-s.csv.part")));
  EXPECT_FALSE(fs::exists(home.imports_folder() / (id + "-named-and-not-recorded.csv")));
  EXPECT_EQ(files(), 5U);
  EXPECT_TRUE(fs::exists(folder.path() / "other"));

  const auto file = all.begin("s.csv", "anna", std::nullopt);
  file->write("abc");
  Uploads other(workspace);  // as another process would
  EXPECT_EQ(content_of(file->finish().path), "abc") << "what is coming stays";
}

TEST_F(UploadsTest, SEC_18_AFileHasASize) {
  workspace.save_settings({{"imports.max_upload_mb", "1"}});
  Uploads all(workspace);
  EXPECT_EQ(code_of([&] { all.begin("s.csv", "anna", (1U << 20) + 1); }), "E-TOO-LARGE");
  {
    const auto file = all.begin("s.csv", "anna", std::nullopt);
    file->write(std::string(1U << 20, 'x'));
    EXPECT_EQ(code_of([&] { file->write("x"); }), "E-TOO-LARGE");
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploadsTest, TheDiskIsNeverFilled) {
  Uploads all = uploads();
  free = Uploads::kReserve + 100;
  EXPECT_EQ(code_of([&] { all.begin("s.csv", "anna", 101); }), "E-DISK");
  EXPECT_EQ(code_of([&] { all.begin("s.csv", "anna", 100); }), "none");
  free = Uploads::kReserve - 1;
  EXPECT_EQ(code_of([&] { all.begin("s.csv", "anna", std::nullopt); }), "E-DISK");
  free = Uploads::kReserve + 100;
  const auto file = all.begin("s.csv", "anna", std::nullopt);
  free = 0;
  EXPECT_EQ(code_of([&] {
              const std::string piece(1U << 20, 'x');
              for (int i = 0; i < 65; ++i) file->write(piece);
            }),
            "E-DISK")
      << "it is looked at again while the file comes";
}

TEST_F(UploadsTest, OnlySoManyAtOnce) {
  Uploads all(workspace);
  std::vector<std::unique_ptr<IncomingFile>> coming;
  for (std::size_t i = 0; i < Uploads::kMostAtOnce; ++i) {
    coming.push_back(all.begin("s.csv", "anna", std::nullopt));
  }
  EXPECT_EQ(code_of([&] { all.begin("s.csv", "anna", std::nullopt); }), "E-BUSY");
  coming.pop_back();
  EXPECT_EQ(code_of([&] { all.begin("s.csv", "anna", std::nullopt); }), "none");
}

TEST_F(UploadsTest, AFileThatASourceReadsStays) {
  Uploads all(workspace);
  const Upload file = upload(all, "c.csv", "customer,since\nc1,2023-12-01\n");
  workspace::SourceRecord source;
  source.kind = "customers";
  source.type = "csv";
  source.path = file.path.filename().string();
  source.columns = {{"client", "customer"}, {"download_date", "since"}};
  save_source(workspace, source, ImportRoots::of(workspace), Cancellation());
  EXPECT_EQ(code_of([&] { all.remove(file.id); }), "E-CONFLICT");
  remove_source(workspace, "customers");
  EXPECT_EQ(code_of([&] { all.remove(file.id); }), "none");
}

}  // namespace
}  // namespace ca::api
