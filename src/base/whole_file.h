#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace ca {

/// What a file that was put in place survives: the death of the process, or a power cut too, which
/// costs waiting for the disk.
enum class Survives : std::uint8_t { kProcess, kPowerCut };

/// Makes a file that appears whole or not at all, in place of one of that name: `write` is given a
/// name beside `path` that no other writer uses and writes there; then it is renamed. When anything
/// fails nothing is left. Throws Error E-FILE (the path, the reason); the Error E-CANCELLED of
/// `write` as it is.
void write_whole(const std::filesystem::path& path,
                 const std::function<void(const std::filesystem::path&)>& write,
                 Survives survives = Survives::kPowerCut);
/// The same with this content.
void write_whole(const std::filesystem::path& path, std::string_view content,
                 Survives survives = Survives::kPowerCut);

/// Returns when the file's content, or the folder's names, are on the disk. Throws
/// filesystem_error.
void sync_to_disk(const std::filesystem::path& path);

/// Deletes from the folder itself what write_whole() left in processes that were killed.
void remove_abandoned(const std::filesystem::path& folder);

}  // namespace ca
