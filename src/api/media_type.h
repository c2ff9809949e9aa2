#pragma once

#include "base/writers.h"

namespace ca::api {

/// The media type of bytes in that format: "text/csv; charset=utf-8".
const char* media_type_of(Format format);

}  // namespace ca::api
