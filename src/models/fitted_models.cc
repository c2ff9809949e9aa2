#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "models/value_model.h"

namespace ca::models {
namespace {

/// What all buyers have in common is found from so many.
constexpr std::size_t kCourseBuyers = 5'000;

/// Evenly spread over the keys, which may tell old customers from new ones.
BuyerStates some_of(const PurchaseDays& days, const BuyerStates& states) {
  const std::size_t step = (states.size() + kCourseBuyers - 1) / kCourseBuyers;
  if (step <= 1) return states;
  std::vector<std::uint32_t> buyers;
  for (std::size_t i = 0; i < states.size(); i += step) buyers.push_back(states.buyer[i]);
  return states_at(days, buyers, states.origin);
}

/// "geo(a,b)" as its two names, which may be such themselves; nothing for any other text.
std::optional<std::pair<std::string, std::string>> parts_of_mean(const std::string& name) {
  if (!name.starts_with("geo(") || !name.ends_with(")")) return std::nullopt;
  const std::string inside = name.substr(4, name.size() - 5);
  int depth = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '(') ++depth;
    if (inside[i] == ')') --depth;
    if (inside[i] == ',' && depth == 0) return std::pair(inside.substr(0, i), inside.substr(i + 1));
  }
  return std::nullopt;
}

}  // namespace

const std::vector<std::string>& value_model_names() {
  static const std::vector<std::string> names = {"past_total", "past_rate", "seasonal",
                                                 "gammagamma", "bgnbd",     "mbgnbd",
                                                 "paretonbd",  "tweedie",   "lstm"};
  return names;
}

std::vector<double> ValueModel::course(const BuyerStates&, std::int32_t length) const {
  return std::vector<double>(static_cast<std::size_t>(length), 1.0 / static_cast<double>(length));
}

FittedModels::FittedModels(const PurchaseDays& days, std::span<const std::uint32_t> buyers,
                           Day origin, std::int32_t horizon, const ValueOptions& options,
                           ThreadPool& pool, const Cancellation& cancellation)
    : days_(days), horizon_(horizon), options_(options), pool_(pool), cancellation_(cancellation) {
  // Of those who had bought by then, so that early origins have as many as there are.
  const BuyerStates known = states_at(days, buyers, origin);
  sample_ =
      states_at(days, sample_of_buyers(days, known.buyer, options.fitted_on, options.seed), origin);
  some_ = some_of(days, sample_);
}

FittedModels::~FittedModels() = default;

const ValueModel& FittedModels::model(const std::string& name) {
  if (const auto known = models_.find(name); known != models_.end()) return *known->second;
  cancellation_.check();
  std::unique_ptr<ValueModel> model;
  if (name == "past_rate") {
    model = past_rate();
  } else if (name == "past_total") {
    model = past_total(*this);
  } else if (name == "seasonal") {
    model = seasonal(*this);
  } else if (name == "tweedie") {
    model = fit_tweedie(*this);
  } else if (name == "lstm") {
    model = fit_networks(*this);
  } else if (const auto parts = parts_of_mean(name)) {
    model = geometric_mean(this->model(parts->first), this->model(parts->second));
  } else if (std::ranges::find(value_model_names(), name) != value_model_names().end()) {
    model = fit_parametric(name, *this);
  } else {
    throw Error("E-PARAM", fmt::format("There is no model named \"{}\".", name),
                fmt::format("Models are {}, and geo(a,b) of two of them.",
                            fmt::join(value_model_names(), ", ")),
                {{"model", name}});
  }
  return *models_.emplace(name, std::move(model)).first->second;
}

const Expected& FittedModels::expected(const std::string& name) {
  if (const auto known = expected_.find(name); known != expected_.end()) return known->second;
  const ValueModel& fitted = model(name);
  cancellation_.check();
  const auto parts = parts_of_mean(name);
  Expected expected =
      parts ? geometric_mean(this->expected(parts->first), this->expected(parts->second))
            : fitted.expect(sample_, horizon_, pool_);
  return expected_.emplace(name, std::move(expected)).first->second;
}

const std::vector<double>& FittedModels::course(const std::string& name) {
  if (const auto known = courses_.find(name); known != courses_.end()) return known->second;
  const ValueModel& fitted = model(name);
  const auto parts = parts_of_mean(name);
  std::vector<double> course =
      parts ? mean_course(this->course(parts->first), this->course(parts->second))
            : fitted.course(some_, horizon_);
  return courses_.emplace(name, std::move(course)).first->second;
}

}  // namespace ca::models
