#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/scratch_folder.h"

namespace ca::tests {

/// In memory, because a run syncs every file that it publishes.
using TemporaryFolder = ScratchFolderInMemory;

/// Throws std::runtime_error when the file cannot be read.
std::string read_text(const std::filesystem::path& file);
/// Creates the folders above the file, too.
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace ca::tests
