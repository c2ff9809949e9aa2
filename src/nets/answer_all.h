#pragma once

#include <cstdint>
#include <functional>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "nets/histories.h"
#include "nets/layers.h"

namespace ca::nets {

/// Where a window of more steps than there are purchases is filled with zeros.
enum class Padding : std::uint8_t { kBefore, kAfter };

/// Asks a network about everybody. `network` makes a copy for a thread; it is given windows of the
/// last `steps` purchases up to the day `until`; `take(customer, outputs)` is told its outputs, by
/// any thread, each customer once. Customers without a purchase are left out. Batches have one
/// size, the last is padded: who is asked together, and by how many threads, changes no byte. Asks
/// `cancellation` each batch (about 10 ms).
void answer_all(const Histories& histories, double until, const Scaling& scaling, std::size_t steps,
                Padding padding, const std::function<LayerPointer()>& network,
                const std::function<void(std::size_t customer, const float* outputs)>& take,
                ThreadPool& pool, const Cancellation& cancellation);

}  // namespace ca::nets
