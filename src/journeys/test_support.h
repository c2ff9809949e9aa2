#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "ingest/test_support.h"
#include "journeys/builder.h"
#include "store/store.h"

namespace ca::journeys::testing {

using ingest::testing::code_of;
using ingest::testing::TemporaryFolder;
using ingest::testing::write;

inline constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

/// An instant written in UTC; empty means none.
inline std::int64_t utc(const std::string& text) {
  return text.empty() ? kNoInstant : read_instant(text, Zone::utc()).instant.micros;
}

/// The four tables of a shop as rows in memory, scanned in their order.
class MemoryStore : public store::Store {
 public:
  struct Session {
    std::string order;
    std::string client;  ///< empty: anonymous
    std::string start;
    std::string end = {};
    double amount = kNull;
    double discount = kNull;
    bool has_purchased = true;
    std::uint32_t actions = 0;
    std::optional<std::string> promotion = {};
    std::optional<std::string> dimension = {};
  };
  struct Customer {
    std::string client;
    std::string download;
    std::string signup = {};
    std::vector<std::string> actions = {};
  };
  struct Line {
    std::string order;
    std::string product;
    std::optional<std::string> category = {};
    double price = kNull;
    double quantity = kNull;
  };
  struct Delivery {
    std::string order;
    std::string delivery;
    std::string prepare = {};
    std::string giving_back = {};
    double latitude = kNull;
    double longitude = kNull;
  };

  /// Somebody whom a load has touched.
  struct Touch {
    std::int64_t load;
    std::string client;
    std::string order = {};  ///< of an anonymous session
  };

  store::Loads made_by = {1, "origin"};
  std::vector<Touch> touches;
  std::vector<Session> sessions;
  std::vector<Customer> customers;
  std::vector<Line> lines;
  std::vector<Delivery> deliveries;

  sql::Connection& staging() override { throw Error("E-TEST", "Rows in memory need no database."); }
  sql::Connection connect() override { throw Error("E-TEST", "Rows in memory need no database."); }
  void replace_with_staged() override {}
  void merge_staged() override {}
  store::Loads loads() override { return made_by; }
  void scan_touched(std::int64_t since,
                    const std::function<void(const store::TouchedRow&)>& visit) override {
    std::set<std::pair<std::string, std::string>> names;
    for (const Touch& touch : touches) {
      if (touch.load > since) names.emplace(touch.client, touch.order);
    }
    for (const auto& [client, order] : names) visit({.client = client, .order_id = order});
  }
  void forget_touched(std::int64_t) override {}
  std::int64_t touched_sessions(std::int64_t since) override {
    return std::ranges::count_if(sessions, [&](const Session& session) {
      return is_touched(since, session.client, session.order);
    });
  }
  std::pair<std::int64_t, std::int64_t> session_range() override {
    const auto start = [](const Session& session) { return utc(session.start); };
    return {start(std::ranges::min(sessions, {}, start)),
            start(std::ranges::max(sessions, {}, start))};
  }
  store::Counts counts() override {
    return {static_cast<std::int64_t>(sessions.size()), static_cast<std::int64_t>(customers.size()),
            static_cast<std::int64_t>(lines.size()), static_cast<std::int64_t>(deliveries.size())};
  }
  std::int64_t next_session_number() override { return static_cast<std::int64_t>(sessions.size()); }
  void scan_sessions(const store::Rows& rows,
                     const std::function<void(const store::SessionRow&)>& visit) override {
    for (const Session& session : part_of(sessions, rows)) {
      if (!is_touched(rows.since, session.client, session.order)) continue;
      visit({.number = &session - sessions.data(),
             .order_id = session.order,
             .client = session.client,
             .start = utc(session.start),
             .end = utc(session.end),
             .amount = session.amount,
             .discount = session.discount,
             .has_purchased = session.has_purchased,
             .actions = session.actions,
             .promotion = view(session.promotion),
             .dimension = view(session.dimension)});
    }
  }
  void scan_customers(const store::Rows& rows, std::size_t actions,
                      const std::function<void(const store::CustomerRow&)>& visit) override {
    for (const Customer& customer : part_of(customers, rows)) {
      if (!is_touched(rows.since, customer.client, {})) continue;
      std::vector<std::int64_t> instants;
      for (std::size_t a = 0; a < actions; ++a) instants.push_back(utc(customer.actions.at(a)));
      visit({.client = customer.client,
             .download = utc(customer.download),
             .signup = utc(customer.signup),
             .actions = instants.data()});
    }
  }
  void scan_basket_lines(const store::Rows& rows,
                         const std::function<void(const store::BasketLineRow&)>& visit) override {
    const auto numbers = numbers_of_orders();
    for (const Line& line : part_of(lines, rows)) {
      if (!is_order_touched(rows.since, line.order)) continue;
      visit({.session = numbers.at(line.order),
             .product = line.product,
             .category = view(line.category),
             .price = line.price,
             .quantity = line.quantity});
    }
  }
  void scan_deliveries(const store::Rows& rows,
                       const std::function<void(const store::DeliveryRow&)>& visit) override {
    const auto numbers = numbers_of_orders();
    for (const Delivery& delivery : part_of(deliveries, rows)) {
      if (!is_order_touched(rows.since, delivery.order)) continue;
      visit({.session = numbers.at(delivery.order),
             .delivery = utc(delivery.delivery),
             .prepare = utc(delivery.prepare),
             .giving_back = utc(delivery.giving_back),
             .latitude = delivery.latitude,
             .longitude = delivery.longitude});
    }
  }

 private:
  template <class Row>
  static std::span<const Row> part_of(const std::vector<Row>& table, const store::Rows& rows) {
    const std::size_t begin = rows.begin(table.size());
    return std::span(table).subspan(begin, rows.end(table.size()) - begin);
  }
  bool is_touched(std::optional<std::int64_t> since, const std::string& client,
                  const std::string& order) const {
    return !since || std::ranges::any_of(touches, [&](const Touch& touch) {
      return touch.load > *since && touch.client == client &&
             (!client.empty() || touch.order == order);
    });
  }
  bool is_order_touched(std::optional<std::int64_t> since, const std::string& order) const {
    const auto session = std::ranges::find(sessions, order, &Session::order);
    return is_touched(since, session->client, order);
  }
  static std::string_view view(const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : std::string_view();
  }
  std::map<std::string, std::int64_t> numbers_of_orders() const {
    std::map<std::string, std::int64_t> numbers;
    for (const Session& session : sessions) {
      numbers.emplace(session.order, static_cast<std::int64_t>(numbers.size()));
    }
    return numbers;
  }
};

}  // namespace ca::journeys::testing
