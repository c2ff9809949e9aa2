#include "properties/random_shop.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/cells.h"

namespace ca::tests {
namespace {

constexpr std::size_t kCustomers = 250;
constexpr std::size_t kSessions = 2400;

std::string two_decimals(std::size_t cents) {
  return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

/// Amounts of cents, of many digits, with exponents, and at times no number at all.
std::string some_amount(Random& random) {
  if (random.chance(12)) return random.pick<std::string>({"", "None", "nan", "-", "12 EUR"});
  if (random.chance(4)) return random.pick<std::string>({"0.1", "1e2", "33.333333333333336", "0"});
  const std::string amount = two_decimals(50 + random.below(20'000));
  return random.chance(4) ? "-" + amount : amount;
}

std::string some_flag(Random& random, std::size_t percent) {
  return random.chance(percent) ? random.pick<std::string>({"1", "true", "T", "Yes", "y", "1.0"})
                                : random.pick<std::string>({"0", "False", "f", "NO", "n", "0.0"});
}

/// Whether the cell cannot be read as what its column is. Where it stands, a missing one says the
/// same.
bool is_unreadable(const std::string& cell) {
  return cell == "12 EUR" || cell == "maybe" || cell == "yesterday";
}

std::string text_of(const std::vector<std::string>& header,
                    const std::vector<const std::vector<std::string>*>& rows) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& cells) {
    for (std::size_t c = 0; c < cells.size(); ++c) text += (c == 0 ? "" : ",") + csv_cell(cells[c]);
    text += '\n';
  };
  add(header);
  for (const auto* row : rows) add(*row);
  return text;
}

}  // namespace

std::string moment_text(Instant instant) { return Zone::utc().format(instant) + "Z"; }

RandomShop::RandomShop(std::uint64_t seed) {
  Random random(seed);
  // The first shops are known to differ in what matters; the rest is chance.
  const std::vector<std::string> zones = {
      "Europe/London",    "America/Sao_Paulo",   "UTC",
      "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
      "Atlantic/Azores",  "America/Havana"};
  zone_ = Zone::find(zones[(seed - 1) % zones.size()]);
  customers_zone_ = random.chance(50) ? zone_ : Zone::find("Asia/Tokyo");
  begin_ = day_from_civil(2011, 2, 14);
  days_ = 268;
  find_changes();
  keeps_anonymous_ = seed % 3 == 2;
  has_auto_customers_ = seed % 4 == 3;
  values_ = {"north", "south",      "",      "main", "..", "a,b", "\xC3\xA9/\xC3\xBC",
             "100 %", "say \"hi\"", " north"};
  for (std::size_t i = 0; i < kCustomers; ++i) {
    // Keys whose byte order is not that of their numbers.
    clients_.push_back(fmt::format("{}{}", i % 7 == 0 ? "C" : "c", i));
  }
  make_customers(random);
  make_sessions(random);
}

void RandomShop::find_changes() {
  for (std::int32_t d = 0; d < days_; ++d) {
    const Day day = begin_ + d;
    if (zone_.end_of(day).micros - zone_.start_of(day).micros + 1 != kMicrosPerDay) {
      changes_.push_back(day);
    }
  }
}

Instant RandomShop::moment(Random& random) const { return some_time(random, zone_).instant; }

/// A wall clock somewhere on the shop's days, often near a change of the clocks or a midnight, and
/// the instant it means.
Instant RandomShop::some_wall_clock(Random& random, const Zone& zone, std::string& text) const {
  Day day = begin_ + static_cast<std::int32_t>(random.below(static_cast<std::size_t>(days_)));
  std::int64_t seconds = static_cast<std::int64_t>(random.below(24 * 3600));
  if (!changes_.empty() && random.chance(10)) {
    day = random.pick(changes_);
    seconds = static_cast<std::int64_t>(random.below(4 * 3600));
  }
  if (random.chance(3)) seconds = random.chance(50) ? 0 : 24 * 3600 - 1;
  const std::int64_t minutes = seconds / 60;
  text = format_day(day);
  switch (random.below(4)) {
    case 0:
      seconds -= seconds % 60;
      text += fmt::format("T{:02}:{:02}", minutes / 60, minutes % 60);
      break;
    case 1:
      text += fmt::format(" {:02}:{:02}:{:02}.250", minutes / 60, minutes % 60, seconds % 60);
      return zone.from_local(day, seconds * kMicrosPerSecond + 250'000).instant;
    default: text += fmt::format(" {:02}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
  }
  return zone.from_local(day, seconds * kMicrosPerSecond).instant;
}

/// The instant with an offset or as an epoch; whole seconds.
RandomShop::Written RandomShop::written(Random& random, Instant instant) {
  const std::int64_t seconds = instant.micros / kMicrosPerSecond;
  instant = {seconds * kMicrosPerSecond};
  switch (random.below(4)) {
    case 0: return {instant, fmt::format("{}", seconds)};
    case 1: return {instant, fmt::format("{}", seconds * 1000)};
    case 2: return {instant, Zone::utc().format(instant) + "Z"};
    default: {
      const Instant shifted = {instant.micros + 330 * 60 * kMicrosPerSecond};
      return {instant, Zone::utc().format(shifted) + "+05:30"};
    }
  }
}

RandomShop::Written RandomShop::some_time(Random& random, const Zone& zone) const {
  std::string text;
  const Instant instant = some_wall_clock(random, zone, text);
  return random.chance(60) ? Written{instant, text} : written(random, instant);
}

void RandomShop::make_customers(Random& random) {
  for (const std::string& client : clients_) {
    if (random.chance(8)) continue;  // their sessions are those of unknown customers
    Written download = some_time(random, customers_zone_);
    // Where customers are made from sessions, a download that as_of hides and one that is not there
    // mean different things; so there it is early.
    if (has_auto_customers_) {
      download = written(random, {zone_.start_of(begin_).micros - kMicrosPerDay});
    }
    const auto later = [&](std::size_t percent) {
      if (!random.chance(percent)) {
        return random.pick<std::string>({"", "1900-01-01 00:00:00", "-"});
      }
      const auto hours = static_cast<std::int64_t>(random.below(400));
      return written(random, {download.instant.micros + hours * kMicrosPerHour}).text;
    };
    customers_.push_back({download.instant, true, {client, download.text, later(70), later(50)}});
    if (random.chance(5)) customers_.push_back(customers_.back());
  }
  customers_.push_back({std::nullopt, false, {"", "2011-05-01", "", ""}});
}

void RandomShop::make_sessions(Random& random) {
  for (std::size_t i = 0; i < kSessions; ++i) {
    const std::string order = fmt::format("o{}", i);
    // Some customers come often, the last ones never.
    const std::size_t coming = clients_.size() * 9 / 10;
    std::string client = clients_[std::min(random.below(coming), random.below(coming))];
    if (random.chance(3)) client = fmt::format("unknown {}", random.below(20));
    if (random.chance(1)) client = "";
    const Written start = some_time(random, zone_);
    const std::string end = written(random, {start.instant.micros + kMicrosPerHour / 4}).text;
    const bool is_order = random.chance(45);
    const std::string promotion = random.pick<std::string>(
        {"", "-", "None", "NaN", "spring", "spring", " spring", "summer", "50 % off"});
    const std::string& value =
        values_[std::min(random.below(values_.size()), random.below(values_.size()))];
    Row row = {
        start.instant,
        !client.empty() || keeps_anonymous_,
        {order, client, start.text, random.chance(80) ? end : "", some_amount(random),
         random.chance(30) ? two_decimals(random.below(900)) : "",
         some_flag(random, is_order ? 100 : 0), promotion, value, some_flag(random, 60),
         random.chance(10) ? random.pick<std::string>({"", "maybe"}) : some_flag(random, 30)}};
    if (random.chance(1)) {
      row.cells[2] = random.pick<std::string>({"", "yesterday", "1900-01-01"});
      row.at.reset();
      row.is_accepted = false;
    } else if (random.chance(1)) {
      row.cells[6] = random.pick<std::string>({"", "maybe"});
      row.is_accepted = false;
    }
    if (is_order && row.is_accepted) {
      make_basket(random, order);
      if (random.chance(30)) make_delivery(random, order, start.instant);
    }
    sessions_.push_back(row);
    if (random.chance(1)) sessions_.push_back(row);  // the same row twice is one session
  }
}

void RandomShop::make_basket(Random& random, const std::string& order) {
  const std::size_t lines = random.below(4);
  for (std::size_t l = 0; l < lines; ++l) {
    const std::size_t product = std::min(random.below(30), random.below(30));
    lines_.push_back({std::nullopt,
                      true,
                      {order, fmt::format("product {}", product), some_amount(random),
                       random.pick<std::string>({"", "food", "drink", "toys"}),
                       random.pick<std::string>({"1", "1", "2", "3", "-1", ""})}});
  }
}

void RandomShop::make_delivery(Random& random, const std::string& order, Instant start) {
  const auto after = [&](std::size_t minutes) {
    return written(random, {start.micros + static_cast<std::int64_t>(random.below(minutes)) * 60 *
                                               kMicrosPerSecond})
        .text;
  };
  deliveries_.push_back(
      {std::nullopt,
       true,
       {order, after(180), random.chance(80) ? after(60) : "", random.chance(20) ? after(3000) : "",
        fmt::format("{}", 41.0 + static_cast<double>(random.below(100)) / 5000),
        fmt::format("{}", 29.0 + static_cast<double>(random.below(100)) / 5000)}});
}

RandomShop RandomShop::shuffled(std::uint64_t seed) const {
  RandomShop shop = *this;
  Random random(seed);
  for (auto* rows : {&shop.sessions_, &shop.customers_, &shop.lines_, &shop.deliveries_}) {
    random.shuffle(*rows);
  }
  return shop;
}

RandomShop RandomShop::cut(std::optional<Instant> begin, Instant end) const {
  RandomShop shop = *this;
  std::erase_if(shop.sessions_, [&](const Row& row) {
    return !row.at || *row.at > end || (begin && *row.at < *begin);
  });
  // What is left may be few rows, of which `connect` expects that they can be read.
  for (Row& row : shop.sessions_) {
    for (std::string& cell : row.cells) {
      if (is_unreadable(cell)) cell.clear();
    }
  }
  // A customer's other dates are never before the download.
  std::erase_if(shop.customers_, [&](const Row& row) { return row.at && *row.at > end; });
  for (Row& row : shop.customers_) {
    for (std::size_t c = 2; c < row.cells.size(); ++c) {
      const ReadInstant read = read_instant(row.cells[c], customers_zone_);
      if (read.reading == InstantReading::kExact && read.instant > end) row.cells[c].clear();
    }
  }
  return shop;
}

bool RandomShop::has_sessions(Instant begin, Instant end) const {
  return std::ranges::any_of(sessions_, [&](const Row& row) {
    return row.is_accepted && row.at && *row.at >= begin && *row.at <= end;
  });
}

/// The rows as `parts` files in the folder `name`.
void RandomShop::add(std::map<std::string, std::string>& files, const std::string& name,
                     const std::vector<std::string>& header, const std::vector<Row>& rows,
                     std::size_t parts) {
  // `connect` looks at the first rows and takes a column of amounts that are none for a mistake.
  constexpr std::size_t kProbed = 60;
  std::vector<std::vector<const std::vector<std::string>*>> contents(parts);
  std::vector<const std::vector<std::string>*> later;
  for (const Row& row : rows) {
    const bool is_first =
        contents[0].size() < kProbed && std::ranges::none_of(row.cells, is_unreadable);
    (is_first ? contents[0] : later).push_back(&row.cells);
  }
  for (std::size_t r = 0; r < later.size(); ++r) contents[r % parts].push_back(later[r]);
  for (std::size_t p = 0; p < parts; ++p) {
    files[fmt::format("{}/{}.csv", name, p)] = text_of(header, contents[p]);
  }
}

void RandomShop::add_sessions(std::map<std::string, std::string>& files, std::size_t parts) const {
  add(files, "sessions",
      {"id", "client", "start", "end", "pay", "disc", "buy", "promo", "dim", "basket", "screen"},
      sessions_, parts);
  files["connect.toml"] = fmt::format(R"([workspace]
timezone = "{}"
currency = "EUR"
[anomaly]
networks = false
[sessions]
path = "sessions"
anonymous = "{}"
actions = ["basket", "screen"]
[sessions.columns]
order_id = "id"
client = "client"
session_start_date = "start"
date = "end"
payment_amount = "pay"
discount_amount = "disc"
has_purchased = "buy"
promotion_id = "promo"
dimension = "dim"
)",
                                      zone_.name(), keeps_anonymous_ ? "keep" : "reject");
}

void RandomShop::add_baskets(std::map<std::string, std::string>& files, std::size_t parts) const {
  add(files, "products", {"id", "product", "price", "cat", "qty"}, lines_, parts);
  files["connect.toml"] += R"([products]
path = "products"
[products.columns]
order_id = "id"
product = "product"
price = "price"
category = "cat"
quantity = "qty"
)";
}

std::map<std::string, std::string> RandomShop::files_of_sessions() const {
  std::map<std::string, std::string> files;
  add_sessions(files, 1);
  add_baskets(files, 1);
  return files;
}

std::map<std::string, std::string> RandomShop::files(std::size_t parts) const {
  std::map<std::string, std::string> files;
  add_sessions(files, parts);
  add_baskets(files, parts);
  add(files, "customers", {"client", "downloaded", "signed_up", "login"}, customers_, parts);
  add(files, "deliveries", {"id", "delivered", "prepared", "returned", "lat", "lon"}, deliveries_,
      parts);
  files["connect.toml"] += fmt::format(R"([customers]
path = "customers"
timezone = "{}"
auto_customers = {}
columns = {{ client = "client", download_date = "downloaded", signup_date = "signed_up" }}
actions = ["login"]
[deliveries]
path = "deliveries"
timezone = "UTC"
[deliveries.columns]
order_id = "id"
delivery_date = "delivered"
prepare_date = "prepared"
return_date = "returned"
latitude = "lat"
longitude = "lon"
)",
                                       customers_zone_.name(), has_auto_customers_);
  return files;
}

}  // namespace ca::tests
