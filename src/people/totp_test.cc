#include "people/totp.h"

#include <gtest/gtest.h>

#include "people/test_support.h"

namespace ca::people {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::kPassword;
using testing::Town;

workspace::TimePoint at(std::int64_t seconds) {
  return workspace::TimePoint(std::chrono::seconds(seconds));
}

TEST(Totp, IsThatOfTheStandard) {  // RFC 6238, appendix B, SHA-1
  const std::string secret = "12345678901234567890";
  const auto code = [&](std::int64_t seconds) {
    return totp_code(secret, totp_step(at(seconds)), 8);
  };
  EXPECT_EQ(code(59), "94287082");
  EXPECT_EQ(code(1111111109), "07081804");
  EXPECT_EQ(code(1111111111), "14050471");
  EXPECT_EQ(code(1234567890), "89005924");
  EXPECT_EQ(code(2000000000), "69279037");
  EXPECT_EQ(totp_code(secret, 20000000000 / 30, 8), "65353130");  // no clock goes that far
  EXPECT_EQ(totp_code(secret, totp_step(at(59))), "287082");
}

TEST(Totp, WritesSecretsInBase32) {  // RFC 4648, section 10
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foo"), "MZXW6");
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(totp_uri("foobar", "kim"),
            "otpauth://totp/CustomerAnalytics:kim?secret=MZXW6YTBOI&issuer=CustomerAnalytics"
            "&algorithm=SHA1&digits=6&period=30");
  EXPECT_EQ(random_totp_secret().size(), 20U);
  EXPECT_NE(random_totp_secret(), random_totp_secret());
}

TEST(Totp, TakesNeighbouringStepsAndNoneTwice) {
  const std::string secret = "12345678901234567890";
  const auto now = at(1111111109);
  const std::int64_t step = totp_step(now);
  for (const std::int64_t near : {step - 1, step, step + 1}) {
    EXPECT_EQ(totp_match(secret, totp_code(secret, near), now, 0), near);
    EXPECT_EQ(totp_match(secret, totp_code(secret, near), now, near), std::nullopt);
  }
  EXPECT_EQ(totp_match(secret, totp_code(secret, step - 2), now, 0), std::nullopt);
  EXPECT_EQ(totp_match(secret, totp_code(secret, step + 2), now, 0), std::nullopt);
  EXPECT_EQ(totp_match(secret, "", now, 0), std::nullopt);
}

/// The secret of base 32 again.
std::string bytes_of(const std::string& text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 5U | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    count += 5;
    if (count >= 8) {
      bytes.push_back(static_cast<char>(bits >> (count - 8) & 0xFFU));
      count -= 8;
    }
  }
  return bytes;
}

TEST(SecondFactor, IsAskedForFromItsConfirmationOn) {
  Town town;
  const Account kim = town.add("kim");
  const auto in = town.sign_in("kim");
  EXPECT_EQ(code_of([&] { town.people.begin_totp(in.who, "wrong", town.visitor); }), "M-SET-PW");
  const TotpSetup setup = town.people.begin_totp(in.who, kPassword, town.visitor);
  const std::string secret = bytes_of(setup.secret);
  const auto code = [&] { return totp_code(secret, totp_step(town.time.now)); };
  const auto sign_in = [&](const std::string& totp) {
    return code_of([&] {
      town.people.sign_in({"kim", kPassword, totp, false, "", ""}, town.visitor);
    });
  };
  EXPECT_EQ(sign_in(""), "none") << "not yet confirmed";
  EXPECT_EQ(code_of([&] { town.people.confirm_totp(in.who, "000000", town.visitor); }),
            "M-AUTH-TOTP");
  town.people.confirm_totp(in.who, code(), town.visitor);
  EXPECT_TRUE(town.people.account(kim.id).has_totp);
  EXPECT_EQ(sign_in(""), "M-AUTH-TOTP");
  EXPECT_EQ(sign_in(code()), "M-AUTH-TOTP") << "it was used to confirm";
  town.wait(30s);
  EXPECT_EQ(sign_in(code()), "none");
  EXPECT_EQ(sign_in(code()), "M-AUTH-TOTP") << "no code is good twice";
  // With a wrong password nobody learns that there is a second factor.
  EXPECT_EQ(code_of([&] {
              town.people.sign_in({"kim", "wrong", code(), false, "", ""}, town.visitor);
            }),
            "M-AUTH-BAD");
  town.people.remove_totp(in.who, kPassword, town.visitor);
  EXPECT_EQ(sign_in(""), "none");
  EXPECT_FALSE(town.people.secrets().get("totp." + std::to_string(kim.id)));
}

TEST(SecondFactor, CannotBeGuessed) {
  Town town;
  town.add("kim");
  const auto in = town.sign_in("kim");
  const TotpSetup setup = town.people.begin_totp(in.who, kPassword, town.visitor);
  const std::string secret = bytes_of(setup.secret);
  town.people.confirm_totp(in.who, totp_code(secret, totp_step(town.time.now)), town.visitor);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(code_of([&] {
                town.people.sign_in({"kim", kPassword, "12345" + std::to_string(i), false, "", ""},
                                    town.visitor);
              }),
              "M-AUTH-TOTP");
  }
  town.wait(30s);
  const std::string right = totp_code(secret, totp_step(town.time.now));
  EXPECT_EQ(code_of([&] {
              town.people.sign_in({"kim", kPassword, right, false, "", ""}, town.visitor);
            }),
            "M-AUTH-LOCKED");
}

}  // namespace
}  // namespace ca::people
