#include "journeys/file.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "journeys/test_support.h"

namespace ca::journeys {
namespace {

using namespace testing;
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

template <class T>
T value_at(const std::string& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <class T>
std::vector<T> copy_of(std::span<const T> values) {
  return {values.begin(), values.end()};
}

constexpr std::size_t kHeader = 32;
constexpr std::size_t kEntry = 32;

class FileTest : public ::testing::Test {
 protected:
  /// Starts, an empty section, flags: what most tests read.
  void write_example() {
    FileWriter writer(file);
    writer.section(Section::kSessionStart, starts);
    writer.section(Section::kSessionAmount, std::vector<double>());
    writer.section(Section::kCustomerFlags, flags);
    writer.finish();
  }
  std::string open_code() {
    return code_of([&] { MappedFile mapped(file); });
  }
  std::string verify_code() {
    return code_of([&] { MappedFile(file).verify(); });
  }

  TemporaryFolder folder;
  fs::path file = folder.path() / "partition.journeys";
  std::vector<std::int64_t> starts = {1, -2, INT64_MAX};
  std::vector<std::uint8_t> flags = {7, 8, 9, 10, 11};
};

TEST_F(FileTest, SectionsAreReadAsTheyWereWritten) {
  write_example();
  const MappedFile mapped(file);
  mapped.verify();
  EXPECT_EQ(copy_of(mapped.section<std::int64_t>(Section::kSessionStart)), starts);
  EXPECT_EQ(copy_of(mapped.section<std::uint8_t>(Section::kCustomerFlags)), flags);
  EXPECT_TRUE(mapped.section<double>(Section::kSessionAmount).empty());
  EXPECT_TRUE(mapped.section<double>(Section::kLatitude).empty());  // not there
}

TEST_F(FileTest, HasTheLayoutThatIsWrittenDown) {
  write_example();
  const std::string bytes = bytes_of(file);
  EXPECT_EQ(bytes.substr(0, 8), "CAJOURNY");
  EXPECT_EQ(value_at<std::uint32_t>(bytes, 8), kFormatVersion);
  EXPECT_EQ(value_at<std::uint32_t>(bytes, 12), 3U);
  EXPECT_EQ(value_at<std::uint64_t>(bytes, 24), bytes.size());
  EXPECT_EQ(value_at<std::uint32_t>(bytes, kHeader), 30U);       // id of kSessionStart
  EXPECT_EQ(value_at<std::uint32_t>(bytes, kHeader + 4), 8U);    // bytes an element
  EXPECT_EQ(value_at<std::uint64_t>(bytes, kHeader + 16), 24U);  // bytes of three
  for (std::size_t section = 0; section < 3; ++section) {
    const auto offset = value_at<std::uint64_t>(bytes, kHeader + section * kEntry + 8);
    EXPECT_EQ(offset % 64, 0U) << section;
  }
  EXPECT_EQ(value_at<std::int64_t>(bytes, value_at<std::uint64_t>(bytes, kHeader + 8)), 1);
}

TEST_F(FileTest, SectionsAreAlignedInMemory) {
  write_example();
  const MappedFile mapped(file);
  EXPECT_EQ(
      std::bit_cast<std::uintptr_t>(mapped.section<std::int64_t>(Section::kSessionStart).data()) %
          64,
      0U);
}

TEST_F(FileTest, SameSectionsGiveTheSameBytes) {
  write_example();
  const std::string first = bytes_of(file);
  write_example();
  EXPECT_EQ(bytes_of(file), first);
}

TEST_F(FileTest, AppearsOnlyWhenItIsComplete) {
  {
    FileWriter writer(file);
    writer.section(Section::kSessionStart, starts);
    EXPECT_FALSE(fs::exists(file));
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));

  write_example();
  const std::string before = bytes_of(file);
  {
    FileWriter writer(file);
    writer.section(Section::kSessionStart, std::vector<std::int64_t>{9});
  }
  EXPECT_EQ(bytes_of(file), before);
}

TEST_F(FileTest, AFileCutAtAnyLengthIsRefused) {
  write_example();
  const std::string bytes = bytes_of(file);
  for (std::size_t length = bytes.size(); length-- > 0;) {
    fs::resize_file(file, length);
    ASSERT_EQ(open_code(), "E-JOURNEYS") << length;
  }
  write(file, bytes + "x");
  EXPECT_EQ(open_code(), "E-JOURNEYS");
}

TEST_F(FileTest, AFlippedByteIsFoundWhereverItStands) {
  write_example();
  const std::string bytes = bytes_of(file);
  // The bytes that mean something; between them is room and padding.
  std::vector<bool> means(bytes.size());
  std::fill(means.begin(), means.begin() + kHeader + 3 * kEntry, true);
  for (std::size_t section = 0; section < 3; ++section) {
    const std::size_t entry = kHeader + section * kEntry;
    const auto offset = value_at<std::uint64_t>(bytes, entry + 8);
    const auto size = value_at<std::uint64_t>(bytes, entry + 16);
    for (std::size_t i = 0; i < size; ++i) means[offset + i] = true;
  }
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&](std::size_t at, int byte) {
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte));
    stream.flush();
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bit : {0, 7}) {
      put(at, bytes[at] ^ (1 << bit));
      ASSERT_EQ(verify_code(), means[at] ? "E-JOURNEYS" : "none") << "byte " << at;
    }
    put(at, bytes[at]);
  }
}

TEST_F(FileTest, OpeningFindsDamageBeforeTheContentIsRead) {
  write_example();
  std::string bytes = bytes_of(file);
  bytes[kHeader + 8] = static_cast<char>(bytes[kHeader + 8] ^ 1);  // an offset
  write(file, bytes);
  EXPECT_EQ(open_code(), "E-JOURNEYS");
}

TEST_F(FileTest, AnotherFormatVersionIsRefused) {
  write_example();
  std::string bytes = bytes_of(file);
  const std::uint32_t next = kFormatVersion + 1;
  std::memcpy(bytes.data() + 8, &next, sizeof next);
  write(file, bytes);
  const auto error = ingest::testing::error_of([&] { MappedFile mapped(file); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-JOURNEYS");
  EXPECT_NE(error->message().find("another format"), std::string::npos) << error->message();
}

TEST_F(FileTest, OtherFilesAreRefused) {
  EXPECT_EQ(open_code(), "E-JOURNEYS");
  for (const std::string& content :
       {std::string(), std::string("x"), std::string(5000, 'x'), std::string(5000, '\0')}) {
    write(file, content);
    EXPECT_EQ(open_code(), "E-JOURNEYS");
  }
}

TEST_F(FileTest, ASectionIsReadAsTheTypeItHas) {
  write_example();
  const MappedFile mapped(file);
  EXPECT_EQ(code_of([&] { mapped.section<std::uint32_t>(Section::kSessionStart); }), "E-JOURNEYS");
}

TEST_F(FileTest, AMovedMappingStaysMapped) {
  write_example();
  MappedFile first(file);
  const MappedFile second = std::move(first);
  EXPECT_EQ(copy_of(second.section<std::int64_t>(Section::kSessionStart)), starts);
}

TEST_F(FileTest, ADiskThatRefusesIsAnError) {
  EXPECT_EQ(code_of([&] { FileWriter writer(folder.path() / "none/file"); }), "E-STORE");
}

TEST_F(FileTest, TooManySectionsAreRefused) {
  FileWriter writer(file);
  EXPECT_EQ(code_of([&] {
              for (int i = 0; i < 100; ++i) writer.section(Section::kSessionStart, starts);
            }),
            "E-STORE");
}

}  // namespace
}  // namespace ca::journeys
