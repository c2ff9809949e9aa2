#include <fmt/format.h>

#include "nets/layers.h"

namespace ca::nets {

Sequence::Sequence(std::vector<LayerPointer> layers) : layers_(std::move(layers)) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (Parameter* named : layers_[i]->parameters()) {
      named->name = fmt::format("{}.{}", i, named->name);
    }
  }
}

Tensor Sequence::forward(const Tensor& input, Pass pass) {
  Tensor passed = layers_.front()->forward(input, pass);
  for (std::size_t i = 1; i < layers_.size(); ++i) passed = layers_[i]->forward(passed, pass);
  return passed;
}

Tensor Sequence::backward(const Tensor& gradient) {
  Tensor passed = layers_.back()->backward(gradient);
  for (std::size_t i = layers_.size() - 1; i > 0; --i) passed = layers_[i - 1]->backward(passed);
  return passed;
}

std::vector<Parameter*> Sequence::parameters() {
  std::vector<Parameter*> all;
  for (const LayerPointer& layer : layers_) {
    for (Parameter* of_layer : layer->parameters()) all.push_back(of_layer);
  }
  return all;
}

}  // namespace ca::nets
