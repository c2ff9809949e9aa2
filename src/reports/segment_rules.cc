#include "reports/segment_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"

namespace ca::reports {
namespace {

using Json = nlohmann::json;

constexpr const char* kComplete = R"({"rules": [
  {"segment": "champions", "recency": [5], "frequency": [4, 5], "monetary": [4, 5]},
  {"segment": "champions", "recency": [4], "frequency": [5], "monetary": [5]},
  {"segment": "loyal customers", "recency": [3, 4, 5], "frequency": [4, 5]},
  {"segment": "can`t lose them", "recency": [1, 2], "frequency": [4, 5], "monetary": [4, 5]},
  {"segment": "at risk", "recency": [2], "frequency": [3, 4, 5]},
  {"segment": "new customers", "single_purchase": true, "recency": [4, 5]},
  {"segment": "new customers", "recency": [5], "frequency": [1, 2]},
  {"segment": "potential loyalist", "recency": [4, 5], "frequency": [3]},
  {"segment": "promising", "recency": [4], "frequency": [1, 2]},
  {"segment": "need attention", "recency": [3], "frequency": [3]},
  {"segment": "about to sleep", "recency": [3], "frequency": [1, 2]},
  {"segment": "hibernating", "recency": [2], "frequency": [1, 2]},
  {"segment": "lost", "recency": [1]}
]})";

constexpr const char* kLegacy = R"({"rules": [
  {"segment": "champions", "recency": [5], "frequency": [5], "monetary": [5]},
  {"segment": "loyal customers", "recency": [4, 5], "frequency": [4, 5]},
  {"segment": "potential loyalist", "recency": [3, 4, 5], "frequency": [3, 4, 5],
   "monetary": [2, 3, 4]},
  {"segment": "new customers", "recency": [5], "frequency": [1, 2]},
  {"segment": "promising", "recency": [3, 4], "frequency": [1, 2], "monetary": [1, 2]},
  {"segment": "need attention", "recency": [2, 3], "frequency": [2, 3], "monetary": [2, 3]},
  {"segment": "about to sleep", "recency": [3, 4], "frequency": [1, 2], "monetary": [1, 2]},
  {"segment": "at risk", "recency": [2], "frequency": [3, 4, 5], "monetary": [3, 4, 5]},
  {"segment": "can`t lose them", "recency": [1, 2], "frequency": [5], "monetary": [5]},
  {"segment": "hibernating", "recency": [2, 3], "frequency": [2], "monetary": [2]},
  {"segment": "lost", "recency": [1]}
]})";

constexpr const char* kForm =
    R"(Rules look like {"rules": [{"segment": "champions", "recency": [5], "frequency": [4, 5]}, ...]}.)";

[[noreturn]] void fail(const std::string& message, const std::string& hint = kForm) {
  throw Error("E-PARAM", message, hint);
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const SegmentKind& segment : segments()) names.emplace_back(segment.name);
  return names;
}

/// Letters and digits of a name in lower case, one blank between words.
std::string plain(std::string_view name) {
  std::string text;
  for (const char letter : ascii_lower(std::string(name))) {
    if (letter == '`' || letter == '\'') continue;
    const bool is_blank = letter == ' ' || letter == '_' || letter == '-';
    if (is_blank && (text.empty() || text.back() == ' ')) continue;
    text += is_blank ? ' ' : letter;
  }
  return text;
}

/// A rule whose sets hold the scores that fit, 1 to 5 at 0 to 4.
struct Rule {
  std::uint8_t segment = kOthers;
  std::optional<bool> single_purchase;
  std::array<bool, kScores> recency{};
  std::array<bool, kScores> frequency{};
  std::array<bool, kScores> monetary{};
};

std::array<bool, kScores> scores_in(const Json& rule, const char* metric, std::size_t number) {
  std::array<bool, kScores> fits{};
  if (!rule.contains(metric)) {
    fits.fill(true);
    return fits;
  }
  const Json& scores = rule.at(metric);
  if (!scores.is_array() || scores.empty()) {
    fail(fmt::format("{} of rule {} is not a list of scores.", metric, number));
  }
  for (const Json& score : scores) {
    const auto value = score.is_number_integer() ? score.get<std::int64_t>() : 0;
    if (value < 1 || value > kScores) {
      fail(fmt::format("{} of rule {} has a score that is no whole number from 1 to 5.", metric,
                       number));
    }
    fits[static_cast<std::size_t>(value - 1)] = true;
  }
  return fits;
}

Rule rule_of(const Json& json, std::size_t number) {
  static const std::vector<std::string> keys = {"segment", "single_purchase", "recency",
                                                "frequency", "monetary"};
  if (!json.is_object()) fail(fmt::format("Rule {} is not a JSON object.", number));
  for (const auto& [key, value] : json.items()) {
    if (std::ranges::find(keys, key) != keys.end()) continue;
    const std::string guess = nearest_name(key, keys);
    fail(fmt::format("Rule {} has an unknown part \"{}\".", number, key),
         guess.empty() ? fmt::format("Its parts are {}.", fmt::join(keys, ", "))
                       : fmt::format("Did you mean {}?", guess));
  }
  if (!json.contains("segment") || !json.at("segment").is_string()) {
    fail(fmt::format("Rule {} does not name its segment.", number));
  }
  const auto name = json.at("segment").get<std::string>();
  const auto found = std::ranges::find(segments(), name, &SegmentKind::name);
  if (found == segments().end()) {
    const std::string guess = nearest_name(name, names());
    fail(fmt::format("Rule {} names the segment \"{}\", which there is not.", number, name),
         guess.empty() ? fmt::format("Segments are {}.", fmt::join(names(), ", "))
                       : fmt::format("Did you mean {}?", guess));
  }
  Rule rule;
  rule.segment = static_cast<std::uint8_t>(found - segments().begin());
  if (json.contains("single_purchase")) {
    if (!json.at("single_purchase").is_boolean()) {
      fail(fmt::format("single_purchase of rule {} is neither true nor false.", number));
    }
    rule.single_purchase = json.at("single_purchase").get<bool>();
  }
  rule.recency = scores_in(json, "recency", number);
  rule.frequency = scores_in(json, "frequency", number);
  rule.monetary = scores_in(json, "monetary", number);
  return rule;
}

bool fits(const Rule& rule, const RfmScores& scores, bool is_single_purchase) {
  const auto has = [](const std::array<bool, kScores>& set, int score) {
    return set[static_cast<std::size_t>(score - 1)];
  };
  return rule.single_purchase.value_or(is_single_purchase) == is_single_purchase &&
         has(rule.recency, scores.recency) && has(rule.frequency, scores.frequency) &&
         has(rule.monetary, scores.monetary);
}

}  // namespace

const std::array<SegmentKind, kSegments>& segments() {
  static constexpr std::array<SegmentKind, kSegments> all = {{
      {"champions", "Bought lately, buy often and spend much.",
       "Thank them, show them new things first, ask them to recommend you."},
      {"loyal customers", "Buy often and bought not long ago.",
       "Offer them more of what they like, ask for their opinion, reward them for staying."},
      {"potential loyalist", "Bought lately and several times, not yet often.",
       "Invite them to a loyalty programme, recommend what fits their orders."},
      {"new customers", "Bought lately, and not often before.",
       "Welcome them, help with the first steps, give a reason for the second order."},
      {"promising", "Bought not long ago, but seldom.",
       "Keep the shop in their minds with small offers."},
      {"need attention", "Middling in how lately and how often they bought.",
       "Make an offer for a limited time, based on what they bought."},
      {"about to sleep", "Bought some time ago and seldom.",
       "Remind them of what is popular, offer a discount for coming back."},
      {"at risk", "Bought repeatedly, but long ago.",
       "Write to them personally, renew what brought them, help where something went wrong."},
      {"can`t lose them", "Bought often and spent much, but long ago.",
       "Talk to them before somebody else does; win them back with the best offer there is."},
      {"hibernating", "Bought seldom, and long ago.",
       "Send an occasional offer; do not spend much on them."},
      {"lost", "Bought longest ago.", "One attempt to win them back, then leave them alone."},
      {"others", "No rule names their scores.", "Look at their scores, or extend the rules."},
  }};
  return all;
}

SegmentRules SegmentRules::parse(std::string_view json) {
  Json parsed;
  try {
    parsed = Json::parse(json);
  } catch (const Json::exception&) {
    fail("The rules are not JSON.");
  }
  if (!parsed.is_object() || !parsed.contains("rules") || !parsed.at("rules").is_array() ||
      parsed.size() != 1) {
    fail("The rules are not a JSON object with nothing but a list named rules.");
  }
  std::vector<Rule> rules;
  for (const Json& rule : parsed.at("rules")) rules.push_back(rule_of(rule, rules.size() + 1));

  SegmentRules made;
  made.json_ = parsed.dump();
  for (const bool is_single : {false, true}) {
    RfmScores scores;
    for (scores.recency = 1; scores.recency <= kScores; ++scores.recency) {
      for (scores.frequency = 1; scores.frequency <= kScores; ++scores.frequency) {
        for (scores.monetary = 1; scores.monetary <= kScores; ++scores.monetary) {
          const auto first = std::ranges::find_if(
              rules, [&](const Rule& rule) { return fits(rule, scores, is_single); });
          made.table_[is_single ? 1 : 0][cell(scores)] =
              first == rules.end() ? kOthers : first->segment;
        }
      }
    }
  }
  return made;
}

const SegmentRules& SegmentRules::complete() {
  static const SegmentRules rules = parse(kComplete);
  return rules;
}

const SegmentRules& SegmentRules::legacy() {
  static const SegmentRules rules = parse(kLegacy);
  return rules;
}

bool SegmentRules::can_give(std::uint8_t segment) const {
  // Of customers with one purchase day only cells with the worst frequency are ever asked.
  const auto& [several, single] = table_;
  if (std::ranges::find(several, segment) != several.end()) return true;
  for (RfmScores scores; scores.recency <= kScores; ++scores.recency) {
    for (scores.monetary = 1; scores.monetary <= kScores; ++scores.monetary) {
      if (single[cell(scores)] == segment) return true;
    }
  }
  return false;
}

std::uint8_t find_segment(std::string_view name) {
  for (std::size_t number = 0; number < kSegments; ++number) {
    if (plain(segments()[number].name) == plain(name)) return static_cast<std::uint8_t>(number);
  }
  throw Error("E-SEGMENT", fmt::format("There is no segment named \"{}\".", name),
              fmt::format("Segments are {}; @FILE is a file of customers, one a line.",
                          fmt::join(names(), ", ")),
              {{"segment", std::string(name)}});
}

}  // namespace ca::reports
