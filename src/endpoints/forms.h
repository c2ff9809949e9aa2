#pragma once

#include <map>
#include <string>

#include "api/forms.h"
#include "endpoints/endpoint.h"

namespace ca::endpoints {

/// The form that is asked: the parameter `format`, else the header Accept, else JSON. CSV is safe
/// for spreadsheets unless `raw` is true. Error E-ACCEPT when none of the accepted types is one.
api::Form form_of(const Call& call);

/// Whether the header Accept decides the form of the answer to a call with these parameters.
bool has_form_of_accept(const Endpoint& endpoint, const std::map<std::string, std::string>& query);

/// The parameters that form_of() reads.
std::vector<Parameter> form_parameters();
/// The media types of forms beside JSON.
std::vector<std::string> table_types();

/// A page of a long list: what the cursor of the page before says, which is good as long as
/// `version` is the same. Error E-CONFLICT when it is not, E-PARAM for a text that is none.
std::size_t offset_of(const Call& call, std::string_view version);
std::string cursor_of(std::size_t offset, std::string_view version);

/// Adds Link: <...>; rel="next" (RFC 8288) with the same question and that cursor.
void add_next_link(Response& response, const Call& call, const std::string& cursor);

}  // namespace ca::endpoints
