// Any text is a cron expression or an Error that says why not; and one that is can be asked.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "runs/cron.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ca::runs::Cron;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const Cron cron = Cron::parse(text);
    bool is_due = false;
    const ca::Day begin = ca::day_from_civil(2024, 1, 1);
    // In 28 years every day of the calendar has been every day of the week.
    for (int day = 0; day < 28 * 366 && !is_due; ++day) is_due = cron.has_day(begin + day);
    if (!is_due) std::abort();
    if (Cron::parse(cron.text()).text() != cron.text()) std::abort();
  } catch (const ca::Error& error) {
    if (error.code() != "E-PARAM" || error.hint().empty()) std::abort();
  }
  return 0;
}
