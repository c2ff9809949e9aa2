#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/sql.h"
#include "sources/source.h"

namespace ca::sources::testing {

/// A folder of the test's own, and files in it.
class TemporaryFolder : public ScratchFolder {
 public:
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
  }
};

inline std::string gzip(std::string_view bytes) {
  z_stream deflater{};
  constexpr int kGzipWindow = 15 + 16;
  deflateInit2(&deflater, 1, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&deflater, bytes.size()) + 64, '\0');
  deflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  deflater.avail_in = static_cast<uInt>(bytes.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  deflate(&deflater, Z_FINISH);
  out.resize(deflater.total_out);
  deflateEnd(&deflater);
  return out;
}

inline std::string zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
  return out;
}

/// The error that `action` throws.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error("", "");
}

/// A source opened in an in-memory database.
class SourceTest : public ::testing::Test {
 protected:
  Relation open(const Location& location) {
    return sources::open(location, connection_, scratch_.path(), cancellation_);
  }
  Relation open(const std::filesystem::path& path, const std::string& type = "csv") {
    Location location;
    location.path = path;
    location.type = type;
    return open(location);
  }

  /// The rows of a select, cells joined by | and null written as ~.
  std::vector<std::string> rows_of(const std::string& select) {
    // A table and not the select itself, since that is how ingest reads.
    connection_.run("CREATE OR REPLACE TEMP TABLE scanned AS " + select);
    sql::Result result = connection_.query("SELECT COLUMNS(*)::VARCHAR FROM scanned");
    std::vector<std::string> rows;
    while (const sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        std::string text;
        for (std::size_t column = 0; column < result.width(); ++column) {
          if (column > 0) text += '|';
          text += chunk.is_null(column, row) ? "~" : chunk.text(column, row);
        }
        rows.push_back(std::move(text));
      }
    }
    return rows;
  }
  std::vector<std::string> rows_of(const Relation& relation) { return rows_of(relation.select); }

  /// The rows of a CSV file with these bytes.
  std::vector<std::string> read(std::string_view bytes) {
    return rows_of(open(folder_.write("read.csv", bytes)));
  }

  static std::string names_of(const Relation& relation) {
    std::string names;
    for (const SourceColumn& column : relation.columns) {
      names += (names.empty() ? "" : "|") + column.name;
    }
    return names;
  }

  /// Malformed lines as `line: reason: text`.
  std::vector<std::string> malformed_of(const Relation& relation) {
    std::vector<std::string> lines;
    for (const MalformedLine& line : relation.malformed.lines) {
      lines.push_back(std::to_string(line.line) + ": " + line.reason + ": " + line.text);
    }
    return lines;
  }

  TemporaryFolder folder_;
  TemporaryFolder scratch_;
  sql::Database database_{""};
  sql::Connection connection_ = database_.connect();
  Cancellation cancellation_;
};

}  // namespace ca::sources::testing
