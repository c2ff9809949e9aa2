#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "models/value_model.h"

namespace ca::models {
namespace {

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

}  // namespace ca::models
