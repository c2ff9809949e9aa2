#include "nets/autoencoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "nets/one_thread.h"
#include "nets/squared_error.h"

namespace ca::nets {
namespace {

LayerPointer network_of(std::size_t features, std::uint64_t seed) {
  Random random(Random::mix(seed + 3));
  const std::size_t half = (features + 1) / 2;
  const std::size_t bottleneck = std::max<std::size_t>(features / 3, 1);
  std::vector<LayerPointer> layers;
  layers.push_back(dense(features, half, random));
  layers.push_back(activation(Activation::kTanh));
  layers.push_back(dense(half, bottleneck, random));
  layers.push_back(activation(Activation::kTanh));
  layers.push_back(dense(bottleneck, half, random));
  layers.push_back(activation(Activation::kTanh));
  layers.push_back(dense(half, features, random));
  return std::make_unique<Sequence>(std::move(layers));
}

Tensor chosen(std::span<const double> rows, std::size_t features,
              std::span<const std::size_t> which) {
  Tensor tensor({which.size(), features});
  for (std::size_t i = 0; i < which.size(); ++i) {
    for (std::size_t f = 0; f < features; ++f) {
      tensor.values[i * features + f] = static_cast<float>(rows[which[i] * features + f]);
    }
  }
  return tensor;
}

}  // namespace

Autoencoder Autoencoder::train(std::span<const double> rows, std::size_t features,
                               const Options& options, const Cancellation& cancellation) {
  const std::size_t count = features == 0 ? 0 : rows.size() / features;
  if (count < kLeastRows) {
    throw Error("E-TRAINING",
                fmt::format("There are {} rows to learn from; {} are needed.", count, kLeastRows));
  }
  const OneThread one_thread;
  const std::uint64_t seed = options.training.seed;
  const auto validating_rows = std::max<std::size_t>(
      static_cast<std::size_t>(options.training.validation_share * static_cast<double>(count)), 1);
  const std::vector<std::size_t> validating = sample_of(count, validating_rows, seed);
  std::vector<std::size_t> learnt(count);
  std::iota(learnt.begin(), learnt.end(), 0);
  std::erase_if(learnt,
                [&](std::size_t row) { return std::ranges::binary_search(validating, row); });

  Autoencoder made(features, network_of(features, seed));
  Layer& network = *made.network_;
  Tensor slopes;
  const Lessons lessons = {
      learnt.size(),
      [&](std::span<const std::size_t> batch) {
        std::vector<std::size_t> which;
        for (const std::size_t at : batch) which.push_back(learnt[at]);
        const Tensor input = chosen(rows, features, which);
        const Loss loss = squared_error(network.forward(input, Pass::kLearn), input, slopes);
        network.backward(slopes);
        return loss;
      },
      [&, input = chosen(rows, features, validating)] {
        return squared_error(network.forward(input, Pass::kAnswer), input, slopes);
      }};
  made.training_ = fit(network, lessons, options.training, cancellation, {});
  return made;
}

std::vector<double> Autoencoder::reconstruct(std::span<const double> rows) {
  const OneThread one_thread;
  std::vector<std::size_t> all(rows.size() / features_);
  std::iota(all.begin(), all.end(), 0);
  if (all.empty()) return {};
  const Tensor output = network_->forward(chosen(rows, features_, all), Pass::kAnswer);
  return {output.values.begin(), output.values.end()};
}

}  // namespace ca::nets
