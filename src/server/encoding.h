#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ca::server {

/// The forms in which an answer's content may travel (RFC 9110, 8.4).
enum class Encoding : std::uint8_t { kIdentity, kGzip, kZstd };

/// "gzip", "zstd", "identity".
std::string_view name_of(Encoding encoding);

/// What an Accept-Encoding likes best; zstd before gzip where both are liked equally. Identity for
/// an empty one, and where nothing else is acceptable: an answer that was not wanted in that form
/// is better than none.
Encoding choose_encoding(std::string_view accept_encoding, bool is_zstd_there = true);

/// Whether content of this type gets smaller: texts, not pictures, archives or Parquet.
bool is_compressible(std::string_view content_type);

/// For any thread. Throws std::runtime_error when the library fails.
std::string compress(std::string_view content, Encoding encoding);

// Each form of an answer has an ETag of its own: the one the application gave with -gzip or -zstd
// inside its quotes. Conditions that come in name the application's again.

/// `"abc"` becomes `"abc-gzip"`, `W/"abc"` becomes `W/"abc-gzip"`; anything else stays as it is.
std::string tag_of_form(std::string_view tag, Encoding encoding);
/// An If-None-Match or If-Match with the suffixes taken out of its tags.
std::string without_forms(std::string_view tags);
/// Whether one of the tags in If-None-Match is `tag` in some form, compared weakly, or `*`.
bool names_tag(std::string_view if_none_match, std::string_view tag);
/// The tag in the form the client named it; `tag` when it named none of its forms.
std::string form_named(std::string_view if_none_match, std::string_view tag);

}  // namespace ca::server
