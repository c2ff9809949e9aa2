#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <regex>
#include <thread>

#include "shop.h"
#include "support/test_shop.h"
#include "workspace/workspace.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr unsigned kSeed = 20240501;

/// A shop whose run takes a second or two, in two states that differ in every report. What is in
/// force can so be told by its answers.
class KilledShop {
 public:
  enum State { kOld, kNew };

  KilledShop() {
    for (const State state : {kOld, kNew}) write_files(state);
    shop_.write("connect.toml", sessions_section("old/sessions.csv") +
                                    customers_section("old/customers.csv") +
                                    products_section("old/products.csv") +
                                    (is_long() ? "" : kNoNetworks));
    put_in_place(kOld);
    const auto begin = steady_clock::now();
    shop_.load();
    duration_ = steady_clock::now() - begin;
    remember_published();
    expected_[kOld] = answers();
    put_in_place(kNew);
    EXPECT_EQ(shop_.run().outcome.exit_code, 0);
    expected_[kNew] = answers();
    EXPECT_NE(expected_[kOld], expected_[kNew]);
    in_force_ = kNew;
    remember_published();
  }

  const Shop& shop() const { return shop_; }
  steady_clock::duration duration() const { return duration_; }
  State in_force() const { return in_force_; }
  State other() const { return in_force_ == kOld ? kNew : kOld; }

  /// Which files the next run reads.
  void put_in_place(State state) {
    const fs::path place = shop_.folder() / "old";
    fs::remove_all(place);
    fs::create_directory(place);
    for (const auto& entry : fs::directory_iterator(shop_.folder() / name(state))) {
      fs::create_hard_link(entry.path(), place / entry.path().filename());
    }
  }

  /// What the shop answers, byte by byte.
  std::string exact_answers() const {
    const Outcome outcome = shop_.call(
        {"report", "kpis,daily_revenue,hourly_orders,dimension_kpis,daily_funnel", "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }
  /// The same without the name of the run.
  std::string answers() const {
    static const std::regex run("\"run_id\":\"[^\"]*\"");
    return std::regex_replace(exact_answers(), run, "");
  }
  void expect_answers(State state) const {
    EXPECT_EQ(answers() == expected_.at(state), true)
        << "the answers are not those of the " << name(state) << " state";
  }
  void set_in_force(State state) { in_force_ = state; }

  std::string current() const { return read_text(shop_.home() / "current"); }
  void remember_published() {
    published_.insert(Json::parse(current()).at("snapshot").get<std::string>());
  }

  /// Nothing but what is in force or was published is left in the home, and no run seems to work.
  void expect_tidy() const {
    const Json current = Json::parse(this->current());
    EXPECT_TRUE(fs::is_empty(shop_.home() / "scratch"));
    for (const auto& entry : fs::directory_iterator(shop_.home() / "journeys")) {
      EXPECT_EQ(entry.path().filename(), current.at("journeys").get<std::string>());
    }
    for (const auto& entry : fs::directory_iterator(shop_.home() / "snapshots")) {
      EXPECT_TRUE(published_.contains(entry.path().filename()))
          << entry.path().filename() << " was never published";
    }
    for (const auto& entry : fs::recursive_directory_iterator(shop_.home())) {
      EXPECT_NE(entry.path().extension(), ".part") << entry.path().filename();
    }
    const workspace::Workspace workspace(workspace::Home::open(shop_.home()));
    for (const workspace::RunRecord& run : workspace.runs(1000)) {
      EXPECT_NE(run.state, workspace::RunState::kRunning) << run.id;
    }
  }

 private:
  static constexpr int kSessions = 200'000;

  static std::string name(State state) { return state == kOld ? "state-1" : "state-2"; }

  void write_files(State state) const {
    std::mt19937 random(kSeed);
    std::string sessions(kHeader);
    std::string customers = "client,since\n";
    std::string products = "id,product,price,category\n";
    const int shift = state == kOld ? 0 : 1;
    for (int i = 0; i < kSessions; ++i) {
      const auto minute = static_cast<int>(random() % (365 * 24 * 60));
      const int day = minute / 1440;
      fmt::format_to(std::back_inserter(sessions),
                     "o{},c{},2024-{:02d}-{:02d} {:02d}:{:02d},{}.{:02d},{},city {},{}\n", i,
                     random() % 30'000, 1 + day / 31, 1 + day % 28, minute / 60 % 24, minute % 60,
                     static_cast<int>(random() % 90) + shift, random() % 100,
                     (i + shift) % 3 == 0 ? 0 : 1, random() % 6, random() % 4 == 0 ? "SPRING" : "");
      if (i % 2 == 0) {
        fmt::format_to(std::back_inserter(products), "o{},product {},{}.5,category {}\n", i,
                       random() % 60, random() % 9, random() % 5);
      }
    }
    for (int c = 0; c < 30'000; c += 2) {
      fmt::format_to(std::back_inserter(customers), "c{},2023-{:02d}-{:02d}\n", c, 1 + c % 12,
                     1 + c % 28);
    }
    shop_.write(name(state) + "/sessions.csv", sessions);
    shop_.write(name(state) + "/customers.csv", customers);
    shop_.write(name(state) + "/products.csv", products);
  }

  Shop shop_;
  std::map<State, std::string> expected_;
  std::set<std::string> published_;
  State in_force_ = kOld;
  steady_clock::duration duration_{};
};

class KillTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { killed = std::make_unique<KilledShop>(); }
  static void TearDownTestSuite() { killed.reset(); }

  static std::vector<std::string> run_arguments() {
    return {"run", "--json", "--home", killed->shop().home()};
  }

  static std::unique_ptr<KilledShop> killed;
};

std::unique_ptr<KilledShop> KillTest::killed;

/// Waits until the kernel reports something in a folder.
class FolderWatch {
 public:
  FolderWatch(const fs::path& folder, std::uint32_t events)
      : descriptor_(::inotify_init1(IN_CLOEXEC)) {
    if (::inotify_add_watch(descriptor_, folder.c_str(), events) < 0) {
      throw std::runtime_error("no watch");
    }
  }
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;
  ~FolderWatch() { ::close(descriptor_); }

  /// Returns how many things it reported, at least one.
  int wait() const {
    alignas(inotify_event) char events[sizeof(inotify_event) + NAME_MAX + 1];
    const ssize_t size = ::read(descriptor_, events, sizeof events);
    if (size <= 0) throw std::runtime_error("no event");
    int count = 0;
    for (ssize_t at = 0; at < size; ++count) {
      inotify_event event;
      std::memcpy(&event, events + at, sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
    return count;
  }

 private:
  int descriptor_;
};

TEST_F(KillTest, AKilledRunChangesNothingAndTheNextOneWorks) {
  const int kills = is_long() ? 50 : 5;
  std::mt19937 random(kSeed);
  for (int kill = 0; kill < kills; ++kill) {
    // One kill in each equal share of a run's time, so that every stage is met.
    const auto share = std::uniform_real_distribution<double>(kill, kill + 1)(random) / kills;
    const auto delay =
        std::chrono::duration_cast<steady_clock::duration>(killed->duration() * share);
    SCOPED_TRACE(fmt::format("killed after {:.0f} % of {:.2f} s", 100 * share,
                             std::chrono::duration<double>(killed->duration()).count()));
    killed->put_in_place(killed->other());
    const std::string before = killed->current();
    const std::string answers = killed->exact_answers();

    Program program(run_arguments());
    std::this_thread::sleep_for(delay);
    program.signal(SIGKILL);
    const Outcome outcome = program.wait();
    if (killed->current() == before) {
      EXPECT_EQ(outcome.signal, SIGKILL);  // it cannot have ended by itself without publishing
      EXPECT_EQ(killed->exact_answers() == answers, true) << "the answers changed";
    } else {
      killed->expect_answers(killed->other());  // it was killed after it had published
      killed->remember_published();
    }

    const Shop::Ran next = killed->shop().run();
    ASSERT_EQ(next.outcome.exit_code, 0) << next.outcome.out << next.outcome.err;
    killed->set_in_force(killed->other());
    killed->remember_published();
    killed->expect_answers(killed->in_force());
    killed->expect_tidy();
  }
}

TEST_F(KillTest, KillsInARowLeaveNoMore) {
  const std::string before = killed->current();
  const std::string answers = killed->exact_answers();
  for (const double share : {0.3, 0.6}) {
    Program program(run_arguments());
    std::this_thread::sleep_for(
        std::chrono::duration_cast<steady_clock::duration>(killed->duration() * share));
    program.signal(SIGKILL);
    program.wait();
    if (killed->current() != before) killed->remember_published();  // on a machine that hurries
  }
  if (killed->current() == before) {
    EXPECT_EQ(killed->exact_answers() == answers, true) << "the answers changed";
  }
  ASSERT_EQ(killed->shop().run().outcome.exit_code, 0);
  killed->remember_published();
  killed->expect_answers(killed->in_force());
  killed->expect_tidy();
}

/// The files below the folder with their bytes, by their paths in it.
std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), folder)] = read_text(entry.path());
    }
  }
  return files;
}

TEST_F(KillTest, AKilledExportLeavesOnlyWholeFilesAndTheNextOneTidiesUp) {
  const fs::path target = killed->shop().folder() / "exported";
  const std::vector<std::string> arguments = {"export", target, "--all", "--home",
                                              killed->shop().home()};
  ASSERT_EQ(run_program(arguments).exit_code, 0);
  const std::map<std::string, std::string> whole = files_below(target);
  ASSERT_GT(whole.size(), 100U);
  for (const int files : {1, 5, 12, 20}) {
    SCOPED_TRACE(fmt::format("killed after {} files of main", files));
    for (const auto& [name, bytes] : whole) fs::remove(target / name);
    {
      const FolderWatch watch(target / "main", IN_MOVED_TO);
      Program program(arguments);
      for (int seen = 0; seen < files;) seen += watch.wait();
      program.signal(SIGKILL);
      program.wait();
    }
    std::size_t left = 0;
    for (const auto& [name, bytes] : files_below(target)) {
      if (name.ends_with(".tmp")) continue;
      ++left;
      ASSERT_TRUE(whole.contains(name)) << name;
      EXPECT_EQ(bytes == whole.at(name), true) << name << " is not whole";
    }
    EXPECT_GE(left, static_cast<std::size_t>(files));
    ASSERT_EQ(run_program(arguments).exit_code, 0);
    EXPECT_EQ(files_below(target) == whole, true) << "something is left or missing";
  }
}

/// Sends the signal as soon as something happens in the folder of the home, and expects a run that
/// ends as cancelled.
void expect_cancelled(KilledShop& killed, int signal, const fs::path& folder,
                      std::uint32_t events) {
  SCOPED_TRACE(fmt::format("signal {} when {} changes", signal, folder.filename().string()));
  const std::string before = killed.current();
  const std::string answers = killed.exact_answers();
  const FolderWatch watch(killed.shop().home() / folder, events);
  Program program({"run", "--json", "--home", killed.shop().home()});
  watch.wait();
  program.signal(signal);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.exit_code, 1);
  const Json json = Json::parse(outcome.out, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << outcome.out;
  EXPECT_EQ(json.value("state", ""), "cancelled");
  EXPECT_FALSE(json.value("published", true));
  EXPECT_EQ(killed.current(), before);
  EXPECT_EQ(killed.exact_answers() == answers, true) << "the answers changed";
  const workspace::Workspace workspace(workspace::Home::open(killed.shop().home()));
  EXPECT_EQ(workspace.runs(1).at(0).state, workspace::RunState::kCancelled);
}

TEST_F(KillTest, ASignalCancelsARunThatLoads) {
  // The lock names the run just before the first stage.
  expect_cancelled(*killed, SIGTERM, "run.lock", IN_MODIFY);
}

TEST_F(KillTest, ASignalCancelsARunThatBuildsJourneysAndTheNextOneWorks) {
  expect_cancelled(*killed, SIGINT, "journeys", IN_CREATE);
  ASSERT_EQ(killed->shop().run().outcome.exit_code, 0);
  killed->remember_published();
  killed->expect_answers(killed->in_force());
  killed->expect_tidy();
}

}  // namespace
}  // namespace ca::tests
