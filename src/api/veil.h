#pragma once

#include <array>
#include <string>
#include <string_view>

#include "api/reports.h"

namespace ca::api {

/// Hides who is behind a report from those who may look at numbers, but not at customers (SEC-37):
/// ids of customers and orders become pseudonyms, so that rows can still be told apart and drawn;
/// coordinates of single orders are rounded to about a kilometre; samples of rejected rows and
/// texts of the run's log are left out. The key of the pseudonyms is made by chance and ends with
/// the object: a pseudonym of one process says nothing about that of another. For any thread.
class Veil {
 public:
  Veil();

  void cover(ReportResult& result) const;
  /// SipHash-2-4 of the id under the key, 16 hexadecimal digits: two of a hundred million
  /// customers have the same one with a chance of 1 to 3,700.
  std::string pseudonym(std::string_view id) const;
  /// Differs from process to process as pseudonyms do, and does not tell the key.
  std::string name() const { return pseudonym("name"); }

 private:
  std::array<unsigned char, 16> key_;
};

}  // namespace ca::api
