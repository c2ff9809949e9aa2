#include "api/random_id.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <cstdint>

#include "base/error.h"

namespace ca::api {

std::string random_id() {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) {
    throw Error("E-INTERNAL", "No random numbers.");
  }
  return fmt::format("{:016x}", bits);
}

}  // namespace ca::api
