// Whatever the first rows of a source hold, the suggestion of a mapping is one
// (mapping_suggestion.h).

#include <cstdint>
#include <string_view>

#include "api/test_mapping_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ca::api::testing::try_mapping({reinterpret_cast<const char*>(data), size});
  return 0;
}
