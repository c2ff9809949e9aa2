#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <regex>
#include <thread>

#include "shop.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

/// A shop to whose file a few rows are appended again and again: new orders, late ones, orders that
/// move to another customer.
class AppendedShop {
 public:
  AppendedShop() {
    shop_.write("connect.toml", sessions_section("sessions.csv") + kNoNetworks);
    shop_.write("sessions.csv", std::string(kHeader) + rows(kFirst));
    shop_.load();
  }

  const Shop& shop() const { return shop_; }
  void append(int count) {
    std::ofstream(shop_.folder() / "sessions.csv", std::ios::app) << rows(count);
  }

  std::string current() const { return read_text(shop_.home() / "current"); }
  static std::string answers(const Shop& shop) {
    static const std::regex run("\"run_id\":\"[^\"]*\"");
    const Outcome outcome = shop.call(
        {"report",
         "kpis,daily_revenue,hourly_orders,dimension_kpis,daily_funnel,weekly_cohort_from_1_to_2,"
         "churn_weekly,daily_new_and_returning",
         "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return std::regex_replace(outcome.out, run, "");
  }
  std::string answers() const { return answers(shop_); }
  /// What a home says that reads the file for the first time.
  std::string answers_anew() const {
    const Shop anew;
    anew.write("sessions.csv", read_text(shop_.folder() / "sessions.csv"));
    anew.write("connect.toml", sessions_section("sessions.csv") + kNoNetworks);
    anew.load();
    return answers(anew);
  }
  std::string log() const { return shop_.csv("run_log"); }

 private:
  static constexpr int kFirst = 120'000;

  std::string rows(int count) {
    std::string text;
    for (; count > 0; --count) {
      const auto minute = static_cast<int>(random_() % (360 * 24 * 60));
      const int day = minute / 1440;
      // Every tenth row says something else about an order that is there.
      const auto order = random_() % 10 == 0 && orders_ > 0 ? random_() % orders_ : orders_++;
      fmt::format_to(std::back_inserter(text),
                     "o{},c{},2024-{:02d}-{:02d} {:02d}:{:02d},{}.{:02d},{},city {},\n", order,
                     random_() % 20'000, 1 + day / 30, 1 + day % 28, minute / 60 % 24, minute % 60,
                     random_() % 90, random_() % 100, random_() % 2, random_() % 5);
    }
    return text;
  }

  std::mt19937 random_{20240707};
  std::uint32_t orders_ = 0;
  Shop shop_;
};

/// Kills a run after a share of the time that such a run took, then lets one end: what it publishes
/// is what a home says that has never seen a killed run.
void kill_and_run(AppendedShop& shop, steady_clock::duration duration, double share) {
  SCOPED_TRACE(fmt::format("killed after {:.0f} %", 100 * share));
  const std::string before = shop.current();
  const std::string answers = shop.answers();
  Program program({"run", "--json", "--home", shop.shop().home()});
  std::this_thread::sleep_for(std::chrono::duration_cast<steady_clock::duration>(duration * share));
  program.signal(SIGKILL);
  program.wait();
  if (shop.current() == before) {
    EXPECT_TRUE(shop.answers() == answers) << "the answers changed";
  }
  const Shop::Ran next = shop.shop().run();
  ASSERT_EQ(next.outcome.exit_code, 0) << next.outcome.out << next.outcome.err;
  EXPECT_TRUE(shop.answers() == shop.answers_anew()) << "not what a first load says";
}

TEST(DailyLoad, IsKilledAtAnyMomentAndTheNextOneWorks) {
  AppendedShop shop;
  shop.append(500);
  const auto begin = steady_clock::now();
  ASSERT_EQ(shop.shop().run().outcome.exit_code, 0);
  const auto duration = steady_clock::now() - begin;
  EXPECT_EQ(shop.log().find("All journeys are built"), std::string::npos) << shop.log();

  const int kills = is_long() ? 30 : 3;
  std::mt19937 random(7);
  for (int kill = 0; kill < kills; ++kill) {
    shop.append(300);
    kill_and_run(shop, duration,
                 std::uniform_real_distribution<double>(kill, kill + 1)(random) / kills);
  }
}

TEST(DailyLoad, IsKilledWhileTheJourneysAreCompacted) {
  AppendedShop shop;
  const int kills = is_long() ? 20 : 2;
  std::mt19937 random(11);
  for (int kill = 0; kill < kills; ++kill) {
    // Half of the customers: more than deltas may hold.
    shop.append(16'000);
    const auto begin = steady_clock::now();
    ASSERT_EQ(shop.shop().run().outcome.exit_code, 0);
    const auto duration = steady_clock::now() - begin;
    EXPECT_NE(shop.log().find("the deltas have grown large"), std::string::npos) << shop.log();
    shop.append(16'000);
    kill_and_run(shop, duration,
                 std::uniform_real_distribution<double>(kill, kill + 1)(random) / kills);
  }
}

TEST(DailyLoad, DamagedJourneysAreNamedAndBuiltAgain) {
  AppendedShop shop;
  for (const char* damaged : {"partition-0002.journeys", "delta-0001.journeys", "manifest.json",
                              "dimensions.dictionary", "products.dictionary"}) {
    SCOPED_TRACE(damaged);
    shop.append(200);
    ASSERT_EQ(shop.shop().run().outcome.exit_code, 0);
    const std::string answers = shop.answers();
    const fs::path version = fs::directory_iterator(shop.shop().home() / "journeys")->path();
    const fs::path file = version / damaged;
    ASSERT_TRUE(fs::exists(file));
    fs::resize_file(file, fs::file_size(file) - 2);
    if (std::string_view(damaged) != "products.dictionary") {  // which this report does not read
      const Outcome live = shop.shop().call({"report", "daily_orders", "--from", "2024-02-01"});
      EXPECT_EQ(live.exit_code, 1);
      EXPECT_NE(live.err.find(damaged), std::string::npos) << live.err;
    }
    ASSERT_EQ(shop.shop().run().outcome.exit_code, 0);
    EXPECT_NE(shop.log().find(damaged), std::string::npos) << shop.log();
    EXPECT_TRUE(shop.answers() == answers);
  }
}

}  // namespace
}  // namespace ca::tests
