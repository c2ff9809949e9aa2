#pragma once

#include <memory>
#include <vector>

#include "reports/day_totals.h"
#include "reports/event_totals.h"
#include "reports/facts.h"

namespace ca::reports {

/// What can be told about any run of whole days without the journeys: made once for a version of
/// them, it gives the facts of a question at once, and with them the totals of days from which
/// reports that only add up are made. Safe to share between threads.
/// Cost: one pass over the journeys; memory: days x hours x steps of main and of each dimension
/// value.
class DayIndex {
 public:
  /// `journeys` stay mapped as long as the index. Nothing after `as_of` (microseconds UTC) exists.
  DayIndex(const journeys::Journeys& journeys, std::int64_t as_of, ThreadPool& pool);

  /// Equal to find_facts() with this as_of, and with totals in the frames.
  Facts facts(std::optional<Day> from, std::optional<Day> to, ThreadPool& pool) const;

 private:
  /// What the sessions of a day say.
  struct OfDay {
    std::int64_t sessions = 0;
    PaymentRange payments;
  };
  /// Of main, or of one code of the dimension.
  struct OfValue {
    std::vector<OfDay> days;  ///< by row of the axis
    std::shared_ptr<DayTotals> totals;

    void add(const Journey& journey, std::size_t session, std::size_t row);
    void merge(const OfValue& other);
    Seen::Value seen(std::size_t first_row, std::size_t end_row) const;
  };

  /// What one thread has seen.
  struct Part {
    OfValue main;
    std::vector<OfValue> codes;
    std::shared_ptr<EventTotals> events;
  };

  OfValue make(bool has_totals) const;
  Part make_part(std::size_t codes) const;
  void look_at(const journeys::Partition& partition, Part& part) const;
  void attach_totals(Facts& facts) const;

  const journeys::Journeys& journeys_;
  std::int64_t as_of_;
  Texts texts_;
  Facts all_;  ///< without a window
  OfValue main_;
  std::shared_ptr<const EventTotals> events_;
  /// By code; empty where the dictionary has more than become populations: which ones do then
  /// depends on the window.
  std::vector<OfValue> codes_;
};

}  // namespace ca::reports
