#include "ingest/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/utf8.h"

namespace ca::ingest {
namespace {

/// Step names that the reports use themselves, in any case of letters.
const std::set<std::string> kReservedActions = {"has_sessions", "purchased", "download", "signup"};

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string guess = nearest_name(word, candidates);
  return guess.empty() ? std::string() : fmt::format("Did you mean {}?", guess);
}

bool has_actions(sources::Kind kind) {
  return kind == sources::Kind::kSessions || kind == sources::Kind::kCustomers;
}

void check_actions(sources::Kind kind, const std::vector<std::string>& actions) {
  if (!actions.empty() && !has_actions(kind)) {
    throw Error("E-PARAM", fmt::format("{} cannot have actions.", name_of(kind)),
                "Actions belong to sessions (booleans) and customers (dates).");
  }
  if (actions.size() > kMaxActions) {
    throw Error("E-PARAM",
                fmt::format("{} names {} actions; at most {} are possible.", name_of(kind),
                            actions.size(), kMaxActions),
                "Keep the steps that matter for the funnel.");
  }
  for (const std::string& action : actions) {
    const std::string name = ascii_lower(action);
    if (name.empty() || kReservedActions.contains(name) || name.starts_with("conv_")) {
      throw Error("E-PARAM",
                  fmt::format("\"{}\" cannot be an action of {}: the reports use that name "
                              "themselves.",
                              action, name_of(kind)),
                  "Rename the column in the source.");
    }
  }
}

}  // namespace

const SourcePlan* ShopPlan::find(sources::Kind kind) const {
  for (const SourcePlan& source : sources) {
    if (source.location.kind == kind) return &source;
  }
  return nullptr;
}

const std::vector<Field>& fields_of(sources::Kind kind) {
  using enum FieldType;
  static const std::vector<Field> sessions = {
      {"order_id", kText, true, ""},
      {"client", kText, true, ""},
      {"session_start_date", kInstant, true, ""},
      {"date", kInstant, false, ""},
      {"payment_amount", kNumber, true, ""},
      {"discount_amount", kNumber, false, ""},
      {"has_purchased", kBoolean, false, ""},
      {"promotion_id", kText, false, ""},
      {"dimension", kText, false, ""},
  };
  static const std::vector<Field> customers = {
      {"client", kText, true, "client_2"},
      {"download_date", kInstant, true, ""},
      {"signup_date", kInstant, false, ""},
  };
  static const std::vector<Field> products = {
      {"order_id", kText, true, "order_id_2"},
      {"product", kText, true, ""},
      {"price", kNumber, true, ""},
      {"category", kText, false, ""},
      {"quantity", kNumber, false, ""},
  };
  static const std::vector<Field> deliveries = {
      {"order_id", kText, true, "order_id_2"}, {"delivery_date", kInstant, true, ""},
      {"prepare_date", kInstant, false, ""},   {"return_date", kInstant, false, ""},
      {"latitude", kNumber, false, ""},        {"longitude", kNumber, false, ""},
  };
  switch (kind) {
    case sources::Kind::kSessions: return sessions;
    case sources::Kind::kCustomers: return customers;
    case sources::Kind::kProducts: return products;
    case sources::Kind::kDeliveries: break;
  }
  return deliveries;
}

Mapping checked(sources::Kind kind, Mapping mapping) {
  const std::vector<Field>& fields = fields_of(kind);
  Mapping result;
  result.actions = std::move(mapping.actions);
  check_actions(kind, result.actions);

  for (auto& [mapped, column] : mapping.columns) {
    const std::string& field_name = mapped;
    const auto field = std::ranges::find_if(fields, [&](const Field& candidate) {
      return candidate.name == field_name || candidate.alias == field_name;
    });
    if (field == fields.end() || field_name.empty()) {
      throw Error("E-PARAM",
                  fmt::format("{} has no field named \"{}\".", name_of(kind), field_name),
                  did_you_mean(field_name, names_of(fields)));
    }
    if (column.empty()) continue;  // an empty name leaves an optional field unmapped
    if (!result.columns.emplace(field->name, std::move(column)).second) {
      throw Error("E-MAP-DUP",
                  fmt::format("The field {} of {} is mapped twice.", field->name, name_of(kind)),
                  fmt::format("Use either {} or {}.", field->name, field->alias));
    }
  }

  for (const Field& field : fields) {
    if (field.required && !result.columns.contains(field.name)) {
      throw Error("E-MAP-MISSING",
                  fmt::format("{} needs a column for {}.", name_of(kind), field.name),
                  fmt::format("Add {} to the columns of [{}].", field.name, name_of(kind)));
    }
  }

  std::set<std::string> used;
  const auto use = [&](const std::string& column) {
    if (!used.insert(column).second) {
      throw Error("E-MAP-DUP", fmt::format("{} is mapped twice.", column),
                  fmt::format("Each column of {} can have one meaning.", name_of(kind)),
                  {{"column", column}});
    }
  };
  for (const auto& [field, column] : result.columns) use(column);
  for (const std::string& action : result.actions) use(action);
  return result;
}

void check_columns(sources::Kind kind, const Mapping& mapping, const sources::Relation& relation) {
  std::vector<std::string> present;
  for (const sources::SourceColumn& column : relation.columns) present.push_back(column.name);
  const auto need = [&](const std::string& column) {
    if (std::ranges::find(present, column) != present.end()) return;
    const std::string guess = nearest_name(column, present);
    throw Error("E-MAP-MISSING",
                fmt::format("Column {} was not found in {}.{}", column, name_of(kind),
                            guess.empty() ? "" : fmt::format(" Did you mean {}?", guess)),
                fmt::format("The source has: {}.", fmt::join(present, ", ")),
                {{"column", column}, {"nearest", guess}});
  };
  for (const auto& [field, column] : mapping.columns) need(column);
  for (const std::string& action : mapping.actions) need(action);
}

}  // namespace ca::ingest
