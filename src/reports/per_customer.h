#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/catalogue.h"
#include "reports/family.h"

namespace ca::reports {

/// Sorts the rows by their first column, a text that stands once, in byte order.
Table sorted_by_key(const Table& table);

void save_table(const Table& table, std::string& bytes);
/// Appends the rows that save_table() wrote to a table of the same columns.
void load_table(std::string_view& bytes, Table& table);

/// Makes a Family of a per-customer fold: a class with
///   static std::vector<std::string> reports();
///   explicit Fold(const Frame&);
///   bool has_row(const Journey&) const;
///   void emit(const Journey&, std::vector<Table>& rows) const;   // one row a table, and report
///   // where a cell counts something, what the customer adds to it:
///   void tell(const Journey&, const std::vector<Table>& rows, ProbeSink&) const;
/// Its state is the rows themselves, at most one a customer and report. Where only the first rows
/// are wanted, no partition, whose customers come in byte order, gives more than these.
template <class Fold>
class PerCustomer final : public Family {
 public:
  explicit PerCustomer(const Frame& frame) : fold_(frame), limit_(frame.limit) {
    for (const std::string& report : Fold::reports()) {
      rows_.push_back(table_for(find_report(report), *frame.schema));
    }
  }

  void add(const Journey& journey) override {
    if (!fold_.has_row(journey)) return;
    if (journey.partition != partition_) {
      partition_ = journey.partition;
      of_partition_ = 0;
    }
    if (limit_ && ++of_partition_ > *limit_) {
      for (Table& table : rows_) table.leave_out(1);
      return;
    }
    fold_.emit(journey, rows_);
  }
  /// Behind a cell stands the customer of its row, who alone is asked. The tables stand for the
  /// grids that a per-customer fold does not have.
  Targets targets(const CellRef& cell) const override {
    const auto table = std::ranges::find(rows_, cell.report, &Table::name);
    return {{&*table, Rows::all(), cell.position}};
  }
  void probe(const Journey& journey, ProbeSink& sink) override {
    if constexpr (requires { fold_.tell(journey, rows_, sink); }) fold_.tell(journey, rows_, sink);
  }
  void merge(const Family& other) override {
    const auto& theirs = static_cast<const PerCustomer&>(other).rows_;
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].append(theirs[i]);
  }
  void save(std::string& bytes) const override {
    for (const Table& table : rows_) save_table(table, bytes);
  }
  void load(std::string_view& bytes) override {
    for (Table& table : rows_) load_table(bytes, table);
  }
  std::vector<Table> tables() const override {
    std::vector<Table> sorted;
    for (const Table& table : rows_) {
      sorted.push_back(sorted_by_key(table));
      if (limit_) sorted.back() = sorted.back().head(*limit_);
    }
    return sorted;
  }

 private:
  Fold fold_;
  std::optional<std::size_t> limit_;
  std::vector<Table> rows_;
  const journeys::Partition* partition_ = nullptr;  ///< of the last customer
  std::size_t of_partition_ = 0;                    ///< his partition's rows so far
};

template <class Fold>
std::unique_ptr<Family> make_per_customer(const Frame& frame) {
  return std::make_unique<PerCustomer<Fold>>(frame);
}

}  // namespace ca::reports
