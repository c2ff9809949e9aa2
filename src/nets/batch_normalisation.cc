#include <algorithm>
#include <cmath>

#include "nets/primitives.h"

namespace ca::nets {
namespace {

constexpr float kEpsilon = 1e-3F;  // added to the variance
constexpr float kKept = 0.9F;      // of the running moments at each batch

/// Written out: for so few features the library's takes fifty times as long.
class BatchNormalisation : public Layer {
 public:
  explicit BatchNormalisation(std::size_t features)
      : scale_(parameter("scale", {features})),
        shift_(parameter("shift", {features})),
        mean_(parameter("mean", {features})),
        variance_(parameter("variance", {features})),
        batch_mean_({features}),
        batch_variance_({features}) {
    std::ranges::fill(scale_.value.values, 1.0F);
    std::ranges::fill(variance_.value.values, 1.0F);
    mean_.is_learnt = false;
    variance_.is_learnt = false;
  }

  Tensor forward(const Tensor& input, Pass pass) override {
    expect(input.features() == features(), "A normalisation is given other features.");
    if (pass == Pass::kLearn) {
      measure(input);
      move_towards(mean_.value, batch_mean_);
      move_towards(variance_.value, batch_variance_);
      normalised_ = normalised(input, batch_mean_, batch_variance_);
    }
    Tensor output =
        pass == Pass::kLearn ? normalised_ : normalised(input, mean_.value, variance_.value);
    for_each_row(output.values.size(), [&](std::size_t first) {
      for (std::size_t f = 0; f < features(); ++f) {
        float& value = output.values[first + f];
        value = value * scale_.value.values[f] + shift_.value.values[f];
      }
    });
    return output;
  }

  Tensor backward(const Tensor& gradient) override {
    std::vector<double> by_scale(features());
    std::vector<double> by_shift(features());
    for_each_row(gradient.values.size(), [&](std::size_t first) {
      for (std::size_t f = 0; f < features(); ++f) {
        const double slope = gradient.values[first + f];
        by_scale[f] += slope * normalised_.values[first + f];
        by_shift[f] += slope;
      }
    });
    const auto rows = static_cast<double>(gradient.values.size() / features());
    std::vector<float> factor(features()), along(features()), level(features());
    for (std::size_t f = 0; f < features(); ++f) {
      scale_.gradient.values[f] = static_cast<float>(by_scale[f]);
      shift_.gradient.values[f] = static_cast<float>(by_shift[f]);
      factor[f] = scale_.value.values[f] / std::sqrt(batch_variance_.values[f] + kEpsilon);
      along[f] = static_cast<float>(by_scale[f] / rows);
      level[f] = static_cast<float>(by_shift[f] / rows);
    }
    Tensor by_input(gradient.shape);
    for_each_row(gradient.values.size(), [&](std::size_t first) {
      for (std::size_t f = 0; f < features(); ++f) {
        by_input.values[first + f] = factor[f] * (gradient.values[first + f] - level[f] -
                                                  normalised_.values[first + f] * along[f]);
      }
    });
    return by_input;
  }

  std::vector<Parameter*> parameters() override { return {&scale_, &shift_, &mean_, &variance_}; }

 private:
  std::size_t features() const { return scale_.value.shape[0]; }

  static void move_towards(Tensor& running, const Tensor& batch) {
    for (std::size_t i = 0; i < running.values.size(); ++i) {
      running.values[i] = kKept * running.values[i] + (1 - kKept) * batch.values[i];
    }
  }

  template <class Body>
  void for_each_row(std::size_t size, const Body& body) const {
    for (std::size_t first = 0; first < size; first += features()) body(first);
  }

  /// Mean and variance of the batch.
  void measure(const Tensor& input) {
    const auto rows = static_cast<double>(input.values.size() / features());
    std::vector<double> sum(features());
    for_each_row(input.values.size(), [&](std::size_t first) {
      for (std::size_t f = 0; f < features(); ++f) sum[f] += input.values[first + f];
    });
    for (double& of_feature : sum) of_feature /= rows;
    std::vector<double> squares(features());
    for_each_row(input.values.size(), [&](std::size_t first) {
      for (std::size_t f = 0; f < features(); ++f) {
        const double distance = input.values[first + f] - sum[f];
        squares[f] += distance * distance;
      }
    });
    for (std::size_t f = 0; f < features(); ++f) {
      batch_mean_.values[f] = static_cast<float>(sum[f]);
      batch_variance_.values[f] = static_cast<float>(squares[f] / rows);
    }
  }

  Tensor normalised(const Tensor& input, const Tensor& mean, const Tensor& variance) const {
    std::vector<float> factor(features());
    for (std::size_t f = 0; f < features(); ++f) {
      factor[f] = 1 / std::sqrt(variance.values[f] + kEpsilon);
    }
    Tensor output(input.shape);
    for_each_row(input.values.size(), [&](std::size_t first) {
      for (std::size_t f = 0; f < features(); ++f) {
        output.values[first + f] = (input.values[first + f] - mean.values[f]) * factor[f];
      }
    });
    return output;
  }

  Parameter scale_;
  Parameter shift_;
  Parameter mean_;
  Parameter variance_;
  Tensor batch_mean_;
  Tensor batch_variance_;
  Tensor normalised_;  ///< what was learnt from last
};

}  // namespace

LayerPointer batch_normalisation(std::size_t features) {
  return std::make_unique<BatchNormalisation>(features);
}

}  // namespace ca::nets
