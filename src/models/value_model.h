#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "models/purchase_days.h"

namespace ca::models {

/// What a model expects of each buyer in the days after an origin; same order as the states.
struct Expected {
  std::vector<double> orders;  ///< purchase days
  std::vector<double> value;   ///< currency
  /// P(still a customer), where the model finds it on the way; else empty.
  std::vector<double> p_alive;
};

/// A model of customers' value, fitted to what was known at one origin. Immutable, for any thread.
class ValueModel {
 public:
  virtual ~ValueModel() = default;

  /// Within `length` days after the origin of the states. Finite and not negative.
  virtual Expected expect(const BuyerStates& states, std::int32_t length,
                          ThreadPool& pool) const = 0;
  /// P(still a customer), by buyer; empty for models that do not know.
  virtual std::vector<double> p_alive(const BuyerStates&, ThreadPool&) const { return {}; }
  /// How expected orders of all these buyers together spread over the days: adds up to 1. Evenly,
  /// unless the model knows of customers who leave.
  virtual std::vector<double> course(const BuyerStates& states, std::int32_t length) const;
  /// Repeat purchase days that a new customer is expected to have made by each of the days
  /// 0 .. length after the first; empty for models that do not know.
  virtual std::vector<double> newcomer_orders(std::int32_t) const { return {}; }
  /// What each buyer may come to pay: so many draws of his orders and payments, buyer after buyer,
  /// from what is known of him. Empty for models that do not know. A buyer's draws depend on the
  /// seed and his key.
  virtual std::vector<double> draw_values(const PurchaseDays&, const BuyerStates&, std::int32_t,
                                          std::size_t, std::uint64_t) const {
    return {};
  }

  /// Named as in the literature, in weeks.
  std::map<std::string, double> parameters;
  std::map<std::string, double> standard_errors;
  std::optional<double> log_likelihood;
  std::vector<std::string> notes;  ///< what a reader must know: fell back, did not converge
};

class NetworkShelf;

struct ValueOptions {
  std::uint64_t seed = 1;
  std::size_t fitted_on = 100'000;           ///< buyers a model is fitted on, at most
  std::size_t networks_trained_on = 10'000;  ///< likewise
  NetworkShelf* networks = nullptr;          ///< where trained ones are found and kept, if anywhere
};

/// The models of one origin, each fitted when it is first asked for, because some build upon
/// others. `horizon` is how many days are to be predicted, which some are trained for. Names:
/// bgnbd, mbgnbd, paretonbd (each with Gamma-Gamma on all purchases), gammagamma (BG/NBD with
/// Gamma-Gamma on repeat purchases, as published), tweedie, past_rate, past_total, seasonal, lstm
/// (the networks), and geo(a,b), the geometric mean of two. Ruling 72. Used by one thread at a
/// time.
class FittedModels {
 public:
  /// `days` and `pool` outlive it. Nothing after `origin` is looked at.
  FittedModels(const PurchaseDays& days, std::span<const std::uint32_t> buyers, Day origin,
               std::int32_t horizon, const ValueOptions& options, ThreadPool& pool,
               const Cancellation& cancellation);
  ~FittedModels();

  /// Error E-PARAM, which names those there are, for an unknown name.
  const ValueModel& model(const std::string& name);
  /// What it expects of the sample within the horizon; kept, as what combinations are made of.
  const Expected& expected(const std::string& name);
  /// Its course over the horizon, from some thousand of the sample; kept.
  const std::vector<double>& course(const std::string& name);

  const PurchaseDays& days() const { return days_; }
  const ValueOptions& options() const { return options_; }
  ThreadPool& pool() const { return pool_; }
  const Cancellation& cancellation() const { return cancellation_; }
  /// The buyers that models are fitted on, as they stood at the origin.
  const BuyerStates& sample() const { return sample_; }
  Day origin() const { return sample_.origin; }
  std::int32_t horizon() const { return horizon_; }

 private:
  const PurchaseDays& days_;
  std::int32_t horizon_;
  ValueOptions options_;
  ThreadPool& pool_;
  const Cancellation& cancellation_;
  BuyerStates sample_;
  BuyerStates some_;  ///< of the sample, for courses
  std::map<std::string, std::unique_ptr<ValueModel>> models_;
  std::map<std::string, Expected> expected_;
  std::map<std::string, std::vector<double>> courses_;
};

/// Names of models that can be asked for by themselves.
const std::vector<std::string>& value_model_names();

// ---- one maker a kind, for FittedModels -------------------------------------------------------

std::unique_ptr<ValueModel> fit_parametric(const std::string& name, FittedModels& fitted);
std::unique_ptr<ValueModel> fit_tweedie(FittedModels& fitted);
std::unique_ptr<ValueModel> fit_networks(FittedModels& fitted);
std::unique_ptr<ValueModel> past_rate();
std::unique_ptr<ValueModel> past_total(const FittedModels& fitted);
std::unique_ptr<ValueModel> seasonal(const FittedModels& fitted);
/// What another model expects, with a note why.
std::unique_ptr<ValueModel> same_as(const ValueModel& other, std::string note);
std::unique_ptr<ValueModel> geometric_mean(const ValueModel& a, const ValueModel& b);
Expected geometric_mean(const Expected& a, const Expected& b);
std::vector<double> mean_course(std::vector<double> a, const std::vector<double>& b);

}  // namespace ca::models
