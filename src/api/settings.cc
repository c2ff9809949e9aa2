#include "api/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace ca::api {
namespace {

constexpr std::array<std::string_view, 1> kOpenSections = {"snapshots"};

}  // namespace

const std::vector<KnownSetting>& known_settings() {
  static const std::vector<KnownSetting> settings = {
      {"anomaly", "networks", {"true", "false"}},
      {"anomaly", "rate", {}},
      {"anomaly", "seed", {}},
      {"clv", "horizon", {"7", "30", "90", "180"}},
      {"clv", "networks", {"true", "false"}},
      {"clv", "predict_days", {}},
      {"clv", "retrain_days", {}},
      {"clv", "seed", {}},
      {"customers", "auto_customers", {"true", "false"}},
      {"delivery", "detector", {"shrunken", "autoencoder"}},
      {"delivery", "max_hours", {}},
      {"delivery", "seed", {}},
      {"imports", "max_source_mb", {}},
      {"imports", "max_upload_mb", {}},
      {"rfm", "refit", {"always", "weekly", "drift"}},
      {"rfm", "rules", {}},
      {"rfm", "scales", {}},
      {"sessions", "anonymous", {"reject", "keep"}},
      {"storage", "engine", {"duckdb"}},
      {"storage", "temporary_path", {}},
      {"tests", "least_customers", {}},
      {"tests", "seed", {}},
      {"tests", "window_days", {}},
      {"workspace", "currency", {}},
      {"workspace", "name", {}},
      {"workspace", "retention_days", {}},
      {"workspace", "timezone", {}},
  };
  return settings;
}

std::vector<std::string> setting_sections() {
  std::vector<std::string> names(kOpenSections.begin(), kOpenSections.end());
  for (const KnownSetting& setting : known_settings()) names.push_back(setting.section);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool is_open_section(std::string_view section) {
  return std::ranges::find(kOpenSections, section) != kOpenSections.end();
}

std::vector<std::string> keys_of(std::string_view section) {
  std::vector<std::string> keys;
  for (const KnownSetting& setting : known_settings()) {
    if (setting.section == section) keys.push_back(setting.key);
  }
  return keys;
}

void fail_unknown(const std::string& what, const std::string& name, const std::string& where,
                  const std::vector<std::string>& known) {
  const std::string guess = nearest_name(name, known);
  throw Error("E-PARAM", fmt::format("{} \"{}\" is not known{}.", what, name, where),
              guess.empty() ? fmt::format("Known are: {}.", fmt::join(known, ", "))
                            : fmt::format("Did you mean {}?", guess),
              {{"key", name}, {"nearest", guess}});
}

void check_setting_key(const std::string& section, const std::string& key,
                       const std::string& where) {
  const std::vector<std::string> keys = keys_of(section);
  if (std::ranges::find(keys, key) == keys.end()) {
    fail_unknown(fmt::format("In [{}] the key", section), key, where, keys);
  }
}

void check_setting_word(const std::string& section, const std::string& key,
                        const std::string& value, const std::string& where) {
  const auto setting = std::ranges::find_if(known_settings(), [&](const KnownSetting& known) {
    return known.section == section && known.key == key;
  });
  const std::vector<std::string>& words = setting->words;
  if (words.empty() || std::ranges::find(words, value) != words.end()) return;
  throw Error("E-PARAM", fmt::format("{} of [{}] cannot be \"{}\"{}.", key, section, value, where),
              fmt::format("It is one of: {}.", fmt::join(words, ", ")),
              {{"key", section + "." + key}});
}

}  // namespace ca::api
