#include "before_after/invented_shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/calendar.h"
#include "base/random.h"

namespace ca::tests {
namespace {

constexpr double kSecondsPerDay = 86'400;
constexpr std::int64_t kWindow = 7 * 86'400;

const char* const kConfiguration = R"(
[workspace]
timezone = "UTC"
currency = "EUR"
[sessions]
path = "sessions.csv"
columns = { order_id = "order", client = "client", session_start_date = "start", payment_amount = "paid", promotion_id = "promotion" }
[customers]
path = "customers.csv"
columns = { client = "client", download_date = "download" }
)";

/// All are known from the beginning.
constexpr const char* kDownload = "2024-01-15T00:00:00";

}  // namespace

std::string when(std::int64_t second) {
  const std::int64_t of_day = second % 86'400;
  const Day day = day_from_civil(2024, 1, 15) + static_cast<std::int32_t>(second / 86'400);
  return fmt::format("{}T{:02}:{:02}:{:02}", format_day(day), of_day / 3600, of_day / 60 % 60,
                     of_day % 60);
}

std::vector<InventedOrder> invent(const Ways& ways, std::uint64_t seed) {
  std::vector<InventedOrder> orders;
  for (std::uint32_t customer = 0; customer < ways.customers; ++customer) {
    Random random(Random::mix(seed * 1'000'003 + customer));
    const double highest = std::max(1.0, ways.growth);
    const double mean_gap = 7 / (random.gamma(2, ways.orders_a_week / 2) * highest);
    const double level = 20 * std::exp(0.5 * random.normal());
    const double end = std::min(ways.days, random.exponential(ways.days_until_leaving));
    const std::size_t begin = orders.size();
    for (double day = random.exponential(mean_gap); day < end;
         day += random.exponential(mean_gap)) {
      const double pace = 1 + (ways.growth - 1) * day / ways.days;
      if (!random.happens(pace / highest)) continue;
      InventedOrder order{customer, static_cast<std::int64_t>(day * kSecondsPerDay),
                          level * random.gamma(4, 0.25), std::nullopt};
      const auto before =
          std::count_if(orders.begin() + static_cast<std::ptrdiff_t>(begin), orders.end(),
                        [&](const auto& other) { return other.second >= order.second - kWindow; });
      const double drawn = random.uniform();
      if (before >= ways.least_before && drawn < ways.use * ways.promotions) {
        order.promotion = static_cast<std::uint32_t>(drawn / ways.use);
      }
      orders.push_back(order);
    }
  }
  return orders;
}

std::map<std::string, std::string> files_of(const std::vector<InventedOrder>& orders) {
  std::string sessions = "order,client,start,paid,promotion\n";
  std::string customers = "client,download\n";
  std::optional<std::uint32_t> last;
  std::size_t number = 0;
  for (const InventedOrder& order : orders) {
    sessions +=
        fmt::format("o{},c{},{},{:.2f},{}\n", ++number, order.customer, when(order.second),
                    order.paid, order.promotion ? fmt::format("P{}", *order.promotion) : "");
    if (last != order.customer) customers += fmt::format("c{},{}\n", order.customer, kDownload);
    last = order.customer;
  }
  return {
      {"connect.toml", kConfiguration}, {"sessions.csv", sessions}, {"customers.csv", customers}};
}

InventedText text_of(const std::vector<InventedOrder>& orders) {
  InventedText text{"order client start amount promotion\n", "client download\n"};
  std::optional<std::uint32_t> last;
  std::size_t number = 0;
  for (const InventedOrder& order : orders) {
    text.sessions +=
        fmt::format("o{} c{} {} {:.2f} {}\n", ++number, order.customer, when(order.second),
                    order.paid, order.promotion ? fmt::format("P{}", *order.promotion) : "-");
    if (last != order.customer) {
      text.customers += fmt::format("c{} {}\n", order.customer, kDownload);
    }
    last = order.customer;
  }
  return text;
}

}  // namespace ca::tests
