#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace ca::journeys {

/// Numbers 0, 1, 2 ... for keys whose hash is already known: open addressing over 64-bit hashes, so
/// that a look-up touches one cache line, and the keys themselves only where hashes are equal.
class KeyIndex {
 public:
  KeyIndex() : slots_(kFirstSlots) {}

  /// The number of the key; a new one when `is_same(number)` holds for no key of this hash.
  template <class IsSame>
  std::uint32_t number(std::uint64_t hash, IsSame&& is_same) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.number == kFree) {
        slot = {hash, size_++};
        return slot.number;
      }
      if (slot.hash == hash && is_same(slot.number)) return slot.number;
    }
  }
  /// The number of the key, or nothing when it has none.
  template <class IsSame>
  std::optional<std::uint32_t> find(std::uint64_t hash, IsSame&& is_same) const {
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.number == kFree) return std::nullopt;
      if (slot.hash == hash && is_same(slot.number)) return slot.number;
    }
  }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  static constexpr std::size_t kFirstSlots = 1024;

  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t number = kFree;
  };

  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number == kFree) continue;
      std::size_t at = slot.hash & (slots_.size() - 1);
      while (slots_[at].number != kFree) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::uint32_t size_ = 0;
};

}  // namespace ca::journeys
