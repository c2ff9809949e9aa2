#pragma once

#include <random>
#include <string>
#include <vector>

#include "reports/test_shop.h"

namespace ca::reports {

/// A few hundred sessions of 60 customers in three dimension values, the baskets of most orders and
/// the customers' dates, as text for a TestShop; from a seed.
struct RandomTexts {
  std::string sessions = "order client start amount discount promotion dimension actions\n";
  std::string customers = "client download login\n";
  std::string lines = "order product category price quantity\n";

  explicit RandomTexts(unsigned seed) : random_(seed) {
    for (int order = 0; order < 600; ++order) {
      const bool is_order = random_() % 3 != 0;
      const std::string amount =
          random_() % 20 == 0 ? "-" : std::to_string(random_() % 9000) + ".07";
      sessions += std::to_string(order) + " " + client() + " " + moment() + " " +
                  (is_order ? amount : "no") + " " + (random_() % 2 == 0 ? "-" : "0.1") + " " +
                  (random_() % 3 == 0   ? "spring"
                   : random_() % 5 == 0 ? "autumn"
                                        : "-") +
                  " " + std::string(1, "XYZ"[random_() % 3]) + " " +
                  (random_() % 2 == 0 ? "basket" : "-") + "\n";
      if (is_order && random_() % 8 != 0) make_basket(order);
    }
    for (int customer = 0; customer < 60; ++customer) {
      if (customer % 9 == 0) continue;  // whose sessions are those of an unknown customer
      customers += "c" + std::to_string(customer) + " " + moment() + " " +
                   (random_() % 2 == 0 ? moment() : "-") + "\n";
    }
  }

 private:
  std::string client() { return random_() % 40 == 0 ? "-" : "c" + std::to_string(random_() % 60); }
  /// The clocks of London change in the middle.
  std::string moment() {
    const int minute = static_cast<int>(random_() % (40 * 24 * 60));
    return format_day(day_from_civil(2021, 10, 1) + minute / 1440) + "T" +
           std::to_string(10 + minute % 14) + ":15";
  }
  void make_basket(int order) {
    for (unsigned line = 0; line < 1 + random_() % 3; ++line) {
      lines += std::to_string(order) + " p" + std::to_string(random_() % 12) + " " +
               std::string(1, "fdt"[random_() % 3]) + " " +
               (random_() % 9 == 0 ? "-" : std::to_string(random_() % 50) + ".5") + " " +
               std::to_string(static_cast<int>(random_() % 4) - (random_() % 9 == 0 ? 3 : 0)) +
               "\n";
    }
  }

  std::mt19937 random_;
};

inline TestShop random_shop(unsigned seed, std::size_t partitions) {
  const RandomTexts texts(seed);
  return TestShop({.zone = "Europe/London",
                   .session_actions = {"basket"},
                   .customer_actions = {"login"},
                   .has_dimension = true,
                   .partitions = partitions},
                  texts.sessions, texts.customers, texts.lines);
}

/// All populations and reports of a shop.
inline Question everything() {
  Question question;
  question.with_all_values = true;
  return question;
}

/// All tables of all populations as CSV.
inline std::string text_of(const std::vector<Answer>& answers) {
  std::string text;
  for (const Answer& answer : answers) {
    for (const Table& table : answer.tables) {
      text += (answer.is_main ? "main" : "=" + answer.population) + "/" + table.name() + "\n" +
              to_csv(table, Zone::utc());
    }
  }
  return text;
}

}  // namespace ca::reports
