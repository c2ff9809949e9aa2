#include "base/byte_cache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace ca {
namespace {

ByteCache::Bytes bytes(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

std::string text_of(ByteCache& cache, const std::string& key) {
  const ByteCache::Bytes found = cache.get(key);
  return found == nullptr ? "nothing" : *found;
}

TEST(ByteCache, GivesWhatWasPutAndNotACopy) {
  ByteCache cache(100);
  EXPECT_EQ(cache.get("a"), nullptr);
  const ByteCache::Bytes one = bytes("one");
  cache.put("a", one);
  EXPECT_EQ(cache.get("a"), one);
  EXPECT_EQ(cache.get(""), nullptr);
  cache.put("", bytes(""));
  EXPECT_EQ(text_of(cache, ""), "");
}

TEST(ByteCache, CountsKeysAndTextsAndHoldsSoMany) {
  ByteCache cache(10);
  cache.put("aa", bytes("123"));
  cache.put("bb", bytes("123"));
  EXPECT_EQ(cache.size(), 10U);
  EXPECT_EQ(text_of(cache, "aa"), "123");
  cache.put("c", bytes(""));  // one byte too many
  EXPECT_EQ(cache.size(), 6U);
}

TEST(ByteCache, LosesWhatWasNotAskedForLongest) {
  ByteCache cache(6);
  for (const char* key : {"a", "b", "c"}) cache.put(key, bytes(key));
  EXPECT_EQ(text_of(cache, "a"), "a");
  cache.put("d", bytes("d"));
  EXPECT_EQ(text_of(cache, "b"), "nothing");
  EXPECT_EQ(text_of(cache, "c"), "c");
  cache.put("e", bytes("e e"));  // takes the room of two
  EXPECT_EQ(text_of(cache, "a"), "nothing");
  EXPECT_EQ(text_of(cache, "d"), "nothing");
  EXPECT_EQ(text_of(cache, "c"), "c");
  EXPECT_EQ(text_of(cache, "e"), "e e");
}

TEST(ByteCache, ANewTextTakesThePlaceOfTheOldOne) {
  ByteCache cache(10);
  cache.put("a", bytes("1"));
  cache.put("b", bytes("2"));
  cache.put("a", bytes("333"));
  EXPECT_EQ(cache.size(), 6U);
  EXPECT_EQ(text_of(cache, "a"), "333");
  cache.put("c", bytes("44444"));  // b is now the older one
  EXPECT_EQ(text_of(cache, "a"), "333");
  EXPECT_EQ(text_of(cache, "b"), "nothing");
}

TEST(ByteCache, WhatIsLargerThanAllIsNotKeptNorItsOldText) {
  ByteCache cache(5);
  cache.put("b", bytes("2"));
  cache.put("a", bytes("1"));
  cache.put("a", bytes("12345"));
  EXPECT_EQ(cache.get("a"), nullptr);
  EXPECT_EQ(text_of(cache, "b"), "2");
  EXPECT_EQ(cache.size(), 2U);
  ByteCache nothing(0);
  nothing.put("a", bytes(""));
  EXPECT_EQ(nothing.get("a"), nullptr);
}

TEST(ByteCache, WhoHasATextKeepsIt) {
  ByteCache cache(4);
  cache.put("a", bytes("old"));
  const ByteCache::Bytes old = cache.get("a");
  cache.put("b", bytes("new"));
  EXPECT_EQ(cache.get("a"), nullptr);
  EXPECT_EQ(*old, "old");
}

TEST(ByteCache, IsForSeveralThreads) {
  ByteCache cache(60);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 2'000; ++i) {
        const std::string key = std::to_string((i * (t + 1)) % 17);
        const ByteCache::Bytes found = cache.get(key);
        EXPECT_EQ(found == nullptr ? "text " + key : *found, "text " + key);
        cache.put(key, bytes("text " + key));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 60U);
  EXPECT_GT(cache.size(), 0U);
}

}  // namespace
}  // namespace ca
