#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ca::api {

/// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// 64 hexadecimal digits; add() nothing afterwards.
  std::string hexadecimal();

 private:
  alignas(64) std::array<unsigned char, 128> state_;
};

/// The same of bytes that are there.
std::string sha256_of(std::string_view bytes);

}  // namespace ca::api
