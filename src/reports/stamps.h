#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace ca::reports {

/// Tells whether a code is met for the first time within one customer, however many codes and
/// customers there are: next_customer() forgets all codes in one step.
class Stamps {
 public:
  void next_customer() { ++customer_; }
  bool is_first(std::uint32_t code) {
    if (code >= last_.size()) last_.resize(code + 1);
    return std::exchange(last_[code], customer_) != customer_;
  }

 private:
  std::uint64_t customer_ = 0;
  std::vector<std::uint64_t> last_;  ///< by code: the last customer who had it
};

}  // namespace ca::reports
