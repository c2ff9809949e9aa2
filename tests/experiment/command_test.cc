// `experiment` as people and scripts call it.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
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

/// Files of experiments in a folder of their own.
class ExperimentCommand : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view content) const {
    write_text(folder_.path() / name, content);
    return (folder_.path() / name).string();
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  static Outcome call(const std::string& file, std::vector<std::string> more) {
    more.insert(more.begin(), {"experiment", file});
    return run_program(more);
  }
  static Json ask(const std::string& file, const std::string& arm, const std::string& control,
                  const std::string& metric, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--arm", arm, "--control", control, "--metric", metric, "--json"});
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

  TemporaryFolder folder_;
};

/// Rows `arm,bought,spend,before`, where B buys more often.
std::vector<std::string> rows_of(int units) {
  Random random(7);
  std::vector<std::string> rows;
  for (int i = 0; i < units; ++i) {
    const bool is_b = i % 2 == 1;
    const bool has_bought = random.happens(is_b ? 0.35 : 0.2);
    const double before = random.gamma(2, 10);
    rows.push_back(fmt::format("{},{},{:.2f},{:.2f}\n", is_b ? "B" : "A", has_bought ? 1 : 0,
                               has_bought ? before + random.gamma(2, 5) : 0, before));
  }
  return rows;
}

std::string csv_of(const std::vector<std::string>& rows) {
  std::string csv = "arm,bought,spend,before\n";
  for (const std::string& row : rows) csv += row;
  return csv;
}

// ---- published figures --------------------------------------------------------------------------

const fs::path kHillstrom = kRealData / "hillstrom" / "hillstrom.csv.gz";

// The e-mail experiment of Hillstrom (2008). Figures: SciPy.
TEST_F(ExperimentCommand, HillstromAsScipy) {
  if (!fs::exists(kHillstrom)) GTEST_SKIP() << "the real data are not at ../shared/data";
  const Json answer = ask(kHillstrom.string(), "segment", "No E-Mail", "visit,conversion,spend",
                          {"--covariate", "history"});
  ASSERT_EQ(answer.at("arms").size(), 3U);
  EXPECT_EQ(answer["arms"][0], Json({{"arm", "No E-Mail"}, {"n", 21306}, {"is_control", true}}));
  EXPECT_EQ(answer["arms"][1].at("arm"), "Mens E-Mail");
  EXPECT_NEAR(answer["sample_ratio"].at("chi2"), 0.202531, 5e-7);
  EXPECT_NEAR(answer["sample_ratio"].at("p_value"), 0.903693, 5e-7);
  ASSERT_EQ(answer.at("results").size(), 6U);

  const Json& visit = answer["results"][0];
  EXPECT_EQ(visit.at("arm"), "Mens E-Mail");
  EXPECT_EQ(visit.at("test"), "two_proportions_z");
  EXPECT_NEAR(visit.at("difference"), 0.076590, 5e-7);
  EXPECT_NEAR(visit.at("ci_low"), 0.069954, 5e-7);
  EXPECT_NEAR(visit.at("ci_high"), 0.083226, 5e-7);
  EXPECT_NEAR(visit.at("statistic"), 22.486, 5e-4);
  EXPECT_EQ(visit.at("says"), "Mens E-Mail: visit likely 7.0 to 8.3 points higher");
  const Json& cuped = visit.at("cuped");
  EXPECT_NEAR(cuped.at("theta"), 9.077512e-05, 5e-11);
  EXPECT_NEAR(cuped.at("difference"), 0.0764123, 5e-8);
  EXPECT_NEAR(cuped.at("variance_saved"), 0.0044, 5e-5);
  EXPECT_FALSE(cuped.at("does_help").get<bool>());

  const Json& conversion = answer["results"][2];
  EXPECT_NEAR(conversion.at("difference"), 0.006805, 5e-7);
  EXPECT_NEAR(conversion.at("statistic"), 7.385, 5e-4);
  const Json& spend = answer["results"][4];
  EXPECT_EQ(spend.at("test"), "welch_t");
  EXPECT_NEAR(spend.at("statistic"), 5.300140, 5e-7);
  EXPECT_NEAR(spend.at("degrees"), 36671.158, 5e-4);
  EXPECT_NEAR(spend.at("ci_low"), 0.485140, 5e-7);
  EXPECT_NEAR(spend.at("ci_high"), 1.0545146, 5e-8);
  for (const Json& result : answer["results"]) {
    EXPECT_GE(result.at("q_value").get<double>(), result.at("p_value").get<double>());
    EXPECT_TRUE(result.at("significant").get<bool>());
  }
}

TEST_F(ExperimentCommand, HillstromForEyes) {
  if (!fs::exists(kHillstrom)) GTEST_SKIP() << "the real data are not at ../shared/data";
  const Outcome outcome =
      call(kHillstrom.string(), {"--arm", "segment", "--control", "No E-Mail", "--metric",
                                 "visit,spend", "--covariate", "history"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* words :
       {"64,000 units in 3 arms", "These sizes fit equal shares",
        "Mens E-Mail: visit likely 7.0 to 8.3 points higher.",
        "Womens E-Mail: spend likely 0.17 to", "history does not help with visit, spend", "10.62 %",
        "+7.659 pts", "welch_t"}) {
    EXPECT_NE(outcome.out.find(words), std::string::npos) << words << "\n" << outcome.out;
  }
}

// ---- what changes nothing -----------------------------------------------------------------------

TEST_F(ExperimentCommand, TheOrderOfRowsChangesNoByte) {
  std::vector<std::string> rows = rows_of(3000);
  rows.insert(rows.end(), {"A,maybe,1,\n", "B,perhaps,2.5,7\n", ",1,1,1\n", "A,,3,nan\n"});
  const auto ask_for = [&](const std::vector<std::string>& ordered) {
    const std::string file = write("test.csv", csv_of(ordered));
    const std::vector<std::string> words = {"--arm",    "arm",          "--control",   "A",
                                            "--metric", "bought,spend", "--covariate", "before"};
    std::vector<std::string> with_json = words;
    with_json.emplace_back("--json");
    return call(file, with_json).out + call(file, words).out;
  };
  const std::string before = ask_for(rows);
  EXPECT_NE(before.find(R"("unreadable":[{"cells":2,"column":"bought","sample":"maybe"}])"),
            std::string::npos)
      << before;
  EXPECT_NE(before.find(R"("rows_without_arm":1)"), std::string::npos) << before;
  Random random(3);
  for (int i = 0; i < 2; ++i) {
    for (std::size_t k = rows.size(); k > 1; --k) {
      std::swap(rows[k - 1], rows[random.below(static_cast<std::uint32_t>(k))]);
    }
    EXPECT_EQ(ask_for(rows), before);
  }
}

TEST_F(ExperimentCommand, OtherFormsOfAFileAreTheSameFile) {
  const std::vector<std::string> rows = rows_of(400);
  const std::string plain = write("plain.csv", csv_of(rows));
  const Json expected = ask(plain, "arm", "A", "spend", {"--covariate", "before"});

  std::string german = csv_of(rows);
  std::ranges::replace(german, ',', ';');
  std::ranges::replace(german, '.', ',');
  EXPECT_EQ(ask(write("german.csv", german), "arm", "A", "spend", {"--covariate", "before"}),
            expected);

  const gzFile packed = gzopen(path("packed.csv.gz").c_str(), "wb");
  const std::string text = csv_of(rows);
  gzwrite(packed, text.data(), static_cast<unsigned>(text.size()));
  gzclose(packed);
  EXPECT_EQ(ask(path("packed.csv.gz"), "arm", "A", "spend", {"--covariate", "before"}), expected);

  Table table("test");
  table.add("arm", ColumnType::kText);
  for (const char* name : {"bought", "spend", "before"}) table.add(name, ColumnType::kDouble);
  const Cells cells = parse_csv(text);
  for (const Cells::Row& row : cells.rows) {
    table.columns()[0].push(row[0].value());
    for (std::size_t i = 1; i < row.size(); ++i) table.columns()[i].push(std::stod(row[i].value()));
  }
  write_parquet(path("test.PARQUET"), {table});
  EXPECT_EQ(ask(path("test.PARQUET"), "arm", "A", "spend", {"--covariate", "before"}), expected);
}

TEST_F(ExperimentCommand, WordsForYesAndNoAreOneAndZero) {
  std::string csv = "arm,bought\n";
  for (int i = 0; i < 200; ++i) csv += i % 2 == 0 ? "A,no\n" : i % 3 == 0 ? "B,yes\n" : "B,FALSE\n";
  const Json result = ask(write("test.csv", csv), "arm", "A", "bought")["results"][0];
  EXPECT_EQ(result.at("distribution"), "binomial");
  EXPECT_NEAR(result.at("difference"), 0.33, 1e-12);
}

// ---- names --------------------------------------------------------------------------------------

TEST_F(ExperimentCommand, AnyNameSurvives) {
  const std::string metric = "spend, \"net\" <script>alert(1)</script> \U0001F6D2";
  const std::string arm = "variant, of 'test'";
  const std::vector<std::string> arms = {"A, \"old\"", "<b>B</b> \U0001F680", "none", "[c]"};
  std::string csv = csv_cell(arm) + "," + csv_cell(metric) + ",[x]\n";
  Random random(5);
  for (int i = 0; i < 160; ++i) {
    csv += fmt::format("{},{:.1f},{}\n", csv_cell(arms[static_cast<std::size_t>(i % 4)]),
                       random.normal(), i % 9);
  }
  const std::string file = write("test.csv", csv);
  const Json answer = ask(file, arm, arms[0], metric + ",[x]");
  EXPECT_EQ(answer.at("metrics"), Json({metric, "[x]"}));
  EXPECT_EQ(answer["arms"][0].at("arm"), arms[0]);
  ASSERT_EQ(answer.at("results").size(), 6U);
  EXPECT_EQ(answer["results"][0].at("arm"), arms[1]);
  EXPECT_EQ(answer["results"][0].at("metric"), metric);
  EXPECT_EQ(answer["results"][1].at("arm"), "[c]");
  EXPECT_EQ(answer["results"][2].at("arm"), "none");
  const Outcome outcome =
      call(file, {"--arm", arm, "--control", arms[0], "--metric", metric, "--metric", "[x]"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\U0001F680"), std::string::npos) << outcome.out;
}

// ---- little data --------------------------------------------------------------------------------

TEST_F(ExperimentCommand, AnArmOfOneRow) {
  std::vector<std::string> rows = rows_of(200);
  rows.emplace_back("C,1,99.5,3\n");
  const Json answer =
      ask(write("test.csv", csv_of(rows)), "arm", "A", "bought,spend", {"--covariate", "before"});
  ASSERT_EQ(answer.at("results").size(), 4U);
  EXPECT_EQ(answer.at("tests"), 2);
  const Json& few = answer["results"][1];
  EXPECT_EQ(few.at("arm"), "C");
  EXPECT_TRUE(few.at("insufficient").get<bool>());
  EXPECT_EQ(few.at("test"), "insufficient");
  EXPECT_TRUE(few.at("difference").is_number());
  for (const char* key : {"ci_low", "ci_high", "statistic", "p_value", "q_value", "cuped"}) {
    EXPECT_TRUE(few.at(key).is_null()) << key;
  }
  EXPECT_NE(few.at("says").get<std::string>().find("not enough data on bought: 1 unit,"),
            std::string::npos);
  EXPECT_TRUE(answer["sample_ratio"].at("is_mismatch").get<bool>());
  EXPECT_NE(answer["notes"][0].get<std::string>().find("Sample ratio mismatch"), std::string::npos);
  const Outcome outcome =
      call(path("test.csv"), {"--arm", "arm", "--control", "A", "--metric", "spend"});
  EXPECT_NE(outcome.err.find("Sample ratio mismatch"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("too few units"), std::string::npos) << outcome.out;
}

TEST_F(ExperimentCommand, TheControlComesFirstWhereverItStands) {
  std::string csv = "arm,x\n";
  for (int i = 0; i < 400; ++i) {
    const int arm = i % 4;
    csv += fmt::format("{},{}\n", "DBCA"[arm], 10 * arm + i % 3 + 0.5);
    if (arm == 2) csv += "C,20.5\n";
  }
  const Json answer = ask(write("test.csv", csv), "arm", "C", "x");
  const std::vector<std::string> arms = {"C", "A", "B", "D"};
  const std::vector<double> steps = {0, 10, -10, -20};
  ASSERT_EQ(answer.at("arms").size(), 4U);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    EXPECT_EQ(answer["arms"][i].at("arm"), arms[i]);
    EXPECT_EQ(answer["arms"][i].at("n"), i == 0 ? 200 : 100);
    if (i == 0) continue;
    EXPECT_EQ(answer["results"][i - 1].at("arm"), arms[i]);
    EXPECT_NEAR(answer["results"][i - 1].at("difference"), steps[i], 1);
  }
}

TEST_F(ExperimentCommand, TwoRows) {
  const Json answer = ask(write("test.csv", "arm,x\nA,1\nB,2\n"), "arm", "A", "x");
  EXPECT_EQ(answer["results"][0].at("difference"), 1.0);
  EXPECT_TRUE(answer["results"][0].at("insufficient").get<bool>());
  EXPECT_EQ(call(path("test.csv"), {"--arm", "arm", "--control", "A", "--metric", "x"}).exit_code,
            0);
}

TEST_F(ExperimentCommand, AllValuesAreEqual) {
  std::string csv = "arm,x,y\n";
  for (int i = 0; i < 100; ++i) csv += i % 2 == 0 ? "A,0.1,0\n" : "B,0.1,0\n";
  const Json answer = ask(write("test.csv", csv), "arm", "A", "x,y");
  for (const Json& result : answer.at("results")) {
    EXPECT_EQ(result.at("difference"), 0.0);
    EXPECT_EQ(result.at("test"), "none");
    EXPECT_TRUE(result.at("p_value").is_null());
    EXPECT_TRUE(result.at("q_value").is_null());
  }
  EXPECT_EQ(call(path("test.csv"), {"--arm", "arm", "--control", "A", "--metric", "x"}).exit_code,
            0);
}

TEST_F(ExperimentCommand, EmptyFiles) {
  const std::vector<std::string> words = {"--arm", "arm", "--control", "A", "--metric", "x"};
  expect_error(call(write("empty.csv", ""), words), "E-EMPTY");
  expect_error(call(write("header.csv", "arm,x\n"), words), "E-EMPTY", "has no row");
  expect_error(call(write("unnamed.csv", "arm,x\n,1\n,2\n"), words), "E-PARAM", "empty in every");
  expect_error(call(path("nowhere.csv"), words), "E-FILE");
  expect_error(call(write("text.parquet", "arm,x\nA,1\n"), words), "E-FILE", "not a Parquet file");
}

// ---- wrong questions ----------------------------------------------------------------------------

TEST_F(ExperimentCommand, WrongQuestionsAreExplained) {
  const std::string file = write("test.csv", csv_of(rows_of(100)));
  const auto expect_refused = [&](const std::vector<std::string>& words, const std::string& what) {
    expect_error(call(file, words), "E-PARAM", what);
  };
  expect_refused({"--arm", "arms", "--control", "A", "--metric", "spend"}, "Did you mean arm?");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spent"}, "Did you mean spend?");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", ""}, "no column \"\"");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spend,"}, "no column \"\"");
  expect_refused({"--arm", "arm", "--control", "a", "--metric", "spend"}, "Did you mean A?");
  expect_refused({"--arm", "arm", "--control", "nobody", "--metric", "spend"}, "There are: A, B.");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "arm"}, "is the arm");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spend,bought,spend"}, "twice");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spend", "--metric", "spend"},
                 "twice");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spend", "--covariate", "befor"},
                 "Did you mean before?");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spend", "--covariate", "spend"},
                 "a metric");
  expect_refused({"--arm", "arm", "--control", "A", "--metric", "spend", "--covariate", "arm"},
                 "the arm");
  for (const char* alpha : {"0", "-0.1", "0.51", "1", "nan", "inf"}) {
    expect_refused(
        {"--arm", "arm", "--control", "A", "--metric", "spend", std::string("--alpha=") + alpha},
        "alpha");
  }
  expect_error(call(write("words.csv", "arm,x\nA,many\nB,few\n"),
                    {"--arm", "arm", "--control", "A", "--metric", "x"}),
               "E-PARAM", "\"few\"");
  expect_error(call(write("one.csv", "arm,x\nA,1\nA,2\n"),
                    {"--arm", "arm", "--control", "A", "--metric", "x"}),
               "E-PARAM", "none to compare");
  const Outcome with_json =
      call(file, {"--arm", "arm", "--control", "C", "--metric", "spend", "--json"});
  EXPECT_EQ(Json::parse(with_json.out).at("error").at("code"), "E-PARAM");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--arm", "arm", "--control", "A"},
        {"--arm", "arm", "--metric", "spend"},
        {"--control", "A", "--metric", "spend"},
        {"--arm", "arm", "--control", "A", "--metric", "spend", "--alpha", "much"}}) {
    EXPECT_EQ(call(file, words).exit_code, 2);
  }
}

TEST_F(ExperimentCommand, AHundredArmsAndNoMore) {
  const auto csv_with = [](int arms) {
    std::string csv = "arm,x\n";
    for (int i = 0; i < 2 * arms; ++i) csv += fmt::format("v{},{}\n", i % arms, i * 7 % 13);
    return csv;
  };
  const Json answer = ask(write("most.csv", csv_with(100)), "arm", "v0", "x");
  EXPECT_EQ(answer.at("arms").size(), 100U);
  EXPECT_EQ(answer.at("results").size(), 99U);
  expect_error(
      call(write("more.csv", csv_with(101)), {"--arm", "arm", "--control", "v0", "--metric", "x"}),
      "E-PARAM", "more than 100 values");
}

TEST_F(ExperimentCommand, WhatAlphaChanges) {
  const std::string file = write("test.csv", csv_of(rows_of(2000)));
  const Json usual = ask(file, "arm", "A", "spend")["results"][0];
  const Json strict = ask(file, "arm", "A", "spend", {"--alpha", "0.001"})["results"][0];
  EXPECT_EQ(usual.at("p_value"), strict.at("p_value"));
  EXPECT_LT(strict.at("ci_low").get<double>(), usual.at("ci_low").get<double>());
  EXPECT_GT(strict.at("detectable_effect").get<double>(),
            usual.at("detectable_effect").get<double>());
}

TEST_F(ExperimentCommand, ACovariateThatHelpsNarrowsTheInterval) {
  std::string csv = "arm,x,before\n";
  Random random(9);
  for (int i = 0; i < 1000; ++i) {
    const double before = random.normal();
    csv += fmt::format("{},{:.4f},{:.4f}\n", i % 2 == 0 ? "A" : "B",
                       before + 0.4 * random.normal() + (i % 2) * 0.1, before);
  }
  const Json result =
      ask(write("test.csv", csv), "arm", "A", "x", {"--covariate", "before"})["results"][0];
  const Json& cuped = result.at("cuped");
  EXPECT_TRUE(cuped.at("does_help").get<bool>());
  EXPECT_LT(cuped.at("ci_high").get<double>() - cuped.at("ci_low").get<double>(),
            0.5 * (result.at("ci_high").get<double>() - result.at("ci_low").get<double>()));
  const Outcome outcome = call(path("test.csv"), {"--arm", "arm", "--control", "A", "--metric", "x",
                                                  "--covariate", "before"});
  EXPECT_NE(outcome.out.find("before saves 8"), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace ca::tests
