// What customer-value models cost: clv_models [CUSTOMERS] [THREADS], 1,000,000 and 2 when left out.
// Customers are invented by a BG/NBD or Pareto/NBD whose parameters are printed beside what the fit
// found; days are whole, first purchases lie in the last two years. Rounding times up to days moves
// the estimates a little from the truth, by more than the standard error of so many customers.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "stats/gamma_gamma.h"
#include "stats/purchase_model.h"
#include "stopwatch.h"

namespace {

using namespace ca;
using namespace ca::stats;

struct Shop {
  PurchaseCounts counts;
  SpendingCounts spending;
};

Shop invented(const PurchaseModel& truth, std::size_t customers, ThreadPool& pool) {
  const GammaGamma amounts{6.25, 3.74, 15.44, {}};
  Shop shop;
  for (auto* column : {&shop.counts.frequency, &shop.counts.recency, &shop.counts.age,
                       &shop.spending.purchases, &shop.spending.mean}) {
    column->resize(customers);
  }
  pool.for_each(customers, [&](std::size_t i, std::size_t) {
    RandomStream random(1, i);
    const double days = std::floor(730 * random.uniform());
    PurchaseHistory history =
        std::visit([&](const auto& model) { return model.draw_history(days / 7, random); }, truth);
    history.recency = std::ceil(history.recency * 7) / 7;
    history.age = days / 7;
    shop.counts.frequency[i] = history.frequency;
    shop.counts.recency[i] = std::min(history.recency, history.age);
    shop.counts.age[i] = history.age;
    const double purchases = history.frequency + 1;
    const double nu = random.gamma(amounts.q) / amounts.v;
    shop.spending.purchases[i] = purchases;
    shop.spending.mean[i] =
        std::round(100 * random.gamma(amounts.p * purchases) / nu / purchases) / 100;
  });
  return shop;
}

void print(const char* what, const Stopwatch& watch) {
  fmt::print("  {:<44} {:6.2f} s, {:6.2f} s of CPU\n", what, watch.wall(), watch.cpu());
}

void measure(PurchaseModelKind kind, const PurchaseModel& truth, const char* parameters,
             std::size_t customers, ThreadPool& pool) {
  const Shop shop = invented(truth, customers, pool);
  fmt::print("{}: {} customers invented with {}\n", name_of(kind), customers, parameters);
  const Stopwatch all;

  const Stopwatch grouping;
  const GroupedCounts grouped = group_equal(shop.counts);
  print(fmt::format("equal rows grouped, {} left", grouped.rows.size()).c_str(), grouping);

  const Stopwatch fitting;
  const PurchaseFit fit = fit_purchase_model(kind, grouped.rows, &pool);
  print(fmt::format("fit, {} evaluations", fit.evaluations).c_str(), fitting);

  const Stopwatch amounts;
  const SpendingFit spending = fit_gamma_gamma(shop.spending, &pool);
  print("Gamma-Gamma, all purchases", amounts);

  const Stopwatch predicting;
  const auto alive = p_alive(fit.model, grouped.rows, &pool);
  const auto orders = expected_orders(fit.model, grouped.rows, 180.0 / 7, &pool);
  const auto means = expected_means(spending.model, shop.spending, &pool);
  double value = 0;
  double active = 0;
  for (std::size_t i = 0; i < customers; ++i) {
    const std::size_t group = grouped.group_of[i];
    value += orders[group] * means[i];
    active += alive[group];
  }
  print("P(alive), orders and value of 180 days", predicting);
  print("together", all);

  const Stopwatch curve;
  std::vector<double> days(180);
  for (std::size_t i = 0; i < days.size(); ++i) days[i] = static_cast<double>(i + 1) / 7;
  const auto total = expected_total_curve(fit.model, grouped.rows, days, {}, &pool);
  print("besides: the total of each of 180 days", curve);

  fmt::print("  found");
  for (const Parameter& parameter : fit.parameters) {
    fmt::print(" {} {:.4f} ({:.4f})", parameter.name, parameter.value,
               parameter.standard_error.value_or(0));
  }
  for (const Parameter& parameter : spending.parameters) {
    fmt::print(" {} {:.4f}", parameter.name, parameter.value);
  }
  fmt::print("; {:.0f} active, {:.0f} orders, value {:.0f}; converged {}\n\n", active, total.back(),
             value, fit.is_converged && spending.is_converged);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t customers = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
  ThreadPool pool(argc > 2 ? std::stoul(argv[2]) : 2);
  measure(PurchaseModelKind::kBgnbd, Bgnbd{.2426, 4.4135, .7929, 2.4258, false},
          "r .2426, alpha 4.4135, a .7929, b 2.4258", customers, pool);
  measure(PurchaseModelKind::kMbgnbd, Bgnbd{.5248, 6.1831, .8914, 1.614, true},
          "r .5248, alpha 6.1831, a .8914, b 1.614", customers, pool);
  measure(PurchaseModelKind::kParetonbd, Paretonbd{.5533, 10.578, .6061, 11.669},
          "r .5533, alpha 10.578, s .6061, beta 11.669", customers, pool);
}
