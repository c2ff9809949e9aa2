#include "nets/autoencoder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "nets/squared_error.h"
#include "nets/test_support.h"

namespace ca::nets {
namespace {

constexpr std::size_t kFeatures = 6;

/// Rows of six numbers that two hidden ones make, and a little noise.
std::vector<double> rows_of_two(std::size_t count, std::uint64_t seed) {
  Random random(Random::mix(seed));
  std::vector<double> rows;
  for (std::size_t row = 0; row < count; ++row) {
    const double a = random.normal();
    const double b = random.normal();
    for (const double clean : {a, b, 0.7 * (a + b), 0.7 * (a - b), -a, 0.8 * a + 0.6 * b}) {
      rows.push_back(clean + 0.1 * random.normal());
    }
  }
  return rows;
}

double mean_square(const std::vector<double>& rows, const std::vector<double>& given) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) sum += std::pow(rows[i] - given[i], 2);
  return sum / static_cast<double>(rows.size());
}

TEST(SquaredError, HasItsDerivative) {
  Random random(1);
  Tensor output({3, 2});
  Tensor target({3, 2});
  for (float& number : output.values) number = static_cast<float>(random.normal());
  for (float& number : target.values) number = static_cast<float>(random.normal());
  Tensor slopes;
  const Loss loss = squared_error(output, target, slopes);
  EXPECT_EQ(loss.targets, 6);
  for (std::size_t i = 0; i < output.values.size(); ++i) {
    const float before = output.values[i];
    Tensor other;
    output.values[i] = before + 1e-2F;
    const double above = squared_error(output, target, other).mean();
    output.values[i] = before - 1e-2F;
    const double below = squared_error(output, target, other).mean();
    output.values[i] = before;
    EXPECT_NEAR(slopes.values[i], (above - below) / 2e-2, 1e-4);
  }
  EXPECT_THROW(squared_error(output, Tensor({2, 3}), slopes), Error);
}

TEST(Autoencoder, GivesBackWhatTwoNumbersSay) {
  Autoencoder network = Autoencoder::train(rows_of_two(600, 1), kFeatures, {}, Cancellation());
  const std::vector<double> others = rows_of_two(300, 2);
  // Of variances near 1 a bottleneck of two leaves little; one of none would leave all.
  EXPECT_LT(mean_square(others, network.reconstruct(others)), 0.15);
}

TEST(Autoencoder, IsBadAtWhatItHasNotSeen) {
  Autoencoder network = Autoencoder::train(rows_of_two(600, 1), kFeatures, {}, Cancellation());
  const std::vector<double> usual = rows_of_two(300, 2);
  std::vector<double> unusual = usual;
  // Each number is still within the usual, but they do not belong together.
  for (std::size_t at = 4; at < unusual.size(); at += kFeatures) unusual[at] = -unusual[at];
  EXPECT_GT(mean_square(unusual, network.reconstruct(unusual)),
            3 * mean_square(usual, network.reconstruct(usual)));
}

TEST(Autoencoder, SameSeedSameAnswers) {
  const std::vector<double> rows = rows_of_two(200, 3);
  const auto answers = [&](std::uint64_t seed) {
    Autoencoder::Options options;
    options.training.seed = seed;
    return Autoencoder::train(rows, kFeatures, options, Cancellation()).reconstruct(rows);
  };
  EXPECT_EQ(answers(1), answers(1));
  EXPECT_NE(answers(1), answers(2));
}

TEST(Autoencoder, OfOneFeatureAndOfFewRows) {
  Random random(4);
  std::vector<double> rows;
  for (int row = 0; row < 100; ++row) rows.push_back(random.normal());
  Autoencoder network = Autoencoder::train(rows, 1, {}, Cancellation());
  for (const double given : network.reconstruct(rows)) EXPECT_TRUE(std::isfinite(given));
  EXPECT_TRUE(network.reconstruct({}).empty());
  rows.resize(Autoencoder::kLeastRows - 1);
  EXPECT_THROW(Autoencoder::train(rows, 1, {}, Cancellation()), Error);
  EXPECT_THROW(Autoencoder::train(rows, 0, {}, Cancellation()), Error);
}

TEST(Autoencoder, CanBeCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_THROW(Autoencoder::train(rows_of_two(100, 1), kFeatures, {}, cancellation), Error);
}

/// What one training costs: CA_LONG, and read the output.
TEST(Autoencoder, CostsLittle) {
  if (std::getenv("CA_LONG") == nullptr) GTEST_SKIP() << "set CA_LONG";
  const std::vector<double> rows = rows_of_two(600, 1);
  std::size_t epochs = 0;
  const double seconds = seconds_of([&] {
    epochs = Autoencoder::train(rows, kFeatures, {}, Cancellation()).training().epochs.size();
  });
  std::printf("%zu epochs of 600 rows in %.3f s\n", epochs, seconds);
}

}  // namespace
}  // namespace ca::nets
