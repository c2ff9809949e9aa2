#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/terminal.h"
#include "demo/generate.h"
#include "demo/summary.h"

namespace ca::cli {

/// What the demo did and found.
struct DemoResult {
  demo::Generated generated;
  demo::Summary summary;
  std::filesystem::path home;
  std::filesystem::path truth;
  double seconds = 0;
};

/// The result as one screen of text, at most 100 columns wide. `program` is how the program was
/// called, `is_default_home` whether it finds the home by itself.
std::string demo_screen(const DemoResult& result, const Terminal& terminal,
                        const std::string& program, bool is_default_home);
/// The same as JSON.
std::string demo_json(const DemoResult& result);

}  // namespace ca::cli
