#pragma once

#include "models/delivered_population.h"
#include "models/slow_deliveries.h"
#include "reports/pass.h"

namespace ca::models {

/// The reports of the family deliveries (reports/delivery_reports.cc) about one population, as far
/// as the shop has what they need. Legs are shared out among the threads.
reports::Answer delivery_tables(const DeliveredPopulation& population, const reports::Frame& frame,
                                const DeliverySettings& settings, ThreadPool& pool,
                                const Cancellation& cancellation);

}  // namespace ca::models
