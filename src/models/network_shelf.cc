#include "models/network_shelf.h"

#include <fmt/format.h>

namespace ca::models {

std::filesystem::path NetworkShelf::file_of(const std::string& kind) const {
  return folder_ / (kind + ".model");
}

std::string NetworkShelf::made_from(Day origin) const {
  return fmt::format("{} {}", made_for_, format_day(origin));
}

std::optional<nets::Model> NetworkShelf::read(const std::string& kind, Day origin) {
  const std::filesystem::path file = file_of(kind);
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    nets::Model model = nets::read_model(file);
    for (std::int32_t age = 0; age < retrain_days_; ++age) {
      if (model.made_from == made_from(origin - age)) return model;
    }
    return std::nullopt;
  } catch (const Error& error) {
    if (error.code() != "E-MODEL") throw;
    set_aside(kind, error);
    return std::nullopt;
  }
}

void NetworkShelf::set_aside(const std::string& kind, const Error& error) {
  const std::filesystem::path aside = nets::set_aside(file_of(kind));
  const std::scoped_lock lock(mutex_);
  notes_.push_back(fmt::format("{} It was set aside as {}; the network is trained anew.",
                               error.message(), aside.filename().string()));
}

void NetworkShelf::put(const std::string& kind, const nets::Model& model) {
  nets::write_model(file_of(kind), model);
}

std::vector<std::string> NetworkShelf::notes() const {
  const std::scoped_lock lock(mutex_);
  return notes_;
}

}  // namespace ca::models
