#include "base/checksum.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/scratch_folder.h"

namespace ca {
namespace {

TEST(Checksum, IsTheSameForEver) {
  EXPECT_EQ(checksum_of(""), (Checksum{0, 0x2d06800538d394c2}));
  EXPECT_EQ(hexadecimal(checksum_of("").xxh3), "2d06800538d394c2");
}

TEST(Checksum, AFileHasThatOfItsBytes) {
  const ScratchFolder folder;
  for (const std::size_t size : {0U, 1U, 1U << 20, (1U << 20) + 1, 3'000'000U}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7919 >> 8);
    std::ofstream(folder.path() / "f", std::ios::binary) << bytes;
    EXPECT_EQ(checksum_of_file(folder.path() / "f"), checksum_of(bytes)) << size;
    if (size == 0) continue;
    bytes[size / 2] ^= 1;
    EXPECT_NE(checksum_of_file(folder.path() / "f"), checksum_of(bytes)) << size;
  }
}

TEST(Checksum, AFileThatIsNotThereIsAnError) {
  const ScratchFolder folder;
  EXPECT_THROW(checksum_of_file(folder.path() / "none"), Error);
}

TEST(Checksum, HexadecimalIsReadBackStrictly) {
  EXPECT_EQ(parse_hexadecimal("00000000000000ff"), 255U);
  for (const char* text : {"", "ff", "00000000000000FF", "0x000000000000ff", " 0000000000000ff",
                           "00000000000000ff0", "000000000000000g"}) {
    EXPECT_EQ(parse_hexadecimal(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ca
