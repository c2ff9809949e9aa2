#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/scratch_folder.h"
#include "base/writers.h"
#include "journeys/builder.h"
#include "reports/pass.h"
#include "store/store.h"

namespace ca::reports {

/// The fixture of reports.md section 11.
inline constexpr const char* kFixtureSessions = R"(
  order client start            amount discount promotion dimension
  1     A      2021-03-01T11:00 20     0        -         X
  2     A      2021-03-02T11:30 no     -        -         X
  3     A      2021-03-04T20:00 30     3        promo_1   X
  4     A      2021-03-09T11:00 40     0        -         X
  5     B      2021-03-04T09:00 10     0        -         Y
  6     B      2021-03-11T09:00 15     0        promo_1   Y
  7     C      2021-03-08T13:00 no     -        -         X
  8     C      2021-03-10T11:00 60     6        promo_2   X
  9     D      2021-03-03T09:00 no     -        -         Y
  10    A      2021-03-14T23:00 25     0        -         X
  11    C      2021-03-15T00:30 55     0        -         X
)";
inline constexpr const char* kFixtureCustomers = R"(
  client download
  A      2021-03-01T10:00
  B      2021-03-02T09:00
  C      2021-03-08T12:00
  D      2021-03-03T08:00
)";

/// A shop written as text, for tests: one row a line, cells separated by blanks, the first line
/// names the columns, `-` is null. Sessions: order client start [amount discount promotion
/// dimension actions], where amount is `no` for a session without a purchase and actions are
/// letters joined by `+`; [end]. Customers: client download [signup and actions by name]. Basket
/// lines: order product [category price quantity]. Deliveries: order delivered [prepared returned
/// latitude longitude]. Times are wall clocks of the zone.
class TestShop : public store::Store {
 public:
  struct Options {
    std::string zone = "UTC";
    std::vector<std::string> session_actions = {};
    std::vector<std::string> customer_actions = {};
    bool has_dimension = false;
    bool has_discount = true;
    bool has_signup = false;
    std::size_t partitions = 1;
  };

  TestShop(Options options, const std::string& sessions, const std::string& customers,
           const std::string& lines = "", const std::string& deliveries = "")
      : options_(std::move(options)),
        zone_(Zone::find(options_.zone)),
        sessions_(parse(sessions)),
        customers_(parse(customers)),
        lines_(parse(lines)),
        deliveries_(parse(deliveries)) {
    journeys::BuildOptions build;
    build.schema.zone = options_.zone;
    build.schema.session_actions = options_.session_actions;
    build.schema.customer_actions = options_.customer_actions;
    build.schema.has_customers = true;
    build.schema.has_dimension = options_.has_dimension;
    build.schema.has_discount = options_.has_discount;
    build.schema.has_promotion = true;
    build.schema.has_signup = options_.has_signup;
    build.schema.has_products = !lines_.empty();
    build.schema.has_category = !lines_.empty() && lines_.front().get("category") != "-";
    build.schema.has_deliveries = !deliveries_.empty();
    build.schema.has_prepare_date = has_delivery_column("prepared");
    build.schema.has_return_date = has_delivery_column("returned");
    build.schema.has_coordinates = has_delivery_column("latitude");
    build.derive_customers = customers.empty();
    build.partitions = options_.partitions;
    build.scratch = folder_.path() / "scratch";
    journeys::build(*this, build, folder_.path() / "journeys", no_progress(), Cancellation());
    journeys_ = std::make_unique<journeys::Journeys>(folder_.path() / "journeys");
  }
  const journeys::Journeys& journeys() const { return *journeys_; }

  std::vector<Answer> answers(const Question& question, std::size_t threads = 1) const {
    ThreadPool pool(threads);
    const Facts facts = find_facts(*journeys_, question.window, pool);
    return answer(*journeys_, facts, question, pool, no_progress(), Cancellation());
  }

  /// The report as CSV; "absent" when the population or the report is not there.
  std::string csv(const std::string& report, const std::string& population = "main",
                  const Window& window = {}) const {
    Question question;
    question.reports = {report};
    question.with_all_values = true;
    question.window = window;
    for (const Answer& answer : answers(question)) {
      if (answer.is_main != (population == "main") ||
          (!answer.is_main && answer.population != population)) {
        continue;
      }
      for (const Table& table : answer.tables) {
        if (table.name() == report) return to_csv(table, zone_);
      }
    }
    return "absent";
  }

  Window as_of(const std::string& moment) const {
    Window window;
    window.as_of = read_instant(moment, zone_).instant;
    return window;
  }
  static Window between(const std::string& from, const std::string& to) {
    Window window;
    if (!from.empty()) window.from = parse_day(from);
    if (!to.empty()) window.to = parse_day(to);
    return window;
  }

  // ---- the store -------------------------------------------------------------------------------

  sql::Connection& staging() override { throw Error("E-TEST", "A test shop has no database."); }
  sql::Connection connect() override { throw Error("E-TEST", "A test shop has no database."); }
  void replace_with_staged() override {}
  void merge_staged() override {}
  store::Loads loads() override { return {1, "origin"}; }
  void scan_touched(std::int64_t, const std::function<void(const store::TouchedRow&)>&) override {}
  void forget_touched(std::int64_t) override {}
  std::int64_t touched_sessions(std::int64_t) override { return 0; }
  std::pair<std::int64_t, std::int64_t> session_range() override { return {0, 0}; }
  store::Counts counts() override {
    return {static_cast<std::int64_t>(sessions_.size()),
            static_cast<std::int64_t>(customers_.size()), 0,
            static_cast<std::int64_t>(deliveries_.size())};
  }
  std::int64_t next_session_number() override {
    return static_cast<std::int64_t>(sessions_.size());
  }
  void scan_sessions(const store::Rows& rows,
                     const std::function<void(const store::SessionRow&)>& visit) override {
    for (std::size_t s = rows.begin(sessions_.size()); s < rows.end(sessions_.size()); ++s) {
      const Row& row = sessions_[s];
      const std::string amount = row.get("amount");
      const bool is_order = amount != "no";
      std::uint32_t actions = 0;
      for (std::size_t a = 0; a < options_.session_actions.size(); ++a) {
        const std::string marks = "+" + row.get("actions") + "+";
        if (marks.find("+" + options_.session_actions[a] + "+") != std::string::npos) {
          actions |= 1U << a;
        }
      }
      const std::string client = row.get("client");
      const std::string promotion = row.get("promotion");
      const std::string dimension = row.get("dimension");
      visit(
          {.number = static_cast<std::int64_t>(s),
           .order_id = row.get("order"),
           .client = client == "-" ? std::string_view() : std::string_view(client),
           .start = instant(row.get("start")),
           .end = instant(row.get("end")),
           .amount = is_order ? number_of(amount) : kNull,
           .discount = number_of(row.get("discount")),
           .has_purchased = is_order,
           .actions = actions,
           .promotion = promotion == "-" ? std::string_view() : std::string_view(promotion),
           .dimension = options_.has_dimension ? std::string_view(dimension) : std::string_view()});
    }
  }
  void scan_customers(const store::Rows& rows, std::size_t actions,
                      const std::function<void(const store::CustomerRow&)>& visit) override {
    for (std::size_t c = rows.begin(customers_.size()); c < rows.end(customers_.size()); ++c) {
      const Row& row = customers_[c];
      std::vector<std::int64_t> instants;
      for (std::size_t a = 0; a < actions; ++a) {
        instants.push_back(instant(row.get(options_.customer_actions[a])));
      }
      visit({.client = row.get("client"),
             .download = instant(row.get("download")),
             .signup = instant(row.get("signup")),
             .actions = instants.data()});
    }
  }
  void scan_basket_lines(const store::Rows& rows,
                         const std::function<void(const store::BasketLineRow&)>& visit) override {
    for (std::size_t l = rows.begin(lines_.size()); l < rows.end(lines_.size()); ++l) {
      const Row& row = lines_[l];
      const auto session = std::ranges::find_if(
          sessions_, [&](const Row& session) { return session.get("order") == row.get("order"); });
      const std::string product = row.get("product");
      const std::string category = row.get("category");
      visit({.session = session - sessions_.begin(),
             .product = product,
             .category = category == "-" ? std::string_view() : std::string_view(category),
             .price = number_of(row.get("price")),
             .quantity = row.get("quantity") == "-" ? 1 : number_of(row.get("quantity"))});
    }
  }
  void scan_deliveries(const store::Rows& rows,
                       const std::function<void(const store::DeliveryRow&)>& visit) override {
    for (std::size_t d = rows.begin(deliveries_.size()); d < rows.end(deliveries_.size()); ++d) {
      const Row& row = deliveries_[d];
      const auto session = std::ranges::find_if(
          sessions_, [&](const Row& session) { return session.get("order") == row.get("order"); });
      visit({.session = session - sessions_.begin(),
             .delivery = instant(row.get("delivered")),
             .prepare = instant(row.get("prepared")),
             .giving_back = instant(row.get("returned")),
             .latitude = number_of(row.get("latitude")),
             .longitude = number_of(row.get("longitude"))});
    }
  }

 private:
  static constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

  struct Row {
    std::vector<std::string> names;
    std::vector<std::string> cells;
    std::string get(const std::string& name) const {
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return cells.at(i);
      }
      return "-";
    }
  };

  static std::vector<Row> parse(const std::string& text) {
    std::vector<Row> rows;
    std::vector<std::string> names;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::vector<std::string> cells;
      for (std::string word; words >> word;) cells.push_back(word);
      if (cells.empty()) continue;
      if (names.empty()) {
        names = cells;
      } else {
        rows.push_back({names, cells});
      }
    }
    return rows;
  }

  bool has_delivery_column(const std::string& name) const {
    return !deliveries_.empty() &&
           std::ranges::find(deliveries_.front().names, name) != deliveries_.front().names.end();
  }

  std::int64_t instant(const std::string& text) const {
    return text == "-" ? store::kNoInstant : read_instant(text, zone_).instant.micros;
  }
  static double number_of(const std::string& text) {
    double value = kNull;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return text == "-" ? kNull : value;
  }

  Options options_;
  Zone zone_;
  std::vector<Row> sessions_;
  std::vector<Row> customers_;
  std::vector<Row> lines_;
  std::vector<Row> deliveries_;
  ScratchFolder folder_;
  std::unique_ptr<journeys::Journeys> journeys_;
};

}  // namespace ca::reports
