#include "server/encoding.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "base/utf8.h"
#include "endpoints/header_text.h"

namespace ca::server {
namespace {

constexpr std::size_t kLarge = 4 << 20;  ///< from here on speed counts more than the last percent

std::string gzip(std::string_view content, int level) {
  z_stream stream{};
  // 15 bits of window, and 16: a gzip header and trailer.
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib could not begin");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  std::size_t made = 0;
  int state = Z_OK;
  // Counts of zlib are 32 bits wide: in pieces.
  constexpr std::size_t piece = 1 << 30;
  while (state == Z_OK) {
    const std::size_t in = std::min(content.size(), piece);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(in);
    const std::size_t room = std::min(out.size() - made, piece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + made);
    stream.avail_out = static_cast<uInt>(room);
    state = deflate(&stream, in == content.size() ? Z_FINISH : Z_NO_FLUSH);
    content.remove_prefix(in - stream.avail_in);
    made += room - stream.avail_out;
  }
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("zlib could not compress");
  out.resize(made);
  return out;
}

std::string zstd(std::string_view content, int level) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), content.data(), content.size(), level);
  if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

constexpr std::array<std::string_view, 2> kSuffixes = {"-gzip", "-zstd"};

/// `"abc-gzip"` as `"abc"`; with or without W/.
std::string without_form(std::string_view tag) {
  if (tag.ends_with('"')) {
    std::string_view inside = tag.substr(0, tag.size() - 1);
    for (const std::string_view suffix : kSuffixes) {
      if (!inside.ends_with(suffix)) continue;
      inside.remove_suffix(suffix.size());
      return std::string(inside) + '"';
    }
  }
  return std::string(tag);
}

std::string_view opaque(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

/// The tags of a list. A comma may stand inside quotes.
std::vector<std::string_view> tags_of(std::string_view list) {
  std::vector<std::string_view> tags;
  std::size_t begin = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '"') is_quoted = !is_quoted;
    if (i < list.size() && (list[i] != ',' || is_quoted)) continue;
    if (const std::string_view tag = endpoints::without_blanks(list.substr(begin, i - begin));
        !tag.empty()) {
      tags.push_back(tag);
    }
    begin = i + 1;
  }
  return tags;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::kIdentity: return "identity";
    case Encoding::kGzip: return "gzip";
    case Encoding::kZstd: return "zstd";
  }
  return "identity";
}

Encoding choose_encoding(std::string_view accept_encoding, bool is_zstd_there) {
  double gzip = -1;
  double zstd = -1;
  double identity = -1;
  double others = -1;
  while (!accept_encoding.empty()) {
    std::string_view item = endpoints::take_item(accept_encoding, ',');
    const std::string coding = ascii_lower(endpoints::take_item(item, ';'));
    const double q = endpoints::quality_of(item);
    if (coding == "gzip" || coding == "x-gzip") gzip = q;
    if (coding == "zstd") zstd = q;
    if (coding == "identity") identity = q;
    if (coding == "*") others = q;
  }
  // What is not named is as * says; without it not acceptable, but identity, which then comes last.
  if (gzip < 0) gzip = others;
  if (zstd < 0) zstd = others;
  if (!is_zstd_there) zstd = 0;
  if (zstd > 0 && zstd >= gzip && zstd >= identity) return Encoding::kZstd;
  if (gzip > 0 && gzip >= identity) return Encoding::kGzip;
  return Encoding::kIdentity;
}

bool is_compressible(std::string_view content_type) {
  const std::string type =
      ascii_lower(endpoints::without_blanks(content_type.substr(0, content_type.find(';'))));
  constexpr std::array<std::string_view, 7> types = {
      "application/json",         "application/javascript", "application/xml", "image/svg+xml",
      "application/vnd.ms-excel", "application/x-ndjson",   "application/wasm"};
  return (type.starts_with("text/") && type != "text/event-stream") || type.ends_with("+json") ||
         type.ends_with("+xml") || std::ranges::find(types, type) != types.end();
}

std::string compress(std::string_view content, Encoding encoding) {
  const bool is_large = content.size() >= kLarge;
  switch (encoding) {
    case Encoding::kGzip: return gzip(content, is_large ? 1 : 6);
    case Encoding::kZstd: return zstd(content, is_large ? 1 : 3);
    case Encoding::kIdentity: break;
  }
  return std::string(content);
}

std::string tag_of_form(std::string_view tag, Encoding encoding) {
  std::string out(tag);
  if (encoding == Encoding::kIdentity || opaque(tag).size() < 2 || !tag.ends_with('"')) return out;
  out.insert(out.size() - 1, encoding == Encoding::kGzip ? kSuffixes[0] : kSuffixes[1]);
  return out;
}

std::string without_forms(std::string_view tags) {
  std::string out;
  for (const std::string_view tag : tags_of(tags)) {
    if (!out.empty()) out += ", ";
    out += without_form(tag);
  }
  return out;
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  return std::ranges::any_of(tags_of(if_none_match), [&](std::string_view named) {
    return named == "*" || opaque(without_form(named)) == opaque(tag);
  });
}

std::string form_named(std::string_view if_none_match, std::string_view tag) {
  for (const std::string_view named : tags_of(if_none_match)) {
    if (opaque(without_form(named)) == opaque(tag)) return std::string(named);
  }
  return std::string(tag);
}

}  // namespace ca::server
