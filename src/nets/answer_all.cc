#include "nets/answer_all.h"

#include <algorithm>
#include <vector>

#include "nets/one_thread.h"

namespace ca::nets {

void answer_all(const Histories& histories, double until, const Scaling& scaling, std::size_t steps,
                Padding padding, const std::function<LayerPointer()>& network,
                const std::function<void(std::size_t customer, const float* outputs)>& take,
                ThreadPool& pool, const Cancellation& cancellation) {
  constexpr std::size_t kBatch = 1024;
  struct Worker {
    LayerPointer network;
    Tensor windows;
  };
  std::vector<Worker> workers(pool.size());
  const std::size_t batches = (histories.size() + kBatch - 1) / kBatch;
  pool.for_each(batches, [&](std::size_t batch, std::size_t number) {
    cancellation.check();
    const OneThread one_thread;
    Worker& worker = workers[number];
    if (!worker.network) worker = {network(), Tensor({kBatch, steps, kFeatures})};
    const std::size_t begin = batch * kBatch;
    const std::size_t count = std::min(kBatch, histories.size() - begin);
    std::ranges::fill(worker.windows.values, 0.0F);
    std::vector<bool> has_bought(count);
    for (std::size_t i = 0; i < count; ++i) {
      const History history = histories[begin + i].until(until);
      const std::size_t known = std::min(history.size(), steps);
      const std::size_t first = padding == Padding::kBefore ? steps - known : 0;
      scaling.write_steps(history, history.size() - known, history.size(),
                          worker.windows.values.data() + (i * steps + first) * kFeatures);
      has_bought[i] = known > 0;
    }
    const Tensor outputs = worker.network->forward(worker.windows, Pass::kAnswer);
    const std::size_t size = outputs.values.size() / kBatch;
    for (std::size_t i = 0; i < count; ++i) {
      if (has_bought[i]) take(begin + i, outputs.values.data() + i * size);
    }
  });
}

}  // namespace ca::nets
