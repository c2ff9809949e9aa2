#include "nets/adam.h"

#include <cmath>

namespace ca::nets {

Adam::Adam(const std::vector<Parameter*>& parameters, const Options& options) : options_(options) {
  for (Parameter* each : parameters) {
    if (!each->is_learnt) continue;
    const std::size_t size = each->value.values.size();
    moments_.push_back({each, std::vector<double>(size), std::vector<double>(size)});
  }
}

bool Adam::step() {
  double squares = 0;
  for (const Moments& each : moments_) {
    for (const double slope : each.of->gradient.values) squares += slope * slope;
  }
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm)) return false;
  const double scale = norm > options_.clip_norm ? options_.clip_norm / norm : 1;
  first_power_ *= options_.first_decay;
  second_power_ *= options_.second_decay;
  for (Moments& each : moments_) {
    for (std::size_t i = 0; i < each.first.size(); ++i) {
      const double slope = scale * each.of->gradient.values[i];
      each.first[i] = options_.first_decay * each.first[i] + (1 - options_.first_decay) * slope;
      each.second[i] =
          options_.second_decay * each.second[i] + (1 - options_.second_decay) * slope * slope;
      const double deviation = std::sqrt(each.second[i] / (1 - second_power_)) + options_.epsilon;
      each.of->value.values[i] -= static_cast<float>(options_.learning_rate * each.first[i] /
                                                     (1 - first_power_) / deviation);
    }
  }
  return true;
}

}  // namespace ca::nets
