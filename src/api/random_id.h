#pragma once

#include <string>

namespace ca::api {

/// 16 hexadecimal digits that nobody can guess and that name one thing of this home.
std::string random_id();

}  // namespace ca::api
