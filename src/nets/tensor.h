#pragma once

#include <cstddef>
#include <vector>

namespace ca::nets {

/// Numbers in a box, the last dimension side by side. A batch is the first dimension; a batch of
/// sequences is (rows, steps, features).
struct Tensor {
  using Shape = std::vector<std::size_t>;

  Shape shape;
  std::vector<float> values;

  Tensor() = default;
  /// Zeros.
  explicit Tensor(Shape of) : shape(std::move(of)), values(count(shape)) {}

  /// Numbers of a box of this shape.
  static std::size_t count(const Shape& shape) {
    std::size_t product = 1;
    for (const std::size_t size : shape) product *= size;
    return product;
  }
  /// The last dimension.
  std::size_t features() const { return shape.back(); }
  bool operator==(const Tensor&) const = default;
};

}  // namespace ca::nets
