#include "nets/primitives.h"

namespace ca::nets {
namespace {

class Convolution : public Layer {
 public:
  Convolution(std::size_t inputs, std::size_t filters, std::size_t width, Random& random)
      : weights_(parameter("weights", {filters, inputs, width})),
        bias_(parameter("bias", {filters})) {
    draw_glorot(weights_.value, inputs * width, filters * width, random);
  }

  Tensor forward(const Tensor& input, Pass pass) override {
    expect(input.shape.size() == 3 && input.features() == inputs(),
           "A convolution is given something else than sequences of its features.");
    if (input.shape != shape_) make(input.shape);
    Tensor output({input.shape[0], input.shape[1], filters()});
    forward_.run({{DNNL_ARG_SRC, over(input_, input)},
                  {DNNL_ARG_WEIGHTS,
                   in_layout(over(kernel_, weights_.value), forward_.description().weights_desc())},
                  {DNNL_ARG_BIAS, over(shift_, bias_.value)},
                  {DNNL_ARG_DST, over(output_, output)}});
    if (pass == Pass::kLearn) seen_ = input;
    return output;
  }

  Tensor backward(const Tensor& gradient) override {
    Tensor by_input(seen_.shape);
    const memory given = over(output_, gradient);
    backward_data_.run({{DNNL_ARG_DIFF_DST, given},
                        {DNNL_ARG_WEIGHTS, in_layout(over(kernel_, weights_.value),
                                                     backward_data_.description().weights_desc())},
                        {DNNL_ARG_DIFF_SRC, over(input_, by_input)}});
    const memory by_weights(backward_weights_.description().diff_weights_desc(), processor());
    backward_weights_.run({{DNNL_ARG_SRC, over(input_, seen_)},
                           {DNNL_ARG_DIFF_DST, given},
                           {DNNL_ARG_DIFF_WEIGHTS, by_weights},
                           {DNNL_ARG_DIFF_BIAS, over(shift_, bias_.gradient)}});
    const memory as_kept = in_layout(by_weights, kernel_);
    const auto* numbers = static_cast<const float*>(as_kept.get_data_handle());
    weights_.gradient.values.assign(numbers, numbers + weights_.value.values.size());
    return by_input;
  }

  std::vector<Parameter*> parameters() override { return {&weights_, &bias_}; }

 private:
  using Forward = dnnl::convolution_forward;
  using BackwardData = dnnl::convolution_backward_data;
  using BackwardWeights = dnnl::convolution_backward_weights;

  std::size_t filters() const { return weights_.value.shape[0]; }
  std::size_t inputs() const { return weights_.value.shape[1]; }
  std::size_t width() const { return weights_.value.shape[2]; }

  void make(const Tensor::Shape& shape) {
    input_ = described({shape[0], inputs(), shape[1]}, Tag::nwc);
    output_ = described({shape[0], filters(), shape[1]}, Tag::nwc);
    kernel_ = described({filters(), inputs(), width()}, Tag::oiw);
    shift_ = described({filters()}, Tag::x);
    const memory::desc any = described({filters(), inputs(), width()}, Tag::any);
    const memory::dims stride = {1};
    const memory::dims before = {dim((width() - 1) / 2)};
    const memory::dims after = {dim(width() / 2)};
    const auto direct = dnnl::algorithm::convolution_direct;
    forward_ = Made<Forward>({{dnnl::prop_kind::forward_training, direct, input_, any, shift_,
                               output_, stride, before, after},
                              own_scratchpad(),
                              processor()});
    backward_data_ = Made<BackwardData>({{direct, input_, any, output_, stride, before, after},
                                         own_scratchpad(),
                                         processor(),
                                         forward_.description()});
    backward_weights_ =
        Made<BackwardWeights>({{direct, input_, any, shift_, output_, stride, before, after},
                               own_scratchpad(),
                               processor(),
                               forward_.description()});
    shape_ = shape;
  }

  Parameter weights_;
  Parameter bias_;
  Tensor seen_;
  Tensor::Shape shape_;
  memory::desc input_;
  memory::desc kernel_;
  memory::desc shift_;
  memory::desc output_;
  Made<Forward> forward_;
  Made<BackwardData> backward_data_;
  Made<BackwardWeights> backward_weights_;
};

}  // namespace

LayerPointer convolution(std::size_t inputs, std::size_t filters, std::size_t width,
                         Random& random) {
  return std::make_unique<Convolution>(inputs, filters, width, random);
}

}  // namespace ca::nets
