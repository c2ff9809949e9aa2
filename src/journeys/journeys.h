#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/thread_pool.h"
#include "journeys/dictionary.h"
#include "journeys/file.h"

namespace ca::journeys {

inline constexpr std::int64_t kNoInstant = INT64_MIN;

/// Bits of a session's flags: bit 0 is the purchase, bit 1 + i the i-th session action.
inline constexpr std::uint32_t kPurchased = 1;

/// Bits of a customer's flags.
inline constexpr std::uint8_t kKnownCustomer = 1;  ///< has a row of its own, or was derived
inline constexpr std::uint8_t kAnonymous = 2;      ///< one session without a client (ruling 8)

/// Positions of a customer's events: download, signup, then the customer actions.
inline constexpr std::size_t kDownload = 0;
inline constexpr std::size_t kSignup = 1;
inline constexpr std::size_t kFirstAction = 2;

/// What a file of journeys holds.
struct PartitionFacts {
  std::int64_t sessions = 0;
  std::int64_t customers = 0;  ///< anonymous ones left out
  std::int64_t basket_lines = 0;
  std::int64_t deliveries = 0;
  std::int64_t timed_sessions = 0;   ///< that start at another time than midnight
  std::int64_t timed_downloads = 0;  ///< likewise

  PartitionFacts& operator+=(const PartitionFacts& other);
  PartitionFacts& operator-=(const PartitionFacts& other);
};

/// What a version of the journeys was made from and what is in it; its manifest.json.
struct Schema {
  std::string zone = "UTC";
  std::string tz_version;
  std::string configuration;  ///< hash of the sources' configuration
  std::vector<std::string> session_actions;
  std::vector<std::string> customer_actions;

  bool has_customers = false;  ///< a customers source, or customers derived from sessions
  bool has_signup = false;
  bool has_discount = false;
  bool has_promotion = false;
  bool has_dimension = false;
  bool has_products = false;
  bool has_category = false;
  bool has_deliveries = false;
  bool has_prepare_date = false;
  bool has_return_date = false;
  bool has_coordinates = false;  ///< latitude and longitude of deliveries

  bool starts_are_dates = false;  ///< every session starts at midnight of the zone (ruling 25)
  bool downloads_are_dates = false;

  std::int64_t sessions = 0;
  std::int64_t customers = 0;
  std::int64_t basket_lines = 0;
  std::int64_t deliveries = 0;
  std::int64_t first_session = kNoInstant;
  std::int64_t last_session = kNoInstant;

  std::string origin;                 ///< the store's full load that all of this builds upon
  std::int64_t load = 0;              ///< newest load of the store that is in here
  std::int64_t base_load = 0;         ///< newest load that is in the bases
  std::vector<PartitionFacts> bases;  ///< one a partition
  std::vector<std::size_t> deltas;    ///< partitions that have one, ascending

  std::size_t partitions() const { return bases.size(); }

  std::size_t events() const { return kFirstAction + customer_actions.size(); }
};

/// One customer's sessions in the order of (start, order id), cut at a moment: nothing later than
/// as_of is there. A view; valid while the partition is mapped and, for the sub-journey of a
/// dimension value, until the next customer.
struct Journey {
  std::string_view client;
  bool is_known = false;
  bool is_anonymous = false;

  struct Event {
    std::int64_t instant = kNoInstant;
    Day day;
    std::uint8_t hour = 0;
    explicit operator bool() const { return instant != kNoInstant; }
  };
  /// Download, signup or an action; empty when it did not happen by as_of.
  Event event(std::size_t position) const;

  std::size_t size = 0;
  std::size_t window_begin = 0;  ///< the first session inside the live window

  /// Positions of the purchases, ascending; set by find_orders().
  std::span<const std::uint32_t> orders;
  std::size_t orders_before_window = 0;
  std::span<const std::uint32_t> orders_in_window() const {
    return orders.subspan(orders_before_window);
  }

  const std::int64_t* start = nullptr;
  const std::int32_t* day = nullptr;
  const std::uint8_t* hour = nullptr;
  const std::uint32_t* flags = nullptr;
  const double* amount = nullptr;    ///< NaN for null
  const double* discount = nullptr;  ///< NaN for null
  const std::uint32_t* promotion = nullptr;
  const std::uint32_t* dimension = nullptr;

  bool is_order(std::size_t session) const { return (flags[session] & kPurchased) != 0; }
  Day day_of(std::size_t session) const { return {day[session]}; }

  const class Partition* partition = nullptr;
  std::uint32_t customer = 0;       ///< index in the partition
  std::uint32_t first_session = 0;  ///< of the customer, among those of the partition
  /// Of a sub-journey: which of the customer's sessions these are. Null: all of them.
  const std::uint32_t* chosen = nullptr;
  std::int64_t as_of = INT64_MAX;

  /// Where the cold columns of the partition have a session.
  std::uint32_t place(std::size_t session) const {
    return first_session +
           (chosen == nullptr ? static_cast<std::uint32_t>(session) : chosen[session]);
  }
};

/// Finds the purchases once for all who ask for them; `positions` holds them until the next call.
void find_orders(Journey& journey, std::vector<std::uint32_t>& positions);

/// The hot columns of a partition's sessions, customer after customer.
struct SessionColumns {
  std::span<const std::int64_t> start;
  std::span<const std::int32_t> day;
  std::span<const std::uint8_t> hour;
  std::span<const std::uint32_t> flags;
  std::span<const double> amount;
  std::span<const std::uint32_t> dimension;

  /// Whether it is a purchase that has a payment.
  bool is_paid(std::uint32_t session) const {
    return (flags[session] & kPurchased) != 0 && !std::isnan(amount[session]);
  }
};

/// The cold columns of a partition's basket lines, session after session; within one each (product,
/// category) stands once and the lines of a product stand together. Empty when there are none.
struct LineColumns {
  std::span<const std::uint32_t> first;  ///< by session, and one past the last
  std::span<const std::uint32_t> product;
  std::span<const std::uint32_t> category;
  std::span<const double> quantity;
  std::span<const double> amount;

  std::uint32_t begin(std::uint32_t session) const { return first.empty() ? 0 : first[session]; }
  std::uint32_t end(std::uint32_t session) const { return first.empty() ? 0 : first[session + 1]; }
};

/// The cold columns of a partition's deliveries, in the order of their sessions; a session has one
/// at most. Instants are kNoInstant and degrees NaN for null.
struct DeliveryColumns {
  std::span<const std::uint32_t> session;
  std::span<const std::int64_t> delivered;
  std::span<const std::int64_t> prepared;
  std::span<const std::int64_t> returned;
  std::span<const double> latitude;
  std::span<const double> longitude;

  /// Those [first, end) of the sessions [begin, last).
  std::pair<std::uint32_t, std::uint32_t> of_sessions(std::uint32_t begin,
                                                      std::uint32_t last) const;
};

/// A mapped file of journeys, customers sorted by key: the base of a partition, or its delta. A
/// delta holds the whole journeys of the customers that later loads have touched; the base passes
/// over them. So a reader takes each customer from one file and never puts a journey together.
class Partition {
 public:
  explicit Partition(const std::filesystem::path& file, std::size_t events);

  std::uint32_t customers() const { return static_cast<std::uint32_t>(flags_.size()); }
  std::uint32_t sessions() const { return static_cast<std::uint32_t>(start_.size()); }

  std::string_view client(std::uint32_t customer) const {
    return {key_bytes_.data() + key_offsets_[customer],
            key_offsets_[customer + 1] - key_offsets_[customer]};
  }
  /// The journey up to and including `as_of`.
  Journey journey(std::uint32_t customer, std::int64_t as_of) const;

  /// Whether a delta has this customer's journey. Everybody who walks over customers asks.
  bool is_superseded(std::uint32_t customer) const {
    return !superseded_.empty() && superseded_[customer];
  }
  /// From now on passes over these customers, ascending. Error E-JOURNEYS when there is no such.
  void supersede(std::span<const std::uint32_t> customers);
  /// Of a delta: what its base has to pass over.
  std::span<const std::uint32_t> supersedes() const { return supersedes_; }
  /// The customer's sessions [first, end).
  std::pair<std::uint32_t, std::uint32_t> sessions_of(std::uint32_t customer) const {
    return {first_session_[customer], first_session_[customer + 1]};
  }
  /// Sessions of customers that are not superseded, as runs [begin, end).
  std::vector<std::pair<std::uint32_t, std::uint32_t>> live_sessions() const;
  std::int64_t count_live_sessions() const;

  /// The customer of that key, which is the client or what builder gives a session without one.
  std::optional<std::uint32_t> find(std::string_view key, bool is_anonymous) const;
  /// What the customer adds to the facts of the file; `zone` decides about midnight.
  PartitionFacts facts_of(std::uint32_t customer, const Zone& start_zone,
                          const Zone& download_zone) const;

  SessionColumns columns() const {
    return {start_, day_, hour_, session_flags_, amount_, dimension_};
  }

  std::int64_t event_instant(std::size_t event, std::uint32_t customer) const {
    return event_instant_[event * flags_.size() + customer];
  }
  Journey::Event event(std::size_t event, std::uint32_t customer) const;

  /// Cold columns, by session of the partition; mapped pages are read when touched.
  std::string_view order_id(std::uint32_t session) const;
  std::span<const std::int64_t> session_end() const { return session_end_; }
  const LineColumns& lines() const { return lines_; }
  const DeliveryColumns& deliveries() const { return deliveries_; }

  void verify(Section end) const { file_.verify(end); }

 private:
  MappedFile file_;
  std::span<const std::uint64_t> key_offsets_;
  std::span<const char> key_bytes_;
  std::span<const std::uint32_t> first_session_;
  std::span<const std::uint8_t> flags_;
  std::span<const std::int64_t> event_instant_;
  std::span<const std::int32_t> event_day_;
  std::span<const std::uint8_t> event_hour_;
  std::span<const std::int64_t> start_;
  std::span<const std::int32_t> day_;
  std::span<const std::uint8_t> hour_;
  std::span<const std::uint32_t> session_flags_;
  std::span<const double> amount_;
  std::span<const double> discount_;
  std::span<const std::uint32_t> promotion_;
  std::span<const std::uint32_t> dimension_;
  std::span<const std::uint64_t> order_offsets_;
  std::span<const char> order_bytes_;
  std::span<const std::int64_t> session_end_;
  LineColumns lines_;
  DeliveryColumns deliveries_;
  std::span<const std::uint32_t> supersedes_;
  std::vector<bool> superseded_;  ///< empty when nobody is
};

/// A version of the journeys, mapped read-only; safe to share between threads.
class Journeys {
 public:
  /// Error E-JOURNEYS when the folder is missing, damaged, or of another format.
  explicit Journeys(const std::filesystem::path& folder);

  const Schema& schema() const { return schema_; }
  const Zone& zone() const { return zone_; }
  /// Bases, then deltas.
  std::span<const Partition> partitions() const { return partitions_; }
  const Dictionary& dimensions() const { return dimensions_; }
  const Dictionary& promotions() const { return promotions_; }
  const Dictionary& products() const { return products_; }
  const Dictionary& categories() const { return categories_; }

  /// Checks every byte of every partition, or of the sections below `end` (kFirstColdSection).
  /// Error E-JOURNEYS names the file that is damaged.
  void verify(ThreadPool& pool, Section end = kEverySection) const;

 private:
  Schema schema_;
  Zone zone_;
  std::vector<Partition> partitions_;
  Dictionary dimensions_;
  Dictionary promotions_;
  Dictionary products_;
  Dictionary categories_;
};

Schema read_schema(const std::filesystem::path& folder);
void write_schema(const std::filesystem::path& folder, const Schema& schema);
std::filesystem::path partition_file(const std::filesystem::path& folder, std::size_t partition);
std::filesystem::path delta_file(const std::filesystem::path& folder, std::size_t partition);

}  // namespace ca::journeys
