#include <fmt/format.h>

#include <cctype>

#include "base/error.h"
#include "sources/source.h"

namespace ca::sources {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kSessions: return "sessions";
    case Kind::kCustomers: return "customers";
    case Kind::kProducts: return "products";
    case Kind::kDeliveries: return "deliveries";
  }
  return "sessions";
}

std::string canonical_type(std::string_view type) {
  std::string plain;
  for (const char c : type) {
    if (c != ' ') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (plain == "csv" || plain == "parquet") return plain;
  if (plain == "hdf5" || plain == "hdf" || plain == "h5") {
    throw Error(
        "E-PARAM", "HDF5 files are not read.",
        "Export the table as Parquet, with pandas: frame.to_parquet(\"sessions.parquet\").");
  }
  const std::string nearest = nearest_name(plain, {"csv", "parquet"});
  throw Error(
      "E-PARAM", fmt::format("The source type {} is not known.", type),
      nearest.empty() ? "Known types: csv, parquet." : fmt::format("Did you mean {}?", nearest));
}

}  // namespace ca::sources
