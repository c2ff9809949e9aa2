#pragma once

#include <string>
#include <string_view>

#include "demo/generate.h"
#include "demo/shop.h"

namespace ca::demo {

inline constexpr std::string_view kMadeBy = "customeranalytics generate";

/// All that truth.json tells.
struct Truth {
  const GenerateOptions& options;
  const Shop& shop;
  const Generated& generated;
};

/// What was planted, and what the rows add up to, for those who check what a program finds. Fields:
/// docs/demo_shop.md.
std::string truth_json(const Truth& truth);

/// The configuration that connects the files.
std::string connect_toml(const GenerateOptions& options);

}  // namespace ca::demo
