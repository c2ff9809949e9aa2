#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/calendar.h"

namespace ca {
namespace {

std::string utc_text(Instant instant) { return Zone::utc().format(instant); }

struct Accepted {
  const char* text;
  const char* utc;
  InstantReading reading = InstantReading::kExact;
};

class AcceptedForms : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedForms, AreReadInTheZone) {
  const ReadInstant read = read_instant(GetParam().text, Zone::find("Europe/London"));
  EXPECT_EQ(read.reading, GetParam().reading) << GetParam().text;
  EXPECT_EQ(utc_text(read.instant), GetParam().utc) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    , AcceptedForms,
    testing::Values(
        Accepted{"2024-02-29", "2024-02-29T00:00:00", InstantReading::kDateOnly},
        Accepted{"2024-07-01", "2024-06-30T23:00:00", InstantReading::kDateOnly},
        Accepted{"  2024-02-29\t\r\n", "2024-02-29T00:00:00", InstantReading::kDateOnly},
        Accepted{"0001-01-01", "0001-01-01T00:00:00", InstantReading::kDateOnly},
        Accepted{"1900-01-02", "1900-01-02T00:00:00", InstantReading::kDateOnly},
        Accepted{"9999-12-31T23:59:59", "9999-12-31T23:59:59"},
        Accepted{"2024-12-31T23:59", "2024-12-31T23:59:00"},
        Accepted{"2024-12-31 23:59", "2024-12-31T23:59:00"},
        Accepted{"2024-12-31 2359", "2024-12-31T23:59:00"},
        Accepted{"2024-12-31T2359", "2024-12-31T23:59:00"},
        Accepted{"2024-12-31T23:59:58", "2024-12-31T23:59:58"},
        Accepted{"2024-12-31T235958", "2024-12-31T23:59:58"},
        Accepted{"2024-12-31 23:59:58.5", "2024-12-31T23:59:58.500000"},
        Accepted{"2024-12-31 235958.5", "2024-12-31T23:59:58.500000"},
        Accepted{"2024-12-31 23:59:58.123456", "2024-12-31T23:59:58.123456"},
        Accepted{"2024-12-31 23:59:58.123456789", "2024-12-31T23:59:58.123456"},
        Accepted{"2024-12-31 23:59:59.999999999", "2024-12-31T23:59:59.999999"},
        Accepted{"2024-07-01 12:00:00", "2024-07-01T11:00:00"},
        Accepted{"2024-07-01 12:00:00Z", "2024-07-01T12:00:00"},
        Accepted{"2024-07-01T12:00Z", "2024-07-01T12:00:00"},
        Accepted{"2024-07-01T1200Z", "2024-07-01T12:00:00"},
        Accepted{"2024-07-01 12:00:00 Z", "2024-07-01T12:00:00"},
        Accepted{"2024-07-01 12:00:00+02:00", "2024-07-01T10:00:00"},
        Accepted{"2024-07-01 12:00:00 +0200", "2024-07-01T10:00:00"},
        Accepted{"2024-07-01 12:00:00.25+02", "2024-07-01T10:00:00.250000"},
        Accepted{"2024-07-01 12:00-05:30", "2024-07-01T17:30:00"},
        Accepted{"2024-07-01 1200-0530", "2024-07-01T17:30:00"},
        Accepted{"2024-07-01 23:30:00-05", "2024-07-02T04:30:00"},
        Accepted{"2024-07-01 12:00:00-00:00", "2024-07-01T12:00:00"},
        Accepted{"1900-01-01 00:00:01", "1900-01-01T00:00:01"},
        Accepted{"1900-01-01 00:00:00.000001", "1900-01-01T00:00:00.000001"},
        Accepted{"2024-03-31 01:30:00", "2024-03-31T01:30:00", InstantReading::kSkipped},
        Accepted{"2024-03-31 01:30:00Z", "2024-03-31T01:30:00"},
        Accepted{"2024-10-27 01:30:00", "2024-10-27T00:30:00", InstantReading::kRepeated},
        Accepted{"2024-10-27 01:30:00+00:00", "2024-10-27T01:30:00"},
        Accepted{"123456789", "1973-11-29T21:33:09"}, Accepted{"1700000000", "2023-11-14T22:13:20"},
        Accepted{"170000000000", "1975-05-22T14:13:20"},
        Accepted{"1700000000123", "2023-11-14T22:13:20.123000"},
        Accepted{" 1700000000 ", "2023-11-14T22:13:20"}));

TEST(ReadInstant, RejectsEveryOtherForm) {
  const Zone zone = Zone::find("Europe/London");
  for (const char* text : {"2024-02-30",
                           "2023-02-29",
                           "2100-02-29",
                           "2024-13-01",
                           "2024-00-01",
                           "2024-01-00",
                           "2024-1-1",
                           "24-01-01",
                           "2024-01",
                           "2024",
                           "20240101",
                           "2024-01-01T",
                           "2024-01-01 T10:00",
                           "2024-01-01t10:00",
                           "2024-01-01  10:00",
                           "2024-01-01_10:00",
                           "2024-01-01T10",
                           "2024-01-01T10:",
                           "2024-01-01T10:0",
                           "2024-01-01T24:00",
                           "2024-01-01T24:00:00",
                           "2024-01-01T10:60",
                           "2024-01-01T10:00:60",
                           "2024-01-01T23:59:60",
                           "2024-01-01T10:00:",
                           "2024-01-01T10:00:0",
                           "2024-01-01T10:0000",
                           "2024-01-01T1000:00",
                           "2024-01-01T10:00.5",
                           "2024-01-01T10:00:00.",
                           "2024-01-01T10:00:00,5",
                           "2024-01-01T10:00:00.1234567890",
                           "2024-01-01T10:00:00.5x",
                           "2024-01-01T10:00:00z",
                           "2024-01-01T10:00:00  Z",
                           "2024-01-01T10:00:00ZZ",
                           "2024-01-01T10:00:00+",
                           "2024-01-01T10:00:00+1",
                           "2024-01-01T10:00:00+1:00",
                           "2024-01-01T10:00:00+01:",
                           "2024-01-01T10:00:00+01:0",
                           "2024-01-01T10:00:00+01:60",
                           "2024-01-01T10:00:00+24:00",
                           "2024-01-01T10:00:00+01:00 ago",
                           "2024-01-01T10:00:00 UTC",
                           "2024-01-01T10:00:00 Europe/London",
                           "2024-01-01Z",
                           "2024-01-01+01:00",
                           "2024-01-01T-1:00",
                           "2024-01-01T10:-1",
                           "-2024-01-01",
                           "+2024-01-01T00:00",
                           "01/02/2024",
                           "01.02.2024",
                           "2024/01/02",
                           "12:00",
                           "now",
                           "yesterday",
                           "12345678",
                           "12345678901",
                           "12345678901234",
                           "1700000000.5",
                           "-1700000000",
                           "+1700000000",
                           "1.7e9",
                           "170000000x",
                           "x1700000000",
                           "0x12345678",
                           "nil",
                           "n/a",
                           "--",
                           "0",
                           "NaT",
                           "2024-01-01T10:00:00\xC2\xA0",
                           "\xEF\xBC\x92\xEF\xBC\x90\xEF\xBC\x92\xEF\xBC\x94-01-01"}) {
    EXPECT_EQ(read_instant(text, zone).reading, InstantReading::kUnreadable) << text;
  }
  EXPECT_EQ(read_instant(std::string(10'000, '1'), zone).reading, InstantReading::kUnreadable);
  EXPECT_EQ(read_instant(std::string_view("2024-01-01\0", 11), zone).reading,
            InstantReading::kUnreadable);
}

TEST(ReadInstant, NeverReadsPastTheTextNorThrows) {
  const Zone zone = Zone::find("Europe/London");
  const std::string full = "2024-01-01T10:00:00.123456789 +01:30";
  for (std::size_t length = 0; length <= full.size(); ++length) {
    // A heap copy of exactly this length lets a sanitizer see a step too far.
    const std::vector<char> exact(full.begin(), full.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_NO_THROW(read_instant(std::string_view(exact.data(), exact.size()), zone));
  }
  std::mt19937 random(3);
  const std::string letters = "0123456789-:T.Z+ ";
  for (int i = 0; i < 100'000; ++i) {
    std::string text = full.substr(0, 10 + random() % (full.size() - 9));
    text[random() % text.size()] = letters[random() % letters.size()];
    const ReadInstant read = read_instant(text, zone);
    if (read.reading == InstantReading::kUnreadable) {
      ASSERT_EQ(read.instant, Instant{}) << text;
    }
  }
}

TEST(ReadInstant, TakesTheMarkerAndNullWordsForMissing) {
  for (const char* name : {"UTC", "Asia/Tokyo", "America/New_York"}) {
    const Zone zone = Zone::find(name);
    for (const char* text :
         {"", "   ", "-", "None", "NONE", "nan", "NaN", "null", " Null ", "1900-01-01",
          "1900-01-01 00:00:00", "1900-01-01T00:00", "1900-01-01 0000", "1900-01-01T00:00:00.000",
          "1900-01-01 00:00:00Z", "1900-01-01 00:00:00+09:00"}) {
      EXPECT_EQ(read_instant(text, zone).reading, InstantReading::kMissing) << name << text;
    }
  }
}

TEST(ReadInstant, CallsADateADateWhateverItsMidnightDoes) {
  const ReadInstant skipped = read_instant("2018-11-04", Zone::find("America/Sao_Paulo"));
  EXPECT_EQ(skipped.reading, InstantReading::kDateOnly);
  EXPECT_EQ(utc_text(skipped.instant), "2018-11-04T03:00:00");
  const ReadInstant repeated = read_instant("2023-11-05", Zone::find("America/Havana"));
  EXPECT_EQ(repeated.reading, InstantReading::kDateOnly);
  EXPECT_EQ(utc_text(repeated.instant), "2023-11-05T04:00:00");
}

// ---- reading by a pattern ----

struct Patterned {
  const char* pattern;
  const char* text;
  const char* utc;
  InstantReading reading = InstantReading::kExact;
};

class Patterns : public testing::TestWithParam<Patterned> {};

TEST_P(Patterns, AreReadInTheZone) {
  const auto& [pattern, text, utc, reading] = GetParam();
  const ReadInstant read = read_instant(text, Zone::find("Europe/London"), pattern);
  EXPECT_EQ(read.reading, reading) << text;
  EXPECT_EQ(utc_text(read.instant), utc) << text;
}

INSTANTIATE_TEST_SUITE_P(
    , Patterns,
    testing::Values(
        Patterned{"%d/%m/%Y", "29/02/2024", "2024-02-29T00:00:00", InstantReading::kDateOnly},
        Patterned{"%d.%m.%Y %H:%M", "1.7.2024 12:30", "2024-07-01T11:30:00"},
        Patterned{"%Y%m%d%H%M%S", " 20240701123059 ", "2024-07-01T11:30:59"},
        Patterned{"%m/%d/%y %I:%M %p", "07/01/24 01:30 PM", "2024-07-01T12:30:00"},
        Patterned{"%d %b %Y", "1 Jul 2024", "2024-06-30T23:00:00", InstantReading::kDateOnly},
        Patterned{"%Y-%m", "2024-07", "2024-06-30T23:00:00", InstantReading::kDateOnly},
        Patterned{"%d/%m/%Y %H:%M:%S.%f", "01/07/2024 12:30:59.25", "2024-07-01T11:30:59.250000"},
        Patterned{"%Y-%m-%dT%H:%M:%S%z", "2024-07-01T12:30:59+0200", "2024-07-01T10:30:59"},
        Patterned{"%Y-%m-%dT%H:%M:%S.%f%z", "2024-07-01T12:30:59.5-02:00",
                  "2024-07-01T14:30:59.500000"},
        Patterned{"%s", "1700000000", "2023-11-14T22:13:20"},
        Patterned{"%d/%m/%Y %H:%M", "31/03/2024 01:30", "2024-03-31T01:30:00",
                  InstantReading::kSkipped},
        Patterned{"%d/%m/%Y %H:%M", "27/10/2024 01:30", "2024-10-27T00:30:00",
                  InstantReading::kRepeated},
        Patterned{"%d/%m/%Y 100%%", "27/10/2024 100%", "2024-10-26T23:00:00",
                  InstantReading::kDateOnly}));

TEST(ReadInstantByPattern, WantsTheWholeTextAndADateThatExists) {
  const Zone zone = Zone::utc();
  for (const char* text : {"29/02/2023", "31/04/2024", "01/13/2024", "01/01/2024 ", "01/01/2024x",
                           "x01/01/2024", "01/01", "2024-01-01", "1704067200"}) {
    const bool is_trimmed = std::string_view(text) == "01/01/2024 ";
    EXPECT_EQ(read_instant(text, zone, "%d/%m/%Y").reading,
              is_trimmed ? InstantReading::kDateOnly : InstantReading::kUnreadable)
        << text;
  }
  EXPECT_EQ(read_instant("12:30", zone, "%H:%M").reading, InstantReading::kUnreadable);
  EXPECT_EQ(read_instant("2024-01-01 12:30:60", zone, "%Y-%m-%d %H:%M:%S").reading,
            InstantReading::kUnreadable);
  EXPECT_EQ(read_instant("2024-01-01 12:30:59.", zone, "%Y-%m-%d %H:%M:%S.%f").reading,
            InstantReading::kUnreadable);
  EXPECT_EQ(read_instant(std::string(1000, '1'), zone, "%Y").reading, InstantReading::kUnreadable);
  EXPECT_EQ(read_instant(std::string_view("2024-01-01\0x", 12), zone, "%Y-%m-%d").reading,
            InstantReading::kUnreadable);
}

TEST(ReadInstantByPattern, KnowsTheMarkerAndNullWords) {
  const Zone zone = Zone::find("Asia/Tokyo");
  EXPECT_EQ(read_instant("01/01/1900", zone, "%d/%m/%Y").reading, InstantReading::kMissing);
  EXPECT_EQ(read_instant("01/01/1900 00:00", zone, "%d/%m/%Y %H:%M").reading,
            InstantReading::kMissing);
  EXPECT_EQ(read_instant("01/01/1900 00:01", zone, "%d/%m/%Y %H:%M").reading,
            InstantReading::kExact);
  EXPECT_EQ(read_instant("None", zone, "%d/%m/%Y").reading, InstantReading::kMissing);
  EXPECT_EQ(read_instant("", zone, "%d/%m/%Y").reading, InstantReading::kMissing);
}

TEST(NullWord, IsTrimmedAndOfAnyCase) {
  for (const char* text : {"", " ", "\t\n", "-", " - ", "None", "nOnE", "NULL", "NaN", "null "}) {
    EXPECT_TRUE(is_null_word(text)) << text;
  }
  for (const char* text : {"0", "--", "nul", "nulls", "n/a", "na", "nil", "none.", "x"}) {
    EXPECT_FALSE(is_null_word(text)) << text;
  }
}

TEST(Trim, TakesAsciiWhiteSpaceOff) {
  EXPECT_EQ(trim(" \t a b \r\n\v\f"), "a b");
  EXPECT_EQ(trim("   "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\xC2\xA0x"), "\xC2\xA0x");
}

}  // namespace
}  // namespace ca
