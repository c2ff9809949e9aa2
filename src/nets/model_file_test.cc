#include "nets/model_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>

#include "base/checksum.h"
#include "base/error.h"
#include "base/scratch_folder.h"

namespace ca::nets {
namespace {

Model small() {
  Model model;
  model.kind = "next_purchase";
  model.made_from = "0123456789abcdef";
  model.scalars = {{"units", 3}, {"cap", -0.5}};
  Tensor matrix({2, 3});
  matrix.values = {1, 2, 3, 4, 5, -6.5F};
  Tensor vector({1});
  vector.values = {7};
  model.tensors = {{"0.weights", matrix}, {"0.bias", vector}};
  return model;
}

/// The code of the error, or nothing.
std::string refusal_of(const std::string& bytes) {
  try {
    model_of(bytes, "a.model");
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("a.model"), std::string::npos) << error.message();
    return error.code();
  }
  return {};
}

/// Bytes whose checksum is right whatever they say.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - sizeof(std::uint64_t));
  const std::uint64_t hash = checksum_of(bytes).xxh3;
  bytes.append(reinterpret_cast<const char*>(&hash), sizeof hash);
  return bytes;
}

TEST(ModelFile, IsReadAsItWasWritten) {
  const ScratchFolder folder;
  const auto file = folder.path() / "m.model";
  write_model(file, small());
  EXPECT_EQ(read_model(file), small());
  EXPECT_EQ(model_of(bytes_of(Model{}), "m"), Model{});
}

TEST(ModelFile, EveryFlippedBitIsRefused) {
  const std::string bytes = bytes_of(small());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      ASSERT_EQ(refusal_of(damaged), "E-MODEL") << "byte " << at << " bit " << bit;
    }
  }
}

TEST(ModelFile, EveryLengthButItsOwnIsRefused) {
  const std::string bytes = bytes_of(small());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(refusal_of(bytes.substr(0, size)), "E-MODEL") << size;
  }
  EXPECT_EQ(refusal_of(bytes + '\0'), "E-MODEL");
  EXPECT_EQ(refusal_of(bytes), "");
}

/// Lengths are looked at, not only the checksum: any byte may be anything.
TEST(ModelFile, WrongLengthsWithARightChecksumDoNotReachBeyondTheEnd) {
  const std::string bytes = bytes_of(small());
  for (std::size_t at = 8; at + 8 < bytes.size(); ++at) {
    for (const char put : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string changed = bytes;
      changed[at] = put;
      const std::string code = refusal_of(sealed(changed));
      ASSERT_TRUE(code.empty() || code == "E-MODEL");
    }
    if (at + 16 >= bytes.size()) continue;
    std::string changed = bytes;
    std::memset(changed.data() + at, 0xff, 8);
    const std::string code = refusal_of(sealed(changed));
    ASSERT_TRUE(code.empty() || code == "E-MODEL");
  }
  std::string shorter = bytes;
  shorter.erase(shorter.size() - 12, 4);
  EXPECT_EQ(refusal_of(sealed(shorter)), "E-MODEL");
}

TEST(ModelFile, WhatIsNoNumberIsRefused) {
  Model model = small();
  model.tensors[0].second.values[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(refusal_of(bytes_of(model)), "E-MODEL");
  model = small();
  model.scalars[0].second = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal_of(bytes_of(model)), "E-MODEL");
}

TEST(ModelFile, AlienFilesAreRefused) {
  EXPECT_EQ(refusal_of("PAR1 and so on, for some more bytes than a header"), "E-MODEL");
  const ScratchFolder folder;
  try {
    read_model(folder.path() / "absent.model");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-FILE");
  }
}

TEST(ModelFile, AskingForWhatIsNotThereIsRefused) {
  const Model model = small();
  EXPECT_EQ(model.scalar("cap"), -0.5);
  EXPECT_EQ(model.size("units", 3), 3);
  EXPECT_EQ(model.positive("units"), 3);
  EXPECT_THROW(model.positive("cap"), Error);
  EXPECT_THROW(model.size("units", 2), Error);
  EXPECT_THROW(model.size("cap", 2), Error);
  EXPECT_EQ(tensor_of(model.tensors, "0.bias", {1}).values[0], 7);
  EXPECT_THROW(model.scalar("absent"), Error);
  EXPECT_THROW(tensor_of(model.tensors, "0.bias", {2}), Error);
  EXPECT_THROW(tensor_of(model.tensors, "absent", {1}), Error);
  EXPECT_THROW(model.expect_kind("purchase_amount"), Error);
}

TEST(ModelFile, ADamagedFileIsSetAsideUnderAFreeName) {
  const ScratchFolder folder;
  const auto file = folder.path() / "m.model";
  std::ofstream(file) << "first";
  EXPECT_EQ(set_aside(file).filename(), "m.model.damaged-1");
  std::ofstream(file) << "second";
  EXPECT_EQ(set_aside(file).filename(), "m.model.damaged-2");
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_THROW(set_aside(file), Error);
}

}  // namespace
}  // namespace ca::nets
