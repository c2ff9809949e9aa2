#include "nets/answer_all.h"

#include <algorithm>
#include <vector>

#include "nets/one_thread.h"

namespace ca::nets {
namespace {

constexpr std::size_t kBatch = 1024;

/// Customers who are asked together, with windows of so many steps.
struct Batch {
  std::size_t window = 0;
  std::vector<std::size_t> customers;
};

/// With padding all windows are of `steps`; without, of as many as a customer has purchases.
std::vector<Batch> batches_of(const Histories& histories, double until, std::size_t steps,
                              Padding padding) {
  std::vector<std::vector<std::size_t>> by_window(steps + 1);
  for (std::size_t customer = 0; customer < histories.size(); ++customer) {
    const std::size_t known = std::min(histories[customer].until(until).size(), steps);
    if (known == 0) continue;
    by_window[padding == Padding::kBefore ? steps : known].push_back(customer);
  }
  std::vector<Batch> batches;
  for (std::size_t window = 1; window <= steps; ++window) {
    const std::vector<std::size_t>& all = by_window[window];
    for (std::size_t at = 0; at < all.size(); at += kBatch) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(kBatch, all.size() - at));
      batches.push_back({window, {begin, end}});
    }
  }
  return batches;
}

}  // namespace

void answer_all(const Histories& histories, double until, const Scaling& scaling, std::size_t steps,
                Padding padding, const std::function<LayerPointer()>& network,
                const std::function<void(std::size_t customer, const float* outputs)>& take,
                ThreadPool& pool, const Cancellation& cancellation) {
  const std::vector<Batch> batches = batches_of(histories, until, steps, padding);
  std::vector<LayerPointer> workers(pool.size());
  pool.for_each(batches.size(), [&](std::size_t number, std::size_t worker) {
    cancellation.check();
    const OneThread one_thread;
    if (!workers[worker]) workers[worker] = network();
    const auto& [window, customers] = batches[number];
    Tensor windows({kBatch, window, kFeatures});
    for (std::size_t i = 0; i < customers.size(); ++i) {
      const History history = histories[customers[i]].until(until);
      const std::size_t known = std::min(history.size(), window);
      scaling.write_steps(history, history.size() - known, history.size(),
                          windows.values.data() + ((i + 1) * window - known) * kFeatures);
    }
    const Tensor outputs = workers[worker]->forward(windows, Pass::kAnswer);
    const std::size_t size = outputs.values.size() / kBatch;
    for (std::size_t i = 0; i < customers.size(); ++i) {
      take(customers[i], outputs.values.data() + i * size);
    }
  });
}

}  // namespace ca::nets
