#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "demo/files.h"
#include "demo/rows.h"

namespace ca::demo {

/// Names of the four tables' files, without extension: sessions, customers, products, deliveries.
using TableNames = std::array<std::string_view, 4>;
inline constexpr TableNames kSourceNames = {"sessions", "customers", "products", "deliveries"};
/// Of the last days. In the byte order of names they come after the others.
inline constexpr TableNames kLateNames = {"sessions_late", "customers_late", "products_late",
                                          "deliveries_late"};
inline constexpr std::string_view kLateFolder = "late";
inline constexpr std::string_view kTruthName = "truth.json";

/// The four tables as CSV files in one folder, headers first.
class TableFiles {
 public:
  TableFiles(const std::filesystem::path& folder, const TableNames& names);
  void write(const Rows& rows);
  void close();

 private:
  OutputFile sessions_;
  OutputFile customers_;
  OutputFile products_;
  OutputFile deliveries_;
};

void write_file(const std::filesystem::path& path, std::string_view text);

/// The folder that a shop is made in. What is being made is in a folder inside it, and takes its
/// place in one go at the end. A folder that is missing or empty will do, and one with an earlier
/// demo shop, whose files are then replaced; Error E-FILE for any other, so that nobody's own
/// tables are lost.
class ShopFolder {
 public:
  explicit ShopFolder(std::filesystem::path folder);
  ShopFolder(const ShopFolder&) = delete;
  ShopFolder& operator=(const ShopFolder&) = delete;
  /// Removes what was not published.
  ~ShopFolder();

  const std::filesystem::path& unfinished() const { return unfinished_; }
  void publish();

 private:
  std::filesystem::path folder_;
  std::filesystem::path unfinished_;
};

}  // namespace ca::demo
