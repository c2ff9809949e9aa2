#include "sources/byte_stream.h"

#include <random>

#include "sources/test_support.h"

namespace ca::sources {
namespace {

using testing::error_of;
using testing::gzip;
using testing::TemporaryFolder;
using testing::zstd;

std::string read_all(ByteStream& stream, std::size_t piece) {
  std::string all;
  std::string buffer(piece, '\0');
  while (true) {
    const std::size_t size = stream.read(buffer.data(), piece);
    all.append(buffer.data(), size);
    if (size < piece) return all;
  }
}

std::string noise(std::size_t size) {
  std::mt19937 random(3);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() % 64);
  return bytes;
}

TEST(ByteStream, ReadsPlainAndCompressedFilesInPiecesOfAnySize) {
  const TemporaryFolder folder;
  const std::string text = noise(700'000);
  // What a file is called says nothing about what is in it.
  const auto plain = folder.write("plain.gz", text);
  const auto gzipped = folder.write("gzipped.csv", gzip(text));
  const auto zipped = folder.write("zstd.csv", zstd(text));
  for (const std::size_t piece : {1'000'000, 65'536, 1'007}) {
    for (const auto& [path, compression] :
         {std::pair(plain, Compression::kNone), std::pair(gzipped, Compression::kGzip),
          std::pair(zipped, Compression::kZstd)}) {
      ByteStream stream(path);
      EXPECT_EQ(stream.compression(), compression);
      EXPECT_EQ(read_all(stream, piece), text);
      EXPECT_TRUE(stream.is_one_member());
    }
  }
}

TEST(ByteStream, ReadsEveryMemberAndSaysThatThereAreSeveral) {
  const TemporaryFolder folder;
  const std::string first = noise(300'000);
  for (const auto& path : {folder.write("a.gz", gzip(first) + gzip("") + gzip("second")),
                           folder.write("a.zst", zstd(first) + zstd("") + zstd("second"))}) {
    ByteStream stream(path);
    EXPECT_EQ(read_all(stream, 4096), first + "second");
    EXPECT_FALSE(stream.is_one_member());
  }
}

TEST(ByteStream, IgnoresPaddingAfterGzip) {
  const TemporaryFolder folder;
  ByteStream stream(folder.write("padded.gz", gzip("text") + std::string(512, '\0')));
  EXPECT_EQ(read_all(stream, 100), "text");
  EXPECT_FALSE(stream.is_one_member());
}

TEST(ByteStream, EmptyFilesHaveNoBytes) {
  const TemporaryFolder folder;
  for (const auto& path : {folder.write("empty", ""), folder.write("empty.gz", gzip("")),
                           folder.write("empty.zst", zstd(""))}) {
    ByteStream stream(path);
    EXPECT_EQ(read_all(stream, 100), "");
  }
}

TEST(ByteStream, DamagedDataIsAnErrorThatNamesTheFile) {
  const TemporaryFolder folder;
  const std::string text = noise(100'000);
  std::string wrong_sum = gzip(text);
  wrong_sum[wrong_sum.size() - 8] ^= 1;
  for (const std::string& bytes :
       {gzip(text).substr(0, 20'000), gzip(text).substr(0, 15), wrong_sum,
        zstd(text).substr(0, 20'000), zstd(text).substr(0, 8)}) {
    ByteStream stream(folder.write("damaged.csv", bytes));
    const Error error = error_of([&] { read_all(stream, 4096); });
    EXPECT_EQ(error.code(), "E-FILE");
    EXPECT_THAT(error.message(), ::testing::HasSubstr("damaged.csv is damaged"));
    EXPECT_FALSE(error.hint().empty());
  }
}

TEST(ByteStream, MissingFilesAndFoldersAreErrors) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { ByteStream stream(folder.path() / "none.csv"); }).code(), "E-FILE");
  EXPECT_EQ(error_of([&] { ByteStream stream(folder.path()); }).code(), "E-FILE");
}

}  // namespace
}  // namespace ca::sources
