#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/calendar.h"

namespace ca::tests {

/// Numbers that are the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// 0 to count - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

/// A shop as its files tell it: with unreadable cells, clock changes, refunds, missing payments,
/// repeated rows, customers without sessions and sessions without customers. Everything follows
/// from the seed. Rows can be cut at a moment, because each knows its own.
class RandomShop {
 public:
  explicit RandomShop(std::uint64_t seed);

  const Zone& zone() const { return zone_; }
  Day first_day() const { return begin_; }
  Day last_day() const { return begin_ + (days_ - 1); }
  /// Days on which the clocks of the zone change.
  const std::vector<Day>& days_of_change() const { return changes_; }
  /// A moment in the shop's life.
  Instant moment(Random& random) const;

  /// The same rows in another order.
  RandomShop shuffled(std::uint64_t seed) const;
  /// Only the sessions in [begin, end], and the customers' dates up to `end`. Data quality apart, a
  /// run on it says what one on these rows of the shop would.
  RandomShop cut(std::optional<Instant> begin, Instant end) const;
  /// Whether a session that is accepted starts in [begin, end].
  bool has_sessions(Instant begin, Instant end) const;

  /// File name -> content, with connect.toml; every source in `parts` files.
  std::map<std::string, std::string> files(std::size_t parts = 1) const;
  /// The same without other sources than sessions and their baskets.
  std::map<std::string, std::string> files_of_sessions() const;

 private:
  struct Row {
    std::optional<Instant> at;  ///< when it happened; nothing where that cannot be read
    bool is_accepted = true;
    std::vector<std::string> cells;
  };
  struct Written {
    Instant instant;
    std::string text;
  };

  void find_changes();
  static void add(std::map<std::string, std::string>& files, const std::string& name,
                  const std::vector<std::string>& header, const std::vector<Row>& rows,
                  std::size_t parts);
  void add_sessions(std::map<std::string, std::string>& files, std::size_t parts) const;
  void add_baskets(std::map<std::string, std::string>& files, std::size_t parts) const;
  void make_customers(Random& random);
  void make_sessions(Random& random);
  void make_basket(Random& random, const std::string& order);
  void make_delivery(Random& random, const std::string& order, Instant start);
  Instant some_wall_clock(Random& random, const Zone& zone, std::string& text) const;
  Written some_time(Random& random, const Zone& zone) const;
  static Written written(Random& random, Instant instant);

  Zone zone_ = Zone::utc();
  Zone customers_zone_ = Zone::utc();
  Day begin_;
  std::int32_t days_ = 0;
  bool keeps_anonymous_ = false;
  bool has_auto_customers_ = false;
  std::vector<Day> changes_;
  std::vector<std::string> values_;
  std::vector<std::string> clients_;
  std::vector<Row> sessions_;
  std::vector<Row> customers_;
  std::vector<Row> lines_;
  std::vector<Row> deliveries_;
};

/// The moment as --as-of takes it, exact in every zone.
std::string moment_text(Instant instant);

}  // namespace ca::tests
