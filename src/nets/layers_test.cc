#include "nets/layers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "nets/one_thread.h"

namespace ca::nets {
namespace {

Tensor drawn(Tensor::Shape shape, Random& random, double apart = 0) {
  Tensor tensor(std::move(shape));
  for (float& number : tensor.values) {
    const double normal = random.normal();
    number = static_cast<float>(normal + std::copysign(apart, normal));
  }
  return tensor;
}

double dot(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.shape, b.shape);
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    sum += static_cast<double>(a.values[i]) * static_cast<double>(b.values[i]);
  }
  return sum;
}

/// Compares `claimed`, the slope of `loss` by `number`, with a central difference. Floats of size
/// one leave an error near 1e-7 / step in the difference, and the curvature step squared.
void expect_slope(float& number, float claimed, const std::function<double()>& loss,
                  const std::string& of) {
  constexpr float kStep = 4e-3F;
  const float before = number;
  number = before + kStep;
  const double above = loss();
  number = before - kStep;
  const double below = loss();
  number = before;
  const double slope = (above - below) / (2 * static_cast<double>(kStep));
  EXPECT_NEAR(claimed, slope, 2e-3 * (1 + std::abs(slope))) << of;
}

/// Every slope of a random linear function of the layer's output, by inputs and parameters.
void expect_derivative(Layer& layer, Tensor input, Random& random) {
  const OneThread one_thread;
  Tensor weights = layer.forward(input, Pass::kLearn);
  for (float& weight : weights.values) weight = static_cast<float>(random.normal());
  const auto loss = [&] { return dot(layer.forward(input, Pass::kLearn), weights); };
  loss();
  const Tensor by_input = layer.backward(weights);
  ASSERT_EQ(by_input.shape, input.shape);
  std::vector<Tensor> gradients;
  for (const Parameter* each : layer.parameters()) gradients.push_back(each->gradient);

  for (std::size_t i = 0; i < input.values.size(); ++i) {
    expect_slope(input.values[i], by_input.values[i], loss, "input " + std::to_string(i));
  }
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    Parameter& parameter = *layer.parameters()[p];
    if (!parameter.is_learnt) continue;
    ASSERT_EQ(parameter.gradient.shape, parameter.value.shape);
    for (std::size_t i = 0; i < gradients[p].values.size(); ++i) {
      expect_slope(parameter.value.values[i], gradients[p].values[i], loss,
                   parameter.name + " " + std::to_string(i));
    }
  }
}

TEST(Layers, DenseHasItsDerivative) {
  Random random(1);
  expect_derivative(*dense(5, 3, random), drawn({4, 5}, random), random);
  expect_derivative(*dense(5, 3, random), drawn({2, 3, 5}, random), random);
}

TEST(Layers, LstmHasItsDerivative) {
  Random random(2);
  for (const Gives gives : {Gives::kEveryStep, Gives::kLastStep}) {
    expect_derivative(*lstm(3, 5, gives, random), drawn({4, 6, 3}, random), random);
    expect_derivative(*lstm(7, 8, gives, random), drawn({3, 2, 7}, random), random);
  }
}

TEST(Layers, ConvolutionHasItsDerivative) {
  Random random(3);
  for (const std::size_t width : {1U, 3U, 4U}) {
    expect_derivative(*convolution(3, 4, width, random), drawn({2, 6, 3}, random), random);
  }
  expect_derivative(*convolution(7, 16, 3, random), drawn({2, 5, 7}, random), random);
}

TEST(Layers, BatchNormalisationHasItsDerivative) {
  Random random(4);
  const LayerPointer layer = batch_normalisation(3);
  for (Parameter* each : layer->parameters()) {
    for (float& number : each->value.values) number = static_cast<float>(random.between(0.5, 2));
  }
  expect_derivative(*layer, drawn({5, 3}, random), random);
  expect_derivative(*layer, drawn({4, 3, 3}, random), random);
}

TEST(Layers, MaxPoolingHasItsDerivative) {
  Random random(5);
  // Far enough apart that no step of the difference changes which is the largest.
  Tensor input({2, 5, 3});
  std::vector<float> order(input.values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = 0.1F * static_cast<float>(i);
  for (float& number : input.values) {
    const std::size_t pick = random.below(static_cast<std::uint32_t>(order.size()));
    number = order[pick];
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(pick));
  }
  expect_derivative(*max_pooling(2), input, random);
}

TEST(Layers, ActivationsHaveTheirDerivatives) {
  Random random(6);
  for (const Activation function : {Activation::kRelu, Activation::kTanh, Activation::kSigmoid}) {
    expect_derivative(*activation(function), drawn({3, 7}, random, 0.01), random);
  }
}

TEST(Layers, ASequenceHasItsDerivative) {
  Random random(7);
  std::vector<LayerPointer> layers;
  layers.push_back(convolution(3, 4, 3, random));
  layers.push_back(batch_normalisation(4));
  layers.push_back(activation(Activation::kTanh));
  layers.push_back(lstm(4, 6, Gives::kLastStep, random));
  layers.push_back(dense(6, 2, random));
  Sequence sequence(std::move(layers));
  expect_derivative(sequence, drawn({4, 6, 3}, random), random);
  EXPECT_EQ(sequence.parameters().front()->name, "0.weights");
  EXPECT_EQ(sequence.parameters().back()->name, "4.bias");
}

TEST(Layers, DenseIsTheProductAndTheBias) {
  Random random(8);
  const LayerPointer layer = dense(2, 2, random);
  layer->parameters()[0]->value.values = {1, 2, 3, 4};
  layer->parameters()[1]->value.values = {10, 20};
  Tensor input({1, 2});
  input.values = {5, 6};
  EXPECT_EQ(layer->forward(input, Pass::kAnswer).values, (std::vector<float>{27, 59}));
}

TEST(Layers, ConvolutionSeesZerosBeyondBothEnds) {
  Random random(9);
  const LayerPointer layer = convolution(1, 1, 3, random);
  layer->parameters()[0]->value.values = {1, 10, 100};
  layer->parameters()[1]->value.values = {0.5};
  Tensor input({1, 3, 1});
  input.values = {1, 2, 3};
  EXPECT_EQ(layer->forward(input, Pass::kAnswer).values, (std::vector<float>{210.5, 321.5, 32.5}));
}

TEST(Layers, LstmIsItsRecurrence) {
  Random random(10);
  const LayerPointer layer = lstm(1, 1, Gives::kEveryStep, random);
  layer->parameters()[0]->value.values = {0.1F, 0.2F, 0.3F, 0.4F};
  layer->parameters()[1]->value.values = {0.5F, 0.6F, 0.7F, 0.8F};
  layer->parameters()[2]->value.values = {0.01F, 0.02F, 0.03F, 0.04F};
  Tensor input({1, 3, 1});
  input.values = {1, -2, 3};
  const Tensor output = layer->forward(input, Pass::kAnswer);
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  double state = 0;
  double given = 0;
  for (std::size_t step = 0; step < 3; ++step) {
    const double x = input.values[step];
    const double in = sigmoid(0.1 * x + 0.5 * given + 0.01);
    const double forget = sigmoid(0.2 * x + 0.6 * given + 0.02);
    const double candidate = std::tanh(0.3 * x + 0.7 * given + 0.03);
    const double out = sigmoid(0.4 * x + 0.8 * given + 0.04);
    state = forget * state + in * candidate;
    given = out * std::tanh(state);
    EXPECT_NEAR(output.values[step], given, 1e-5) << step;
  }
}

TEST(Layers, LstmOutputsDoNotSeeLaterSteps) {
  Random random(11);
  const LayerPointer layer = lstm(2, 4, Gives::kEveryStep, random);
  Tensor input = drawn({1, 5, 2}, random);
  const Tensor before = layer->forward(input, Pass::kAnswer);
  input.values[6] += 1;  // of step 3
  const Tensor after = layer->forward(input, Pass::kAnswer);
  EXPECT_TRUE(std::equal(before.values.begin(), before.values.begin() + 12, after.values.begin()));
  EXPECT_NE(before.values[12], after.values[12]);
}

TEST(Layers, StateWeightsOfAnLstmAreOrthogonal) {
  Random random(12);
  const LayerPointer layer = lstm(3, 6, Gives::kLastStep, random);
  const Tensor& weights = layer->parameters()[1]->value;
  for (std::size_t gate = 0; gate < 4; ++gate) {
    for (std::size_t a = 0; a < 6; ++a) {
      for (std::size_t b = 0; b < 6; ++b) {
        double sum = 0;
        for (std::size_t o = 0; o < 6; ++o) {
          sum += static_cast<double>(weights.values[(a * 4 + gate) * 6 + o]) *
                 static_cast<double>(weights.values[(b * 4 + gate) * 6 + o]);
        }
        EXPECT_NEAR(sum, a == b ? 1 : 0, 1e-5);
      }
    }
  }
}

TEST(Layers, NormalisationAnswersWithTheMomentsItHasSeen) {
  const OneThread one_thread;
  Random random(13);
  const LayerPointer layer = batch_normalisation(1);
  for (int batch = 0; batch < 100; ++batch) {
    Tensor input = drawn({64, 1}, random);
    for (float& number : input.values) number = 5 + 2 * number;
    layer->forward(input, Pass::kLearn);
  }
  Tensor one({1, 1});
  one.values = {7};
  EXPECT_NEAR(layer->forward(one, Pass::kAnswer).values[0], 1, 0.15);  // 9 batches of 64 tell
}

TEST(Layers, DropoutKeepsTheMeanAndAnswersWithAll) {
  Random random(14);
  const LayerPointer layer = dropout(0.25, random);
  Tensor ones({1, 10'000});
  std::ranges::fill(ones.values, 1.0F);
  EXPECT_EQ(layer->forward(ones, Pass::kAnswer), ones);
  const Tensor dropped = layer->forward(ones, Pass::kLearn);
  EXPECT_EQ(layer->backward(ones), dropped);
  const auto zeros = static_cast<double>(std::ranges::count(dropped.values, 0.0F));
  EXPECT_NEAR(zeros / 10'000, 0.25, 4 * std::sqrt(0.25 * 0.75 / 10'000));
  EXPECT_FLOAT_EQ(*std::ranges::max_element(dropped.values), 1 / 0.75F);
}

TEST(Layers, AnotherShapeIsRefused) {
  Random random(15);
  EXPECT_THROW(dense(3, 1, random)->forward(Tensor({2, 4}), Pass::kAnswer), Error);
  EXPECT_THROW(lstm(3, 1, Gives::kLastStep, random)->forward(Tensor({2, 3}), Pass::kAnswer), Error);
  EXPECT_THROW(max_pooling(3)->forward(Tensor({2, 2, 1}), Pass::kAnswer), Error);
}

}  // namespace
}  // namespace ca::nets
