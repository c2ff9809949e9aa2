#include <algorithm>
#include <cmath>

#include "nets/primitives.h"

namespace ca::nets {
namespace {

constexpr std::size_t kGates = 4;  // input, forget, candidate, output: oneDNN's order
constexpr std::size_t kForgetGate = 1;

/// Columns are orthonormal among each other: Gram and Schmidt on normal numbers, twice for the
/// rounding.
std::vector<double> orthogonal(std::size_t size, Random& random) {
  std::vector<double> columns(size * size);
  for (double& number : columns) number = random.normal();
  const auto dot = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += columns[a * size + i] * columns[b * size + i];
    return sum;
  };
  for (std::size_t column = 0; column < size; ++column) {
    for (std::size_t before = 0; before < 2 * column; ++before) {
      const std::size_t other = before % column;
      const double shadow = dot(column, other);
      for (std::size_t i = 0; i < size; ++i) {
        columns[column * size + i] -= shadow * columns[other * size + i];
      }
    }
    const double length = std::sqrt(dot(column, column));
    for (std::size_t i = 0; i < size; ++i) columns[column * size + i] /= length;
  }
  return columns;
}

/// (rows, steps, features) to (steps, rows, features), which is how the library likes it, or back.
Tensor with_first_two_exchanged(const Tensor& tensor) {
  const std::size_t features = tensor.features();
  Tensor turned({tensor.shape[1], tensor.shape[0], features});
  auto from = tensor.values.begin();
  for (std::size_t a = 0; a < tensor.shape[0]; ++a) {
    for (std::size_t b = 0; b < tensor.shape[1]; ++b) {
      const auto to = static_cast<std::ptrdiff_t>((b * tensor.shape[0] + a) * features);
      std::copy_n(from, features, turned.values.begin() + to);
      from += static_cast<std::ptrdiff_t>(features);
    }
  }
  return turned;
}

class Lstm : public Layer {
 public:
  Lstm(std::size_t inputs, std::size_t units, Gives gives, Random& random)
      : gives_(gives),
        of_input_(parameter("input_weights", {inputs, kGates, units})),
        of_state_(parameter("state_weights", {units, kGates, units})),
        bias_(parameter("bias", {kGates, units})) {
    draw_glorot(of_input_.value, inputs, units, random);
    for (std::size_t gate = 0; gate < kGates; ++gate) {
      const std::vector<double> drawn = orthogonal(units, random);
      for (std::size_t i = 0; i < units; ++i) {
        for (std::size_t o = 0; o < units; ++o) {
          of_state_.value.values[(i * kGates + gate) * units + o] =
              static_cast<float>(drawn[i * units + o]);
        }
      }
    }
    std::fill_n(bias_.value.values.begin() + static_cast<std::ptrdiff_t>(kForgetGate * units),
                units, 1.0F);
  }

  Tensor forward(const Tensor& input, Pass pass) override {
    expect(input.shape.size() == 3 && input.features() == inputs(),
           "An LSTM is given something else than sequences of its features.");
    if (input.shape != shape_ || pass != pass_) make(input.shape, pass);
    const auto& description = forward_.description();
    seen_ = with_first_two_exchanged(input);
    given_ = Tensor({input.shape[1], input.shape[0], units()});
    Arguments arguments = {
        {DNNL_ARG_SRC_LAYER, over(input_, seen_)},
        {DNNL_ARG_SRC_ITER, over(state_, zeros_)},
        {DNNL_ARG_SRC_ITER_C, over(state_, zeros_)},
        {DNNL_ARG_WEIGHTS_LAYER, laid_out(of_input_, description.weights_layer_desc())},
        {DNNL_ARG_WEIGHTS_ITER, laid_out(of_state_, description.weights_iter_desc())},
        {DNNL_ARG_BIAS, over(description.bias_desc(), bias_.value)},
        {DNNL_ARG_DST_LAYER, over(output_, given_)}};
    if (pass == Pass::kLearn) arguments.emplace(DNNL_ARG_WORKSPACE, workspace_);
    forward_.run(std::move(arguments));
    if (gives_ == Gives::kEveryStep) return with_first_two_exchanged(given_);
    Tensor last({input.shape[0], units()});
    std::copy(given_.values.end() - static_cast<std::ptrdiff_t>(last.values.size()),
              given_.values.end(), last.values.begin());
    return last;
  }

  Tensor backward(const Tensor& gradient) override {
    Tensor by_output(given_.shape);
    if (gives_ == Gives::kEveryStep) {
      by_output = with_first_two_exchanged(gradient);
    } else {
      std::copy(gradient.values.begin(), gradient.values.end(),
                by_output.values.end() - static_cast<std::ptrdiff_t>(gradient.values.size()));
    }
    Tensor by_input(seen_.shape);
    for (Parameter* adds : parameters()) std::ranges::fill(adds->gradient.values, 0.0F);
    const auto& description = backward_.description();
    backward_.run({{DNNL_ARG_SRC_LAYER, over(input_, seen_)},
                   {DNNL_ARG_SRC_ITER, over(state_, zeros_)},
                   {DNNL_ARG_SRC_ITER_C, over(state_, zeros_)},
                   {DNNL_ARG_WEIGHTS_LAYER, laid_out(of_input_, description.weights_layer_desc())},
                   {DNNL_ARG_WEIGHTS_ITER, laid_out(of_state_, description.weights_iter_desc())},
                   {DNNL_ARG_BIAS, over(description.bias_desc(), bias_.value)},
                   {DNNL_ARG_DST_LAYER, over(output_, given_)},
                   {DNNL_ARG_WORKSPACE, workspace_},
                   {DNNL_ARG_DIFF_DST_LAYER, over(output_, by_output)},
                   {DNNL_ARG_DIFF_SRC_ITER, over(state_, by_state_)},
                   {DNNL_ARG_DIFF_SRC_ITER_C, over(state_, by_cell_)},
                   {DNNL_ARG_DIFF_SRC_LAYER, over(input_, by_input)},
                   {DNNL_ARG_DIFF_WEIGHTS_LAYER, over(plain(of_input_), of_input_.gradient)},
                   {DNNL_ARG_DIFF_WEIGHTS_ITER, over(plain(of_state_), of_state_.gradient)},
                   {DNNL_ARG_DIFF_BIAS, over(description.diff_bias_desc(), bias_.gradient)}});
    return with_first_two_exchanged(by_input);
  }

  std::vector<Parameter*> parameters() override { return {&of_input_, &of_state_, &bias_}; }

 private:
  using Forward = dnnl::lstm_forward;
  using Backward = dnnl::lstm_backward;

  std::size_t inputs() const { return of_input_.value.shape[0]; }
  std::size_t units() const { return bias_.value.shape[1]; }

  /// How a tensor of weights lies: layers, directions, inputs, gates, outputs.
  static memory::desc plain(const Parameter& weights) {
    const Tensor::Shape& shape = weights.value.shape;
    return described({1, 1, shape[0], shape[1], shape[2]}, Tag::ldigo);
  }
  static memory laid_out(const Parameter& weights, const memory::desc& layout) {
    return in_layout(over(plain(weights), weights.value), layout);
  }

  void make(const Tensor::Shape& shape, Pass pass) {
    const std::size_t rows = shape[0];
    const std::size_t steps = shape[1];
    input_ = described({steps, rows, inputs()}, Tag::tnc);
    output_ = described({steps, rows, units()}, Tag::tnc);
    const memory::desc none;
    state_ = described({1, 1, rows, units()}, Tag::ldnc);
    zeros_ = Tensor({rows, units()});
    by_state_ = zeros_;
    by_cell_ = zeros_;
    const memory::desc any_input = described({1, 1, inputs(), kGates, units()}, Tag::any);
    const memory::desc any_state = described({1, 1, units(), kGates, units()}, Tag::any);
    const memory::desc bias = described({1, 1, kGates, units()}, Tag::ldgo);
    const auto direction = dnnl::rnn_direction::unidirectional_left2right;
    const auto kind = pass == Pass::kLearn ? dnnl::prop_kind::forward_training
                                           : dnnl::prop_kind::forward_inference;
    const Forward::desc forward(kind, direction, input_, state_, state_, any_input, any_state, bias,
                                output_, none, none);
    forward_ = Made<Forward>({forward, own_scratchpad(), processor()});
    shape_ = shape;
    pass_ = pass;
    if (pass == Pass::kAnswer) return;
    workspace_ = memory(forward_.description().workspace_desc(), processor());
    const Backward::desc backward(dnnl::prop_kind::backward, direction, input_, state_, state_,
                                  any_input, any_state, bias, output_, none, none, input_, state_,
                                  state_, plain(of_input_), plain(of_state_), bias, output_, none,
                                  none);
    backward_ = Made<Backward>({backward, own_scratchpad(), processor(), forward_.description()});
  }

  Gives gives_;
  Parameter of_input_;
  Parameter of_state_;
  Parameter bias_;
  Tensor seen_;
  /// The first state. It is given though zeros are what the library takes without it: 2.6.3 then
  /// computes a wrong gradient of the state's weights.
  Tensor zeros_;
  Tensor by_state_;
  Tensor by_cell_;
  Tensor given_;
  Tensor::Shape shape_;
  Pass pass_ = Pass::kAnswer;
  memory::desc input_;
  memory::desc state_;
  memory::desc output_;
  memory workspace_;
  Made<Forward> forward_;
  Made<Backward> backward_;
};

}  // namespace

LayerPointer lstm(std::size_t inputs, std::size_t units, Gives gives, Random& random) {
  return std::make_unique<Lstm>(inputs, units, gives, random);
}

}  // namespace ca::nets
