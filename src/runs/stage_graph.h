#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ca::runs {

/// One stage of a run and how it hangs together with others, by the names of ruling 55. Of stages
/// that were not asked for nothing is awaited.
struct StageNode {
  std::string name;
  /// Must have done well before it; else it is skipped.
  std::vector<std::string> needs;
  /// Must have ended before it: it takes in what they made, and does without where they failed.
  std::vector<std::string> uses;
  /// The same, but wanted only at its end: it begins once they have begun, and awaits them itself.
  std::vector<std::string> meets;
  std::string makes;     ///< what is there afterwards, for people
  std::string sentence;  ///< what it does, for people
};

/// The stages that this program has, in the order in which they are listed. Each comes after those
/// that it needs, uses and meets, so this is also an order to do them one by one.
const std::vector<StageNode>& stage_graph();

/// The stage of that name, which there is.
const StageNode& stage_node(std::string_view name);

}  // namespace ca::runs
