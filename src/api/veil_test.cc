#include "api/veil.h"

#include <gtest/gtest.h>

namespace ca::api {
namespace {

TEST(Veil, PseudonymsAreTheSameForTheSameAndOthersForOthers) {
  const Veil veil;
  EXPECT_EQ(veil.pseudonym("c1"), veil.pseudonym("c1"));
  EXPECT_NE(veil.pseudonym("c1"), veil.pseudonym("c2"));
  EXPECT_NE(veil.pseudonym("c1"), Veil().pseudonym("c1"));
  EXPECT_EQ(veil.pseudonym("").size(), 16U);
}

TEST(Veil, RoundsPlacesOfSingleOrdersAndKeepsWhatIsMissing) {
  ReportResult result;
  result.report = "deliver";
  Column& order = result.table.add("order_id", ColumnType::kText);
  order.push("o1");
  order.push("o2");
  Column& latitude = result.table.add("latitude", ColumnType::kDouble);
  latitude.push(51.53733);
  latitude.push_null();
  Column& geohash = result.table.add("geohash", ColumnType::kText);
  geohash.push("gcpvjbs");
  geohash.push_null();
  Column& hours = result.table.add("hours", ColumnType::kInteger);
  hours.push(std::int64_t{14});
  hours.push(std::int64_t{15});
  const Veil veil;
  veil.cover(result);
  EXPECT_EQ(result.table.column(0).text(0), veil.pseudonym("o1"));
  EXPECT_EQ(result.table.column(1).real(0), 51.54);
  EXPECT_TRUE(result.table.column(1).is_null(1));
  EXPECT_EQ(result.table.column(2).text(0), "gcpvjb");
  EXPECT_TRUE(result.table.column(2).is_null(1));
  EXPECT_EQ(result.table.column(3).integer(1), 15);
}

TEST(Veil, LeavesOutWhatNamesRowsAndFiles) {
  ReportResult result;
  result.report = "run_log";
  result.table.add("message", ColumnType::kText).push("There is no file /srv/sessions.csv.");
  const Veil veil;
  veil.cover(result);
  EXPECT_TRUE(result.table.column(0).is_null(0));
  // Of others a message is what it says.
  ReportResult other;
  other.report = "kpis";
  other.table.add("message", ColumnType::kText).push("hello");
  veil.cover(other);
  EXPECT_EQ(other.table.column(0).text(0), "hello");
}

}  // namespace
}  // namespace ca::api
