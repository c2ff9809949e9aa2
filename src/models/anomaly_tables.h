#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "models/unusual_rows.h"
#include "reports/pass.h"

namespace ca::models {

/// Autoencoders judge main and so many of the largest dimension values (ruling 46).
inline constexpr std::size_t kValuesWithNetworks = 8;

/// The reports that the judgement of a population's days is made of.
const std::vector<const char*>& judged_reports();

/// Reports of unusual days of every population (dfunnel_anomaly, dcohort_anomaly_days,
/// dcohort_anomaly_2, order_cohort_anomaly, dorders_anomaly), in the order of `answers`, which hold
/// judged_reports(); those of what is not there are left out. Populations and reports are judged by
/// the pool's threads; the result depends on neither. Throws Error E-CANCELLED.
std::vector<reports::Answer> anomaly_tables(const std::vector<reports::Answer>& answers,
                                            const reports::Facts& facts,
                                            const UnusualSettings& settings, ThreadPool& pool,
                                            const Cancellation& cancellation);

/// dorders_anomaly of a population (ruling 35): of its report daily_orders; `last_complete` is the
/// last day that is over.
Table order_anomalies(const Table& daily_orders, Day last_complete, const reports::Schema& schema);

/// clvrfm_anomaly of a population: of its report client_value, and of client_kpis of main. Both are
/// in the order of clients' bytes. `horizon` in days, of the expectations.
Table customer_anomalies(const Table& client_value, const Table& client_kpis, double horizon,
                         const reports::Schema& schema);

}  // namespace ca::models
