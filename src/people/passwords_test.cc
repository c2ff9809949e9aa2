#include "people/passwords.h"

#include <gtest/gtest.h>

#include <thread>

#include "people/test_support.h"

namespace ca::people {
namespace {

using testing::kCheap;
using testing::kPassword;

TEST(Passwords, VerifyTheirOwnHashAndNoOther) {
  PasswordHasher hasher(kCheap);
  const auto turn = hasher.take_turn();
  const std::string hash = hasher.hash(kPassword, turn);
  EXPECT_TRUE(hasher.verify(hash, kPassword, turn));
  EXPECT_FALSE(hasher.verify(hash, "a horse of many colour", turn));
  EXPECT_FALSE(hasher.verify(hash, "", turn));
  EXPECT_NE(hasher.hash(kPassword, turn), hash) << "salted";
  EXPECT_FALSE(hasher.is_outdated(hash));
  EXPECT_TRUE(PasswordHasher(PasswordCost{2, 8192}).is_outdated(hash));
}

TEST(Passwords, CostWhatTheSpecificationSays) {
  PasswordHasher hasher;
  const auto turn = hasher.take_turn();
  const std::string hash = hasher.hash(kPassword, turn);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << hash;
  EXPECT_TRUE(hasher.verify(hash, kPassword, turn));
  EXPECT_FALSE(hasher.is_outdated(hash));
}

TEST(Passwords, TheDummyCostsAsMuchAndIsNobodys) {
  PasswordHasher hasher(PasswordCost{2, 16384});
  const auto turn = hasher.take_turn();
  const std::string real = hasher.hash(kPassword, turn);
  const std::string& dummy = hasher.dummy();
  // The same parameters and lengths, so that libsodium does the same work for both.
  EXPECT_EQ(dummy.size(), real.size());
  EXPECT_EQ(dummy.substr(0, dummy.rfind("p=1$")), real.substr(0, real.rfind("p=1$")));
  EXPECT_FALSE(hasher.is_outdated(dummy));
  EXPECT_FALSE(hasher.verify(dummy, kPassword, turn));
}

TEST(Passwords, AreHashedTwoAtATime) {
  PasswordHasher hasher(kCheap);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto turn = hasher.take_turn();
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      hasher.hash(kPassword, turn);
      --inside;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 2);
}

std::string refusal(std::string_view password) {
  try {
    check_password(password, "gardener.kim", "Kim.Gardener@example.com");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "M-REG-PW");
    return error.hint();
  }
  return "none";
}

TEST(PasswordPolicy, WantsTwelveTo128Characters) {
  EXPECT_EQ(refusal("tulip-vault"), "It has fewer than 12 characters.");
  EXPECT_EQ(refusal("tulip-vaults"), "none");
  std::string longest;
  for (int i = 0; i < 16; ++i) longest += "tulip" + std::to_string(100 + i);
  ASSERT_EQ(longest.size(), 128U);
  EXPECT_EQ(refusal(longest), "none");
  EXPECT_EQ(refusal(longest + "x"), "It has more than 128 characters.");
  // Characters, not bytes.
  EXPECT_EQ(refusal("žluťoučký kůň"), "none");
  EXPECT_EQ(refusal("žluťoučký k"), "It has fewer than 12 characters.");
}

TEST(PasswordPolicy, RefusesTheNameAndTheEmail) {
  EXPECT_EQ(refusal("Gardener.KIM"), "It is the user name or the e-mail.");
  EXPECT_EQ(refusal("kim.gardener@EXAMPLE.com"), "It is the user name or the e-mail.");
}

TEST(PasswordPolicy, RefusesWhatIsGuessedFirst) {
  for (const char* common :
       {"password1234", "PASSWORD!!!!", "12345password", "qwertyuiop12", "QwertyUiop!!",
        "aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "abcdefghijkl", "zyxwvutsrqpo",
        "1qaz2wsx3edc", "iloveyou2024", "------------", "918273645546", "michaeljackson"}) {
    EXPECT_TRUE(refusal(common).starts_with("It is among the first")) << common;
  }
  for (const char* good : {"correct horse battery", "tulip8vault&rain", "abcdefXhijkl7"}) {
    EXPECT_EQ(refusal(good), "none") << good;
  }
}

}  // namespace
}  // namespace ca::people
