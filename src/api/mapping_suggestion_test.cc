#include "api/mapping_suggestion.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "api/source_check.h"
#include "api/test_mapping_bytes.h"
#include "base/scratch_folder.h"

namespace ca::api {
namespace {

using sources::Kind;
using Cells = std::vector<std::vector<std::string>>;

/// Columns with cells; fifty rows, made by repeating the given ones.
ingest::Probe probe_of(const std::vector<std::string>& names, const Cells& rows) {
  ingest::FirstRows first;
  for (const std::string& name : names) first.columns.push_back({name, "VARCHAR"});
  for (const auto& row : rows) first.rows.emplace_back(row.begin(), row.end());
  const Zone zone = Zone::utc();
  const std::string no_pattern;
  return ingest::described(first, {zone, no_pattern, '.'});
}

/// "order_id=id client=customer | missing: ... | actions: ... | dimensions: ..."
std::string in_words(const MappingSuggestion& suggestion) {
  std::string words;
  for (const SuggestedColumn& field : suggestion.fields) {
    words += fmt::format("{}{}={}", words.empty() ? "" : " ", field.field, field.column);
  }
  const auto list = [&](const char* what, const auto& items, const auto& name_of) {
    if (items.empty()) return;
    words += fmt::format(" | {}:", what);
    for (const auto& item : items) words += " " + name_of(item);
  };
  list("missing", suggestion.missing, [](const std::string& field) { return field; });
  const auto column_of = [](const SuggestedColumn& suggested) { return suggested.column; };
  list("actions", suggestion.actions, column_of);
  list("dimensions", suggestion.dimensions, column_of);
  return words;
}

std::string names_only(Kind kind, const std::vector<std::string>& names) {
  return in_words(suggest_mapping(kind, probe_of(names, {})));
}

TEST(WordsOfName, FindsWordsInAnySpelling) {
  const auto words = [](std::string_view name) {
    return fmt::format("{}", fmt::join(words_of_name(name), "|"));
  };
  EXPECT_EQ(words("Customer ID"), "customer|id");
  EXPECT_EQ(words("customerId"), "customer|id");
  EXPECT_EQ(words("CUSTOMER_ID"), "customer|id");
  EXPECT_EQ(words("InvoiceNo"), "invoice|no");
  EXPECT_EQ(words("OrderIDs"), "order|id");
  EXPECT_EQ(words("IDNumber"), "id|number");
  EXPECT_EQ(words("order_id_2"), "order|id|2");
  EXPECT_EQ(words("Time_taken(min)"), "time|taken|min");
  EXPECT_EQ(words("categories"), "category");
  EXPECT_EQ(words("status"), "status");
  EXPECT_EQ(words("prénom"), "prénom");
  EXPECT_EQ(words(""), "");
  EXPECT_EQ(words("  -- "), "");
}

TEST(MappingSuggestion, GoesByNames) {
  EXPECT_EQ(names_only(Kind::kSessions, {"Order ID", "Customer ID", "created_at", "Total Amount",
                                         "Discounts", "Is Purchased", "Coupon Code", "Country"}),
            "order_id=Order ID client=Customer ID session_start_date=created_at "
            "payment_amount=Total Amount discount_amount=Discounts has_purchased=Is Purchased "
            "promotion_id=Coupon Code dimension=Country");
  EXPECT_EQ(names_only(Kind::kSessions, {"InvoiceNo", "CustomerNo", "InvoiceDate", "Amount"}),
            "order_id=InvoiceNo client=CustomerNo session_start_date=InvoiceDate "
            "payment_amount=Amount");
  EXPECT_EQ(names_only(Kind::kCustomers, {"UserID", "first seen", "registered_at"}),
            "client=UserID download_date=first seen signup_date=registered_at");
  EXPECT_EQ(names_only(Kind::kProducts, {"order", "SKU", "unit price", "Qty", "department"}),
            "order_id=order product=SKU price=unit price category=department quantity=Qty");
  EXPECT_EQ(names_only(Kind::kDeliveries, {"order_id_2", "deliveredAt", "LAT", "LNG", "readyAt"}),
            "order_id=order_id_2 delivery_date=deliveredAt prepare_date=readyAt latitude=LAT "
            "longitude=LNG");
}

TEST(MappingSuggestion, FieldsOwnNamesAreCertain) {
  for (const Kind kind : {Kind::kSessions, Kind::kCustomers, Kind::kProducts, Kind::kDeliveries}) {
    std::vector<std::string> names;
    std::string expected;
    for (const ingest::Field& field : ingest::fields_of(kind)) {
      names.push_back(field.name);
      expected += fmt::format("{}{}={}", expected.empty() ? "" : " ", field.name, field.name);
    }
    EXPECT_EQ(names_only(kind, names), expected);
    std::ranges::reverse(names);
    EXPECT_EQ(names_only(kind, names), expected) << "whatever the order of columns";
  }
}

TEST(MappingSuggestion, ALoneDateIsTheStartAndNotTheEnd) {
  EXPECT_EQ(names_only(Kind::kSessions, {"date"}),
            "session_start_date=date | missing: order_id client payment_amount");
  EXPECT_EQ(names_only(Kind::kSessions, {"date", "session_start_date"}),
            "session_start_date=session_start_date date=date | missing: order_id client "
            "payment_amount");
  EXPECT_EQ(names_only(Kind::kCustomers, {"client", "created_at"}),
            "client=client download_date=created_at");
}

TEST(MappingSuggestion, CellsThatCannotBeReadRuleAColumnOut) {
  const std::vector<std::string> names = {"order_id", "client", "date", "amount"};
  EXPECT_EQ(
      in_words(suggest_mapping(Kind::kSessions, probe_of(names, {{"1", "c1", "yesterday", "12"},
                                                                 {"2", "c2", "today", "many"}}))),
      "order_id=order_id client=client | missing: session_start_date payment_amount");
}

TEST(MappingSuggestion, WithoutNamesCellsDecide) {
  Cells rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back({fmt::format("k{}", i), fmt::format("2024-01-{:02} 10:00", i + 1),
                    fmt::format("{}.5", i), i % 2 == 0 ? "true" : "false", i % 3 == 0 ? "x" : "y"});
  }
  const MappingSuggestion found =
      suggest_mapping(Kind::kSessions, probe_of({"a", "b", "c", "d", "e"}, rows));
  EXPECT_EQ(in_words(found),
            "order_id=a session_start_date=b payment_amount=c has_purchased=d | missing: client | "
            "dimensions: e");
  for (const SuggestedColumn& field : found.fields) EXPECT_LT(field.confidence, 0.5);
  EXPECT_EQ(found.fields[1].reason, "It is the only column of dates");
}

TEST(MappingSuggestion, ColumnsOfTrueAndFalseAreActions) {
  const Cells rows = {{"o1", "true", "1", "no", "1"}, {"o2", "false", "0", "yes", "1"}};
  const MappingSuggestion found = suggest_mapping(
      Kind::kSessions, probe_of({"order_id", "purchased", "viewed", "signup", "basket"}, rows));
  EXPECT_EQ(in_words(found),
            "order_id=order_id has_purchased=purchased | missing: client "
            "session_start_date payment_amount | actions: viewed basket")
      << "signup is a name that reports use themselves";
  EXPECT_GT(found.actions[0].confidence, found.actions[1].confidence);
  EXPECT_EQ(
      in_words(suggest_mapping(Kind::kCustomers, probe_of({"client", "download", "first_search"},
                                                          {{"c1", "2024-01-01", "2024-01-02"}}))),
      "client=client download_date=download | actions: first_search");
}

TEST(MappingSuggestion, SillyHeaders) {
  EXPECT_EQ(names_only(Kind::kSessions, {}),
            " | missing: order_id client session_start_date payment_amount");
  std::vector<std::string> names = {
      "",        " ",     "\xF0\x9F\x98\x80", "<script>alert(1)</script>",
      "\n",      "../..", "'; DROP TABLE",    std::string(10'000, 'x'),
      "\xFF\xFE"};
  EXPECT_EQ(names_only(Kind::kProducts, names), " | missing: order_id product price");
  names.clear();
  for (int i = 3; i < 2000; ++i) names.push_back(fmt::format("order id {}", i));
  const MappingSuggestion found = suggest_mapping(Kind::kProducts, probe_of(names, {}));
  ASSERT_EQ(found.fields.size(), 1U);
  EXPECT_EQ(found.fields[0].column, "order id 3") << "among equals the first";
}

TEST(MappingSuggestion, AnyBytesKeepItsPromises) {
  std::mt19937_64 random(7);
  const std::string_view alphabet =
      "order id,client\ndate amount,2024-01-01,1,0,true,x\xFF\"\r ,,,,";
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random() % 300, ' ');
    for (char& byte : bytes) byte = alphabet[random() % alphabet.size()];
    testing::try_mapping(bytes);
  }
}

class RealHeaders : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData)) GTEST_SKIP() << "the real data sets are not beside";
  }
  static constexpr const char* kData = "../shared/data";

  std::string suggested(Kind kind, const std::string& name) {
    const ScratchFolder scratch;
    sources::Location location;
    location.kind = kind;
    location.path = std::filesystem::path(kData) / name;
    const OpenedSource opened =
        open_source(location, ingest::kProbeRows, scratch.path(), Cancellation());
    return in_words(suggest_mapping(kind, described(location, opened, "UTC", "").probe));
  }
};

TEST_F(RealHeaders, OfOnlineRetail) {
  EXPECT_EQ(suggested(Kind::kSessions, "online_retail/sessions.csv.gz"),
            "order_id=invoice_no client=customer_id session_start_date=invoice_date "
            "payment_amount=amount has_purchased=purchased dimension=country");
  EXPECT_EQ(suggested(Kind::kCustomers, "online_retail/customers.csv.gz"),
            "client=customer_id download_date=first_seen");
  EXPECT_EQ(suggested(Kind::kProducts, "online_retail/products.csv.gz"),
            "order_id=invoice_no product=product price=unit_price quantity=quantity");
}

TEST_F(RealHeaders, OfCdnow) {
  EXPECT_EQ(suggested(Kind::kSessions, "cdnow/sample_sessions.csv.gz"),
            "order_id=order_id client=client session_start_date=date payment_amount=amount "
            "has_purchased=purchased");
  EXPECT_EQ(suggested(Kind::kCustomers, "cdnow/sample_customers.csv.gz"),
            "client=client download_date=first_seen");
}

TEST_F(RealHeaders, OfFilesThatAreNoShop) {
  EXPECT_EQ(suggested(Kind::kDeliveries, "food_delivery/deliverytime.csv.gz"),
            "order_id=ID latitude=Delivery_location_latitude longitude=Delivery_location_longitude "
            "| missing: delivery_date");
  EXPECT_EQ(suggested(Kind::kSessions, "hillstrom/hillstrom.csv.gz"),
            "payment_amount=spend has_purchased=conversion dimension=channel | missing: order_id "
            "client session_start_date | actions: mens womens newbie visit | dimensions: segment "
            "history_segment zip_code");
  EXPECT_EQ(suggested(Kind::kSessions, "nab/nyc_taxi.csv"),
            "session_start_date=timestamp payment_amount=value | missing: order_id client");
}

}  // namespace
}  // namespace ca::api
