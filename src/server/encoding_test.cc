#include "server/encoding.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace ca::server {
namespace {

std::string gunzip(const std::string& bytes, std::size_t size) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(size + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(Encoding, WhatTheClientLikesBest) {
  const auto chosen = [](std::string_view accept) { return name_of(choose_encoding(accept)); };
  EXPECT_EQ(chosen(""), "identity");
  EXPECT_EQ(chosen("gzip"), "gzip");
  EXPECT_EQ(chosen("gzip, deflate, br, zstd"), "zstd");
  EXPECT_EQ(chosen("GZIP;q=0.5"), "gzip");
  EXPECT_EQ(chosen("gzip;q=1.0, zstd;q=0.5"), "gzip");
  EXPECT_EQ(chosen("gzip;q=0"), "identity");
  EXPECT_EQ(chosen("gzip;q=0, *"), "zstd");
  EXPECT_EQ(chosen("*;q=0"), "identity");
  EXPECT_EQ(chosen("identity;q=1, gzip;q=0.5"), "identity");
  EXPECT_EQ(chosen("gzip;q=5, zstd;q=nan, br"), "identity");
  EXPECT_EQ(chosen("gzip ; q=0.8 , zstd ; q=0.9"), "zstd");
  EXPECT_EQ(name_of(choose_encoding("gzip, zstd", false)), "gzip");
}

TEST(Encoding, TextsGetSmallerAndPicturesDoNot) {
  EXPECT_TRUE(is_compressible("text/csv; charset=utf-8"));
  EXPECT_TRUE(is_compressible("application/json"));
  EXPECT_TRUE(is_compressible("application/problem+json"));
  EXPECT_TRUE(is_compressible("image/svg+xml"));
  EXPECT_FALSE(is_compressible("text/event-stream"));
  EXPECT_FALSE(is_compressible("image/png"));
  EXPECT_FALSE(is_compressible("application/vnd.apache.parquet"));
  EXPECT_FALSE(is_compressible(""));
}

TEST(Encoding, BothFormsReadBack) {
  for (const std::size_t size : {0U, 1U, 5'000U, 5'000'000U}) {
    std::string text;
    while (text.size() < size) text += "row " + std::to_string(text.size() * 7919 % 10'007) + "\n";
    text.resize(size);
    EXPECT_EQ(gunzip(compress(text, Encoding::kGzip), size), text);
    const std::string zstd = compress(text, Encoding::kZstd);
    std::string back(size, '\0');
    EXPECT_EQ(ZSTD_decompress(back.data(), back.size(), zstd.data(), zstd.size()), size);
    EXPECT_EQ(back, text);
  }
}

TEST(Encoding, EveryFormHasAnETagOfItsOwn) {
  EXPECT_EQ(tag_of_form("\"a\"", Encoding::kGzip), "\"a-gzip\"");
  EXPECT_EQ(tag_of_form("W/\"a\"", Encoding::kZstd), "W/\"a-zstd\"");
  EXPECT_EQ(tag_of_form("\"a\"", Encoding::kIdentity), "\"a\"");
  EXPECT_EQ(without_forms("\"a-gzip\", W/\"b-zstd\" ,\"c,d\", *"), "\"a\", W/\"b\", \"c,d\", *");
  EXPECT_TRUE(names_tag("\"x\", \"a-gzip\"", "\"a\""));
  EXPECT_TRUE(names_tag("W/\"a\"", "\"a\""));
  EXPECT_TRUE(names_tag("*", "\"a\""));
  EXPECT_FALSE(names_tag("\"b\"", "\"a\""));
  EXPECT_FALSE(names_tag("", "\"a\""));
  EXPECT_EQ(form_named("\"b\", \"a-zstd\"", "\"a\""), "\"a-zstd\"");
  EXPECT_EQ(form_named("\"b\"", "\"a\""), "\"a\"");
}

}  // namespace
}  // namespace ca::server
