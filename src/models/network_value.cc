#include <algorithm>
#include <optional>

#include "base/error.h"
#include "models/network_shelf.h"
#include "models/value_model.h"
#include "nets/next_purchase.h"
#include "nets/purchase_amount.h"

namespace ca::models {
namespace {

constexpr std::int32_t kWeek = 7;

/// The purchases of each that were known at the origin.
nets::Histories histories_of(const PurchaseDays& days, const BuyerStates& states) {
  nets::Histories histories;
  std::vector<double> day;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto known = static_cast<std::size_t>(states.counts.frequency[i]) + 1;
    const auto dates = days.days_of(states.buyer[i]).first(known);
    day.assign(dates.begin(), dates.end());
    histories.add(day, days.amounts_of(states.buyer[i]).first(known));
  }
  return histories;
}

/// When the next purchases are made, by one network, times what the next one is worth, by another.
class NetworkValue final : public ValueModel {
 public:
  NetworkValue(nets::NextPurchase purchases, nets::PurchaseAmount amounts, FittedModels& fitted)
      : purchases_(std::move(purchases)),
        amounts_(std::move(amounts)),
        days_(fitted.days()),
        pool_(fitted.pool()),
        cancellation_(fitted.cancellation()) {}

  Expected expect(const BuyerStates& states, std::int32_t length, ThreadPool& pool) const override {
    const nets::Histories histories = histories_of(days_, states);
    const auto as_of = static_cast<double>(states.origin.number);
    const double horizons[] = {static_cast<double>(length)};
    nets::NextPurchases next = purchases_.predict(histories, as_of, horizons, pool, cancellation_);
    Expected expected;
    expected.orders = std::move(next.expected);
    expected.p_alive = std::move(next.alive);
    expected.value = amounts_.predict(histories, as_of, pool, cancellation_).expected;
    for (std::size_t i = 0; i < states.size(); ++i) expected.value[i] *= expected.orders[i];
    return expected;
  }

  std::vector<double> p_alive(const BuyerStates& states, ThreadPool& pool) const override {
    const double horizons[] = {1};
    return purchases_
        .predict(histories_of(days_, states), static_cast<double>(states.origin.number), horizons,
                 pool, cancellation_)
        .alive;
  }

  std::vector<double> course(const BuyerStates& states, std::int32_t length) const override {
    std::vector<double> horizons;
    for (std::int32_t day = kWeek; day < length; day += kWeek) horizons.push_back(day);
    horizons.push_back(length);
    const nets::NextPurchases next =
        purchases_.predict(histories_of(days_, states), static_cast<double>(states.origin.number),
                           horizons, pool_, cancellation_);
    std::vector<double> shares;
    double before = 0;
    for (std::size_t week = 0; week < horizons.size(); ++week) {
      double until = 0;
      for (std::size_t i = 0; i < states.size(); ++i) {
        until += next.expected[i * horizons.size() + week];
      }
      const auto days = static_cast<std::size_t>(horizons[week]) - shares.size();
      const double of_day = std::max(0.0, until - before) / static_cast<double>(days);
      shares.insert(shares.end(), days, of_day);
      before = until;
    }
    if (!(before > 0)) return ValueModel::course(states, length);
    for (double& share : shares) share /= before;
    return shares;
  }

 private:
  nets::NextPurchase purchases_;
  nets::PurchaseAmount amounts_;
  const PurchaseDays& days_;
  ThreadPool& pool_;
  const Cancellation& cancellation_;
};

/// The network of that kind from the shelf, or a new one, which is put there.
template <class Network>
Network kept_or_trained(const std::string& kind, const nets::Histories& histories,
                        const nets::TrainingOptions& training, FittedModels& fitted) {
  NetworkShelf* shelf = fitted.options().networks;
  if (shelf != nullptr) {
    if (auto kept = shelf->find<Network>(kind, fitted.origin())) return std::move(*kept);
  }
  typename Network::Options options;
  options.training = training;
  Network network = Network::train(histories, static_cast<double>(fitted.origin().number), options,
                                   fitted.cancellation());
  if (shelf != nullptr) shelf->put(kind, network.save(shelf->made_from(fitted.origin())));
  return network;
}

}  // namespace

std::unique_ptr<ValueModel> fit_networks(FittedModels& fitted) {
  const ValueOptions& options = fitted.options();
  const BuyerStates& sample = fitted.sample();
  const BuyerStates learnt_from = states_at(
      fitted.days(),
      sample_of_buyers(fitted.days(), sample.buyer, options.networks_trained_on, options.seed),
      fitted.origin());
  const nets::Histories histories = histories_of(fitted.days(), learnt_from);
  nets::TrainingOptions training;
  training.seed = options.seed;
  training.max_customers = options.networks_trained_on;
  std::optional<nets::NextPurchase> purchases;
  std::optional<nets::PurchaseAmount> amounts;
  try {
    // Beside each other: each is trained by one thread.
    fitted.pool().for_each(2, [&](std::size_t network, std::size_t) {
      if (network == 0) {
        purchases =
            kept_or_trained<nets::NextPurchase>("next_purchase", histories, training, fitted);
      } else {
        amounts =
            kept_or_trained<nets::PurchaseAmount>("purchase_amount", histories, training, fitted);
      }
    });
  } catch (const Error& error) {
    if (error.code() != "E-TRAINING") throw;
    return same_as(fitted.model("bgnbd"), error.message() + " The network is not used.");
  }
  auto model = std::make_unique<NetworkValue>(std::move(*purchases), std::move(*amounts), fitted);
  model->parameters["customers"] = static_cast<double>(learnt_from.size());
  return model;
}

}  // namespace ca::models
