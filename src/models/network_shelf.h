#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"
#include "nets/model_file.h"

namespace ca::models {

/// Trained networks in a folder, one file a kind (docs/model_format.md). One is used again while it
/// was made for the same configuration and is not older than the cadence, in days of as_of; a file
/// that is damaged is set aside, and said to be. For any thread.
class NetworkShelf {
 public:
  /// `made_for` names data and configuration. With `retrain_days` of 0 nothing is used again.
  NetworkShelf(std::filesystem::path folder, std::string made_for, std::int32_t retrain_days)
      : folder_(std::move(folder)), made_for_(std::move(made_for)), retrain_days_(retrain_days) {}

  template <class Network>
  std::optional<Network> find(const std::string& kind, Day origin) {
    const std::optional<nets::Model> model = read(kind, origin);
    if (!model) return std::nullopt;
    try {
      return Network::of(*model);
    } catch (const Error& error) {
      if (error.code() != "E-MODEL") throw;
      set_aside(kind, error);
      return std::nullopt;
    }
  }
  /// Error E-FILE when it cannot be written.
  void put(const std::string& kind, const nets::Model& model);

  /// What names a model trained at an origin.
  std::string made_from(Day origin) const;
  std::filesystem::path file_of(const std::string& kind) const;
  /// Files that were set aside, and why.
  std::vector<std::string> notes() const;

 private:
  std::optional<nets::Model> read(const std::string& kind, Day origin);
  void set_aside(const std::string& kind, const Error& error);

  std::filesystem::path folder_;
  std::string made_for_;
  std::int32_t retrain_days_;
  mutable std::mutex mutex_;
  std::vector<std::string> notes_;
};

}  // namespace ca::models
