#include "api/veil.h"

#include <sodium.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "reports/catalogue.h"

namespace ca::api {
namespace {

static_assert(sizeof(std::array<unsigned char, crypto_shorthash_KEYBYTES>) == 16);

/// 0.01 degrees: 1.1 km from south to north, less from west to east.
constexpr double kStepsPerDegree = 100;
/// Of a geohash: a place of 1.2 km by 0.6 km.
constexpr std::size_t kGeohashLetters = 6;

/// The column with each cell that is not null changed; `change` pushes one.
template <class Change>
Column changed(const Column& column, Change change) {
  Column result(column.name(), column.type());
  result.reserve(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) {
    column.is_null(row) ? result.push_null() : change(result, row);
  }
  return result;
}

Column emptied(const Column& column) {
  return changed(column, [](Column& result, std::size_t) { result.push_null(); });
}

bool is_of_single_orders(const reports::ReportSpec& report) {
  return reports::key_of(report) == std::vector<std::string>{"order_id"};
}

}  // namespace

Veil::Veil() {
  if (::sodium_init() < 0) throw std::runtime_error("libsodium found no source of chance");
  ::crypto_shorthash_keygen(key_.data());
}

std::string Veil::pseudonym(std::string_view id) const {
  std::array<unsigned char, crypto_shorthash_BYTES> hash;
  ::crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(id.data()), id.size(),
                     key_.data());
  std::array<char, 2 * crypto_shorthash_BYTES + 1> text;
  return ::sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
}

void Veil::cover(ReportResult& result) const {
  const reports::ReportSpec& report = reports::find_report(result.report);
  const bool has_places = is_of_single_orders(report);
  for (Column& column : result.table.columns()) {
    const std::string& name = column.name();
    if (name == "client" || name == "order_id") {
      column = changed(column, [&](Column& covered, std::size_t row) {
        covered.push(pseudonym(column.text(row)));
      });
    } else if (has_places && (name == "latitude" || name == "longitude")) {
      column = changed(column, [&](Column& covered, std::size_t row) {
        covered.push(std::round(column.real(row) * kStepsPerDegree) / kStepsPerDegree);
      });
    } else if (has_places && name == "geohash") {
      column = changed(column, [&](Column& covered, std::size_t row) {
        covered.push(column.text(row).substr(0, kGeohashLetters));
      });
    } else if ((report.name == "data_quality" && name == "sample") ||
               (report.name == "run_log" && name == "message")) {
      column = emptied(column);
    }
  }
}

}  // namespace ca::api
