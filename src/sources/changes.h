#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sources/source.h"

namespace ca::sources {

// What is new in a source since it was last read. Files tell it themselves: one of the same size
// and time is as it was; one whose first bytes are those that were read, up to the end of a line,
// has been appended to. So a daily load reads what came and nothing else, however late its rows
// are, and needs no clock.

/// How the files of a source differ from what a load has seen.
struct Changes {
  enum class Kind : std::uint8_t {
    kNone,      ///< nothing is new
    kAppended,  ///< there are new files, or lines at the end of known ones
    kRewritten  ///< something that was read is different now: all has to be read again
  };
  Kind kind = Kind::kNone;
  std::vector<FilePart> parts;  ///< kAppended: what is new, in the order of names
  /// kAppended: whether everything new comes after everything known, so that of two rows of one
  /// order the new one is the last (ruling 11).
  bool is_in_order = true;
  std::string reason;  ///< kRewritten: which file, and why
};

/// Compares the files that the location means with those seen. A file that has gone is no change:
/// what was read from it stays. Errors: as open().
Changes changes_since(const Location& location, const std::vector<SeenFile>& seen);

/// Path, size and time of a file. Error E-FILE when it cannot be asked.
SeenFile look_at(const std::filesystem::path& file);

/// Writes down which file was seen: path, size and time, and the hash of its content.
void identify(const SeenFile& on_disk, std::uint64_t hash, SeenFile& seen);

/// xxh3 of the first `bytes` bytes. Error E-FILE when there are fewer.
std::uint64_t content_hash(const std::filesystem::path& file, std::uint64_t bytes);

}  // namespace ca::sources
