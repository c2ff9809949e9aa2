#pragma once

#include "nets/tensor.h"
#include "nets/training.h"

namespace ca::nets {

/// The sum of the squared errors of a batch, each number a target, and into `slopes` the gradient
/// of their mean by the output. All three have one shape.
Loss squared_error(const Tensor& output, const Tensor& target, Tensor& slopes);

}  // namespace ca::nets
