#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace ca::runs {

/// When a cron expression says, in wall-clock minutes. Five fields: minute (0-59), hour (0-23), day
/// of month (1-31), month (1-12 or jan-dec), day of week (0-7 or sun-sat; 0 and 7 are Sunday). A
/// field is `*` or a list of numbers, names and ranges `a-b`; `*` and ranges may have a step `/n`.
/// Where neither day field begins with `*` a day of either counts, else one of both (as in cron(8)
/// and POSIX crontab). Seconds, years, `?`, `L`, `W`, `#` and words such as @daily are not known.
class Cron {
 public:
  /// Throws Error E-PARAM, which names the field and what is wrong with it.
  static Cron parse(std::string_view text);

  const std::string& text() const { return text_; }  ///< the fields with one blank between them
  bool has_day(Day day) const;
  bool has_hour(int hour) const { return hours_.test(static_cast<std::size_t>(hour)); }
  bool has_minute(int minute) const { return minutes_.test(static_cast<std::size_t>(minute)); }
  /// Whether the field of hours is `*`: what is meant is then a pace and not a time of day.
  bool is_every_hour() const { return is_every_hour_; }

 private:
  std::string text_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_of_month_;
  std::bitset<13> months_;
  std::bitset<7> days_of_week_;  ///< 0 is Sunday
  bool is_every_hour_ = false;
  bool is_either_day_ = false;
};

}  // namespace ca::runs
