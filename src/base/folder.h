#pragma once

#include <filesystem>

namespace ca {

/// Makes the folder and those above it. Throws Error E-FILE, which says why, when that cannot be.
void make_folder(const std::filesystem::path& folder);

}  // namespace ca
