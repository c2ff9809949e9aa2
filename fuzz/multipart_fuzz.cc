// A form means the same in whatever pieces it comes; a Content-Type names a boundary or is refused.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "endpoints/multipart.h"
#include "endpoints/test_multipart_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ca::endpoints::testing::try_multipart(bytes);
  try {
    const std::string boundary = ca::endpoints::boundary_of(bytes);
    if (boundary.empty() || boundary.size() > 70) std::abort();
  } catch (const ca::Error& error) {
    if (error.code() != "E-PARAM" && error.code() != "E-MEDIA") std::abort();
  }
  return 0;
}
