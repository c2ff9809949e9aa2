// `anomalies` as people and scripts call it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/parquet.h"
#include "base/random.h"
#include "robustness/program.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

class AnomaliesCommand : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view content) const {
    write_text(folder_.path() / name, content);
    return (folder_.path() / name).string();
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  static Outcome call(const std::string& file, std::vector<std::string> more) {
    more.insert(more.begin(), {"anomalies", file});
    return run_program(more);
  }
  static Json ask(const std::string& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--time", "at", "--value", "n", "--json"});
    const Outcome outcome = call(file, more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.exit_code == 0 ? Json::parse(outcome.out) : Json();
  }
  static void expect_error(const Outcome& outcome, const std::string& code,
                           const std::string& words = {}) {
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(error_code(outcome), code) << outcome.err;
    EXPECT_NE(outcome.err.find(words), std::string::npos) << outcome.err;
  }
  static bool has_note(const Json& answer, const std::string& words) {
    return std::ranges::any_of(answer.at("notes"), [&](const Json& note) {
      return note.get<std::string>().find(words) != std::string::npos;
    });
  }

  TemporaryFolder folder_;
};

/// Rows `at,n`: hours of noise around 20 with a spike of 60 in the 400th.
std::vector<std::string> hourly_rows(std::size_t count) {
  Random random(31);
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back(fmt::format("2026-{:02}-{:02} {:02}:00:00,{:.3f}\n", 1 + i / 24 / 28,
                               1 + i / 24 % 28, i % 24, i == 400 ? 60 : 20 + random.normal()));
  }
  return rows;
}

std::string csv_of(const std::vector<std::string>& rows) {
  std::string csv = "at,n\n";
  for (const std::string& row : rows) csv += row;
  return csv;
}

// ---- labelled series ----------------------------------------------------------------------------

/// A span of labelled time, its ends within.
struct Window {
  double from = 0;
  double to = 0;
  bool has(double hour) const { return hour >= from && hour <= to; }
};

double hours_of(const std::string& text) {
  const ReadInstant read = read_instant(text, Zone::utc());
  EXPECT_EQ(read.reading, InstantReading::kExact) << text;
  return static_cast<double>(read.instant.micros) / kMicrosPerHour;
}

/// The harmonic mean of precision and recall of events: a window is found by any alarm in it; false
/// alarms at most `gap_hours` apart are one, and it costs one for each day that it has begun.
double event_f1(const Json& points, const std::vector<Window>& windows, double gap_hours) {
  std::vector<double> outside;
  std::vector<bool> is_found(windows.size());
  for (const Json& point : points) {
    if (!point.at("alarm").get<bool>()) continue;
    const double hour = hours_of(point.at("time"));
    bool is_inside = false;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      if (!windows[i].has(hour)) continue;
      is_inside = true;
      is_found[i] = true;
    }
    if (!is_inside) outside.push_back(hour);
  }
  double false_alarms = 0;
  for (std::size_t i = 0; i < outside.size();) {
    const std::size_t begin = i++;
    while (i < outside.size() && outside[i] - outside[i - 1] <= gap_hours) ++i;
    false_alarms += std::max(1.0, std::ceil((outside[i - 1] - outside[begin]) / 24));
  }
  const auto found = static_cast<double>(std::ranges::count(is_found, true));
  return 2 * found / (found + false_alarms + static_cast<double>(windows.size()));
}

Json at_hours(const std::vector<std::pair<const char*, bool>>& points) {
  Json json = Json::array();
  for (const auto& [time, is_alarm] : points) json.push_back({{"time", time}, {"alarm", is_alarm}});
  return json;
}

// One window of two found; 2 Jan 00:00 to 3 Jan 01:00 is one false alarm of two begun days:
// precision and recall of 1/3 and 1/2.
TEST(EventF1, ByHand) {
  const std::vector<Window> windows = {
      {hours_of("2026-01-01T00:00:00"), hours_of("2026-01-01T12:00:00")},
      {hours_of("2026-02-01T00:00:00"), hours_of("2026-02-02T00:00:00")}};
  const Json points = at_hours({{"2026-01-01T12:00:00", true},
                                {"2026-01-02T00:00:00", true},
                                {"2026-01-02T20:00:00", true},
                                {"2026-01-03T01:00:00", true},
                                {"2026-02-01T00:00:00", false}});
  EXPECT_DOUBLE_EQ(event_f1(points, windows, 24), 0.4);
}

struct Labelled {
  const char* name;
  double at_least;  ///< of event F1
};

/// The default options on the labelled series of the Numenta Anomaly Benchmark. What is asked is
/// 0.5 of each and 0.68 of their mean; what was measured is in docs/anomalies.md.
TEST_F(AnomaliesCommand, FindsTheEventsOfLabelledSeries) {
  const fs::path nab = kRealData / "nab";
  if (!fs::exists(nab)) GTEST_SKIP() << "the labelled series are not at ../shared/data/nab";
  const Json labels = Json::parse(std::ifstream(nab / "combined_windows.json"));
  double mean = 0;
  const std::vector<Labelled> series = {{"nyc_taxi", 0.85},
                                        {"machine_temperature_system_failure", 0.6},
                                        {"ec2_request_latency_system_failure", 0.6}};
  for (const Labelled& one : series) {
    const std::string file = std::string(one.name) + ".csv";
    const Outcome outcome =
        call((nab / file).string(), {"--time", "timestamp", "--value", "value", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    std::vector<Window> windows;
    for (const Json& window : labels.at("realKnownCause/" + file)) {
      windows.push_back({hours_of(window[0]), hours_of(window[1])});
    }
    const double f1 = event_f1(Json::parse(outcome.out).at("points"), windows, 24);
    std::cout << fmt::format("{}: event F1 {:.3f}\n", one.name, f1);
    EXPECT_GE(f1, one.at_least) << one.name;
    mean += f1 / static_cast<double>(series.size());
  }
  EXPECT_GE(mean, 0.68);
}

// ---- what it answers ----------------------------------------------------------------------------

TEST_F(AnomaliesCommand, EveryAlarmIsExplained) {
  const Json answer = ask(write("hours.csv", csv_of(hourly_rows(1000))));
  ASSERT_EQ(answer.at("points").size(), 1000U);
  EXPECT_EQ(answer.at("rate"), 0.01);
  EXPECT_EQ(answer.at("season"), "none");
  EXPECT_EQ(answer.at("step_seconds"), 3600);
  int alarms = 0;
  for (const Json& point : answer.at("points")) {
    const double value = point.at("value");
    const bool is_inside = value >= point.at("low") && value <= point.at("high");
    EXPECT_EQ(point.at("alarm").get<bool>(), !is_inside) << point;
    EXPECT_EQ(point.at("alarm").get<bool>(), point.at("score") > answer.at("threshold")) << point;
    alarms += point.at("alarm").get<bool>();
  }
  EXPECT_EQ(alarms, answer.at("alarms"));
  EXPECT_NEAR(alarms, 10, 2);
  const Json& spike = answer.at("points")[400];
  EXPECT_TRUE(spike.at("alarm").get<bool>());
  EXPECT_NEAR(spike.at("expected"), 20, 0.3);
  const Json& events = answer.at("events");
  const auto highest = std::ranges::max_element(
      events, {}, [](const Json& event) { return event.at("peak_score").get<double>(); });
  EXPECT_EQ(highest->at("peak_time"), spike.at("time"));
  EXPECT_EQ(highest->at("peak_score"), spike.at("score"));
  EXPECT_LE(highest->at("from"), spike.at("time"));
  EXPECT_GE(highest->at("to"), spike.at("time"));
}

TEST_F(AnomaliesCommand, ThePointsAreFewerAtALowerRate) {
  const std::string file = write("hours.csv", csv_of(hourly_rows(1000)));
  EXPECT_NEAR(ask(file, {"--rate", "0.05"}).at("alarms"), 50, 2);
  EXPECT_LE(ask(file, {"--rate", "0.002"}).at("alarms"), 4);
}

TEST_F(AnomaliesCommand, OrderOfRowsAndKindOfFileDoNotMatter) {
  std::vector<std::string> rows = hourly_rows(500);
  rows.push_back(rows[250]);
  const Json answer = ask(write("a.csv", csv_of(rows)));
  std::ranges::reverse(rows);
  EXPECT_EQ(ask(write("b.csv", csv_of(rows))), answer);
  EXPECT_TRUE(has_note(answer, "1 rows have the time of another row"));

  Table table("c");
  table.add("at", ColumnType::kInstant);
  table.add("n", ColumnType::kDouble);
  for (const std::string& row : rows) {
    const std::size_t comma = row.find(',');
    table.columns()[0].push(read_instant(row.substr(0, comma), Zone::utc()).instant);
    table.columns()[1].push(std::stod(row.substr(comma + 1)));
  }
  write_parquet(path("c.parquet"), {table});
  EXPECT_EQ(ask(path("c.parquet")), answer);
}

TEST_F(AnomaliesCommand, PeopleSeeASummaryAndTheEvents) {
  const Outcome outcome =
      call(write("hours.csv", csv_of(hourly_rows(1000))), {"--time", "at", "--value", "n"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out.find("1,000 points, every hour from 2026-01-01 00:00 to 2026-02-14 15:00."),
            0U)
      << outcome.out;
  for (const char* words : {"10 alarms in ", "2026-01-17 16:00", "peak_score", "60.00"}) {
    EXPECT_NE(outcome.out.find(words), std::string::npos) << words << '\n' << outcome.out;
  }
}

// ---- awkward series -----------------------------------------------------------------------------

TEST_F(AnomaliesCommand, CellsThatAreNoValuesAreLeftOutAndCounted) {
  std::vector<std::string> rows = hourly_rows(300);
  rows[10] = "2026-01-01 10:00:00,\n";
  rows[11] = "2026-01-01 11:00:00,NaN\n";
  rows[12] = "2026-01-01 12:00:00,inf\n";
  rows[13] = "2026-01-01 13:00:00,a lot\n";
  rows[14] = "soon,20\n";
  rows[15] = ",20\n";
  rows[16] = "2026-01-01 16:00:00,1e30\n";
  rows[17] = "2026-01-01 17:00:00,1,2,3,4\n";
  const Json answer = ask(write("dirty.csv", csv_of(rows)));
  EXPECT_EQ(answer.at("points").size(), 293U);
  EXPECT_EQ(answer.at("rows_without_value"), 4);
  EXPECT_EQ(answer.at("rows_without_time"), 2);
  EXPECT_EQ(answer.at("malformed_lines"), 1);
  EXPECT_TRUE(has_note(answer, "2 cells of \"n\" are no numbers, as \"a lot\""));
  EXPECT_TRUE(has_note(answer, "1 cells of \"at\" are no times, as \"soon\""));
  const auto huge = std::ranges::find_if(
      answer.at("points"), [](const Json& point) { return point.at("value") == 1e30; });
  ASSERT_NE(huge, answer.at("points").end());
  EXPECT_TRUE(huge->at("alarm").get<bool>());
}

TEST_F(AnomaliesCommand, FewPointsAreComparedWithTheirMedian) {
  std::string csv = "at,n\n";
  for (int day = 1; day <= 20; ++day) {
    csv += fmt::format("2026-03-{:02},{}\n", day, day == 9 ? 90 : 10 + day % 3);
  }
  const Json answer = ask(write("few.csv", csv));
  EXPECT_EQ(answer.at("method"), "baseline");
  EXPECT_EQ(answer.at("alarms"), 1);
  EXPECT_EQ(answer.at("events")[0].at("from"), "2026-03-09T00:00:00");
  EXPECT_TRUE(has_note(answer, "20 points are too few"));
  EXPECT_EQ(ask(write("one.csv", "at,n\n2026-03-01,5\n")).at("alarms"), 0);
}

TEST_F(AnomaliesCommand, ConstantSeriesHaveNoAlarms) {
  std::string csv = "at,n\n";
  for (int i = 0; i < 500; ++i) csv += fmt::format("{},0.1\n", 1'750'000'000 + 60 * i);
  const Json answer = ask(write("constant.csv", csv));
  EXPECT_EQ(answer.at("alarms"), 0);
  EXPECT_TRUE(answer.at("events").empty());
  EXPECT_TRUE(has_note(answer, "All values are equal."));
  const Outcome outcome = call(path("constant.csv"), {"--time", "at", "--value", "n"});
  EXPECT_NE(outcome.out.find("No point is an alarm."), std::string::npos) << outcome.out;
}

TEST_F(AnomaliesCommand, WrongQuestionsAreErrors) {
  const std::string file = write("hours.csv", csv_of(hourly_rows(100)));
  expect_error(call(file, {"--time", "att", "--value", "n"}), "E-PARAM", "Did you mean at?");
  expect_error(call(file, {"--time", "at", "--value", "x"}), "E-PARAM", "(--value)");
  expect_error(call(file, {"--time", "at", "--value", "at"}), "E-PARAM", "is the time and");
  for (const char* rate : {"0", "-1", "0.6", "nan"}) {
    expect_error(call(file, {"--time", "at", "--value", "n", "--rate", rate}), "E-PARAM",
                 "The rate is");
  }
  expect_error(call(path("none.csv"), {"--time", "at", "--value", "n"}), "E-FILE");
  expect_error(call(write("empty.csv", ""), {"--time", "at", "--value", "n"}), "E-EMPTY");
  expect_error(call(write("header.csv", "at,n\n"), {"--time", "at", "--value", "n"}), "E-EMPTY");
  expect_error(
      call(write("words.csv", "at,n\n2026-01-01,much\n"), {"--time", "at", "--value", "n"}),
      "E-PARAM", "holds no number");
  expect_error(call(write("index.csv", "at,n\n1,5\n2,6\n"), {"--time", "at", "--value", "n"}),
               "E-PARAM", "holds no time");
}

}  // namespace
}  // namespace ca::tests
