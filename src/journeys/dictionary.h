#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ca::journeys {

/// The texts of one column as codes 0, 1, 2 ... in order of first appearance. Append-only, so that
/// codes in written partitions stay valid; ranks() puts the codes into byte order, so that sorting
/// and ties compare integers.
class Dictionary {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;  ///< the code of "no value"

  Dictionary() = default;
  Dictionary(Dictionary&&) = default;
  Dictionary& operator=(Dictionary&&) = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  /// The code of the text, new when it was not seen before; kNone for a view without data.
  std::uint32_t code(std::string_view text);
  /// kNone when unknown.
  std::uint32_t find(std::string_view text) const;

  std::size_t size() const { return texts_.size(); }
  const std::string& text(std::uint32_t code) const { return *texts_[code]; }
  /// Position of each code's text in byte order.
  std::vector<std::uint32_t> ranks() const;

  void write(const std::filesystem::path& file) const;
  /// Error E-JOURNEYS when the file is damaged.
  static Dictionary read(const std::filesystem::path& file);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept { return a == b; }
  };

  std::unordered_map<std::string, std::uint32_t, Hash, Equal> codes_;
  std::vector<const std::string*> texts_;  ///< into the nodes of codes_, which stay in place
  std::uint32_t last_ = kNone;             ///< neighbours often repeat
};

}  // namespace ca::journeys
