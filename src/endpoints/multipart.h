#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ca::endpoints {

/// The boundary that a Content-Type of multipart/form-data names. Error E-PARAM when there is none,
/// or one that RFC 2046 does not allow; E-MEDIA for another type.
std::string boundary_of(std::string_view content_type);

/// One part of a form that is a file.
struct FilePartHead {
  std::string field;      ///< name of the form's field
  std::string file_name;  ///< as the sender says, any bytes but NUL; not to be used as a path
};

/// Reads a body of multipart/form-data (RFC 7578) with exactly one part, which is a file, piece by
/// piece as it comes; what it holds at a time is bounded. Strict: nothing before the first
/// boundary, CR LF everywhere, a Content-Disposition with a name and a filename, no transfer
/// encoding, no second part, nothing behind the end. Error E-PARAM says what is wrong.
class MultipartFile {
 public:
  static constexpr std::size_t kMostHeadBytes = 64U << 10;  ///< of the part's header lines
  static constexpr int kMostHeaders = 16;

  /// `on_head` is called once, before the content, `on_content` for its pieces, which are never
  /// empty. What they throw leaves write().
  MultipartFile(std::string_view boundary, std::function<void(const FilePartHead&)> on_head,
                std::function<void(std::string_view)> on_content);

  void write(std::string_view piece);
  /// Error E-PARAM when the end has not been seen.
  void finish() const;

 private:
  enum class Place : std::uint8_t { kBeginning, kHead, kContent, kAfterBoundary, kEnd };

  bool read_beginning();
  bool read_head();
  bool read_content();
  bool read_after_boundary();
  void read_end();

  std::string delimiter_;  ///< CR LF, two hyphens, the boundary
  std::function<void(const FilePartHead&)> on_head_;
  std::function<void(std::string_view)> on_content_;
  Place place_ = Place::kBeginning;
  std::string held_;  ///< bytes that have come and are not used yet
};

}  // namespace ca::endpoints
