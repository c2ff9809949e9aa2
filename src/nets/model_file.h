#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nets/tensor.h"

namespace ca::nets {

/// What training leaves, as it is kept in a file: docs/model_format.md.
struct Model {
  std::string kind;       // which network: "next_purchase", ...
  std::string made_from;  // names data and configuration; opaque here
  std::vector<std::pair<std::string, double>> scalars;
  std::vector<std::pair<std::string, Tensor>> tensors;

  /// Throw Error E-MODEL when there is none of that name; positive() unless it is above 0, size()
  /// unless it is 1 to `most`.
  double scalar(std::string_view name) const;
  double positive(std::string_view name) const;
  std::size_t size(std::string_view name, std::size_t most) const;
  /// Throws Error E-MODEL unless it is of this kind.
  void expect_kind(std::string_view expected) const;

  bool operator==(const Model&) const = default;
};

/// The one of that name. Throws Error E-MODEL when there is none, or it has another shape.
const Tensor& tensor_of(const std::vector<std::pair<std::string, Tensor>>& among,
                        std::string_view name, const Tensor::Shape& shape);

/// The same model gives the same bytes.
std::string bytes_of(const Model& model);
/// Throws Error E-MODEL, which names `file`, for anything that bytes_of() did not make.
Model model_of(std::string_view bytes, const std::string& file);

/// Puts the file in place as a whole. Throws Error E-FILE.
void write_model(const std::filesystem::path& file, const Model& model);
/// Throws Error E-FILE when there is none or it cannot be read; E-MODEL when it is damaged, cut off
/// or no model.
Model read_model(const std::filesystem::path& file);

/// Renames a file that cannot be used to `<name>.damaged-<n>`, n the first number that is free, and
/// returns that name. Throws Error E-FILE.
std::filesystem::path set_aside(const std::filesystem::path& file);

}  // namespace ca::nets
