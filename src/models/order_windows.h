#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/calendar.h"
#include "base/exact_sum.h"
#include "reports/allocation.h"
#include "reports/frame.h"
#include "reports/stamps.h"

namespace ca::models {

// What customers ordered in the days before and after each of their orders, and which orders are
// the first to use a promotion or a product. Source: reports.md 5.9.

/// What is used: a promotion, or a product that a basket holds.
enum class Usage : std::uint8_t { kPromotion, kProduct };

/// Who is compared with whom: orders of one calendar day whose customers stand alike, that is, had
/// the same number of orders in the window before and, as far as a bucket tells, as much time since
/// the last one.
struct Stratum {
  static constexpr std::uint32_t kMostBefore = 10;  ///< orders; more are not told apart
  static constexpr std::uint32_t kLapses = 5;       ///< buckets of time, of who had none
  static constexpr std::uint32_t kRecencies = 3;    ///< and of who had some
  static constexpr std::uint32_t kStandings = kLapses + kMostBefore * kRecencies;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  static std::uint32_t number(std::size_t day, std::uint32_t standing) {
    return static_cast<std::uint32_t>(day) * kStandings + standing;
  }
  /// `since` is the time from the last order before to this one; below 0 where there is none.
  static std::uint32_t standing(std::uint32_t before, std::int64_t since, std::int64_t window);
  /// An order with more others in its windows has no stratum: it is not a person's.
  static constexpr std::uint32_t kMostOrders = 100;
};

/// An order and what lies around it, itself left out; likewise others of the very moment.
struct WindowedOrder {
  static constexpr std::uint32_t kUnpaid = UINT32_MAX;

  std::uint32_t stratum = Stratum::kNone;
  std::uint32_t before = 0;      ///< orders in the window before
  std::uint32_t after = 0;       ///< and in the window after
  std::uint32_t paid = kUnpaid;  ///< index into payments; kUnpaid unless paid in both windows
  bool is_seen_whole = false;    ///< nothing of its windows lies outside what is known
  bool has_no_promotion = false;
  bool has_basket = false;
  bool is_with_previous = false;  ///< of the very moment of its customer's order before
  bool is_last = false;           ///< of its customer

  /// Whether it may stand for those who do not use something: other promotions may have effects of
  /// their own, and an order without a basket may hold anything.
  bool may_stand_for_others(Usage usage) const {
    return is_seen_whole && (usage == Usage::kPromotion ? has_no_promotion : has_basket);
  }
};

/// Mean payments of an order in its windows.
struct WindowPayments {
  double before = 0;
  double after = 0;
};

/// The first use of a promotion or product by a customer.
struct FirstUse {
  std::uint32_t group;  ///< code of the promotion or product
  std::uint32_t order;  ///< index into orders
};
/// Likewise, of an order that is seen whole and was paid around.
struct PaidUse {
  std::uint32_t group;
  std::uint32_t order;
  double after_own;  ///< mean payment after, without what is paid for the product itself
  double with_use;   ///< mean payment after, the order of the use among those
};

/// What the customer at hand has used. As large as there are products, so the populations that one
/// thread fills share it.
struct UsedSoFar {
  reports::Stamps promotions;
  reports::Stamps products;
};

/// The orders of one population, a customer's together and in time order, and the first uses among
/// them. Merging changes the order of customers, which matters to nobody.
class OrderWindows {
 public:
  /// `window` in microseconds. Of what the shop does not have there are no uses.
  OrderWindows(const reports::Frame& frame, std::int64_t window,
               std::shared_ptr<UsedSoFar> used = std::make_shared<UsedSoFar>());

  /// Takes in a customer, whose orders are found; one without a name is nobody.
  void add(const reports::Journey& journey);
  void merge(OrderWindows&& other);

  struct Uses {
    std::vector<FirstUse> first;
    std::vector<PaidUse> paid;
  };
  Uses& uses(Usage usage) { return usage == Usage::kPromotion ? promotions_ : products_; }
  std::span<const WindowedOrder> orders() const { return orders_; }
  std::span<const WindowPayments> payments() const { return payments_; }
  /// One more than the greatest stratum there can be.
  std::size_t strata() const {
    return static_cast<std::size_t>(frame_.history.days) * Stratum::kStandings;
  }

 private:
  /// A customer's order: which session, and which of his orders lie in its windows.
  struct Place {
    std::size_t session;
    std::int64_t start;
    std::size_t near_begin;
    std::size_t same_begin;
    std::size_t same_end;
    std::size_t near_end;
  };

  void find_places(const reports::Journey& journey);
  WindowedOrder windowed(const reports::Journey& journey, const Place& place,
                         std::int64_t seen_since);
  std::int64_t payments_in(std::size_t begin, std::size_t end) const {
    return payments_before_[end] - payments_before_[begin];
  }
  /// Of the customer's orders [begin, end), some of which are paid.
  double mean_paid(std::size_t begin, std::size_t end) const;
  void use_promotion(const reports::Journey& journey, const Place& place);
  void use_products(const reports::Journey& journey, const Place& place);
  /// Notes a first use of the newest order.
  void use(Uses& uses, std::uint32_t group, const reports::Journey& journey, const Place& place);
  double mean_without(const reports::Journey& journey, const Place& place, std::uint32_t product);

  const reports::Frame& frame_;
  std::int64_t window_;
  reports::Allocation allocation_;
  std::vector<WindowedOrder> orders_;
  std::vector<WindowPayments> payments_;
  Uses promotions_;
  Uses products_;

  // Of the customer at hand.
  std::shared_ptr<UsedSoFar> used_;
  std::vector<Place> places_;
  std::vector<ExactSum::Fixed> paid_before_;   ///< by order: what those before it paid
  std::vector<std::int64_t> payments_before_;  ///< and how many did
};

}  // namespace ca::models
