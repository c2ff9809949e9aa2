// Any file is a configuration or an Error; and one that is comes back from its own text.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/configuration_file.h"
#include "base/error.h"

namespace {

/// A file in memory.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("fuzz", 0)) {
    if (::write(descriptor_, content.data(), content.size()) !=
        static_cast<ssize_t>(content.size())) {
      std::abort();
    }
  }
  ~MemoryFile() { ::close(descriptor_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ca;
  const MemoryFile file(std::string_view(reinterpret_cast<const char*>(data), size));
  try {
    const workspace::Configuration read = api::read_configuration_file(file.path());
    std::string text;
    try {
      text = api::configuration_text(read);
      workspace::config_hash(read);
    } catch (const Error& error) {
      if (error.code() != "E-PARAM") std::abort();
      return 0;
    }
    const MemoryFile again(text);
    const workspace::Configuration back = api::read_configuration_file(again.path());
    if (back.settings != read.settings || back.sources.size() != read.sources.size()) std::abort();
  } catch (const Error& error) {
    if (error.code().empty()) std::abort();
  }
  return 0;
}
