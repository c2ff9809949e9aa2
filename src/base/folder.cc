#include "base/folder.h"

#include <fmt/format.h>

#include "base/error.h"

namespace ca {

void make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(
        "E-FILE",
        fmt::format("The folder {} cannot be made: {}.", folder.string(), failure.message()),
        "Name a folder that can be written.");
  }
}

}  // namespace ca
