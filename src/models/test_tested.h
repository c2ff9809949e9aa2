#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "models/before_after.h"
#include "reports/facts.h"
#include "reports/test_shop.h"

namespace ca::models {

/// A shop as text with what its tests are made from.
struct TestedShop {
  struct Options {
    reports::TestShop::Options shop = {};
    std::string as_of = {};  ///< default: the newest session
    Populations populations = Populations::kMain;
    TestSettings settings = {};
    std::size_t threads = 1;
    const reports::SegmentModel* segments = nullptr;
  };

  explicit TestedShop(Options asked, const std::string& sessions, const std::string& customers = "",
                      const std::string& lines = "")
      : options(std::move(asked)),
        shop(options.shop, sessions, customers, lines),
        pool(options.threads),
        facts(reports::find_facts(
            shop.journeys(), options.as_of.empty() ? reports::Window() : shop.as_of(options.as_of),
            pool)),
        populations(collect_tested(shop.journeys(), facts, options.populations, options.segments,
                                   options.settings, pool, no_progress(), Cancellation())) {}
  TestedShop(const TestedShop&) = delete;
  TestedShop& operator=(const TestedShop&) = delete;

  OrderWindows& windows(std::size_t population = 0) { return *populations[population].windows; }
  /// The tests of one use and measure.
  std::vector<ChangeTest> usage(Usage usage, Measure measure, std::size_t population = 0) {
    const reports::Frame& frame = *populations[population].frame;
    return usage_tests(windows(population), usage, measure,
                       usage == Usage::kPromotion ? *frame.promotions : *frame.products,
                       populations[population].amount_unit, options.settings, pool);
  }

  Options options;
  reports::TestShop shop;
  ThreadPool pool;
  reports::Facts facts;
  std::vector<TestedPopulation> populations;
};

/// Cells of a windowed order: orders before and after, `w` where it is seen whole.
inline std::string text_of(const WindowedOrder& order) {
  return fmt::format("{}{}{}", order.before, order.is_seen_whole ? "w" : "-", order.after);
}

/// "promo: 1w2, ..." of the first uses, by name.
inline std::vector<std::string> uses_of(TestedShop& shop, Usage usage, std::size_t population = 0) {
  const reports::Frame& frame = *shop.populations[population].frame;
  const reports::Names& names = usage == Usage::kPromotion ? *frame.promotions : *frame.products;
  std::vector<std::string> texts;
  for (const FirstUse& use : shop.windows(population).uses(usage).first) {
    texts.push_back(fmt::format("{} {}", names.text(use.group),
                                text_of(shop.windows(population).orders()[use.order])));
  }
  std::ranges::sort(texts);
  return texts;
}

}  // namespace ca::models
