#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/table.h"
#include "reports/cell_ref.h"
#include "reports/frame.h"
#include "reports/grid.h"
#include "reports/sink.h"

namespace ca::reports {

// ---- what a report is -------------------------------------------------------------------------

/// What the cells of a column are made of: decides what "who is behind this number" lists (ruling
/// 42).
enum class Counted : std::uint8_t { kNothing, kSessions, kOrders, kCustomers };

/// Columns that stand once for each of something.
enum class Repeat : std::uint8_t { kOnce, kSessionAction, kCustomerAction, kSignup };

struct ColumnSpec {
  std::string name;  ///< with <action> where it repeats
  ColumnType type;
  std::string unit;  ///< "", "orders", "currency", "hours", "percent", ...
  Counted counts = Counted::kNothing;
  std::string sentence;
  Repeat repeat = Repeat::kOnce;
};

/// What a report cannot do without.
enum class Need : std::uint8_t {
  kSessions,
  kCustomers,
  kProducts,
  kCategory,
  kPromotion,
  kDiscount,
  kDeliveries,
  kPrepareDate,
  kReturnDate,
  kCoordinates,
  kDimension
};

/// A report that is part of another: the same rows in the same order, of some columns. It is made
/// of the other's table whenever it is read, so it is neither folded nor stored.
struct View {
  std::string report;                ///< the other, of the same family; no view itself
  std::vector<std::string> columns;  ///< of the other: one for each column, which may be called
                                     ///< otherwise; none that is repeated
  /// Or its rows in another form, of one population: then no columns are named above, and those of
  /// the view depend on the rows.
  Table (*reshaped)(const Table& other) = nullptr;
};

/// A report, declared once: page, API, Python, CSV headers and docs are made from this.
struct ReportSpec {
  std::string name;
  std::string title;
  std::vector<Need> needs;
  std::vector<ColumnSpec> columns;
  std::size_t key_columns = 1;
  std::vector<std::string> row_key = {};  ///< what names a row where the leading columns do not
  std::string chart;                      ///< line, bar, histogram, kpi, table, ...
  std::string page;                       ///< where it lives
  std::string window;                     ///< what a live window means for it
  std::string help;                       ///< formula and population
  bool is_additive = false;               ///< dimension values add up to main
  bool is_main_only = false;              ///< no dimension value has it, whatever its family
  bool is_extra = false;                  ///< not among the 90 names of the older program
  std::optional<View> view = {};          ///< where it is part of another report

  /// Whether its rows say which customers they are of.
  bool names_customers() const {
    return std::ranges::find(columns, "client", &ColumnSpec::name) != columns.end();
  }
};

inline bool needs(const ReportSpec& report, Need need) {
  return std::ranges::find(report.needs, need) != report.needs.end();
}

std::string_view name_of(Need need);
std::string_view name_of(Counted counts);

// ---- how a report is computed -----------------------------------------------------------------

enum class FamilyKind : std::uint8_t {
  kAggregate,         ///< bounded state; tables for main and every dimension value
  kAcrossDimensions,  ///< an aggregate of every dimension value whose tables, put together, are
                      ///< main's
  kPerCustomer,       ///< rows stream out, one a customer at most
  kMadeByStage,       ///< made by a stage of a run in its own way; there is nothing to fold
  kSystem             ///< written by the run itself; there is nothing to fold
};

/// The state of one family for one population. Not shared between threads; merged afterwards.
class Family {
 public:
  virtual ~Family() = default;
  /// Takes in one customer of the population.
  virtual void add(const Journey& journey) = 0;
  /// Takes the totals of days instead of customers; false where some report of the family that is
  /// asked needs more. Only before any customer.
  virtual bool fill(const DayTotals&) { return false; }
  /// Of main's state, which will take in those of all dimension values: sets right what they count
  /// several times of a customer whose sessions are in several. `value_of_code` as Facts has it.
  virtual void correct(const Journey&, std::span<const std::uint32_t>) {}
  /// What of this state a countable cell of the family's reports is made of (ruling 42); of a cell
  /// that is not there, what nobody adds to.
  virtual Targets targets(const CellRef& cell) const = 0;
  /// Asks what the customer adds to the probe's targets, which are of this state. Changes nothing.
  virtual void probe(const Journey& journey, ProbeSink& sink) = 0;
  /// Commutative and associative; `other` is of the same family and frame.
  virtual void merge(const Family& other) = 0;
  virtual void save(std::string& bytes) const = 0;
  virtual void load(std::string_view& bytes) = 0;
  /// The family's reports, rows in their specified order.
  virtual std::vector<Table> tables() const = 0;
};

/// Makes a Family of a fold: a class with
///   explicit Fold(const Frame&);
///   template <class Sink> void visit(const Journey&, Sink&);
///   auto grids() { return std::tie(...); }   // every Grid of its state
///   void settle();                           // where visit() lets something wait: counts it
///   void correct(const Journey&, std::span<const std::uint32_t>);   // with Sharing::kSessions
///   bool fill(const DayTotals&);             // where totals of days may do for the journeys
///   std::vector<Table> tables() const;
///   Targets targets(const CellRef&) const;   // unless it has no countable cell
template <class Fold>
class FamilyOf final : public Family {
 public:
  explicit FamilyOf(const Frame& frame) : fold_(frame) {}

  void add(const Journey& journey) override {
    CountingSink sink;
    fold_.visit(journey, sink);
  }
  bool fill(const DayTotals& totals) override {
    if constexpr (requires { fold_.fill(totals); }) return fold_.fill(totals);
    return false;
  }
  void correct(const Journey& journey, std::span<const std::uint32_t> value_of_code) override {
    if constexpr (requires { fold_.correct(journey, value_of_code); }) {
      fold_.correct(journey, value_of_code);
    }
  }
  Targets targets(const CellRef& cell) const override {
    if constexpr (requires { fold_.targets(cell); }) {
      return fold_.targets(cell);
    } else {
      throw Error("E-PARAM", "Who is behind the cells of " + cell.report + " is not known.");
    }
  }
  void probe(const Journey& journey, ProbeSink& sink) override { fold_.visit(journey, sink); }

  void merge(const Family& other) override {
    const auto mine = settled(*this).grids();
    const auto theirs = settled(other).grids();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (std::get<I>(mine).merge(std::get<I>(theirs)), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(mine)>>());
  }
  void save(std::string& bytes) const override {
    std::apply([&](const auto&... grid) { (grid.save(bytes), ...); }, settled(*this).grids());
  }
  void load(std::string_view& bytes) override {
    std::apply([&](auto&... grid) { (grid.load(bytes), ...); }, fold_.grids());
  }
  std::vector<Table> tables() const override { return settled(*this).tables(); }

  Fold& fold() { return fold_; }

 private:
  /// The fold, with all that was added in its grids. Whoever gets a family to read may get its fold
  /// to write: grids are named once, for writing, and what waits to be added is no difference.
  static Fold& settled(const Family& family) {
    Fold& fold = const_cast<Fold&>(static_cast<const FamilyOf&>(family).fold_);
    if constexpr (requires { fold.settle(); }) fold.settle();
    return fold;
  }

  Fold fold_;
};

template <class Fold>
std::unique_ptr<Family> make_family(const Frame& frame) {
  return std::make_unique<FamilyOf<Fold>>(frame);
}

// ---- writing tables ---------------------------------------------------------------------------

/// An empty table with the report's columns for the frame's shop.
Table table_for(const ReportSpec& report, const Schema& schema);

/// Fills a table row by row, cell by cell from the left.
class RowWriter {
 public:
  explicit RowWriter(Table& table) : table_(table) {}

  template <class T>
  RowWriter& operator<<(const T& value) {
    next().push(value);
    return *this;
  }
  RowWriter& operator<<(std::int32_t value) { return *this << std::int64_t{value}; }
  RowWriter& operator<<(bool value) { return *this << std::int64_t{value}; }
  RowWriter& operator<<(std::nullopt_t) {
    next().push_null();
    return *this;
  }
  template <class T>
  RowWriter& operator<<(const std::optional<T>& value) {
    return value ? *this << *value : *this << std::nullopt;
  }

 private:
  Column& next() {
    Column& column = table_.columns()[column_];
    column_ = column_ + 1 == table_.width() ? 0 : column_ + 1;
    return column;
  }

  Table& table_;
  std::size_t column_ = 0;
};

inline bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// numerator / denominator, or null for a denominator of 0.
inline std::optional<double> ratio(double numerator, double denominator) {
  return denominator == 0 ? std::nullopt : std::optional(numerator / denominator);
}

}  // namespace ca::reports
