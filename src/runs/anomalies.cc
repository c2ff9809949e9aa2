#include "runs/anomalies.h"

#include "models/anomaly_tables.h"
#include "reports/families.h"
#include "runs/shop_plan.h"

namespace ca::runs {

models::UnusualSettings anomaly_settings(const workspace::Configuration& configuration) {
  models::UnusualSettings settings;
  settings.rate = real_setting(configuration, "anomaly.rate", 0.01, 0.0001, 0.2);
  settings.seed =
      static_cast<std::uint64_t>(whole_setting(configuration, "anomaly.seed", 1, 0, INT64_MAX));
  settings.with_network = setting(configuration, "anomaly.networks", "true") == "true";
  return settings;
}

std::vector<reports::Answer> answer_anomalies(const journeys::Journeys& journeys,
                                              const reports::Facts& facts, bool may_expect,
                                              const std::function<const ExpectedValue*()>& expected,
                                              const models::UnusualSettings& settings,
                                              ThreadPool& pool, Progress& progress,
                                              const Cancellation& cancellation) {
  reports::Question question;
  question.reports.insert(models::judged_reports().begin(), models::judged_reports().end());
  question.with_all_values = true;
  question.segments = std::nullopt;
  reports::Inquiry of_days{question, facts};
  std::vector<reports::Inquiry> inquiries = {std::move(of_days)};
  if (may_expect) {
    question.reports = {std::string(reports::kClientKpis)};
    question.with_all_values = false;
    inquiries.push_back({question, facts});
  }
  const std::vector<std::vector<reports::Answer>> known =
      reports::answer(journeys, std::move(inquiries), pool, progress, cancellation);
  std::vector<reports::Answer> answers =
      models::anomaly_tables(known.front(), facts, settings, pool, cancellation);
  const ExpectedValue* clients = may_expect ? expected() : nullptr;
  if (clients == nullptr) return answers;
  const Table& kpis = known.back().front().tables.front();
  for (reports::Answer& answer : answers) {
    for (const reports::Answer& of : clients->clients) {
      if (of.population != answer.population || of.is_main != answer.is_main) continue;
      answer.tables.push_back(models::customer_anomalies(of.tables.front(), kpis, clients->horizon,
                                                         *facts.main.schema));
    }
  }
  return answers;
}

}  // namespace ca::runs
