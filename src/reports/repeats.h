#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ca::reports {

/// In how many dimension values one customer has each of some codes, such as products: there he is
/// counted once a value, in main once.
class Repeats {
 public:
  void next_customer() { pairs_.clear(); }
  void add(std::uint32_t code, std::uint32_t value) {
    pairs_.push_back(std::uint64_t{code} << 32 | value);
  }
  /// Calls visit(code, n) for each code that he has in n > 1 values.
  template <class Visit>
  void for_each(Visit&& visit) {
    std::ranges::sort(pairs_);
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    for (std::size_t begin = 0; begin < pairs_.size();) {
      const std::uint64_t code = pairs_[begin] >> 32;
      std::size_t end = begin;
      while (end < pairs_.size() && pairs_[end] >> 32 == code) ++end;
      if (end - begin > 1) visit(static_cast<std::uint32_t>(code), end - begin);
      begin = end;
    }
  }

 private:
  std::vector<std::uint64_t> pairs_;  ///< of code and value
};

}  // namespace ca::reports
