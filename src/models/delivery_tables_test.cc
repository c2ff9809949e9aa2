#include "models/delivery_tables.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "base/writers.h"
#include "reports/test_shop.h"

namespace ca::models {
namespace {

/// The tables of main and of every dimension value as CSV: "population/report".
std::map<std::string, std::string> tables_of(const reports::TestShop& shop,
                                             const std::string& as_of = "",
                                             std::size_t threads = 1) {
  ThreadPool pool(threads);
  const DeliverySettings settings;
  const reports::Facts facts = reports::find_facts(
      shop.journeys(), as_of.empty() ? reports::Window() : shop.as_of(as_of), pool);
  const DeliveredOrders delivered = collect_delivered(shop.journeys(), facts, settings.longest,
                                                      pool, no_progress(), Cancellation());
  std::map<std::string, std::string> texts;
  const auto add = [&](std::span<const std::uint32_t> members, const reports::Frame& frame) {
    const DeliveredPopulation population(delivered, members);
    for (const Table& table :
         delivery_tables(population, frame, settings, pool, Cancellation()).tables) {
      texts[frame.population + "/" + table.name()] = to_csv(table, shop.journeys().zone());
    }
  };
  add(delivered.of_main, facts.main);
  for (std::size_t v = 0; v < facts.values.size(); ++v) {
    add(delivered.of_value(v), facts.values[v]);
  }
  return texts;
}

constexpr const char* kSessions = R"(
  order client start            end              amount dimension
  o1    A      2024-01-01T12:00 2024-01-01T12:10 20     X
  o2    A      2024-01-01T12:30 -                30     Y
  o3    B      2024-01-02T12:00 -                30     X
  o4    B      2024-01-09T12:00 -                30     X
  o5    C      2024-01-09T13:00 -                no     X
  o6    C      2024-01-10T23:00 -                10     Y
)";
constexpr const char* kDeliveries = R"(
  order delivered           prepared            returned         latitude longitude
  o1    2024-01-01T12:40    2024-01-01T12:20    2024-01-01T13:00 41.0052  29.0093
  o2    2024-01-01T13:00    -                   2024-01-01T12:00 41.0052  29.0093
  o3    2024-01-02T11:00    2024-01-02T12:20    -                0        0
  o4    2024-01-09T12:20    2024-01-09T12:10    2024-01-11T12:00 41.0053  29.0092
  o5    2024-01-09T13:20    2024-01-09T13:10    -                41.0053  29.0092
  o6    2024-01-10T23:50    2024-01-10T23:30    -                48.8     -
)";

reports::TestShop::Options with_dimension() {
  reports::TestShop::Options options;
  options.has_dimension = true;
  return options;
}

TEST(DeliveryTables, KeyFigures) {
  const reports::TestShop shop(with_dimension(), kSessions, "", "", kDeliveries);
  const auto tables = tables_of(shop);
  // deliver 30, 30, below zero, 20, 50; o5 is no order; o1 begins at its end.
  const std::string header =
      "deliver,prepare,ride,returns,total_locations,deliver_median,deliver_p90,prepare_median,"
      "prepare_p90,ride_median,ride_p90,returns_median,returns_p90,detector\n";
  EXPECT_EQ(
      tables.at("main/deliver_kpis"),
      header +
          "32.5,17.5,16.666666666666668,20.0,1,30.0,44.0,15.0,27.0,20.0,20.0,20.0,20.0,shrunken\n");
  EXPECT_EQ(
      tables.at("X/deliver_kpis"),
      header +
          "25.0,13.333333333333334,15.0,20.0,1,25.0,29.0,10.0,18.0,15.0,19.0,20.0,20.0,shrunken\n");
  EXPECT_EQ(tables.at("Y/deliver_kpis"),
            header + "40.0,30.0,20.0,,1,40.0,48.0,30.0,30.0,20.0,20.0,,,shrunken\n");
}

TEST(DeliveryTables, Places) {
  const reports::TestShop shop(with_dimension(), kSessions, "", "", kDeliveries);
  const auto tables = tables_of(shop);
  const std::string header =
      ",order_count,lat7,lon7,abnormal_count,location_anomaly,location_effect,location_z\n";
  EXPECT_EQ(geohash_text(geohash_number({41.0052, 29.0093})),
            geohash_text(geohash_number({41.0053, 29.0092})));
  const std::string geohash = geohash_text(geohash_number({41.0052, 29.0093}));
  const Point centre = geohash_centre(geohash_number({41.0052, 29.0093}));
  const std::string cell = fmt::format(",{},{},0,,0.0,\n", centre.latitude, centre.longitude);
  EXPECT_EQ(tables.at("main/deliver_location"), "week,geohash,deliver" + header + "2024-01-01," +
                                                    geohash + ",30.0,2" + cell + "2024-01-08," +
                                                    geohash + ",20.0,1" + cell);
  // The return of o4 takes two days, so its week has none.
  EXPECT_EQ(tables.at("main/returns_location"),
            "week,geohash,returns" + header + "2024-01-01," + geohash + ",20.0,1" + cell);
}

TEST(DeliveryTables, AsOfAnEarlierMoment) {
  const reports::TestShop shop(with_dimension(), kSessions, "", "", kDeliveries);
  const auto tables = tables_of(shop, "2024-01-01T12:29");
  EXPECT_NE(tables.at("main/deliver_kpis").find("\n30.0,10.0,20.0,20.0,1,30.0,30.0,"),
            std::string::npos);
}

TEST(DeliveryTables, WhatIsNotMappedIsNotThere) {
  const reports::TestShop shop(reports::TestShop::Options(), kSessions, "", "",
                               "order delivered\no1 2024-01-01T12:40");
  const auto tables = tables_of(shop);
  EXPECT_EQ(tables.size(), 4U);
  EXPECT_TRUE(tables.contains("main/deliver"));
  EXPECT_TRUE(tables.contains("main/deliver_weekday_hour"));
  EXPECT_TRUE(tables.contains("main/deliver_weekday_hour_cells"));
  EXPECT_NE(tables.at("main/deliver_kpis").find("\n30.0,,,,,30.0,30.0,,,,,,,shrunken\n"),
            std::string::npos);
}

TEST(DeliveryTables, TheHeatMapIsOfHoursWithFiveOrders) {
  std::string sessions = "order client start amount\n";
  std::string deliveries = "order delivered\n";
  int number = 0;
  const auto add = [&](int day, int hour, int orders, int minutes) {
    for (int i = 0; i < orders; ++i, ++number) {
      sessions += fmt::format("o{0} c{0} 2024-01-{1:02}T{2:02}:00 5\n", number, day, hour);
      deliveries += fmt::format("o{} 2024-01-{:02}T{:02}:{:02}\n", number, day, hour, minutes);
    }
  };
  add(1, 9, 5, 20);
  add(2, 9, 6, 40);
  add(7, 9, 7, 25);
  add(3, 9, 4, 59);
  const reports::TestShop shop(reports::TestShop::Options(), sessions, "", "", deliveries);
  const auto tables = tables_of(shop);
  EXPECT_NE(tables.at("main/deliver_weekday_hour").find("\n9,0.0,1.0,,,,,0.25\n10,,"),
            std::string::npos);
  const std::string& cells = tables.at("main/deliver_weekday_hour_cells");
  EXPECT_NE(cells.find("\n3,9,59.0,4,"), std::string::npos);
  EXPECT_NE(cells.find("\n1,10,,0,,,\n"), std::string::npos);
}

/// A shop with slow hours, places and customers, its rows in an order of their own.
reports::TestShop shuffled_shop(std::uint64_t order, std::size_t partitions) {
  Random random(11);
  std::vector<std::pair<std::string, std::string>> rows;
  for (int i = 0; i < 3000; ++i) {
    const int customer = static_cast<int>(random.below(150));
    const int hour = 9 + static_cast<int>(random.below(12));
    const int day = 1 + static_cast<int>(random.below(28));
    const int place = customer % 15;
    const double minutes = random.gamma(9, 2) * (hour == 12 ? 1.8 : 1) * (place == 3 ? 1.9 : 1) *
                           (customer == 44 ? 2 : 1);
    const int end = hour * 3600 + static_cast<int>(60 * minutes);
    rows.emplace_back(fmt::format("o{} c{} 2024-02-{:02}T{:02}:00 5 {}\n", i, customer, day, hour,
                                  random.below(3)),
                      fmt::format("o{} 2024-02-{:02}T{:02}:{:02}:{:02} {} 29\n", i, day, end / 3600,
                                  end / 60 % 60, end % 60, 41 + 0.01 * place));
  }
  Random shuffler(order);
  for (std::size_t i = rows.size(); order > 0 && i > 1; --i) {
    std::swap(rows[i - 1], rows[shuffler.below(static_cast<std::uint32_t>(i))]);
  }
  std::string sessions = "order client start amount dimension\n";
  std::string deliveries = "order delivered latitude longitude\n";
  for (const auto& [session, delivery] : rows) {
    sessions += session;
    deliveries += delivery;
  }
  reports::TestShop::Options options = with_dimension();
  options.partitions = partitions;
  return {options, sessions, "", "", deliveries};
}

TEST(DeliveryTables, OrderOfRowsThreadsAndPartitionsChangeNothing) {
  const auto expected = tables_of(shuffled_shop(0, 1));
  EXPECT_GT(expected.at("main/deliver").size(), 1000U);  // there are abnormal orders
  EXPECT_EQ(expected, tables_of(shuffled_shop(5, 4), "", 3));
}

}  // namespace
}  // namespace ca::models
