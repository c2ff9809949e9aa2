#include "models/network_shelf.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_folder.h"
#include "models/test_purchases.h"
#include "models/value_model.h"

namespace ca::models {
namespace {

namespace fs = std::filesystem;

/// Stands for a network: a number.
struct Number {
  double value = 0;
  static Number of(const nets::Model& model) {
    model.expect_kind("number");
    return {model.scalar("value")};
  }
};

class Shelf : public ::testing::Test {
 protected:
  NetworkShelf shelf(const std::string& made_for = "shop", std::int32_t retrain_days = 14) const {
    return {folder.path(), made_for, retrain_days};
  }
  /// What a run of that day leaves.
  void put(Day origin, double value) const {
    NetworkShelf shelf = this->shelf();
    shelf.put("number", {.kind = "number",
                         .made_from = shelf.made_from(origin),
                         .scalars = {{"value", value}},
                         .tensors = {}});
  }
  ScratchFolder folder;
};

TEST_F(Shelf, KeepsWhatWasTrainedForAsLongAsTheCadenceSays) {
  NetworkShelf now = shelf();
  EXPECT_FALSE(now.find<Number>("number", Day{100})) << "empty";
  put(Day{100}, 5);
  ASSERT_TRUE(now.find<Number>("number", Day{100}));
  EXPECT_EQ(now.find<Number>("number", Day{100})->value, 5);
  EXPECT_TRUE(now.find<Number>("number", Day{113}));
  EXPECT_FALSE(now.find<Number>("number", Day{114})) << "14 days old";
  EXPECT_FALSE(now.find<Number>("number", Day{99})) << "it has seen what was not yet known";
  EXPECT_FALSE(now.find<Number>("other", Day{100}));
  EXPECT_TRUE(now.notes().empty());
}

TEST_F(Shelf, IsForOneConfiguration) {
  put(Day{100}, 5);
  EXPECT_FALSE(shelf("another shop").find<Number>("number", Day{100}));
  EXPECT_FALSE(shelf("sho").find<Number>("number", Day{100}));
  EXPECT_FALSE(shelf("shop", 0).find<Number>("number", Day{100})) << "trained anew each time";
}

TEST_F(Shelf, SetsDamagedFilesAsideAndSaysSo) {
  put(Day{100}, 5);
  const fs::path file = shelf().file_of("number");
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(20).put('\x7f');
  NetworkShelf now = shelf();
  EXPECT_FALSE(now.find<Number>("number", Day{100}));
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(fs::exists(file.string() + ".damaged-1"));
  ASSERT_EQ(now.notes().size(), 1U);
  EXPECT_NE(now.notes()[0].find("number.model.damaged-1"), std::string::npos) << now.notes()[0];
  // Another one can be put in its place.
  put(Day{100}, 6);
  EXPECT_EQ(now.find<Number>("number", Day{100})->value, 6);
}

TEST_F(Shelf, SetsModelsOfAnotherMeaningAside) {
  NetworkShelf now = shelf();
  now.put("number", {.kind = "letter",
                     .made_from = now.made_from(Day{100}),
                     .scalars = {{"value", 1}},
                     .tensors = {}});
  EXPECT_FALSE(now.find<Number>("number", Day{100}));
  EXPECT_EQ(now.notes().size(), 1U);
  EXPECT_FALSE(fs::exists(now.file_of("number")));
}

// The networks of a small shop: found again they are the same model; damaged they are trained anew.
TEST_F(Shelf, TrainedNetworksAreFoundAgain) {
  InventedPurchases purchases(0, 299);
  invent({.buyers = 300, .days = 300}, purchases);
  const PurchaseDays& days = purchases.days();
  ThreadPool pool(1);
  const Cancellation go_on;
  NetworkShelf now = shelf();
  ValueOptions options;
  options.networks = &now;
  const BuyerStates states = states_at(days, every_buyer(days), Day{299});
  const auto expect = [&] {
    FittedModels fitted(days, every_buyer(days), Day{299}, 30, options, pool, go_on);
    return fitted.model("lstm").expect(states, 30, pool).value;
  };
  const std::vector<double> trained = expect();
  std::map<fs::path, fs::file_time_type> files;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    files[entry.path()] = entry.last_write_time();
  }
  ASSERT_FALSE(files.empty());
  EXPECT_EQ(expect(), trained);
  for (const auto& [file, time] : files) EXPECT_EQ(fs::last_write_time(file), time) << file;

  for (const auto& [file, time] : files) fs::resize_file(file, fs::file_size(file) / 2);
  EXPECT_EQ(expect(), trained) << "the same seed, the same network";
  EXPECT_EQ(now.notes().size(), files.size());
  for (const auto& [file, time] : files) {
    EXPECT_TRUE(fs::exists(file)) << "trained anew and kept";
    EXPECT_TRUE(fs::exists(file.string() + ".damaged-1"));
  }
}

}  // namespace
}  // namespace ca::models
