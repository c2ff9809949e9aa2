#pragma once

#include <vector>

#include "nets/layers.h"

namespace ca::nets {

/// Adam (Kingma and Ba 2015) after clipping the gradient: when the norm of all gradients together
/// exceeds `clip_norm`, all are scaled down to it (Pascanu et al. 2013). One thread.
class Adam {
 public:
  struct Options {
    double learning_rate = 1e-3;
    double clip_norm = 1;
    double first_decay = 0.9;
    double second_decay = 0.999;
    double epsilon = 1e-8;
  };

  /// The parameters must outlive it; those that are not learnt stay.
  Adam(const std::vector<Parameter*>& parameters, const Options& options);

  /// One step against the gradients. A gradient that is not finite moves nothing; says whether it
  /// was.
  bool step();

  double learning_rate() const { return options_.learning_rate; }
  void set_learning_rate(double rate) { options_.learning_rate = rate; }

 private:
  struct Moments {
    Parameter* of;
    std::vector<double> first;
    std::vector<double> second;
  };

  Options options_;
  std::vector<Moments> moments_;
  double first_power_ = 1;
  double second_power_ = 1;
};

}  // namespace ca::nets
