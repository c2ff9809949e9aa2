#include "api/mapping_suggestion.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/utf8.h"

namespace ca::api {
namespace {

using ingest::Field;
using ingest::FieldType;
using ingest::ProbedColumn;
using sources::Kind;

constexpr std::size_t kLongestName = 200;  // beyond it a name is no name

/// How shops call a field, the most certain first: names as words in the singular, and how sure one
/// can be of a column that is called just so.
struct Names {
  double confidence;
  std::vector<std::string_view> names;
};
using FieldNames = std::map<std::string_view, std::vector<Names>>;

const FieldNames& names_of(Kind kind) {
  static const std::vector<Names> order = {
      {0.95,
       {"order id", "order no", "order number", "order nr", "order key", "order code", "invoice id",
        "invoice no", "invoice number", "session id", "transaction id", "transaction no",
        "receipt id", "receipt no", "purchase id", "visit id", "order ref", "order reference"}},
      {0.8, {"order", "invoice", "transaction", "receipt", "session", "purchase", "visit"}},
      {0.5, {"id", "key", "no", "number"}}};
  static const std::vector<Names> client = {
      {0.95,
       {"client id", "customer id", "user id", "client no", "customer no", "customer number",
        "client number", "buyer id", "shopper id", "member id", "account id", "visitor id",
        "client key", "customer key", "person id", "guest id", "household id", "customer code",
        "client code"}},
      {0.9, {"client", "customer"}},
      {0.8, {"user", "buyer", "shopper", "member", "visitor", "person", "guest", "household"}},
      {0.6,
       {"account", "email", "e mail", "username", "user name", "customer name", "uid", "cid"}}};
  static const FieldNames sessions = {
      {"order_id", order},
      {"client", client},
      {"session_start_date",
       {{0.95,
         {"session start", "session start date", "session start time", "start date", "start time",
          "started at", "start", "session date", "session time", "visit start", "begin",
          "begin date"}},
        {0.9,
         {"order date", "invoice date", "purchase date", "transaction date", "order time",
          "order timestamp", "order datetime", "order created at", "visit date", "transaction time",
          "purchase time", "ordered at", "purchased at", "invoice timestamp", "receipt date",
          "sale date"}},
        {0.8,
         {"created at", "timestamp", "datetime", "date time", "created", "creation date",
          "created date", "create date", "event time", "event date"}},
        {0.7, {"date", "time", "day", "at", "t"}}}},
      {"date",
       {{0.95,
         {"session end", "session end date", "session end time", "end date", "end time", "ended at",
          "end", "finish", "finished at", "completed at", "closed at"}},
        {0.45, {"date", "updated at"}}}},
      {"payment_amount",
       {{0.95,
         {"payment amount", "amount", "order amount", "total amount", "payment", "paid",
          "amount paid", "order total", "order value", "total price", "grand total", "revenue",
          "total paid", "paid amount", "invoice amount", "transaction amount", "purchase amount",
          "net amount", "net total"}},
        {0.8,
         {"total", "sale", "spend", "spent", "turnover", "basket value", "cart total",
          "gross amount", "price total", "sum", "subtotal"}},
        {0.55, {"price", "value", "money", "gmv"}}}},
      {"discount_amount",
       {{0.95,
         {"discount amount", "discount", "total discount", "discount value", "rebate",
          "order discount"}},
        {0.7, {"reduction", "voucher amount", "coupon amount", "promotion amount"}}}},
      {"has_purchased",
       {{0.95,
         {"has purchased", "purchased", "is purchase", "is purchased", "has bought", "bought",
          "has ordered", "is order", "converted", "is converted", "conversion", "has order",
          "is paid"}},
        {0.7, {"purchase", "completed", "ordered", "success", "sale", "paid"}}}},
      {"promotion_id",
       {{0.95,
         {"promotion id", "promotion", "promo", "promo id", "promo code", "promotion code",
          "coupon", "coupon code", "coupon id", "voucher", "voucher code", "campaign",
          "campaign id", "campaign code", "discount code", "offer id", "offer"}}}},
      {"dimension",
       {{0.95, {"dimension"}},
        {0.8,
         {"country", "region", "market", "store", "channel", "city", "branch", "platform",
          "country code", "store id", "shop", "shop id", "sale channel"}},
        {0.6,
         {"device", "device type", "category", "segment", "location", "source", "brand", "state",
          "medium", "language", "department", "warehouse", "group"}}}}};
  static const FieldNames customers = {
      {"client",
       {client[0], client[1], client[2], client[3], {0.5, {"id", "key", "no", "number"}}}},
      {"download_date",
       {{0.95,
         {"download date", "downloaded at", "download", "download time", "install date",
          "installed at", "install", "installation date", "first seen", "first seen at",
          "first seen date", "first visit", "first visit date", "acquisition date", "acquired at"}},
        {0.8,
         {"created at", "created", "creation date", "created date", "customer since", "since",
          "join date", "joined", "joined at", "member since", "first date", "first session",
          "first order", "first purchase", "start date", "enrollment date"}},
        {0.6, {"date", "timestamp", "registered at", "registration date", "signup date"}}}},
      {"signup_date",
       {{0.95,
         {"signup date", "sign up date", "signup", "sign up", "signed up at", "signup at",
          "registration date", "registered at", "registered", "registration", "signed up",
          "register date", "account created at", "signup time"}},
        {0.45, {"created at", "activated at", "activation date"}}}}};
  static const FieldNames products = {
      {"order_id", order},
      {"product",
       {{0.95,
         {"product", "product id", "product name", "item", "item id", "item name", "sku",
          "product code", "article", "article id", "stock code", "product sku", "article no",
          "article number", "item code", "product title", "product key"}},
        {0.7, {"description", "title", "name", "ean", "isbn", "goods"}}}},
      {"price",
       {{0.95,
         {"price", "unit price", "item price", "product price", "price per unit", "price each",
          "single price"}},
        {0.6, {"amount", "cost", "value", "sale price", "line price"}}}},
      {"category",
       {{0.95,
         {"category", "product category", "category name", "category id", "department",
          "product type", "product group", "item category", "category code"}},
        {0.6, {"type", "group", "section", "class", "family", "brand"}}}},
      {"quantity",
       {{0.95,
         {"quantity", "qty", "unit", "piece", "item quantity", "number of item", "order qty",
          "product quantity"}},
        {0.6, {"count", "pcs", "number", "volume"}}}}};
  static const FieldNames deliveries = {
      {"order_id", order},
      {"delivery_date",
       {{0.95,
         {"delivery date", "delivered at", "delivered", "delivery time", "delivery timestamp",
          "arrival time", "arrived at", "dropoff time", "drop off time", "delivered date",
          "delivery end", "delivery at"}},
        {0.6, {"date", "arrival", "timestamp", "time", "created at"}}}},
      {"prepare_date",
       {{0.95,
         {"prepare date", "prepared at", "prepared", "preparation date", "preparation time",
          "ready at", "packed at", "pick up time", "pickup time", "picked up at", "dispatch date",
          "dispatched at", "shipped at", "shipping date", "ship date", "time order picked",
          "prepare time"}}}},
      {"return_date",
       {{0.95,
         {"return date", "returned at", "returned", "return time", "courier return", "back at"}}}},
      {"latitude",
       {{0.95,
         {"latitude", "lat", "delivery latitude", "delivery lat", "delivery location latitude",
          "dropoff latitude", "destination latitude", "customer latitude", "to lat"}}}},
      {"longitude",
       {{0.95,
         {"longitude", "lon", "lng", "long", "delivery longitude", "delivery lon", "delivery lng",
          "delivery location longitude", "dropoff longitude", "destination longitude",
          "customer longitude", "to lon"}}}}};
  switch (kind) {
    case Kind::kSessions: return sessions;
    case Kind::kCustomers: return customers;
    case Kind::kProducts: return products;
    case Kind::kDeliveries: break;
  }
  return deliveries;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

std::string without_blanks(std::string_view text) {
  std::string compact;
  std::ranges::copy_if(text, std::back_inserter(compact), [](char c) { return c != ' '; });
  return compact;
}

bool has_words(const std::string& all, std::string_view some) {
  return (" " + all + " ").find(" " + std::string(some) + " ") != std::string::npos;
}

struct NameMatch {
  double confidence = 0;
  std::string_view name;  ///< that it was taken for
  bool is_whole = false;  ///< the column is called so; else its name contains it
};

/// How sure the name alone makes that the column means a field called like this.
NameMatch match_name(const std::string& column, const std::vector<Names>& fields) {
  constexpr double kContained = 0.7;  // of the confidence, where the name has more words
  constexpr double kLongerIsBetter = 0.002;
  NameMatch best;
  const std::string compact = without_blanks(column);
  const auto take = [&](double confidence, std::string_view name, bool is_whole) {
    if (confidence > best.confidence) best = {confidence, name, is_whole};
  };
  for (const Names& level : fields) {
    for (const std::string_view name : level.names) {
      if (column == name) {
        take(level.confidence, name, true);
      } else if (compact == without_blanks(name)) {
        take(level.confidence - 0.01, name, true);
      } else if (name.size() > 2 && has_words(column, name)) {
        // "delivery order id" rather says "order id" than "order".
        take(level.confidence * kContained + kLongerIsBetter * static_cast<double>(name.size()),
             name, false);
      }
    }
  }
  best.confidence = std::min(best.confidence, 1.0);
  return best;
}

bool can_be(const ProbedColumn& column, const Field& field) {
  if (column.filled == 0) return true;
  switch (field.type) {
    case FieldType::kNumber: return column.is_number;
    case FieldType::kInstant: return column.is_instant;
    case FieldType::kBoolean: return column.is_boolean;
    case FieldType::kText: break;
  }
  // Required texts are names of things: orders, customers, products.
  constexpr std::size_t kFewRows = 2;
  const FieldType looks = column.looks_like();
  return !field.required || column.filled <= kFewRows ||
         (looks != FieldType::kBoolean && looks != FieldType::kInstant);
}

std::string_view words_for(FieldType type) {
  switch (type) {
    case FieldType::kInstant: return "dates";
    case FieldType::kNumber: return "numbers";
    case FieldType::kBoolean: return "true or false";
    case FieldType::kText: break;
  }
  return "texts";
}

/// A column of a table in which each row is of another order, or customer.
bool is_key_of_rows(Kind kind, const std::string& field) {
  return (field == "order_id" && (kind == Kind::kSessions || kind == Kind::kDeliveries)) ||
         (field == "client" && kind == Kind::kCustomers);
}

struct Candidate {
  std::size_t field = 0;
  std::size_t column = 0;
  double confidence = 0;
  std::string reason;
};

class Suggester {
 public:
  Suggester(Kind kind, const ingest::Probe& probe)
      : kind_(kind), probe_(probe), fields_(ingest::fields_of(kind)) {
    for (const ProbedColumn& column : probe.columns) {
      const bool is_name = column.name.size() <= kLongestName;
      names_.push_back(is_name ? joined(words_of_name(column.name)) : std::string());
    }
    chosen_.resize(fields_.size());
    is_used_.resize(probe.columns.size());
  }

  MappingSuggestion suggest() {
    choose(by_name());
    choose(by_cells());
    MappingSuggestion suggestion;
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      if (chosen_[f].confidence > 0) {
        suggestion.fields.push_back({fields_[f].name, probe_.columns[chosen_[f].column].name,
                                     chosen_[f].confidence, chosen_[f].reason});
      } else if (fields_[f].required) {
        suggestion.missing.push_back(fields_[f].name);
      }
    }
    suggestion.actions = actions();
    if (kind_ == Kind::kSessions) suggestion.dimensions = dimensions();
    return suggestion;
  }

 private:
  std::vector<Candidate> by_name() const {
    std::vector<Candidate> candidates;
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      const Field& field = fields_[f];
      std::vector<Names> names = {{1.0, {}}, {0.97, {}}};  // its own name, and its second one
      const std::string own = joined(words_of_name(field.name));
      // "date" says little: most columns of that name are the start of a session.
      if (field.name != "date") names[0].names.push_back(own);
      const std::string alias = joined(words_of_name(field.alias));
      if (!alias.empty()) names[1].names.push_back(alias);
      const std::vector<Names>& trade = names_of(kind_).at(field.name);
      names.insert(names.end(), trade.begin(), trade.end());
      for (std::size_t c = 0; c < probe_.columns.size(); ++c) {
        if (names_[c].empty()) continue;
        const ProbedColumn& column = probe_.columns[c];
        const NameMatch match = match_name(names_[c], names);
        if (match.confidence <= 0 || !can_be(column, field)) continue;
        double confidence = match.confidence;
        std::string reason = fmt::format(
            "{} \"{}\"", match.is_whole ? "It is called" : "Its name contains", match.name);
        if (column.filled == 0) {
          confidence *= 0.8;
          reason += "; its first rows are empty";
        } else if (field.type != FieldType::kText) {
          reason += fmt::format(" and holds {}", words_for(field.type));
        } else if (is_key_of_rows(kind_, field.name) && !column.is_unique()) {
          confidence *= 0.7;
          reason += ", although values repeat";
        }
        candidates.push_back({f, c, confidence, std::move(reason)});
      }
    }
    return candidates;
  }

  /// For required fields without a name to go by.
  std::vector<Candidate> by_cells() const {
    std::vector<Candidate> candidates;
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      const Field& field = fields_[f];
      const bool is_wanted = field.required || field.name == "has_purchased";
      if (!is_wanted || chosen_[f].confidence > 0) continue;
      const bool is_key = is_key_of_rows(kind_, field.name);
      if (field.type == FieldType::kText && !is_key) continue;
      std::vector<std::size_t> fitting;
      for (std::size_t c = 0; c < probe_.columns.size(); ++c) {
        if (!is_used_[c] && fits(field, probe_.columns[c])) fitting.push_back(c);
      }
      if (fitting.empty()) continue;
      // Several columns of true or false are steps as likely as the purchase.
      if (field.type == FieldType::kBoolean && fitting.size() > 1) continue;
      const bool is_only = fitting.size() == 1;
      candidates.push_back({f, fitting.front(), is_only ? 0.35 : 0.2,
                            is_key
                                ? std::string("Its values all differ")
                                : fmt::format("It is the {} column of {}",
                                              is_only ? "only" : "first", words_for(field.type))});
    }
    return candidates;
  }

  static bool fits(const Field& field, const ProbedColumn& column) {
    const FieldType looks = column.looks_like();
    if (field.type != FieldType::kText) return column.filled > 0 && looks == field.type;
    constexpr std::size_t kEnoughRows = 5;
    return column.is_unique() && column.filled >= kEnoughRows && column.null_percent == 0 &&
           looks != FieldType::kInstant && looks != FieldType::kBoolean &&
           std::ranges::none_of(column.samples, [](const std::string& sample) {
             return sample.find_first_of(".,") != std::string::npos;
           });
  }

  /// The most certain first; each field and each column once. Among equals required fields, then
  /// the order of fields and columns decide.
  void choose(std::vector<Candidate> candidates) {
    std::ranges::stable_sort(candidates, [&](const Candidate& a, const Candidate& b) {
      if (a.confidence != b.confidence) return a.confidence > b.confidence;
      return fields_[a.field].required && !fields_[b.field].required;
    });
    for (Candidate& candidate : candidates) {
      if (chosen_[candidate.field].confidence > 0 || is_used_[candidate.column]) continue;
      is_used_[candidate.column] = true;
      chosen_[candidate.field] = std::move(candidate);
    }
  }

  std::vector<SuggestedColumn> actions() const {
    static const std::set<std::string> kReserved = {"has_sessions", "purchased", "download",
                                                    "signup"};
    std::vector<SuggestedColumn> found;
    if (kind_ != Kind::kSessions && kind_ != Kind::kCustomers) return found;
    const FieldType type = kind_ == Kind::kSessions ? FieldType::kBoolean : FieldType::kInstant;
    for (std::size_t c = 0; c < probe_.columns.size(); ++c) {
      const ProbedColumn& column = probe_.columns[c];
      const std::string name = ascii_lower(column.name);
      const bool is_possible = !is_used_[c] && !name.empty() && !kReserved.contains(name) &&
                               !name.starts_with("conv_") && column.filled > 0 &&
                               column.looks_like() == type;
      if (!is_possible || found.size() == ingest::kMaxActions) continue;
      // A column of one value may be a count that happens to be 1.
      const double confidence = type == FieldType::kInstant ? 0.6
                                : column.distinct == 1      ? 0.3
                                : column.is_number          ? 0.5
                                                            : 0.7;
      found.push_back(
          {"action", column.name, confidence, fmt::format("It holds {}", words_for(type))});
    }
    return found;
  }

  std::vector<SuggestedColumn> dimensions() const {
    constexpr std::size_t kMostValues = 20;
    std::vector<SuggestedColumn> found;
    for (std::size_t c = 0; c < probe_.columns.size(); ++c) {
      const ProbedColumn& column = probe_.columns[c];
      const bool repeats = column.distinct > 0 && column.distinct <= kMostValues &&
                           column.distinct * 2 <= column.filled;
      if (is_used_[c] || column.name.empty() || !repeats || column.is_number || column.is_instant ||
          column.is_boolean) {
        continue;
      }
      const NameMatch match = match_name(names_[c], names_of(kind_).at("dimension"));
      found.push_back(
          {"dimension", column.name, match.confidence > 0 ? match.confidence : 0.3,
           fmt::format("It has {} different values in {} rows", column.distinct, column.filled)});
    }
    std::ranges::stable_sort(found, std::greater<>(), &SuggestedColumn::confidence);
    return found;
  }

  Kind kind_;
  const ingest::Probe& probe_;
  const std::vector<Field>& fields_;
  std::vector<std::string> names_;  ///< of columns, in words
  std::vector<Candidate> chosen_;   ///< of fields; confidence 0 where there is none
  std::vector<bool> is_used_;       ///< of columns
};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return is_upper(c) || is_lower(c) || static_cast<unsigned char>(c) >= 128;
}

std::string singular(const std::string& word) {
  if (word == "ids" || word == "nos") return word.substr(0, 2);
  if (word.size() > 4 && word.ends_with("ies")) return word.substr(0, word.size() - 3) + "y";
  const bool is_plural = word.size() > 3 && word.ends_with('s') && !word.ends_with("ss") &&
                         !word.ends_with("us") && !word.ends_with("is");
  return is_plural ? word.substr(0, word.size() - 1) : word;
}

}  // namespace

std::vector<std::string> words_of_name(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(singular(ascii_lower(word)));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_letter(c) && !is_digit(c)) {
      end_word();
      continue;
    }
    if (!word.empty()) {
      const char last = word.back();
      const bool is_hump = is_upper(c) && (is_lower(last) || is_digit(last));
      // The last capital of several begins a word: "IDNumber". "IDs" is the plural of one.
      const bool follows_capitals =
          is_upper(c) && is_upper(last) && i + 1 < name.size() && is_lower(name[i + 1]) &&
          !(name[i + 1] == 's' && (i + 2 == name.size() || !is_letter(name[i + 2])));
      if (is_hump || follows_capitals || is_digit(c) != is_digit(last)) end_word();
    }
    word += c;
  }
  end_word();
  return words;
}

MappingSuggestion suggest_mapping(sources::Kind kind, const ingest::Probe& probe) {
  return Suggester(kind, probe).suggest();
}

}  // namespace ca::api
