#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ca::reports {

/// A segment of customers. Its number is its place in segments() and never changes, so that a
/// colour stays that of its segment.
struct SegmentKind {
  std::string_view name;  ///< as it is stored
  std::string_view description;
  std::string_view action;  ///< what one may do about these customers
};

inline constexpr std::size_t kSegments = 12;
/// What no rule names.
inline constexpr std::uint8_t kOthers = 11;
const std::array<SegmentKind, kSegments>& segments();

/// The best score; the worst is 1.
inline constexpr int kScores = 5;

/// How customers did in each respect, 5 best: how lately, how often and how much they bought.
struct RfmScores {
  int recency = 1;
  int frequency = 1;
  int monetary = 1;
  bool operator==(const RfmScores&) const = default;
};

/// Which scores make which segment: a table of 125 cells for customers with several purchase days
/// and another for those with one. It is made of JSON, so that a shop can have its own:
///   {"rules": [{"segment": "champions", "recency": [5], "frequency": [4, 5], "monetary": [4, 5]},
///              {"segment": "new customers", "single_purchase": true, "recency": [4, 5]}, ...]}
/// The first rule that fits wins. A score that a rule leaves out may be any; single_purchase true
/// (false) is only for customers with one purchase day (with more). Who fits none is in `others`.
/// Source: reports.md 5.7.
class SegmentRules {
 public:
  /// "complete", which leaves nobody over, or "legacy", the table of the older program.
  static const SegmentRules& complete();
  static const SegmentRules& legacy();
  /// Error E-PARAM, which says where, for anything but such rules.
  static SegmentRules parse(std::string_view json);

  /// The number of the segment.
  std::uint8_t segment(const RfmScores& scores, bool is_single_purchase) const {
    return table_[is_single_purchase ? 1 : 0][cell(scores)];
  }
  /// Whether some scores make the segment.
  bool can_give(std::uint8_t segment) const;
  /// The JSON that these were made of.
  const std::string& json() const { return json_; }

 private:
  static constexpr std::size_t kCells = 125;
  static std::size_t cell(const RfmScores& s) {
    return static_cast<std::size_t>(25 * (s.recency - 1) + 5 * (s.frequency - 1) + s.monetary - 1);
  }

  std::string json_;
  std::array<std::array<std::uint8_t, kCells>, 2> table_{};
};

/// The number of the segment that a person names: the stored name in letters of any case, with or
/// without the back-tick or apostrophe of "can`t lose them". Error E-SEGMENT, which lists the
/// names, when there is none.
std::uint8_t find_segment(std::string_view name);

}  // namespace ca::reports
