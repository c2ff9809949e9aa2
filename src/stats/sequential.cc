#include "stats/sequential.h"

#include <algorithm>
#include <cmath>

namespace ca::stats {

AlwaysValid always_valid(double estimate, double standard_error, double n, double alpha) {
  const double wanted = -2 * std::log(alpha);
  const double rate = (wanted + std::log1p(wanted)) / kTightestSize;
  const double time = n * rate;
  const double half = standard_error *
                      std::sqrt(2 * (time + 1) / time * (0.5 * std::log1p(time) - std::log(alpha)));
  const double z = estimate / standard_error;
  const double log_evidence = z * z * time / (2 * (time + 1)) - 0.5 * std::log1p(time);
  return {.interval = {estimate - half, estimate + half},
          .p_value = std::min(1.0, std::exp(-log_evidence))};
}

}  // namespace ca::stats
