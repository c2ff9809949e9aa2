#include "reports/members.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>

#include "base/error.h"
#include "base/writers.h"
#include "reports/churn_thresholds.h"
#include "reports/customer_set.h"
#include "reports/customer_values.h"
#include "reports/families.h"
#include "reports/pass.h"
#include "reports/rfm_cuts.h"
#include "reports/views.h"

namespace ca::reports {
namespace {

struct Member {
  std::string_view client;  ///< into the partition
  CustomerValues values;
  std::int64_t n = 0;
  std::optional<std::uint8_t> segment = std::nullopt;
};

// ---- who ----------------------------------------------------------------------------------------

/// The report's fold for one population, and the population's place among the facts.
struct Asked {
  const FamilySpec& family;
  const Frame& frame;
  std::uint32_t value;  ///< index of the dimension value; kNoPopulation: main
};

/// What one thread has seen.
class Search {
 public:
  Search(const Facts& facts, const Asked& asked, const CellRef& cell)
      : facts_(facts),
        asked_(asked),
        family_(asked.family.make(asked.frame)),
        sink_(family_->targets(cell)),
        sub_journeys_(facts) {}

  void look_at(const journeys::Partition& partition, std::uint32_t customer) {
    const Journey main = journey_in(partition, customer, asked_.frame, orders_);
    const Journey* journey = asked_.value == kNoPopulation ? &main : sub_journey(main);
    if (journey == nullptr) return;
    family_->add(*journey);
    family_->probe(*journey, sink_);
    const std::int64_t n = sink_.take();
    if (n == 0) return;
    if (journey->is_anonymous) {
      anonymous_ += n;
    } else {
      members_.push_back({journey->client, values_of(*journey, asked_.frame.as_of), n});
      Member& member = members_.back();
      const bool has_segment = asked_.frame.segments != nullptr && member.values.orders > 0;
      if (has_segment) member.segment = asked_.frame.segments->segment(member.values);
    }
  }

  void merge(const Search& other) {
    family_->merge(*other.family_);
    members_.insert(members_.end(), other.members_.begin(), other.members_.end());
    anonymous_ += other.anonymous_;
  }

  std::vector<Member>& members() { return members_; }
  std::int64_t anonymous() const { return anonymous_; }
  std::vector<Table> tables() const { return family_->tables(); }

 private:
  /// Null without a session in the value.
  const Journey* sub_journey(const Journey& journey) {
    const auto* const codes = journey.dimension;
    const auto inside = std::count_if(codes, codes + journey.size, [&](std::uint32_t code) {
      return facts_.value_of_code[code] == asked_.value;
    });
    if (inside == 0) return nullptr;
    const bool is_all = static_cast<std::size_t>(inside) == journey.size;
    return is_all ? &journey : &sub_journeys_.in(journey, asked_.value);
  }

  const Facts& facts_;
  const Asked& asked_;
  std::unique_ptr<Family> family_;
  ProbeSink sink_;
  SubJourneys sub_journeys_;
  std::vector<std::uint32_t> orders_;
  std::vector<Member> members_;
  std::int64_t anonymous_ = 0;
};

/// Shows every customer to a search of each thread; where a cell's key is the customer, only him.
Search search(const journeys::Journeys& journeys, const Facts& facts, const Asked& asked,
              const CellRef& cell, ThreadPool& pool, const Cancellation& cancellation) {
  Search all(facts, asked, cell);
  const std::span<const journeys::Partition> partitions = journeys.partitions();
  const auto is_asked = [&](std::size_t p, std::uint32_t customer) {
    return !partitions[p].is_superseded(customer) && facts.asks_about(p, customer);
  };
  if (asked.family.kind == FamilyKind::kPerCustomer) {
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      const auto customer = partitions[p].find(cell.text(0), false);
      if (customer && is_asked(p, *customer)) all.look_at(partitions[p], *customer);
    }
    return all;
  }
  std::vector<std::unique_ptr<Search>> searches(pool.size());
  pool.for_each(partitions.size(), [&](std::size_t p, std::size_t worker) {
    if (searches[worker] == nullptr) {
      searches[worker] = std::make_unique<Search>(facts, asked, cell);
    }
    for (std::uint32_t customer = 0; customer < partitions[p].customers(); ++customer) {
      if (customer % 10'000 == 0) cancellation.check();
      if (is_asked(p, customer)) searches[worker]->look_at(partitions[p], customer);
    }
  });
  for (const auto& part : searches) {
    if (part != nullptr) all.merge(*part);
  }
  return all;
}

// ---- the cell -----------------------------------------------------------------------------------

bool is_key(const Column& column, std::size_t row, const CellRef::Key& key) {
  if (column.is_null(row)) return std::holds_alternative<std::monostate>(key);
  switch (column.type()) {
    case ColumnType::kText: {
      const auto* text = std::get_if<std::string>(&key);
      return text != nullptr && *text == column.text(row);
    }
    case ColumnType::kDouble: {
      const auto* number = std::get_if<double>(&key);
      return number != nullptr && *number == column.real(row);
    }
    default: {
      const auto* integer = std::get_if<std::int64_t>(&key);
      return integer != nullptr && *integer == column.integer(row);
    }
  }
}

std::string words_of(const Column& column, std::size_t row) {
  if (column.is_null(row)) return "null";
  switch (column.type()) {
    case ColumnType::kText: return json_string(column.text(row));
    case ColumnType::kDouble: return json_number(column.real(row));
    case ColumnType::kDay: return format_day({static_cast<std::int32_t>(column.integer(row))});
    default: return fmt::format("{}", column.integer(row));
  }
}

/// Says which values a key column has in some rows.
std::string values_there(const Column& column, const std::vector<std::size_t>& rows,
                         const CellRef::Key& key) {
  std::vector<std::string> values;
  std::vector<std::string> texts;
  for (const std::size_t row : rows) {
    std::string words = words_of(column, row);
    if (std::ranges::find(values, words) != values.end()) continue;
    values.push_back(std::move(words));
    if (column.type() == ColumnType::kText) texts.push_back(column.text(row));
  }
  if (const auto* text = std::get_if<std::string>(&key)) {
    const std::string guess = nearest_name(*text, texts);
    if (!guess.empty()) return fmt::format("Did you mean {}?", json_string(guess));
  }
  constexpr std::size_t kShown = 10;
  if (values.size() <= kShown) {
    return fmt::format("Here {} is {}.", column.name(), fmt::join(values, ", "));
  }
  if (column.type() == ColumnType::kText) {
    values.resize(kShown);
    return fmt::format("Here {} is {}, ...", column.name(), fmt::join(values, ", "));
  }
  return fmt::format("Here {} goes from {} to {}.", column.name(), values.front(), values.back());
}

/// The row that the key names. Error E-PARAM, which says what there is, when there is none.
std::size_t find_row(const Table& table, const ReportSpec& report, const CellRef& cell) {
  std::vector<std::size_t> rows(table.rows());
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  const std::vector<std::string> names = key_of(report);
  std::string hint = fmt::format("`customeranalytics report {}` lists them.", report.name);
  for (std::size_t k = 0; k < names.size() && !rows.empty(); ++k) {
    const Column& column = *table.find(names[k]);
    std::vector<std::size_t> chosen;
    std::ranges::copy_if(rows, std::back_inserter(chosen),
                         [&](std::size_t row) { return is_key(column, row, cell.key[k]); });
    if (chosen.empty()) hint = values_there(column, rows, cell.key[k]);
    rows = std::move(chosen);
  }
  if (rows.empty()) {
    throw Error("E-PARAM",
                table.rows() == 0 ? fmt::format("{} has no such row.", report.name)
                                  : fmt::format("{} has no row with that key.", report.name),
                hint, {{"report", report.name}});
  }
  return rows.front();
}

std::variant<std::int64_t, double> value_of(const std::vector<Table>& tables,
                                            const ReportSpec& report, const CellRef& cell) {
  const std::string& made = report.view ? report.view->report : report.name;
  const Table& found = *std::ranges::find(tables, made, &Table::name);
  const Table table = report.view ? view_from(found, report) : found;
  const std::size_t row = find_row(table, report, cell);
  const Column& column = table.column(cell.position);
  if (column.is_null(row)) {
    throw Error("E-PARAM",
                fmt::format("The cell {} of {} is empty: there is nothing to count.", cell.column,
                            report.name),
                "", {{"report", report.name}, {"column", cell.column}});
  }
  if (column.type() == ColumnType::kDouble) return column.real(row);
  return column.integer(row);
}

// ---- the list -----------------------------------------------------------------------------------

std::optional<std::int64_t> moment(std::int64_t micros) {
  return micros == journeys::kNoInstant ? std::nullopt : std::optional(micros);
}

std::optional<double> recency(const CustomerValues& values) {
  return values.orders == 0 ? std::nullopt : std::optional(values.recency_hours);
}

/// Nulls come last, equal values by client.
template <class Value>
void sort_by(std::vector<Member>& members, bool is_descending, Value value) {
  std::ranges::sort(members, [&](const Member& a, const Member& b) {
    const auto x = value(a);
    const auto y = value(b);
    if (x.has_value() != y.has_value()) return x.has_value();
    if (x != y) return is_descending ? y < x : x < y;
    return a.client < b.client;
  });
}

void sort(std::vector<Member>& members, const MemberOrder& order) {
  const auto by = [&](auto value) { sort_by(members, order.is_descending, value); };
  const std::string& column = order.column;
  if (column == "client") return by([](const Member& m) { return std::optional(m.client); });
  if (column == "first_order")
    return by([](const Member& m) { return moment(m.values.first_order); });
  if (column == "last_order")
    return by([](const Member& m) { return moment(m.values.last_order); });
  if (column == "orders") return by([](const Member& m) { return std::optional(m.values.orders); });
  if (column == "revenue")
    return by([](const Member& m) { return std::optional(m.values.revenue); });
  if (column == "segment") {
    return by([](const Member& m) {
      return m.segment ? std::optional(segments()[*m.segment].name) : std::nullopt;
    });
  }
  if (column == "recency") return by([](const Member& m) { return recency(m.values); });
  by([](const Member& m) { return std::optional(m.n); });
}

Table table_of(std::span<const Member> members) {
  Table table("members");
  for (const ColumnSpec& column : member_columns()) table.add(column.name, column.type);
  RowWriter row(table);
  for (const Member& member : members) {
    row << std::string(member.client) << moment(member.values.first_order)
        << moment(member.values.last_order) << member.values.orders << member.values.revenue
        << recency(member.values) << member.n;
    if (member.segment) {
      row << std::string(segments()[*member.segment].name);
    } else {
      row << std::nullopt;
    }
  }
  return table;
}

}  // namespace

const std::vector<ColumnSpec>& member_columns() {
  using enum ColumnType;
  static const std::vector<ColumnSpec> columns = {
      {"client", kText, "", Counted::kNothing, "Customer."},
      {"first_order", kInstant, "", Counted::kNothing, "First order."},
      {"last_order", kInstant, "", Counted::kNothing, "Last order."},
      {"orders", kInteger, "orders", Counted::kNothing, "Orders of the customer."},
      {"revenue", kDouble, "currency", Counted::kNothing, "Payments of the customer."},
      {"recency", kDouble, "hours", Counted::kNothing, "Hours from the last order to as_of."},
      {"n", kInteger, "", Counted::kNothing, "The customer's part of the cell."},
      {"segment", kText, "", Counted::kNothing,
       "Segment of the customer; empty without an order or where none is known."}};
  return columns;
}

std::vector<std::string> countable_columns(const ReportSpec& report, const Schema& schema) {
  std::vector<std::string> names;
  for (const ColumnSpec& column : columns_for(report, schema)) {
    if (column.counts != Counted::kNothing) names.push_back(column.name);
  }
  return names;
}

std::size_t find_countable(const ReportSpec& report, std::string_view column,
                           const Schema& schema) {
  const std::vector<ColumnSpec> columns = columns_for(report, schema);
  const std::vector<std::string> countable = countable_columns(report, schema);
  const std::string all =
      countable.empty() ? fmt::format("Nobody is behind the columns of {}.", report.name)
                        : fmt::format("Columns that count are {}.", fmt::join(countable, ", "));
  const Error::Details details = {{"report", report.name}, {"column", std::string(column)}};
  const auto found = std::ranges::find(columns, column, &ColumnSpec::name);
  if (found == columns.end()) {
    const std::string guess = nearest_name(column, countable);
    throw Error("E-PARAM", fmt::format("{} has no column \"{}\".", report.name, column),
                guess.empty() ? all : fmt::format("Did you mean {}?", guess), details);
  }
  if (found->counts == Counted::kNothing) {
    throw Error(
        "E-PARAM",
        fmt::format("{} of {} does not count customers, sessions or orders.", column, report.name),
        all, details);
  }
  return static_cast<std::size_t>(found - columns.begin());
}

void check_order(const MemberOrder& order) {
  std::vector<std::string> names;
  for (const ColumnSpec& column : member_columns()) names.push_back(column.name);
  if (std::ranges::find(names, order.column) != names.end()) return;
  const std::string guess = nearest_name(order.column, names);
  throw Error("E-PARAM", fmt::format("Members have no column \"{}\".", order.column),
              guess.empty() ? fmt::format("Their columns are {}.", fmt::join(names, ", "))
                            : fmt::format("Did you mean {}?", guess));
}

Members members(const journeys::Journeys& journeys, const Facts& found,
                const MembersQuestion& question, ThreadPool& pool,
                const Cancellation& cancellation) {
  const CellRef cell = shown_by(question.cell, journeys.schema());
  const ReportSpec& report = find_report(question.cell.report);
  const FamilySpec& family = family_of(cell.report);
  check_order(question.order);

  // What runs across dimensions is main's report; each row is of the value that its key begins
  // with.
  const bool is_across = family.kind == FamilyKind::kAcrossDimensions;
  const bool of_main = question.of_main && !is_across;
  const std::string& population = is_across ? cell.text(0) : question.population;
  Facts facts = found;
  Question asked;
  asked.reports = {cell.report};
  asked.segments = question.segments;
  asked.with_main = of_main;
  if (!of_main) asked.values = {population};
  narrow(facts, asked);
  find_churn_thresholds(journeys, asked, facts, pool, cancellation);
  if (question.segments) asked.reports.emplace(kClientKpis);  // for the members' own segments
  find_segment_model(journeys, asked, facts, pool, cancellation);
  if (family.stage == kSegmentsStage && facts.main.segments == nullptr) {
    throw Error("E-SKIPPED", fmt::format("{} needs segments, which are not known.", report.name),
                "Run again without skipping the stage segments.", {{"report", report.name}});
  }

  std::uint32_t value = kNoPopulation;
  if (!of_main) {
    const auto frame = std::ranges::find(facts.values, population, &Frame::population);
    if (frame == facts.values.end()) {
      std::vector<std::string> values;
      for (const Frame& candidate : facts.values) values.push_back(candidate.population);
      const std::string guess = nearest_name(population, values);
      throw Error("E-PARAM",
                  fmt::format("{} has no row of {}.", report.name, json_string(population)),
                  guess.empty() ? "Nothing of it lies before the end of the window."
                                : fmt::format("Did you mean {}?", json_string(guess)),
                  {{"report", report.name}});
    }
    value = static_cast<std::uint32_t>(frame - facts.values.begin());
  }
  const Asked search_for{family, of_main ? facts.main : facts.values[value], value};
  Search all = search(journeys, facts, search_for, cell, pool, cancellation);

  Members result;
  result.value = value_of(all.tables(), report, question.cell);
  result.anonymous = all.anonymous();
  result.total = static_cast<std::int64_t>(all.members().size());
  for (const Member& member : all.members()) result.n += member.n;
  sort(all.members(), question.order);
  std::span<const Member> page = all.members();
  page = page.subspan(std::min(question.offset, page.size()));
  result.table = table_of(page.first(std::min(question.limit.value_or(SIZE_MAX), page.size())));
  return result;
}

}  // namespace ca::reports
