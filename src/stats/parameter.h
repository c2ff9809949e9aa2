#pragma once

#include <optional>
#include <string>

namespace ca::stats {

/// An estimate. The standard error is missing where the likelihood does not determine one.
struct Parameter {
  std::string name;
  double value = 0;
  std::optional<double> standard_error;
};

}  // namespace ca::stats
