#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace ca {

/// The first eight bytes as a number that orders as they do; missing ones count as zero.
inline std::uint64_t prefix_of(std::string_view text) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < sizeof prefix; ++i) {
    prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return prefix;
}

/// The numbers 0 .. count - 1 in the byte order of text(number); numbers of equal texts ascend.
/// Keys of a shop mostly begin alike and differ soon after: what all share is skipped, and the
/// eight bytes behind it stand beside the number, so that few comparisons look at a text.
template <class Text>
std::vector<std::size_t> text_order(std::size_t count, Text&& text) {
  struct Ranked {
    std::uint64_t prefix;
    std::size_t number;
  };
  std::string_view shared = count == 0 ? std::string_view() : std::string_view(text(0));
  for (std::size_t i = 1; i < count; ++i) {
    const std::string_view other = text(i);
    const auto differ = std::ranges::mismatch(shared, other);
    shared = shared.substr(0, static_cast<std::size_t>(differ.in1 - shared.begin()));
  }
  std::vector<Ranked> ranked;
  ranked.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    ranked.push_back({prefix_of(std::string_view(text(i)).substr(shared.size())), i});
  }
  std::ranges::sort(ranked, [&](const Ranked& a, const Ranked& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const std::string_view x = text(a.number), y = text(b.number);
    return x != y ? x < y : a.number < b.number;
  });
  std::vector<std::size_t> order;
  order.reserve(count);
  for (const Ranked& rank : ranked) order.push_back(rank.number);
  return order;
}

}  // namespace ca
