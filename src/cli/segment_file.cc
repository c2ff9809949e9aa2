#include "cli/segment_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ca::cli {
namespace {

/// What some programs write before a text in UTF-8.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first cell of the record that begins at `at`, which moves behind the record.
std::string first_cell(std::string_view csv, std::size_t& at) {
  std::string cell;
  bool is_quoted = false;
  bool is_first = true;
  bool is_at_begin = true;  // of a cell, where alone a quote means that it is quoted
  for (; at < csv.size(); ++at) {
    const char letter = csv[at];
    const bool is_cells_begin = std::exchange(is_at_begin, false);
    if (letter == '"' && is_quoted && at + 1 < csv.size() && csv[at + 1] == '"') {
      if (is_first) cell += letter;
      ++at;
    } else if (letter == '"' && (is_quoted || is_cells_begin)) {
      is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      is_first = false;
      is_at_begin = true;
    } else if (letter == '\n' && !is_quoted) {
      ++at;
      break;
    } else if (is_first && (is_quoted || letter != '\r')) {
      cell += letter;
    }
  }
  return cell;
}

std::vector<std::string> clients_in(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  // A folder can be opened, and then not be read.
  if (!in.is_open() || std::filesystem::is_directory(file)) {
    throw Error("E-FILE", fmt::format("{} cannot be read.", file.string()));
  }
  const std::string csv{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> clients;
  const std::size_t begin = csv.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (std::size_t at = begin; at < csv.size();) {
    const bool is_first = at == begin;
    std::string client = first_cell(csv, at);
    const bool is_header = is_first && client == "client";
    if (!is_header && !client.empty()) clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace

api::Segment segment_of(const std::string& text) {
  if (text.empty()) {
    throw Error("E-PARAM", "--segment names no segment.",
                "Name a segment, as champions, or a file of customers, one a line, as @FILE.");
  }
  if (text.front() != '@') return {.name = text, .is_of_snapshot = true};
  const std::string file = text.substr(1);
  return {.name = file, .clients = clients_in(file)};
}

}  // namespace ca::cli
