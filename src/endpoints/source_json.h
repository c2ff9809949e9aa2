#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "api/mapping_suggestion.h"
#include "api/sources.h"
#include "api/validation_jobs.h"
#include "endpoints/schema.h"
#include "workspace/workspace.h"

namespace ca::endpoints {

// Sources as JSON: what is sent, what is answered, and the schemas of both.

/// A source as a person describes it, without its kind. Where `path` is not required, a body
/// without one means the source that is saved.
Schema source_body_schema(bool is_path_required);
/// Reads it. Error E-PARAM for a source whose texts are too many.
workspace::SourceRecord source_of(std::string_view kind, const nlohmann::json& body);

Schema source_schema();
/// `with_details` is false for those who may not see paths and columns, which are null then.
nlohmann::json source_json(std::string_view kind, const workspace::SourceRecord* source,
                           bool with_details);

Schema checked_schema();
nlohmann::json checked_json(const api::CheckedSource& checked);

Schema test_schema();
nlohmann::json test_json(const api::SourceTest& test, const workspace::SourceRecord* saved);

Schema preview_schema();
nlohmann::json preview_json(const api::SourcePreview& preview);

Schema suggestion_schema();
nlohmann::json suggestion_json(const api::MappingSuggestion& suggestion);

Schema validation_schema();
nlohmann::json validation_json(const api::ValidationJob& job);

Schema message_schema();
/// A message of the catalogue.
nlohmann::json message_json(std::string_view id);

}  // namespace ca::endpoints
