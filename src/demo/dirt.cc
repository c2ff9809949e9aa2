#include "demo/dirt.h"

#include <algorithm>
#include <vector>

namespace ca::demo {
namespace {

/// The first rows stay clean, because the check of a new source wants to see what a column holds.
constexpr std::uint64_t kCleanCustomers = 100;
constexpr std::uint64_t kCleanSessions = 100;
constexpr std::uint64_t kCleanOrders = 1'000;  ///< sessions before the first dirty line or delivery

constexpr std::array<std::string_view, 4> kNoMoments = {"soon", "2024-13-01 10:00:00",
                                                        "31/02/2024 9:15", "2024-02-30"};
constexpr std::array<std::string_view, 4> kNoAnswers = {"maybe", "2", "ok", "?"};

/// The cells of the row that begins there and ends the text. No cell of ours needs quotes.
std::vector<std::string> cells_of(const std::string& rows, std::size_t begin) {
  std::vector<std::string> cells(1);
  for (std::size_t at = begin; rows[at] != '\n'; ++at) {
    if (rows[at] == ',') {
      cells.emplace_back();
    } else {
      cells.back() += rows[at];
    }
  }
  return cells;
}

void append_row(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    if (cell > 0) out += ',';
    out += cells[cell];
  }
  out += '\n';
}

/// Where the last row of the text begins.
std::size_t last_row(const std::string& rows) { return rows.rfind('\n', rows.size() - 2) + 1; }

template <std::size_t n>
std::string_view one_of(const std::array<std::string_view, n>& words, Random& random) {
  return words[random.below(n)];
}

std::string unknown_order(std::uint64_t number) {
  std::string id = "9";
  append_session_id(id, number);
  return id;
}

}  // namespace

void Dirt::count(std::string_view source, std::string_view rule) {
  const auto kind = std::ranges::find_if(kDirtKinds, [&](const DirtKind& candidate) {
    return candidate.source == source && candidate.rule == rule;
  });
  ++counts_.at(static_cast<std::size_t>(kind - kDirtKinds.begin()));
}

void Dirt::after_customer(std::uint32_t customer, Rows& rows) {
  if (share_ <= 0 || customer < kCleanCustomers) return;
  Random random(shop_.seed, Purpose::kDirt, std::uint64_t{customer} * 2);
  if (!random.happens(share_)) return;
  std::vector<std::string> cells = cells_of(rows.customers, last_row(rows.customers));
  switch (random.below(3)) {
    case 0:
      cells[0].clear();
      count("customers", "client_missing");
      break;
    case 1:
      cells[1] = one_of(kNoMoments, random);
      count("customers", "download_date_unreadable");
      break;
    default: count("customers", "duplicate_client");
  }
  append_row(rows.customers, cells);
}

void Dirt::after_visit(std::uint64_t number, const Sizes& before, Rows& rows, Totals& totals) {
  if (share_ <= 0 || number < kCleanSessions) return;
  Random random(shop_.seed, Purpose::kDirt, number * 2 + 1);
  if (random.happens(share_)) {
    spoil_session(number, before.sessions, random, rows.sessions, totals);
  }
  if (number < kCleanOrders || rows.products.size() == before.products) return;
  const auto lines =
      std::count(rows.products.begin() + static_cast<std::ptrdiff_t>(before.products),
                 rows.products.end(), '\n');
  if (random.happens(share_ * static_cast<double>(lines))) {
    spoil_line(number, before.products, random, rows.products);
  }
  if (rows.deliveries.size() > before.deliveries && random.happens(share_)) {
    spoil_delivery(number, before.deliveries, random, rows.deliveries);
  }
}

void Dirt::spoil_session(std::uint64_t number, std::size_t begin, Random& random, std::string& out,
                         Totals& totals) {
  enum Cell : std::uint8_t { kId, kClient, kStart, kEnd, kBought, kLooked, kBasket, kOrder, kPaid };
  std::vector<std::string> cells = cells_of(out, begin);
  const std::uint32_t kind = random.below(8);
  if (kind == 0) {
    count("sessions", "duplicate_order_id");
    return append_row(out, cells);
  }
  // Any other is a row of its own: a visit without purchase, a row that was sent twice.
  cells[kId] += 'R';
  cells[kBought] = "0";
  for (std::size_t cell = kPaid; cell < kPaid + 3; ++cell) cells[cell].clear();
  switch (kind) {
    case 1:
      cells[kId].clear();
      count("sessions", "order_id_missing");
      break;
    case 2:
      cells[kClient].clear();
      count("sessions", "client_missing");
      break;
    case 3:
      cells[kStart].clear();
      count("sessions", "session_start_date_missing");
      break;
    case 4:
      cells[kStart] = one_of(kNoMoments, random);
      count("sessions", "session_start_date_unreadable");
      break;
    case 5:
      cells[kBought] = one_of(kNoAnswers, random);
      count("sessions", "has_purchased_unreadable");
      break;
    case 6:
      cells[kClient].clear();
      append_customer_key(cells[kClient], shop_.seed, (1ULL << 32) + number);
      count("sessions", "client_unknown");
      ++totals.sessions;
      break;
    default:
      cells[kLooked] = one_of(kNoAnswers, random);
      count("sessions", "action_unreadable");
      ++totals.sessions;
  }
  append_row(out, cells);
}

void Dirt::spoil_line(std::uint64_t number, std::size_t begin, Random& random, std::string& out) {
  std::vector<std::string> cells = cells_of(out, begin);
  if (random.happens(0.5)) {
    cells[1].clear();
    count("products", "product_missing");
  } else {
    cells[0] = unknown_order(number);
    count("products", "order_unknown");
  }
  append_row(out, cells);
}

void Dirt::spoil_delivery(std::uint64_t number, std::size_t begin, Random& random,
                          std::string& out) {
  std::vector<std::string> cells = cells_of(out, begin);
  switch (random.below(3)) {
    case 0:
      cells[2] = one_of(kNoMoments, random);
      count("deliveries", "delivery_date_unreadable");
      break;
    case 1:
      cells[0] = unknown_order(number);
      count("deliveries", "order_unknown");
      break;
    default: count("deliveries", "duplicate_delivery");
  }
  append_row(out, cells);
}

}  // namespace ca::demo
