#pragma once

#include <cstdint>
#include <functional>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "nets/histories.h"
#include "nets/layers.h"

namespace ca::nets {

/// Whether a window of more steps than there are purchases begins with zeros, or has only as many
/// steps as there are purchases.
enum class Padding : std::uint8_t { kBefore, kNone };

/// Asks a network about everybody. `network` makes a copy for a thread; it is given windows of the
/// last `steps` purchases up to the day `until`; `take(customer, outputs)` is told its outputs, by
/// any thread, each customer once. Customers without a purchase are left out. All batches have one
/// number of rows, and windows of one size in each: who is asked together, and by how many threads,
/// changes no byte. Asks
/// `cancellation` each batch (about 10 ms).
void answer_all(const Histories& histories, double until, const Scaling& scaling, std::size_t steps,
                Padding padding, const std::function<LayerPointer()>& network,
                const std::function<void(std::size_t customer, const float* outputs)>& take,
                ThreadPool& pool, const Cancellation& cancellation);

}  // namespace ca::nets
