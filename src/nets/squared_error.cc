#include "nets/squared_error.h"

#include "base/error.h"

namespace ca::nets {

Loss squared_error(const Tensor& output, const Tensor& target, Tensor& slopes) {
  if (output.shape != target.shape) {
    throw Error("E-INTERNAL", "An output and what it shall be have different shapes.");
  }
  slopes = Tensor(output.shape);
  const auto count = static_cast<double>(output.values.size());
  Loss loss{0, count};
  for (std::size_t i = 0; i < output.values.size(); ++i) {
    const double error =
        static_cast<double>(output.values[i]) - static_cast<double>(target.values[i]);
    loss.sum += error * error;
    slopes.values[i] = static_cast<float>(2 * error / count);
  }
  return loss;
}

}  // namespace ca::nets
