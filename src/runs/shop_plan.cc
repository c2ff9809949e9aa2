#include "runs/shop_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/error.h"
#include "base/utf8.h"

namespace ca::runs {
namespace {

sources::Kind kind_of(const std::string& name) {
  using sources::Kind;
  for (const Kind kind : {Kind::kSessions, Kind::kCustomers, Kind::kProducts, Kind::kDeliveries}) {
    if (name_of(kind) == name) return kind;
  }
  throw Error("E-PARAM", fmt::format("There is no source named \"{}\".", name),
              "Sources are sessions, customers, products and deliveries.");
}

/// A one-letter option; "tab" and "\\t" are the tab.
std::optional<char> letter(const workspace::SourceRecord& source, const std::string& option) {
  const auto found = source.options.find(option);
  if (found == source.options.end() || found->second.empty()) return std::nullopt;
  if (found->second == "tab" || found->second == "\\t") return '\t';
  if (found->second.size() != 1) {
    throw Error("E-PARAM", fmt::format("{} of {} must be one character, not \"{}\".", option,
                                       source.kind, found->second));
  }
  return found->second.front();
}

std::string option(const workspace::SourceRecord& source, const std::string& name,
                   const std::string& otherwise) {
  const auto found = source.options.find(name);
  return found == source.options.end() || found->second.empty() ? otherwise : found->second;
}

double share(const workspace::SourceRecord& source) {
  const std::string text = option(source, "max_malformed", "0.01");
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
    throw Error("E-PARAM",
                fmt::format("max_malformed of {} must be a share from 0 to 1, not \"{}\".",
                            source.kind, text));
  }
  return value;
}

ingest::SourcePlan source_plan(const workspace::SourceRecord& source, const std::string& zone) {
  ingest::SourcePlan plan;
  plan.location = location_of(source);
  plan.mapping = ingest::checked(plan.location.kind, {source.columns, source.actions});
  plan.tag = source.tag;
  plan.timezone = option(source, "timezone", zone);
  Zone::find(plan.timezone);  // an unknown zone is told now, not in the middle of a load
  plan.date_pattern = option(source, "date_pattern", "");
  plan.max_malformed = share(source);
  return plan;
}

/// Actions become columns of reports, and SQL engines do not tell "Seen" from "seen". One action
/// may be a step of both sessions and customers.
void check_cases(const ingest::ShopPlan& plan) {
  std::map<std::string, std::string> seen;
  for (const ingest::SourcePlan& source : plan.sources) {
    for (const std::string& action : source.mapping.actions) {
      const std::string& first = seen.try_emplace(ascii_lower(action), action).first->second;
      if (first == action) continue;
      throw Error("E-PARAM",
                  fmt::format("The actions \"{}\" and \"{}\" differ only in the case of letters, "
                              "which would make columns that SQL cannot tell apart.",
                              first, action),
                  "Rename one of the columns in its source, or leave one of the actions out.");
    }
  }
}

}  // namespace

sources::Location location_of(const workspace::SourceRecord& source) {
  sources::Location location;
  location.kind = kind_of(source.kind);
  location.type = sources::canonical_type(source.type);
  location.path = source.path;
  location.separator = letter(source, "separator");
  location.decimal = letter(source, "decimal");
  if (const std::string encoding = option(source, "encoding", ""); !encoding.empty()) {
    location.encoding = encoding;
  }
  return location;
}

std::string setting(const workspace::Configuration& configuration, const std::string& name,
                    const std::string& otherwise) {
  const auto found = configuration.settings.find(name);
  return found == configuration.settings.end() || found->second.empty() ? otherwise : found->second;
}

std::int64_t whole_setting(const workspace::Configuration& configuration, const std::string& name,
                           std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const std::string text = setting(configuration, name, std::to_string(otherwise));
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < least ||
      number > most) {
    throw Error("E-PARAM",
                fmt::format("{} is \"{}\"; it must be a whole number from {} to {}.", name, text,
                            least, most),
                "Change it in the configuration and connect again.", {{"key", name}});
  }
  return number;
}

double real_setting(const workspace::Configuration& configuration, const std::string& name,
                    double otherwise, double least, double most) {
  const std::string text = setting(configuration, name, fmt::format("{}", otherwise));
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Also false of what is no number.
  const bool is_in = number >= least && number <= most;
  if (failure != std::errc() || end != text.data() + text.size() || !is_in) {
    throw Error(
        "E-PARAM",
        fmt::format("{} is \"{}\"; it must be a number from {} to {}.", name, text, least, most),
        "Change it in the configuration and connect again.", {{"key", name}});
  }
  return number;
}

std::int64_t max_delivery_hours(const workspace::Configuration& configuration) {
  return whole_setting(configuration, "delivery.max_hours", 24, 1, 168);
}

ingest::ShopPlan plan_of_sources(const workspace::Configuration& configuration) {
  ingest::ShopPlan plan;
  plan.timezone = setting(configuration, "workspace.timezone", "UTC");
  Zone::find(plan.timezone);
  plan.keep_anonymous = setting(configuration, "sessions.anonymous", "reject") == "keep";
  plan.auto_customers = setting(configuration, "customers.auto_customers", "false") == "true";
  plan.max_delivery_hours = max_delivery_hours(configuration);
  for (const workspace::SourceRecord& source : configuration.sources) {
    plan.sources.push_back(source_plan(source, plan.timezone));
    plan.sources.back().configuration = workspace::config_hash(configuration, source.kind);
  }
  std::ranges::sort(plan.sources, {}, [](const auto& source) { return source.location.kind; });
  check_cases(plan);
  return plan;
}

ingest::ShopPlan shop_plan(const workspace::Configuration& configuration) {
  ingest::ShopPlan plan = plan_of_sources(configuration);
  if (plan.find(sources::Kind::kSessions) == nullptr) {
    throw Error("E-NOT-CONNECTED", "No sessions are connected.",
                "Run `customeranalytics connect CONFIG.toml` first.");
  }
  return plan;
}

journeys::Schema journeys_schema(const ingest::ShopPlan& plan, const std::string& configuration) {
  using sources::Kind;
  const auto maps = [&](Kind kind, const char* field) {
    const ingest::SourcePlan* source = plan.find(kind);
    return source != nullptr && source->mapping.columns.contains(field);
  };
  journeys::Schema schema;
  schema.zone = plan.timezone;
  schema.tz_version = tz_version();
  schema.configuration = configuration;
  schema.session_actions = plan.find(Kind::kSessions)->mapping.actions;
  if (const ingest::SourcePlan* customers = plan.find(Kind::kCustomers)) {
    schema.customer_actions = customers->mapping.actions;
  }
  schema.has_customers = true;  // without a source they are derived from sessions (ruling 63)
  schema.has_signup = maps(Kind::kCustomers, "signup_date");
  schema.has_discount = maps(Kind::kSessions, "discount_amount");
  schema.has_promotion = maps(Kind::kSessions, "promotion_id");
  schema.has_dimension = maps(Kind::kSessions, "dimension");
  schema.has_products = plan.find(Kind::kProducts) != nullptr;
  schema.has_category = maps(Kind::kProducts, "category");
  schema.has_deliveries = plan.find(Kind::kDeliveries) != nullptr;
  schema.has_prepare_date = maps(Kind::kDeliveries, "prepare_date");
  schema.has_return_date = maps(Kind::kDeliveries, "return_date");
  schema.has_coordinates =
      maps(Kind::kDeliveries, "latitude") && maps(Kind::kDeliveries, "longitude");
  return schema;
}

}  // namespace ca::runs
