#include "runs/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checksum.h"
#include "base/error.h"
#include "base/log.h"
#include "models/network_shelf.h"
#include "reports/population_name.h"
#include "reports/rfm_cuts.h"
#include "reports/segment_rules.h"
#include "runs/shop_plan.h"

namespace ca::runs {
namespace {

constexpr const char* kDailyRevenue = "daily_revenue";
constexpr const char* kDailyClv = "daily_clv";
constexpr const char* kClientValue = "client_value";
constexpr const char* kBacktest = "clv_backtest";

/// A text that differs where nothing of earlier runs may be used: how sources are read, and the
/// settings.
std::string made_for(const workspace::Configuration& configuration, const ValueSettings& settings) {
  return hexadecimal(
      checksum_of(fmt::format("{} {} {} {}", workspace::load_hash(configuration), settings.horizon,
                              settings.has_networks, settings.seed))
          .xxh3);
}

std::vector<std::string> competitors(const ValueSettings& settings) {
  std::vector<std::string> names = models::competing_models();
  if (!settings.has_networks) {
    std::erase_if(names,
                  [](const std::string& name) { return name.find("lstm") != std::string::npos; });
  }
  return names;
}

class Stage {
 public:
  Stage(const ValueQuestion& question, ThreadPool& pool, Progress& progress,
        const Cancellation& cancellation)
      : question_(question),
        pool_(pool),
        progress_(progress),
        cancellation_(cancellation),
        made_for_(made_for(question.configuration, question.settings)),
        origin_(question.facts.main.last_day),
        days_(models::find_purchase_days(question.journeys, question.facts, pool, cancellation)),
        last_(kept_of_previous()) {}

  ValueAnswer answer() {
    if (is_recent(&models::KeptValue::predicted, question_.settings.predict_days)) {
      return predictions_of_previous();
    }
    return predict();
  }

 private:
  /// What the previous snapshot kept, where it can be used again.
  std::optional<models::KeptValue> kept_of_previous() {
    if (question_.is_full || question_.previous == nullptr) return std::nullopt;
    try {
      const auto text = question_.previous->text(models::kValueFile);
      if (!text) return std::nullopt;
      models::KeptValue kept = models::value_from_json(*text);
      if (kept.made_for != made_for_) return std::nullopt;
      return kept;
    } catch (const Error& error) {
      notes_.push_back(
          fmt::format("What was predicted before cannot be used: {}", error.message()));
      return std::nullopt;
    }
  }

  bool is_recent(Day models::KeptValue::*day, std::int32_t cadence) const {
    if (!last_) return false;
    const std::int32_t age = origin_ - (*last_).*day;
    return age >= 0 && age < cadence;
  }

  /// Tables of the previous snapshot, by the encoded name of the population.
  std::map<std::string, Table> tables_of_previous(const char* report) {
    if (question_.previous == nullptr || !question_.previous->manifest().rows.contains(report)) {
      return {};
    }
    return question_.previous->report_by_population(report);
  }

  std::map<std::string, Table> daily_revenue() {
    reports::Question question;
    question.reports = {kDailyRevenue};
    question.window.as_of = Instant{question_.facts.main.as_of};
    question.with_all_values = true;
    std::map<std::string, Table> tables;
    for (reports::Answer& answer : reports::answer(question_.journeys, question_.facts, question,
                                                   pool_, no_progress(), cancellation_)) {
      tables[reports::population_name(answer.population, answer.is_main)] =
          std::move(answer.tables.front());
    }
    return tables;
  }

  /// The name of each buyer's segment.
  std::optional<std::vector<std::string>> segments() {
    if (question_.segments == nullptr) return std::nullopt;
    std::vector<std::string> names;
    const reports::SegmentModel model{question_.segments->cuts, question_.segments->settings.rules};
    const reports::SegmentsAsOf as_of = reports::segments_as_of(
        question_.journeys, model, question_.facts.main.as_of, pool_, cancellation_);
    for (const models::PurchaseDays::Place& place : days_.place) {
      names.emplace_back(reports::segments()[as_of.segment(place.file, place.customer)].name);
    }
    return names;
  }

  ValueAnswer predict() {
    const ValueSettings& settings = question_.settings;
    models::NetworkShelf shelf(question_.models_folder, made_for_,
                               question_.is_full ? 0 : settings.retrain_days);
    models::ForecastOptions options;
    options.length = settings.horizon;
    options.models.seed = settings.seed;
    const bool keeps_champion = is_recent(&models::KeptValue::compared, settings.retrain_days);
    const std::vector<std::string> competing = competitors(settings);
    progress_.stage("clv", keeps_champion ? 3 : competing.size() * 3 + 4, "steps");
    const auto step = [&] { progress_.advance(1); };

    models::Competition competition;
    if (keeps_champion) {
      competition.champion = last_->champion;
      competition.length = last_->length;
      competition.scores = last_->scores;
      notes_.push_back(fmt::format("{} is used on; models were compared on {}.",
                                   competition.champion, format_day(last_->compared)));
    } else {
      competition =
          models::compete(days_, models::every_buyer(days_), days_.last_complete, settings.horizon,
                          competing, options.models, pool_, cancellation_, step);
      notes_.push_back(fmt::format("{} predicts best; it is used.", competition.champion));
      notes_.insert(notes_.end(), competition.notes.begin(), competition.notes.end());
    }
    options.models.networks = &shelf;
    options.trains_networks = settings.has_networks && !keeps_champion;
    models::ValueForecast forecast = models::forecast_value(
        days_, competition, question_.facts.values.size(), options, pool_, cancellation_, step);
    if (keeps_champion) forecast.intervals = kept_intervals();
    notes_.insert(notes_.end(), forecast.notes.begin(), forecast.notes.end());
    for (const std::string& note : shelf.notes()) notes_.push_back(note);

    ValueAnswer answer;
    const models::ValueResults results{.days = days_,
                                       .competition = competition,
                                       .forecast = forecast,
                                       .facts = question_.facts,
                                       .schema = question_.journeys.schema(),
                                       .seed = settings.seed,
                                       .segments = segments(),
                                       .daily_revenue = daily_revenue(),
                                       .earlier = tables_of_previous(kDailyClv)};
    answer.reports = models::value_tables(results);
    if (keeps_champion) keep_backtest(answer.reports.front());
    answer.personal_churn =
        models::personal_churn(days_, forecast.states, forecast.p_alive, question_.facts);
    answer.kept = {.made_for = made_for_,
                   .compared = keeps_champion ? last_->compared : origin_,
                   .predicted = origin_,
                   .champion = competition.champion,
                   .length = competition.length,
                   .scores = competition.scores,
                   .intervals = intervals_of(forecast)};
    answer.notes = std::move(notes_);
    progress_.finish();
    return answer;
  }

  static std::string name_of_frame(const reports::Frame& frame) {
    return reports::population_name(frame.population, frame.is_main);
  }
  std::string name_of_population(std::size_t population) const {
    return name_of_frame(population == 0 ? question_.facts.main
                                         : question_.facts.values[population - 1]);
  }

  std::map<std::string, models::DayInterval> intervals_of(
      const models::ValueForecast& forecast) const {
    std::map<std::string, models::DayInterval> intervals;
    for (std::size_t i = 0; i < forecast.intervals.size(); ++i) {
      if (forecast.intervals[i]) intervals[name_of_population(i)] = *forecast.intervals[i];
    }
    return intervals;
  }

  std::vector<std::optional<models::DayInterval>> kept_intervals() const {
    std::vector<std::optional<models::DayInterval>> intervals;
    for (std::size_t i = 0; i <= question_.facts.values.size(); ++i) {
      const auto kept = last_->intervals.find(name_of_population(i));
      intervals.push_back(kept == last_->intervals.end() ? std::nullopt
                                                         : std::optional(kept->second));
    }
    return intervals;
  }

  /// The comparison of models that led to the champion stays that of the previous snapshot.
  void keep_backtest(reports::Answer& main) {
    auto before = tables_of_previous(kBacktest);
    if (!before.contains("main")) return;
    for (Table& table : main.tables) {
      if (table.name() == kBacktest) table = std::move(before.at("main"));
    }
  }

  /// The predictions of the previous snapshot, beside what has happened since.
  ValueAnswer predictions_of_previous() {
    progress_.stage("clv", 1, "steps");
    ValueAnswer answer;
    answer.kept = *last_;
    answer.notes = std::move(notes_);
    answer.notes.push_back(
        fmt::format("The predictions of {} still hold.", format_day(last_->predicted)));
    std::map<std::string, std::map<std::string, Table>> before;
    for (const reports::ReportSpec& report : reports::family_of(kDailyClv).reports) {
      before[report.name] = tables_of_previous(report.name.c_str());
    }
    const std::optional<std::vector<std::string>> segments_now = segments();
    const std::map<std::string, Table> revenue = daily_revenue();
    const auto add = [&](const reports::Frame& frame) {
      const std::string name = name_of_frame(frame);
      reports::Answer population{
          .population = frame.population, .is_main = frame.is_main, .tables = {}};
      for (const reports::ReportSpec& report : reports::family_of(kDailyClv).reports) {
        if (!frame.is_main && reports::is_main_only(report.name)) continue;
        auto& tables = before.at(report.name);
        const auto table = tables.find(name);
        Table known = table != tables.end()
                          ? std::move(table->second)
                          : reports::table_for(report, question_.journeys.schema());
        if (report.name == kDailyClv) {
          known = models::with_actual_days(revenue.at(name), known);
        }
        population.tables.push_back(std::move(known));
      }
      models::renew_segments(days_, segments_now, question_.journeys.schema(), population);
      answer.reports.push_back(std::move(population));
    };
    add(question_.facts.main);
    for (const reports::Frame& value : question_.facts.values) add(value);
    answer.personal_churn = churn_of(answer.reports.front());
    progress_.finish();
    return answer;
  }

  /// From the probabilities that stand in client_value of main; both are in the order of clients.
  std::map<std::string, std::optional<double>> churn_of(const reports::Answer& main) const {
    models::BuyerStates states;
    std::vector<double> p_alive;
    const auto table = std::ranges::find(main.tables, kClientValue, &Table::name);
    if (table != main.tables.end()) {
      const Column& client = *table->find("client");
      const Column& alive = *table->find("p_alive");
      std::uint32_t buyer = 0;
      for (std::size_t row = 0; row < table->rows(); ++row) {
        while (buyer < days_.buyers() && days_.client[buyer] < client.text(row)) ++buyer;
        if (buyer == days_.buyers()) break;
        if (days_.client[buyer] != client.text(row) || alive.is_null(row)) continue;
        states.buyer.push_back(buyer);
        p_alive.push_back(alive.real(row));
      }
    }
    return models::personal_churn(days_, states, p_alive, question_.facts);
  }

  const ValueQuestion& question_;
  ThreadPool& pool_;
  Progress& progress_;
  const Cancellation& cancellation_;
  std::string made_for_;
  Day origin_;
  models::PurchaseDays days_;
  std::vector<std::string> notes_;
  std::optional<models::KeptValue> last_;
};

}  // namespace

ValueSettings value_settings(const workspace::Configuration& configuration) {
  ValueSettings settings;
  settings.horizon =
      static_cast<std::int32_t>(whole_setting(configuration, "clv.horizon", 180, 7, 180));
  if (settings.horizon != 7 && settings.horizon != 30 && settings.horizon != 90 &&
      settings.horizon != 180) {
    throw Error("E-PARAM", fmt::format("clv.horizon is {}.", settings.horizon),
                "Horizons are 7, 30, 90 and 180 days.", {{"key", "clv.horizon"}});
  }
  settings.retrain_days =
      static_cast<std::int32_t>(whole_setting(configuration, "clv.retrain_days", 14, 0, 3660));
  settings.predict_days =
      static_cast<std::int32_t>(whole_setting(configuration, "clv.predict_days", 7, 0, 3660));
  settings.seed =
      static_cast<std::uint64_t>(whole_setting(configuration, "clv.seed", 1, 0, INT64_MAX));
  settings.has_networks = setting(configuration, "clv.networks", "true") == "true";
  return settings;
}

ValueAnswer answer_value(const ValueQuestion& question, ThreadPool& pool, Progress& progress,
                         const Cancellation& cancellation) {
  return Stage(question, pool, progress, cancellation).answer();
}

}  // namespace ca::runs
