#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "nets/tensor.h"

namespace ca::nets {

/// Whether a network learns or answers: batch normalisation takes the batch's own moments and
/// dropout drops only while it learns, and backward() needs a forward() that did.
enum class Pass : std::uint8_t { kAnswer, kLearn };

/// Numbers that a layer keeps. What is not `is_learnt` (the running moments of a batch
/// normalisation) has no gradient and no optimiser touches it.
struct Parameter {
  std::string name;
  Tensor value;
  Tensor gradient;
  bool is_learnt = true;
};

/// A function of a batch and its derivative, computed by oneDNN on the calling thread; what it
/// remembers of the last forward() makes it belong to one thread at a time, which may change.
/// Whoever calls holds a OneThread (one_thread.h), or sums depend on the number of threads. Rows
/// are independent of each other unless a layer says otherwise. A shape it is not made for is an
/// Error E-INTERNAL.
class Layer {
 public:
  virtual ~Layer() = default;

  virtual Tensor forward(const Tensor& input, Pass pass) = 0;
  /// From the loss's gradient by the output of the last forward(kLearn) to the one by its input;
  /// sets the gradients of parameters().
  virtual Tensor backward(const Tensor& gradient) = 0;
  virtual std::vector<Parameter*> parameters() { return {}; }
};

using LayerPointer = std::unique_ptr<Layer>;

/// (rows..., inputs) to (rows..., outputs): x W' + b. Glorot uniform initialisation, b = 0.
LayerPointer dense(std::size_t inputs, std::size_t outputs, Random& random);

/// What an LSTM gives: its output at every step, (rows, steps, units), or at the last,
/// (rows, units).
enum class Gives : std::uint8_t { kEveryStep, kLastStep };

/// Long short-term memory over (rows, steps, inputs), from a state of zeros. Glorot uniform weights
/// of the input, orthogonal ones of the state (Saxe et al. 2014), bias 0 and 1 at the forget gate
/// (Jozefowicz et al. 2015).
LayerPointer lstm(std::size_t inputs, std::size_t units, Gives gives, Random& random);

/// (rows, steps, inputs) to (rows, steps, filters): a filter over `width` steps, zeros beyond both
/// ends ("same"; of an even width the longer side is after the step). Glorot uniform, b = 0.
LayerPointer convolution(std::size_t inputs, std::size_t filters, std::size_t width,
                         Random& random);

/// (rows, steps, features) or (rows, features): each feature to mean 0 and deviation 1 over the
/// rows and steps of the batch, then scaled and shifted as learnt (Ioffe and Szegedy 2015). Answers
/// with running moments, which keep 0.9 of themselves at each batch.
LayerPointer batch_normalisation(std::size_t features);

/// (rows, steps, features) to (rows, steps / width, features), the largest of each `width` steps;
/// steps that are left over at the end are not looked at.
LayerPointer max_pooling(std::size_t width);

enum class Activation : std::uint8_t { kRelu, kTanh, kSigmoid };
LayerPointer activation(Activation function);

/// While learning, sets each number to 0 with this probability below 1 and scales up the others, so
/// that the mean stays. Draws from a stream of its own, which begins where `random` is.
LayerPointer dropout(double probability, Random& random);

/// One layer after the other. The parameters' names are "<index of the layer>.<name>".
class Sequence : public Layer {
 public:
  explicit Sequence(std::vector<LayerPointer> layers);
  Tensor forward(const Tensor& input, Pass pass) override;
  Tensor backward(const Tensor& gradient) override;
  std::vector<Parameter*> parameters() override;

 private:
  std::vector<LayerPointer> layers_;
};

}  // namespace ca::nets
