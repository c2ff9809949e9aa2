#include "cli/segment_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ca::cli {
namespace {

/// The first cell of the record that begins at `at`, which moves behind the record.
std::string first_cell(std::string_view csv, std::size_t& at) {
  std::string cell;
  bool is_quoted = false;
  bool is_first = true;
  for (; at < csv.size(); ++at) {
    const char letter = csv[at];
    if (letter == '"' && is_quoted && at + 1 < csv.size() && csv[at + 1] == '"') {
      if (is_first) cell += letter;
      ++at;
    } else if (letter == '"' && (is_quoted || cell.empty() || !is_first)) {
      is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      is_first = false;
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
  const std::string csv{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad() || std::filesystem::is_directory(file)) {
    throw Error("E-FILE", fmt::format("{} cannot be read.", file.string()));
  }
  std::vector<std::string> clients;
  for (std::size_t at = 0; at < csv.size();) {
    std::string client = first_cell(csv, at);
    const bool is_header = clients.empty() && client == "client";
    if (!is_header && !client.empty()) clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace

std::optional<api::Segment> segment_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text.front() != '@') {
    throw Error("E-SEGMENT", fmt::format("There is no segment named \"{}\".", text),
                "Name a file of customers, one a line, as @FILE.", {{"segment", text}});
  }
  const std::string file = text.substr(1);
  return api::Segment{file, clients_in(file)};
}

}  // namespace ca::cli
