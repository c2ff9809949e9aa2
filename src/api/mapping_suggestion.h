#pragma once

#include <string>
#include <vector>

#include "ingest/first_rows.h"
#include "sources/source.h"

namespace ca::api {

/// A column that probably means a field.
struct SuggestedColumn {
  std::string field;  ///< "order_id", ...; "action" or "dimension" of a candidate
  std::string column;
  double confidence = 0;  ///< above 0, at most 1
  std::string reason;     ///< in words
};

/// A guess, for a person to look at, of how the columns of a source become fields.
struct MappingSuggestion {
  std::vector<SuggestedColumn> fields;  ///< in the order of ingest::fields_of(); no column twice
  std::vector<std::string> missing;     ///< required fields for which no column was found
  /// Further columns that could be funnel steps (yes or no in sessions, dates in customers), and of
  /// sessions those that could be the dimension, the likeliest first.
  std::vector<SuggestedColumn> actions;
  std::vector<SuggestedColumn> dimensions;
};

/// Goes by names first: words of the shop's trade, in any case, with any separators, singular or
/// plural ("Customer ID", "InvoiceNo", "created_at"), as long as the cells can be read as the
/// field's type. What has no name to go by is taken by its cells: the one column of dates for the
/// start of a session, one of different texts for the order. Depends on nothing but the arguments.
MappingSuggestion suggest_mapping(sources::Kind kind, const ingest::Probe& probe);

/// The words of a column's name: "OrderIDs 2" gives order, id, 2.
std::vector<std::string> words_of_name(std::string_view name);

}  // namespace ca::api
