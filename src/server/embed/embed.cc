// embed FOLDER FUNCTION OUTPUT.cc: writes a .cc with the function
//   std::span<const ca::server::SiteFile> ca::server::FUNCTION()
// over all files of the folder, and beside it OUTPUT.bin, the bytes, which the assembler takes into
// the program as they are: as an array in C++ they would take minutes to compile.
// A file below assets/ must carry a hash in its name (app-1a2b3c4d.js): caches keep it for good.

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Entry {
  std::string path;
  std::string type;
  std::string tag;
  std::size_t begin = 0;
  std::size_t size = 0;
  std::size_t gzip_begin = 0;
  std::size_t gzip_size = 0;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return bytes;
}

std::string type_of(const fs::path& path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 17> types = {{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".geojson", "application/geo+json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".pbf", "application/x-protobuf"},
      {".wasm", "application/wasm"},
  }};
  const std::string extension = path.extension().string();
  const auto* found =
      std::ranges::find(types, std::string_view(extension), [](const auto& t) { return t.first; });
  return found == types.end() ? "application/octet-stream" : std::string(found->second);
}

/// FNV-1a: names a version of a file, against no adversary.
std::string tag_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%016llx%zx", static_cast<unsigned long long>(hash),
                bytes.size());
  return text.data();
}

bool has_hash(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  const std::size_t mark = name.find_last_of("-.", dot == std::string::npos ? dot : dot - 1);
  return dot != std::string::npos && mark != std::string::npos && dot - mark > 8;
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return state == Z_STREAM_END && out.size() < bytes.size() * 9 / 10 ? out : std::string();
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

void embed(const fs::path& folder, const std::string& function, const fs::path& output) {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::string blob;
  std::vector<Entry> entries;
  for (const fs::path& path : paths) {
    const std::string bytes = read(path);
    Entry entry;
    entry.path = "/" + fs::relative(path, folder).generic_string();
    entry.type = type_of(path);
    entry.tag = tag_of(bytes);
    if (entry.path.starts_with("/assets/") && !has_hash(path.filename().string())) {
      throw std::runtime_error(entry.path + " has no hash in its name");
    }
    entry.begin = blob.size();
    entry.size = bytes.size();
    blob += bytes;
    const std::string small = gzip(bytes);
    entry.gzip_begin = blob.size();
    entry.gzip_size = small.size();
    blob += small;
    entries.push_back(std::move(entry));
  }

  const fs::path bin = fs::path(output).replace_extension(".bin");
  std::ofstream(bin, std::ios::binary) << blob;
  std::ostringstream cc;
  const std::string symbol = "ca_bytes_of_" + function;
  // The hash makes this file another one when the bytes are others, for caches of compilers.
  cc << "// Made by embed. Bytes " << tag_of(blob) << ".\n"
     << "#include <array>\n#include <cstddef>\n#include \"server/site.h\"\n\n"
     << "asm(\".pushsection .rodata\\n.balign 16\\n.globl " << symbol << "\\n"
     << symbol << ":\\n.incbin \\"
     << quoted(bin.string()).insert(quoted(bin.string()).size() - 1, "\\")
     << "\\n.byte 0\\n.popsection\\n\");\n"
     << "extern \"C\" __attribute__((visibility(\"hidden\"))) const char " << symbol << "[];\n\n"
     << "namespace ca::server {\n\nstd::span<const SiteFile> " << function << "() {\n"
     << "  const auto at = [](std::size_t begin, std::size_t size) {\n"
     << "    return std::string_view(" << symbol << " + begin, size);\n  };\n"
     << "  static const std::array<SiteFile, " << entries.size() << "> files = {{\n";
  for (const Entry& entry : entries) {
    cc << "    {" << quoted(entry.path) << ", " << quoted(entry.type) << ", "
       << quoted("\"" + entry.tag + "\"") << ", at(" << entry.begin << ", " << entry.size
       << "), at(" << entry.gzip_begin << ", " << entry.gzip_size << ")},\n";
  }
  cc << "  }};\n  return files;\n}\n\n}  // namespace ca::server\n";
  std::ofstream out(output);
  out << cc.str();
  if (!out.flush()) throw std::runtime_error("cannot write " + output.string());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::runtime_error("usage: embed FOLDER FUNCTION OUTPUT.cc");
    embed(argv[1], argv[2], argv[3]);
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << "embed: " << failure.what() << '\n';
    return 1;
  }
}
