#pragma once

#include <string>
#include <string_view>

namespace ca::reports {

/// The name of a dimension value in files, in the column `population` and on the command line
/// (rulings 13 and 68): percent-encoding of everything but unreserved characters; a name of dots
/// only has its dots encoded; the value `main` becomes `%6Dain`; the empty value `%00`; what would
/// be longer than 200 bytes becomes sha256-<hex> of the value. Different values have different
/// names, and no name can leave its folder.
std::string population_name(std::string_view value);

/// Of a population as frames and answers name it: "main", or a dimension value.
inline std::string population_name(std::string_view population, bool is_main) {
  return is_main ? "main" : population_name(population);
}

}  // namespace ca::reports
