#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ca::journeys {

// The layout of a journeys file (little-endian):
//
//   0   magic "CAJOURNY"
//   8   u32 format version, u32 number of sections
//   16  u64 xxh3 of the section table
//   24  u64 size of the file
//   32  section table: u32 id, u32 bytes an element, u64 offset, u64 bytes, u64 xxh3 of the content
//   ..  sections, each beginning at a multiple of 64
//
// Files are immutable: written under a temporary name and renamed; make_durable() brings those of a
// folder to the disk together. A file of another format version is not read; journeys are rebuilt
// from the store.

inline constexpr std::uint32_t kFormatVersion = 3;

/// Ids of the columns. Numbers are never reused for something else.
enum class Section : std::uint32_t {
  kDictionaryOffsets = 1,
  kDictionaryBytes = 2,

  kCustomerKeyOffsets = 10,  ///< u64, customers + 1
  kCustomerKeyBytes = 11,
  kCustomerFirstSession = 12,  ///< u32, customers + 1
  kCustomerFlags = 13,         ///< u8
  kCustomerEventInstant = 14,  ///< i64, events x customers: download, signup, actions
  kCustomerEventDay = 15,      ///< i32, likewise
  kCustomerEventHour = 16,     ///< u8, likewise
  kSuperseded = 17,  ///< u32, ascending: customers of the base that a delta's journeys replace

  kSessionStart = 30,      ///< i64
  kSessionDay = 31,        ///< i32
  kSessionHour = 32,       ///< u8
  kSessionFlags = 33,      ///< u32
  kSessionAmount = 34,     ///< f64, NaN for null
  kSessionDiscount = 35,   ///< f64, NaN for null
  kSessionPromotion = 36,  ///< u32, Dictionary::kNone for organic
  kSessionDimension = 37,  ///< u32

  kOrderIdOffsets = 50,  ///< u64, sessions + 1
  kOrderIdBytes = 51,
  kSessionEnd = 52,       ///< i64
  kFirstLine = 53,        ///< u32, sessions + 1
  kLineProduct = 54,      ///< u32
  kLineCategory = 55,     ///< u32
  kLineQuantity = 56,     ///< f64
  kLineAmount = 57,       ///< f64
  kDeliverySession = 60,  ///< u32, ascending
  kDeliveryInstant = 61,  ///< i64
  kPrepareInstant = 62,   ///< i64
  kReturnInstant = 63,    ///< i64
  kLatitude = 64,         ///< f64, NaN for null
  kLongitude = 65,        ///< f64, NaN for null
};

/// What folds read of every session has ids below this one.
inline constexpr Section kFirstColdSection = Section::kOrderIdOffsets;
inline constexpr Section kEverySection = static_cast<Section>(UINT32_MAX);

struct SectionEntry {
  Section id;
  std::uint32_t element_bytes;
  std::uint64_t offset;
  std::uint64_t bytes;
  std::uint64_t hash;
};
static_assert(sizeof(SectionEntry) == 32);

/// Writes a file section by section, sequentially. Error E-STORE when the disk refuses.
class FileWriter {
 public:
  explicit FileWriter(std::filesystem::path file);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  template <class T>
  void section(Section id, std::span<const T> values) {
    write(id, sizeof(T), values.data(), values.size_bytes());
  }
  template <class T>
  void section(Section id, const std::vector<T>& values) {
    section(id, std::span<const T>(values));
  }
  /// Completes the file, asks the system to begin to bring it to the disk, and renames it into
  /// place.
  void finish();

 private:
  static constexpr std::size_t kMaxSections = 62;  ///< the table's reserved room

  void write(Section id, std::uint32_t element, const void* data, std::size_t bytes);
  void put(const void* data, std::size_t bytes, std::uint64_t offset);

  std::filesystem::path file_;
  std::filesystem::path part_;
  int descriptor_ = -1;
  std::uint64_t end_ = 0;
  std::vector<SectionEntry> entries_;
};

/// Returns when all files of the folder, and their names, are on the disk: to be called before
/// anything refers to them. Error E-STORE when the disk refuses.
void make_durable(const std::filesystem::path& folder);

/// A read-only mapping of such a file. Opening checks the header and the section table; verify()
/// checks every byte. Error E-JOURNEYS when something does not fit.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  /// The section's values; empty when the file does not have it.
  template <class T>
  std::span<const T> section(Section id) const {
    const auto [data, bytes] = find(id, sizeof(T));
    return {static_cast<const T*>(data), bytes / sizeof(T)};
  }
  /// Compares every byte of the sections with ids below `end` with its checksum.
  void verify(Section end = kEverySection) const;

 private:
  std::pair<const void*, std::size_t> find(Section id, std::size_t element) const;

  std::string name_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ca::journeys
