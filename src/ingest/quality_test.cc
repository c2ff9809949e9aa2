#include "ingest/quality.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest/cleaning.h"
#include "ingest/test_support.h"

namespace ca::ingest {
namespace {

using namespace testing;
using sources::Kind;

/// Four tables as the store has them, filled by VALUES.
class QualityTest : public ::testing::Test {
 protected:
  void create(const char* table, Kind kind, const char* columns, const std::string& values) {
    connection.run(fmt::format("CREATE TABLE {}({})", table, table_columns(kind, 0)));
    if (values.empty()) return;
    connection.run(fmt::format("INSERT INTO {}({}) VALUES {}", table, columns, values));
  }
  void connect(Kind kind) {
    SourcePlan& source = plan.sources.emplace_back();
    source.location.kind = kind;
    source.timezone = plan.timezone;
  }
  void sessions(const std::string& values) {
    create("sessions", Kind::kSessions,
           "number, order_id, client, session_start_date, has_purchased, payment_amount", values);
    connect(Kind::kSessions);
  }
  void customers(const std::string& values) {
    create("customers", Kind::kCustomers, "client, download_date", values);
    connect(Kind::kCustomers);
  }
  void deliveries(const std::string& values) {
    create("deliveries", Kind::kDeliveries, "number, delivery_date", values);
    connect(Kind::kDeliveries);
  }

  std::string findings() {
    std::string text;
    for (const QualityFinding& found : check_quality(plan, connection, cancellation)) {
      text += fmt::format("{} {} {} {} [{}]\n", found.source, found.rule, found.severity,
                          found.count, fmt::join(found.sample, ", "));
    }
    return text;
  }

  sql::Database database{""};
  sql::Connection connection = database.connect();
  Cancellation cancellation;
  ShopPlan plan;
};

TEST_F(QualityTest, AGoodShopHasNoFindings) {
  sessions(
      "(0, 'o1', 'c1', '2024-01-02 10:00', true, 5), (1, 'o2', 'c1', '2024-01-03', false, NULL)");
  customers("('c1', '2024-01-02 10:00'), ('c2', '2024-02-01')");
  deliveries("(0, '2024-01-02 11:00')");
  EXPECT_EQ(findings(), "");
}

TEST_F(QualityTest, OrdersWithoutAPaymentOrWithANegativeOne) {
  sessions(
      "(0, 'o1', 'c1', '2024-01-02', true, -5), (1, 'o2', 'c1', '2024-01-02', true, NULL), "
      "(2, 'o3', 'c1', '2024-01-02', true, 0), (3, 'o4', 'c1', '2024-01-02', false, -5), "
      "(4, 'o5', 'c1', '2024-01-02', false, NULL), (5, 'o6', 'c1', '2024-01-02', true, -1)");
  EXPECT_EQ(findings(),
            "sessions payment_negative warn 2 [o1, o6]\n"
            "sessions purchase_without_payment warn 1 [o2]\n");
}

TEST_F(QualityTest, SessionsOfClientsThatAreNoCustomers) {
  sessions(
      "(0, 'o1', 'c1', '2024-01-02', true, 5), (1, 'o2', 'c2', '2024-01-02', true, 5), "
      "(2, 'o3', 'c2', '2024-01-02', true, 5), (3, 'o4', 'c3', '2024-01-02', true, 5), "
      "(4, 'o5', NULL, '2024-01-02', true, 5)");
  customers("('c1', '2024-01-02')");
  EXPECT_EQ(findings(), "sessions client_unknown warn 3 [c2, c3]\n");
}

TEST_F(QualityTest, WithoutCustomersNobodyIsUnknown) {
  sessions("(0, 'o1', 'c1', '2024-01-02', true, 5)");
  EXPECT_EQ(findings(), "");
}

TEST_F(QualityTest, FiveCasesAreShownOfMany) {
  std::string values;
  for (int i = 0; i < 9; ++i) {
    values +=
        fmt::format("{}({}, 'o{}', 'c', '2024-01-02', true, -1)", i == 0 ? "" : ", ", i, 9 - i);
  }
  sessions(values);
  EXPECT_EQ(findings(), "sessions payment_negative warn 9 [o1, o2, o3, o4, o5]\n");
}

TEST_F(QualityTest, SessionsAndOrdersBeforeTheDownload) {
  sessions(
      "(0, 'o1', 'c1', '2024-01-02 09:59:59', false, NULL), "
      "(1, 'o2', 'c1', '2024-01-02 10:00', true, 5), "
      "(2, 'o3', 'c2', '2024-01-02 09:00', true, 5), "
      "(3, 'o4', 'c2', '2024-01-02 08:00', true, 5), "
      "(4, 'o5', 'c3', '2024-01-02 10:00', true, 5)");
  customers("('c1', '2024-01-02 10:00'), ('c2', '2024-01-02 10:00'), ('c3', '2024-01-02 10:00')");
  EXPECT_EQ(findings(),
            "customers session_before_download warn 2 [c1, c2]\n"
            "customers order_before_download warn 1 [c2]\n");
}

TEST_F(QualityTest, DownloadsThatAreDatesAreComparedByDay) {
  sessions(
      "(0, 'o1', 'c1', '2024-01-02 09:00', true, 5), "
      "(1, 'o2', 'c2', '2024-01-01 23:59', true, 5)");
  customers("('c1', '2024-01-02'), ('c2', '2024-01-02')");
  EXPECT_EQ(findings(),
            "customers session_before_download warn 1 [c2]\n"
            "customers order_before_download warn 1 [c2]\n");
}

TEST_F(QualityTest, SessionsThatAreDatesAreComparedByDay) {
  sessions("(0, 'o1', 'c1', '2024-01-02', true, 5), (1, 'o2', 'c2', '2024-01-01', true, 5)");
  customers("('c1', '2024-01-02 18:00'), ('c2', '2024-01-02 18:00')");
  EXPECT_EQ(findings(),
            "customers session_before_download warn 1 [c2]\n"
            "customers order_before_download warn 1 [c2]\n");
}

TEST_F(QualityTest, OneTimeOfDayMakesTheColumnMoments) {
  sessions("(0, 'o1', 'c1', '2024-01-02', true, 5), (1, 'o2', 'c2', '2024-01-05 07:00', true, 5)");
  customers("('c1', '2024-01-02 18:00'), ('c2', '2024-01-02')");
  EXPECT_EQ(findings(),
            "customers session_before_download warn 1 [c1]\n"
            "customers order_before_download warn 1 [c1]\n");
}

TEST_F(QualityTest, DatesAreThoseOfTheZone) {
  // Midnights of London's summer, which are 23:00 of the day before in UTC.
  plan.timezone = "Europe/London";
  sessions(
      "(0, 'o1', 'c1', '2024-07-01 23:00', true, 5), "
      "(1, 'o2', 'c2', '2024-06-30 23:00', true, 5), "
      "(2, 'o3', 'c3', '2024-01-15 00:00', true, 5)");
  customers("('c1', '2024-07-02 17:30'), ('c2', '2024-07-01 23:30'), ('c3', '2024-01-15 00:30')");
  EXPECT_EQ(findings(),
            "customers session_before_download warn 1 [c2]\n"
            "customers order_before_download warn 1 [c2]\n");
}

TEST_F(QualityTest, DatesAreThoseOfTheirSource) {
  plan.timezone = "America/New_York";
  sessions("(0, 'o1', 'c1', '2024-07-01 22:00', true, 5)");  // midnight of Berlin
  plan.sources.back().timezone = "Europe/Berlin";
  customers("('c1', '2024-07-01 23:30')");  // later that day in New York
  EXPECT_EQ(findings(), "") << "starts that are dates are compared by day";
}

TEST_F(QualityTest, DeliveriesOfSessionsThatBoughtNothing) {
  sessions(
      "(0, 'o1', 'c1', '2024-01-02', true, 5), (1, 'o2', 'c1', '2024-01-02', false, NULL), "
      "(2, 'o3', 'c1', '2024-01-02', false, NULL)");
  deliveries("(0, '2024-01-03'), (2, '2024-01-03'), (1, '2024-01-03')");
  EXPECT_EQ(findings(), "deliveries delivery_without_purchase warn 2 [o2, o3]\n");
}

/// Orders o0, o1, ... at 10:00, each with a delivery as given.
class DeliveryQuality : public QualityTest {
 protected:
  void deliver(const std::string& columns, const std::vector<std::string>& cells) {
    std::string orders;
    std::string rows;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      orders +=
          fmt::format("{}({}, 'o{}', 'c', '2024-01-02 10:00', true, 5)", i == 0 ? "" : ", ", i, i);
      rows += fmt::format("{}({}, {})", i == 0 ? "" : ", ", i, cells[i]);
    }
    sessions(orders);
    create("deliveries", Kind::kDeliveries, ("number, " + columns).c_str(), rows);
    connect(Kind::kDeliveries);
    for (const char* field : {"latitude", "longitude"}) {
      if (columns.find(field) != std::string::npos) {
        plan.sources.back().mapping.columns[field] = field;
      }
    }
  }
};

TEST_F(DeliveryQuality, DurationsBelowZeroAndTooLong) {
  deliver("prepare_date, delivery_date, return_date",
          {"'2024-01-02 10:10', '2024-01-02 10:30', '2024-01-02 10:45'",
           "NULL, '2024-01-02 09:59:59.999999', NULL",
           "'2024-01-02 09:00', '2024-01-02 10:00', '2024-01-02 09:30'",
           "'2024-01-03 10:00', '2024-01-03 10:00', '2024-01-04 10:00'",
           "'2024-01-03 10:00:00.000001', '2024-01-03 09:00', '2024-01-04 09:00:01'"});
  EXPECT_EQ(findings(),
            "deliveries deliver_negative warn 1 [o1]\n"
            "deliveries prepare_negative warn 1 [o2]\n"
            "deliveries prepare_too_long warn 1 [o4]\n"
            "deliveries ride_negative warn 1 [o4]\n"
            "deliveries returns_negative warn 1 [o2]\n"
            "deliveries returns_too_long warn 1 [o4]\n");
  plan.max_delivery_hours = 23;
  EXPECT_NE(findings().find("deliveries deliver_too_long warn 1 [o3]\n"), std::string::npos);
}

TEST_F(DeliveryQuality, DurationsBeginWithTheEndOfTheSession) {
  deliver("delivery_date", {"'2024-01-02 10:30'"});
  EXPECT_EQ(findings(), "");
  connection.run("UPDATE sessions SET date = '2024-01-02 10:31'");
  EXPECT_EQ(findings(), "deliveries deliver_negative warn 1 [o0]\n");
  connection.run("UPDATE sessions SET has_purchased = false, payment_amount = NULL");
  EXPECT_EQ(findings(), "deliveries delivery_without_purchase warn 1 [o0]\n");
}

TEST_F(DeliveryQuality, CoordinatesThatAreNoPlace) {
  std::vector<std::string> places = {"NULL, NULL", "NULL, 77.6", "91, 77.6",    "12.9, -180.5",
                                     "0, 0",       "0.04, 0.04", "-12.9, 77.6", "-12.9, -77.6",
                                     "90, 180",    "-0.0, 0"};
  places.resize(places.size() + 40, "12.9, 77.6");
  for (std::string& place : places) place = "'2024-01-02 10:30', " + place;
  deliver("delivery_date, latitude, longitude", places);
  EXPECT_EQ(findings(),
            "deliveries coordinates_missing info 1 [o0]\n"
            "deliveries coordinates_incomplete warn 1 [o1]\n"
            "deliveries coordinates_out_of_range warn 2 [o2, o3]\n"
            "deliveries coordinates_zero warn 3 [o4, o5, o9]\n"
            "deliveries coordinates_mirrored warn 2 [o6, o7]\n");
}

TEST_F(DeliveryQuality, CoordinatesThatAreNotMappedAreNotMissed) {
  deliver("delivery_date", {"'2024-01-02 10:30'"});
  EXPECT_EQ(findings(), "");
}

TEST_F(QualityTest, LongTextsAreCut) {
  sessions(fmt::format("(0, '{}', 'c1', '2024-01-02', true, -1)", std::string(500, 'x')));
  EXPECT_EQ(findings(), "sessions payment_negative warn 1 [" + std::string(200, 'x') + "]\n");
}

TEST_F(QualityTest, CanBeCancelled) {
  sessions("(0, 'o1', 'c1', '2024-01-02', true, 5)");
  cancellation.cancel();
  EXPECT_EQ(code_of([&] { check_quality(plan, connection, cancellation); }), "E-CANCELLED");
}

}  // namespace
}  // namespace ca::ingest
