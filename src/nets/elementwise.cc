#include "nets/primitives.h"

namespace ca::nets {
namespace {

dnnl::algorithm algorithm_of(Activation function) {
  switch (function) {
    case Activation::kRelu: return dnnl::algorithm::eltwise_relu;
    case Activation::kTanh: return dnnl::algorithm::eltwise_tanh;
    case Activation::kSigmoid: break;
  }
  return dnnl::algorithm::eltwise_logistic;
}

class Elementwise : public Layer {
 public:
  explicit Elementwise(Activation function) : algorithm_(algorithm_of(function)) {}

  Tensor forward(const Tensor& input, Pass pass) override {
    if (input.values.size() != size_) make(input.values.size());
    Tensor output(input.shape);
    forward_.run({{DNNL_ARG_SRC, over(data_, input)}, {DNNL_ARG_DST, over(data_, output)}});
    if (pass == Pass::kLearn) seen_ = input;
    return output;
  }

  Tensor backward(const Tensor& gradient) override {
    Tensor by_input(seen_.shape);
    backward_.run({{DNNL_ARG_SRC, over(data_, seen_)},
                   {DNNL_ARG_DIFF_DST, over(data_, gradient)},
                   {DNNL_ARG_DIFF_SRC, over(data_, by_input)}});
    return by_input;
  }

 private:
  using Forward = dnnl::eltwise_forward;
  using Backward = dnnl::eltwise_backward;

  void make(std::size_t size) {
    data_ = described({size}, Tag::x);
    forward_ = Made<Forward>(
        {{dnnl::prop_kind::forward_training, algorithm_, data_}, own_scratchpad(), processor()});
    backward_ = Made<Backward>(
        {{algorithm_, data_, data_}, own_scratchpad(), processor(), forward_.description()});
    size_ = size;
  }

  dnnl::algorithm algorithm_;
  Tensor seen_;
  std::size_t size_ = 0;
  memory::desc data_;
  Made<Forward> forward_;
  Made<Backward> backward_;
};

}  // namespace

LayerPointer activation(Activation function) { return std::make_unique<Elementwise>(function); }

}  // namespace ca::nets
