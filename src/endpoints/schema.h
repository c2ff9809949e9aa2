#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ca::endpoints {

struct Property;

/// What a JSON value looks like: the part of JSON Schema (2020-12) that the API needs. The same
/// declaration checks what comes in and describes it in the OpenAPI document.
struct Schema {
  enum class Type : std::uint8_t { kAny, kObject, kArray, kString, kInteger, kNumber, kBoolean };

  Type type = Type::kAny;
  std::string description;
  std::string format;                   ///< of a string: "date", "date-time", "uri", ...; only said
  std::vector<std::string> one_of;      ///< of a string: the words it may be
  std::optional<std::int64_t> least;    ///< of a number the value, of a string its characters,
  std::optional<std::int64_t> most;     ///< of an array its items
  std::vector<Property> properties;     ///< of an object; others are refused unless `values` is set
  std::shared_ptr<const Schema> items;  ///< of an array
  std::shared_ptr<const Schema> values;  ///< of an object with any names: what each value is
  std::vector<Schema> either;            ///< of kAny: it is one of these
  bool is_nullable = false;
  std::string name;  ///< where it stands among the components of the OpenAPI document; else inline

  // Each returns a changed copy, so that a declaration is one expression.
  Schema about(std::string text) const;
  Schema between(std::int64_t low, std::int64_t high) const;
  Schema at_most(std::int64_t high) const;
  Schema or_null() const;
  Schema named(std::string component) const;
};

struct Property {
  std::string name;
  Schema schema;
  bool is_required = false;
};

Schema any();
Schema text();  ///< at most 4,096 characters unless said otherwise
Schema word(std::vector<std::string> one_of);
Schema integer();
Schema number();
Schema boolean();
Schema day();     ///< YYYY-MM-DD
Schema moment();  ///< a date-time
Schema list_of(Schema items);
/// One of these.
Schema either(std::vector<Schema> schemas);
/// Of these properties and no others.
Schema object(std::vector<Property> properties);
/// Of any names; every value is one of `values`.
Schema map_of(Schema values);

Property required(std::string name, Schema schema);
Property optional(std::string name, Schema schema);

/// Throws Error E-PARAM, which names the field, for a value that is not of the schema. Texts must
/// be UTF-8 without NUL.
void check(const Schema& schema, const nlohmann::json& value, std::string_view what);

/// As JSON Schema. Named schemas become references and are added to `components`.
nlohmann::json to_json_schema(const Schema& schema, nlohmann::json& components);

}  // namespace ca::endpoints
