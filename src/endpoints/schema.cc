#include "endpoints/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/utf8.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using Type = Schema::Type;

constexpr std::int64_t kText = 4096;
constexpr std::int64_t kItems = 10'000;

[[noreturn]] void refuse(std::string_view what, std::string reason, std::string hint = {}) {
  throw Error("E-PARAM", fmt::format("{} {}.", what, reason), std::move(hint),
              {{"field", std::string(what)}});
}

std::string_view name_of(Type type) {
  switch (type) {
    case Type::kAny: return "any value";
    case Type::kObject: return "object";
    case Type::kArray: return "array";
    case Type::kString: return "string";
    case Type::kInteger: return "integer";
    case Type::kNumber: return "number";
    case Type::kBoolean: return "boolean";
  }
  return {};
}

/// 3.0 is an integer in JSON Schema.
bool is_whole(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::abs(number) < 9e15 && number == std::trunc(number);
}

bool is_of(Type type, const Json& value) {
  switch (type) {
    case Type::kAny: return true;
    case Type::kObject: return value.is_object();
    case Type::kArray: return value.is_array();
    case Type::kString: return value.is_string();
    case Type::kInteger: return is_whole(value);
    case Type::kNumber: return value.is_number();
    case Type::kBoolean: return value.is_boolean();
  }
  return false;
}

void check_text(const Schema& schema, const std::string& text, std::string_view what) {
  if (text.find('\0') != std::string::npos) refuse(what, "holds a NUL character");
  if (!schema.one_of.empty()) {
    if (std::ranges::find(schema.one_of, text) != schema.one_of.end()) return;
    refuse(what, "is none of the words it may be",
           fmt::format("Use one of {}.", fmt::join(schema.one_of, ", ")));
  }
  const auto size = static_cast<std::int64_t>(characters_of(text));
  if (schema.least && size < *schema.least) {
    refuse(what, *schema.least == 1 ? std::string("is empty")
                                    : fmt::format("has fewer than {} characters", *schema.least));
  }
  if (size > schema.most.value_or(kText)) {
    refuse(what, fmt::format("is longer than {} characters", schema.most.value_or(kText)));
  }
}

void check_object(const Schema& schema, const Json& value, std::string_view what) {
  const auto path_of = [&](const std::string& name) {
    return what.empty() ? name : fmt::format("{}.{}", what, name);
  };
  for (const Property& property : schema.properties) {
    const auto found = value.find(property.name);
    if (found == value.end()) {
      if (property.is_required) refuse(path_of(property.name), "is missing");
    } else {
      check(property.schema, *found, path_of(property.name));
    }
  }
  for (const auto& [name, item] : value.items()) {
    if (std::ranges::find(schema.properties, name, &Property::name) != schema.properties.end()) {
      continue;
    }
    if (schema.values) {
      check(*schema.values, item, path_of(name));
      continue;
    }
    std::vector<std::string> known;
    for (const Property& property : schema.properties) known.push_back(property.name);
    const std::string guess = nearest_name(name, known);
    refuse(path_of(name), "is not known here",
           guess.empty() ? std::string() : fmt::format("Did you mean {}?", guess));
  }
}

void check_size(const Schema& schema, std::int64_t size, std::string_view what) {
  if (schema.least && size < *schema.least) {
    refuse(what, fmt::format("has fewer than {} items", *schema.least));
  }
  if (size > schema.most.value_or(kItems)) {
    refuse(what, fmt::format("has more than {} items", schema.most.value_or(kItems)));
  }
}

void check_number(const Schema& schema, const Json& value, std::string_view what) {
  const double number = value.get<double>();
  if (schema.least && number < static_cast<double>(*schema.least)) {
    refuse(what, fmt::format("is less than {}", *schema.least));
  }
  if (schema.most && number > static_cast<double>(*schema.most)) {
    refuse(what, fmt::format("is greater than {}", *schema.most));
  }
}

void check_either(const Schema& schema, const Json& value, std::string_view what) {
  if (schema.either.empty()) return;
  for (const Schema& one : schema.either) {
    try {
      check(one, value, what);
      return;
    } catch (const Error&) {
      if (schema.either.size() == 1) throw;
    }
  }
  refuse(what, "is none of what it may be");
}

Schema of(Type type) {
  Schema schema;
  schema.type = type;
  return schema;
}

Json body_of(const Schema& schema, Json& components) {
  Json json = Json::object();
  if (schema.type != Type::kAny) {
    const std::string type(name_of(schema.type));
    json["type"] = schema.is_nullable ? Json{type, "null"} : Json(type);
  }
  if (!schema.description.empty()) json["description"] = schema.description;
  if (!schema.format.empty()) json["format"] = schema.format;
  if (!schema.one_of.empty()) {
    json["enum"] = schema.one_of;
    if (schema.is_nullable) json["enum"].push_back(nullptr);
  }
  const auto limit = [&](const char* low, const char* high) {
    if (schema.least) json[low] = *schema.least;
    if (schema.most) json[high] = *schema.most;
  };
  for (const Schema& one : schema.either) {
    json["anyOf"].push_back(to_json_schema(one, components));
  }
  switch (schema.type) {
    case Type::kString:
      limit("minLength", "maxLength");
      if (!schema.most && schema.one_of.empty()) json["maxLength"] = kText;
      break;
    case Type::kInteger:
    case Type::kNumber: limit("minimum", "maximum"); break;
    case Type::kArray:
      limit("minItems", "maxItems");
      json["items"] = schema.items ? to_json_schema(*schema.items, components) : Json::object();
      break;
    case Type::kObject: {
      Json properties = Json::object();
      Json needed = Json::array();
      for (const Property& property : schema.properties) {
        properties[property.name] = to_json_schema(property.schema, components);
        if (property.is_required) needed.push_back(property.name);
      }
      if (!properties.empty()) json["properties"] = properties;
      if (!needed.empty()) json["required"] = needed;
      json["additionalProperties"] =
          schema.values ? to_json_schema(*schema.values, components) : Json(false);
      break;
    }
    case Type::kAny:
    case Type::kBoolean: break;
  }
  return json;
}

}  // namespace

Schema Schema::about(std::string text) const {
  Schema copy = *this;
  copy.description = std::move(text);
  return copy;
}

Schema Schema::between(std::int64_t low, std::int64_t high) const {
  Schema copy = *this;
  copy.least = low;
  copy.most = high;
  return copy;
}

Schema Schema::at_most(std::int64_t high) const {
  Schema copy = *this;
  copy.most = high;
  return copy;
}

Schema Schema::or_null() const {
  Schema copy = *this;
  copy.is_nullable = true;
  return copy;
}

Schema Schema::named(std::string component) const {
  Schema copy = *this;
  copy.name = std::move(component);
  return copy;
}

Schema any() { return of(Type::kAny); }
Schema text() { return of(Type::kString); }
Schema integer() { return of(Type::kInteger); }
Schema number() { return of(Type::kNumber); }
Schema boolean() { return of(Type::kBoolean); }

Schema word(std::vector<std::string> one_of) {
  Schema schema = text();
  schema.one_of = std::move(one_of);
  return schema;
}

Schema day() {
  Schema schema = text();
  schema.format = "date";
  return schema;
}

Schema moment() {
  Schema schema = text();
  schema.format = "date-time";
  return schema;
}

Schema list_of(Schema items) {
  Schema schema = of(Type::kArray);
  schema.items = std::make_shared<const Schema>(std::move(items));
  return schema;
}

Schema either(std::vector<Schema> schemas) {
  Schema schema = any();
  schema.either = std::move(schemas);
  return schema;
}

Schema object(std::vector<Property> properties) {
  Schema schema = of(Type::kObject);
  schema.properties = std::move(properties);
  return schema;
}

Schema map_of(Schema values) {
  Schema schema = of(Type::kObject);
  schema.values = std::make_shared<const Schema>(std::move(values));
  return schema;
}

Property required(std::string name, Schema schema) {
  return {std::move(name), std::move(schema), true};
}
Property optional(std::string name, Schema schema) {
  return {std::move(name), std::move(schema), false};
}

void check(const Schema& schema, const Json& value, std::string_view what) {
  const std::string_view subject = what.empty() ? "The body" : what;
  if (value.is_null() && schema.is_nullable) return;
  if (!is_of(schema.type, value)) {
    refuse(subject, fmt::format("is {}, not {}", value.type_name(), name_of(schema.type)));
  }
  switch (schema.type) {
    case Type::kString: check_text(schema, value.get_ref<const std::string&>(), subject); break;
    case Type::kInteger:
    case Type::kNumber: check_number(schema, value, subject); break;
    case Type::kArray: {
      check_size(schema, static_cast<std::int64_t>(value.size()), subject);
      std::size_t index = 0;
      for (const Json& item : value) {
        if (schema.items) check(*schema.items, item, fmt::format("{}[{}]", what, index));
        ++index;
      }
      break;
    }
    case Type::kObject: check_object(schema, value, what); break;
    case Type::kAny: check_either(schema, value, subject); break;
    case Type::kBoolean: break;
  }
}

Json to_json_schema(const Schema& schema, Json& components) {
  if (schema.name.empty()) return body_of(schema, components);
  const Json reference = {{"$ref", "#/components/schemas/" + schema.name}};
  if (!components.contains(schema.name)) {
    components[schema.name] = Json::object();  // for what refers to itself
    components[schema.name] = body_of(schema, components);
  }
  return reference;
}

}  // namespace ca::endpoints
