#pragma once

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "api/mapping_suggestion.h"

namespace ca::api::testing {

/// For tests with any bytes: the first line is a header with commas, the lines below its cells.
/// Throws std::logic_error when a suggestion is not what mapping_suggestion.h promises.
inline void try_mapping(std::string_view bytes) {
  ingest::FirstRows first;
  const auto cells_of = [](std::string_view line) {
    std::vector<std::string> cells;
    for (;;) {
      const std::size_t comma = line.find(',');
      cells.emplace_back(line.substr(0, comma));
      if (comma == std::string_view::npos || cells.size() == 2000) return cells;
      line.remove_prefix(comma + 1);
    }
  };
  for (bool is_header = true; first.rows.size() < 50; is_header = false) {
    const std::size_t end = bytes.find('\n');
    std::vector<std::string> cells = cells_of(bytes.substr(0, end));
    if (is_header) {
      std::set<std::string> names;  // as a source's, which are unique
      for (std::string& name : cells) {
        if (names.insert(name).second) first.columns.push_back({name, "VARCHAR"});
      }
    } else {
      cells.resize(first.columns.size());
      first.rows.emplace_back(cells.begin(), cells.end());
    }
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  const Zone zone = Zone::utc();
  const std::string no_pattern;
  const ingest::Probe probe = ingest::described(first, {zone, no_pattern, '.'});
  for (const sources::Kind kind : {sources::Kind::kSessions, sources::Kind::kCustomers,
                                   sources::Kind::kProducts, sources::Kind::kDeliveries}) {
    const MappingSuggestion suggestion = suggest_mapping(kind, probe);
    std::set<std::string> used;
    const auto look = [&](const SuggestedColumn& suggested) {
      if (!(suggested.confidence > 0 && suggested.confidence <= 1)) {
        throw std::logic_error("a confidence that is none");
      }
      if (suggested.reason.empty()) throw std::logic_error("a suggestion without a reason");
    };
    for (const SuggestedColumn& suggested : suggestion.fields) {
      look(suggested);
      if (!used.insert(suggested.column).second) throw std::logic_error("a column twice");
    }
    for (const SuggestedColumn& suggested : suggestion.actions) {
      look(suggested);
      if (used.contains(suggested.column)) throw std::logic_error("an action that is a field");
    }
    for (const SuggestedColumn& suggested : suggestion.dimensions) look(suggested);
    if (suggestion.actions.size() > ingest::kMaxActions) throw std::logic_error("many actions");
  }
}

}  // namespace ca::api::testing
