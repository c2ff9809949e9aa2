#include <algorithm>

#include "nets/primitives.h"

namespace ca::nets {
namespace {

constexpr float kEpsilon = 1e-3F;  // added to the variance
constexpr float kKept = 0.9F;      // of the running moments at each batch

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
    const std::size_t rows = input.values.size() / features();
    if (rows != rows_) make(rows);
    const bool learns = pass == Pass::kLearn;
    Tensor output(input.shape);
    (learns ? forward_ : answer_)
        .run({{DNNL_ARG_SRC, over(data_, input)},
              {DNNL_ARG_MEAN, over(one_, learns ? batch_mean_ : mean_.value)},
              {DNNL_ARG_VARIANCE, over(one_, learns ? batch_variance_ : variance_.value)},
              {DNNL_ARG_SCALE, over(one_, scale_.value)},
              {DNNL_ARG_SHIFT, over(one_, shift_.value)},
              {DNNL_ARG_DST, over(data_, output)}});
    if (learns) {
      move_towards(mean_.value, batch_mean_);
      move_towards(variance_.value, batch_variance_);
      seen_ = input;
    }
    return output;
  }

  Tensor backward(const Tensor& gradient) override {
    Tensor by_input(seen_.shape);
    backward_.run({{DNNL_ARG_SRC, over(data_, seen_)},
                   {DNNL_ARG_MEAN, over(one_, batch_mean_)},
                   {DNNL_ARG_VARIANCE, over(one_, batch_variance_)},
                   {DNNL_ARG_SCALE, over(one_, scale_.value)},
                   {DNNL_ARG_SHIFT, over(one_, shift_.value)},
                   {DNNL_ARG_DIFF_DST, over(data_, gradient)},
                   {DNNL_ARG_DIFF_SRC, over(data_, by_input)},
                   {DNNL_ARG_DIFF_SCALE, over(one_, scale_.gradient)},
                   {DNNL_ARG_DIFF_SHIFT, over(one_, shift_.gradient)}});
    return by_input;
  }

  std::vector<Parameter*> parameters() override { return {&scale_, &shift_, &mean_, &variance_}; }

 private:
  using Forward = dnnl::batch_normalization_forward;
  using Backward = dnnl::batch_normalization_backward;

  std::size_t features() const { return scale_.value.shape[0]; }

  static void move_towards(Tensor& running, const Tensor& batch) {
    for (std::size_t i = 0; i < running.values.size(); ++i) {
      running.values[i] = kKept * running.values[i] + (1 - kKept) * batch.values[i];
    }
  }

  void make(std::size_t rows) {
    using Flags = dnnl::normalization_flags;
    const Flags learnt = Flags::use_scale | Flags::use_shift;
    data_ = described({rows, features()}, Tag::nc);
    one_ = described({features()}, Tag::x);
    forward_ = Made<Forward>({{dnnl::prop_kind::forward_training, data_, kEpsilon, learnt},
                              own_scratchpad(),
                              processor()});
    answer_ = Made<Forward>(
        {{dnnl::prop_kind::forward_inference, data_, kEpsilon, learnt | Flags::use_global_stats},
         own_scratchpad(),
         processor()});
    backward_ = Made<Backward>({{dnnl::prop_kind::backward, data_, data_, kEpsilon, learnt},
                                own_scratchpad(),
                                processor(),
                                forward_.description()});
    rows_ = rows;
  }

  Parameter scale_;
  Parameter shift_;
  Parameter mean_;
  Parameter variance_;
  Tensor batch_mean_;
  Tensor batch_variance_;
  Tensor seen_;
  std::size_t rows_ = 0;
  memory::desc data_;
  memory::desc one_;
  Made<Forward> forward_;
  Made<Forward> answer_;
  Made<Backward> backward_;
};

}  // namespace

LayerPointer batch_normalisation(std::size_t features) {
  return std::make_unique<BatchNormalisation>(features);
}

}  // namespace ca::nets
