#include "demo/folder.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/folder.h"
#include "demo/truth.h"

namespace ca::demo {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinishedName = ".unfinished";

fs::path csv_of(const fs::path& folder, std::string_view name) {
  return folder / (std::string(name) + ".csv");
}

bool is_demo_shop(const fs::path& folder) {
  std::ifstream file(folder / kTruthName);
  const nlohmann::json truth = nlohmann::json::parse(file, nullptr, false);
  return truth.is_object() && truth.value("made_by", "") == kMadeBy;
}

void refuse_others(const fs::path& folder) {
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().filename() == kUnfinishedName) continue;
    if (is_demo_shop(folder)) return;
    throw Error("E-FILE",
                fmt::format("{} is not empty and holds no earlier demo shop.", folder.string()),
                "Name a folder that is empty or not there yet.");
  }
  if (failure) {
    throw Error("E-FILE", fmt::format("{}: {}.", folder.string(), failure.message()),
                "Name a folder that can be read and written.");
  }
}

void remove_shop(const fs::path& folder) {
  for (const char* extension : {".csv", ".parquet"}) {
    for (const std::string_view name : kSourceNames) {
      fs::remove(folder / (std::string(name) + extension));
    }
    for (const std::string_view name : kLateNames) {
      // Wherever they are by now: they are meant to be moved beside the others.
      fs::remove(folder / (std::string(name) + extension));
      fs::remove(folder / kLateFolder / (std::string(name) + extension));
    }
  }
  std::error_code not_empty;
  fs::remove(folder / kLateFolder, not_empty);
  for (const std::string_view name : {std::string_view("connect.toml"), kTruthName}) {
    fs::remove(folder / name);
  }
}

}  // namespace

TableFiles::TableFiles(const fs::path& folder, const TableNames& names)
    : sessions_(csv_of(folder, names[0])),
      customers_(csv_of(folder, names[1])),
      products_(csv_of(folder, names[2])),
      deliveries_(csv_of(folder, names[3])) {
  sessions_.write(kSessionsHeader);
  customers_.write(kCustomersHeader);
  products_.write(kProductsHeader);
  deliveries_.write(kDeliveriesHeader);
}

void TableFiles::write(const Rows& rows) {
  sessions_.write(rows.sessions);
  customers_.write(rows.customers);
  products_.write(rows.products);
  deliveries_.write(rows.deliveries);
}

void TableFiles::close() {
  for (OutputFile* file : {&sessions_, &customers_, &products_, &deliveries_}) file->close();
}

void write_file(const fs::path& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.close();
}

ShopFolder::ShopFolder(fs::path folder)
    : folder_(std::move(folder)), unfinished_(folder_ / kUnfinishedName) {
  make_folder(folder_);
  refuse_others(folder_);
  std::error_code failure;
  fs::remove_all(unfinished_, failure);
  make_folder(unfinished_);
}

ShopFolder::~ShopFolder() {
  std::error_code failure;
  fs::remove_all(unfinished_, failure);
}

void ShopFolder::publish() {
  try {
    remove_shop(folder_);
    for (const auto& entry : fs::directory_iterator(unfinished_)) {
      fs::rename(entry.path(), folder_ / entry.path().filename());
    }
  } catch (const fs::filesystem_error& failure) {
    throw Error(
        "E-FILE",
        fmt::format("{} could not be written: {}.", folder_.string(), failure.code().message()),
        "Check the rights of the folder.");
  }
}

}  // namespace ca::demo
