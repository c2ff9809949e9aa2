#include "nets/primitives.h"

namespace ca::nets {
namespace {

class MaxPooling : public Layer {
 public:
  explicit MaxPooling(std::size_t width) : width_(width) {}

  Tensor forward(const Tensor& input, Pass) override {
    expect(input.shape.size() == 3 && input.shape[1] >= width_,
           "Pooling is given sequences shorter than its width.");
    if (input.shape != shape_) make(input.shape);
    Tensor output({input.shape[0], input.shape[1] / width_, input.features()});
    forward_.run({{DNNL_ARG_SRC, over(input_, input)},
                  {DNNL_ARG_DST, over(output_, output)},
                  {DNNL_ARG_WORKSPACE, workspace_}});
    return output;
  }

  Tensor backward(const Tensor& gradient) override {
    Tensor by_input(shape_);
    backward_.run({{DNNL_ARG_DIFF_DST, over(output_, gradient)},
                   {DNNL_ARG_WORKSPACE, workspace_},
                   {DNNL_ARG_DIFF_SRC, over(input_, by_input)}});
    return by_input;
  }

 private:
  using Forward = dnnl::pooling_forward;
  using Backward = dnnl::pooling_backward;

  void make(const Tensor::Shape& shape) {
    const std::size_t steps = shape[1] / width_;
    input_ = described({shape[0], shape[2], shape[1]}, Tag::nwc);
    output_ = described({shape[0], shape[2], steps}, Tag::nwc);
    const memory::dims width = {dim(width_)};
    const memory::dims none = {0};
    const auto largest = dnnl::algorithm::pooling_max;
    forward_ = Made<Forward>(
        {{dnnl::prop_kind::forward_training, largest, input_, output_, width, width, none, none},
         own_scratchpad(),
         processor()});
    backward_ = Made<Backward>({{largest, input_, output_, width, width, none, none},
                                own_scratchpad(),
                                processor(),
                                forward_.description()});
    workspace_ = memory(forward_.description().workspace_desc(), processor());
    shape_ = shape;
  }

  std::size_t width_;
  Tensor::Shape shape_;
  memory::desc input_;
  memory::desc output_;
  memory workspace_;
  Made<Forward> forward_;
  Made<Backward> backward_;
};

}  // namespace

LayerPointer max_pooling(std::size_t width) { return std::make_unique<MaxPooling>(width); }

}  // namespace ca::nets
