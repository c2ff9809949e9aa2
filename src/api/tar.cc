#include "api/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.h"

namespace ca::api {
namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kMostInOctal = 0777'7777'7777;  // eleven digits
constexpr std::uint64_t kLongestHeader = 64 * 1024;
constexpr std::string_view kUstar("ustar\00000", 8);

/// Places of a header (POSIX.1-2001, pax).
struct Place {
  std::size_t at;
  std::size_t size;
};
constexpr Place kName{0, 100};
constexpr Place kMode{100, 8};
constexpr Place kOwner{108, 8};
constexpr Place kGroup{116, 8};
constexpr Place kSize{124, 12};
constexpr Place kTime{136, 12};
constexpr Place kSum{148, 8};
constexpr std::size_t kType = 156;
constexpr Place kMagic{257, 8};
constexpr Place kPrefix{345, 155};

using Block = std::array<char, kBlock>;

Error damaged(const char* why) {
  return {"E-BACKUP", fmt::format("The file is not a whole backup: {}.", why),
          "Use another backup, or copy this one again."};
}

void put(Block& block, Place place, std::string_view text) {
  std::memcpy(block.data() + place.at, text.data(), std::min(text.size(), place.size));
}

unsigned sum_of(const Block& block) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool is_sum = i >= kSum.at && i < kSum.at + kSum.size;
    sum += is_sum ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

std::string_view text_of(const Block& block, Place place) {
  const std::string_view text(block.data() + place.at, place.size);
  return text.substr(0, text.find('\0'));
}

std::uint64_t octal_of(const Block& block, Place place) {
  const std::string_view text = text_of(block, place);
  const std::size_t begin = text.find_first_not_of(' ');
  const std::size_t end = text.find_last_not_of(' ');
  if (begin == std::string_view::npos) return 0;
  std::uint64_t value = 0;
  const auto [last, error] = std::from_chars(text.data() + begin, text.data() + end + 1, value, 8);
  if (error != std::errc() || last != text.data() + end + 1) throw damaged("a size is no number");
  return value;
}

/// "<length> <key>=<value>\n", where the length counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

/// Takes path and size out of a pax header.
void read_pax(std::string_view text, std::optional<std::string>& name,
              std::optional<std::uint64_t>& size) {
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || length > text.size() || length < digits + 3 ||
        text[digits] != ' ' || text[length - 1] != '\n') {
      throw damaged("a header cannot be read");
    }
    const std::string_view record = text.substr(digits + 1, length - digits - 2);
    text.remove_prefix(length);
    const std::size_t equal = record.find('=');
    const std::string_view key = record.substr(0, equal);
    if (equal == std::string_view::npos) throw damaged("a header cannot be read");
    const std::string_view value = record.substr(equal + 1);
    if (key == "path") name = std::string(value);
    if (key != "size") continue;
    std::uint64_t number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size()) {
      throw damaged("a size is no number");
    }
    size = number;
  }
}

bool is_plain(std::string_view name) {
  return name.size() <= kName.size &&
         std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

// ---- writing ------------------------------------------------------------------------------------

void TarWriter::pad(std::uint64_t size) {
  static constexpr Block kZeros{};
  if (const std::uint64_t rest = size % kBlock; rest != 0) {
    sink_(std::string_view(kZeros.data(), kBlock - rest));
  }
}

void TarWriter::header(std::string_view name, std::uint64_t size, char type) {
  Block block{};
  put(block, kName, name);
  put(block, kMode, "0000600");
  put(block, kOwner, "0000000");
  put(block, kGroup, "0000000");
  put(block, kSize, fmt::format("{:011o}", size > kMostInOctal ? 0 : size));
  put(block, kTime, "00000000000");
  block[kType] = type;
  put(block, kMagic, kUstar);
  put(block, kSum, fmt::format("{:06o}", sum_of(block)) + std::string("\0 ", 2));
  sink_(std::string_view(block.data(), block.size()));
}

void TarWriter::begin(const TarMember& member) {
  std::string extended;
  if (!is_plain(member.name)) extended += pax_record("path", member.name);
  if (member.size > kMostInOctal) extended += pax_record("size", std::to_string(member.size));
  if (!extended.empty()) {
    header("pax", extended.size(), 'x');
    sink_(extended);
    pad(extended.size());
  }
  header(is_plain(member.name) ? member.name : "long-name", member.size, '0');
  size_ = member.size;
}

void TarWriter::write(std::string_view bytes) {
  if (bytes.empty()) return;
  sink_(bytes);
  written_ += bytes.size();
  if (written_ == size_) {
    pad(size_);
    written_ = 0;
  }
}

void TarWriter::finish() {
  const std::string end(2 * kBlock, '\0');
  sink_(end);
}

// ---- reading ------------------------------------------------------------------------------------

bool TarReader::fill(Block& block) {
  const std::size_t got = source_(block.data(), block.size());
  if (got == 0) return false;
  if (got != block.size()) throw damaged("it ends too early");
  return true;
}

void TarReader::skip() {
  Block block;
  while (left_ > 0) {
    if (read(block.data(), block.size()) == 0) break;
  }
  if (padding_ > 0 && source_(block.data(), padding_) != padding_) {
    throw damaged("it ends too early");
  }
  padding_ = 0;
}

std::size_t TarReader::read(char* out, std::size_t size) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
  if (wanted == 0) return 0;
  if (source_(out, wanted) != wanted) throw damaged("it ends too early");
  left_ -= wanted;
  return wanted;
}

std::string TarReader::read_all(std::uint64_t most) {
  if (left_ > most) throw damaged("a header is too long");
  std::string text(static_cast<std::size_t>(left_), '\0');
  read(text.data(), text.size());
  return text;
}

std::optional<TarMember> TarReader::next() {
  std::optional<std::string> name;
  std::optional<std::uint64_t> size;
  for (;;) {
    skip();
    Block block;
    if (!fill(block)) throw damaged("it ends too early");
    if (std::ranges::all_of(block, [](char c) { return c == '\0'; })) {
      while (fill(block)) {
        if (std::ranges::any_of(block, [](char c) { return c != '\0'; })) {
          throw damaged("something follows its end");
        }
      }
      return std::nullopt;
    }
    if (octal_of(block, kSum) != sum_of(block)) throw damaged("a header is damaged");
    left_ = octal_of(block, kSize);
    const char type = block[kType];
    if (type == 'x') {
      padding_ = (kBlock - left_ % kBlock) % kBlock;
      read_pax(read_all(kLongestHeader), name, size);
      continue;
    }
    if (type != '0' && type != '\0') throw damaged("it holds something that is not a file");
    if (size) left_ = *size;
    padding_ = (kBlock - left_ % kBlock) % kBlock;
    if (!name) {
      const std::string_view prefix = text_of(block, kPrefix);
      name = prefix.empty() ? std::string(text_of(block, kName))
                            : fmt::format("{}/{}", prefix, text_of(block, kName));
    }
    return TarMember{*std::move(name), left_};
  }
}

}  // namespace ca::api
