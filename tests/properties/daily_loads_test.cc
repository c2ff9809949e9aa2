#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "api/live.h"
#include "properties/random_shop.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kSources = {"sessions", "customers", "products", "deliveries"};

/// A random shop whose files come bit by bit: as files of their own or appended to the last one, in
/// no order of time, and each source at its own pace.
class GrowingShop {
 public:
  GrowingShop(std::uint64_t seed, std::size_t parts) : random_(seed) {
    std::map<std::string, std::string> files = RandomShop(seed).shuffled(seed).files(parts);
    write("connect.toml", files.at("connect.toml"));
    for (const auto& [name, content] : files) {
      const std::size_t slash = name.find('/');
      if (slash != std::string::npos) to_come_[name.substr(0, slash)].push_back(content);
    }
  }

  fs::path configuration() const { return folder_.path() / "connect.toml"; }
  bool is_complete() const {
    return std::ranges::all_of(kSources, [&](const std::string& source) {
      return came_.at(source) == to_come_.at(source).size();
    });
  }
  /// The next `count` parts of a source.
  void let_come(const std::string& source, std::size_t count) {
    const std::vector<std::string>& parts = to_come_.at(source);
    std::size_t& came = came_[source];
    for (; count > 0 && came < parts.size(); --count, ++came) {
      const std::string& part = parts[came];
      if (came > 0 && random_.chance(50)) {
        std::ofstream(last_.at(source), std::ios::app) << part.substr(part.find('\n') + 1);
      } else {
        last_[source] = write(fmt::format("{}/{:04}.csv", source, came), part);
      }
    }
  }
  void let_a_day_come() {
    for (const std::string& source : kSources) let_come(source, random_.below(3));
  }

 private:
  fs::path write(const std::string& name, const std::string& content) const {
    const fs::path file = folder_.path() / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

  Random random_;
  TemporaryFolder folder_;
  std::map<std::string, std::vector<std::string>> to_come_;
  std::map<std::string, std::size_t> came_;
  std::map<std::string, fs::path> last_;
};

/// Questions about the last days, days before, and everything; for some of them an engine needs
/// the journeys, for others what it keeps of days.
std::vector<api::ReportQuery> live_questions(const TestShop& shop) {
  const Day last = Zone::utc().to_local({shop.manifest().as_of}).day;
  std::vector<api::ReportQuery> questions(3);
  for (api::ReportQuery& question : questions) {
    question.names = {"daily_orders", "hourly_funnel", "weekly_revenue",       "kpis",
                      "client_kpis",  "churn",         "most_ordered_products"};
  }
  questions[0].to = format_day(last - 20);
  questions[1].from = format_day(last - 40);
  questions[1].compare = "previous";
  questions[2].segment = api::Segment{"some", {"c1", "c2", "c3", "C7", "c50", "c99"}};
  for (const auto& population : shop.manifest().populations) {
    questions[1].dimensions.push_back(population.name);
  }
  return questions;
}

class DailyLoads : public ::testing::TestWithParam<int> {};

TEST_P(DailyLoads, EndLikeOneLoadOfEverything) {
  constexpr std::size_t kParts = 120;
  constexpr std::size_t kFirst = 110;
  GrowingShop files(static_cast<std::uint64_t>(GetParam()), kParts);
  for (const std::string& source : kSources) files.let_come(source, kFirst);
  TestShop daily(files.configuration());
  daily.leave_out_value();
  daily.run();
  api::Live live(daily.home());
  int extended = 0;
  for (int day = 1; !files.is_complete(); ++day) {
    files.let_a_day_come();
    daily.run();
    extended += daily.schema().deltas.empty() ? 0 : 1;
    live.warm(Cancellation());
    for (const api::ReportQuery& question : live_questions(daily)) {
      EXPECT_EQ(*live.json(question, Cancellation()),
                api::to_json(api::query(daily.home(), question, Cancellation())))
          << "day " << day;
    }
    if (day % 4 != 1 && !files.is_complete() && !is_long()) continue;
    TestShop at_once(files.configuration());
    at_once.leave_out_value();
    at_once.run();
    const std::string when = fmt::format("day {}", day);
    EXPECT_EQ(differing(at_once.texts(), daily.texts()), "") << when;
    EXPECT_EQ(differing(at_once.bytes(), daily.bytes()), "") << when;
  }
  EXPECT_GT(extended, 0) << "journeys were never extended";
  // Read anew, the same files say the same.
  const std::map<std::string, std::string> texts = daily.texts();
  runs::RunOptions everything;
  everything.full = true;
  daily.run(everything);
  EXPECT_EQ(differing(texts, daily.texts()), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, DailyLoads, ::testing::Range(1, is_long() ? 13 : 2),
                         [](const auto& seed) { return fmt::format("{}", seed.param); });

}  // namespace
}  // namespace ca::tests
