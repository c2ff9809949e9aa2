#include "nets/primitives.h"

namespace ca::nets {
namespace {

class Dense : public Layer {
 public:
  Dense(std::size_t inputs, std::size_t outputs, Random& random)
      : weights_(parameter("weights", {outputs, inputs})), bias_(parameter("bias", {outputs})) {
    draw_glorot(weights_.value, inputs, outputs, random);
  }

  Tensor forward(const Tensor& input, Pass pass) override {
    expect(input.features() == inputs(), "A dense layer is given another number of features.");
    const std::size_t rows = input.values.size() / inputs();
    if (rows != rows_) make(rows);
    Tensor::Shape shape = input.shape;
    shape.back() = outputs();
    Tensor output(shape);
    forward_.run({{DNNL_ARG_SRC, over(input_, input)},
                  {DNNL_ARG_WEIGHTS, over(kernel_, weights_.value)},
                  {DNNL_ARG_BIAS, over(shift_, bias_.value)},
                  {DNNL_ARG_DST, over(output_, output)}});
    if (pass == Pass::kLearn) seen_ = input;
    return output;
  }

  Tensor backward(const Tensor& gradient) override {
    Tensor by_input(seen_.shape);
    const memory given = over(output_, gradient);
    backward_data_.run({{DNNL_ARG_DIFF_DST, given},
                        {DNNL_ARG_WEIGHTS, over(kernel_, weights_.value)},
                        {DNNL_ARG_DIFF_SRC, over(input_, by_input)}});
    backward_weights_.run({{DNNL_ARG_SRC, over(input_, seen_)},
                           {DNNL_ARG_DIFF_DST, given},
                           {DNNL_ARG_DIFF_WEIGHTS, over(kernel_, weights_.gradient)},
                           {DNNL_ARG_DIFF_BIAS, over(shift_, bias_.gradient)}});
    return by_input;
  }

  std::vector<Parameter*> parameters() override { return {&weights_, &bias_}; }

 private:
  using Forward = dnnl::inner_product_forward;
  using BackwardData = dnnl::inner_product_backward_data;
  using BackwardWeights = dnnl::inner_product_backward_weights;

  std::size_t inputs() const { return weights_.value.shape[1]; }
  std::size_t outputs() const { return weights_.value.shape[0]; }

  void make(std::size_t rows) {
    input_ = described({rows, inputs()}, Tag::nc);
    kernel_ = described({outputs(), inputs()}, Tag::oi);
    shift_ = described({outputs()}, Tag::x);
    output_ = described({rows, outputs()}, Tag::nc);
    forward_ = Made<Forward>({{dnnl::prop_kind::forward_training, input_, kernel_, shift_, output_},
                              own_scratchpad(),
                              processor()});
    backward_data_ = Made<BackwardData>(
        {{input_, kernel_, output_}, own_scratchpad(), processor(), forward_.description()});
    backward_weights_ = Made<BackwardWeights>({{input_, kernel_, shift_, output_},
                                               own_scratchpad(),
                                               processor(),
                                               forward_.description()});
    rows_ = rows;
  }

  Parameter weights_;
  Parameter bias_;
  Tensor seen_;
  std::size_t rows_ = 0;
  memory::desc input_;
  memory::desc kernel_;
  memory::desc shift_;
  memory::desc output_;
  Made<Forward> forward_;
  Made<BackwardData> backward_data_;
  Made<BackwardWeights> backward_weights_;
};

}  // namespace

LayerPointer dense(std::size_t inputs, std::size_t outputs, Random& random) {
  return std::make_unique<Dense>(inputs, outputs, random);
}

}  // namespace ca::nets
