#include "api/media_type.h"

namespace ca::api {

const char* media_type_of(Format format) {
  switch (format) {
    case Format::kTable: return "text/plain; charset=utf-8";
    case Format::kCsv: return "text/csv; charset=utf-8";
    case Format::kJson: return "application/json";
    case Format::kParquet: return "application/vnd.apache.parquet";
    case Format::kArrow: return "application/vnd.apache.arrow.stream";
  }
  return "application/octet-stream";
}

}  // namespace ca::api
