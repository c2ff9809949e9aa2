#include "endpoints/multipart.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "endpoints/header_text.h"

namespace ca::endpoints {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046
constexpr std::string_view kLineEnd = "\r\n";

[[noreturn]] void refuse(const std::string& reason) {
  throw Error("E-PARAM", fmt::format("The form cannot be read: {}.", reason),
              "Send one file, as browsers do, or the bare file as application/octet-stream.");
}

bool is_boundary_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

bool is_token_character(char c) {
  return c > ' ' && c < 127 && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string::npos;
}

/// A value and its parameters, as `form-data; name="file"`. Names in small letters. Nothing when it
/// is not well-formed. A quote within quotes is %22 (browsers) or \" (others); a backslash before
/// anything else is itself.
struct Parametrised {
  std::string value;
  std::map<std::string, std::string> parameters;
};

std::optional<Parametrised> parse_parametrised(std::string_view text) {
  Parametrised parsed;
  std::size_t end = text.find(';');
  parsed.value = ascii_lower(without_blanks(text.substr(0, end)));
  while (end != std::string_view::npos) {
    text = without_blanks(text.substr(end + 1));
    std::size_t at = 0;
    while (at < text.size() && is_token_character(text[at])) ++at;
    const std::string name = ascii_lower(text.substr(0, at));
    if (name.empty() || at >= text.size() || text[at] != '=') return std::nullopt;
    ++at;
    std::string value;
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"') ++at;
        value += text[at];
      }
      if (at == text.size()) return std::nullopt;
      ++at;
    } else {
      const std::size_t begin = at;
      while (at < text.size() && is_token_character(text[at])) ++at;
      value = text.substr(begin, at - begin);
      if (value.empty()) return std::nullopt;
    }
    if (!parsed.parameters.emplace(name, std::move(value)).second) return std::nullopt;
    text = without_blanks(text.substr(at));
    if (!text.empty() && text.front() != ';') return std::nullopt;
    end = text.empty() ? std::string_view::npos : 0;
  }
  return parsed;
}

/// What browsers escape in names (WHATWG, multipart/form-data): %22, %0D, %0A.
std::string unescaped(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = std::string_view(text).substr(i, 3);
    const char meant = three == "%22"                     ? '"'
                       : three == "%0D" || three == "%0d" ? '\r'
                       : three == "%0A" || three == "%0a" ? '\n'
                                                          : '\0';
    plain += meant == '\0' ? text[i] : meant;
    if (meant != '\0') i += 2;
  }
  return plain;
}

FilePartHead parse_head(std::string_view lines) {
  std::optional<Parametrised> disposition;
  for (int count = 0; !lines.empty(); ++count) {
    if (count == MultipartFile::kMostHeaders) refuse("its part has too many headers");
    const std::size_t end = lines.find(kLineEnd);
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + kLineEnd.size());
    const std::size_t colon = line.find(':');
    const bool is_header = colon != std::string_view::npos && colon > 0 &&
                           std::ranges::all_of(line.substr(0, colon), is_token_character) &&
                           line.find_first_of(std::string_view("\0\r\n", 3)) == line.npos;
    if (!is_header) refuse("a header of its part is none");
    const std::string name = ascii_lower(line.substr(0, colon));
    const std::string_view value = without_blanks(line.substr(colon + 1));
    if (name == "content-disposition") {
      if (disposition) refuse("its part has two Content-Dispositions");
      disposition = parse_parametrised(value);
      if (!disposition || disposition->value != "form-data") {
        refuse("the Content-Disposition of its part is none of form-data");
      }
    } else if (name == "content-transfer-encoding") {
      const std::string encoding = ascii_lower(value);
      if (encoding != "binary" && encoding != "8bit" && encoding != "7bit") {
        refuse("its part is in a transfer encoding");
      }
    }
  }
  if (!disposition) refuse("its part has no Content-Disposition");
  const auto field = disposition->parameters.find("name");
  const auto file = disposition->parameters.find("filename");
  if (field == disposition->parameters.end()) refuse("its part has no name");
  if (file == disposition->parameters.end()) refuse("its part is not a file");
  return {unescaped(field->second), unescaped(file->second)};
}

}  // namespace

std::string boundary_of(std::string_view content_type) {
  const std::optional<Parametrised> type = parse_parametrised(content_type);
  if (type && type->value != "multipart/form-data") {
    throw Error("E-MEDIA", "The body must be a file or multipart/form-data.");
  }
  if (!type || !type->parameters.contains("boundary")) refuse("Content-Type names no boundary");
  const std::string& boundary = type->parameters.at("boundary");
  if (boundary.empty() || boundary.size() > kLongestBoundary || boundary.back() == ' ' ||
      !std::ranges::all_of(boundary, is_boundary_character)) {
    refuse("the boundary is none");
  }
  return boundary;
}

MultipartFile::MultipartFile(std::string_view boundary,
                             std::function<void(const FilePartHead&)> on_head,
                             std::function<void(std::string_view)> on_content)
    : delimiter_(fmt::format("\r\n--{}", boundary)),
      on_head_(std::move(on_head)),
      on_content_(std::move(on_content)) {}

void MultipartFile::write(std::string_view piece) {
  held_ += piece;
  bool goes_on = true;
  while (goes_on) {
    switch (place_) {
      case Place::kBeginning: goes_on = read_beginning(); break;
      case Place::kHead: goes_on = read_head(); break;
      case Place::kContent: goes_on = read_content(); break;
      case Place::kAfterBoundary: goes_on = read_after_boundary(); break;
      case Place::kEnd:
        read_end();
        goes_on = false;
        break;
    }
  }
}

void MultipartFile::finish() const {
  if (place_ != Place::kEnd || held_.size() == 1) refuse("it ends in the middle");
}

bool MultipartFile::read_beginning() {
  const std::string first = delimiter_.substr(kLineEnd.size()) + std::string(kLineEnd);
  const std::size_t known = std::min(first.size(), held_.size());
  if (held_.compare(0, known, first, 0, known) != 0) refuse("it does not begin with its boundary");
  if (held_.size() < first.size()) return false;
  held_.erase(0, first.size());
  place_ = Place::kHead;
  return true;
}

bool MultipartFile::read_head() {
  constexpr std::string_view kEmptyLine = "\r\n\r\n";
  const std::size_t end = held_.find(kEmptyLine);
  if (std::min(end, held_.size()) > kMostHeadBytes) refuse("the headers of its part are too long");
  if (end == std::string::npos) return false;
  const FilePartHead head = parse_head(std::string_view(held_).substr(0, end));
  held_.erase(0, end + kEmptyLine.size());
  place_ = Place::kContent;
  on_head_(head);
  return true;
}

bool MultipartFile::read_content() {
  const std::size_t end = held_.find(delimiter_);
  if (end != std::string::npos) {
    if (end > 0) on_content_(std::string_view(held_).substr(0, end));
    held_.erase(0, end + delimiter_.size());
    place_ = Place::kAfterBoundary;
    return true;
  }
  // The last bytes may be the beginning of the delimiter.
  std::size_t sure = held_.size() - std::min(held_.size(), delimiter_.size() - 1);
  while (sure < held_.size() && held_[sure] != '\r') ++sure;
  if (sure > 0) on_content_(std::string_view(held_).substr(0, sure));
  held_.erase(0, sure);
  return false;
}

bool MultipartFile::read_after_boundary() {
  if (held_.size() < 2) return false;
  if (held_.compare(0, 2, kLineEnd) == 0) refuse("it has more than one part");
  if (held_.compare(0, 2, "--") != 0) refuse("the boundary stands within the file");
  held_.erase(0, 2);
  place_ = Place::kEnd;
  return true;
}

void MultipartFile::read_end() {
  if (held_.size() > kLineEnd.size() || held_ != kLineEnd.substr(0, held_.size())) {
    refuse("something follows its end");
  }
}

}  // namespace ca::endpoints
