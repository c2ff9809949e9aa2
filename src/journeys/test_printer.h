#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "journeys/journeys.h"

namespace ca::journeys::testing {

inline std::string shown(double number) {
  return std::isnan(number) ? "~" : fmt::format("{}", number);
}
inline std::string shown_instant(std::int64_t micros) {
  return micros == kNoInstant ? "~" : Zone::utc().format({micros});
}
inline std::string shown_code(const Dictionary& dictionary, std::uint32_t code) {
  return code == Dictionary::kNone ? "~" : dictionary.text(code);
}

/// Local day and hour, as "2024-03-31 2h".
inline std::string local(Day day, int hour) { return fmt::format("{} {}h", format_day(day), hour); }

/// All that a version holds, customer after customer in the order of their keys, whatever the
/// partitions: "client flags", its events and, below, its sessions with their lines and deliveries.
class Printer {
 public:
  explicit Printer(const std::filesystem::path& folder)
      : journeys_(folder),
        products_(Dictionary::read(folder / "products.dictionary")),
        categories_(Dictionary::read(folder / "categories.dictionary")) {
    const std::size_t bases = journeys_.schema().partitions();
    for (std::size_t p = 0; p < journeys_.partitions().size(); ++p) {
      print(journeys_.partitions()[p],
            MappedFile(p < bases ? partition_file(folder, p)
                                 : delta_file(folder, journeys_.schema().deltas[p - bases])));
    }
  }
  std::string text() const {
    std::string all;
    for (const auto& [client, text] : customers_) all += text;
    return all;
  }
  const std::map<std::string, std::string>& customers() const { return customers_; }

 private:
  void print(const Partition& partition, const MappedFile& file) {
    const auto products = file.section<std::uint32_t>(Section::kLineProduct);
    const auto categories = file.section<std::uint32_t>(Section::kLineCategory);
    const auto quantities = file.section<double>(Section::kLineQuantity);
    const auto amounts = file.section<double>(Section::kLineAmount);
    const auto delivered = file.section<std::uint32_t>(Section::kDeliverySession);
    EXPECT_TRUE(std::ranges::is_sorted(delivered));
    EXPECT_EQ(partition.lines().first.size(), partition.sessions() + 1);

    std::uint32_t session = 0;
    for (std::uint32_t c = 0; c < partition.customers(); ++c) {
      const Journey journey = partition.journey(c, INT64_MAX);
      std::string text(journey.client);
      for (char& letter : text) letter = letter == '\0' ? '0' : letter;
      text += journey.is_anonymous ? " anonymous" : journey.is_known ? " known" : " unknown";
      for (std::size_t e = 0; e < journeys_.schema().events(); ++e) {
        if (const Journey::Event event = journey.event(e)) {
          text += fmt::format(" {}={} ({})", e, shown_instant(event.instant),
                              local(event.day, event.hour));
        }
      }
      text += "\n";
      for (std::size_t s = 0; s < journey.size; ++s, ++session) {
        text += fmt::format(
            "  {} {} ({}) end {} flags {} paid {} discount {} promotion {} dimension {}\n",
            partition.order_id(session), shown_instant(journey.start[s]),
            local(journey.day_of(s), journey.hour[s]),
            shown_instant(partition.session_end()[session]), journey.flags[s],
            shown(journey.amount[s]), shown(journey.discount[s]),
            shown_code(journeys_.promotions(), journey.promotion[s]),
            shown_code(journeys_.dimensions(), journey.dimension[s]));
        std::set<std::string> lines;  // codes of products, and so their order, may differ
        for (std::uint32_t l = partition.lines().begin(session); l < partition.lines().end(session);
             ++l) {
          lines.insert(fmt::format("    {} of {}: {} for {}\n", shown_code(products_, products[l]),
                                   shown_code(categories_, categories[l]), shown(quantities[l]),
                                   shown(amounts[l])));
        }
        for (const std::string& line : lines) text += line;
        for (std::size_t d = 0; d < delivered.size(); ++d) {
          if (delivered[d] != session) continue;
          const auto instant = [&](Section id) {
            return shown_instant(file.section<std::int64_t>(id)[d]);
          };
          text += fmt::format("    delivered {} prepared {} returned {} at {},{}\n",
                              instant(Section::kDeliveryInstant), instant(Section::kPrepareInstant),
                              instant(Section::kReturnInstant),
                              shown(file.section<double>(Section::kLatitude)[d]),
                              shown(file.section<double>(Section::kLongitude)[d]));
        }
      }
      if (partition.is_superseded(c)) continue;
      EXPECT_TRUE(customers_.emplace(journey.client, text).second) << "a customer occurs twice";
    }
    EXPECT_EQ(session, partition.sessions());
  }

  Journeys journeys_;
  Dictionary products_;
  Dictionary categories_;
  std::map<std::string, std::string> customers_;
};

}  // namespace ca::journeys::testing
