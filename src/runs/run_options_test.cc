#include "runs/run_options.h"

#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::runs {
namespace {

RunOptions of(std::set<std::string> only, std::set<std::string> skip = {}) {
  RunOptions options;
  options.only = std::move(only);
  options.skip = std::move(skip);
  return options;
}

TEST(RunOptions, AreReadAsTheyWereWritten) {
  RunOptions options = of({"ingest", "quality"}, {"clv"});
  options.as_of = "2024-05-01";
  options.full = true;
  options.resume = "20240501T120000-0001";
  const RunOptions read = run_options_from_json(to_json(options));
  EXPECT_EQ(read.only, options.only);
  EXPECT_EQ(read.skip, options.skip);
  EXPECT_EQ(read.as_of, options.as_of);
  EXPECT_EQ(read.full, true);
  EXPECT_EQ(read.resume, options.resume);
  EXPECT_EQ(to_json({}), "{}");
  EXPECT_EQ(ingest::testing::code_of([] { run_options_from_json("{\"full\": 3}"); }), "E-PARAM");
}

TEST(RunOptions, TwoRequestsAreOneRunThatDoesBoth) {
  EXPECT_EQ(merged(of({"ingest"}), of({"clv"})).only, (std::set<std::string>{"clv", "ingest"}));
  EXPECT_TRUE(merged(of({"ingest"}), of({})).only.empty());
  EXPECT_TRUE(merged(of({}, {"clv"}), of({"clv"})).only.empty());
  EXPECT_FALSE(merged(of({}, {"clv", "tests"}), of({"clv"})).only.contains("tests"));
  EXPECT_TRUE(merged(of({}, {"clv"}), of({"clv"})).skip.empty());
  RunOptions full;
  full.full = true;
  full.as_of = "2024-05-01";
  EXPECT_TRUE(merged(full, {}).full);
  EXPECT_TRUE(merged({}, full).full);
  EXPECT_EQ(merged(full, full).as_of, "2024-05-01");
  RunOptions resumed;
  resumed.resume = "a";
  EXPECT_EQ(merged(resumed, {}).resume, "");
  EXPECT_EQ(merged(resumed, resumed).resume, "a");
}

TEST(RunOptions, OneRunIsAsOfOneMoment) {
  RunOptions past;
  past.as_of = "2024-05-01";
  RunOptions earlier;
  earlier.as_of = "2024-04-01";
  EXPECT_TRUE(can_be_joined({}, of({"clv"})));
  EXPECT_TRUE(can_be_joined(past, past));
  EXPECT_FALSE(can_be_joined(past, {}));
  EXPECT_FALSE(can_be_joined({}, past));
  EXPECT_FALSE(can_be_joined(past, earlier));
}

}  // namespace
}  // namespace ca::runs
