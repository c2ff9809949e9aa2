#include "ingest/cleaning.h"

#include <fmt/format.h>

#include <initializer_list>

#include "base/error.h"

namespace ca::ingest {
namespace {

using Outcome = ValueReader::Outcome;

/// One argument column of the cleaning function.
class Cells {
 public:
  Cells(duckdb_data_chunk chunk, idx_t column) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
    cells_ = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
    validity_ = duckdb_vector_get_validity(vector);
  }
  /// The cell's text; empty for null, which every reader takes as missing.
  std::string_view operator[](idx_t row) const {
    if (validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row)) return {};
    return sql::view_of(cells_[row]);
  }
  /// Notes about the cell as a key: `missing` when nothing but white space is there.
  std::uint32_t key_notes(idx_t row, std::uint32_t missing) const {
    const std::string_view text = (*this)[row];
    const std::size_t size = trim(text).size();
    if (size == 0) return missing;
    return size == text.size() ? 0 : note::kUntrimmed;
  }

 private:
  const duckdb_string_t* cells_;
  std::uint64_t* validity_;
};

/// One field of the struct that the cleaning function returns.
template <class T>
class FieldWriter {
 public:
  FieldWriter(duckdb_vector parent, idx_t field)
      : vector_(duckdb_struct_vector_get_child(parent, field)),
        values_(static_cast<T*>(duckdb_vector_get_data(vector_))) {}

  void set(idx_t row, T value) { values_[row] = value; }
  void set_null(idx_t row) {
    if (validity_ == nullptr) {
      duckdb_vector_ensure_validity_writable(vector_);
      validity_ = duckdb_vector_get_validity(vector_);
    }
    duckdb_validity_set_row_invalid(validity_, row);
  }

 private:
  duckdb_vector vector_;
  T* values_;
  std::uint64_t* validity_ = nullptr;
};

/// What a cleaning function carries from registration to its calls; only the tally changes.
struct Cleaning {
  Zone zone;
  std::string pattern;
  char decimal;
  bool keep_anonymous;
  sources::Kind kind;
  std::shared_ptr<CleaningTally> tally;

  ValueReader reader() const { return {.zone = zone, .pattern = pattern, .decimal = decimal}; }
};

/// Reads the cells of a chunk's rows and returns what is to be noted about them. Where a rule shows
/// the cell behind it, the tally gets the cell.
class CellReader {
 public:
  explicit CellReader(const Cleaning& cleaning)
      : reader_(cleaning.reader()), tally_(*cleaning.tally) {}

  /// Writes a date; `missing` and `unreadable` say which bits these cases get.
  std::uint32_t date(std::string_view text, std::uint32_t missing, std::uint32_t unreadable,
                     FieldWriter<std::int64_t>& out, idx_t row) const {
    const ReadInstant read = reader_.instant(text);
    switch (read.reading) {
      case InstantReading::kMissing: out.set_null(row); return missing;
      case InstantReading::kUnreadable: out.set_null(row); return shown(unreadable, text);
      case InstantReading::kSkipped:
        out.set(row, read.instant.micros);
        return shown(note::kDateSkipped, text);
      case InstantReading::kRepeated:
        out.set(row, read.instant.micros);
        return shown(note::kDateRepeated, text);
      case InstantReading::kExact:
      case InstantReading::kDateOnly: out.set(row, read.instant.micros); break;
    }
    return 0;
  }

  std::uint32_t number(std::string_view text, std::uint32_t unreadable, FieldWriter<double>& out,
                       idx_t row) const {
    const ValueReader::Number number = reader_.number(text);
    if (number.outcome == Outcome::kValue) {
      out.set(row, number.value);
      return 0;
    }
    out.set_null(row);
    return number.outcome == Outcome::kUnreadable ? shown(unreadable, text) : 0;
  }

  /// The notes about a boolean of this outcome.
  std::uint32_t boolean(Outcome outcome, std::string_view text, std::uint32_t missing,
                        std::uint32_t unreadable) const {
    if (outcome == Outcome::kUnreadable) return shown(unreadable, text);
    return outcome == Outcome::kMissing ? missing : 0;
  }

 private:
  std::uint32_t shown(std::uint32_t bit, std::string_view text) const {
    tally_.keep(bit, text);
    return bit;
  }

  ValueReader reader_;
  CleaningTally& tally_;
};

void clean_sessions(const Cleaning& cleaning, std::int64_t first_number, duckdb_data_chunk input,
                    duckdb_vector output) {
  const CellReader read(cleaning);
  const Cells order_ids(input, 0), clients(input, 1), starts(input, 2), ends(input, 3),
      amounts(input, 4), discounts(input, 5), purchases(input, 6), promotions(input, 7);
  std::vector<Cells> actions;
  for (idx_t c = 8; c < duckdb_data_chunk_get_column_count(input); ++c) {
    actions.emplace_back(input, c);
  }
  FieldWriter<std::int64_t> number(output, 0), start(output, 1), end(output, 2);
  FieldWriter<double> amount(output, 3), discount(output, 4);
  FieldWriter<bool> purchased(output, 5);
  FieldWriter<std::uint32_t> action_bits(output, 6), notes(output, 7);

  const std::uint32_t without_client =
      cleaning.keep_anonymous ? note::kAnonymous : note::kClientMissing;
  AscendingKeys::Run seen;
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    number.set(row, first_number + static_cast<std::int64_t>(row));
    std::uint32_t noted = order_ids.key_notes(row, note::kKeyMissing);
    if (noted == 0) {
      seen.add(order_ids[row]);
    } else if (noted == note::kUntrimmed) {
      seen.spoil();  // trimmed it may be one that is there
    }
    noted |= clients.key_notes(row, without_client);
    if (is_null_word(promotions[row])) noted |= note::kOrganic;
    noted |= read.date(starts[row], note::kDateMissing, note::kDateUnreadable, start, row);
    noted |= read.date(ends[row], 0, note::kOtherDateUnreadable, end, row);
    noted |= read.number(amounts[row], note::kAmountUnreadable, amount, row);
    noted |= read.number(discounts[row], note::kDiscountUnreadable, discount, row);

    const ValueReader::Boolean bought = ValueReader::boolean(purchases[row]);
    purchased.set(row, bought.value);
    noted |= read.boolean(bought.outcome, purchases[row], note::kPurchasedMissing,
                          note::kPurchasedUnreadable);

    std::uint32_t bits = 0;
    for (std::size_t a = 0; a < actions.size(); ++a) {
      const ValueReader::Boolean action = ValueReader::boolean(actions[a][row]);
      if (action.value) bits |= 1U << a;
      noted |= read.boolean(action.outcome, actions[a][row], 0, note::kActionUnreadable);
    }
    action_bits.set(row, bits);
    notes.set(row, noted);
  }
  cleaning.tally->order_ids.add(seen);
}

void clean_customers(const Cleaning& cleaning, duckdb_data_chunk input, duckdb_vector output) {
  const CellReader read(cleaning);
  const idx_t columns = duckdb_data_chunk_get_column_count(input);
  const Cells clients(input, 0);
  std::vector<Cells> dates;
  std::vector<FieldWriter<std::int64_t>> fields;
  for (idx_t c = 1; c < columns; ++c) {
    dates.emplace_back(input, c);
    fields.emplace_back(output, c - 1);
  }
  FieldWriter<std::uint32_t> notes(output, columns - 1);

  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    std::uint32_t noted = clients.key_notes(row, note::kKeyMissing);
    for (std::size_t d = 0; d < dates.size(); ++d) {
      const std::uint32_t missing = d == 0 ? note::kDateMissing : 0;
      const std::uint32_t unreadable = d == 0   ? note::kDateUnreadable
                                       : d == 1 ? note::kOtherDateUnreadable
                                                : note::kActionUnreadable;
      noted |= read.date(dates[d][row], missing, unreadable, fields[d], row);
    }
    notes.set(row, noted);
  }
}

void clean_products(const Cleaning& cleaning, duckdb_data_chunk input, duckdb_vector output) {
  const CellReader read(cleaning);
  const Cells order_ids(input, 0), products(input, 1), prices(input, 2), quantities(input, 3);
  FieldWriter<double> price(output, 0), quantity(output, 1);
  FieldWriter<std::uint32_t> notes(output, 2);

  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    std::uint32_t noted = order_ids.key_notes(row, note::kKeyMissing);
    noted |= products.key_notes(row, note::kClientMissing);
    noted |= read.number(prices[row], note::kAmountUnreadable, price, row);
    noted |= read.number(quantities[row], note::kDiscountUnreadable, quantity, row);
    notes.set(row, noted);
  }
}

void clean_deliveries(const Cleaning& cleaning, duckdb_data_chunk input, duckdb_vector output) {
  const CellReader read(cleaning);
  const Cells order_ids(input, 0), delivered(input, 1), prepared(input, 2), returned(input, 3),
      latitudes(input, 4), longitudes(input, 5);
  FieldWriter<std::int64_t> delivery(output, 0), prepare(output, 1), giving_back(output, 2);
  FieldWriter<double> latitude(output, 3), longitude(output, 4);
  FieldWriter<std::uint32_t> notes(output, 5);

  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    std::uint32_t noted = order_ids.key_notes(row, note::kKeyMissing);
    noted |= read.date(delivered[row], note::kDateMissing, note::kDateUnreadable, delivery, row);
    noted |= read.date(prepared[row], 0, note::kOtherDateUnreadable, prepare, row);
    noted |= read.date(returned[row], 0, note::kOtherDateUnreadable, giving_back, row);
    noted |= read.number(latitudes[row], note::kAmountUnreadable, latitude, row);
    noted |= read.number(longitudes[row], note::kAmountUnreadable, longitude, row);
    notes.set(row, noted);
  }
}

/// Runs in DuckDB's threads, so nothing may be thrown across it.
void clean_chunk(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const auto& cleaning = *static_cast<const Cleaning*>(duckdb_scalar_function_get_extra_info(info));
  const std::int64_t first_number =
      cleaning.tally->take_numbers(static_cast<std::int64_t>(duckdb_data_chunk_get_size(input)));
  try {
    switch (cleaning.kind) {
      case sources::Kind::kSessions: clean_sessions(cleaning, first_number, input, output); break;
      case sources::Kind::kCustomers: clean_customers(cleaning, input, output); break;
      case sources::Kind::kProducts: clean_products(cleaning, input, output); break;
      case sources::Kind::kDeliveries: clean_deliveries(cleaning, input, output); break;
    }
  } catch (const std::exception& failure) {
    duckdb_scalar_function_set_error(info, failure.what());
  }
}

struct OutputField {
  std::string name;
  duckdb_type type;
};

/// The struct that the cleaning function of a kind returns, without the text fields.
std::vector<OutputField> output_fields(const SourcePlan& plan) {
  switch (plan.location.kind) {
    case sources::Kind::kSessions:
      return {
          {"number", DUCKDB_TYPE_BIGINT},          {"session_start_date", DUCKDB_TYPE_TIMESTAMP},
          {"date", DUCKDB_TYPE_TIMESTAMP},         {"payment_amount", DUCKDB_TYPE_DOUBLE},
          {"discount_amount", DUCKDB_TYPE_DOUBLE}, {"has_purchased", DUCKDB_TYPE_BOOLEAN},
          {"actions", DUCKDB_TYPE_UINTEGER},       {"notes", DUCKDB_TYPE_UINTEGER}};
    case sources::Kind::kCustomers: {
      std::vector<OutputField> fields = {{"download_date", DUCKDB_TYPE_TIMESTAMP},
                                         {"signup_date", DUCKDB_TYPE_TIMESTAMP}};
      for (std::size_t a = 0; a < plan.mapping.actions.size(); ++a) {
        fields.push_back({fmt::format("action_{}", a), DUCKDB_TYPE_TIMESTAMP});
      }
      fields.push_back({"notes", DUCKDB_TYPE_UINTEGER});
      return fields;
    }
    case sources::Kind::kProducts:
      return {{"price", DUCKDB_TYPE_DOUBLE},
              {"quantity", DUCKDB_TYPE_DOUBLE},
              {"notes", DUCKDB_TYPE_UINTEGER}};
    case sources::Kind::kDeliveries: break;
  }
  return {{"delivery_date", DUCKDB_TYPE_TIMESTAMP}, {"prepare_date", DUCKDB_TYPE_TIMESTAMP},
          {"return_date", DUCKDB_TYPE_TIMESTAMP},   {"latitude", DUCKDB_TYPE_DOUBLE},
          {"longitude", DUCKDB_TYPE_DOUBLE},        {"notes", DUCKDB_TYPE_UINTEGER}};
}

/// Registers the function under a name of its own, because a database keeps what it was given
/// first.
std::string register_cleaning(const SourcePlan& plan, bool keep_anonymous,
                              const sources::Relation& relation, sql::Connection& connection,
                              std::shared_ptr<CleaningTally> tally) {
  static std::atomic<int> registrations{0};
  const std::string name =
      fmt::format("clean_{}_{}", sources::name_of(plan.location.kind), ++registrations);
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, name.c_str());
  duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_scalar_function_set_varargs(function, text);
  duckdb_destroy_logical_type(&text);

  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  const std::vector<OutputField> fields = output_fields(plan);
  for (const OutputField& field : fields) {
    types.push_back(duckdb_create_logical_type(field.type));
    names.push_back(field.name.c_str());
  }
  duckdb_logical_type row = duckdb_create_struct_type(types.data(), names.data(), types.size());
  duckdb_scalar_function_set_return_type(function, row);
  duckdb_destroy_logical_type(&row);
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);

  if (tally == nullptr) tally = std::make_shared<CleaningTally>();
  auto cleaning = std::make_unique<Cleaning>(Cleaning{.zone = Zone::find(plan.timezone),
                                                      .pattern = plan.date_pattern,
                                                      .decimal = relation.decimal,
                                                      .keep_anonymous = keep_anonymous,
                                                      .kind = plan.location.kind,
                                                      .tally = std::move(tally)});
  duckdb_scalar_function_set_extra_info(function, cleaning.release(),
                                        [](void* data) { delete static_cast<Cleaning*>(data); });
  duckdb_scalar_function_set_special_handling(function);  // nulls are cells like others
  duckdb_scalar_function_set_volatile(function);          // it numbers the rows
  duckdb_scalar_function_set_function(function, clean_chunk);
  const duckdb_state state = duckdb_register_scalar_function(connection.handle(), function);
  duckdb_destroy_scalar_function(&function);
  if (state == DuckDBError) {
    throw Error("E-STORE", "The embedded database refused the cleaning function.");
  }
  return name;
}

}  // namespace

std::string cleaned_select(const SourcePlan& plan, bool keep_anonymous,
                           const sources::Relation& relation, sql::Connection& connection,
                           std::shared_ptr<CleaningTally> tally) {
  const std::string clean =
      register_cleaning(plan, keep_anonymous, relation, connection, std::move(tally));

  // Everything is read as text, also the typed columns of Parquet, so that one set of rules holds.
  const auto mapped = [&](const std::string& field) {
    return plan.mapping.columns.find(field) != plan.mapping.columns.end();
  };
  const auto cell = [&](const std::string& field) -> std::string {
    if (!mapped(field)) {
      // Without a mapped has_purchased every row is an order (ruling 63).
      return field == "has_purchased" ? "'true'" : "CAST(NULL AS VARCHAR)";
    }
    return fmt::format("CAST({} AS VARCHAR)", sql::identifier(plan.mapping.columns.at(field)));
  };
  const auto text = [&](const std::string& field) {
    return fmt::format("{} AS {}", cell(field), field);
  };

  std::vector<std::string> arguments;
  const auto pass = [&](std::initializer_list<const char*> fields) {
    for (const char* field : fields) arguments.push_back(cell(field));
  };
  std::vector<std::string> texts;    // cells that stand beside the cleaning function
  std::vector<std::string> columns;  // how they appear in the result
  switch (plan.location.kind) {
    case sources::Kind::kSessions:
      pass({"order_id", "client", "session_start_date", "date", "payment_amount", "discount_amount",
            "has_purchased", "promotion_id"});
      texts = {text("order_id"), text("client"), text("promotion_id"), text("dimension")};
      columns = {"order_id",
                 fmt::format("CASE WHEN (cleaned.notes & {}) = 0 THEN client END AS client",
                             note::kAnonymous),
                 fmt::format("CASE WHEN (cleaned.notes & {}) = 0 THEN promotion_id END "
                             "AS promotion_id",
                             note::kOrganic),
                 // Ruling 13 keeps dimension values as they are.
                 mapped("dimension") ? "coalesce(dimension, '(none)') AS dimension" : "dimension"};
      break;
    case sources::Kind::kCustomers:
      pass({"client", "download_date", "signup_date"});
      texts = {text("client")};
      columns = {"client"};
      break;
    case sources::Kind::kProducts:
      pass({"order_id", "product", "price", "quantity"});
      texts = {text("order_id"), text("product"), text("category")};
      columns = {"order_id", "product",
                 mapped("category") ? "coalesce(category, '(none)') AS category" : "category"};
      break;
    case sources::Kind::kDeliveries:
      pass({"order_id", "delivery_date", "prepare_date", "return_date", "latitude", "longitude"});
      texts = {text("order_id")};
      columns = {"order_id"};
      break;
  }
  for (const std::string& action : plan.mapping.actions) {
    arguments.push_back(fmt::format("CAST({} AS VARCHAR)", sql::identifier(action)));
  }

  for (const OutputField& field : output_fields(plan)) {
    columns.push_back(fmt::format("cleaned.{0} AS {0}", sql::identifier(field.name)));
  }
  return fmt::format("SELECT {} FROM (SELECT {}, {}({}) AS cleaned FROM ({}))",
                     fmt::join(columns, ", "), fmt::join(texts, ", "), clean,
                     fmt::join(arguments, ", "), relation.select);
}

void register_clock(sql::Connection& connection, const char* name, const Zone& zone) {
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, name);
  duckdb_logical_type instant = duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP);
  duckdb_scalar_function_add_parameter(function, instant);
  duckdb_scalar_function_set_return_type(function, instant);
  duckdb_destroy_logical_type(&instant);
  duckdb_scalar_function_set_extra_info(function, std::make_unique<Zone>(zone).release(),
                                        [](void* data) { delete static_cast<Zone*>(data); });
  duckdb_scalar_function_set_function(
      function, [](duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
        const auto& of = *static_cast<const Zone*>(duckdb_scalar_function_get_extra_info(info));
        duckdb_vector argument = duckdb_data_chunk_get_vector(input, 0);
        const auto* instants = static_cast<const std::int64_t*>(duckdb_vector_get_data(argument));
        const std::uint64_t* valid = duckdb_vector_get_validity(argument);
        auto* clocks = static_cast<std::int64_t*>(duckdb_vector_get_data(output));
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(input); ++row) {
          const bool is_value = valid == nullptr || duckdb_validity_row_is_valid(
                                                        const_cast<std::uint64_t*>(valid), row);
          const LocalTime local = of.to_local({is_value ? instants[row] : 0});
          clocks[row] = local.day.number * kMicrosPerDay + local.micros_of_day;
        }
      });
  const duckdb_state state = duckdb_register_scalar_function(connection.handle(), function);
  duckdb_destroy_scalar_function(&function);
  if (state == DuckDBError) {
    throw Error("E-STORE", "The embedded database refused the calendar function.");
  }
}

}  // namespace ca::ingest
