#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Sixty-four bytes at a time: where a byte occurs, as a mask whose bit i stands for byte i.
namespace ca::sources {

inline constexpr std::size_t kMaskBytes = 64;

/// With 64-bit words alone: what processors without SSE2 run. Little-endian.
class WordBlock {
 public:
  explicit WordBlock(const char* bytes) { std::memcpy(words_, bytes, sizeof words_); }

  std::uint64_t mask_of(char byte) const {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kLow = 0x7F7F7F7F7F7F7F7F;
    const std::uint64_t pattern = kOnes * static_cast<unsigned char>(byte);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint64_t difference = words_[i] ^ pattern;
      // The top bit of each byte that is zero, without a carry from byte to byte.
      const std::uint64_t zeros = ~(((difference & kLow) + kLow) | difference | kLow);
      mask |= (((zeros >> 7) * 0x0102040810204080) >> 56) << (8 * i);
    }
    return mask;
  }

 private:
  std::uint64_t words_[8];
};

#if defined(__SSE2__)
class VectorBlock {
 public:
  explicit VectorBlock(const char* bytes)
      : a_(load(bytes)), b_(load(bytes + 16)), c_(load(bytes + 32)), d_(load(bytes + 48)) {}

  std::uint64_t mask_of(char byte) const {
    const __m128i pattern = _mm_set1_epi8(byte);
    return bits_of(a_, pattern) | (bits_of(b_, pattern) << 16) | (bits_of(c_, pattern) << 32) |
           (bits_of(d_, pattern) << 48);
  }

 private:
  static __m128i load(const char* bytes) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  }
  static std::uint64_t bits_of(__m128i bytes, __m128i pattern) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern)));
  }

  __m128i a_, b_, c_, d_;
};
using Block = VectorBlock;
#else
using Block = WordBlock;
#endif

/// The number of bits set; without POPCNT the compiler's own is a call.
inline int count_bits(std::uint64_t bits) {
  bits -= (bits >> 1) & 0x5555555555555555;
  bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
  bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F;
  return static_cast<int>((bits * 0x0101010101010101) >> 56);
}

/// Bit i of the result is the parity of the bits 0 to i.
inline std::uint64_t running_parity(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace ca::sources
