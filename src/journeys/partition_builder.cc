#include "journeys/partition_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/exact_sum.h"
#include "base/text_order.h"
#include "journeys/dictionary.h"
#include "journeys/key_index.h"

namespace ca::journeys {
namespace {

/// Partitions are chosen by the low bits of the hash, so the index inside one uses the others.
std::uint64_t index_hash(std::uint64_t hash) { return std::rotr(hash, 32); }

/// Texts as offsets into one run of bytes.
class TextColumn {
 public:
  void reserve(std::size_t texts, std::size_t bytes) {
    offsets_.reserve(texts + 1);
    bytes_.reserve(bytes);
  }
  void push(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    offsets_.push_back(bytes_.size());
  }
  void write(FileWriter& file, Section offsets, Section bytes) const {
    file.section(offsets, offsets_);
    file.section(bytes, bytes_);
  }

 private:
  std::vector<std::uint64_t> offsets_ = {0};
  std::vector<char> bytes_;
};

/// Sorts and writes one partition. One idea a step: read, order customers, order sessions, write.
class PartitionBuilder {
 public:
  PartitionBuilder(const BuildOptions& options, const Zones& zones)
      : options_(options), zones_(zones) {}

  BuiltPartition build(const PartitionRows& rows, const std::filesystem::path& target,
                       std::span<const std::uint32_t> supersedes) {
    std::vector<SpillReader> texts;  // of sessions and customers, whose texts are views into them
    texts.reserve(2 * rows.lanes.size());
    for (std::size_t lane = 0; lane < rows.lanes.size(); ++lane) {
      read_sessions(texts.emplace_back(rows.lanes[lane].sessions.file()), rows.codes[lane]);
    }
    for (const Spills& lane : rows.lanes) read_customers(texts.emplace_back(lane.customers.file()));
    order_customers();
    order_sessions();

    FileWriter file(target);
    write_customers(file);
    write_sessions(file);
    write_lines(file, rows);
    write_deliveries(file, rows);
    if (!supersedes.empty()) file.section(Section::kSuperseded, supersedes);
    file.finish();
    facts_.sessions = static_cast<std::int64_t>(sessions_.size());
    for (const Customer& customer : customers_) facts_.customers += customer.is_anonymous ? 0 : 1;
    return {facts_, first_start_, last_start_};
  }

 private:
  static constexpr auto kNoRow = static_cast<std::size_t>(-1);

  struct Session {
    SessionRecord record;
    std::uint32_t customer;
    std::string_view order_id;
  };
  struct Customer {
    std::string_view client;
    std::size_t first_event = kNoRow;  ///< its events in events_
    bool is_anonymous = false;
  };

  static std::uint32_t code_in(const std::vector<std::uint32_t>& codes, std::uint32_t code) {
    return code == Dictionary::kNone ? code : codes[code];
  }

  std::uint32_t customer_of(std::uint64_t hash, std::string_view client, bool is_anonymous) {
    const std::uint32_t number = customer_index_.number(index_hash(hash), [&](std::uint32_t known) {
      return customers_[known].client == client && customers_[known].is_anonymous == is_anonymous;
    });
    if (number == customers_.size()) {
      customers_.push_back({.client = client, .is_anonymous = is_anonymous});
    }
    return number;
  }

  void read_sessions(SpillReader& rows, const LaneCodes& codes) {
    first_of_lane_.push_back(static_cast<std::uint32_t>(sessions_.size()));
    sessions_.reserve(sessions_.size() + rows.bytes() / (sizeof(SessionRecord) + 16));
    while (!rows.at_end()) {
      auto record = rows.row<SessionRecord>();
      record.promotion = code_in(codes.promotions, record.promotion);
      record.dimension = code_in(codes.dimensions, record.dimension);
      const std::string_view client = rows.text();
      const std::string_view order_id = rows.text();
      const std::uint32_t customer =
          customer_of(record.client_hash, client, record.is_anonymous != 0);
      sessions_.push_back({record, customer, order_id});
      order_id_bytes_ += order_id.size();
    }
  }

  void read_customers(SpillReader& rows) {
    const std::size_t actions = options_.schema.customer_actions.size();
    while (!rows.at_end()) {
      const auto record = rows.row<CustomerRecord>();
      const std::size_t first_event = events_.size();
      events_.push_back(record.download);
      events_.push_back(record.signup);
      for (std::size_t a = 0; a < actions; ++a) events_.push_back(rows.row<std::int64_t>());
      customers_[customer_of(record.client_hash, rows.text(), false)].first_event = first_event;
    }
  }

  /// Customers in byte order of their keys; sessions follow their customer's new number.
  void order_customers() {
    std::vector<std::size_t> order =
        text_order(customers_.size(), [&](std::size_t c) { return customers_[c].client; });
    put_anonymous_last(order);
    std::vector<std::uint32_t> number(order.size());
    std::vector<Customer> sorted(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      number[order[i]] = i;
      sorted[i] = customers_[order[i]];
    }
    customers_ = std::move(sorted);
    for (Session& session : sessions_) session.customer = number[session.customer];
  }

  /// A client may have the key of an anonymous session: of the two the client comes first.
  void put_anonymous_last(std::vector<std::size_t>& order) const {
    for (std::size_t i = 1; i < order.size(); ++i) {
      const Customer& first = customers_[order[i - 1]];
      const Customer& second = customers_[order[i]];
      if (first.is_anonymous && !second.is_anonymous && first.client == second.client) {
        std::swap(order[i - 1], order[i]);
      }
    }
  }

  /// Counting sort by customer, then each customer's few by (start, order id).
  void order_sessions() {
    first_session_.assign(customers_.size() + 1, 0);
    for (const Session& session : sessions_) ++first_session_[session.customer + 1];
    std::partial_sum(first_session_.begin(), first_session_.end(), first_session_.begin());
    order_.resize(sessions_.size());
    std::vector<std::uint32_t> next(first_session_.begin(), first_session_.end() - 1);
    for (std::uint32_t s = 0; s < sessions_.size(); ++s) order_[next[sessions_[s].customer]++] = s;
    for (std::size_t c = 0; c < customers_.size(); ++c) {
      std::sort(order_.begin() + first_session_[c], order_.begin() + first_session_[c + 1],
                [&](std::uint32_t a, std::uint32_t b) {
                  const Session& x = sessions_[a];
                  const Session& y = sessions_[b];
                  return x.record.start != y.record.start ? x.record.start < y.record.start
                                                          : x.order_id < y.order_id;
                });
    }
  }

  void write_customers(FileWriter& file) {
    const std::size_t events = options_.schema.events();
    const std::size_t count = customers_.size();
    TextColumn keys;
    std::vector<std::uint8_t> flags(count);
    std::vector<std::int64_t> instants(events * count, kNoInstant);
    std::vector<std::int32_t> days(events * count);
    std::vector<std::uint8_t> hours(events * count);
    for (std::size_t c = 0; c < count; ++c) {
      Customer& customer = customers_[c];
      keys.push(customer.client);
      if (customer.is_anonymous) {
        flags[c] = kAnonymous;
        continue;
      }
      if (customer.first_event == kNoRow && options_.derive_customers) {
        customer.first_event = events_.size();
        events_.resize(events_.size() + events, kNoInstant);
        events_[customer.first_event + kDownload] =
            sessions_[order_[first_session_[c]]].record.start;
      }
      if (customer.first_event == kNoRow) continue;
      flags[c] = kKnownCustomer;
      for (std::size_t e = 0; e < events; ++e) {
        const std::int64_t instant = events_[customer.first_event + e];
        if (instant == kNoInstant) continue;
        const LocalTime local = zones_.workspace.to_local({instant});
        instants[e * count + c] = instant;
        days[e * count + c] = local.day.number;
        hours[e * count + c] = local.hour();
        if (e == kDownload && zones_.downloads.to_local({instant}).micros_of_day != 0) {
          ++facts_.timed_downloads;
        }
      }
    }
    keys.write(file, Section::kCustomerKeyOffsets, Section::kCustomerKeyBytes);
    file.section(Section::kCustomerFirstSession, first_session_);
    file.section(Section::kCustomerFlags, flags);
    file.section(Section::kCustomerEventInstant, instants);
    file.section(Section::kCustomerEventDay, days);
    file.section(Section::kCustomerEventHour, hours);
  }

  /// One pass over the sessions, which lie in no order in memory, fills all columns.
  void write_sessions(FileWriter& file) {
    const std::size_t count = order_.size();
    std::vector<std::int64_t> starts, ends;
    std::vector<std::int32_t> days;
    std::vector<std::uint8_t> hours;
    std::vector<std::uint32_t> flags, promotions, dimensions;
    std::vector<double> amounts, discounts;
    TextColumn order_ids;
    std::apply(
        [&](auto&... column) { (column.reserve(count), ...); },
        std::tie(starts, ends, days, hours, flags, promotions, dimensions, amounts, discounts));
    order_ids.reserve(count, order_id_bytes_);
    for (const std::uint32_t s : order_) {
      const SessionRecord& record = sessions_[s].record;
      const LocalTime local = zones_.workspace.to_local({record.start});
      const bool is_timed = zones_.starts_elsewhere
                                ? zones_.starts.to_local({record.start}).micros_of_day != 0
                                : local.micros_of_day != 0;
      facts_.timed_sessions += is_timed ? 1 : 0;
      first_start_ = std::min(first_start_, record.start);
      last_start_ = std::max(last_start_, record.start);
      starts.push_back(record.start);
      ends.push_back(record.end);
      days.push_back(local.day.number);
      hours.push_back(local.hour());
      flags.push_back(record.flags);
      promotions.push_back(record.promotion);
      dimensions.push_back(record.dimension);
      amounts.push_back(record.amount);
      discounts.push_back(record.discount);
      order_ids.push(sessions_[s].order_id);
    }
    file.section(Section::kSessionStart, starts);
    file.section(Section::kSessionDay, days);
    file.section(Section::kSessionHour, hours);
    file.section(Section::kSessionFlags, flags);
    file.section(Section::kSessionAmount, amounts);
    file.section(Section::kSessionDiscount, discounts);
    file.section(Section::kSessionPromotion, promotions);
    file.section(Section::kSessionDimension, dimensions);
    order_ids.write(file, Section::kOrderIdOffsets, Section::kOrderIdBytes);
    file.section(Section::kSessionEnd, ends);
  }

  /// Final positions of the sessions by their position in the spill.
  std::vector<std::uint32_t> final_positions() const {
    std::vector<std::uint32_t> positions(order_.size());
    for (std::uint32_t position = 0; position < order_.size(); ++position) {
      positions[order_[position]] = position;
    }
    return positions;
  }

  /// Lines of one (order, product, category) are added (ruling 17), exactly, in any order.
  void write_lines(FileWriter& file, const PartitionRows& rows) {
    const std::vector<LineRecord> lines = lines_by_session(rows);
    const auto key = [](const LineRecord& line) {
      return std::tuple(line.session, line.product, line.category);
    };
    std::vector<std::uint32_t> first(order_.size() + 1, 0);
    std::vector<std::uint32_t> products, categories;
    std::vector<double> quantities, amounts;
    std::apply([&](auto&... column) { (column.reserve(lines.size()), ...); },
               std::tie(products, categories, quantities, amounts));
    for (std::size_t i = 0; i < lines.size();) {
      ExactSum quantity, amount;
      const std::size_t begin = i;
      for (; i < lines.size() && key(lines[i]) == key(lines[begin]); ++i) {
        quantity.add(lines[i].quantity);
        amount.add(lines[i].amount);
      }
      ++first[lines[begin].session + 1];
      products.push_back(lines[begin].product);
      categories.push_back(lines[begin].category);
      quantities.push_back(quantity.value());
      amounts.push_back(amount.value());
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    facts_.basket_lines = static_cast<std::int64_t>(products.size());
    file.section(Section::kFirstLine, first);
    file.section(Section::kLineProduct, products);
    file.section(Section::kLineCategory, categories);
    file.section(Section::kLineQuantity, quantities);
    file.section(Section::kLineAmount, amounts);
  }

  /// Counting sort by session, then each session's few by (product, category).
  std::vector<LineRecord> lines_by_session(const PartitionRows& rows) const {
    const std::vector<std::uint32_t> positions = final_positions();
    std::vector<LineRecord> unordered;
    std::vector<std::uint32_t> next(order_.size() + 1, 0);
    for (std::size_t lane = 0; lane < rows.lanes.size(); ++lane) {
      SpillReader spill(rows.lanes[lane].lines.file());
      unordered.reserve(unordered.size() + spill.bytes() / sizeof(LineRecord));
      while (!spill.at_end()) {
        auto line = spill.row<LineRecord>();
        line.session = positions[first_of_lane_[line.lane] + line.session];
        line.product = code_in(rows.codes[lane].products, line.product);
        line.category = code_in(rows.codes[lane].categories, line.category);
        unordered.push_back(line);
        ++next[line.session + 1];
      }
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<LineRecord> lines(unordered.size());
    for (const LineRecord& line : unordered) lines[next[line.session]++] = line;
    const auto by_product = [](const LineRecord& a, const LineRecord& b) {
      return std::tie(a.product, a.category) < std::tie(b.product, b.category);
    };
    // By now next[s] is where the lines of session s end.
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = next[lines[begin].session];
      std::sort(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                lines.begin() + static_cast<std::ptrdiff_t>(end), by_product);
      begin = end;
    }
    return lines;
  }

  void write_deliveries(FileWriter& file, const PartitionRows& rows) {
    const std::vector<std::uint32_t> positions = final_positions();
    std::vector<DeliveryRecord> deliveries;
    for (const Spills& lane : rows.lanes) {
      SpillReader spill(lane.deliveries.file());
      while (!spill.at_end()) {
        auto delivery = spill.row<DeliveryRecord>();
        delivery.session = positions[first_of_lane_[delivery.lane] + delivery.session];
        deliveries.push_back(delivery);
      }
    }
    std::ranges::sort(deliveries, {}, &DeliveryRecord::session);
    facts_.deliveries = static_cast<std::int64_t>(deliveries.size());
    const auto column = [&]<class T>(Section id, T DeliveryRecord::*field) {
      std::vector<T> values;
      for (const DeliveryRecord& delivery : deliveries) values.push_back(delivery.*field);
      file.section(id, values);
    };
    column(Section::kDeliverySession, &DeliveryRecord::session);
    column(Section::kDeliveryInstant, &DeliveryRecord::delivery);
    column(Section::kPrepareInstant, &DeliveryRecord::prepare);
    column(Section::kReturnInstant, &DeliveryRecord::giving_back);
    column(Section::kLatitude, &DeliveryRecord::latitude);
    column(Section::kLongitude, &DeliveryRecord::longitude);
  }

  const BuildOptions& options_;
  const Zones& zones_;
  std::vector<Session> sessions_;
  std::size_t order_id_bytes_ = 0;
  std::vector<std::uint32_t> first_of_lane_;  ///< index into sessions_
  std::vector<Customer> customers_;
  std::vector<std::int64_t> events_;  ///< download, signup, actions of each customer's row
  KeyIndex customer_index_;
  std::vector<std::uint32_t> first_session_;
  std::vector<std::uint32_t> order_;  ///< sessions in their final order
  PartitionFacts facts_;
  std::int64_t first_start_ = INT64_MAX;
  std::int64_t last_start_ = INT64_MIN;
};

}  // namespace

Spills::Spills(const std::filesystem::path& folder, std::size_t partition, std::size_t lane)
    : sessions(folder / fmt::format("sessions-{}-{}.spill", partition, lane)),
      customers(folder / fmt::format("customers-{}-{}.spill", partition, lane)),
      lines(folder / fmt::format("lines-{}-{}.spill", partition, lane)),
      deliveries(folder / fmt::format("deliveries-{}-{}.spill", partition, lane)) {}

Zones::Zones(const BuildOptions& options)
    : workspace(Zone::find(options.schema.zone)),
      starts(options.start_zone.empty() ? workspace : Zone::find(options.start_zone)),
      downloads(options.download_zone.empty() ? workspace : Zone::find(options.download_zone)),
      starts_elsewhere(starts.name() != workspace.name()) {}

BuiltPartition build_partition(const BuildOptions& options, const Zones& zones,
                               const PartitionRows& rows, const std::filesystem::path& target,
                               std::span<const std::uint32_t> supersedes) {
  return PartitionBuilder(options, zones).build(rows, target, supersedes);
}

}  // namespace ca::journeys
