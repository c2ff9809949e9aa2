#include "nets/layers.h"

namespace ca::nets {
namespace {

class Dropout : public Layer {
 public:
  Dropout(double probability, Random random) : probability_(probability), random_(random) {}

  Tensor forward(const Tensor& input, Pass pass) override {
    if (pass == Pass::kAnswer) return input;
    const auto scale = static_cast<float>(1 / (1 - probability_));
    factors_ = Tensor(input.shape);
    for (float& factor : factors_.values) factor = random_.happens(probability_) ? 0 : scale;
    return times_factors(input);
  }

  Tensor backward(const Tensor& gradient) override { return times_factors(gradient); }

 private:
  Tensor times_factors(const Tensor& given) const {
    Tensor product = given;
    for (std::size_t i = 0; i < product.values.size(); ++i) {
      product.values[i] *= factors_.values[i];
    }
    return product;
  }

  double probability_;
  Random random_;
  Tensor factors_;
};

}  // namespace

LayerPointer dropout(double probability, Random& random) {
  return std::make_unique<Dropout>(probability, Random(random.bits()));
}

}  // namespace ca::nets
