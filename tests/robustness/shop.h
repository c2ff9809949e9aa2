#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "program.h"
#include "support/cells.h"
#include "support/temporary_folder.h"

namespace ca::tests {

/// Header of the sessions that most shops here have; all its columns are mapped.
inline constexpr std::string_view kHeader = "id,client,start,paid,bought,city,promo\n";

/// For shops that run again and again: without training, which takes most of a small shop's run.
inline constexpr const char* kNoNetworks = "[anomaly]\nnetworks = false\n[clv]\nnetworks = false\n";

/// The section [sessions] for that header, with more lines of TOML.
std::string sessions_section(const std::string& path = "sessions.csv",
                             const std::string& more = {});

/// Sections of the other sources, for the headers `client,since`, `id,product,price,category` and
/// `id,delivered`.
std::string customers_section(const std::string& path = "customers.csv");
std::string products_section(const std::string& path = "products.csv");
std::string deliveries_section(const std::string& path = "deliveries.csv");

/// A folder with a shop's files and a home, worked on through the program alone.
class Shop {
 public:
  Shop() = default;
  /// Sessions under the usual header.
  explicit Shop(std::string_view sessions);

  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path home() const { return folder_.path() / "home"; }
  /// Writes a file of the shop's folder; `connect.toml` is what connect() reads.
  void write(const std::string& name, std::string_view content) const;

  /// The program with --home of this shop.
  Outcome call(std::vector<std::string> arguments, const ProgramOptions& options = {}) const;
  Outcome connect() const;
  /// A run with what it printed as JSON; null when that is none.
  struct Ran {
    Outcome outcome;
    nlohmann::json json;
    /// The error code of a stage, or its state ("ok", "skipped", ...).
    std::string stage(const std::string& name) const;
  };
  Ran run(std::vector<std::string> arguments = {}) const;
  /// Connects and runs, and expects that both succeed.
  Ran load() const;

  /// One report as CSV text. Expects that there is one.
  std::string csv(const std::string& report, std::vector<std::string> arguments = {}) const;
  Cells cells(const std::string& report, std::vector<std::string> arguments = {}) const;
  /// One column's cells; null is "(null)".
  std::vector<std::string> column(const std::string& report, const std::string& name) const;
  /// A cell of the only row of kpis.
  std::string kpi(const std::string& name) const;
  /// "rule count" of data_quality, a line each.
  std::string quality() const;

 private:
  TemporaryFolder folder_;
};

}  // namespace ca::tests
